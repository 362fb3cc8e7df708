"""Here we write the sweep of `features.sweep` as loops over rows and moments, for numba to compile.

Rows are put into the places of their entity, then those of an entity into the order of time; then every moment goes
through the rows of its entity. Each loop takes a share of the work and may run beside others of its kind.
"""

from __future__ import annotations

import numpy as np

from features.arrays import Floats, Ints

FEW = 32
"""Up to so many rows are sorted, and looked through, one after another."""
ASKED = ("count", "sum", "mean", "min", "max", "latest", "since")
"""What `answer` can say of a window, by number."""


def tally(entity: Ints, happened: Ints, reach: Ints, size: Ints) -> None:
    """Count the rows of each entity that are within reach.

    Parameters
    ----------
    entity, happened : ndarray of int64, shape (m,)
        An entity that nobody asks about may be -1.
    reach : ndarray of int64, shape (k + 1, 2)
        By entity, from when until when a row may count at any moment; the last is nobody's.
    size : ndarray of int64, shape (k + 1,)
        Starts at 0; is filled.
    """
    for row in range(len(entity)):
        one, moment = entity[row], happened[row]
        size[one] += (reach[one, 0] <= moment) & (moment <= reach[one, 1])


def deal(entity: Ints, happened: Ints, value: Floats, reach: Ints, free: Ints, moments: Ints, values: Floats) -> None:
    """Put the rows that `tally` counted into the places of their entity, in any order.

    Parameters
    ----------
    entity, happened : ndarray of int64, shape (m,)
    value : ndarray of float64, shape (m,)
    reach : ndarray of int64, shape (k + 1, 2)
    free : ndarray of int64, shape (k + 1,)
        The next free place of each entity; is moved on.
    moments : ndarray of int64, shape (p,)
    values : ndarray of float64, shape (p,)
        By place; are filled.
    """
    for row in range(len(entity)):
        one, moment = entity[row], happened[row]
        if (reach[one, 0] <= moment) & (moment <= reach[one, 1]):
            place = free[one]
            free[one] = place + 1
            moments[place], values[place] = moment, value[row] + 0.0  # so that there is one zero


def settle(start: Ints, moments: Ints, values: Floats) -> None:
    """Put the rows of each entity in the order of time and, within an instant, of value; NaN comes last.

    Parameters
    ----------
    start : ndarray of int64, shape (k + 1,)
        The first place of each entity, and the place after the last.
    moments : ndarray of int64, shape (p,)
    values : ndarray of float64, shape (p,)
        By place; are sorted.
    """
    for one in range(len(start) - 1):
        low, high = start[one], start[one + 1]
        if high - low > FEW:
            order = np.argsort(values[low:high], kind="mergesort")
            order = order[np.argsort(moments[low:high][order], kind="mergesort")]
            moments[low:high], values[low:high] = moments[low:high][order], values[low:high][order]
        else:
            for row in range(low + 1, high):
                moment, value, place = moments[row], values[row], row
                while place > low and (
                    moment < moments[place - 1]
                    or (moment == moments[place - 1] and (value < values[place - 1] or np.isnan(values[place - 1])))
                ):
                    moments[place], values[place] = moments[place - 1], values[place - 1]
                    place -= 1
                moments[place], values[place] = moment, value


def answer(
    start: Ints,
    moments: Ints,
    values: Floats,
    who: Ints,
    at: Ints,
    ends: Ints,
    spans: Ints,
    wanted: Ints,
    day: int,
    made: Floats,
    first: int,
) -> None:
    """Answer every question of some moments.

    Parameters
    ----------
    start, moments, values : ndarray
        As `settle` leaves them.
    who, at : ndarray of int64, shape (n,)
        Entities and moments.
    ends : ndarray of int64, shape (e,)
        How long after a moment a window begins or ends, in microseconds, from the least.
    spans : ndarray of int64, shape (s, 2)
        Each window, as the numbers of its two ends.
    wanted : ndarray of int64, shape (w, 2)
        Each question, as the numbers of its window and of what is `ASKED`.
    day : int
        Microseconds of a day.
    made : ndarray of float64, shape (w, first + n or more)
        Is filled from ``first``.
    first : int
    """
    place, said = np.empty(len(ends), np.int64), np.empty((len(spans), len(ASKED)))
    for turn in range(len(at)):
        low, high = start[who[turn]], start[who[turn] + 1]
        for one in range(len(ends)):
            end = at[turn] + ends[one]
            if high - low > FEW:
                low += np.searchsorted(moments[low:high], end)
            while low < high and moments[low] < end:
                low += 1
            place[one] = low
        for span in range(len(spans)):
            low, high = place[spans[span, 0]], place[spans[span, 1]]
            total, least, most = 0.0, np.inf, -np.inf
            for row in range(low, high):
                value = values[row]
                total += value
                least = value if value < least or np.isnan(value) else least
                most = value if value > most or np.isnan(value) else most
            said[span, 0], said[span, 1:] = high - low, np.nan
            if high > low:
                said[span, 1], said[span, 2], said[span, 3], said[span, 4] = total, total / (high - low), least, most
                said[span, 5], said[span, 6] = values[high - 1], (at[turn] - moments[high - 1]) / day
        for column in range(len(wanted)):
            made[column, first + turn] = said[wanted[column, 0], wanted[column, 1]]
