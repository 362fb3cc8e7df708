"""What stands beside the model is fitted on what it is given, scores every row, and can be read as plain data."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from training.beside import Beside, logistic, point_card, point_score, prior_reports
from training.beside.point_score import MOST_LINES, MOST_POINTS, PointScore
from training.evaluate import auc
from triage.errors import TrainingRefused
from triage.words import Text

NAMES = ("neglect", "reports_90", "reports_365", "age_months", "sdq", "noise")
DIRECTIONS = (1, 1, 1, 0, 1, 0)
LABELS = {name: Text(f"{name} på svenska", name) for name in NAMES}


def made(n: int = 6000, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Make reports whose outcome follows neglect, the count, a U of the noise and, most of all, age."""
    rng = np.random.default_rng(seed)
    sdq = rng.integers(0, 40, n).astype(float)
    sdq[rng.random(n) < 0.5] = np.nan
    columns = [rng.random(n) < 0.3, rng.poisson(0.5, n), rng.poisson(0.5, n), rng.integers(0, 216, n), sdq]
    values = np.column_stack([*columns, rng.normal(size=n)])
    odds = 1.5 * values[:, 0] + 0.8 * values[:, 1] - 0.02 * values[:, 3] + np.nan_to_num(sdq) / 20 + np.isnan(sdq) - 1
    return values, (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)


VALUES, LABEL = made()
TEST, TESTED = made(4000, 4)
POINTS = point_score.fit(VALUES, LABEL, NAMES, directions=DIRECTIONS)
FITTED: dict[str, Beside] = {
    "prior reports": prior_reports.fit(VALUES, LABEL, NAMES, counted=("reports_90", "reports_365")),
    "points": POINTS,
    "logistic": logistic.fit(VALUES, LABEL, NAMES),
}


@pytest.mark.parametrize("name", FITTED)
def test_every_row_gets_a_number_even_where_nothing_is_known(name: str) -> None:
    score = FITTED[name].score(np.vstack([TEST, np.full((1, len(NAMES)), np.nan)]))
    assert score.shape == (len(TEST) + 1,)
    assert np.isfinite(score).all()
    assert auc(TESTED, score[:-1]) > 0.55


@pytest.mark.parametrize("name", FITTED)
def test_a_score_is_plain_data(name: str) -> None:
    json.dumps(FITTED[name].to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    "fit",
    [
        lambda *rows: prior_reports.fit(*rows, counted=("reports_90",)),
        lambda *rows: point_score.fit(*rows, directions=DIRECTIONS),
        logistic.fit,
    ],
)
def test_rows_that_cannot_be_learned_from_are_refused(fit) -> None:
    unknown = np.where(np.arange(len(LABEL)) < 3, math.nan, LABEL)
    for label in (unknown, np.zeros(len(LABEL)), LABEL * 2):
        with pytest.raises(TrainingRefused, match="Outcomes must be 0 and 1"):
            fit(VALUES, label, NAMES)
    with pytest.raises(TrainingRefused, match=r"need rows of that shape; got \(6000, 5\)"):
        fit(VALUES[:, :5], LABEL, NAMES)


# ---------------------------------------------------------------- prior reports


def test_the_count_is_the_sum_and_an_unknown_history_is_not_zero() -> None:
    counted = FITTED["prior reports"].score(np.array([[0, 2, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, np.nan, 1, 0, 0, 0]]))
    assert counted.tolist() == [3.0, 0.0, pytest.approx((VALUES[:, 1] + VALUES[:, 2]).mean())]


# ---------------------------------------------------------------- logistic regression


def test_logistic_regression_equals_scikit_learns_on_the_columns_filled_by_hand() -> None:
    absent = np.isnan(VALUES[:, 4])
    filled = VALUES.copy()
    filled[absent, 4] = np.median(VALUES[~absent, 4])
    scaled = (filled - filled.mean(axis=0)) / filled.std(axis=0)
    columns = np.column_stack([scaled, absent])
    peer = LogisticRegression(C=1.0, max_iter=10_000, tol=1e-8).fit(columns, LABEL)
    np.testing.assert_allclose(FITTED["logistic"].score(VALUES), peer.decision_function(columns), atol=1e-3)


def test_tested_rows_change_nothing_that_was_fitted_and_a_row_scores_alone_as_in_company() -> None:
    whole = FITTED["logistic"].score(TEST)
    shifted = FITTED["logistic"].score(np.vstack([TEST[:5], TEST[5:] * 1000]))
    np.testing.assert_allclose(shifted[:5], whole[:5], rtol=1e-12)


def test_a_column_that_never_varies_or_was_never_known_has_no_weight() -> None:
    values = np.column_stack([VALUES, np.ones(len(VALUES)), np.full(len(VALUES), np.nan)])
    fitted = logistic.fit(values, LABEL, (*NAMES, "constant", "unknown"))
    assert fitted.weight[6:] == (0.0, 0.0)
    assert fitted.median[7] == 0.0


# ---------------------------------------------------------------- points


def test_the_card_is_short_small_and_without_age() -> None:
    assert 2 <= len(POINTS.conditions) <= MOST_LINES
    assert all(1 <= points <= MOST_POINTS for points in POINTS.points)
    assert list(POINTS.points) == sorted(POINTS.points, reverse=True)
    assert "age_months" not in {condition.feature for condition in POINTS.conditions}
    assert {"neglect", "reports_90"} <= {condition.feature for condition in POINTS.conditions}


def test_of_many_signs_ten_become_lines() -> None:
    rng = np.random.default_rng(5)
    values = (rng.random((8000, 14)) < 0.4).astype(float)
    label = (rng.random(8000) < 1 / (1 + np.exp(4 - 0.8 * values.sum(axis=1)))).astype(float)
    names = [f"sign_{number}" for number in range(14)]
    card = point_score.fit(values, label, names, directions=(1,) * 14)
    assert len(card.conditions) == 10
    assert len({condition.feature for condition in card.conditions}) == 10


def test_the_same_rows_in_another_order_give_the_same_card() -> None:
    order = np.random.default_rng(0).permutation(len(LABEL))
    assert point_score.fit(VALUES[order], LABEL[order], NAMES, directions=DIRECTIONS) == POINTS


def test_points_follow_the_direction_even_when_the_data_do_not() -> None:
    against = point_score.fit(VALUES, 1 - LABEL, NAMES, directions=(1, 1, 1, 1, 1, 1))
    assert not {"neglect", "reports_90"} & {condition.feature for condition in against.conditions}
    free = point_score.fit(VALUES, 1 - LABEL, NAMES, directions=(0, 0, 0, 0, 0, 0))
    assert {(condition.feature, condition.at_least) for condition in free.conditions} >= {("neglect", False)}


@pytest.mark.parametrize("column", [0, 1, 2, 4])
def test_no_score_falls_when_a_value_with_a_direction_grows(column: int) -> None:
    rows = np.repeat(TEST[:50], 40, axis=0)
    rows[:, column] = np.tile(np.arange(40.0), 50)
    assert (np.diff(POINTS.score(rows).reshape(50, 40), axis=1) >= 0).all()


def test_points_are_those_of_the_conditions_that_hold_added_by_hand() -> None:
    for row in TEST[:200]:
        known = dict(zip(NAMES, row, strict=True))
        total = 0
        for condition, points in zip(POINTS.conditions, POINTS.points, strict=True):
            value = known[condition.feature]
            total += points * (value >= condition.limit if condition.at_least else value < condition.limit)
        assert POINTS.score(row[np.newaxis])[0] == total


def test_shuffled_outcomes_earn_no_line() -> None:
    for seed in range(10):
        shuffled = np.random.default_rng(seed).permutation(LABEL)
        assert point_score.fit(VALUES, shuffled, NAMES, directions=(0,) * 6).conditions == ()


def test_rounding_to_points_costs_little() -> None:
    without_age = np.delete(VALUES, 3, axis=1), np.delete(TEST, 3, axis=1)
    names = tuple(name for name in NAMES if name != "age_months")
    best = auc(TESTED, logistic.fit(without_age[0], LABEL, names).score(without_age[1]))
    assert auc(TESTED, POINTS.score(TEST)) > best - 0.03


def test_the_card_reads_in_both_languages() -> None:
    neglect, reports = (
        point_score.Condition("neglect", 0, at_least=True, limit=1.0, flag=True),
        point_score.Condition("reports_90", 1, at_least=True, limit=2.0, flag=False),
    )
    other = point_score.Condition("sdq", 4, at_least=False, limit=12.0, flag=False)
    text = point_card.card(PointScore((neglect, reports, other), (4, 2, 1)), LABELS)
    assert text.sv.splitlines()[1:4] == [
        "4 p  neglect på svenska",
        "2 p  reports_90 på svenska: minst 2",
        "1 p  sdq på svenska: under 12",
    ]
    assert text.en.splitlines()[1:4] == ["4 p  neglect", "2 p  reports_90: at least 2", "1 p  sdq: below 12"]
    assert "Få poäng betyder inte" in text.sv


def test_an_empty_card_says_so() -> None:
    assert point_card.card(PointScore((), ()), {}) == point_card.NOTHING
    assert PointScore((), ()).score(TEST).tolist() == [0.0] * len(TEST)
