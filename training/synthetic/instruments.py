"""Here we complete standardised instruments for a minority of the investigated children; SDQ follows need."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.event_codes import Instrument, Rater
from features.schema import INSTRUMENTS
from training.synthetic.arrays import Floats, Ints, Objects, draw, words
from training.synthetic.casework import during
from training.synthetic.clock import DAY, HOUR, NEVER, to_series
from training.synthetic.decisions import Decisions

I = Instrument  # noqa: E741
KINDS, RATERS = tuple(Instrument), tuple(Rater)

USE: dict[Instrument, tuple[float, float, float]] = {
    I.SDQ: (0.22, 3.0, 18.0),
    I.KASAM13: (0.04, 13.0, 18.0),
    I.KASAM29: (0.02, 13.0, 18.0),
    I.ORS: (0.05, 12.0, 18.0),
}
"""Share of investigations in which each is used, and from which age to which (X)."""

SCALE: dict[Instrument, tuple[float, float, float]] = {
    I.SDQ: (12.5, 4.5, 4.5),
    I.KASAM13: (58.0, -3.0, 11.0),
    I.KASAM29: (128.0, -6.0, 22.0),
    I.ORS: (25.0, -2.0, 6.5),
}
"""Middle, change per unit of severity, and spread of the total (X)."""


def instruments_table(
    own: Ints, made: Decisions, age: Floats, severity: Floats, child_ids: Objects, end: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Write the instruments completed in the investigations that the rows ``own`` opened."""
    parts = [_completed(kind, own, made, age, severity, rng) for kind in USE]
    row, kind, rater, at, total = (np.concatenate(column) for column in zip(*parts, strict=True))
    recorded = at + (np.exp(rng.normal(1.0, 1.3, len(at))).clip(0.1, 40) * HOUR * 8).astype(np.int64)
    kept = np.flatnonzero(recorded < end)
    kept = kept[np.lexsort((kind[kept], rater[kept], row[kept], recorded[kept]))]
    made_columns = {
        "child_id": pd.Series(child_ids[row[kept]], dtype=object),
        "instrument": pd.Series(words(KINDS)[kind[kept]], dtype=object),
        "rater": pd.Series(words(RATERS)[rater[kept]], dtype=object),
        "completed_at": to_series(at[kept]),
        "recorded_at": to_series(recorded[kept]),
        "total": pd.Series(total[kept], dtype="float64"),
    }
    frame = pd.DataFrame({name: made_columns[name] for name in INSTRUMENTS.names})
    return frame.drop_duplicates(list(INSTRUMENTS.key), ignore_index=True)


def _completed(
    kind: Instrument, own: Ints, made: Decisions, age: Floats, severity: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """Complete one instrument: who, by whom, when, and the total."""
    share, young, old = USE[kind]
    used = own[(rng.random(len(own)) < share) & (age[own] >= young) & (age[own] < old)]
    used = used[made.closed[used] < NEVER]
    if kind is I.SDQ:
        used = np.repeat(used, 1 + (rng.random(len(used)) < 0.35))
    middle, slope, spread = SCALE[kind]
    low, high = kind.total_range or (0.0, 300.0)
    total = np.round(rng.normal(middle + slope * severity[used], spread)).clip(low, high)
    at = during(made, used, rng) - (rng.random(len(used)) * DAY / 24).astype(np.int64)
    at = np.maximum(at, made.decided[used] + HOUR)
    return used, np.full(len(used), KINDS.index(kind)), _rater(kind, age[used], rng), at, total


def _rater(kind: Instrument, age: Floats, rng: np.random.Generator) -> Ints:
    """Say who fills it in: the child itself from eleven, else parent or teacher."""
    adult = np.array([RATERS.index(Rater.PARENT), RATERS.index(Rater.TEACHER)])[draw((0.65, 0.35), len(age), rng)]
    itself = np.full(len(age), RATERS.index(Rater.CHILD))
    return np.where((age >= 11) & (rng.random(len(age)) < (0.6 if kind is I.SDQ else 1.0)), itself, adult)
