"""Here we measure how good scores are: discrimination, calibration, figures at capacity, with clustered intervals.

Plain arrays in, plain numbers out. A rate without a denominator is None, never 0 or 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats, Ints

DRAWS = 400
LOWEST, HIGHEST = 2.5, 97.5
TINY = 1e-6


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


def auc(label: Floats, score: Floats, weight: Floats | None = None) -> float:
    """Give the probability that a positive report scores above a negative one; ties count half.

    Parameters
    ----------
    label, score : ndarray of float64, shape (n,)
    weight : ndarray of float64, shape (n,), optional
        How many times each report counts.

    Returns
    -------
    float
        NaN when there is no positive or no negative.
    """
    weight = np.ones(len(label)) if weight is None else weight
    _, place = np.unique(score, return_inverse=True)
    positive = np.bincount(place, weights=weight * label)
    negative = np.bincount(place, weights=weight * (1 - label))
    pairs = positive.sum() * negative.sum()
    if pairs == 0:
        return math.nan
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / pairs)


def clustered(
    label: Floats, scores: dict[str, Floats], cluster: Ints, *, draws: int = DRAWS, seed: int = 0
) -> dict[str, Interval]:
    """Give AUC per score, and the gain of the first over the second, with household-clustered intervals.

    Parameters
    ----------
    label : ndarray of float64, shape (n,)
    scores : mapping of str to ndarray of float64, shape (n,)
        The model first, then the baseline.
    cluster : ndarray of int64, shape (n,)
        Household numbers; whole households are drawn with replacement.
    draws, seed : int

    Returns
    -------
    dict of str to Interval
        One per score, and ``"gain"``.
    """
    rng = np.random.default_rng(seed)
    names, clusters = list(scores), int(cluster.max()) + 1
    point = {name: auc(label, scores[name]) for name in names}
    drawn = np.empty((draws, len(names)))
    for draw in range(draws):
        times = np.bincount(rng.integers(0, clusters, clusters), minlength=clusters).astype(np.float64)
        drawn[draw] = [auc(label, scores[name], times[cluster]) for name in names]
    found = {name: _interval(point[name], drawn[:, column]) for column, name in enumerate(names)}
    gain = point[names[0]] - point[names[1]]
    return found | {"gain": _interval(gain, drawn[:, 0] - drawn[:, 1])}


def calibration_line(label: Floats, probability: Floats) -> tuple[float, float]:
    """Give slope and intercept of the outcome on the log-odds of the probability (1 and 0 are perfect)."""
    from sklearn.linear_model import LogisticRegression

    clipped = np.clip(probability, TINY, 1 - TINY)
    logit = np.log(clipped / (1 - clipped)).reshape(-1, 1)
    line = LogisticRegression(C=np.inf).fit(logit, label)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def at_capacity(label: Floats, score: Floats, capacity: float) -> tuple[float | None, float | None]:
    """Give precision and recall among the share of reports that can be taken first.

    Ties at the limit count by their expected share, so that the order of rows changes nothing.
    """
    taken = _share_taken(score, capacity)
    positives = float(label.sum())
    hits = float((taken * label).sum())
    total = float(taken.sum())
    return (hits / total if total else None), (hits / positives if positives else None)


def brier(label: Floats, probability: Floats) -> float:
    """Give the mean squared distance between probability and outcome."""
    return float(np.mean((probability - label) ** 2))


def average_precision(label: Floats, score: Floats) -> float:
    """Give average precision, as scikit-learn computes it."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(label, score))


def bins(label: Floats, probability: Floats, *, count: int = 10) -> list[dict[str, Any]]:
    """Give observed against estimated in bins of equal size, with Wilson intervals."""
    order = np.argsort(probability, kind="stable")
    rows = []
    for part in np.array_split(order, count):
        if len(part) == 0:
            continue
        low, high = wilson(float(label[part].sum()), len(part))
        rows.append(
            {
                "from": float(probability[part].min()),
                "to": float(probability[part].max()),
                "n": len(part),
                "mean_score": float(probability[part].mean()),
                "observed": float(label[part].mean()),
                "low": low,
                "high": high,
            }
        )
    return rows


def wilson(hits: float, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Give the Wilson interval of a share.

    >>> [round(limit, 3) for limit in wilson(0, 10)]
    [0.0, 0.278]
    """
    share = hits / n
    middle = share + z**2 / (2 * n)
    width = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, (middle - width) / (1 + z**2 / n)), min(1.0, (middle + width) / (1 + z**2 / n))


def _interval(value: float, drawn: Floats) -> Interval:
    """Give a percentile interval; draws in which the figure is not estimable are left out."""
    low, high = np.nanpercentile(drawn, [LOWEST, HIGHEST])
    return Interval(value, float(low), float(high))


def _share_taken(score: Floats, capacity: float) -> Floats:
    """Give for each report the chance that it is among those taken first."""
    want = capacity * len(score)
    values, place, size = np.unique(-score, return_inverse=True, return_counts=True)
    before = np.cumsum(size) - size
    share = np.clip((want - before) / size, 0.0, 1.0)
    taken: Floats = share[place]
    return taken if len(values) else np.zeros(0)
