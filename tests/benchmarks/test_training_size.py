"""Here we ask what twenty times as many reports would teach: the same trees from one town and from twenty, on the same later reports.

Training and test are those of the first turn of the newest window of the default plan. Each town has a seed, and so families, of its own; towns
are made one after the other, and only their training and tested rows are kept. Run with ``make bench``; it is never part of
the tests.

Seen, with 14 688 against 298 476 training rows: with the planned trees one town loses .006 to twenty (nothing that can be
told on its own later reports), with trees as large as so many reports can carry .013 (.010 on its own); the ceiling is .861.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from features.arrays import Floats, Ints
from features.cases import Cases
from tests.benchmarks.test_features_speed import megabytes, show
from training.backtest import compare
from training.backtest.comparison import Comparison
from training.callbacks import nobody
from training.evaluate import Interval, auc
from training.fit import TreePlan, grow
from training.inputs import gather
from training.plan import TrainingPlan
from training.synthetic import Settings, municipality
from training.validation.run import cut

REPORTS, TOWNS, WITHIN, DRAWS = 100_000, 20, 0.015, 400
PLAN = TrainingPlan(synthetic=True)
LARGER = replace(PLAN.trees, rounds=1000, leaves=31, depth=7)
"""Trees that so many reports can carry: whether the planned ones hold them back."""
ONE, TWENTY, CARRIED, CEILING = "one town", "twenty towns", "twenty towns, larger trees", "ceiling"


@dataclass(frozen=True)
class Town:
    """What one town gives to learn from, and its later reports with a known outcome."""

    learned: Floats
    outcome: Floats
    later: Floats
    later_outcome: Floats
    ceiling: Floats
    household: Ints


def town(number: int) -> Town:
    """Make a town, and take training and test of its newest window."""
    made = municipality(Settings(reports=REPORTS, seed=PLAN.backtest.seed + number))
    inputs = gather(Cases.from_frames(made.tables), PLAN, nobody, made.truth)
    fold, label = cut(inputs, PLAN)[-1], inputs.labels.value
    train, test = fold.turns[0].train.rows, fold.turns[0].test.rows
    return Town(
        inputs.values[train],
        label[train],
        inputs.values[test],
        label[test],
        inputs.ceiling[test],
        number * REPORTS + inputs.group[test],
    )


def grown(towns: Iterable[Town], trees: TreePlan) -> Callable[[Floats], Floats]:
    """Grow trees on the training part of towns; give what scores reports."""
    held = list(towns)
    booster = grow(np.concatenate([one.learned for one in held]), np.concatenate([one.outcome for one in held]), trees)
    return lambda values: np.asarray(booster.predict(values, raw_score=True))


def compared(towns: Iterable[Town], scorers: dict[str, Callable[[Floats], Floats]], reference: str) -> Comparison:
    """Test on the later reports of towns; the reference is what the other scores are held against."""
    held = list(towns)
    values = np.concatenate([one.later for one in held])
    scores = {name: scorer(values) for name, scorer in scorers.items()}
    return compare(
        np.concatenate([one.later_outcome for one in held]),
        scores | {CEILING: np.concatenate([one.ceiling for one in held])},
        np.concatenate([one.household for one in held]),
        reference=reference,
        draws=DRAWS,
        seed=PLAN.backtest.seed,
    )


def order_of(towns: Iterable[Town], scorer: Callable[[Floats], Floats]) -> float:
    """Give the AUC of a score on the later reports of towns."""
    return auc(
        np.concatenate([one.later_outcome for one in towns]), np.concatenate([scorer(one.later) for one in towns])
    )


def test_twenty_times_as_many_reports(benchmark: Callable[..., object]) -> None:
    began = time.perf_counter()
    towns = benchmark.pedantic(lambda: [town(number) for number in range(TOWNS)], rounds=1)  # type: ignore[attr-defined]
    made = time.perf_counter()
    scorers = {ONE: grown(towns[:1], PLAN.trees), TWENTY: grown(towns, PLAN.trees), CARRIED: grown(towns, LARGER)}
    for reference in (TWENTY, CARRIED):
        report("of the one town", compared(towns[:1], scorers, reference))
        report("of all towns", compared(towns, scorers, reference))
    most = order_of(towns, scorers[TWENTY])
    lost = [most - order_of(towns, grown([one], PLAN.trees)) for one in towns]
    print(  # noqa: T201
        f"\nany one of the {TOWNS} towns instead, on the later reports of all: loses {np.mean(lost):.4f} on average, "
        f"{min(lost):.4f} to {max(lost):.4f}"
        f"\n{len(towns[0].outcome):,} and {sum(len(one.outcome) for one in towns):,} training rows of {REPORTS:,} and "
        f"{TOWNS * REPORTS:,} reports; {made - began:.0f} s to make the towns, {time.perf_counter() - made:.0f} s to grow and "
        f"test; peak {megabytes('VmHWM') / 1e3:.1f} GB"
    )
    assert np.mean(lost) <= WITHIN


def report(where: str, found: Comparison) -> None:
    """Print every score on the same later reports."""
    show(
        f"{found.n:,} later reports {where}, {found.households:,} households; {found.reference} is the reference",
        ["grown on", "AUC", "95 %", "gain", "95 %, paired"],
        [[one.name, *cells(one.figure, ""), *cells(one.gain, "+")] for one in found.scores],
    )


def cells(interval: Interval | None, sign: str) -> tuple[str, str]:
    """Write a figure and its interval."""
    if interval is None:
        return "", ""
    return f"{interval.value:{sign}.4f}", f"{interval.low:{sign}.4f} to {interval.high:{sign}.4f}"
