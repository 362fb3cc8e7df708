"""Here we look for columns that are the label, or something that came after the report, under another name.

Each value of a column, missing among them, is read as the outcome most common there: so a copy, its opposite and any
one-to-one recoding come out alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from training.backtest.turns import LEAST
from training.leaks.checked import Checked
from training.leaks.findings import Finding, cannot_tell, leak, none_shown

LABEL, OUTCOME = "label_copy", "outcome_copy"
ALMOST = 0.90
"""A correlation (Matthews) above this between a column and a fact is a copy of it: they disagree in few rows of either kind."""
MOST_VALUES = 20
"""A column with more values than this is read as a measure, not as a code; `training.leaks.single` looks at it."""


def label_copies(checked: Checked) -> Iterator[Finding]:
    """Tell which features are almost the label, or are there only where the label is."""
    known = checked.labelled
    label = checked.label[known] == 1
    enough, part = _enough(label), _enough(known)
    found = 0
    for name, values in checked.features.items():
        alike = read_as(values[known], label) if enough else None
        there = read_as(np.where(np.isnan(values), 0.0, 1.0), known) if part else None
        if alike is not None and alike.correlation >= ALMOST:
            found += 1
            yield leak(LABEL, name, alike.rows, len(label), {"correlation": alike.correlation})
        elif there is not None and there.correlation >= ALMOST:
            found += 1
            figures = {"correlation": there.correlation}
            yield leak(LABEL, name, there.rows, len(checked), figures, why="only_known")
    if not enough:
        yield cannot_tell(LABEL, "few", rows=int(known.sum()), of=len(checked))
    elif not found:
        yield none_shown(LABEL, int(known.sum()), {"columns": len(checked.features)})


def outcome_copies(checked: Checked) -> Iterator[Finding]:
    """Tell which features are almost the fact that something of one kind came later."""
    if not checked.events:
        yield cannot_tell(OUTCOME, "no_events", of=len(checked))
        return
    size, facts = checked.pairs[0].size, 0
    codes = {name: _codes(values[:size]) for name, values in checked.features.items()}
    best: dict[str, tuple[Alike, str]] = {}
    for source, fact in _later(checked):
        facts += 1
        for name, coded in codes.items():
            alike = _read(coded, fact)
            if alike is not None and alike.correlation >= (best[name][0].correlation if name in best else ALMOST):
                best[name] = (alike, source)
    for name, (alike, source) in sorted(best.items()):
        yield leak(OUTCOME, name, alike.rows, size, {"source": source, "correlation": alike.correlation})
    if not facts:
        yield cannot_tell(OUTCOME, "few", of=len(checked))
    elif not best:
        yield none_shown(OUTCOME, size, {"columns": len(checked.features), "facts": facts})


def _later(checked: Checked) -> Iterator[tuple[str, np.ndarray]]:
    """Give, for each kind of event, whether one came at the report or later: ever, and within the label's horizon."""
    spans = (None,) if checked.horizon is None else (None, checked.horizon)
    for whole in checked.pairs:
        for pairs in whole.each_kind():
            away = pairs.known - pairs.at
            for span in spans:
                fact = pairs.count((away >= 0) if span is None else (away >= 0) & (away <= span)) > 0
                if _enough(fact):
                    yield pairs.name, fact


@dataclass(frozen=True)
class Alike:
    """How like a fact the best reading of a column is.

    Attributes
    ----------
    correlation : float
        Of Matthews: 1 is a copy, 0 is no relation.
    rows : int
        Rows in which the two agree.
    """

    correlation: float
    rows: int


def read_as(values: Floats, fact: np.ndarray) -> Alike | None:
    """Read a column as a fact as well as its values allow; None of a column with one value, or with many.

    >>> fact = np.array([True, False, True, False])
    >>> read_as(np.array([7.0, 3.0, np.nan, 3.0]), fact)
    Alike(correlation=1.0, rows=4)
    """
    return _read(_codes(values), fact)


def _codes(values: Floats) -> Ints:
    """Number the values of a column, missing among them."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _read(codes: Ints, fact: np.ndarray) -> Alike | None:
    """Read each value as the answer that is more common there than elsewhere."""
    count = int(codes.max(initial=0)) + 1
    if not 1 < count <= MOST_VALUES:
        return None
    yes, no = (np.bincount(codes[each], minlength=count) for each in (fact, ~fact))
    read = (yes * (~fact).sum() > no * fact.sum())[codes]
    return Alike(_correlation(read, fact), int((read == fact).sum()))


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Give the correlation of two columns of yes and no; 0 where one of them never varies."""
    size, both, left, right = len(one), int((one & other).sum()), int(one.sum()), int(other.sum())
    spread = left * (size - left) * right * (size - right)
    return (both * size - left * right) / math.sqrt(spread) if spread else 0.0


def _enough(fact: np.ndarray) -> bool:
    """Tell whether there are enough rows of either kind."""
    return bool(min(int(fact.sum()), int((~fact).sum())) >= LEAST)
