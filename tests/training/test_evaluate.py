"""Figures equal scikit-learn's wherever both are defined, and are "not estimable" where nothing can be said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training import evaluate


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=4, max_size=60))
def test_auc_equals_scikit_learns_with_ties_and_weights(pairs) -> None:
    from sklearn.metrics import roc_auc_score

    label = np.array([float(y) for y, _ in pairs])
    score = np.array([float(s) for _, s in pairs])
    weight = np.arange(1.0, len(pairs) + 1)
    if label.min() == label.max():
        assert math.isnan(evaluate.auc(label, score))
        return
    assert evaluate.auc(label, score) == pytest.approx(roc_auc_score(label, score), abs=1e-12)
    assert evaluate.auc(label, score, weight) == pytest.approx(
        roc_auc_score(label, score, sample_weight=weight), abs=1e-12
    )


def test_capacity_figures_by_hand_and_ties_do_not_depend_on_the_order_of_rows() -> None:
    label = np.array([1.0, 0, 1, 0, 0, 1, 0, 0, 0, 0])
    score = np.array([9.0, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    assert evaluate.at_capacity(label, score, 0.3) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    tied = np.zeros(10)
    rng = np.random.default_rng(0)
    for _ in range(5):
        order = rng.permutation(10)
        assert evaluate.at_capacity(label[order], tied, 0.3) == (pytest.approx(0.3), pytest.approx(0.3))


def test_a_rate_without_a_denominator_is_not_estimable() -> None:
    nothing = np.zeros(5)
    precision, recall = evaluate.at_capacity(nothing, np.arange(5.0), 0.4)
    assert precision == 0.0
    assert recall is None


def test_calibration_line_finds_a_planted_slope_and_intercept() -> None:
    rng = np.random.default_rng(1)
    logit = rng.normal(0, 1.5, 60_000)
    label = (rng.random(60_000) < 1 / (1 + np.exp(-(0.6 * logit + 0.4)))).astype(float)
    slope, intercept = evaluate.calibration_line(label, 1 / (1 + np.exp(-logit)))
    assert slope == pytest.approx(0.6, abs=0.03)
    assert intercept == pytest.approx(0.4, abs=0.03)


def test_clustered_intervals_are_wider_than_independent_ones_when_households_repeat() -> None:
    rng = np.random.default_rng(2)
    label = np.repeat((rng.random(80) < 0.5).astype(float), 8)
    score = np.repeat(rng.normal(size=80), 8) + label
    scores = {"model": score, "baseline": rng.normal(size=640)}
    clustered = evaluate.clustered(label, scores, np.repeat(np.arange(80), 8))["model"]
    independent = evaluate.clustered(label, scores, np.arange(640))["model"]
    assert clustered.high - clustered.low > 2 * (independent.high - independent.low)
    assert clustered.low <= clustered.value <= clustered.high


def test_bins_count_everyone_once() -> None:
    rng = np.random.default_rng(3)
    probability = rng.random(503)
    label = (rng.random(503) < probability).astype(float)
    rows = evaluate.bins(label, probability)
    assert sum(row["n"] for row in rows) == 503
    assert all(row["low"] <= row["observed"] <= row["high"] for row in rows)
    assert [row["from"] for row in rows] == sorted(row["from"] for row in rows)


def test_wilson_equals_the_textbook() -> None:
    low, high = evaluate.wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
