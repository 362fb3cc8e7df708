"""Here we hold the reading queue to its promise: every report is there, in order, and nothing is claimed for it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import time
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from html import unescape
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import jsonschema
import pytest

from training.pages.rendered import QueueHeading, queue_page
from triage.estimate import ReportScore
from triage.remarks import WHY
from triage.words import Text

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(files("triage").joinpath("assessment.schema.json").read_text(encoding="utf-8"))
)
FORBIDDEN = re.compile(
    r"\b(låg|lågt|låga|grön|grönt|gröna|stäng|stängs|stängd|säker|säkert|säkra|trygg|tryggt|trygga|rättvis|rättvist|rättvisa"
    r"|low|green|close|closed|safe|safely|fair|unbiased|debiased)\b",
    re.IGNORECASE,
)
LANES = ("protect_now", "mandated", "person_first", "prioritise", "usual")
LANE_REASONS = {
    "protect_now": ("Barnet har en skada nu.", "The child has an injury now."),
    "mandated": ("Regeln om våld av en närstående gäller.", "The rule on violence in the family holds."),
    "person_first": ("Uppgifter som kan ändra bedömningen saknas.", "Facts that could change this are missing."),
    "prioritise": ("Uppskattningen når gränsen.", "The estimate reaches the limit."),
    "usual": ("Ingen regel eller uppskattning placerar den före.", "No rule or estimate puts it before others."),
}
OUTSIDE = WHY["outside_training"].to_dict()
NOT_MET = {
    "code": "reports_90",
    "sv": "Tidigare anmälningar, 0–90 dagar: 31. Modellen har mött 0 till 6.",
    "en": "Earlier reports, 0–90 days: 31. The model has met 0 to 6.",
}


def stored(name: str, number: int) -> dict[str, Any]:
    item: dict[str, Any] = json.loads((GOLDEN / name).read_text(encoding="utf-8"))
    return {**item, "report_id": f"R-{number:04d}", "child_id": f"C-{number:04d}"}


def assessment(
    number: int, lane: str = "usual", probability: float = 0.24, purpose: str = "use", margin: float | None = None
) -> dict[str, Any]:
    """Build an assessed report, valid under the schema."""
    item = stored("assessment.json", number)
    sv, en = LANE_REASONS[lane]
    item |= {"lane": lane, "lane_reasons": [{"code": lane, "sv": sv, "en": en}]}
    item["model"]["purpose"] = purpose
    ends = {"probability": probability, "low": max(0.0, probability - 0.021), "high": min(0.95, probability + 0.013)}
    said = ReportScore(Text("a", "b"), **ends, margin=0, base=0, reasons=(), prioritise_margin=0, prioritise_at=0)
    item["score"] |= ends | {"capped": said.capped, "text": said.text.to_dict()}
    if margin is not None:
        item["score"] |= {"margin": margin, "base": margin - 0.92}
    if lane in ("protect_now", "mandated"):
        violence = item["findings"][2]
        violence |= {"verdict": "met", "text": item["findings"][0]["text"]}
        violence["values_read"] = [{"field": "perpetrator", "value": "other_known", "decisive": True}]
    if lane == "person_first":
        model = {"state": "abstains", "why": {"code": "outside_training", **OUTSIDE}, "purpose": purpose}
        item |= {"score": None, "model": model | {"outside": [NOT_MET]}}
    return item


def set_aside(number: int) -> dict[str, Any]:
    """Build a report that could not be read, valid under the schema."""
    return stored("set_aside.json", number)


def sample() -> list[dict[str, Any]]:
    """Build one of each lane, one set aside, and the ends of the scale."""
    return [
        assessment(1, "protect_now", 0.71, margin=1.76),
        assessment(7, "mandated", 0.95, margin=3.81),
        set_aside(3),
        assessment(4, "person_first"),
        assessment(5, "prioritise", 0.384, margin=0.39),
        assessment(6, "usual", 0.381, margin=0.37),
        assessment(2, "usual", 0.004, margin=-4.65),
    ]


def heading(assessments: Sequence[dict[str, Any]], **changes: Any) -> QueueHeading:
    aside = sum(item["status"] == "set_aside" for item in assessments)
    facts = {
        "name": "Mottagning Norr",
        "at": datetime(2025, 9, 3, 6, 30, tzinfo=UTC),
        "synthetic": True,
        "handed_in": len(assessments),
        "assessed": len(assessments) - aside,
        "set_aside": aside,
    }
    return QueueHeading(**{**facts, **changes})


def page_of(assessments: Sequence[dict[str, Any]], language: str = "sv", **changes: Any) -> str:
    return queue_page(assessments, language=language, heading=heading(assessments, **changes))


def entries(page: str) -> list[str]:
    return re.findall(r'<li class="entry.*?</details>\n</li>', page, re.DOTALL)


def reports(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'data-report="([^"]*)"', page)]


@pytest.fixture(params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("item", sample(), ids=lambda item: f"{item['lane']}-{item['status']}")
def test_the_sample_is_valid_under_the_schema(item: dict[str, Any]) -> None:
    VALIDATOR.validate(item)


def test_every_assessment_handed_in_is_on_the_page_in_the_order_it_came(language: str) -> None:
    assessments = sample()
    for order in (assessments, assessments[::-1]):
        page = page_of(order, language)
        assert reports(page) == [item["report_id"] for item in order]
        assert [re.search(r"(?:anmälan|report) (R-\d+)", one)[1] for one in entries(page)] == reports(page)


def test_an_empty_queue_says_so(language: str) -> None:
    assert {"sv": "Inga anmälningar lämnades in", "en": "No reports were handed in"}[language] in page_of([], language)


@pytest.mark.parametrize(
    "changes", [{"handed_in": 8}, {"assessed": 5}, {"set_aside": 2}, {"assessed": -1, "handed_in": 0}]
)
def test_counts_that_do_not_add_up_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="handed_in"):
        page_of(sample(), **changes)


def test_a_heading_that_is_not_about_these_assessments_is_refused() -> None:
    with pytest.raises(ValueError, match="6 came, 1 of them set aside; the heading says 7 and 1"):
        queue_page(sample()[1:], language="sv", heading=heading(sample()))


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        page_of(sample(), at=datetime.fromisoformat("2025-09-03T08:30"))


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'fi' came; allowed: sv, en"):
        page_of(sample(), "fi")


def test_a_bundle_for_evaluation_is_marked_on_top_and_in_every_entry_it_scored(language: str) -> None:
    said = {"sv": "Endast för utvärdering", "en": "For evaluation only"}[language]
    page = page_of([assessment(number, purpose="evaluation") for number in range(3)], language)
    assert said in page.split("</header>")[0]
    assert all(said in one for one in entries(page))
    assert said not in page_of(sample(), language)


def test_synthetic_reports_are_marked_in_the_first_line(language: str) -> None:
    first = page_of(sample(), language).split("<header>\n", 1)[1].split("\n")[0]
    assert {"sv": "Påhittade uppgifter", "en": "Made-up data"}[language] in first
    assert first not in page_of(sample(), language, synthetic=False)


def test_a_citation_not_read_in_the_act_is_marked_wherever_it_stands(language: str) -> None:
    said = {"sv": "ej läst i författningstexten", "en": "not read in the act's own text"}[language]
    page = unescape(page_of(sample(), language))
    for reference, unread in (("HSLF-FS 2022:39", True), ("29 kap. 4 § SoL", True), ("20 kap. 2 § SoL", False)):
        marks = re.findall(rf"{reference}\xa0\[\d+\]</a>(.{{0,80}})", page)
        assert marks
        assert all((said in mark) is unread for mark in marks)


def test_a_report_set_aside_shows_what_could_not_be_read(language: str) -> None:
    (one,) = entries(page_of([set_aside(3)], language))
    for shown in (set_aside(3)["problems"][0][language], "received_at", "2025-09-01 14:05", "17"):
        assert shown in one


def test_deadlines_are_counted_from_the_day_the_page_was_made(language: str) -> None:
    page = page_of([assessment(1)], language)
    for said in {"sv": ("för 2 dagar sedan", "om 12 dagar"), "en": ("2 days ago", "in 12 days")}[language]:
        assert said in page
    late = page_of([assessment(1)], language, at=datetime(2025, 9, 14, 22, 30, tzinfo=UTC))
    assert {"sv": "2025-09-15 (i dag)", "en": "2025-09-15 (today)"}[language] in late


def test_a_probability_never_reads_as_certainty_or_as_nothing(language: str) -> None:
    said = {"sv": ("Färre än 1 av 100", "95 av 100 eller fler"), "en": ("Fewer than 1 in 100", "95 in 100 or more")}[
        language
    ]
    page = page_of(sample(), language)
    assert all(text in page for text in said)


def test_an_estimate_stands_with_its_interval(language: str) -> None:
    said = {"sv": "Ungefär 24 av 100 (mellan 21 och 26)", "en": "About 24 in 100 (between 21 and 26)"}[language]
    assert f"<strong>{said}.</strong>" in page_of([assessment(1)], language)


LIMITS = [
    # margin (the limit is 0.38), estimate (the limit corresponds to 0.382), what is said
    (0.38, 0.382, "Det når gränsen för spåret Prioriteras, som motsvarar ungefär 38 av 100"),
    (0.41, 0.382, "Det når gränsen för spåret Prioriteras, som motsvarar ungefär 38 av 100"),
    (0.29, 0.382, "Det ligger under gränsen för spåret Prioriteras, som också motsvarar ungefär 38 av 100"),
    (0.29, 0.376, "Det ligger under gränsen för spåret Prioriteras, som också motsvarar ungefär 38 av 100"),
    (0.29, 0.37, "Det når inte gränsen för spåret Prioriteras, som motsvarar ungefär 38 av 100"),
]


@pytest.mark.parametrize(("margin", "probability", "said"), LIMITS)
def test_two_reports_on_either_side_of_the_limit_do_not_read_the_same(
    margin: float, probability: float, said: str
) -> None:
    page = page_of([assessment(1, "usual", probability, margin=margin)])
    assert said in page
    assert sum(other in page for other in {each for _, _, each in LIMITS}) == 1


def test_what_the_model_has_not_met_is_named_beside_its_silence(language: str) -> None:
    (one,) = entries(page_of([assessment(4, "person_first")], language))
    before_details = one.split("<details>")[0]
    assert NOT_MET[language] in before_details
    assert OUTSIDE[language] in before_details


def test_the_reasons_shown_and_the_rest_add_up_to_the_margin() -> None:
    one = page_of([assessment(1)])
    assert "utgångsläge −1,21, visade skäl +0,85, övriga uppgifter +0,07; tillsammans −0,29" in one


def test_the_lane_stands_in_words_in_every_entry(language: str) -> None:
    page = page_of(sample(), language)
    table = tomllib.loads(
        files("training.pages").joinpath("templates").joinpath("queue.toml").read_text(encoding="utf-8")
    )
    for item, one in zip(sample(), entries(page), strict=True):
        assert f'<span class="lane">{table["lane"][item["lane"]][language]}</span>' in one


@pytest.mark.parametrize("place", ["name", "report_id", "child_id", "unit"])
def test_hostile_text_is_shown_and_not_run(place: str) -> None:
    hostile = '"><script>alert(1)</script>'
    item = assessment(1)
    changes = {"name": hostile} if place == "name" else {}
    page = page_of([item if place == "name" else {**item, place: hostile}], **changes)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_page_fetches_nothing(language: str) -> None:
    page = page_of(sample(), language)
    assert not re.search(r"\bsrc=|url\(|<link|@import", page)
    assert "http" not in re.sub(r'href="https://[^"]*"|http-equiv', "", page)
    assert f'<html lang="{language}">' in page
    assert page.count("<script>") == 1


def test_the_page_may_run_its_own_script_and_no_other() -> None:
    page = page_of(sample())
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)[1]
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{allowed}'" in unescape(page)


def test_no_word_of_the_page_promises_anything(language: str) -> None:
    assert FORBIDDEN.findall(page_of(sample(), language)) == []


@pytest.mark.parametrize(
    ("package", "name"), [("training.pages", "templates/queue.toml"), ("model_cards", "card.toml")]
)
def test_every_sentence_exists_in_both_languages_with_the_same_places_for_values(package: str, name: str) -> None:
    place = files(package)
    for step in name.split("/"):
        place = place.joinpath(step)
    for section, words in tomllib.loads(place.read_text(encoding="utf-8")).items():
        for key, text in words.items():
            places = [sorted(part[1] for part in Formatter().parse(text[one]) if part[1]) for one in ("sv", "en")]
            assert set(text) == {"sv", "en"}, f"{section}.{key}"
            assert places[0] == places[1], f"{section}.{key}"


def test_five_thousand_reports_make_a_page_that_opens() -> None:
    started = time.perf_counter()
    each = [assessment(0, lane) for lane in LANES]
    page = page_of([each[number % 5] | {"report_id": f"R-{number}"} for number in range(5000)])
    assert len(reports(page)) == 5000
    assert len(page) / 5000 < 6000, "an entry has grown heavy"
    assert time.perf_counter() - started < 30


def test_the_queue_equals_its_reviewed_copy(language: str) -> None:
    page, file = page_of(sample(), language), GOLDEN / f"queue.{language}.html"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(page, encoding="utf-8", newline="\n")
    assert file.read_bytes() == page.encode(), f"{file.name} differs; read the page, then UPDATE_GOLDEN=1"
