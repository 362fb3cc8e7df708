"""Here we explain rows from tables: with compiled loops where numba is there and worth loading, else with numpy alone.

Both give the same bits, so that an answer depends on neither the number of rows, nor the threads, nor what is installed.
"""

from __future__ import annotations

import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from features.arrays import Floats
from features.compiled import available
from triage.shapley.coding import Coding
from triage.shapley.explained import Explained
from triage.shapley.pieces import Pieces, lay_out
from triage.shapley.plain import Plain
from triage.shapley.tables import NO_TABLE, Tables, tabulate
from triage.shapley.trees import read_forest

FEW = 500
"""From so many rows at once on, the compiled loops are loaded; who asks for one row never waits for that, however often."""
MANY = 20_000
"""From so many rows on it is worth saying that numba is absent."""
PROBES = 8
"""Made-up rows that an explanation is checked on."""
AT_ONCE = 1 << 15
"""Rows of one task of a thread."""


@dataclass(frozen=True)
class Tabulated:
    """The tables of one model.

    Attributes
    ----------
    coding : Coding
    pieces : Pieces
    tables : Tables
    width : int
        How many features a row has.
    base : float
        The model's average.
    """

    coding: Coding
    pieces: Pieces
    tables: Tables
    width: int
    base: float

    @classmethod
    def of(cls, text: str) -> Tabulated:
        """Tabulate a model from LightGBM's text.

        Raises
        ------
        CannotTabulate
            Its trees are of a kind that tables do not hold.
        """
        forest = read_forest(text)
        coding = Coding.of(forest)
        pieces = lay_out(forest, coding)
        base = 0.0
        for tree in forest.trees:
            base += tree.expected
        return cls(coding, pieces, tabulate(pieces), forest.width, base)

    def explain(self, values: Floats, *, threads: int = 1) -> Explained:
        """Explain rows, shape (n, k)."""
        values = np.ascontiguousarray(values, dtype=np.float64)
        margin, out = np.zeros(len(values)), np.zeros((len(values), self.width))
        if not self._compiled(len(values)):
            for row in range(len(values)):
                margin[row], out[row] = self._plain.explain(values[row])
        elif len(values) == 1 and self._whole:
            margin[0] = self._one(values, out[0])
        elif len(values):
            self._many(values, out, margin, threads)
        return Explained(margin, out, self.base)

    def probes(self) -> Floats:
        """Give made-up rows that lie at, between and beyond the edges of the model, some values missing."""
        rng, rows = np.random.default_rng(PROBES), PROBES
        values = np.full((rows, self.width), np.nan)
        for column, begin, end in zip(self.coding.columns, self.coding.start[:-1], self.coding.start[1:], strict=True):
            at = rng.choice(self.coding.edges[begin:end], rows) + rng.choice([-1.0, 0.0, 0.0, 1.0], rows)
            values[:, column] = np.where(rng.random(rows) < 0.2, np.nan, at)
        return values

    def _compiled(self, rows: int) -> bool:
        """Tell whether the compiled loops are there, and are worth loading for so many rows."""
        if "triage.shapley.kernel" in sys.modules:
            return True
        if rows < FEW:
            return False
        if rows >= MANY and not available():
            msg = "numba is not installed: the explanations are the same and take many times as long."
            warnings.warn(msg, stacklevel=4)
        return available()

    def _one(self, values: Floats, out: Floats) -> float:
        """Explain one row."""
        from triage.shapley.kernel import explain_row

        if not hasattr(self._own, "room"):
            parts = len(self.coding.columns), len(self.pieces.leaf_start) - 1, len(self.pieces.used)
            self._own.room = (np.empty((parts[0], 1), np.uint16), np.empty(parts[1], np.uint64), np.empty(parts[2]))
        margin: float = explain_row(values, self.coding.arrays, self.pieces, self.tables, self._own.room, out)
        return margin

    def _many(self, values: Floats, out: Floats, margin: Floats, threads: int) -> None:
        """Explain many rows."""
        from triage.shapley.kernel import DOUBLINGS, explain_rows

        def work(begin: int) -> None:
            some = slice(begin, begin + step)
            explain_rows(values[some], self.coding.arrays, self.pieces, self.tables, doublings, out[some], margin[some])

        step = min(AT_ONCE, -(-len(values) // threads))
        doublings = min(DOUBLINGS, (step - 1).bit_length())
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, range(0, len(values), step)))

    @cached_property
    def _own(self) -> threading.local:
        """What each thread writes to while it explains one row, made once per thread."""
        return threading.local()

    @cached_property
    def _whole(self) -> bool:
        """Whether every leaf has a table."""
        return bool((self.tables.at != NO_TABLE).all())

    @cached_property
    def _plain(self) -> Plain:
        """What numpy looks up, made once."""
        return Plain(self.coding, self.pieces, self.tables, self.width)
