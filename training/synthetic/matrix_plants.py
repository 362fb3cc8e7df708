"""Here we plant leaks in a clean table of features, one at a time, so that the leak audit can be tested.

Each plant takes what an audit of a clean municipality is given and gives the same with one fault in it. Where the fault
is a column, the rebuild makes that column too, as a faulty pipeline would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from features.event_codes import EventKind
from features.kinds import ZONE
from training.leaks.inputs import AuditInputs

if TYPE_CHECKING:
    import pandas as pd

Count = Callable[["pd.DataFrame", "pd.DataFrame"], "pd.Series"]
"""Counts something of the events for every row of the table."""

POST_OUTCOME, SAME_DAY, COPY = "support_offers", "assessments_so_far", "case_status"
"""The columns that are planted."""
PARTS = ("train", "calibrate")
"""The part in which a moved sibling was, and the one it comes to be in."""


def post_outcome_column(clean: AuditInputs) -> AuditInputs:
    """Plant a column that counts offers of support after the report: written when the investigation is nearly over."""

    def count(rows: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
        offers = _paired(rows, events, EventKind.SUPPORT_OFFERED)
        return _count(rows, offers[offers["happened_at"] > offers["received_at"]])

    return _with_column(clean, POST_OUTCOME, count)


def same_day_record(clean: AuditInputs) -> AuditInputs:
    """Plant a count whose cut is the day, not the moment: what was recorded later on the report's day counts too."""

    def count(rows: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
        done = _paired(rows, events, EventKind.PROTECTION_ASSESSMENT)
        recorded, received = (done[name].dt.tz_convert(ZONE).dt.date for name in ("recorded_at", "received_at"))
        return _count(rows, done[recorded <= received])

    return _with_column(clean, SAME_DAY, count)


def sibling_across_split(clean: AuditInputs) -> AuditInputs:
    """Move one sibling of every household with siblings in training to another part of the split."""
    table, columns = clean.table.copy(), clean.columns
    inside = table[table[columns.split] == PARTS[0]]
    last = inside.groupby(columns.household)[columns.entity].agg(["nunique", "max"])
    moved = last.loc[last["nunique"] > 1, "max"]
    table.loc[inside.index[inside[columns.entity].isin(moved)], columns.split] = PARTS[1]
    return replace(clean, table=table)


def immature_label(clean: AuditInputs) -> AuditInputs:
    """Call every outcome that is not yet decided a no: what has not happened yet becomes what never happens."""
    table, columns = clean.table.copy(), clean.columns
    assert clean.end is not None
    assert clean.horizon is not None
    table.loc[table[columns.time] + clean.horizon > clean.end, columns.label] = 0.0
    return replace(clean, table=table)


def duplicated_label(clean: AuditInputs, *, wrong: float = 0.01, seed: int = 0) -> AuditInputs:
    """Plant the label under another name and other values (1 is 3, 0 is 7), with a share ``wrong`` of slips."""
    label = clean.table[clean.columns.label].to_numpy(dtype=np.float64)
    slips = np.random.default_rng(seed).random(len(label)) < wrong
    copy = np.where((label == 1) ^ slips, 3.0, 7.0)
    return _named(clean, clean.table.assign(**{COPY: np.where(np.isnan(label), 7.0, copy)}), COPY)


PLANTS: dict[str, Callable[[AuditInputs], AuditInputs]] = {
    "post_outcome_column": post_outcome_column,
    "same_day_record": same_day_record,
    "sibling_across_split": sibling_across_split,
    "immature_label": immature_label,
    "duplicated_label": duplicated_label,
}
"""Every fault by its name."""


def _with_column(clean: AuditInputs, name: str, count: Count) -> AuditInputs:
    """Add a column to the table, and to what the rebuild makes."""
    make = clean.rebuild
    assert make is not None
    events = {each.name: each.frame for each in clean.events}

    def rebuild(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        return make(rows, tables).assign(**{name: count(rows, tables["events"]).to_numpy()})

    column = count(clean.table, events["events"])
    return _named(replace(clean, rebuild=rebuild), clean.table.assign(**{name: column.to_numpy()}), name)


def _named(clean: AuditInputs, table: pd.DataFrame, name: str) -> AuditInputs:
    """Name a new column of the table as a feature."""
    features = (*(clean.columns.features or ()), name)
    return replace(clean, table=table, columns=replace(clean.columns, features=features))


def _paired(rows: pd.DataFrame, events: pd.DataFrame, kind: EventKind) -> pd.DataFrame:
    """Pair every report with the events of one kind about its child."""
    of_kind = events[events["kind"] == kind.value]
    return rows[["report_id", "child_id", "received_at"]].merge(of_kind.drop(columns="report_id"), on="child_id")


def _count(rows: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """Count the pairs of every report, 0 where there is none."""
    import pandas as pd

    key = ["report_id", "child_id"]
    number = pairs.groupby(key).size()
    return number.reindex(pd.MultiIndex.from_frame(rows[key]), fill_value=0).astype(np.float64)
