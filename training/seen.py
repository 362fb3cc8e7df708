"""Here we learn what training has seen, and count on whom the model would have kept silent for lack of it.

The count goes over whole columns; a test compares it with what `triage.assess_all` answers report by report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Floats, Ints, Mask
from features.build import Rows
from features.cases import Cases
from features.codes import Concern
from triage.bundle_facts import BundleFacts
from triage.support import Support, learn

if TYPE_CHECKING:
    import pandas as pd

KEYS = ["report_id", "child_id"]
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


def learn_support(cases: Cases, rows: Rows, trained: Ints, leave_out: Sequence[str]) -> Support:
    """Learn what the training reports held, of every feature that the trees may read and of every code list.

    Parameters
    ----------
    cases : Cases
    rows : Rows
        Of all reports.
    trained : ndarray of int64
        Rows that the trees were grown on.
    leave_out : sequence of str
        Features that no tree may read: whatever they hold moves nothing.
    """
    kept = [column for column, name in enumerate(rows.names) if name not in leave_out]
    said = _said(cases)
    said = said[said["row"].isin(trained)]
    codes = {str(field): held["code"].tolist() for field, held in said.groupby("field")}
    return learn(rows.values[trained][:, kept], [rows.names[column] for column in kept], codes)


def count_silent(cases: Cases, rows: Rows, margin: Floats, asked: Ints, facts: BundleFacts) -> Silent:
    """Count on how many reports the model would have said nothing.

    Parameters
    ----------
    cases : Cases
    rows : Rows
        Of all reports.
    margin : ndarray of float64, shape (n,)
        Raw log-odds of all reports.
    asked : ndarray of int64
        Rows of the reports to count.
    facts : BundleFacts
    """
    said, support = _said(cases), facts.support
    pairs = list(zip(said["field"], said["code"], strict=True))
    unseen = said[[code not in support.codes.get(field, ()) for field, code in pairs]]
    stated = said[(said["field"] == "concerns") & (said["code"] != Concern.NOT_STATED.value)]
    beyond = support.beyond(rows.values[:, [rows.names.index(name) for name in support.names]])
    width = facts.calibration.width(margin)
    holds = (
        _marked(len(margin), unseen[unseen["field"] == "unit"]),
        ~_marked(len(margin), stated),
        _marked(len(margin), unseen) | beyond.any(axis=1),
        width > facts.widest,
    )
    first = np.select([part[asked] for part in holds], SILENCES, default="")
    counts = Counter(first.tolist())
    middle, wide = np.quantile(width[asked], [0.5, 0.95])
    return Silent(len(asked), {reason: counts[reason] for reason in SILENCES}, float(middle), float(wide))


def _marked(reports: int, said: pd.DataFrame) -> Mask:
    """Mark the reports that say any of this."""
    marked = np.zeros(reports, dtype=np.bool_)
    marked[said["row"].to_numpy()] = True
    return marked


def _said(cases: Cases) -> pd.DataFrame:
    """Give every code of every report: row, field, code."""
    import pandas as pd

    reports, concerns = cases.frame("reports"), cases.frame("concerns")
    reports = reports.assign(row=np.arange(len(reports)))
    of_report = reports.melt("row", ["unit", "referral_type", "reporter"], "field", "code")
    of_concerns = concerns[[*KEYS, "concern"]].merge(reports[[*KEYS, "row"]], on=KEYS)
    of_concerns = of_concerns.rename(columns={"concern": "code"}).assign(field="concerns")
    return pd.concat([of_report, of_concerns[["row", "field", "code"]]], ignore_index=True)
