"""Here we go from cases to a bundle: labels, split, trees, calibration, figures on the last period, card facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Floats
from features.build import REGISTRY, Rows, build
from features.cases import Cases
from training.figures import Figures, measure
from training.fit import TreePlan, calibrate, grow, model_text, splits
from training.labels import NEED_CONFIRMED, Labels, Outcome, data_end, label
from training.seen import Silent, count_silent, learn_support
from training.split import Split, SplitPlan, families, split
from triage.bundle_facts import BundleFacts
from triage.law import Law
from triage.support import Support
from triage.venn_abers import VennAbers

if TYPE_CHECKING:
    import pandas as pd
    from lightgbm import Booster

PRIOR_REPORTS = ("reports_90", "reports_365", "reports_1095")
"""The simple baseline: how many reports came before, in three years."""
WIDEST = 0.10
"""An interval wider than this is no estimate: one report more would move it by more than 10 of 100.

So wide an interval rests on fewer than ten calibration reports. A constant, not a share of the calibration period: a share
would silence as many with a good calibration as with a poor one.
"""


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
    widest : float
        The model abstains on an interval wider than this.
    synthetic : bool
        Whether the cases are made up: the card's first line depends on it.
    contact : str
    """

    name: str = "orosanmalan-triage"
    outcome: Outcome = NEED_CONFIRMED
    split: SplitPlan = field(default_factory=SplitPlan)
    trees: TreePlan = field(default_factory=TreePlan)
    capacity: float = 0.2
    widest: float = WIDEST
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
        Each feature's share of the mean absolute contribution on the test part; without those left out.
    splits : dict of str to int
        How many splits of the trees read each feature.
    silent : Silent
        On whom the model would have said nothing in the tested period.
    data_end : datetime.datetime
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
    table = calibrate(margin[parts.calibrate.rows], labels.value[parts.calibrate.rows])
    probability = table.probability(margin)
    limit = round(float(np.quantile(margin[parts.calibrate.all_rows], 1 - plan.capacity)), 6)
    support = learn_support(cases, rows, parts.train.rows, plan.trees.leave_out)
    facts = _facts(cases, law, plan, rows, parts, table, support, limit)
    say("figures")
    tested = parts.test.rows
    family = families(reports).iloc[tested].to_numpy()
    return Trained(
        model=model_text(booster),
        facts=facts,
        figures=measure(
            label=labels.value[tested],
            probability=probability[tested],
            baseline=prior_reports(rows)[tested],
            ceiling=_ceiling(reports.iloc[tested], truth),
            household=np.unique(family, return_inverse=True)[1],
            capacity=plan.capacity,
            seed=plan.trees.seed,
        ),
        labels=labels,
        split=parts,
        importance=_importance(booster, rows.values[tested], plan.trees.leave_out),
        splits=splits(booster),
        silent=count_silent(cases, rows, margin, parts.test.all_rows, facts),
        data_end=end,
    )


def prior_reports(rows: Rows) -> Floats:
    """Give the simple baseline: earlier reports in three years, shape (n,)."""
    columns = [rows.names.index(name) for name in PRIOR_REPORTS]
    count: Floats = rows.values[:, columns].sum(axis=1)
    return count


def _ceiling(reports: pd.DataFrame, truth: pd.DataFrame | None) -> Floats | None:
    """Give the generator's own probability for each report, where there is a generator."""
    import pandas as pd

    if truth is None:
        return None
    keys = ["report_id", "child_id"]
    known = truth.set_index(keys)["label_probability"]
    return np.asarray(known.reindex(pd.MultiIndex.from_frame(reports[keys])), dtype=np.float64)


def _importance(booster: Booster, values: Floats, leave_out: tuple[str, ...]) -> dict[str, float]:
    """Give each feature's share of the mean absolute contribution, largest first."""
    parts = np.asarray(booster.predict(values, pred_contrib=True, num_threads=1))[:, :-1]
    mean = np.abs(parts).mean(axis=0)
    shares = {name: float(share) for name, share in zip(REGISTRY.names, mean / mean.sum(), strict=True)}
    read = ((name, share) for name, share in shares.items() if name not in leave_out)
    return dict(sorted(read, key=lambda item: (-item[1], item[0])))


def _facts(
    cases: Cases,
    law: Law,
    plan: TrainingPlan,
    rows: Rows,
    parts: Split,
    table: VennAbers,
    support: Support,
    limit: float,
) -> BundleFacts:
    """Gather what the bundle says of itself."""
    return BundleFacts(
        name=plan.name,
        features=rows.names,
        features_fingerprint=rows.fingerprint,
        law_fingerprint=law.fingerprint,
        data_digest=cases.digest(),
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
