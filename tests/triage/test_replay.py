"""Here we hold replay to its word: which answers another law would change, from what to what, and why by both paragraphs."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from importlib import resources
from typing import Any

import pandas as pd
import pytest

from features.cases import Cases
from triage.errors import BeforeTheLaw
from triage.law import Law, read_law
from triage.replay import Change, Replay, replay
from triage.rulings import rule_all

Rows = list[dict[str, Any]]
JANUARY, JULY = dt.date(2026, 1, 15), dt.date(2025, 7, 1)


def when(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T09:00:00+01:00")


def report(name: str, at: str, **fields: Any) -> dict[str, Any]:
    plain = {"report_id": name, "child_id": f"c-{name}", "received_at": when(at), "unit": "north"}
    return plain | {"referral_type": "child_concern_report", "reporter": "school", "feedback_requested": "no"} | fields


def event(number: int, kind: str, at: str, name: str | None, **fields: Any) -> dict[str, Any]:
    plain = {
        "event_id": f"e{number}",
        "kind": kind,
        "report_id": name,
        "child_id": f"c-{name}",
        "happened_at": when(at),
    }
    detail = {"screening_decided": "not_open"}.get(kind)
    return plain | {"recorded_at": when(at), "withdrawn_at": None, "detail": detail, "case_id": None} | fields


def folder(reports: Rows, events: Rows | None = None, concerns: Rows | None = None) -> Cases:
    tables = {"reports": reports, "events": events, "concerns": concerns}
    cases = Cases.from_frames({name: pd.DataFrame(rows) for name, rows in tables.items() if rows})
    assert not cases.set_aside, cases.problems()
    return cases


def told(found: Replay) -> dict[tuple[str, str], tuple[str, str]]:
    return {(change.report_id, change.code): (change.was, change.would_be) for change in found.changes}


@pytest.fixture(scope="module")
def town_cases(town: dict[str, pd.DataFrame]) -> Cases:
    return Cases.from_frames(town)


# ---------------------------------------------------------------- what changes


@pytest.mark.parametrize("day", ["2012-12-31", "2013-01-01", "2014-10-01", "2025-06-30", "2025-07-01", "2026-01-15"])
def test_reports_that_already_had_that_law_change_in_nothing(law: Law, day: str) -> None:
    decided = event(1, "screening_decided", day, "r1")
    follow_up = event(2, "follow_up_started", day, "r1")
    cases = folder([report("r1", day, feedback_requested="yes")], [decided, follow_up])
    found = replay(cases, law, dt.date.fromisoformat(day))
    assert (found.changes, found.counts(), found.reports, found.outside) == ((), {}, 1, 0)
    assert found.frame().empty


def test_a_new_reporter_under_the_duty_is_told_with_both_paragraphs_and_what_changed(law: Law) -> None:
    found = replay(folder([report("r1", "2025-09-01", reporter="security_guard")]), law, JANUARY)
    (change,) = found.changes
    assert (change.report_id, change.child_id, change.received) == ("r1", "c-r1", dt.date(2025, 9, 1))
    assert (change.code, change.was, change.would_be) == ("duty_to_report", "cannot_tell", "met")
    before, after = (law.at(day).provisions["duty_to_report"] for day in (dt.date(2025, 9, 1), JANUARY))
    assert (change.before, change.after) == (before, after)
    assert after.changed is not None
    for language in ("sv", "en"):
        said = change.why[language]
        assert f"{before.citation.reference} → {after.citation.reference}" in said
        assert after.changed.say(language) in said


def test_a_rule_that_had_not_come_yet_has_a_dash_for_its_paragraph(law: Law) -> None:
    concern = {"report_id": "r1", "child_id": "c-r1", "concern": "witnessed_violence", "primary": True}
    cases = folder([report("r1", "2012-06-01")], concerns=[concern | {"perpetrator": "close_person"}])
    changes = {change.code: change for change in replay(cases, law, JULY).changes}
    seen = changes["witnessed_violence"]
    assert (seen.was, seen.would_be, seen.before) == ("not_in_force", "met", None)
    assert seen.why["sv"].startswith("– → ")
    assert {"screening", "protection_assessment", "feedback", "early_help"} <= set(changes)
    back = replay(folder([report("r1", "2025-09-01")]), law, dt.date(2012, 6, 1))
    gone = {change.code: change for change in back.changes}["screening"]
    assert (gone.was, gone.would_be, gone.after) == ("met", "not_in_force", None)
    assert gone.why["en"].endswith(" → –")


def test_feedback_gets_its_week_and_loses_it_again(law: Law) -> None:
    reports = [
        report("asked", "2025-09-01", feedback_requested="yes"),
        report("later", "2026-02-01", feedback_requested="yes"),
        report("no", "2025-09-01"),
    ]
    events = [
        event(1, "screening_decided", "2025-09-10", "asked"),
        event(2, "screening_decided", "2025-09-12", "asked"),  # only the first decision counts
        event(3, "screening_decided", "2026-02-10", "later"),
        event(4, "screening_decided", "2025-09-10", "no"),
        event(5, "screening_decided", "2025-09-01", "asked", withdrawn_at=when("2025-09-02")),
    ]
    cases = folder(reports, events)
    forward, back = replay(cases, law, JANUARY), replay(cases, law, JULY)
    assert told(forward) == {("asked", "feedback:due"): ("–", "2025-09-17")}
    assert told(back) == {("later", "feedback:due"): ("2026-02-17", "–")}
    (change,) = forward.changes
    assert "2025:1501" in change.why["sv"]
    assert change.received == dt.date(2025, 9, 10)
    assert forward.counts() == {"feedback:due": {"last day moves": 1}}
    newer = law.at(JANUARY).provisions["feedback"].changed
    assert newer is not None
    assert newer.sv in back.changes[0].why["sv"], "what the newer law changed is the reason in both directions"


def test_follow_up_moves_from_two_months_to_six_and_back(law: Law) -> None:
    events = [
        event(1, "follow_up_started", "2025-06-30", "r1"),
        event(2, "follow_up_started", "2025-07-01", "r2"),
        event(3, "follow_up_started", "2012-06-30", "r3"),
        event(4, "follow_up_started", "1999-06-30", "r4"),
        event(5, "follow_up_started", "2025-06-01", None, child_id="c-r1"),
    ]
    cases = folder([report("r1", "2025-06-01")], events)
    forward = {key: value for key, value in told(replay(cases, law, JULY)).items() if key[1] == "follow_up:due"}
    assert forward == {
        ("r1", "follow_up:due"): ("2025-08-30", "2025-12-30"),
        ("r3", "follow_up:due"): ("–", "2012-12-30"),
        ("", "follow_up:due"): ("2025-08-01", "2025-12-01"),
    }
    back = {key: value for key, value in told(replay(cases, law, dt.date(2025, 6, 30))).items() if key[0] == "r2"}
    assert back == {("r2", "follow_up:due"): ("2026-01-01", "2025-09-01")}


def test_a_last_day_that_another_law_moves_is_told(law: Law) -> None:
    """No day of a report's own duties has moved so far, so a law that gives ten days is made up here."""
    book = resources.files("triage").joinpath("lawbook")
    files = {entry.name: entry.read_bytes() for entry in book.iterdir() if entry.name.endswith(".toml")}
    process = files["process.toml"].decode()
    start = process.index("[[screening.versions]]", process.index("[[screening.versions]]") + 1)
    shorter = process[start:].replace("values.days = 14", "values.days = 10", 1)
    other = read_law(files | {"process.toml": (process[:start] + shorter).encode()})
    found = replay(folder([report("r1", "2025-06-02"), report("r2", "2025-09-01")]), other, JULY)
    moved = [change for change in found.changes if change.code == "screening:due"]
    assert [(change.report_id, change.was, change.would_be) for change in moved] == [("r1", "2025-06-16", "2025-06-12")]
    assert "(2001:453) → 20 kap. 2 §" in moved[0].why["sv"]
    assert found.counts()["screening:due"] == {"last day moves": 1}


# ---------------------------------------------------------------- whole folders


@pytest.mark.parametrize("on", [dt.date(2012, 12, 31), dt.date(2014, 10, 1), JULY, JANUARY], ids=str)
def test_the_changes_are_exactly_the_answers_that_differ_and_the_counts_are_theirs(
    law: Law, town_cases: Cases, on: dt.date
) -> None:
    found = replay(town_cases, law, on)
    then, now = rule_all(town_cases, law), rule_all(town_cases, law, on=on)
    verdicts = [change for change in found.changes if not change.code.endswith(":due")]
    assert len(verdicts) == int((then.verdicts != now.verdicts).sum())
    counted = Counter(change.code for change in found.changes)
    assert {code: sum(kinds.values()) for code, kinds in found.counts().items()} == counted
    assert found.reports == len(then.received)
    for change in found.changes:
        assert change.was != change.would_be
        code = change.code.removesuffix(":due")
        assert change.before is law.at(change.received).provisions.get(code)
        assert change.after is law.at(on).provisions.get(code)
        for provision in (change.before, change.after):
            assert (provision.citation.reference if provision else "–") in change.why["sv"]


def test_everything_is_json_and_a_frame(law: Law, town_cases: Cases) -> None:
    found = replay(town_cases, law, JANUARY)
    plain = json.loads(json.dumps(found.to_dict()))
    assert (plain["law"], plain["reports"], plain["outside"]) == ("2026-01-15", found.reports, 0)
    assert len(plain["changes"]) == len(found.frame()) == len(found.changes) > 0
    assert set(plain["changes"][0]) == {"report_id", "child_id", "received", "code", "was", "would_be", "why"}
    assert plain["counts"] == found.counts()


def test_reports_before_the_first_law_are_counted_and_not_compared(law: Law) -> None:
    found = replay(folder([report("old", "2001-12-31"), report("first", "2002-01-01")]), law, JULY)
    assert (found.reports, found.outside) == (2, 1)
    assert {change.report_id for change in found.changes} == {"first"}


def test_the_law_of_a_day_before_the_first_is_an_error(law: Law, town_cases: Cases) -> None:
    with pytest.raises(BeforeTheLaw, match="2001-12-31"):
        replay(town_cases, law, dt.date(2001, 12, 31))


def test_an_empty_folder_changes_in_nothing(law: Law) -> None:
    found = replay(Cases.from_frames({}), law, JULY)
    assert (found.changes, found.reports, found.outside) == ((), 0, 0)


def test_a_change_says_why_even_where_the_law_tells_nothing_of_what_changed(law: Law) -> None:
    first = law.provisions()["screening"][0]
    assert first.changed is None
    change = Change("r", "c", JULY, "screening", "not_in_force", "met", None, first)
    assert dict(change.why) == dict.fromkeys(("sv", "en"), f"– → {first.citation.reference}")
