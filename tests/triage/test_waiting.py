"""Here we hold "waiting" to its words: received before the moment, and no decision recorded before it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from features.cases import Cases
from triage.waiting import waiting

NINE = "2025-09-01T09:00:00+02:00"
TEN, ELEVEN = "2025-09-01T10:00:00+02:00", "2025-09-01T11:00:00+02:00"


def cases(decided: dict[str, object] | None, **report: object) -> Cases:
    """Make a folder of one report about one child and, where asked, one event."""
    row = {"report_id": "r1", "child_id": "c1", "received_at": NINE, "unit": "u", "reporter": "school",
           "referral_type": "child_concern_report"} | report  # fmt: skip
    event = {"event_id": "e1", "child_id": "c1", "report_id": "r1", "kind": "screening_decided", "detail": "open",
             "happened_at": TEN, "recorded_at": TEN, "withdrawn_at": None}  # fmt: skip
    frames = {"reports": pd.DataFrame([row])}
    if decided is not None:
        frames["events"] = pd.DataFrame([event | decided])
    return Cases.from_frames(frames)


CASES = [
    # decided, at → waits
    (None, "2025-09-01T09:00:01+02:00", True),
    (None, NINE, False),  # received at the moment itself is not before it
    (None, "2025-09-01T08:00:00+02:00", False),
    (None, "2025-09-01T07:00:01+00:00", True),  # the same in another offset
    ({}, ELEVEN, False),
    ({}, TEN, True),  # recorded at the moment is not known
    ({}, "2025-09-01T09:30:00+02:00", True),
    ({"recorded_at": "2025-09-01T12:00:00+02:00"}, ELEVEN, True),  # decided, not yet recorded
    ({"withdrawn_at": "2025-09-01T10:30:00+02:00"}, ELEVEN, True),
    ({"withdrawn_at": "2025-09-01T12:00:00+02:00"}, ELEVEN, False),
    ({"detail": "not_open"}, ELEVEN, False),
    ({"detail": "added_to_ongoing"}, ELEVEN, False),
    ({"report_id": "r2"}, ELEVEN, True),  # another report
    ({"report_id": None}, ELEVEN, True),
    ({"child_id": "c2"}, ELEVEN, True),  # a sibling in the same report
    ({"kind": "investigation_opened", "detail": None}, ELEVEN, True),  # opening is not the decision's record
    ({"detail": "perhaps"}, ELEVEN, True),  # a decision that could not be read decides nothing
]


@pytest.mark.parametrize(("decided", "at", "waits"), CASES)
def test_a_report_waits_until_a_decision_on_it_is_recorded(
    decided: dict[str, Any] | None, at: str, waits: bool
) -> None:
    expected = (("r1", "c1"),) if waits else ()
    assert waiting(cases(decided), dt.datetime.fromisoformat(at)) == expected


def test_an_empty_folder_has_nobody_waiting() -> None:
    assert waiting(Cases.from_frames({}), dt.datetime.fromisoformat(NINE)) == ()


def test_those_who_wait_stand_in_the_table_s_order_and_broken_ones_do_not(town: dict[str, Any]) -> None:
    at = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    found = waiting(Cases.from_frames(town), at)
    reports, events = town["reports"], town["events"]
    decided = events[(events["kind"] == "screening_decided") & (events["recorded_at"] < at)]
    done = set(zip(decided["report_id"], decided["child_id"], strict=True))
    rows = reports[reports["received_at"] < at]
    expected = [key for key in zip(rows["report_id"], rows["child_id"], strict=True) if key not in done]
    assert list(found) == expected
    assert 0 < len(expected) < len(reports) / 4
