"""Here we hold the law book to its promises: every provision sourced and dated, in two languages, and every rule accounted for."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from features.codes import Reporter

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "triage" / "lawbook"
COVERAGE = (ROOT / "docs" / "law-coverage.md").read_text(encoding="utf-8")
AREAS = ("opening", "process", "reporting", "child", "early_help", "records")
FILES = {area: tomllib.loads((BOOK / f"{area}.toml").read_text(encoding="utf-8")) for area in AREAS}
PROVISIONS = [(area, code, table) for area, tables in FILES.items() for code, table in tables.items()]
BY_CODE = {code: table for _, code, table in PROVISIONS}
VERSIONS = [(code, row) for _, code, table in PROVISIONS for row in table["versions"]]
CODES = [code for _, code, _ in PROVISIONS]
IDS = [f"{code}-{row['from']}" for code, row in VERSIONS]
BEGINS = dt.date(2002, 1, 1)
DAY = dt.timedelta(days=1)
VERDICTS = ("met", "not_met", "cannot_tell")
TRIGGERED = {
    "duty_to_open", "violence_by_close_person", "witnessed_violence", "honour_related_violence", "immediate_danger",
    "application", "taken_abroad_or_mutilation", "sheltered_housing", "unaccompanied_child", "suspect_under_15",
    "suspect_15_to_17", "crime_by_other", "eviction", "outside_contact", "protection_assessment", "screening",
    "duty_to_report", "feedback", "early_help",
}  # fmt: skip


def both(text: object) -> bool:
    """Tell whether a text says something in Swedish and in English, and nothing else."""
    return (
        isinstance(text, dict)
        and set(text) == {"sv", "en"}
        and all(isinstance(said, str) and said.strip() == said and said for said in text.values())
    )


def on(code: str, day: dt.date) -> dict[str, Any] | None:
    """Give the version of a provision that was in force on a day."""
    rows = [row for row in BY_CODE[code]["versions"] if row["from"] <= day <= row.get("to", day)]
    assert len(rows) <= 1
    return rows[0] if rows else None


def texts() -> list[tuple[str, str, str]]:
    """Give every text: provision, language, words."""
    return [
        (code, language, words)
        for _, code, table in PROVISIONS
        for holder in (table, *table["versions"])
        for text in holder.values()
        if isinstance(text, dict) and "sv" in text
        for language, words in text.items()
    ]


# ---------------------------------------------------------------- the shape of the data


def test_the_book_holds_one_file_per_area_and_begins_with_the_act_of_2001() -> None:
    assert {path.stem for path in BOOK.glob("*.toml")} == {*AREAS, "lawbook"}
    head = tomllib.loads((BOOK / "lawbook.toml").read_text(encoding="utf-8"))
    assert set(head) == {"law"}
    assert set(head["law"]) == {"begins", "sv", "en"}
    assert head["law"]["begins"] == BEGINS
    assert all(path.read_text(encoding="utf-8").startswith("# ") for path in BOOK.glob("*.toml"))


def test_no_code_stands_in_two_files() -> None:
    assert len(CODES) == len(set(CODES))


@pytest.mark.parametrize(("area", "code", "table"), PROVISIONS, ids=CODES)
def test_every_provision_says_what_it_is_how_it_binds_and_which_rule_it_answers(
    area: str, code: str, table: dict[str, Any]
) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", code)
    assert set(table) - set(VERDICTS) == {"area", "force", "row", "title", "rule", "versions"}
    assert table["area"] == area
    assert table["force"] in {"binding", "practice", "flag", "guidance"}
    assert table["row"]
    assert all(re.fullmatch(r"[MP]\d|[2-7]\.[a-z_]+", row) for row in table["row"])
    assert both(table["title"])
    assert both(table["rule"])
    assert table["versions"]


@pytest.mark.parametrize(("code", "row"), VERSIONS, ids=IDS)
def test_every_version_says_where_it_stands_and_who_looked_when(code: str, row: dict[str, Any]) -> None:
    known = {"from", "to", "published", "reference", "href", "checked_on", "certainty", "note", "changed", "rule", "values",
             "reporters", "reporters_unclear"}  # fmt: skip
    assert set(row) <= known
    assert {"from", "reference", "href", "checked_on", "certainty"} <= set(row)
    assert row["reference"].strip()
    assert re.fullmatch(r"https?://[^\s/…]+/[^\s…]*", row["href"])
    assert row["certainty"] in {"act", "secondary", "inferred"}
    assert all(type(row[name]) is dt.date for name in ("from", "to", "published", "checked_on") if name in row)
    assert row["checked_on"] >= row["from"]
    assert all(type(number) is int for number in row.get("values", {}).values())
    assert all(re.search(r"(days|weeks|months|years|criteria)$", unit) for unit in row.get("values", {}))
    assert all(both(row[name]) for name in ("note", "changed", "rule") if name in row)


@pytest.mark.parametrize("code", CODES)
def test_versions_are_sorted_do_not_overlap_and_leave_no_gap(code: str) -> None:
    rows = BY_CODE[code]["versions"]
    assert all(earlier["to"] + DAY == later["from"] for earlier, later in pairwise(rows))
    assert all(row["from"] <= row.get("to", row["from"]) for row in rows)


@pytest.mark.parametrize("code", CODES)
def test_every_version_after_the_first_says_what_changed(code: str) -> None:
    first, *later = BY_CODE[code]["versions"]
    assert "changed" not in first
    assert all(both(row.get("changed")) for row in later)


@pytest.mark.parametrize(("code", "row"), VERSIONS, ids=IDS)
def test_nothing_was_published_after_it_came_into_force(code: str, row: dict[str, Any]) -> None:
    assert row.get("published", row["from"]) <= row["from"]


@pytest.mark.parametrize(("code", "row"), VERSIONS, ids=IDS)
def test_what_was_not_read_in_the_act_says_so(code: str, row: dict[str, Any]) -> None:
    if row["certainty"] != "act":
        secondary = re.search(r"prop\.|Kunskapsguiden|riktlinjer|Lawline|inte verifiera", row["reference"])
        assert "note" in row or secondary


@pytest.mark.parametrize("code", [code for code, row in VERSIONS if "HSLF-FS 2022:39" in row["reference"]])
def test_the_paragraph_that_nobody_has_read_is_marked(code: str) -> None:
    row = BY_CODE[code]["versions"][-1]
    assert row["certainty"] == "secondary"
    assert "kapitel och paragraf inte verifierade" in row["reference"]
    assert "inte verifierade" in row["note"]["sv"]


def test_no_version_cites_an_act_outside_the_days_it_was_in_force() -> None:
    lives = {
        "socialtjänstlagen (2001:453)": (BEGINS, dt.date(2025, 6, 30)),
        "SOSFS 2014:4": (dt.date(2014, 10, 1), dt.date(2022, 10, 31)),
        "HSLF-FS 2022:39": (dt.date(2022, 11, 1), None),
        "2024:79": (dt.date(2024, 4, 1), None),
        "2025:400": (dt.date(2025, 7, 1), None),
        "2025:468": (dt.date(2025, 7, 1), None),
        "2025:1501": (dt.date(2026, 1, 15), None),
    }
    for code, row in VERSIONS:
        for act, (start, end) in lives.items():
            if act in row["reference"]:
                assert row["from"] >= start, (code, act)
                assert end is None or row.get("to", dt.date.max) <= end, (code, act)


# ---------------------------------------------------------------- the words


@pytest.mark.parametrize("code", CODES)
def test_a_provision_that_a_report_triggers_says_what_every_verdict_means(code: str) -> None:
    given = {name for name in VERDICTS if name in BY_CODE[code]}
    assert given == (set(VERDICTS) if code in TRIGGERED else set())
    assert all(both(BY_CODE[code][name]) for name in given)


@pytest.mark.parametrize("code", sorted(TRIGGERED))
def test_what_cannot_be_told_goes_to_a_person_who_asks(code: str) -> None:
    words = BY_CODE[code]["cannot_tell"]
    assert re.search(r"\b[Ee]n person\b.*\bfrågar\b", words["sv"])
    assert re.search(r"\b[Aa] person\b.*\basks\b", words["en"])


@pytest.mark.parametrize("code", CODES)
def test_a_rule_is_one_to_four_sentences(code: str) -> None:
    for words in BY_CODE[code]["rule"].values():
        assert 1 <= len(re.findall(r"[.!?](?:\s|$)", re.sub(r"\bkap\.", "kap", words))) <= 4, words


def test_no_text_promises_or_judges_what_nobody_can() -> None:
    banned = re.compile(
        r"låg risk|riskfri|ofarlig|rättvis|garanter|\b(säker|säkert|säkra|trygg|tryggt|trygga)\b"
        r"|\b(low[- ]risk|no risk|safe|safely|fair|guarantee\w*|unbiased)\b",
        re.IGNORECASE,
    )
    for code, _, words in texts():
        assert not banned.search(words), (code, words)


def test_swedish_is_swedish_and_english_is_english() -> None:
    for code, language, words in texts():
        if language == "sv":
            assert not re.search(r"\b(the|and|must|report)\b", words), (code, words)
        else:
            assert not re.search(r"\b(och|ska|inte|anmälan)\b", words), (code, words)


# ---------------------------------------------------------------- who must report


def test_reporter_lists_hold_codes_of_reporters_and_nothing_twice() -> None:
    listed = [row for _, row in VERSIONS if "reporters" in row]
    assert listed == BY_CODE["duty_to_report"]["versions"]
    for row in listed:
        codes = row["reporters"] + row["reporters_unclear"]
        assert set(codes) <= set(Reporter.values())
        assert len(codes) == len(set(codes))


def test_the_duty_to_report_only_grows_and_never_names_a_private_person() -> None:
    rows = BY_CODE["duty_to_report"]["versions"]
    assert all(set(earlier["reporters"]) <= set(later["reporters"]) for earlier, later in pairwise(rows))
    assert set(rows[2]["reporters"]) - set(rows[1]["reporters"]) == {"other_authority", "security_guard"}
    for row in rows:
        assert not {"parent", "child", "relative", "neighbour_acquaintance"} & {
            *row["reporters"], *row["reporters_unclear"]
        }  # fmt: skip


# ---------------------------------------------------------------- the day before and the day of

SOL, NEW = "socialtjänstlagen (2001:453)", "socialtjänstlagen (2025:400)"
SOSFS, HSLF, LVU = "SOSFS 2014:4", "HSLF-FS 2022:39", "lagen (1990:52)"
NONE = None
BOUNDARIES = [
    # day of the change, code, the day before, the day of: part of the reference, or a value, or nothing in force
    ("1990-07-01", "immediate_danger", NONE, "6 § " + LVU),
    ("1990-07-01", "care_submission", NONE, {"weeks": 1}),
    ("1990-07-01", "care_application", NONE, {"weeks": 4}),
    ("2002-01-01", "duty_to_open", NONE, "11 kap. 1 § " + SOL),
    ("2002-01-01", "application", NONE, "11 kap. 1 § " + SOL),
    ("2002-01-01", "young_person_age", NONE, {"years": 21}),
    ("2002-01-01", "investigation_time", NONE, {"months": 4}),
    ("2002-01-01", "party_age", NONE, {"years": 15}),
    ("2002-01-01", "suspect_under_15", NONE, {"below_years": 15}),
    ("2009-06-30", "secrecy", NONE, {"years": 70}),
    ("2009-06-30", "police_report", NONE, "10 kap. 21 och 23 §§"),
    ("2013-01-01", "protection_assessment", NONE, "11 kap. 1 a § första stycket " + SOL),
    ("2013-01-01", "protection_assessment_due", NONE, {"days": 1}),
    ("2013-01-01", "screening", NONE, {"days": 14}),
    ("2013-01-01", "screening_extension", NONE, "11 kap. 1 a § andra stycket " + SOL),
    ("2013-01-01", "contacts_before_opening", NONE, "Lawline"),
    ("2013-01-01", "outside_contact", NONE, "Lawline"),
    ("2013-01-01", "follow_up", NONE, {"months": 2}),
    ("2013-01-01", "feedback", NONE, "14 kap. 1 b § " + SOL),
    ("2013-01-01", "recommended_reporters", NONE, "14 kap. 1 c § " + SOL),
    ("2013-01-01", "reporter_meeting", NONE, "14 kap. 1 a § " + SOL),
    ("2013-01-01", "not_open_records", NONE, {"kept_years": 5}),
    ("2014-07-01", "qualified_assessor", NONE, "3 kap. 3 a § " + SOL),
    ("2014-10-01", "violence_by_close_person", NONE, "6 kap. 1 § 1 Socialstyrelsens föreskrifter " + SOSFS),
    ("2014-10-01", "witnessed_violence", NONE, "6 kap. 1 § 2 Socialstyrelsens föreskrifter " + SOSFS),
    ("2014-10-01", "honour_related_violence", NONE, SOSFS),
    ("2014-10-01", "taken_abroad_or_mutilation", NONE, SOSFS),
    ("2018-05-25", "data_protection_assessment", NONE, {"criteria": 2}),
    ("2020-01-01", "convention", NONE, "1 § lagen (2018:1197)"),
    ("2021-07-01", "child_crime_victim", "5 kap. 11 § tredje och fjärde styckena " + SOL, "barnfridsbrott"),
    ("2022-07-01", "person_decides", "delegation", "6 kap. 38 § kommunallagen (2017:725)"),
    ("2022-07-01", "automated_decision_bar", NONE, "6 kap. 37 och 38 §§ kommunallagen (2017:725)"),
    ("2022-11-01", "violence_by_close_person", SOSFS, HSLF),
    ("2022-11-01", "witnessed_violence", SOSFS, HSLF),
    ("2022-11-01", "honour_related_violence", SOSFS, HSLF),
    ("2022-11-01", "taken_abroad_or_mutilation", SOSFS, "31 a och 31 b §§ " + LVU),
    ("2023-07-01", "open_services_without_guardian_consent", NONE, {"child_consent_from_years": 12}),
    ("2024-04-01", "sheltered_housing", NONE, "6 kap. 1 a § och 6 d § " + SOL),
    ("2025-07-01", "duty_to_open", "11 kap. 1 § " + SOL, "14 kap. 2 § " + NEW),
    ("2025-07-01", "application", "11 kap. 1 § " + SOL, "14 kap. 2 § " + NEW),
    ("2025-07-01", "honour_related_violence", HSLF, "13 kap. 1 § " + NEW),
    ("2025-07-01", "sheltered_housing", "6 d § " + SOL, "9 kap. 5–6 §§ och 22 kap. 5 § " + NEW),
    ("2025-07-01", "unaccompanied_child", "3 § andra stycket lagen (1994:137)", "29 kap. 4 § " + NEW),
    ("2025-07-01", "suspect_15_to_17", {"from_years": 15, "below_years": 18}, "SFS 2025:405"),
    ("2025-07-01", "crime_by_other", "5 kap. 11 § tredje stycket " + SOL, "18 kap. 7 § " + NEW),
    ("2025-07-01", "child_crime_victim", "barnfridsbrott", "18 kap. 7 § " + NEW),
    ("2025-07-01", "eviction", NONE, {"days": 0}),
    ("2025-07-01", "protection_assessment", "11 kap. 1 a § första stycket " + SOL, "20 kap. 1 § " + NEW),
    ("2025-07-01", "protection_assessment", {}, {"personal_file_below_years": 18}),
    ("2025-07-01", "screening", {"days": 14}, {"days": 14}),
    ("2025-07-01", "screening", "11 kap. 1 a § andra stycket " + SOL, "20 kap. 2 § " + NEW),
    ("2025-07-01", "screening_extension", SOL, "20 kap. 2 § " + NEW),
    ("2025-07-01", "child_heard_alone", "11 kap. 10 § tredje stycket " + SOL, "20 kap. 7 § och 23 kap. 4 § " + NEW),
    ("2025-07-01", "not_open_documentation", "11 kap. 5 § " + SOL, "14 kap. 3 § och 20 kap. 1 § " + NEW),
    ("2025-07-01", "qualified_assessor", "3 kap. 3 a § " + SOL, "25 kap. 1 § " + NEW),
    ("2025-07-01", "investigation_time", {"months": 4}, {"months": 4}),
    ("2025-07-01", "investigation_time", "11 kap. 2 § " + SOL, "20 kap. 3 § " + NEW),
    ("2025-07-01", "investigation_extension", "11 kap. 2 § " + SOL, "20 kap. 3 § " + NEW),
    ("2025-07-01", "inform_concerned", "11 kap. 2 § tredje stycket " + SOL, "20 kap. 4 § " + NEW),
    ("2025-07-01", "proportionate_investigation", "11 kap. 2 § första och andra styckena", "20 kap. 5 § " + NEW),
    ("2025-07-01", "agency_data", "14 kap. 1 § tredje stycket " + SOL, "20 kap. 6 § " + NEW),
    ("2025-07-01", "follow_up", {"months": 2}, {"months": 6, "informed_from_years": 15}),
    ("2025-07-01", "follow_up", "11 kap. 4 a och 4 c §§ " + SOL, "23 kap. 1 och 3–5 §§ " + NEW),
    ("2025-07-01", "case_follows_move", "11 kap. 4 § " + SOL, "29 kap. 9 § " + NEW),
    ("2025-07-01", "no_appeal", "16 kap. 3 § " + SOL, "35 kap. 1 § " + NEW),
    ("2025-07-01", "duty_to_report", "14 kap. 1 § " + SOL, "19 kap. 1 § " + NEW),
    ("2025-07-01", "family_counselling", "14 kap. 1 § andra stycket " + SOL, "19 kap. 2 § " + NEW),
    ("2025-07-01", "recommended_reporters", "14 kap. 1 c § " + SOL, "19 kap. 4 § " + NEW),
    ("2025-07-01", "reporter_meeting", "14 kap. 1 a § " + SOL, "19 kap. 5 § " + NEW),
    ("2025-07-01", "feedback", "14 kap. 1 b § " + SOL, "19 kap. 6 § " + NEW),
    ("2025-07-01", "best_interests", "1 kap. 2 § " + SOL, "3 kap. 1 § " + NEW),
    ("2025-07-01", "child_heard", "11 kap. 10 § andra stycket " + SOL, "3 kap. 2 § " + NEW),
    ("2025-07-01", "child_information", "11 kap. 10 § första stycket " + SOL, "3 kap. 3 § " + NEW),
    ("2025-07-01", "party_age", "11 kap. 10 § " + SOL, "3 kap. 4 § " + NEW),
    ("2025-07-01", "early_help", NONE, "11 kap. 5 § " + NEW),
    ("2025-07-01", "early_help_information", NONE, "11 kap. 6 § " + NEW),
    ("2025-07-01", "early_help_consent", NONE, {"own_consent_from_years": 15}),
    ("2025-07-01", "open_services_without_guardian_consent", "3 kap. 6 a § " + SOL, "21 kap. 1 § " + NEW),
    ("2025-07-01", "documentation_opt_out", NONE, "14 kap. 5 § " + NEW),
    ("2025-07-01", "preventive_work", NONE, "2 kap. 4 § samt 5 kap. 1 och 2 §§ " + NEW),
    ("2025-07-01", "not_open_records", {"kept_years": 5}, {"below_years": 18}),
    ("2025-07-01", "retention_not_opened", "12 kap. 1–2 §§ " + SOL, "16 kap. 1–2 §§ " + NEW),
    ("2025-07-01", "retention_investigation", "12 kap. 1–2 §§ " + SOL, "16 kap. 1–2 §§ " + NEW),
    ("2025-07-01", "purposes", NONE, "12 § 10 och 11"),
    ("2025-07-01", "national_statistics", "12 kap. 5 § " + SOL, "15 kap. 2 § " + NEW),
    ("2025-07-01", "person_decides", "16 kap. 3 § " + SOL, "35 kap. 1 § " + NEW),
    ("2025-07-01", "automated_decision_bar", "16 kap. 3 § " + SOL, "35 kap. 1 § " + NEW),
    ("2026-01-15", "duty_to_report", "19 kap. 1 § " + NEW, "lagen (2025:1501)"),
    ("2026-01-15", "feedback", {}, {"days": 7}),
    ("2026-01-15", "retention_not_opened", {"years": 5}, {"years": 5}),
    ("2026-01-15", "retention_not_opened", "16 kap. 1–2 §§ " + NEW, "16 kap. 1–2 a §§ " + NEW),
    ("2026-01-15", "retention_investigation", {"years": 5}, {"until_age_years": 30}),
]


def says(row: dict[str, Any] | None, expected: str | dict[str, int] | None) -> bool:
    """Tell whether a version is the one expected: by its reference, by its numbers, or by there being none."""
    if row is None or expected is None:
        return row is None and expected is None
    return expected in row["reference"] if isinstance(expected, str) else _holds(row.get("values", {}), expected)


def _holds(values: dict[str, int], expected: dict[str, int]) -> bool:
    """Tell whether the numbers are there; no numbers expected means none given."""
    return expected.items() <= values.items() if expected else not values


@pytest.mark.parametrize(("day", "code", "before", "after"), BOUNDARIES)
def test_the_day_before_and_the_day_of_a_change_hold_what_was_in_force(
    day: str, code: str, before: str | dict[str, int] | None, after: str | dict[str, int] | None
) -> None:
    change = dt.date.fromisoformat(day)
    assert says(on(code, change - DAY), before), on(code, change - DAY)
    assert says(on(code, change), after), on(code, change)


def test_every_change_stands_in_the_table_above() -> None:
    listed = {(day, code) for day, code, _, _ in BOUNDARIES}
    first_days = {("2002-01-01", code) for code in CODES}  # a rule held from the library's first day needs no line
    found = {(row["from"].isoformat(), code) for code, row in VERSIONS}
    assert found - first_days <= listed
    assert listed <= found


# ---------------------------------------------------------------- every rule accounted for

SURVEYED = {
    2: "protection_assessment screening ongoing_investigation duty_to_open contacts child_heard_alone"
    " not_open_documentation qualified_assessor investigation_time inform_concerned proportionate_investigation"
    " agency_data follow_up case_follows_move no_appeal",
    3: "police_report crime_fighting_data",
    4: "duty_to_report family_counselling recommended_reporters meeting feedback",
    5: "best_interests heard information party_age convention",
    6: "services_without_test inform children_consent open_services opt_out preventive",
    7: "where_kept retention purposes search_terms compilations national_statistics data_register_act secrecy"
    " lawful_basis automated_decision impact_assessment administrative_decision delegation_to_automation discrimination",
}
ROWS = {f"{section}.{slug}" for section, slugs in SURVEYED.items() for slug in slugs.split()} | {
    *(f"M{number}" for number in range(1, 6)),
    *(f"P{number}" for number in range(1, 9)),
}
LINES = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in COVERAGE.splitlines()
    if line.startswith("| `")
]


def test_the_coverage_page_lists_every_rule_of_the_survey_once() -> None:
    rows = [line[0].strip("`") for line in LINES]
    assert len(rows) == len(set(rows))
    assert set(rows) == ROWS


def test_the_coverage_page_and_the_law_book_name_each_other() -> None:
    pairs = {(line[0].strip("`"), code) for line in LINES for code in re.findall(r"`(\w+)`", line[2])}
    assert pairs == {(row, code) for _, code, table in PROVISIONS for row in table["row"]}


@pytest.mark.parametrize("line", LINES, ids=[line[0] for line in LINES])
def test_a_rule_is_computed_or_the_page_says_why_not(line: list[str]) -> None:
    _, rule, held, computed, why = line
    ways = {"rule on a report", "date function", "list function", "lawyer's page"}
    assert rule
    if held == "not held":
        assert not computed
        assert why
    else:
        assert set(computed.split("; ")) <= ways
        assert why or computed != "lawyer's page"


@pytest.mark.parametrize("line", LINES, ids=[line[0] for line in LINES])
def test_a_rule_on_a_report_is_claimed_where_the_words_for_it_exist_and_nowhere_else(line: list[str]) -> None:
    codes = set(re.findall(r"`(\w+)`", line[2]))
    assert ("rule on a report" in line[3]) == bool(codes & TRIGGERED)
