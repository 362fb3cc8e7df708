"""Here we sum up windows of histories with two clocks, a chunk of moments at a time.

Large histories go through the loops of `features.loops` where numba is there, unless sums are asked for, which are added
up in an order of their own. Both routes cut where `features.history` says, and give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np

from features import loops
from features.arrays import Entries, Floats, Ints
from features.buckets import buckets, shares, worth_compiling
from features.compiled import compiled, frozen
from features.history import Edge, counting, cut
from features.index import Index, within_reach
from features.windows import DAY, Windows

CHUNK = 20_000
"""Moments at a time: what is at hand stays in the processor's cache, and nothing else depends on it."""


def each_chunk(
    entries: Entries,
    who: Ints,
    at: Ints,
    windows: Windows,
    then: Callable[[Ints, Floats], None],
    *,
    edge: Edge = "strict",
    threads: int = 2,
) -> None:
    """Tell, chunk by chunk, which moments these are and what the windows say of them.

    Parameters
    ----------
    entries : Entries
    who, at : ndarray of int64, shape (n,)
        Entities and moments, in any order.
    windows : Windows
        Of the same edge.
    then : callable
        Takes the places of a chunk's moments in ``at``, and their windows, shape (moments, windows); may be called from
        several threads.
    edge : {"strict", "inclusive"}
    threads : int
        How many threads may work; the numbers do not depend on it.
    """
    by_loops = windows.in_any_order and worth_compiling(len(entries) + len(at))
    with ThreadPoolExecutor(threads) as pool:
        route = _by_loops if by_loops else _by_pairs
        order, summed = route(entries, who, at, windows, edge, pool, threads)

        def work(start: int) -> None:
            moments = order[start : start + CHUNK]
            then(moments, summed(moments))

        list(pool.map(work, range(0, len(at), CHUNK)))


def _by_pairs(
    entries: Entries, who: Ints, at: Ints, windows: Windows, edge: Edge, _pool: Executor, _threads: int
) -> tuple[Ints, Callable[[Ints], Floats]]:
    """Pair moments with entries, the moments of an entity together."""
    reach = within_reach(entries.entity, np.maximum(entries.happened, entries.recorded), who, at, windows.far)
    mine = entries.take(np.flatnonzero(reach))
    index = Index.of(mine)

    def summed(moments: Ints) -> Floats:
        row, entry = index.candidates(who[moments], at[moments], windows.far)
        return windows.summarise(cut(mine, row, entry, at[moments], edge=edge))

    return np.lexsort((at, who)), summed


def _by_loops(
    entries: Entries, who: Ints, at: Ints, windows: Windows, edge: Edge, pool: Executor, threads: int
) -> tuple[Ints, Callable[[Ints], Floats]]:
    """Put entries into the places of their entity, and go through those of a moment."""
    first, last = counting(entries.happened, entries.recorded, entries.withdrawn, edge)
    columns = (first, last, entries.happened, entries.recorded, entries.what, entries.value)
    start, held = buckets(entries.entity, first, columns, who, at, windows.far, pool, threads)
    entities = shares(len(start) - 1, threads)
    list(pool.map(lambda low, end: compiled(loops.arrange)(start[low : end + 1], held), *entities))
    values = held.view(np.float64)

    def summed(moments: Ints) -> Floats:
        made = np.empty((len(moments), len(windows)))
        asked = (frozen(who[moments]), frozen(at[moments]))
        compiled(loops.recall)(start, held, values, *asked, *windows.plain, DAY, made)
        return made

    return np.arange(len(at)), summed
