"""Here we split reports by time and household: what is tested comes later, and no family stands on both sides.

::

    time ──►  train │ calibrate │ gap of one horizon │ test │ immature
    household       development side                 │ test side

The gap is as long as the label's horizon: at the first tested report, every label that was learned
from was already known. Development households that reappear while calibrating are left out of
training, so that calibration meets families the trees have not seen.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from features.arrays import Ints
from training.backtest.households import households
from training.declared import STRICT, Seed
from training.labels import Labels
from triage.errors import TrainingRefused

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 40
"""Fewest positive and fewest negative reports in a part; below this no figure is worth giving."""

Share = Annotated[float, Field(gt=0, lt=1)]


@checked(frozen=True, config=STRICT)
class SplitPlan:
    """How to split.

    Attributes
    ----------
    test_households : float
        Share of households on the test side.
    test_time, calibrate_time : float
        Share of the mature span that is tested on, and calibrated on.
    seed : int
        Of the households' sides.
    """

    test_households: Share = 0.3
    test_time: Share = 0.2
    calibrate_time: Share = 0.2
    seed: Seed = 2026

    def __post_init__(self) -> None:
        """Refuse shares that leave no time to train."""
        if self.test_time + self.calibrate_time >= 1:
            msg = f"test_time {self.test_time:g} and calibrate_time {self.calibrate_time:g} leave no time to train."
            raise ValueError(msg)


@dataclass(frozen=True)
class Part:
    """One part of a split.

    Attributes
    ----------
    name : str
    rows : ndarray of int64
        Rows of the reports table with a known outcome, by time received and ids.
    all_rows : ndarray of int64
        Also those whose outcome is unknown.
    start, end : datetime.datetime
        Half-open.
    positive : int
    """

    name: str
    rows: Ints
    all_rows: Ints
    start: dt.datetime
    end: dt.datetime
    positive: int

    def to_dict(self) -> dict[str, Any]:
        """Give dates and counts."""
        first, last = self.start.date().isoformat(), self.end.date().isoformat()
        return {"from": first, "to": last, "n": len(self.rows), "positive": self.positive}


@dataclass(frozen=True)
class Split:
    """Three parts that share no household and, towards the test, no time.

    Attributes
    ----------
    train, calibrate, test : Part
    gap_days : int
    left_out : int
        Reports with a known outcome that are in no part.
    """

    train: Part
    calibrate: Part
    test: Part
    gap_days: int
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
    horizon = dt.timedelta(days=labels.outcome.horizon_days)
    start = reports["received_at"].min().to_pydatetime()
    mature = end - horizon
    span = mature - start
    test_start = mature - span * plan.test_time
    known_by = test_start - horizon
    calibrate_start = known_by - span * plan.calibrate_time
    if calibrate_start <= start:
        msg = (
            f"The data span {(end - start).days} days; a horizon of {horizon.days} days with a gap as long "
            "leaves no time to train. Give a longer span."
        )
        raise TrainingRefused(msg)
    household = families(reports)
    on_test_side = household.map(_sides(household, plan)).to_numpy(dtype=bool)
    received = reports["received_at"]
    order = reports.sort_values(["received_at", "report_id", "child_id"]).index.to_numpy()

    def part(name: str, side: np.ndarray, first: dt.datetime, last: dt.datetime) -> Part:
        inside = side & (received >= first).to_numpy() & (received < last).to_numpy()
        every = order[inside[order]]
        rows = every[labels.known[every]]
        return Part(name, rows, every, first, last, int(labels.value[rows].sum()))

    calibrate = part("calibrate", ~on_test_side, calibrate_start, known_by)
    again = household.isin(household.iloc[calibrate.all_rows]).to_numpy()
    made = Split(
        train=part("train", ~on_test_side & ~again, start, calibrate_start),
        calibrate=calibrate,
        test=part("test", on_test_side, test_start, mature),
        gap_days=horizon.days,
        left_out=0,
    )
    for each in (made.train, made.calibrate, made.test):
        _refuse_thin(each)
    used = len(made.train.rows) + len(made.calibrate.rows) + len(made.test.rows)
    return Split(made.train, made.calibrate, made.test, horizon.days, int(labels.known.sum()) - used)


def families(reports: pd.DataFrame) -> pd.Series:
    """Name the family of every report: whoever shares a child or a household, however often a child moved.

    A family is called by the first of its households' ids, and a child without any by its own.

    Parameters
    ----------
    reports : pandas.DataFrame
        With ``household_id`` and ``child_id``.
    """
    import pandas as pd

    tied = households(reports["household_id"].tolist(), reports["child_id"].tolist())
    first = reports["household_id"].groupby(tied).min()
    name = first.fillna("child:" + reports["child_id"].groupby(tied).min())
    return pd.Series(name.to_numpy()[tied], index=reports.index, dtype="str")


def _sides(household: pd.Series, plan: SplitPlan) -> dict[str, bool]:
    """Put each household on a side by a hash of its id, so that more data move nobody."""
    return {name: _fraction(name, plan.seed) < plan.test_households for name in household.unique()}


def _fraction(name: str, seed: int) -> float:
    """Turn a name into a number from 0 to 1 that looks random and never changes."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8], "big") / 2**64


def _refuse_thin(part: Part) -> None:
    """Refuse a part that cannot carry a figure."""
    negative = len(part.rows) - part.positive
    if min(part.positive, negative) < FEWEST:
        msg = (
            f"Too few: the part {part.name} ({part.start.date()} to {part.end.date()}) has {part.positive} reports with the "
            f"outcome and {negative} without; at least {FEWEST} of each are needed. Give more data or a longer span."
        )
        raise TrainingRefused(msg)
