"""Here we go from cases to a bundle: labels, split, trees, calibration, figures on the last period, card facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Floats
from features.build import REGISTRY
from features.cases import Cases
from training.beside import prior_reports
from training.callbacks import Say, nobody
from training.figures import Figures, measure
from training.fit import calibrate, grow, model_text, splits
from training.inputs import Inputs
from training.labelling.labels import Labels
from training.plan import TrainingPlan
from training.seen import Silent, count_silent, learn_support
from training.split import Split, split
from triage.bundle_facts import BundleFacts
from triage.law import Law
from triage.shapley import explain
from triage.support import Support
from triage.venn_abers import VennAbers

if TYPE_CHECKING:
    from lightgbm import Booster


MOST_SAMPLED = 1000
"""Reports that pictures of many reports show."""


@dataclass(frozen=True)
class Sample:
    """Feature rows and what each feature adds to them.

    Attributes
    ----------
    values, contributions : ndarray of float64, shape (n, k)
    base : ndarray of float64, shape (n,)
    """

    values: Floats
    contributions: Floats
    base: Floats


@dataclass(frozen=True)
class Trained:
    """The result of a training.

    Attributes
    ----------
    model : str
        LightGBM's text.
    facts : BundleFacts
    figures : Figures
    labels : Labels
    split : Split
    importance : dict of str to float
        Each feature's share of the mean absolute contribution on the test part; without those left out.
    splits : dict of str to int
        How many splits of the trees read each feature.
    silent : Silent
        On whom the model would have said nothing in the tested period.
    data_end : datetime.datetime
    sample : Sample
        Some tested reports with their contributions, for pictures.
    """

    model: str
    facts: BundleFacts
    figures: Figures
    labels: Labels
    split: Split
    importance: dict[str, float]
    splits: dict[str, int]
    silent: Silent
    data_end: dt.datetime
    sample: Sample

    def __repr__(self) -> str:
        """Say how good it is beside the simple baseline."""
        found = self.figures
        return (
            f"Trained({self.facts.name}: AUC {found.model.value:.3f}, prior reports alone {found.baseline.value:.3f})"
        )


def train(cases: Cases, inputs: Inputs, law: Law, plan: TrainingPlan, say: Say = nobody) -> Trained:
    """Train the model that is offered, and measure it.

    Parameters
    ----------
    cases : Cases
    inputs : Inputs
        What `training.inputs.gather` read of the same cases.
    law : Law
        Its fingerprint goes into the bundle.
    plan : TrainingPlan
        Its trees are grown as they are planned; nothing is searched for here.
    say : callable, optional
        Told each step.

    Raises
    ------
    TrainingRefused
        When the data cannot carry a model, with the numbers.
    """
    rows, label = inputs.rows, inputs.labels.value
    parts = split(cases.frame("reports"), inputs.labels, inputs.end, plan.split)
    say("trees")
    booster = grow(rows.values[parts.train.rows], label[parts.train.rows], plan.trees)
    say("calibration")
    margin = np.asarray(booster.predict(rows.values, raw_score=True, num_threads=1), dtype=np.float64)
    table = calibrate(margin[parts.calibrate.rows], label[parts.calibrate.rows])
    limit = round(float(np.quantile(margin[parts.calibrate.all_rows], 1 - plan.capacity)), 6)
    support = learn_support(inputs, parts.train.rows, plan.leave_out)
    facts = _facts(inputs, law, plan, parts, table, support, limit)
    say("figures")
    return Trained(
        model=model_text(booster),
        facts=facts,
        figures=_figures(inputs, plan, parts, table.probability(margin)),
        labels=inputs.labels,
        split=parts,
        importance=_importance(booster, rows.values[parts.test.rows], plan.leave_out),
        splits=splits(booster),
        silent=count_silent(inputs, margin, parts.test.all_rows, facts),
        data_end=inputs.end,
        sample=_sample(booster, rows.values[parts.test.rows]),
    )


def _figures(inputs: Inputs, plan: TrainingPlan, parts: Split, probability: Floats) -> Figures:
    """Measure the estimates on the tested part, beside a count of earlier reports."""
    label, learned, tested = inputs.labels.value, parts.train.rows, parts.test.rows
    count = prior_reports.fit(inputs.values[learned], label[learned], inputs.rows.names)
    return measure(
        label=label[tested],
        probability=probability[tested],
        baseline=count.score(inputs.values[tested]),
        ceiling=None if inputs.ceiling is None else inputs.ceiling[tested],
        household=inputs.group[tested],
        capacity=plan.capacity,
        seed=plan.trees.seed,
    )


def _importance(booster: Booster, values: Floats, leave_out: tuple[str, ...]) -> dict[str, float]:
    """Give each feature's share of the mean absolute contribution, largest first."""
    mean = np.abs(explain(booster, values).contributions).mean(axis=0)
    shares = {name: float(share) for name, share in zip(REGISTRY.names, mean / mean.sum(), strict=True)}
    read = ((name, share) for name, share in shares.items() if name not in leave_out)
    return dict(sorted(read, key=lambda item: (-item[1], item[0])))


def _sample(booster: Booster, values: Floats) -> Sample:
    """Explain some of the tested reports, evenly spread."""
    some = values[:: max(1, len(values) // MOST_SAMPLED)][:MOST_SAMPLED]
    told = explain(booster, some)
    return Sample(some, told.contributions, np.full(len(some), told.base))


def _facts(
    inputs: Inputs, law: Law, plan: TrainingPlan, parts: Split, table: VennAbers, support: Support, limit: float
) -> BundleFacts:
    """Gather what the bundle says of itself."""
    return BundleFacts(
        name=plan.name,
        features=inputs.rows.names,
        features_fingerprint=inputs.rows.fingerprint,
        law_fingerprint=law.fingerprint,
        data_digest=inputs.digest,
        calibration=table,
        support=support,
        widest=plan.widest,
        outcome=plan.outcome.text,
        horizon_days=plan.outcome.horizon_days,
        prioritise_margin=limit,
        prioritise_at=round(float(table.probability(np.array([limit]))[0]), 6),
        capacity=plan.capacity,
        trained_from=parts.train.start.date().isoformat(),
        trained_to=parts.train.end.date().isoformat(),
        synthetic=plan.synthetic,
        seed=plan.trees.seed,
        versions={name: version(name) for name in ("orosanmalan-triage", "lightgbm", "numpy", "scikit-learn")},
    )
