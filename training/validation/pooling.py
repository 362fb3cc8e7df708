"""Here we put the turns and windows of a backtest together without letting one model's scale speak for another's.

Two scales, for two questions. *Order*: each score becomes its rank among all reports of its own window and turn, known or not:
those that the same model was asked about. A unit takes the first share of what comes in during a period, so a report competes
with those of its own period; ranks keep that, and the first fifth of all ranks is the first fifth of every turn of every window.
Raw scores would mix in that one model speaks louder, or that a period has more need, which no model was asked to foresee.
*Estimates*: the calibrated probability of the same turn stays as it is, because that is what was promised, and a level
that is wrong in one period must show in slope and intercept.
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
    """Give the tested window of one fold: ranks within each turn for order, estimates by the calibration of the same turn."""
    rows = fold.test.all_rows
    scores = {name: ranked(fold, score)[rows] for name, score in result.scores.items()}
    probability = np.full(len(inputs.received), np.nan)
    for turn, grown in zip(fold.turns, result.turns, strict=True):
        theirs = turn.test.all_rows
        probability[theirs] = grown.calibration.probability(result.margin[theirs])
    return Tested(rows, inputs.labels.value[rows], scores, probability[rows], inputs.group[rows])


def ranked(fold: Fold, score: Floats) -> Floats:
    """Give the window's reports their rank among those of the same turn; NaN elsewhere, shape (n,)."""
    place = np.full(len(score), np.nan)
    for turn in fold.turns:
        place[turn.test.all_rows] = ranks(score[turn.test.all_rows])
    return place


def pooled(windows: Sequence[Tested]) -> Tested:
    """Put windows together: ranks and probabilities as each window has them."""
    names = list(windows[0].scores)
    return Tested(
        rows=np.concatenate([one.rows for one in windows]),
        label=np.concatenate([one.label for one in windows]),
        scores={name: np.concatenate([one.scores[name] for one in windows]) for name in names},
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
