"""Here we hold both routes of histories with two clocks to each other: the same bits, whatever is asked and of whom."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import features.buckets
import features.paired
from features.arrays import NEVER, Entries
from features.history import Edge
from features.paired import each_chunk
from features.windows import SUMMARIES, Window, Windows

KINDS = 3
ORDERLESS = [how for how in SUMMARIES if how not in {"sum", "mean"}]
WANTED = [
    Window(how, what, near, far)
    for how in ORDERLESS
    for what in ((0,), (1, 2))
    for near, far in ((0, 2), (1, 4), (0, 10**16))
]
TICKS = st.integers(-4, 4)
ENTRY = st.tuples(
    st.sampled_from([0, 1, 7]),
    st.integers(0, KINDS - 1),
    TICKS,
    TICKS,
    st.one_of(TICKS, st.just(NEVER)),
    st.sampled_from([np.nan, 0.0, 1.5, -2.0]),
)
ASKED = st.lists(st.tuples(st.sampled_from([0, 1, 7, 9]), TICKS), max_size=6)


def entries_of(rows: list[tuple[int, int, int, int, int, float]]) -> Entries:
    *whole, value = zip(*rows, strict=True) if rows else ((),) * 6
    return Entries(*(np.array(column, dtype=np.int64) for column in whole), np.array(value, dtype=np.float64))


def made(
    entries: Entries, asked: list[tuple[int, int]], edge: Edge, windows: list[Window], least: int, threads: int = 2
) -> np.ndarray:
    who, at = np.array(asked, dtype=np.int64).reshape(-1, 2).T
    whole = np.full((len(at), len(windows)), -1.0)

    def fill(moments: np.ndarray, summed: np.ndarray) -> None:
        whole[moments] = summed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features.buckets, "WORTH_COMPILING", least)
        each_chunk(entries, who, at, Windows(windows, KINDS, edge=edge), fill, edge=edge, threads=threads)
    return whole


@settings(max_examples=200, deadline=None)
@given(st.lists(ENTRY, max_size=40), ASKED, st.sampled_from(get_args(Edge)), st.integers(1, 3))
def test_loops_and_pairs_give_the_same_bits(
    rows: list[tuple[int, int, int, int, int, float]], asked: list[tuple[int, int]], edge: Edge, threads: int
) -> None:
    pytest.importorskip("numba")
    by_loops = made(entries_of(rows), asked, edge, WANTED, 0, threads)
    by_pairs = made(entries_of(rows), asked, edge, WANTED, NEVER)
    assert by_loops.tobytes() == by_pairs.tobytes()


@pytest.mark.parametrize("edge", get_args(Edge))
def test_loops_and_pairs_agree_where_entities_have_very_few_or_very_many_entries(edge: Edge) -> None:
    pytest.importorskip("numba")
    rng = np.random.default_rng(4)
    size = 5_000
    happened = rng.integers(-50, 50, size)
    whole = (np.minimum(rng.geometric(0.03, size), 90), rng.integers(0, KINDS, size), happened)
    recorded = happened + rng.integers(-3, 30, size)
    gone = np.where(rng.random(size) < 0.2, recorded + rng.integers(0, 9, size), NEVER)
    entries = Entries(*whole, recorded, gone, rng.integers(0, 5, size).astype(float))
    asked = [(who, at) for who in range(95) for at in (-60, -20, 0, 1, 49, 90)]
    assert made(entries, asked, edge, WANTED, 0).tobytes() == made(entries, asked, edge, WANTED, NEVER).tobytes()


def test_where_sums_are_asked_for_entries_are_paired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features.paired, "_by_loops", None)
    rows = [(0, 0, -1, -1, NEVER, 2.0), (0, 0, -2, -1, NEVER, 3.0)]
    assert made(entries_of(rows), [(0, 0)], "strict", [Window("sum", (0,), 0, 9)], 0).tolist() == [[5.0]]
