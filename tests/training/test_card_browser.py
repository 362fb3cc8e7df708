"""Here we open what is shown of a card in a browser: no barrier for anybody, nothing cut off on a phone or on paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import skip_or_fail
from tests.training.cards import APPROVED, FACTS, older, recounted
from training.card.changes import changes_since
from training.card.shelf import site

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {"phone": 320, "desktop": 1280}
SHEET = {"width": 680, "height": 1001}
"""What fits between the margins of a sheet of A4, in CSS pixels: 180 by 265 mm."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every kind of page, in both languages: two versions on a shelf, one of them approved."""
    folder = tmp_path_factory.mktemp("site")
    newest = recounted(FACTS | {"changes": changes_since(older(), FACTS)})
    for name, text in site([(older(), None), (newest, APPROVED)], []).items():
        (folder / name).write_text(text, encoding="utf-8")
    kinds = ("index", f"card-{FACTS['model_details']['bundle_id']}", "leaflet-", "changes-")
    found = {}
    for kind in kinds:
        for language in ("sv", "en"):
            ending = "index.html" if (kind, language) == ("index", "sv") else f".{language}.html"
            found[f"{kind.split('-')[0]}.{language}"] = next(
                path for path in sorted(folder.iterdir()) if path.name.startswith(kind) and path.name.endswith(ending)
            )
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        skip_or_fail("Debian's chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_barrier_and_nothing_is_wider_than_the_window(
    pages: dict[str, Path], browser: Any, width: str
) -> None:
    """axe needs scripts to run; without them the very same document is shown, so what it found holds there too."""
    from axe_playwright_python.sync_playwright import Axe

    shown = {}
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts, viewport={"width": WIDTHS[width], "height": 900})
        context.set_default_timeout(20_000)
        for name, path in pages.items():
            page = context.new_page()
            said: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.on("request", lambda request, said=said: said.append(request.url) if "http" in request.url else None)
            page.goto(path.as_uri())
            assert said == [], name
            assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width], name
            shown[name, scripts] = page.evaluate("document.documentElement.outerHTML + document.body.innerText")
            if scripts:
                found = Axe().run(page)
                assert found.violations_count == 0, (name, found.generate_report())
            page.close()
        context.close()
    assert all(shown[name, True] == shown[name, False] for name in pages)


def test_axe_is_there_and_finds_a_planted_barrier(browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page()
    page.set_content("<html><body><img src='x'><p style='color:#bbb;background:#fff'>pale</p></body></html>")
    assert {one["id"] for one in Axe().run(page).response["violations"]} >= {"image-alt", "html-has-lang"}
    page.close()


def test_on_a_sheet_of_paper_nothing_is_cut_and_page_one_is_one_page(pages: dict[str, Path], browser: Any) -> None:
    page = browser.new_page(viewport=SHEET)
    page.emulate_media(media="print")
    for name, path in pages.items():
        page.goto(path.as_uri())
        cut = page.evaluate(
            "[...document.querySelectorAll('main *, header *')].filter(e => !e.closest('.unseen') && !e.closest('svg') &&"
            " e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.outerHTML.slice(0, 80))"
        )
        assert cut == [], name
        if name.startswith(("card", "leaflet")):
            end = ".front" if name.startswith("card") else "main"
            height = page.evaluate(f"document.querySelector('{end}').getBoundingClientRect().bottom")
            assert height <= SHEET["height"], (name, height)
    page.close()
