"""Here we turn one report, with what is known of its child, into arrays."""

from __future__ import annotations

import datetime as dt
from array import array
from operator import attrgetter

import numpy as np

from features.arrays import NEVER, Asked, Entries, joined
from features.codes import Reporter, YesNo
from features.coding import (
    CONCERN,
    EXPOSURE,
    ITEM,
    REPORTER,
    SCORE,
    STATUS,
    UNKNOWN,
    WHAT,
    YES,
)
from features.repeats import remember
from features.report import Event, Known, Report, Score, months_since
from features.schema import FACTS

Row = Report | Event | Score
Line = tuple[int, int, int, int, float]
"""What, happened, recorded, withdrawn, value."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_FACTS = [(ITEM[YES, fact], ITEM[UNKNOWN, fact]) for fact in FACTS]
_answers = attrgetter(*FACTS)
_REPORTERS = {reporter: number for number, reporter in enumerate(Reporter)}


def from_report(report: Report, known: Known) -> tuple[Asked, Entries, list[Row]]:
    """Give the arrays of one report and of what is recorded about its child, and the row behind each entry.

    Other children are left out. The report itself stands among the child's reports while they are compared: it changes
    nothing before it.

    Parameters
    ----------
    report : Report
    known : Known
        Everything on file, also what came later: the cut is made elsewhere.
    """
    child = report.child_id
    reports = [row for row in known.reports if row.child_id == child]
    events = [row for row in known.events if row.child_id == child]
    scores = [row for row in known.instruments if row.child_id == child]
    own = next((place for place, row in enumerate(reports) if row.report_id == report.report_id), len(reports))
    reports[own : own + 1] = [report]
    at = np.array([micros(row.received_at) for row in reports], dtype=np.int64)
    who = np.array([_REPORTERS[row.reporter] for row in reports], dtype=np.int64)
    items = np.frombuffer(b"".join(map(_items, reports)), dtype=np.int8).reshape(-1, len(ITEM))
    earlier = remember(np.zeros_like(at), who, at, items)
    asked = Asked(
        child=np.zeros(1, dtype=np.int64),
        at=at[own : own + 1],
        age_months=np.array([_age(report)]),
        behind=earlier.behind[own : own + 1],
        items=items[own : own + 1],
    )
    rest = _entries([*map(_event, events), *map(_score, scores)])
    return asked, joined([earlier.entries, rest]), [*(reports[row] for row in earlier.row.tolist()), *events, *scores]


def micros(moment: dt.datetime) -> int:
    """Give a moment as microseconds of UTC, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def _entries(rows: list[Line]) -> Entries:
    """Put the rows of one child into columns."""
    what, happened, recorded, withdrawn, value = zip(*rows, strict=True) if rows else ((),) * 5
    whole = np.array([what, happened, recorded, withdrawn], dtype=np.int64)
    return Entries(np.zeros_like(whole[0]), whole[0], whole[1], whole[2], whole[3], np.array(value, dtype=np.float64))


def _event(row: Event) -> Line:
    """Give an event as a row; a detail that the kind does not have is none."""
    what = WHAT.get((row.kind, row.detail or ""))
    return (
        WHAT[row.kind, ""] if what is None else what,
        micros(row.happened_at),
        micros(row.recorded_at),
        NEVER if row.withdrawn_at is None else micros(row.withdrawn_at),
        np.nan,
    )


def _score(row: Score) -> Line:
    """Give a completed instrument as a row."""
    what = WHAT[SCORE, row.instrument, row.rater]
    return what, micros(row.completed_at), micros(row.recorded_at), NEVER, row.total


def _items(report: Report) -> array[int]:
    """Count what one report says."""
    items = array("b", bytes(len(ITEM)))
    for concern in report.concerns:
        items[ITEM[CONCERN, concern.concern]] = 1
        items[ITEM[STATUS, concern.status]] += 1
        items[ITEM[EXPOSURE, concern.exposure]] += 1
    for (yes, unknown), answer in zip(_FACTS, _answers(report), strict=True):
        if answer is not YesNo.NO:
            items[yes if answer is YesNo.YES else unknown] = 1
    items[ITEM[REPORTER, report.reporter]] = 1
    return items


def _age(report: Report) -> float:
    """Give one report's age in months, NaN when unknown."""
    return np.nan if report.birth_month is None else float(months_since(report.birth_month, report.received_at))
