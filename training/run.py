"""Here we do what the verbs of the command line ask: read, call, write; one function per verb, no arguments parsed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.cases import Cases
from features.folder import load, read_table, save
from features.report import NOTHING_KNOWN, Known, parse_known
from training.audit import AuditReport, Wanted, audit_model, unseen
from training.callbacks import Clock, Done, Say, no_clock, nobody
from training.card.audited import audited
from training.card.facts import bundle_id, card_facts
from training.card.files import read_facts, write_pages
from training.inputs import gather
from training.pages.audit import audit_page
from training.pages.rendered import QueueHeading, queue_page
from training.plan import TrainingPlan
from training.train import Trained, train
from triage.assessment import Assessment
from triage.batch import assess_all
from triage.bundle import Purpose, load_bundle, write_bundle
from triage.errors import BundleRefused, TriageError
from triage.judge import AnyBundle, assess_json
from triage.law import load_law
from triage.log_file import LOG
from triage.queue import rank
from triage.waiting import waiting

if TYPE_CHECKING:
    from training.registry.tracking import Tracked
    from training.synthetic import Settings
    from training.validation import Validation

LANGUAGES = ("sv", "en")
MARK = "SYNTHETIC.txt"
FOLDS, VALIDATION, STORE = "folds", "validation.json", "mlflow"
SYNTHETIC_SAYS = "Made-up cases from training.synthetic. Nothing here says anything about Swedish children.\n"


@dataclass(frozen=True)
class Registry:
    """Where MLflow keeps runs and models.

    Attributes
    ----------
    place : str or Path
        A folder, or the address of a server; many trainings may share one.
    log : Path or None
        The log of decisions and alias moves; needed for a server, and in the folder itself when None.
    """

    place: str | Path
    log: Path | None = None

    def __post_init__(self) -> None:
        """Refuse a server without a log now, and not when the training is over."""
        if self.log is None and str(self.place).startswith("http"):
            msg = "A server keeps no log. Say where it is, one for all who decide and move aliases: --log decisions.jsonl."
            raise TriageError(msg)


@dataclass(frozen=True)
class Made:
    """What a training left on disk."""

    trained: Trained
    bundle: Path
    digest: str
    cards: tuple[Path, ...]
    tracked: Tracked | None
    validation: Validation | None = None
    audit: tuple[Path, ...] = ()


def make_synthetic(folder: Path, settings: Settings, ending: str) -> dict[str, int]:
    """Write a synthetic municipality, its hidden truth beside it, marked as made up; give the rows per table."""
    from training.synthetic import municipality

    made = municipality(settings)
    save(folder, {**made.tables, "truth": made.truth}, ending=ending)
    (folder / MARK).write_text(SYNTHETIC_SAYS, encoding="utf-8")
    return {name: len(frame) for name, frame in {**made.tables, "truth": made.truth}.items()}


def is_synthetic(folder: Path) -> bool:
    """Tell whether a case folder is marked as made up."""
    return (folder / MARK).is_file()


def _made_up(folder: Path, plan: TrainingPlan) -> TrainingPlan:
    """Say in the plan that the cases are made up, where the folder is marked so: no caller can forget it."""
    return replace(plan, synthetic=plan.synthetic or is_synthetic(folder))


def make_bundle(folder: Path, out: Path, plan: TrainingPlan, *, tracked: bool, say: Say = nobody) -> Made:
    """Train on a case folder without a backtest; write bundle, cards and, where asked, the MLflow run."""
    say("reading")
    plan, cases, law = _made_up(folder, plan), load(folder), load_law()
    inputs = gather(cases, plan, say, read_table(folder, "truth"))
    trained = train(cases, inputs, law, plan, say)
    say("audit of groups")
    name = bundle_id(trained.model, trained.facts)
    report = audit_model(cases, inputs, trained.split.test.all_rows, trained.model, trained.facts, plan, name)
    card = card_facts(trained, cases, law, plan, audited=audited(report.for_card()))
    return _write(out, plan, trained, card, None, report, Registry(out / STORE, out / LOG) if tracked else None, say)


def make_validation(
    folder: Path,
    out: Path,
    plan: TrainingPlan,
    *,
    resume: bool = False,
    say: Say = nobody,
    done: Done = nobody,
    clock: Clock = no_clock,
) -> Validation:
    """Validate a way of training on a case folder, and write what was found; arguments as for `make_candidate`."""
    from training.validation import validate

    say("reading")
    plan, cases, truth = _made_up(folder, plan), load(folder), read_table(folder, "truth")
    found = validate(cases, plan, truth=truth, folder=out / FOLDS, resume=resume, say=say, done=done, clock=clock)
    write_text(out / VALIDATION, as_json(found.to_dict()))
    return found


def make_candidate(
    folder: Path,
    out: Path,
    plan: TrainingPlan,
    *,
    tracked: bool = True,
    registry: Registry | None = None,
    resume: bool = False,
    say: Say = nobody,
    done: Done = nobody,
    clock: Clock = no_clock,
    since: Path | None = None,
) -> Made:
    """Validate, train with the settings of the newest fold's first turn, and write everything, whether it clears the bar or not.

    Parameters
    ----------
    folder : Path
        A case folder; where it is marked as made up, the plan is too.
    out : Path
        Where bundle, cards, folds and ``validation.json`` are made.
    plan : TrainingPlan
    tracked : bool
        Whether the run is written to MLflow.
    registry : Registry, optional
        Where to; a store of its own in ``out`` when left out.
    resume : bool
        Go on after the folds that a killed run finished there.
    say, done, clock : callable
        As for `training.validation.validate`.
    since : Path, optional
        The bundle, or its ``card.json``, that the board approved last: the new card says what changed.

    Raises
    ------
    TrainingRefused
        When the data cannot carry the plan, with the numbers.
    """
    from training.validation import Offered, backtest, examine

    say("reading")
    before = None if since is None else read_facts(since)
    plan, cases, law, truth = _made_up(folder, plan), load(folder), load_law(), read_table(folder, "truth")
    inputs = gather(cases, plan, say, truth)
    found = backtest(inputs, plan, folder=out / FOLDS, resume=resume, say=say, done=done, clock=clock)
    final = replace(plan, trees=found.newest.tuned.trees)
    trained = train(cases, inputs, law, final, say)
    say("probes and weak slices")
    facts, tested = trained.facts, trained.split.test
    offered = Offered(trained.model, facts.calibration, facts.support, tested.rows, tested.all_rows)
    found = replace(found, candidate=examine(offered, cases, inputs, final))
    write_text(out / VALIDATION, as_json(found.to_dict()))
    say("audit of groups")
    name = bundle_id(trained.model, facts)
    report = audit_model(cases, inputs, tested.all_rows, trained.model, facts, final, name)
    where, groups = registry or Registry(out / STORE, out / LOG), audited(report.for_card())
    card = card_facts(trained, cases, law, final, validation=found.to_dict(), audited=groups, since=before)
    return _write(out, final, trained, card, found, report, where if tracked else None, say)


def read_validation(path: Path) -> dict[str, Any]:
    """Read what a validation left: its file, or the folder that holds it."""
    plain: dict[str, Any] = json.loads((path / VALIDATION if path.is_dir() else path).read_text(encoding="utf-8"))
    return plain


def _write(
    out: Path,
    plan: TrainingPlan,
    trained: Trained,
    card: Mapping[str, Any],
    found: Validation | None,
    report: AuditReport,
    registry: Registry | None,
    say: Say,
) -> Made:
    """Write bundle, cards, the audit of groups and, where asked, the MLflow run."""
    digest = write_bundle(out / "bundle", trained.model, trained.facts, card)
    cards, audits = write_pages(out / "bundle", out), write_audit(report, out)
    run = None
    if registry is not None:
        from training.registry.tracked import fold_facts, run_facts
        from training.registry.tracking import track

        say("mlflow")
        texts = (*cards, *audits, *(() if found is None else (out / VALIDATION,)))
        told = run_facts(out / "bundle", digest, trained, plan, found, texts)
        run = track(registry.place, told, () if found is None else fold_facts(found), log=registry.log)
    return Made(trained, out / "bundle", digest, cards, run, found, audits)


def write_audit(report: AuditReport, out: Path) -> tuple[Path, ...]:
    """Write an audit of groups as data and as a page in both languages."""
    plain = report.to_dict()
    pages = [write_text(out / f"audit.{one}.html", audit_page(plain, language=one)) for one in LANGUAGES]
    return write_text(out / "audit.json", as_json(plain)), *pages


def audit_folder(folder: Path, bundle: Path, plan: TrainingPlan, wanted: Wanted, *, say: Say = nobody) -> AuditReport:
    """Audit a bundle on the reports of a case folder that it has not learned from."""
    say("reading")
    plan, cases, opened = _made_up(folder, plan), load(folder), load_bundle(bundle, purpose="evaluation")
    inputs = gather(cases, plan, say)
    say("audit of groups")
    rows, model = unseen(cases, inputs, opened.facts, plan), opened.booster.model_to_string()
    name = read_facts(bundle)["model_details"]["bundle_id"]
    return audit_model(cases, inputs, rows, model, opened.facts, plan, name, wanted=wanted, say=say)


@dataclass(frozen=True)
class Asked:
    """How a bundle is to be loaded.

    Attributes
    ----------
    folder : Path or None
    evaluation : bool
    log : Path or None
        The log of decisions; the one beside the bundle when None.
    board_key : Path or None
        The file with the board's public key.
    on : datetime.date or None
        The day of use.
    """

    folder: Path | None
    evaluation: bool = False
    log: Path | None = None
    board_key: Path | None = None
    on: dt.date | None = None


def open_bundle(asked: Asked) -> AnyBundle:
    """Load a bundle; a refusal is an answer, because rules run all the same."""
    if asked.folder is None:
        return None
    key = None if asked.board_key is None else asked.board_key.read_bytes()
    purpose: Purpose = "evaluation" if asked.evaluation else "use"
    log = asked.log or log_beside(asked.folder)
    try:
        return load_bundle(asked.folder, purpose=purpose, log=log, board_key=key, on=asked.on)
    except BundleRefused as refusal:
        return refusal


def log_beside(bundle: Path) -> Path:
    """Name the log that stands beside a bundle's folder."""
    return bundle.resolve().parent / LOG


def assess_file(text: bytes, known: Path | None, bundle: AnyBundle) -> Assessment:
    """Answer one report in JSON."""
    history: Known = NOTHING_KNOWN if known is None else parse_known(known.read_bytes())
    return assess_json(text, history, bundle, load_law())


def assess_folder(folder: Path, bundle: AnyBundle, *, threads: int, done: Done) -> tuple[Cases, tuple[Assessment, ...]]:
    """Answer every report of a case folder."""
    cases = load(folder)
    return cases, assess_all(cases, bundle, load_law(), threads=threads, done=done)


def rank_folder(
    folder: Path, bundle: AnyBundle, at: dt.datetime, *, threads: int, done: Done
) -> tuple[QueueHeading, tuple[Assessment, ...]]:
    """Put the reports that wait at a moment in reading order; what could not be read waits too."""
    cases = load(folder)
    answers = assess_all(cases, bundle, load_law(), only=waiting(cases, at), threads=threads, done=done)
    aside = sum(answer.status == "set_aside" for answer in answers)
    heading = QueueHeading(
        name=folder.name,
        at=at,
        synthetic=is_synthetic(folder),
        handed_in=len(answers),
        assessed=len(answers) - aside,
        set_aside=aside,
    )
    return heading, rank(answers)


def write_queue(path: Path, heading: QueueHeading, ranked: Sequence[Assessment], language: str) -> Path:
    """Write the queue as a self-contained page."""
    return write_text(path, queue_page([answer.to_dict() for answer in ranked], language=language, heading=heading))


def write_lines(path: Path, answers: Sequence[Assessment]) -> Path:
    """Write one assessment per line, as JSON."""
    return write_text(path, "".join(answer.to_json() + "\n" for answer in answers))


def write_text(path: Path, text: str) -> Path:
    """Write a text file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)
    return path


def as_json(data: object) -> str:
    """Write data for another program."""
    return json.dumps(data, ensure_ascii=False, indent=2)
