"""Here we gather the figures of one tested part: the model beside the simple baseline and the ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats, Ints
from training import evaluate
from training.evaluate import Interval

if TYPE_CHECKING:
    import pandas as pd

SUSPICIOUS = 0.90
"""An AUC above this is a leak until shown otherwise."""
SLOPE = (0.8, 1.2)
INTERCEPT = 0.2


@dataclass(frozen=True)
class Figures:
    """What was measured on the test part.

    Attributes
    ----------
    n, positive : int
    model, baseline, gain : Interval
        AUC of the model, of the baseline, and their difference, with 95 % intervals.
    ceiling : float or None
        AUC of the generator's own probability; None where nobody can know it.
    average_precision, brier, slope, intercept : float
    capacity : float
    model_at_capacity, baseline_at_capacity : (float or None, float or None)
        Precision and recall among the share of reports taken first.
    bins : list of dict
    """

    n: int
    positive: int
    model: Interval
    baseline: Interval
    gain: Interval
    ceiling: float | None
    average_precision: float
    brier: float
    slope: float
    intercept: float
    capacity: float
    model_at_capacity: tuple[float | None, float | None]
    baseline_at_capacity: tuple[float | None, float | None]
    bins: list[dict[str, Any]]

    def metrics(self) -> dict[str, float]:
        """Give every figure that could be estimated as one flat mapping."""
        named = {
            "auc": self.model.value,
            "auc_low": self.model.low,
            "auc_high": self.model.high,
            "baseline_auc": self.baseline.value,
            "gain": self.gain.value,
            "gain_low": self.gain.low,
            "gain_high": self.gain.high,
            "ceiling_auc": self.ceiling,
            "average_precision": self.average_precision,
            "brier": self.brier,
            "calibration_slope": self.slope,
            "calibration_intercept": self.intercept,
            "precision_at_capacity": self.model_at_capacity[0],
            "recall_at_capacity": self.model_at_capacity[1],
            "baseline_precision_at_capacity": self.baseline_at_capacity[0],
            "baseline_recall_at_capacity": self.baseline_at_capacity[1],
            "base_rate": self.positive / self.n,
            "tested": float(self.n),
        }
        return {name: value for name, value in named.items() if value is not None}

    def frame(self) -> pd.DataFrame:
        """Give every figure as a frame: figure, value."""
        import pandas as pd

        return pd.DataFrame(list(self.metrics().items()), columns=["figure", "value"])


def measure(
    *,
    label: Floats,
    probability: Floats,
    baseline: Floats,
    ceiling: Floats | None,
    household: Ints,
    capacity: float,
    seed: int,
) -> Figures:
    """Measure one tested part.

    Parameters
    ----------
    label : ndarray of float64, shape (n,)
        0 or 1.
    probability, baseline : ndarray of float64, shape (n,)
    ceiling : ndarray of float64, shape (n,), or None
    household : ndarray of int64, shape (n,)
    capacity : float
        Share of reports that can be taken first.
    seed : int
        Of the bootstrap.
    """
    found = evaluate.clustered(label, {"model": probability, "baseline": baseline}, household, seed=seed)
    slope, intercept = evaluate.calibration_line(label, probability)
    return Figures(
        n=len(label),
        positive=int(label.sum()),
        model=found["model"],
        baseline=found["baseline"],
        gain=found["gain"],
        ceiling=None if ceiling is None or np.isnan(ceiling).any() else evaluate.auc(label, ceiling),
        average_precision=evaluate.average_precision(label, probability),
        brier=evaluate.brier(label, probability),
        slope=slope,
        intercept=intercept,
        capacity=capacity,
        model_at_capacity=evaluate.at_capacity(label, probability, capacity),
        baseline_at_capacity=evaluate.at_capacity(label, baseline, capacity),
        bins=evaluate.bins(label, probability),
    )
