"""Here we list what a column could be a count of, a time since, or a latest value of: strictly before, or reaching past.

A reach says which events count; a window says how far from the report; a shape says what is made of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from features.arrays import NEVER, Floats, Ints
from features.kinds import ZONE
from training.leaks.pairs import Pairs
from training.leaks.reading import DAY

WINDOWS = (1095, 730, 365, 180, 90, 30, 7)
"""Days that windows of features often have; all time and the report's own day are tried too."""

NEAREST = ("all", "365", "1095")
"""Windows in which the nearest event is looked for, for its distance and its value."""

BEFORE = "before"
DAY_OF = {"UTC": "day_utc", ZONE: "day_local"}
"""The reach that ends with the report's own calendar day, by zone."""


@dataclass(frozen=True)
class Reach:
    """Which pairs count.

    Attributes
    ----------
    name : str
        `BEFORE` for what was known strictly before the report; every other name reaches past that.
    clock : str
    mask : ndarray of bool, shape (p,)
    last : bool
        Whether the nearest to the report is the last of them, not the first.
    """

    name: str
    clock: str
    mask: np.ndarray
    last: bool = True


@dataclass(frozen=True)
class Candidate:
    """What a column could be.

    Attributes
    ----------
    source : str
        Event table and kind.
    reach, clock : str
        As in `Reach`.
    within : str
        ``all``, ``day``, or a number of days.
    shape : {"count", "flag", "days", "value"}
    values : ndarray of float64, shape (size,)
        NaN where nothing counts, except of counts and flags, which are 0.
    """

    source: str
    reach: str
    clock: str
    within: str
    shape: str
    values: Floats

    def to_dict(self) -> dict[str, str]:
        """Say what it is, without the values."""
        return {name: getattr(self, name) for name in ("source", "shape", "reach", "clock", "within")}


def candidates(pairs: Pairs) -> Iterator[Candidate]:
    """List everything that a column could be, made from one kind of event."""
    for reach in _different(_reaches(pairs)):
        for within, mask in _windows(pairs, reach):
            for shape, values in (*_counts(pairs, mask), *(_nearest(pairs, reach, mask) if within in NEAREST else ())):
                yield Candidate(pairs.name, reach.name, reach.clock, within, shape, values)


def _reaches(pairs: Pairs) -> Iterator[Reach]:
    """List what counts: first what was known strictly before, on the two clocks, then all that reaches past it."""
    known, stands = pairs.known < pairs.at, pairs.withdrawn == NEVER
    for clock in pairs.clocks:
        yield Reach(BEFORE, clock, known)
    yield Reach(BEFORE, "happened", known & (pairs.happened < pairs.at) & (pairs.withdrawn >= pairs.at))
    for reach in _past(pairs):
        yield reach
        if not stands.all():
            yield replace(reach, mask=reach.mask & stands)
    if not stands.all():
        yield Reach("corrected", "happened", known & stands)


def _past(pairs: Pairs) -> Iterator[Reach]:
    """List what reaches past the strict cut, whether it was withdrawn later or not."""
    if len(pairs.clocks) > 1:
        yield Reach("late", "happened", pairs.happened < pairs.at)
    for clock, times in pairs.clocks.items():
        yield Reach("instant", clock, times <= pairs.at)
        for zone, day in DAY_OF.items():
            yield Reach(day, clock, pairs.days[clock, zone] <= 0)
        yield Reach("ever", clock, np.ones(len(times), dtype=bool))
        yield Reach("after", clock, times > pairs.at, last=False)


def _different(reaches: Iterator[Reach]) -> Iterator[Reach]:
    """Leave out a reach in which the same events count as in one before it."""
    seen = set()
    for reach in reaches:
        mark = (reach.clock, reach.last, reach.mask.tobytes())
        if mark not in seen:
            seen.add(mark)
            yield reach


def _windows(pairs: Pairs, reach: Reach) -> Iterator[tuple[str, np.ndarray]]:
    """Cut a reach: all time, the days up to the report (or, where the first counts, from it on), the report's own day.

    A window that cuts nothing off the next longer one is left out.
    """
    clock, mask = pairs.clocks[reach.clock], reach.mask
    away = pairs.at - clock if reach.last else clock - pairs.at
    yield "all", mask
    for days in WINDOWS:
        shorter = mask & (away <= days * DAY)
        if not np.array_equal(shorter, mask):
            mask = shorter
            yield str(days), mask
    yield "day", reach.mask & (pairs.days[reach.clock, "UTC" if reach.name == "day_utc" else ZONE] == 0)


def _counts(pairs: Pairs, mask: np.ndarray) -> Iterator[tuple[str, Floats]]:
    """Say how many count, and whether any does."""
    count = pairs.count(mask)
    yield "count", count
    yield "flag", (count > 0).astype(np.float64)
    if pairs.itself:
        yield "count", count + 1  # with the report itself


def _nearest(pairs: Pairs, reach: Reach, mask: np.ndarray) -> Iterator[tuple[str, Floats]]:
    """Say how many days away the nearest is, exactly, in whole days and in calendar days, and what value it has."""
    clock = pairs.clocks[reach.clock]
    place = pairs.edge(reach.clock, mask, last=reach.last)
    away = _at(place, (pairs.at - clock if reach.last else clock - pairs.at) / DAY)
    yield "days", away
    yield "days", np.floor(away)
    yield "days", np.abs(_at(place, pairs.days[reach.clock, ZONE].astype(np.float64)))
    if not np.isnan(pairs.value).all():
        yield "value", _at(place, pairs.value)


def _at(place: Ints, values: Floats) -> Floats:
    """Give the values at these places, NaN where there is none."""
    return np.append(values, np.nan)[place]
