"""What training has seen is inside, what it has not seen is named, and a rare value is not experience."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from triage.support import FEWEST_SEEN, SLACK, Support, learn

NAMES = ("flag", "count", "days", "always", "never")


def training() -> np.ndarray:
    """Give 200 reports: a flag, a count up to 4, days with gaps in knowledge, a feature always known, one never."""
    rng = np.random.default_rng(1)
    days = rng.integers(10, 400, 200).astype(float)
    days[:40] = np.nan
    count = np.resize([0.0, 1.0, 2.0, 4.0], 200)
    return np.column_stack([np.resize([0.0, 1.0], 200), count, days, rng.normal(size=200), np.full(200, np.nan)])


def outside(held: Support, row: np.ndarray) -> tuple[str, ...]:
    """Name the features of one report that lie outside."""
    (found,) = held.beyond(row[np.newaxis])
    return tuple(name for name, one in zip(held.names, found, strict=True) if one)


SEEN = learn(training(), NAMES, {"unit": ["north"] * 5 + ["south"] * 4, "concern": ["neglect"] * 9})
ROW = np.array([1.0, 2.0, 100.0, 0.0, np.nan])


def test_a_report_like_those_in_training_has_nothing_outside() -> None:
    assert outside(SEEN, ROW) == ()
    assert SEEN.unseen({"unit": ["north"], "concern": ["neglect"]}) == ()


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("flag", 4.0),
        ("count", 13.0),
        ("days", 1300.0),
        ("days", -900.0),
        ("always", math.nan),  # training always knew it
        ("always", math.inf),
        ("never", 0.0),  # training never knew it
    ],
)
def test_what_training_has_not_seen_is_named(feature: str, value: float) -> None:
    row = ROW.copy()
    row[NAMES.index(feature)] = value
    assert outside(SEEN, row) == (feature,)


def test_all_features_outside_are_named_in_the_order_of_the_columns() -> None:
    assert outside(SEEN, np.array([9.0, 19.0, 9e9, np.nan, 9.0])) == NAMES


@pytest.mark.parametrize(
    ("feature", "value"), [("count", 3.0), ("count", 5.0), ("count", 12.0), ("days", 1095.0), ("days", math.nan)]
)
def test_what_time_alone_can_bring_is_not_outside(feature: str, value: float) -> None:
    """A value between those met, a history three times as long as training's, and an unknown that training met too."""
    row = ROW.copy()
    row[NAMES.index(feature)] = value
    assert outside(SEEN, row) == ()


def test_unknown_units_and_codes_are_given_with_their_field() -> None:
    assert SEEN.unseen({"unit": ["south", "north"], "concern": ["school", "neglect"]}) == (
        ("unit", "south"),  # four reports are too few
        ("concern", "school"),
    )
    assert SEEN.unseen({"reporter": ["police"]}) == (("reporter", "police"),)


COLUMN = st.lists(
    st.one_of(st.integers(-3, 3).map(float), st.floats(-50, 50), st.just(math.nan)), min_size=1, max_size=60
)


@settings(max_examples=200, deadline=None)
@given(COLUMN, st.one_of(st.integers(-4, 4).map(float), st.floats(-60, 60), st.just(math.nan)))
@example([0.0] * FEWEST_SEEN, 0.0)
@example([math.nan] * FEWEST_SEEN, math.nan)
@example([0.5] * FEWEST_SEEN, 0.5)
@example([0.5, *[1.5] * 8, 2.5], 1.5)
def test_inside_means_within_what_enough_reports_reach_and_two_widths_of_it(column: list[float], value: float) -> None:
    values = np.array(column)
    found = outside(learn(values[:, np.newaxis], ["x"], {}), np.array([value]))
    known = values[~np.isnan(values)]
    reached = [one for one in known if min((known <= one).sum(), (known >= one).sum()) >= FEWEST_SEEN]
    if math.isnan(value):
        inside = len(values) - len(known) >= FEWEST_SEEN
    else:
        slack = SLACK * (max(reached) - min(reached)) if reached else 0.0
        inside = bool(reached) and min(reached) - slack <= value <= max(reached) + slack
    assert found == (() if inside else ("x",))


def test_no_limit_and_no_value_rests_on_one_child() -> None:
    values = np.column_stack([np.arange(100.0), np.zeros(100)])
    values[0] = (5000.0, 7.0)
    held = learn(values, ["days", "placements"], {})
    assert held.high[0] == 96.0
    assert (held.low[1], held.high[1]) == (0.0, 0.0)
    assert outside(held, np.array([50.0, 1.0])) == ("placements",)
    assert "5000" not in json.dumps(held.to_dict())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.floats(-500, 500) | st.just(math.nan), min_size=5, max_size=5), min_size=1, max_size=8))
def test_one_report_gets_the_same_answer_alone_and_in_company(rows: list[list[float]]) -> None:
    values = np.array(rows)
    beyond = SEEN.beyond(values)
    assert beyond.shape == values.shape
    for row, found in zip(values, beyond, strict=True):
        assert outside(SEEN, row) == tuple(name for name, one in zip(NAMES, found, strict=True) if one)


def test_the_order_of_training_rows_changes_nothing() -> None:
    assert learn(training()[::-1], NAMES, {}) == learn(training(), NAMES, {})


def test_support_through_json_is_the_same() -> None:
    assert Support.from_dict(json.loads(json.dumps(SEEN.to_dict(), allow_nan=False))) == SEEN


def test_nothing_learned_means_everything_is_outside() -> None:
    held = learn(np.zeros((0, 2)), ["a", "b"], {})
    assert outside(held, np.array([0.0, math.nan])) == ("a", "b")


@pytest.mark.parametrize(
    "change",
    [
        {"names": NAMES[:4]},
        {"names": ("flag",) * 5},
        {"low": (2.0, *SEEN.low[1:])},
        {"low": (None, *SEEN.low[1:])},
        {"high": (math.inf, *SEEN.high[1:])},
    ],
)
def test_limits_that_do_not_belong_together_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"Support (needs|of 'flag')"):
        replace(SEEN, **change)


@pytest.mark.parametrize("plain", [{}, {"features": None, "codes": {}}, {"features": [{"name": "x"}], "codes": {}}])
def test_a_broken_support_is_refused(plain: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="does not hold together"):
        Support.from_dict(plain)


def test_rows_of_another_shape_and_infinite_training_values_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(n, 5\); got \(1, 4\)"):
        SEEN.beyond(np.zeros((1, 4)))
    with pytest.raises(ValueError, match="'b' holds an infinite value"):
        learn(np.array([[0.0, math.inf]]), ["a", "b"], {})
