"""Here we hold one checked table of things that happened, with its two clocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.arrays import NEVER, Floats, Ints
from training.leaks.inputs import EventTable
from training.leaks.reading import instants, measured, names


@dataclass(frozen=True)
class Events:
    """One event table, checked.

    Attributes
    ----------
    given : EventTable
    entity : ndarray of int64, shape (m,)
        Numbered as the rows of the table are.
    happened, known, withdrawn : ndarray of int64, shape (m,)
        Microseconds of UTC. Where one of the first two is missing it is taken from the other; both are `NEVER`
        where neither is there, and ``withdrawn`` is for what stands.
    kind : ndarray of int64, shape (m,)
        Place in ``kinds``; -1 where it is missing.
    kinds : tuple of str
        Empty where no kinds are told apart.
    value : ndarray of float64, shape (m,)
        NaN where there is none.
    """

    given: EventTable
    entity: Ints
    happened: Ints
    known: Ints
    withdrawn: Ints
    kind: Ints
    kinds: tuple[str, ...]
    value: Floats

    @property
    def clocks(self) -> tuple[str, ...]:
        """Name the clocks that are clocks of their own."""
        return ("happened",) if self.given.known is None else ("happened", "known")

    @property
    def last(self) -> int:
        """When the last of it was known; `NEVER` of nothing."""
        times = self.known[self.known < NEVER]
        return int(times.max()) if len(times) else NEVER


def read_events(given: EventTable, entity: Ints) -> Events:
    """Read one event table.

    Parameters
    ----------
    given : EventTable
    entity : ndarray of int64, shape (m,)
        Whom each row is about, numbered as in the other tables.

    Raises
    ------
    TableRefused
        When a column does not hold what its part needs.
    """
    frame, size = given.frame, len(given.frame)

    def clock(column: str | None) -> Ints:
        none = np.full(size, NEVER)
        return none if column is None else instants(given.name, frame[column], required=False)

    happened, known = clock(given.happened), clock(given.known)
    kind, kinds = _kinds(given)
    nothing = np.full(size, np.nan)
    return Events(
        given=given,
        entity=entity,
        happened=np.where(happened < NEVER, happened, known),
        known=np.where(known < NEVER, known, happened),
        withdrawn=clock(given.withdrawn),
        kind=kind,
        kinds=kinds,
        value=nothing if given.value is None else measured(given.name, frame[given.value], happened),
    )


def rows_as_events(given: EventTable, entity: Ints, time: Ints) -> Events:
    """Take the rows of the audited table itself as events: a report is history for the reports after it."""
    size = len(time)
    none, never, nothing = np.full(size, -1), np.full(size, NEVER), np.full(size, np.nan)
    return Events(given, entity, time, time, never, none, (), nothing)


def _kinds(given: EventTable) -> tuple[Ints, tuple[str, ...]]:
    """Number the kinds of an event table."""
    import pandas as pd

    if given.kind is None:
        return np.full(len(given.frame), -1, dtype=np.int64), ()
    codes, kinds = pd.factorize(names(given.name, given.frame[given.kind], required=False), sort=True)
    return codes.astype(np.int64), tuple(str(kind) for kind in kinds)
