"""Here we sum up what was known in half-open windows: counts, sums, extremes, the latest value and the time since.

A window holds what happened in ``[t - far, t - near)``; with the inclusive edge in ``[t - far, t - near]``.
Nothing in a window is NaN, except for a count, faded or not, which is 0: never observed is not zero.

>>> import numpy as np
>>> from features.history import Past
>>> none = np.zeros(2, int)
>>> past = Past(1, none, np.array([1, 3]) * DAY, none, none, np.array([5.0, 7.0]), np.arange(2))
>>> Windows((Window("count", (0,), 0, 2 * DAY), Window("max", (0,), 0, 9 * DAY)), kinds=1).summarise(past)
array([[1., 7.]])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from features.arrays import Floats, Ints
from features.history import Edge, Past

DAY = 86_400_000_000
"""Microseconds of a day of 24 hours; windows do not stretch when the clocks change."""

How = Literal["count", "sum", "mean", "min", "max", "latest", "since"]
HOWS: tuple[How, ...] = get_args(How)
Summary = How | Literal["faded"]
"""What our own features ask for beside: a count in which each weighs by the share of the window that is left of it."""
SUMMARIES: tuple[Summary, ...] = (*HOWS, "faded")


@dataclass(frozen=True, slots=True)
class Window:
    """What to sum up.

    Attributes
    ----------
    how : {"count", "faded", "sum", "mean", "min", "max", "latest", "since"}
        ``faded`` counts 1 for what has just happened, falling evenly to 0 at the far end. ``latest`` is the value of what
        happened last (of several at one instant, the one recorded last, then the highest); ``since`` is the time since
        then, in days of 24 hours.
    what : tuple of int
        Which kinds of entries.
    near, far : int
        Microseconds before the moment.
    """

    how: Summary
    what: tuple[int, ...]
    near: int
    far: int


class Windows:
    """Windows that are summed up together.

    Parameters
    ----------
    windows : sequence of Window
    kinds : int
        How many kinds of entries there are.
    edge : {"strict", "inclusive"}

    Attributes
    ----------
    far : int
        How far back any window looks, in microseconds.
    looked_at : ndarray of bool, shape (kinds,)
        Which kinds any window looks at.
    plain : tuple
        The windows as `features.loops.recall` takes them.
    in_any_order : bool
        Whether no window adds up values, so that entries may come in any order.
    """

    def __init__(self, windows: Sequence[Window], kinds: int, *, edge: Edge = "strict") -> None:
        by_how = [(how, [place for place, one in enumerate(windows) if one.how == how]) for how in _SUMMARIES]
        order = [place for _, places in by_how for place in places]
        self._place = np.argsort(np.array(order, dtype=np.int64))
        self._blocks = [(how, len(places)) for how, places in by_how if places]
        ordered = [windows[place] for place in order]
        self.far = max((one.far for one in ordered), default=0)
        self._near = np.array([one.near + (edge == "strict") for one in ordered], dtype=np.int64)
        self._far = np.array([one.far for one in ordered], dtype=np.int64)
        listed: list[list[int]] = [[] for _ in range(kinds)]
        for number, one in enumerate(ordered):
            for kind in one.what:
                listed[kind].append(number)
        self._listed = np.array([number for numbers in listed for number in numbers], dtype=np.int64)
        self._size = np.array([len(numbers) for numbers in listed], dtype=np.int64)
        self._start = np.cumsum(self._size) - self._size
        asked = [(SUMMARIES.index(one.how), column) for one, column in zip(ordered, order, strict=True)]
        questions = np.column_stack([self._near, self._far, np.array(asked, dtype=np.int64).reshape(-1, 2)])
        nothing = np.array([0.0 if one.how in {"count", "faded"} else np.nan for one in windows])
        whole = np.array([float(one.far) if one.how == "faded" else 1.0 for one in windows])
        begins = np.append(self._start, len(self._listed))
        self.plain = (self.far, (begins, self._listed), np.ascontiguousarray(questions), nothing, whole)
        self.in_any_order = not {one.how for one in ordered} & {"sum", "mean"}
        self.looked_at = self._size > 0

    def __len__(self) -> int:
        """Count the windows."""
        return len(self._near)

    def summarise(self, past: Past) -> Floats:
        """Sum up a past, shape (n, windows)."""
        pair, window = self._hits(past)
        made, first = [], 0
        for how, width in self._blocks:
            mine = (window >= first) & (window < first + width)
            far = self._far[first : first + width]
            hits = Hits(past, far, pair[mine], past.row[pair[mine]] * width + window[mine] - first)
            made.append(_SUMMARIES[how](hits).reshape(past.size, width))
            first += width
        whole: Floats = np.concatenate([np.empty((past.size, 0)), *made], axis=1)[:, self._place]
        return whole

    def _hits(self, past: Past) -> tuple[Ints, Ints]:
        """Find which pairs fall into which windows, by pair."""
        size = self._size[past.what]
        pair = np.repeat(np.arange(len(size), dtype=np.int64), size)
        step = np.arange(len(pair), dtype=np.int64) - np.repeat(np.cumsum(size) - size, size)
        window = self._listed[self._start[past.what[pair]] + step]
        age = past.age[pair]
        keep = (age >= self._near[window]) & (age <= self._far[window])
        return pair[keep], window[keep]


@dataclass(frozen=True)
class Hits:
    """Pairs that fall into some windows: one per pair and window.

    Attributes
    ----------
    past : Past
    far : ndarray of int64, shape (windows,)
        How far back each window looks, in microseconds.
    pair : ndarray of int64, shape (h,)
        Which pair of the past.
    cell : ndarray of int64, shape (h,)
        ``moment * number of windows + window``.
    """

    past: Past
    far: Ints
    pair: Ints
    cell: Ints

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return self.past.size * len(self.far)

    @property
    def value(self) -> Floats:
        """The value of each hit, shape (h,)."""
        value: Floats = self.past.value[self.pair]
        return value


def _count(hits: Hits) -> Floats:
    """Count."""
    return np.bincount(hits.cell, minlength=hits.cells).astype(np.float64)


def _faded(hits: Hits) -> Floats:
    """Count by how much of the window is left."""
    age = np.zeros(hits.cells, dtype=np.int64)
    np.add.at(age, hits.cell, hits.past.age[hits.pair])
    return share_left(np.bincount(hits.cell, minlength=hits.cells), age, np.tile(hits.far, hits.past.size))


def share_left(many: Ints, age: Ints, far: Ints | int) -> Floats:
    """Give a count in which each weighs by the share of the window that is left of it.

    Parameters
    ----------
    many, age : ndarray of int64, shape (n,)
        How many there are, and how old they are together, in microseconds.
    far : ndarray of int64, shape (n,), or int

    Examples
    --------
    >>> share_left(np.array([0, 2]), np.array([0, 50]), 100)
    array([0. , 1.5])
    """
    left: Floats = (many * far - age) / far
    return left


def _sum(hits: Hits) -> Floats:
    """Add up, from the lowest to the highest, so that the order of rows does not change the last digit."""
    order = np.lexsort([hits.value, hits.cell])
    total = np.bincount(hits.cell[order], weights=hits.value[order], minlength=hits.cells)
    return np.where(_count(hits) > 0, total, np.nan)


def _mean(hits: Hits) -> Floats:
    """Average."""
    return _sum(hits) / np.maximum(_count(hits), 1)


def _min(hits: Hits) -> Floats:
    """Give the lowest."""
    lowest = np.full(hits.cells, np.inf)
    np.fmin.at(lowest, hits.cell, hits.value)
    return np.where(np.isposinf(lowest), np.nan, lowest)


def _max(hits: Hits) -> Floats:
    """Give the highest."""
    highest = np.full(hits.cells, -np.inf)
    np.fmax.at(highest, hits.cell, hits.value)
    return np.where(np.isneginf(highest), np.nan, highest)


def _latest(hits: Hits) -> Floats:
    """Give the value of what happened last."""
    value, past = hits.value, hits.past
    order = np.lexsort([value, past.recorded[hits.pair], -past.age[hits.pair], hits.cell])
    found = np.full(hits.cells, np.nan)
    found[hits.cell[order]] = value[order]
    return found


def _since(hits: Hits) -> Floats:
    """Give the days since what happened last."""
    youngest = np.full(hits.cells, np.iinfo(np.int64).max)
    np.minimum.at(youngest, hits.cell, hits.past.age[hits.pair])
    return np.where(youngest == np.iinfo(np.int64).max, np.nan, youngest / DAY)


_SUMMARIES: dict[Summary, Callable[[Hits], Floats]] = {
    "count": _count,
    "faded": _faded,
    "sum": _sum,
    "mean": _mean,
    "min": _min,
    "max": _max,
    "latest": _latest,
    "since": _since,
}
