"""Here we hold the batch to losing nobody: every row comes out, and each as if it had been asked alone."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from features.cases import Cases
from features.records import records
from features.report import parse_known, parse_report, to_plain
from triage.assessment import Assessment
from triage.batch import assess_all
from triage.bundle import Bundle
from triage.errors import BundleRefused
from triage.findings import Verdict
from triage.judge import assess, known_before
from triage.lanes import Lane
from triage.law import Law
from triage.queue import rank

Frames = dict[str, pd.DataFrame]
NUMBER = "880320-0016"


@pytest.fixture(scope="module")
def cases(town: Frames) -> Cases:
    return Cases.from_frames(town)


@pytest.fixture(scope="module")
def answers(cases: Cases, bundle: Bundle, law: Law) -> tuple[Assessment, ...]:
    return assess_all(cases, bundle, law)


def by_key(answers: tuple[Assessment, ...]) -> dict[tuple[str, str], Assessment]:
    return {(answer.report_id, answer.child_id): answer for answer in answers}


# ---------------------------------------------------------------- one by one


def test_a_batch_answers_every_report_as_if_it_had_been_asked_alone(
    cases: Cases, answers: tuple[Assessment, ...], bundle: Bundle, law: Law
) -> None:
    held = records(cases)
    assert [(answer.report_id, answer.child_id) for answer in answers] == list(held.reports)
    for answer in answers:
        report = held.reports[answer.report_id, answer.child_id]
        known = known_before(report, held.known(report))
        through_json = parse_report(json.dumps(to_plain(report))), parse_known(json.dumps(to_plain(known)))
        assert assess(*through_json, bundle, law).to_json() == answer.to_json()


def test_the_town_is_of_use_to_these_tests(answers: tuple[Assessment, ...]) -> None:
    assert len(answers) > 700
    assert {answer.lane for answer in answers} == set(Lane)
    states = Counter(answer.model.state for answer in answers)
    assert states["scored"] > 300
    assert states["refused"] > 20


def test_every_answer_of_the_town_follows_the_schema(
    answers: tuple[Assessment, ...], validator: Draft202012Validator
) -> None:
    for answer in answers[::7]:
        validator.validate(json.loads(answer.to_json()))


def test_a_unit_outside_the_bundle_is_refused_and_only_that(answers: tuple[Assessment, ...]) -> None:
    for answer in answers:
        assert (answer.model.state == "refused") == (answer.unit == "syn-unit-6")


def say(answer: Assessment, any_order_of_concerns: bool) -> str:
    """Write an answer; which concern is number 0 may be left out, because the table's order numbers them."""
    plain = answer.to_dict()
    if any_order_of_concerns:
        for finding in plain["findings"]:
            finding["values_read"] = sorted(f"{row['value']} {row['decisive']}" for row in finding["values_read"])
            finding["questions"].sort(key=str)
        plain["questions"].sort(key=str)
    return json.dumps(plain)


def test_order_of_rows_threads_and_company_change_no_answer(
    town: Frames, cases: Cases, answers: tuple[Assessment, ...], bundle: Bundle, law: Law
) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=5).reset_index(drop=True) for name, frame in town.items()}
    expected = {key: answer.to_json() for key, answer in by_key(answers).items()}
    for tables in ({**shuffled, "concerns": town["concerns"]}, shuffled):
        again = by_key(assess_all(Cases.from_frames(tables), bundle, law, threads=2))
        assert {key: say(answer, tables is shuffled) for key, answer in again.items()} == {
            key: say(answer, tables is shuffled) for key, answer in by_key(answers).items()
        }
    asked = list(expected)[::50]
    few = assess_all(cases, bundle, law, only=asked)
    assert {key: answer.to_json() for key, answer in by_key(few).items()} == {key: expected[key] for key in asked}


@pytest.mark.parametrize("off", [None, BundleRefused()], ids=["none", "refused"])
def test_findings_are_the_same_without_a_model(
    cases: Cases, answers: tuple[Assessment, ...], law: Law, off: BundleRefused | None
) -> None:
    silent = assess_all(cases, off, law)
    assert [one.to_dict()["findings"] for one in silent] == [one.to_dict()["findings"] for one in answers]
    assert {one.lane for one in silent}.isdisjoint({Lane.USUAL, Lane.PRIORITISE})


def test_a_batch_whose_scoring_fails_still_gives_every_finding(
    cases: Cases, answers: tuple[Assessment, ...], bad_explainer: Bundle, law: Law
) -> None:
    asked = [(answer.report_id, answer.child_id) for answer in answers][::20]
    failed = assess_all(cases, bad_explainer, law, only=asked)
    expected = by_key(answers)
    assert len(failed) == len(asked)
    for answer in failed:
        same = expected[answer.report_id, answer.child_id]
        assert answer.to_dict()["findings"] == same.to_dict()["findings"]
        assert (answer.score, answer.lane.place <= Lane.PERSON_FIRST.place) == (None, True)
        assert answer.model.state == ("broken" if same.model.state == "scored" else same.model.state)


def test_rows_that_cannot_be_built_do_not_take_the_findings_with_them(
    cases: Cases, answers: tuple[Assessment, ...], bundle: Bundle, law: Law, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("triage.batch.build", fail)
    asked = [(answers[3].report_id, answers[3].child_id)]
    (answer,) = assess_all(cases, bundle, law, only=asked)
    assert answer.to_dict()["findings"] == answers[3].to_dict()["findings"]
    assert answer.score is None


def test_the_caller_is_told_how_far_it_is(cases: Cases, law: Law) -> None:
    told: list[tuple[int, int]] = []
    asked = list(records(cases).reports)[:5]
    assess_all(cases, None, law, only=asked, done=lambda now, of: told.append((now, of)))
    assert told == [(number, 5) for number in range(1, 6)]


def test_an_empty_folder_gives_no_answers(bundle: Bundle, law: Law) -> None:
    assert assess_all(Cases.from_frames({}), bundle, law) == ()


# ---------------------------------------------------------------- broken rows of ten kinds

ROW = {"report_id": "b", "child_id": "bc", "received_at": "2025-09-01T09:00:00+02:00", "unit": "north",
       "referral_type": "child_concern_report", "reporter": "school"}  # fmt: skip
CONCERN = {"report_id": "b", "child_id": "bc", "concern": "witnessed_violence", "primary": "true",
           "perpetrator": "close_person"}  # fmt: skip
EVENT = {"event_id": "be", "child_id": "bc", "kind": "contact", "happened_at": "2025-08-01T09:00:00+02:00",
         "recorded_at": "2025-08-01T09:00:00+02:00", "detail": "school"}  # fmt: skip
KINDS: dict[str, tuple[dict[str, object], str, Lane]] = {
    # what is wrong → problem, the lane by what can still be read
    "reporter is no code": ({"reporter": "polisen"}, "unknown_code", Lane.MANDATED),
    "kind is no code": ({"referral_type": "phone"}, "unknown_code", Lane.MANDATED),
    "a fact is no code": ({"injury_now": "maybe"}, "unknown_code", Lane.MANDATED),
    "unit is missing": ({"unit": None}, "missing", Lane.MANDATED),
    "birth after report": ({"birth_month": "2025-10"}, "birth_after_report", Lane.MANDATED),
    "birth is no month": ({"birth_month": "2015"}, "not_a_month", Lane.MANDATED),
    "a personal number": ({"household_id": NUMBER}, "personal_number", Lane.MANDATED),
    "no offset": ({"received_at": "2025-09-01T09:00:00"}, "naive_time", Lane.PERSON_FIRST),
    "no time at all": ({"received_at": "yesterday"}, "not_a_time", Lane.PERSON_FIRST),
    "time is missing": ({"received_at": None}, "missing", Lane.PERSON_FIRST),
    "before the law": ({"received_at": "2001-06-01T09:00:00+02:00"}, "before_the_law", Lane.PERSON_FIRST),
}


def small(
    *rows: dict[str, object],
    concerns: list[dict[str, object]] | None = None,
    events: list[dict[str, object]] | None = None,
) -> Cases:
    frames = {
        "reports": pd.DataFrame(list(rows)),
        "concerns": pd.DataFrame([CONCERN] if concerns is None else concerns),
        "events": pd.DataFrame(events or [EVENT]),
    }
    return Cases.from_frames(frames)


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_report_comes_out_with_the_reason_and_the_law_still_meets_it(
    law: Law, bundle: Bundle, kind: str
) -> None:
    changes, code, lane = KINDS[kind]
    (answer,) = assess_all(small(ROW | changes), bundle, law)
    assert (answer.report_id, answer.child_id, answer.status, answer.score) == ("b", "bc", "set_aside", None)
    assert code in {problem.code for problem in answer.problems}
    assert answer.lane is lane
    assert NUMBER not in answer.to_json()


@pytest.mark.parametrize(("field", "value"), [("report_id", "has space"), ("child_id", None), ("report_id", NUMBER)])
def test_a_report_whose_id_cannot_be_shown_comes_out_under_its_row(
    law: Law, bundle: Bundle, field: str, value: str | None
) -> None:
    (answer,) = assess_all(small(ROW | {field: value}), bundle, law)
    assert getattr(answer, field) == "#1"
    assert answer.lane.place <= Lane.PERSON_FIRST.place
    assert NUMBER not in answer.to_json()


def test_ten_kinds_of_broken_rows_among_a_town_lose_nobody(
    town: Frames, answers: tuple[Assessment, ...], bundle: Bundle, law: Law, validator: Draft202012Validator
) -> None:
    sound = town["reports"].assign(received_at=town["reports"]["received_at"].map(lambda at: at.isoformat()))
    broken = [
        ROW | changes | {"report_id": f"b{n}", "child_id": f"bc{n}"} for n, (changes, _, _) in enumerate(KINDS.values())
    ]
    again = sound.iloc[[0]].to_dict("records")
    mixed = pd.concat([sound.iloc[:300], pd.DataFrame([*broken, *again]), sound.iloc[300:]], ignore_index=True).astype(
        object
    )
    concerns = [CONCERN | {"report_id": f"b{n}", "child_id": f"bc{n}"} for n in range(len(broken))]
    both = pd.concat([town["concerns"].astype(object), pd.DataFrame(concerns)], ignore_index=True)
    cases = Cases.from_frames({**town, "reports": mixed, "concerns": both})
    out = assess_all(cases, bundle, law)

    assert len(out) == len(mixed) == cases.counts()["reports"]["handed_in"]
    names = Counter((answer.report_id, answer.child_id) for answer in out)
    assert names == Counter(zip(mixed["report_id"], mixed["child_id"], strict=True))
    aside = [answer for answer in out if answer.status == "set_aside"]
    assert len(aside) == len(broken) + 1
    for answer in aside:
        assert answer.problems
        assert answer.lane.place <= Lane.PERSON_FIRST.place
        validator.validate(json.loads(answer.to_json()))
    assert len(rank(out)) == len(out)
    untouched = {key: one.to_json() for key, one in by_key(answers).items() if key[1] != again[0]["child_id"]}
    alone = {key: one.to_json() for key, one in by_key(tuple(one for one in out if one.status == "assessed")).items()}
    assert {key: alone[key] for key in untouched} == untouched


# ---------------------------------------------------------------- broken concerns of a sound report

BROKEN_CONCERNS = [
    # what is broken in it → verdict on witnessed violence, lane
    ({"status": "surely"}, Verdict.MET, Lane.MANDATED),
    ({"exposure": "saw"}, Verdict.MET, Lane.MANDATED),
    ({"primary": "perhaps"}, Verdict.MET, Lane.MANDATED),
    ({"perpetrator": "dad"}, Verdict.CANNOT_TELL, Lane.PERSON_FIRST),
    ({"concern": "fights at home"}, Verdict.CANNOT_TELL, Lane.PERSON_FIRST),
    ({"concern": None}, Verdict.CANNOT_TELL, Lane.PERSON_FIRST),
    ({"report_id": "has space"}, Verdict.CANNOT_TELL, Lane.PERSON_FIRST),
    ({"child_id": None}, Verdict.CANNOT_TELL, Lane.PERSON_FIRST),
]
NEGLECT = CONCERN | {"concern": "neglect", "perpetrator": "not_applicable"}


@pytest.mark.parametrize(("changes", "verdict", "lane"), BROKEN_CONCERNS, ids=[str(row[0]) for row in BROKEN_CONCERNS])
def test_a_sound_report_with_a_broken_concern_is_judged_by_what_can_be_read_of_it(
    law: Law, bundle: Bundle, changes: dict[str, object], verdict: Verdict, lane: Lane
) -> None:
    (answer,) = assess_all(small(ROW, concerns=[NEGLECT, CONCERN | changes]), bundle, law)
    told = {finding.code: finding.verdict for finding in answer.findings}
    assert (answer.status, told["witnessed_violence"], answer.lane) == ("assessed", verdict, lane)
    assert answer.problems
    assert (answer.model.state, answer.model.why and answer.model.why.code) == ("abstains", "report_incomplete")
    assert answer.questions[0].code == "unreadable"


def test_a_broken_concern_of_another_child_changes_nothing(law: Law, bundle: Bundle) -> None:
    other = CONCERN | {"report_id": "z", "child_id": "zc", "status": "surely"}
    (alone,) = assess_all(small(ROW, concerns=[NEGLECT]), bundle, law)
    (beside,) = assess_all(small(ROW, concerns=[NEGLECT, other]), bundle, law)
    assert beside == alone
    assert alone.model.state == "scored"


@pytest.mark.parametrize("broken", [{"status": "surely"}, {"perpetrator": "dad"}, {"concern": "x"}], ids=str)
def test_a_broken_report_takes_its_broken_concerns_along(law: Law, bundle: Bundle, broken: dict[str, object]) -> None:
    (answer,) = assess_all(small(ROW | {"reporter": "x"}, concerns=[CONCERN | broken]), bundle, law)
    assert answer.lane is (Lane.MANDATED if "status" in broken else Lane.PERSON_FIRST)
    assert (answer.status, answer.score) == ("set_aside", None)


# ---------------------------------------------------------------- history that could not be read

UNREADABLE = [
    # an event of the child → the model abstains
    ({"kind": "met somebody"}, True),
    ({"recorded_at": "last week"}, True),
    ({"recorded_at": None}, True),
    ({"detail": "perhaps"}, True),
    ({"recorded_at": "2025-09-02T09:00:00+02:00", "detail": "perhaps"}, False),  # not known then anyhow
    ({"child_id": "other", "detail": "perhaps"}, False),
    ({}, False),
]


@pytest.mark.parametrize(("changes", "abstains"), UNREADABLE, ids=[str(row[0]) for row in UNREADABLE])
def test_where_history_could_not_be_read_the_model_abstains(
    law: Law, bundle: Bundle, changes: dict[str, object], abstains: bool
) -> None:
    facts = dict.fromkeys(
        ("injury_now", "afraid_to_go_home", "caregiver_incapable_now", "young_child_alone", "suicide_risk"), "no"
    )
    (answer,) = assess_all(small(ROW | facts, concerns=[NEGLECT], events=[EVENT | changes]), bundle, law)
    assert answer.status == "assessed"
    if abstains:
        assert (answer.model.state, answer.model.why and answer.model.why.code) == ("abstains", "history_incomplete")
        assert answer.lane is Lane.PERSON_FIRST
    else:
        assert answer.model.state == "scored"
        assert answer.lane in {Lane.USUAL, Lane.PRIORITISE}


def test_an_earlier_report_that_could_not_be_read_makes_the_model_abstain(law: Law, bundle: Bundle) -> None:
    earlier = ROW | {"report_id": "e", "received_at": "2025-01-01T09:00:00+01:00", "reporter": "x"}
    later = ROW | {"report_id": "l", "received_at": "2025-12-01T09:00:00+01:00", "reporter": "x"}
    for other, state in ((earlier, "abstains"), (later, "scored")):
        told = by_key(assess_all(small(ROW, other, concerns=[NEGLECT]), bundle, law))
        assert told["b", "bc"].model.state == state


def test_a_closing_that_could_not_be_read_leaves_the_decision_s_deadline_standing(law: Law) -> None:
    opened = EVENT | {"event_id": "o", "kind": "investigation_opened", "detail": None, "case_id": "k1"}
    closed = EVENT | {"event_id": "c", "kind": "investigation_closed", "detail": "??", "case_id": "k1"}
    (answer,) = assess_all(small(ROW, events=[opened, closed]), None, law)
    told = {finding.code: finding.verdict for finding in answer.findings}
    assert told["screening"] is Verdict.CANNOT_TELL
    assert {deadline.code: deadline.due for deadline in answer.deadlines}["screening"] == dt.date(2025, 9, 15)
    assert "is_it_ongoing" in {question.code for question in answer.questions}


@pytest.mark.parametrize("received", ["9999-12-31T23:59:59Z", "9999-12-25T09:00:00Z", "1066-10-14T09:00:00Z"])
def test_a_time_at_the_end_of_the_calendar_stops_no_batch(law: Law, bundle: Bundle, received: str) -> None:
    rows = [ROW | {"report_id": "odd", "child_id": "odd", "received_at": received}, ROW]
    told = by_key(assess_all(small(*rows, concerns=[NEGLECT]), bundle, law))
    assert told["odd", "odd"].status == "set_aside"
    assert told["b", "bc"].model.state == "scored"


def test_an_answer_of_a_use_is_not_changed_by_others_that_are_refused(
    law: Law, bundle: Bundle, a_report: Callable[..., Any]
) -> None:
    rows = [ROW, ROW | {"report_id": "z", "child_id": "z", "unit": "elsewhere"}]
    told = by_key(
        assess_all(small(*rows, concerns=[NEGLECT, NEGLECT | {"report_id": "z", "child_id": "z"}]), bundle, law)
    )
    assert (told["b", "bc"].model.state, told["z", "z"].model.state) == ("scored", "refused")
    assert replace(told["b", "bc"]) == told["b", "bc"]
