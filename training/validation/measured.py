"""Here we measure one set of tested reports: the model beside each simple model, its estimates, and what a queue gains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats, Ints
from training import evaluate
from training.backtest import Verdict, at_share, compare
from training.backtest.capacity import AtCapacity
from training.backtest.comparison import Comparison, verdict
from training.evaluate import Interval
from training.validation.fold import MODEL


@dataclass(frozen=True)
class Tested:
    """Reports of one window, or of several put together (see `training.validation.pooling`).

    Attributes
    ----------
    rows : ndarray of int64, shape (n,)
    label : ndarray of float64, shape (n,)
        1, 0, or NaN where nobody knows.
    scores : mapping of str to ndarray of float64, shape (n,)
        Comparable within the set; the model last.
    probability : ndarray of float64, shape (n,)
        The model's calibrated estimates.
    group : ndarray of int64, shape (n,)
        Household numbers.
    """

    rows: Ints
    label: Floats
    scores: Mapping[str, Floats]
    probability: Floats
    group: Ints

    def among(self, kept: Any) -> Tested:
        """Give some of the reports."""
        scores = {name: score[kept] for name, score in self.scores.items()}
        return Tested(self.rows[kept], self.label[kept], scores, self.probability[kept], self.group[kept])

    @property
    def known(self) -> Tested:
        """Those with a known outcome."""
        return self.among(~np.isnan(self.label))

    def with_label(self, label: Floats) -> Tested:
        """Give the same reports with another outcome, by report of the table."""
        return Tested(self.rows, label[self.rows], self.scores, self.probability, self.group)


@dataclass(frozen=True)
class Beaten:
    """The model beside one simple model.

    Attributes
    ----------
    name : str
    auc : Interval or None
        Of the simple model.
    gain : Interval or None
        Of the model over it, on the same draws of households.
    verdict : Verdict
    at_capacity : AtCapacity
        Of the simple model.
    """

    name: str
    auc: Interval | None
    gain: Interval | None
    verdict: Verdict
    at_capacity: AtCapacity

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "name": self.name,
            "auc": plain(self.auc),
            "gain": plain(self.gain),
            "verdict": self.verdict.value,
            "verdict_text": self.verdict.text.to_dict(),
            "at_capacity": self.at_capacity.to_dict(),
        }


@dataclass(frozen=True)
class Measured:
    """The figures of a set of tested reports.

    Attributes
    ----------
    n, known, positive, households : int
    auc : Interval or None
    average_precision, brier, slope, intercept : float or None
        None where the outcomes do not vary.
    at_capacity : AtCapacity
    beside : tuple of Beaten
        Simplest first.
    """

    n: int
    known: int
    positive: int
    households: int
    auc: Interval | None
    average_precision: float | None
    brier: float | None
    slope: float | None
    intercept: float | None
    at_capacity: AtCapacity
    beside: tuple[Beaten, ...]

    @property
    def base_rate(self) -> float | None:
        """Share of positive among those with a known outcome."""
        return self.positive / self.known if self.known else None

    @property
    def lift(self) -> float | None:
        """Precision among the reports taken first over the base rate."""
        precision, base = self.at_capacity.precision, self.base_rate
        return precision / base if precision is not None and base else None

    @property
    def gain(self) -> float | None:
        """AUC above the best of the simple models; None when one of them could not be compared."""
        gains = [None if one.gain is None else one.gain.value for one in self.beside]
        told = [gain for gain in gains if gain is not None]
        return min(told) if told and len(told) == len(gains) else None

    def figures(self) -> dict[str, float]:
        """Give the model's figures that could be estimated as one flat mapping."""
        named = {
            "auc": None if self.auc is None else self.auc.value,
            "gain": self.gain,
            "average_precision": self.average_precision,
            "brier": self.brier,
            "calibration_slope": self.slope,
            "calibration_intercept": self.intercept,
            "precision_at_capacity": self.at_capacity.precision,
            "recall_at_capacity": self.at_capacity.recall,
            "base_rate": self.base_rate,
            "lift": self.lift,
        } | {f"auc_{one.name}": None if one.auc is None else one.auc.value for one in self.beside}
        return {name: value for name, value in named.items() if value is not None}

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "n": self.n,
            "known": self.known,
            "positive": self.positive,
            "households": self.households,
            "base_rate": self.base_rate,
            "auc": plain(self.auc),
            "average_precision": self.average_precision,
            "brier": self.brier,
            "calibration_slope": self.slope,
            "calibration_intercept": self.intercept,
            "at_capacity": self.at_capacity.to_dict(),
            "lift": self.lift,
            "gain": self.gain,
            "beside": [one.to_dict() for one in self.beside],
        }


def measure(tested: Tested, *, capacity: float, seed: int) -> Measured:
    """Measure one set.

    Parameters
    ----------
    tested : Tested
    capacity : float
        Share of all its reports that is taken first, those with an unknown outcome among them.
    seed : int
        Of the bootstrap.
    """
    known = tested.known
    found = compare(known.label, known.scores, known.group, reference=MODEL, seed=seed)
    varies = 0 < known.label.sum() < len(known.label)
    slope, intercept = evaluate.calibration_line(known.label, known.probability) if varies else (None, None)
    taken = {name: at_share(tested.label, score, capacity) for name, score in tested.scores.items()}
    return Measured(
        n=len(tested.rows),
        known=len(known.rows),
        positive=found.positive,
        households=found.households,
        auc=found[MODEL].figure,
        average_precision=evaluate.average_precision(known.label, known.scores[MODEL]) if varies else None,
        brier=evaluate.brier(known.label, known.probability) if len(known.label) else None,
        slope=slope,
        intercept=intercept,
        at_capacity=taken[MODEL],
        beside=tuple(_beaten(found, name, taken[name]) for name in tested.scores if name != MODEL),
    )


def _beaten(found: Comparison, name: str, taken: AtCapacity) -> Beaten:
    """Turn what a simple model loses to the model into what the model gains over it."""
    loss = found[name].gain
    gain = None if loss is None else Interval(-loss.value, -loss.high, -loss.low)
    return Beaten(name, found[name].figure, gain, verdict(gain), taken)


def plain(interval: Interval | None) -> dict[str, float] | None:
    """Give an interval as plain data."""
    return None if interval is None else {"value": interval.value, "low": interval.low, "high": interval.high}
