"""Here we hold the law to its data: every version with a source, the right one on the day, and none of it in code."""

from __future__ import annotations

import ast
import datetime as dt
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import triage
from triage.errors import BeforeTheLaw, LawDataBroken
from triage.law import Law, read_law
from triage.rules import RULES

FOLDER = Path(triage.__file__).parent
DATA = {path.name: path.read_bytes() for path in (FOLDER / "lawbook").glob("*.toml")}
TABLES = {
    code: table
    for name, data in DATA.items()
    for code, table in tomllib.loads(data.decode()).items()
    if name != "lawbook.toml"
}
VERSIONS = [(code, row) for code, table in TABLES.items() for row in table["versions"]]
IDS = [f"{code}-{row['from']}" for code, row in VERSIONS]
DAY = dt.timedelta(days=1)
# ---------------------------------------------------------------- the data


@pytest.mark.parametrize(("code", "row"), VERSIONS, ids=IDS)
def test_every_version_says_where_it_stands_and_who_looked_when(code: str, row: dict[str, object]) -> None:
    assert len(str(row["reference"])) > 5
    assert re.fullmatch(r"https?://[^\s/]+/\S*", str(row["href"]))
    assert type(row["checked_on"]) is dt.date
    assert row["checked_on"] >= row["from"]
    assert row["certainty"] in {"act", "secondary", "inferred"}


@pytest.mark.parametrize("code", TABLES)
def test_versions_are_sorted_and_do_not_overlap(code: str) -> None:
    rows = TABLES[code]["versions"]
    assert all("to" in earlier and earlier["to"] < later["from"] for earlier, later in pairwise(rows))
    assert all(row["from"] <= row.get("to", row["from"]) for row in rows)


ACTS = {"2001:453": dt.date(2002, 1, 1), "2025:400": dt.date(2025, 7, 1), "2017:725": dt.date(2018, 1, 1),
        "SOSFS 2014:4": dt.date(2014, 10, 1), "HSLF-FS 2022:39": dt.date(2022, 11, 1)}  # fmt: skip
REPEALED = {"2001:453": dt.date(2025, 6, 30), "SOSFS 2014:4": dt.date(2022, 10, 31)}


@pytest.mark.parametrize(("code", "row"), VERSIONS, ids=IDS)
def test_no_version_cites_an_act_that_was_not_in_force(code: str, row: dict[str, dt.date]) -> None:
    for act, start in ACTS.items():
        if act in str(row["reference"]):
            assert row["from"] >= start
            assert act not in REPEALED or row["to"] <= REPEALED[act]


@pytest.mark.parametrize("code", RULES)
def test_every_verdict_of_a_rule_has_words_in_both_languages(law: Law, code: str) -> None:
    verdicts = law.at(law.changes()[-1]).provision(code).verdicts
    assert set(verdicts) == {"met", "not_met", "cannot_tell"}
    assert all(len(text.sv) > 20 and len(text.en) > 20 for text in verdicts.values())


def test_what_is_not_verified_says_so(law: Law) -> None:
    citation = law.at(dt.date(2025, 9, 1)).provision("witnessed_violence").citation
    assert "inte verifierade" in citation.reference
    assert citation.certainty == "secondary"


# ---------------------------------------------------------------- the right version on the day

OLD, NEW = "11 kap. 1 a § {} stycket socialtjänstlagen (2001:453)", "20 kap. {} § socialtjänstlagen (2025:400)"
SOSFS, HSLF = "SOSFS 2014:4", "HSLF-FS 2022:39"
ON_THE_DAY = [
    # day          code                        part of the reference (None: no such provision)
    ("2012-12-31", "protection_assessment", None),
    ("2013-01-01", "protection_assessment", OLD.format("första")),
    ("2025-06-30", "protection_assessment", OLD.format("första")),
    ("2025-07-01", "protection_assessment", NEW.format(1)),
    ("2012-12-31", "screening", None),
    ("2013-01-01", "screening", OLD.format("andra")),
    ("2025-06-30", "screening", OLD.format("andra")),
    ("2025-07-01", "screening", NEW.format(2)),
    ("2012-12-31", "protection_assessment_due", None),
    ("2013-01-01", "protection_assessment_due", "prop. 2012/13:10 s. 60"),
    ("2014-09-30", "violence_by_close_person", None),
    ("2014-10-01", "violence_by_close_person", SOSFS),
    ("2022-10-31", "violence_by_close_person", SOSFS),
    ("2022-11-01", "violence_by_close_person", HSLF),
    ("2014-09-30", "witnessed_violence", None),
    ("2014-10-01", "witnessed_violence", SOSFS),
    ("2022-10-31", "witnessed_violence", SOSFS),
    ("2022-11-01", "witnessed_violence", HSLF),
    ("2026-01-15", "witnessed_violence", HSLF),
    ("2002-01-01", "application", "11 kap. 1 § socialtjänstlagen (2001:453)"),
    ("2025-06-30", "application", "11 kap. 1 § socialtjänstlagen (2001:453)"),
    ("2025-07-01", "application", "14 kap. 2 § socialtjänstlagen (2025:400)"),
    ("2002-01-01", "immediate_danger", "6 § lagen (1990:52)"),
    ("2022-06-30", "person_decides", "delegation"),
    ("2022-07-01", "person_decides", "16 kap. 3 § socialtjänstlagen (2001:453)"),
    ("2025-06-30", "person_decides", "16 kap. 3 § socialtjänstlagen (2001:453)"),
    ("2025-07-01", "person_decides", "35 kap. 1 § socialtjänstlagen (2025:400)"),
]


@pytest.mark.parametrize(("day", "code", "reference"), ON_THE_DAY)
def test_the_day_before_and_the_day_of_a_change_cite_what_was_in_force(
    law: Law, day: str, code: str, reference: str | None
) -> None:
    provision = law.at(dt.date.fromisoformat(day)).provisions.get(code)
    assert (
        (provision is None)
        if reference is None
        else (provision is not None and reference in provision.citation.reference)
    )


def test_every_change_is_a_day_on_which_something_differs_from_the_day_before(law: Law) -> None:
    for day in law.changes()[1:]:
        assert dict(law.at(day).provisions) != dict(law.at(day - DAY).provisions), day


def test_nothing_changes_between_two_changes(law: Law) -> None:
    for start, end in pairwise((*law.changes(), dt.date(2031, 1, 1))):
        assert dict(law.at(start).provisions) == dict(law.at(end - DAY).provisions), (start, end)


def test_the_law_begins_with_its_first_change(law: Law) -> None:
    assert law.changes()[0] == law.begins


def test_a_provision_that_was_not_in_force_is_an_error_not_an_empty_answer(law: Law) -> None:
    with pytest.raises(KeyError):
        law.at(dt.date(2013, 6, 1)).provision("witnessed_violence")


@pytest.mark.parametrize("day", [dt.date(2001, 12, 31), dt.date(1990, 7, 1), dt.date.min])
def test_a_day_before_the_first_law_is_an_error(law: Law, day: dt.date) -> None:
    with pytest.raises(BeforeTheLaw, match=r"2002-01-01.*Check the date"):
        law.at(day)


def test_values_of_the_law(law: Law) -> None:
    found = law.at(dt.date(2025, 9, 1)).provisions
    assert {
        code: dict(found[code].values) for code in ("protection_assessment_due", "young_person_age", "screening")
    } == {
        "protection_assessment_due": {"days": 1},
        "young_person_age": {"years": 21},
        "screening": {"days": 14},
    }
    assert found["application"].values["own_party_years"] == 15
    assert found["investigation_time"].values["months"] == 4
    assert (
        found["follow_up"].values["months"],
        law.at(dt.date(2025, 6, 30)).provision("follow_up").values["months"],
    ) == (6, 2)


def test_a_law_in_force_cannot_be_changed(law: Law) -> None:
    in_force = law.at(dt.date(2025, 9, 1))
    with pytest.raises(TypeError):
        in_force.provisions["screening"] = None  # type: ignore[index]
    with pytest.raises(TypeError):
        in_force.provision("screening").values["days"] = 30  # type: ignore[index]


def test_the_same_data_are_the_same_law_and_other_data_another(law: Law) -> None:
    assert read_law(DATA) == law
    assert hash(read_law(DATA)) == hash(law)
    assert read_law({**DATA, "child.toml": DATA["child.toml"] + b"\n"}) != law


# ---------------------------------------------------------------- broken data


def one_version(**changes: str) -> str:
    """Write one provision in TOML; a change of "" leaves the line out."""
    lines = {
        "from": "2014-01-01",
        "reference": '"1 kap. 1 §"',
        "href": '"https://example.org/"',
        "checked_on": "2026-01-01",
        "certainty": '"act"',
    } | changes
    return "\n[[duty_x.versions]]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items() if value)


BOOK = b"[law]\nbegins = 2002-01-01\n"
HEAD = (
    '[duty_x]\narea = "opening"\nrow = ["M0"]\nforce = "binding"\n'
    'title.sv = "t"\ntitle.en = "t"\nrule.sv = "r"\nrule.en = "r"\n'
)
SECOND = one_version(**{"from": "2015-01-01"})
BROKEN = {
    "no reference": HEAD + one_version(reference=""),
    "empty reference": HEAD + one_version(reference='" "'),
    "no href": HEAD + one_version(href=""),
    "empty href": HEAD + one_version(href='""'),
    "no checked_on": HEAD + one_version(checked_on=""),
    "checked_on is text": HEAD + one_version(checked_on='"2026-01-01"'),
    "no certainty": HEAD + one_version(certainty=""),
    "unknown certainty": HEAD + one_version(certainty='"sure"'),
    "no first day": HEAD + one_version(**{"from": ""}),
    "first day is text": HEAD + one_version(**{"from": '"2014-01-01"'}),
    "first day is a moment": HEAD + one_version(**{"from": "2014-01-01T00:00:00"}),
    "ends before it begins": HEAD + one_version(to="2013-01-01"),
    "two open versions": HEAD + one_version() + SECOND,
    "overlap of a day": HEAD + one_version(to="2015-01-01") + SECOND,
    "no versions": HEAD,
    "versions empty": HEAD + "versions = []\n",
    "a title without English": HEAD.replace('title.en = "t"\n', "") + one_version(),
    "a title without words": HEAD.replace('title.en = "t"', 'title.en = ""') + one_version(),
    "no rule": HEAD.replace('rule.en = "r"\n', "") + one_version(),
    "no area": HEAD.replace('area = "opening"\n', "") + one_version(),
    "unknown force": HEAD.replace("binding", "maybe") + one_version(),
    "a provision that is a word": HEAD.replace("[duty_x]", "duty_x = 3\n[duty_y]"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_broken_law_data_name_the_provision(how: str) -> None:
    with pytest.raises(LawDataBroken, match="duty_x" if how != "a provision that is a word" else "law|duty_x"):
        read_law({"lawbook.toml": BOOK, "opening.toml": BROKEN[how].encode()})


def test_a_provision_that_stands_in_two_files_is_broken() -> None:
    one = (HEAD + one_version()).encode()
    with pytest.raises(LawDataBroken, match="duty_x stand twice"):
        read_law({"lawbook.toml": BOOK, "a.toml": one, "b.toml": one})


@pytest.mark.parametrize("data", [b"not = [toml", b"\xff\xfe", b"", b"[law]\n", b"law = 3", b'[law]\nbegins = "x"'])
def test_law_data_without_a_beginning_are_broken(data: bytes) -> None:
    with pytest.raises(LawDataBroken):
        read_law({"lawbook.toml": data})


def test_the_helper_of_these_tests_writes_sound_law() -> None:
    law = read_law({"lawbook.toml": BOOK, "x.toml": (HEAD + one_version(to="2014-12-31") + SECOND).encode()})
    assert law.changes() == (dt.date(2014, 1, 1), dt.date(2015, 1, 1))


# ---------------------------------------------------------------- no law in code

CITES = re.compile(r"§|\bkap\.|\bSFS\b|SOSFS|HSLF|\bprop\.|\b\d{4}:\d+|\b(19|20)\d\d-\d\d")
NUMBERS = {number for _, row in VERSIONS for number in row.get("values", {}).values() if number > 12}
FREE_OF_NUMBERS = {"rules.py", "findings.py", "lanes.py", "questions.py", "remarks.py", "judge.py", "law.py"}


def docstrings(tree: ast.AST) -> set[int]:
    """Give the constants that are docstrings, also those under an attribute."""
    bodies = [node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list)]
    return {
        id(line.value)
        for body in bodies
        for line in body
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str)
    }


def constants(path: Path) -> Iterator[object]:
    """Give every constant of a module that is not a docstring, and every comment."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    prose = docstrings(tree)
    yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in prose)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    yield from (token.string for token in tokens if token.type == tokenize.COMMENT)


MODULES = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_citation_and_no_date_of_the_law_stands_in_code(path: Path) -> None:
    assert [text for text in constants(path) if isinstance(text, str) and CITES.search(text)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_number_of_the_law_stands_in_code(path: Path) -> None:
    numbers = {n for n in constants(path) if isinstance(n, int) and not isinstance(n, bool)}
    assert numbers.isdisjoint(NUMBERS)
    if path.name in FREE_OF_NUMBERS:
        assert numbers <= {0, 1, 2, 12}  # nothing, one, a strength, and the months of a year


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_module_makes_a_date_or_asks_the_clock(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert called.isdisjoint({"today", "now", "utcnow", "time", "monotonic", "date_range"})
    made = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"date", "datetime"}
        and any(isinstance(argument, ast.Constant) for argument in node.args)
    ]
    assert made == []


def test_the_scan_sees_a_citation_and_a_number(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(
        '"""Docs may say 20 kap. 2 §."""\nx = f"enligt {1} kap. § 2"\ndays = 14  # SFS 2025:400\n', encoding="utf-8"
    )
    found = list(constants(path))
    assert 14 in found
    assert [text for text in found if isinstance(text, str) and CITES.search(text)] == [" kap. § 2", "# SFS 2025:400"]
