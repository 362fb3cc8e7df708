"""Here we measure how well one column alone, or one kind of event alone, tells the outcome: too well is a leak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from training.backtest.turns import LEAST
from training.evaluate import Interval, auc, clustered
from training.leaks.checked import Checked
from training.leaks.copies import MOST_VALUES
from training.leaks.findings import Finding, cannot_tell, leak, none_shown
from training.leaks.pairs import MOST_ROWS, Pairs
from training.leaks.reading import DAY

COLUMN, EVENT = "single_auc", "event_auc"
TOO_GOOD = 0.85
"""Lower bound of the 95 % interval of an AUC from which one column alone is a leak until shown otherwise.

Whole models of child welfare referrals that can be believed reach 0.74 to 0.87; one column of a clean synthetic
municipality reaches 0.65."""
JUST_BEFORE = (7, None)
"""Days before a report in which a record may have been put by back-dating; None is all time."""


@dataclass(frozen=True)
class _Score:
    """One way to read a column as a score, turned so that more of it means yes."""

    name: str
    values: Floats
    auc: float


def single_columns(checked: Checked) -> Iterator[Finding]:
    """Tell which features alone tell the outcome too well; that a value is missing counts as a value."""
    readings = {name: list(_readings(values)) for name, values in checked.features.items()}
    yield from _judged(checked, COLUMN, readings)


def single_events(checked: Checked) -> Iterator[Finding]:
    """Tell which kinds of events, known strictly before the report on both clocks, tell the outcome too well.

    That is what back-dating looks like: no test of times can see it, because every time was made to fit.
    """
    if not checked.events:
        yield cannot_tell(EVENT, "no_events", of=len(checked))
        return
    readings: dict[str, list[Floats]] = {}
    for whole in checked.pairs:
        for pairs in () if whole.itself else whole.each_kind():
            readings[pairs.name] = list(_counts(pairs))
    yield from _judged(checked, EVENT, readings)


def _readings(values: Floats) -> Iterator[Floats]:
    """Read a column as scores: as it is with what is missing at either end, and the fact that it is missing."""
    missing = np.isnan(values)
    for end in (-np.inf, np.inf) if missing.any() else (0.0,):
        yield np.where(missing, end, values)
    if missing.any():
        yield missing.astype(np.float64)


def _counts(pairs: Pairs) -> Iterator[Floats]:
    """Count what was known strictly before each report, just before and ever."""
    before = np.maximum(pairs.happened, pairs.known) < pairs.at
    for days in JUST_BEFORE:
        yield pairs.count(before if days is None else before & (pairs.at - pairs.happened <= days * DAY))


def _judged(checked: Checked, code: str, readings: Mapping[str, list[Floats]]) -> Iterator[Finding]:
    """Judge what each name tells of the outcome by the best of its readings."""
    size = min(len(reading) for each in readings.values() for reading in each)
    rows = np.flatnonzero(checked.labelled[:size])[:MOST_ROWS]
    label = checked.label[rows]
    if min(label.sum(), (1 - label).sum()) < LEAST:
        yield cannot_tell(code, "few", rows=len(rows), of=len(checked))
        return
    best = [max(_scores(name, each, label, rows), key=lambda score: score.auc) for name, each in readings.items()]
    best.sort(key=lambda score: (-score.auc, score.name))
    doubted = [score for score in best if score.auc > TOO_GOOD] or best[:1]
    bounds = {score.name: _interval(checked, score, label, rows) for score in doubted}
    leaking = {name: bound for name, bound in bounds.items() if bound.low > TOO_GOOD}
    for name, bound in leaking.items():
        column, source = (name, {}) if code == COLUMN else (None, {"source": name})
        yield leak(code, column, len(rows), len(rows), _figures(bound) | source)
    if not leaking:
        (name, top), *_ = bounds.items()
        yield none_shown(code, len(rows), _figures(top) | {"columns": len(readings), "best": name})


def _scores(name: str, readings: list[Floats], label: Floats, rows: Ints) -> Iterator[_Score]:
    """Give every reading, turned the way that tells more; a column of few values also as the outcome's rate by value."""
    for reading in readings:
        values = reading[rows]
        area = auc(label, values)
        yield _Score(name, values, area) if area >= 0.5 else _Score(name, -values, 1 - area)
    found, place = np.unique(readings[0][rows], return_inverse=True)
    if len(found) <= MOST_VALUES:
        rate = (np.bincount(place, weights=label) / np.bincount(place))[place]
        yield _Score(name, rate, auc(label, rate))


def _figures(bound: Interval) -> dict[str, float | str]:
    return {"auc": bound.value, "low": bound.low, "high": bound.high}


def _interval(checked: Checked, score: _Score, label: Floats, rows: Ints) -> Interval:
    """Give an AUC with its interval; whole families are drawn."""
    _, family = np.unique(checked.family[checked.entity[rows]], return_inverse=True)
    chance = np.zeros(len(label))
    return clustered(label, {"score": score.values, "chance": chance}, family, seed=checked.seed)["score"]
