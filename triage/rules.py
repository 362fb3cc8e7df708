"""Here we apply the law to one report: small pure functions, one per ground, met, not met or cannot tell.

No number, date or citation stands here; all come from the law in force on the day the report was
received. Rules need no model. Adding a fact never un-fires a rule, a denial changes nothing, and who
reports changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from features.codes import Concern, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.event_codes import EventKind
from features.report import Known, Report, ReportedConcern, local_time, months_since
from triage import questions as ask
from triage.findings import Condition, Deadline, Finding, Verdict, any_of
from triage.law import LawInForce, Provision
from triage.words import CodedText

ACUTE_FACTS = (
    "injury_now",
    "afraid_to_go_home",
    "caregiver_incapable_now",
    "young_child_alone",
    "suicide_risk",
)
"""Facts each of which points to acute danger by itself."""

_YES_NO = {YesNo.YES: Verdict.MET, YesNo.NO: Verdict.NOT_MET, YesNo.UNKNOWN: Verdict.CANNOT_TELL}

Rule = Callable[[Report, Known, LawInForce], Finding]


def findings(report: Report, known: Known, law: LawInForce) -> tuple[Finding, ...]:
    """Apply every rule that was in force.

    Parameters
    ----------
    report : Report
    known : Known
        The child's recorded history; only what was recorded before the report counts.
    law : LawInForce
        Of the day the report was received.

    Returns
    -------
    tuple of Finding
        In the order in which a person should read them.
    """
    return tuple(rule(report, known, law) for code, rule in RULES.items() if code in law.provisions)


def deadlines(report: Report, found: tuple[Finding, ...], law: LawInForce) -> tuple[Deadline, ...]:
    """Give the last day of every duty that binds.

    Weekends and holidays do not move a day: no rule that says so was found.
    """
    received = local_time(report.received_at).date()
    met = {finding.code for finding in found if finding.verdict is not Verdict.NOT_MET}
    days = {"protection_assessment": "protection_assessment_due", "screening": "screening"}
    return tuple(
        Deadline(duty, received + dt.timedelta(days=provision.values["days"]), provision.title, provision.citation)
        for duty, code in days.items()
        if duty in met and (provision := law.provisions.get(code)) is not None
    )


def immediate_danger(report: Report, known: Known, law: LawInForce) -> Finding:
    """Immediate danger: any acute fact is enough; access to the child counts where violence is, or may be, named."""
    facts: tuple[str, ...] = ACUTE_FACTS
    if any(concern.concern.is_violence for concern in report.concerns):
        facts = (*facts, "perpetrator_has_access")
    conditions = [
        Condition(_YES_NO[value], name, value.value, ask.about_fact(name))
        for name in facts
        for value in [getattr(report, name)]
    ]
    if _concern_is_missing(report) and report.perpetrator_has_access is not YesNo.NO:
        reach = report.perpetrator_has_access.value
        conditions.append(Condition(Verdict.CANNOT_TELL, "perpetrator_has_access", reach, ask.WHAT_CONCERN))
    return any_of(law.provision("immediate_danger"), conditions)


def violence_by_close_person(report: Report, known: Known, law: LawInForce) -> Finding:
    """Violence by a close person: "may have been" is enough, and a denial changes nothing.

    How the child was exposed is not asked: where a close person is violent, a child who saw it or is
    at risk of it may also have been subjected to it. This reading errs towards opening.
    """
    return any_of(law.provision("violence_by_close_person"), _each(report, _by_close_person))


def witnessed_violence(report: Report, known: Known, law: LawInForce) -> Finding:
    """Witnessed violence by or against a close person; against whom is asked where it is not said."""
    return any_of(law.provision("witnessed_violence"), _each(report, _witnessed))


def application(report: Report, known: Known, law: LawInForce) -> Finding:
    """Application by a guardian, or by the child from the age at which it speaks for itself."""
    provision = law.provision("application")
    if report.referral_type is not ReferralType.APPLICATION:
        return any_of(provision, [Condition(Verdict.NOT_MET, "referral_type", report.referral_type.value)])
    return any_of(provision, [_applicant(report, provision)])


def protection_assessment(report: Report, known: Known, law: LawInForce) -> Finding:
    """Protection assessment: for every child or young person, and wherever the age is not known."""
    limit = law.provision("young_person_age").values["years"]
    verdict = Verdict.NOT_MET if youngest_possible_age(report) >= limit else Verdict.MET
    return any_of(
        law.provision("protection_assessment"), [Condition(verdict, "birth_month", report.birth_month or "-")]
    )


def screening(report: Report, known: Known, law: LawInForce) -> Finding:
    """Preliminary assessment: always, unless an investigation is known to be ongoing or an application came.

    An investigation whose end may stand in a row that could not be read cannot be told to be ongoing.
    """
    ongoing = "yes" if open_investigations(known, report.received_at) > 0 else "no"
    if ongoing == "yes" and not known.complete:
        ongoing = "unknown"
    applied = "application" in law.provisions and application(report, known, law).verdict is Verdict.MET
    by_ongoing = {"yes": Verdict.NOT_MET, "no": Verdict.MET, "unknown": Verdict.CANNOT_TELL}
    needed = Verdict.NOT_MET if applied else by_ongoing[ongoing]
    read = [
        Condition(needed, "ongoing_investigation", ongoing, ask.IS_IT_ONGOING),
        Condition(needed, "application", "yes" if applied else "no"),
    ]
    return any_of(law.provision("screening"), read)


RULES: dict[str, Rule] = {
    "immediate_danger": immediate_danger,
    "violence_by_close_person": violence_by_close_person,
    "witnessed_violence": witnessed_violence,
    "application": application,
    "protection_assessment": protection_assessment,
    "screening": screening,
}
"""Every rule by the code of its provision, in reading order."""


def open_investigations(known: Known, at: dt.datetime) -> int:
    """Count the investigations that were known to be ongoing at a moment."""
    seen = [
        event
        for event in known.events
        if event.recorded_at < at and not (event.withdrawn_at is not None and event.withdrawn_at < at)
    ]
    opened = {event.case_id for event in seen if event.kind is EventKind.INVESTIGATION_OPENED}
    closed = {event.case_id for event in seen if event.kind in (EventKind.INVESTIGATION_CLOSED, EventKind.CASE_CLOSED)}
    return len(opened - closed)


def _concern_is_missing(report: Report) -> bool:
    """Tell whether a concern is not stated, so that it could be of any kind."""
    return not report.concerns or any(concern.concern is Concern.NOT_STATED for concern in report.concerns)


def youngest_possible_age(report: Report) -> int:
    """Give the age in whole years that the child has reached for certain (0 when unknown)."""
    if report.birth_month is None:
        return 0
    months = months_since(report.birth_month, report.received_at)
    return max(0, (months - 1) // 12)


def _each(report: Report, condition: Callable[[ReportedConcern], tuple[Verdict, CodedText]]) -> Iterator[Condition]:
    """Evaluate a condition on every concern; a report that states no concern cannot be told."""
    if not report.concerns:
        yield Condition(Verdict.CANNOT_TELL, "concerns", "-", ask.WHAT_CONCERN)
    for number, concern in enumerate(report.concerns):
        if concern.concern is Concern.NOT_STATED:
            yield Condition(Verdict.CANNOT_TELL, f"concerns.{number}", concern.concern.value, ask.WHAT_CONCERN)
            continue
        verdict, question = condition(concern)
        value = f"{concern.concern.value}/{concern.exposure.value}/{concern.perpetrator.value}/{concern.status.value}"
        yield Condition(verdict, f"concerns.{number}", value, question)


def _by_close_person(concern: ReportedConcern) -> tuple[Verdict, CodedText]:
    """Tell whether a concern names violence by a close person against the child."""
    if not concern.concern.is_violence or concern.concern is Concern.WITNESSED_VIOLENCE:
        return Verdict.NOT_MET, ask.WHO_ACTED
    if concern.perpetrator is Perpetrator.CLOSE_PERSON:
        return Verdict.MET, ask.WHO_ACTED
    if concern.perpetrator in (Perpetrator.UNKNOWN, Perpetrator.NOT_APPLICABLE):
        return Verdict.CANNOT_TELL, ask.WHO_ACTED
    return Verdict.NOT_MET, ask.WHO_ACTED


def _witnessed(concern: ReportedConcern) -> tuple[Verdict, CodedText]:
    """Tell whether a concern names violence by or against a close person that the child saw or heard."""
    if not concern.concern.is_violence:
        return Verdict.NOT_MET, ask.SAW_OR_HEARD
    seen = concern.concern is Concern.WITNESSED_VIOLENCE or concern.exposure is Exposure.WITNESSED
    if seen and concern.perpetrator is Perpetrator.CLOSE_PERSON:
        return Verdict.MET, ask.SAW_OR_HEARD
    if seen:
        return Verdict.CANNOT_TELL, ask.AGAINST_WHOM
    if concern.exposure is Exposure.UNKNOWN:
        return Verdict.CANNOT_TELL, ask.SAW_OR_HEARD
    return Verdict.NOT_MET, ask.SAW_OR_HEARD


def _applicant(report: Report, provision: Provision) -> Condition:
    """Tell whether the applicant may apply for the child."""
    if report.reporter is Reporter.PARENT:
        return Condition(Verdict.MET, "reporter", report.reporter.value)
    if report.reporter is not Reporter.CHILD:
        return Condition(Verdict.CANNOT_TELL, "reporter", report.reporter.value, ask.WHO_APPLIES)
    age = youngest_possible_age(report)
    if age >= provision.values["own_party_years"]:
        return Condition(Verdict.MET, "birth_month", report.birth_month or "-")
    return Condition(Verdict.CANNOT_TELL, "birth_month", report.birth_month or "-", ask.HOW_OLD)
