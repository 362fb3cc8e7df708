"""Here we hold an estimate to its interval and to its words: never above 95 of 100, never narrower than it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.estimate import HIGHEST_SHOWN, ReportScore
from triage.words import Text


def a_score(low: float, probability: float, high: float) -> ReportScore:
    return ReportScore(Text("a", "b"), probability, low, high, 1.0, 0.25, (), 0.0, 0.5)


SAID = [
    ((0.31, 0.38, 0.46), "ungefär 38 av 100 (mellan 31 och 46)", "about 38 in 100 (between 31 and 46)"),
    ((0.376, 0.38, 0.381), "ungefär 38 av 100 (mellan 37 och 39)", "about 38 in 100 (between 37 and 39)"),
    ((0.29, 0.29, 0.29), "ungefär 29 av 100 (mellan 29 och 29)", "about 29 in 100 (between 29 and 29)"),
    (
        (0.8, 0.9, 0.95),
        "ungefär 90 av 100 (mellan 80 och 95 eller fler)",
        "about 90 in 100 (between 80 and 95 or more)",
    ),
    ((0.0, 0.004, 0.0101), "färre än 1 av 100 (högst 2)", "fewer than 1 in 100 (at most 2)"),
    (
        (0.91, 0.95, 0.95),
        "95 av 100 eller fler (intervallet börjar vid 91; ett högre tal än 95 visas aldrig)",
        "95 in 100 or more (the interval begins at 91; a number above 95 is never shown)",
    ),
]


@pytest.mark.parametrize(("ends", "sv", "en"), SAID)
def test_an_estimate_is_said_with_its_interval(ends: tuple[float, float, float], sv: str, en: str) -> None:
    assert a_score(*ends).text == Text(sv, en)


SHARES = st.lists(st.floats(0, HIGHEST_SHOWN), min_size=3, max_size=3).map(sorted)


@settings(max_examples=300, deadline=None)
@given(SHARES)
def test_the_interval_said_holds_the_interval_meant_and_the_number_said(ends: list[float]) -> None:
    score = a_score(*ends)
    for said in score.text.to_dict().values():
        numbers = [int(number) for number in re.findall(r"\d+", said)]
        assert max(set(numbers) - {100}) <= 95
        if not score.capped and score.probability >= 0.01:
            number, _, low, high = numbers
            assert low <= number <= high
            assert low <= 100 * ends[0] + 1e-6
            assert high >= 100 * ends[2] - 1e-6


@settings(max_examples=100, deadline=None)
@given(SHARES)
def test_plain_data_say_what_the_score_says(ends: list[float]) -> None:
    plain = a_score(*ends).to_dict()
    assert [plain[name] for name in ("low", "probability", "high")] == ends
    assert plain["capped"] == (ends[1] >= HIGHEST_SHOWN)
    assert plain["base"] + plain["rest"] == plain["margin"]


@pytest.mark.parametrize(
    "ends",
    [
        (0.5, 0.4, 0.6),
        (0.3, 0.7, 0.6),
        (-0.1, 0.4, 0.6),
        (0.3, 0.4, 0.951),
        (0.3, 0.96, 0.96),
        (float("nan"), 0.4, 0.6),
        (0.3, float("nan"), 0.6),
    ],
)
def test_what_may_not_be_shown_cannot_be_made(ends: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="must lie in its interval"):
        a_score(*ends)
