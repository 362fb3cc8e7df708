"""Here we choose the reports of a case folder that a bundle has not learned from."""

from __future__ import annotations

import numpy as np

from features.arrays import Ints
from features.cases import Cases
from training.inputs import Inputs
from training.plan import TrainingPlan
from training.split import split
from triage.bundle_facts import BundleFacts
from triage.errors import TrainingRefused


def unseen(cases: Cases, inputs: Inputs, facts: BundleFacts, plan: TrainingPlan) -> Ints:
    """Choose reports that a bundle has not learned from, and whose outcome has had its time.

    Parameters
    ----------
    cases : Cases
    inputs : Inputs
        Gathered from the same cases.
    facts : BundleFacts
    plan : TrainingPlan
        That the bundle was trained with; read where these are the cases it was trained on.

    Returns
    -------
    ndarray of int64
        The tested part where these are the bundle's own cases; else what came in after it was trained.

    Raises
    ------
    TrainingRefused
        When there is none, with the dates.
    """
    if inputs.digest == facts.data_digest:
        return split(cases.frame("reports"), inputs.labels, inputs.end, plan.split).test.all_rows
    ends = np.datetime64(inputs.end.replace(tzinfo=None), "us") - np.timedelta64(facts.horizon_days, "D")
    later = np.flatnonzero((inputs.received >= np.datetime64(facts.trained_to)) & (inputs.received < ends))
    if not len(later):
        msg = (
            f"The bundle learned from reports until {facts.trained_to}; no report came in after that and before "
            f"{ends.astype('datetime64[D]')}, so that its outcome is known. Give a later case folder."
        )
        raise TrainingRefused(msg)
    return np.asarray(later, dtype=np.int64)
