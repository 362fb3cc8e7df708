"""Here we say what is found among the reports that are read first, out of all that came in, investigated or not.

A queue holds every report, so its base rate is that of every report. Among the investigated a base rate of one half lets no
order lift more than twice, whatever it is worth. Three countings, none of which replaces another: outcomes that are known;
outcomes that came true, out of all reports (those that nobody investigated are not said to be without need: they have
brought no confirmed need, and so this is the least that both rates can be); and, where a generator made the cases, the chance
that an investigation would have confirmed need, investigated or not.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from features.arrays import Floats
from training.backtest import at_share
from training.backtest.weighted import taken_first
from training.validation.fold import MODEL
from training.validation.measured import Tested
from triage.words import Text

CAN_NEVER = Text(
    "Bland dem med känt utfall kan ingen ordning lyfta mer än 1 / basandelen.",
    "Among those with a known outcome no order can lift more than 1 / base rate.",
)


@dataclass(frozen=True)
class Found:
    """Two rates of one counting.

    Attributes
    ----------
    base_rate, precision : float or None
        Among all reports that are counted, and among those of them that are read first; None without a denominator.
    """

    base_rate: float | None
    precision: float | None

    @property
    def lift(self) -> float | None:
        """Precision over base rate."""
        return self.precision / self.base_rate if self.precision is not None and self.base_rate else None

    @property
    def most(self) -> float | None:
        """What no order can lift beyond."""
        return 1 / self.base_rate if self.base_rate else None

    def to_dict(self) -> dict[str, float | None]:
        """Give plain data."""
        return asdict(self) | {"lift": self.lift, "most": self.most}


@dataclass(frozen=True)
class InQueue:
    """What is found among the reports read first, for one outcome.

    Attributes
    ----------
    outcome : str
    n, known : int
        Reports that came in, and those of them whose outcome is known.
    investigated : Found
        Of those with a known outcome.
    came_true : Found
        Of all reports.
    truth : Found or None
        Of all reports, by the generator's own probability; None where nobody can know it.
    """

    outcome: str
    n: int
    known: int
    investigated: Found
    came_true: Found
    truth: Found | None

    def figures(self) -> dict[str, float]:
        """Give what the bar reads as one flat mapping."""
        named = {"queue_base_rate": self.came_true.base_rate, "queue_precision": self.came_true.precision}
        if self.truth is not None:
            named |= {"queue_base_rate_truth": self.truth.base_rate, "queue_precision_truth": self.truth.precision}
        return {name: value for name, value in named.items() if value is not None}

    def to_dict(self) -> dict[str, Any]:
        """Give plain data, with why the first figure is bounded."""
        return {
            "outcome": self.outcome,
            "n": self.n,
            "known": self.known,
            "investigated": self.investigated.to_dict() | {"text": CAN_NEVER.to_dict()},
            "came_true": self.came_true.to_dict(),
            "truth": None if self.truth is None else self.truth.to_dict(),
        }


def in_queue(outcome: str, tested: Tested, capacity: float, truth: Floats | None = None) -> InQueue:
    """Count what is found among the reports that the model puts first.

    Parameters
    ----------
    outcome : str
    tested : Tested
        All reports that came in, also those whose outcome nobody knows.
    capacity : float
        Share of all of them that is read first.
    truth : ndarray of float64, shape (n,), optional
        Chance that each outcome would be yes, by report of ``tested``.
    """
    score, known = tested.scores[MODEL], ~np.isnan(tested.label)
    among = at_share(tested.label, score, capacity)
    taken = taken_first(score, capacity)(np.ones(len(score)))
    base = float(tested.label[known].mean()) if known.any() else None
    return InQueue(
        outcome=outcome,
        n=len(score),
        known=int(known.sum()),
        investigated=Found(base, among.precision),
        came_true=_of_all(np.nan_to_num(tested.label), taken),
        truth=None if truth is None else _of_all(truth, taken),
    )


def _of_all(rate: Floats, taken: Floats) -> Found:
    """Give the mean of all, and of those taken."""
    if not len(rate):
        return Found(None, None)
    return Found(float(rate.mean()), float((rate * taken).sum() / taken.sum()))
