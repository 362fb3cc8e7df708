"""An outcome is known only where an investigation ended in time; everything else is unknown, never "no need"."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from features.cases import Cases
from training.labels import NEED_CONFIRMED, LabelState, data_end, label

END = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
T0 = pd.Timestamp("2024-01-10T10:00:00Z")


def days(n: float) -> pd.Timestamp:
    return T0 + pd.Timedelta(days=n)


def event(kind: str, at: float, detail: str | None = None, *, case: str | None = "k1", withdrawn: float | None = None):
    return {
        "child_id": "c1",
        "kind": kind,
        "happened_at": days(at),
        "recorded_at": days(at),
        "report_id": "r1",
        "case_id": case,
        "detail": detail,
        "withdrawn_at": pd.NaT if withdrawn is None else days(withdrawn),
    }


def state_of(*events: dict, received: pd.Timestamp = T0) -> str:
    report = {
        "report_id": "r1",
        "child_id": "c1",
        "received_at": received,
        "unit": "u",
        "referral_type": "child_concern_report",
        "reporter": "school",
    }
    frame = pd.DataFrame([{"event_id": f"e{n}", **row} for n, row in enumerate(events)])
    frames = {"reports": pd.DataFrame([report])} | ({"events": frame} if events else {})
    cases = Cases.from_frames(frames)
    assert not cases.set_aside, [problem.text("en") for problem in cases.problems()]
    return str(label(cases, NEED_CONFIRMED, END).state[0])


OPENED = (event("screening_decided", 5, "open"), event("investigation_opened", 5))


@pytest.mark.parametrize(
    ("why", "events", "expected"),
    [
        ("nothing was decided", (), LabelState.NOT_INVESTIGATED),
        ("not opened is not 'no need'", (event("screening_decided", 5, "not_open", case=None),), "not_investigated"),
        ("opened and never closed", OPENED, LabelState.NOT_CONCLUDED),
        ("support decided in time", (*OPENED, event("investigation_closed", 90, "support_decided")), "positive"),
        ("the family declined support", (*OPENED, event("investigation_closed", 90, "declined")), "positive"),
        ("closed without support", (*OPENED, event("investigation_closed", 90, "closed_no_support")), "negative"),
        ("referred elsewhere", (*OPENED, event("investigation_closed", 90, "referred_elsewhere")), "negative"),
        ("discontinued says nothing", (*OPENED, event("investigation_closed", 90, "discontinued")), "not_concluded"),
        ("on the last day", (*OPENED, event("investigation_closed", 180, "support_decided")), "positive"),
        ("a day too late", (*OPENED, event("investigation_closed", 181, "support_decided")), "not_concluded"),
        ("placed while investigated", (*OPENED, event("placement_started", 20, "foster_home")), "positive"),
        ("taken into care", (*OPENED, event("care_order", 20, "lvu_immediate")), "positive"),
        ("placed too late", (*OPENED, event("placement_started", 200, "foster_home")), "not_concluded"),
        (
            "placed in another case",
            (*OPENED, event("placement_started", 20, "foster_home", case="k9")),
            "not_concluded",
        ),
        (
            "a closing that was withdrawn did not happen",
            (*OPENED, event("investigation_closed", 90, "support_decided", withdrawn=95)),
            "not_concluded",
        ),
        (
            "added to an investigation that was ongoing",
            (event("screening_decided", 5, "added_to_ongoing"), event("investigation_closed", 60, "support_decided")),
            "positive",
        ),
    ],
)
def test_outcome_is_what_was_recorded_in_time(why: str, events: tuple, expected: str) -> None:
    assert state_of(*events) == expected, why


def test_report_inside_the_horizon_at_the_end_is_immature_even_when_it_closed_already() -> None:
    late = pd.Timestamp("2024-07-06T00:00:00Z")
    assert state_of(received=late) == LabelState.IMMATURE
    assert state_of(received=pd.Timestamp("2024-07-05T00:00:00Z")) == LabelState.NOT_INVESTIGATED


def test_unknown_is_nan_and_counts_add_up(made) -> None:
    labels = made.trained.labels
    assert np.array_equal(np.isnan(labels.value), ~labels.known)
    assert sum(labels.counts().values()) == len(labels.state)


def test_labels_agree_with_the_generators_definition(municipality) -> None:
    """A second route: the outcome told in plain Python, report by report."""
    from features.folder import load

    cases = load(municipality)
    found = label(cases, NEED_CONFIRMED, data_end(cases))
    end = data_end(cases)
    reports, events = cases.frame("reports"), cases.frame("events")
    events = events[events["withdrawn_at"].isna()]
    by_report = {key: rows for key, rows in events.groupby(["report_id", "child_id"])}  # noqa: C416
    by_case = {key: rows for key, rows in events.groupby("case_id")}  # noqa: C416
    horizon = pd.Timedelta(days=180)
    for row, report in reports.head(1500).iterrows():
        limit = report.received_at + horizon
        mine = by_report.get((report.report_id, report.child_id), events.head(0))
        opened = mine[mine.kind.eq("screening_decided") & mine.detail.isin(["open", "added_to_ongoing"])]
        opened = pd.concat([mine[mine.kind.eq("investigation_opened")], opened]).case_id.dropna()
        if limit > end:
            expected = "immature"
        elif opened.empty:
            expected = "not_investigated"
        else:
            case = by_case[opened.iloc[0]]
            placed = case[case.kind.isin(["placement_started", "care_order"])].happened_at.min()
            closed = case[case.kind.eq("investigation_closed")].sort_values("happened_at").tail(1)
            in_time = len(closed) == 1 and closed.happened_at.iloc[0] <= limit
            how = closed.detail.iloc[0] if in_time else ""
            if how in ("support_decided", "declined") or (pd.notna(placed) and report.received_at <= placed <= limit):
                expected = "positive"
            else:
                expected = "negative" if how in ("closed_no_support", "referred_elsewhere") else "not_concluded"
        assert found.state[row] == expected, report.report_id
