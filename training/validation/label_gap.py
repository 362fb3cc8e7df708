"""Here we ask whether the predicted outcome speaks of a group as other outcomes do: a label can be wrong where no score shows it.

For reports of the group, outcomes are counted against those that reports of everyone else with the same place in the queue
have. When a group's need is confirmed less often than that, while an outcome that other people decide comes as often, the
label and not the group may be what differs. It is a sign to look at, and no proof: the group may also be met differently later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats, Ints, Mask
from training.backtest.bootstrap import intervals
from training.backtest.weighted import Figure, ratio, total
from training.evaluate import Interval
from training.validation.measured import plain

BINS = 5
"""Fifths of the queue within which the group is compared with everyone else."""
DRAWS = 200
FEWEST = 40
"""Reports of the group with a known outcome, before anything is told."""


@dataclass(frozen=True)
class LabelGap:
    """How often two outcomes come in a group, over how often they come in everyone else at the same place in the queue.

    Attributes
    ----------
    predicted, other, apart : Interval or None
        Of the predicted outcome, of the other one, and the first over the second, on the same draws of households. None where
        the data do not carry them.
    """

    predicted: Interval | None
    other: Interval | None
    apart: Interval | None

    @property
    def differs(self) -> bool | None:
        """Whether the two outcomes speak differently of the group; None when it cannot be told."""
        return None if self.apart is None else not self.apart.low <= 1 <= self.apart.high

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        ratios = {name: plain(getattr(self, name)) for name in ("predicted", "other", "apart")}
        return ratios | {"differs": self.differs}


def label_gap(predicted: Floats, other: Floats, score: Floats, member: Mask, group: Ints, *, seed: int = 0) -> LabelGap:
    """Compare what two outcomes say of a group.

    Parameters
    ----------
    predicted, other : ndarray of float64, shape (n,)
        1, 0, or NaN where nobody knows.
    score : ndarray of float64, shape (n,)
    member : ndarray of bool, shape (n,)
        Who belongs to the group.
    group : ndarray of int64, shape (n,)
        Household numbers.
    seed : int
        Of the bootstrap.
    """
    if min((member & ~np.isnan(one)).sum() for one in (predicted, other)) < FEWEST:
        return LabelGap(None, None, None)
    place = np.searchsorted(np.quantile(score, np.arange(1, BINS) / BINS), score, side="right")

    ratios = [_ratio_under(one, place, member) for one in (predicted, other)]

    def figures(weight: Floats) -> Floats:
        found = [of(weight) for of in ratios]
        return np.array([*found, ratio(*found)])

    return LabelGap(*intervals(figures, group, counted=member, draws=DRAWS, seed=seed))


def _ratio_under(label: Floats, place: Ints, member: Mask) -> Figure:
    """Prepare the outcomes of members over those that everyone else would have had in their places."""
    known = ~np.isnan(label)
    mine, theirs = np.flatnonzero(known & member), np.flatnonzero(known & ~member)
    at, among = place[mine], place[theirs]

    def figure(weight: Floats) -> float:
        seen = np.bincount(among, weight[theirs] * label[theirs], BINS)
        there = np.bincount(among, weight[theirs], BINS)
        with np.errstate(divide="ignore", invalid="ignore"):
            expected = (seen / there)[at]
        return ratio(total(weight[mine], label[mine]), total(weight[mine], expected))

    return figure
