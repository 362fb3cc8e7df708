"""Here we hold every text to two languages, and every text that triage can say to the words it must not use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import triage
from features.build import REGISTRY
from features.problems import WORDS
from features.schema import FACTS
from triage import lanes, questions, remarks
from triage.law import Law
from triage.words import CodedText, Text

FORBIDDEN = {
    "en": ["low risk", "safe", "green", "close the case", "unbiased", "fair model"],
    "sv": ["låg risk", "säkert", "grön", "grönt", "gröna"],
}
OTHER_SENSE = {"ett förhållande uppges som säkert", "inget förhållande uppges som säkert"}
"""*Säkert* for "certain", of how sure the reporter is; features/of_report.py words it."""


def said(law: Law) -> Iterator[Text]:
    """Walk every text that triage can emit."""
    for day in law.changes():
        in_force = law.at(day)
        yield remarks.person_decides(in_force).text
        for provision in in_force.provisions.values():
            yield provision.title
            yield from provision.verdicts.values()
    yield from remarks.WHY.values()
    for room in (remarks, lanes, questions):
        yield from (thing.text for thing in vars(room).values() if isinstance(thing, CodedText))
    yield from (questions.about_fact(name).text for name in FACTS)
    for feature in REGISTRY.features:
        words = feature.words
        yield from (Text(*pair) for pair in (words.many, words.one, words.none, words.absent))
        yield from (Text(feature.sv, feature.en), Text(feature.bbic.sv, feature.bbic.en))
    for sv, en, do_sv, do_en in WORDS.values():
        yield from (Text(sv, en), Text(do_sv, do_en))


@pytest.mark.parametrize(("language", "word"), [(lang, word) for lang, words in FORBIDDEN.items() for word in words])
def test_no_text_promises_safety_or_lowness(law: Law, language: str, word: str) -> None:
    texts = {text.say(language).lower() for text in said(law)} - OTHER_SENSE
    assert len(texts) > 100
    assert [text for text in texts if re.search(rf"\b{re.escape(word)}\b", text)] == []


def test_no_name_in_the_public_list_promises_safety_or_lowness() -> None:
    names = [*triage.__all__, *(lane.value for lane in triage.Lane), *(verdict.value for verdict in triage.Verdict)]
    parts = {part.lower() for name in names for part in re.findall(r"[A-Z]?[a-z]+", name)}
    assert parts.isdisjoint({"low", "safe", "green", "close", "closed", "fair", "unbiased"})


def test_every_text_of_the_schema_s_verdicts_says_more_than_its_code(law: Law) -> None:
    assert all(" " in text.sv and " " in text.en for text in said(law) if len(text.sv) > 25)


@pytest.mark.parametrize(("sv", "en"), [("", "x"), ("x", ""), ("", "")])
def test_a_text_without_one_of_its_languages_cannot_be_made(sv: str, en: str) -> None:
    with pytest.raises(ValueError, match="both languages"):
        Text(sv, en)


def test_a_coded_text_gives_its_code_and_both_languages() -> None:
    coded = CodedText("c", Text("ja", "yes"))
    assert coded.to_dict() == {"code": "c", "sv": "ja", "en": "yes"}
    assert (coded.text.say("sv"), coded.text.say("en")) == ("ja", "yes")


def test_every_question_code_means_one_thing(law: Law) -> None:
    coded = [
        thing for room in (remarks, lanes, questions) for thing in vars(room).values() if isinstance(thing, CodedText)
    ]
    by_code: dict[str, set[str]] = {}
    for thing in coded:
        by_code.setdefault(thing.code, set()).add(thing.text.en)
    assert {code: texts for code, texts in by_code.items() if len(texts) > 1} == {}


def test_every_reason_why_there_is_no_score_can_be_said() -> None:
    folder = Path(triage.__file__).parent
    tree = ast.parse((folder / "judge.py").read_text(encoding="utf-8"))
    asked = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "why"
        and isinstance(node.args[0], ast.Constant)
    }
    assert asked
    assert asked <= set(remarks.WHY)
