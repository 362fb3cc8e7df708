"""Here we say what a validation leaves behind as plain facts: one nested run per fold, figures for the whole."""

from __future__ import annotations

from training.run_facts import FoldFacts
from training.validation.result import Period, Validation

LONGEST = 1000


def fold_facts(found: Validation) -> tuple[FoldFacts, ...]:
    """Give the facts of every fold."""
    return tuple(_one(period) for period in found.periods)


def whole(found: Validation) -> dict[str, float]:
    """Give the pooled figures under names of their own."""
    return {f"backtest_{name}": value for name, value in found.figures().items()}


def why_failed(found: Validation) -> str | None:
    """Say why the bar was not cleared; None when it was."""
    return "; ".join(one.text.en for one in found.shortfalls)[:LONGEST] or None


def _one(period: Period) -> FoldFacts:
    """Give the facts of one fold."""
    dates = {
        f"{part.name}_{end}": at.date().isoformat()
        for part in period.fold.parts
        for end, at in (("from", part.start), ("to", part.end))
    }
    sizes = {f"{part.name}_rows": len(part.rows) for part in period.fold.parts}
    trees = {name: value for name, value in period.result.tuned.to_dict()["trees"].items() if name != "leave_out"}
    seconds = {f"seconds_{name}": value for name, value in period.result.seconds.to_dict().items()}
    return FoldFacts(
        name=f"fold {period.fold.number}",
        params=dates | sizes | trees | {"trials": period.result.tuned.trials},
        metrics=period.measured.figures() | seconds,
        tags={},
    )
