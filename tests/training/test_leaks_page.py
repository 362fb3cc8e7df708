"""Here we hold the audit's page, JSON and terminal to one promise: the same findings, in both languages, with no more said."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import tomllib
from html import unescape
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest
from rich.console import Console

from training.leaks import Columns, LeakReport, LeakVerdict, audit_leaks
from training.leaks.audit import CHECKS
from training.leaks.show import show_leaks
from training.pages.leaks import leaks_page

GOLDEN = Path(__file__).parents[1] / "golden"
WORDS = tomllib.loads(files("model_cards").joinpath("leaks.toml").read_text(encoding="utf-8"))
PROMISES = re.compile(
    r"\b(säker|säkert|säkra|trygg|rättvis\w*|ofarlig\w*|safe|safely|fair|unbiased|clean|leak-free|läckagefri)\b",
    re.IGNORECASE,
)


def sample(**columns: object) -> LeakReport:
    """Audit a small table, made by arithmetic alone, with a copy of the label and a household on both sides."""
    size = 200
    number = pd.Series(range(size))
    table = pd.DataFrame(
        {
            "child": number,
            "home": number // 2,
            "received": pd.Timestamp("2025-01-01T08:30", tz="Europe/Stockholm") + pd.to_timedelta(number, unit="D"),
            "outcome": (number * 7 % 13 < 6).astype(float),
            "part": (number >= 101).map({True: "test", False: "train"}),
            "note": "text",
            "copied": (number * 7 % 13 < 6) * 2.0 + 1.0,
            "age": number % 17,
            **columns,
        }
    )
    chosen = ("copied", "age", *columns)
    roles = Columns("child", "received", "outcome", features=chosen, household="home", split="part")
    return audit_leaks(table, roles, horizon=dt.timedelta(days=60))


@pytest.fixture(scope="module")
def report() -> LeakReport:
    return sample()


@pytest.fixture(params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def articles(page: str) -> list[str]:
    return re.findall(r'<article class="entry short.*?</article>', page, re.DOTALL)


def test_every_finding_stands_on_the_page_once_with_what_to_do(report: LeakReport, language: str) -> None:
    found = articles(leaks_page(report.to_dict(), name="m", language=language))
    assert len(found) == len(report.findings)
    for finding in report.findings:
        (article,) = [text for text in found if f"<p>{finding.said.say(language)}</p>" in unescape(text)]
        shown = f"</strong> {finding.do.say(language)}</p>" in unescape(article)
        assert shown is (finding.verdict is not LeakVerdict.NONE_SHOWN)
        assert (f"<code>{finding.column}</code>" in article) is (finding.column is not None)


def test_the_overview_lists_every_finding_in_the_order_of_the_checks(report: LeakReport, language: str) -> None:
    page = unescape(leaks_page(report.to_dict(), name="m", language=language))
    titles = re.findall(r'<tr><th scope="row">(.*?)</th>', page)
    assert titles == [finding.title.say(language) for finding in report.findings]


def test_the_page_says_what_was_not_audited_and_what_no_audit_sees(report: LeakReport, language: str) -> None:
    page = unescape(leaks_page(report.to_dict(), name="m", language=language))
    assert "note (" in page
    for key, text in WORDS["leaks"].items():
        if key.startswith("limit_"):
            assert f"<li>{text[language]}</li>" in page


def test_both_languages_show_the_same_columns_and_numbers(report: LeakReport) -> None:
    sv, en = (leaks_page(report.to_dict(), name="m", language=each) for each in ("sv", "en"))
    for pattern in (r"<code>(.*?)</code>", r'<h2 id="(.*?)"', r'<td class="num">(\d+)'):
        assert re.findall(pattern, sv) == re.findall(pattern, en)


def test_a_name_that_is_markup_is_shown_and_never_run() -> None:
    page = leaks_page(sample(**{"<script>alert(1)</script>": 1.0}).to_dict(), name="<img src=x>", language="en")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "script-src 'none'" in unescape(page)


def test_the_page_fetches_nothing(report: LeakReport, language: str) -> None:
    page = leaks_page(report.to_dict(), name="m", language=language)
    assert not re.search(r"<script|\bsrc=|url\(|<link|@import|<img|<iframe|\bon[a-z]+=|https?:", page)
    assert f'<html lang="{language}">' in page


def test_every_sentence_exists_in_both_languages_with_the_same_places_and_no_promise() -> None:
    for section, words in WORDS.items():
        for key, text in words.items():
            assert set(text) == {"sv", "en"}, f"{section}.{key}"
            sv, en = (sorted(part[1] for part in Formatter().parse(text[one]) if part[1]) for one in ("sv", "en"))
            assert sv == en, f"{section}.{key}"
            assert not PROMISES.search(" ".join(text.values())), f"{section}.{key}"


def test_every_check_has_words_for_every_way_it_can_end() -> None:
    for code in CHECKS:
        assert {"title", "leak", "leak_do", "none"} <= set(WORDS[code]), code
        unanswered = {key for key in WORDS[code] if not key.endswith("_do")} - {"title", "none"}
        assert {f"{key}_do" for key in unanswered} <= set(WORDS[code]), code


def test_the_terminal_says_every_leak_and_everything_that_cannot_be_told(report: LeakReport, language: str) -> None:
    out = io.StringIO()
    show_leaks(Console(file=out, width=400), report, language)
    for verdict in (LeakVerdict.LEAK, LeakVerdict.CANNOT_TELL):
        for finding in report.of(verdict):
            assert finding.said.say(language) in out.getvalue()
            assert finding.do.say(language) in out.getvalue()
    assert WORDS["leaks"]["limit_proof"][language] in out.getvalue()


def test_the_report_says_the_same_as_object_frame_and_plain_data(report: LeakReport) -> None:
    frame, data = report.frame(), json.loads(json.dumps(report.to_dict()))
    assert frame["code"].tolist() == [finding["code"] for finding in data["findings"]]
    assert data["verdict"] == report.verdict.value == "leak"
    assert data["leaking_columns"] == ["copied"]
    assert repr(report).startswith("LeakReport(200 rows, 2 features; leak ")


@pytest.mark.parametrize("name", ["leaks.json", "leaks.sv.html", "leaks.en.html"])
def test_page_and_json_equal_their_reviewed_copies(name: str, report: LeakReport) -> None:
    if name.endswith(".json"):
        text = json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"
    else:
        text = leaks_page(report.to_dict(), name="matrix", language=name.split(".")[1])
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(text, encoding="utf-8", newline="\n")
    assert file.read_bytes() == text.encode(), f"{name} differs; read it, then UPDATE_GOLDEN=1"
