"""Here we hold scores to the rows they came from: the right registry, sums that add up, and no number that is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.build import REGISTRY, Rows, fingerprint
from triage.bundle import Bundle
from triage.errors import BundleBroken, FeaturesDiffer
from triage.scoring import score
from triage.shapley import Explained


@pytest.fixture(scope="module")
def rows() -> Rows:
    rng = np.random.default_rng(3)
    values = rng.poisson(1.0, size=(200, len(REGISTRY.names))).astype(np.float64)
    values[rng.random(values.shape) < 0.1] = np.nan
    return Rows(values, REGISTRY.names, fingerprint())


def test_contributions_and_base_add_up_to_the_margin(bundle: Bundle, rows: Rows) -> None:
    scored = score(bundle, rows)
    assert scored.contributions.shape == rows.values.shape
    np.testing.assert_allclose(scored.base + scored.contributions.sum(axis=1), scored.margin, atol=1e-9)


def test_a_probability_is_the_calibrated_margin_and_lies_in_its_interval(bundle: Bundle, rows: Rows) -> None:
    scored = score(bundle, rows)
    np.testing.assert_array_equal(scored.probability, bundle.facts.calibration.probability(scored.margin))
    np.testing.assert_allclose(scored.probability, 1 / (1 + np.exp(-(1.3 * scored.margin + 0.2))), atol=0.03)
    assert (scored.low <= scored.probability).all()
    assert (scored.probability <= scored.high).all()
    assert (np.diff(scored.probability[np.argsort(scored.margin)]) >= 0).all()


def test_what_lies_outside_training_is_marked_by_feature_in_the_order_of_the_support(
    bundle: Bundle, rows: Rows
) -> None:
    seen = bundle.facts.support
    narrow = replace(
        seen,
        names=("reports_90", "concerns"),
        low=(0.0, 0.0),
        high=(1.0, 1.0),
        absent=(True, False),
    )
    found = score(replace(bundle, facts=replace(bundle.facts, support=narrow)), rows).beyond
    reports, concerns = (rows.values[:, rows.names.index(name)] for name in narrow.names)
    np.testing.assert_array_equal(found[:, 0], reports > 3)
    np.testing.assert_array_equal(found[:, 1], (concerns > 3) | np.isnan(concerns))
    assert found.any(axis=0).all()


def test_neither_threads_nor_company_change_a_score(bundle: Bundle, rows: Rows) -> None:
    whole = score(bundle, rows, threads=2)
    for row in (0, 7, 199):
        alone = score(bundle, replace(rows, values=rows.values[[row]]))
        assert alone.margin[0] == whole.margin[row]
        for name in ("probability", "low", "high"):
            assert getattr(alone, name)[0] == getattr(whole, name)[row]
        np.testing.assert_array_equal(alone.beyond[0], whole.beyond[row])
        np.testing.assert_array_equal(alone.contributions[0], whole.contributions[row])


def test_contributions_and_margin_are_lightgbms(bundle: Bundle, rows: Rows) -> None:
    scored = score(bundle, rows)
    asked = bundle.booster.predict(rows.values, pred_contrib=True)
    np.testing.assert_allclose(scored.contributions, asked[:, :-1], rtol=0, atol=1e-9)
    np.testing.assert_allclose(scored.base, asked[:, -1], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(scored.margin, bundle.booster.predict(rows.values, raw_score=True))


def test_rows_of_another_registry_are_refused(bundle: Bundle, rows: Rows) -> None:
    with pytest.raises(FeaturesDiffer):
        score(bundle, replace(rows, fingerprint="0" * 64))


def test_shuffled_columns_are_refused(bundle: Bundle, rows: Rows) -> None:
    with pytest.raises(FeaturesDiffer):
        score(bundle, replace(rows, names=rows.names[::-1]))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_score(bundle: Bundle, rows: Rows, number: float) -> None:
    class Odd:
        def explain(self, values: np.ndarray, **_: object) -> Explained:
            return Explained(np.full(len(values), number), np.full(values.shape, number), number)

    with np.errstate(invalid="ignore"), pytest.raises(BundleBroken):
        score(replace(bundle, explainer=Odd()), rows)  # type: ignore[arg-type]


def test_contributions_that_miss_the_margin_are_named(bundle: Bundle, rows: Rows) -> None:
    class Half:
        def explain(self, values: np.ndarray, **_: object) -> Explained:
            whole = bundle.explainer.explain(values)
            return replace(whole, contributions=whole.contributions * 0.5)

    with pytest.raises(BundleBroken, match="miss the margin"):
        score(replace(bundle, explainer=Half()), rows)  # type: ignore[arg-type]


def test_a_calibration_that_gives_no_number_is_refused(bundle: Bundle, rows: Rows) -> None:
    class Silent:
        def interval(self, margin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.full(len(margin), np.nan), np.full(len(margin), np.nan)

    facts = replace(bundle.facts)
    object.__setattr__(facts, "calibration", Silent())
    with pytest.raises(BundleBroken, match="no number"):
        score(replace(bundle, facts=facts), rows)
