"""Venn-Abers is what its authors' package computes, and what isotonic regression says with one more report."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

with np.errstate():  # the package switches numpy's warnings off for everyone
    from venn_abers import VennAbers as Package

from training.calibration import fit_venn_abers
from training.evaluate import calibration_line
from triage.errors import TrainingRefused

PAIRS = st.lists(
    st.tuples(st.integers(-4, 4).map(float) | st.floats(-1e6, 1e6), st.booleans()), min_size=1, max_size=40
)


def arrays(pairs: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([margin for margin, _ in pairs]), np.array([float(yes) for _, yes in pairs])


def asked(margin: np.ndarray) -> np.ndarray:
    """Margins at, just beside, between and far beyond the calibration reports."""
    places = np.unique(margin)
    beside = [np.nextafter(places, -np.inf), np.nextafter(places, np.inf), (places[1:] + places[:-1]) / 2]
    return np.concatenate([places, *beside, [-1e300, 1e300]])


def package(margin: np.ndarray, label: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ask the package, which reads only the second column, and of it only the order."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = Package()
        peer.fit(np.column_stack([-margin, margin]), label)
        joined, ends = peer.predict_proba(np.column_stack([-test, test]))
    return ends[:, 0], ends[:, 1], joined[:, 1]


def isotonic(margin: np.ndarray, label: np.ndarray, at: float, outcome: float) -> float:
    """Fit isotonic regression with one more report; ranks keep scikit-learn from merging margins that are close."""
    _, rank = np.unique(np.append(margin, at), return_inverse=True)
    return float(IsotonicRegression().fit_transform(rank, np.append(label, outcome))[-1])


@settings(max_examples=150, deadline=None)
@given(PAIRS)
@example([(0.0, True)])
@example([(0.0, False)] * 3)
@example([(0.0, True), (0.0, False)])
@example([(1e300, True), (-1e300, False)])
def test_equal_to_the_package_with_ties_few_reports_one_outcome_and_extreme_scores(pairs) -> None:
    margin, label = arrays(pairs)
    test = asked(margin)
    fitted = fit_venn_abers(margin, label)
    low, high = fitted.steps(test)
    found = (low, high, high / (1 - low + high))
    for ours, theirs in zip(found, package(margin, label, test), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def test_equal_to_the_package_on_many_reports() -> None:
    rng = np.random.default_rng(5)
    margin = rng.normal(size=8000).round(3)
    label = (rng.random(8000) < 1 / (1 + np.exp(1 - margin))).astype(float)
    test = asked(margin)
    for ours, theirs in zip(fit_venn_abers(margin, label).steps(test), package(margin, label, test)[:2], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(PAIRS)
def test_each_end_is_isotonic_regression_with_the_report_added(pairs) -> None:
    margin, label = arrays(pairs)
    test = asked(margin)
    low, high = fit_venn_abers(margin, label).steps(test)
    assert low.tolist() == pytest.approx([isotonic(margin, label, at, 0.0) for at in test], abs=1e-9)
    assert high.tolist() == pytest.approx([isotonic(margin, label, at, 1.0) for at in test], abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(pairs, random) -> None:
    shuffled = random.sample(pairs, len(pairs))
    assert fit_venn_abers(*arrays(pairs)) == fit_venn_abers(*arrays(shuffled))


def test_only_places_where_a_value_changes_are_kept() -> None:
    rng = np.random.default_rng(6)
    margin = rng.normal(size=5000)
    label = (rng.random(5000) < 1 / (1 + np.exp(-margin))).astype(float)
    fitted = fit_venn_abers(margin, label)
    assert len(fitted.p0_knots) + len(fitted.p1_knots) < 500
    assert set(fitted.p0_knots) | set(fitted.p1_knots) <= set(margin)
    assert (np.diff(fitted.p0) > 0).all()
    assert (np.diff(fitted.p1) > 0).all()


def test_a_bent_margin_is_straightened() -> None:
    rng = np.random.default_rng(7)
    odds = rng.normal(-1, 1.2, 40_000)
    label = (rng.random(40_000) < 1 / (1 + np.exp(-odds))).astype(float)
    bent = np.sign(odds) * odds**2 * 3 + 1
    fitted = fit_venn_abers(bent[:20_000], label[:20_000])
    slope, intercept = calibration_line(label[20_000:], fitted.probability(bent[20_000:]))
    assert slope == pytest.approx(1, abs=0.1)
    assert intercept == pytest.approx(0, abs=0.1)


def test_fewer_reports_give_wider_intervals() -> None:
    rng = np.random.default_rng(8)
    margin = rng.normal(size=4000)
    label = (rng.random(4000) < 0.3).astype(float)
    at = np.linspace(-2, 2, 50)
    few, many = (fit_venn_abers(margin[:n], label[:n]).width(at).mean() for n in (100, 4000))
    assert few > 3 * many


@pytest.mark.parametrize(
    ("margin", "label", "says"),
    [
        ([], [], "at least one"),
        ([0.0, 1.0], [1.0], "as many margins as outcomes"),
        ([[0.0]], [[1.0]], "as many margins as outcomes"),
        ([0.0, math.nan], [1.0, 0.0], "1 reports have a margin that is no number"),
        ([0.0, math.inf], [1.0, 0.0], "1 reports have a margin that is no number"),
        ([0.0, 1.0, 2.0], [1.0, math.nan, 2.0], "2 reports have .* an outcome other than 0 and 1"),
    ],
)
def test_what_cannot_be_calibrated_on_is_refused(margin, label, says: str) -> None:
    with pytest.raises(TrainingRefused, match=says):
        fit_venn_abers(np.array(margin), np.array(label))
