"""Here we hold windows to what they say: their edges, what stands in them and what stands where nothing does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.history import Edge, Past
from features.windows import DAY, How, Window, Windows

Pair = tuple[int, int, int, int, float]
"""Row, age, what, recorded, value."""

HOWS: tuple[How, ...] = get_args(How)
EVER = 10_000 * DAY


def past(pairs: Sequence[Pair], size: int = 1) -> Past:
    row, age, what, recorded, value = zip(*pairs, strict=True) if pairs else ((),) * 5
    whole = np.array([row, age, what, recorded], dtype=np.int64).reshape(4, -1)
    return Past(size, whole[0], whole[1], whole[2], whole[3], np.array(value, dtype=np.float64), np.arange(len(value)))


def aged(*entries: tuple[float, float]) -> Past:
    """Entries of one kind, as days before the moment and value."""
    return past([(0, int(days * DAY), 0, 0, value) for days, value in entries])


def summed(entries: Past, *windows: Window, kinds: int = 1, edge: Edge = "strict") -> list[list[float]]:
    return Windows(windows, kinds, edge=edge).summarise(entries).tolist()


def window(how: How, near: float = 0, far: float = 9, what: tuple[int, ...] = (0,)) -> Window:
    return Window(how, what, int(near * DAY), int(far * DAY))


# --- what a window says -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "said"),
    [("count", 3), ("sum", 10), ("mean", 10 / 3), ("min", -2), ("max", 7), ("latest", 5), ("since", 1)],
)
def test_a_window_says_of_three_entries(how: How, said: float) -> None:
    assert summed(aged((3, 7), (8, -2), (1, 5)), window(how)) == [[said]]


@pytest.mark.parametrize("how", HOWS)
def test_of_nothing_a_count_is_zero_and_all_else_is_absent(how: How) -> None:
    for nothing in (aged(), aged((20, 5))):
        (said,) = summed(nothing, window(how))[0]
        assert said == 0 if how == "count" else np.isnan(said)


@pytest.mark.parametrize("how", HOWS)
def test_a_value_of_zero_is_observed_and_not_absent(how: How) -> None:
    assert summed(aged((2, 0)), window(how)) == [[{"count": 1, "since": 2}.get(how, 0)]]


@pytest.mark.parametrize("how", HOWS)
def test_entries_without_a_value_are_counted_and_dated_and_nothing_more(how: How) -> None:
    with np.errstate(invalid="ignore"):
        (said,) = summed(aged((2, np.nan), (3, np.nan)), window(how))[0]
    assert said == {"count": 2, "since": 2}[how] if how in {"count", "since"} else np.isnan(said)


@pytest.mark.parametrize(
    ("recorded", "values", "latest"),
    [((1, 2), (8.0, 3.0), 3), ((2, 1), (8.0, 3.0), 8), ((1, 1), (8.0, 3.0), 8), ((1, 1), (3.0, 8.0), 8)],
)
def test_of_one_instant_the_latest_is_what_was_recorded_last_and_then_the_highest(
    recorded: tuple[int, int], values: tuple[float, float], latest: float
) -> None:
    at_once = [(0, DAY, 0, when, value) for when, value in zip(recorded, values, strict=True)]
    older = (0, 2 * DAY, 0, 9, 99.0)
    assert summed(past([*at_once, older]), window("latest")) == [[latest]]


# --- edges --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize(
    ("age", "strict", "inclusive"),
    [
        (2 * DAY - 1, False, False),
        (2 * DAY, False, True),
        (2 * DAY + 1, True, True),
        (5 * DAY, True, True),
        (5 * DAY + 1, False, False),
    ],
)
def test_a_window_holds_its_far_edge_and_only_when_inclusive_its_near_edge(
    how: How, age: int, *, strict: bool, inclusive: bool
) -> None:
    entries, alone = past([(0, age, 0, 0, 4.0)]), window(how, near=2, far=5)
    held = {"count": 1, "since": age / DAY}.get(how, 4)
    missed = 0 if how == "count" else np.nan
    for edge, inside in (("strict", strict), ("inclusive", inclusive)):
        np.testing.assert_equal(summed(entries, alone, edge=edge), [[held if inside else missed]])


@pytest.mark.parametrize("how", HOWS)
def test_what_happens_at_the_moment_itself_is_in_the_window_only_when_it_is_inclusive(how: How) -> None:
    now = past([(0, 0, 0, 0, 4.0)])
    np.testing.assert_equal(summed(now, window(how)), summed(aged(), window(how)))
    assert summed(now, window(how), edge="inclusive") == [[{"count": 1, "since": 0}.get(how, 4)]]


def test_windows_that_touch_share_nothing_when_strict_and_one_instant_when_inclusive() -> None:
    touching = [window("count", near, far) for near, far in ((0, 3), (3, 6), (6, 9))]
    entries = past([(0, age, 0, 0, 1.0) for age in range(DAY, 9 * DAY + 1, DAY)])
    assert summed(entries, *touching) == [[3, 3, 3]]
    assert summed(entries, *touching, edge="inclusive") == [[3, 4, 4]]


# --- many windows, kinds and moments ------------------------------------------------------------------------------

TWO_KINDS = [(0, DAY, 0, 0, 1.0), (0, 2 * DAY, 1, 0, 10.0), (0, 3 * DAY, 0, 0, 100.0), (0, 7 * DAY, 1, 0, 1000.0)]


def test_windows_that_share_kinds_each_see_their_own() -> None:
    wanted = [
        (window("sum", what=(0,)), 101),
        (window("sum", what=(1,)), 1010),
        (window("sum", what=(0, 1)), 1111),
        (window("sum", what=(1, 0), near=1.5), 1110),
        (window("sum", what=(0, 1), far=3), 111),
        (window("sum", what=(1,), near=3, far=7), 1000),
    ]
    assert summed(past(TWO_KINDS), *(one for one, _ in wanted), kinds=2) == [[said for _, said in wanted]]


def test_columns_stand_in_the_order_asked_however_the_questions_are_mixed() -> None:
    mixed = [window(how, what=what) for what in ((0,), (1,)) for how in (*HOWS[::-1], "count", *HOWS)]
    entries = past(TWO_KINDS)
    alone = [summed(entries, one, kinds=2)[0][0] for one in mixed]
    assert summed(entries, *mixed, kinds=2) == [alone]
    assert summed(entries, *mixed[::-1], kinds=2) == [alone[::-1]]


def test_kinds_that_no_window_looks_at_are_said_and_change_nothing() -> None:
    together = Windows([window("count", what=(1,)), window("sum", what=(1, 3))], kinds=5)
    assert together.looked_at.tolist() == [False, True, False, True, False]
    seen = [(0, DAY, 1, 0, 2.0), (0, DAY, 3, 0, 5.0)]
    unseen = [(0, DAY, kind, 0, 77.0) for kind in (0, 2, 4)]
    assert together.summarise(past(seen + unseen)).tolist() == [[1, 7]]
    assert together.summarise(past(unseen))[0, 0] == 0


def test_many_moments_each_have_their_own_also_those_between_that_have_nothing() -> None:
    pairs = [(row, DAY, 0, 0, float(row)) for row in range(1, 1000, 2) for _ in range(row % 3)]
    made = Windows([window("count"), window("max")], kinds=1).summarise(past(pairs, size=1000))
    counts = [row % 3 if row % 2 else 0 for row in range(1000)]
    np.testing.assert_array_equal(made[:, 0], counts)
    np.testing.assert_array_equal(made[:, 1], [row if count else np.nan for row, count in enumerate(counts)])


@pytest.mark.parametrize(("size", "width"), [(0, 0), (0, 7), (3, 0), (3, 7)])
def test_no_moments_or_no_windows_make_an_empty_table_of_the_right_shape(size: int, width: int) -> None:
    together = Windows([window(how) for how in HOWS[:width]], kinds=2)
    assert together.summarise(past([], size=size)).shape == (size, width)
    assert len(together) == width


def test_windows_say_how_far_back_any_of_them_looks() -> None:
    assert Windows([window("count", far=4), window("max", near=2, far=30), window("sum", far=9)], 1).far == 30 * DAY
    assert Windows([], kinds=1).far == 0


# --- against brute force ------------------------------------------------------------------------------------------

KINDS, ROWS = 3, 3
EIGHTHS = st.integers(-40, 40).map(lambda eighths: eighths / 8)
"""Sums of these are exact, in whatever order."""
PAIRS = st.lists(
    st.tuples(st.integers(0, ROWS - 1), st.integers(0, 9), st.integers(0, KINDS - 1), st.integers(0, 2), EIGHTHS)
)
REACHES = st.tuples(st.integers(0, 9), st.integers(1, 9)).map(lambda reach: (reach[0], sum(reach)))
WINDOWS = st.lists(
    st.builds(
        lambda how, what, reach: Window(how, tuple(sorted(what)), *reach),
        st.sampled_from(HOWS),
        st.sets(st.integers(0, KINDS - 1)),
        REACHES,
    ),
    max_size=8,
)
ANSWERS: dict[How, Callable[[list[Pair]], float]] = {
    "count": len,
    "sum": lambda held: sum(pair[4] for pair in held),
    "mean": lambda held: sum(pair[4] for pair in held) / len(held),
    "min": lambda held: min(pair[4] for pair in held),
    "max": lambda held: max(pair[4] for pair in held),
    "latest": lambda held: max(held, key=lambda pair: (-pair[1], pair[3], pair[4]))[4],
    "since": lambda held: min(pair[1] for pair in held) / DAY,
}


def by_hand(pairs: list[Pair], one: Window, row: int, edge: Edge) -> float:
    near = one.near if edge == "inclusive" else one.near + 1
    held = [pair for pair in pairs if pair[0] == row and pair[2] in one.what and near <= pair[1] <= one.far]
    return ANSWERS[one.how](held) if held or one.how == "count" else np.nan


@settings(max_examples=200, deadline=None)
@given(PAIRS, WINDOWS, st.sampled_from(["strict", "inclusive"]))
def test_every_number_is_what_counting_by_hand_gives(pairs: list[Pair], windows: list[Window], edge: Edge) -> None:
    made = Windows(windows, KINDS, edge=edge).summarise(past(pairs, size=ROWS))
    wanted = [[by_hand(pairs, one, row, edge) for one in windows] for row in range(ROWS)]
    np.testing.assert_array_equal(made, np.array(wanted).reshape(ROWS, len(windows)))


TENTHS = st.integers(1, 99).map(lambda tenths: tenths / 10)
"""Sums of these depend, in the last digit, on the order in which they are added."""


@settings(max_examples=50, deadline=None)
@given(st.data(), st.lists(st.tuples(st.just(0), st.integers(0, 3), st.just(0), st.integers(0, 1), TENTHS), min_size=2))
def test_the_order_of_pairs_changes_no_bit(data: st.DataObject, pairs: list[Pair]) -> None:
    together = Windows([Window(how, (0,), 0, EVER) for how in HOWS], kinds=1)
    again = data.draw(st.permutations(pairs))
    assert together.summarise(past(again)).tobytes() == together.summarise(past(pairs)).tobytes()
