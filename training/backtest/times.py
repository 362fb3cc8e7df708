"""Here we read time: microseconds of UTC inside, Swedish calendar days where people work."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.kinds import ZONE

if TYPE_CHECKING:
    import pandas as pd

Instants = NDArray[np.datetime64]


def instant(moment: dt.datetime) -> np.datetime64:
    """Give a moment as microseconds of UTC.

    Raises
    ------
    ValueError
        When the moment has no offset: two clocks an hour apart would be one.
    """
    if moment.tzinfo is None:
        msg = f"{moment.isoformat()} has no offset from UTC; give one, for example datetime(…, tzinfo=UTC)."
        raise ValueError(msg)
    return np.datetime64(moment.astimezone(dt.UTC).replace(tzinfo=None), "us")


def instants(times: pd.Series) -> Instants:
    """Give moments with their offsets as microseconds of UTC, shape (n,)."""
    plain: Instants = times.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    return plain


def moment(at: np.datetime64) -> dt.datetime:
    """Give microseconds of UTC as a moment with its offset."""
    plain: dt.datetime = at.astype("datetime64[us]").item()
    return plain.replace(tzinfo=dt.UTC)


def length(span: dt.timedelta, name: str) -> np.timedelta64:
    """Give a length of time in microseconds.

    Raises
    ------
    ValueError
        When it is not longer than nothing.
    """
    if span <= dt.timedelta(0):
        msg = f"{name} is {span}; give a length of time above zero."
        raise ValueError(msg)
    return np.timedelta64(span, "us")


def local_days(received: Instants) -> Instants:
    """Give the calendar day in Sweden on which each moment falls, shape (n,), datetime64[D]."""
    import pandas as pd

    local = pd.DatetimeIndex(received).tz_localize("UTC").tz_convert(ZONE).tz_localize(None)
    return np.asarray(local.to_numpy(dtype="datetime64[us]").astype("datetime64[D]"))
