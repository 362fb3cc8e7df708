"""Here we fit: trees with monotone constraints where a direction is not in doubt, then a calibration on other families.

Same rows, seed and versions give the same model, byte for byte: rows are sorted before the fit,
because their order would change the trees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Floats
from features.build import REGISTRY
from triage.bundle import Calibration
from triage.errors import TrainingRefused

if TYPE_CHECKING:
    from lightgbm import Booster


@dataclass(frozen=True)
class TreePlan:
    """How the trees are grown.

    Attributes
    ----------
    rounds, leaves, depth, fewest_per_leaf : int
    rate : float
    seed, threads : int
    """

    rounds: int = 250
    leaves: int = 15
    depth: int = 5
    fewest_per_leaf: int = 40
    rate: float = 0.04
    seed: int = 2026
    threads: int = 2

    def params(self) -> dict[str, object]:
        """Give LightGBM's parameters; ``basic`` is the constraint method that holds with missing values."""
        return {
            "objective": "binary",
            "num_leaves": self.leaves,
            "max_depth": self.depth,
            "min_data_in_leaf": self.fewest_per_leaf,
            "learning_rate": self.rate,
            "feature_fraction": 0.7,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambda_l2": 5.0,
            "monotone_constraints": [feature.direction for feature in REGISTRY.features],
            "monotone_constraints_method": "basic",
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": self.threads,
            "verbosity": -1,
        }


def grow(values: Floats, label: Floats, plan: TreePlan) -> Booster:
    """Grow the trees.

    Parameters
    ----------
    values : ndarray of float64, shape (n, k)
        Rows sorted by a stable key.
    label : ndarray of float64, shape (n,)
        0 or 1; an unknown outcome has no place here.
    """
    import lightgbm as lgb

    if np.isnan(label).any():
        msg = f"{int(np.isnan(label).sum())} reports have an unknown outcome; leave them out, they are not 'no need'."
        raise TrainingRefused(msg)
    params = plan.params()
    data = lgb.Dataset(values, label=label, feature_name=list(REGISTRY.names), params=params, free_raw_data=True)
    return lgb.train(params, data, num_boost_round=plan.rounds)


def model_text(booster: Booster) -> str:
    """Give the model as text without the training parameters, which say nothing of its answers."""
    text: str = booster.model_to_string()
    head, _, rest = text.partition("\nparameters:")
    _, _, tail = rest.partition("end of parameters\n")
    return head + tail


def calibrate(margin: Floats, label: Floats) -> Calibration:
    """Fit a line from the raw margin to the log-odds of the outcome.

    Raises
    ------
    TrainingRefused
        When a higher margin does not mean a higher probability: then the model says nothing.
    """
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=np.inf).fit(margin.reshape(-1, 1), label)
    slope, intercept = float(line.coef_[0, 0]), float(line.intercept_[0])
    if slope <= 0:
        msg = f"The calibration slope is {slope:.3f}; it must be above 0. The model does not order these reports."
        raise TrainingRefused(msg)
    return Calibration(round(slope, 10), round(intercept, 10))
