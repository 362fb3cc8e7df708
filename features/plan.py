"""Here we compute all features at once: what they have in common is counted once, whatever the number of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from features.arrays import NEVER, Asked, Floats, Ints
from features.coding import ITEM, WHAT
from features.repeats import CHAINS
from features.sources import Age, Behind, By, OfHistory, OfReport, Simple, Source, Together
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
        every: list[Simple] = [Age(), *map(Behind, CHAINS), *self._said, *known]
        places = {part: number for number, part in enumerate(every)}
        self._flags = np.array([places[part] for part in self._said if part.flag], dtype=np.int64)
        hidden = [part for part in known if part.unless]
        self._hidden = np.array([places[part] for part in hidden], dtype=np.int64)
        wanted = [*(part.items for part in self._said), *(part.unless for part in hidden)]
        self._matrix = np.zeros((len(ITEM), len(wanted)), dtype=np.float32)
        for column, items in enumerate(wanted):
            self._matrix[list(items), column] = 1
        self._take = np.array([0 if isinstance(one, Together) else places[one] for one in sources], dtype=np.int64)
        self._together = _alike(sources, places)

    def compute(self, asked: Asked, known: Floats) -> Floats:
        """Compute every column, shape (n, number of sources), from the reports and what `windows` say of them."""
        said = asked.items.astype(np.float32) @ self._matrix  # small whole numbers: exact
        said, hides = said[:, : len(self._said)], said[:, len(self._said) :] > 0
        behind = np.where(asked.behind == NEVER, np.nan, asked.behind)
        columns = np.concatenate([asked.age_months[:, None], behind, said, known], axis=1)
        columns[:, self._flags] = np.minimum(columns[:, self._flags], 1.0)
        columns[:, self._hidden] = np.where(hides, np.nan, columns[:, self._hidden])
        values: Floats = columns[:, self._take]
        for into, by, of in self._together:
            values[:, into] = by(columns[:, of].reshape(-1, of.shape[1])).reshape(-1, len(into))
        return values


def _alike(sources: Sequence[Source], places: Mapping[Simple, int]) -> list[tuple[Ints, By, Ints]]:
    """Gather what the same function puts together: its columns, the function and, row by row, the places of what it takes."""
    found: dict[tuple[By, int], list[tuple[int, list[int]]]] = {}
    for column, one in enumerate(sources):
        if isinstance(one, Together):
            found.setdefault((one.by, len(one.of)), []).append((column, [places[part] for part in one.of]))
    return [
        (np.array([column for column, _ in alike]), by, np.array([of for _, of in alike]))
        for (by, _), alike in found.items()
    ]


def _parts(source: Source) -> tuple[Simple, ...]:
    """List the simple sources of one."""
    return source.of if isinstance(source, Together) else (source,)
