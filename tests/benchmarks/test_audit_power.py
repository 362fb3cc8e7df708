"""Here we count how often an audit finds what was planted, and how often it raises an alarm where nothing was.

Run with ``make bench``; it is never part of the tests, which hold a smaller version (tests/triage/audit/test_gaps.py).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from tests.benchmarks.test_features_speed import show
from tests.triage.audit.town import CAPACITY, PLANTED, PLANTS, capacity, town
from triage.audit import Inputs, audit, measure
from triage.audit.gaps import Gap, gaps

N = 20_000
RUNS = {"power": 100, "alarms": 200, "coverage": 600}
TRUTH = 2_000_000
HALF = 1.959964


SHOWS = dict(
    zip(PLANTS, ("true_positive_rate", "calibration_difference", "prevalence", "true_positive_rate"), strict=True)
)
"""The figure that a planted gap must show in."""


def judged(given: Inputs, seed: int, *, crossings: bool = False) -> dict[tuple[str, str, str], float]:
    """Give the size of every gap that is a concern; nothing is suppressed, which would hide false alarms."""
    found = audit(given, capacity(given), crossings=crossings, suppress=False, seed=seed).findings
    concerns = (each.gap for each in found if each.verdict == "concern")
    return {(gap.attribute, gap.label, gap.figure): gap.difference for gap in concerns}


def compared(given: Inputs, seed: int = 0, *, crossings: bool = False) -> dict[tuple[str, str, str], Gap]:
    """Give every gap that can be estimated, by attribute, group and figure."""
    found = gaps(measure(given, capacity(given), crossings=crossings, seed=seed).by_attribute, seed=seed).gaps
    return {(gap.attribute, gap.label, gap.figure): gap for gap in found if gap.why is None}


def planted(plant: str, strength: float) -> float:
    """Give the gap itself, in a town so large that it is the truth."""
    return float(compared(town(TRUTH, 10**6, plant, strength=strength))[*PLANTED, SHOWS[plant]].difference)


def test_power_and_alarms(benchmark: Callable[..., object]) -> None:
    def run() -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        for plant, strength in product(PLANTS, (1.0, 0.5)):
            towns = ((seed, town(N, seed, plant, strength=strength)) for seed in range(RUNS["power"]))
            found = [judged(given, seed).get((*PLANTED, SHOWS[plant])) for seed, given in towns]
            share, true = np.mean([size is not None for size in found]), planted(plant, strength)
            rows.append((f"{plant}, strength {strength}: {SHOWS[plant]}", len(found), f"{share:.3f}", f"{true:.3f}"))
        for crossings in (False, True):
            alarms = [bool(judged(town(N, seed), seed, crossings=crossings)) for seed in range(RUNS["alarms"])]
            rows.append((f"nothing, crossings {crossings}: any", RUNS["alarms"], f"{np.mean(alarms):.3f}", ""))
        return rows

    rows = benchmark.pedantic(run, rounds=1)  # type: ignore[attr-defined]
    heads = ["planted, and where it must show", "runs", "share of audits with that concern", "true gap"]
    show(f"power and false alarms, n = {N:,}", heads, rows)


def test_coverage_of_all_intervals_together(benchmark: Callable[..., object]) -> None:
    def run() -> list[tuple[object, ...]]:
        rows = []
        for n, plant, alike, crossings in (
            (N, "", 0.5, False),
            (N, "score", 0.5, False),
            (N, "", 0.9, False),
            (3_000, "", 0.5, False),
            (N, "", 0.5, True),
        ):
            truth = {} if not plant else compared(town(TRUTH, 10**6, plant, alike=alike))
            held = [
                all(
                    gap.low <= (truth[key].difference if truth else 0.0) <= gap.high
                    for key, gap in compared(town(n, seed, plant, alike=alike), seed, crossings=crossings).items()
                )
                for seed in range(RUNS["coverage"])
            ]
            share = float(np.mean(held))
            off = HALF * np.sqrt(share * (1 - share) / len(held))
            rows.append((f"{n:,}", plant or "nothing", alike, crossings, len(held), f"{share:.3f}", f"{off:.3f}"))
        return rows

    rows = benchmark.pedantic(run, rounds=1)  # type: ignore[attr-defined]
    show(
        f"share of audits whose intervals all hold the truth, capacity {CAPACITY}",
        ["n", "planted", "alike", "crossings", "runs", "share", "±"],
        rows,
    )
