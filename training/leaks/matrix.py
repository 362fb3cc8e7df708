"""Here we turn a case folder into what a leak audit is given: our own features, labels, split, events and rebuild."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from features.build import build
from features.cases import Cases, to_arrow
from features.schema import TABLES
from training.labelling.labels import NEED_CONFIRMED, Labels, data_end, label
from training.leaks.inputs import AuditInputs, Columns, EventTable, Rebuild
from training.split import SplitPlan, split
from triage.errors import TrainingRefused

if TYPE_CHECKING:
    import pandas as pd

KEY = ["report_id", "child_id"]
REPORTS, CONCERNS, EVENTS, INSTRUMENTS = "reports", "concerns", "events", "instruments"


def inputs_of(cases: Cases, plan: SplitPlan | None = None) -> AuditInputs:
    """Give everything that an audit of our own features needs.

    Parameters
    ----------
    cases : Cases
    plan : SplitPlan, optional
        How a training would split; where the data cannot carry the split, there is none.
    """
    import pandas as pd

    reports, end, rows = cases.frame(REPORTS), data_end(cases), build(cases)
    labels = label(cases, NEED_CONFIRMED, end)
    parts = _split(reports, labels, end, plan or SplitPlan())
    own = reports[[*KEY, "household_id", "received_at"]].assign(outcome=labels.value)
    if parts is not None:
        own = own.assign(part=parts)
    return AuditInputs(
        table=pd.concat([own, pd.DataFrame(rows.values, columns=list(rows.names))], axis=1),
        columns=Columns(
            entity="child_id",
            time="received_at",
            label="outcome",
            features=rows.names,
            household="household_id",
            split=None if parts is None else "part",
        ),
        events=_events(cases),
        rebuild=rebuilder(cases),
        horizon=dt.timedelta(days=NEED_CONFIRMED.horizon_days),
        end=max([end, *_recorded(cases)]),
    )


def rebuilder(cases: Cases) -> Rebuild:
    """Give a function that makes our features anew from some of the reports and from truncated tables.

    Nothing is checked again: what is sound stays sound when rows are taken away.
    """
    import pandas as pd

    def key_of(name: str) -> pd.MultiIndex:
        return pd.MultiIndex.from_frame(cases.frame(name)[KEY])

    reports, concerns = key_of(REPORTS), key_of(CONCERNS)

    def rebuild(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        asked = pd.MultiIndex.from_frame(rows[KEY])
        left = {
            REPORTS: cases.tables[REPORTS].take(reports.get_indexer(asked)),
            CONCERNS: cases.tables[CONCERNS].filter(concerns.isin(asked)),
            **{name: to_arrow(frame, TABLES[name].arrow()) for name, frame in tables.items()},
        }
        made = build(replace(cases, tables=MappingProxyType({**cases.tables, **left})))
        return pd.DataFrame(made.values, columns=list(made.names))

    return rebuild


def _events(cases: Cases) -> tuple[EventTable, ...]:
    """Give the two tables of the data contract that say what happened, each with its two clocks."""
    return (
        EventTable(
            EVENTS, cases.frame(EVENTS), "child_id", "happened_at", known="recorded_at", withdrawn="withdrawn_at",
            kind="kind",
        ),
        EventTable(
            INSTRUMENTS, cases.frame(INSTRUMENTS), "child_id", "completed_at", known="recorded_at", kind="instrument",
            value="total",
        ),
    )  # fmt: skip


def _recorded(cases: Cases) -> list[dt.datetime]:
    """Give when the last instrument was recorded, where there is one: `data_end` looks at reports and events."""
    times = cases.frame(INSTRUMENTS)["recorded_at"].dropna()
    return [times.max().to_pydatetime()] if len(times) else []


def _split(reports: pd.DataFrame, labels: Labels, end: dt.datetime, plan: SplitPlan) -> np.ndarray | None:
    """Name the part of every report that a training would use; None where the data cannot carry a split."""
    try:
        made = split(reports, labels, end, plan)
    except TrainingRefused:
        return None
    parts = np.full(len(reports), None, dtype=object)
    for part in (made.train, made.calibrate, made.test):
        parts[part.rows] = part.name
    return parts
