"""Here we write the windows as loops over rows and moments, for numba to compile.

Rows are put into the places of their entity; then every moment goes through the rows of its entity: `answer` for tables
with one clock, `recall` for histories with two. Each loop takes a share of the work and may run beside others of its kind.
"""

from __future__ import annotations

import numpy as np

from features.arrays import Floats, Ints
from features.windows import HOWS, SUMMARIES

FEW = 32
"""Up to so many rows are sorted, and looked through, one after another."""
COUNT, MIN, MAX, SINCE, FADED = (SUMMARIES.index(how) for how in ("count", "min", "max", "since", "faded"))


def tally(entity: Ints, known: Ints, reach: Ints, size: Ints) -> None:
    """Count the rows of each entity that are within reach.

    Parameters
    ----------
    entity, known : ndarray of int64, shape (m,)
        Whose each row is, and when it was known; an entity that nobody asks about may be -1.
    reach : ndarray of int64, shape (k + 1, 2)
        By entity, from when until when a row may count at any moment; the last is nobody's.
    size : ndarray of int64, shape (k + 1,)
        Starts at 0; is filled.
    """
    for row in range(len(entity)):
        one, moment = entity[row], known[row]
        size[one] += (reach[one, 0] <= moment) & (moment <= reach[one, 1])


def deal(entity: Ints, known: Ints, columns: tuple[Ints, ...], reach: Ints, free: Ints, held: Ints) -> None:
    """Put the rows that `tally` counted into the places of their entity, in any order.

    Parameters
    ----------
    entity, known : ndarray of int64, shape (m,)
    columns : tuple of ndarray of int64, c of shape (m,)
        What is put there.
    reach : ndarray of int64, shape (k + 1, 2)
    free : ndarray of int64, shape (k + 1,)
        The next free place of each entity; is moved on.
    held : ndarray of int64, shape (p, c)
        By place; is filled.
    """
    for row in range(len(entity)):
        one, moment = entity[row], known[row]
        if (reach[one, 0] <= moment) & (moment <= reach[one, 1]):
            place = free[one]
            free[one] = place + 1
            for column in range(len(columns)):
                held[place, column] = columns[column][row]


def settle(start: Ints, held: Ints, values: Floats) -> None:
    """Put the rows of each entity in the order of time and, within an instant, of value; NaN comes last.

    Parameters
    ----------
    start : ndarray of int64, shape (k + 1,)
        The first place of each entity, and the place after the last.
    held : ndarray of int64, shape (p, 2)
        Moment and value by place; is sorted.
    values : ndarray of float64, shape (p, 2)
        The same memory, read as numbers.
    """
    for one in range(len(start) - 1):
        low, high = start[one], start[one + 1]
        if high - low > FEW:
            order = np.argsort(values[low:high, 1], kind="mergesort")
            order = order[np.argsort(held[low:high, 0][order], kind="mergesort")]
            held[low:high] = held[low:high][order]
        else:
            for row in range(low + 1, high):
                moment, bits, value, place = held[row, 0], held[row, 1], values[row, 1], row
                while place > low and (
                    moment < held[place - 1, 0]
                    or (
                        moment == held[place - 1, 0]
                        and (value < values[place - 1, 1] or np.isnan(values[place - 1, 1]))
                    )
                ):
                    held[place, 0], held[place, 1] = held[place - 1, 0], held[place - 1, 1]
                    place -= 1
                held[place, 0], held[place, 1] = moment, bits


def arrange(start: Ints, held: Ints) -> None:
    """Put the rows of each entity that has more than `FEW` into the order of their first column.

    Parameters
    ----------
    start : ndarray of int64, shape (k + 1,)
    held : ndarray of int64, shape (p, c)
        By place; is sorted.
    """
    for one in range(len(start) - 1):
        low, high = start[one], start[one + 1]
        if high - low > FEW:
            held[low:high] = held[low:high][np.argsort(held[low:high, 0], kind="mergesort")]


def answer(
    start: Ints,
    held: Ints,
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
    start, held, values : ndarray
        As `settle` leaves them.
    who, at : ndarray of int64, shape (n,)
        Entities and moments.
    ends : ndarray of int64, shape (e,)
        How long after a moment a window begins or ends, in microseconds, from the least.
    spans : ndarray of int64, shape (s, 2)
        Each window, as the numbers of its two ends.
    wanted : ndarray of int64, shape (w, 2)
        Each question, as the numbers of its window and of what is asked, a place in `HOWS`.
    day : int
        Microseconds of a day.
    made : ndarray of float64, shape (w, first + n or more)
        Is filled from ``first``.
    first : int
    """
    place, said = np.empty(len(ends), np.int64), np.empty((len(spans), len(HOWS)))
    for turn in range(len(at)):
        low, high = start[who[turn]], start[who[turn] + 1]
        for one in range(len(ends)):
            end = at[turn] + ends[one]
            if high - low > FEW:
                low += np.searchsorted(held[low:high, 0], end)
            while low < high and held[low, 0] < end:
                low += 1
            place[one] = low
        for span in range(len(spans)):
            low, high = place[spans[span, 0]], place[spans[span, 1]]
            total, least, most = 0.0, np.inf, -np.inf
            for row in range(low, high):
                value = values[row, 1] + 0.0  # so that there is one zero
                total += value
                least = value if value < least or np.isnan(value) else least
                most = value if value > most or np.isnan(value) else most
            said[span, 0], said[span, 1:] = high - low, np.nan
            if high > low:
                said[span, 1], said[span, 2], said[span, 3], said[span, 4] = total, total / (high - low), least, most
                said[span, 5], said[span, 6] = values[high - 1, 1] + 0.0, (at[turn] - held[high - 1, 0]) / day
        for column in range(len(wanted)):
            made[column, first + turn] = said[wanted[column, 0], wanted[column, 1]]


def recall(
    start: Ints,
    held: Ints,
    values: Floats,
    who: Ints,
    at: Ints,
    far: int,
    listed: tuple[Ints, Ints],
    questions: Ints,
    nothing: Floats,
    whole: Floats,
    day: int,
    made: Floats,
) -> None:
    """Sum up what was known at some moments.

    Parameters
    ----------
    start : ndarray of int64, shape (k + 1,)
        The first place of each entity, and the place after the last.
    held : ndarray of int64, shape (p, 6)
        By place: the first and the last moment at which the entry counts, as `features.history.counting` says; when it
        happened and was recorded; its kind, and its value. As `arrange` leaves it.
    values : ndarray of float64, shape (p, 6)
        The same memory, read as numbers.
    who, at : ndarray of int64, shape (n,)
        Entities and moments.
    far : int
        How far back any window looks.
    listed : tuple of ndarray of int64, shapes (kinds + 1,) and (l,)
        Where the windows that look at each kind begin, and their numbers.
    questions : ndarray of int64, shape (w, 4)
        Of each window the least and the greatest age, what is asked, a place in `SUMMARIES`, and its column; no sums.
    nothing : ndarray of float64, shape (w,)
        What each column says of nothing.
    whole : ndarray of float64, shape (w,)
        What each column is divided by in the end.
    day : int
        Microseconds of a day.
    made : ndarray of float64, shape (n, w)
        Is filled.
    """
    begins, windows = listed
    youngest, newest = np.empty(len(questions), np.int64), np.empty(len(questions), np.int64)
    left = np.empty(len(questions), np.int64)  # whole numbers: the same in any order
    for turn in range(len(at)):
        moment, low, high = at[turn], start[who[turn]], start[who[turn] + 1]
        if high - low > FEW:
            firsts = held[low:high, 0]
            low, high = low + np.searchsorted(firsts, moment - far), low + np.searchsorted(firsts, moment + 1)
        youngest[:], left[:], made[turn] = -1, 0, nothing
        for place in range(low, high):
            if held[place, 0] <= moment <= held[place, 1]:
                age, recorded, kind, one = moment - held[place, 2], held[place, 3], held[place, 4], values[place, 5]
                for number in range(begins[kind], begins[kind + 1]):
                    window = windows[number]
                    if questions[window, 0] <= age <= questions[window, 1]:
                        asked, column = questions[window, 2], questions[window, 3]
                        said = made[turn, column]
                        if asked in (COUNT, FADED):
                            left[window] += 1 if asked == COUNT else questions[window, 1] - age
                            made[turn, column] = left[window]
                        elif asked in (MIN, MAX):
                            up = 1.0 if asked == MAX else -1.0
                            made[turn, column] = one if up * one > up * said or np.isnan(said) else said
                        elif (
                            youngest[window] < 0
                            or age < youngest[window]
                            or (age == youngest[window] and recorded > newest[window])
                            or (
                                age == youngest[window] and recorded == newest[window] and (one > said or np.isnan(one))
                            )
                        ):
                            youngest[window], newest[window] = age, recorded
                            made[turn, column] = age / day if asked == SINCE else one
        made[turn] /= whole
