"""Here we sum up windows of tables with one clock: everything in a window then stands together, and nothing is paired.

The numbers are those of `features.windows`, except that sums are added up in the order of time. Large tables are swept
by the loops of `features.loops` where numba is there, which is several times quicker; then sums may differ in their
last digit and nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from features import loops
from features.arrays import Floats, Ints
from features.buckets import buckets, shares, worth_compiling
from features.compiled import compiled, frozen
from features.history import Edge
from features.index import Index, within_reach
from features.windows import DAY, HOWS, Summary, Window


@dataclass(frozen=True, eq=False)
class Ranges:
    """What lies in one window, of every moment.

    Attributes
    ----------
    low, high : ndarray of int64, shape (n,)
        First place, and place after the last.
    value : ndarray of float64, shape (m + 1,)
    happened : ndarray of int64, shape (m + 1,)
        In the order of places; the last is nobody's and stands where a range has nothing.
    at : ndarray of int64, shape (n,)
    """

    low: Ints
    high: Ints
    value: Floats
    happened: Ints
    at: Ints

    @cached_property
    def total(self) -> Floats:
        """The sum of each range, NaN where there is none."""
        return self.reduced(np.add)

    def reduced(self, ufunc: np.ufunc) -> Floats:
        """Reduce the values of each range; what lies between the ranges is reduced too, and dropped."""
        edges = np.stack([self.low, self.high], axis=1).ravel()
        with np.errstate(all="ignore"):
            return self.where_any(ufunc.reduceat(self.value, edges)[::2])

    def where_any(self, values: Floats) -> Floats:
        """Give values where a range has anything, else NaN."""
        return np.where(self.high > self.low, values, np.nan)


def sweep(
    entity: Ints,
    happened: Ints,
    value: Floats,
    windows: Sequence[Window],
    who: Ints,
    at: Ints,
    *,
    edge: Edge = "strict",
    threads: int = 2,
) -> Floats:
    """Sum up rows that are known as soon as they happen and are never withdrawn.

    Parameters
    ----------
    entity, happened : ndarray of int64, shape (m,)
        Whose each row is, numbered from 0, and when it happened, in microseconds.
    value : ndarray of float64, shape (m,)
    windows : sequence of Window
        What kinds they look at is not read.
    who, at : ndarray of int64, shape (n,)
        Entities and moments, in any order.
    edge : {"strict", "inclusive"}
    threads : int
        How many threads may work, each on entities of its own; the numbers do not depend on it.

    Returns
    -------
    ndarray of float64, shape (n, windows)
    """
    by_loops = worth_compiling(len(entity) + len(at))
    with ThreadPoolExecutor(threads) as pool:
        return (_by_loops if by_loops else _by_ranges)(entity, happened, value, windows, who, at, edge, pool, threads)


def _by_loops(
    entity: Ints,
    happened: Ints,
    value: Floats,
    windows: Sequence[Window],
    who: Ints,
    at: Ints,
    edge: Edge,
    pool: Executor,
    threads: int,
) -> Floats:
    """Sum up with loops that numba compiles, each thread its share of moments."""
    start, held = buckets(entity, happened, (happened, value), who, at, _far(windows), pool, threads)
    values, entities = held.view(np.float64), shares(len(start) - 1, threads)
    list(pool.map(lambda first, end: compiled(loops.settle)(start[first : end + 1], held, values), *entities))
    who, at, made = frozen(who), frozen(at), np.empty((len(windows), len(at)))
    ends = sorted({end for window in windows for end in _ends(window, edge)})
    pairs = sorted({_ends(window, edge) for window in windows})
    spans = np.array([[ends.index(low), ends.index(high)] for low, high in pairs], dtype=np.int64).reshape(-1, 2)
    asked = [(pairs.index(_ends(window, edge)), HOWS.index(window.how)) for window in windows]
    questions = (np.array(ends, dtype=np.int64), spans, np.array(asked, dtype=np.int64).reshape(-1, 2))

    def work(first: int, end: int) -> None:
        mine = (who[first:end], at[first:end])
        compiled(loops.answer)(start, held, values, *mine, *questions, DAY, made, first)

    list(pool.map(work, *shares(len(at), threads)))
    return made.T


def _far(windows: Sequence[Window]) -> int:
    """Tell how far back any window looks."""
    return max((window.far for window in windows), default=0)


def _ends(window: Window, edge: Edge) -> tuple[int, int]:
    """Tell how long after a moment a window begins, and ends."""
    return -window.far, -window.near + (edge == "inclusive")


def _by_ranges(
    entity: Ints,
    happened: Ints,
    value: Floats,
    windows: Sequence[Window],
    who: Ints,
    at: Ints,
    edge: Edge,
    pool: Executor,
    threads: int,
) -> Floats:
    """Sum up with numpy, a window at a time, each thread its share of entities."""
    made = np.empty((len(at), len(windows)), order="F")

    def work(first: int, end: int) -> None:
        moments = np.flatnonzero((who >= first) & (who < end))
        moments = moments[np.lexsort((at[moments], who[moments]))]
        mine = within_reach(entity, happened, who[moments], at[moments], _far(windows))
        swept = _swept(entity[mine], happened[mine], value[mine], windows, who[moments], at[moments], edge)
        for column, summed in enumerate(swept):
            made[moments, column] = summed

    list(pool.map(work, *shares(int(who.max(initial=0)) + 1, threads)))
    return made


def _swept(
    entity: Ints, happened: Ints, value: Floats, windows: Sequence[Window], who: Ints, at: Ints, edge: Edge
) -> Iterator[Floats]:
    """Sum up for moments that are in order, a window at a time."""
    index = Index(entity, happened, (value,))
    values = np.full(len(value) + 1, np.nan)
    np.add(value[index.order], 0.0, out=values[:-1])  # so that there is one zero
    known = np.append(index.known, 0)
    ends = [_ends(window, edge) for window in windows]
    places = {distance: index.place(who, at + distance) for distance in {one for pair in ends for one in pair}}
    ranges = {(low, high): Ranges(places[low], places[high], values, known, at) for low, high in ends}
    for window, pair in zip(windows, ends, strict=True):
        yield _SUMMARIES[window.how](ranges[pair])


def _count(ranges: Ranges) -> Floats:
    """Count."""
    return (ranges.high - ranges.low).astype(np.float64)


def _sum(ranges: Ranges) -> Floats:
    """Add up."""
    return ranges.total


def _mean(ranges: Ranges) -> Floats:
    """Average."""
    return ranges.total / np.maximum(_count(ranges), 1)


def _min(ranges: Ranges) -> Floats:
    """Give the lowest."""
    return ranges.reduced(np.minimum)


def _max(ranges: Ranges) -> Floats:
    """Give the highest."""
    return ranges.reduced(np.maximum)


def _latest(ranges: Ranges) -> Floats:
    """Give the value of what happened last."""
    return ranges.where_any(ranges.value[ranges.high - 1])


def _since(ranges: Ranges) -> Floats:
    """Give the days since what happened last."""
    return ranges.where_any((ranges.at - ranges.happened[ranges.high - 1]) / DAY)


_SUMMARIES: dict[Summary, Callable[[Ranges], Floats]] = {
    "count": _count,
    "sum": _sum,
    "mean": _mean,
    "min": _min,
    "max": _max,
    "latest": _latest,
    "since": _since,
}
