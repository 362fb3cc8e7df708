"""Here we ask whether one score is better than another on the same reports, and say so only when it is worth having.

All scores meet the same draws of households, so a difference is taken within each draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats, Ints
from training.backtest.bootstrap import intervals
from training.backtest.checks import check_group, check_label, check_score
from training.backtest.weighted import Figure, auc_under
from training.evaluate import DRAWS, Interval
from triage.errors import TrainingRefused
from triage.words import Text

if TYPE_CHECKING:
    import pandas as pd

WORTH = 0.01
"""A smaller gain in AUC is not called an improvement, however sure it is."""


class Verdict(StrEnum):
    """What a comparison shows."""

    IMPROVEMENT = "improvement"
    NOT_SHOWN = "no_improvement_shown"
    WORSE = "worse"
    CANNOT_TELL = "cannot_tell"

    @property
    def text(self) -> Text:
        """Give the verdict in words."""
        return _WORDS[self]


_WORDS = {
    Verdict.IMPROVEMENT: Text("förbättring", "improvement"),
    Verdict.NOT_SHOWN: Text("ingen förbättring visad", "no improvement shown"),
    Verdict.WORSE: Text("sämre", "worse"),
    Verdict.CANNOT_TELL: Text("går inte att avgöra", "cannot tell"),
}


@dataclass(frozen=True)
class Compared:
    """One score beside the reference.

    Attributes
    ----------
    name : str
    figure, gain : Interval or None
        With 95 % interval; None where it is not estimable. The gain is that over the reference.
    verdict : Verdict or None
        None for the reference itself.
    """

    name: str
    figure: Interval | None
    gain: Interval | None
    verdict: Verdict | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return asdict(self) | {"verdict_text": None if self.verdict is None else self.verdict.text.to_dict()}


@dataclass(frozen=True)
class Comparison:
    """Scores compared on the same reports.

    Attributes
    ----------
    reference : str
    n, positive, households, draws : int
    scores : tuple of Compared
        In the order in which they were handed in.
    """

    reference: str
    n: int
    positive: int
    households: int
    draws: int
    scores: tuple[Compared, ...]

    def __getitem__(self, name: str) -> Compared:
        """Give one score."""
        return next(score for score in self.scores if score.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return asdict(self) | {"scores": [score.to_dict() for score in self.scores]}

    def frame(self) -> pd.DataFrame:
        """Give one row per score: figure, gain, limits, verdict."""
        import pandas as pd

        return pd.json_normalize([score.to_dict() for score in self.scores], sep="_")


def compare(
    label: Floats,
    scores: Mapping[str, Floats],
    group: Ints,
    *,
    reference: str,
    figure: Callable[[Floats, Floats], Figure] = auc_under,
    worth: float = WORTH,
    draws: int = DRAWS,
    seed: int = 0,
) -> Comparison:
    """Compare scores with a reference on the same reports.

    Parameters
    ----------
    label : ndarray of float64, shape (n,)
        0 or 1; unknown outcomes are left out before.
    scores : mapping of str to ndarray of float64, shape (n,)
    group : ndarray of int64, shape (n,)
        Household numbers.
    reference : str
        The score that the others are compared with.
    figure : callable
        Prepares the figure from label and score (see `training.backtest.weighted`); higher is better.
    worth : float
        Smallest gain that is called an improvement.
    draws, seed : int

    Raises
    ------
    TrainingRefused
        When outcomes are unknown.
    ValueError
        When the reference is not among the scores, or an array is not what it should be.
    """
    _check(label, scores, group, reference)
    prepared = [figure(label, score) for score in scores.values()]
    base = list(scores).index(reference)

    def figures(weight: Floats) -> Floats:
        found = np.array([of(weight) for of in prepared])
        return np.concatenate([found, found - found[base]])

    found = intervals(figures, group, draws=draws, seed=seed)
    compared = tuple(
        Compared(name, own, None, None) if name == reference else Compared(name, own, gain, verdict(gain, worth))
        for name, own, gain in zip(scores, found[: len(scores)], found[len(scores) :], strict=True)
    )
    return Comparison(reference, len(label), int(label.sum()), len(np.unique(group)), draws, compared)


def verdict(gain: Interval | None, worth: float = WORTH) -> Verdict:
    """Say what a gain shows.

    An improvement is worth having and its interval lies above zero; any loss whose interval lies below zero is worse,
    however small: the two errors do not weigh the same.

    >>> verdict(Interval(0.008, 0.004, 0.012))
    <Verdict.NOT_SHOWN: 'no_improvement_shown'>
    """
    if gain is None:
        return Verdict.CANNOT_TELL
    if gain.high < 0:
        return Verdict.WORSE
    return Verdict.IMPROVEMENT if gain.low > 0 and gain.value >= worth else Verdict.NOT_SHOWN


def _check(label: Floats, scores: Mapping[str, Floats], group: Ints, reference: str) -> None:
    """Refuse what cannot be compared."""
    check_label(label, len(label))
    check_group(group, len(label))
    if reference not in scores:
        msg = f"The reference {reference!r} is not among the scores ({', '.join(scores)}); name one of them."
        raise ValueError(msg)
    for name, score in scores.items():
        check_score(score, len(label), name)
    if np.isnan(label).any():
        msg = f"{int(np.isnan(label).sum())} of {len(label)} outcomes are unknown; leave them out, they are not 'no'."
        raise TrainingRefused(msg)
