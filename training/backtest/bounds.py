"""Here we bound figures on everyone when outcomes are known for some: whatever the others' outcomes are, it lies between.

Manski's worst and best cases (1989), exact for the reports at hand: every assignment of outcomes to
the unknown ones gives a figure inside, and some assignment gives each end. They speak of these
reports, not of those a new sample would bring, and assume nothing about who was investigated. They are wide;
that is what is known without an assumption. ``at_most`` narrows them by an assumption, which the reader must be told.

All four figures share one shape. Fix how many of the unknown are positive; then the best case makes positive
those that help the figure most, and what remains is to try every count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from features.arrays import Floats
from training.backtest.checks import check_label, check_score
from training.backtest.weighted import FIGURES, Bools, taken_first, total


@dataclass(frozen=True)
class Bounds:
    """Worst and best case of a figure.

    Attributes
    ----------
    low, high : float
    """

    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """Give plain data."""
        return asdict(self)


def bounds(
    label: Floats,
    score: Floats,
    capacity: float,
    *,
    among: Bools | None = None,
    at_most: float = 1.0,
) -> dict[str, Bounds | None]:
    """Bound base rate, precision and recall at capacity, and AUC.

    Parameters
    ----------
    label : ndarray of float64, shape (n,)
        1, 0, or NaN where nobody knows.
    score : ndarray of float64, shape (n,)
    capacity : float
        Share of all n reports that is taken first.
    among : ndarray of bool, shape (n,), optional
        The reports that the figures are about; all compete for being taken.
    at_most : float
        Largest share of the unknown that is assumed positive, 0 to 1. 1 assumes nothing.

    Returns
    -------
    dict of str to (Bounds or None)
        By `training.backtest.weighted.FIGURES`; None where some assignment leaves the figure without a denominator.

    Raises
    ------
    ValueError
        When ``at_most`` is no share.
    """
    if not 0 <= at_most <= 1:
        msg = f"at_most is {at_most}; give the largest share of unknown outcomes that may be positive, from 0 to 1."
        raise ValueError(msg)
    check_label(label, len(label))
    check_score(score, len(label))
    among = np.ones(len(label), dtype=bool) if among is None else among
    taken = taken_first(score, capacity)(np.ones(len(label)))[among]
    said = label[among]
    unknown = np.isnan(said)
    most = int(np.floor(at_most * unknown.sum() + 1e-9))
    n, first = len(said), taken.sum()
    rules: tuple[tuple[Floats, Callable[[Floats, Floats], Floats]], ...] = (
        (np.ones(n), lambda hits, _: hits / n),
        (taken, lambda hits, _: hits / first),
        (taken, lambda hits, positive: hits / positive),
        (_rank(score[among]), lambda ranks, positive: _auc(ranks, positive, n)),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return {name: _scan(said, gain, figure, most) for name, (gain, figure) in zip(FIGURES, rules, strict=True)}


def _rank(score: Floats) -> Floats:
    """Give mid-ranks from 1."""
    ordered = np.sort(score)
    return (np.searchsorted(ordered, score, "left") + np.searchsorted(ordered, score, "right") + 1) / 2


def _auc(ranks: Floats, positive: Floats, n: int) -> Floats:
    """Give AUC from the sum of the positives' mid-ranks (Mann and Whitney 1947)."""
    return (ranks - positive * (positive + 1) / 2) / (positive * (n - positive))


def _scan(said: Floats, gain: Floats, figure: Callable[[Floats, Floats], Floats], most: int) -> Bounds | None:
    """Try every count of positives among the unknown, with those that gain least, and those that gain most."""
    unknown = np.isnan(said)
    known = total(gain[~unknown], said[~unknown])
    positive = said[~unknown].sum() + np.arange(most + 1)
    rising = np.sort(gain[unknown])
    low = figure(known + _first(rising, most), positive)
    high = figure(known + _first(rising[::-1], most), positive)
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        return None
    return Bounds(float(low.min()), float(high.max()))


def _first(gain: Floats, most: int) -> Floats:
    """Give the sums of the first none, one, two … gains, shape (most + 1,)."""
    return np.concatenate([[0.0], np.cumsum(gain[:most])])
