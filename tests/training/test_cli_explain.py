"""`triage explain` says every reason with where it stands, in both languages, and draws it; without an estimate it says why."""

from __future__ import annotations

import json
import os
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from features.folder import load
from features.records import records
from features.report import Known, Report, to_plain
from tests.conftest import skip_or_fail
from tests.training.test_card_browser import FLAGS
from tests.training.test_pages import FORBIDDEN, GOLDEN
from training import run as do
from training.cli.app import app
from training.pages.explain import explain_page
from triage.bundle import load_bundle
from triage.judge import assess
from triage.law import load_law


@pytest.fixture(scope="module")
def one(
    municipality: Path, made: do.Made, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, Report, Known]:
    """A report with a history and an estimate, on disk."""
    held = records(load(municipality))
    bundle, law = load_bundle(made.bundle, purpose="evaluation"), load_law()
    for report in list(held.reports.values())[-400:]:
        known = held.known(report)
        answer = assess(report, known, bundle, law)
        if answer.score is not None and any(reason.trace(answer.score.origin).reads for reason in answer.score.reasons):
            break
    folder = tmp_path_factory.mktemp("explained")
    for name, record in (("report", report), ("known", known)):
        (folder / f"{name}.json").write_text(json.dumps(to_plain(record)), encoding="utf-8")
    return folder / "report.json", folder / "known.json", report, known


def said(made: do.Made, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["explain", *words, "--bundle", str(made.bundle)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_reason_is_said_with_where_it_stands(made, one, tmp_path, language: str) -> None:
    path, history, report, known = one
    picture = tmp_path / "why.svg"
    shown = said(made, str(path), "--known", str(history), "--evaluation", "--lang", language, "--svg", str(picture))
    answer = assess(report, known, load_bundle(made.bundle, purpose="evaluation"), load_law())
    assert answer.score is not None
    for reason in answer.score.reasons:
        assert reason.text.say(language) in shown
        assert reason.unless.say(language) in shown
        assert all(read.says[language == "en"] in shown for read in reason.trace(answer.score.origin).reads)
    for remark in answer.remarks:
        assert remark.text.say(language) in shown
    assert picture.read_text(encoding="utf-8").startswith("<?xml")


def test_as_json_the_score_is_the_answers(made, one) -> None:
    path, history, report, known = one
    plain = json.loads(said(made, str(path), "--known", str(history), "--evaluation", "--json"))
    answer = assess(report, known, load_bundle(made.bundle, purpose="evaluation"), load_law())
    assert plain == json.loads(json.dumps({"model": answer.model.to_dict(), "score": answer.score.to_dict()}))


def test_without_an_estimate_it_says_why_and_draws_nothing(made, one, tmp_path) -> None:
    path, *_ = one
    silent = tmp_path / "silent.json"
    silent.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"concerns": []}), encoding="utf-8")
    shown = said(made, str(silent), "--evaluation", "--lang", "sv", "--svg", str(tmp_path / "none.svg"))
    assert "Ingen uppskattning. Anmälan anger ingen oro att räkna på; modellen avstår." in shown
    assert not (tmp_path / "none.svg").exists()


# ---------------------------------------------------------------- the page


def page_of(made: do.Made, tmp_path: Path, report: Path, *words: str) -> str:
    said(made, str(report), "--evaluation", "--html", str(tmp_path / "why.html"), *words)
    return (tmp_path / "why.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_says_all_that_the_answer_says_of_its_reasons(made, one, tmp_path, language: str) -> None:
    path, history, report, known = one
    page = unescape(page_of(made, tmp_path, path, "--known", str(history), "--lang", language))
    answer = assess(report, known, load_bundle(made.bundle, purpose="evaluation"), load_law())
    for reason in answer.score.reasons:
        assert reason.text.say(language) in page
        assert reason.unless.say(language) in page
        assert all(read.says[language == "en"] in page for read in reason.trace(answer.score.origin).reads)
    for text in (*answer.remarks, *answer.score.not_known):
        assert text.text.say(language) in page
    assert answer.score.text.say(language)[1:] in page
    for duty in answer.duties():
        assert duty.to_dict()["title"][language] in page
    head = page.split("</header>")[0]
    marks = {"sv": ("Endast för utvärdering", "påhittade"), "en": ("For evaluation only", "made-up")}[language]
    assert all(mark in head for mark in marks)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_request_leaves_the_page_and_it_may_run_nothing(made, one, tmp_path, language: str) -> None:
    page = page_of(made, tmp_path, one[0], "--known", str(one[1]), "--lang", language)
    assert not re.search(r"\bsrc=|url\((?!#)|<link|@import|<script|<image|<metadata", page)
    assert not re.search(r'href="(?!#)', page)
    assert "default-src 'none'" in unescape(page)
    assert "script-src 'none'" in unescape(page)


def test_without_an_estimate_the_page_says_why_and_has_no_picture(made, one, tmp_path) -> None:
    silent = tmp_path / "silent.json"
    silent.write_text(json.dumps(json.loads(one[0].read_text(encoding="utf-8")) | {"concerns": []}), encoding="utf-8")
    page = page_of(made, tmp_path, silent)
    assert "Ingen uppskattning. Anmälan anger ingen oro att räkna på; modellen avstår." in page
    assert "<svg" not in page


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_equals_its_reviewed_copy(language: str) -> None:
    answer = json.loads((GOLDEN / "assessment.json").read_text(encoding="utf-8"))
    picture = '<?xml version="1.0"?>\n<svg width="90" height="9" viewBox="0 0 90 9"><metadata>x</metadata><path d="M0 5H90"/></svg>'
    page, file = explain_page(answer, picture, language=language, synthetic=True), GOLDEN / f"explain.{language}.html"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(page, encoding="utf-8", newline="\n")
    assert file.read_bytes() == page.encode(), f"{file.name} differs; read the page, then UPDATE_GOLDEN=1"
    assert FORBIDDEN.findall(page) == []


@pytest.mark.parametrize("place", ["report_id", "child_id", "unit"])
def test_hostile_text_is_shown_and_not_run(place: str) -> None:
    answer = json.loads((GOLDEN / "assessment.json").read_text(encoding="utf-8")) | {
        place: '"><script>alert(1)</script>'
    }
    page = explain_page(answer, None, language="sv", synthetic=False)
    assert "<script" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_barrier_and_nothing_is_wider_than_the_page(made, one, tmp_path, width: int) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        skip_or_fail("Debian's chromium is not installed")
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for language in ("sv", "en"):
            page_of(made, tmp_path, one[0], "--known", str(one[1]), "--lang", language)
            page = browser.new_page(viewport={"width": width, "height": 900})
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto((tmp_path / "why.html").as_uri())
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert asked == [(tmp_path / "why.html").as_uri()]
            page.close()
        browser.close()
