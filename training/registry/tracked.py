"""Here we say what a training leaves for the tracker as plain facts: the run, and a nested run per fold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from training.backtest import Turn
from training.plan import TrainingPlan
from training.plots.of_training import pictures
from training.registry.run_facts import DataFacts, FoldFacts, RunFacts, code_commit
from training.train import Trained
from training.validation.fold import Grown
from training.validation.result import Period, Validation
from training.validation.tuning import Tuned

LONGEST, SHOWN = 1000, 16
SERVED = {"train": "training", "calibrate": "calibration", "test": "test"}
PLANNED = ("backtest", "split", "trees", "tuning", "bar")
"""Tables of a plan that are written as parameters; the outcomes' declarations stand in the plan's own file."""


def run_facts(
    bundle: Path, digest: str, trained: Trained, plan: TrainingPlan, found: Validation | None, pages: Sequence[Path]
) -> RunFacts:
    """Give the facts of a training.

    Parameters
    ----------
    bundle : Path
    digest : str
        The bundle's.
    trained : Trained
    plan : TrainingPlan
        With the settings that the model was grown with.
    found : Validation or None
        None when there was no backtest.
    pages : sequence of Path
        Texts to keep beside the bundle, the card's pages among them.
    """
    facts, data, written = trained.facts, trained.facts.data_digest, plan if found is None else found.plan
    warned = [] if found is None else [one.code for one in found.warnings]
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages}
    return RunFacts(
        params=_planned(plan) | _params(trained),
        metrics=_metrics(trained, found),
        tags={
            "bundle": digest[:SHOWN],
            "approval": "not_approved",
            "synthetic": str(facts.synthetic),
            "warnings": ", ".join(warned) or "none",
        },
        columns=facts.features,
        data=_data(trained.split, data),
        bundle=bundle,
        files=texts | {"plan.json": json.dumps(written.to_dict(), ensure_ascii=False, indent=2)},
        figures=pictures(trained, found),
        description=_description(trained),
        requirements=tuple(f"{name}=={version}" for name, version in facts.versions.items()),
        commit=code_commit(),
        failed=None if found is None else why_failed(found),
    )


def fold_facts(found: Validation) -> tuple[FoldFacts, ...]:
    """Give the facts of every fold."""
    return tuple(_fold(period, found.parts["data"]) for period in found.periods)


def why_failed(found: Validation) -> str | None:
    """Say why the bar was not cleared; None when it was."""
    return "; ".join(one.text.en for one in found.shortfalls)[:LONGEST] or None


def _planned(plan: TrainingPlan) -> dict[str, object]:
    """Give what was planned as flat parameters."""
    plain = plan.to_dict()
    tables = {f"{table}.{key}": value for table in PLANNED for key, value in plain[table].items()}
    single = {key: value for key, value in plain.items() if not isinstance(value, dict | list)}
    return single | tables | {"also": ", ".join(one.name for one in plan.also), "bar.digest": plan.bar.digest()}


def _params(trained: Trained) -> dict[str, object]:
    """Give what the training met: dates, features, law and data."""
    facts, parts = trained.facts, trained.split
    return _dates(parts) | {
        "outcome": trained.labels.outcome.name,
        "horizon_days": facts.horizon_days,
        "gap_days": parts.gap.days,
        "features": len(facts.features),
        "features_fingerprint": facts.features_fingerprint[:SHOWN],
        "law_fingerprint": facts.law_fingerprint[:SHOWN],
        "data_digest": facts.data_digest[:SHOWN],
    }


def _metrics(trained: Trained, found: Validation | None) -> dict[str, float | None]:
    """Give the figures of the model on its last period, and those of the backtest under names of their own."""
    counts = {f"label_{state}": float(number) for state, number in trained.labels.counts().items()}
    once = trained.figures.metrics() | counts | {"abstained": trained.silent.share}
    return {**once} if found is None else {**once, **_backtested(found)}


def _backtested(found: Validation) -> dict[str, float | None]:
    """Give the figures of all windows together, and those across windows."""
    alike = [one.jaccard for one in found.overlaps]
    across: dict[str, float | None] = {
        "mean_auc": found.mean_auc,
        "ceiling": found.ceiling,
        "loss_per_window": None if found.ageing is None else found.ageing.per_window,
        "mean_overlap": sum(alike) / len(alike) if alike else None,
    }
    return {f"backtest_{name}": value for name, value in {**found.figures(), **across}.items()}


def _fold(period: Period, data: str) -> FoldFacts:
    """Give the facts of one fold."""
    fold, result = period.fold, period.result
    seconds = {f"seconds_{name}": value for name, value in result.seconds.to_dict().items()}
    params: dict[str, object] = _dates(fold.turns[0]) | {"test_rows": len(fold.test.rows), "gap_days": fold.gap.days}
    served: list[DataFacts] = []
    for number, (turn, grown) in enumerate(zip(fold.turns, result.turns, strict=True), start=1):
        params |= {f"turn_{number}.{key}": value for key, value in _turn(turn, grown).items()}
        served += _data(turn, data, f" of turn {number}")
    return FoldFacts(f"fold {fold.number}", params, period.measured.figures() | seconds, {}, tuple(served))


def _turn(turn: Turn, grown: Grown) -> dict[str, object]:
    """Give what one turn learned from, and the settings that it found."""
    sizes = {f"{part.name}_rows": len(part.rows) for part in turn.parts}
    trees = {name: value for name, value in grown.tuned.to_dict()["trees"].items() if name != "leave_out"}
    return sizes | trees | _searched(grown.tuned)


def _dates(turn: Turn) -> dict[str, object]:
    """Give when each part begins and ends."""
    return {
        f"{part.name}_{end}": at.date().isoformat()
        for part in turn.parts
        for end, at in (("from", part.start), ("to", part.end))
    }


def _searched(tuned: Tuned) -> dict[str, object]:
    """Say how settings were found, and how many were set aside."""
    return {"trials": tuned.trials, "set_aside": tuned.set_aside, "keeps": tuned.keeps}


def _data(turn: Turn, data: str, where: str = "") -> tuple[DataFacts, ...]:
    """Say which reports served what."""
    return tuple(DataFacts.of(SERVED[part.name] + where, part.rows, data) for part in turn.parts)


def _description(trained: Trained) -> str:
    """Say in one sentence what a registered version is."""
    found = trained.figures
    made_up = "Synthetic cases. " if trained.facts.synthetic else ""
    return (
        f"{made_up}Estimates {trained.facts.outcome.en}. AUC on the last period {found.model.value:.3f} "
        f"({found.model.low:.3f}–{found.model.high:.3f}); earlier reports alone {found.baseline.value:.3f}."
    )
