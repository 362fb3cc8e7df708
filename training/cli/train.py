"""Here we read the arguments of a training: the plan, what overrides it, and whether a model is made or only tested."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from training import run as do
from training.callbacks import Done, Say
from training.cli import shared
from training.cli.shared import AsJson, Folder, InLanguage, Language
from training.plan import BacktestPlan, TrainingPlan, TuningPlan, read_plan
from training.terminal.results import show_figures, show_made
from training.validation.differences import differences
from training.validation.show import show_differences, show_validation
from triage.words import Text

BELOW_BAR = 8
_LEFT = (
    Text("modell (bundle)", "bundle"),
    Text("kort", "card"),
    Text("granskning", "audit"),
    Text("validering", "validation"),
    Text("MLflow-körning", "MLflow run"),
    Text("misslyckad, inget alias flyttat", "failed, no alias moved"),
)
_WRITTEN = Text(
    "Kravet är inte uppfyllt (se punkterna ovan). Allt i listan är skrivet ändå och kan läsas och prövas med --evaluation; ingen "
    "tidigare modell har ersatts.",
    "The bar is not cleared (see the points above). All that is listed was written all the same and can be read, and tried with "
    "--evaluation; no earlier model was replaced.",
)
Config = Annotated[Path | None, typer.Option(help="The plan, as TOML; what it leaves out keeps its default.")]
Since = Annotated[
    Path | None, typer.Option(help="The bundle that the board approved last: the card says what changed.")
]
Run = Annotated[Path, typer.Argument(help="The --out folder of a training, or its validation.json.")]


def train(
    folder: Folder,
    out_folder: Annotated[Path, typer.Option("--out", help="Where bundle, cards, folds and MLflow store are made.")],
    config: Config = None,
    validate_only: Annotated[bool, typer.Option("--validate-only", help="Make no bundle; only say how good.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on after the folds that a killed run finished.")] = False,
    since: Since = None,
    capacity: Annotated[
        float | None, typer.Option(min=0.01, max=0.9, help="Share of reports that can be read first.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Same data, seed and versions: same bundle.")] = None,
    contact: Annotated[str | None, typer.Option(help="Whom the card names for questions.")] = None,
    mlflow: Annotated[bool, typer.Option(help="Write the run to MLflow.")] = True,
    store: Annotated[
        str | None,
        typer.Option(help="MLflow's folder or server; OUT/mlflow when left out. Many trainings may share one."),
    ] = None,
    log: Annotated[Path | None, typer.Option(help="The log of alias moves; needed with a server.")] = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Replay training at several moments of the past, beside simple models; then make the bundle.

    The bar is hashed and stored before anything is measured. Exit code 8 when it is not cleared: then bundle and figures are
    written all the same, the MLflow run is marked failed, and no alias moves.
    """
    plan = _plan(config, capacity, seed, contact)
    registry = None if store is None else do.Registry(store, log)
    if validate_only:
        with _progress(as_json) as (say, done):
            found = do.make_validation(
                folder, out_folder, plan, resume=resume, say=say, done=done, clock=time.perf_counter
            )
        shared.show(as_json, found.to_dict(), lambda: show_validation(shared.out, found, lang.value))
    else:
        with _progress(as_json) as (say, done):
            made = do.make_candidate(
                folder,
                out_folder,
                plan,
                tracked=mlflow,
                registry=registry,
                resume=resume,
                say=say,
                done=done,
                clock=time.perf_counter,
                since=since,
            )
        assert made.validation is not None, "a candidate is always validated"
        found = made.validation
        facts = {"bundle": str(made.bundle), "digest": made.digest, "metrics": made.trained.figures.metrics()}
        shared.show(as_json, facts | {"validation": found.to_dict()}, lambda: show_training(made, lang))
    if found.shortfalls:
        raise typer.Exit(BELOW_BAR)


def compare(first: Run, second: Run, as_json: AsJson = False, lang: InLanguage = Language.SV) -> None:
    """Put two validations side by side: the differences that matter first, then what was planned differently."""
    found = differences(do.read_validation(first), do.read_validation(second))
    shared.show(as_json, found.to_dict(), lambda: show_differences(shared.out, found, lang.value))


def register(app: typer.Typer) -> None:
    """Add the verbs to the command."""
    app.command("train", epilog="Example: triage train cases --out run1 --config my_training.toml")(train)
    app.command("compare", epilog="Example: triage compare run1 run2")(compare)


def quick(folder: Path, out: Path, seed: int, say: Say) -> do.Made:
    """Train as the demo does: two windows and no search for settings, so that it is over soon. The bar is the usual one."""
    plan = replace(
        _plan(None, None, seed, "demo: ingen svarar / nobody answers"),
        name="orosanmalan-triage-demo",
        backtest=BacktestPlan(cuts=2, seed=seed),
        tuning=TuningPlan(trials=0, seed=seed),
    )
    return do.make_candidate(
        folder, out, plan, tracked=True, resume=False, say=say, done=lambda *_: None, clock=time.perf_counter
    )


def show_training(made: do.Made, lang: Language = Language.EN) -> None:
    """Print the backtest, the figures of the model that was made, and what was left where."""
    if made.validation is not None:
        show_validation(shared.out, made.validation, lang.value)
    show_figures(shared.out, made.trained.figures.metrics(), lang.value)
    show_made(shared.out, list(_left(made, lang.value)))
    if made.validation is not None and made.validation.shortfalls:
        shared.out.print(_WRITTEN.say(lang.value), highlight=False, markup=False, soft_wrap=True)


def _left(made: do.Made, language: str) -> Iterator[tuple[str, str | Path]]:
    """List what a training left where."""
    bundle, card, audit, validation, run, failed = (text.say(language) for text in _LEFT)
    yield bundle, made.bundle
    yield from ((card, path) for path in made.cards)
    yield from ((audit, path) for path in made.audit)
    if made.validation is not None:
        yield validation, made.bundle.parent / do.VALIDATION
    if made.tracked is not None:
        stands = failed if made.tracked.alias is None else f"{made.tracked.model}@{made.tracked.alias}"
        yield run, f"{made.tracked.run_id}, {stands}"


def _plan(config: Path | None, capacity: float | None, seed: int | None, contact: str | None) -> TrainingPlan:
    """Read the plan, and put what was said on the command line over it."""
    plan = read_plan(config)
    plan = replace(
        plan,
        capacity=plan.capacity if capacity is None else capacity,
        contact=contact or plan.contact,
    )
    if seed is None:
        return plan
    return replace(
        plan,
        backtest=replace(plan.backtest, seed=seed),
        split=replace(plan.split, seed=seed),
        trees=replace(plan.trees, seed=seed),
        tuning=replace(plan.tuning, seed=seed),
    )


@contextmanager
def _progress(quiet: bool) -> Iterator[tuple[Say, Done]]:
    """Show folds with the time left, and print what must be said before the first one, on standard error."""
    with shared.counting("folds") as done:

        def say(step: str) -> None:
            if not quiet and step.startswith(("labels:", "bar:", "probes", "mlflow")):
                shared.err.print(step, highlight=False, markup=False)

        yield say, done
