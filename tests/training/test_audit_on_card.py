"""Here we hold the card to what an audit asks besides the gaps: what gives groups away, sets of features, a thinner past."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

from features.folder import load
from tests.training.cards import FACTS, recounted
from tests.training.test_card import VALIDATOR, leaves, numbers, seen, without
from training import run as do
from training.card.audited import audited
from training.card.audited_more import ablation, proxies, stress
from training.card.checks import checks
from training.card.failures import known_failures
from training.card.files import read_facts
from training.card.page import card_page, card_problems
from training.card.validated import NOT_VALIDATED, not_examined
from training.decisions.decide import unmet
from training.fit import TreePlan
from training.inputs import gather
from training.plan import Justification, TrainingPlan, plan_of
from training.split import SplitPlan
from training.validation.run import beginning

TESTED_MORE = SplitPlan(test_households=0.4, test_time=0.3)
"""So many that not every group of so small a town is hidden."""

WIDE, HARM = {"value": 0.8, "low": 0.7, "high": 0.9}, {"value": -0.2, "low": -0.3, "high": -0.1}
FEATURE = {"feature": "concerns", "sv": "slag av oro", "en": "kinds of concern"}
GIVEN_AWAY = {
    "attribute": "age", "label": "0-2", "n": 400, "features": WIDE, "score": WIDE, "carriers": [FEATURE | {"share": 0.5}],
    "needs_justification": True, "why": None,
}  # fmt: skip
HIDDEN = GIVEN_AWAY | {
    "attribute": "sex", "label": "girl", "n": None, "features": None, "score": None, "carriers": [],
    "needs_justification": False, "why": {"code": "suppressed", "sv": "Visas inte.", "en": "Is not shown."},
}  # fmt: skip
PROXIES = {"limit": 0.7, "groups": [GIVEN_AWAY, HIDDEN], "justifications": {}, "unjustified": ["age"]}
POINT = {"history": 0.5, "said": 0.0, "rate": 0.1, "change": HARM}
THINNER = {"attribute": "sex", "label": "girl", "rate": 0.3, "others": 0.35, "curve": [POINT], "why": None}
SET = {
    "set": "mental_health", "title": {"sv": "Psykisk ohälsa.", "en": "Mental ill-health."}, "features": [FEATURE],
    "with": WIDE, "without": WIDE, "gain": {"value": 0.02, "low": 0.01, "high": 0.03},
    "groups": [{"attribute": "everyone", "label": "everyone", "n": 900, "joins": 21, "leaves": 23}],
}  # fmt: skip
DEEP = {"proxies": PROXIES, "ablations": [SET], "stress": [THINNER], "what_if": {}}


def with_parts(extras: dict[str, Any]) -> dict[str, Any]:
    """Give the demo's card with other extras."""
    parts = audited({"findings": [], "extras": extras})
    return recounted(FACTS | {"quantitative_analyses": FACTS["quantitative_analyses"] | parts})


def test_the_card_shows_what_was_asked_in_both_languages_and_needs_every_fact_of_it() -> None:
    card = with_parts(DEEP)
    VALIDATOR.validate(card)
    pages = {language: seen(card_page(card, language=language)) for language in ("sv", "en")}
    assert numbers(pages["sv"], "sv") == numbers(pages["en"], "en")
    for said in (
        "0.80 (0.70 to 0.90)",
        "kinds of concern",
        "Is not shown.",
        "Mental ill-health.",
        "23",
        "−30.0 to −10.0",
    ):
        assert said in pages["en"]
    for name in ("proxies", "ablation", "stress"):
        for path in leaves(card["quantitative_analyses"][name], ("quantitative_analyses", name)):
            missing = card_problems(without(card, path))
            assert any(one.startswith(".".join(map(str, path[:-1]))) for one in missing), path


def test_a_group_given_away_fails_a_check_that_is_required_until_somebody_writes_why(made: Any) -> None:
    why = {"justifications": {"age": "The law asks for it."}, "unjustified": []}
    cases = ((PROXIES, "failed", "Nobody has written why"), (PROXIES | why, "passed", "The law asks for it."))
    for found, verdict, said in cases:
        part = proxies(found)
        told = checks(made.trained.figures, None, not_examined(NOT_VALIDATED), part)
        (check,) = (one for one in told if one["code"] == "proxies")
        assert (check["verdict"], check["mandatory"]) == (verdict, True)
        assert said in part["groups"][0]["said"]["en"]
        assert (unmet({"checks": [check]}) == ("proxies",)) is (verdict == "failed")


def test_what_was_not_asked_is_not_examined_and_what_harms_is_no_pass() -> None:
    plain = with_parts({"proxies": PROXIES})
    rows = {one["number"]: one["verdict"] for one in known_failures(plain["quantitative_analyses"], plain["checks"])}
    assert [rows[number] for number in (42, 44, 45)] == ["failed", "not_examined", "not_examined"]
    assert {part["state"] for part in audited(None).values()} == {"not_examined"}
    rows = {one["number"]: one for one in known_failures(with_parts(DEEP)["quantitative_analyses"], plain["checks"])}
    assert [rows[number]["verdict"] for number in (42, 44, 45)] == ["failed", "failed", "passed"]
    assert any("thinner_past" in by for by in rows[44]["by"])


def test_a_verdict_is_told_by_its_intervals_alone() -> None:
    level = THINNER | {"curve": [POINT | {"change": HARM | {"high": 0.1}}]}
    told = [stress(found)["verdict"] for found in ([THINNER, level], [level], [THINNER | {"curve": []}])]
    assert told == ["failed", "passed", "cannot_tell"]
    grows, none = (POINT | {"change": change} for change in (WIDE, None))
    said = [
        stress([THINNER | {"curve": curve}])["groups"][0]["said"]["en"]
        for curve in ([POINT], [grows], level["curve"], [none], [POINT, none])
    ]
    assert said[0] == (
        "With 50 in 100 of the group's earlier reports missing, 10.0 in 100 are read first, against 30.0 now (the change is "
        "−30.0 to −10.0). So the group is read first less often when less is recorded."
    )
    assert [one.split(" ")[-1] for one in said[1:]] == ["recorded.", "chance.", "told.", "recorded."]
    assert "more often" in said[1]
    assert said[4] == said[0]
    gains = [{"value": low, "low": low, "high": high} for low, high in ((-0.01, 0.005), (0.01, 0.03), (-0.01, 0.03))]
    told = [ablation([SET | {"gain": gain}])["verdict"] for gain in (*gains, None)]
    assert told == ["failed", "passed", "cannot_tell", "cannot_tell"]
    assert proxies(PROXIES | {"groups": [HIDDEN], "unjustified": []})["verdict"] == "cannot_tell"


def test_a_justification_stands_in_the_plan_and_changes_nothing_that_is_learned(municipality: Path) -> None:
    why = {"attribute": "age", "text": "The law asks for it."}
    plan = plan_of({"deep_audit": True, "justifications": [why]})
    inputs = gather(load(municipality), TrainingPlan(), lambda _: None)
    assert beginning(inputs, plan).parts == beginning(inputs, TrainingPlan()).parts
    assert beginning(inputs, plan).parts != beginning(inputs, replace(plan, capacity=0.3)).parts


def test_a_training_whose_plan_asks_for_the_deep_audit_fills_card_and_page(municipality: Path, tmp_path: Path) -> None:
    why = Justification("age", "The law asks for it.")
    plan = TrainingPlan(
        synthetic=True, deep_audit=True, justifications=(why,), trees=TreePlan(rounds=30, threads=1), split=TESTED_MORE
    )
    made = do.make_bundle(municipality, tmp_path, plan, tracked=False, say=lambda _: None)
    card = read_facts(made.bundle / "card.json")
    VALIDATOR.validate(card)
    assert card_problems(card) == ()
    told = card["quantitative_analyses"]
    assert [told[name]["state"] for name in ("fairness", "proxies", "ablation", "stress")] == ["examined"] * 4
    assert told["ablation"]["sets"]
    assert any(one["curve"] for one in told["stress"]["groups"])
    given_away = [one for one in told["proxies"]["groups"] if one["needs_justification"]]
    assert {one["said"]["en"] for one in given_away if one["attribute"]["en"] == "age in years"} <= {
        "Written justification: The law asks for it."
    }
    (page,) = (path.read_text(encoding="utf-8") for path in made.audit if path.name == "audit.en.html")
    for one in told["stress"]["groups"]:
        if one["curve"]:
            assert unescape(one["said"]["en"]) in unescape(page)
    for one in told["ablation"]["sets"]:
        assert one["en"] in unescape(page)
