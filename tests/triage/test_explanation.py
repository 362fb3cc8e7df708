"""Here we hold reasons to the truth: only what the input says, summed up as a person would, strongest first, in both languages."""

from __future__ import annotations

import json
import math
from collections import defaultdict

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from features.build import REGISTRY
from features.groups import Group
from features.registry import Feature
from features.sources import HORIZON
from triage.explanation import FEWEST, SHOWN, WORTH, Reason, not_known, reasons
from triage.sentences import UNKNOWN, UNLESS

WIDTH = len(REGISTRY.names)
AT = {name: number for number, name in enumerate(REGISTRY.names)}
NAN = float("nan")
thorough = settings(max_examples=100, deadline=None, database=None, derandomize=True)
PARTS = st.lists(st.sampled_from([0.0, -0.5, 0.5, 1.5, 1e-9, -3.0]), min_size=WIDTH, max_size=WIDTH)
VALUES = st.lists(st.sampled_from([0.0, 0.0, 0.0, NAN, 1.0, 2.0, 40.0]), min_size=WIDTH, max_size=WIDTH)


def row(**told: float) -> np.ndarray:
    values = np.zeros(WIDTH)
    for name, value in told.items():
        values[AT[name]] = value
    return values


def told(feature: Feature, value: float) -> bool:
    """Whether a value is said at all: the second route to `says_something`."""
    return value == value and (value != 0 or feature.unit in {"days", "months", "points"})


def one(**values: float) -> Reason:
    """The reason that rests on these features of one group."""
    given_values = np.full(WIDTH, NAN)
    for name, value in values.items():
        given_values[AT[name]] = value
    (found,) = reasons(given_values, row(**dict.fromkeys(values, 0.4)))
    return found


@thorough
@given(values=VALUES, parts=PARTS)
def test_a_reason_names_only_what_the_input_says_and_the_model_reads(values: list[float], parts: list[float]) -> None:
    for reason in reasons(np.array(values), np.array(parts)):
        assert reason.parts
        for part in reason.parts:
            column = AT[part.feature.name]
            assert part.feature.group is reason.group
            assert (part.value, part.contribution) == (values[column], parts[column])
            assert told(part.feature, part.value)
            assert part.contribution != 0 or reason.group is Group.EARLIER_REPORTS  # which are counted together


@thorough
@given(values=VALUES, parts=PARTS, shown=st.integers(0, 8))
def test_a_reason_sums_up_its_whole_group_and_none_stronger_is_left_out(
    values: list[float], parts: list[float], shown: int
) -> None:
    total: dict[Group, float] = defaultdict(float)
    able = set()
    for feature, value, part in zip(REGISTRY.features, values, parts, strict=True):
        total[feature.group] += part
        if part != 0 and told(feature, value):
            able.add(feature.group)
    picked = reasons(np.array(values), np.array(parts), shown=shown)
    for reason in picked:
        assert reason.contribution == pytest.approx(total[reason.group], abs=1e-12)
    sizes = [abs(reason.contribution) for reason in picked]
    strongest = sorted((abs(total[group]) for group in able if total[group] != 0), reverse=True)[:shown]
    worth = [size for at, size in enumerate(strongest) if at < FEWEST or size >= WORTH * strongest[0]]
    assert sizes == pytest.approx(worth, abs=1e-12)
    assert {reason.group for reason in picked} <= able


def test_ties_are_broken_the_same_way_every_time() -> None:
    told_values = row(acute_facts=1, reports_90=1, concern_neglect=1)
    picked = reasons(told_values, row(acute_facts=-0.5, reports_90=0.5, concern_neglect=0.5))
    assert [reason.group for reason in picked] == [Group.NEGLECT, Group.ACUTE, Group.EARLIER_REPORTS]


def test_three_to_five_are_shown() -> None:
    assert (FEWEST, SHOWN) == (3, 5)
    assert len(reasons(np.ones(WIDTH), np.ones(WIDTH))) == 5
    weak = row(concern_neglect=2.0, acute_facts=0.01, concern_school=0.01, concern_custody=0.01)
    assert len(reasons(np.ones(WIDTH), weak)) == 3


def test_a_report_that_passes_from_one_window_to_the_next_leaves_the_reason_as_it_was() -> None:
    parts = row(reports_90=0.3, reports_365=0.2)
    before, after = (
        reasons(row(reports_90=left, reports_365=0.75, reports_1095=0.92, reports_before=1), parts)[0]
        for left in (0.001, 0.0)
    )
    assert before.group is after.group
    assert before.contribution == after.contribution
    assert before.text == after.text


SENTENCES = [
    (
        {"reports_before": 1, "reports_365": 0.9, "reports_1095": 1 - 40.2 / HORIZON},
        "En tidigare anmälan kom för 40 dagar sedan.",
        "One earlier report came 40 days ago.",
    ),
    (
        {"reports_before": 1, "reports_1095": 1 - 425 / HORIZON, "other_reporters_1095": 0.6},
        "En tidigare anmälan kom för ungefär 14 månader sedan, och den kom från ett annat slags anmälare än den här.",
        "One earlier report came about 14 months ago, and it came from another kind of reporter than this one.",
    ),
    (
        {"reports_before": 3, "reports_90": 0.2, "reports_365": 1.3, "reports_1095": 2.1, "other_reporters_1095": 0.9},
        ("Tre tidigare anmälningar kom de senaste tre åren, varav minst en de senaste 90 dagarna; minst en kom från ett annat "
        "slags anmälare än den här."),
        ("Three earlier reports came in the last three years, at least one of them in the last 90 days; at least one came from "
        "another kind of reporter than this one."),
    ),
    (
        {"reports_before": 2, "reports_1095": 0.8},
        "Två tidigare anmälningar kom de senaste tre åren.",
        "Two earlier reports came in the last three years.",
    ),
    (
        {"reports_before": 1, "reports_1095": 0.5, "earlier_neglect_1095": 0.5, "earlier_acute_1095": 0.5},
        "En tidigare anmälan kom för ungefär 18 månader sedan, och då gällde det bland annat omsorgssvikt och något akut.",
        "One earlier report came about 18 months ago, and among other things it then concerned neglect and something acute.",
    ),
    (
        {"reports_before": 2, "reports_1095": 0.8, "earlier_violence_1095": 0.8, "earlier_child_health_1095": 0.3},
        ("Två tidigare anmälningar kom de senaste tre åren, och minst en tidigare anmälan gällde våld eller övergrepp och minst "
        "en barnets psykiska ohälsa eller självskada."),
        ("Two earlier reports came in the last three years, and at least one earlier report concerned violence or abuse and at "
        "least one the child's mental ill-health or self-harm."),
    ),
    (
        {"reports_before": 1, "reports_1095": 0.5, "earlier_parent_substance_1095": 0.7},
        "En tidigare anmälan kom för ungefär 18 månader sedan, och minst en tidigare anmälan gällde förälders missbruk.",
        ("One earlier report came about 18 months ago, and at least one earlier report concerned a parent's substance "
        "misuse."),
    ),
    (
        {"earlier_violence_1095": 0.9, "earlier_neglect_1095": 0.1},
        ("De senaste tre åren gällde minst en tidigare anmälan våld eller övergrepp och minst en tidigare anmälan "
        "omsorgssvikt."),
        ("In the last three years at least one earlier report concerned violence or abuse and at least one earlier report "
        "concerned neglect."),
    ),
    ({"age_months": 7}, "Barnet är 7 månader.", "The child is 7 months old."),
    ({"age_months": 125}, "Barnet är 10 år.", "The child is 10 years old."),
    ({"concern_neglect": 1}, "Anmälan gäller omsorgssvikt.", "The report concerns neglect."),
    (
        {"concern_physical_abuse": 1, "concern_psychological_abuse": 1, "concern_witnessed_violence": 1},
        "Anmälan gäller fysiskt våld, psykiskt våld och bevittnat våld.",
        "The report concerns physical abuse, psychological abuse and witnessed violence.",
    ),
    (
        {"investigations_1095": 0.9, "investigation_ongoing": 0.9, "support_decided_1095": 0.001},
        "De senaste tre åren inleddes minst en utredning och ledde minst en utredning till insats, och en utredning pågår.",
        ("In the last three years at least one investigation was opened and at least one investigation led to support, and an "
        "investigation is ongoing."),
    ),
    ({"sdq_parent": 0}, "Senaste SDQ enligt förälder gav 0 av 40 poäng.", "The latest SDQ by a parent gave 0 of 40 points."),
    (
        {"sdq_parent": 21, "sdq_teacher": 18, "sdq_days": 30.4},
        ("Senaste SDQ gav 21 av 40 poäng enligt förälder och 18 av 40 poäng enligt lärare, och den senaste "
        "SDQ-skattningen gjordes för 30 dagar sedan."),
        ("The latest SDQ gave 21 of 40 points by a parent and 18 of 40 points by a teacher, and the latest SDQ was completed "
        "30 days ago."),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("values", "sv", "en"), SENTENCES)
def test_a_reason_is_one_sentence_that_a_caseworker_can_check(values: dict[str, float], sv: str, en: str) -> None:
    text = one(**values).text
    assert (text.sv, text.en) == (sv, en)


@pytest.mark.parametrize("feature", REGISTRY.features, ids=lambda feature: feature.name)
@pytest.mark.parametrize("value", [0.4, 1, 2, 36, 500])
def test_every_value_of_every_feature_is_said_in_both_languages(feature: Feature, value: float) -> None:
    value = math.ceil(value) if feature.unit in {"flag", "count"} else value
    reason = one(**{feature.name: value})
    for text in (reason.text, reason.unless):
        assert text.sv != text.en
        for sentence in (text.sv, text.en):
            assert sentence[0] == sentence[0].upper()
            assert sentence.endswith(".")
            assert not any(mark in sentence for mark in "{}_")


def test_every_group_is_of_some_feature_and_says_when_it_would_be_no_reason() -> None:
    used = {feature.group for feature in REGISTRY.features}
    assert used == set(Group) == set(UNLESS)
    for group in used:
        mine = [feature for feature in REGISTRY.features if feature.group is group]
        of_history = f'"to_days": {HORIZON}' in json.dumps([feature.source.to_dict() for feature in mine])
        assert of_history == ("de senaste tre åren" in UNLESS[group].sv) == ("the last three years" in UNLESS[group].en)


def test_what_the_model_was_not_told_is_said_once_and_only_of_what_it_reads() -> None:
    absent, parts = np.full(WIDTH, NAN), np.full(WIDTH, 0.1)
    assert [one.code for one in not_known(absent, parts)] == ["acute", "abroad", "age", "sdq", "wellbeing"]
    assert not_known(absent, np.zeros(WIDTH)) == ()
    some = row(acute_facts=NAN, sdq_parent=12, sdq_teacher=NAN, sdq_child=NAN)
    assert [one.text.sv for one in not_known(some, parts)] == [
        "Modellen vet inte om något är akut: ingen av de akuta frågorna är besvarad."
    ]


def test_whatever_can_be_absent_without_being_a_time_gone_by_has_words_for_not_knowing() -> None:
    worded = {name for names in UNKNOWN for name in names}
    assert worded <= set(REGISTRY.names)
    timeless = [feature for feature in REGISTRY.features if feature.unit != "days" or feature.group is Group.SDQ]
    assert {feature.name for feature in timeless if "absent" in feature.meaning} == worded


def test_as_data_a_reason_has_its_area_its_direction_and_its_features() -> None:
    plain = one(concern_neglect=1).to_dict()
    assert plain["group"]["code"] == "neglect"
    assert plain["push"] == {"code": "raises", "sv": "höjer uppskattningen", "en": "raises the estimate"}
    assert plain["bbic"] == {
        "code": "parent.basic_care", "sv": "Föräldrarnas förmåga: grundläggande omsorg", "en": "Parental capacity: basic care"
    }  # fmt: skip
    assert plain["features"] == [{"feature": "concern_neglect", "value": 1.0, "contribution": 0.4}]
    assert plain["unless"]["sv"] == "Skulle inte vara ett skäl om anmälan inte gällde omsorgssvikt."
