"""Here we read arguments: the verbs of the ``triage`` command, with their exit codes.

Exit codes: 0 done · 1 something failed · 2 wrong arguments · 3 input that could not be read (all of it
is listed, the rest is done) · 4 the law cannot be applied · 5 the bundle was refused · 6 the data cannot
carry a model · 7 leaks were found · 8 the model is below the bar that was set · 9 a decision cannot be
written down as it stands · 10 the log of decisions was tampered with.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from features.folder import FolderUnreadable, load
from features.report import InputRefused, local_time
from training import run as do
from training.card.page import CardIncomplete
from training.cli import audit, card, decisions, explain, features, law, leaks, shared, train
from training.cli.shared import AsJson, Folder, InLanguage, Language, Moment
from training.terminal.results import problems_of, show_assessment, show_cases, show_lanes, show_made
from triage.bundle import Bundle
from triage.errors import INPUT_EXIT_CODE, BundleRefused, TriageError
from triage.judge import AnyBundle

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with locals could show a case
    help="Which report of concern about a child is read first: what the law demands, a calibrated estimate, "
    "its reasons, and what is not known. A person decides.",
)


class Ending(StrEnum):
    """The file format of a case folder."""

    PARQUET = "parquet"
    CSV = "csv"


BundlePath = Annotated[Path | None, typer.Option("--bundle", "-b", help="The bundle; without one only rules run.")]
Evaluation = Annotated[
    bool, typer.Option("--evaluation", help="Load a bundle that no board has approved; every output is marked.")
]
Log = Annotated[
    Path | None, typer.Option("--log", help="The log of decisions; the one beside the bundle when left out.")
]
BoardKey = Annotated[
    Path | None, typer.Option("--board-key", help="The board's public key (PEM): then only what it signed is used.")
]
Threads = Annotated[int, typer.Option(min=1, help="Threads the model may use.")]


for part in (law, features, leaks, train, card, explain, decisions, audit):
    part.register(app)


@app.command(epilog="Example: triage synth cases --reports 20000 --seed 7")
def synth(
    folder: Annotated[Path, typer.Argument(help="Where the case folder is made.")],
    reports: Annotated[int, typer.Option(min=100, help="About how many reports.")] = 50_000,
    years: Annotated[float, typer.Option(min=1.0, help="How many years.")] = 5.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same municipality.")] = 2026,
    ending: Annotated[Ending, typer.Option("--format", help="File format.")] = Ending.PARQUET,
    as_json: AsJson = False,
) -> None:
    """Make a synthetic municipality whose truth is known. It says nothing about Swedish children."""
    from training.synthetic import Settings

    with shared.working("making a synthetic municipality"):
        counts = do.make_synthetic(folder, Settings(reports=reports, years=years, seed=seed), f".{ending.value}")
    shared.show(
        as_json, counts, lambda: show_made(shared.out, [(name, f"{count:,} rows") for name, count in counts.items()])
    )


@app.command(epilog="Example: triage check cases --json > problems.json")
def check(folder: Folder, as_json: AsJson = False, lang: InLanguage = Language.SV) -> None:
    """Check a case folder: every problem at once. Exit code 3 when a row had to be set aside."""
    with shared.working("checking"):
        cases = load(folder)
    shared.show(as_json, problems_of(cases), lambda: show_cases(shared.out, cases, lang.value))
    if cases.set_aside:
        raise typer.Exit(INPUT_EXIT_CODE)


@app.command(epilog="Example: triage assess report.json --bundle run1/bundle --evaluation --lang en")
def assess(
    target: Annotated[Path, typer.Argument(help="A report in JSON (- for standard input) or a case folder.")],
    bundle: BundlePath = None,
    evaluation: Evaluation = False,
    log: Log = None,
    board_key: BoardKey = None,
    known: Annotated[Path | None, typer.Option(help="JSON: what is recorded about the child of one report.")] = None,
    lines: Annotated[Path | None, typer.Option("--out", help="For a folder: JSON lines are written here.")] = None,
    threads: Threads = 2,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Say what the law demands of a report, how it is ranked and why. Rules run with or without a model."""
    model = _open(bundle, evaluation, log, board_key)
    if target.is_dir():
        _assess_folder(target, model, lines, threads, as_json, lang)
        return
    text = sys.stdin.buffer.read() if str(target) == "-" else target.read_bytes()
    answer = do.assess_file(text, known, model)
    shared.show(as_json, answer.to_dict(), lambda: show_assessment(shared.out, answer, lang.value))
    if answer.status == "set_aside":
        raise typer.Exit(INPUT_EXIT_CODE)


@app.command(epilog="Example: triage rank cases --bundle run1/bundle --evaluation --html queue.html")
def rank(
    folder: Folder,
    bundle: BundlePath = None,
    evaluation: Evaluation = False,
    log: Log = None,
    board_key: BoardKey = None,
    at: Moment = None,
    html: Annotated[Path | None, typer.Option(help="Write the queue as a self-contained page.")] = None,
    threads: Threads = 2,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Put the reports that wait for a decision in reading order."""
    model = _open(bundle, evaluation, log, board_key)
    with shared.counting("ranking") as done:
        heading, ranked = do.rank_folder(folder, model, shared.moment(at), threads=threads, done=done)
    if html is not None:
        do.write_queue(html, heading, ranked, lang.value)
    shared.show(as_json, [answer.to_dict() for answer in ranked], lambda: show_lanes(shared.out, ranked, lang.value))
    if html is not None and not as_json:
        show_made(shared.out, [("queue", html)])


@app.command(epilog="Example: triage demo demo --reports 50000")
def demo(
    folder: Annotated[Path, typer.Argument(help="Everything is made in this folder.")] = Path("demo"),
    reports: Annotated[int, typer.Option(min=5_000, help="About how many reports.")] = 50_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same demo.")] = 2026,
) -> None:
    """Do it all in one folder: municipality, checks, training, card, queue, and where to find them."""
    from training.synthetic import Settings

    with shared.working("making a synthetic municipality"):
        do.make_synthetic(folder / "cases", Settings(reports=reports, seed=seed), ".parquet")
    with shared.working("training") as say:
        made = train.quick(folder / "cases", folder, seed, say)
    model = do.open_bundle(do.Asked(made.bundle, evaluation=True))
    with shared.counting("ranking the reports that wait") as done:
        heading, ranked = do.rank_folder(folder / "cases", model, made.trained.data_end, threads=2, done=done)
    pages = [do.write_queue(folder / f"queue.{name}.html", heading, ranked, name) for name in do.LANGUAGES]
    do.write_lines(folder / "assessments.jsonl", ranked)
    train.show_training(made)
    show_lanes(shared.out, ranked, Language.EN.value)
    show_made(shared.out, _demo_rows(folder, pages, made))


def run() -> None:
    """Run the command line; every refusal becomes one message and its exit code."""
    try:
        app()
    except TriageError as error:
        _stop(str(error), error.exit_code)
    except (InputRefused, FolderUnreadable) as error:
        _stop(str(error), INPUT_EXIT_CODE)
    except CardIncomplete as error:
        _stop(str(error), 1)
    except FileNotFoundError as error:
        _stop(f"{error.filename} does not exist.", INPUT_EXIT_CODE)


def _assess_folder(
    folder: Path, model: AnyBundle, lines: Path | None, threads: int, as_json: bool, lang: Language
) -> None:
    """Answer a whole folder; the exit code tells whether anything had to be set aside."""
    with shared.counting("assessing") as done:
        cases, answers = do.assess_folder(folder, model, threads=threads, done=done)
    if lines is not None:
        do.write_lines(lines, answers)
    if as_json and lines is None:
        for answer in answers:
            sys.stdout.write(answer.to_json() + "\n")
    else:

        def show() -> None:
            show_cases(shared.out, cases, lang.value)
            show_lanes(shared.out, answers, lang.value)

        summary = {"counts": cases.counts(), "assessments": len(answers), "out": lines and str(lines)}
        shared.show(as_json, summary, show)
    if cases.set_aside:
        raise typer.Exit(INPUT_EXIT_CODE)


def _demo_rows(folder: Path, pages: list[Path], made: do.Made) -> list[tuple[str, str | Path]]:
    """List what the demo made and where."""
    return [
        ("cases (synthetic)", folder / "cases"),
        *((f"queue, {page.suffixes[0][1:]}", page) for page in pages),
        *((f"model card, {page.suffixes[0][1:]}", page) for page in made.cards),
        *((f"audit of groups, {page.suffixes[0][1:]}", page) for page in made.audit if page.suffix == ".html"),
        ("assessments", folder / "assessments.jsonl"),
        ("bundle", made.bundle),
        ("the bar", _against_bar(made)),
        ("open MLflow", _mlflow(folder / "mlflow" / "mlflow.db")),
    ]


def _against_bar(made: do.Made) -> str:
    """Say whether the demo's model clears its bar, and what that means for the bundle."""
    short = () if made.validation is None else made.validation.shortfalls
    points = "1 point" if len(short) == 1 else f"{len(short)} points"
    return (
        f"not cleared, {points} above: the bundle is for evaluation only" if short else "cleared; no board has approved"
    )


def _mlflow(store: Path) -> str:
    """Say how to open the store, with MLflow's telemetry off and its program beside ours."""
    beside = Path(sys.argv[0]).with_name("mlflow")
    program = str(beside) if beside.is_file() else "mlflow"
    return f"MLFLOW_DISABLE_TELEMETRY=true {program} ui --backend-store-uri sqlite:///{store}"


def _open(bundle: Path | None, evaluation: bool, log: Path | None, board_key: Path | None) -> AnyBundle:
    """Load a bundle for today, and say when it was refused or is for evaluation only."""
    today = local_time(shared.moment(None)).date()
    model = do.open_bundle(do.Asked(bundle, evaluation, log, board_key, today))
    _warn(model)
    return model


def _warn(model: AnyBundle) -> None:
    """Say why a bundle was refused; rules run all the same."""
    if isinstance(model, BundleRefused):
        shared.err.print(f"No estimate: {model} Rules run all the same.", style="bold", highlight=False, markup=False)
    elif isinstance(model, Bundle) and model.purpose == "evaluation":
        shared.err.print("Estimates are for evaluation only: no board's approval was checked.", highlight=False)


def _stop(message: str, code: int) -> NoReturn:
    """Print one message and leave with its code."""
    shared.err.print(message, style="bold", highlight=False, markup=False)
    raise SystemExit(code)
