"""Here we declare what is predicted: who decides it, within how long, and what is unknown.

An outcome is known only where an investigation was made and ended in time. A report that was not
investigated is unknown, never "no need"; a report inside the horizon at the data's end is immature
and left out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Floats
from features.cases import Cases
from features.event_codes import EventKind, InvestigationOutcome, Screening
from triage.words import Text

if TYPE_CHECKING:
    import pandas as pd


class LabelState(StrEnum):
    """What is known of a report's outcome."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NOT_INVESTIGATED = "not_investigated"
    NOT_CONCLUDED = "not_concluded"
    IMMATURE = "immature"


@dataclass(frozen=True)
class Outcome:
    """A declared outcome.

    Attributes
    ----------
    name : str
    text : Text
        What is estimated, as a board member would say it.
    horizon_days : int
        Days from the report within which the investigation must have ended.
    decided_by : Text
        Who decides the outcome.
    self_deciding : bool
        Whether that is the unit that sees the score.
    positive, unknown : Text
        What counts as yes, and what is not known.
    closed_positive, closed_negative : tuple of InvestigationOutcome
    """

    name: str
    text: Text
    horizon_days: int
    decided_by: Text
    self_deciding: bool
    positive: Text
    unknown: Text
    closed_positive: tuple[InvestigationOutcome, ...]
    closed_negative: tuple[InvestigationOutcome, ...]


NEED_CONFIRMED = Outcome(
    name="need_confirmed",
    text=Text(
        "att en utredning av anmälan bekräftar behov av insats inom 180 dagar",
        "that an investigation of the report confirms a need of support within 180 days",
    ),
    horizon_days=180,
    decided_by=Text(
        "den enhet i socialtjänsten som utreder, alltså samma organisation som ser uppskattningen",
        "the social services unit that investigates: the same organisation that sees the estimate",
    ),
    self_deciding=True,
    positive=Text(
        "utredningen avslutades med beslut om insats, familjen tackade nej till en erbjuden insats, "
        "eller barnet placerades eller vårdas enligt LVU i samma ärende",
        "the investigation closed with a decision on support, the family declined support that was offered, "
        "or the child was placed or taken into care in the same case",
    ),
    unknown=Text(
        "anmälningar som inte utreddes, och utredningar som avskrevs eller inte var klara i tid; "
        "de räknas aldrig som att behov saknas",
        "reports that were not investigated, and investigations discontinued or not finished in time; "
        "they never count as no need",
    ),
    closed_positive=(InvestigationOutcome.SUPPORT_DECIDED, InvestigationOutcome.DECLINED),
    closed_negative=(InvestigationOutcome.NO_SUPPORT, InvestigationOutcome.REFERRED),
)


@dataclass(frozen=True)
class Labels:
    """Outcomes of all sound reports, in the table's order.

    Attributes
    ----------
    outcome : Outcome
    state : ndarray of str, shape (n,)
        Values of `LabelState`.
    """

    outcome: Outcome
    state: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Tell where the outcome is known, shape (n,)."""
        return np.isin(self.state, [LabelState.POSITIVE.value, LabelState.NEGATIVE.value])

    @property
    def value(self) -> Floats:
        """Give 1 for yes, 0 for no and NaN for everything that is not known, shape (n,)."""
        value = np.full(len(self.state), np.nan)
        value[self.state == LabelState.POSITIVE.value] = 1.0
        value[self.state == LabelState.NEGATIVE.value] = 0.0
        return value

    def counts(self) -> dict[str, int]:
        """Count the reports in each state."""
        return {state.value: int((self.state == state.value).sum()) for state in LabelState}


def data_end(cases: Cases) -> dt.datetime:
    """Give the last moment at which anything was recorded."""
    import pandas as pd

    times = [cases.frame("reports")["received_at"], cases.frame("events")["recorded_at"]]
    last: dt.datetime = pd.concat(times).max().to_pydatetime()
    return last


def label(cases: Cases, outcome: Outcome, end: dt.datetime) -> Labels:
    """Give every sound report its outcome, as far as it is known at the data's end.

    Parameters
    ----------
    cases : Cases
    outcome : Outcome
    end : datetime.datetime
        The data's end: a report whose horizon reaches beyond it is immature.
    """
    import pandas as pd

    reports = cases.frame("reports")
    horizon = pd.Timedelta(days=outcome.horizon_days)
    case = _case_of(reports, _standing(cases))
    closed, adverse = _case_outcomes(_standing(cases))
    limit = reports["received_at"] + horizon
    found = _look_up(case, closed["detail"])
    closed_in_time = _look_up(case, closed["happened_at"]) <= limit
    adverse_in_time = _look_up(case, adverse).between(reports["received_at"], limit)
    positive = (closed_in_time & found.isin([str(code) for code in outcome.closed_positive])) | adverse_in_time
    negative = closed_in_time & found.isin([str(code) for code in outcome.closed_negative])
    state = np.select(
        [
            (limit > end).to_numpy(),
            case.isna().to_numpy(),
            positive.to_numpy(dtype=bool),
            negative.to_numpy(dtype=bool),
        ],
        [
            LabelState.IMMATURE.value,
            LabelState.NOT_INVESTIGATED.value,
            LabelState.POSITIVE.value,
            LabelState.NEGATIVE.value,
        ],
        default=LabelState.NOT_CONCLUDED.value,
    )
    return Labels(outcome, state)


def _standing(cases: Cases) -> pd.DataFrame:
    """Give the events that were not withdrawn."""
    events = cases.frame("events")
    return events[events["withdrawn_at"].isna()]


def _case_of(reports: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Give every report the case in which it was investigated; missing when it was not."""
    import pandas as pd

    keys = ["report_id", "child_id"]
    opened = events[events["kind"] == EventKind.INVESTIGATION_OPENED.value]
    screened = events[
        (events["kind"] == EventKind.SCREENING_DECIDED.value)
        & events["detail"].isin([Screening.OPEN.value, Screening.ADDED_TO_ONGOING.value])
    ]
    linked = pd.concat([opened, screened])[[*keys, "case_id"]].dropna()
    first = linked.drop_duplicates(keys).set_index(keys)["case_id"]
    found = first.reindex(pd.MultiIndex.from_frame(reports[keys]))
    return pd.Series(found.to_numpy(), index=reports.index, dtype="str")


def _look_up(case: pd.Series, values: pd.Series) -> pd.Series:
    """Give each report the value of its case; missing where there is no case or no value."""
    import pandas as pd

    return pd.Series(values.reindex(case).array, index=case.index)


def _case_outcomes(events: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Give how and when each case closed, and when a child was first placed or taken into care in it."""
    closed = events[(events["kind"] == EventKind.INVESTIGATION_CLOSED.value) & events["case_id"].notna()]
    care = events[
        events["kind"].isin([EventKind.PLACEMENT_STARTED.value, EventKind.CARE_ORDER.value]) & events["case_id"].notna()
    ]
    last = closed.sort_values(["happened_at", "event_id"]).drop_duplicates("case_id", keep="last").set_index("case_id")
    return last[["detail", "happened_at"]], care.groupby("case_id", observed=True)["happened_at"].min()
