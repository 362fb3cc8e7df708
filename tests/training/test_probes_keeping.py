"""What settings are chosen by agrees with the probes, and trees that break what practitioners ask do not keep it."""

from __future__ import annotations

import numpy as np
import pytest

from features.build import REGISTRY, build_one
from training.fit import TreePlan, calibrate, grow
from training.probes import load_table, scorer_of
from training.probes.keeping import Keeping
from training.probes.ordering import ordering

TABLE = load_table()
PLACE = {name: place for place, name in enumerate(REGISTRY.names)}


def trees(chance, **plan):
    """Learn from made-up rows in which a rule of ours gives the chance of a yes; with them, rows and outcomes."""
    rng = np.random.default_rng(3)
    values = rng.integers(0, 2, (6000, len(REGISTRY.names))).astype(float)
    values[:, PLACE["age_months"]] = rng.integers(0, 216, len(values))
    values[:, PLACE["placements_1095"]] = rng.random(len(values))
    yes = (rng.random(len(values)) < chance({name: values[:, place] for name, place in PLACE.items()})).astype(float)
    return grow(values, yes, TreePlan(rounds=80, rate=0.1, threads=1, **plan)), values, yes


def sensible(column):
    """What is grave weighs, and so does what a person found before; the rest does not."""
    grave = (
        "physical_abuse",
        "sexual_abuse",
        "witnessed_violence",
        "honour",
        "neglect",
        "parent_substance",
        "child_health",
    )
    points = sum(column[f"concern_{name}"] for name in grave) + column["acute_facts"] + column["placements_1095"]
    return 1 / (1 + np.exp(3 - points))


FAULTS = {
    "school absence comes first": lambda column: np.where(column["concern_school"] > 0, 0.9, 0.1),
    "a placement counts for half a window": lambda column: sensible(column) + 0.5 * (column["placements_1095"] > 0.5),
    "older is higher": lambda column: sensible(column) * (0.3 + 0.7 * (column["age_months"] > 100)),
}


def test_sensible_trees_keep_what_practitioners_ask() -> None:
    assert Keeping(TABLE)(trees(sensible)[0])


@pytest.mark.parametrize("fault", FAULTS)
def test_trees_with_a_planted_fault_do_not_keep_it(fault: str) -> None:
    assert not Keeping(TABLE)(trees(FAULTS[fault], leave_out=())[0])


@pytest.mark.parametrize("chance", [sensible, *FAULTS.values()])
def test_the_margin_orders_every_pair_as_the_calibrated_estimate_does(chance) -> None:
    """Two routes: uncalibrated here, calibrated in the probe that decides."""
    booster, values, yes = trees(chance)
    calibration = calibrate(booster.predict(values, raw_score=True), yes)
    routes = [
        ordering(scorer_of(lambda rows, route=route: route(booster.predict(rows, raw_score=True))), TABLE)
        for route in (calibration.probability, lambda margin: 1 / (1 + np.exp(-margin)))
    ]
    broken = [{one.case for one in found.broken} for found in routes]
    assert broken[0] == broken[1]


def test_rows_are_built_once_and_those_of_each_probe_are_its_own() -> None:
    keeping, (booster, _, _) = Keeping(TABLE), trees(sensible)
    assert keeping(booster)
    built = dict(keeping.rows)
    assert keeping(booster)
    assert all(keeping.rows[probe] is rows for probe, rows in built.items())
    built_apart = [build_one(*one.case).values for pair in TABLE.pairs for one in (pair.first, pair.second)]
    np.testing.assert_array_equal(keeping.rows["pairs"], np.concatenate(built_apart))
