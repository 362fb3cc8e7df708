"""Two step functions stay two step functions: on any margin, through JSON, and never when a table is broken."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.venn_abers import REACH, VennAbers

TABLE = VennAbers(p0_knots=(-1.0, 2.0), p0=(0.0, 0.25, 0.5), p1_knots=(-1.0,), p1=(0.25, 1.0))
PLAIN = TABLE.to_dict()


@st.composite
def tables(draw) -> VennAbers:
    """Any table: p0 rises to at most the middle, p1 from there."""
    middle = draw(st.floats(0, 1))
    p0 = sorted(draw(st.lists(st.floats(0, middle), min_size=1, max_size=6)))
    p1 = sorted(draw(st.lists(st.floats(middle, 1), min_size=1, max_size=6)))
    knots = st.floats(-50, 50)
    p0_knots = sorted(draw(st.lists(knots, min_size=len(p0) - 1, max_size=len(p0) - 1, unique=True)))
    p1_knots = sorted(draw(st.lists(knots, min_size=len(p1) - 1, max_size=len(p1) - 1, unique=True)))
    return VennAbers(tuple(p0_knots), tuple(p0), tuple(p1_knots), tuple(p1))


@pytest.mark.parametrize(
    ("margin", "p0", "p1"),
    [
        (-math.inf, 0.0, 0.25),
        (-1.5, 0.0, 0.25),
        (-1.0, 0.25, 0.25),  # tied with a calibration report: p0 has stepped, p1 has not
        (0.0, 0.25, 1.0),
        (2.0, 0.5, 1.0),
        (math.inf, 0.5, 1.0),
    ],
)
def test_a_margin_on_before_and_beyond_a_knot(margin: float, p0: float, p1: float) -> None:
    low, high = TABLE.steps(np.array([margin]))
    assert (low[0], high[0]) == (p0, p1)


@settings(max_examples=100, deadline=None)
@given(tables(), st.lists(st.floats(-60, 60), min_size=1, max_size=5))
def test_what_is_told_is_the_mean_of_the_steps_around_a_margin(table: VennAbers, margins) -> None:
    """Two routes: the area under the steps, and the mean of many steps side by side."""
    margin, many = np.array(margins), 40_001
    around = margin[:, None] + np.linspace(-REACH, REACH, many)
    by_hand = [side.reshape(around.shape).mean(axis=1) for side in table.steps(around.ravel())]
    low, high = table.interval(margin)
    np.testing.assert_allclose([low, high], by_hand, rtol=0, atol=2 * (len(table.p0) + len(table.p1)) / many)
    np.testing.assert_allclose(table.width(margin), high - low)
    np.testing.assert_allclose(table.probability(margin), high / (1 - low + high), rtol=0, atol=1e-12)


def test_no_step_is_a_cliff() -> None:
    """However high a step, moving a margin by so much moves its estimate by that share of the reach at most."""
    cliff = VennAbers((0.0,), (0.0, 1.0), (-1e-9,), (0.0, 1.0))
    margin = np.linspace(-1, 1, 201)
    assert np.abs(np.diff(cliff.probability(margin))).max() <= 0.01 / (2 * REACH) + 1e-9
    assert cliff.probability(np.array([-np.inf, -REACH, 0.0, REACH, np.inf])) == pytest.approx(
        [0, 0, 0.5, 1, 1], abs=1e-6
    )


@settings(max_examples=150, deadline=None)
@given(tables(), st.lists(st.floats(-60, 60), min_size=1, max_size=30))
def test_the_probability_lies_in_its_interval_and_never_falls_with_the_margin(table: VennAbers, margins) -> None:
    margin = np.sort(np.array(margins))
    low, high = table.interval(margin)
    probability = table.probability(margin)
    assert (low <= probability).all()
    assert (probability <= high).all()
    for rising in (low, high, probability):
        assert (np.diff(rising) >= -1e-15).all()


@settings(max_examples=150, deadline=None)
@given(tables(), st.lists(st.floats(-60, 60), min_size=1, max_size=30))
def test_a_table_through_json_gives_the_same_bits(table: VennAbers, margins) -> None:
    again = VennAbers.from_dict(json.loads(json.dumps(table.to_dict(), allow_nan=False)))
    assert again == table
    np.testing.assert_array_equal(again.probability(np.array(margins)), table.probability(np.array(margins)))


def test_company_changes_no_estimate() -> None:
    margin = np.linspace(-3, 3, 41)
    alone = [TABLE.probability(margin[[row]])[0] for row in range(41)]
    np.testing.assert_array_equal(alone, TABLE.probability(margin))


def test_a_margin_that_is_no_number_has_no_estimate() -> None:
    margin = np.array([math.nan, 0.0])
    low, high = TABLE.interval(margin)
    assert np.isnan([low[0], high[0], TABLE.probability(margin)[0], TABLE.width(margin)[0]]).all()
    assert not np.isnan([low[1], high[1]]).any()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"p0": [0.0, 0.25]}, "p0 needs one value more than knots; got 2 for 2"),
        ({"p0_knots": [2.0, -1.0]}, "p0 needs ascending knots"),
        ({"p0_knots": [2.0, 2.0]}, "p0 needs ascending knots"),
        ({"p0_knots": [-1.0, math.inf]}, "p0 must hold finite numbers"),
        ({"p1_knots": [math.nan]}, "p1 must hold finite numbers"),
        ({"p1": [math.nan, 1.0]}, "p1 must hold finite numbers"),
        ({"p1": [0.25, 1.01]}, "p1 must lie in 0 to 1"),
        ({"p0": [-0.01, 0.25, 0.5]}, "p0 must lie in 0 to 1"),
        ({"p0": [0.0, 0.5, 0.25]}, "p0 must not fall"),
        ({"p0": [0.3, 0.3, 0.5]}, "p0 must not exceed p1; at margin -inf"),
        ({"p0": [0.0, 0.3, 0.5]}, "at margin -1 they are 0.3 and 0.25"),  # only where the margin equals the knot
        ({"p1": [0.25, "1"]}, "p1 must hold numbers; got '1'"),
        ({"p1": [0.25, True]}, "p1 must hold numbers; got True"),
        ({"p1": [0.25, None]}, "p1 must hold numbers; got None"),
        ({"p2": []}, "must be .* got .*p2"),
    ],
)
def test_a_broken_table_is_refused_and_what_is_wrong_is_named(change: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        VennAbers.from_dict(PLAIN | change)


@pytest.mark.parametrize("missing", sorted(PLAIN))
def test_a_missing_table_is_refused(missing: str) -> None:
    with pytest.raises(ValueError, match="Calibration tables must be"):
        VennAbers.from_dict({name: values for name, values in PLAIN.items() if name != missing})
