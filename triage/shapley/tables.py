"""Here we compute what each player of a leaf adds, exactly, and tabulate it for every pattern of conditions that hold.

A leaf of value v with d players is a game: a coalition of players is worth v times the covers of all others, and nothing
when one of its own conditions does not hold. Player i's Shapley value is then ::

    v (o_i - c_i) sum_T |T|! (d - 1 - |T|)! / d!  prod_{j in T} o_j  prod_{j not in T} c_j      (T without i)

with c the covers and o 1 where a condition holds, else 0. Because k! (d - 1 - k)! / d! is the integral of
x^k (1 - x)^(d - 1 - k) over 0 to 1, the sum is the integral of prod_{j != i} (c_j (1 - x) + o_j x): a polynomial of degree
d - 1, which Gauss-Legendre quadrature with ceil(d / 2) nodes integrates exactly. No term is negative, so nothing cancels.

Source: Lundberg et al. (2020), From local explanations to global understanding with explainable AI for trees, algorithm 2.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints
from triage.shapley.pieces import Pieces

LARGEST = 64_000_000
"""Bytes that all tables of a model may take; leaves that find no room are computed when they are asked for."""
NO_TABLE = -1
_AT_ONCE = 1 << 18
"""Numbers of a table that are worked on at once."""


class Tables(NamedTuple):
    """The tables of all leaves, and what is needed where a leaf has none.

    Attributes
    ----------
    at : ndarray of int64
        Of each leaf: where its table begins, or `NO_TABLE`. The table has 2^d rows of d contributions; bit j of a row's
        number says whether the condition of the leaf's player j holds.
    part : ndarray of float64
        All tables.
    node_start : ndarray of int64
        By d: where its quadrature begins.
    node, weight : ndarray of float64
    """

    at: Ints
    part: Floats
    node_start: Ints
    node: Floats
    weight: Floats


def tabulate(pieces: Pieces, *, largest: int = LARGEST) -> Tables:
    """Make the tables, those of short paths first, as far as there is room.

    Parameters
    ----------
    pieces : Pieces
    largest : int
        Bytes for all tables.
    """
    players = np.diff(pieces.player_start)
    order = np.argsort(players, kind="stable")
    size = np.array([many << many if many < 26 else largest for many in players.tolist()], dtype=np.int64)[order]
    begin = np.cumsum(size) - size
    room = (begin + size) * 8 <= largest
    at = np.full(len(players), NO_TABLE, dtype=np.int64)
    at[order[room]] = begin[room]
    part = np.empty(int(size[room].sum()), dtype=np.float64)
    for many in np.unique(players[order[room]]).tolist():
        leaves = order[room & (players[order] == many)]
        _fill(pieces, leaves, many, part[at[leaves[0]] : at[leaves[-1]] + (many << many)])
    return Tables(at, part, *_quadratures(int(players.max(initial=0))))


def _fill(pieces: Pieces, leaves: Ints, many: int, into: Floats) -> None:
    """Fill the tables of leaves that have as many players; they lie one after the other."""
    holds = np.arange(1 << many)[:, None] >> np.arange(many) & 1 == 1
    step = max(1, _AT_ONCE // max(1, holds.size))
    into = into.reshape(len(leaves), *holds.shape)
    for first in range(0, len(leaves), step):
        some = leaves[first : first + step]
        cover = pieces.cover[pieces.player_start[some][:, None] + np.arange(many)]
        into[first : first + step] = shapley(pieces.value[some][:, None], cover[:, None, :], holds)


def shapley(value: Floats, cover: Floats, holds: NDArray[np.bool_]) -> Floats:
    """Give each player's exact Shapley value.

    Parameters
    ----------
    value : ndarray of float64, shape (...)
        Of the leaf.
    cover : ndarray of float64, shape (..., d)
    holds : ndarray of bool, shape (..., d)
        Whether each player's condition holds.

    Returns
    -------
    ndarray of float64, shape (..., d)
    """
    many = cover.shape[-1]
    total = np.zeros(np.broadcast_shapes(cover.shape, holds.shape))
    for node, weight in zip(*quadrature(many), strict=True):
        factor = cover * (1.0 - node) + np.where(holds, node, 0.0)
        before = np.full(total.shape, weight)
        np.cumprod(factor[..., :-1], axis=-1, out=before[..., 1:])
        before[..., 1:] *= weight
        after = np.ones(total.shape)
        np.cumprod(factor[..., :0:-1], axis=-1, out=after[..., -2::-1])
        total += before * after
    shares: Floats = value[..., None] * (holds - cover) * total
    return shares


@cache
def quadrature(many: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Give nodes and weights on 0 to 1 that are exact for ``many`` players."""
    if not many:
        return (), ()
    from numpy.polynomial.legendre import leggauss

    node, weight = leggauss((many + 1) // 2)
    return tuple(((1 + node) / 2).tolist()), tuple((weight / 2).tolist())


def _quadratures(most: int) -> tuple[Ints, Floats, Floats]:
    """Put the quadratures for up to ``most`` players one after the other."""
    every = [quadrature(many) for many in range(most + 1)]
    start = np.cumsum([0, *(len(node) for node, _ in every)], dtype=np.int64)
    node, weight = (np.array([one for pair in every for one in pair[part]], dtype=np.float64) for part in (0, 1))
    return start, node, weight
