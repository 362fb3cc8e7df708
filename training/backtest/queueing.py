"""Here we play a queue day by day: reports come in, and on every working day so many of those that wait are read."""

from __future__ import annotations

import heapq
import math

import numpy as np

from features.arrays import Ints
from training.backtest.checks import check_per_day
from training.backtest.times import Instants

NO_DAYS = np.zeros(0, dtype="datetime64[D]")
TINY = 1e-9
"""Less than this is no part of a report: ten times a tenth is one."""


def opens(came: Instants, closed: Instants = NO_DAYS) -> Instants:
    """Give the first working day on which each report can be read: the day it came, or the next that is one.

    Parameters
    ----------
    came : ndarray of datetime64[D], shape (n,)
    closed : ndarray of datetime64[D]
        Days other than Saturday and Sunday on which nobody reads.
    """
    return np.asarray(np.busday_offset(came, 0, roll="forward", holidays=closed))


def place_in(*keys: np.ndarray) -> Ints:
    """Give each report its place in an order: by the first key, ties by the next.

    >>> place_in(np.array([2, 1, 1]), np.array([0, 9, 8])).tolist()
    [2, 1, 0]
    """
    order = np.lexsort(keys[::-1])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def days_waited(came: Instants, place: Ints, per_day: float, closed: Instants = NO_DAYS) -> Ints:
    """Give how many calendar days each report waits when the unit always reads the lowest place first.

    Parameters
    ----------
    came : ndarray of datetime64[D], shape (n,)
    place : ndarray of int64, shape (n,)
        Each place once.
    per_day : float
        How many are read on a working day, on average, also after the last report came in, until none waits.
    closed : ndarray of datetime64[D]

    Raises
    ------
    ValueError
        When nothing is ever read.
    """
    check_per_day(per_day)
    first_day = opens(came, closed)
    start = first_day.min()
    read = _read_on(np.busday_count(start, first_day, holidays=closed), place, per_day)
    return np.asarray((np.busday_offset(start, read, holidays=closed) - came).astype(np.int64))


def _read_on(opening: Ints, place: Ints, per_day: float) -> Ints:
    """Give the working day, counted from the first, on which each report is read."""
    arriving = np.lexsort((place, opening))
    row_of = np.argsort(place)
    read = np.empty(len(place), dtype=np.int64)
    waiting: list[int] = []
    day, came = 0, 0
    while came < len(arriving) or waiting:
        if not waiting:
            day = max(day, int(opening[arriving[came]]))
        while came < len(arriving) and opening[arriving[came]] <= day:
            heapq.heappush(waiting, int(place[arriving[came]]))
            came += 1
        places = math.floor((day + 1) * per_day + TINY) - math.floor(day * per_day + TINY)
        for _ in range(min(places, len(waiting))):
            read[row_of[heapq.heappop(waiting)]] = day
        day += 1
    return read
