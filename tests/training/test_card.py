"""Here we hold the model card to its promise: no gap, no other numbers in the other language, no empty assurance."""

from __future__ import annotations

import copy
import json
import math
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.training.cards import APPROVED, FACTS, RENDERED, recounted
from training.bar import PROBES
from training.card.leaflet import leaflet_page
from training.card.page import CardIncomplete, card_markdown, card_page, card_problems
from training.card.stale import stale
from training.card.validated import NO_PACE, not_examined
from training.validation.delayed import SAID_BY
from triage.bundle import read_parts
from triage.bundle_facts import BundleFacts

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(files("model_cards").joinpath("card.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FORBIDDEN = re.compile(
    r"\b(låg|lågt|låga|grön|grönt|gröna|stäng|stängs|stängd|säker|säkert|säkra|trygg|tryggt|trygga|rättvis|rättvist|rättvisa"
    r"|low|green|close|safe|safely|fair|unbiased|debiased)\b",
    re.IGNORECASE,
)
"""Words that promise. An investigation may be closed; a report may not."""
Path_ = tuple[str | int, ...]


def short_lists(value: Any) -> Any:
    """Keep the first and the last item of every list."""
    if isinstance(value, dict):
        return {name: short_lists(part) for name, part in value.items()}
    return (
        [short_lists(part) for part in (value[:1] + value[-1:] if len(value) > 2 else value)]
        if isinstance(value, list)
        else value
    )


SHORT = recounted(short_lists(FACTS))


def leaves(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Give the path of every fact."""
    held = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if held is None:
        yield path
    else:
        for name, part in held:
            yield from leaves(part, (*path, name))


def at(facts: Any, path: Path_) -> Any:
    for step in path:
        facts = facts[step]
    return facts


def without(facts: dict[str, Any], path: Path_) -> dict[str, Any]:
    """Copy the facts along a path, and leave out what stands at its end."""
    top = parent = copy.copy(facts)
    for step in path[:-1]:
        parent[step] = copy.copy(parent[step])
        parent = parent[step]
    del parent[path[-1]]
    return top


def dotted(path: Path_) -> str:
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
    return re.sub(r"[ \n]+", " ", " ".join(text.pieces))


def front_of(page: str) -> str:
    """Give the text of page one: everything before the full record."""
    return seen(page.split('id="record"', maxsplit=1)[0])


def numbers(text: str, language: str) -> Counter[str]:
    """Count the numbers a reader sees, written the English way."""
    if language == "sv":
        text = re.sub(r"(?<=\d)\u202f(?=\d)", "", text)
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    else:
        text = re.sub(r"(?<=\d),(?=\d)", "", text)
    return Counter(re.findall(r"\d+(?:\.\d+)?", text))


@pytest.fixture(scope="module", params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def page(language: str) -> str:
    return card_page(FACTS, language=language)


def test_the_demos_card_is_whole_and_the_walk_agrees_with_the_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for facts in (FACTS, SHORT):
        VALIDATOR.validate(facts)
        assert card_problems(facts) == ()


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_removing_any_one_fact_fails_rendering_with_its_name(part: int) -> None:
    """Each fact of every section and of every item of a list, an eighth at a time."""
    facts = list(leaves(FACTS))[part::8]
    assert len(facts) > 300
    for path in facts:
        with pytest.raises(CardIncomplete) as refused:
            card_page(without(FACTS, path), language="sv")
        named = dotted(path if isinstance(path[-1], str) or path[0] == "counted" else path[:-1])
        assert any(one.split(" (")[0] == named for one in refused.value.missing), (path, refused.value.missing)


def test_removing_an_item_of_any_list_fails_rendering_with_the_name_of_the_list() -> None:
    for path, size in FACTS["counted"].items():
        steps = tuple(int(step) if step.isdigit() else step for step in path.split("."))
        if size:
            assert f"{path} (must hold {size}, holds {size - 1})" in card_problems(without(FACTS, (*steps, size - 1)))


@pytest.mark.parametrize(
    "gap", [None, "", "  ", "TODO", "todo: skriv", "Att fylla i", "…", "?", "N/A", math.nan, math.inf]
)
@pytest.mark.parametrize(
    "path",
    [
        ("model_details", "contact"),
        ("quantitative_analyses", "figures", "model", "auc"),
        ("instructions", 0, "sv"),
        ("legal_basis", 0, "reference"),
    ],
)
def test_a_placeholder_counts_as_missing(path: Path_, gap: object) -> None:
    facts = copy.deepcopy(SHORT)
    at(facts, path[:-1])[path[-1]] = gap
    assert card_problems(facts) == (dotted(path),)


def test_nothing_at_all_names_every_section() -> None:
    assert card_problems({}) == tuple(SCHEMA["required"])


def test_an_empty_list_counts_as_missing_where_something_must_be_said() -> None:
    for name in ("features", "checks", "known_failures", "instructions", "legal_basis"):
        assert card_problems(recounted(SHORT | {name: []})) == (name,)
    changes = {"state": "compared", "since": {"name": "a", "bundle_id": "b", "made_on": "2026-01-01"}, "items": []}
    assert card_problems(recounted(SHORT | {"changes": changes})) == ()


@pytest.mark.parametrize(
    ("path", "came", "said"),
    [
        (("synthetic",), "yes", "boolean"),
        (("training_data", "reports"), True, "integer"),
        (("metrics", "capacity"), 40, "at most 1"),
        (("quantitative_analyses", "fairness", "state"), "fine", "not_examined"),
        (("model_details", "made_on"), "31 december", "match"),
    ],
)
def test_a_fact_of_the_wrong_kind_says_what_it_must_be(path: Path_, came: object, said: str) -> None:
    facts = copy.deepcopy(SHORT)
    at(facts, path[:-1])[path[-1]] = came
    (problem,) = card_problems(facts)
    assert problem.startswith(dotted(path) + " (must ")
    assert said in problem


def test_a_part_that_was_not_examined_needs_its_reason() -> None:
    analyses = FACTS["quantitative_analyses"]
    for name in (
        "validation",
        "age_curve",
        "ordering",
        "probes",
        "weak_slices",
        "abstained",
        "fairness",
        "proxies",
        "ablation",
        "stress",
        "reasons",
    ):
        silent = {"state": "not_examined", "why": {"sv": "Kördes inte.", "en": "Was not run."}}
        facts = recounted(FACTS | {"quantitative_analyses": analyses | {name: silent}})
        assert card_problems(facts) == ()
        card_page(facts, language="sv")
        bare = recounted(FACTS | {"quantitative_analyses": analyses | {name: {"state": "not_examined"}}})
        assert card_problems(bare) == (f"quantitative_analyses.{name}.why",)


def test_a_figure_of_other_data_trees_features_or_law_fails_the_build_and_is_named(made: Any) -> None:
    parts = read_parts(made.bundle)
    facts, bundle = json.loads(parts["card.json"]), BundleFacts.from_json(parts["bundle.json"])
    assert list(stale(facts, parts["model.txt"], bundle)) == []
    other = "0" * 64
    for path in (
        ("model_details", "data_digest"), ("model_details", "features_fingerprint"), ("model_details", "bundle_id"),
        ("law", "fingerprint"),
    ):  # fmt: skip
        wrong = copy.deepcopy(facts)
        at(wrong, path[:-1])[path[-1]] = other
        (named,) = stale(wrong, parts["model.txt"], bundle)
        assert named.startswith(f"{dotted(path)} (stale")
    assert any("bundle_id" in one for one in stale(facts, parts["model.txt"] + "\n", bundle))
    validated = copy.deepcopy(facts)
    validated["quantitative_analyses"]["validation"] = {"state": "examined", "data_digest": other}
    (named,) = stale(validated, parts["model.txt"], bundle)
    assert named.startswith("quantitative_analyses.validation.data_digest (stale")


def test_a_training_without_validation_says_so_and_claims_no_pass_for_it(made: Any) -> None:
    facts = json.loads(read_parts(made.bundle)["card.json"])
    assert card_problems(facts) == ()
    assert facts["quantitative_analyses"]["validation"]["state"] == "not_examined"
    verdicts = {one["code"]: one["verdict"] for one in facts["checks"]}
    assert {verdicts[code] for code in ("bar", "age", "independent_outcome")} == {"not_examined"}
    failures = {one["number"]: one["verdict"] for one in facts["known_failures"]}
    assert {failures[number] for number in (23, 24, 27, 30, 55)} == {"not_examined"}


def test_every_known_failure_is_there_once_and_every_test_it_names_exists() -> None:
    rows = tomllib.loads((ROOT / "model_cards" / "known_failures.toml").read_text(encoding="utf-8"))["failure"]
    assert [row["number"] for row in rows] == list(range(1, 66))
    checks, sections = {one["code"] for one in FACTS["checks"]}, set(FACTS["quantitative_analyses"])
    for row in rows:
        assert {"tests", "probes", "checks", "section", "verdict"} & set(row), row["number"]
        assert set(row.get("probes", ())) <= set(PROBES)
        assert set(row.get("checks", ())) <= checks
        assert row.get("section", "figures") in sections
        for test in row.get("tests", ()):
            file, name = test.split("::")
            assert f"\ndef {name}(" in (ROOT / file).read_text(encoding="utf-8"), test


def test_a_probe_stands_under_every_known_failure_that_it_says_it_answers() -> None:
    rows = tomllib.loads((ROOT / "model_cards" / "known_failures.toml").read_text(encoding="utf-8"))["failure"]
    listed = {(code, f"F{row['number']}") for row in rows for code in row.get("probes", ())}
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "training" / "probes").glob("*.py"))
    said = {
        (code, failure)
        for code, answers in re.findall(r'judge\(\s*"(\w+)",\s*\(([^)]*)\)', source)
        for failure in re.findall(r"F\d+", answers)
    }
    assert {code for code, _ in listed} == set(PROBES)
    assert {pair for pair in said if pair[0] in PROBES} == listed


def test_every_place_that_the_technical_documentation_names_is_in_the_card() -> None:
    for point in FACTS["technical_documentation"]:
        for place in point.get("where", ()):
            assert at(FACTS, tuple(place.split("."))) is not None


def test_swedish_and_english_show_the_same_numbers() -> None:
    pages = {language: card_page(FACTS, language=language, decision=APPROVED) for language in ("sv", "en")}
    assert numbers(seen(pages["sv"]), "sv") == numbers(seen(pages["en"]), "en")


def test_markdown_says_what_the_page_says(language: str, page: str) -> None:
    text = re.sub(r"\\(.)", r"\1", card_markdown(FACTS, language=language))
    told = re.sub(r"[|>#*\s-]+", "", text)
    words = [re.sub(r"[|>#*\s-]+", "", piece) for piece in seen_pieces(page.split("</header>")[1])]
    missing = [word for word in words if word not in told]
    assert {word for word in missing if not word[0].isdigit()} <= drawn_heads(language)


def seen_pieces(page: str) -> list[str]:
    text = Text()
    text.feed(page)
    return [piece.strip() for piece in text.pieces if piece.strip(" \n-|>#*")]


def drawn_heads(language: str) -> set[str]:
    """Heads of columns that are drawn, what stands in the picture, and captions that the heading says already."""
    table = tomllib.loads(files("model_cards").joinpath("card.toml").read_text(encoding="utf-8"))
    keys = [("card", "strip"), ("card", "bar"), ("column", "strip"), ("column", "range"), ("card", "axis_estimated"), ("card", "axis_observed"), ("card", "changes")]  # fmt: skip
    return {re.sub(r"[|>#*\s-]+", "", table[section][key][language]) for section, key in keys}


def test_the_first_line_says_that_synthetic_numbers_say_nothing_about_children(language: str, page: str) -> None:
    said = {"sv": "säger ingenting om barn i Sverige", "en": "say nothing about Swedish children"}[language]
    assert said in page.split("<header>\n", 1)[1].split("\n", maxsplit=1)[0]
    assert said in card_markdown(FACTS, language=language).split("\n")[0]
    assert said not in card_page({**FACTS, "synthetic": False}, language=language)


QUESTIONS = [
    # a question that a lay board member would ask, and what page one must say for it to be answered
    ("Vad förutser modellen?", r"Modellen förutser att en utredning av anmälan bekräftar behov av insats inom 180 dagar"),
    ("Vem avgör det som förutses?", r"Det avgörs av den enhet i socialtjänsten som utreder"),
    ("Vem beslutar om ett barn?", r"En människa läser varje anmälan och beslutar"),
    ("Hur bra är den?", r"I \d\d av 100 sådana par \(\d\d till \d\d\) sätter modellen den första före den andra"),
    ("Är den bättre än något enkelt?", r"Slumpen ger 50, att räkna tidigare anmälningar ger \d\d"),
    ("Vilka kontroller klarar den inte?", r"\d kontroller är inte klarade: \w+"),
    ("Vem fungerar den sämst för, och hur mycket?", r"Sämst bland dem som går att mäta: enhet [\w-]+\. Där ordnas \d\d av 100 par rätt \(\d\d till \d\d\), mot \d\d för alla anmälningar, alltså \d+ färre"),
    ("Är den skillnaden mer än slump?", r"Skillnaden (går inte att skilja från slumpen|är större än slumpen brukar ge)"),
    ("Är grupper av barn granskade?", r"\d+ jämförelser mellan grupper av barn: \d+ ger anledning till oro, \d+ går inte att avgöra, \d+ visar ingen oro"),
    ("Vad vet man inte?", r"\d \d{3} av \d\d \d{3} anmälningar har inget känt utfall"),
    ("Får barn det bättre?", r"Ingen vet om barn får hjälp tidigare när modellen används"),
    ("Vad gör den aldrig?", r"beslutar om en utredning ska inledas; en person beslutar"),
    ("Vad är nytt?", r"Ingen tidigare version är godkänd, så det finns inget att jämföra med"),
    ("Vem har beslutat?", r"Ingen nämnd har beslutat om modellen\. Den får bara användas för utvärdering"),
    ("Vem frågar jag?", r"Kontakt: \S+"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answer"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_page_one_alone_answers_in_swedish(question: str, answer: str) -> None:
    front = front_of(card_page(FACTS, language="sv")).replace("\u202f", " ")
    assert re.search(answer, front), question


def test_page_one_says_who_approved_when_where_and_on_what_conditions(language: str) -> None:
    front = front_of(card_page(FACTS, language=language, decision=APPROVED))
    for said in ("Eva Ek", "ordförande", "2026-09-01", "SN 2026:14 § 5", "2027-08-31", "följs upp varje kvartal", "granskas i oktober"):  # fmt: skip
        assert said in front
    assert {"sv": "Godkänd.", "en": "Approved."}[language] in front
    refused = APPROVED | {"decision": "refused", "units": [], "expires": None, "conditions": [], "despite": {}}
    assert {"sv": "får inte användas", "en": "may not be used"}[language] in front_of(
        card_page(FACTS, language=language, decision=refused)
    )


def test_page_one_names_what_is_new_with_what_matters_first(language: str) -> None:
    item = {"area": "figures", "key": "figures.auc", "sv": "rätt ordnade par", "en": "pairs in the right order"}
    items = [
        item | {"before": 0.7, "after": 0.72, "matters": True},
        item | {"key": "other", "sv": "annat", "en": "something else", "before": 1, "after": 2, "matters": False},
    ]
    since = {"name": "older", "bundle_id": "abc", "made_on": "2025-06-30"}
    facts = recounted(FACTS | {"changes": {"state": "compared", "since": since, "items": items}})
    page = card_page(facts, language=language)
    front = front_of(page)
    assert {"sv": "rätt ordnade par: från 0,700 till 0,720", "en": "pairs in the right order: from 0.700 to 0.720"}[language] in front  # fmt: skip
    assert {"sv": "annat: från", "en": "something else: from"}[language] not in front
    assert {"sv": "1 ändringar till", "en": "1 more changes"}[language] in front
    assert {"sv": "annat", "en": "something else"}[language] in seen(page)


def test_a_small_bin_is_not_shown_as_a_rate(language: str) -> None:
    def bin_(start: float, n: int, mean: float, observed: float) -> dict[str, Any]:
        return {
            "from": start,
            "to": start + 0.1,
            "n": n,
            "mean_score": mean,
            "observed": observed,
            "low": 0.1,
            "high": 0.9,
        }

    analyses = FACTS["quantitative_analyses"] | {
        "calibration": [bin_(0.1, 400, 0.15, 0.16), bin_(0.7, 12, 0.731, 0.98765)]
    }
    page = card_page(recounted(FACTS | {"quantitative_analyses": analyses}), language=language)
    assert {"sv": "för få", "en": "too few"}[language] in page
    assert "98.8" not in numbers(seen(page), language)


def test_the_delay_saved_stands_with_whose_pace_it_is_and_an_unknown_pace_is_said() -> None:
    delay = {"state": "examined", "unit_per_day": 9.31, "said_by": "decisions", "how": SAID_BY["decisions"].to_dict(), "tested_share": 0.3, "load": 1.003, "n": 3211, "needs": 902,
             "first_come": 4.32, "historical": -0.55}  # fmt: skip
    part = FACTS["quantitative_analyses"]["validation"]
    shown = {}
    for name, one in (
        ("decisions", delay),
        ("plan", delay | {"said_by": "plan", "how": SAID_BY["plan"].to_dict()}),
        ("nobody", not_examined(NO_PACE)),
    ):
        analyses = FACTS["quantitative_analyses"] | {"validation": part | {"delay": one}}
        facts = recounted(FACTS | {"quantitative_analyses": analyses})
        VALIDATOR.validate(facts)
        pages = {language: seen(card_page(facts, language=language)) for language in ("sv", "en")}
        assert numbers(pages["sv"], "sv") == numbers(pages["en"], "en")
        shown[name] = pages["sv"]
        for key in one:
            path = ("quantitative_analyses", "validation", "delay", key)
            assert any("validation.delay" in problem for problem in card_problems(without(facts, path)))
    assert "läser enheten 9,3 anmälningar per arbetsdag (så många som den beslutade om" in shown["decisions"].lower()
    assert "4,3 dagar tidigare än i turordning och −0,6 dagar tidigare än i den ordning" in shown["decisions"]
    assert "(enligt planen)" in shown["plan"]
    assert "hur många som enheten läser per dag är inte känt" in shown["nobody"]


def test_a_gain_whose_interval_holds_zero_is_said_to_be_unclear(language: str) -> None:
    analyses = copy.deepcopy(FACTS["quantitative_analyses"])
    analyses["figures"]["gain"] = {"auc": 0.004, "low": -0.006, "high": 0.014}
    said = {"sv": "inte att skilja från noll", "en": "cannot be told from zero"}[language]
    assert said in card_page(FACTS | {"quantitative_analyses": analyses}, language=language)


def test_no_word_on_the_card_promises_anything(page: str) -> None:
    told = re.sub(r"close (person|relationship)|: (low|låg)\b", "", seen(page))
    assert FORBIDDEN.findall(told) == []


def test_the_card_fetches_nothing_and_runs_nothing(language: str, page: str) -> None:
    assert not re.search(r"https?:|\bsrc=|url\(|<link|@import|<script", page)
    assert f'<html lang="{language}">' in page


def test_hostile_text_on_the_card_is_shown_and_not_run(language: str) -> None:
    details = FACTS["model_details"] | {"name": "<script>alert(1)</script>", "contact": "[x](javascript:1) | <b>"}
    facts = FACTS | {"model_details": details}
    assert "<script>alert" not in card_page(facts, language=language)
    assert "&lt;script&gt;alert" in card_page(facts, language=language)
    text = card_markdown(facts, language=language)
    assert "\\<script>" in text
    assert "](javascript" not in text.replace("\\]", "")


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'fi' came; allowed: sv, en"):
        card_page(FACTS, language="fi")


def test_the_card_equals_its_rendered_copy(language: str, page: str) -> None:
    compare_with_rendered(f"card.{language}.html", page)
    compare_with_rendered(f"card.{language}.md", card_markdown(FACTS, language=language))
    compare_with_rendered(f"leaflet.{language}.html", leaflet_page(FACTS, language=language))


def compare_with_rendered(name: str, text: str) -> None:
    file = RENDERED / name
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(text, encoding="utf-8", newline="\n")
    assert file.read_bytes() == text.encode(), f"{name} differs; read it, then UPDATE_GOLDEN=1, or make card"
