"""Here we look across folds: how models age, how alike neighbouring models are, and which kind of model to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np

from training.backtest import Fold, ageing, choose_by_regret, overlap
from training.backtest.ageing import Ageing
from training.backtest.regret import Choice
from training.backtest.turns import LEAST
from training.evaluate import Interval, auc
from training.inputs import Inputs
from training.validation.fold import MODEL, FoldResult
from training.validation.measured import Measured
from training.validation.pooling import ranked


@dataclass(frozen=True)
class Overlap:
    """How alike two neighbouring models are on the newer one's window.

    Attributes
    ----------
    window : int
    k : int
        How many each puts first.
    jaccard : float
        1: the same ones.
    """

    window: int
    k: int
    jaccard: float

    def to_dict(self) -> dict[str, float]:
        """Give plain data."""
        return asdict(self)


def overlaps(folds: Sequence[Fold], results: Sequence[FoldResult], capacity: float) -> tuple[Overlap, ...]:
    """Compare each model with the one before it, on the newer one's window."""
    return tuple(
        _overlap(fold, old, new, capacity) for (_, old), (fold, new) in pairwise(zip(folds, results, strict=True))
    )


def _overlap(fold: Fold, old: FoldResult, new: FoldResult, capacity: float) -> Overlap:
    """Compare two models on the newer one's window."""
    rows = fold.test.all_rows
    k = max(1, round(capacity * len(rows)))
    return Overlap(fold.number, k, overlap(ranked(fold, old.margin)[rows], ranked(fold, new.margin)[rows], rows, k))


def aged(inputs: Inputs, folds: Sequence[Fold], results: Sequence[FoldResult]) -> Ageing | None:
    """Draw the ageing curve; None when some window has too few reports to tell.

    A family has the same side in every fold, so neither a window's own models nor the older ones have learned from any of its
    families.
    """
    figures = np.full((len(folds), len(folds)), np.nan)
    label = inputs.labels.value
    for place, fold in enumerate(folds):
        rows = fold.test.rows
        if min(label[rows].sum(), (1 - label[rows]).sum()) < LEAST:
            return None
        figures[: place + 1, place] = [auc(label[rows], ranked(fold, old.margin)[rows]) for old in results[: place + 1]]
    return ageing(figures) if len(folds) > 1 else None


def chosen(periods: Sequence[Measured]) -> Choice | None:
    """Choose the kind of model by regret over later periods; None with one period, or where a figure is missing."""
    if len(periods) < 2 or any(None in _aucs(period).values() for period in periods):
        return None
    figures = [{name: found.value for name, found in _aucs(period).items() if found} for period in periods]
    return choose_by_regret({name: [period[name] for period in figures] for name in figures[0]})


def _aucs(period: Measured) -> dict[str, Interval | None]:
    """Give the AUC of every kind of model, the simplest first."""
    return {one.name: one.auc for one in period.beside} | {MODEL: period.auc}
