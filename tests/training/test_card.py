"""Here we hold the model card to its promise: no gap, no other numbers in the other language, no empty assurance."""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from training.pages import CardIncomplete, card_page, card_problems

GOLDEN = Path(__file__).parents[1] / "golden"
SCHEMA = json.loads(files("model_cards").joinpath("card.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FORBIDDEN = re.compile(
    r"\b(låg|lågt|låga|grön|grönt|gröna|stäng|stängs|stängd|säker|säkert|säkra|trygg|tryggt|trygga|rättvis|rättvist|rättvisa"
    r"|low|green|close|closed|safe|safely|fair|unbiased|debiased)\b",
    re.IGNORECASE,
)


def bin_(start: float, n: int, mean: float, observed: float | None, half: float = 0.04) -> dict[str, Any]:
    rate = {"observed": observed, "low": None, "high": None}
    if observed is not None:
        rate = {"observed": observed, "low": max(0.0, observed - half), "high": min(1.0, observed + half)}
    return {"from": start, "to": start + 0.1, "n": n, "mean_score": mean, **rate}


def card_facts() -> dict[str, Any]:
    """Give a full set of facts, as the training scripts would hand them over."""
    facts: dict[str, Any] = json.loads((GOLDEN / "card.json").read_text(encoding="utf-8"))
    return facts


def required(schema: dict[str, Any], path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Give the path of every fact that the schema demands, lists by their first item."""
    while "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if "items" in schema:
        return [path, *required(schema["items"], (*path, 0))]
    if "required" in schema:
        return [leaf for name in schema["required"] for leaf in required(schema["properties"][name], (*path, name))]
    return [path]


REQUIRED = [path for path in required(SCHEMA) if isinstance(path[-1], str)]


def at(facts: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        facts = facts[step]
    return facts


def dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))


class Text(HTMLParser):
    """The text that a reader sees, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.skips = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skips += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self.skips -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.skips:
            self.pieces.append(data)


def seen(page: str) -> str:
    text = Text()
    text.feed(page)
    return " ".join(text.pieces)


def numbers(page: str, language: str) -> Counter[str]:
    """Count the numbers a reader sees, written the English way."""
    text = seen(page)
    if language == "sv":
        text = re.sub(r"(?<=\d)\u202f(?=\d)", "", text)
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    else:
        text = re.sub(r"(?<=\d),(?=\d)", "", text)
    return Counter(re.findall(r"\d+(?:\.\d+)?", text))


def compare_with_golden(name: str, page: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(page, encoding="utf-8", newline="\n")
    assert file.read_bytes() == page.encode(), f"{name} differs; read the page, then UPDATE_GOLDEN=1"


@pytest.fixture(scope="module", params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_sample_and_the_walk_agree_with_the_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    VALIDATOR.validate(card_facts())
    assert card_problems(card_facts()) == ()


@pytest.mark.parametrize("path", REQUIRED, ids=dotted)
def test_a_card_with_a_missing_fact_is_not_rendered_and_the_fact_is_named(path: tuple[str | int, ...]) -> None:
    facts = card_facts()
    del at(facts, path[:-1])[path[-1]]
    assert dotted(path) in card_problems(facts)
    with pytest.raises(CardIncomplete, match=re.escape(dotted(path))):
        card_page(facts, language="sv")
    assert not VALIDATOR.is_valid(facts)


@pytest.mark.parametrize(
    "gap", [None, "", "  ", "TODO", "todo: skriv", "Att fylla i", "…", "?", "N/A", math.nan, math.inf]
)
@pytest.mark.parametrize(
    "path", [("contact",), ("figures", "model", "auc"), ("limits", 0, "sv"), ("versions", "python")]
)
def test_a_placeholder_counts_as_missing(path: tuple[str | int, ...], gap: object) -> None:
    facts = card_facts()
    at(facts, path[:-1])[path[-1]] = gap
    assert card_problems(facts) == (dotted(path),)


def test_nothing_at_all_names_every_fact() -> None:
    assert card_problems({}) == tuple(SCHEMA["required"])


@pytest.mark.parametrize("name", ["calibration", "importance", "features", "checks", "limits", "never", "versions"])
def test_an_empty_list_counts_as_missing(name: str) -> None:
    assert card_problems({**card_facts(), name: {} if name == "versions" else []}) == (name,)


@pytest.mark.parametrize(
    ("path", "came", "said"),
    [
        (("synthetic",), "yes", "boolean"),
        (("data", "reports"), True, "integer"),
        (("figures", "capacity"), 40, "at most 1"),
        (("approval", "state"), "maybe", "not_approved"),
        (("made_on",), "31 december", "match"),
    ],
)
def test_a_fact_of_the_wrong_kind_says_what_it_must_be(path: tuple[str, ...], came: object, said: str) -> None:
    facts = card_facts()
    at(facts, path[:-1])[path[-1]] = came
    (problem,) = card_problems(facts)
    assert problem.startswith(dotted(path) + " (must ")
    assert said in problem


def test_only_an_unknowable_ceiling_and_small_bins_may_be_null(language: str) -> None:
    facts = card_facts()
    facts["figures"]["ceiling"]["auc"] = None
    assert card_problems(facts) == ()
    assert ("inte känt" if language == "sv" else "not known") in card_page(facts, language=language)


def test_swedish_and_english_show_the_same_numbers() -> None:
    assert numbers(card_page(card_facts(), language="sv"), "sv") == numbers(
        card_page(card_facts(), language="en"), "en"
    )


def test_the_first_line_says_that_synthetic_numbers_say_nothing_about_children(language: str) -> None:
    said = {"sv": "säger ingenting om barn i Sverige", "en": "say nothing about Swedish children"}[language]
    page = card_page(card_facts(), language=language)
    assert said in page.split("<header>\n", 1)[1].split("\n")[0]
    assert said not in card_page({**card_facts(), "synthetic": False}, language=language)


def test_what_is_not_known_stands_before_the_full_record(language: str) -> None:
    summary = seen(card_page(card_facts(), language=language).split('id="record"')[0])
    for fact in ("fairness", "approval"):
        assert card_facts()[fact][language] in summary
    for said in {"sv": ("Går inte att avgöra", "är inte granskade"), "en": ("Cannot tell", "have not been audited")}[
        language
    ]:
        assert said in summary
    assert numbers(summary, language)["4312"] == 1


def test_a_small_bin_is_not_shown_as_a_rate(language: str) -> None:
    facts = card_facts()
    facts["calibration"] = [bin_(0.1, 400, 0.15, 0.16), bin_(0.7, 12, 0.731, 0.58333, 0.2)]
    page = card_page(facts, language=language)
    assert {"sv": "för få", "en": "too few"}[language] in page
    assert "58" not in numbers(page, language)
    assert "58.3" not in numbers(page, language)


def test_a_gain_whose_interval_holds_zero_is_said_to_be_unclear(language: str) -> None:
    facts = card_facts()
    facts["figures"]["gain"] = {"auc": 0.004, "low": -0.006, "high": 0.014}
    assert {"sv": "inte att skilja från noll", "en": "cannot be told from zero"}[language] in card_page(
        facts, language=language
    )


def test_no_word_on_the_card_promises_anything(language: str) -> None:
    assert FORBIDDEN.findall(card_page(card_facts(), language=language)) == []


def test_the_card_fetches_nothing_and_runs_nothing(language: str) -> None:
    page = card_page(card_facts(), language=language)
    assert not re.search(r"https?:|\bsrc=|url\(|<link|@import|<script", page)
    assert f'<html lang="{language}">' in page


def test_hostile_text_on_the_card_is_shown_and_not_run(language: str) -> None:
    page = card_page({**card_facts(), "name": "<script>alert(1)</script>"}, language=language)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'fi' came; allowed: sv, en"):
        card_page(card_facts(), language="fi")


def test_the_card_equals_its_reviewed_copy(language: str) -> None:
    compare_with_golden(f"card.{language}.html", card_page(card_facts(), language=language))
