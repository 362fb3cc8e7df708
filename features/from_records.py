"""Here we turn one report, with what is known of its child, into arrays."""

from __future__ import annotations

import datetime as dt

import numpy as np

from features.arrays import NEVER, Asked, Entries
from features.codes import Concern, Reporter, YesNo
from features.coding import (
    CONCERN,
    EXPOSURE,
    ITEM,
    REPORT,
    REPORTER,
    SCORE,
    STATUS,
    UNKNOWN,
    WHAT,
    YES,
)
from features.repeats import chains
from features.report import Event, Known, Report, Score, months_since
from features.schema import FACTS

Row = tuple[int, int, int, int, float]
"""What, happened, recorded, withdrawn, value."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_REPORTERS = {reporter: number for number, reporter in enumerate(Reporter)}


def from_report(report: Report, known: Known) -> tuple[Asked, Entries]:
    """Give the arrays of one report and of what is recorded about its child; other children are left out.

    Parameters
    ----------
    report : Report
    known : Known
        Everything on file, also what came later: the cut is made elsewhere.
    """
    child, at = report.child_id, micros(report.received_at)
    others = [row for row in known.reports if row.child_id == child]
    earlier, behind = _reports(report, others)
    events = [_event(row) for row in known.events if row.child_id == child]
    scores = [_score(row) for row in known.instruments if row.child_id == child]
    asked = Asked(
        child=np.zeros(1, dtype=np.int64),
        at=np.array([at], dtype=np.int64),
        age_months=np.array([_age(report)]),
        behind=np.array([behind], dtype=np.int64),
        items=np.array([_items(report)], dtype=np.int8),
    )
    return asked, _entries(earlier + events + scores)


def micros(moment: dt.datetime) -> int:
    """Give a moment as microseconds of UTC, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def _entries(rows: list[Row]) -> Entries:
    """Put the rows of one child into columns."""
    what, happened, recorded, withdrawn, value = zip(*rows, strict=True) if rows else ((),) * 5
    whole = np.array([what, happened, recorded, withdrawn], dtype=np.int64)
    return Entries(np.zeros_like(whole[0]), whole[0], whole[1], whole[2], whole[3], np.array(value, dtype=np.float64))


def _reports(report: Report, others: list[Report]) -> tuple[list[Row], int]:
    """Give the child's other reports as rows, and how long before this one the report came that it continues.

    The report itself stands among them while they are compared: it changes nothing before it.
    """
    if not others:
        return [], NEVER
    own = next((place for place, row in enumerate(others) if row.report_id == report.report_id), len(others))
    whole = [*others[:own], report, *others[own + 1 :]]
    moments = [micros(row.received_at) for row in whole]
    who = np.array([_REPORTERS[row.reporter] for row in whole])
    custody = np.array([_custody(row) for row in whole])
    until, behind = chains(np.zeros(len(whole), dtype=np.int64), who, custody, np.array(moments))
    rows = [
        (WHAT[REPORT, row.reporter], moment, moment, end, np.nan)
        for row, moment, end in zip(others, moments, until.tolist(), strict=False)
    ]
    return rows, int(behind[own])


def _custody(report: Report) -> bool:
    """Tell whether a report is about nothing but a custody conflict."""
    return {one.concern for one in report.concerns} - {Concern.NOT_STATED} == {Concern.CUSTODY_CONFLICT}


def _event(row: Event) -> Row:
    """Give an event as a row; a detail that the kind does not have is none."""
    what = WHAT.get((row.kind, row.detail or ""))
    return (
        WHAT[row.kind, ""] if what is None else what,
        micros(row.happened_at),
        micros(row.recorded_at),
        NEVER if row.withdrawn_at is None else micros(row.withdrawn_at),
        np.nan,
    )


def _score(row: Score) -> Row:
    """Give a completed instrument as a row."""
    what = WHAT[SCORE, row.instrument, row.rater]
    return what, micros(row.completed_at), micros(row.recorded_at), NEVER, row.total


def _items(report: Report) -> list[int]:
    """Count what one report says."""
    items = [0] * len(ITEM)
    for concern in report.concerns:
        items[ITEM[CONCERN, concern.concern]] = 1
        items[ITEM[STATUS, concern.status]] += 1
        items[ITEM[EXPOSURE, concern.exposure]] += 1
    for fact in FACTS:
        answer = getattr(report, fact)
        if answer is not YesNo.NO:
            items[ITEM[YES if answer is YesNo.YES else UNKNOWN, fact]] = 1
    items[ITEM[REPORTER, report.reporter]] = 1
    return items


def _age(report: Report) -> float:
    """Give one report's age in months, NaN when unknown."""
    return np.nan if report.birth_month is None else float(months_since(report.birth_month, report.received_at))
