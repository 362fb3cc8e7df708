"""Here we hold every rule to its promises: more facts never un-fire one, unknown is never "no", days are Swedish days.

Where a rule is not monotone, the law is not: a person of 21 is no longer a young person, an application
takes the place of a preliminary assessment, and so does an investigation that is already ongoing.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import fields, replace

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from features.codes import Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.report import Event, Known, Report, ReportedConcern, local_time
from features.schema import FACTS
from triage.findings import Finding, Verdict
from triage.law import Law
from triage.matter import Matter, open_investigations
from triage.rules import ACUTE_FACTS, RULES, deadlines, findings

MET, NOT_MET, CANNOT_TELL = Verdict.MET, Verdict.NOT_MET, Verdict.CANNOT_TELL
NOTHING = Known()


def youngest_possible_age(report: Report) -> int:
    """Give the whole years reached for certain, as the rules see it."""
    return Matter(report, NOTHING, None).reached  # type: ignore[arg-type]


Pair = tuple[Report, Known]
thorough = settings(max_examples=300, deadline=None, database=None, derandomize=True)
FROM_THE_HISTORY = {"screening"}
FROM_THE_AGE = {"protection_assessment", "screening"}


def found_in(report: Report, known: Known, law: Law) -> dict[str, Finding]:
    in_force = law.at(local_time(report.received_at).date())
    return {finding.code: finding for finding in findings(report, known, in_force)}


def verdicts(report: Report, known: Known, law: Law) -> dict[str, Verdict]:
    return {code: finding.verdict for code, finding in found_in(report, known, law).items()}


def un_fired(before: dict[str, Verdict], after: dict[str, Verdict]) -> set[str]:
    return {code for code, verdict in before.items() if verdict is MET and after[code] is not MET}


# ---------------------------------------------------------------- small tables

C, F = "close_person", "violence_by_close_person"
TABLE = [
    # concern, exposure, perpetrator → by a close person, witnessed
    ("physical_abuse", "unknown", C, MET, CANNOT_TELL),
    ("physical_abuse", "subjected", C, MET, NOT_MET),
    ("physical_abuse", "witnessed", C, MET, MET),
    ("physical_abuse", "at_risk", C, MET, NOT_MET),
    ("physical_abuse", "subjected", "unknown", CANNOT_TELL, NOT_MET),
    ("physical_abuse", "subjected", "not_applicable", CANNOT_TELL, NOT_MET),
    ("physical_abuse", "subjected", "stranger", NOT_MET, NOT_MET),
    ("physical_abuse", "subjected", "other_known", NOT_MET, NOT_MET),
    ("physical_abuse", "witnessed", "stranger", NOT_MET, CANNOT_TELL),
    ("psychological_abuse", "unknown", C, MET, CANNOT_TELL),
    ("sexual_abuse", "unknown", C, MET, CANNOT_TELL),
    ("honour_related", "unknown", C, MET, CANNOT_TELL),
    ("violence_by_other", "subjected", "unknown", CANNOT_TELL, NOT_MET),
    ("witnessed_violence", "unknown", C, NOT_MET, MET),
    ("witnessed_violence", "witnessed", "unknown", NOT_MET, CANNOT_TELL),
    ("witnessed_violence", "witnessed", "stranger", NOT_MET, CANNOT_TELL),
    ("neglect", "subjected", C, NOT_MET, NOT_MET),
    ("school_absence", "unknown", "unknown", NOT_MET, NOT_MET),
    ("not_stated", "unknown", "unknown", CANNOT_TELL, CANNOT_TELL),
]


@pytest.mark.parametrize("status", ConcernStatus)
@pytest.mark.parametrize(("concern", "exposure", "perpetrator", "by_close", "seen"), TABLE)
def test_violence_as_the_regulation_has_it(
    law: Law,
    a_report: Callable[..., Report],
    a_concern: Callable[..., ReportedConcern],
    concern: str,
    exposure: str,
    perpetrator: str,
    by_close: Verdict,
    seen: Verdict,
    status: ConcernStatus,
) -> None:
    report = a_report(a_concern(concern, exposure=exposure, perpetrator=perpetrator, status=status.value))
    told = verdicts(report, NOTHING, law)
    assert (told[F], told["witnessed_violence"]) == (by_close, seen)


ACUTE = ("injury_now", "afraid_to_go_home", "caregiver_incapable_now", "young_child_alone", "suicide_risk")
NONE_ACUTE = dict.fromkeys((*ACUTE, "perpetrator_has_access"), "no")


@pytest.mark.parametrize("fact", ACUTE)
def test_one_acute_fact_is_enough_and_one_unknown_keeps_the_question_open(
    law: Law, a_report: Callable[..., Report], fact: str
) -> None:
    told = {
        answer: found_in(a_report("neglect", **NONE_ACUTE | {fact: answer}), NOTHING, law)["immediate_danger"]
        for answer in ("yes", "no", "unknown")
    }
    assert {answer: finding.verdict for answer, finding in told.items()} == {
        "yes": MET, "no": NOT_MET, "unknown": CANNOT_TELL
    }  # fmt: skip
    assert [question.code for question in told["unknown"].questions] == [f"fact.{fact}"]


ACCESS = [
    (("physical_abuse",), "yes", MET),
    (("physical_abuse",), "unknown", CANNOT_TELL),
    (("physical_abuse",), "no", NOT_MET),
    (("neglect",), "yes", NOT_MET),
    (("neglect", "violence_by_other"), "yes", MET),
    ((), "yes", CANNOT_TELL),
    (("not_stated",), "yes", CANNOT_TELL),
    (("not_stated",), "unknown", CANNOT_TELL),
    (("not_stated", "neglect"), "yes", CANNOT_TELL),
    (("not_stated",), "no", NOT_MET),
]


@pytest.mark.parametrize(("concerns", "access", "verdict"), ACCESS)
def test_access_to_the_child_counts_where_violence_is_or_may_be_named(
    law: Law, a_report: Callable[..., Report], concerns: tuple[str, ...], access: str, verdict: Verdict
) -> None:
    report = a_report(*concerns, **NONE_ACUTE | {"perpetrator_has_access": access})
    assert verdicts(report, NOTHING, law)["immediate_danger"] is verdict


APPLICANTS = [
    # reporter, month of birth (received 2025-09-01) → application, screening
    ("parent", None, MET, NOT_MET),
    ("child", "2010-08", MET, NOT_MET),
    ("child", "2010-09", CANNOT_TELL, MET),  # may turn 15 later this month
    ("child", "2015-01", CANNOT_TELL, MET),
    ("child", None, CANNOT_TELL, MET),
    ("relative", None, CANNOT_TELL, MET),
    ("other_unknown", "2010-01", CANNOT_TELL, MET),
]


@pytest.mark.parametrize(("reporter", "born", "applied", "screened"), APPLICANTS)
def test_an_application_by_one_who_may_apply_takes_the_place_of_screening(
    law: Law, a_report: Callable[..., Report], reporter: str, born: str | None, applied: Verdict, screened: Verdict
) -> None:
    report = a_report("neglect", referral_type="application", reporter=reporter, birth_month=born)
    told = verdicts(report, NOTHING, law)
    assert (told["application"], told["screening"]) == (applied, screened)
    codes = [
        deadline.code
        for deadline in deadlines(report, tuple(found_in(report, NOTHING, law).values()), law.at(dt.date(2025, 9, 1)))
    ]
    assert codes == ["protection_assessment"] + (["screening"] if screened is MET else [])


@pytest.mark.parametrize("reporter", Reporter)
def test_only_an_application_is_an_application(law: Law, a_report: Callable[..., Report], reporter: Reporter) -> None:
    for kind in set(ReferralType) - {ReferralType.APPLICATION}:
        report = a_report("neglect", referral_type=kind.value, reporter=reporter.value)
        assert verdicts(report, NOTHING, law)["application"] is NOT_MET


AGES = [
    # born, received → whole years for certain, protection assessment
    (None, "2025-09-01", 0, MET),
    ("2025-09", "2025-09-01", 0, MET),
    ("2004-09", "2025-09-01", 20, MET),  # may turn 21 later this month
    ("2004-08", "2025-09-01", 21, NOT_MET),
    ("2004-02", "2025-02-28", 20, MET),
    ("1990-01", "2025-09-01", 35, NOT_MET),
]


@pytest.mark.parametrize(("born", "day", "age", "verdict"), AGES)
def test_only_one_who_is_certainly_21_needs_no_protection_assessment(
    law: Law, a_report: Callable[..., Report], born: str | None, day: str, age: int, verdict: Verdict
) -> None:
    report = a_report("neglect", received_at=f"{day}T12:00:00+02:00", birth_month=born)
    assert youngest_possible_age(report) == age
    assert verdicts(report, NOTHING, law)["protection_assessment"] is verdict


# ---------------------------------------------------------------- more facts never un-fire a rule


@thorough
@given(data=st.data())
def test_adding_a_concern_never_un_fires_a_rule(
    law: Law, pairs: st.SearchStrategy[Pair], concerns: st.SearchStrategy[ReportedConcern], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    more = replace(report, concerns=(*report.concerns, data.draw(concerns)))
    assert un_fired(verdicts(report, known, law), verdicts(more, known, law)) == set()


@thorough
@given(data=st.data(), fact=st.sampled_from(sorted(FACTS)), answer=st.sampled_from([YesNo.YES, YesNo.NO]))
def test_answering_an_unknown_fact_never_un_fires_a_rule(
    law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject, fact: str, answer: YesNo
) -> None:
    report, known = data.draw(pairs)
    before = replace(report, **{fact: YesNo.UNKNOWN})
    assert un_fired(verdicts(before, known, law), verdicts(replace(before, **{fact: answer}), known, law)) == set()


@thorough
@given(data=st.data(), fact=st.sampled_from(sorted(FACTS)), answer=st.sampled_from(YesNo))
def test_yes_never_gives_less_than_any_other_answer(
    law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject, fact: str, answer: YesNo
) -> None:
    report, known = data.draw(pairs)
    other, yes = replace(report, **{fact: answer}), replace(report, **{fact: YesNo.YES})
    assert un_fired(verdicts(other, known, law), verdicts(yes, known, law)) == set()


OF_A_CONCERN = {"exposure": Exposure, "status": ConcernStatus, "perpetrator": Perpetrator}


@thorough
@given(data=st.data(), field=st.sampled_from(sorted(OF_A_CONCERN)))
def test_saying_more_about_a_concern_never_un_fires_a_rule(
    law: Law,
    pairs: st.SearchStrategy[Pair],
    concerns: st.SearchStrategy[ReportedConcern],
    data: st.DataObject,
    field: str,
) -> None:
    report, known = data.draw(pairs)
    vague = replace(data.draw(concerns), **{field: OF_A_CONCERN[field]("unknown")})
    said = replace(vague, **{field: data.draw(st.sampled_from(OF_A_CONCERN[field]))})
    before = verdicts(replace(report, concerns=(*report.concerns, vague)), known, law)
    after = verdicts(replace(report, concerns=(*report.concerns, said)), known, law)
    assert un_fired(before, after) == set()


@thorough
@given(data=st.data(), concern=st.sampled_from(Concern))
def test_naming_a_concern_that_was_not_stated_never_un_fires_a_rule(
    law: Law,
    pairs: st.SearchStrategy[Pair],
    concerns: st.SearchStrategy[ReportedConcern],
    data: st.DataObject,
    concern: Concern,
) -> None:
    report, known = data.draw(pairs)
    silent = replace(data.draw(concerns), concern=Concern.NOT_STATED)
    before = verdicts(replace(report, concerns=(*report.concerns, silent)), known, law)
    after = verdicts(replace(report, concerns=(*report.concerns, replace(silent, concern=concern))), known, law)
    assert un_fired(before, after) == set()


@thorough
@given(data=st.data())
def test_a_month_of_birth_un_fires_only_what_ends_with_age_or_begins_with_it(
    law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    """Not monotone, and rightly so: at 21 nobody is a young person; at 15 a child's application replaces screening."""
    report, known = data.draw(pairs)
    before, after = verdicts(replace(report, birth_month=None), known, law), verdicts(report, known, law)
    gone = un_fired(before, after)
    assert gone <= FROM_THE_AGE
    if "protection_assessment" in gone:
        assert youngest_possible_age(report) >= 21
    if "screening" in gone:
        assert (before["application"], after["application"]) == (CANNOT_TELL, MET)


@thorough
@given(data=st.data())
def test_the_history_un_fires_only_screening_and_only_while_an_investigation_is_ongoing(
    law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    """Not monotone, and rightly so: no preliminary assessment is made while an investigation is ongoing."""
    report, known = data.draw(pairs)
    gone = un_fired(verdicts(report, NOTHING, law), verdicts(report, known, law))
    assert gone <= FROM_THE_HISTORY
    assert not gone or open_investigations(known, report.received_at) > 0


# ---------------------------------------------------------------- unknown is never "no"


def filled(report: Report, data: st.DataObject) -> Report:
    """Answer everything that is unknown, somehow."""

    def answer(concern: ReportedConcern) -> ReportedConcern:
        choices = {"exposure": (Exposure, {"unknown"}), "status": (ConcernStatus, {"unknown"}),
                   "perpetrator": (Perpetrator, {"unknown", "not_applicable"}), "concern": (Concern, {"not_stated"})}  # fmt: skip
        told = {
            name: data.draw(st.sampled_from(codes))
            for name, (codes, silent) in choices.items()
            if getattr(concern, name).value in silent
        }
        return replace(concern, **told)

    concerns = report.concerns or (ReportedConcern(concern=Concern.NOT_STATED),)
    facts = {name: data.draw(st.sampled_from(YesNo)) for name in FACTS if getattr(report, name) is YesNo.UNKNOWN}
    if report.birth_month is None:
        facts["birth_month"] = f"{local_time(report.received_at).year - data.draw(st.integers(1, 30))}-05"
    if report.reporter is Reporter.OTHER_UNKNOWN:
        facts["reporter"] = data.draw(st.sampled_from(Reporter))
    return replace(report, concerns=tuple(answer(concern) for concern in concerns), **facts)


@thorough
@given(data=st.data())
def test_not_met_is_said_only_where_no_answer_could_make_it_met(
    law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    before, after = verdicts(report, known, law), verdicts(filled(report, data), known, law)
    assert {code for code, verdict in before.items() if verdict is NOT_MET and after[code] is MET} == set()


@thorough
@given(data=st.data())
def test_what_cannot_be_told_asks(law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject) -> None:
    report, known = data.draw(pairs)
    for finding in found_in(report, known, law).values():
        assert bool(finding.questions) == (finding.verdict is CANNOT_TELL)
        assert any(value.decisive for value in finding.values_read)


# ---------------------------------------------------------------- what changes nothing


@thorough
@given(data=st.data())
def test_a_denial_changes_no_verdict(law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject) -> None:
    report, known = data.draw(pairs)
    denied = replace(report, concerns=tuple(replace(one, status=ConcernStatus.DENIED) for one in report.concerns))
    assert verdicts(denied, known, law) == verdicts(report, known, law)


@thorough
@given(
    data=st.data(), anonymous=st.sampled_from(YesNo), asked=st.sampled_from(YesNo), reporter=st.sampled_from(Reporter)
)
def test_who_reports_and_whether_by_name_changes_no_verdict(
    law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject, anonymous: YesNo, asked: YesNo, reporter: Reporter
) -> None:
    """Exceptions the law makes: who applies decides an application; who reports and asks decides feedback."""
    report, known = data.draw(pairs)
    other = replace(report, anonymous=anonymous, feedback_requested=asked)
    if report.referral_type is not ReferralType.APPLICATION:
        other = replace(other, reporter=reporter)
    about_the_reporter = {"duty_to_report", "feedback"}
    before, after = verdicts(report, known, law), verdicts(other, known, law)
    assert {code for code in before if before[code] != after[code]} <= about_the_reporter


@thorough
@given(data=st.data())
def test_the_order_of_concerns_and_of_the_history_changes_no_verdict(
    law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    turned = replace(report, concerns=tuple(data.draw(st.permutations(report.concerns))))
    history = replace(known, events=tuple(data.draw(st.permutations(known.events))))
    assert verdicts(turned, history, law) == verdicts(report, known, law)


@thorough
@given(data=st.data())
def test_ids_household_and_unit_change_no_verdict(
    law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    other = replace(report, report_id="z", household_id="z", unit="z")
    assert verdicts(other, known, law) == verdicts(report, known, law)


def test_every_fact_that_a_rule_reads_is_in_the_data_contract() -> None:
    assert {*ACUTE_FACTS, "perpetrator_has_access"} <= set(FACTS)
    assert ACUTE_FACTS == ACUTE
    assert {field.name for field in fields(Report)} >= set(FACTS)


# ---------------------------------------------------------------- which rules run when

BEGAN = [
    # rule                       began, so that the day before it does not stand
    ("protection_assessment", "2013-01-01"),
    ("screening", "2013-01-01"),
    ("violence_by_close_person", "2014-10-01"),
    ("witnessed_violence", "2014-10-01"),
    ("honour_related_violence", "2014-10-01"),
    ("sheltered_housing", "2024-04-01"),
    ("eviction", "2025-07-01"),
    ("early_help", "2025-07-01"),
]


@pytest.mark.parametrize(("code", "day"), BEGAN)
def test_a_rule_is_applied_from_the_day_it_began(law: Law, witnessed: Report, code: str, day: str) -> None:
    noon = dt.datetime.fromisoformat(f"{day}T12:00:00+01:00")
    told = [
        set(found_in(replace(witnessed, received_at=moment), NOTHING, law)) for moment in (noon - dt.timedelta(1), noon)
    ]
    assert (code in told[0], code in told[1]) == (False, True)


@pytest.mark.parametrize("day", ["2002-01-01", "2013-01-01", "2014-10-01", "2025-07-01", "2026-01-15", "2030-12-31"])
def test_rules_are_applied_in_reading_order(law: Law, witnessed: Report, day: str) -> None:
    report = replace(witnessed, received_at=dt.datetime.fromisoformat(f"{day}T12:00:00+01:00"))
    told = list(found_in(report, NOTHING, law))
    assert told == [code for code in RULES if code in set(told)]
    assert told[:1] == ["immediate_danger"]


def test_rules_never_fail_on_any_day_from_2002_to_2030(law: Law, witnessed: Report) -> None:
    start = dt.datetime(2002, 1, 1, 0, 30, tzinfo=dt.UTC)
    for days in range(0, 365 * 29, 5):
        report = replace(witnessed, received_at=start + dt.timedelta(days=days))
        in_force = law.at(local_time(report.received_at).date())
        found = findings(report, NOTHING, in_force)
        assert found
        assert all(deadline.due > in_force.on for deadline in deadlines(report, found, in_force))


# ---------------------------------------------------------------- deadlines are calendar days in Sweden

DUE = [
    # received                      protection, screening
    ("2025-09-01T09:00:00+02:00", "2025-09-02", "2025-09-15"),
    ("2025-09-01T21:59:59+00:00", "2025-09-02", "2025-09-15"),  # 23:59:59 in Sweden
    ("2025-09-01T23:30:00+00:00", "2025-09-03", "2025-09-16"),  # the next day in Sweden
    ("2025-09-01T22:00:00+00:00", "2025-09-03", "2025-09-16"),  # midnight in Sweden
    ("2025-01-31T23:00:00+00:00", "2025-02-02", "2025-02-15"),  # midnight in Sweden, in winter
    ("2025-01-31T22:59:59+00:00", "2025-02-01", "2025-02-14"),
    ("2025-09-01T09:00:00-11:00", "2025-09-02", "2025-09-15"),
    ("2025-09-02T11:00:00+14:00", "2025-09-02", "2025-09-15"),
    ("2025-03-30T01:59:59+01:00", "2025-03-31", "2025-04-13"),  # the night the clocks go forward
    ("2025-03-30T03:00:00+02:00", "2025-03-31", "2025-04-13"),
    ("2025-03-29T23:30:00+00:00", "2025-03-31", "2025-04-13"),
    ("2025-10-26T02:30:00+02:00", "2025-10-27", "2025-11-09"),  # the night they go back, first time round
    ("2025-10-26T02:30:00+01:00", "2025-10-27", "2025-11-09"),  # second time round
    ("2024-02-15T12:00:00+01:00", "2024-02-16", "2024-02-29"),  # leap day
    ("2024-02-28T12:00:00+01:00", "2024-02-29", "2024-03-13"),
    ("2023-02-28T12:00:00+01:00", "2023-03-01", "2023-03-14"),
    ("2025-12-31T12:00:00+01:00", "2026-01-01", "2026-01-14"),  # year end; holidays do not move a day
    ("2025-12-31T23:00:00+00:00", "2026-01-02", "2026-01-15"),
]


@pytest.mark.parametrize(("received", "protection", "screening"), DUE)
def test_deadlines_are_calendar_days_in_sweden(
    law: Law, witnessed: Report, received: str, protection: str, screening: str
) -> None:
    report = replace(witnessed, received_at=dt.datetime.fromisoformat(received))
    in_force = law.at(local_time(report.received_at).date())
    due = {
        found.code: found.due.isoformat() for found in deadlines(report, findings(report, NOTHING, in_force), in_force)
    }
    assert due == {"protection_assessment": protection, "screening": screening}


def test_a_duty_that_cannot_be_told_keeps_its_deadline(
    law: Law, witnessed: Report, an_event: Callable[..., Event]
) -> None:
    known = Known(events=(an_event("investigation_opened", "2025-08-01T09:00:00+02:00"),), complete=False)
    in_force = law.at(dt.date(2025, 9, 1))
    found = findings(witnessed, known, in_force)
    assert [deadline.code for deadline in deadlines(witnessed, found, in_force)] == [
        "protection_assessment",
        "screening",
    ]


# ---------------------------------------------------------------- screening while an investigation is ongoing

OPENED, CLOSED = "investigation_opened", "investigation_closed"
AUGUST, LATER, AT = "2025-08-01T09:00:00+02:00", "2025-08-20T09:00:00+02:00", "2025-09-01T09:00:00+02:00"
AFTER = "2025-09-01T09:00:01+02:00"
HISTORIES = [
    # what                                        events                                             screening
    ("nothing", [], MET),
    ("opened", [(OPENED, AUGUST, {})], NOT_MET),
    ("opened, recorded at the same instant", [(OPENED, AUGUST, {"recorded_at": AT})], MET),
    ("opened, recorded later", [(OPENED, AUGUST, {"recorded_at": AFTER})], MET),
    ("opened and withdrawn", [(OPENED, AUGUST, {"withdrawn_at": LATER})], MET),
    ("opened and withdrawn later", [(OPENED, AUGUST, {"withdrawn_at": AFTER})], NOT_MET),
    ("opened and closed", [(OPENED, AUGUST, {}), (CLOSED, LATER, {})], MET),
    ("opened, the case closed", [(OPENED, AUGUST, {}), ("case_closed", LATER, {})], MET),
    ("opened, closing recorded later", [(OPENED, AUGUST, {}), (CLOSED, LATER, {"recorded_at": AFTER})], NOT_MET),
    ("opened, closing withdrawn", [(OPENED, AUGUST, {}), (CLOSED, LATER, {"withdrawn_at": LATER})], NOT_MET),
    ("opened, another closed", [(OPENED, AUGUST, {}), (CLOSED, LATER, {"case_id": "k2"})], NOT_MET),
    (
        "two opened, one closed",
        [(OPENED, AUGUST, {}), (OPENED, LATER, {"case_id": "k2"}), (CLOSED, LATER, {})],
        NOT_MET,
    ),
    ("only a contact", [("contact", AUGUST, {"detail": "school"})], MET),
]


@pytest.mark.parametrize(("what", "events", "verdict"), HISTORIES, ids=[row[0] for row in HISTORIES])
def test_screening_is_needed_unless_an_investigation_is_known_to_be_ongoing(
    law: Law,
    a_report: Callable[..., Report],
    an_event: Callable[..., Event],
    what: str,
    events: list[tuple[str, str, dict[str, str]]],
    verdict: Verdict,
) -> None:
    history = [an_event(kind, at, **more) for kind, at, more in events]
    for order in itertools.permutations(history):
        told = verdicts(a_report("neglect"), Known(events=order), law)
        assert (told["screening"], told["protection_assessment"]) == (verdict, MET)


def test_an_investigation_whose_end_could_not_be_read_cannot_be_told_to_be_ongoing(
    law: Law, a_report: Callable[..., Report], an_event: Callable[..., Event]
) -> None:
    opened = an_event(OPENED, AUGUST)
    told = found_in(a_report("neglect"), Known(events=(opened,), complete=False), law)["screening"]
    assert told.verdict is CANNOT_TELL
    assert [question.code for question in told.questions] == ["is_it_ongoing"]
    assert verdicts(a_report("neglect"), Known(complete=False), law)["screening"] is MET
