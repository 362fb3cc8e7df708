"""Here we sum up windows of histories with two clocks, a chunk of moments at a time, the moments of an entity together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np

from features.arrays import Entries, Ints
from features.history import Edge, Past, cut
from features.index import Index, within_reach

CHUNK = 20_000
"""Moments at a time: what is at hand stays in the processor's cache, and nothing else depends on it."""


def each_chunk(
    entries: Entries,
    who: Ints,
    at: Ints,
    far: int,
    then: Callable[[Ints, Past], None],
    pool: Executor,
    *,
    edge: Edge = "strict",
) -> None:
    """Tell, chunk by chunk, which moments these are and what was known at them.

    Parameters
    ----------
    entries : Entries
    who, at : ndarray of int64, shape (n,)
        Entities and moments, in any order.
    far : int
        How far back anything is looked at, in microseconds.
    then : callable
        Takes the places of a chunk's moments in ``at``, and their past; may be called from several threads.
    pool : concurrent.futures.Executor
    edge : {"strict", "inclusive"}
    """
    reach = within_reach(entries.entity, np.maximum(entries.happened, entries.recorded), who, at, far)
    entries = entries.take(np.flatnonzero(reach))
    index, order = Index.of(entries), np.lexsort((at, who))

    def work(start: int) -> None:
        moments = order[start : start + CHUNK]
        row, entry = index.candidates(who[moments], at[moments], far)
        then(moments, cut(entries, row, entry, at[moments], edge=edge))

    list(pool.map(work, range(0, len(at), CHUNK)))
