"""Here we explain one row with numpy alone: all splits, leaves and players of a model at once.

Of small trees every answer is worked out beforehand, for each mask that a piece can have: then one row is looked up.
Numbers are added up in the same order as in `triage.shapley.kernel`, so that both give the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints
from triage.shapley.coding import Codes, Coding
from triage.shapley.pieces import Bits, Pieces
from triage.shapley.tables import NO_TABLE, Tables, shapley

MASKS, ROOM = 256, 16_000_000
"""How many masks are worked out beforehand at most, and the bytes that their answers may take."""


@dataclass(frozen=True)
class Plain:
    """What pieces and tables hold, turned so that all of it can be looked up at once.

    Attributes
    ----------
    coding : Coding
    pieces : Pieces
    tables : Tables
    width : int
        How many features a row has.
    """

    coding: Coding
    pieces: Pieces
    tables: Tables
    width: int

    def explain(self, row: Floats) -> tuple[float, Floats]:
        """Give the margin of one row, and what each feature adds to it, shape (width,)."""
        masks = self._masks(self.coding.codes(row))
        slots, reached = self._work_out(masks) if self._answers is None else self._look_up(masks, *self._answers)
        margin = np.cumsum(reached)[-1]  # one after the other, as LightGBM does
        return float(margin), _sums(self._column, slots, self.width)

    def _work_out(self, masks: Bits) -> tuple[Floats, Floats]:
        """Give what each slot adds, and the value of the leaf that each piece reaches, 0 for none."""
        pieces = self.pieces
        holds = (masks[self._piece] & pieces.care) == pieces.want
        pattern = _sums(self._leaf, holds * self._worth, len(self._many))
        reached = _sums(pieces.piece, np.where(pattern == self._whole, pieces.value, 0.0), len(masks))
        return _sums(pieces.slot, self._parts(holds, pattern), len(pieces.used)), reached

    def _look_up(self, masks: Bits, slots: Floats, reached: Floats) -> tuple[Floats, Floats]:
        """Give the same, of answers that were worked out beforehand."""
        row = masks.astype(np.int64)
        return slots.take(self._first + row[self._home] * self._wide), reached[row, self._pieces]

    @cached_property
    def _answers(self) -> tuple[Floats, Floats] | None:
        """What each slot adds and what each piece reaches, by mask: where there are few and there is room for all, else None."""
        masks, parts = self._possible, len(self.pieces.used)
        if masks > MASKS or masks * (parts + len(self._pieces)) * 8 > ROOM:
            return None
        every = [self._work_out(np.full(len(self._pieces), mask, dtype=np.uint64)) for mask in range(masks)]
        slots = np.empty(masks * parts)
        for mask, (added, _) in enumerate(every):
            slots[self._first + mask * self._wide] = added
        return slots, np.stack([reached for _, reached in every])

    def _masks(self, codes: Codes) -> Bits:
        """Give each piece's mask: a bit for every split that sends the row left."""
        pieces = self.pieces
        code = codes[pieces.feature]
        left = ((code >= pieces.lowest) & (code <= pieces.highest)) != (code == pieces.except_at)
        masks = np.zeros(len(pieces.split_start) - 1, dtype=np.uint64)
        masks[self._split] = np.bitwise_or.reduceat(left * self._bit, pieces.split_start[:-1][self._split])
        return masks

    def _parts(self, holds: NDArray[np.bool_], pattern: Floats) -> Floats:
        """Give what each player adds: from the leaf's table, or computed where it has none."""
        pieces, tables = self.pieces, self.tables
        row = tables.at + pattern.astype(np.int64) * self._many
        parts: Floats = tables.part.take(row[self._leaf] + self._place, mode="clip")
        for leaves, players in self._untabled:
            parts[players] = shapley(pieces.value[leaves], pieces.cover[players], holds[players])
        return parts

    @cached_property
    def _many(self) -> Ints:
        """How many players each leaf has."""
        return np.diff(self.pieces.player_start)

    @cached_property
    def _leaf(self) -> Ints:
        """Of each player: its leaf."""
        return np.repeat(np.arange(len(self._many)), self._many)

    @cached_property
    def _place(self) -> Ints:
        """Of each player: its place in its leaf."""
        return np.arange(len(self._leaf)) - self.pieces.player_start[self._leaf]

    @cached_property
    def _worth(self) -> Floats:
        """Of each player: what it adds to its leaf's pattern, the number of a row in the leaf's table."""
        return np.exp2(self._place)

    @cached_property
    def _whole(self) -> Floats:
        """Of each leaf: the pattern in which every condition holds."""
        return np.exp2(self._many) - 1.0

    @cached_property
    def _untabled(self) -> list[tuple[Ints, Ints]]:
        """The leaves without a table, shape (l,), and their players, shape (l, d): those of one d together."""
        without = np.flatnonzero(self.tables.at == NO_TABLE)
        groups = [without[self._many[without] == many] for many in np.unique(self._many[without])]
        return [
            (leaves, self.pieces.player_start[leaves][:, None] + np.arange(self._many[leaves[0]])) for leaves in groups
        ]

    @cached_property
    def _pieces(self) -> Ints:
        """The pieces."""
        return np.arange(len(self.pieces.split_start) - 1)

    @cached_property
    def _possible(self) -> int:
        """How many masks a piece can have at most."""
        return 1 << int(np.diff(self.pieces.split_start).max(initial=0))

    @cached_property
    def _wide(self) -> Ints:
        """Of each slot: how many slots its piece has; they lie together in the answers, mask by mask."""
        return np.diff(self.pieces.slot_start)[self._home]

    @cached_property
    def _first(self) -> Ints:
        """Of each slot: where its answer to the first mask lies."""
        begin = self.pieces.slot_start[self._home]
        return begin * self._possible + np.arange(len(self._home)) - begin

    @cached_property
    def _home(self) -> Ints:
        """Of each slot: its piece."""
        return np.repeat(self._pieces, np.diff(self.pieces.slot_start))

    @cached_property
    def _piece(self) -> Ints:
        """Of each player: its piece."""
        return self.pieces.piece[self._leaf]

    @cached_property
    def _column(self) -> Ints:
        """Of each slot: its feature's place in a row."""
        return self.coding.columns[self.pieces.used]

    @cached_property
    def _split(self) -> NDArray[np.bool_]:
        """Which pieces have splits at all."""
        return np.diff(self.pieces.split_start) > 0

    @cached_property
    def _bit(self) -> Bits:
        """Of each split: its bit."""
        splits = np.diff(self.pieces.split_start)
        place = np.arange(len(self.pieces.feature)) - np.repeat(self.pieces.split_start[:-1], splits)
        return np.uint64(1) << place.astype(np.uint64)


def _sums(place: Ints, numbers: NDArray[np.generic], many: int) -> Floats:
    """Add numbers up by place, one after the other."""
    return np.asarray(np.bincount(place, weights=numbers, minlength=many), dtype=np.float64)
