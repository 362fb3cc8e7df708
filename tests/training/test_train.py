"""A training is reproducible, beats or openly fails to beat a count, and is caught where the data are at fault."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from features.build import REGISTRY, Rows, build
from features.cases import Cases
from features.folder import load
from training import run as do
from training.card.checks import checks
from training.fit import TreePlan, calibrate, grow, model_text, splits
from training.inputs import gather
from training.plan import TrainingPlan
from training.train import Trained, train
from triage.bundle import load_bundle
from triage.errors import TrainingRefused
from triage.law import load_law
from triage.scoring import score

QUIET = {"say": lambda _: None}
NOT_EXAMINED = {"state": "not_examined", "why": {"sv": "kördes inte", "en": "was not run"}}
PLAN = TrainingPlan(synthetic=True)


def trained_on(cases: Cases) -> Trained:
    """Train without a backtest."""
    return train(cases, gather(cases, PLAN, QUIET["say"]), load_law(), PLAN)


def test_same_data_and_seed_give_the_same_bundle_byte_for_byte(municipality, made, tmp_path) -> None:
    """The second run is in another process, with another hash seed and on one thread."""
    script = (
        "import sys, pathlib; from training import run as do; from training.plan import TrainingPlan, TreePlan\n"
        "do.make_bundle(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), TrainingPlan(synthetic=True, trees=TreePlan(threads=1)),"
        " tracked=False, say=lambda _: None)"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(municipality), str(tmp_path)], check=True, env={"PYTHONHASHSEED": "123"}
    )
    for name in ("MANIFEST.sha256", "model.txt", "bundle.json", "card.json"):
        assert (tmp_path / "bundle" / name).read_bytes() == (made.bundle / name).read_bytes(), name


def test_another_seed_gives_another_bundle(municipality, made, tmp_path) -> None:
    plan = TrainingPlan(synthetic=True, trees=TreePlan(seed=1))
    other = do.make_bundle(municipality, tmp_path, plan, tracked=False, **QUIET)
    assert other.digest != made.digest


def test_order_of_rows_on_file_does_not_change_the_model(municipality, made) -> None:
    from features.folder import read_table

    frames = {name: read_table(municipality, name).sample(frac=1, random_state=3) for name in load(municipality).tables}
    again = trained_on(Cases.from_frames(frames))
    assert again.model == made.trained.model
    assert again.facts == made.trained.facts


def test_threads_do_not_change_the_model() -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 4, (3000, len(REGISTRY.names))).astype(float)
    label = (rng.random(3000) < 1 / (1 + np.exp(-values[:, 22] + 2))).astype(float)
    models = {model_text(grow(values, label, TreePlan(rounds=30, threads=threads))) for threads in (1, 2)}
    assert len(models) == 1


def test_loaded_bundle_scores_as_the_trainer_did_and_reasons_add_up(municipality, made) -> None:
    rows = build(load(municipality))
    tested = made.trained.split.test.rows
    bundle = load_bundle(made.bundle, purpose="evaluation")
    scored = score(bundle, Rows(rows.values[tested], rows.names, rows.fingerprint))
    assert np.abs(scored.base + scored.contributions.sum(axis=1) - scored.margin).max() < 1e-9
    label = made.trained.labels.value[tested]
    from sklearn.metrics import roc_auc_score

    assert roc_auc_score(label, scored.probability) == pytest.approx(made.trained.figures.model.value, abs=1e-12)


def test_monotone_features_never_lower_the_score_when_they_grow(municipality, made) -> None:
    rows = build(load(municipality))
    bundle = load_bundle(made.bundle, purpose="evaluation")
    values = rows.values[made.trained.split.test.rows][:300]
    base = bundle.booster.predict(values, raw_score=True)
    for column, feature in enumerate(REGISTRY.features):
        if feature.direction == 0:
            continue
        more = values.copy()
        more[:, column] += 1
        move = (bundle.booster.predict(more, raw_score=True) - base) * feature.direction
        assert np.nanmin(move) >= -1e-9, feature.name


def test_shuffled_labels_give_nothing(municipality, made) -> None:
    """If anything leaked from the outcome into the rows or the split, this would stay above chance.

    Without monotone constraints: they are knowledge of their own, and order reports even after a shuffle.
    """
    import lightgbm as lgb

    from training.evaluate import auc

    trained = made.trained
    rows, parts = build(load(municipality)), trained.split
    rng = np.random.default_rng(5)
    label = trained.labels.value[parts.train.rows]
    found = []
    for _ in range(8):
        data = lgb.Dataset(rows.values[parts.train.rows], label=rng.permutation(label))
        params = TreePlan().params() | {"monotone_constraints": [0] * len(rows.names)}
        booster = lgb.train(params, data, num_boost_round=60)
        margin = booster.predict(rows.values[parts.test.rows], raw_score=True)
        found.append(auc(trained.labels.value[parts.test.rows], np.asarray(margin)))
    assert abs(float(np.mean(found)) - 0.5) < 0.05


def test_a_planted_leak_raises_the_leak_check(tmp_path) -> None:
    from training.synthetic import Plants, Settings

    settings = Settings(reports=12_000, seed=11, plants=Plants(leak=0.9))
    do.make_synthetic(tmp_path / "cases", settings, ".parquet")
    cases = load(tmp_path / "cases")
    leaky = replace_feature_with_leak(cases)
    assert leaky.figures.model.value > 0.90
    verdicts = {check["code"]: check["verdict"] for check in checks(leaky.figures, None, NOT_EXAMINED, NOT_EXAMINED)}
    assert verdicts["leak"] == "failed"


def replace_feature_with_leak(cases):
    """Train with a feature that counts support accepted in the last three days: the planted leak."""
    from features.coding import what
    from features.event_codes import EventKind
    from features.plan import Plan
    from features.sources import OfHistory

    leak = OfHistory("count", what(EventKind.SUPPORT_ACCEPTED), 0, 3)
    sources = [leak if feature.name == "declined_1095" else feature.source for feature in REGISTRY.features]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("features.build._plan", lambda: Plan(sources))
        return trained_on(cases)


def test_clean_data_do_not_raise_the_leak_check(made) -> None:
    verdicts = {
        check["code"]: check["verdict"] for check in checks(made.trained.figures, None, NOT_EXAMINED, NOT_EXAMINED)
    }
    assert verdicts["leak"] == "passed"


def test_unknown_outcomes_are_refused_as_training_rows() -> None:
    with pytest.raises(TrainingRefused, match="1 reports have an unknown outcome"):
        grow(np.zeros((3, len(REGISTRY.names))), np.array([0.0, 1.0, np.nan]), TreePlan())


def test_a_model_that_orders_nothing_is_refused() -> None:
    margin = np.linspace(-2, 2, 200)
    with pytest.raises(TrainingRefused, match="must be above 0"):
        calibrate(margin, (margin < 0).astype(float))


# ---------------------------------------------------------------- what no tree may read


LEFT_OUT = TreePlan().leave_out


def test_age_is_left_out_no_tree_reads_it_and_no_value_of_it_moves_an_estimate(municipality, made) -> None:
    assert LEFT_OUT == (
        "age_months",
        "observable_months",
        "acute_unknown",
        "reports_before",
        "reporter_police",
        "concern_school",
    )
    assert [made.trained.splits[name] for name in LEFT_OUT] == [0] * len(LEFT_OUT)
    assert sum(made.trained.splits.values()) > 500
    assert not set(LEFT_OUT) & {*made.trained.importance, *made.trained.facts.support.names}
    assert set(made.trained.importance) | set(LEFT_OUT) == set(REGISTRY.names)
    booster = load_bundle(made.bundle, purpose="evaluation").booster
    values = build(load(municipality)).values[made.trained.split.test.rows]
    margin = booster.predict(values, raw_score=True)
    for anything in (-1e9, 0.0, 7.0, 1e9, np.nan):
        values[:, [REGISTRY.names.index(name) for name in LEFT_OUT]] = anything
        np.testing.assert_array_equal(booster.predict(values, raw_score=True), margin)


@pytest.fixture(scope="module")
def pushed() -> tuple[np.ndarray, np.ndarray]:
    """Rows of which age alone decides the outcome."""
    rng = np.random.default_rng(0)
    values = rng.integers(0, 4, (2000, len(REGISTRY.names))).astype(float)
    return values, (values[:, REGISTRY.names.index("age_months")] > 1).astype(float)


def test_what_is_left_out_is_a_choice(pushed) -> None:
    for leave_out in ((), ("age_months",)):
        read = splits(grow(*pushed, TreePlan(rounds=3, leave_out=leave_out)))
        assert (read["age_months"] > 0) == (leave_out == ())


def test_rows_are_not_altered_where_a_feature_is_left_out(pushed) -> None:
    values, label = pushed
    before = values.copy()
    grow(values, label, TreePlan(rounds=1))
    np.testing.assert_array_equal(values, before)


def test_a_feature_that_is_read_all_the_same_is_refused(pushed, monkeypatch) -> None:
    monkeypatch.setattr("training.fit._blanked", lambda values, _: values)
    with pytest.raises(TrainingRefused, match=r"read \['age_months'\], which were to be left out"):
        grow(*pushed, TreePlan(rounds=3, leave_out=("age_months",)))


def test_a_feature_to_leave_out_that_does_not_exist_is_named(pushed) -> None:
    with pytest.raises(TrainingRefused, match=r"got \['age_in_moons'\], allowed are \["):
        grow(*pushed, TreePlan(leave_out=("age_in_moons", "age_months")))


# ---------------------------------------------------------------- calibration and the limit


def test_a_calibration_follows_the_outcome_and_rises_with_the_margin() -> None:
    rng = np.random.default_rng(2)
    margin = rng.normal(size=20_000)
    label = (rng.random(20_000) < 1 / (1 + np.exp(1 - 2 * margin))).astype(float)
    table = calibrate(margin, label)
    at = np.linspace(-2, 2, 41)
    np.testing.assert_allclose(table.probability(at), 1 / (1 + np.exp(1 - 2 * at)), atol=0.08)
    assert (np.diff(table.probability(at)) >= 0).all()


def test_the_limit_takes_as_many_reports_as_the_unit_can_read_by_margin_and_by_estimate(municipality, made) -> None:
    facts, parts = made.trained.facts, made.trained.split
    values = build(load(municipality)).values[parts.calibrate.all_rows]
    margin = load_bundle(made.bundle, purpose="evaluation").booster.predict(values, raw_score=True)
    assert abs((margin >= facts.prioritise_margin).mean() - facts.capacity) < 1.5 / len(margin)
    shared = facts.calibration.probability(np.append(margin, facts.prioritise_margin))
    assert facts.prioritise_at == pytest.approx(shared[-1], abs=1e-6)
    assert (shared[:-1] >= shared[-1]).mean() == pytest.approx(facts.capacity, abs=0.01)  # no step holds many


def test_model_text_holds_no_training_parameters_and_loads(made) -> None:
    text = (made.bundle / "model.txt").read_text()
    assert "num_threads" not in text
    assert Path(made.bundle / "model.txt").stat().st_size < 3_000_000


@pytest.mark.slow
def test_fifty_thousand_reports_give_a_believable_calibrated_model_beside_baseline_and_ceiling(
    tmp_path, capsys
) -> None:
    from training.synthetic import Settings

    do.make_synthetic(tmp_path / "cases", Settings(), ".parquet")
    found = do.make_bundle(tmp_path / "cases", tmp_path, TrainingPlan(synthetic=True), tracked=False, **QUIET)
    figures = found.trained.figures
    assert 0.70 <= figures.model.value <= 0.90
    assert 0.9 <= figures.slope <= 1.1
    assert abs(figures.intercept) <= 0.2
    assert (
        found.trained.silent.share - found.trained.silent.by_reason["no_concern"] / found.trained.silent.reports < 0.02
    )
    assert figures.baseline.value < figures.model.value < figures.ceiling
    assert figures.gain.low > 0


def test_a_question_that_nobody_answered_weighs_as_a_no_and_a_missing_rating_does_not() -> None:
    """Many forms are empty, and those children have no need at all: no tree may learn that from the empty form."""
    rng = np.random.default_rng(3)
    values = rng.integers(0, 2, (3000, len(REGISTRY.names))).astype(float)
    empty, rating = rng.random(3000) < 0.5, REGISTRY.names.index("sdq_days")
    values[empty, REGISTRY.names.index("acute_facts")] = np.nan
    values[empty, rating] = np.nan
    booster = grow(values, np.where(empty, 0.0, rng.integers(0, 2, 3000)), TreePlan(rounds=30, threads=1))
    told = values[:200].copy()
    told[:, REGISTRY.names.index("acute_facts")] = np.nan_to_num(told[:, REGISTRY.names.index("acute_facts")])
    np.testing.assert_array_equal(booster.predict(values[:200]), booster.predict(told))
    told[:, rating] = np.nan_to_num(told[:, rating])
    assert not np.array_equal(booster.predict(values[:200]), booster.predict(told))
