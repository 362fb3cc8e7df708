"""Here we say how much sooner reports with need are read in the order of the score, at the pace that the unit keeps.

The pace is what the plan says, or else what the unit did: how many reports it decided on per working day while the tested
ones came in. Tested are some of the families, so the pace is theirs by their share of all reports that came in. A part of a queue
swings more, day by day, than the whole, so that waits in days are rather longer than the unit's own. At the unit's own pace about
as many come in as are read; such a queue swings, and the longer it is played, the longer are its waits: compare orders, not periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from features.arrays import Ints
from training.backtest.delay import Delay, decided_per_day, delay
from training.backtest.times import local_days
from training.inputs import Inputs
from training.plan import TrainingPlan
from training.validation.fold import MODEL
from training.validation.measured import Tested
from triage.words import Text

OVER_DAYS = 7
"""A report with need that waits longer than a week waits long."""
SAID_BY = {
    "plan": Text("enligt planen", "by the plan"),
    "decisions": Text(
        "så många som den beslutade om per arbetsdag medan de prövade kom in",
        "as many as it decided on per working day while the tested ones came in",
    ),
}


@dataclass(frozen=True)
class Pace:
    """How many reports are read on a working day.

    Attributes
    ----------
    unit : float
        Of all that come in.
    said_by : {"plan", "decisions"}
    share : float
        Tested reports among all that came in from the first tested one to the last.
    """

    unit: float
    said_by: Literal["plan", "decisions"]
    share: float

    @property
    def tested(self) -> float:
        """Of the tested ones."""
        return self.unit * self.share


@dataclass(frozen=True)
class Delayed:
    """What reading in order of the score changes for reports with need, and at which pace.

    Attributes
    ----------
    delay : Delay
        Of the tested reports.
    pace : Pace
    """

    delay: Delay
    pace: Pace

    def figures(self) -> dict[str, float]:
        """Give the days saved as one flat mapping."""
        return {f"days_saved_{order}": days for order, days in self.delay.saved.items() if days is not None}

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        pace, how = self.pace, SAID_BY[self.pace.said_by].to_dict()
        said = {"unit_per_day": pace.unit, "said_by": pace.said_by, "how": how, "tested_share": pace.share}
        return self.delay.to_dict() | said


def delayed(inputs: Inputs, tested: Tested, plan: TrainingPlan) -> Delayed | None:
    """Play the queue of the tested reports; None where the unit decided on none and the plan says nothing."""
    rows = tested.rows
    kept = pace(inputs, rows, plan)
    if kept is None:
        return None
    found = delay(
        inputs.received[rows],
        tested.label,
        tested.scores[MODEL],
        rows,
        per_day=kept.tested,
        over_days=OVER_DAYS,
        decided=inputs.decided[rows],
    )
    return Delayed(found, kept)


def pace(inputs: Inputs, rows: Ints, plan: TrainingPlan) -> Pace | None:
    """Give the pace while some reports came in; arguments as for `delayed`."""
    came = local_days(inputs.received)
    first, last = came[rows].min(), came[rows].max()
    share = len(rows) / int(np.sum((came >= first) & (came <= last)))
    if plan.reports_per_day is not None:
        return Pace(plan.reports_per_day, "plan", share)
    decided = decided_per_day(inputs.decided, first, last)
    return None if decided is None else Pace(decided, "decisions", share)
