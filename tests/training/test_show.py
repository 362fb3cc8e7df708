"""What the terminal says of an estimate and of silence, in both languages."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from features.report import NOTHING_KNOWN, Report, parse_report
from training.terminal.results import show_assessment
from triage.assessment import Assessment, Model
from triage.estimate import ReportScore
from triage.judge import assess
from triage.law import load_law
from triage.remarks import why
from triage.words import CodedText, Text

REPORT = """{"report_id": "r1", "child_id": "c1", "received_at": "2025-09-01T09:00:00+02:00", "unit": "north",
    "referral_type": "child_concern_report", "reporter": "school", "concerns": [{"concern": "neglect"}]}"""


@pytest.fixture(scope="module")
def plain() -> Assessment:
    report: Report = parse_report(REPORT)
    return assess(report, NOTHING_KNOWN, None, load_law())


def shown(answer: Assessment, language: str) -> str:
    out = io.StringIO()
    show_assessment(Console(file=out, width=200), answer, language)
    return out.getvalue()


@pytest.mark.parametrize(
    ("language", "said"),
    [("sv", "ungefär 38 av 100 (mellan 31 och 46): en insats"), ("en", "about 38 in 100 (between 31 and 46): support")],
)
def test_an_estimate_is_said_with_its_interval_and_what_it_is_of(plain: Assessment, language: str, said: str) -> None:
    score = ReportScore(Text("en insats", "support"), 0.38, 0.31, 0.46, -0.5, 0.1, (), 0.2, 0.5)
    answer = replace(plain, model=Model("scored", None, "use"), score=score)
    assert f"· {said}\n" in shown(answer, language)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_silence_is_said_with_what_was_not_met(plain: Assessment, language: str) -> None:
    odd = CodedText("reports_90", Text("Tidigare anmälningar: 31.", "Earlier reports: 31."))
    answer = replace(plain, model=Model("abstains", why("outside_training"), "use", (odd,)))
    lines = shown(answer, language).splitlines()
    said = lines.index(f"· {why('outside_training').text.say(language)}")
    assert lines[said + 1] == f"· {odd.text.say(language)}"
