"""Here we put the rows of large tables into the places of their entities, by loops that numba compiles."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from features import loops
from features.arrays import Floats, Ints
from features.compiled import available, compiled, frozen
from features.index import reach

WORTH_COMPILING = 100_000
"""Rows and moments from which numba is asked for; to load it takes as long as a few million of them take without."""


def worth_compiling(rows: int) -> bool:
    """Tell whether so many rows and moments are worth loading numba, and it is there."""
    return rows >= WORTH_COMPILING and available()


def buckets(
    entity: Ints,
    known: Ints,
    columns: Sequence[Ints | Floats],
    who: Ints,
    at: Ints,
    far: int,
    pool: Executor,
    threads: int,
) -> tuple[Ints, Ints]:
    """Put the rows that may count at any moment into the places of their entity, in any order.

    Parameters
    ----------
    entity, known : ndarray of int64, shape (m,)
        Whose each row is, and from when it may count; an entity that nobody asks about may be -1.
    columns : sequence of ndarray of int64 or float64, each of shape (m,)
        What is put there.
    who, at : ndarray of int64, shape (n,)
        Entities and moments.
    far : int
        How long before a moment a row may have become known, in microseconds.
    pool : concurrent.futures.Executor
    threads : int
        Into how many shares the rows are dealt.

    Returns
    -------
    start : ndarray of int64, shape (k + 2,)
        The first place of each entity, of nobody, and the place after the last.
    held : ndarray of int64, shape (p, number of columns)
        By place, the columns; numbers with a fraction are there for who views it as float64.
    """
    nobody = max(int(entity.max(initial=0)), int(who.max(initial=0))) + 1
    within = np.stack(reach(who, at, far, nobody + 1), axis=1)
    whose, known, put = frozen(entity), frozen(known), tuple(frozen(column).view(np.int64) for column in columns)
    parts = [slice(*share) for share in zip(*shares(len(whose), threads), strict=True)]
    sizes = np.zeros((threads, nobody + 1), dtype=np.int64)
    list(pool.map(lambda part, size: compiled(loops.tally)(whose[part], known[part], within, size), parts, sizes))
    start = np.concatenate([[0], np.cumsum(sizes.sum(axis=0))])
    free, held = start[:-1] + np.cumsum(sizes, axis=0) - sizes, np.empty((start[-1], len(put)), dtype=np.int64)

    def deal(part: slice, mine: Ints) -> None:
        compiled(loops.deal)(whose[part], known[part], tuple(column[part] for column in put), within, mine, held)

    list(pool.map(deal, parts, free))
    return start, held


def shares(number: int, threads: int) -> tuple[list[int], list[int]]:
    """Share a number of things among threads: where each share begins, and where it ends."""
    edges = np.linspace(0, number, threads + 1).astype(np.int64).tolist()
    return edges[:-1], edges[1:]
