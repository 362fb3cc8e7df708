"""Here we look for columns that equal something which reaches to or past the report, and nothing from strictly before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from features.arrays import Floats, Ints
from training.leaks.candidates import BEFORE, Candidate, candidates
from training.leaks.checked import Checked
from training.leaks.findings import Finding, cannot_tell, leak, none_shown

CODE = "reached"
ALMOST_ALL = 0.995
"""Share of rows in which a column must equal what it is said to be."""
ALMOST_UNUSUAL = 0.98
"""The same among rows that do not hold the column's most common value: a rare event is 0 almost everywhere."""
FEWEST = 5
"""Fewest rows in which a leaking column must follow what reaches past and nothing strictly before."""
FEWEST_ROWS = 40
"""Fewest rows of which it may be said that no leak was shown."""
LOOKED_AT = 20
"""Rows of each column on which candidates are sieved before they are compared in full."""
SIEVE = 0.85
"""Share of those rows that a candidate must pass."""
TOGETHER = 64
"""Candidates that are sieved together."""
SAME = 1e-6
"""Values are the same when they differ by less than this share of their size."""


@dataclass
class _Best:
    """The best that a column was found to equal, and in which rows: strictly before, and reaching past."""

    before: np.ndarray | None = None
    past: tuple[np.ndarray, Candidate] | None = None

    def keep(self, candidate: Candidate, same: np.ndarray) -> None:
        """Keep a candidate that equals the column in more rows than the one kept before."""
        if candidate.reach == BEFORE:
            self.before = same if self.before is None or same.sum() > self.before.sum() else self.before
        elif self.past is None or same.sum() > self.past[0].sum():
            self.past = (same, candidate)

    def leaking(self) -> tuple[int, Candidate] | None:
        """Give what the column follows wherever that differs from all strictly before, and in how many rows."""
        if self.past is None:
            return None
        same, candidate = self.past
        before = np.zeros_like(same) if self.before is None else self.before
        won, lost = int((same & ~before).sum()), int((before & ~same).sum())
        return (int(same.sum()), candidate) if won >= FEWEST and lost <= (1 - ALMOST_UNUSUAL) * won else None


def reconstruction(checked: Checked) -> Iterator[Finding]:
    """Tell which features equal something that reaches to or past the report."""
    size = checked.pairs[0].size
    found = {name: best.leaking() for name, best in sorted(_matches(checked, size).items())}
    leaking = {name: what for name, what in found.items() if what is not None}
    for name, (rows, what) in leaking.items():
        yield leak(CODE, name, rows, size, what.to_dict())
    if not checked.events:
        yield cannot_tell(CODE, "no_events", of=size)
    elif size < FEWEST_ROWS:
        yield cannot_tell(CODE, "few", rows=size, of=len(checked))
    elif not leaking:
        yield none_shown(CODE, size, {"columns": len(checked.features), "tables": len(checked.events)})


def _matches(checked: Checked, size: int) -> dict[str, _Best]:
    """Compare every feature with every candidate in the first rows; give the best matches."""
    found: dict[str, _Best] = {}
    sieve = _Sieve({name: values[:size] for name, values in checked.features.items()})
    for whole in checked.pairs:
        for pairs in whole.each_kind():
            made = candidates(pairs)
            while some := list(islice(made, TOGETHER)):
                for name, candidate, same in sieve.equal(some):
                    found.setdefault(name, _Best()).keep(candidate, same)
    return found


class _Sieve:
    """Features, and for each a few rows, half of them unusual, on which most candidates fail at once."""

    def __init__(self, features: dict[str, Floats]) -> None:
        unusual = {name: _unusual(values) for name, values in features.items()}
        self._features, self._unusual = features, unusual
        self._names = [name for name, rows in unusual.items() if rows.sum() >= FEWEST]
        self._rows = np.array([_half_and_half(unusual[name]) for name in self._names], dtype=np.int64)
        few = [features[name][rows] for name, rows in zip(self._names, self._rows, strict=True)]
        self._few = np.nan_to_num(np.array(few))

    def equal(self, some: Sequence[Candidate]) -> Iterator[tuple[str, Candidate, np.ndarray]]:
        """Give the pairs of feature and candidate that are equal in almost all rows, with those rows."""
        if not self._names:
            return
        made = np.stack([candidate.values for candidate in some])[:, self._rows]
        made[np.isnan(made)] = 0.0
        likely = (np.abs(made - self._few) <= SAME * (1 + np.abs(self._few))).mean(axis=2) >= SIEVE
        for candidate, place in zip(*np.nonzero(likely), strict=True):
            name = self._names[place]
            same, past = _equal(self._features[name], some[candidate]), some[candidate].reach != BEFORE
            if not past or (same.mean() >= ALMOST_ALL and same[self._unusual[name]].mean() >= ALMOST_UNUSUAL):
                yield name, some[candidate], same


def _unusual(values: Floats) -> np.ndarray:
    """Tell which rows do not hold the column's most common value."""
    _, place, number = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(place != (number.argmax() if len(number) else -1))


def _half_and_half(unusual: np.ndarray) -> Ints:
    """Take `LOOKED_AT` rows at even distances, half of them unusual; some twice where there are fewer."""
    halves = (np.flatnonzero(unusual), np.flatnonzero(~unusual))
    return np.concatenate([rows[np.linspace(0, len(rows) - 1, LOOKED_AT // 2).astype(np.int64)] for rows in halves])


def _equal(values: Floats, candidate: Candidate) -> np.ndarray:
    """Tell in which rows a column equals a candidate; where there is nothing, any one value may stand for that."""
    made = candidate.values
    same = np.abs(values - made) <= SAME * (1 + np.abs(made))
    nothing = (made == 0) if candidate.shape in {"count", "flag"} else np.isnan(made)
    same |= nothing & np.isnan(values)
    if np.isnan(made).any():
        written, number = np.unique(values[nothing], return_counts=True)
        same |= nothing & (values == written[number.argmax()])
    return np.asarray(same)
