"""Here we run a whole validation: everything read once, folds one after the other, each kept as soon as it is finished."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from features.cases import Cases
from training.backtest import Fold, rolling_origin
from training.callbacks import Clock, Done, Say, no_clock, nobody
from training.inputs import Inputs, gather
from training.plan import TrainingPlan
from training.seen import learn_support
from training.validation.candidate import Offered, examine
from training.validation.code import code
from training.validation.fold import FoldResult, run_fold
from training.validation.kept import Beginning, begin, keep, kept, sha
from training.validation.result import Validation
from training.validation.summary import summarise

if TYPE_CHECKING:
    import pandas as pd

VERSIONED = ("orosanmalan-triage", "lightgbm", "numpy", "optuna", "scikit-learn")


def validate(
    cases: Cases,
    plan: TrainingPlan,
    *,
    truth: pd.DataFrame | None = None,
    folder: Path | None = None,
    resume: bool = False,
    say: Say = nobody,
    done: Done = nobody,
    clock: Clock = no_clock,
) -> Validation:
    """Validate a way of training, and probe its newest model: that of the newest fold's first turn.

    Parameters
    ----------
    cases : Cases
    plan : TrainingPlan
    truth : pandas.DataFrame, optional
        The hidden truth of a synthetic municipality; gives the ceiling.
    folder : Path, optional
        Where finished folds are kept.
    resume : bool
        Take over folds that are kept there; they must have been made of the same plan, data, features and versions.
    say : callable
        Told each step, with the counts of every label and the digest of the bar before the first fold.
    done : callable
        Told how many folds are finished, of how many.
    clock : callable
        Gives seconds, for what LightGBM's fit takes of the whole; without one both are 0.

    Raises
    ------
    TrainingRefused
        When the data cannot carry the plan, with the numbers; or when kept folds were made of something else.

    Examples
    --------
    ::

        from features.folder import load
        from training.plan import read_plan
        from training.validation import validate

        found = validate(load(Path("cases")), read_plan())
        found, found.frame(), found.shortfalls
    """
    inputs = gather(cases, plan, say, truth)
    found = backtest(inputs, plan, folder=folder, resume=resume, say=say, done=done, clock=clock)
    say("probes and weak slices of the newest model")
    return look_at_newest(found, cases, inputs, plan)


def backtest(
    inputs: Inputs,
    plan: TrainingPlan,
    *,
    folder: Path | None = None,
    resume: bool = False,
    say: Say = nobody,
    done: Done = nobody,
    clock: Clock = no_clock,
) -> Validation:
    """Run every fold and sum up, without a candidate; arguments as for `validate`."""
    folds = cut(inputs, plan)
    start = beginning(inputs, plan)
    say(f"bar: {plan.bar.digest()}")
    if folder is not None:
        begin(folder, start, resume=resume)
    results = []
    for number, result in enumerate(_results(inputs, folds, plan, start.key, folder, clock, say), start=1):
        results.append(result)
        done(number, len(folds))
    say("figures")
    return summarise(inputs, plan, start.parts, folds, results)


def look_at_newest(found: Validation, cases: Cases, inputs: Inputs, plan: TrainingPlan) -> Validation:
    """Take the model of the newest fold's first turn for the one that would be offered, and look at it and at what it tested."""
    newest, turn = found.newest, found.periods[-1].fold.turns[0]
    support = learn_support(inputs, turn.train.rows, plan.leave_out)
    offered = Offered(newest.model, newest.calibration, support, turn.test.rows, turn.test.all_rows)
    return replace(found, candidate=examine(offered, cases, inputs, plan))


def cut(inputs: Inputs, plan: TrainingPlan) -> tuple[Fold, ...]:
    """Cut the reports into the folds of a plan."""
    horizon = dt.timedelta(days=plan.outcome.horizon_days)
    return rolling_origin(
        inputs.received,
        inputs.end - horizon,
        horizon,
        inputs.family,
        label=inputs.labels.value,
        test_span=dt.timedelta(days=plan.backtest.test_days),
        calibrate_span=dt.timedelta(days=plan.backtest.calibrate_days),
        cuts=plan.backtest.cuts,
        turns=plan.backtest.turns,
        calibrate_families=plan.backtest.calibrate_households,
        seed=plan.backtest.seed,
    )


AUDIT = frozenset({"justifications", "deep_audit"})
"""What a plan says of the audit of groups, which comes after everything that is learned."""


def beginning(inputs: Inputs, plan: TrainingPlan) -> Beginning:
    """Say what a run depends on; how groups are audited afterwards is no part of it."""
    learned = {name: part for name, part in plan.to_dict().items() if name not in AUDIT}
    planned = json.dumps(learned, sort_keys=True, separators=(",", ":")).encode()
    parts = {"plan": sha(planned), "data": inputs.digest, "features": inputs.rows.fingerprint, "code": code()}
    versions = {f"version of {name}": version(name) for name in VERSIONED}
    return Beginning(parts | versions, plan.bar.to_dict() | {"digest": plan.bar.digest()})


def _results(
    inputs: Inputs,
    folds: Sequence[Fold],
    plan: TrainingPlan,
    key: str,
    folder: Path | None,
    clock: Clock,
    say: Say,
) -> Iterator[FoldResult]:
    """Give every fold's result, by time: the kept one, or a new one that is kept at once."""
    for fold in folds:
        say(f"fold {fold.number} of {len(folds)}")
        found = None if folder is None else kept(folder, key, fold.number)
        if found is None:
            found = run_fold(inputs, folds, fold, plan, clock)
            if folder is not None:
                keep(folder, key, found)
        yield found
