"""Here we hold the lawyer's page to its promise: everything in force that day, sourced, with its doubts, on paper too."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from html import unescape
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

from features.codes import Reporter
from training.pages.rendered import law_page
from triage.law import Provision, load_law

GOLDEN = Path(__file__).parents[1] / "golden"
LAW = load_law()
DAYS = ("2012-12-31", "2013-01-01", "2025-06-30", "2025-07-01", "2026-01-15")
COPIES = (*((day, "sv") for day in DAYS), (DAYS[-1], "en"))
WORDS = tomllib.loads(files("training.pages").joinpath("templates").joinpath("law.toml").read_text(encoding="utf-8"))
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def page_of(day: str, language: str = "sv") -> str:
    return law_page(LAW, LAW.at(dt.date.fromisoformat(day)), language=language)


def provisions(day: str) -> dict[str, Provision]:
    return dict(LAW.at(dt.date.fromisoformat(day)).provisions)


def articles(page: str) -> dict[str, str]:
    """Give each rule's part of the page by its code; a code that stands twice fails."""
    found = re.findall(r'<article class="[^"]*" id="([^"]+)"(.*?)</article>', page, re.DOTALL)
    assert len(dict(found)) == len(found)
    return {code: unescape(text) for code, text in found}


def ending(page: str) -> list[str]:
    """Give the lines of the list of what is not in force."""
    return re.findall(r"<li>(.*?)</li>", page.split('id="absent"')[1].split("</section>", maxsplit=1)[0], re.DOTALL)


@pytest.fixture(params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=DAYS)
def day(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_provision_in_force_stands_on_the_page_once(day: str, language: str) -> None:
    assert sorted(articles(page_of(day, language))) == sorted(provisions(day))


def test_every_provision_shows_its_title_rule_citation_certainty_and_day_checked(day: str, language: str) -> None:
    shown = articles(page_of(day, language))
    for code, provision in provisions(day).items():
        citation = provision.citation
        for text in (
            f">{provision.title.say(language)}</h3>",
            f"<p>{provision.rule.say(language)}</p>",
            f'<a href="{citation.href}" rel="noreferrer">{citation.reference}</a>',
            f"<dd>{WORDS['certainty'][citation.certainty][language]}</dd>",
            f'{WORDS["law"]["checked"][language]}</dt><dd><span class="num">{citation.checked_on}</span>',
            f'{WORDS["law"]["in_force"][language]}</dt><dd><span class="num">{citation.in_force_from}</span>',
            WORDS["force"][provision.force][language],
        ):
            assert shown[code].count(text) == 1, f"{code}: {text}"


def test_what_is_doubtful_what_changed_and_the_last_day_are_shown_where_they_are_known(day: str, language: str) -> None:
    shown = articles(page_of(day, language))
    for code, provision in provisions(day).items():
        for key, text in (("note", provision.note), ("changed", provision.changed)):
            said = f"<dt>{WORDS['law'][key][language]}</dt>"
            assert (said in shown[code]) is (text is not None), f"{code}: {key}"
            assert text is None or f"{said}<dd>{text.say(language)}</dd>" in shown[code]
        assert provision.until is None or str(provision.until) in shown[code]


def test_everything_not_read_in_the_act_is_marked_beside_its_reference_and_nothing_else_is(
    day: str, language: str
) -> None:
    page = page_of(day, language)
    unread = {code for code, provision in provisions(day).items() if provision.citation.certainty != "act"}
    assert {code for code, text in articles(page).items() if '<span class="tag unread">' in text} == unread
    counted = WORDS["law"]["unread"][language].format(n=len(unread), of=len(provisions(day)))
    assert counted in page.split("</header>")[0]
    for code in unread:
        certainty = provisions(day)[code].citation.certainty
        assert f'<span class="tag unread">{WORDS["certainty"][certainty][language]}</span>' in articles(page)[code]


def test_what_is_not_in_force_is_listed_at_the_end_with_its_day(day: str, language: str) -> None:
    on = dt.date.fromisoformat(day)
    lines = ending(page_of(day, language))
    absent = {code: versions for code, versions in LAW.provisions().items() if code not in provisions(day)}
    if not absent:
        assert lines == [WORDS["law"]["nothing"][language]]
        return
    assert [re.search(r"<code>(.*?)</code>", line)[1] for line in lines] == list(absent)
    for line, versions in zip(lines, absent.values(), strict=True):
        later = [version.citation.in_force_from for version in versions if version.citation.in_force_from > on]
        assert DATE.findall(line) == [str(min(later) if later else versions[-1].until)]


def test_something_is_absent_before_the_new_act() -> None:
    assert any("early_help" in line and "2025-07-01" in line for line in ending(page_of("2025-06-30")))


def test_an_area_without_rules_says_so(language: str) -> None:
    area = page_of("2012-12-31", language).split('<h2 id="early_help">')[1].split("</section>")[0]
    assert f"<p>{WORDS['law']['nothing'][language]}</p>" in area


def test_the_page_shows_the_law_of_its_day_and_no_other() -> None:
    assert "11 kap. 1 a §" not in page_of("2012-12-31")
    assert "11 kap. 1 a §" in page_of("2013-01-01")
    assert "2 månader" in articles(page_of("2025-06-30"))["follow_up"]
    assert "6 månader" in articles(page_of("2025-07-01"))["follow_up"]
    assert "7 dagar" not in articles(page_of("2025-07-01"))["feedback"]
    assert "7 dagar" in articles(page_of("2026-01-15"))["feedback"]


def test_who_must_report_and_whom_a_person_asks_about_are_listed(day: str, language: str) -> None:
    (shown, members) = articles(page_of(day, language))["duty_to_report"], provisions(day)["duty_to_report"].members
    for key, which in (("who", "reporters"), ("unclear", "reporters_unclear")):
        (said,) = re.findall(f"<dt>{WORDS['law'][key][language]}</dt><dd>(.*?)</dd>", shown)
        assert said == ", ".join(one.label(language) for one in Reporter if one in members[which])


def test_every_number_of_the_law_is_said_in_words(language: str) -> None:
    for day in LAW.changes():
        shown = articles(page_of(day.isoformat(), language))
        for code, provision in provisions(day.isoformat()).items():
            said = re.findall(f"<dt>{WORDS['law']['numbers'][language]}</dt><dd>(.*?)</dd>", shown[code])
            assert len(said) == bool(provision.values)
            for value in provision.values.values():
                assert str(value) in said[0] or (value == 0 and WORDS["unit"]["zero_days"][language] in said[0])
            assert "_" not in "".join(said)


def test_no_python_shows_through(day: str, language: str) -> None:
    page = unescape(page_of(day, language))
    assert not re.search(r"<built-in|object at|\bNone\b(?!\.)|mappingproxy|\{[a-z]+\}", page.split("</style>")[1])


def test_both_languages_show_the_same_codes_and_dates_in_the_same_order(day: str) -> None:
    sv, en = page_of(day, "sv"), page_of(day, "en")
    for pattern in (r'id="([^"]+)"', r"<code>(.*?)</code>", r'class="num">([^<]*)<', r'href="([^"]*)"'):
        assert re.findall(pattern, sv) == re.findall(pattern, en)
    assert DATE.findall(sv) == DATE.findall(en)
    assert sv.count('class="tag unread"') == en.count('class="tag unread"')


def test_every_link_to_a_source_is_printed_as_a_number_and_its_address(day: str) -> None:
    page = page_of(day)
    listed = dict(re.findall(r'<li id="k(\d+)">\[\1\] <code>(.*?)</code>', page))
    assert len(set(listed.values())) == len(listed)
    links = re.findall(r'<a href="(http[^"]*)" rel="noreferrer">[^<]*</a>&nbsp;<a href="#k(\d+)">\[(\d+)\]</a>', page)
    assert len(links) == len(provisions(day))
    assert all(listed[number] == href and number == said for href, number, said in links)


def test_the_page_fetches_nothing_and_runs_nothing(day: str, language: str) -> None:
    page = page_of(day, language)
    assert not re.search(r"<script|\bsrc=|url\(|<link|@import|<img|<iframe|\bon[a-z]+=", page)
    assert "script-src 'none'" in unescape(page)
    assert "http" not in re.sub(r'href="https?://[^"]*"|http-equiv|<code>https?://[^<]*</code>', "", page)
    assert f'<html lang="{language}">' in page


def test_every_sentence_exists_in_both_languages_with_the_same_places_for_values() -> None:
    for section, words in WORDS.items():
        for key, text in words.items():
            assert set(text) == {"sv", "en"}, f"{section}.{key}"
            sv, en = (sorted(part[1] for part in Formatter().parse(text[one]) if part[1]) for one in ("sv", "en"))
            assert sv == en, f"{section}.{key}"


def test_no_entry_is_cut_between_two_sheets() -> None:
    page = page_of("2026-01-15")
    assert set(re.findall(r'<article class="([^"]+)"', page)) == {"entry short"}
    assert re.search(r"@media print \{.*\.short[^{]*\{ break-inside: avoid; \}", page, re.DOTALL)


@pytest.mark.parametrize(("day", "language"), COPIES)
def test_the_page_equals_its_reviewed_copy(day: str, language: str) -> None:
    page, file = page_of(day, language), GOLDEN / f"law.{day}.{language}.html"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(page, encoding="utf-8", newline="\n")
    assert file.read_bytes() == page.encode(), f"{file.name} differs; read the page, then UPDATE_GOLDEN=1"
