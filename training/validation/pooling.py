"""Here we put the windows of a backtest together without letting one fold's scale speak for another's.

Two scales, for two questions. *Order*: each score becomes its rank among all reports of its own window, known or not. A unit
takes the first share of what comes in during a period, so a report competes with those of its own period; ranks keep that, and
the first fifth of all ranks is the first fifth of every window. Raw scores would mix in that a fold's model speaks louder,
or that a period has more need, which no model was asked to foresee. *Estimates*: the calibrated probability stays as
it is, because that is what was promised, and a level that is wrong in one period must show in slope and intercept.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.arrays import Floats
from training.backtest import Fold
from training.inputs import Inputs
from training.validation.fold import FoldResult
from training.validation.measured import Tested


def window(inputs: Inputs, fold: Fold, result: FoldResult) -> Tested:
    """Give the tested window of one fold, scores as they are."""
    rows = fold.test.all_rows
    scores = {name: score[rows] for name, score in result.scores.items()}
    probability = result.calibration.probability(result.margin[rows])
    return Tested(rows, inputs.labels.value[rows], scores, probability, inputs.group[rows])


def pooled(windows: Sequence[Tested]) -> Tested:
    """Put windows together: ranks within each window for order, probabilities as they are."""
    names = list(windows[0].scores)
    return Tested(
        rows=np.concatenate([one.rows for one in windows]),
        label=np.concatenate([one.label for one in windows]),
        scores={name: np.concatenate([ranks(one.scores[name]) for one in windows]) for name in names},
        probability=np.concatenate([one.probability for one in windows]),
        group=np.concatenate([one.group for one in windows]),
    )


def ranks(score: Floats) -> Floats:
    """Give each score its place among all, 0 to 1; equal scores share the middle of their places.

    >>> ranks(np.array([5.0, 1.0, 5.0, 9.0])).tolist()
    [0.5, 0.125, 0.5, 0.875]
    """
    ordered = np.sort(score)
    middle = np.searchsorted(ordered, score, "left") + np.searchsorted(ordered, score, "right")
    return np.asarray(middle / (2 * len(score)), dtype=np.float64)
