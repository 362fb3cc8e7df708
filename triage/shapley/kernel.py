"""Here we explain rows with compiled loops; whoever imports this has asked `features.compiled.available` first.

A block of rows goes through piece by piece: its splits become a mask per row, rows with the same mask share one answer,
and that answer is worked out once, from the tables. Tabular data have few different masks, because counts and flags
take few values: most answers are there already. The loops run along rows or masks, so that the processor takes several
at once; per row, numbers are added up in the order of pieces, leaves and players, whatever the block.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints
from features.compiled import compiled
from triage.shapley.coding import Codes
from triage.shapley.pieces import WIDEST, Bits, Pieces
from triage.shapley.tables import Tables
from triage.shapley.trees import TINY

DOUBLINGS = 13
"""Rows at once, as a power of 2: what is written per piece stays in the second cache, what is looked up in the first."""
PADDED = 8
"""Columns that a block is wider than its rows, so that they do not all fall on the same place in the cache."""
SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""An odd number near 2^64 over the golden ratio: multiplying by it spreads masks over a table."""

Numbered = tuple[Bits, Ints, NDArray[np.uint32]]
Edges = tuple[Ints, Floats, Ints]
"""`triage.shapley.coding.Coding` as arrays: columns, edges, start."""


@compiled
def code_rows(values: Floats, coding: Edges, codes: Codes) -> None:
    """Code a block of rows into ``codes``, shape (u, at least rows)."""
    columns, edges, start = coding
    for used in range(len(columns)):
        column, begin, end = columns[used], start[used], start[used + 1]
        for row in range(len(values)):
            value = values[row, column]
            if np.isnan(value):
                codes[used, row] = 0
                continue
            if abs(value) <= TINY:
                value = 0.0
            low, high = begin, end
            while low < high:
                middle = (low + high) // 2
                if edges[middle] < value:
                    low = middle + 1
                else:
                    high = middle
            codes[used, row] = 1 + low - begin


@compiled
def mask_rows(pieces: Pieces, piece: int, codes: Codes, mask: Bits) -> None:
    """Give every row of a block its mask: a bit for every split that sends it left."""
    mask[:] = 0
    first = pieces.split_start[piece]
    for split in range(first, pieces.split_start[piece + 1]):
        code, bit = codes[pieces.feature[split]], np.uint64(split - first)
        lowest, highest, other = pieces.lowest[split], pieces.highest[split], pieces.except_at[split]
        for row in range(len(mask)):
            left = ((code[row] >= lowest) & (code[row] <= highest)) != (code[row] == other)
            mask[row] |= np.uint64(left) << bit


@compiled
def number_masks(mask: Bits, turn: int, shift: int, table: Numbered, number: Ints, found: Bits) -> int:
    """Give rows with the same mask the same number, list the ``found`` masks, and say how many there are.

    ``table`` is a hash table of 2^(64 - shift) places, more than there are rows: masks, the turn they were put in, their
    numbers. What was put in in another turn is not there.
    """
    key, put, name = table
    many, last = 0, len(key) - 1
    for row in range(len(mask)):
        at = np.int64((mask[row] * SPREAD) >> np.uint64(shift))
        while put[at] == turn and key[at] != mask[row]:
            at = (at + 1) & last
        if put[at] != turn:
            key[at], put[at], name[at] = mask[row], turn, many
            found[many] = mask[row]
            many += 1
        number[row] = name[at]
    return many


@compiled
def work_out(
    pieces: Pieces, tables: Tables, piece: int, found: Bits, row: NDArray[np.uint32], work: Floats, parts: Floats
) -> None:
    """Give for each mask what every slot of a piece adds, and in the last row the value of the leaf that is reached."""
    many, reached = len(found), parts[-1]
    parts[:, :many] = 0.0
    for leaf in range(pieces.leaf_start[piece], pieces.leaf_start[piece + 1]):
        if tables.at[leaf] < 0:
            compute(pieces, tables, piece, leaf, found, work, parts)
            continue
        first, end = pieces.player_start[leaf], pieces.player_start[leaf + 1]
        row[:many] = 0
        for player in range(first, end):
            care, want, bit = pieces.care[player], pieces.want[player], np.uint32(player - first)
            for one in range(many):
                row[one] |= np.uint32((found[one] & care) == want) << bit
        value, at, wide = pieces.value[leaf], np.uint32(tables.at[leaf]), np.uint32(end - first)
        whole = np.uint32((1 << (end - first)) - 1)
        for one in range(many):
            reached[one] += value if row[one] == whole else 0.0
            row[one] = at + row[one] * wide
        for player in range(first, end):
            into, part = parts[pieces.slot[player] - pieces.slot_start[piece]], tables.part[player - first :]
            for one in range(many):
                into[one] += part[row[one]]


@compiled
def compute(pieces: Pieces, tables: Tables, piece: int, leaf: int, found: Bits, work: Floats, parts: Floats) -> None:
    """Do the same for a leaf without a table; see `triage.shapley.tables.shapley`."""
    first, many = pieces.player_start[leaf], pieces.player_start[leaf + 1] - pieces.player_start[leaf]
    care, want, cover = pieces.care[first:], pieces.want[first:], pieces.cover[first:]
    held, factor, after, total = work
    for one in range(len(found)):
        for place in range(many):
            held[place] = 1.0 if (found[one] & care[place]) == want[place] else 0.0
        total[:many] = 0.0
        for at in range(tables.node_start[many], tables.node_start[many + 1]):
            node, before = tables.node[at], 1.0
            for place in range(many):
                factor[place] = cover[place] * (1.0 - node) + (node if held[place] > 0 else 0.0)
            after[many - 1] = 1.0
            for place in range(many - 1, 0, -1):
                after[place - 1] = after[place] * factor[place]
            for place in range(many):
                total[place] += before * tables.weight[at] * after[place]
                before *= factor[place]
        for place in range(many):
            share = pieces.value[leaf] * (held[place] - cover[place]) * total[place]
            parts[pieces.slot[first + place] - pieces.slot_start[piece], one] += share
        parts[-1, one] += pieces.value[leaf] if held[:many].min() > 0 else 0.0


@compiled
def add_up(part: Floats, number: Ints, into: Floats, many: int) -> None:
    """Add to every row of a block what its mask adds."""
    for row in range(many):
        into[row] += part[number[row]]


@compiled
def explain_rows(
    values: Floats, coding: Edges, pieces: Pieces, tables: Tables, doublings: int, out: Floats, margin: Floats
) -> None:
    """Add what each feature adds to rows to ``out``, shape (n, k), and their margins to ``margin``, shape (n,).

    Works on blocks of 2^doublings rows.
    """
    block, columns = 1 << doublings, coding[0]
    codes, added = np.empty((len(columns), block), np.uint16), np.empty((len(columns), block + PADDED))
    mask, found = np.empty(block, np.uint64), np.empty(block, np.uint64)
    number, row = np.empty(block, np.uint32), np.empty(block, np.uint32)
    table = (np.empty(4 * block, np.uint64), np.zeros(4 * block, np.int64), np.empty(4 * block, np.uint32))
    slots = np.max(pieces.slot_start[1:] - pieces.slot_start[:-1])
    parts, work, turn = np.empty((slots + 1) * block), np.empty((4, WIDEST)), 0
    for begin in range(0, len(values), block):
        many = min(block, len(values) - begin)
        code_rows(values[begin : begin + many], coding, codes)
        added[:] = 0.0
        for piece in range(len(pieces.leaf_start) - 1):
            turn += 1
            slot, end = pieces.slot_start[piece], pieces.slot_start[piece + 1]
            mask_rows(pieces, piece, codes, mask[:many])
            masks = number_masks(mask[:many], turn, 62 - doublings, table, number, found)
            part = parts[: (end - slot + 1) * block].reshape(end - slot + 1, block)
            work_out(pieces, tables, piece, found[:masks], row, work, part)
            for place in range(end - slot):
                add_up(part[place], number, added[pieces.used[slot + place]], many)
            add_up(part[end - slot], number, margin[begin:], many)
        for one in range(many):
            for used in range(len(columns)):
                out[begin + one, columns[used]] += added[used, one]


@compiled
def explain_row(
    values: Floats, coding: Edges, pieces: Pieces, tables: Tables, room: tuple[Codes, Bits, Floats], out: Floats
) -> float:
    """Add what each feature adds to the only row of ``values`` to ``out``, shape (k,), and give its margin.

    Nothing is allocated: ``room`` is for codes, shape (u, 1), a mask per piece and what every slot adds. All leaves must
    have tables.
    """
    codes, masks, added = room
    code_rows(values, coding, codes)
    for piece in range(len(masks)):
        first, mask = pieces.split_start[piece], np.uint64(0)
        for split in range(first, pieces.split_start[piece + 1]):
            code = codes[pieces.feature[split], 0]
            left = ((code >= pieces.lowest[split]) & (code <= pieces.highest[split])) != (
                code == pieces.except_at[split]
            )
            mask |= np.uint64(left) << np.uint64(split - first)
        masks[piece] = mask
    added[:] = 0.0
    margin, first = 0.0, pieces.player_start[0]
    for leaf in range(len(tables.at)):
        end, mask, row = pieces.player_start[leaf + 1], masks[pieces.piece[leaf]], 0
        for player in range(first, end):
            row |= np.int64((mask & pieces.care[player]) == pieces.want[player]) << (player - first)
        if row == (1 << (end - first)) - 1:
            margin += pieces.value[leaf]
        at = tables.at[leaf] + row * (end - first) - first
        for player in range(first, end):
            added[pieces.slot[player]] += tables.part[at + player]
        first = end
    for slot in range(len(added)):
        out[coding[0][pieces.used[slot]]] += added[slot]
    return margin
