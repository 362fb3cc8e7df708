"""Here we measure the reasons of one model on some of its tested reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from features.arrays import Floats
from features.build import REGISTRY
from training.fit import TreePlan, grow, model_text
from training.reason_quality.brute_force import brute_force
from training.reason_quality.measures import Estimate, by_group, delete, drawn_from, shown, shown_share, speaking
from training.reason_quality.result import ReasonQuality, Spread
from training.reason_quality.stability import compare
from triage.shapley import Explained

Explain = Callable[[str, Floats], Explained]
"""From a model's text and feature rows to what each feature adds."""

SMALL = 8
"""How many features the small model for the long way may read."""
SMALL_ROWS = 60


def measure(
    model: str,
    values: Floats,
    label: Floats,
    moved: Mapping[int, Floats],
    explain: Explain,
    estimate: Estimate,
    *,
    seed: int,
) -> ReasonQuality:
    """Measure the reasons of a model.

    Parameters
    ----------
    model : str
        LightGBM's text.
    values, label : ndarray of float64, shape (n, k) and (n,)
        Feature rows of reports, with their known outcome (for the small model only).
    moved : mapping of int to ndarray of float64, shape (n, k)
        The same reports on other days, by how many days later; see `training.reason_quality.stability.moved_rows`.
    explain : callable
        From a model's text and feature rows to what each feature adds.
    estimate : callable
        From feature rows to estimates.
    seed : int
        For the reasons that are drawn.
    """
    found = explain(model, values)
    parts = found.contributions
    total, is_shown = by_group(parts), shown(values, parts)
    read, said = drawn_from(values, parts)
    return ReasonQuality(
        reports=len(values),
        additivity=float(np.abs(found.base + parts.sum(axis=1) - found.margin).max()),
        brute_force=_against_brute_force(values, label, parts, explain),
        compactness=Spread.of(shown_share(total, is_shown)),
        compactness_said=Spread.of(shown_share(np.where(speaking(values), total, 0.0), is_shown)),
        shown=float(is_shown.sum(axis=1).mean()),
        deletion=delete(values, parts, estimate, read, seed=seed),
        deletion_said=delete(values, parts, estimate, said, seed=seed),
        stability=compare(
            (values, parts), {days: (rows, explain(model, rows).contributions) for days, rows in moved.items()}
        ),
    )


def _against_brute_force(values: Floats, label: Floats, parts: Floats, explain: Explain) -> float:
    """Grow a small model on the features that weigh most, and compare with Shapley values over every subset."""
    import lightgbm

    heaviest = np.argsort(-np.abs(parts).mean(axis=0), kind="stable")[:SMALL]
    leave_out = tuple(name for place, name in enumerate(REGISTRY.names) if place not in heaviest)
    plan = TreePlan(rounds=30, leaves=8, depth=4, fewest_per_leaf=5, rate=0.1, leave_out=leave_out)
    small = model_text(grow(values, label, plan))
    rows = values[:SMALL_ROWS]
    whole = brute_force(lightgbm.Booster(model_str=small).dump_model(), rows)
    return float(np.abs(explain(small, rows).contributions - whole).max())
