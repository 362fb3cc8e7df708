"""Here we tell which rows of the input a feature of one report read: the report's own fields, and rows of the history.

The history is cut where it is always cut, `features.history.cut`; each entry goes in with its own place as its value, so
that what comes out of the cut can be found again in the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np

from features.codes import Code, Concern, ConcernStatus, Exposure, Reporter
from features.coding import CONCERN, EXPOSURE, ITEM, REPEATS, REPORTER, STATUS, UNKNOWN, WHAT, YES, Key
from features.from_records import from_report
from features.history import cut
from features.registry import Feature, Pair
from features.repeats import REPEAT
from features.report import Event, Known, Report, Score, local_time
from features.schema import FACTS
from features.sources import Age, OfHistory, OfReport, Simple, Together

_ITEMS: dict[int, Key] = {number: key for key, number in ITEM.items()}
_ANSWERS = {YES: ("ja", "yes"), UNKNOWN: ("okänt", "unknown")}


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that was read: a row of the history, or a field of the report itself.

    Attributes
    ----------
    table : {"reports", "concerns", "events", "instruments"}
    id : str or None
        The report's or the event's; an instrument has none, and an event may have none.
    column : str or None
        The field of the report that was read; None for a whole row.
    at : datetime.datetime
        When it happened; for the report itself, when it was received.
    says : (str, str)
        What it says, in Swedish and English.
    """

    table: str
    id: str | None
    column: str | None
    at: dt.datetime
    says: Pair

    @property
    def on(self) -> dt.date:
        """The day in Sweden."""
        return local_time(self.at).date()


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was known: what it is, how long ago it happened, and what decides between entries of one instant."""

    what: int
    age: int
    recorded: int
    value: float
    row: Report | Event | Score


class Origin:
    """One report with what is known of its child, to be asked what a feature read.

    Parameters
    ----------
    report : Report
    known : Known
        May hold more than was known when the report came: the cut is made here as everywhere.
    """

    def __init__(self, report: Report, known: Known) -> None:
        self._report = report
        self._known = known

    def reads(self, features: Iterable[Feature]) -> tuple[Read, ...]:
        """Give what some features read, each row once: of the report itself first, then the newest of the history.

        Parameters
        ----------
        features : iterable of Feature
        """
        parts = [part for feature in features for part in _parts(feature)]
        said = [read for part in parts if not isinstance(part, OfHistory) for read in self._said(part)]
        hits = {id(hit): hit for part in parts for hit in self._hits(part)}
        newest = sorted(hits.values(), key=lambda hit: (hit.age, -hit.recorded))
        return (*dict.fromkeys(said), *(_row(hit.row) for hit in newest))

    def last_day(self, features: Iterable[Feature]) -> dt.date | None:
        """Give the last day on which a row of the history that some features read lies in any of their windows."""
        parts = [part for feature in features for part in _parts(feature) if isinstance(part, OfHistory)]
        left = [part.window.far - hit.age for part in parts for hit in self._hits(part)]
        if not left:
            return None
        return local_time(self._report.received_at + dt.timedelta(microseconds=max(left))).date()

    @cached_property
    def _past(self) -> tuple[Hit, ...]:
        """Cut the history; find each entry's row again by its place."""
        asked, entries = from_report(self._report, self._known)
        places = np.arange(len(entries))
        numbered = replace(entries, value=places.astype(np.float64))
        past = cut(numbered, np.zeros_like(places), places, asked.at)
        kept = past.value.astype(np.int64)
        rows = self._rows
        columns = (past.what, past.age, past.recorded, entries.value[kept])
        whole = zip(*(column.tolist() for column in columns), [rows[place] for place in kept.tolist()], strict=True)
        return tuple(Hit(*entry) for entry in whole)

    @property
    def _rows(self) -> list[Report | Event | Score]:
        """The child's rows, in the order in which `features.from_records.from_report` puts them."""
        child, known = self._report.child_id, self._known
        every: list[Report | Event | Score] = [*known.reports, *known.events, *known.instruments]
        return [row for row in every if row.child_id == child]

    def _hits(self, part: Simple) -> list[Hit]:
        """Give the entries that fall into a window, or that the report repeats."""
        if isinstance(part, OfReport) and _REPEATED in part.items:
            mine = _whats_of(self._report.reporter)
            return [hit for hit in self._past if hit.what in mine and 0 < hit.age <= REPEAT]
        if not isinstance(part, OfHistory):
            return []
        window, wanted = part.window, _numbers(part)
        found = [hit for hit in self._past if hit.what in wanted and window.near < hit.age <= window.far]
        if window.how in {"latest", "since"} and found:
            return [max(found, key=lambda hit: (-hit.age, hit.recorded, hit.value))]
        return found

    def _said(self, part: Age | OfReport | OfHistory) -> Iterator[Read]:
        """Give the fields of the report that say it."""
        report = self._report
        if isinstance(part, Age) and report.birth_month is not None:
            yield self._field("birth_month", (report.birth_month, report.birth_month))
        for name, *codes in (_ITEMS[item] for item in part.items) if isinstance(part, OfReport) else ():
            if name in _ANSWERS and getattr(report, codes[0]) == name:
                (sv, en), (answer, answered) = FACTS[codes[0]], _ANSWERS[name]
                yield self._field(codes[0], (f"{sv}: {answer}", f"{en}: {answered}"))
            elif name == REPORTER and report.reporter == codes[0]:
                yield self._field("reporter", _label(report.reporter))
            elif name in _OF_CONCERNS:
                yield from self._concerns(name, codes[0])

    def _concerns(self, name: str, code: str) -> Iterator[Read]:
        """Give the concerns that carry a code."""
        report = self._report
        for concern in report.concerns:
            if getattr(concern, name) == code:
                kinds: list[Code] = (
                    [concern.concern] if name == CONCERN else [concern.concern, _OF_CONCERNS[name](code)]
                )
                yield Read("concerns", report.report_id, name, report.received_at, _label(*kinds))

    def _field(self, column: str, says: Pair) -> Read:
        """Give a field of the report."""
        return Read("reports", self._report.report_id, column, self._report.received_at, says)


_OF_CONCERNS: dict[str, type[Code]] = {CONCERN: Concern, STATUS: ConcernStatus, EXPOSURE: Exposure}
_REPEATED = ITEM[(REPEATS,)]


def _parts(feature: Feature) -> tuple[Simple, ...]:
    """List the simple sources of a feature."""
    source = feature.source
    return source.of if isinstance(source, Together) else (source,)


@cache
def _numbers(part: OfHistory) -> frozenset[int]:
    """Give what a window looks at, for quick look-up."""
    return frozenset(part.what)


@cache
def _whats_of(reporter: Reporter) -> frozenset[int]:
    """Give the numbers of earlier reports by a kind of reporter."""
    return frozenset(number for key, number in WHAT.items() if key[0] in {"report", "repeat"} and key[1] == reporter)


def _label(*codes: Code) -> Pair:
    """Give the labels of codes, the second explaining the first, in both languages."""
    return ": ".join(code.sv for code in codes), ": ".join(code.en for code in codes)


def _row(row: Report | Event | Score) -> Read:
    """Say a row of the history."""
    if isinstance(row, Report):
        sv, en = _label(row.reporter)
        return Read("reports", row.report_id, None, row.received_at, (f"anmälan ({sv})", f"report ({en})"))
    if isinstance(row, Score):
        rater, total = row.rater, f"{row.total:g}"
        says = (
            f"{row.instrument.value} ({rater.sv}): {total} poäng",
            f"{row.instrument.value} ({rater.en}): {total} points",
        )
        return Read("instruments", None, None, row.completed_at, says)
    details = row.kind.details
    codes: list[Code] = [row.kind]
    if details is not None and row.detail in details.values():
        codes.append(details(row.detail))
    return Read("events", row.event_id, None, row.happened_at, _label(*codes))
