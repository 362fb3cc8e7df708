"""Here we refuse a split from elsewhere that would flatter a model: no time between its sides, or families on both."""

from __future__ import annotations

import datetime as dt

import numpy as np

from features.arrays import Ints
from training.backtest.checks import check_group, check_received
from training.backtest.times import Instants, length, moment
from triage.errors import TrainingRefused


def check_split(received: Instants, train_rows: Ints, test_rows: Ints, group: Ints, horizon: dt.timedelta) -> None:
    """Refuse a split from elsewhere that would flatter a model: no time between its sides, or families on both.

    Parameters
    ----------
    received : ndarray of datetime64[us], shape (n,)
    train_rows, test_rows : ndarray of int64
        Row numbers; ``train_rows`` is everything that was fitted, tuned or calibrated on.
    group : ndarray of int64, shape (n,)
    horizon : datetime.timedelta

    Raises
    ------
    TrainingRefused
        With every reason at once, counted.
    """
    check_received(received)
    check_group(group, len(received))
    for side, rows in (("train", train_rows), ("test", test_rows)):
        if len(rows) == 0:
            msg = f"The {side} side has no reports; give at least one on each side."
            raise TrainingRefused(msg)
    first = received[test_rows].min()
    late = received[train_rows] + length(horizon, "horizon") > first
    shared = np.intersect1d(group[train_rows], group[test_rows])
    reasons = []
    if late.any():
        between = (first - received[train_rows].max()).astype("timedelta64[D]").astype(int)
        reasons.append(
            f"{int(late.sum())} of {len(late)} training reports were received less than {horizon.days} days before the first "
            f"tested one ({moment(first).date()}; the gap is {between} days), so their outcomes were not known then"
        )
    if len(shared):
        both = int(np.isin(group[test_rows], shared).sum())
        reasons.append(
            f"{len(shared)} households stand on both sides, with {both} of {len(test_rows)} tested reports, so a model can "
            "recognise families"
        )
    if reasons:
        msg = f"This split flatters a model, as a random split of rows does: {'; '.join(reasons)}. Use rolling_origin."
        raise TrainingRefused(msg)
