"""Here we let the same reports come a day or a month earlier or later, and see whether their reasons stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from features.arrays import Floats
from features.build import build_one
from features.cases import Cases
from features.records import records
from features.report import Known, Report
from training.reason_quality.measures import by_group, shown
from training.reason_quality.result import Stability
from triage.judge import known_before

SHIFTS = (-30, -1, 1, 30)
"""Days by which a report is moved."""

Explanation = tuple[Floats, Floats]
"""Feature rows and their contributions, each of shape (n, k)."""


def moved_rows(cases: Cases, keys: Sequence[tuple[str, str]], days: Sequence[int] = SHIFTS) -> dict[int, Floats]:
    """Build the feature rows of some reports as if they had come on other days, each of shape (n, k).

    What was on file when the report came is what is on file: what happened after it, because of it, is not known on a
    later day either.

    Parameters
    ----------
    cases : Cases
    keys : sequence of (report_id, child_id)
    days : sequence of int
    """
    held = records(cases, {child for _, child in keys})
    pairs = [(held.reports[key], known_before(held.reports[key], held.known(held.reports[key]))) for key in keys]
    return {day: np.concatenate([_row(report, known, day) for report, known in pairs]) for day in days}


def _row(report: Report, known: Known, days: int) -> Floats:
    """Build one row of a report that came on another day."""
    return build_one(replace(report, received_at=report.received_at + dt.timedelta(days=days)), known).values


def compare(before: Explanation, after: Mapping[int, Explanation]) -> tuple[Stability, ...]:
    """Compare reasons with those of other days, by how much the report was moved."""
    return tuple(_compared(days, before, other) for days, other in sorted(after.items()))


def _compared(days: int, before: Explanation, after: Explanation) -> Stability:
    """Compare the reasons of two days."""
    (was, now), (was_total, total) = (
        [shown(*one) for one in (before, after)],
        [by_group(parts) for _, parts in (before, after)],
    )
    both = was & now
    first, was_first = (
        np.where(is_shown, np.abs(one), -1.0).argmax(axis=1) for is_shown, one in ((now, total), (was, was_total))
    )
    with_reasons = was.any(axis=1)
    return Stability(
        days=days,
        kept=float((both.sum(axis=1)[with_reasons] / was.sum(axis=1)[with_reasons]).mean()),
        same_first=float((first == was_first)[with_reasons].mean()),
        same_direction=float((np.sign(total) == np.sign(was_total))[both].mean()),
        moved=float(np.abs(total.sum(axis=1) - was_total.sum(axis=1)).mean()),
    )
