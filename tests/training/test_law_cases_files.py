"""Here we run the cases a lawyer can read, and hold them to be complete: every rule, every verdict, every dated boundary."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from features.report import local_time
from training.cli.app import app
from triage.findings import Verdict
from triage.law import load_law
from triage.law_cases import BEFORE_THE_LAW, NOT_IN_FORCE, LawCase, read_cases, run_case
from triage.rules import RULES

FOLDER = Path(__file__).parents[1] / "law_cases"
FILES = {path: read_cases(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.toml"))}
CASES = [case for cases in FILES.values() for case in cases]
LAW = load_law()
DAY = dt.timedelta(days=1)
ALWAYS = "a person considers every report, so the rule is met whenever it is in force"
IMPOSSIBLE = {
    ("duty_to_open", "not_met"): ALWAYS,
    ("duty_to_open", "cannot_tell"): ALWAYS,
    ("early_help", "not_met"): "help may be offered beside any duty, so the rule is met whenever it is in force",
    ("early_help", "cannot_tell"): "help may be offered beside any duty, so the rule is met whenever it is in force",
    ("protection_assessment", "cannot_tell"): "an unknown age counts as a child until somebody has asked",
}
"""Answers that a rule cannot give, each with its reason."""


def received(case: LawCase) -> dt.date:
    return local_time(dt.datetime.fromisoformat(case.report["received_at"])).date()


def boundaries(rule: str) -> list[dt.date]:
    """Give the days on which a rule's answer may change: each first day, each day after a last one."""
    versions = LAW.provisions()[rule]
    starts = {max(version.citation.in_force_from, LAW.begins) for version in versions}
    return sorted(starts | {version.until + DAY for version in versions if version.until})


BOUNDARIES = [(rule, day) for rule in RULES for day in boundaries(rule)]


def answers(rule: str, day: dt.date) -> set[str]:
    return {case.expect[rule] for case in CASES if rule in case.expect and received(case) == day}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_law_answers_as_the_case_expects(case: LawCase) -> None:
    assert run_case(case, LAW).differences == ()


@pytest.mark.parametrize(("rule", "day"), BOUNDARIES, ids=str)
def test_every_dated_boundary_has_a_case_the_day_before_and_the_day_itself(rule: str, day: dt.date) -> None:
    before = answers(rule, day - DAY)
    assert answers(rule, day) - {NOT_IN_FORCE, BEFORE_THE_LAW}, f"{rule}: no case of {day}"
    assert before, f"{rule}: no case of {day - DAY}"
    if day == LAW.begins:
        assert before == {BEFORE_THE_LAW}
    elif day == boundaries(rule)[0]:
        assert before == {NOT_IN_FORCE}


@pytest.mark.parametrize(("rule", "verdict"), [*product(RULES, [verdict.value for verdict in Verdict])])
def test_every_rule_has_a_case_for_every_answer_it_can_give(rule: str, verdict: str) -> None:
    found = [case for case in CASES if case.expect.get(rule) == verdict]
    assert bool(found) is ((rule, verdict) not in IMPOSSIBLE)


def test_what_cannot_be_answered_is_said_for_rules_that_exist_and_with_a_reason() -> None:
    assert {rule for rule, _ in IMPOSSIBLE} <= set(RULES)
    assert all(IMPOSSIBLE.values())


def test_every_rule_and_every_duty_named_in_a_case_exists() -> None:
    """A misspelt rule would pass as one that is not in force."""
    assert {rule for case in CASES for rule in case.expect} == set(RULES)
    assert {duty for case in CASES for duty in case.due} == {"protection_assessment", "screening", "eviction"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_gives_its_reason_in_one_sentence(case: LawCase) -> None:
    assert re.fullmatch(r"[A-ZÅÄÖ'][^\n]{10,}\.", case.reason)
    assert not re.search(r"[.!?]\s", case.reason)
    assert case.reason != case.name


def test_no_two_cases_have_the_same_name() -> None:
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_says_in_its_first_line_what_it_is_about(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# ")
    assert FILES[path]


def test_law_test_leaves_with_0_when_every_case_is_as_expected() -> None:
    result = CliRunner().invoke(app, ["law-test", str(FOLDER)])
    assert result.exit_code == 0, result.output


def test_law_test_leaves_with_1_when_a_case_expects_otherwise(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "cases")
    file = tmp_path / "cases" / "screening.toml"
    text = file.read_text(encoding="utf-8")
    assert 'expect = { screening = "met" }' in text
    file.write_text(text.replace('expect = { screening = "met" }', 'expect = { screening = "not_met" }', 1), "utf-8")
    assert CliRunner().invoke(app, ["law-test", str(tmp_path / "cases")]).exit_code == 1


def test_law_test_leaves_with_1_when_a_day_is_another(tmp_path: Path) -> None:
    file = shutil.copy(FOLDER / "days.toml", tmp_path / "days.toml")
    text = file.read_text(encoding="utf-8")
    assert "screening = 2025-09-20" in text
    file.write_text(text.replace("screening = 2025-09-20", "screening = 2025-09-22", 1), "utf-8")
    assert CliRunner().invoke(app, ["law-test", str(tmp_path)]).exit_code == 1
