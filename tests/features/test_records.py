"""Here we hold records: sound rows become equal records, and a history that was partly broken says that it is not complete."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

from features.cases import Cases
from features.records import Records, records
from features.report import Known, parse_known, parse_report, to_plain

T = dt.datetime(2025, 7, 1, 8, 30, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)
BEFORE, AT, AFTER = ((T + step * TICK).isoformat() for step in (-1, 0, 1))
FACT = {"injury_now": "yes", "suicide_risk": None, "anonymous": "no"}


def report(name: str = "now", child: str = "a", at: str = AT, **more: object) -> dict[str, object]:
    required = {"unit": "north", "referral_type": "child_concern_report", "reporter": "school"}
    return {"report_id": name, "child_id": child, "received_at": at, **required, **FACT, **more}


def event(name: str = "e1", recorded: str = BEFORE, child: str = "a", **more: object) -> dict[str, object]:
    past = "2025-01-01T00:00:00Z"
    return {
        "event_id": name,
        "child_id": child,
        "kind": "case_closed",
        "happened_at": past,
        "recorded_at": recorded,
        **more,
    }


def score(recorded: str = BEFORE, child: str = "a", **more: object) -> dict[str, object]:
    made = {"instrument": "SDQ", "rater": "parent", "completed_at": "2025-01-01T00:00:00Z"}
    return {"child_id": child, **made, "recorded_at": recorded, "total": 12, **more}


def concern(name: str = "now", child: str = "a", what: str = "neglect", **more: object) -> dict[str, object]:
    return {"report_id": name, "child_id": child, "concern": what, "primary": True, **more}


def held(**tables: list[dict[str, object]]) -> Records:
    return records(Cases.from_frames({name: pd.DataFrame(rows) for name, rows in tables.items() if rows}))


def nested(row: dict[str, object], *concerns: dict[str, object]) -> dict[str, object]:
    """Write a row and its concerns as the JSON door takes them."""
    return {
        **row,
        "concerns": [{k: v for k, v in one.items() if k not in {"report_id", "child_id"}} for one in concerns],
    }


def test_sound_rows_become_the_records_that_the_json_door_gives() -> None:
    rows = [report("r1", household_id="h", birth_month="2015-03"), report("r2", at=BEFORE), report("r1", child="b")]
    concerns = [
        concern("r1"),
        concern("r1", what="other", status="denied", exposure="witnessed"),
        concern("r1", child="b"),
    ]
    events = [event(), event("e2", detail=None, withdrawn_at=AFTER, report_id="r1", case_id="k", reason="x")]
    given = held(reports=rows, concerns=concerns, events=events, instruments=[score()])
    wanted = {
        ("r1", "a"): parse_report(json.dumps(nested(rows[0], *concerns[:2]))),
        ("r2", "a"): parse_report(json.dumps(nested(rows[1]))),
        ("r1", "b"): parse_report(json.dumps(nested(rows[2], concerns[2]))),
    }
    assert dict(given.reports) == wanted
    assert list(given.reports) == list(wanted)
    assert dict(given.row) == {("r1", "a"): 0, ("r2", "a"): 1, ("r1", "b"): 2}
    known = parse_known(json.dumps({"events": events, "instruments": [score()]}))
    history = given.histories["a"]
    assert (history.events, history.instruments) == (known.events, known.instruments)
    assert set(history.reports) == {wanted["r1", "a"], wanted["r2", "a"]}
    assert given.histories["b"] == Known(reports=(wanted["r1", "b"],))


def test_records_are_plain_data_for_json() -> None:
    given = held(reports=[report()], concerns=[concern()], events=[event()], instruments=[score()])
    text = json.dumps(to_plain([given.histories["a"], *given.reports.values()]))
    assert parse_known(json.dumps(json.loads(text)[0])) == given.histories["a"]


def test_some_children_alone_are_what_they_are_among_all() -> None:
    cases = Cases.from_frames({"reports": pd.DataFrame([report("r1", "b"), report("r1", "a"), report("r2", "b")])})
    some, whole = records(cases, ["b"]), records(cases)
    assert list(some.reports) == [("r1", "b"), ("r2", "b")]
    assert all(whole.reports[key] == one and whole.row[key] == some.row[key] for key, one in some.reports.items())
    assert set(some.histories) == {"b"}


def test_records_cannot_be_changed() -> None:
    given = held(reports=[report()])
    for mapping in (given.reports, given.row, given.histories):
        with pytest.raises(TypeError):
            mapping["x"] = None


def test_of_an_unheard_child_nothing_is_known_and_that_is_complete() -> None:
    stranger = parse_report(json.dumps(nested(report(child="z"))))
    assert held(reports=[report()]).known(stranger) == Known()


BROKEN = {
    "nothing broken": ({}, True),
    "event recorded before": ({"events": [event(kind="samtal")]}, False),
    "event recorded at the same instant": ({"events": [event(kind="samtal", recorded=AT)]}, True),
    "event recorded after": ({"events": [event(kind="samtal", recorded=AFTER)]}, True),
    "event without a time recorded": ({"events": [event(recorded="igår")]}, False),
    "event with a naive time recorded": ({"events": [event(recorded="2025-08-01T00:00:00")]}, False),
    "event recorded before it happened": ({"events": [event(happened_at="2025-12-01T00:00:00Z")]}, False),
    "event of another child": ({"events": [event(kind="samtal", child="b")]}, True),
    "event with a number in it": ({"events": [event(reason="880320-0016")]}, False),
    "second event with the same id": ({"events": [event(), event()]}, False),
    "score recorded before": ({"instruments": [score(total=99)]}, False),
    "score recorded at the same instant": ({"instruments": [score(recorded=AT, total=99)]}, True),
    "score of another child": ({"instruments": [score(child="b", total=99)]}, True),
    "earlier report": ({"reports": [report("r0", at=BEFORE, reporter="x")]}, False),
    "report of the same instant": ({"reports": [report("r0", reporter="x")]}, True),
    "later report": ({"reports": [report("r0", at=AFTER, reporter="x")]}, True),
    "another row of this report": ({"reports": [report(at=BEFORE, unit="south")]}, True),
    "report without a time": ({"reports": [report("r0", at="igår")]}, False),
    "report of another child": ({"reports": [report("r0", "b", at=BEFORE, reporter="x")]}, True),
    "concern of this report": ({"concerns": [concern(what="oro")]}, True),
    "group of the child": ({"groups": [{"child_id": "a", "attribute": "religion", "value": "x"}]}, True),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_history_is_complete_unless_a_broken_row_could_have_been_known_before(name: str) -> None:
    tables, complete = BROKEN[name]
    given = held(**{**tables, "reports": [report(), *tables.get("reports", [])]})
    known = given.known(given.reports["now", "a"])
    assert known.complete is complete
    assert known.reports == given.histories["a"].reports
    assert (len(known.events), len(known.instruments)) == (name == "second event with the same id", 0)
