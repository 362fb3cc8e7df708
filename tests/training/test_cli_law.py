"""The verbs of the law: exit codes, JSON, both languages, the page, and no model anywhere."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from pathlib import Path
from unittest import mock

import pytest
from rich.console import Console

from training.cli import app as cli
from training.cli import shared

USAGE = 2
WITNESSED = {
    "report_id": "r1",
    "child_id": "c1",
    "received_at": "2025-09-01T09:00:00+02:00",
    "unit": "syn-unit-1",
    "referral_type": "child_concern_report",
    "reporter": "school",
    "birth_month": "2016-04",
    "concerns": [{"concern": "witnessed_violence", "primary": True, "perpetrator": "close_person"}],
}
CASE = """
[[case]]
name = "witnessed violence"
reason = "It is a ground to open."
received_at = "2025-09-01T09:00:00+02:00"
concerns = [{ concern = "witnessed_violence", perpetrator = "close_person" }]
expect = { witnessed_violence = "met" }
"""


def triage(*words: object, text: str | None = None) -> tuple[int, str, str]:
    """Run the command as ``triage`` would: errors become one message and an exit code."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    stdin = io.TextIOWrapper(io.BytesIO((text or "").encode()))
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", ["triage", *map(str, words)]),
        mock.patch.object(sys, "stdin", stdin),
        mock.patch.object(shared, "out", Console(file=out, width=200)),
        mock.patch.object(shared, "err", Console(file=err, width=200)),
    ):
        try:
            cli.run()
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(WITNESSED), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small synthetic case folder."""
    folder = tmp_path_factory.mktemp("law") / "cases"
    assert triage("synth", folder, "--reports", 400)[0] == 0
    return folder


# ---------------------------------------------------------------- law


@pytest.mark.parametrize(
    ("day", "days", "feedback"), [("2025-06-30", 14, {}), ("2026-01-14", 14, {}), ("2026-01-15", 14, {"days": 7})]
)
def test_law_gives_everything_in_force_on_a_day(day: str, days: int, feedback: dict[str, int]) -> None:
    code, out, err = triage("law", "--on", day, "--json")
    found = {row["code"]: row for row in json.loads(out)}
    assert (code, err) == (0, "")
    assert found["screening"]["values"]["days"] == days
    assert found["feedback"]["values"] == feedback
    assert all(row["citation"]["in_force_from"] <= day for row in found.values())


@pytest.mark.parametrize(("lang", "word"), [("sv", "Förhandsbedömning"), ("en", "Preliminary assessment")])
def test_law_reads_aloud_in_both_languages(lang: str, word: str) -> None:
    code, out, _ = triage("law", "--on", "2025-07-01", "--lang", lang)
    assert code == 0
    assert word in out
    assert "20 kap. 2 § socialtjänstlagen (2025:400)" in out


def test_law_writes_the_page_and_still_gives_json_where_asked(tmp_path: Path) -> None:
    page = tmp_path / "law.html"
    code, out, err = triage("law", "--on", "2025-07-01", "--html", page, "--lang", "en")
    assert (code, out) == (0, "")
    assert "law.html" in err
    text = page.read_text(encoding="utf-8")
    assert '<html lang="en"' in text
    assert "2025:400" in text
    code, out, _ = triage("law", "--on", "2025-07-01", "--html", page, "--json")
    assert code == 0
    assert json.loads(out)


def test_law_before_the_first_is_a_refusal_of_its_own() -> None:
    code, out, err = triage("law", "--on", "2001-12-31")
    assert (code, out) == (4, "")
    assert "2002-01-01" in err
    assert "Traceback" not in err


# ---------------------------------------------------------------- explain-law


@pytest.mark.parametrize(("lang", "word"), [("sv", "DET HÄR GÄLLER"), ("en", "THIS APPLIES")])
def test_explain_law_explains_as_a_person_would(report: Path, lang: str, word: str) -> None:
    code, out, _ = triage("explain-law", report, "--lang", lang)
    assert code == 0
    assert word in out
    assert "HSLF-FS 2022:39" in out
    assert "2025-09-15" in out


def test_explain_law_gives_json_and_reads_standard_input() -> None:
    code, out, _ = triage("explain-law", "-", "--json", text=json.dumps(WITNESSED))
    answer = json.loads(out)
    assert (code, answer["law"]) == (0, "2025-09-01")
    assert {row["code"]: row["verdict"] for row in answer["findings"]}["witnessed_violence"] == "met"
    assert {row["code"]: row["due"] for row in answer["deadlines"]}["screening"] == "2025-09-15"


def test_explain_law_uses_the_law_of_another_day_where_asked(report: Path) -> None:
    code, out, _ = triage("explain-law", report, "--law", "2012-12-31", "--json")
    answer = json.loads(out)
    codes = {row["code"] for row in answer["findings"]}
    assert (code, answer["law"], answer["deadlines"]) == (0, "2012-12-31", [])
    assert not codes & {"witnessed_violence", "screening", "early_help"}
    _, out, _ = triage("explain-law", report, "--law", "2014-10-01")
    assert out.startswith("Lagen som den löd 2014-10-01.")


def test_explain_law_reads_what_is_known_of_the_child(report: Path, tmp_path: Path) -> None:
    opened = {"child_id": "c1", "kind": "investigation_opened", "case_id": "k1"}
    times = dict.fromkeys(("happened_at", "recorded_at"), "2025-08-01T09:00:00+02:00")
    known = tmp_path / "known.json"
    known.write_text(json.dumps({"events": [opened | times]}), encoding="utf-8")
    _, out, _ = triage("explain-law", report, "--known", known, "--json")
    assert {row["code"]: row["verdict"] for row in json.loads(out)["findings"]}["screening"] == "not_met"


@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_a_broken_report_is_refused_with_three_and_no_personal_number_is_shown(as_json: tuple[str, ...]) -> None:
    secret = "880320-0016"
    broken = WITNESSED | {"child_id": secret, "reporter": "skolan"}
    code, out, err = triage("explain-law", "-", *as_json, text=json.dumps(broken))
    assert (code, out) == (3, "")
    assert "child_id" in err
    assert "reporter" in err
    assert secret not in err
    assert "Traceback" not in err


def test_a_file_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    code, out, err = triage("explain-law", tmp_path / "none.json")
    assert (code, out) == (3, "")
    assert "does not exist" in err


# ---------------------------------------------------------------- law-test


def test_law_test_passes_a_good_case_and_fails_one_that_the_law_answers_otherwise(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(CASE, encoding="utf-8")
    code, out, _ = triage("law-test", tmp_path)
    assert code == 0
    assert "1 as expected, 0 not" in out
    (tmp_path / "b.toml").write_text(CASE.replace('= "met"', '= "not_met"'), encoding="utf-8")
    code, out, _ = triage("law-test", tmp_path)
    assert code == 1
    assert "1 as expected, 1 not" in out
    assert "witnessed_violence: expected not_met, the law answers met" in out
    code, out, _ = triage("law-test", tmp_path / "b.toml", "--json")
    assert code == 1
    (row,) = json.loads(out)
    assert (row["name"], row["passed"], len(row["differences"])) == ("witnessed violence", False, 1)


def test_law_test_without_a_case_is_a_usage_error_and_a_broken_file_is_named(tmp_path: Path) -> None:
    code, _, err = triage("law-test", tmp_path)
    assert code == USAGE
    assert "toml" in err
    (tmp_path / "mine.toml").write_text("[[case]]\nname = 'x'", encoding="utf-8")
    code, out, err = triage("law-test", tmp_path)
    assert (code, out) == (4, "")
    assert "mine.toml" in err


# ---------------------------------------------------------------- replay and clocks


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_replay_tells_which_answers_change_and_why(cases: Path, lang: str) -> None:
    code, out, _ = triage("replay", cases, "--law", "2026-01-15", "--lang", lang)
    assert code == 0
    assert "early_help" in out
    code, out, _ = triage("replay", cases, "--law", "2026-01-15", "--json")
    answer = json.loads(out)
    assert (code, answer["law"]) == (0, "2026-01-15")
    assert len(answer["changes"]) == sum(n for kinds in answer["counts"].values() for n in kinds.values()) > 0


def test_replay_under_a_law_before_the_first_is_refused(cases: Path) -> None:
    code, out, err = triage("replay", cases, "--law", "2001-12-31")
    assert (code, out) == (4, "")
    assert "2002-01-01" in err


@pytest.mark.parametrize(("lang", "word"), [("sv", "Förhandsbedömning"), ("en", "Preliminary assessment")])
def test_clocks_show_what_is_due_what_is_late_and_what_was_never_recorded(cases: Path, lang: str, word: str) -> None:
    at = ("--at", "2025-06-30T08:00:00+02:00")
    code, out, _ = triage("clocks", cases, *at, "--json")
    answer = json.loads(out)
    assert (code, answer["at"]) == (0, "2025-06-30T08:00:00+02:00")
    assert sum(count["running"] for count in answer["counts"].values()) == len(answer["running"]) > 0
    code, out, _ = triage("clocks", cases, *at, "--lang", lang)
    assert code == 0
    assert "never recorded" in out
    lack = answer["counts"]["protection_assessment"]["never_recorded"]
    assert re.search(rf"protection_assessment.* {lack}\s*\n", out)
    assert word in out


def test_clocks_without_a_moment_ask_the_clock(cases: Path) -> None:
    code, out, _ = triage("clocks", cases, "--json")
    assert code == 0
    assert json.loads(out)["at"] > "2026"


WRONG = [
    ("law", "--on", "1 July 2025"),
    ("law", "--on", "2025-13-01"),
    ("law",),
    ("explain-law", "{report}", "--law", "2025-7"),
    ("replay", "{cases}", "--law", "yesterday"),
    ("replay", "{cases}"),
    ("clocks", "{cases}", "--at", "2025-06-30T08:00:00"),
    ("clocks", "{cases}", "--at", "noon"),
    ("law", "--on", "2025-07-01", "--lang", "fi"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_date_or_word_is_a_usage_error(words: tuple[str, ...], report: Path, cases: Path) -> None:
    code, out, err = triage(*(word.format(report=report, cases=cases) for word in words))
    assert (code, out) == (USAGE, "")
    assert "Traceback" not in err


@pytest.mark.parametrize("verb", ["replay", "clocks"])
def test_a_folder_that_is_not_there_is_one_message(verb: str) -> None:
    more = ("--law", "2026-01-15") if verb == "replay" else ()
    code, out, err = triage(verb, "nowhere", *more)
    assert (code, out) == (3, "")
    assert "is not a folder" in err
