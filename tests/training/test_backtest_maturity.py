"""Immature is never "no": what has not had its horizon has no outcome, however it may have ended already."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.backtest import State, check_matured, matured
from triage.errors import TrainingRefused

END = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
HORIZON = dt.timedelta(days=100)
DAY = np.timedelta64(1, "D")
LAST = np.datetime64("2025-01-01", "us")


@pytest.mark.parametrize(
    ("why", "days_before_end", "label", "known_after", "state"),
    [
        ("decided in time", 200, 0.0, 50, State.KNOWN),
        ("decided on the last day", 200, 1.0, 100, State.KNOWN),
        ("decided a day too late", 200, 1.0, 101, State.UNKNOWN),
        ("never decided", 200, np.nan, None, State.UNKNOWN),
        ("has had its whole horizon", 100, 0.0, 50, State.KNOWN),
        ("lacks a day of its horizon, though decided", 99, 0.0, 5, State.IMMATURE),
        ("lacks a day of its horizon, though need was found", 99, 1.0, 5, State.IMMATURE),
        ("came in at the end", 0, np.nan, None, State.IMMATURE),
    ],
)
def test_state_follows_from_receipt_horizon_and_end(why, days_before_end, label, known_after, state) -> None:
    received = np.array([LAST - days_before_end * DAY])
    known_at = np.array(["NaT" if known_after is None else received[0] + known_after * DAY], dtype="datetime64[us]")
    found = matured(received, np.array([label]), horizon=HORIZON, end=END, known_at=known_at)
    assert found.state.tolist() == [state], why
    assert found.label.tolist() == [label] if state is State.KNOWN else np.isnan(found.label).all()


ROWS = st.lists(st.tuples(st.integers(0, 300), st.sampled_from([0.0, 1.0, np.nan])), min_size=1, max_size=40)


@settings(deadline=None)
@given(ROWS)
def test_every_report_is_in_one_state_and_only_the_known_have_a_label(rows) -> None:
    received = LAST - np.array([days for days, _ in rows]) * DAY
    label = np.array([value for _, value in rows])
    found = matured(received, label, horizon=HORIZON, end=END)
    assert sum(found.to_dict().values()) == len(rows)
    assert np.array_equal(~np.isnan(found.label), found.state == State.KNOWN.value)
    assert set(found.state[received > LAST - 100 * DAY]) <= {State.IMMATURE.value}
    assert found.until == END - HORIZON
    check_matured(received, found.label, horizon=HORIZON, end=END)


def test_immature_reports_counted_as_no_are_refused_with_the_numbers() -> None:
    received = LAST - np.arange(200) * DAY
    label = np.zeros(200)
    label[:10] = 1
    with pytest.raises(TrainingRefused, match=r"100 of 200 reports .* less than 100 days .* 90 of them 'no'"):
        check_matured(received, label, horizon=HORIZON, end=END)


def test_what_contradicts_itself_is_refused() -> None:
    received = np.array([LAST + DAY, LAST - 200 * DAY])
    with pytest.raises(TrainingRefused, match=r"1 of 2 reports were received after the data's end \(2025-01-01\)"):
        matured(received, np.zeros(2), horizon=HORIZON, end=END)
    with pytest.raises(TrainingRefused, match="1 of 1 outcomes are older than their reports"):
        matured(received[1:], np.zeros(1), horizon=HORIZON, end=END, known_at=received[1:] - DAY)
