"""Here we time explanations beside LightGBM's own, on the same model and rows in one run, and hold them to their limits.

Run with ``make bench``; it is never part of the tests.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import lightgbm
import numpy as np
import pytest

from features.build import build
from features.cases import Cases
from training.fit import TreePlan, grow
from training.synthetic import Settings, municipality
from triage.shapley import Explainer, prepare

YEAR, MILLION, TRAINED_ON, ASKED, BEST_OF = 514_000, 1_000_000, 50_000, 600, 3
"""Reports in 2024; rows of the test of sums; rows that models are trained on; rows LightGBM explains; runs."""
TIMES, THREADS, YEAR_TAKES = 30, 1.6, 30
"""How many times LightGBM's pace one thread keeps at least, how many times that two keep, and the seconds a year may take."""


@dataclass(frozen=True)
class Case:
    """A model, what explains it, and rows to explain."""

    name: str
    booster: lightgbm.Booster
    explainer: Explainer
    rows: np.ndarray


@cache
def year() -> np.ndarray:
    """The features of a synthetic year of the whole country."""
    return build(Cases.from_frames(municipality(Settings(reports=YEAR, seed=3)).tables)).values


def _label(rows: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(5)
    told = np.nan_to_num((rows - np.nanmean(rows, axis=0)) / np.nanstd(rows, axis=0).clip(1e-9))
    push = told @ rng.normal(size=rows.shape[1]) + told[:, 0] * told[:, 13] + rng.normal(size=len(rows)) * 2
    return (push > np.quantile(push, 0.7)).astype(np.float64)


def registered(name: str, plan: TreePlan) -> Case:
    """Train on the registered features, later reports first: they have the longest history."""
    rows = year()[::-1].copy()
    return case(name, grow(rows[:TRAINED_ON], _label(rows[:TRAINED_ON]), plan), rows)


def measures(name: str) -> Case:
    """Train on 60 measures without ties: the hardest rows, since hardly any two fall alike."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(TRAINED_ON, 60))
    rows[:, :20][rng.random((len(rows), 20)) < 0.05] = np.nan
    plan = {"objective": "binary", "num_leaves": 31, "max_depth": 7, "num_threads": 2, "verbosity": -1, "seed": 1}
    return case(name, lightgbm.train(plan, lightgbm.Dataset(rows, _label(rows)), num_boost_round=400), rows)


def case(name: str, booster: lightgbm.Booster, rows: np.ndarray) -> Case:
    return Case(name, booster, prepare(booster), rows)


_DEFAULT = TreePlan()
CASES: dict[str, Callable[[str], Case]] = {
    f"the training's default: {_DEFAULT.rounds} trees, {_DEFAULT.leaves} leaves, depth {_DEFAULT.depth}": lambda name: (
        registered(name, _DEFAULT)
    ),
    "400 trees, 31 leaves, depth 7": lambda name: registered(
        name, TreePlan(rounds=400, leaves=31, depth=7, fewest_per_leaf=20)
    ),
    "400 trees, 31 leaves, depth 7, 60 measures without ties": measures,
}


def best(work: Callable[[], Any], runs: int = BEST_OF) -> tuple[float, Any]:
    """Give the least seconds that work takes, and what it gives."""
    took = []
    for _ in range(runs):
        started = time.perf_counter()
        made = work()
        took.append(time.perf_counter() - started)
    return min(took), made


@pytest.mark.parametrize("name", CASES)
def test_beside_lightgbms_own_contributions(name: str, benchmark: Callable[..., Any]) -> None:
    one = CASES[name](name)
    asked, many = one.rows[:: len(one.rows) // ASKED][:ASKED], one.rows[: 1 << 16]
    theirs, contrib = best(lambda: one.booster.predict(asked, pred_contrib=True, num_threads=1))
    one.explainer.explain(many[:2000], threads=2)  # loads what is compiled
    ours, _ = best(lambda: one.explainer.explain(many))
    both, _ = best(lambda: one.explainer.explain(many, threads=2))
    few, _ = best(lambda: one.explainer.explain(many[: len(many) // 10]))
    gap = np.abs(one.explainer.explain(asked).contributions - contrib[:, :-1]).max()
    told = benchmark.pedantic(lambda: one.explainer.explain(one.rows, threads=2), rounds=1)  # type: ignore[attr-defined]
    year_took = benchmark.stats.stats.min  # type: ignore[attr-defined]
    sums = np.abs(told.base + told.contributions.sum(axis=1) - told.margin).max()
    exact = (told.margin == one.booster.predict(one.rows, raw_score=True)).all()
    table = one.explainer.tables.part.nbytes / 1e6  # type: ignore[attr-defined]
    lines = (
        f"LightGBM, one thread      {len(asked) / theirs:>12,.0f} rows a second",
        f"tables ({table:.1f} MB), one   {len(many) / ours:>12,.0f} rows a second, {len(many) / ours / (len(asked) / theirs):.0f} times",
        f"tables, two threads       {len(many) / both:>12,.0f} rows a second, {ours / both:.2f} times one thread",
        f"ten times the rows        {ours / few:>12.1f} times the time",
        f"{len(one.rows):,} rows, two threads {year_took:>10.2f} s",
        f"furthest from LightGBM {gap:.1g}; sums miss the margin by {sums:.1g}; margins to the bit LightGBM's: {exact}",
    )
    print(f"\n{one.name}\n  " + "\n  ".join(lines))  # noqa: T201
    assert len(many) / ours >= TIMES * len(asked) / theirs
    assert ours >= THREADS * both
    assert year_took < YEAR_TAKES


def test_sums_on_a_million_rows(benchmark: Callable[..., Any]) -> None:
    one = registered("", TreePlan())
    rows = np.concatenate([one.rows, one.rows[: MILLION - len(one.rows)] + 1.0])
    told = benchmark.pedantic(lambda: one.explainer.explain(rows, threads=2), rounds=1)
    gap = np.abs(told.base + told.contributions.sum(axis=1) - told.margin).max()
    print(f"\n{len(rows):,} rows: {benchmark.stats.stats.min:.2f} s, sums miss the margin by {gap:.1g} at most")  # noqa: T201
    assert len(rows) == MILLION
    assert gap < 1e-9
