"""Here we prepare figures once, by sorting, so that a bootstrap draw costs one pass over the weights.

A label may be a pseudo-outcome outside 0 to 1 (see `doubly_robust`): every figure is then the one
that holds in expectation. A figure that cannot be estimated is NaN in here, and None on the way out.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats

Bools = NDArray[np.bool_]

FIGURES = ("base_rate", "precision", "recall", "auc")
"""Base rate; precision and recall among the share of reports taken first; AUC."""

Figure = Callable[[Floats], float]
"""Takes how many times each report counts, shape (n,); gives the figure."""

NO_PAIRS = 1e-12


def auc_under(label: Floats, score: Floats) -> Figure:
    """Prepare AUC; ties count half, and a report is never compared with itself.

    Parameters
    ----------
    label, score : ndarray of float64, shape (n,)
    """
    order = np.argsort(score, kind="stable")
    ranked, said = score[order], label[order]
    below, up_to = np.searchsorted(ranked, ranked, "left"), np.searchsorted(ranked, ranked, "right")

    def figure(weight: Floats) -> float:
        counts = weight[order]
        positive = counts * said
        negative = counts - positive
        passed = np.concatenate([[0.0], np.cumsum(negative)])
        with_itself = total(positive, negative)
        pairs = float(positive.sum()) * float(passed[-1]) - with_itself
        if pairs <= NO_PAIRS:
            return math.nan
        return (total(positive, passed[below] + passed[up_to]) - with_itself) / (2 * pairs)

    return figure


def taken_first(score: Floats, capacity: float) -> Callable[[Floats], Floats]:
    """Prepare the chance of each report to be among the share that can be taken first.

    Ties at the limit share what is left, so that the order of rows changes nothing.

    Parameters
    ----------
    score : ndarray of float64, shape (n,)
    capacity : float
        Share of all reports, above 0 and at most 1.

    Raises
    ------
    ValueError
        When the capacity is no share.
    """
    if not 0 < capacity <= 1:
        msg = f"capacity is {capacity}; give the share of reports that can be taken first, above 0 and at most 1."
        raise ValueError(msg)
    values, place = np.unique(-score, return_inverse=True)

    def taken(weight: Floats) -> Floats:
        size = np.bincount(place, weight, len(values))
        before = np.cumsum(size) - size
        share = np.clip((capacity * size.sum() - before) / np.where(size > 0, size, 1), 0, 1)
        return np.asarray(share[place], dtype=np.float64)

    return taken


def precision_under(label: Floats, score: Floats, capacity: float) -> Figure:
    """Prepare precision among the share of reports taken first; arguments as for `auc_under` and `taken_first`."""
    taken = taken_first(score, capacity)

    def figure(weight: Floats) -> float:
        first = weight * taken(weight)
        return ratio(total(first, label), float(first.sum()))

    return figure


def four_under(label: Floats, score: Floats, capacity: float, counted: Bools) -> Callable[[Floats], Floats]:
    """Prepare `FIGURES` of the counted reports, while all compete for being taken.

    Parameters
    ----------
    label, score : ndarray of float64, shape (n,)
        The label of a report that is not counted is not read.
    capacity : float
        Share of all n reports that is taken first.
    counted : ndarray of bool, shape (n,)
    """
    taken, auc, said = taken_first(score, capacity), auc_under(label[counted], score[counted]), label[counted]

    def figures(weight: Floats) -> Floats:
        every, first = weight[counted], (weight * taken(weight))[counted]
        hits, positive = total(first, said), total(every, said)
        rates = ratio(positive, float(every.sum())), ratio(hits, float(first.sum())), ratio(hits, positive)
        return np.array([*rates, auc(every)])

    return figures


def total(weight: Floats, value: Floats) -> float:
    """Give the weighted sum, the same on one thread and on two, which a dot product does not promise."""
    return float((weight * value).sum())


def ratio(part: float, whole: float) -> float:
    """Divide; without a denominator above nothing there is no rate."""
    return part / whole if whole > 0 else math.nan


def none_if_nan(value: float) -> float | None:
    """Say "not estimable" as the rest of the world reads it."""
    return None if math.isnan(value) else value
