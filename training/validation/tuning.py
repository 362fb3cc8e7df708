"""Here we search for the settings of the trees, inside the training part of one fold and nowhere else.

The last quarter of the part by time is what the settings are judged on; its families are taken out of what comes before. No
figure of it is ever reported, so it needs no gap: every one of these outcomes was known when the fold's test began. What is
judged is the log loss, which tells two settings apart with fewer reports than the AUC does. Of the best, the first is taken
whose trees keep what practitioners ask: a few thousandths of log loss are not worth a child who is read after a slighter report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats, Ints, Mask
from training.backtest.times import Instants
from training.backtest.turns import LEAST
from training.fit import TreePlan, grow
from training.plan import TuningPlan

if TYPE_CHECKING:
    from lightgbm import Booster
    from optuna import Trial

Grow = Callable[[Floats, Floats, TreePlan], "Booster"]
Keeps = Callable[["Booster"], bool]
"""Whether trees keep what settings are chosen by, besides the loss; see `training.probes.keeping`."""

LATER = 0.25
"""Share of the training part, the latest by time, on which settings are judged."""
BOUNDS = {"rounds": (400, 900), "leaves": (4, 12), "depth": (2, 4), "fewest_per_leaf": (20, 160)}
RATE = (0.015, 0.04)
"""Bounds of the search: small trees, in which at most four features meet, so that a person can follow the reasons and they are
exact in microseconds; never below 20 reports per leaf. Many small steps rather than few large ones, because a step is what one
more day in a file moves an estimate by. Deeper trees order no better."""
CONSIDERED = 8
"""How many of the best settings are grown on the whole part and asked whether they keep what practitioners ask."""
TINY = 1e-9


@dataclass(frozen=True)
class Tuned:
    """What a search found.

    Attributes
    ----------
    trees : TreePlan
    trials : int
        How many settings were tried; 0 when nothing was searched.
    planned, found : float or None
        Log loss, on the later quarter, of the planned settings and of those taken. None when nothing was searched.
    set_aside : int
        How many settings had a lower loss than those taken, and were set aside for what they break.
    keeps : bool or None
        Whether those taken keep what practitioners ask; False when none of the best do. None when nobody asked.
    """

    trees: TreePlan
    trials: int
    planned: float | None
    found: float | None
    set_aside: int = 0
    keeps: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return asdict(self)


def tune(
    values: Floats,
    label: Floats,
    received: Instants,
    group: Ints,
    trees: TreePlan,
    plan: TuningPlan,
    grow: Grow = grow,
    keeps: Keeps | None = None,
) -> Tuned:
    """Search for settings; the planned ones stay unless others are better, or keep what they break.

    Parameters
    ----------
    values : ndarray of float64, shape (n, k)
        Rows of the fold's training part only.
    label : ndarray of float64, shape (n,)
        0 or 1.
    received : ndarray of datetime64[us], shape (n,)
    group : ndarray of int64, shape (n,)
        Household numbers.
    trees : TreePlan
        What is planned: seed, threads and features to leave out stay as they are.
    plan : TuningPlan
        With 0 trials, or too few outcomes to judge by, nothing is searched.
    grow : callable
        Grows trees; see `training.fit.grow`.
    keeps : callable, optional
        Asked of the best settings, grown on all rows, until one keeps. When none does, the lowest loss is taken.
    """
    earlier, later = inner_split(received, group)
    if plan.trials == 0 or min(_fewest(label[earlier]), _fewest(label[later])) < LEAST:
        return Tuned(trees, 0, None, None)

    def loss(settings: TreePlan) -> float:
        booster = grow(values[earlier], label[earlier], settings)
        return _log_loss(label[later], np.asarray(booster.predict(values[later], num_threads=1)))

    study = _study(plan.seed)
    study.optimize(lambda trial: loss(_settings(trial, trees)), n_trials=plan.trials, timeout=plan.seconds, n_jobs=1)
    planned = loss(trees)
    tried = [(planned, trees)] + [(float(one.value), replace(trees, **one.params)) for one in study.trials]
    best = sorted(tried, key=lambda one: one[0])[:CONSIDERED]  # of equals, the planned ones come first
    if keeps is None:
        return Tuned(best[0][1], len(study.trials), planned, best[0][0])
    first = next((place for place, (_, one) in enumerate(best) if keeps(grow(values, label, one))), None)
    found, taken = best[first or 0]
    return Tuned(taken, len(study.trials), planned, found, first or 0, first is not None)


def inner_split(received: Instants, group: Ints) -> tuple[Mask, Mask]:
    """Give the rows to learn from and the later ones to judge by, which share no family; masks of shape (n,)."""
    place = np.argsort(np.argsort(received, kind="stable"), kind="stable")
    later = place >= np.floor((1 - LATER) * len(received))
    return ~later & ~np.isin(group, group[later]), later


def _settings(trial: Trial, trees: TreePlan) -> TreePlan:
    """Let the search suggest settings within the bounds."""
    whole: dict[str, Any] = {name: trial.suggest_int(name, *bounds) for name, bounds in BOUNDS.items()}
    return replace(trees, **whole, rate=trial.suggest_float("rate", *RATE, log=True))


def _study(seed: int) -> Any:
    """Begin a search that is kept in memory only and says nothing."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=8))


def _fewest(label: Floats) -> int:
    """Give how many reports have the rarer outcome."""
    return int(min(label.sum(), (1 - label).sum()))


def _log_loss(label: Floats, probability: Floats) -> float:
    """Give the mean log loss."""
    clipped = np.clip(probability, TINY, 1 - TINY)
    return float(-np.mean(np.where(label == 1, np.log(clipped), np.log(1 - clipped))))
