"""Here we break one row in ten, in many ways, and hold the folder to it: sound rows kept, every broken row explained."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

import pandas as pd
import pytest

from features.build import build
from features.cases import Cases
from features.check import SetAside
from features.folder import ENDINGS, FolderUnreadable, load, read_table, save
from features.records import records
from features.schema import TABLES


def personal_number(date: str, serial: str, between: str = "-") -> str:
    """Put together a number with its right check digit; the date may have six or eight digits."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(date[-6:] + serial)]
    return f"{date}{between}{serial}{-sum(part // 10 + part % 10 for part in doubled) % 10}"


NUMBERS = (
    *(personal_number(date, "001", between) for date in ("880320", "19880320") for between in ("-", "", "+", " ")),
    personal_number("880380", "001"),
    personal_number("19880380", "001", ""),
    personal_number("200229", "123"),
    personal_number("20000229", "999"),
)
"""Made of a date and a serial number, co-ordination numbers and leap days too; never a person's."""
HIDDEN = "880320-0016"


def row_of(table: str, n: int) -> dict[str, str | None]:
    """Give a sound row; every tenth belongs to a sound report all the same."""
    other = n - n % 10 + n % 10 % 9
    return {
        "reports": {
            "report_id": f"r{n}",
            "child_id": f"c{n}",
            "household_id": f"h{n // 2}",
            "received_at": "2025-07-01T08:30:00+02:00",
            "unit": "north",
            "referral_type": "child_concern_report",
            "reporter": "police",
            "anonymous": "no",
            "birth_month": "2015-03",
            "injury_now": "yes",
            "suicide_risk": None,
        },
        "concerns": {
            "report_id": f"r{other}",
            "child_id": f"c{other}",
            "concern": "neglect" if n == other else "self_harm",
            "primary": "true",
            "status": "stated",
            "exposure": "subjected",
            "perpetrator": "close_person",
        },
        "events": {
            "event_id": f"e{n}",
            "child_id": f"c{other}",
            "kind": "screening_decided",
            "happened_at": "2024-07-01T08:30:00+02:00",
            "recorded_at": "2024-07-02T08:30:00+02:00",
            "report_id": None,
            "case_id": f"k{n}",
            "detail": "not_open",
            "reason": "no_concern",
            "withdrawn_at": None,
        },
        "instruments": {
            "child_id": f"c{n}",
            "instrument": "SDQ",
            "rater": "parent",
            "completed_at": "2024-07-01T08:30:00+02:00",
            "recorded_at": "2024-07-02T08:30:00+02:00",
            "total": "17",
        },
        "groups": {"child_id": f"c{n}", "attribute": "sex", "value": "1"},
    }[table]


@dataclass(frozen=True)
class Way:
    """One way to break a row, and what must be said about it."""

    table: str
    change: Mapping[str, str | None]
    column: str
    code: str

    @property
    def came(self) -> str | None:
        return self.change.get(self.column)


WAYS = {
    "birth after report": Way("reports", {"birth_month": "2025-08"}, "birth_month", "birth_after_report"),
    "duplicate report": Way("reports", {"report_id": "r10", "child_id": "c10"}, "report_id/child_id", "duplicate_id"),
    "unknown reporter": Way("reports", {"reporter": "polisen"}, "reporter", "unknown_code"),
    "unknown answer": Way("reports", {"injury_now": "ja"}, "injury_now", "unknown_code"),
    "naive time": Way("reports", {"received_at": "2025-07-01T08:30:00"}, "received_at", "naive_time"),
    "no time": Way("reports", {"received_at": "i tisdags"}, "received_at", "not_a_time"),
    "time without end": Way("reports", {"received_at": "9999-12-31T23:59:59-01:00"}, "received_at", "not_a_time"),
    "time before time": Way("reports", {"received_at": "0001-01-01T00:00:00+14:00"}, "received_at", "not_a_time"),
    "malformed month": Way("reports", {"birth_month": "mars 2015"}, "birth_month", "not_a_month"),
    "month thirteen": Way("reports", {"birth_month": "2015-13"}, "birth_month", "not_a_month"),
    "missing unit": Way("reports", {"unit": None}, "unit", "missing"),
    "name for an id": Way("reports", {"child_id": "Anna Svensson, 7 år"}, "child_id", "not_an_identifier"),
    **{
        f"number {number} as id": Way("reports", {"child_id": number}, "child_id", "personal_number")
        for number in NUMBERS
    },
    "number in a note": Way("reports", {"note": f"mamma {HIDDEN} ringde"}, "note", "personal_number"),
    "number in a code": Way("reports", {"reporter": f"{HIDDEN} school"}, "reporter", "personal_number"),
    "orphan": Way("concerns", {"report_id": "nobody"}, "report_id", "orphan"),
    "concern of another child": Way("concerns", {"child_id": "c0", "report_id": "r11"}, "report_id", "orphan"),
    "unknown concern": Way("concerns", {"concern": "oro"}, "concern", "unknown_code"),
    "neither true nor false": Way("concerns", {"primary": "kanske"}, "primary", "not_true_or_false"),
    "missing primary": Way("concerns", {"primary": None}, "primary", "missing"),
    "recorded before it happened": Way(
        "events", {"recorded_at": "2024-06-01T00:00:00+02:00"}, "recorded_at", "recorded_before_happened"
    ),
    "withdrawn before recorded": Way(
        "events", {"withdrawn_at": "2024-06-01T00:00:00+02:00"}, "withdrawn_at", "withdrawn_before_recorded"
    ),
    "duplicate event": Way("events", {"event_id": "e0"}, "event_id", "duplicate_id"),
    "unknown detail": Way("events", {"detail": "kanske"}, "detail", "unknown_code"),
    "detail of another kind": Way("events", {"detail": "needed"}, "detail", "unknown_code"),
    "missing detail": Way("events", {"detail": None}, "detail", "missing"),
    "unknown kind": Way("events", {"kind": "telefonsamtal"}, "kind", "unknown_code"),
    "number in a reason": Way("events", {"reason": HIDDEN}, "reason", "personal_number"),
    "impossible total": Way("instruments", {"total": "41"}, "total", "not_a_number"),
    "total in words": Way("instruments", {"total": "sjutton"}, "total", "not_a_number"),
    "missing total": Way("instruments", {"total": None}, "total", "missing"),
    "score before it was made": Way(
        "instruments", {"recorded_at": "2024-06-01T00:00:00+02:00"}, "recorded_at", "recorded_before_happened"
    ),
    "number as a value": Way("groups", {"value": HIDDEN}, "value", "personal_number"),
    "unknown attribute": Way("groups", {"attribute": "religion"}, "attribute", "unknown_code"),
}
SHOWN_ALLOWED = {
    "unknown_code",
    "not_an_identifier",
    "not_a_time",
    "naive_time",
    "not_a_month",
    "not_a_number",
    "missing",
}


def broken_frames() -> dict[str, pd.DataFrame]:
    """Give tables in which the tenth row of every ten is broken."""
    rows: dict[str, list[dict[str, str | None]]] = {name: [] for name in TABLES}
    for way in WAYS.values():
        part = rows[way.table]
        part += [row_of(way.table, len(part) + n) for n in range(9)]
        part.append({**row_of(way.table, len(part)), **way.change})
    return {name: pd.DataFrame(part) for name, part in rows.items()}


@pytest.fixture(scope="module", params=ENDINGS)
def cases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Cases:
    folder = tmp_path_factory.mktemp("broken")
    save(folder, broken_frames(), ending=request.param)
    return load(folder)


def the_row(cases: Cases, name: str) -> SetAside:
    """Find the row that was broken in this way."""
    way = WAYS[name]
    number = 10 * (1 + [key for key, one in WAYS.items() if one.table == way.table].index(name))
    return next(row for row in cases.set_aside if (row.table, row.number) == (way.table, number))


@pytest.mark.parametrize("name", WAYS)
def test_a_broken_row_says_table_row_column_what_came_what_is_allowed_and_what_to_do(cases: Cases, name: str) -> None:
    way, row = WAYS[name], the_row(cases, name)
    assert [(problem.column, problem.code) for problem in row.problems] == [(way.column, way.code)]
    problem = row.problems[0]
    assert (problem.table, problem.row) == (way.table, row.row)
    assert (problem.allowed is not None) == (way.code in SHOWN_ALLOWED)
    for language, said in (("sv", "kolumn"), ("en", "column")):
        text = problem.text(language)
        assert text.startswith(f"{way.table}, ")
        assert row.row in text
        assert f"{said} {way.column}" in text
        assert text.endswith(".")
        assert "{" not in text
        if way.code not in {"personal_number", "missing", "duplicate_id", "orphan"}:
            assert str(way.came) in text


def test_every_sound_row_is_kept_and_nothing_disappears(cases: Cases) -> None:
    for name, count in cases.counts().items():
        broken = sum(way.table == name for way in WAYS.values())
        assert count == {"handed_in": 10 * broken, "sound": 9 * broken, "set_aside": broken}, name
        kept = cases.frame(name)
        for column in {"reports": ["report_id"], "events": ["event_id"], "concerns": ["report_id", "concern"]}.get(
            name, ["child_id"]
        ):
            wanted = [row_of(name, n)[column] for n in range(10 * broken) if n % 10 != 9]
            assert kept[column].tolist() == wanted


def test_what_is_sound_can_be_used(cases: Cases) -> None:
    assert len(build(cases).values) == cases.counts()["reports"]["sound"] == len(records(cases).reports)


def strings(thing: object) -> Iterator[str]:
    """Give every string that can be reached from a result, its repr and its words."""
    if isinstance(thing, str):
        yield thing
        return
    yield repr(thing)
    if hasattr(thing, "to_dict"):
        yield from strings(thing.to_dict())
        yield from (thing.text("sv"), thing.text("en"))
    if isinstance(thing, Mapping):
        for key, value in thing.items():
            yield str(key)
            yield from strings(value)
    elif isinstance(thing, (tuple, list)):
        for item in thing:
            yield from strings(item)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from strings(getattr(thing, field.name))


def test_no_personal_identity_number_can_be_read_anywhere(cases: Cases) -> None:
    everything = [*strings(cases.set_aside), *strings(cases.notices), *strings(cases.problems()), repr(cases)]
    assert len(everything) > 1_000
    assert [text for text in everything for number in NUMBERS if number in text] == []
    assert [name for name in TABLES for number in NUMBERS if number in cases.frame(name).to_csv()] == []


def test_a_column_outside_the_contract_is_noticed(cases: Cases) -> None:
    assert [(notice.table, notice.column, notice.code) for notice in cases.notices if notice.table == "reports"] == [
        ("reports", "note", "unknown_column")
    ]


@pytest.fixture
def sound() -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame([row_of(name, n) for n in range(9)]) for name in TABLES}


def test_csv_and_parquet_of_the_same_data_have_the_same_digest(tmp_path: Path) -> None:
    digests = set()
    for ending in ENDINGS:
        save(tmp_path / ending, broken_frames(), ending=ending)
        digests.add(load(tmp_path / ending).digest())
    assert len(digests) == 1


def test_typed_columns_written_as_csv_and_parquet_have_the_same_digest(
    sound: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    frames = {name: frame.copy() for name, frame in sound.items()}
    for name, column in (("reports", "received_at"), ("events", "happened_at"), ("events", "recorded_at")):
        frames[name][column] = pd.to_datetime(frames[name][column], utc=True).dt.tz_convert("Europe/Stockholm")
    frames["concerns"]["primary"] = frames["concerns"]["primary"] == "true"
    frames["instruments"]["total"] = frames["instruments"]["total"].astype("float64")
    digests = {Cases.from_frames(sound).digest()}
    for ending in ENDINGS:
        save(tmp_path / ending, frames, ending=ending)
        cases = load(tmp_path / ending)
        assert cases.set_aside == ()
        digests.add(cases.digest())
    assert len(digests) == 1


def test_times_to_the_microsecond_survive_a_csv_and_are_never_taken_for_a_personal_identity_number(
    sound: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    chance = random.Random(1)
    rows = [
        row_of("reports", n) | {"received_at": f"2025-07-01T08:30:00.{chance.randrange(10**6):06d}+0000"}
        for n in range(2_000)
    ]
    frame = pd.DataFrame(rows)
    frame["received_at"] = pd.to_datetime(frame["received_at"], format="ISO8601", utc=True)
    save(tmp_path, {"reports": frame}, ending=".csv")
    cases = load(tmp_path)
    assert cases.set_aside == ()
    assert cases.frame("reports")["received_at"].tolist() == frame["received_at"].tolist()


def test_a_csv_from_a_spreadsheet_with_a_byte_order_mark_is_read(
    sound: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    (tmp_path / "reports.csv").write_text(sound["reports"].to_csv(index=False), encoding="utf-8-sig")
    assert load(tmp_path).counts()["reports"] == {"handed_in": 9, "sound": 9, "set_aside": 0}


def test_a_table_can_be_read_unchecked_or_found_missing(sound: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    save(tmp_path, {"truth": sound["groups"]})
    assert read_table(tmp_path, "truth").equals(sound["groups"])
    assert read_table(tmp_path, "reports") is None


def test_a_folder_with_reports_alone_is_read_and_the_rest_noticed(
    sound: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    save(tmp_path, {"reports": sound["reports"]})
    missing = [notice.table for notice in load(tmp_path).notices if notice.code == "missing_table"]
    assert missing == ["concerns", "events", "instruments", "groups"]


SECRET = "Anna Svensson"


def twice(folder: Path, rows: pd.DataFrame) -> None:
    save(folder, {"reports": rows}, ending=".csv")
    save(folder, {"reports": rows}, ending=".parquet")


def of_bytes(name: str, change: object) -> object:
    def write(folder: Path, rows: pd.DataFrame) -> None:
        save(folder, {"reports": rows}, ending=name)
        path = folder / f"reports{name}"
        path.write_bytes(change(path.read_bytes()))

    return write


def concerns_only(folder: Path, rows: pd.DataFrame) -> None:
    save(folder, {"concerns": rows})


def torn_inside(content: bytes) -> bytes:
    half = len(content) // 4
    return content[:half] + bytes(255 - byte for byte in content[half : half + 40]) + content[half + 40 :]


UNREADABLE = {
    "reports twice": (twice, "both as Parquet and as CSV"),
    "no reports": (concerns_only, "no reports.parquet and no reports.csv"),
    "parquet cut off": (of_bytes(".parquet", lambda content: content[:100]), "cannot be read as a table"),
    "parquet torn inside": (of_bytes(".parquet", torn_inside), "cannot be read as a table"),
    "parquet of nothing": (of_bytes(".parquet", lambda _: b""), "cannot be read as a table"),
    "text called parquet": (of_bytes(".parquet", lambda _: SECRET.encode()), "cannot be read as a table"),
    "csv of nothing": (of_bytes(".csv", lambda _: b""), "cannot be read as a table"),
    "csv in latin-1": (
        of_bytes(".csv", lambda content: content.decode().replace("north", "Åre").encode("latin-1")),
        "UTF-8",
    ),
    "csv in utf-16": (of_bytes(".csv", lambda content: content.decode().encode("utf-16")), "UTF-8"),
    "csv with a quote never closed": (of_bytes(".csv", lambda content: content + b'"r99,'), "cannot be read"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_folder_that_cannot_be_read_says_so_without_a_rows_content(
    name: str, sound: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    make, said = UNREADABLE[name]
    make(tmp_path, sound["reports"].assign(household_id="SECRET-household", note=f"{SECRET} {HIDDEN}"))
    with pytest.raises(FolderUnreadable, match=said) as caught:
        load(tmp_path)
    assert [word for word in (SECRET, HIDDEN, "SECRET-household", "police", "r99") if word in str(caught.value)] == []
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize("seed", range(25))
def test_a_parquet_file_damaged_anywhere_is_read_or_refused_and_never_crashes(
    seed: int, sound: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    chance = random.Random(seed)

    def damage(content: bytes) -> bytes:
        damaged = bytearray(content)
        for _ in range(5):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        return bytes(damaged)

    of_bytes(".parquet", damage)(tmp_path, sound["reports"])
    try:
        load(tmp_path)
    except FolderUnreadable as error:
        assert "reports.parquet" in str(error)  # noqa: PT017


def test_a_path_that_is_no_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderUnreadable, match="nowhere is not a folder"):
        load(tmp_path / "nowhere")


LONG = """report_id,child_id,received_at,unit,referral_type,reporter
r1,c1,2025-01-01T10:00:00Z,u,application,parent
r2,c2,2025-01-01T10:00:00Z,u,application,parent,880320-0016
r3,c3,2025-01-01T10:00:00Z,"u",application,parent
"""


def test_a_row_with_a_separator_too_many_is_set_aside_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "reports.csv").write_text(LONG, encoding="utf-8")
    cases = load(tmp_path)
    assert cases.counts()["reports"] == {"handed_in": 3, "sound": 2, "set_aside": 1}
    (row,) = (aside for aside in cases.set_aside if aside.table == "reports")
    assert (row.row, row.readable) == ("#2", {})
    assert [problem.code for problem in row.problems] == ["too_long"]
    assert "880320" not in repr(cases.set_aside)


def test_when_every_row_is_too_long_every_row_is_set_aside(tmp_path: Path) -> None:
    head, *rows = LONG.replace(",880320-0016", "").splitlines()
    (tmp_path / "reports.csv").write_text("\n".join([head, *(row + ",x" for row in rows)]) + "\n", encoding="utf-8")
    assert load(tmp_path).counts()["reports"] == {"handed_in": 3, "sound": 0, "set_aside": 3}
