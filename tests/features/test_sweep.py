"""Here we hold both sweeps to the paired route and to each other: the same numbers, bit for bit the same whatever stands around."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import features.buckets
import features.sweep
from features.compiled import available
from features.flatten import _entries, _paired
from features.history import Edge
from features.sweep import sweep
from features.windows import DAY, How, Window

Row = tuple[int, int, float]
"""Entity, moment, value."""

HOWS: tuple[How, ...] = get_args(How)
EVER = 10**16
REACHES = ((0, 1), (0, 3), (2, 5), (3, 3 + 10**15), (0, EVER))
WINDOWS = [Window(how, (0,), near, far) for near, far in REACHES for how in HOWS]
ADDED = np.array([one.how in {"sum", "mean"} for one in WINDOWS])
FAR_APART = 50_000


@pytest.fixture(scope="module", autouse=True, params=["ranges", "loops"])
def route(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every test of this module runs on both routes, whatever the size of its tables."""
    if request.param == "loops":
        pytest.importorskip("numba")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features.buckets, "WORTH_COMPILING", 0 if request.param == "loops" else sys.maxsize)
        yield request.param


def columns(rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    entity, moment, value = zip(*rows, strict=True) if rows else ((),) * 3
    return np.array(entity, dtype=np.int64), np.array(moment, dtype=np.int64), np.array(value, float)


def swept(
    rows: Sequence[Row], asked: Sequence[tuple[int, int]], *, edge: Edge = "strict", threads: int = 2
) -> np.ndarray:
    who, at = np.array(asked, dtype=np.int64).reshape(-1, 2).T
    return sweep(*columns(rows), WINDOWS, who, at, edge=edge, threads=threads)


def paired_up(rows: Sequence[Row], asked: Sequence[tuple[int, int]], *, edge: Edge = "strict") -> np.ndarray:
    who, at = np.array(asked, dtype=np.int64).reshape(-1, 2).T
    return _paired(_entries(*columns(rows), None, None), WINDOWS, who, at, edge=edge, threads=2)


def same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and one.tobytes() == other.tobytes()


ENTITIES = st.sampled_from([0, 1, 2, FAR_APART])
MOMENTS = st.builds(sum, st.tuples(st.sampled_from([0, 0, 0, -(10**15), 10**15]), st.integers(-6, 6)))
"""Few, on both sides of 1970, so that ties and edges happen all the time; and some so far off that sorting is rough."""
ASKED = st.lists(st.tuples(ENTITIES, MOMENTS), max_size=12)
HALVES = st.integers(-9, 9).map(lambda halves: halves / 2)
"""Sums of these are exact, in whatever order."""
POSITIVE = st.floats(1e-3, 1e6)
"""Sums of these differ in their last digits."""
EDGES = st.sampled_from(get_args(Edge))


def rows_of(values: st.SearchStrategy[float]) -> st.SearchStrategy[list[Row]]:
    return st.lists(st.tuples(ENTITIES, MOMENTS, values), max_size=40)


# --- the same numbers as the paired route -------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(rows_of(HALVES), ASKED, EDGES)
def test_where_sums_are_exact_every_number_equals_the_paired_route(
    rows: list[Row], asked: list[tuple[int, int]], edge: Edge
) -> None:
    np.testing.assert_array_equal(swept(rows, asked, edge=edge), paired_up(rows, asked, edge=edge))


@settings(max_examples=100, deadline=None)
@given(rows_of(POSITIVE), ASKED, EDGES)
def test_sums_and_means_differ_from_the_paired_route_in_their_last_digits_and_nothing_else_differs(
    rows: list[Row], asked: list[tuple[int, int]], edge: Edge
) -> None:
    mine, paired = swept(rows, asked, edge=edge), paired_up(rows, asked, edge=edge)
    np.testing.assert_array_equal(mine[:, ~ADDED], paired[:, ~ADDED])
    np.testing.assert_allclose(mine[:, ADDED], paired[:, ADDED], rtol=1e-12, atol=0)


@settings(max_examples=40, deadline=None)
@given(rows_of(POSITIVE), ASKED, EDGES, st.integers(1, 4))
def test_threads_change_no_bit(rows: list[Row], asked: list[tuple[int, int]], edge: Edge, threads: int) -> None:
    assert same_bits(swept(rows, asked, edge=edge, threads=threads), swept(rows, asked, edge=edge))


def test_one_entity_with_very_many_rows_equals_the_paired_route() -> None:
    rng = np.random.default_rng(3)
    moments, values = rng.integers(-DAY, DAY, 30_000).tolist(), rng.integers(-99, 99, 30_000).astype(float).tolist()
    rows = [(0, moment, value) for moment, value in zip(moments, values, strict=True)]
    asked = [(0, moment + tick) for moment in moments[:3] for tick in (0, 1)] + [(1, 0), (0, 2 * DAY)]
    mine = swept(rows, asked)
    np.testing.assert_array_equal(mine, paired_up(rows, asked))
    assert mine[-1, WINDOWS.index(Window("count", (0,), 0, EVER))] == 30_000


# --- one route and the other ---------------------------------------------------------------------------------------


def by_routes(rows: Sequence[Row], asked: Sequence[tuple[int, int]], edge: Edge) -> tuple[np.ndarray, np.ndarray]:
    who, at = np.array(asked, dtype=np.int64).reshape(-1, 2).T
    made = []
    for least in (0, sys.maxsize):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(features.buckets, "WORTH_COMPILING", least)
            made.append(sweep(*columns(rows), WINDOWS, who, at, edge=edge))
    return made[0], made[1]


def hold_together(rows: Sequence[Row], asked: Sequence[tuple[int, int]], edge: Edge) -> None:
    looped, ranged = by_routes(rows, asked, edge)
    assert same_bits(looped[:, ~ADDED], ranged[:, ~ADDED])
    np.testing.assert_allclose(looped[:, ADDED], ranged[:, ADDED], rtol=1e-12, atol=0)


@settings(max_examples=150, deadline=None)
@given(rows_of(st.one_of(POSITIVE, st.sampled_from([np.nan, 0.0, -0.0]))), ASKED, EDGES)
def test_both_routes_give_the_same_bits_except_in_the_last_digits_of_sums_also_where_a_value_is_absent(
    rows: list[Row], asked: list[tuple[int, int]], edge: Edge
) -> None:
    hold_together(rows, asked, edge)


@pytest.mark.parametrize("edge", get_args(Edge))
@pytest.mark.parametrize("spread", [1, 50, DAY])
def test_both_routes_agree_where_entities_have_very_few_or_very_many_rows_and_share_instants(
    spread: int, edge: Edge
) -> None:
    rng = np.random.default_rng(spread)
    whose = np.minimum(rng.geometric(0.01, 20_000) // 20, 40) * 7
    values = np.where(rng.random(20_000) < 0.01, np.nan, rng.gamma(2, 9, 20_000))
    rows = list(zip(whose.tolist(), rng.integers(-spread, spread, 20_000).tolist(), values.tolist(), strict=True))
    hold_together(rows, [(who, moment) for who in range(0, 290, 5) for moment in (-spread, 0, 1, spread)], edge)


def test_where_numba_is_absent_large_tables_have_the_same_numbers(monkeypatch: pytest.MonkeyPatch, route: str) -> None:
    rows = [(0, -place, float(place)) for place in range(5)]
    with_it = swept(rows, [(0, 0), (0, 9)])
    monkeypatch.setitem(sys.modules, "numba", None)
    assert not available()
    np.testing.assert_array_equal(swept(rows, [(0, 0), (0, 9)]), with_it)


def test_only_large_tables_ask_for_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    least = 1_000
    monkeypatch.setattr(features.buckets, "WORTH_COMPILING", least)
    asked_for: list[bool] = []
    monkeypatch.setattr(features.buckets, "available", lambda: bool(asked_for.append(True)))
    rows = [(0, place, 1.0) for place in range(least - 1)]
    swept(rows[1:], [(0, 0)])
    assert not asked_for
    swept(rows, [(0, 0)])
    assert asked_for


@settings(max_examples=50, deadline=None)
@given(rows_of(POSITIVE), ASKED, EDGES)
def test_a_loop_says_the_same_compiled_or_as_it_stands(
    rows: list[Row], asked: list[tuple[int, int]], edge: Edge
) -> None:
    pytest.importorskip("numba")
    compiled = by_routes(rows, asked, edge)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features.sweep, "compiled", lambda loop: loop)
        assert same_bits(by_routes(rows, asked, edge)[0], compiled)


# --- what stands around changes nothing ---------------------------------------------------------------------------


@settings(max_examples=75, deadline=None)
@given(rows_of(POSITIVE), ASKED, EDGES)
def test_one_moment_alone_has_bit_for_bit_the_row_it_has_among_many(
    rows: list[Row], asked: list[tuple[int, int]], edge: Edge
) -> None:
    together = swept(rows, asked, edge=edge)
    for row, one in enumerate(asked):
        assert same_bits(swept(rows, [one], edge=edge), together[[row]])


@settings(max_examples=75, deadline=None)
@given(st.data(), rows_of(POSITIVE), ASKED)
def test_the_order_of_rows_and_of_moments_changes_no_bit(
    data: st.DataObject, rows: list[Row], asked: list[tuple[int, int]]
) -> None:
    order = data.draw(st.permutations(range(len(asked))))
    again = swept(data.draw(st.permutations(rows)), [asked[place] for place in order])
    assert same_bits(again, swept(rows, asked)[order])


@settings(max_examples=50, deadline=None)
@given(rows_of(POSITIVE), rows_of(POSITIVE), ASKED)
def test_rows_of_other_entities_change_no_bit_however_large_they_are(
    rows: list[Row], others: list[Row], asked: list[tuple[int, int]]
) -> None:
    beside = [(2 * entity + 1, moment, value * 1e200) for entity, moment, value in others]
    mine = [(2 * entity, moment, value) for entity, moment, value in rows]
    who = [(2 * entity, moment) for entity, moment in asked]
    assert same_bits(swept(mine + beside, who), swept(mine, who))


@pytest.mark.parametrize("shift", [-(10**15), -7, 10**15])
@settings(max_examples=25, deadline=None)
@given(rows=rows_of(POSITIVE), asked=ASKED)
def test_the_same_story_earlier_or_later_has_the_same_numbers_also_before_1970(
    shift: int, rows: list[Row], asked: list[tuple[int, int]]
) -> None:
    moved = [(entity, moment + shift, value) for entity, moment, value in rows]
    assert same_bits(swept(moved, [(who, at + shift) for who, at in asked]), swept(rows, asked))


@settings(max_examples=50, deadline=None)
@given(rows_of(POSITIVE), ASKED)
def test_how_entities_are_numbered_changes_no_bit(rows: list[Row], asked: list[tuple[int, int]]) -> None:
    near = {0: 2, 1: 0, 2: 3, FAR_APART: 1}
    renumbered = [(near[entity], moment, value) for entity, moment, value in rows]
    assert same_bits(swept(renumbered, [(near[who], at) for who, at in asked]), swept(rows, asked))


# --- ties, nothing, and the shape ---------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [[3.0, 8.0, 5.0], [8.0, 3.0, 5.0], [5.0, 8.0, 3.0]])
def test_of_several_at_one_instant_the_highest_is_the_latest(values: list[float]) -> None:
    rows = [(0, -5, value) for value in values] + [(0, -6, 99.0)]
    latest = swept(rows, [(0, 0)])[0, WINDOWS.index(Window("latest", (0,), 0, EVER))]
    assert latest == 8


@pytest.mark.parametrize(
    ("rows", "asked"),
    [
        ([], [(0, 0), (FAR_APART, 5), (0, 0)]),
        ([(1, 0, 2.0)], [(0, 9), (2, 9), (FAR_APART, 9)]),
        ([(0, 5, 2.0), (1, -5, 2.0)], [(0, 5), (0, 4)]),
    ],
    ids=["no rows", "rows of others", "rows that come later"],
)
def test_where_nothing_is_a_count_is_zero_and_all_else_is_absent(rows: list[Row], asked: list[tuple[int, int]]) -> None:
    nothing = [0 if one.how == "count" else np.nan for one in WINDOWS]
    np.testing.assert_array_equal(swept(rows, asked), [nothing] * len(asked))


@pytest.mark.parametrize("rows", [[], [(0, 0, 1.0)]])
def test_no_moments_or_no_windows_make_an_empty_table_of_the_right_shape(rows: list[Row]) -> None:
    assert swept(rows, []).shape == (0, len(WINDOWS))
    zero = np.zeros(3, dtype=np.int64)
    assert sweep(*columns(rows), [], zero, zero).shape == (3, 0)


@pytest.mark.parametrize(
    ("age", "strict", "inclusive"),
    [(0, 0, 1), (1, 1, 1), (3, 1, 1), (4, 0, 0)],
)
def test_a_window_holds_its_far_edge_and_only_when_inclusive_its_near_edge(
    age: int, strict: int, inclusive: int
) -> None:
    place = WINDOWS.index(Window("count", (0,), 0, 3))
    for edge, wanted in (("strict", strict), ("inclusive", inclusive)):
        assert swept([(0, -age, 1.0)], [(0, 0)], edge=edge)[0, place] == wanted
