"""Here we look at the model that would be offered: its probes, where it is weaker, and on whom it says nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from features.arrays import Floats, Ints
from features.build import REGISTRY
from features.cases import Cases
from features.codes import ReferralType
from training.bar import probe_figures
from training.inputs import BY, KEYS, Inputs
from training.plan import TrainingPlan
from training.probes import ProbeReport, load_table, run_probes, scorer_of
from training.reason_quality import ReasonQuality, measure
from training.reason_quality.measures import Estimate
from training.reason_quality.stability import moved_rows
from training.seen import silences
from training.validation.abstained import Abstained, abstained
from training.validation.fold import margins
from training.weak_slices import WeakSlices, search
from training.weak_slices.scales import of_codes, of_feature
from triage.shapley import Explained, explain
from triage.support import Support
from triage.venn_abers import VennAbers
from triage.words import Text

MOST_ROWS = 2000
"""Reports, evenly spread over the tested ones, on which monotony is probed."""
MOST_REASONED = 300
"""Reports, evenly spread over the tested ones, whose reasons are measured."""


@dataclass(frozen=True)
class Offered:
    """A model that would be offered, and reports that it has not learned from.

    Attributes
    ----------
    model : str
        LightGBM's text.
    calibration : VennAbers
    support : Support
        What it has seen.
    tested : ndarray of int64
        Reports with a known outcome.
    asked : ndarray of int64
        Also those whose outcome is unknown.
    """

    model: str
    calibration: VennAbers
    support: Support
    tested: Ints
    asked: Ints


@dataclass(frozen=True)
class Candidate:
    """What was found on the model that would be offered.

    Attributes
    ----------
    probes : ProbeReport
    weak : WeakSlices
    abstained : tuple of Abstained
        All reports first.
    reasons : ReasonQuality
        How good its reasons are.
    """

    probes: ProbeReport
    weak: WeakSlices
    abstained: tuple[Abstained, ...]
    reasons: ReasonQuality

    def figures(self) -> dict[str, float]:
        """Give the verdicts of the probes and the figures of the reasons, as the bar reads them."""
        return probe_figures(self.probes) | self.reasons.figures()

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "probes": self.probes.to_dict(),
            "weak_slices": self.weak.to_dict(),
            "abstained": [one.to_dict() for one in self.abstained],
            "reasons": self.reasons.to_dict(),
        }


def examine(offered: Offered, cases: Cases, inputs: Inputs, plan: TrainingPlan) -> Candidate:
    """Probe a model, search for weak slices among reports that it has not learned from, count its silence, try its reasons."""

    def estimate(values: Floats) -> Floats:
        return offered.calibration.probability(margins(offered.model, values))

    probed = inputs.values[offered.tested[:: max(1, len(offered.tested) // MOST_ROWS)]]
    why = silences(inputs, margins(offered.model, inputs.values), offered.support, offered.calibration, plan.widest)
    return Candidate(
        probes=run_probes(scorer_of(estimate), estimate, np.asarray(probed), load_table()),
        weak=_weak(inputs, offered.tested, estimate(inputs.values[offered.tested]), plan.leave_out),
        abstained=tuple(abstained(inputs, why, offered.asked, seed=plan.backtest.seed)),
        reasons=_reasons(offered, cases, inputs, estimate, seed=plan.backtest.seed),
    )


def _reasons(offered: Offered, cases: Cases, inputs: Inputs, estimate: Estimate, *, seed: int) -> ReasonQuality:
    """Measure the reasons for some of the tested reports, evenly spread."""
    rows = offered.tested[:: max(1, len(offered.tested) // MOST_REASONED)][:MOST_REASONED]
    reports = cases.frame("reports")[KEYS].iloc[rows]
    moved = moved_rows(cases, list(reports.itertuples(index=False, name=None)))
    return measure(offered.model, inputs.values[rows], inputs.labels.value[rows], moved, explained, estimate, seed=seed)


def _weak(inputs: Inputs, rows: Ints, estimate: Floats, leave_out: tuple[str, ...]) -> WeakSlices:
    """Search for weak slices; features that the model does not read cut none."""
    kept = [(place, one) for place, one in enumerate(REGISTRY.features) if one.name not in leave_out]
    return search(
        inputs.labels.value[rows],
        estimate,
        inputs.group[rows],
        {one.name: inputs.values[rows, place] for place, one in kept} | {name: inputs.by[name][rows] for name in BY},
        {one.name: Text(one.sv, one.en) for _, one in kept} | BY,
        {one.name: of_feature(one) for _, one in kept} | {"referral_type": of_codes(ReferralType)},
    )


def explained(model: str, values: Floats) -> Explained:
    """Explain feature rows as a bundle does, from a model's text; the margin is LightGBM's own."""
    import lightgbm

    return replace(explain(lightgbm.Booster(model_str=model), values), margin=margins(model, values))
