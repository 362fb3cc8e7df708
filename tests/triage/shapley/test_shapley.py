"""Here we hold explanations to three other routes: Shapley's own sum, LightGBM's contributions, and the margin itself."""

from __future__ import annotations

import sys
from dataclasses import replace

import lightgbm
import numpy as np
import pandas as pd
import pytest

from tests.triage.shapley import models
from tests.triage.shapley.models import MODELS, SIZE, by_definition, model, rows
from triage.shapley import explain, prepare
from triage.shapley.asked import Asked
from triage.shapley.coding import NO_CODE
from triage.shapley.door import furthest
from triage.shapley.plain import Plain
from triage.shapley.tables import tabulate
from triage.shapley.tabulated import FEW, Tabulated

KINDS = pytest.mark.parametrize("kind", MODELS)
MANY = FEW + 200


def grown(kind: str) -> tuple[lightgbm.Booster, np.ndarray]:
    seed, width, plan = MODELS[kind]
    return model(seed, width, **plan), rows(seed + 1000, width, MANY)


def tabulated(booster: lightgbm.Booster) -> Tabulated:
    made = prepare(booster)
    assert isinstance(made, Tabulated)
    return made


@pytest.mark.parametrize("kind", [kind for kind, (_, width, _) in MODELS.items() if width <= 10])
def test_contributions_are_shapleys_sum_over_all_coalitions(kind: str) -> None:
    booster, values = grown(kind)
    told = explain(booster, values[:2])
    for row in range(2):
        found, base = by_definition(booster, values[row])
        np.testing.assert_allclose(told.contributions[row], found, atol=1e-12)
        assert abs(told.base - base) < 1e-12


@KINDS
def test_contributions_are_lightgbms_and_the_margin_is_its_margin_to_the_bit(kind: str) -> None:
    booster, values = grown(kind)
    told, asked = tabulated(booster).explain(values), Asked(booster).explain(values)
    np.testing.assert_allclose(told.contributions, asked.contributions, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(told.margin, asked.margin)
    assert abs(told.base - asked.base) < 1e-12
    np.testing.assert_allclose(told.base + told.contributions.sum(axis=1), told.margin, rtol=0, atol=1e-9)


def test_the_models_are_what_they_are_called() -> None:
    kinds = ("depth to 12", "more splits than bits", "single leaves", "zero as missing")
    grew = {kind: grown(kind)[0] for kind in kinds}
    made = {kind: tabulated(booster) for kind, booster in grew.items()}
    assert max(models.depth(tree["tree_structure"]) for tree in grew["depth to 12"].dump_model()["tree_info"]) == 12
    assert np.diff(made["depth to 12"].pieces.player_start).max() >= 8
    assert len(made["more splits than bits"].pieces.leaf_start) - 1 > grew["more splits than bits"].num_trees()
    assert (np.diff(made["single leaves"].pieces.player_start) == 0).all()
    assert (made["zero as missing"].pieces.except_at != NO_CODE).any()


@KINDS
def test_without_numba_and_without_room_for_tables_every_bit_is_the_same(kind: str) -> None:
    booster, values = grown(kind)
    made = tabulated(booster)
    whole = made.explain(values)
    for room in (0, 2_000):
        tight = replace(made, tables=tabulate(made.pieces, largest=room))
        assert tight.tables.part.nbytes <= room
        told = tight.explain(values)
        np.testing.assert_array_equal(told.contributions, whole.contributions)
        np.testing.assert_array_equal(told.margin, whole.margin)
    plain, unprepared = (Plain(made.coding, made.pieces, made.tables, made.width) for _ in range(2))
    vars(unprepared)["_answers"] = None
    for row in range(20):
        for way in (plain, unprepared):
            margin, added = way.explain(values[row])
            assert margin == whole.margin[row]
            np.testing.assert_array_equal(added, whole.contributions[row])


def test_of_small_trees_answers_are_worked_out_beforehand_and_of_large_ones_never() -> None:
    prepared = {
        kind: Plain(made.coding, made.pieces, made.tables, made.width)._answers is not None
        for kind, made in (
            (kind, tabulated(grown(kind)[0])) for kind in ("stumps", "depth 3", "depth 7", "more splits than bits")
        )
    }
    assert prepared == {"stumps": True, "depth 3": True, "depth 7": False, "more splits than bits": False}


@pytest.mark.parametrize("kind", ["yes or no", "more splits than bits", "depth to 12"])
def test_neither_company_nor_threads_change_a_bit(kind: str) -> None:
    booster, values = grown(kind)
    made = tabulated(booster)
    whole = made.explain(values, threads=2)
    for some in (slice(0, 1), slice(3, 5), slice(7, 40), slice(1, MANY), slice(0, 0)):
        told = made.explain(values[some], threads=3)
        np.testing.assert_array_equal(told.contributions, whole.contributions[some])
        np.testing.assert_array_equal(told.margin, whole.margin[some])


def test_what_lightgbm_reads_as_zero_and_beyond_all_bounds_goes_where_lightgbm_sends_it() -> None:
    odd = [0.0, -0.0, 1e-36, -1e-36, 1e-35, 2e-35, -2e-35, 5e-324, np.inf, -np.inf, np.nan, 1e300]
    for kind in ("yes or no", "zero as missing", "nothing is missing"):
        booster, values = grown(kind)
        edges = tabulated(booster).coding.edges
        near = [*np.nextafter(edges, np.inf), *edges, *np.nextafter(edges, -np.inf)]
        made = np.random.default_rng(3).choice([*odd, *near], size=(MANY, values.shape[1]))
        assert furthest(prepare(booster), booster, made) < 1e-9
        np.testing.assert_array_equal(explain(booster, made).margin, booster.predict(made, raw_score=True))


def test_tables_take_at_most_64_megabytes_and_a_deep_model_still_adds_up() -> None:
    booster = model(23, 40, num_leaves=200, min_data_in_leaf=1, rounds=60)
    made = tabulated(booster)
    assert made.tables.part.nbytes <= 64_000_000
    assert (made.tables.at < 0).any()
    assert furthest(made, booster, rows(24, 40, 60)) < 1e-9


def _categorical() -> lightgbm.Booster:
    values = rows(1, 4)
    values[:, 0] = np.arange(SIZE) % 9
    data = lightgbm.Dataset(values, values[:, 0] % 3, categorical_feature=[0])
    return lightgbm.train({"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 3}, data, num_boost_round=5)


def _comb() -> lightgbm.Booster:
    """Split off one row at a time, by a feature of its own."""
    values = np.eye(70)
    label = np.exp2(np.arange(70) / 4)
    plan = {"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 1, "min_data_in_bin": 1, "num_leaves": 70}
    data = lightgbm.Dataset(np.tile(values, (3, 1)), np.tile(label, 3), params=plan | {"min_sum_hessian_in_leaf": 0})
    return lightgbm.train(plan | {"min_sum_hessian_in_leaf": 0}, data, num_boost_round=1)


OTHER_TREES = {
    "too long a path": _comb,
    "categorical": _categorical,
    "averaged": lambda: model(3, 4, boosting="rf", bagging_fraction=0.5, bagging_freq=1),
}


@pytest.mark.parametrize("kind", OTHER_TREES)
def test_trees_that_tables_do_not_hold_are_explained_by_lightgbm_itself(kind: str) -> None:
    booster = OTHER_TREES[kind]()
    assert isinstance(prepare(booster), Asked)
    values = rows(2, booster.num_feature(), 50)
    np.testing.assert_array_equal(
        explain(booster, values).contributions, booster.predict(values, pred_contrib=True)[:, :-1]
    )


def test_a_model_of_several_outputs_is_refused() -> None:
    values = rows(1, 4)
    data = lightgbm.Dataset(values, np.arange(SIZE) % 3)
    booster = lightgbm.train({"objective": "multiclass", "num_class": 3, "verbosity": -1}, data, num_boost_round=2)
    with pytest.raises(ValueError, match="3 outputs"):
        explain(booster, values)


def test_a_model_that_stopped_early_is_explained_up_to_its_best_round() -> None:
    booster = model(4, 6)
    booster.best_iteration = 5
    assert furthest(prepare(booster), booster, rows(5, 6, 30)) < 1e-9


def test_a_frame_is_explained_and_one_with_columns_out_of_order_is_refused() -> None:
    booster, values = grown("yes or no")
    frame = pd.DataFrame(values, columns=booster.feature_name())
    np.testing.assert_array_equal(explain(booster, frame).margin, explain(booster, values).margin)
    for wrong in (frame[frame.columns[::-1]], values[:, 1:], values[0]):
        with pytest.raises(ValueError, match="in its order"):
            explain(booster, wrong)


def test_a_table_that_is_wrong_is_found_by_the_made_up_rows() -> None:
    booster, _ = grown("yes or no")
    made = tabulated(booster)
    assert furthest(made, booster) < 1e-9
    tables = made.tables._replace(part=made.tables.part * (1 + 1e-6))
    assert furthest(replace(made, tables=tables), booster) > 1e-9
    tables = made.tables._replace(part=made.tables.part * np.nan)
    assert furthest(replace(made, tables=tables), booster) == np.inf


def test_without_numba_the_numbers_are_the_same_and_large_work_is_told_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    booster, values = grown("stumps")
    made = tabulated(booster)
    whole = made.explain(values)
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "triage.shapley.kernel")
    np.testing.assert_array_equal(made.explain(values).contributions, whole.contributions)
    monkeypatch.setattr("triage.shapley.tabulated.MANY", MANY)
    with pytest.warns(UserWarning, match="numba is not installed"):
        told = made.explain(values)
    np.testing.assert_array_equal(told.contributions, whole.contributions)
    assert "triage.shapley.kernel" not in sys.modules
