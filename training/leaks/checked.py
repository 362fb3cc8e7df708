"""Here we hold what an audit was given, checked, as plain arrays in an order that does not depend on how rows came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import NEVER, Floats, Ints
from training.leaks.events import Events, rows_as_events
from training.leaks.inputs import AuditInputs, EventTable
from training.leaks.pairs import Pairs, Source, pairs_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Checked:
    """The inputs of an audit, checked.

    Attributes
    ----------
    given : AuditInputs
    table : pandas.DataFrame
        In an order of its own.
    features : mapping of str to ndarray of float64, shape (n,)
    skipped : tuple of str
        Columns that are neither features nor play another part.
    time, entity : ndarray of int64, shape (n,)
        When the report came, in microseconds of UTC, and whom it is about.
    family : ndarray of int64
        By number of entity: the household where it is known, the entity itself where it is not.
    household, split : pandas.Series of str, shape (n,), or None
    label : ndarray of float64, shape (n,)
        NaN where the outcome is unknown.
    events : tuple of Events
    seed : int
    """

    given: AuditInputs
    table: pd.DataFrame
    features: Mapping[str, Floats]
    skipped: tuple[str, ...]
    time: Ints
    entity: Ints
    family: Ints
    household: pd.Series | None
    split: pd.Series | None
    label: Floats
    events: tuple[Events, ...]
    seed: int

    def __len__(self) -> int:
        """Count the rows of the table."""
        return len(self.time)

    @property
    def labelled(self) -> np.ndarray:
        """Tell where the outcome is known, shape (n,)."""
        return ~np.isnan(self.label)

    @property
    def end(self) -> int:
        """The data's end: the one given, or else the last moment at which anything was known."""
        if self.given.end is not None:
            return round(self.given.end.timestamp() * 1e6)
        last = [each.last for each in self.events if each.last < NEVER]
        return max([int(self.time.max()), *last])

    @property
    def horizon(self) -> int | None:
        """How long after the report the outcome is decided, in microseconds."""
        return None if self.given.horizon is None else self.given.horizon // timedelta(microseconds=1)

    @cached_property
    def pairs(self) -> tuple[Pairs, ...]:
        """Pair the first of the reports with each event table, and with the other reports of their entity and household."""
        columns, families = self.given.columns, self.family[self.entity]
        sources = [Source(self.entity, each) for each in self.events]
        own = EventTable("table", self.table, columns.entity, columns.time)
        sources.append(Source(self.entity, rows_as_events(own, self.entity, self.time), itself=True))
        if columns.household is not None:
            home = EventTable("household", self.table, columns.household, columns.time)
            sources.append(Source(families, rows_as_events(home, families, self.time), itself=True))
        return pairs_of(self.time, sources)
