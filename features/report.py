"""Here we let one report in: a frozen record, checked by pydantic at the door, plain inside.

The record has the same fields as the tables of `features.schema`, with the concerns nested. What a
reporter did not say is ``unknown``; it is never read as "no".
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from features.codes import Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.event_codes import EventKind, Instrument, Rater
from features.fields import (
    Answer,
    ExposureOrUnknown,
    Id,
    Instant,
    MonthText,
    PerpetratorOrUnknown,
    StatusOrUnknown,
    Total,
    Truth,
)
from features.kinds import IDENTIFIER
from features.personal_numbers import anywhere, contains, none_in_json
from features.problems import Problem

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedConcern:
    """One concern of a report."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    concern: Concern
    primary: Truth = False
    status: StatusOrUnknown = ConcernStatus.UNKNOWN
    exposure: ExposureOrUnknown = Exposure.UNKNOWN
    perpetrator: PerpetratorOrUnknown = Perpetrator.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report of concern for one child; see `features.schema.REPORTS` for what each field means."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    report_id: Id
    child_id: Id
    received_at: Instant
    unit: Id
    referral_type: ReferralType
    reporter: Reporter
    household_id: Id | None = None
    birth_month: MonthText | None = None
    anonymous: Answer = YesNo.UNKNOWN
    feedback_requested: Answer = YesNo.UNKNOWN
    injury_now: Answer = YesNo.UNKNOWN
    afraid_to_go_home: Answer = YesNo.UNKNOWN
    perpetrator_has_access: Answer = YesNo.UNKNOWN
    caregiver_incapable_now: Answer = YesNo.UNKNOWN
    young_child_alone: Answer = YesNo.UNKNOWN
    suicide_risk: Answer = YesNo.UNKNOWN
    may_be_taken_abroad: Answer = YesNo.UNKNOWN
    in_sheltered_housing: Answer = YesNo.UNKNOWN
    unaccompanied: Answer = YesNo.UNKNOWN
    suspected_of_crime: Answer = YesNo.UNKNOWN
    eviction_notice: Answer = YesNo.UNKNOWN
    outside_contact_needed: Answer = YesNo.UNKNOWN
    concerns: tuple[ReportedConcern, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to the child's case."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    child_id: Id
    kind: EventKind
    happened_at: Instant
    recorded_at: Instant
    event_id: Id | None = None
    report_id: Id | None = None
    case_id: Id | None = None
    detail: Id | None = None
    reason: Id | None = None
    withdrawn_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One completed instrument."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    child_id: Id
    instrument: Instrument
    rater: Rater
    completed_at: Instant
    recorded_at: Instant
    total: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the case system holds on one child; the cut at a moment is made later, in one place.

    Attributes
    ----------
    reports : tuple of Report
        Earlier reports; the report being assessed may be among them and is not its own history.
    events : tuple of Event
    instruments : tuple of Score
    complete : bool
        False when rows of the child's history could not be read: then the model abstains.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    reports: tuple[Report, ...] = ()
    events: tuple[Event, ...] = ()
    instruments: tuple[Score, ...] = ()
    complete: Truth = True


NOTHING_KNOWN = Known()
"""A child of whom nothing is recorded."""


class InputRefused(Exception):
    """The input could not be read; every problem is listed.

    Attributes
    ----------
    problems : tuple of Problem
    """

    def __init__(self, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        """Say every problem, in English."""
        return "\n".join(problem.text("en") for problem in self.problems)


def parse_report(text: str | bytes) -> Report:
    """Read one report from JSON.

    Parameters
    ----------
    text : str or bytes
        A JSON object with the fields of `Report`.

    Raises
    ------
    InputRefused
        With every problem at once: unknown codes, naive times, fields outside the contract,
        personal identity numbers (named by field, never shown), a birth after the report.
    """
    report: Report = _parse(Report, text, "report")
    return report


def parse_known(text: str | bytes) -> Known:
    """Read what is known of a child from JSON; see `Known`.

    Raises
    ------
    InputRefused
        With every problem at once.
    """
    known: Known = _parse(Known, text, "known")
    return known


def to_plain(record: object) -> Any:
    """Give a record as plain data for JSON: codes as strings, times as ISO 8601."""
    if isinstance(record, (tuple, list)):
        return [to_plain(item) for item in record]
    if isinstance(record, dt.datetime):
        return record.isoformat()
    if hasattr(record, "__dataclass_fields__"):
        return {entry.name: to_plain(getattr(record, entry.name)) for entry in fields(record)}  # type: ignore[arg-type]
    return str(record) if isinstance(record, str) else record


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    """Build the checker of a record type once."""
    return TypeAdapter(kind)


def _parse(kind: type, text: str | bytes, name: str) -> Any:
    """Read and check a record; raise all problems at once."""
    problems = [] if none_in_json(text) else _found_in(text, name)
    if problems is None:
        raise InputRefused((Problem(name, None, None, "unreadable"),))
    try:
        record = _adapter(kind).validate_json(text)
    except ValidationError as error:
        hidden = {problem.column for problem in problems}
        found = [_problem(name, detail) for detail in error.errors(include_url=False)]
        problems += [one for one in found if one.column not in hidden or one.code == "not_expected"]
    else:
        problems += _contradictions(record, name)
    if problems:
        raise InputRefused(tuple(problems)) from None
    return record


def _found_in(text: str | bytes, name: str) -> list[Problem] | None:
    """Find personal identity numbers in JSON; None when it is no JSON, or nested too deep to be read."""
    try:
        raw = json.loads(text)
        return _personal_numbers(raw, name, ()) if anywhere(raw) else []
    except (ValueError, RecursionError):
        return None


def _personal_numbers(raw: object, name: str, path: tuple[str, ...]) -> list[Problem]:
    """Find personal identity numbers anywhere, in keys too; name the field and not the value."""
    if isinstance(raw, Mapping):
        inside = [_personal_numbers(value, name, (*path, str(key))) for key, value in raw.items()]
        keys = [Problem(name, None, ".".join((*path, "***")), "personal_number") for key in raw if contains(str(key))]
        return keys + [problem for part in inside for problem in part]
    if isinstance(raw, list):
        parts = [_personal_numbers(value, name, (*path, str(number))) for number, value in enumerate(raw)]
        return [problem for part in parts for problem in part]
    if isinstance(raw, (str, int, float)) and contains(str(raw)):
        return [Problem(name, None, ".".join(path), "personal_number")]
    return []


_CODES = {
    "missing": "missing",
    "enum": "unknown_code",
    "string_too_long": "not_an_identifier",
    "timezone_aware": "naive_time",
    "unexpected_keyword_argument": "not_expected",
    "extra_forbidden": "not_expected",
    "bool_parsing": "not_true_or_false",
    "bool_type": "not_true_or_false",
    "float_parsing": "not_a_number",
    "float_type": "not_a_number",
    "finite_number": "not_a_number",
    "greater_than_equal": "not_a_number",
    "less_than_equal": "not_a_number",
}


def _problem(name: str, detail: Any) -> Problem:
    """Turn pydantic's finding into ours."""
    kind = str(detail["type"])
    column = ".".join(str(part) for part in detail["loc"]) or None
    code = _CODES.get(kind, "not_a_time" if kind.startswith("datetime") else "unreadable")
    if kind == "string_pattern_mismatch":
        code = "not_a_month" if "birth_month" in (column or "") else "not_an_identifier"
    if detail["input"] is None:
        code = "missing"
    came = None if column is None or code in {"missing", "not_expected"} else str(detail["input"])
    context = detail.get("ctx", {})
    allowed = IDENTIFIER if code == "not_an_identifier" else context.get("expected") or context.get("pattern")
    return Problem(name, None, column, code, came, allowed)


def _contradictions(record: object, name: str) -> list[Problem]:
    """Find what cannot be true at once."""
    if isinstance(record, Report):
        born = record.birth_month
        if born is not None and born > local_month(record.received_at):
            return [Problem(name, None, "birth_month", "birth_after_report", born)]
        return []
    if not isinstance(record, Known):
        return []
    found = [problem for report in record.reports for problem in _contradictions(report, name)]
    for number, event in enumerate(record.events):
        found += [Problem(name, None, f"events.{number}.{column}", *what) for column, *what in _wrong_event(event)]
    for number, score in enumerate(record.instruments):
        found += [Problem(name, None, f"instruments.{number}.{column}", *what) for column, *what in _wrong_score(score)]
    return found


def _wrong_event(event: Event) -> Iterator[tuple[str, ...]]:
    """Find what an event contradicts itself in, as column, code, what came and what is allowed."""
    if event.recorded_at < event.happened_at:
        yield "recorded_at", "recorded_before_happened", event.recorded_at.isoformat()
    if event.withdrawn_at is not None and event.withdrawn_at < event.recorded_at:
        yield "withdrawn_at", "withdrawn_before_recorded", event.withdrawn_at.isoformat()
    details = event.kind.details
    if details is not None and event.detail is None:
        yield "detail", "missing"
    elif details is not None and event.detail not in details.values():
        yield "detail", "unknown_code", str(event.detail), ", ".join(details.values())


def _wrong_score(score: Score) -> Iterator[tuple[str, ...]]:
    """Find what a score contradicts itself in, as column, code and what came."""
    if score.recorded_at < score.completed_at:
        yield "recorded_at", "recorded_before_happened", score.recorded_at.isoformat()
    bounds = score.instrument.total_range
    if bounds is not None and not bounds[0] <= score.total <= bounds[1]:
        yield "total", "not_a_number", str(score.total), f"{bounds[0]:g}–{bounds[1]:g}"


def local_month(moment: dt.datetime) -> str:
    """Give the year and month of a moment as a Swedish authority counts them."""
    local = local_time(moment)
    return f"{local.year:04d}-{local.month:02d}"


def months_since(birth_month: str, moment: dt.datetime) -> int:
    """Count calendar months from a month of birth to a moment, as a Swedish authority counts them.

    >>> months_since("2015-03", dt.datetime(2025, 3, 1, tzinfo=dt.UTC))
    120
    """
    local = local_time(moment)
    return (local.year - int(birth_month[:4])) * 12 + local.month - int(birth_month[5:7])


def local_time(moment: dt.datetime) -> dt.datetime:
    """Give a moment in Swedish time."""
    return moment.astimezone(_zone())


@cache
def _zone() -> dt.tzinfo:
    """Load the zone once."""
    from zoneinfo import ZoneInfo

    from features.kinds import ZONE

    return ZoneInfo(ZONE)
