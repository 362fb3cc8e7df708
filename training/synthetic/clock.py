"""Here we count time: microseconds of UTC inside, Stockholm's calendar where people are concerned."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from features.kinds import ZONE
from training.synthetic.arrays import Bools, Floats, Ints
from training.synthetic.settings import DAYS_PER_YEAR, Settings

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NEVER = np.iinfo(np.int64).max
"""An instant that does not come."""

MONTH_VOLUME = (1.0, 1.0, 1.03, 1.0, 1.12, 0.85, 0.62, 0.9, 1.12, 1.12, 1.12, 0.92)
"""How many reports come in each month, against a usual one (X: no Swedish series)."""

WEEKEND_VOLUME = 0.38


def instant(day: dt.date) -> int:
    """Give the first instant of ``day`` in Stockholm, in microseconds of UTC."""
    return round(pd.Timestamp(day).tz_localize(ZONE).timestamp()) * 1_000_000


def days_since_epoch(day: dt.date) -> int:
    """Count the days from 1970-01-01."""
    return (day - dt.date(1970, 1, 1)).days


def to_utc(day: Ints, microseconds: Ints) -> Ints:
    """Turn a Stockholm day (since 1970) and time of day into microseconds of UTC."""
    local = pd.DatetimeIndex((day * DAY + microseconds).astype("datetime64[us]"))
    zoned = local.tz_localize(ZONE, ambiguous=np.ones(len(local), dtype=bool), nonexistent="shift_forward")
    return np.asarray(zoned.tz_convert("UTC").as_unit("us").asi8, dtype=np.int64)


def to_series(at: Ints) -> pd.Series:
    """Turn microseconds of UTC into a column of instants; ``NEVER`` becomes missing."""
    stamps = at.astype("datetime64[us]")
    stamps[at == NEVER] = np.datetime64("NaT")
    return pd.Series(stamps).dt.tz_localize("UTC")


def office(at: Ints, floor: Ints) -> Ints:
    """Move instants into the working day of the same date, keeping their order and never before ``floor``."""
    day, rest = np.divmod(at, DAY)
    return np.asarray(np.maximum(day * DAY + 7 * HOUR + (rest * 0.35).astype(np.int64), floor), dtype=np.int64)


def later(at: Ints, days: Floats) -> Ints:
    """Give the instants ``days`` after ``at``, in office hours."""
    return office(at + (days * DAY).astype(np.int64), at + 5 * MINUTE)


def calendar(settings: Settings) -> pd.DatetimeIndex:
    """List every day of whole years from the start (the last year may run past the data end)."""
    years = int(np.ceil(settings.years))
    return pd.date_range(settings.start, periods=int(np.ceil(years * DAYS_PER_YEAR)), freq="D")


def holiday(days: pd.DatetimeIndex) -> Bools:
    """Tell on which days schools are closed: mid June to mid August, and around New Year."""
    month, day = np.asarray(days.month), np.asarray(days.day)
    summer = (month == 7) | ((month == 6) & (day >= 12)) | ((month == 8) & (day <= 15))
    winter = ((month == 12) & (day >= 20)) | ((month == 1) & (day <= 6))
    return np.asarray(summer | winter, dtype=np.bool_)


def volume(days: pd.DatetimeIndex) -> Floats:
    """Say how many reports each day receives, against a usual weekday."""
    monthly = np.asarray(MONTH_VOLUME)[np.asarray(days.month) - 1]
    weekend = np.asarray(days.day_of_week) >= 5
    return np.asarray(np.where(weekend, monthly * WEEKEND_VOLUME, monthly), dtype=np.float64)
