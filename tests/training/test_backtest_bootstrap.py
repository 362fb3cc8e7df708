"""One draw of households for all scores; a gain is an improvement only when it is sure and worth having."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training import evaluate
from training.backtest import Verdict, compare
from training.backtest.bootstrap import intervals
from training.backtest.comparison import verdict
from training.backtest.weighted import auc_under, precision_under
from training.evaluate import Interval
from triage.errors import TrainingRefused

ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 3)), min_size=3, max_size=40)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from([0.1, 0.25, 0.5, 1.0]))
def test_figures_under_weights_equal_those_of_rows_written_out_that_often(rows, capacity) -> None:
    label, score, times = (np.array([row[part] for row in rows], dtype=float) for part in range(3))
    often = times.astype(int)
    label_out, score_out = np.repeat(label, often), np.repeat(score, often)
    expected = evaluate.auc(label_out, score_out) if len(label_out) else math.nan
    assert auc_under(label, score)(times) == pytest.approx(expected, nan_ok=True)
    if len(label_out):
        precision, _ = evaluate.at_capacity(label_out, score_out, capacity)
        assert precision_under(label, score, capacity)(times) == pytest.approx(precision)


def test_auc_of_pseudo_outcomes_is_the_mean_over_pairs_of_two_different_reports() -> None:
    rng = np.random.default_rng(0)
    label, score = rng.normal(0.3, 1, 30), rng.integers(0, 8, 30).astype(float)
    won = pairs = 0.0
    for i in range(30):
        for j in range(30):
            if i != j:
                share = label[i] * (1 - label[j])
                pairs += share
                won += share * (0.5 if score[i] == score[j] else float(score[i] > score[j]))
    assert auc_under(label, score)(np.ones(30)) == pytest.approx(won / pairs)


def town(seed: int, gain: float, *, families: int = 500, size: int = 4):
    """Two scores of nearly equal noise, the second better by about ``gain`` in AUC."""
    rng = np.random.default_rng(seed)
    n = families * size
    group = np.repeat(np.arange(families), size)
    label = (rng.random(n) < 0.4).astype(float)
    home, own = np.repeat(rng.normal(size=families), size), rng.normal(size=n)
    shared = label + 0.7 * home + 0.7 * own
    return label, {"old": shared, "new": shared + gain * 4.6 * label + 0.1 * rng.normal(size=n)}, group


def test_intervals_equal_those_of_households_written_out_and_scored_by_scikit_learn() -> None:
    from sklearn.metrics import roc_auc_score

    label, scores, group = town(0, 0.03, families=60)
    found = compare(label, scores, group, reference="old", draws=60, seed=5)
    rows_of = {name: np.flatnonzero(group == name) for name in np.unique(group)}
    rng = np.random.default_rng(5)
    drawn = []
    for _ in range(60):
        rows = np.concatenate([rows_of[name] for name in rng.integers(0, 60, 60)])
        drawn.append([roc_auc_score(label[rows], score[rows]) for score in scores.values()])
    gain = np.array(drawn)[:, 1] - np.array(drawn)[:, 0]
    assert (found["new"].gain.low, found["new"].gain.high) == pytest.approx(tuple(np.percentile(gain, [2.5, 97.5])))
    assert found["old"].figure.value == pytest.approx(roc_auc_score(label, scores["old"]))


def test_row_order_and_household_names_change_nothing() -> None:
    label, scores, group = town(1, 0.02, families=80)
    order = np.random.default_rng(0).permutation(len(label))
    again = compare(
        label[order], {name: score[order] for name, score in scores.items()}, group[order] * 7 + 3, reference="old"
    )
    assert again == compare(label, scores, group, reference="old")


def test_a_planted_gain_is_found_and_its_loss_is_called_worse() -> None:
    label, scores, group = town(2, 0.04)
    assert compare(label, scores, group, reference="old")["new"].verdict is Verdict.IMPROVEMENT
    assert compare(label, scores, group, reference="new")["old"].verdict is Verdict.WORSE
    top = partial(precision_under, capacity=0.2)
    assert compare(label, scores, group, reference="old", figure=top)["new"].gain.low > 0


def test_a_sure_gain_under_a_hundredth_is_not_called_an_improvement() -> None:
    label, scores, group = town(3, 0.008, families=4000)
    found = compare(label, scores, group, reference="old", draws=100)["new"]
    assert 0 < found.gain.low < found.gain.value < 0.01
    assert found.verdict is Verdict.NOT_SHOWN
    assert compare(label, scores, group, reference="old", draws=100, worth=0.001)["new"].verdict is Verdict.IMPROVEMENT


@pytest.mark.parametrize(
    ("gain", "says"),
    [
        (Interval(0.02, 0.001, 0.04), Verdict.IMPROVEMENT),
        (Interval(0.01, 0.001, 0.04), Verdict.IMPROVEMENT),
        (Interval(0.0099, 0.009, 0.011), Verdict.NOT_SHOWN),
        (Interval(0.03, -0.001, 0.06), Verdict.NOT_SHOWN),
        (Interval(-0.03, -0.06, 0.0), Verdict.NOT_SHOWN),
        (Interval(-0.002, -0.003, -0.001), Verdict.WORSE),
        (None, Verdict.CANNOT_TELL),
    ],
)
def test_verdict_follows_from_gain_and_interval(gain, says) -> None:
    assert verdict(gain) is says
    assert says.text.sv != says.text.en


def test_where_no_gain_is_planted_the_interval_covers_zero_about_as_often_as_it_says() -> None:
    """120 towns of 300 families; 600 with families of three gave 95.3 %, and 93 % with only 30 or 60 families."""
    covered = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        label = np.repeat((rng.random(300) < 0.4).astype(float), 2)
        home, own = np.repeat(rng.normal(size=(300, 2)), 2, axis=0), rng.normal(size=(600, 2))
        scores = {name: label + 0.8 * home[:, column] + 0.8 * own[:, column] for column, name in enumerate("ab")}
        found = compare(label, scores, np.repeat(np.arange(300), 2), reference="a", draws=150, seed=seed)
        covered += found["b"].gain.low <= 0 <= found["b"].gain.high
    assert 0.91 <= covered / 120 <= 0.99


def test_intervals_of_siblings_are_wider_than_if_they_were_strangers() -> None:
    rng = np.random.default_rng(2)
    label = np.repeat((rng.random(80) < 0.5).astype(float), 8)
    scores = {"a": np.repeat(rng.normal(size=80), 8) + label, "b": rng.normal(size=640)}
    families = compare(label, scores, np.repeat(np.arange(80), 8), reference="b")["a"].figure
    strangers = compare(label, scores, np.arange(640), reference="b")["a"].figure
    assert families.high - families.low > 2 * (strangers.high - strangers.low)


def test_too_few_households_or_one_outcome_alone_cannot_tell() -> None:
    label, scores, group = town(4, 0.04, families=29)
    few = compare(label, scores, group, reference="old", draws=50)
    assert (few["new"].figure, few["new"].gain, few["new"].verdict) == (None, None, Verdict.CANNOT_TELL)
    label, scores, group = town(4, 0.04, families=60)
    nobody = compare(np.zeros(240), scores, group, reference="old", draws=50)
    assert nobody["new"].verdict is Verdict.CANNOT_TELL
    assert nobody.to_dict()["scores"][0]["figure"] is None
    assert nobody.frame()["figure"].isna().all()
    rare = np.zeros(240)
    rare[0] = 1
    assert compare(rare, scores, group, reference="old", draws=100)["old"].figure is None, (
        "no positive in a third of the draws"
    )


def test_what_cannot_be_compared_is_refused() -> None:
    label, scores, group = town(5, 0.0, families=40)
    with pytest.raises(ValueError, match=r"reference 'gone' is not among the scores \(old, new\)"):
        compare(label, scores, group, reference="gone")
    with pytest.raises(ValueError, match="new is not a number on 1 of 160 reports"):
        compare(label, scores | {"new": np.where(np.arange(160) == 3, np.nan, 1.0)}, group, reference="old")
    with pytest.raises(TrainingRefused, match="1 of 160 outcomes are unknown"):
        compare(np.where(np.arange(160) == 3, np.nan, label), scores, group, reference="old")
    with pytest.raises(ValueError, match="capacity is 20"):
        precision_under(label, scores["old"], 20)


def test_a_subset_is_judged_by_its_own_households() -> None:
    group = np.repeat(np.arange(60), 4)

    def figures(weight: np.ndarray) -> np.ndarray:
        return np.array([0.5])

    assert intervals(figures, group, draws=20)[0] is not None
    assert intervals(figures, group, counted=group < 20, draws=20) == (None,)
