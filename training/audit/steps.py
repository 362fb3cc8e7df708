"""Here we follow each report along the chain of decisions: score, screening, investigation, support offered, support accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Ints, Mask
from features.cases import Cases
from features.event_codes import EventKind, InvestigationOutcome, Screening
from training.inputs import KEYS
from triage.words import Text

if TYPE_CHECKING:
    import pandas as pd

BY_CASE = ["child_id", "case_id"]


@dataclass(frozen=True)
class Step:
    """One step of the chain.

    Attributes
    ----------
    code : str
    title : Text
        The share that is counted.
    among : Text
        Of whom.
    """

    code: str
    title: Text
    among: Text


STEPS = (
    Step(
        "prioritised",
        Text("andel som modellen prioriterar", "share that the model prioritises"),
        Text("alla anmälningar", "all reports"),
    ),
    Step(
        "opened",
        Text("andel där utredning inleds", "share on which an investigation is opened"),
        Text("alla anmälningar", "all reports"),
    ),
    Step(
        "confirmed",
        Text("andel där utredningen finner behov av insats", "share whose investigation finds a need of support"),
        Text("avslutade utredningar", "investigations that were closed"),
    ),
    Step(
        "offered",
        Text("andel som erbjuds insats", "share that is offered support"),
        Text("avslutade utredningar", "investigations that were closed"),
    ),
    Step(
        "accepted",
        Text("andel som tar emot insatsen", "share that accepts the support"),
        Text("dem som erbjöds insats", "those who were offered support"),
    ),
)
FOUND = (InvestigationOutcome.SUPPORT_DECIDED.value, InvestigationOutcome.DECLINED.value)
JUDGED = (*FOUND, InvestigationOutcome.NO_SUPPORT.value, InvestigationOutcome.REFERRED.value)


@dataclass(frozen=True, eq=False)
class Steps:
    """Who reached each step, and who passed it.

    Attributes
    ----------
    reached, passed : mapping of str to ndarray of bool, shape (n,)
        By the code of the step.
    """

    reached: Mapping[str, Mask]
    passed: Mapping[str, Mask]


def steps(cases: Cases, rows: Ints, prioritised: Mask) -> Steps:
    """Follow reports along the chain.

    Parameters
    ----------
    cases : Cases
    rows : ndarray of int64, shape (n,)
        Rows of the reports table; all should have had the time that the chain takes.
    prioritised : ndarray of bool, shape (n,)
        Whom the model prioritises.
    """
    reports, events = cases.frame("reports").iloc[rows], cases.frame("events")
    opened = _any_of(events, KEYS, reports, EventKind.SCREENING_DECIDED, (Screening.OPEN.value,))
    case = _case_of(events, reports)
    closed = _any_of(events, BY_CASE, case, EventKind.INVESTIGATION_CLOSED, JUDGED) & opened
    found = _any_of(events, BY_CASE, case, EventKind.INVESTIGATION_CLOSED, FOUND) & closed
    offered = _any_of(events, BY_CASE, case, EventKind.SUPPORT_OFFERED) & closed
    accepted = _any_of(events, BY_CASE, case, EventKind.SUPPORT_ACCEPTED) & offered
    everyone = np.ones(len(rows), dtype=np.bool_)
    return Steps(
        {"prioritised": everyone, "opened": everyone, "confirmed": closed, "offered": closed, "accepted": offered},
        {"prioritised": prioritised, "opened": opened, "confirmed": found, "offered": offered, "accepted": accepted},
    )


def _case_of(events: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Give child and case of the investigation that each report led to; no case where there was none."""
    opened = events[events["kind"] == EventKind.INVESTIGATION_OPENED.value]
    first = opened.dropna(subset=["report_id", "case_id"]).drop_duplicates(KEYS)[[*KEYS, "case_id"]]
    return reports[KEYS].merge(first, on=KEYS, how="left")[BY_CASE]


def _any_of(
    events: pd.DataFrame, keys: list[str], asked: pd.DataFrame, kind: EventKind, details: tuple[str, ...] = ()
) -> Mask:
    """Tell for whom something of a kind happened, shape (n,)."""
    import pandas as pd

    mine = events[(events["kind"] == kind.value) & (events["detail"].isin(details) if details else True)]
    mine = mine.dropna(subset=keys)
    there = pd.MultiIndex.from_frame(asked[keys]).isin(pd.MultiIndex.from_frame(mine[keys].drop_duplicates()))
    happened: Mask = np.asarray(there, dtype=np.bool_) & asked[keys].notna().all(axis=1).to_numpy()
    return happened
