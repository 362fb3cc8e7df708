"""Here we apply the law to one report: small pure functions, one per ground, met, not met or cannot tell.

No number, date or citation stands here; all come from the law in force on the day the report was
received. Rules need no model. Adding a fact never un-fires a rule, a denial changes nothing, and who
reports or whether the reporter is anonymous never lowers an answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from features.codes import Concern, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.report import Known, Report, ReportedConcern, local_time
from features.schema import FACTS
from triage import questions as ask
from triage.findings import CANNOT_TELL, MET, NOT_MET, Condition, Deadline, Finding, Verdict, any_of
from triage.law import LawInForce, Provision
from triage.matter import Matter
from triage.words import CodedText

ACUTE_FACTS = ("injury_now", "afraid_to_go_home", "caregiver_incapable_now", "young_child_alone", "suicide_risk")
"""Facts each of which points to acute danger by itself."""

_YES_NO = {YesNo.YES: MET, YesNo.NO: NOT_MET, YesNo.UNKNOWN: CANNOT_TELL}
_ASK = {name: ask.about_fact(name) for name in FACTS}
_BY_OTHERS = frozenset({Perpetrator.OTHER_KNOWN, Perpetrator.STRANGER})
_BY_NOBODY_KNOWN = frozenset({Perpetrator.UNKNOWN, Perpetrator.NOT_APPLICABLE})


Rule = Callable[[Matter, Provision], Finding]


def findings(report: Report, known: Known, law: LawInForce) -> tuple[Finding, ...]:
    """Apply every rule that was in force.

    Parameters
    ----------
    report : Report
    known : Known
        The child's recorded history; only what was recorded before the report counts.
    law : LawInForce
        Of the day the report was received, or of another day to see what would have changed.

    Returns
    -------
    tuple of Finding
        In the order in which a person should read them.
    """
    matter = Matter(report, known, law)
    provisions = law.provisions
    return tuple([rule(matter, provisions[code]) for code, rule in RULES.items() if code in provisions])


def deadlines(report: Report, found: tuple[Finding, ...], law: LawInForce) -> tuple[Deadline, ...]:
    """Give the last day of every duty that binds.

    Weekends and holidays do not move a day: no rule that says so was found.
    """
    received = local_time(report.received_at).date()
    standing = {
        finding.provision.code
        for finding in found
        if finding.verdict is MET or (finding.verdict is CANNOT_TELL and finding.provision.code not in DUE_WHEN_MET)
    }
    return tuple(
        Deadline(duty, received + dt.timedelta(days=provision.values["days"]), provision.title, provision.citation)
        for duty, code in DUE.items()
        if duty in standing and (provision := law.provisions.get(code)) is not None
    )


DUE = {"protection_assessment": "protection_assessment_due", "screening": "screening", "eviction": "eviction"}
"""Which provision counts the days of which duty."""
DUE_WHEN_MET = frozenset({"eviction"})
"""Duties that have a last day only when they are known to stand; of the others a doubt is enough."""


def immediate_danger(matter: Matter, provision: Provision) -> Finding:
    """Immediate danger: any acute fact is enough; access to the child counts where violence is, or may be, named."""
    names = (*ACUTE_FACTS, "perpetrator_has_access") if matter.violent else ACUTE_FACTS
    read = [_fact(matter.report, name) for name in names]
    reach = matter.report.perpetrator_has_access
    if matter.unstated and reach is not YesNo.NO:
        read.append(Condition(CANNOT_TELL, "perpetrator_has_access", reach, ask.WHAT_CONCERN))
    return any_of(provision, tuple(read))


def violence_by_close_person(matter: Matter, provision: Provision) -> Finding:
    """Violence by a close person: "may have been" is enough, and a denial changes nothing.

    How the child was exposed is not asked: where a close person is violent, a child who saw it or is
    at risk of it may also have been subjected to it. This reading errs towards opening.
    """
    read = [_concern(place, concern, _by_close_person(concern), ask.WHO_ACTED) for place, concern in matter.violent]
    return any_of(provision, (*read, *matter.unstated, *matter.stated))


def witnessed_violence(matter: Matter, provision: Provision) -> Finding:
    """Witnessed violence by or against a close person; against whom is asked where it is not said."""
    read = [_witnessed(place, concern) for place, concern in matter.violent]
    return any_of(provision, (*read, *matter.unstated, *matter.stated))


def honour_related_violence(matter: Matter, provision: Provision) -> Finding:
    """Honour-related violence by a close person; by anyone else it cannot be told who stands behind it."""
    read = [_concern(place, concern, _honour(concern), ask.WHO_ACTED) for place, concern in matter.violent]
    return any_of(provision, (*read, *matter.unstated, *matter.stated))


def application(matter: Matter, provision: Provision) -> Finding:
    """Application by a guardian, or by the child from the age at which it speaks for itself."""
    report = matter.report
    if report.referral_type is not ReferralType.APPLICATION:
        return any_of(provision, (Condition(NOT_MET, "referral_type", report.referral_type),))
    if report.reporter is Reporter.PARENT:
        return any_of(provision, (Condition(MET, "reporter", report.reporter),))
    if report.reporter is not Reporter.CHILD:
        return any_of(provision, (Condition(CANNOT_TELL, "reporter", report.reporter, ask.WHO_APPLIES),))
    old_enough = matter.reached >= provision.values["own_party_years"]
    return any_of(provision, (Condition(MET if old_enough else CANNOT_TELL, "birth_month", matter.born, ask.HOW_OLD),))


def protection_assessment(matter: Matter, provision: Provision) -> Finding:
    """Protection assessment: for every child or young person, and wherever the age is not known."""
    limit = matter.law.provisions["young_person_age"].values["years"]
    return any_of(provision, (Condition(NOT_MET if matter.reached >= limit else MET, "birth_month", matter.born),))


def screening(matter: Matter, provision: Provision) -> Finding:
    """Preliminary assessment: always, unless an investigation is known to be ongoing or an application came.

    An investigation whose end may stand in a row that could not be read cannot be told to be ongoing.
    """
    rule = matter.law.provisions.get("application")
    applied = rule is not None and application(matter, rule).verdict is MET
    ongoing, needed = _NOT_ONGOING
    if matter.ongoing:
        ongoing, needed = _ONGOING if matter.known.complete else _MAYBE_ONGOING
    if applied:
        needed = NOT_MET
    read = Condition(needed, "ongoing_investigation", ongoing, ask.IS_IT_ONGOING)
    return any_of(provision, (read, Condition(needed, "application", "yes" if applied else "no")))


_NOT_ONGOING, _ONGOING, _MAYBE_ONGOING = ("no", MET), ("yes", NOT_MET), ("unknown", CANNOT_TELL)


def duty_to_open(matter: Matter, provision: Provision) -> Finding:
    """The general duty: whether the report could lead to a measure must always be considered, by a person."""
    return any_of(provision, (Condition(MET, "referral_type", matter.report.referral_type),))


def taken_abroad_or_mutilation(matter: Matter, provision: Provision) -> Finding:
    """The child may be taken abroad, married off or mutilated."""
    return any_of(provision, (_fact(matter.report, "may_be_taken_abroad"),))


def sheltered_housing(matter: Matter, provision: Provision) -> Finding:
    """The child comes with a guardian to sheltered housing: a decision for the child itself."""
    return any_of(provision, (_fact(matter.report, "in_sheltered_housing"),))


def unaccompanied_child(matter: Matter, provision: Provision) -> Finding:
    """The child is unaccompanied and assigned to the municipality."""
    return any_of(provision, (_fact(matter.report, "unaccompanied"),))


def suspect_under_15(matter: Matter, provision: Provision) -> Finding:
    """Suspected of an imprisonable crime, below the age of criminal responsibility."""
    return _suspect(matter, provision, lambda years: years < provision.values["below_years"])


def suspect_15_to_17(matter: Matter, provision: Provision) -> Finding:
    """Suspected of an imprisonable crime, from the age of criminal responsibility until adult."""
    low, high = provision.values["from_years"], provision.values["below_years"]
    return _suspect(matter, provision, lambda years: low <= years < high)


def crime_by_other(matter: Matter, provision: Provision) -> Finding:
    """Violence or abuse by somebody who is not close to the child: the child is a victim of crime."""
    read = [_concern(place, concern, _by_other(concern), ask.WHO_ACTED) for place, concern in matter.violent]
    return any_of(provision, (*read, *matter.unstated, *matter.stated))


def eviction(matter: Matter, provision: Provision) -> Finding:
    """A notice of eviction where a child lives: confirmed the same day."""
    return any_of(provision, (_fact(matter.report, "eviction_notice"),))


def outside_contact(matter: Matter, provision: Provision) -> Finding:
    """Contact with outsiders or a home visit is needed: that is an investigation, so open it first."""
    return any_of(provision, (_fact(matter.report, "outside_contact_needed"),))


def duty_to_report(matter: Matter, provision: Provision) -> Finding:
    """Whether the reporter is under a duty to report; never used to lower anything."""
    reporter = matter.report.reporter
    if reporter in provision.members["reporters"]:
        return any_of(provision, (Condition(MET, "reporter", reporter),))
    unsure = reporter in provision.members["reporters_unclear"]
    return any_of(provision, (Condition(CANNOT_TELL if unsure else NOT_MET, "reporter", reporter, ask.UNDER_DUTY),))


def feedback(matter: Matter, provision: Provision) -> Finding:
    """Feedback to a reporter under a duty who asked for it."""
    asked = _YES_NO[matter.report.feedback_requested]
    rule = matter.law.provisions.get("duty_to_report")
    under_duty = CANNOT_TELL if rule is None else duty_to_report(matter, rule).verdict
    both = min((asked, under_duty), key=_WEAKEST.__getitem__)
    wants = Condition(both, "feedback_requested", matter.report.feedback_requested, _open(asked, ask.WANTS_FEEDBACK))
    who = Condition(both, "reporter", matter.report.reporter, _open(under_duty, ask.UNDER_DUTY))
    return any_of(provision, (wants, who))


def early_help(matter: Matter, provision: Provision) -> Finding:
    """Help without a needs test may be offered beside, never instead of, a duty."""
    return any_of(provision, (Condition(MET, "referral_type", matter.report.referral_type),))


RULES: dict[str, Rule] = {
    "immediate_danger": immediate_danger,
    "violence_by_close_person": violence_by_close_person,
    "witnessed_violence": witnessed_violence,
    "honour_related_violence": honour_related_violence,
    "application": application,
    "protection_assessment": protection_assessment,
    "screening": screening,
    "duty_to_open": duty_to_open,
    "taken_abroad_or_mutilation": taken_abroad_or_mutilation,
    "sheltered_housing": sheltered_housing,
    "unaccompanied_child": unaccompanied_child,
    "suspect_under_15": suspect_under_15,
    "suspect_15_to_17": suspect_15_to_17,
    "crime_by_other": crime_by_other,
    "eviction": eviction,
    "outside_contact": outside_contact,
    "duty_to_report": duty_to_report,
    "feedback": feedback,
    "early_help": early_help,
}
"""Every rule by the code of its provision, in reading order."""

_WEAKEST = {NOT_MET: 0, CANNOT_TELL: 1, MET: 2}


def _fact(report: Report, name: str) -> Condition:
    """Read one yes/no/unknown fact."""
    value: YesNo = getattr(report, name)
    return Condition(_YES_NO[value], name, value, _ASK[name])


def _concern(place: int, concern: ReportedConcern, verdict: Verdict, question: CodedText | None) -> Condition:
    """Show one concern as it was read."""
    value = f"{concern.concern}/{concern.exposure}/{concern.perpetrator}/{concern.status}"
    return Condition(verdict, f"concerns.{place}", value, question)


def _by_close_person(concern: ReportedConcern) -> Verdict:
    """Tell whether violence that is not only witnessed is said to be by a close person."""
    if concern.concern is Concern.WITNESSED_VIOLENCE:
        return NOT_MET
    if concern.perpetrator is Perpetrator.CLOSE_PERSON:
        return MET
    return CANNOT_TELL if concern.perpetrator in _BY_NOBODY_KNOWN else NOT_MET


def _honour(concern: ReportedConcern) -> Verdict:
    """Tell whether honour-related violence is said to be by a close person."""
    if concern.concern is not Concern.HONOUR_RELATED:
        return NOT_MET
    return MET if concern.perpetrator is Perpetrator.CLOSE_PERSON else CANNOT_TELL


def _by_other(concern: ReportedConcern) -> Verdict:
    """Tell whether violence that is not only witnessed is said to be by somebody who is not close."""
    if concern.concern is Concern.WITNESSED_VIOLENCE:
        return NOT_MET
    if concern.perpetrator in _BY_OTHERS:
        return MET
    return CANNOT_TELL if concern.perpetrator in _BY_NOBODY_KNOWN else NOT_MET


def _witnessed(place: int, concern: ReportedConcern) -> Condition:
    """Tell whether the child may have witnessed violence by or against a close person."""
    seen = concern.concern is Concern.WITNESSED_VIOLENCE or concern.exposure is Exposure.WITNESSED
    if seen and concern.perpetrator is Perpetrator.CLOSE_PERSON:
        return _concern(place, concern, MET, None)
    if seen:
        return _concern(place, concern, CANNOT_TELL, ask.AGAINST_WHOM)
    if concern.exposure is Exposure.UNKNOWN:
        return _concern(place, concern, CANNOT_TELL, ask.SAW_OR_HEARD)
    return _concern(place, concern, NOT_MET, None)


def _suspect(matter: Matter, provision: Provision, of_age: Callable[[int], bool]) -> Finding:
    """Tell whether the child is suspected of a crime and of an age; a birth month on the limit cannot be told."""
    suspected = _fact(matter.report, "suspected_of_crime")
    if matter.months is None:
        age = CANNOT_TELL
    else:
        possible = {of_age(matter.reached), of_age(max(0, matter.months // 12))}
        age = CANNOT_TELL if len(possible) > 1 else MET if True in possible else NOT_MET
    both = min((suspected.verdict, age), key=_WEAKEST.__getitem__)
    return any_of(
        provision,
        (
            Condition(both, suspected.field, suspected.value, _open(suspected.verdict, suspected.question)),
            Condition(both, "birth_month", matter.born, _open(age, ask.HOW_OLD)),
        ),
    )


def _open(verdict: Verdict, question: CodedText | None) -> CodedText | None:
    """Keep a question only where its own part cannot be told."""
    return question if verdict is CANNOT_TELL else None
