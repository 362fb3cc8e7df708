"""Point figures are those of fairlearn wherever both are defined; ours say "not estimable" where fairlearn says 0."""

from __future__ import annotations

import math

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from fairlearn.metrics import (
    MetricFrame,
    count,
    false_negative_rate,
    false_positive_rate,
    mean_prediction,
    selection_rate,
    true_negative_rate,
    true_positive_rate,
)
from hypothesis import HealthCheck, given, settings
from sklearn.metrics import accuracy_score, precision_score

from triage.audit import Inputs, Outcomes, cells, estimable, inputs_from_frame, measure, taken_first

THEIRS = {
    "count": count,
    "selection_rate": selection_rate,
    "true_positive_rate": true_positive_rate,
    "false_negative_rate": false_negative_rate,
    "false_positive_rate": false_positive_rate,
    "true_negative_rate": true_negative_rate,
    "accuracy": accuracy_score,
    "precision": lambda y, f: precision_score(y, f, zero_division=0.0),
    "negative_predictive_value": lambda y, f: precision_score(1 - y, 1 - f, zero_division=0.0),
    "prevalence": lambda y, f: float(np.mean(y)),
}


def drawn(seed: int) -> tuple[np.ndarray, ...]:
    """Draw outcomes, flags, scores and two attributes of some hundred reports."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(60, 400))
    yes, flagged = ((rng.random(n) < share).astype(float) for share in rng.uniform(0.05, 0.95, 2))
    groups = [rng.choice(np.array(list("abcd")[: rng.integers(1, 5)]), n) for _ in range(2)]
    return yes, flagged, rng.random(n), *groups


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_figures_are_those_of_fairlearn_to_the_twelfth_decimal(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimable, "FEWEST_ROWS", 1)
    monkeypatch.setattr(estimable, "FEWEST_HOUSEHOLDS", 1)
    yes, flagged, score, one, two = drawn(seed)
    theirs = {}
    for named in ({"one": one}, {"one": one, "two": two}):
        by_group = MetricFrame(metrics=THEIRS, y_true=yes, y_pred=flagged, sensitive_features=named).by_group
        mean = MetricFrame(metrics=mean_prediction, y_true=yes, y_pred=score, sensitive_features=named).by_group
        rows = by_group.assign(mean_score=mean).dropna(subset="count").iterrows()
        theirs |= {(" × ".join(named), key if isinstance(key, str) else " × ".join(key)): row for key, row in rows}
    found = measure(Inputs.of(yes, {"one": one, "two": two}, flagged=flagged, score=score)).groups
    ours = {(group.attribute, group.label): group for group in found if group.n}
    assert {key for key in ours if key[0] in {"one", "one × two"}} == theirs.keys()
    for key, row in theirs.items():
        assert ours[key].n == row["count"]
        told = {code: rate.value for code, rate in ours[key].rates.items() if rate.value is not None}
        assert "mean_score" in told
        for code in told.keys() & row.keys():
            assert told[code] == pytest.approx(row[code], abs=1e-12, rel=0), (key, code)


def test_a_report_that_ties_at_the_limit_counts_by_its_share_whatever_the_order_of_rows() -> None:
    rng = np.random.default_rng(3)
    score, yes, group = rng.integers(0, 4, 400) / 4, rng.random(400) < 0.4, rng.choice(np.array(["a", "b"]), 400)
    order = rng.permutation(400)
    first, second = (
        measure(Inputs.of(yes[rows], {"g": group[rows]}, score=score[rows], household=rows), 0.3).frame()
        for rows in (np.arange(400), order)
    )
    assert taken_first(score, 0.3).sum() == pytest.approx(120)
    assert set(taken_first(np.arange(19.0), 0.3)) == {0.0, 1.0}, "a part of one person would point at that person"
    np.testing.assert_allclose(first["value"], second["value"], atol=1e-12)
    np.testing.assert_allclose(first["low"], second["low"], atol=1e-12)


def test_the_mean_score_is_held_against_the_observed_rate() -> None:
    told = Inputs.of([1, 0, 0, 0] * 25, {"g": ["a"] * 100}, score=[0.75] * 100, flagged=[1, 0] * 50)
    rates = measure(told).groups[0].rates
    assert rates["calibration_difference"].value == pytest.approx(0.25 - 0.75)
    assert rates["mean_score"].value == pytest.approx(0.75)


def test_what_was_measured_of_some_reports_is_averaged_over_those() -> None:
    measured = {"delay": [1.0, np.nan] * 40, "abstained": [1, 0, np.nan, np.nan] * 20, "reasons": [3] * 80}
    rates = measure(Inputs.of([1, 0] * 40, {}, flagged=[1, 0, 0, 0] * 20, **measured)).groups[0].rates
    assert [rates[code].value for code in ("mean_delay", "abstention_rate", "reasons_shown")] == [1.0, 0.5, 3.0]
    assert rates["mean_delay"].n == 40


@given(hnp.arrays(np.int8, st.integers(1, 60), elements=st.integers(0, 17)))
@settings(max_examples=50, deadline=None)
def test_every_report_lies_in_one_cell(drawn: np.ndarray) -> None:
    outcome = np.where(drawn % 3 == 2, math.nan, drawn % 3)
    told = Inputs.of(outcome, {"g": [str(one) for one in drawn // 6]}, flagged=drawn // 3 % 2)
    counts = cells(told, told.attributes[0], told.flagged).counts
    assert counts.sum() == len(drawn)
    assert counts[:, 2].sum() == np.isnan(outcome).sum()
    assert counts[:, :, 0].sum() == told.flagged.sum()


def test_columns_of_a_table_and_plain_arrays_give_the_same() -> None:
    import pandas as pd

    rng = np.random.default_rng(5)
    columns = {
        "need": np.where(rng.random(300) < 0.2, np.nan, rng.random(300) < 0.4),
        "p": rng.random(300),
        "sex": rng.choice(np.array(["girl", "boy"]), 300),
        "home": rng.integers(0, 150, 300).astype(str),
    }
    arrays = Inputs.of(
        columns["need"],
        {"sex": columns["sex"]},
        score=columns["p"],
        household=columns["home"],
        outcomes=Outcomes.EVERYONE,
    )
    table = inputs_from_frame(
        pd.DataFrame(columns), outcome="need", groups=["sex"], score="p", household="home", outcomes=Outcomes.EVERYONE
    )
    ours, theirs = (measure(told, 0.25).frame().drop(columns=["low", "high"]) for told in (arrays, table))
    pd.testing.assert_frame_equal(ours, theirs)
    assert set(ours["why"].dropna()) == set()


def test_reports_without_a_household_are_no_family_of_each_other() -> None:
    homes = ["x", None, None, "x", float("nan")]
    assert Inputs.of([1, 0, 1, 0, 1], {}, flagged=[1, 0, 1, 0, 1], household=homes).household.tolist() == [
        0,
        1,
        2,
        0,
        3,
    ]
