"""Here we hold reasons to the truth: only what the input says, strongest first, in both languages."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from features.build import REGISTRY
from triage.explanation import SHOWN, Reason, reasons

WIDTH = len(REGISTRY.names)
AT = {name: number for number, name in enumerate(REGISTRY.names)}
NAN = float("nan")
thorough = settings(max_examples=100, deadline=None, database=None, derandomize=True)
PARTS = st.lists(st.sampled_from([0.0, -0.5, 0.5, 1.5, 1e-9, -3.0]), min_size=WIDTH, max_size=WIDTH)
VALUES = st.lists(st.sampled_from([0.0, NAN, 1.0, 2.0, 40.0]), min_size=WIDTH, max_size=WIDTH)


def row(**told: float) -> np.ndarray:
    values = np.zeros(WIDTH)
    for name, value in told.items():
        values[AT[name]] = value
    return values


@thorough
@given(values=VALUES, parts=PARTS)
def test_a_reason_names_only_what_the_input_says(values: list[float], parts: list[float]) -> None:
    given_values, given_parts = np.array(values), np.array(parts)
    for reason in reasons(given_values, given_parts):
        column = AT[reason.feature.name]
        assert reason.value == given_values[column] != 0
        assert reason.contribution == given_parts[column] != 0


@thorough
@given(values=VALUES, parts=PARTS, shown=st.integers(0, 8))
def test_the_strongest_come_first_and_none_stronger_is_left_out(
    values: list[float], parts: list[float], shown: int
) -> None:
    picked = reasons(np.array(values), np.array(parts), shown=shown)
    sizes = [abs(reason.contribution) for reason in picked]
    assert sizes == sorted(sizes, reverse=True)
    able = sorted(
        (
            abs(part)
            for value, part in zip(values, parts, strict=True)
            if part != 0 and value != 0 and not np.isnan(value)
        ),
        reverse=True,
    )
    assert sizes == able[:shown]


def test_ties_are_broken_by_name_so_that_the_order_is_the_same_every_time() -> None:
    picked = reasons(
        row(acute_facts=1, reports_90=1, age_months=12), row(acute_facts=-0.5, reports_90=0.5, age_months=0.5)
    )
    assert [reason.feature.name for reason in picked] == ["acute_facts", "age_months", "reports_90"]


def test_five_are_shown_at_most() -> None:
    assert SHOWN == 5
    assert len(reasons(np.ones(WIDTH), np.ones(WIDTH))) == 5


SENTENCES = [
    ("reports_90", 1, "En tidigare anmälan de senaste 90 dagarna.", "One earlier report in the last 90 days."),
    ("reports_90", 3, "3 tidigare anmälningar de senaste 90 dagarna.", "3 earlier reports in the last 90 days."),
    ("age_months", 7, "Barnet är 7 månader.", "The child is 7 months old."),
    ("age_months", 125, "Barnet är 10 år.", "The child is 10 years old."),
    ("concern_neglect", 1, "Anmälan gäller omsorgssvikt.", "The report concerns neglect."),
    (
        "sdq_parent",
        21,
        "Senaste SDQ enligt förälder gav 21 av 40 poäng.",
        "The latest SDQ by a parent gave 21 of 40 points.",
    ),
]


@pytest.mark.parametrize(("name", "value", "sv", "en"), SENTENCES)
def test_a_reason_is_a_sentence_a_caseworker_can_check(name: str, value: float, sv: str, en: str) -> None:
    text = Reason(REGISTRY[name], value, 0.4).text
    assert (text.sv, text.en) == (sv, en)


@pytest.mark.parametrize("feature", REGISTRY.features, ids=lambda feature: feature.name)
@pytest.mark.parametrize("value", [0.4, 1, 2, 36, 500])
def test_every_value_of_every_feature_has_a_sentence_in_both_languages(feature: object, value: float) -> None:
    text = Reason(feature, value, 0.4).text  # type: ignore[arg-type]
    for sentence in (text.sv, text.en):
        assert sentence[0] == sentence[0].upper()
        assert sentence.endswith(".")
        assert not any(mark in sentence for mark in "{}_")


def test_as_data_a_reason_has_its_area_and_a_missing_value_is_null() -> None:
    plain = Reason(REGISTRY["concern_neglect"], 1.0, 0.4).to_dict()
    assert plain["bbic"] == {
        "code": "parent.basic_care", "sv": "Föräldrarnas förmåga: grundläggande omsorg", "en": "Parental capacity: basic care"
    }  # fmt: skip
    assert Reason(REGISTRY["sdq_parent"], NAN, 0.4).to_dict()["value"] is None
