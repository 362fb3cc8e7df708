"""Here we hold the cases of a unit: nothing lost, nothing changeable, one digest for one content."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.cases import Cases
from features.schema import TABLES

TIME = "2025-07-01T08:30:00+02:00"
FRAMES = {
    "reports": pd.DataFrame(
        {
            "report_id": ["r1", "r2", "r3"],
            "child_id": ["c1", "c2", "c3"],
            "received_at": [TIME, "2025-07-01T06:30:00Z", "igår"],
            "unit": "north",
            "referral_type": "child_concern_report",
            "reporter": ["police", "school", "school"],
        }
    ),
    "concerns": pd.DataFrame(
        {"report_id": ["r1", "r2"], "child_id": ["c1", "c2"], "concern": ["neglect", "other"], "primary": "true"}
    ),
    "instruments": pd.DataFrame(
        {
            "child_id": ["c1", "c2"],
            "instrument": "SDQ",
            "rater": "parent",
            "completed_at": TIME,
            "recorded_at": TIME,
            "total": [1.0, 2.0],
        }
    ),
}


@pytest.fixture
def cases() -> Cases:
    return Cases.from_frames(FRAMES)


def test_handed_in_is_sound_plus_set_aside(cases: Cases) -> None:
    assert cases.counts() == {
        "reports": {"handed_in": 3, "sound": 2, "set_aside": 1},
        "concerns": {"handed_in": 2, "sound": 2, "set_aside": 0},
        "events": {"handed_in": 0, "sound": 0, "set_aside": 0},
        "instruments": {"handed_in": 2, "sound": 2, "set_aside": 0},
        "groups": {"handed_in": 0, "sound": 0, "set_aside": 0},
    }


def test_problems_are_the_notices_and_those_of_every_row(cases: Cases) -> None:
    assert [(one.table, one.code) for one in cases.problems()] == [
        ("events", "missing_table"),
        ("groups", "missing_table"),
        ("reports", "not_a_time"),
    ]


def test_the_repr_counts_and_says_what_to_do_next(cases: Cases) -> None:
    assert repr(cases) == (
        "Cases(reports 2, concerns 2, events 0, instruments 2, groups 0; 1 set aside; see .problems())"
    )


def test_nothing_in_the_cases_can_be_changed(cases: Cases) -> None:
    before = cases.digest()
    with pytest.raises(TypeError):
        cases.tables["reports"] = cases.tables["events"]
    with pytest.raises(TypeError):
        cases.handed_in["reports"] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        cases.set_aside = ()
    with pytest.raises(dataclasses.FrozenInstanceError):
        cases.set_aside[0].row = "x"
    with pytest.raises((TypeError, AttributeError)):
        cases.tables["reports"]["unit"] = None
    assert cases.digest() == before


def test_changing_a_copy_changes_nothing_here(cases: Cases) -> None:
    before = cases.digest()
    for name in TABLES:
        frame = cases.frame(name)
        for column in frame:
            frame[column] = None
        frame.loc[0] = None
    totals = cases.frame("instruments")["total"].to_numpy()
    if totals.flags.writeable:
        totals[:] = 99
    assert cases.digest() == before
    assert cases.frame("instruments")["total"].tolist() == [1.0, 2.0]


def test_changing_what_was_handed_in_changes_nothing_here() -> None:
    frames = {name: frame.copy() for name, frame in FRAMES.items()}
    cases = Cases.from_frames(frames)
    before = cases.digest()
    frames["instruments"]["total"] = 99.0
    np.asarray(frames["reports"]["unit"])
    assert cases.digest() == before


def test_the_kept_tables_have_the_contracts_types(cases: Cases) -> None:
    for name, table in TABLES.items():
        assert cases.tables[name].schema.equals(table.arrow()), name


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(3)), st.permutations(range(2)))
def test_row_order_and_column_order_do_not_change_the_digest(three: list[int], two: list[int]) -> None:
    order = {"reports": three, "concerns": two, "instruments": two}
    turned = {name: FRAMES[name].iloc[rows, ::-1] for name, rows in order.items()}
    assert Cases.from_frames(turned).digest() == Cases.from_frames(FRAMES).digest()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("reports", "report_id", "r9"),
        ("reports", "reporter", "neighbour_acquaintance"),
        ("reports", "received_at", "2025-07-01T08:30:00.000001+02:00"),
        ("instruments", "total", 1.5),
    ],
)
def test_another_content_has_another_digest(table: str, column: str, value: object) -> None:
    changed = FRAMES[table].copy()
    changed.loc[0, column] = value
    assert Cases.from_frames({**FRAMES, table: changed}).digest() != Cases.from_frames(FRAMES).digest()


def test_a_row_fewer_or_in_another_table_has_another_digest() -> None:
    fewer = {**FRAMES, "concerns": FRAMES["concerns"].iloc[:1]}
    digests = {Cases.from_frames(frames).digest() for frames in (FRAMES, fewer, {})}
    assert len(digests) == 3


def test_what_is_outside_the_contract_does_not_change_the_digest() -> None:
    more = FRAMES["reports"].assign(note="x")
    assert Cases.from_frames({**FRAMES, "reports": more}).digest() == Cases.from_frames(FRAMES).digest()
