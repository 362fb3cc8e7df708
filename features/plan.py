"""Here we compute all features at once: what they have in common is counted once, whatever the number of reports."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.arrays import NEVER, Asked, Floats
from features.coding import ITEM, WHAT
from features.sources import Age, Behind, OfHistory, OfReport, Simple, Source, Together
from features.windows import Windows


class Plan:
    """Sources in the order of their columns, ready to be computed.

    Every simple source has a column of its own, computed once; a `Together` takes several.

    Parameters
    ----------
    sources : sequence of Source
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        simple = list(dict.fromkeys(part for source in sources for part in _parts(source)))
        self._said = [part for part in simple if isinstance(part, OfReport)]
        known = [part for part in simple if isinstance(part, OfHistory)]
        self.windows = Windows([part.window for part in known], len(WHAT))
        places = {part: number for number, part in enumerate([Age(), Behind(), *self._said, *known])}
        self._flags = np.array([places[part] for part in self._said if part.flag], dtype=np.int64)
        self._matrix = np.zeros((len(ITEM), len(self._said)), dtype=np.float32)
        for column, part in enumerate(self._said):
            self._matrix[list(part.items), column] = 1
        self._take = np.array([0 if isinstance(one, Together) else places[one] for one in sources], dtype=np.int64)
        self._together = [
            (column, one.by, np.array([places[part] for part in one.of], dtype=np.int64))
            for column, one in enumerate(sources)
            if isinstance(one, Together)
        ]

    def compute(self, asked: Asked, known: Floats) -> Floats:
        """Compute every column, shape (n, number of sources), from the reports and what `windows` say of them."""
        said = asked.items.astype(np.float32) @ self._matrix  # small whole numbers: exact
        behind = np.where(asked.behind == NEVER, np.nan, asked.behind)
        own = np.stack([asked.age_months, behind], axis=1)
        columns = np.concatenate([own, said, known], axis=1)
        columns[:, self._flags] = np.minimum(columns[:, self._flags], 1.0)
        values: Floats = columns[:, self._take]
        for column, by, of in self._together:
            values[:, column] = by(columns[:, of])
        return values


def _parts(source: Source) -> tuple[Simple, ...]:
    """List the simple sources of one."""
    return source.of if isinstance(source, Together) else (source,)
