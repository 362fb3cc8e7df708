"""Here we move one feature at a time in the direction that the registry gives it, and ask that the score never falls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.registry import Feature
from training.probes.result import Compared, Floats, ProbeResult, RowScorer, checked, judge, not_below
from triage.words import Text

SAMPLE = 200
"""Rows on which a feature is moved, spread evenly over those given."""

STEPS = 12
"""Values that a feature is moved over, at most: quantiles of what was seen."""


def monotone(row_scorer: RowScorer, rows: Floats, features: Sequence[Feature]) -> ProbeResult:
    """Ask whether moving a feature in its direction ever lowers the score, one comparison per feature.

    Parameters
    ----------
    row_scorer : RowScorer
    rows : ndarray of float64, shape (n, k)
        Feature rows, in the order of ``features``.
    features : sequence of Feature, length k
    """
    sample = rows[np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(np.int64)] if len(rows) else rows
    directed = [(column, feature) for column, feature in enumerate(features) if feature.direction]
    return judge(
        "monotone",
        ("F27",),
        Text("Uppskattningen följer varje riktning", "The score follows every direction"),
        Text(
            "ett drag som bara kan höja sänker aldrig, och omvänt",
            "a feature that can only raise never lowers, and the reverse",
        ),
        [_steepest(row_scorer, sample, *one) for one in directed] if len(sample) else [],
    )


def _steepest(row_scorer: RowScorer, sample: Floats, column: int, feature: Feature) -> Compared:
    """Find the step that lowers the score most, or raises it least."""
    grid = values_seen(sample[:, column])[:: feature.direction]
    moved = np.repeat(sample[None], len(grid), axis=0)
    moved[:, :, column] = grid[:, None]
    asked = checked(row_scorer(moved.reshape(-1, sample.shape[1])), len(grid) * len(sample)).reshape(len(grid), -1)
    step, row = np.unravel_index(np.argmin(np.diff(asked, axis=0)), (len(grid) - 1, len(sample)))
    before, after = grid[step], grid[step + 1]
    return not_below(
        Text(
            f"{feature.sv} ({feature.name}) från {before:g} till {after:g}",
            f"{feature.en} ({feature.name}) from {before:g} to {after:g}",
        ),
        asked[step + 1, row],
        asked[step, row],
    )


def values_seen(column: Floats) -> Floats:
    """Give the values to move a feature over, ascending: quantiles of what was seen, two at least.

    >>> values_seen(np.array([0.0, 2.0, np.nan, 0.0]))
    array([0., 2.])
    >>> values_seen(np.array([3.0])), values_seen(np.array([np.nan]))
    (array([3., 4.]), array([0., 1.]))
    """
    seen = column[~np.isnan(column)] if not np.isnan(column).all() else np.zeros(1)
    spread = np.unique(np.quantile(seen, np.linspace(0, 1, STEPS), method="nearest"))
    return spread if len(spread) > 1 else np.array([spread[0], spread[0] + 1])
