"""Here we hold the clocks to small folders written by hand: what is due, late or done, by which law, and nothing lost."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd
import pytest

from features.cases import Cases
from features.report import local_time
from triage.clocks import DUTIES, Clock, Clocks, clocks
from triage.guidance import add_months
from triage.law import Law
from triage.rulings import rule_all

SEPTEMBER = "2025-09-01T09:00:00+02:00"


def when(text: str) -> dt.datetime:
    """Read a moment; a bare day is nine in the morning in Swedish winter time."""
    return dt.datetime.fromisoformat(text if "T" in text else f"{text}T09:00:00+01:00")


def report(name: str = "r1", at: str = SEPTEMBER, child: str = "c1", **fields: Any) -> dict[str, Any]:
    plain = {"report_id": name, "child_id": child, "received_at": when(at), "unit": "north", "reporter": "school"}
    return plain | {"referral_type": "child_concern_report", "birth_month": None} | fields


def event(kind: str, at: str, name: str | None = "r1", *, child: str = "c1", **fields: Any) -> dict[str, Any]:
    details = {"protection_assessment": "not_needed", "screening_decided": "not_open"}
    details["investigation_closed"] = "closed_no_support"
    plain = {"child_id": child, "kind": kind, "report_id": name, "happened_at": when(at), "recorded_at": when(at)}
    moments = {key: when(value) for key, value in fields.items() if key.endswith("_at")}
    return plain | {"detail": details.get(kind), "case_id": None, "withdrawn_at": None} | fields | moments


Rows = list[dict[str, Any]]


def folder(reports: Rows, events: Rows | None = None) -> Cases:
    numbered = [{"event_id": f"e{number}"} | row for number, row in enumerate(events or ())]
    tables = {"reports": reports, "events": numbered}
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items() if rows}
    cases = Cases.from_frames(frames)
    assert not cases.set_aside, cases.problems()
    return cases


def read(law: Law, at: str, reports: Rows, events: Rows | None = None) -> Clocks:
    return clocks(folder(reports, events), law, when(at))


def of(found: Clocks, duty: str) -> list[Clock]:
    return [clock for clock in found.running if clock.duty == duty]


def only(found: Clocks, duty: str) -> Clock:
    (clock,) = of(found, duty)
    return clock


def count(found: Clocks, duty: str, **expected: int) -> None:
    nothing = {"running": 0, "late": 0, "ended": 0, "ended_late": 0, "never_recorded": 0}
    assert found.counts()[duty] == nothing | expected


# ---------------------------------------------------------------- preliminary assessment: fourteen days


@pytest.mark.parametrize(
    ("at", "left", "state"),
    [("2025-09-02", 13, "due"), ("2025-09-15", 0, "due"), ("2025-09-16", -1, "late"), ("2025-12-01", -77, "late")],
)
def test_a_preliminary_assessment_is_due_until_its_last_day_has_passed(
    law: Law, at: str, left: int, state: str
) -> None:
    found = read(law, at, [report()])
    clock = only(found, "screening")
    assert (clock.started, clock.due) == (dt.date(2025, 9, 1), dt.date(2025, 9, 15))
    assert (clock.days_left, clock.state, clock.report_id, clock.child_id) == (left, state, "r1", "c1")
    assert clock.provision.citation.reference == "20 kap. 2 § socialtjänstlagen (2025:400)"
    count(found, "screening", running=1, late=int(state == "late"))


@pytest.mark.parametrize(("decided", "late"), [("2025-09-15", 0), ("2025-09-15T23:59:59+02:00", 0), ("2025-09-16", 1)])
def test_a_decided_preliminary_assessment_has_no_clock_and_is_counted_in_time_or_late(
    law: Law, decided: str, late: int
) -> None:
    found = read(law, "2025-10-01", [report()], [event("screening_decided", decided)])
    assert of(found, "screening") == []
    count(found, "screening", ended=1, ended_late=late)


def test_a_decision_counts_from_when_it_was_made_and_only_once_it_was_recorded(law: Law) -> None:
    events = [event("screening_decided", "2025-09-10", recorded_at="2025-09-20")]
    assert only(read(law, "2025-09-18", [report()], events), "screening").state == "late"
    assert only(read(law, "2025-09-20", [report()], events), "screening").state == "late"  # the same instant
    count(read(law, "2025-09-21", [report()], events), "screening", ended=1)


def test_a_withdrawn_decision_lets_the_clock_run_again(law: Law) -> None:
    events = [event("screening_decided", "2025-09-10", withdrawn_at="2025-09-12")]
    count(read(law, "2025-09-11", [report()], events), "screening", ended=1)
    assert only(read(law, "2025-09-13", [report()], events), "screening").due == dt.date(2025, 9, 15)


def test_a_decision_on_a_sibling_or_on_another_report_stops_no_clock(law: Law) -> None:
    reports = [report(), report(child="c2"), report("r2")]
    found = read(law, "2025-09-12", reports, [event("screening_decided", "2025-09-10")])
    assert {(clock.report_id, clock.child_id) for clock in of(found, "screening")} == {("r1", "c2"), ("r2", "c1")}


def test_there_is_no_preliminary_assessment_for_an_application_or_beside_an_ongoing_investigation(law: Law) -> None:
    reports = [report(referral_type="application", reporter="parent"), report("r2", child="c2")]
    opened = event("investigation_opened", "2025-08-01", None, child="c2", case_id="k2")
    found = read(law, "2025-09-01T10:00:00+02:00", reports, [opened])
    assert of(found, "screening") == []
    assert len(of(found, "protection_assessment")) == 2


def test_a_report_received_later_than_the_moment_has_no_clock_yet(law: Law) -> None:
    assert read(law, SEPTEMBER, [report()]).running == ()
    assert len(read(law, "2025-09-01T09:00:01+02:00", [report()]).running) == 2


@pytest.mark.parametrize(
    ("received", "reference"),
    [
        ("2025-06-30T23:59:59+02:00", "11 kap. 1 a § andra stycket socialtjänstlagen (2001:453)"),
        ("2025-07-01T00:00:00+02:00", "20 kap. 2 § socialtjänstlagen (2025:400)"),
        ("2013-01-01", "11 kap. 1 a § andra stycket socialtjänstlagen (2001:453)"),
        ("2012-12-31", None),
        ("2001-12-31", None),
    ],
)
def test_a_clock_follows_the_law_of_the_day_on_which_it_started(law: Law, received: str, reference: str | None) -> None:
    found = of(read(law, "2025-07-02", [report(at=received)]), "screening")
    assert [clock.provision.citation.reference for clock in found] == ([reference] if reference else [])


@pytest.mark.parametrize(
    ("received", "at", "due", "left"),
    [
        ("2025-09-01T21:59:59+00:00", "2025-09-15T21:59:59+00:00", "2025-09-15", 0),
        ("2025-09-01T23:30:00+00:00", "2025-09-15T21:59:59+00:00", "2025-09-16", 1),
        ("2025-09-01T23:30:00+00:00", "2025-09-15T23:30:00+00:00", "2025-09-16", 0),
        ("2025-09-01T23:30:00+00:00", "2025-09-16T23:30:00+00:00", "2025-09-16", -1),
        ("2026-01-01T22:30:00+00:00", "2026-01-15T22:59:59+00:00", "2026-01-15", 0),
        ("2026-01-01T22:30:00+00:00", "2026-01-15T23:00:00+00:00", "2026-01-15", -1),
    ],
)
def test_days_are_swedish_days_in_summer_and_winter(law: Law, received: str, at: str, due: str, left: int) -> None:
    clock = only(read(law, at, [report(at=received)]), "screening")
    assert (clock.due.isoformat(), clock.days_left) == (due, left)


# ---------------------------------------------------------------- protection assessment: at the latest the day after


@pytest.mark.parametrize(("at", "left"), [("2025-09-01T12:00:00+02:00", 1), ("2025-09-02", 0), ("2025-09-03", -1)])
def test_a_protection_assessment_that_is_missing_is_due_the_day_after(law: Law, at: str, left: int) -> None:
    found = read(law, at, [report()])
    assert only(found, "protection_assessment").days_left == left
    count(found, "protection_assessment", running=1, late=int(left < 0))


@pytest.mark.parametrize("detail", ["needed", "not_needed"])
def test_a_protection_assessment_that_was_made_is_done_whatever_it_found(law: Law, detail: str) -> None:
    for day, late in (("2025-09-02", 0), ("2025-09-03", 1)):
        found = read(law, "2025-09-05", [report()], [event("protection_assessment", day, detail=detail)])
        assert of(found, "protection_assessment") == []
        count(found, "protection_assessment", ended=1, ended_late=late)


def test_a_protection_assessment_recorded_as_not_done_is_not_done(law: Law) -> None:
    found = read(law, "2025-09-05", [report()], [event("protection_assessment", "2025-09-02", detail="not_done")])
    assert only(found, "protection_assessment").state == "late"
    count(found, "protection_assessment", running=1, late=1)


@pytest.mark.parametrize("made", [[], [event("protection_assessment", "2025-09-02", detail="not_done")]])
def test_a_decided_report_without_a_protection_assessment_is_a_lack_in_the_records_and_no_clock(
    law: Law, made: Rows
) -> None:
    events = [*made, event("screening_decided", "2025-09-10", recorded_at="2025-09-11")]
    before, after = (read(law, at, [report()], events) for at in ("2025-09-10T12:00:00+01:00", "2025-09-12"))
    count(before, "protection_assessment", running=1, late=1)
    assert (after.running, after.never_recorded) == ((), 1)
    count(after, "protection_assessment", never_recorded=1)
    count(after, "screening", ended=1)


def test_a_decision_that_was_withdrawn_does_not_make_the_missing_assessment_a_lack(law: Law) -> None:
    events = [event("screening_decided", "2025-09-10", withdrawn_at="2025-09-11")]
    count(read(law, "2025-09-12", [report()], events), "protection_assessment", running=1, late=1)


def test_an_adult_of_21_or_a_report_before_the_duty_is_never_said_to_lack_a_protection_assessment(law: Law) -> None:
    reports = [report(birth_month="2004-01"), report("r2", at="2012-06-01", child="c2")]
    events = [
        event("screening_decided", "2025-09-10"),
        event("screening_decided", "2012-06-10", "r2", child="c2"),
    ]
    found = read(law, "2025-09-12", reports, events)
    count(found, "protection_assessment")


# ---------------------------------------------------------------- investigation: four calendar months


def opened(at: str, *, child: str = "c1", case: str | None = "k1", **fields: Any) -> dict[str, Any]:
    return event("investigation_opened", at, None, child=child, case_id=case, **fields)


def closed(
    at: str, *, kind: str = "investigation_closed", child: str = "c1", case: str | None = "k1"
) -> dict[str, Any]:
    return event(kind, at, None, child=child, case_id=case)


MONTHS = [
    ("2025-09-15", "2026-01-15"),
    ("2025-10-31", "2026-02-28"),  # the month has no 31st
    ("2025-10-30", "2026-02-28"),
    ("2025-10-28", "2026-02-28"),
    ("2023-10-31", "2024-02-29"),  # leap year
    ("2025-12-31", "2026-04-30"),
    ("2025-07-31", "2025-11-30"),
    ("2024-02-29", "2024-06-29"),
]


@pytest.mark.parametrize(("day", "due"), MONTHS)
def test_an_investigation_has_four_calendar_months(law: Law, day: str, due: str) -> None:
    clock = only(read(law, "2026-06-01", [report(at="2020-01-01")], [opened(day)]), "investigation_time")
    assert (clock.started.isoformat(), clock.due.isoformat(), clock.case_id) == (day, due, "k1")
    assert add_months(dt.date.fromisoformat(day), 4).isoformat() == due


@pytest.mark.parametrize(("at", "state"), [("2026-01-15", "due"), ("2026-01-16", "late")])
def test_an_investigation_past_its_four_months_is_late(law: Law, at: str, state: str) -> None:
    found = read(law, at, [report(at="2020-01-01")], [opened("2025-09-15")])
    assert only(found, "investigation_time").state == state
    count(found, "investigation_time", running=1, late=int(state == "late"))


@pytest.mark.parametrize("kind", ["investigation_closed", "case_closed"])
@pytest.mark.parametrize(("day", "late"), [("2026-01-15", 0), ("2026-01-16", 1)])
def test_a_closed_investigation_is_counted_in_time_or_late(law: Law, kind: str, day: str, late: int) -> None:
    events = [opened("2025-09-15"), closed(day, kind=kind)]
    found = read(law, "2026-06-01", [report(at="2020-01-01")], events)
    assert of(found, "investigation_time") == []
    count(found, "investigation_time", ended=1, ended_late=late)


def test_an_investigation_that_was_withdrawn_or_recorded_later_has_no_clock(law: Law) -> None:
    events = [
        opened("2025-09-15", withdrawn_at="2025-09-20"),
        opened("2025-09-15", child="c2", case="k2", recorded_at="2025-12-01"),
    ]
    assert of(read(law, "2025-11-01", [report(at="2020-01-01")], events), "investigation_time") == []


def test_siblings_who_share_the_name_of_a_case_have_a_clock_each(law: Law) -> None:
    events = [opened("2025-09-15"), opened("2025-09-20", child="c2"), closed("2025-11-01")]
    found = read(law, "2025-12-01", [report(at="2020-01-01")], events)
    assert only(found, "investigation_time").child_id == "c2"
    count(found, "investigation_time", running=1, ended=1)


def test_an_investigation_without_a_case_name_is_not_lost(law: Law) -> None:
    events = [
        opened("2025-09-15", case=None),
        opened("2025-09-16", child="c2", case=None),
        closed("2025-11-01", case=None),
    ]
    found = read(law, "2025-12-01", [report(at="2020-01-01")], events)
    clock = only(found, "investigation_time")
    assert (clock.child_id, clock.case_id) == ("c2", None)
    count(found, "investigation_time", running=1, ended=1)


def test_an_investigation_opened_twice_runs_from_the_first_time(law: Law) -> None:
    events = [opened("2025-10-01"), opened("2025-09-15")]
    found = read(law, "2025-12-01", [report(at="2020-01-01")], events)
    assert only(found, "investigation_time").started == dt.date(2025, 9, 15)


@pytest.mark.parametrize(
    ("duty", "ground"), [("screening", "screening_extension"), ("investigation_time", "investigation_extension")]
)
@pytest.mark.parametrize(("started", "act"), [("2025-06-02", "(2001:453)"), ("2025-07-02", "(2025:400)")])
def test_the_ground_on_which_a_time_may_be_extended_is_named_by_the_law_of_its_start(
    law: Law, duty: str, ground: str, started: str, act: str
) -> None:
    found = read(law, "2025-07-05", [report(at=started)], [opened(started, child="c2")])
    clock = only(found, duty)
    assert clock.extension is not None
    assert clock.extension.code == ground
    plain = clock.to_dict()["extension"]
    assert act in plain["reference"]
    assert set(plain["rule"]) == {"sv", "en"}


def test_a_protection_assessment_cannot_be_extended(law: Law) -> None:
    clock = only(read(law, "2025-09-02", [report()]), "protection_assessment")
    assert clock.extension is None
    assert clock.to_dict()["extension"] is None


# ---------------------------------------------------------------- feedback and follow-up


def decided(day: str) -> Rows:
    return [event("screening_decided", day), event("protection_assessment", day)]


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-01-14", None),
        ("2026-01-14T23:30:00+00:00", "2026-01-22"),
        ("2026-01-15", "2026-01-22"),
        ("2026-02-26", "2026-03-05"),
    ],
)
def test_feedback_is_due_within_a_week_of_the_decision_and_before_that_law_within_no_time(
    law: Law, day: str, due: str | None
) -> None:
    asked = report(at="2026-01-05", feedback_requested="yes")
    found = of(read(law, f"{day[:10]}T23:45:00+00:00", [asked], decided(day)), "feedback")
    assert [clock.due.isoformat() for clock in found] == ([due] if due else [])


@pytest.mark.parametrize(("reporter", "asked", "running"), [("school", "yes", 1), ("school", "unknown", 1), ("school", "no", 0), ("neighbour_acquaintance", "yes", 0), ("other_unknown", "yes", 1)])  # fmt: skip
def test_feedback_runs_unless_nobody_asked_or_the_reporter_is_under_no_duty(
    law: Law, reporter: str, asked: str, running: int
) -> None:
    row = report(at="2026-02-01", reporter=reporter, feedback_requested=asked)
    assert len(of(read(law, "2026-02-12", [row], decided("2026-02-10")), "feedback")) == running


def test_feedback_has_no_clock_before_the_decision_nor_after_its_week(law: Law) -> None:
    row, events = report(at="2026-02-01", feedback_requested="yes"), decided("2026-02-10")
    told = {at: len(of(read(law, at, [row], events), "feedback")) for at in ("2026-02-09", "2026-02-17", "2026-02-18")}
    assert told == {"2026-02-09": 0, "2026-02-17": 1, "2026-02-18": 0}


@pytest.mark.parametrize(
    ("day", "due", "act"),
    [
        ("2025-06-30", "2025-08-30", "(2001:453)"),
        ("2025-07-01", "2026-01-01", "(2025:400)"),
        ("2025-08-31", "2026-02-28", "(2025:400)"),
        ("2012-12-31", None, ""),
    ],
)
def test_follow_up_lasts_two_months_and_from_july_2025_six(law: Law, day: str, due: str | None, act: str) -> None:
    started = event("follow_up_started", day, None, case_id="k1")
    found = of(read(law, f"{day}T23:00:00+02:00", [report(at="2010-01-01")], [started]), "follow_up")
    assert [clock.due.isoformat() for clock in found] == ([due] if due else [])
    assert all(act in clock.provision.citation.reference for clock in found)


def test_follow_up_has_no_clock_once_its_longest_time_has_passed(law: Law) -> None:
    started = [event("follow_up_started", "2025-07-01", None, case_id="k1")]
    told = {
        at: len(of(read(law, at, [report(at="2020-01-01")], started), "follow_up"))
        for at in ("2026-01-01", "2026-01-02")
    }
    assert told == {"2026-01-01": 1, "2026-01-02": 0}


# ---------------------------------------------------------------- whole folders


def test_dates_before_the_first_law_stop_nothing(law: Law) -> None:
    reports = [report(at="1999-05-01"), report("r2", at="2026-02-01", feedback_requested="yes")]
    events = [
        opened("1999-06-01"),
        event("follow_up_started", "1999-07-01", None),
        event("screening_decided", "1999-08-01", "r2"),
    ]
    assert {clock.report_id for clock in read(law, "2026-02-02", reports, events).running} <= {"r2"}


def test_an_empty_folder_has_no_clocks(law: Law) -> None:
    found = clocks(Cases.from_frames({}), law, when("2026-01-01"))
    assert found.running == ()
    assert all(set(row.values()) == {0} for row in found.counts().values())
    assert list(found.frame().columns)[:2] == ["duty", "report_id"]


@pytest.fixture(scope="module")
def town_cases(town: dict[str, pd.DataFrame]) -> Cases:
    return Cases.from_frames(town)


AT = [dt.datetime(2024, 3, 1, 8, tzinfo=dt.UTC), dt.datetime(2025, 6, 30, 23, 30, tzinfo=dt.UTC)]
AT += [dt.datetime(2025, 10, 1, 8, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)]


@pytest.mark.parametrize("at", AT, ids=str)
def test_nothing_is_lost_and_every_count_adds_up(law: Law, town_cases: Cases, at: dt.datetime) -> None:
    found, rulings = clocks(town_cases, law, at), rule_all(town_cases, law)
    reports, events = town_cases.frame("reports"), town_cases.frame("events")
    received = (reports["received_at"] < at).to_numpy()
    known = events[(events["recorded_at"] < at) & ~(events["withdrawn_at"] < at)]
    decisions = known.loc[known["kind"] == "screening_decided", ["report_id", "child_id"]]
    done = set(map(tuple, decisions.to_numpy().tolist()))
    counts = found.counts()
    for duty in ("screening", "protection_assessment"):
        stands = received & (rulings.of(duty) > 0)
        count = counts[duty]
        assert count["running"] + count["ended"] + count["never_recorded"] == int(stands.sum())
    keys = [tuple(row) for row in reports[["report_id", "child_id"]].to_numpy().tolist()]
    stands = received & (rulings.of("screening") > 0)
    waiting = {key for key, still in zip(keys, stands, strict=True) if still and key not in done}
    assert {(clock.report_id, clock.child_id) for clock in of(found, "screening")} == waiting
    unprotected = {(clock.report_id, clock.child_id) for clock in of(found, "protection_assessment")}
    assert not unprotected & done
    cases = known.loc[known["kind"] == "investigation_opened", ["child_id", "case_id"]].drop_duplicates()
    assert counts["investigation_time"]["running"] + counts["investigation_time"]["ended"] == len(cases)
    assert sum(count["running"] for count in counts.values()) == len(found.running)
    assert all(count["late"] <= count["running"] and count["ended_late"] <= count["ended"] for count in counts.values())


@pytest.mark.parametrize("at", AT, ids=str)
def test_the_most_urgent_comes_first_and_all_of_it_is_json(law: Law, town_cases: Cases, at: dt.datetime) -> None:
    found = clocks(town_cases, law, at)
    plain = json.loads(json.dumps(found.to_dict()))
    assert [row["due"] for row in plain["running"]] == sorted(row["due"] for row in plain["running"])
    assert plain["at"] == at.isoformat()
    assert set(plain["counts"]) == set(DUTIES)
    assert len(found.frame()) == len(plain["running"]) == len(found.running) > 0
    for row, clock in zip(plain["running"], found.running, strict=True):
        assert row["days_left"] == clock.days_left == (clock.due - local_time(at).date()).days
        assert row["state"] == ("late" if row["days_left"] < 0 else "due")
        assert row["citation"]["in_force_from"] <= row["started"]
