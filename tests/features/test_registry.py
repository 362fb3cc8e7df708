"""Here we hold the list of features: said well in both languages, free of audited attributes, the same everywhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from features import build
from features.build import REGISTRY, fingerprint
from features.codes import BBIC
from features.event_codes import Attribute, Instrument
from features.groups import Group
from features.of_history import HISTORY_FEATURES
from features.of_report import REPORT_FEATURES
from features.of_support import SUPPORT_FEATURES
from features.of_who import WHO_FEATURES
from features.registry import Feature, Registry
from features.sources import HORIZON

NAMES = REGISTRY.names
VALUES = (float("nan"), 0.0, 0.4, 1.0, 2.0, 23.0, 24.0, 30.0, 125.0)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-zåäöé']+", text.lower()))


ENGLISH = words(
    "the a is are was were no not of and or with without report reports reported child child's children days day months month "
    "years year old last earlier latest ago concern concerns concerned known unknown missing support placement investigation "
    "history said been have has came comes from one same newborn information named names"
)
SWEDISH = words(
    "och barnet barnets är en ett ingen inga inte anmälan anmälningar dagar sedan senaste månad månader åren år oro för av "
    "som utan insats insatser utredning uppgiften saknas tidigare känd okänd"
)
AUDITED = (
    r"\bsex\b|\bgender|\bboys?\b|\bgirls?\b|\bkön|pojk|flick|birth.?region|region of birth|födelseregion|foreign|utländsk|invandr|"
    r"disabilit|funktionsneds|income|inkomst|\barea\b|område|postnummer|postcode|language|språk|religio|citizen|medborg"
)


def every_text(feature: Feature) -> dict[str, list[str]]:
    return {
        language: [feature.label(language), *(feature.words.say(value, language) for value in VALUES)]
        for language in ("sv", "en")
    }


def test_names_are_unique_and_in_the_order_they_are_declared() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert 40 <= len(NAMES) <= 70
    assert REPORT_FEATURES.names + WHO_FEATURES.names + HISTORY_FEATURES.names + SUPPORT_FEATURES.names == NAMES
    assert [feature.name for feature in REGISTRY.features] == list(NAMES)


def test_labels_are_unique_in_both_languages() -> None:
    for language in ("sv", "en"):
        labels = [feature.label(language) for feature in REGISTRY.features]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_says_what_it_is(name: str) -> None:
    feature = REGISTRY[name]
    assert re.fullmatch(r"[a-z][a-z0-9_]+", name)
    assert feature.unit in {"flag", "count", "faded", "days", "months", "points"}
    assert isinstance(feature.group, Group)
    assert isinstance(feature.bbic, BBIC)
    assert feature.direction in {-1, 0, 1}
    assert feature.meaning.endswith(".")
    assert json.loads(json.dumps(feature.to_dict()))["name"] == name


@pytest.mark.parametrize("name", NAMES)
def test_every_value_has_words_in_both_languages_without_braces_or_the_other_language(name: str) -> None:
    texts = every_text(REGISTRY[name])
    for language, foreign in (("sv", ENGLISH), ("en", SWEDISH)):
        for text in texts[language]:
            assert text.strip() == text != ""
            assert not set("{}") & set(text), text
            assert not {"nan", "none"} & words(text), text
            assert not words(text) & (foreign - ({"a"} if language == "sv" else set())), text
    assert not re.search("[åäöÅÄÖ]", "".join(texts["en"]))
    assert all(sv != en for sv, en in zip(texts["sv"], texts["en"], strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_absent_zero_and_one_are_said_differently(name: str) -> None:
    feature = REGISTRY[name]
    for language in ("sv", "en"):
        absent, none, one, many = (feature.words.say(value, language) for value in (float("nan"), 0, 1, 30))
        assert len({absent, none, one}) == 3
        assert (many == one) == (feature.unit in {"flag", "faded"})
        assert ("30" in many) == (feature.unit not in {"flag", "faded"} and "{age}" not in feature.words.many[0])


@pytest.mark.parametrize("name", NAMES)
def test_no_feature_names_an_audited_attribute(name: str) -> None:
    feature = REGISTRY[name]
    said = [name.replace("_", " "), feature.meaning, *every_text(feature)["sv"], *every_text(feature)["en"]]
    assert [text for text in said if re.search(AUDITED, text.lower())] == []
    for attribute in Attribute:
        parts = {attribute.value, attribute.value.replace("_", " "), attribute.sv.lower(), attribute.en.lower()}
        assert [text for text in said for part in parts if re.search(rf"\b{re.escape(part)}\b", text.lower())] == []


def test_the_search_for_audited_attributes_finds_each_of_them() -> None:
    for attribute in Attribute:
        for text in (attribute.value.replace("_", " "), attribute.sv, attribute.en):
            assert re.search(AUDITED, text.lower()), text


@pytest.mark.parametrize(
    ("months", "sv", "en"),
    [
        (2, "2 månader", "2 months"),
        (23, "23 månader", "23 months"),
        (24, "2 år", "2 years"),
        (125, "10 år", "10 years"),
    ],
)
def test_an_age_is_said_in_months_and_then_in_years(months: float, sv: str, en: str) -> None:
    say = REGISTRY["age_months"].words.say
    assert (say(months, "sv"), say(months, "en")) == (f"barnet är {sv}", f"the child is {en} old")


def test_nothing_may_be_called_ever() -> None:
    feature = replace(REGISTRY.features[0], name="ever_placed")
    with pytest.raises(ValueError, match="ever_placed"):
        Registry().put(feature)


def test_a_name_stands_once() -> None:
    with pytest.raises(ValueError, match="stands already"):
        Registry(REGISTRY, REGISTRY)


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_says_what_it_reads(name: str) -> None:
    said = json.dumps(REGISTRY[name].to_dict()["source"])
    assert re.search('"how": "[a-z_]+"', said)
    assert name in {"age_months", "observable_months"} or re.search('"of": \\[.+\\]', said)


@pytest.mark.parametrize("name", NAMES)
def test_the_meaning_says_the_window_that_is_read(name: str) -> None:
    feature = REGISTRY[name]
    windows = re.findall('"from_days": ([0-9]+), "to_days": ([0-9]+)', json.dumps(feature.to_dict()["source"]))
    for near, far in set(windows):
        assert f"{far} " in feature.meaning
        assert near == "0" or f"from {far} to {near} days ago" in feature.meaning


def test_no_window_reaches_beyond_the_horizon() -> None:
    reaches = re.findall(
        '"to_days": ([0-9]+)', json.dumps([feature.to_dict()["source"] for feature in REGISTRY.features])
    )
    assert max(map(int, reaches)) == HORIZON


def test_no_feature_reads_kasam_or_any_other_instrument_that_may_not_rank() -> None:
    said = json.dumps([feature.to_dict()["source"] for feature in REGISTRY.features])
    read = {instrument for instrument in Instrument if f"score:{instrument.value}:" in said}
    assert read == {Instrument.SDQ, Instrument.ORS, Instrument.CORS}


# ---------------------------------------------------------------- the fingerprint


def test_the_fingerprint_changes_when_a_source_changes() -> None:
    sources = ("a", "b")
    prints = {REGISTRY.fingerprint(one) for one in (sources, ("a", "b "), ("b", "a"), ("ab", ""), ("a",))}
    assert len(prints) == 5


@pytest.mark.parametrize(
    "change", [{"meaning": "x."}, {"direction": -1}, {"unit": "points"}, {"name": "x"}, {"sv": "x"}]
)
def test_the_fingerprint_changes_when_a_feature_changes(change: dict[str, object]) -> None:
    first, *rest = REGISTRY.features
    changed = Registry()
    for feature in (replace(first, **change), *rest):
        changed.put(feature)
    assert changed.fingerprint(()) != REGISTRY.fingerprint(())


def test_the_fingerprint_changes_with_the_order_of_the_columns() -> None:
    assert Registry(HISTORY_FEATURES, REPORT_FEATURES).fingerprint(()) != REGISTRY.fingerprint(())


def test_the_fingerprint_covers_every_module_of_ours_that_building_a_row_loads() -> None:
    code = "import features.build, sys; print(*sorted(name for name in sys.modules if name.startswith('features.')))"
    loaded = {f"{name.partition('.')[2]}.py" for name in fresh(code).split()}
    contract = {"cases", "check", "codes", "event_codes", "fields", "folder", "kinds", "personal_numbers", "problems"}
    contract |= {
        "groups",
        "registry",
        "report",
        "schema",
        "spelled",
    }  # what goes in, and the list itself, which is covered as data
    assert loaded - {f"{name}.py" for name in contract} == set(build._SOURCES)


def fresh(code: str) -> str:
    """Run code in a new process."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_fingerprint_is_the_same_in_another_process() -> None:
    assert re.fullmatch("[0-9a-f]{64}", fingerprint())
    assert fresh("from features.build import fingerprint; print(fingerprint())") == fingerprint()


HEAVY = ("pandas", "pyarrow", "lightgbm", "sklearn", "mlflow", "shap", "fairlearn", "matplotlib", "scipy")


def test_importing_the_ground_loads_nothing_heavy() -> None:
    loaded = fresh(f"import sys, features; print([name for name in {HEAVY!r} if name in sys.modules])")
    assert loaded == "[]"


def test_one_report_needs_no_tables() -> None:
    code = (
        "import json, sys; from features.build import build_one; from features.report import NOTHING_KNOWN, parse_report;"
        "report = parse_report(json.dumps(dict(report_id='r', child_id='c', received_at='2025-07-01T08:30:00Z', unit='u',"
        "referral_type='child_concern_report', reporter='police', birth_month='2015-03')));"
        "print(build_one(report, NOTHING_KNOWN).values.shape[1], 'pandas' in sys.modules, 'pyarrow' in sys.modules)"
    )
    assert fresh(code) == f"{len(NAMES)} False False"
