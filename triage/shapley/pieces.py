"""Here we lay the trees out as flat arrays: splits as bits of a mask, and leaves as conditions on those bits.

A *piece* is a tree, or as many neighbouring leaves of a large one as have 64 different splits on their paths: whatever a
row is, its mask of 64 bits says all that the piece knows of it, and rows with the same mask have the same answer.

A *player* of a leaf is one feature on its path. A feature that is split on several times is one player: its condition is
that all of these splits go the leaf's way. Its *cover* is the share of training rows that they let through.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints
from triage.shapley.coding import Codes, Coding, Split
from triage.shapley.trees import CannotTabulate, Forest, Tree

Bits = NDArray[np.uint64]
WIDEST = 64
"""Different splits of one piece: the bits of a mask."""
MOST = 50
"""Players of one leaf, so that a pattern of them is a whole number that floats hold exactly."""

Step = tuple[Split, bool, float]
"""A split on a path, whether it was left by the left door, and the share of training rows that went the same way."""


class Pieces(NamedTuple):
    """All pieces of a forest, in the order of its trees; every ``*_start`` has one entry more than there are parts.

    Attributes
    ----------
    split_start, slot_start, leaf_start : ndarray of int64
        Where each piece's splits, slots and leaves begin. A slot is a feature that the piece reads.
    feature : ndarray of int64
        Of each split: the used feature, a row of the codes.
    lowest, highest, except_at : ndarray of uint16
        Of each split: the codes that go left.
    used : ndarray of int64
        Of each slot: its used feature.
    piece : ndarray of int64
    value : ndarray of float64
        Of each leaf.
    player_start : ndarray of int64
        Where each leaf's players begin.
    slot : ndarray of int64
        Of each player: its slot among all slots.
    care, want : ndarray of uint64
        Of each player: the bits of its splits, and what they are on the leaf's path.
    cover : ndarray of float64
        Of each player.
    """

    split_start: Ints
    slot_start: Ints
    leaf_start: Ints
    feature: Ints
    lowest: Codes
    highest: Codes
    except_at: Codes
    used: Ints
    piece: Ints
    value: Floats
    player_start: Ints
    slot: Ints
    care: Bits
    want: Bits
    cover: Floats


def lay_out(forest: Forest, coding: Coding) -> Pieces:
    """Lay a forest out.

    Raises
    ------
    CannotTabulate
        A path has more different splits than a mask has bits.
    """
    laid = _Laid()
    for tree in forest.trees:
        laid.begin()
        for value, path in _leaves(tree, coding):
            laid.add(value, path)
    return laid.pieces()


def _leaves(tree: Tree, coding: Coding) -> Iterator[tuple[float, list[Step]]]:
    """Walk from leaf to leaf, left first, with the path to each."""
    splits = [coding.split(tree, split) for split in range(len(tree.feature))]
    waiting: list[tuple[int, list[Step]]] = [(0 if splits else ~0, [])]
    while waiting:
        child, path = waiting.pop()
        if child < 0:
            yield tree.value[~child], path
            continue
        for way, left in ((tree.right, False), (tree.left, True)):
            follows = way[child]
            waiting.append((follows, [*path, (splits[child], left, tree.count(follows) / tree.count(child))]))


class _Laid:
    """The arrays while they grow."""

    def __init__(self) -> None:
        self.starts: dict[str, list[int]] = {"split": [0], "slot": [0], "leaf": [0]}
        self.splits: list[Split] = []
        self.slots: list[int] = []
        self.values: list[float] = []
        self.player_start = [0]
        self.players: list[tuple[int, int, int, float]] = []
        self.bit: dict[Split, int] = {}
        self.place: dict[int, int] = {}

    def begin(self) -> None:
        """Begin a piece where the last one holds anything."""
        if len(self.values) > self.starts["leaf"][-1]:
            self._end()

    def _end(self) -> None:
        """End a piece."""
        for name, held in (("split", self.splits), ("slot", self.slots), ("leaf", self.values)):
            self.starts[name].append(len(held))
        self.bit, self.place = {}, {}

    def add(self, value: float, path: list[Step]) -> None:
        """Add one leaf, to this piece where its splits find room and else to the next."""
        different = {split for split, _, _ in path}
        if len(different) > WIDEST or len({split[0] for split in different}) > MOST:
            msg = f"A path has {len(different)} different splits; tables hold {WIDEST}, of {MOST} features."
            raise CannotTabulate(msg)
        if len(different | self.bit.keys()) > WIDEST:
            self._end()
        self.values.append(value)
        self.players += self._players(path)
        self.player_start.append(len(self.players))

    def _players(self, path: list[Step]) -> list[tuple[int, int, int, float]]:
        """Join the splits of each feature on a path: slot, care, want, cover."""
        joined: dict[int, tuple[int, int, float]] = {}
        for split, left, share in path:
            bit = self._bit(split)
            care, want, cover = joined.get(split[0], (0, 0, 1.0))
            joined[split[0]] = care | bit, want | (bit if left else 0), cover * share
        return [(self._slot(used), *told) for used, told in joined.items()]

    def _bit(self, split: Split) -> int:
        """Give a split its bit."""
        if split not in self.bit:
            self.bit[split] = 1 << len(self.bit)
            self.splits.append(split)
        return self.bit[split]

    def _slot(self, used: int) -> int:
        """Give a feature its slot."""
        if used not in self.place:
            self.place[used] = len(self.slots)
            self.slots.append(used)
        return self.place[used]

    def pieces(self) -> Pieces:
        """Give the arrays."""
        self.begin()
        codes = np.array(self.splits, dtype=np.int64).reshape(-1, 4)
        slot, care, want, cover = zip(*self.players, strict=True) if self.players else ((),) * 4
        starts = {name: np.array(start, dtype=np.int64) for name, start in self.starts.items()}
        leaves = np.diff(starts["leaf"])
        return Pieces(
            split_start=starts["split"],
            slot_start=starts["slot"],
            leaf_start=starts["leaf"],
            feature=codes[:, 0].copy(),
            lowest=codes[:, 1].astype(np.uint16),
            highest=codes[:, 2].astype(np.uint16),
            except_at=codes[:, 3].astype(np.uint16),
            used=np.array(self.slots, dtype=np.int64),
            piece=np.repeat(np.arange(len(leaves)), leaves),
            value=np.array(self.values, dtype=np.float64),
            player_start=np.array(self.player_start, dtype=np.int64),
            slot=np.array(slot, dtype=np.int64),
            care=np.array(care, dtype=np.uint64),
            want=np.array(want, dtype=np.uint64),
            cover=np.array(cover, dtype=np.float64),
        )
