"""Here we hold the JSON door to the tables: same fields, same codes, same verdicts, and no other way to fail than refusal."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import traceback
import types
from collections.abc import Callable, Mapping
from typing import Any, Union, get_args, get_origin, get_type_hints

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import AwareDatetime

from features.check import CheckedTable, check_table
from features.codes import Code, Concern, Reporter, YesNo
from features.kinds import Flag, Identifier, Month, Number, OneOf, Table, Time
from features.report import (
    NOTHING_KNOWN,
    Event,
    InputRefused,
    Known,
    Report,
    ReportedConcern,
    Score,
    local_month,
    parse_known,
    parse_report,
    to_plain,
)
from features.schema import CONCERNS, EVENTS, FACTS, INSTRUMENTS, REPORTS

HIDDEN = "880320-0016"
NUMBERS = (HIDDEN, "8803200016", "198803200016", "880380-0013")
REPORT = {
    "report_id": "r1",
    "child_id": "c1",
    "received_at": "2025-07-01T08:30:00+02:00",
    "unit": "north",
    "referral_type": "child_concern_report",
    "reporter": "police",
}
CONCERN = {"concern": "neglect", "primary": True}
EVENT = {
    "event_id": "e1",
    "child_id": "c1",
    "kind": "screening_decided",
    "happened_at": "2025-05-01T08:30:00+02:00",
    "recorded_at": "2025-05-02T08:30:00+02:00",
    "detail": "not_open",
}
SCORE = {
    "child_id": "c1",
    "instrument": "SDQ",
    "rater": "parent",
    "completed_at": "2025-05-01T08:30:00+02:00",
    "recorded_at": "2025-05-02T08:30:00+02:00",
    "total": 17,
}

# ---------------------------------------------------------------- the same contract

RECORDS: dict[str, tuple[type, Table]] = {
    "report": (Report, REPORTS),
    "concern": (ReportedConcern, CONCERNS),
    "event": (Event, EVENTS),
    "score": (Score, INSTRUMENTS),
}
NESTED = {"report": set(), "concern": {"report_id", "child_id"}, "event": set(), "score": set()}
"""Fields that a nested record does not repeat."""
EASIER = {("concern", "primary"), ("event", "event_id")}
"""What a table requires and JSON does not: one concern alone needs no flag, one history needs no numbering."""
KIND_OF = {AwareDatetime: Time, bool: Flag, float: Number}


def plain_type(hint: object) -> type:
    """Take ``| None`` off a type."""
    if get_origin(hint) in {Union, types.UnionType}:
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_has_the_fields_of_its_table(name: str) -> None:
    record, table = RECORDS[name]
    fields = {field.name for field in dataclasses.fields(record)} - {"concerns"}
    assert fields == set(table.names) - NESTED[name]


@pytest.mark.parametrize("name", RECORDS)
def test_a_field_has_the_kind_the_code_list_and_the_default_of_its_column(name: str) -> None:
    record, table = RECORDS[name]
    hints = get_type_hints(record)
    for field in dataclasses.fields(record):
        if field.name == "concerns":
            continue
        column, hint = table[field.name], plain_type(hints[field.name])
        if issubclass(hint, Code):
            assert column.kind == OneOf(hint), field.name
        elif hint is str:
            assert isinstance(column.kind, (Identifier, Month)), field.name
        else:
            assert isinstance(column.kind, KIND_OF[hint]), field.name
        required = field.default is dataclasses.MISSING
        assert required == (column.required and (name, field.name) not in EASIER), field.name
        if not required and (name, field.name) not in EASIER:
            assert field.default == column.default, field.name


# ---------------------------------------------------------------- the same verdict

Row = Mapping[str, Any]
Verdict = set[tuple[str, str]]


def json_verdict(name: str, row: Row) -> Verdict:
    """Tell (column, code) of every problem at the JSON door; empty when the row is let in."""
    try:
        if name == "report":
            parse_report(json.dumps(row))
        elif name == "concern":
            parse_report(json.dumps({**REPORT, "concerns": [row]}))
        else:
            parse_known(json.dumps({"events" if name == "event" else "instruments": [row]}))
    except InputRefused as refused:
        return {(str(one.column).rsplit(".", maxsplit=1)[-1], one.code) for one in refused.problems}
    return set()


def as_cell(value: object) -> str | None:
    """Write a value as a CSV cell."""
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def table_verdict(name: str, row: Row) -> Verdict:
    """Tell the same of a CSV row; a nested concern gets its report's ids."""
    cells = {**({"report_id": "r1", "child_id": "c1"} if name == "concern" else {}), **row}
    checked = check(RECORDS[name][1], cells)
    return {(str(one.column), one.code) for aside in checked.set_aside for one in aside.problems}


def check(table: Table, row: Row) -> CheckedTable:
    return check_table(table, pd.DataFrame([{key: as_cell(value) for key, value in row.items()}], dtype="str"))


SOUND = {"report": REPORT, "concern": CONCERN, "event": EVENT, "score": SCORE}
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("report", {}),
    ("report", {"birth_month": "2025-07"}),
    ("report", {"birth_month": "2025-08"}),
    ("report", {"birth_month": "2015-13"}),
    ("report", {"birth_month": "mars 2015"}),
    ("report", {"birth_month": "20१५-01"}),
    ("report", {"birth_month": None}),
    ("report", {"reporter": "polisen"}),
    ("report", {"reporter": "Police"}),
    ("report", {"reporter": None}),
    ("report", {"unit": None}),
    ("report", {"unit": "norra enheten"}),
    ("report", {"unit": "Åre"}),
    ("report", {"unit": "x" * 65}),
    ("report", {"household_id": None}),
    ("report", {"injury_now": None}),
    ("report", {"injury_now": "ja"}),
    ("report", {"anonymous": True}),
    ("report", {"child_id": HIDDEN}),
    ("report", {"child_id": "880320-0017"}),
    ("report", {"birth_month": HIDDEN, "reporter": "x", "unit": None}),
    ("concern", {}),
    ("concern", {"concern": "oro"}),
    ("concern", {"concern": None}),
    ("concern", {"status": None, "exposure": None, "perpetrator": None}),
    ("concern", {"status": "säker"}),
    *(("concern", {"primary": value}) for value in (False, "true", "TRUE", "False", "ja", "1", 1, 0, "yes")),
    ("event", {}),
    ("event", {"kind": "samtal"}),
    ("event", {"detail": "kanske"}),
    ("event", {"detail": "needed"}),
    ("event", {"detail": None}),
    ("event", {"kind": "case_closed", "detail": None}),
    ("event", {"kind": "case_closed", "detail": "anything"}),
    ("event", {"recorded_at": "2025-04-01T00:00:00Z"}),
    ("event", {"recorded_at": "2025-05-01T08:30:00+02:00"}),
    ("event", {"withdrawn_at": "2025-05-02T06:30:00Z"}),
    ("event", {"withdrawn_at": "2025-05-02T06:29:59Z"}),
    ("event", {"reason": HIDDEN}),
    ("score", {}),
    ("score", {"recorded_at": "2025-04-01T00:00:00Z"}),
    *(("score", {"total": value}) for value in (0, 40, 41, -1, 12.5, "12.5", "sjutton", "12,5", 1e9, None)),
    ("score", {"instrument": "KASAM13", "total": 12}),
    ("score", {"instrument": "OTHER", "total": 300}),
    ("score", {"instrument": "OTHER", "total": 301}),
    *(
        ("report", {"received_at": value})
        for value in (
            "2025-07-01T08:30:00",
            "2025-07-01T08:30",
            "2025-07-01",
            "2025-07",
            "2025",
            "now",
            "i tisdags",
            "1751351400",
            1751351400,
            "2025-07-01 08:30:00+02:00",
            "2025-07-01T08:30+02:00",
            "2025-07-01T08:30:00+0200",
            "2025-07-01T08:30:00+02",
            "2025-07-01T08+02:00",
            "2025-07-01T08:30:00Z",
            "2025-07-01T08:30:00z",
            "2025-07-01t08:30:00Z",
            "2025-07-01_08:30:00Z",
            "2025-07-01T08:30:00 +02:00",
            "20250701T083000+0200",
            "2025-7-1T08:30:00Z",
            "2025-07-01T08:30:00,5Z",
            "2025-07-01T08:30:00.5Z",
            "2025-07-01T08:30:00.123456Z",
            "2025-07-01T08:30:00.123456789Z",
            "2025-07-01T08:30:00+25:00",
            "2025-07-01T24:00:00Z",
            "2025-07-01T08:30:60Z",
            "2025-07-01T08:60:00Z",
            "2025-02-29T08:30:00Z",
            "2024-02-29T08:30:00Z",
            "2025-02-29T08:30:00",
            "2025-W27-2T08:30:00Z",
            "1899-12-31T00:00:00Z",
            "1900-01-01T00:00:00+14:00",
            "2099-12-31T23:59:59-12:00",
            "2100-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-01:00",
            f"2025-07-01T08:30:00 {HIDDEN}",
        )
    ),
]


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=str)
def test_csv_and_json_give_the_same_verdict(name: str, change: dict[str, Any]) -> None:
    row = {**SOUND[name], **change}
    assert json_verdict(name, row) == table_verdict(name, row)


def test_the_table_of_verdicts_knows_both_outcomes() -> None:
    verdicts = [bool(json_verdict(name, {**SOUND[name], **change})) for name, change in CHANGES]
    assert 20 < sum(verdicts) < len(verdicts) - 20


@pytest.mark.parametrize("text", [row["received_at"] for _, row in CHANGES if isinstance(row.get("received_at"), str)])
def test_an_instant_that_both_doors_read_is_the_same_instant(text: str) -> None:
    row = {**REPORT, "received_at": text}
    if not json_verdict("report", row):
        assert parse_report(json.dumps(row)).received_at == check(REPORTS, row).sound["received_at"].iloc[0]


# ---------------------------------------------------------------- one report


def problems(parse: Callable[[str], object], raw: object) -> list[tuple[str | None, str]]:
    with pytest.raises(InputRefused) as caught:
        parse(json.dumps(raw))
    return [(one.column, one.code) for one in caught.value.problems]


def test_what_is_not_said_is_unknown() -> None:
    report = parse_report(json.dumps({**REPORT, "concerns": [{"concern": "neglect"}]}))
    values = [getattr(report, field.name) for field in dataclasses.fields(Report)]
    assert [value for value in values if value in set(YesNo)] == [YesNo.UNKNOWN] * (2 + len(FACTS))
    assert report.reporter is Reporter.POLICE
    assert report.concerns == (ReportedConcern(concern=Concern.NEGLECT),)


def test_null_is_unknown_like_an_empty_cell() -> None:
    empty = {column.name: None for column in REPORTS.columns if not column.required}
    nested = {**CONCERN, "status": None, "exposure": None, "perpetrator": None}
    with_nulls = parse_report(json.dumps({**REPORT, **empty, "concerns": [nested]}))
    assert with_nulls == parse_report(json.dumps({**REPORT, "concerns": [CONCERN]}))


def test_all_problems_are_told_at_once() -> None:
    raw = {**REPORT, "reporter": "polisen", "unit": None, "note": HIDDEN, "concerns": [{"concern": "oro"}]}
    assert problems(parse_report, raw) == [
        ("note", "personal_number"),
        ("unit", "missing"),
        ("reporter", "unknown_code"),
        ("concerns.0.concern", "unknown_code"),
        ("note", "not_expected"),
    ]


@pytest.mark.parametrize("number", [HIDDEN, 8803200016, 198803200016, 8803200016.0])
def test_a_personal_identity_number_is_seen_as_text_and_as_a_number(number: object) -> None:
    assert problems(parse_report, {**REPORT, "unit": number}) == [("unit", "personal_number")]


def test_a_refusal_says_what_came_what_is_allowed_and_what_to_do() -> None:
    with pytest.raises(InputRefused) as caught:
        parse_report(json.dumps({**REPORT, "reporter": "polisen"}))
    text = str(caught.value)
    assert text.startswith("report, column reporter: 'polisen' is not on the code list. Allowed: 'police', 'school'")
    assert text.endswith("Map the value to the code list, or use its unknown.")


def test_every_broken_row_of_what_is_known_is_told() -> None:
    raw = {
        "reports": [REPORT, {**REPORT, "birth_month": "2025-09"}],
        "events": [EVENT, {**EVENT, "detail": "x"}, {**EVENT, "recorded_at": "2025-01-01T00:00:00Z"}],
        "instruments": [SCORE, {**SCORE, "total": 41}],
    }
    assert problems(parse_known, raw) == [
        ("birth_month", "birth_after_report"),
        ("events.1.detail", "unknown_code"),
        ("events.2.recorded_at", "recorded_before_happened"),
        ("instruments.1.total", "not_a_number"),
    ]


def test_records_survive_the_way_out_and_in() -> None:
    report = parse_report(json.dumps({**REPORT, "birth_month": "2015-03", "concerns": [CONCERN]}))
    known = Known(reports=(report,), complete=False)
    assert parse_report(json.dumps(to_plain(report))) == report
    assert parse_known(json.dumps(to_plain(known))) == known
    assert parse_known("{}") == NOTHING_KNOWN
    full = parse_known(json.dumps({"events": [EVENT], "instruments": [SCORE]}))
    assert parse_known(json.dumps(to_plain(full))) == full


def test_records_cannot_be_changed() -> None:
    report = parse_report(json.dumps(REPORT))
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.unit = "south"


@pytest.mark.parametrize(
    ("moment", "month"),
    [("2025-06-30T21:59:59Z", "2025-06"), ("2025-06-30T22:00:00Z", "2025-07"), ("2024-12-31T23:00:00Z", "2025-01")],
)
def test_the_month_is_counted_in_swedish_time(moment: str, month: str) -> None:
    assert local_month(dt.datetime.fromisoformat(moment)) == month


# ---------------------------------------------------------------- anything at all

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([*NUMBERS, int(NUMBERS[1]), float(NUMBERS[2]), f"ring {HIDDEN}", "0001-01-01T00:00:00+14:00"])
    | st.sampled_from([*REPORT.values(), *EVENT.values(), "9999-12-31T23:59:59-01:00", "2015-03", "yes"])
)
KEYS = st.sampled_from(
    [*REPORTS.names, *CONCERNS.names, *EVENTS.names, *NUMBERS, "concerns", "events", "reports"]
) | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS, lambda part: st.lists(part, max_size=4) | st.dictionaries(KEYS, part, max_size=6), max_leaves=20
)
ALMOST = st.builds(
    lambda more, concerns: {**REPORT, **more, "concerns": concerns},
    st.dictionaries(KEYS, ANYTHING, max_size=3),
    ANYTHING,
)
HISTORY = st.builds(
    lambda event, score: {"events": [{**EVENT, **event}], "instruments": [{**SCORE, **score}]},
    st.dictionaries(st.sampled_from(EVENTS.names), SCALARS, max_size=3),
    st.dictionaries(st.sampled_from(INSTRUMENTS.names), SCALARS, max_size=3),
)


def shown(refused: InputRefused) -> str:
    """Gather everything that a log could write about a refusal."""
    told = [*(json.dumps(one.to_dict(), ensure_ascii=False) for one in refused.problems), repr(refused), str(refused)]
    return "\n".join([*told, *traceback.format_exception(refused)])


@pytest.mark.parametrize("parse", [parse_report, parse_known])
@given(raw=ANYTHING | ALMOST | HISTORY)
@example({**REPORT, "received_at": "0001-01-01T00:00:00+14:00", "birth_month": "2015-03"})
@example({**REPORT, "received_at": "9999-12-31T23:59:59-01:00", "birth_month": "2015-03"})
@example({**REPORT, "unit": f"x{HIDDEN}"})
@example({**REPORT, HIDDEN: 1})
@example({**REPORT, "concerns": [{"concern": {HIDDEN: HIDDEN}}]})
@example({"events": [{**EVENT, "detail": HIDDEN}]})
@example({"instruments": [{**SCORE, "total": float(NUMBERS[1])}]})
def test_anything_is_let_in_or_refused_and_never_shows_a_personal_identity_number(
    parse: Callable[[str], object], raw: object
) -> None:
    try:
        text = json.dumps(to_plain(parse(json.dumps(raw))))
    except InputRefused as refused:
        assert refused.problems  # noqa: PT017
        text = shown(refused)
    assert [number for number in NUMBERS if number in text] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "{",
        "null",
        "NaN",
        "0",
        '"text"',
        "[]",
        b"\xff\xfe",
        b"",
        '"\\ud800"',
        '{"child_id": "\\ud800"}',
        "1" * 5_000,
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        "[" * 600 + "]" * 600,
        '{"a":' * 450 + "1" + "}" * 450,
        f'{{"child_id": "{HIDDEN}"',
        f'{{"child_id": "{HIDDEN}", "unit": "\\ud800"}}',
    ],
    ids=lambda text: repr(text[:12]),
)
@pytest.mark.parametrize("parse", [parse_report, parse_known])
def test_what_is_no_record_is_refused_and_shows_nothing(
    parse: Callable[[str | bytes], object], text: str | bytes
) -> None:
    with pytest.raises(InputRefused) as caught:
        parse(text)
    assert caught.value.problems
    assert HIDDEN not in shown(caught.value)
    assert [one.came for one in caught.value.problems if one.column is None and one.came is not None] == []
    assert caught.value.__context__ is None


def test_a_personal_identity_number_does_not_pass_behind_a_repeated_key() -> None:
    text = json.dumps(REPORT)[:-1] + f', "unit": "{HIDDEN}", "unit": "north"}}'
    try:
        assert HIDDEN not in json.dumps(to_plain(parse_report(text)))
    except InputRefused as refused:
        assert HIDDEN not in shown(refused)  # noqa: PT017
