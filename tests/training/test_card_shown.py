"""Here we hold what is made of a card: leaflet, comparison, registers, shelf."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.training.cards import APPROVED, FACTS, older, recounted
from training.card.changes import AREAS, changes, changes_since
from training.card.diff import card_diff, diff_markdown, diff_page
from training.card.leaflet import leaflet_page
from training.card.page import CardIncomplete, card_page
from training.card.registers import REGISTERS, export
from training.card.registers.netherlands import system_card
from training.card.registers.yaml_text import yaml_text
from training.card.shelf import site

SHAPES = Path(__file__).parent / "registers"
ROOT = Path(__file__).parents[2]


def shape(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((SHAPES / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_card_differs_in_nothing_from_itself() -> None:
    assert changes(FACTS, FACTS) == ()
    assert card_diff(FACTS, FACTS)["items"] == []


def test_what_matters_comes_first_and_every_planted_difference_is_found() -> None:
    found = card_diff(older(), FACTS)
    weights = [{True: 0, None: 1, False: 2}[one["matters"]] for one in found["items"]]
    assert weights == sorted(weights)
    by_key = {one["key"]: one for one in found["items"]}
    assert by_key["figures.auc"]["matters"] is True
    assert by_key["figures.auc"]["after"] - by_key["figures.auc"]["before"] == pytest.approx(0.05)
    assert by_key["figures.brier"]["matters"] is False
    group = FACTS["quantitative_analyses"]["validation"]["groups"][0]
    assert by_key[f"groups.{group['by']}.{group['value']}.auc"]["matters"] is None
    assert (by_key["checks.leak"]["before"], by_key["checks.leak"]["matters"]) == ("failed", True)
    assert by_key["law.fingerprint"]["matters"] is True
    assert by_key["prioritise_at"]["matters"] is True
    assert by_key["data.reports"]["matters"] is False
    feature = FACTS["features"][5]["name"]
    assert by_key[f"features.{feature}"] | {"sv": "", "en": ""} == {
        "area": "features", "key": f"features.{feature}", "sv": "", "en": "", "before": None, "after": "read", "matters": True,
    }  # fmt: skip
    assert {one["area"] for one in found["items"]} <= set(AREAS)
    assert found["same_data"] is False


def test_the_other_way_round_every_difference_is_there_with_its_sides_swapped() -> None:
    there, back = (card_diff(*pair)["items"] for pair in ((older(), FACTS), (FACTS, older())))
    sides = {one["key"]: (one["before"], one["after"]) for one in there}
    assert {one["key"]: (one["after"], one["before"]) for one in back} == sides


def test_a_comparison_is_said_in_both_languages_on_page_and_in_print(language: str) -> None:
    found = card_diff(older(), FACTS)
    page, text = diff_page(found, language=language), re.sub(r"\\(.)", r"\1", diff_markdown(found, language=language))
    for one in found["items"]:
        assert one[language] in text
    assert page.index({"sv": "Det som spelar roll", "en": "What matters"}[language]) < page.index(
        {"sv": "Övrigt: data", "en": "The rest: data"}[language]
    )
    assert not re.search(r"https?:|\bsrc=|url\(|<link|<script", page)


def test_a_card_made_after_an_approved_one_shows_what_is_new(language: str) -> None:
    facts = recounted(FACTS | {"changes": changes_since(older(), FACTS)})
    page = card_page(facts, language=language)
    front = page.split('id="record"')[0]
    assert "0123456789abcdef" in front
    assert {"sv": "rätt ordnade par (AUC), sista perioden: från", "en": "pairs in the right order (AUC), last period: from"}[language] in front  # fmt: skip


def test_the_leaflet_answers_what_a_family_asks_in_short_sentences(language: str) -> None:
    page = leaflet_page(FACTS, language=language)
    pieces = re.sub(r"<[^>]+>", "\n", page.split("<body")[1].split(">", 1)[1]).split("\n")
    said = " ".join(pieces)
    for asked in {
        "sv": ("Vad är programmet?", "Vem bestämmer?", "Vad gör programmet inte?", "Vem frågar jag?"),
        "en": ("What is the program?", "Who decides?", "What does the program not do?", "Whom do I ask?"),
    }[language]:
        assert asked in said
    wrong = round(100 * (1 - FACTS["quantitative_analyses"]["figures"]["model"]["auc"]))
    assert re.search(rf"\b{wrong} (av|of) 100", said)
    sentences = [one.split() for piece in pieces for one in re.split(r"[.?!:](?:\s|$)", piece) if one.strip()]
    assert max(map(len, sentences)) <= 32
    assert sum(map(len, sentences)) / len(sentences) < 14
    with pytest.raises(CardIncomplete, match="instructions"):
        leaflet_page({**FACTS, "instructions": None}, language=language)


def test_the_leaflet_says_who_allowed_it_and_that_made_up_children_are_made_up(language: str) -> None:
    approved = leaflet_page(FACTS, language=language, decision=APPROVED)
    assert "Eva Ek" in approved
    assert {"sv": "påhittade uppgifter", "en": "made-up data"}[language] in approved
    assert {"sv": "påhittade", "en": "made-up"}[language] not in leaflet_page(
        {**FACTS, "synthetic": False}, language=language
    )


@pytest.mark.parametrize("register", REGISTERS)
def test_a_register_is_not_written_from_a_card_with_a_gap(register: str) -> None:
    facts = {name: part for name, part in FACTS.items() if name != "monitoring"}
    with pytest.raises(CardIncomplete, match="monitoring"):
        export(facts, register)


def test_the_dutch_cards_have_the_published_shape_and_read_back_as_written() -> None:
    for decision in (None, APPROVED):
        text = export(FACTS, "nl", decision)
        read = yaml.safe_load(text)
        assert read == system_card(FACTS, decision)
        shape("nl").validate(read)
    answers = {one["question"]: one["answer"] for one in read["assessments"][0]["contents"]}
    assert len(answers) == 1 + len(FACTS["checks"]) + 65
    broken = copy.deepcopy(read)
    del broken["models"][0]["license"]
    assert not shape("nl").is_valid(broken)


def test_the_header_for_a_model_hub_has_the_published_shape_and_the_card_stands_below() -> None:
    text = export(FACTS, "hf")
    header = yaml.safe_load(text.split("---\n")[1])
    shape("hf").validate(header)
    value = header["model-index"][0]["results"][0]["metrics"][0]["value"]
    assert value == FACTS["quantitative_analyses"]["figures"]["model"]["auc"]
    assert "say nothing about Swedish children" in text.split("---\n", 2)[2].split("\n")[1]


def test_the_british_record_answers_every_field_once_and_names_what_it_leaves() -> None:
    listed = tomllib.loads((ROOT / "model_cards" / "registers" / "uk.toml").read_text(encoding="utf-8"))["field"]
    for decision in (None, APPROVED):
        record = json.loads(export(FACTS, "uk", decision))
        shape("uk").validate(record)
        assert [one["number"] for one in record["fields"]] == [one["number"] for one in listed]
        assert record["left_to_the_organisation"] == [one["number"] for one in listed if "left" in one]


@pytest.mark.parametrize(
    "plain",
    [
        {"a": "yes", "b": "1.0", "c": "null", "d": "x: y # z", "e": 'say "no"', "f": "två\nrader", "g": "- å"},
        {"deep": [{"x": [1, 2.5, None, True], "y": {"z": []}}, {"x": {}}], "empty": {}},
        {"list": ["a", "b"], "nested": {"list": [{"k": "v", "more": [{"m": 1}]}]}},
    ],
)
def test_yaml_reads_back_as_the_same_data(plain: dict[str, Any]) -> None:
    assert yaml.safe_load(yaml_text(plain)) == plain


def test_the_shelf_shows_every_version_newest_first_with_decision_periods_and_differences(language: str) -> None:
    period = {"decision": APPROVED, "since": "2026-09-01T10:00:00+00:00", "until": "2027-01-15T08:00:00+00:00", "ended": "revoked"}  # fmt: skip
    pages = site([(older(), None), (FACTS, APPROVED)], [period])
    index = pages["index.html" if language == "sv" else "index.en.html"]
    newest, oldest = FACTS["model_details"]["bundle_id"], "0123456789abcdef"
    assert index.index(newest) < index.index(oldest)
    for said in ("Eva Ek", "2026-09-01", "2027-01-15", {"sv": "återkallades", "en": "was revoked"}[language]):
        assert said in index
    linked = set(re.findall(r'href="([^"#]+)"', index))
    assert linked <= set(pages)
    assert {f"card-{newest}.{language}.html", f"changes-{newest}.{language}.html", f"leaflet-{oldest}.{language}.html"} <= linked  # fmt: skip
    assert f"changes-{oldest}.{language}.html" not in pages


def test_the_same_bundle_twice_is_refused_on_the_shelf() -> None:
    with pytest.raises(ValueError, match="one bundle"):
        site([(FACTS, None), (FACTS, None)], [])


def test_every_sentence_of_the_leaflet_and_of_what_always_stands_is_in_both_languages() -> None:
    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if {"sv", "en"} & set(value):
                assert {"sv", "en"} <= set(value)
                assert value["sv"].strip()
                assert value["en"].strip()
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    for name in ("leaflet", "standing", "annex_iv", "known_failures", "card"):
        walk(tomllib.loads((ROOT / "model_cards" / f"{name}.toml").read_text(encoding="utf-8")))


def test_what_the_audit_found_stands_on_page_one_and_in_the_record_with_its_harm(language: str) -> None:
    from training.card.audited import fairness

    harm = {"sv": "Barn i gruppen missas oftare.", "en": "Children of the group are missed more often."}
    seen = {"sv": "60 av 100 mot 80.", "en": "60 in 100 against 80."}
    gap = {"attribute": "sex", "label": "girl", "reference": "boy", "difference": -0.2, "low": -0.3, "high": -0.1, "chance": 0.02, "n": 400, "n_reference": 410}  # fmt: skip
    found = [
        {"code": "true_positive_rate_gap", "verdict": {"code": verdict}, "gap": gap, "seen": seen, "harm": harm}
        for verdict in ("concern", "cannot_tell", "no_concern_shown")
    ]
    part = fairness({"findings": found})
    assert (part["verdict"], part["cannot_tell"], len(part["findings"])) == ("failed", 1, 2)
    analyses = FACTS["quantitative_analyses"] | {"fairness": part}
    page = card_page(recounted(FACTS | {"quantitative_analyses": analyses}), language=language)
    front, record = page.split('id="record"')
    for said in (harm[language], seen[language]):
        assert said in front
        assert said in record
    assert fairness({"findings": found[1:]})["verdict"] == "cannot_tell"
    assert fairness({"findings": found[2:]})["verdict"] == "passed"
    assert fairness(None)["state"] == "not_examined"


def test_the_shelf_takes_the_copy_beside_which_the_board_decided(made: Any, tmp_path: Path) -> None:
    """MLflow keeps a copy of every bundle, and no decision beside it."""
    import datetime as dt
    import shutil

    from training.card.files import bundles_in, write_site
    from triage.bundle import load_bundle, read_parts, write_approval
    from triage.chain import Head
    from triage.decisions import Approval, Decision

    for name in ("a", "b", "c"):
        shutil.copytree(made.bundle, tmp_path / name / "bundle")
    card = hashlib.sha256(read_parts(made.bundle)["card.json"].encode()).hexdigest()
    facts = load_bundle(made.bundle, purpose="evaluation")
    said = Decision(
        decision="approved", by="Eva Ek", role="ordförande", at=dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC), minutes="SN 1",
        bundle=facts.digest, card=card, name=facts.facts.name, law=facts.facts.law_fingerprint,
        units=facts.facts.units, expires=dt.date(2027, 6, 30), despite={"gain": "prövas bredvid"},
    )  # fmt: skip
    write_approval(tmp_path / "b" / "bundle", Approval(said, Head(1, "0" * 64)))
    write_site(bundles_in(tmp_path), tmp_path / "site")
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert index.count("Eva Ek") == 1
    assert "Bättre än att räkna tidigare anmälningar: prövas bredvid" in index
