"""Here we look at the model that would be offered: the probes, and the slices of reports in which it is weaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats, Ints
from features.build import REGISTRY
from training.bar import probe_figures
from training.inputs import BY, Inputs
from training.probes import ProbeReport, load_table, run_probes, scorer_of
from training.validation.fold import margins
from training.weak_slices import WeakSlices, search
from triage.venn_abers import VennAbers
from triage.words import Text

MOST_ROWS = 2000
"""Reports, evenly spread over the tested ones, on which monotony is probed."""


@dataclass(frozen=True)
class Candidate:
    """What was found on the model that would be offered.

    Attributes
    ----------
    probes : ProbeReport
    weak : WeakSlices
    """

    probes: ProbeReport
    weak: WeakSlices

    def figures(self) -> dict[str, float]:
        """Give the verdicts of the probes as the bar reads them."""
        return probe_figures(self.probes)

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {"probes": self.probes.to_dict(), "weak_slices": self.weak.to_dict()}


def examine(model: str, calibration: VennAbers, inputs: Inputs, rows: Ints, leave_out: tuple[str, ...]) -> Candidate:
    """Probe a model, and search for weak slices among reports that it has not learned from.

    Parameters
    ----------
    model : str
        LightGBM's text.
    calibration : VennAbers
    inputs : Inputs
    rows : ndarray of int64
        Tested reports with a known outcome.
    leave_out : tuple of str
        Features that the model does not read; slices are not cut by them either.
    """

    def estimate(values: Floats) -> Floats:
        return calibration.probability(margins(model, values))

    probed = inputs.values[rows[:: max(1, len(rows) // MOST_ROWS)]]
    kept = [(place, one) for place, one in enumerate(REGISTRY.features) if one.name not in leave_out]
    weak = search(
        inputs.labels.value[rows],
        estimate(inputs.values[rows]),
        inputs.group[rows],
        {one.name: inputs.values[rows, place] for place, one in kept} | {name: inputs.by[name][rows] for name in BY},
        {one.name: Text(one.sv, one.en) for _, one in kept} | BY,
    )
    return Candidate(run_probes(scorer_of(estimate), estimate, np.asarray(probed), load_table()), weak)
