"""Here we go from cases to a bundle: labels, split, trees, calibration, figures on the last period, card facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Floats, Ints
from features.build import REGISTRY, Rows, build
from features.cases import Cases
from training.figures import Figures, measure
from training.fit import TreePlan, calibrate, grow, model_text
from training.labels import NEED_CONFIRMED, Labels, Outcome, data_end, label
from training.split import Split, SplitPlan, split
from triage.bundle import BundleFacts, Calibration
from triage.law import Law

if TYPE_CHECKING:
    import pandas as pd
    from lightgbm import Booster

PRIOR_REPORTS = ("reports_90", "reports_365", "reports_1095")
"""The simple baseline: how many reports came before, in three years."""


@dataclass(frozen=True)
class TrainingPlan:
    """Everything that decides what a training gives.

    Attributes
    ----------
    name : str
    outcome : Outcome
    split : SplitPlan
    trees : TreePlan
    capacity : float
        Share of reports that the unit can read first.
    synthetic : bool
        Whether the cases are made up: the card's first line depends on it.
    contact : str
    """

    name: str = "orosanmalan-triage"
    outcome: Outcome = NEED_CONFIRMED
    split: SplitPlan = field(default_factory=SplitPlan)
    trees: TreePlan = field(default_factory=TreePlan)
    capacity: float = 0.2
    synthetic: bool = False
    contact: str = "the unit that trained the model"


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
        Each feature's share of the mean absolute contribution on the test part.
    data_end : datetime.datetime
    """

    model: str
    facts: BundleFacts
    figures: Figures
    labels: Labels
    split: Split
    importance: dict[str, float]
    data_end: dt.datetime

    def __repr__(self) -> str:
        """Say how good it is beside the simple baseline."""
        found = self.figures
        return (
            f"Trained({self.facts.name}: AUC {found.model.value:.3f}, prior reports alone {found.baseline.value:.3f})"
        )


def train(
    cases: Cases,
    law: Law,
    plan: TrainingPlan,
    truth: pd.DataFrame | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Trained:
    """Train and measure.

    Parameters
    ----------
    cases : Cases
    law : Law
        Its fingerprint goes into the bundle.
    plan : TrainingPlan
    truth : pandas.DataFrame, optional
        The hidden truth of a synthetic municipality; gives the ceiling.
    say : callable, optional
        Told each step.

    Raises
    ------
    TrainingRefused
        When the data cannot carry a model, with the numbers.
    """
    say("labels")
    end = data_end(cases)
    labels = label(cases, plan.outcome, end)
    reports = cases.frame("reports")
    parts = split(reports, labels, end, plan.split)
    say("features")
    rows = build(cases)
    say("trees")
    booster = grow(rows.values[parts.train.rows], labels.value[parts.train.rows], plan.trees)
    say("calibration")
    margin = np.asarray(booster.predict(rows.values, raw_score=True, num_threads=1), dtype=np.float64)
    line = calibrate(margin[parts.calibrate.rows], labels.value[parts.calibrate.rows])
    probability = line.probability(margin)
    say("figures")
    tested = parts.test.rows
    return Trained(
        model=model_text(booster),
        facts=_facts(cases, law, plan, rows, reports, parts, line, probability),
        figures=measure(
            label=labels.value[tested],
            probability=probability[tested],
            baseline=prior_reports(rows)[tested],
            ceiling=_ceiling(reports.iloc[tested], truth),
            household=households(reports.iloc[tested]),
            capacity=plan.capacity,
            seed=plan.trees.seed,
        ),
        labels=labels,
        split=parts,
        importance=_importance(booster, rows.values[tested]),
        data_end=end,
    )


def prior_reports(rows: Rows) -> Floats:
    """Give the simple baseline: earlier reports in three years, shape (n,)."""
    columns = [rows.names.index(name) for name in PRIOR_REPORTS]
    count: Floats = rows.values[:, columns].sum(axis=1)
    return count


def households(reports: pd.DataFrame) -> Ints:
    """Number the households; a child without one is a household of its own."""
    import pandas as pd

    household = reports["household_id"].fillna("child:" + reports["child_id"])
    return np.asarray(pd.factorize(household)[0], dtype=np.int64)


def _ceiling(reports: pd.DataFrame, truth: pd.DataFrame | None) -> Floats | None:
    """Give the generator's own probability for each report, where there is a generator."""
    import pandas as pd

    if truth is None:
        return None
    keys = ["report_id", "child_id"]
    known = truth.set_index(keys)["label_probability"]
    return np.asarray(known.reindex(pd.MultiIndex.from_frame(reports[keys])), dtype=np.float64)


def _importance(booster: Booster, values: Floats) -> dict[str, float]:
    """Give each feature's share of the mean absolute contribution, largest first."""
    parts = np.asarray(booster.predict(values, pred_contrib=True, num_threads=1))[:, :-1]
    mean = np.abs(parts).mean(axis=0)
    shares = {name: float(share) for name, share in zip(REGISTRY.names, mean / mean.sum(), strict=True)}
    return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))


def _facts(
    cases: Cases,
    law: Law,
    plan: TrainingPlan,
    rows: Rows,
    reports: pd.DataFrame,
    parts: Split,
    line: Calibration,
    probability: Floats,
) -> BundleFacts:
    """Gather what the bundle says of itself."""
    trained = reports.iloc[parts.train.rows]
    limit = float(np.quantile(probability[parts.calibrate.all_rows], 1 - plan.capacity))
    return BundleFacts(
        name=plan.name,
        features=rows.names,
        features_fingerprint=rows.fingerprint,
        law_fingerprint=law.fingerprint,
        data_digest=cases.digest(),
        calibration=line,
        outcome=plan.outcome.text,
        horizon_days=plan.outcome.horizon_days,
        prioritise_at=round(limit, 6),
        capacity=plan.capacity,
        units=tuple(sorted(trained["unit"].unique())),
        trained_from=parts.train.start.date().isoformat(),
        trained_to=parts.train.end.date().isoformat(),
        synthetic=plan.synthetic,
        seed=plan.trees.seed,
        versions={name: version(name) for name in ("orosanmalan-triage", "lightgbm", "numpy", "scikit-learn")},
    )
