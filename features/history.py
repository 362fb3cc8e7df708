"""Here we cut time: what was recorded strictly before a report, and had not been withdrawn by then.

This is the only place where history meets a moment. An entry counts for a report received at t when
``recorded < t`` and not ``withdrawn < t``. Windows look at when things happened and are half-open:
``[t - far, t - near)``. The report itself, and others received at the same instant, are not its own
history.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.arrays import DETAIL, KIND, Asked, Floats, Ints, Timeline
from features.codes import Code
from features.event_codes import EventKind

DAY = 86_400_000_000
"""Microseconds of a day of 24 hours; windows do not stretch when the clocks change."""

HORIZON = 1095
"""Days after which history no longer counts: nothing marks a family for ever."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Past:
    """What was known at each report: one row per report and earlier entry.

    Attributes
    ----------
    asked : Asked
        The n reports.
    row : ndarray of int64, shape (p,)
        For every pair, the report's place in ``asked``.
    age : ndarray of int64, shape (p,)
        How long before the report it happened, in microseconds (always more than 0).
    entries : Timeline
        For every pair, the earlier entry; arrays of shape (p,).
    """

    asked: Asked
    row: Ints
    age: Ints
    entries: Timeline

    def of(self, kind: EventKind | int, *details: Code) -> Mask:
        """Tell which pairs are of a kind and, where details are given, of one of these details."""
        number = KIND[kind.value] if isinstance(kind, EventKind) else kind
        mask: Mask = self.entries.kind == number
        if details:
            mask &= np.isin(self.entries.detail, [DETAIL[detail.value] for detail in details])
        return mask

    def within(self, near: int, far: int) -> Mask:
        """Tell which pairs happened in ``[t - far days, t - near days)``."""
        return (self.age > near * DAY) & (self.age <= far * DAY)

    def count(self, mask: Mask, near: int = 0, far: int = HORIZON) -> Floats:
        """Count pairs per report within a window, shape (n,)."""
        rows = self.row[mask & self.within(near, far)]
        return np.bincount(rows, minlength=len(self.asked)).astype(np.float64)

    def distinct(self, mask: Mask, values: Ints, far: int = HORIZON) -> Floats:
        """Count different values per report within a window, shape (n,)."""
        keep = mask & self.within(0, far)
        pairs = np.unique(np.stack([self.row[keep], values[keep]]), axis=1)
        return np.bincount(pairs[0], minlength=len(self.asked)).astype(np.float64)

    def days_since(self, mask: Mask, far: int = HORIZON) -> Floats:
        """Give the days since the latest pair within a window, NaN where there is none, shape (n,)."""
        keep = mask & self.within(0, far)
        youngest = np.full(len(self.asked), np.iinfo(np.int64).max)
        np.minimum.at(youngest, self.row[keep], self.age[keep])
        return np.where(youngest == np.iinfo(np.int64).max, np.nan, youngest / DAY)

    def latest(self, mask: Mask, values: Floats, far: int = HORIZON) -> Floats:
        """Give the value of the latest pair within a window, NaN where there is none, shape (n,).

        Of several that happened at the same instant, the one recorded last counts, then the highest.
        """
        keep = np.flatnonzero(mask & self.within(0, far))
        order = keep[np.lexsort([values[keep], self.entries.recorded[keep], -self.age[keep], self.row[keep]])]
        found = np.full(len(self.asked), np.nan)
        found[self.row[order]] = values[order]
        return found


def known_before(asked: Asked, timeline: Timeline) -> Past:
    """Pair every report with what was known strictly before it was received.

    Parameters
    ----------
    asked : Asked
    timeline : Timeline
        Sorted by child and time recorded.

    Returns
    -------
    Past
    """
    first, last = _known_range(asked, timeline)
    size = last - first
    row = np.repeat(np.arange(len(asked), dtype=np.int64), size)
    start = np.repeat(first - np.concatenate([[0], np.cumsum(size)[:-1]]) if len(size) else first, size)
    entry = np.arange(len(row), dtype=np.int64) + start
    at = asked.at[row]
    keep = ~(timeline.withdrawn[entry] < at)
    row, entry, at = row[keep], entry[keep], at[keep]
    names = Timeline.__dataclass_fields__
    entries = Timeline(**{name: getattr(timeline, name)[entry] for name in names})
    return Past(asked, row, at - entries.happened, entries)


def _known_range(asked: Asked, timeline: Timeline) -> tuple[Ints, Ints]:
    """Give for every report the range of its child's entries that were recorded strictly before it."""
    moments, rank = np.unique(np.concatenate([timeline.recorded, asked.at]), return_inverse=True)
    width = np.int64(len(moments) + 1)
    key = timeline.child * width + rank[: len(timeline)]
    wanted = asked.child * width
    first = np.searchsorted(key, wanted, side="left")
    last = np.searchsorted(key, wanted + rank[len(timeline) :], side="left")
    return first.astype(np.int64), last.astype(np.int64)
