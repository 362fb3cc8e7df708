"""Here we find the reports that wait at a moment: received before it, and no preliminary assessment decided before it."""

from __future__ import annotations

import datetime as dt

from features.cases import Cases
from features.event_codes import EventKind
from features.records import Key


def waiting(cases: Cases, at: dt.datetime) -> tuple[Key, ...]:
    """Give the sound reports that wait at a moment, in the table's order.

    Parameters
    ----------
    cases : Cases
    at : datetime.datetime
        With offset. What was recorded at or after it is not known.

    Returns
    -------
    tuple of (report_id, child_id)
        Reports that were set aside are not here: `triage.assess_all` gives them all the same.
    """
    import pandas as pd

    keys = ["report_id", "child_id"]
    reports, events = cases.frame("reports"), cases.frame("events")
    decided = events[
        (events["kind"] == EventKind.SCREENING_DECIDED.value)
        & (events["recorded_at"] < at)
        & ~(events["withdrawn_at"] < at)
    ]
    done = pd.MultiIndex.from_frame(reports[keys]).isin(pd.MultiIndex.from_frame(decided[keys]))
    open_ones = reports[(reports["received_at"] < at) & ~done]
    return tuple(open_ones[keys].itertuples(index=False, name=None))
