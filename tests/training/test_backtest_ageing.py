"""A model's age is told from the windows' difficulty; a choice is judged by what it would have cost later."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.backtest import ageing, choose_by_regret
from training.backtest.regret import RULES


def aged(per_window: float, *, windows: int = 8, noise: float = 0.002, seed: int = 0) -> np.ndarray:
    """Figures that fall with age, on windows that differ far more in difficulty than models do in age."""
    rng = np.random.default_rng(seed)
    difficulty = rng.normal(0.75, 0.05, windows)
    age = np.arange(windows) - np.arange(windows)[:, None]
    figures = difficulty - per_window * age + noise * rng.normal(size=(windows, windows))
    return np.where(age >= 0, figures, np.nan)


def test_a_planted_loss_is_found_with_the_age_at_which_to_retrain() -> None:
    found = ageing(aged(0.008), tolerance=0.02)
    assert found.per_window == pytest.approx(0.008, abs=0.001)
    assert found.retrain_after == 3
    assert "by age 3 (in windows)" in found.text.en
    assert "ålder 3 (i perioder)" in found.text.sv
    assert [age.windows for age in found.ages] == list(range(1, 8))
    assert [age.n for age in found.ages] == list(range(7, 0, -1))


def test_windows_of_different_difficulty_alone_call_for_nothing() -> None:
    found = ageing(aged(0.0), tolerance=0.01)
    assert found.retrain_after is None
    assert "No loss above 0.010 is shown up to age 5" in found.text.en
    assert "0,010" in found.text.sv


def test_curve_by_hand() -> None:
    figures = np.array(
        [[0.80, 0.78, 0.70, 0.75], [np.nan, 0.80, 0.76, 0.77], [np.nan, np.nan, 0.75, 0.76], [np.nan] * 3 + [0.79]]
    )
    found = ageing(figures)
    first, second, third = found.ages
    losses = [0.02, -0.01, 0.03]
    assert first.loss == pytest.approx(np.mean(losses))
    assert first.figure == pytest.approx((0.78 + 0.76 + 0.76) / 3)
    half = 4.302653 * np.std(losses, ddof=1) / math.sqrt(3)
    assert (first.low, first.high) == pytest.approx((np.mean(losses) - half, np.mean(losses) + half))
    assert found.retrain_after is None, "the mean lies above the tolerance, its interval does not"
    assert (second.n, second.loss, second.low) == (2, pytest.approx((0.05 + 0.02) / 2), None)
    assert (third.n, third.loss) == (1, pytest.approx(0.04))
    total = sum(losses) + 2 * (0.05 + 0.02) + 3 * 0.04
    assert found.per_window == pytest.approx(total / (3 * 1 + 2 * 4 + 1 * 9))
    assert found.frame()["windows"].tolist() == [1, 2, 3]


def test_too_few_windows_cannot_tell() -> None:
    found = ageing(aged(0.5, windows=3))
    assert found.retrain_after is None
    assert found.text.en.startswith("Cannot tell")
    assert ageing(np.array([[0.8]])).to_dict()["per_window"] is None


def test_a_window_without_a_new_model_is_left_out_and_order_of_models_does_not_matter() -> None:
    figures = aged(0.01)
    assert ageing(np.delete(figures, 3, axis=0)).ages[0].n == 7 - 2, "neither tested there nor grown old from there"
    assert [age.loss for age in ageing(figures[::-1]).ages] == pytest.approx([age.loss for age in ageing(figures).ages])


def test_models_that_cannot_be_placed_in_time_are_refused() -> None:
    with pytest.raises(ValueError, match="Model 1 has no figure"):
        ageing(np.array([[0.8, 0.7], [np.nan, np.nan]]))
    with pytest.raises(ValueError, match=r"first windows are \[0, 0\]"):
        ageing(np.array([[0.8, 0.7], [0.7, 0.8]]))


def test_regret_by_hand() -> None:
    found = choose_by_regret({"simple": [0.70, 0.71, 0.60], "complex": [0.80, 0.73, 0.75]})
    assert found.chosen == "complex"
    assert found.candidates == {"simple": pytest.approx((0.02 + 0.15) / 2), "complex": 0.0}
    assert found.picks == ("complex", "complex")
    assert found.periods == 2
    assert found.frame().set_index("candidate")["chosen"].to_dict() == {"simple": False, "complex": True}


def test_a_candidate_that_shines_every_other_period_is_not_chosen() -> None:
    """Whoever follows the last winner is always a period late."""
    steady, odd = [0.74] * 8, [0.80, 0.60] * 4
    found = choose_by_regret({"steady": steady, "odd": odd, "even": odd[::-1]})
    assert found.chosen == "steady"
    assert found.rules["best_last"] == max(found.rules.values())
    assert found.rules[found.rule] == min(found.rules.values())


def test_of_candidates_as_good_as_each_other_the_simpler_is_taken() -> None:
    rng = np.random.default_rng(0)
    base = rng.normal(0.75, 0.02, 8)
    found = choose_by_regret({"points": base, "trees": base + 0.004, "noise": base - 0.05})
    assert (found.chosen, found.rule) == ("trees", "best_mean")
    assert choose_by_regret({"points": base, "trees": base}).chosen == "points"


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(50, 95), min_size=4, max_size=4), min_size=1, max_size=5))
def test_regret_is_never_negative_and_the_chosen_rule_costs_least(rows) -> None:
    """A second route: the chosen rule's regret told period by period."""
    figures = {f"c{number}": [value / 100 for value in row] for number, row in enumerate(rows)}
    found = choose_by_regret(figures)
    later = [
        max(row[period] for row in figures.values()) - figures[pick][period]
        for period, pick in enumerate(found.picks, start=1)
    ]
    assert found.rules[found.rule] == pytest.approx(sum(later) / len(later))
    assert found.rules[found.rule] == min(found.rules.values()) >= 0
    assert min(found.candidates.values()) >= 0
    assert set(found.rules) == {rule.__name__ for rule in RULES}


def test_missing_figures_are_refused_and_named() -> None:
    with pytest.raises(ValueError, match="No figure in some period for: b"):
        choose_by_regret({"a": [0.7, 0.7], "b": [0.7, math.nan]})
    with pytest.raises(ValueError, match="'b': 1"):
        choose_by_regret({"a": [0.7, 0.7], "b": [0.7]})
    with pytest.raises(ValueError, match="at least 2"):
        choose_by_regret({"a": [0.7]})
