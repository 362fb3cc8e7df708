"""Here we hold the data contract: five tables that describe themselves in two languages and refuse to drift."""

from __future__ import annotations

import pandas as pd
import pytest

from features.codes import YesNo
from features.kinds import Column, Flag, Identifier, Kind, Month, Number, OneOf, Table, Time
from features.schema import FACTS, TABLES

COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns]
CONTRACT = {
    "reports": "report_id child_id household_id? received_at unit referral_type reporter anonymous? birth_month? "
    "feedback_requested? injury_now? afraid_to_go_home? perpetrator_has_access? caregiver_incapable_now? "
    "young_child_alone? suicide_risk? may_be_taken_abroad? in_sheltered_housing? unaccompanied? "
    "suspected_of_crime? eviction_notice? outside_contact_needed?",
    "concerns": "report_id child_id concern primary status? exposure? perpetrator?",
    "events": "event_id child_id kind happened_at recorded_at report_id? case_id? detail? reason? withdrawn_at?",
    "instruments": "child_id instrument rater completed_at recorded_at total",
    "groups": "child_id attribute value",
}
"""Every column of the contract; ``?`` where a value may be missing."""


@pytest.mark.parametrize("name", CONTRACT)
def test_a_table_has_the_columns_of_the_contract(name: str) -> None:
    written = " ".join(column.name + "?" * (not column.required) for column in TABLES[name].columns)
    assert written == CONTRACT[name]
    assert list(TABLES) == list(CONTRACT)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_key_is_made_of_required_columns(table: Table) -> None:
    assert table.key
    assert all(table[name].required for name in table.key)
    assert len(set(table.names)) == len(table.names)
    assert table.sv != table.en


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda one: one.name)
def test_a_column_explains_itself_in_both_languages(table: Table, column: Column) -> None:
    assert column.label("sv") != column.label("en")
    assert column.kind.describe("sv") != column.kind.describe("en")
    assert table.arrow().field(column.name).type == column.kind.arrow()


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda one: one.name)
def test_a_default_is_the_explicit_unknown_and_never_no(table: Table, column: Column) -> None:
    assert column.default in {None, "unknown"}
    assert not (column.required and column.default), table.name


def test_every_fact_is_a_column_of_yes_no_unknown() -> None:
    for name, (sv, en) in FACTS.items():
        column = TABLES["reports"][name]
        assert column == Column(name, OneOf(YesNo), sv, en, required=False, default="unknown")


READ: list[tuple[Kind, object, object]] = [
    (Identifier(), "r-1", "r-1"),
    (Identifier(), " r1 ", "r1"),
    (Identifier(), "Åsa/1.2:3_4", "Åsa/1.2:3_4"),
    (Identifier(), "x" * 64, "x" * 64),
    (Identifier(), "x" * 65, "not_an_identifier"),
    (Identifier(), "två ord", "not_an_identifier"),
    (Identifier(), "a\nb", "not_an_identifier"),
    (Month(), "1900-01", "1900-01"),
    (Month(), "2099-12", "2099-12"),
    (Month(), "1899-12", "not_a_month"),
    (Month(), "2015-00", "not_a_month"),
    (Month(), "2015-3", "not_a_month"),
    (Month(), "2015-03-01", "not_a_month"),
    (Month(), "2015-03\n", "2015-03"),
    (OneOf(YesNo), "yes", "yes"),
    (OneOf(YesNo), "YES", "unknown_code"),
    (Flag(), "TRUE", True),
    (Flag(), "1", "not_true_or_false"),
    (Number(0, 10), "10", 10.0),
    (Number(0, 10), "10.01", "not_a_number"),
    (Number(), "1e300", 1e300),
    (Number(), "inf", "not_a_number"),
    (Time(), "2025-07-01T08:30:00+02:00", pd.Timestamp("2025-07-01T06:30:00Z")),
    (Time(), "2025-07-01T08:30:00", "naive_time"),
    (Time(), "2025-07-01", "naive_time"),
    (Time(), "2025-07", "not_a_time"),
    (Time(), "now", "not_a_time"),
    (Time(), "2025-13-01T08:30:00Z", "not_a_time"),
]


@pytest.mark.parametrize(("kind", "raw", "wanted"), READ, ids=str)
def test_a_kind_reads_a_value_or_marks_it(kind: Kind, raw: object, wanted: object) -> None:
    read = kind.read(pd.Series([raw, None], dtype="str"))
    assert read.wrong[1] == ""
    assert pd.isna(read.values.iloc[1])
    if read.wrong[0]:
        assert read.wrong[0] == wanted
    else:
        assert read.values.iloc[0] == wanted


@pytest.mark.parametrize("kind", [Identifier(), Month(), OneOf(YesNo), Flag(), Number(), Time()], ids=repr)
@pytest.mark.parametrize("raw", [[], [None, None], ["", "  "]])
def test_a_column_of_nothing_is_missing_and_not_wrong(kind: Kind, raw: list[object]) -> None:
    read = kind.read(pd.Series(raw, dtype="str"))
    assert read.wrong.tolist() == [""] * len(raw)
    assert read.values.isna().all()


def test_a_table_that_has_no_such_column_says_so() -> None:
    with pytest.raises(StopIteration):
        TABLES["reports"]["name"]
