"""Here we hold one answer to the main promise: the law comes first, with a model, without one, and with a broken one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from features.report import NOTHING_KNOWN, Event, Known, Report, ReportedConcern, to_plain
from features.themes import ACUTE
from triage.assessment import Assessment
from triage.bundle import Bundle, load_bundle
from triage.digest import digest
from triage.errors import BundleRefused
from triage.findings import Verdict
from triage.judge import assess, assess_json, known_before
from triage.lanes import Lane
from triage.law import Law
from triage.queue import rank
from triage.venn_abers import VennAbers

Pair = tuple[Report, Known]
thorough = settings(max_examples=120, deadline=None, database=None, derandomize=True)
some = settings(max_examples=80, deadline=None, database=None, derandomize=True)

SAID = {
    "report_id": "r1", "child_id": "c1", "unit": "north", "referral_type": "child_concern_report", "reporter": "school",
    "concerns": [{"concern": "witnessed_violence", "primary": True, "perpetrator": "close_person"}],
}  # fmt: skip
SOSFS = "6 kap. 1 § 2 Socialstyrelsens föreskrifter SOSFS 2014:4"
HSLF = "Socialstyrelsens föreskrifter HSLF-FS 2022:39 (kapitel och paragraf inte verifierade)"
OLD, NEW = "11 kap. 1 a § andra stycket socialtjänstlagen (2001:453)", "20 kap. 2 § socialtjänstlagen (2025:400)"
FLAT = VennAbers((), (0.4,), (), (0.45,))
BEFORE = ["2013-01-01", "2013-06-15", "2014-09-30"]
DAYS = [
    # received     duty   since         screening cited  due (next day)  due (14 days)
    ("2014-10-01", SOSFS, "2014-10-01", OLD, "2014-10-02", "2014-10-15"),
    ("2022-10-31", SOSFS, "2014-10-01", OLD, "2022-11-01", "2022-11-14"),
    ("2022-11-01", HSLF, "2022-11-01", OLD, "2022-11-02", "2022-11-15"),
    ("2025-06-30", HSLF, "2022-11-01", OLD, "2025-07-01", "2025-07-14"),
    ("2025-07-01", HSLF, "2022-11-01", NEW, "2025-07-02", "2025-07-15"),
    ("2026-01-15", HSLF, "2022-11-01", NEW, "2026-01-16", "2026-01-29"),
]


def as_json(day: str, **changes: object) -> str:
    return json.dumps(SAID | {"received_at": f"{day}T09:00:00+01:00"} | changes)


def law_part(answer: Assessment) -> str:
    """Give what a model must not touch, byte for byte."""
    plain = answer.to_dict()
    return json.dumps([plain["findings"], plain["deadlines"], plain["questions"], plain["problems"]])


# ---------------------------------------------------------------- it is done when: number 2


def check_the_main_promise(bundle: Bundle | BundleRefused | None, law: Law) -> list[Assessment]:
    answers = []
    for day, duty, since, cited, protect_by, decide_by in DAYS:
        answer = assess_json(as_json(day), NOTHING_KNOWN, bundle, law)
        plain = answer.to_dict()
        (met,) = (finding for finding in plain["findings"] if finding["code"] == "witnessed_violence")
        assert (plain["status"], plain["lane"]) == ("assessed", "mandated")
        assert plain["lane_reasons"][0]["code"] == "witnessed_violence"
        assert met["verdict"] == "met"
        assert (
            met["citation"] | {"reference": duty, "certainty": "secondary", "in_force_from": since} == met["citation"]
        )
        assert met["citation"]["href"].startswith("http")
        due = {deadline["code"]: deadline for deadline in plain["deadlines"]}
        assert {code: deadline["due"] for code, deadline in due.items()} == {
            "protection_assessment": protect_by, "screening": decide_by
        }  # fmt: skip
        assert due["screening"]["citation"]["reference"] == cited
        assert due["protection_assessment"]["citation"]["reference"] == "prop. 2012/13:10 s. 60"
        answers.append(answer)
    return answers


def test_witnessed_violence_is_mandated_without_a_bundle(law: Law) -> None:
    assert {answer.model.state for answer in check_the_main_promise(None, law)} == {"absent"}


def test_witnessed_violence_is_mandated_with_a_bundle_broken_in_any_way(law: Law, broken_bundle: BundleRefused) -> None:
    answers = check_the_main_promise(broken_bundle, law)
    assert {answer.model.state for answer in answers} <= {"broken", "refused"}
    assert {answer.model.why.code for answer in answers if answer.model.why} == {broken_bundle.code}


def test_witnessed_violence_is_mandated_when_the_model_fails_while_scoring(law: Law, bad_explainer: Bundle) -> None:
    answers = check_the_main_promise(bad_explainer, law)
    assert {(answer.model.state, answer.score) for answer in answers} == {("broken", None)}


def test_witnessed_violence_is_mandated_when_the_model_scores_it_lowest_of_all(
    law: Law, bundle: Bundle, a_report: Callable[..., Report]
) -> None:
    scores = [answer.score for answer in check_the_main_promise(bundle, law) if answer.score]
    lowest = max(score.margin for score in scores)
    others = [
        assess(a_report(name, reporter=who), NOTHING_KNOWN, bundle, law)
        for name in ("neglect", "school_absence", "custody_conflict", "parent_crime", "other", "physical_abuse")
        for who in ("school", "police", "parent")
    ]
    assert all(answer.score is not None and answer.score.margin > lowest for answer in others)
    assert max(score.probability for score in scores) < 0.05


def test_the_limit_runs_through_the_margin_although_all_reports_share_one_estimate(
    law: Law, bundle: Bundle, a_report: Callable[..., Report]
) -> None:
    known = dict.fromkeys(ACUTE, "no")
    grave = a_report("neglect", report_id="grave", **known)
    slight = a_report("parent_crime", report_id="slight", received_at="2025-08-31T09:00:00+02:00", **known)
    first, second = (assess(one, NOTHING_KNOWN, bundle, law).score for one in (grave, slight))
    assert first is not None
    assert second is not None
    assert first.margin > second.margin

    def asked(limit: float) -> list[Assessment]:
        facts = replace(bundle.facts, calibration=FLAT, prioritise_margin=limit, prioritise_at=0.45 / 1.05)
        return [assess(one, NOTHING_KNOWN, replace(bundle, facts=facts), law) for one in (grave, slight)]

    between = asked((first.margin + second.margin) / 2)
    assert len({answer.score and answer.score.probability for answer in between}) == 1
    assert [answer.lane for answer in between] == [Lane.PRIORITISE, Lane.USUAL]
    both = asked(second.margin)
    assert [answer.lane for answer in both] == [Lane.PRIORITISE, Lane.PRIORITISE]
    assert [answer.report_id for answer in rank(both[::-1])] == ["grave", "slight"]


@pytest.mark.parametrize("day", BEFORE)
def test_before_the_regulation_there_is_no_such_duty_and_a_person_reads_first(law: Law, day: str) -> None:
    answer = assess_json(as_json(day), NOTHING_KNOWN, None, law)
    assert {finding.code for finding in answer.findings}.isdisjoint({"witnessed_violence", "violence_by_close_person"})
    assert answer.lane is Lane.PERSON_FIRST
    assert [deadline.code for deadline in answer.deadlines] == ["protection_assessment", "screening"]


# ---------------------------------------------------------------- the law does not see the model


@some
@given(data=st.data())
def test_findings_are_the_same_with_the_model_on_off_and_refused(
    law: Law, bundle: Bundle, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    off = law_part(assess(report, known, None, law))
    assert law_part(assess(report, known, bundle, law)) == off
    assert law_part(assess(report, known, BundleRefused(), law)) == off


@settings(max_examples=15, deadline=None, database=None, derandomize=True)
@given(data=st.data())
def test_findings_are_the_same_with_a_model_that_fails(
    law: Law, bad_explainer: Bundle, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    assert law_part(assess(report, known, bad_explainer, law)) == law_part(assess(report, known, None, law))


@some
@given(data=st.data())
def test_a_score_never_gives_a_lower_lane_than_the_law_alone(
    law: Law, bundle: Bundle, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    answer = assess(report, known, bundle, law)
    codes = {reason.code for reason in answer.lane_reasons}
    demanded = [finding for finding in answer.duties() if finding.code in codes]
    if demanded or "cannot_tell" in codes:
        assert answer.lane.place <= Lane.PERSON_FIRST.place
    if answer.score is None:
        assert answer.lane.place <= Lane.PERSON_FIRST.place
    no_model = assess(report, known, None, law)
    assert no_model.lane.place <= Lane.PERSON_FIRST.place
    by_law = {Lane.PROTECT_NOW, Lane.MANDATED}
    assert (answer.lane in by_law or no_model.lane in by_law) <= (answer.lane is no_model.lane)


# ---------------------------------------------------------------- when the model may not speak


def test_a_unit_the_model_was_not_trained_on_is_refused(
    law: Law, bundle: Bundle, a_report: Callable[..., Report]
) -> None:
    answer = assess(a_report("neglect", unit="elsewhere"), NOTHING_KNOWN, bundle, law)
    assert (answer.model.state, answer.model.why and answer.model.why.code) == ("refused", "unit_not_trained")
    assert (answer.score, answer.lane) == (None, Lane.PERSON_FIRST)


ABSTAINS = [
    (("not_stated",), Known(), "no_concern"),
    ((), Known(), "no_concern"),
    (("neglect",), Known(complete=False), "history_incomplete"),
]


@pytest.mark.parametrize(("concerns", "known", "why"), ABSTAINS)
def test_the_model_abstains_where_it_is_told_too_little(
    law: Law, bundle: Bundle, a_report: Callable[..., Report], concerns: tuple[str, ...], known: Known, why: str
) -> None:
    answer = assess(a_report(*concerns), known, bundle, law)
    assert (answer.model.state, answer.model.why and answer.model.why.code) == ("abstains", why)
    assert (answer.score, answer.lane) == (None, Lane.PERSON_FIRST)


EXPIRY = [
    ("2025-12-31T23:59:59+01:00", None),
    ("2025-12-31T22:59:59+00:00", None),
    ("2025-12-31T23:00:00+00:00", "approval_expired"),  # midnight in Sweden
    ("2026-01-01T00:00:00+01:00", "approval_expired"),
    ("2030-06-01T00:00:00+02:00", "approval_expired"),
]


@pytest.mark.parametrize(("received", "why"), EXPIRY)
def test_an_approval_ends_with_its_last_day_and_the_rules_go_on(
    law: Law, a_bundle: Path, approve: Callable[..., Path], witnessed: Report, received: str, why: str | None
) -> None:
    answer = assess(
        replace(witnessed, received_at=dt.datetime.fromisoformat(received)),
        NOTHING_KNOWN,
        load_bundle(approve(a_bundle)),
        law,
    )
    assert answer.model.state == ("scored" if why is None else "refused")
    assert (answer.model.why and answer.model.why.code) == why
    assert (answer.lane, answer.duties()[0].code) == (Lane.MANDATED, "witnessed_violence")


def test_a_unit_the_board_did_not_name_is_refused(
    law: Law, a_bundle: Path, approve: Callable[..., Path], a_report: Callable[..., Report]
) -> None:
    approved = load_bundle(approve(a_bundle))
    told = {
        unit: assess(a_report("neglect", unit=unit), NOTHING_KNOWN, approved, law).model for unit in ("north", "south")
    }
    assert told["north"].state == "scored"
    assert (told["south"].state, told["south"].why and told["south"].why.code) == ("refused", "unit_not_approved")


def test_an_evaluation_marks_every_score(law: Law, bundle: Bundle, a_report: Callable[..., Report]) -> None:
    answer = assess(a_report("neglect"), NOTHING_KNOWN, bundle, law)
    assert answer.to_dict()["model"] == {"state": "scored", "why": None, "purpose": "evaluation", "outside": []}
    assert "evaluation_only" in {remark.code for remark in answer.remarks}


def test_a_use_is_not_marked_as_evaluation(
    law: Law, a_bundle: Path, approve: Callable[..., Path], a_report: Callable[..., Report]
) -> None:
    answer = assess(a_report("neglect"), NOTHING_KNOWN, load_bundle(approve(a_bundle)), law)
    assert answer.model.purpose == "use"
    assert "evaluation_only" not in {remark.code for remark in answer.remarks}


@some
@given(data=st.data())
def test_every_answer_says_that_a_person_decides(
    law: Law, bundle: Bundle, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    answer = assess(report, known, data.draw(st.sampled_from([None, bundle, BundleRefused()])), law)
    codes = [remark.code for remark in answer.remarks]
    assert codes[0] == "person_decides"
    assert ("reasons_are_not_causes" in codes) == ("what_the_interval_is" in codes) == (answer.score is not None)
    before = known_before(report, known)
    empty = not (before.reports or before.events or before.instruments)
    assert ("nothing_known" in codes) == (known.complete and empty)


# ---------------------------------------------------------------- known then


@some
@given(data=st.data())
def test_what_is_recorded_later_or_of_other_children_changes_nothing(
    law: Law, bundle: Bundle, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    answer = assess(report, known, bundle, law).to_json()
    assert assess(report, known_before(report, known), bundle, law).to_json() == answer
    later = report.received_at + dt.timedelta(seconds=data.draw(st.integers(0, 10**6)))
    more = [replace(event, recorded_at=later) for event in known.events]
    others = [replace(event, child_id="c9") for event in known.events]
    again = replace(report, report_id="again")
    grown = replace(known, events=(*others, *known.events, *more), reports=(*known.reports, report, again))
    assert assess(report, grown, bundle, law).to_json() == answer


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_withdrawal_that_came_later_changes_nothing(
    law: Law, bundle: Bundle, a_report: Callable[..., Report], an_event: Callable[..., Event], days: int
) -> None:
    report = a_report("neglect")
    event = an_event("investigation_opened", "2025-08-01T09:00:00+02:00")
    gone = replace(event, withdrawn_at=report.received_at + dt.timedelta(days=days))
    assert assess(report, Known(events=(gone,)), bundle, law) == assess(report, Known(events=(event,)), bundle, law)


@thorough
@given(data=st.data())
def test_the_digest_depends_on_neither_offset_nor_order(pairs: st.SearchStrategy[Pair], data: st.DataObject) -> None:
    report, known = data.draw(pairs)
    known = known_before(report, known)
    zone = dt.timezone(dt.timedelta(minutes=data.draw(st.integers(-700, 800))))
    moved = replace(
        report,
        received_at=report.received_at.astimezone(zone),
        concerns=tuple(data.draw(st.permutations(report.concerns))),
    )
    turned = Known(
        reports=tuple(data.draw(st.permutations(known.reports))),
        events=tuple(
            replace(e, recorded_at=e.recorded_at.astimezone(zone)) for e in data.draw(st.permutations(known.events))
        ),
        instruments=known.instruments[::-1],
        complete=known.complete,
    )
    assert digest(moved, turned) == digest(report, known)


CHANGES: list[dict[str, object]] = [
    {"report_id": "r9"}, {"child_id": "c9"}, {"unit": "south"}, {"birth_month": "2015-01"}, {"household_id": "h"},
    {"received_at": dt.datetime(2025, 9, 1, 7, 0, 1, tzinfo=dt.UTC)}, {"concerns": ()},
]  # fmt: skip


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_the_digest_depends_on_everything_the_report_says(witnessed: Report, changes: dict[str, Any]) -> None:
    assert digest(replace(witnessed, **changes), NOTHING_KNOWN) != digest(witnessed, NOTHING_KNOWN)


def test_the_digest_depends_on_what_was_known(witnessed: Report, an_event: Callable[..., Event]) -> None:
    event = an_event("investigation_opened", "2025-08-01T09:00:00+02:00")
    histories = [Known(), Known(complete=False), Known(events=(event,)), Known(events=(replace(event, case_id="k2"),))]
    assert len({digest(witnessed, known) for known in histories}) == len(histories)


def test_the_same_question_gives_the_same_bytes(law: Law, bundle: Bundle, witnessed: Report) -> None:
    one, two = (assess(witnessed, NOTHING_KNOWN, bundle, law) for _ in range(2))
    assert one == two
    assert one.to_json() == two.to_json()


# ---------------------------------------------------------------- what could not be read


def test_before_the_first_law_a_report_is_set_aside_with_the_reason(
    law: Law, bundle: Bundle, witnessed: Report
) -> None:
    early = replace(witnessed, received_at=dt.datetime(2001, 12, 31, 22, 59, tzinfo=dt.UTC))
    answer = assess(early, NOTHING_KNOWN, bundle, law)
    assert (answer.status, answer.lane, answer.report_id, answer.child_id) == (
        "set_aside",
        Lane.PERSON_FIRST,
        "r1",
        "c1",
    )
    assert [problem.code for problem in answer.problems] == ["before_the_law"]
    assert (answer.findings, answer.score) == ((), None)
    in_sweden = replace(witnessed, received_at=dt.datetime(2001, 12, 31, 23, 0, tzinfo=dt.UTC))
    assert assess(in_sweden, NOTHING_KNOWN, bundle, law).status == "assessed"


@pytest.mark.parametrize("birth_month", [None, "2010-01"])
@pytest.mark.parametrize(
    "received", ["0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59Z", "9999-12-25T12:00:00Z", "1066-10-14T09:00:00Z"]
)
def test_a_time_at_the_end_of_the_calendar_is_set_aside(law: Law, received: str, birth_month: str | None) -> None:
    text = json.dumps(SAID | {"received_at": received, "birth_month": birth_month})
    answer = assess_json(text, NOTHING_KNOWN, None, law)
    assert (answer.status, answer.lane) == ("set_aside", Lane.PERSON_FIRST)
    assert answer.problems
    answer.to_json()


EDGES = [dt.datetime.max.replace(tzinfo=dt.UTC), dt.datetime(9999, 12, 25, tzinfo=dt.UTC),
         dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=2)))]  # fmt: skip


@pytest.mark.parametrize("received", EDGES, ids=str)
def test_a_record_with_a_time_at_the_end_of_the_calendar_is_set_aside_too(
    law: Law, bundle: Bundle, witnessed: Report, received: dt.datetime
) -> None:
    answer = assess(replace(witnessed, received_at=received), NOTHING_KNOWN, bundle, law)
    assert (answer.status, answer.lane, answer.score) == ("set_aside", Lane.PERSON_FIRST, None)
    assert {problem.code for problem in answer.problems} <= {"not_a_time", "before_the_law"}
    answer.to_json()


@pytest.mark.parametrize("error", [OverflowError, RecursionError])
def test_a_door_that_fails_on_a_text_gives_an_answer_all_the_same(
    law: Law, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("triage.judge.parse_report", fail)
    answer = assess_json(as_json("2025-09-01"), NOTHING_KNOWN, None, law)
    assert (answer.status, answer.lane) == ("set_aside", Lane.MANDATED)
    assert [problem.code for problem in answer.problems] == ["unreadable"]


GARBAGE: list[str | bytes] = [
    "", "null", "[]", "3", '"x"', "{", "{}", "not json", "\ufeff{}", b"\xff\xfe\x00", b"\x00" * 50, "NaN",
    "[" * 100_000, '{"a":' * 3000 + "1" + "}" * 3000, '{"report_id": "\\ud800"}', '{"\\ud800": {"x": "880320-0016"}}',
    '{"received_at": 1e400}', '{"received_at": NaN, "concerns": [NaN, {"concern": NaN}]}', '{"concerns": "abc"}',
    '{"concerns": {"a": 1}}', '{"received_at": "2025-09-01T09:00:00+02:00", "concerns": [1, null, "x", [], {}]}',
    '{"received_at": ' + "9" * 5000 + "}",
]  # fmt: skip


@pytest.mark.parametrize("text", GARBAGE, ids=lambda text: repr(text[:20]))
def test_garbage_comes_out_set_aside_for_a_person(law: Law, bundle: Bundle, text: str | bytes) -> None:
    answer = assess_json(text, NOTHING_KNOWN, bundle, law)
    assert (answer.status, answer.score) == ("set_aside", None)
    assert answer.lane.place <= Lane.PERSON_FIRST.place
    assert answer.problems
    assert answer.to_json().encode()


UNREADABLE_FIELDS = [
    ("report_id", "has space"), ("child_id", ""), ("unit", 3), ("referral_type", "phone"), ("reporter", "polisen"),
    ("birth_month", "2015"), ("birth_month", "2040-01"), ("anonymous", True), ("injury_now", "maybe"), ("more", 1),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), UNREADABLE_FIELDS)
def test_a_rule_still_fires_on_what_of_a_broken_report_can_be_read(
    law: Law, bundle: Bundle, field: str, value: object
) -> None:
    answer = assess_json(as_json("2025-09-01", **{field: value}), NOTHING_KNOWN, bundle, law)
    assert (answer.status, answer.lane, answer.score) == ("set_aside", Lane.MANDATED, None)
    assert [problem.column for problem in answer.problems] == [field]
    assert answer.questions[0].code == "unreadable"
    assert {reason.code for reason in answer.lane_reasons} >= {"witnessed_violence", "set_aside"}
    assert [deadline.code for deadline in answer.deadlines] == ["protection_assessment", "screening"]


def test_a_report_whose_time_cannot_be_read_shows_what_is_wrong(law: Law) -> None:
    answer = assess_json(as_json("2025-09-01", received_at="yesterday"), NOTHING_KNOWN, None, law)
    assert (answer.status, answer.received_at, answer.lane) == ("set_aside", None, Lane.PERSON_FIRST)
    assert [problem.column for problem in answer.problems] == ["received_at"]


NUMBER = "880320-0016"


@pytest.mark.parametrize(
    "changes",
    [{"report_id": NUMBER}, {"child_id": NUMBER}, {"unit": NUMBER}, {"note": f"ring {NUMBER}"}, {NUMBER: 1},
     {"concerns": [{"concern": NUMBER}]}, {"birth_month": NUMBER}, {"received_at": NUMBER}],
    ids=str,
)  # fmt: skip
def test_a_personal_identity_number_is_refused_and_never_shown(law: Law, changes: dict[str, object]) -> None:
    answer = assess_json(as_json("2025-09-01", **changes), NOTHING_KNOWN, None, law)
    assert "personal_number" in {problem.code for problem in answer.problems}
    for shown in (answer.to_json(), repr(answer), answer._repr_html_(), answer.frame().to_csv()):
        assert NUMBER not in shown


@some
@given(data=st.data(), field=st.sampled_from(["reporter", "unit", "injury_now", "report_id"]))
def test_a_broken_report_is_never_below_a_person_s_first_look(
    law: Law, bundle: Bundle, reports: st.SearchStrategy[Report], data: st.DataObject, field: str
) -> None:
    report = data.draw(reports)
    text = json.dumps(to_plain(report) | {field: "?? not a code"})
    whole, broken = assess(report, NOTHING_KNOWN, bundle, law), assess_json(text, NOTHING_KNOWN, bundle, law)
    assert (broken.status, broken.score) == ("set_aside", None)
    assert broken.lane.place <= Lane.PERSON_FIRST.place
    if field in {"unit", "report_id"}:
        assert [f.to_dict() for f in broken.findings] == [f.to_dict() for f in whole.findings]


def test_a_sound_report_in_json_is_the_report(law: Law, bundle: Bundle, a_report: Callable[..., Report]) -> None:
    report = a_report("neglect", "physical_abuse", injury_now="yes", birth_month="2014-05")
    assert assess_json(json.dumps(to_plain(report)), NOTHING_KNOWN, bundle, law) == assess(
        report, NOTHING_KNOWN, bundle, law
    )


def test_versions_say_what_the_answer_was_made_with(law: Law, bundle: Bundle, witnessed: Report) -> None:
    on, off = (assess(witnessed, NOTHING_KNOWN, one, law).versions for one in (bundle, None))
    assert (on.law, on.bundle, on.features) == (law.fingerprint, bundle.digest, bundle.facts.features_fingerprint)
    assert (off.law, off.bundle, off.features) == (law.fingerprint, None, None)


def test_a_question_is_asked_once(
    law: Law, a_report: Callable[..., Report], a_concern: Callable[..., ReportedConcern]
) -> None:
    vague = a_concern("physical_abuse")
    answer = assess(a_report(vague, vague, "not_stated"), NOTHING_KNOWN, None, law)
    codes = [question.code for question in answer.questions]
    assert len(codes) == len(set(codes))
    assert {"who_acted", "saw_or_heard", "what_concern", "how_old"} <= set(codes)
    assert Verdict.CANNOT_TELL in {finding.verdict for finding in answer.findings}
