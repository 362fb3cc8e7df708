"""Here we hold what explaining a matrix gives, and what anything that explains can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from features.arrays import Floats


@dataclass(frozen=True)
class Explained:
    """The margins of n rows, taken apart.

    Attributes
    ----------
    margin : ndarray of float64, shape (n,)
        The trees' raw output, bit for bit LightGBM's own.
    contributions : ndarray of float64, shape (n, k)
        What each feature adds (exact path-dependent Shapley values).
    base : float
        The model's average: ``base + contributions.sum(axis=1) == margin``.
    """

    margin: Floats
    contributions: Floats
    base: float


class Explainer(Protocol):
    """What explains the rows of one model."""

    def explain(self, values: Floats, *, threads: int = 1) -> Explained:
        """Explain rows, shape (n, k); the numbers depend on neither their company nor the threads."""
        ...

    def probes(self) -> Floats:
        """Give a few made-up rows on which what explains can be checked, shape (m, k)."""
        ...
