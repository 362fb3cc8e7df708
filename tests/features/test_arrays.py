"""Here we hold the arrays: the same from tables and from one report, exact to the microsecond, absent never zero."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from features.arrays import (
    ANSWER,
    DETAIL,
    FACT,
    KIND,
    NEVER,
    REPORT,
    SCORE,
    Asked,
    Timeline,
    from_cases,
    from_report,
    index,
    micros,
)
from features.cases import Cases
from features.codes import YesNo
from features.event_codes import EventKind
from features.records import records
from features.schema import TABLES

FRAMES = {
    "reports": [
        ("r1", "a", "2025-07-01T08:30:00+02:00", "police", "2015-03", "yes"),
        ("r2", "a", "2025-07-01T08:30:00.000001+02:00", "school", None, None),
        ("r1", "b", "2025-10-26T02:30:00+01:00", "anonymous", "2025-10", "no"),
    ],
    "concerns": [
        ("r1", "a", "neglect", "true", "stated", "subjected"),
        ("r1", "a", "self_harm", "false", "denied", "subjected"),
        ("r1", "b", "not_stated", "true", None, None),
    ],
    "events": [
        ("e1", "a", "screening_decided", "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z", "open", None),
        ("e2", "a", "investigation_opened", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z", None, "2025-02-01T00:00:00Z"),
        ("e3", "z", "case_closed", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z", None, None),
    ],
    "instruments": [("a", "SDQ", "parent", "2025-01-01T00:00:00Z", "2025-01-03T00:00:00Z", "17.5")],
}  # fmt: skip
COLUMNS = {
    "reports": ["report_id", "child_id", "received_at", "reporter", "birth_month", "injury_now"],
    "concerns": ["report_id", "child_id", "concern", "primary", "status", "exposure"],
    "events": ["event_id", "child_id", "kind", "happened_at", "recorded_at", "detail", "withdrawn_at"],
    "instruments": list(TABLES["instruments"].names),
}
ASKED, TIMELINE = tuple(Asked.__dataclass_fields__), tuple(Timeline.__dataclass_fields__)


@pytest.fixture(scope="module")
def cases() -> Cases:
    frames = {name: pd.DataFrame(rows, columns=COLUMNS[name]) for name, rows in FRAMES.items()}
    frames["reports"] = frames["reports"].assign(unit="u", referral_type="child_concern_report")
    cases = Cases.from_frames(frames)
    assert cases.set_aside == ()
    return cases


def test_tables_and_records_give_equal_arrays(cases: Cases) -> None:
    asked, timeline = from_cases(cases)
    held = records(cases)
    for key, report in held.reports.items():
        one, history = from_report(report, held.known(report))
        row = held.row[key]
        for name in ASKED:
            if name != "child":
                np.testing.assert_array_equal(getattr(asked, name)[row], getattr(one, name)[0], err_msg=name)
        mine = timeline.child == asked.child[row]
        for name in TIMELINE:
            if name != "child":
                np.testing.assert_array_equal(getattr(timeline, name)[mine], getattr(history, name), err_msg=name)


def test_the_timeline_holds_every_report_event_and_score_once(cases: Cases) -> None:
    _, timeline = from_cases(cases)
    kinds = sorted(timeline.kind.tolist())
    events = [KIND[kind] for kind in ("screening_decided", "investigation_opened", "case_closed")]
    assert kinds == sorted([*events, REPORT, REPORT, REPORT, SCORE])
    assert (timeline.withdrawn < NEVER).sum() == 1
    assert np.nansum(timeline.value) == 17.5
    assert np.isnan(timeline.value).sum() == 6


def test_the_timeline_is_sorted_by_child_and_time_recorded(cases: Cases) -> None:
    _, timeline = from_cases(cases)
    keys = list(zip(timeline.child.tolist(), timeline.recorded.tolist(), strict=True))
    assert keys == sorted(keys)


def test_what_was_not_said_is_unknown_and_never_no(cases: Cases) -> None:
    asked, _ = from_cases(cases)
    assert asked.facts[:, FACT["injury_now"]].tolist() == [ANSWER[answer] for answer in ("yes", "unknown", "no")]
    assert np.isnan(asked.age_months[1])
    assert asked.age_months[2] == 0
    others = np.delete(asked.facts, FACT["injury_now"], axis=1)
    assert set(others.ravel().tolist()) == {ANSWER[YesNo.UNKNOWN.value]}


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01T00:00:00+00:00",
        "1969-12-31T23:59:59.999999+00:00",
        "2025-10-26T02:30:00+02:00",
        "2025-10-26T02:30:00+01:00",
        "2099-12-31T23:59:59.999999+00:00",
    ],
)
def test_a_moment_is_exact_in_microseconds(text: str) -> None:
    moment = dt.datetime.fromisoformat(text)
    assert dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=micros(moment)) == moment


def test_codes_are_numbered_without_gaps_or_repeats() -> None:
    assert sorted(index(EventKind).values()) == list(range(len(EventKind)))
    assert sorted(DETAIL.values()) == list(range(len(DETAIL)))
    assert len({*KIND.values(), REPORT, SCORE}) == len(EventKind) + 2


def test_nothing_gives_empty_arrays() -> None:
    asked, timeline = from_cases(Cases.from_frames({}))
    assert (len(asked), len(timeline)) == (0, 0)
    assert asked.concern.shape[0] == asked.facts.shape[0] == 0
