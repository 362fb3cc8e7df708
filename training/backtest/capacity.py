"""Here we measure what is found among the reports that a unit takes first, when it cannot take all at once.

A report whose outcome nobody knows takes up a place all the same, and counts in no figure.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from features.arrays import Floats, Ints
from training.backtest.checks import check_label, check_per_day, check_received, check_score
from training.backtest.queueing import NO_DAYS, opens, place_in
from training.backtest.times import Instants, local_days
from training.backtest.weighted import none_if_nan, ratio, taken_first, total


@dataclass(frozen=True)
class AtCapacity:
    """What is found among the reports that are taken first.

    Attributes
    ----------
    precision, recall : float or None
        Among reports with a known outcome; None without a denominator.
    taken : float
        Share of all reports that is taken.
    """

    precision: float | None
    recall: float | None
    taken: float

    def to_dict(self) -> dict[str, float | None]:
        """Give plain data."""
        return asdict(self)


def at_share(label: Floats, score: Floats, capacity: float) -> AtCapacity:
    """Take the given share of all reports, the highest scores first.

    Parameters
    ----------
    label : ndarray of float64, shape (n,)
        1, 0, or NaN where nobody knows.
    score : ndarray of float64, shape (n,)
        Ties at the limit count by their expected share.
    capacity : float
        Above 0 and at most 1.
    """
    check_label(label, len(label))
    check_score(score, len(label))
    return _among(label, taken_first(score, capacity)(np.ones(len(label))))


def each_day(
    label: Floats, score: Floats, received: Instants, per_day: int, *, closed: Instants = NO_DAYS
) -> AtCapacity:
    """Take so many on every working day, the highest scores among those that came in since the last one.

    Parameters
    ----------
    label, score : ndarray of float64, shape (n,)
        As for `at_share`; ties at a day's limit count by their expected share.
    received : ndarray of datetime64[us], shape (n,)
        UTC; days are those of the Swedish calendar.
    per_day : int
    closed : ndarray of datetime64[D]
        Days other than Saturday and Sunday on which nobody reads.
    """
    check_received(received)
    check_label(label, len(received))
    check_score(score, len(received))
    check_per_day(per_day)
    return _among(label, _taken_each_day(score, opens(local_days(received), closed), per_day))


def overlap(first: Floats, second: Floats, key: Ints, k: int) -> float:
    """Give the Jaccard overlap of the k reports that two scores put first: 1, the same ones; 0, none in common.

    Parameters
    ----------
    first, second : ndarray of float64, shape (n,)
    key : ndarray of int64, shape (n,)
        A number for each report; of two with the same score the lower comes first, in both scores.
    k : int

    Raises
    ------
    ValueError
        When k is not from 1 to n.
    """
    if not 1 <= k <= len(first):
        msg = f"k is {k}; give a number from 1 to {len(first)}, the number of reports."
        raise ValueError(msg)
    one, two = place_in(-first, key) < k, place_in(-second, key) < k
    return float((one & two).sum() / (one | two).sum())


def _among(label: Floats, taken: Floats) -> AtCapacity:
    """Give the figures for reports that are taken with the given chances."""
    known = ~np.isnan(label)
    hits, first = total(taken[known], label[known]), float(taken[known].sum())
    precision, recall = ratio(hits, first), ratio(hits, float(label[known].sum()))
    return AtCapacity(none_if_nan(precision), none_if_nan(recall), float(taken.mean()))


def _taken_each_day(score: Floats, day: Instants, per_day: int) -> Floats:
    """Give the chance of each report to be among those taken on its day; ties share what is left."""
    order = np.lexsort((-score, day))
    new_day = np.append(True, day[order][1:] != day[order][:-1])
    new_tie = new_day | np.append(True, score[order][1:] != score[order][:-1])
    start = np.flatnonzero(new_tie)
    size = np.diff(start, append=len(order))
    before = start - np.maximum.accumulate(np.where(new_day, np.arange(len(order)), 0))[start]
    taken = np.empty(len(order))
    taken[order] = np.repeat(np.clip((per_day - before) / size, 0, 1), size)
    return taken
