"""Here we fit a logistic regression: medians for what is missing, and a weight for its being missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from features.arrays import Floats
from training.beside import refuse_unfit

STRENGTH = 1.0
"""Inverse of the ridge penalty on standardised features: scikit-learn's default."""
MOST_STEPS = 100
"""Of Newton; a handful are enough."""


@dataclass(frozen=True)
class Logistic:
    """A fitted logistic regression.

    Attributes
    ----------
    names : tuple of str, length k
    median : tuple of float, length k
        Stands for a missing value; 0 where training knew none.
    mean, spread : tuple of float, length k
        After filling; a weight is per spread.
    weight : tuple of float, length k
    absent_weight : tuple of float, length k
        Added where the value is missing; 0 where training missed none.
    intercept : float
    """

    names: tuple[str, ...]
    median: tuple[float, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weight: tuple[float, ...]
    absent_weight: tuple[float, ...]
    intercept: float

    def score(self, values: Floats) -> Floats:
        """Give log-odds, shape (n,)."""
        absent = np.isnan(values)
        filled = np.where(absent, self.median, values)
        scaled = (filled - self.mean) / self.spread
        odds: Floats = scaled @ np.array(self.weight) + absent @ np.array(self.absent_weight) + self.intercept
        return odds

    def to_dict(self) -> dict[str, Any]:
        """Give the regression as plain data."""
        return {"kind": "logistic", **asdict(self)}


def fit(values: Floats, label: Floats, names: Sequence[str]) -> Logistic:
    """Fit a logistic regression with a light ridge.

    Parameters
    ----------
    values : ndarray of float64, shape (n, k)
        NaN is missing.
    label : ndarray of float64, shape (n,)
        0 or 1.
    names : sequence of str, length k
    """
    from sklearn.linear_model import LogisticRegression

    refuse_unfit(values, label, names)
    absent = np.isnan(values)
    median = np.array([_median(column) for column in values.T])
    filled = np.where(absent, median, values)
    mean, spread = filled.mean(axis=0), filled.std(axis=0)
    spread[spread == 0] = 1.0
    columns = np.hstack([(filled - mean) / spread, absent])
    found = LogisticRegression(C=STRENGTH, solver="newton-cholesky", max_iter=MOST_STEPS).fit(columns, label)
    weight, absent_weight = np.split(found.coef_[0], 2)
    return Logistic(
        names=tuple(names),
        median=tuple(median.tolist()),
        mean=tuple(mean.tolist()),
        spread=tuple(spread.tolist()),
        weight=tuple(weight.tolist()),
        absent_weight=tuple(absent_weight.tolist()),
        intercept=float(found.intercept_[0]),
    )


def _median(column: Floats) -> float:
    """Give the median of what is known; 0 where nothing is."""
    known = column[~np.isnan(column)]
    return float(np.median(known)) if len(known) else 0.0
