"""Here we learn what training has seen, and tell on whom the model would have kept silent for lack of it.

That is told over whole columns; a test compares it with what `triage.assess_all` answers report by report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints, Mask
from features.codes import Concern
from training.inputs import Inputs
from triage.bundle_facts import BundleFacts
from triage.support import Support, learn
from triage.venn_abers import VennAbers

if TYPE_CHECKING:
    import pandas as pd

SILENCES = ("unit_not_trained", "no_concern", "outside_training", "interval_too_wide")
"""Why the model says nothing about a report that could be read, in the order in which it is asked."""


@dataclass(frozen=True)
class Silent:
    """On how many reports the model would have said nothing, and how wide its intervals were.

    Attributes
    ----------
    reports : int
        All of the tested period, with or without a known outcome.
    by_reason : dict of str to int
        Each silent report once, under the first reason that holds.
    width_median, width_95 : float
        Of the intervals of all these reports.
    """

    reports: int
    by_reason: dict[str, int]
    width_median: float
    width_95: float

    @property
    def share(self) -> float:
        """Share of the reports on which the model says nothing."""
        return sum(self.by_reason.values()) / self.reports


def learn_support(inputs: Inputs, trained: Ints, leave_out: Sequence[str]) -> Support:
    """Learn what the training reports held, of every feature that the trees may read and of every code list.

    Parameters
    ----------
    inputs : Inputs
    trained : ndarray of int64
        Rows that the trees were grown on.
    leave_out : sequence of str
        Features that no tree may read: whatever they hold moves nothing.
    """
    names = inputs.rows.names
    kept = [column for column, name in enumerate(names) if name not in leave_out]
    said = inputs.said[inputs.said["row"].isin(trained)]
    codes = {str(field): held["code"].tolist() for field, held in said.groupby("field")}
    return learn(inputs.values[trained][:, kept], [names[column] for column in kept], codes)


def silences(
    inputs: Inputs, margin: Floats, support: Support, calibration: VennAbers, widest: float
) -> NDArray[np.str_]:
    """Tell why the model would have said nothing: the first of `SILENCES` that holds, or nothing, shape (n,).

    Parameters
    ----------
    inputs : Inputs
    margin : ndarray of float64, shape (n,)
        Raw log-odds of all reports.
    support : Support
    calibration : VennAbers
    widest : float
        The model says nothing where the interval is wider.
    """
    said, names, reports = inputs.said, inputs.rows.names, len(margin)
    pairs = list(zip(said["field"], said["code"], strict=True))
    unseen = said[[code not in support.codes.get(field, ()) for field, code in pairs]]
    stated = said[(said["field"] == "concerns") & (said["code"] != Concern.NOT_STATED.value)]
    beyond = support.beyond(inputs.values[:, [names.index(name) for name in support.names]])
    holds: tuple[Mask, ...] = (
        _marked(reports, unseen[unseen["field"] == "unit"]),
        ~_marked(reports, stated),
        _marked(reports, unseen) | beyond.any(axis=1),
        calibration.width(margin) > widest,
    )
    first: NDArray[Any] = np.select(holds, SILENCES, default="")
    return first


def count_silent(inputs: Inputs, margin: Floats, asked: Ints, facts: BundleFacts) -> Silent:
    """Count on how many reports the model would have said nothing.

    Parameters
    ----------
    inputs : Inputs
    margin : ndarray of float64, shape (n,)
        Raw log-odds of all reports.
    asked : ndarray of int64
        Rows of the reports to count.
    facts : BundleFacts
    """
    why = silences(inputs, margin, facts.support, facts.calibration, facts.widest)[asked]
    middle, wide = np.quantile(facts.calibration.width(margin[asked]), [0.5, 0.95])
    return Silent(len(asked), reasons(why), float(middle), float(wide))


def reasons(why: NDArray[np.str_]) -> dict[str, int]:
    """Count each reason for silence, also those that never came."""
    counts = Counter(why.tolist())
    return {reason: counts[reason] for reason in SILENCES}


def _marked(reports: int, said: pd.DataFrame) -> Mask:
    """Mark the reports that say any of this."""
    marked = np.zeros(reports, dtype=np.bool_)
    marked[said["row"].to_numpy()] = True
    return marked
