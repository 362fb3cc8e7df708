"""Here we keep what a person has read: every sentence of every feature, and the reasons for twenty synthetic reports.

The reports come from the synthetic municipality; what each feature adds is how far its value lies from the usual one, so
that the files change when words do and not when a model is trained again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.build import REGISTRY, build
from features.cases import Cases
from features.groups import Group
from features.origin import Origin
from features.records import records
from triage.explanation import Reason, not_known, reasons, says_something
from triage.sentences import UNKNOWN, UNLESS
from triage.words import CodedText

GOLDEN = Path(__file__).parents[1] / "golden"
TWENTY = 20
VALUES = {
    "flag": (0.0, 1.0),
    "count": (0.0, 1.0, 3.0, 14.0),
    "faded": (0.0, 0.001, 1.0),
    "days": (0.3, 1.2, 40.5, 425.0),
    "months": (0.0, 1.0, 7.0, 125.0),
    "points": (0.0, 1.0, 21.0),
}
WORDS = {
    "sv": {"unless": "Inget skäl om", "stands": "Står i", "until": "Räknas till och med"},
    "en": {"unless": "No reason if", "stands": "Stands in", "until": "Counts until"},
}


def kept(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, f"{name} differs; read it, then UPDATE_GOLDEN=1"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_sentence_of_every_feature_and_group_has_been_read(language: str) -> None:
    lines = [line for group in Group for line in of_group(group, language)]
    kept(f"sentences.{language}.txt", "\n".join(lines) + "\n")


def of_group(group: Group, language: str) -> Iterator[str]:
    yield f"{group.label(language)} ({group.bbic.label(language)})"
    for feature in (one for one in REGISTRY.features if one.group is group):
        said = [feature.words.say(value, language) for value in VALUES[feature.unit]]
        if "absent" in feature.meaning:
            said.append(feature.words.say(float("nan"), language))
        yield f"  {feature.name}: {' | '.join(said)}"
    yield f"  {WORDS[language]['unless']} {UNLESS[group].say(language)}"
    for names, text in UNKNOWN.items():
        if REGISTRY[names[0]].group is group:
            yield f"  {text.say(language)}"
    yield ""


@dataclass(frozen=True)
class Told:
    """One report with its reasons and what the model was not told."""

    report_id: str
    origin: Origin
    found: tuple[Reason, ...]
    silent: tuple[CodedText, ...]


@pytest.fixture(scope="module")
def cases(town: dict[str, Any]) -> Cases:
    return Cases.from_frames(town)


@pytest.fixture(scope="module")
def twenty(cases: Cases) -> list[Told]:
    """Twenty reports that together show every kind of reason there is among them."""
    held, values = records(cases), build(cases).values
    filled = np.nan_to_num(values)
    parts = (filled - filled.mean(axis=0)) / np.maximum(filled.std(axis=0), 1e-9)
    told = [
        Told(report.report_id, Origin(report, held.known(report)), reasons(values[at], parts[at]), not_known(values[at], parts[at]))
        for (key, at), report in zip(held.row.items(), held.reports.values(), strict=True)
    ]  # fmt: skip
    seen = dict.fromkeys(Group, 0)
    picked: list[Told] = []
    for _ in range(TWENTY):
        left = [one for one in told if one not in picked]
        picked.append(max(left, key=lambda one: sum(2.0 ** -seen[reason.group] for reason in one.found)))
        seen |= {reason.group: seen[reason.group] + 1 for reason in picked[-1].found}
    return picked


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_reasons_for_twenty_reports_have_been_read(twenty: list[Told], language: str) -> None:
    lines = [line for number, one in enumerate(twenty, 1) for line in shown(number, one, language)]
    kept(f"reasons.{language}.txt", "\n".join(lines) + "\n")


def test_every_kind_of_reason_that_occurs_in_the_town_is_among_the_twenty(cases: Cases, twenty: list[Told]) -> None:
    said = says_something(build(cases).values).any(axis=0).tolist()
    occurs = {feature.group for feature, any_ in zip(REGISTRY.features, said, strict=True) if any_}
    assert {reason.group for one in twenty for reason in one.found} == occurs
    assert len(occurs) > 20


def shown(number: int, told: Told, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield f"{number}. {told.report_id}"
    for reason in told.found:
        plain = reason.to_dict(told.origin)
        stands = "; ".join(
            f"{read['on']} {read[language]}" if read["column"] is None else read[language]
            for read in plain["comes_from"]
        )
        until = f" {words['until']} {plain['counts_until']}." if plain["counts_until"] else ""
        yield f"   {plain['push'][language]}: {plain[language]}"
        yield f"      {plain['bbic'][language]}. {words['stands']}: {stands}."
        yield f"      {plain['unless'][language]}{until}"
    for text in told.silent:
        yield f"   {text.text.say(language)}"
    yield ""
