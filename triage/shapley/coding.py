"""Here we give every value of a row a small whole number: between which thresholds of the model it lies, or that it is missing.

Code 0 is NaN; code ``1 + i`` is a value above ``i`` of its feature's edges. So a split holds, that is, sends a row left, from
one code to another; one code may be an exception to that, where 0 counts as missing.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints
from triage.shapley.trees import TINY, CannotTabulate, Forest, Tree

Codes = NDArray[np.uint16]
NO_CODE = 65535
"""An exception that no row has."""

Split = tuple[int, int, int, int]
"""Which used feature, the lowest and the highest code that go left, and the code that goes the other way."""


@dataclass(frozen=True)
class Coding:
    """The edges of the u features that the trees read.

    Attributes
    ----------
    columns : ndarray of int64, shape (u,)
        Their places in a row.
    edges : ndarray of float64
        Ascending per feature, one feature after the other.
    start : ndarray of int64, shape (u + 1,)
        Where each feature's edges begin.
    """

    columns: Ints
    edges: Floats
    start: Ints

    @classmethod
    def of(cls, forest: Forest) -> Coding:
        """Gather the thresholds of a forest; where 0 counts as missing it has a code of its own."""
        found: dict[int, set[float]] = {}
        for tree in forest.trees:
            for split, (feature, threshold) in enumerate(zip(tree.feature, tree.threshold, strict=True)):
                around = (-TINY, TINY) if tree.missing(split) == "zero" else ()
                found.setdefault(feature, set()).update((threshold, *around))
        if any(len(edges) + 1 >= NO_CODE for edges in found.values()):
            msg = "A feature has more thresholds than there are codes."
            raise CannotTabulate(msg)
        columns = sorted(found)
        edges = [edge for column in columns for edge in sorted(found[column])]
        start = np.cumsum([0, *(len(found[column]) for column in columns)], dtype=np.int64)
        return cls(np.array(columns, dtype=np.int64), np.array(edges, dtype=np.float64), start)

    def split(self, tree: Tree, split: int) -> Split:
        """Say one split in codes."""
        used = self._place[tree.feature[split]]
        edges, threshold = self._edges[used], tree.threshold[split]
        missing, left = tree.missing(split), tree.default_left(split)
        nan_left = threshold >= 0 if missing == "none" else left
        flipped = missing == "zero" and left != (threshold >= 0)
        highest = 1 + bisect_left(edges, threshold)
        return used, 0 if nan_left else 1, highest, 1 + bisect_left(edges, 0.0) if flipped else NO_CODE

    @property
    def arrays(self) -> tuple[Ints, Floats, Ints]:
        """Columns, edges and start, as compiled loops take them."""
        return self.columns, self.edges, self.start

    def codes(self, row: Floats) -> Codes:
        """Give the codes of one row, shape (u,); `triage.shapley.kernel.code_rows` does it for many."""
        values = row[self.columns].tolist()
        return np.array(
            [_code(edges, value) for edges, value in zip(self._edges, values, strict=True)], dtype=np.uint16
        )

    @cached_property
    def _place(self) -> dict[int, int]:
        """Find a used feature by its column."""
        return {column: used for used, column in enumerate(self.columns.tolist())}

    @cached_property
    def _edges(self) -> list[list[float]]:
        """Hold the edges of each feature as a list, made once."""
        return [self.edges[begin:end].tolist() for begin, end in pairwise(self.start.tolist())]


def _code(edges: list[float], value: float) -> int:
    """Give the code of one value."""
    if math.isnan(value):
        return 0
    return 1 + bisect_left(edges, 0.0 if abs(value) <= TINY else value)
