"""Here we hold every rule to its promises on ten thousand random reports each: more is never less, unknown is never "no".

The reports are drawn from one seed. Where learning something may turn a met answer, the test names the rule and the
reason: the law is not monotone there.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from features.codes import Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.event_codes import EventKind
from features.report import Event, Known, Report, ReportedConcern, local_time
from features.schema import FACTS
from triage.assessment import Assessment
from triage.bundle import Bundle
from triage.errors import BeforeTheLaw, BundleBroken, BundleRefused
from triage.findings import Verdict
from triage.judge import AnyBundle, assess
from triage.law import Law
from triage.rules import RULES, deadlines, findings

MET, NOT_MET, CANNOT_TELL = Verdict.MET, Verdict.NOT_MET, Verdict.CANNOT_TELL
STRENGTH = {NOT_MET: 0, CANNOT_TELL: 1, MET: 2}
MANY = 10_000
STOCKHOLM = ZoneInfo("Europe/Stockholm")
FIRST, LAST = dt.date(2002, 1, 1), dt.date(2030, 12, 31)
ANSWERED = ("feedback_requested", *FACTS)
YES, NO, UNKNOWN = YesNo.YES, YesNo.NO, YesNo.UNKNOWN
NOBODY_KNOWN = (Perpetrator.UNKNOWN, Perpetrator.NOT_APPLICABLE)
UNKNOWN_REPORTERS = (Reporter.ANONYMOUS, Reporter.OTHER_UNKNOWN)

TURNED_BY_AGE = {
    "protection_assessment": "a person who turns out to be 21 is no longer a young person",
    "screening": "a child who turns out to be 15 applies by itself, and an application is investigated at once",
}
TURNED_BY_REPORTER = {
    "screening": "an applicant who turns out to be the guardian makes the matter an application, investigated at once",
}
READS_THE_APPLICANT = "application"
"""The one opening ground that asks who came: an application is a ground only when it is made by one who may apply."""

Pair = tuple[Report, Known]

# ---------------------------------------------------------------- any report


def a_concern(draw: random.Random) -> ReportedConcern:
    return ReportedConcern(
        concern=draw.choice(tuple(Concern)),
        primary=draw.random() < 0.5,
        status=draw.choice(tuple(ConcernStatus)),
        exposure=draw.choice(tuple(Exposure)),
        perpetrator=draw.choice(tuple(Perpetrator)),
    )


def born(draw: random.Random, day: dt.date) -> str | None:
    """Draw a month of birth: unknown, any age to 26, or the very month in which a limit of the law is reached."""
    if draw.random() < 0.25:
        return None
    months = draw.randint(0, 26 * 12) if draw.random() < 0.6 else 12 * draw.choice((15, 18, 21)) + draw.randint(-1, 2)
    place = day.year * 12 + day.month - 1 - months
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


def a_pair(draw: random.Random) -> Pair:
    """Draw a report with a history; every code, every date from the first law to 2030, any offset."""
    minutes = draw.randrange(((LAST - FIRST).days + 1) * 24 * 60)
    received = dt.datetime(2002, 1, 1, tzinfo=STOCKHOLM) + dt.timedelta(minutes=minutes)
    answers = draw.choices((YES, NO, UNKNOWN), weights=draw.choice(((1, 1, 1), (0, 1, 0), (0, 0, 1), (1, 8, 1))), k=13)
    report = Report(
        report_id="r1",
        child_id="c1",
        received_at=received.astimezone(dt.timezone(dt.timedelta(hours=draw.randint(-11, 14)))),
        unit=draw.choice(("north", "elsewhere")),
        referral_type=draw.choice((ReferralType.APPLICATION, *ReferralType)),
        reporter=draw.choice((Reporter.CHILD, Reporter.PARENT, *UNKNOWN_REPORTERS, *Reporter)),
        birth_month=born(draw, received.date()),
        anonymous=draw.choice(tuple(YesNo)),
        concerns=tuple(a_concern(draw) for _ in range(draw.randint(0, 3))),
        **dict(zip(ANSWERED, answers, strict=True)),
    )
    kinds = (EventKind.INVESTIGATION_OPENED, EventKind.INVESTIGATION_CLOSED, EventKind.CASE_CLOSED)
    events = tuple(
        Event(
            child_id="c1",
            kind=draw.choice(kinds),
            happened_at=received - dt.timedelta(days=200),
            recorded_at=received - dt.timedelta(days=draw.randint(-5, 90)),
            case_id=draw.choice(("k1", "k2", None)),
            withdrawn_at=draw.choice((None, None, received - dt.timedelta(days=draw.randint(-9, -1)))),
        )
        for _ in range(draw.choice((0, 0, 1, 2, 3)))
    )
    return report, Known(events=events, complete=draw.random() < 0.8)


def drawn(seed: int, many: int = MANY) -> Iterator[tuple[random.Random, Report, Known]]:
    draw = random.Random(seed)
    for _ in range(many):
        yield draw, *a_pair(draw)


def verdicts(report: Report, known: Known, law: Law) -> dict[str, Verdict]:
    in_force = law.at(local_time(report.received_at).date())
    return {finding.code: finding.verdict for finding in findings(report, known, in_force)}


def turned(before: dict[str, Verdict], after: dict[str, Verdict], was: Verdict) -> set[str]:
    return {code for code, verdict in before.items() if verdict is was and after[code] is not was}


def test_the_random_reports_meet_every_rule_with_every_verdict(law: Law) -> None:
    seen = {pair for _, report, known in drawn(1, 4000) for pair in verdicts(report, known, law).items()}
    always = {"duty_to_open", "early_help"}
    never_unsure = {"protection_assessment"}
    assert seen == {
        (code, verdict)
        for code in RULES
        for verdict in Verdict
        if not (code in always and verdict is not MET) and not (code in never_unsure and verdict is CANNOT_TELL)
    }


# ---------------------------------------------------------------- adding


def test_adding_a_concern_never_un_fires_a_rule(law: Law) -> None:
    for draw, report, known in drawn(2):
        place = draw.randint(0, len(report.concerns))
        more = (*report.concerns[:place], a_concern(draw), *report.concerns[place:])
        before, after = verdicts(report, known, law), verdicts(replace(report, concerns=more), known, law)
        assert not turned(before, after, MET), (report, more)


def test_answering_an_unknown_fact_with_yes_never_un_fires_a_rule(law: Law) -> None:
    for draw, report, known in drawn(3):
        unknown = [name for name in ANSWERED if getattr(report, name) is UNKNOWN]
        some = draw.sample(unknown, draw.randint(1, len(unknown))) if unknown else []
        before = verdicts(report, known, law)
        after = verdicts(replace(report, **dict.fromkeys(some, YES)), known, law)
        assert not turned(before, after, MET), (report, some)


def test_raising_a_no_to_yes_never_un_fires_a_rule(law: Law) -> None:
    for draw, report, known in drawn(4):
        name = draw.choice(ANSWERED)
        after = verdicts(replace(report, **{name: YES}), known, law)
        assert not turned(verdicts(report, known, law), after, MET), (report, name)


# ---------------------------------------------------------------- unknown


def answer_facts(draw: random.Random, report: Report) -> dict[str, Any]:
    """Answer some unknown facts with yes or no."""
    asked = [name for name in ANSWERED if getattr(report, name) is UNKNOWN and draw.random() < 0.7]
    return {name: draw.choice((YES, NO)) for name in asked}


def answer_concerns(draw: random.Random, report: Report) -> dict[str, Any]:
    """Fill in what concerns leave unknown: who acted, how the child met it, and what the concern is."""
    told = []
    for concern in report.concerns:
        changes: dict[str, Any] = {}
        if concern.perpetrator in NOBODY_KNOWN:
            changes["perpetrator"] = draw.choice(tuple(Perpetrator))
        if concern.exposure is Exposure.UNKNOWN:
            changes["exposure"] = draw.choice(tuple(Exposure))
        if concern.concern is Concern.NOT_STATED:
            changes["concern"] = draw.choice(tuple(Concern))
        told.append(replace(concern, **changes) if draw.random() < 0.8 else concern)
    return {"concerns": tuple(told) or tuple(a_concern(draw) for _ in range(draw.randint(0, 2)))}


def answer_age(draw: random.Random, report: Report) -> dict[str, Any]:
    """Learn the month of birth where it is unknown."""
    return {} if report.birth_month else {"birth_month": born(draw, local_time(report.received_at).date())}


def answer_reporter(draw: random.Random, report: Report) -> dict[str, Any]:
    """Learn who reports where it is unknown."""
    return {"reporter": draw.choice(tuple(Reporter))} if report.reporter in UNKNOWN_REPORTERS else {}


Answers = Callable[[random.Random, Report], dict[str, Any]]
LEARNING: dict[str, tuple[Answers, dict[str, str]]] = {
    "facts": (answer_facts, {}),
    "concerns": (answer_concerns, {}),
    "age": (answer_age, TURNED_BY_AGE),
    "reporter": (answer_reporter, TURNED_BY_REPORTER),
}


@pytest.mark.parametrize("what", LEARNING)
def test_learning_what_was_unknown_never_turns_met_except_where_the_law_does(law: Law, what: str) -> None:
    learn, allowed = LEARNING[what]
    seen: set[str] = set()
    for draw, report, known in drawn(5):
        whole = replace(report, **learn(draw, report))
        seen |= (found := turned(verdicts(report, known, law), verdicts(whole, known, law), MET))
        assert found <= set(allowed), (report, whole)
    assert seen == set(allowed), "a reason that is never needed should not be listed"


def test_unknown_never_reads_as_not_met_where_another_answer_would_meet_the_rule(law: Law) -> None:
    for draw, report, known in drawn(6):
        answers = {name: value for learn, _ in LEARNING.values() for name, value in learn(draw, report).items()}
        whole = replace(report, **answers)
        before, after = verdicts(report, known, law), verdicts(whole, known, law)
        wrong = {code for code in turned(before, after, NOT_MET) if after[code] is MET}
        assert not wrong, (wrong, report, whole)


def test_a_history_that_could_not_be_read_never_reads_as_an_ongoing_investigation(law: Law) -> None:
    for _, report, known in drawn(7):
        whole, cut = replace(known, complete=True), replace(known, complete=False)
        before, after = verdicts(report, whole, law), verdicts(report, cut, law)
        before.pop("screening", None)
        screened = after.pop("screening", None)
        assert before == after
        applied = after.get("application") is MET
        assert screened is not NOT_MET or applied, report


# ---------------------------------------------------------------- who says it, in what order, and a denial


def opening(found: dict[str, Verdict], law: Law) -> dict[str, Verdict]:
    versions = law.provisions()
    return {code: verdict for code, verdict in found.items() if versions[code][0].area == "opening"}


def test_order_reporter_anonymity_and_denial_change_no_ground_to_open(law: Law) -> None:
    for draw, report, known in drawn(8):
        before = opening(verdicts(report, known, law), law)
        told = [replace(concern, status=draw.choice(tuple(ConcernStatus))) for concern in report.concerns]
        draw.shuffle(told)
        other = replace(
            report,
            concerns=tuple(told),
            reporter=draw.choice(tuple(Reporter)),
            anonymous=draw.choice(tuple(YesNo)),
            feedback_requested=draw.choice(tuple(YesNo)),
        )
        after = opening(verdicts(other, known, law), law)
        applied, again = before.pop(READS_THE_APPLICANT), after.pop(READS_THE_APPLICANT)
        assert before == after, (report, other)
        assert (applied is NOT_MET) == (again is NOT_MET) == (report.referral_type is not ReferralType.APPLICATION)


def test_a_denial_of_everything_lowers_nothing(law: Law) -> None:
    for _, report, known in drawn(9):
        denied = tuple(replace(concern, status=ConcernStatus.DENIED) for concern in report.concerns)
        assert verdicts(replace(report, concerns=denied), known, law) == verdicts(report, known, law), report


def test_the_facts_of_the_child_count_the_same_whoever_reports(law: Law) -> None:
    """An anonymous neighbour is heard as the police are: the strongest ground to open is the same."""
    for _, report, known in drawn(10, 2500):
        plain = replace(report, referral_type=ReferralType.REPORT)
        ways = [
            opening(verdicts(replace(plain, reporter=reporter, anonymous=YES), known, law), law)
            for reporter in (Reporter.POLICE, Reporter.NEIGHBOUR, Reporter.ANONYMOUS, Reporter.CHILD)
        ]
        assert all(way == ways[0] for way in ways), report


# ---------------------------------------------------------------- with a model, without, and with a broken one


class Failing:
    """An explainer that cannot even be asked."""

    def explain(self, *_: object, **__: object) -> None:
        raise MemoryError


def told(answer: Assessment) -> tuple[Any, ...]:
    """Give what `Assessment.to_dict` writes as findings and deadlines, and how the model fared."""
    return [one.to_dict() for one in answer.findings], answer.deadlines, answer.model.state


def test_findings_are_the_same_with_a_model_without_one_and_with_a_broken_one(law: Law, bundle: Bundle) -> None:
    """Each report without a model, and with a sound one or one that cannot be loaded or that fails while it scores."""
    failing: AnyBundle = replace(bundle, explainer=Failing())
    states = set()
    for draw, drawn_report, known in drawn(11):
        report = replace(drawn_report, unit=draw.choice(("north", "north", "elsewhere")))
        other: AnyBundle = draw.choice((bundle, bundle, bundle, BundleBroken("altered"), BundleRefused("no"), failing))
        found, due, state = told(assess(report, known, None, law))
        states.add(state)
        again, due_again, state = told(assess(report, known, other, law))
        states.add(state)
        assert (again, due_again) == (found, due), report
    assert states == {"absent", "broken", "refused", "scored", "abstains"}


# ---------------------------------------------------------------- every day


def test_no_day_from_the_first_law_to_2030_raises(law: Law) -> None:
    draw = random.Random(12)
    day = FIRST
    while day <= LAST:
        report, known = a_pair(draw)
        at = dt.datetime.combine(day, dt.time(draw.randrange(24), draw.randrange(60)), tzinfo=STOCKHOLM)
        report = replace(report, received_at=at, birth_month=born(draw, day))
        in_force = law.at(day)
        found = findings(report, known, in_force)
        assert {finding.code for finding in found} == RULES.keys() & in_force.provisions.keys()
        assert all(deadline.due >= day for deadline in deadlines(report, found, in_force))
        assert all(finding.provision.citation.in_force_from <= day for finding in found)
        assert all(finding.provision.until is None or day <= finding.provision.until for finding in found)
        day += dt.timedelta(days=1)


def test_both_ends_of_every_day_of_change_are_answered_by_the_law_of_that_day(law: Law) -> None:
    report, known = a_pair(random.Random(13))
    for day in law.changes():
        for time, expected in ((dt.time(0, 0), day), (dt.time(23, 59, 59), day)):
            at = dt.datetime.combine(day, time, tzinfo=STOCKHOLM)
            answer = assess(replace(report, received_at=at, birth_month=None), known, None, law)
            assert [finding.provision for finding in answer.findings] == [
                law.at(expected).provisions[finding.code] for finding in answer.findings
            ]


def test_the_day_before_the_first_law_is_an_error_and_the_report_comes_out_all_the_same(law: Law) -> None:
    day = law.begins - dt.timedelta(days=1)
    with pytest.raises(BeforeTheLaw, match=day.isoformat()):
        law.at(day)
    for _, report, known in drawn(14, 200):
        early = dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=STOCKHOLM)
        answer = assess(replace(report, received_at=early, birth_month=None), known, None, law)
        assert (answer.status, answer.lane.value, answer.findings) == ("set_aside", "person_first", ())
        assert [problem.code for problem in answer.problems] == ["before_the_law"]
        first = assess(replace(report, received_at=early + dt.timedelta(seconds=1), birth_month=None), known, None, law)
        assert first.status == "assessed"


def test_every_field_of_a_report_is_drawn() -> None:
    """A field that these properties never vary would be promised nothing."""
    fixed = {"report_id", "child_id", "household_id"}
    values: dict[str, set[object]] = {entry.name: set() for entry in fields(Report)}
    for _, report, _ in drawn(15, 300):
        for name, seen in values.items():
            seen.add(getattr(report, name))
    assert {name for name, seen in values.items() if len(seen) == 1} == fixed
