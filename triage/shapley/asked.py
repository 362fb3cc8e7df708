"""Here we let LightGBM explain: the reference that tables are checked against, and the way for trees they do not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Floats
from triage.shapley.explained import Explained

if TYPE_CHECKING:
    from lightgbm import Booster


@dataclass(frozen=True)
class Asked:
    """Asks a model for its own contributions.

    Attributes
    ----------
    booster : lightgbm.Booster
    """

    booster: Booster

    def explain(self, values: Floats, *, threads: int = 1) -> Explained:
        """Explain rows, shape (n, k)."""
        if not len(values):
            return Explained(np.empty(0), np.empty(values.shape), float("nan"))
        parts = np.asarray(self.booster.predict(values, pred_contrib=True, num_threads=threads), dtype=np.float64)
        margin = np.asarray(self.booster.predict(values, raw_score=True, num_threads=threads), dtype=np.float64)
        return Explained(margin, parts[:, :-1], float(parts[0, -1]))

    def probes(self) -> Floats:
        """Give one row of which nothing is known."""
        return np.full((1, self.booster.num_feature()), np.nan)
