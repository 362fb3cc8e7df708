"""Here we split reports for the model that is offered: one turn, in which a share of the families is tested on a later period.

It is the turn of a backtest (`training.backtest.turns`), cut once, with shares in place of sides and of days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from training.backtest.households import Names, families, households
from training.backtest.sides import KEPT, SIDE, lots
from training.backtest.times import instant, instants
from training.backtest.turns import LEAST, Moments, Table, Turn, cut_turn, refuse_thin
from training.declared import STRICT, Seed
from training.labelling.labels import Labels
from triage.errors import TrainingRefused

if TYPE_CHECKING:
    import pandas as pd

Share = Annotated[float, Field(gt=0, lt=1)]


@checked(frozen=True, config=STRICT)
class SplitPlan:
    """How to split.

    Attributes
    ----------
    test_households, calibrate_households : float
        Share of households that are tested, and share of the others that are kept for calibration.
    test_time, calibrate_time : float
        Share of the mature span that is tested on, and calibrated on.
    seed : int
        Of which households those are.
    """

    test_households: Share = 0.25
    calibrate_households: Share = 0.3
    test_time: Share = 0.15
    calibrate_time: Share = 0.15
    seed: Seed = 2026

    def __post_init__(self) -> None:
        """Refuse shares that leave no time to train."""
        if self.test_time + self.calibrate_time >= 1:
            msg = f"test_time {self.test_time:g} and calibrate_time {self.calibrate_time:g} leave no time to train."
            raise ValueError(msg)


@dataclass(frozen=True)
class Split(Turn):
    """Three parts that share no household and, towards the test, no time.

    Attributes
    ----------
    train, calibrate, test : Part
    left_out : int
        Reports with a known outcome that are in no part.
    """

    left_out: int


def split(reports: pd.DataFrame, labels: Labels, end: dt.datetime, plan: SplitPlan) -> Split:
    """Split reports.

    Parameters
    ----------
    reports : pandas.DataFrame
        The reports table.
    labels : Labels
        In the same order.
    end : datetime.datetime
        The data's end.
    plan : SplitPlan

    Raises
    ------
    TrainingRefused
        When a part has too few reports of either outcome, with the numbers.
    """
    at = _moments(reports["received_at"], end, dt.timedelta(days=labels.outcome.horizon_days), plan)
    order = reports.sort_values(["received_at", "report_id", "child_id"]).index.to_numpy()
    table = Table(order, instants(reports["received_at"])[order], labels.value[order])
    family = families_of(reports)
    tested = lots(family, SIDE, plan.seed) < plan.test_households
    turn = cut_turn(table, tested, lots(family, KEPT, plan.seed) < plan.calibrate_households, at)
    for part in turn.parts:
        refuse_thin(part, "", LEAST, "more data or a longer span")
    used = sum(len(part.rows) for part in turn.parts)
    return Split(turn.train, turn.calibrate, turn.test, int(labels.known.sum()) - used)


def families_of(reports: pd.DataFrame) -> Names:
    """Name the family of every report: whoever shares a child or a household, however often a child moved.

    Parameters
    ----------
    reports : pandas.DataFrame
        With ``household_id``, ``child_id`` and ``received_at``.
    """
    child = reports["child_id"].tolist()
    return families(households(reports["household_id"].tolist(), child), instants(reports["received_at"]), child)


def _moments(received: pd.Series, end: dt.datetime, horizon: dt.timedelta, plan: SplitPlan) -> Moments:
    """Say when the parts begin and end."""
    start, mature = received.min().to_pydatetime(), end - horizon
    span = mature - start
    test = mature - span * plan.test_time
    gap = test - horizon
    calibrate = gap - span * plan.calibrate_time
    if calibrate <= start:
        msg = (
            f"The data span {(end - start).days} days; a horizon of {horizon.days} days with a gap as long "
            "leaves no time to train. Give a longer span."
        )
        raise TrainingRefused(msg)
    return Moments(*(instant(at) for at in (start, calibrate, gap, test, mature)))
