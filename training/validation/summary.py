"""Here we sum up a backtest: every window, all of them together, across folds, by unit, and against other outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from features.arrays import Floats, Ints
from training.backtest import Fold, selective
from training.backtest.selective import Selective
from training.backtest.turns import LEAST
from training.evaluate import auc
from training.inputs import Inputs
from training.labelling.labels import Labels
from training.plan import TrainingPlan
from training.validation.delayed import delayed
from training.validation.fold import MODEL, FoldResult
from training.validation.in_queue import InQueue, in_queue
from training.validation.label_gap import label_gap
from training.validation.later import aged, chosen, overlaps
from training.validation.measured import Measured, Tested, measure
from training.validation.pooling import pooled, ranks, window
from training.validation.result import Group, GroupLabel, Other, Period, Validation


def summarise(
    inputs: Inputs,
    plan: TrainingPlan,
    parts: Mapping[str, str],
    folds: Sequence[Fold],
    results: Sequence[FoldResult],
) -> Validation:
    """Sum up.

    Parameters
    ----------
    inputs : Inputs
    plan : TrainingPlan
    parts : mapping of str to str
        What the run depends on.
    folds : sequence of Fold
    results : sequence of FoldResult
        One per fold, in their order.
    """
    windows = [window(inputs, fold, result) for fold, result in zip(folds, results, strict=True)]
    whole = pooled(windows)
    periods = tuple(
        Period(fold, result, _measured(one, plan), delayed(inputs, one, plan))
        for fold, result, one in zip(folds, results, windows, strict=True)
    )
    return Validation(
        plan=plan,
        parts=parts,
        labels=inputs.all_labels,
        periods=periods,
        pooled=_measured(whole, plan),
        delay=delayed(inputs, whole, plan),
        ageing=aged(inputs, folds, results),
        choice=chosen([period.measured for period in periods]),
        overlaps=overlaps(folds, results, plan.capacity),
        groups=tuple(_groups(inputs, whole, plan)),
        others=tuple(_others(inputs, whole, plan)),
        group_labels=tuple(_group_labels(inputs, whole, plan)),
        selective=_selective(inputs, windows[-1], plan),
        queues=tuple(_queues(inputs, whole, plan)),
        ceiling=None if inputs.ceiling is None else _ceiling(inputs.ceiling, windows),
    )


def _queues(inputs: Inputs, whole: Tested, plan: TrainingPlan) -> Iterator[InQueue]:
    """Count what is found among those read first, for every outcome; the generator knows the truth of the predicted one."""
    for found in inputs.all_labels:
        truth = inputs.ceiling[whole.rows] if found is inputs.labels and inputs.ceiling is not None else None
        yield in_queue(found.outcome.name, whole.with_label(found.value), plan.capacity, truth)


def _measured(tested: Tested, plan: TrainingPlan) -> Measured:
    """Measure under the plan."""
    return measure(tested, capacity=plan.capacity, seed=plan.backtest.seed)


def _where_it_can(tested: Tested, plan: TrainingPlan) -> Measured | None:
    """Measure where enough outcomes of both kinds are known."""
    label = tested.known.label
    return _measured(tested, plan) if min(label.sum(), (1 - label).sum()) >= LEAST else None


def _groups(inputs: Inputs, whole: Tested, plan: TrainingPlan) -> Iterator[Group]:
    """Measure every unit and every type of report on its own."""
    for by, held in inputs.by.items():
        of = held[whole.rows]
        for value in sorted(set(of.tolist())):
            one = whole.among(of == value)
            yield Group(by, str(value), len(one.rows), _where_it_can(one, plan))


def _others(inputs: Inputs, whole: Tested, plan: TrainingPlan) -> Iterator[Other]:
    """Measure the same scores against every other outcome, and against every component."""
    for found in inputs.all_labels:
        if found is not inputs.labels:
            measured = _where_it_can(whole.with_label(found.value), plan)
            yield Other(found.outcome.name, None, found.outcome.self_deciding, measured)
        yield from _components(found, whole, plan)


def _components(found: Labels, whole: Tested, plan: TrainingPlan) -> Iterator[Other]:
    """Measure the same scores against every component of one outcome, when there are several."""
    parts = found.outcome.components if len(found.outcome.components) > 1 else ()
    for part in parts:
        measured = _where_it_can(whole.with_label(found.value_of(part.name)), plan)
        yield Other(found.outcome.name, part.name, part.decided_by.value == "same_unit", measured)


def _group_labels(inputs: Inputs, whole: Tested, plan: TrainingPlan) -> Iterator[GroupLabel]:
    """Ask, for every audited group, whether another outcome speaks of it as the predicted one does."""
    score, seed = whole.scores[MODEL], plan.backtest.seed
    for name, member in inputs.members.items():
        for other in inputs.also:
            gap = label_gap(whole.label, other.value[whole.rows], score, member[whole.rows], whole.group, seed=seed)
            yield GroupLabel(name, other.outcome.name, gap)


def _selective(inputs: Inputs, last: Tested, plan: TrainingPlan) -> Selective:
    """Say what can be said of everyone in the last window."""
    return selective(
        last.label,
        last.scores[MODEL],
        last.group,
        capacity=plan.capacity,
        mandated=inputs.mandated[last.rows],
        covariates=_covariates(inputs, last.rows),
        seed=plan.backtest.seed,
    )


def _covariates(inputs: Inputs, rows: Ints) -> Floats:
    """Give what people saw, without holes: what is missing is a column of its own; and whether the law left a choice."""
    values = inputs.values[rows]
    absent = np.isnan(values)
    spread = np.nanstd(np.where(absent, 0.0, values), axis=0)
    varies, sometimes = spread > 0, absent.any(axis=0)
    filled = np.where(absent, 0.0, values)[:, varies] / spread[varies]
    return np.column_stack([filled, absent[:, sometimes], inputs.mandated[rows]]).astype(np.float64)


def _ceiling(ceiling: Floats, windows: Sequence[Tested]) -> float:
    """Give the AUC of the generator's own probability on the same pooled reports."""
    rows = np.concatenate([one.rows for one in windows])
    label = np.concatenate([one.label for one in windows])
    score = np.concatenate([ranks(ceiling[one.rows]) for one in windows])
    known = ~np.isnan(label) & ~np.isnan(ceiling[rows])
    return auc(label[known], score[known])
