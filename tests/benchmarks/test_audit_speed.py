"""Here we time an audit beside fairlearn's `MetricFrame`, in one run; the same figures, asserted. Asserts nothing of time.

Run with ``make bench``; it is never part of the tests. fairlearn is timed on all rows with few bootstrap draws, for one
attribute and one crossing, and scaled up by the number of draws, attributes and crossings: its cost is proportional to each.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from fairlearn.metrics import MetricFrame

from tests.benchmarks.test_features_speed import megabytes, show
from tests.triage.audit.test_figures import THEIRS
from triage.audit import Inputs, audit, taken_first

ROWS = (5_000, 50_000, 500_000)
SIZES = (2, 3, 3, 4, 4, 5, 6, 8)
CAPACITY = 0.2
DRAWS = 1_000
THEIR_DRAWS = 2


def drawn(n: int) -> Inputs:
    """Draw reports of households of two or so, with eight attributes."""
    rng = np.random.default_rng(1)
    need = rng.random(n) < 0.25
    groups = {f"attribute {place}": rng.integers(0, size, n).astype(str) for place, size in enumerate(SIZES)}
    return Inputs.of(need, groups, score=need + rng.normal(size=n), household=rng.integers(0, n // 2, n))


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def frame(given: Inputs, places: tuple[int, ...], draws: int | None) -> MetricFrame:
    """Ask fairlearn for the same figures of one attribute, or of a crossing."""
    named = {given.attributes[place].name: given.attributes[place].codes for place in places}
    options = {} if draws is None else {"n_boot": draws, "ci_quantiles": [0.025, 0.975], "random_state": 0}
    yes, flagged = given.outcome.astype(int), taken_first(given.score, CAPACITY).astype(int)
    return MetricFrame(metrics=THEIRS, y_true=yes, y_pred=flagged, sensitive_features=named, **options)


def test_an_audit_beside_fairlearn(benchmark: Callable[..., object]) -> None:
    ours = benchmark.pedantic(lambda: [of_us(n) for n in ROWS], rounds=1)  # type: ignore[attr-defined]
    slower = [""] + [f"{after[0] / before[0]:.1f}" for before, after in pairwise(ours)]
    show(
        f"audit: {len(SIZES)} attributes, {len(SIZES) * (len(SIZES) - 1) // 2} crossings, {DRAWS:,} draws of clusters, suppressed",
        ["rows", "seconds", "peak MB", "gaps", "times the one above"],
        [
            [f"{n:,}", f"{spent:.2f}", f"{peak:.0f}", f"{gaps:,}", times]
            for n, (spent, peak, gaps), times in zip(ROWS, ours, slower, strict=True)
        ],
    )
    given = drawn(ROWS[-1])
    same(given)
    single, crossed = ((0,), (3, 4))
    per_draw = [of_them(given, places) for places in (single, crossed)]
    theirs = DRAWS * (len(SIZES) * per_draw[0] + len(SIZES) * (len(SIZES) - 1) / 2 * per_draw[1])
    show(
        f"MetricFrame(n_boot=…), {ROWS[-1]:,} rows, rows drawn singly (it knows no clusters)",
        ["s per draw, one attribute", "s per draw, one crossing", "hours for all, scaled", "ratio"],
        [[*(f"{each:.2f}" for each in per_draw), f"{theirs / 3600:.1f}", f"{theirs / ours[-1][0]:,.0f}"]],
    )


def of_us(n: int) -> tuple[float, float, int]:
    """Time one audit; give seconds, the peak of memory so far and the number of gaps."""
    given, gaps = drawn(n), []
    spent = seconds(lambda: gaps.append(len(audit(given, CAPACITY, draws=DRAWS).gaps)))
    return spent, megabytes("VmHWM"), gaps[0]


def of_them(given: Inputs, places: tuple[int, ...]) -> float:
    """Time what one draw more costs fairlearn."""
    once, more = (seconds(lambda draws=draws: frame(given, places, draws)) for draws in (1, 1 + THEIR_DRAWS))
    return (more - once) / THEIR_DRAWS


def same(given: Inputs) -> None:
    """Assert that the figures are the same."""
    its = frame(given, (0,), None).by_group
    found = {
        each.label: each for each in audit(given, CAPACITY, crossings=False).groups if each.attribute == "attribute 0"
    }
    for label, row in its.iterrows():
        rates = found[str(label)].rates
        for code in THEIRS.keys() & rates.keys():
            assert rates[code].value == pytest.approx(row[code], abs=1e-12, rel=0)
