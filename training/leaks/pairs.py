"""Here we pair every report with everything that ever happened to its entity, before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from features.arrays import NEVER, Floats, Ints
from features.kinds import ZONE
from training.leaks.events import Events
from training.leaks.reading import DAY

MOST_ROWS = 20_000
"""Reports that are looked at: the first in the audit's own order, which is as good as drawn by lot."""
MOST_PAIRS = 1_000_000
"""Pairs of one event table; where there would be more, fewer reports are looked at."""
MOST_KINDS = 60
"""Kinds of one event table that are looked at one by one: the most frequent."""

ZONES = ("UTC", ZONE)
"""In which calendar days are counted: as most machines do, and as a Swedish authority does."""

_ARRAYS = ("row", "at", "happened", "known", "withdrawn", "kind", "value")


@dataclass(frozen=True)
class Pairs:
    """Reports with what happened to their entity.

    Attributes
    ----------
    name : str
        The event table, and the kind where one was chosen.
    size : int
        How many reports.
    row : ndarray of int64, shape (p,)
        The report of each pair, from 0 to ``size - 1``.
    at, happened, known, withdrawn : ndarray of int64, shape (p,)
        The time of the report and those of the event, microseconds of UTC.
    kind : ndarray of int64, shape (p,)
    value : ndarray of float64, shape (p,)
    days : mapping of (str, str) to ndarray of int64, shape (p,)
        By clock and zone: calendar days from the report to the event.
    kinds : tuple of str
    itself : bool
        Whether the events are the reports themselves; a report is not paired with itself.
    """

    name: str
    size: int
    row: Ints
    at: Ints
    happened: Ints
    known: Ints
    withdrawn: Ints
    kind: Ints
    value: Floats
    days: Mapping[tuple[str, str], Ints]
    kinds: tuple[str, ...] = ()
    itself: bool = False

    @property
    def clocks(self) -> dict[str, Ints]:
        """Give the clocks by name."""
        return {clock: getattr(self, clock) for clock in dict.fromkeys(clock for clock, _ in self.days)}

    @cached_property
    def _by_known(self) -> Ints:
        return np.lexsort((self.value, self.known, self.row))

    def count(self, mask: np.ndarray) -> Floats:
        """Count pairs per report, shape (size,)."""
        return np.bincount(self.row[mask], minlength=self.size).astype(np.float64)

    def edge(self, clock: str, mask: np.ndarray, *, last: bool) -> Ints:
        """Give per report the place of its last (or first) pair in a mask, -1 where there is none, shape (size,)."""
        places = np.flatnonzero(mask) if clock == "happened" else self._by_known[mask[self._by_known]]
        places = places if last else places[::-1]
        found = np.full(self.size, -1, dtype=np.int64)
        found[self.row[places]] = places
        return found

    def each_kind(self) -> Iterator[Pairs]:
        """Give the pairs of all kinds together, then of each kind where there is more than one."""
        yield self
        number = np.bincount(self.kind[self.kind >= 0], minlength=len(self.kinds))
        for kind in np.argsort(-number, kind="stable")[:MOST_KINDS] if len(self.kinds) > 1 else ():
            if number[kind]:
                yield self._take(self.kind == kind, f"{self.name}/{self.kinds[kind]}")

    def _take(self, keep: np.ndarray, name: str) -> Pairs:
        arrays = {each: getattr(self, each)[keep] for each in _ARRAYS}
        return replace(self, name=name, days={key: days[keep] for key, days in self.days.items()}, **arrays)


@dataclass(frozen=True)
class Source:
    """What reports are paired with.

    Attributes
    ----------
    ours : ndarray of int64, shape (n,)
        Whom each report is about, numbered as in ``events``.
    events : Events
    itself : bool
        Whether the events are the reports themselves.
    """

    ours: Ints
    events: Events
    itself: bool = False

    def room(self) -> int:
        """Count how many of the first reports can be looked at."""
        number = np.bincount(self.events.entity, minlength=int(self.ours.max()) + 1)[self.ours[:MOST_ROWS]]
        return int(np.searchsorted(np.cumsum(number), MOST_PAIRS, "right"))


def pairs_of(at: Ints, sources: Sequence[Source]) -> tuple[Pairs, ...]:
    """Pair reports received ``at`` with each source; all look at the same reports, from the first on."""
    size = min(source.room() for source in sources)
    return tuple(_paired(at, source, size) for source in sources)


def _paired(at: Ints, source: Source, size: int) -> Pairs:
    """Pair reports and events, in the order of reports and then of what happened."""
    events = source.events
    row, event = _joined(source.ours[:size], events.entity)
    kept = (row != event) if source.itself else (events.happened[event] < NEVER)
    row, event = row[kept], event[kept]
    order = np.lexsort((events.value[event], events.happened[event], row))
    row, event = row[order], event[order]
    days = {
        (clock, zone): _day(getattr(events, clock)[event], zone) - _day(at, zone)[row]
        for clock in events.clocks
        for zone in ZONES
    }
    return Pairs(
        name=events.given.name,
        size=size,
        row=row,
        at=at[row],
        happened=events.happened[event],
        known=events.known[event],
        withdrawn=events.withdrawn[event],
        kind=events.kind[event],
        value=events.value[event],
        days=days,
        kinds=events.kinds,
        itself=source.itself,
    )


def _joined(ours: Ints, theirs: Ints) -> tuple[Ints, Ints]:
    """Give the rows of both sides that share an entity."""
    order = np.argsort(theirs, kind="stable")
    first, last = (np.searchsorted(theirs[order], ours, side) for side in ("left", "right"))
    number = last - first
    row = np.repeat(np.arange(len(ours)), number)
    return row, order[np.arange(len(row)) + np.repeat(first - (np.cumsum(number) - number), number)]


def _day(clock: Ints, zone: str) -> Ints:
    """Number the calendar days of a zone."""
    import pandas as pd

    local = pd.DatetimeIndex(clock.astype("datetime64[us]"), tz="UTC").tz_convert(zone).tz_localize(None)
    return np.asarray(local.as_unit("us").asi8, dtype=np.int64) // DAY
