"""Here we hold the checks of one table: every problem at once, the first of two ids kept, typed columns read right."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pandas as pd
import pytest

from features.check import CheckedTable, check_orphans, check_table
from features.schema import CONCERNS, EVENTS, INSTRUMENTS, REPORTS, TABLES

HIDDEN = "880320-0016"
REPORT = {
    "report_id": "r1",
    "child_id": "c1",
    "received_at": "2025-07-01T08:30:00+02:00",
    "unit": "north",
    "referral_type": "child_concern_report",
    "reporter": "police",
}
EVENT = {
    "event_id": "e1",
    "child_id": "c1",
    "kind": "care_order",
    "happened_at": "2025-07-01T08:30:00+02:00",
    "recorded_at": "2025-07-01T08:30:00+02:00",
    "detail": "lvu_care",
}
SCORE = {
    "child_id": "c1",
    "instrument": "SDQ",
    "rater": "parent",
    "completed_at": "2025-07-01T08:30:00+02:00",
    "recorded_at": "2025-07-01T08:30:00+02:00",
    "total": "17",
}


def reports(*rows: dict[str, object]) -> CheckedTable:
    return check_table(REPORTS, pd.DataFrame([REPORT | row for row in rows]))


def told(checked: CheckedTable) -> list[tuple[int, list[tuple[str | None, str]]]]:
    return [(row.number, [(one.column, one.code) for one in row.problems]) for row in checked.set_aside]


def test_all_problems_of_a_row_are_told_at_once() -> None:
    bad = {
        "report_id": HIDDEN,
        "received_at": "2025-07-01 08:30",
        "unit": None,
        "reporter": "polisen",
        "birth_month": "mars",
        "injury_now": "ja",
        "note": HIDDEN,
    }
    (row,) = reports(bad).set_aside
    assert {(one.column, one.code) for one in row.problems} == {
        ("report_id", "personal_number"),
        ("received_at", "naive_time"),
        ("unit", "missing"),
        ("reporter", "unknown_code"),
        ("birth_month", "not_a_month"),
        ("injury_now", "unknown_code"),
        ("note", "personal_number"),
    }
    assert len(row.problems) == 7
    assert row.row == "#1"
    assert row.readable == {"child_id": "c1", "referral_type": "child_concern_report"}


def test_an_events_wrong_times_and_wrong_detail_are_told_together() -> None:
    bad = EVENT | {"recorded_at": "2025-06-01T00:00:00Z", "withdrawn_at": "2025-05-01T00:00:00Z", "detail": "open"}
    (row,) = check_table(EVENTS, pd.DataFrame([bad])).set_aside
    assert {one.code for one in row.problems} == {
        "recorded_before_happened",
        "withdrawn_before_recorded",
        "unknown_code",
    }


def test_a_problem_is_told_once() -> None:
    for total, code in (("999", "not_a_number"), (None, "missing")):
        checked = check_table(INSTRUMENTS, pd.DataFrame([SCORE | {"total": total}]))
        assert told(checked) == [(1, [("total", code)])]


def test_the_second_row_with_an_id_is_set_aside_and_the_first_kept() -> None:
    checked = reports({"unit": "first"}, {"report_id": "r2"}, {"unit": "second"}, {"unit": "third"})
    assert checked.sound["unit"].tolist() == ["first", "north"]
    assert told(checked) == [
        (3, [("report_id/child_id", "duplicate_id")]),
        (4, [("report_id/child_id", "duplicate_id")]),
    ]
    assert checked.set_aside[0].readable["unit"] == "second"


def test_a_broken_first_row_does_not_take_the_id() -> None:
    checked = reports({"reporter": "polisen"}, {"unit": "second"}, {"unit": "third"})
    assert checked.sound["unit"].tolist() == ["second"]
    assert [number for number, _ in told(checked)] == [1, 3]


def test_one_report_about_two_children_is_two_rows() -> None:
    assert reports({}, {"child_id": "c2"}).set_aside == ()


def test_an_orphan_is_a_concern_whose_report_is_missing_or_broken() -> None:
    rows = [{"report_id": "r1", "child_id": child, "concern": "neglect", "primary": "true"} for child in ("c1", "c2")]
    rows += [{**rows[0], "concern": "oro"}, {**rows[0], "report_id": "r9"}]
    concerns = check_orphans(
        check_table(CONCERNS, pd.DataFrame(rows)), reports({}, {"child_id": "c2", "unit": None}).sound
    )
    assert concerns.sound["child_id"].tolist() == ["c1"]
    assert sorted(told(concerns)) == [
        (2, [("report_id", "orphan")]),
        (3, [("concern", "unknown_code")]),
        (4, [("report_id", "orphan")]),
    ]
    assert concerns.handed_in == len(concerns.sound) + len(concerns.set_aside)


def test_a_missing_table_is_noticed_and_empty() -> None:
    for table in TABLES.values():
        checked = check_table(table, None)
        assert [(one.table, one.code) for one in checked.notices] == [(table.name, "missing_table")]
        assert (len(checked.sound), checked.handed_in, tuple(checked.sound.columns)) == (0, 0, table.names)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_missing_columns_are_noticed_when_required_and_read_as_unknown_otherwise(table: object) -> None:
    checked = check_table(table, pd.DataFrame({table.names[0]: ["r1"]}))
    missing = [one.column for one in checked.notices if one.code == "missing_column"]
    assert missing == [column.name for column in table.columns if column.required][1:]
    assert told(checked) == [(1, [(name, "missing") for name in missing])]


def test_columns_outside_the_contract_are_noticed_and_hidden_where_they_name_a_person() -> None:
    checked = reports({"note": "x", HIDDEN: "y", 7: "z"})
    assert [(one.column, one.code) for one in checked.notices] == [
        ("note", "unknown_column"),
        ("***", "unknown_column"),
        ("7", "unknown_column"),
    ]
    assert tuple(checked.sound.columns) == REPORTS.names


def test_what_is_missing_is_unknown_and_never_no() -> None:
    sound = reports({"injury_now": None, "anonymous": ""}).sound.iloc[0]
    assert {sound[column.name] for column in REPORTS.columns if column.default is not None} == {"unknown"}
    assert pd.isna(sound["birth_month"])
    assert pd.isna(sound["household_id"])


INSTANT = pd.Timestamp("2025-07-01T06:30:00", tz="UTC")
TIMES = {
    "a zone": (pd.Series([INSTANT.tz_convert("Europe/Stockholm")]), ""),
    "a zone in nanoseconds": (pd.Series([INSTANT]).dt.as_unit("ns"), ""),
    "a zone in seconds": (pd.Series([INSTANT]).dt.as_unit("s"), ""),
    "objects with offset": (pd.Series([INSTANT.to_pydatetime()], dtype=object), ""),
    "text": (pd.Series(["2025-07-01T08:30:00+02:00"]), ""),
    "text in a category": (pd.Series(["2025-07-01T08:30:00+02:00"], dtype="category"), ""),
    "naive": (pd.Series([INSTANT.tz_localize(None)]), "naive_time"),
    "naive objects": (pd.Series([dt.datetime(2025, 7, 1, 8, 30)], dtype=object), "naive_time"),  # noqa: DTZ001
    "dates": (pd.Series([dt.date(2025, 7, 1)], dtype=object), "naive_time"),
    "a number": (pd.Series([1751351400]), "not_a_time"),
    "a far future": (pd.Series([pd.Timestamp("2400-01-01", tz="UTC")]), "not_a_time"),
    "an empty cell": (pd.Series([pd.NaT]), "missing"),
    "an empty cell with a zone": (pd.Series([pd.NaT]).dt.tz_localize("UTC"), "missing"),
}


@pytest.mark.parametrize("name", TIMES)
def test_typed_times_are_read_right(name: str) -> None:
    values, code = TIMES[name]
    checked = check_table(REPORTS, pd.DataFrame([REPORT]).assign(received_at=values))
    if code == "":
        assert checked.sound["received_at"].tolist() == [INSTANT]
    else:
        assert told(checked) == [(1, [("received_at", code)])]


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([True, False]),
        pd.Series([True, False], dtype="boolean"),
        pd.Series([True, False], dtype=object),
        pd.Series(["True", " FALSE "]),
        pd.Series(["true", "false"], dtype="category"),
    ],
)
def test_typed_flags_are_read_right(values: pd.Series) -> None:
    rows = [{"report_id": "r1", "child_id": "c1", "concern": one} for one in ("neglect", "other")]
    checked = check_table(CONCERNS, pd.DataFrame(rows).assign(primary=values))
    assert checked.set_aside == ()
    assert checked.sound["primary"].tolist() == [True, False]


@pytest.mark.parametrize("values", [["police", "school"], ["police", None], [" police ", "polisen"]])
def test_categories_are_read_like_text(values: list[str | None]) -> None:
    frame = pd.DataFrame([REPORT, REPORT | {"report_id": "r2"}])
    text, category = (
        check_table(REPORTS, frame.assign(reporter=pd.Series(values, dtype=kind))) for kind in ("str", "category")
    )
    assert text.sound["reporter"].tolist() == category.sound["reporter"].tolist()
    assert told(text) == told(category)


@pytest.mark.parametrize(
    ("value", "total"),
    [(17, 17.0), (17.5, 17.5), ("17.5", 17.5), (" 3 ", 3.0), (decimal.Decimal("4.5"), 4.5), (np.float32(2), 2.0)]
    + [
        (bad, None)
        for bad in ("inf", "nan", "0x10", "12,5", "41", "-1", -1, float("inf"), [1], True, dt.date(2025, 1, 1))
    ],
)
def test_totals_are_numbers_that_the_instrument_can_give(value: object, total: float | None) -> None:
    checked = check_table(INSTRUMENTS, pd.DataFrame([SCORE]).assign(total=pd.Series([value])))
    assert checked.sound["total"].tolist() == ([] if total is None else [total])
    assert [codes for _, codes in told(checked)] == ([[("total", "not_a_number")]] if total is None else [])


@pytest.mark.parametrize(("instrument", "low", "high"), [("SDQ", 0, 40), ("KASAM13", 13, 91), ("OTHER", 0, 300)])
def test_each_instrument_has_its_own_range(instrument: str, low: float, high: float) -> None:
    totals = [low - 1, low, high, high + 1]
    rows = [SCORE | {"instrument": instrument, "child_id": f"c{total}", "total": total} for total in totals]
    assert check_table(INSTRUMENTS, pd.DataFrame(rows)).sound["total"].tolist() == [low, high]


HOLDERS = {
    "text": pd.Series([HIDDEN, None]),
    "integers": pd.Series([8803200016, 1]),
    "integers that became floats": pd.Series([8803200016, None]),
    "twelve digits that became floats": pd.Series([198803200016, None]),
    "nullable integers": pd.Series([8803200016, None], dtype="Int64"),
    "a category": pd.Series([HIDDEN, None], dtype="category"),
    "a category of integers": pd.Series([8803200016, 1], dtype="category"),
    "a list": pd.Series([[HIDDEN], ["x"]]),
    "a record": pd.Series([{"a": HIDDEN}, None]),
    "bytes": pd.Series([HIDDEN.encode(), None]),
    "decimals": pd.Series([decimal.Decimal(8803200016), None]),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_a_personal_identity_number_is_seen_in_a_column_of_any_type(name: str) -> None:
    frame = pd.DataFrame([REPORT, REPORT | {"report_id": "r2"}]).assign(note=HOLDERS[name])
    checked = check_table(REPORTS, frame)
    assert told(checked) == [(1, [("note", "personal_number")])]
    assert "0016" not in repr(checked.set_aside)


def test_a_personal_identity_number_replaces_its_columns_other_problems() -> None:
    assert told(reports({"reporter": HIDDEN, "birth_month": HIDDEN, "received_at": HIDDEN})) == [
        (1, [(name, "personal_number") for name in ("received_at", "reporter", "birth_month")])
    ]


@pytest.mark.parametrize(
    ("born", "received", "sound"),
    [
        ("2025-07", "2025-06-30T23:59:59+02:00", False),
        ("2025-07", "2025-07-01T00:00:00+02:00", True),
        ("2025-07", "2025-06-30T22:00:00+00:00", True),
        ("2025-01", "2024-12-31T23:00:00+00:00", True),
        ("2025-01", "2024-12-31T22:59:59+00:00", False),
    ],
)
def test_birth_after_the_report_is_judged_in_the_swedish_month(born: str, received: str, sound: bool) -> None:
    checked = reports({"birth_month": born, "received_at": received})
    assert (len(checked.sound) == 1) is sound
    assert sound or told(checked) == [(1, [("birth_month", "birth_after_report")])]


def test_a_time_that_cannot_be_read_is_not_also_called_too_early() -> None:
    bad = EVENT | {"recorded_at": "2025-06-01T00:00:00"}
    assert told(check_table(EVENTS, pd.DataFrame([bad]))) == [(1, [("recorded_at", "naive_time")])]


def test_row_numbers_are_those_of_the_file_whatever_the_frames_index() -> None:
    frame = pd.DataFrame([REPORT, REPORT | {"report_id": "r2", "unit": None}], index=[7, 7])
    assert [row.number for row in check_table(REPORTS, frame).set_aside] == [2]
