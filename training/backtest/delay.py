"""Here we measure who waits how long when a score decides the order, beside first come first served and beside history."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from features.arrays import Floats, Ints
from training.backtest.checks import check_label, check_received, check_score
from training.backtest.queueing import NO_DAYS, days_waited, place_in
from training.backtest.times import Instants, local_days

NEVER = np.datetime64("9999-12-31", "us")


@dataclass(frozen=True)
class Waiting:
    """How long reports with need waited, in one order.

    Attributes
    ----------
    mean, median : float or None
        Calendar days from the day received to the day read; None without any report with need.
    longest : int or None
    over : float or None
        Share that waited more than ``over_days``.
    """

    mean: float | None
    median: float | None
    longest: int | None
    over: float | None


@dataclass(frozen=True)
class Delay:
    """What reading in order of the score changes for reports with need.

    Attributes
    ----------
    n, needs : int
        Reports in the queue, and those among them that are known to have need.
    per_day : float
    over_days : int
    load : float
        Reports per place while they come in; above 1 the queue grows, and so do delays, with the length of the period.
    left_at_end : int
        Reports unread, in any order, after the last day on which one came in; they are read later at the same pace.
    orders : dict of str to Waiting
        ``by_score``, ``first_come`` and, where it was handed in, ``historical``.
    saved : dict of str to (float or None)
        Mean days that a report with need waits less by the score than in each other order; negative: longer.
    """

    n: int
    needs: int
    per_day: float
    over_days: int
    load: float
    left_at_end: int
    orders: dict[str, Waiting]
    saved: dict[str, float | None]

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return asdict(self)


def delay(
    received: Instants,
    label: Floats,
    score: Floats,
    key: Ints,
    *,
    per_day: float,
    over_days: int,
    decided: Instants | None = None,
    closed: Instants = NO_DAYS,
) -> Delay:
    """Play the same queue in the order of the score, of arrival, and of history.

    Parameters
    ----------
    received : ndarray of datetime64[us], shape (n,)
        UTC; days are those of the Swedish calendar.
    label : ndarray of float64, shape (n,)
        1 where there is need, 0 where there is none, NaN where nobody knows.
    score : ndarray of float64, shape (n,)
        The highest is read first, then the earliest.
    key : ndarray of int64, shape (n,)
        A number for each report: of two that share score and moment, the lower is read first.
    per_day : float
        How many the unit reads on a working day, on average: 2.5 is two and three by turns.
    over_days : int
        A wait of more days than this is long.
    decided : ndarray of datetime64[us], shape (n,), optional
        When each report was decided in reality; NaT, never, comes last.
    closed : ndarray of datetime64[D]
        Days other than Saturday and Sunday on which nobody reads.

    Notes
    -----
    Every order meets the same reports and the same places, so only who waits differs. A report can be read on the day
    it comes in. What the law wants done on the same day stands outside this queue, and nothing grows more urgent in it.
    """
    check_received(received)
    check_label(label, len(received))
    check_score(score, len(received))
    came, needs = local_days(received), label == 1
    places = {"by_score": place_in(-score, received, key), "first_come": place_in(received, key)}
    if decided is not None:
        places["historical"] = place_in(np.where(np.isnat(decided), NEVER, decided), received, key)
    waits = {name: days_waited(came, place, per_day, closed) for name, place in places.items()}
    less = {name: (wait - waits["by_score"])[needs] for name, wait in waits.items() if name != "by_score"}
    first, last = came.min(), came.max()
    workdays = int(np.busday_count(first, last + np.timedelta64(1, "D"), holidays=closed))
    return Delay(
        n=len(received),
        needs=int(needs.sum()),
        per_day=per_day,
        over_days=over_days,
        load=len(received) / (per_day * max(workdays, 1)),
        left_at_end=int((came + waits["first_come"] > last).sum()),
        orders={name: _waiting(wait[needs], over_days) for name, wait in waits.items()},
        saved={name: float(days.mean()) if len(days) else None for name, days in less.items()},
    )


def decided_per_day(
    decided: Instants, first: np.datetime64, last: np.datetime64, closed: Instants = NO_DAYS
) -> float | None:
    """Give how many reports a unit decided on per working day; None where it decided on none.

    Parameters
    ----------
    decided : ndarray of datetime64[us], shape (n,)
        UTC; when each report was decided; NaT, never.
    first, last : numpy.datetime64[D]
        Days of the Swedish calendar, both counted.
    closed : ndarray of datetime64[D]
    """
    on = local_days(decided[~np.isnat(decided)])
    counted = int(np.sum((on >= first) & (on <= last)))
    workdays = int(np.busday_count(first, last + np.timedelta64(1, "D"), holidays=closed))
    return counted / workdays if counted and workdays else None


def _waiting(days: Ints, over_days: int) -> Waiting:
    """Sum up the waits of reports with need."""
    if len(days) == 0:
        return Waiting(None, None, None, None)
    return Waiting(float(days.mean()), float(np.median(days)), int(days.max()), float((days > over_days).mean()))
