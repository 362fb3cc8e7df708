"""Here we run the cases that a lawyer wrote: a report in a few words, and what the law answers.

A case says why it stands there, in one sentence::

    [[case]]
    name = "witnessed violence, the day the regulation began"
    reason = "The duty to open began on this day."
    received_at = "2014-10-01T08:00:00+02:00"
    concerns = [{ concern = "witnessed_violence", perpetrator = "close_person" }]
    expect = { witnessed_violence = "met" }
    due = { screening = 2014-10-15 }

Every field of a report may be given; what is left out is unknown. ``not_in_force`` is an answer too.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from features.report import NOTHING_KNOWN, InputRefused, Known, local_time, parse_known, parse_report
from triage.errors import BeforeTheLaw, LawDataBroken
from triage.law import Law
from triage.rules import deadlines, findings

NOT_IN_FORCE = "not_in_force"
BEFORE_THE_LAW = "before_the_law"
_USUAL = {
    "report_id": "case",
    "child_id": "case",
    "unit": "case",
    "referral_type": "child_concern_report",
    "reporter": "other_unknown",
}
_OWN = frozenset({"name", "reason", "expect", "due", "known"})


@dataclass(frozen=True)
class LawCase:
    """One case as written.

    Attributes
    ----------
    name, reason : str
    report : mapping
        Fields of a report.
    known : mapping
        What was known of the child, as `features.report.Known`.
    expect : mapping of str to str
        Rule to verdict.
    due : mapping of str to datetime.date
        Duty to last day.
    """

    name: str
    reason: str
    report: Mapping[str, Any]
    known: Mapping[str, Any]
    expect: Mapping[str, str]
    due: Mapping[str, dt.date]


@dataclass(frozen=True)
class CaseResult:
    """What became of one case: every answer that differs from what was expected."""

    case: LawCase
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every answer was as expected."""
        return not self.differences


def read_cases(text: str, name: str) -> tuple[LawCase, ...]:
    """Read cases in TOML.

    Raises
    ------
    LawDataBroken
        When a case has no name, no reason of its own, or nothing to expect.
    """
    try:
        rows = tomllib.loads(text)["case"]
        return tuple(_case(row) for row in rows)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        msg = f"{name} cannot be read as law cases: {type(error).__name__}: {error}."
        raise LawDataBroken(msg) from error


def run_case(case: LawCase, law: Law) -> CaseResult:
    """Ask the law and compare."""
    try:
        report = parse_report(json.dumps({**_USUAL, **case.report}))
        known: Known = parse_known(json.dumps(case.known)) if case.known else NOTHING_KNOWN
    except InputRefused as refused:
        return CaseResult(case, tuple(problem.text("en") for problem in refused.problems))
    try:
        in_force = law.at(local_time(report.received_at).date())
    except BeforeTheLaw:
        early = [
            f"{code}: expected {want}, but the day lies {BEFORE_THE_LAW}"
            for code, want in case.expect.items()
            if want != BEFORE_THE_LAW
        ]
        early += [
            f"{duty}: expected {day}, but the day received lies {BEFORE_THE_LAW}" for duty, day in case.due.items()
        ]
        return CaseResult(case, tuple(early))
    found = findings(report, known, in_force)
    answers = {finding.code: finding.verdict.value for finding in found}
    due = {deadline.code: deadline.due for deadline in deadlines(report, found, in_force)}
    wrong = [
        f"{code}: expected {want}, the law answers {answers.get(code, NOT_IN_FORCE)}"
        for code, want in case.expect.items()
        if answers.get(code, NOT_IN_FORCE) != want
    ]
    wrong += [
        f"{duty}: expected {day}, the law answers {due.get(duty, 'no deadline')}"
        for duty, day in case.due.items()
        if due.get(duty) != day
    ]
    return CaseResult(case, tuple(wrong))


def _case(row: Mapping[str, Any]) -> LawCase:
    """Read one case; a case without a reason is refused."""
    if not row["reason"].strip() or not (row.get("expect") or row.get("due")):
        msg = f"{row['name']}: a case needs a reason and something to expect"
        raise ValueError(msg)
    report = {name: value for name, value in row.items() if name not in _OWN}
    return LawCase(row["name"], row["reason"], report, row.get("known", {}), row.get("expect", {}), row.get("due", {}))
