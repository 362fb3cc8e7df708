"""Here we answer what a person asks the law while handling a matter: last days, how long to keep, what a step needs.

Nothing here decides anything: each answer names the provision it comes from, and what cannot be told is
asked.

>>> from triage.law import load_law
>>> last_day("investigation_time", dt.date(2025, 10, 31), load_law())
datetime.date(2026, 2, 28)
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from features.report import NOTHING_KNOWN, Report
from triage import questions as ask
from triage.findings import CANNOT_TELL, MET, NOT_MET, Condition, Finding, any_of
from triage.law import Law, LawInForce, Provision
from triage.matter import Matter
from triage.words import CodedText


class Step(StrEnum):
    """A step of handling a matter."""

    BEFORE_OPENING = "before_opening"
    NOT_OPENING = "not_opening"
    INVESTIGATING = "investigating"
    HELPING = "helping"


_NEEDS: dict[Step, tuple[str, ...]] = {
    Step.BEFORE_OPENING: ("contacts_before_opening", "child_heard_alone", "agency_data", "outside_contact"),
    Step.NOT_OPENING: ("not_open_documentation", "qualified_assessor", "child_heard", "party_age", "feedback"),
    Step.INVESTIGATING: (
        "inform_concerned",
        "agency_data",
        "child_heard",
        "investigation_time",
        "investigation_extension",
    ),
    Step.HELPING: (
        "early_help",
        "early_help_information",
        "early_help_consent",
        "open_services_without_guardian_consent",
    ),
}


def needs(step: Step, law: LawInForce) -> tuple[Provision, ...]:
    """List what the law in force says a step needs, in the order in which it is done."""
    return tuple(law.provisions[code] for code in _NEEDS[step] if code in law.provisions)


def last_day(code: str, started: dt.date, law: Law) -> dt.date | None:
    """Give the last day of a duty, under the law of the day on which its time began.

    Parameters
    ----------
    code : str
        A provision with a time, such as ``investigation_time``, ``follow_up``, ``feedback`` or ``screening``.
    started : datetime.date
    law : Law

    Returns
    -------
    datetime.date or None
        None where the law of that day set no time.
    """
    provision = law.at(started).provisions.get(code)
    values = {} if provision is None else provision.values
    if "months" in values:
        return add_months(started, values["months"])
    days = values.get("days", values["weeks"] * _WEEK if "weeks" in values else None)
    return None if days is None else started + dt.timedelta(days=days)


_WEEK = len(calendar.day_name)


def add_months(day: dt.date, months: int) -> dt.date:
    """Add calendar months; a day that the month does not have becomes its last.

    >>> add_months(dt.date(2025, 10, 31), 4)
    datetime.date(2026, 2, 28)
    """
    place = day.month - 1 + months
    year, month = day.year + place // 12, place % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


class Kept(StrEnum):
    """What kind of documents are kept."""

    NOT_OPENED = "retention_not_opened"
    INVESTIGATION = "retention_investigation"


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when documents are kept.

    Attributes
    ----------
    until : datetime.date or None
        The first day on which they may be purged; None when they are kept for good, or when it cannot be told.
    for_good : bool
        Documents on placements are not purged.
    provision : Provision
    question : CodedText or None
        What to find out, when it cannot be told.
    """

    until: dt.date | None
    for_good: bool
    provision: Provision
    question: CodedText | None


def retain_until(
    kind: Kept, last_note: dt.date, birth_month: str | None, on: dt.date, law: Law, *, placed: bool = False
) -> Retention:
    """Say until when documents are kept, under the law of the day on which it is asked.

    Parameters
    ----------
    kind : Kept
    last_note : datetime.date
        The day of the last note in the matter.
    birth_month : str or None
        ``YYYY-MM``; the day of birth is not known, so the whole month is waited for.
    on : datetime.date
        The day on which somebody wants to purge.
    law : Law
    placed : bool
        Whether the child was placed in the matter.
    """
    provision = law.at(on).provisions[kind.value]
    if placed and kind is Kept.INVESTIGATION:
        return Retention(None, for_good=True, provision=provision, question=None)
    if "years" in provision.values:
        kept = add_months(last_note, 12 * provision.values["years"])
        return Retention(kept, for_good=False, provision=provision, question=None)
    if birth_month is None:
        return Retention(None, for_good=False, provision=provision, question=ask.HOW_OLD)
    born = dt.date.fromisoformat(f"{birth_month}-01")
    after = add_months(born, 12 * provision.values["until_age_years"] + 1)
    return Retention(after, for_good=False, provision=provision, question=None)


def own_party(report: Report, law: LawInForce) -> Finding | None:
    """Say whether the child speaks for itself as a party; None where the law of the day has no such rule."""
    provision = law.provisions.get("party_age")
    if provision is None:
        return None
    matter = Matter(report, NOTHING_KNOWN, law)
    years = provision.values["years"]
    unsure = matter.months is None or matter.reached < years <= matter.months // 12
    verdict = MET if matter.reached >= years else CANNOT_TELL if unsure else NOT_MET
    return any_of(provision, (Condition(verdict, "birth_month", matter.born, ask.HOW_OLD),))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOpenDecision:
    """What a case system holds of a decision not to open an investigation.

    Attributes
    ----------
    decided_on : datetime.date
    officer : str or None
        Pseudonym of the officer who decided.
    qualified : bool or None
        Whether the assessor has the education that the law demands; None when nobody has said.
    protection_assessed, reasons : bool
        Whether the protection assessment is documented, and whether reasons are.
    child_heard : bool or None
    not_heard_reason : str or None
        Why the child was not heard.
    """

    decided_on: dt.date
    officer: str | None = None
    qualified: bool | None = None
    protection_assessed: bool = False
    reasons: bool = False
    child_heard: bool | None = None
    not_heard_reason: str | None = None


def lacking(decision: NotOpenDecision, law: Law) -> tuple[CodedText, ...]:
    """List what a decision not to open still lacks; an empty answer says that everything asked for is there.

    It does not say that the decision is right.
    """
    in_force = law.at(decision.decided_on).provisions
    unheard = decision.child_heard is None or (decision.child_heard is False and not decision.not_heard_reason)
    checks: Sequence[tuple[str, bool, CodedText]] = (
        ("protection_assessment", not decision.protection_assessed, ask.PROTECTION_NOT_DOCUMENTED),
        ("not_open_documentation", not decision.reasons, ask.REASONS_MISSING),
        ("not_open_documentation", decision.officer is None, ask.OFFICER_MISSING),
        ("qualified_assessor", decision.qualified is not True, ask.ASSESSOR_NOT_QUALIFIED),
        ("child_heard", unheard, ask.CHILD_HEARD_OR_WHY),
    )
    return tuple(question for code, lacks, question in checks if lacks and code in in_force)
