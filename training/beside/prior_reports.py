"""Here we count earlier reports: the simplest score there is, and the first that a model must beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from features.arrays import Floats
from training.beside import refuse_unfit

IN_THREE_YEARS = ("reports_before",)
"""What counts them: windows that do not overlap, three years together."""


@dataclass(frozen=True)
class PriorReports:
    """How many reports came before.

    Attributes
    ----------
    counted : tuple of str
        Features whose sum is the count.
    columns : tuple of int
    unknown : float
        Score of a report whose history is unknown: the mean count in training, for unknown is not 0.
    """

    counted: tuple[str, ...]
    columns: tuple[int, ...]
    unknown: float

    def score(self, values: Floats) -> Floats:
        """Count, shape (n,)."""
        count = values[:, self.columns].sum(axis=1)
        return np.where(np.isnan(count), self.unknown, count)

    def to_dict(self) -> dict[str, Any]:
        """Give the score as plain data."""
        return {"kind": "prior_reports", **asdict(self)}


def fit(
    values: Floats, label: Floats, names: Sequence[str], *, counted: Sequence[str] = IN_THREE_YEARS
) -> PriorReports:
    """Fit the count; only the score of an unknown history is estimated.

    Parameters
    ----------
    values : ndarray of float64, shape (n, k)
    label : ndarray of float64, shape (n,)
        0 or 1.
    names : sequence of str, length k
    counted : sequence of str
        Features that count earlier reports in windows that do not overlap.
    """
    refuse_unfit(values, label, names)
    columns = tuple(list(names).index(name) for name in counted)
    count = values[:, columns].sum(axis=1)
    known = count[~np.isnan(count)]
    return PriorReports(tuple(counted), columns, float(known.mean()) if len(known) else 0.0)
