"""Here we hold the generic door to two references on random tables: plain pandas, and timeseriesflattener."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

import features.paired
from features.flatten import Lookback, flatten
from features.history import Edge
from features.windows import How
from tests.features import peer

Tables = tuple[pd.DataFrame, pd.DataFrame]

HOWS: tuple[How, ...] = get_args(How)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
T = pd.Timestamp("2025-07-01T08:30")


def flat(moments: pd.DataFrame, rows: pd.DataFrame, *wanted: Lookback, **more: Any) -> pd.DataFrame:
    return flatten(moments, rows, wanted, **peer.NAMES, **more)


# --- plain pandas -------------------------------------------------------------------------------------------------


HOURS = 1_000


@pytest.fixture(scope="module")
def drawn() -> Tables:
    """Entities and hours are few, so that ties and edges happen all the time; some rows are known late, some withdrawn."""
    rng = np.random.default_rng(17)

    def hours(size: int, first: int = 0, last: int = HOURS) -> pd.Series:
        return pd.Series(pd.to_timedelta(rng.integers(first, last, size), unit="h"))

    moments = pd.DataFrame({"who": rng.integers(0, 24, 300), "when": T + hours(300)})
    rows = pd.DataFrame({"who": rng.integers(1, 26, 3_000), "when": T + hours(3_000), "value": rng.gamma(2, 9, 3_000)})
    known = rows["when"] + hours(3_000, -5, 90).where(rng.random(3_000) < 0.5, pd.Timedelta(0))
    gone = (known + hours(3_000, 0, 900)).where(rng.random(3_000) < 0.3)
    return moments, rows.assign(kind=rng.choice(["a", "b"], 3_000), known=known, gone=gone)


SPANS = [(0 * DAY, 2 * DAY), (0 * DAY, 30 * DAY), (5 * DAY, 9 * DAY + HOUR)]
QUESTIONS = [
    Lookback(f"{how} {near.days}-{far.days} {kind}", how, far, near, kind)
    for how in HOWS
    for near, far in SPANS
    for kind in (None, "a")
]


def paired(tables: Tables, edge: Edge, known: str | None, withdrawn: str | None) -> pd.DataFrame:
    """Lay every moment beside every row of its entity that was known then."""
    moments, rows = tables
    pairs = moments.rename(columns={"when": "t"}).reset_index(names="place").merge(rows, on="who")
    before = BEFORE[edge]
    kept = before(pairs[known or "when"], pairs["t"])
    if withdrawn:
        kept &= ~before(pairs[withdrawn], pairs["t"])
    return pairs[kept].sort_values(list(dict.fromkeys(["when", known or "when", "value"])))


def by_pandas(pairs: pd.DataFrame, one: Lookback, edge: Edge, size: int) -> np.ndarray:
    """Filter pairs to a window, group by moment."""
    held = BEFORE[edge](pairs["when"], pairs["t"] - one.near) & (pairs["when"] >= pairs["t"] - one.far)
    if one.kind:
        held &= pairs["kind"] == one.kind
    found = ANSWERS[one.how](pairs[held].groupby("place"))
    return found.reindex(range(size), fill_value=0 if one.how == "count" else np.nan).to_numpy(float)


BEFORE = {"strict": pd.Series.lt, "inclusive": pd.Series.le}
ANSWERS: dict[How, Callable[..., pd.Series]] = {
    "count": lambda grouped: grouped.size(),
    "sum": lambda grouped: grouped["value"].sum(),
    "mean": lambda grouped: grouped["value"].mean(),
    "min": lambda grouped: grouped["value"].min(),
    "max": lambda grouped: grouped["value"].max(),
    "latest": lambda grouped: grouped["value"].last(),
    "since": lambda grouped: (grouped["t"].first() - grouped["when"].max()) / pd.Timedelta(days=1),
}
CLOCKS = [(None, None), ("known", None), (None, "gone"), ("known", "gone")]


@pytest.mark.parametrize(("known", "withdrawn"), CLOCKS)
@pytest.mark.parametrize("edge", get_args(Edge))
def test_every_number_is_what_plain_pandas_gives(
    drawn: Tables, edge: Edge, known: str | None, withdrawn: str | None
) -> None:
    made = flat(*drawn, *QUESTIONS, kind="kind", known=known, withdrawn=withdrawn, edge=edge)
    pairs = paired(drawn, edge, known, withdrawn)
    for one in QUESTIONS:
        wanted = by_pandas(pairs, one, edge, len(made))
        rounded = 1e-12 if one.how in {"sum", "mean"} else 0
        np.testing.assert_allclose(made[one.name], wanted, rtol=rounded, atol=0, err_msg=one.name)


@pytest.mark.parametrize("clocks", [{}, {"known": "known", "withdrawn": "gone"}], ids=["one clock", "two clocks"])
def test_neither_the_order_of_rows_nor_how_many_are_asked_at_once_changes_a_bit(
    drawn: Tables, clocks: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments, rows = drawn
    whole = flat(moments, rows, *QUESTIONS, kind="kind", **clocks)
    shuffled = flat(moments, rows.sample(frac=1, random_state=1), *QUESTIONS, kind="kind", **clocks)
    pd.testing.assert_frame_equal(shuffled, whole, check_exact=True)
    part = moments.sample(50, random_state=2)
    alone = flat(part, rows, *QUESTIONS, kind="kind", **clocks)
    pd.testing.assert_frame_equal(alone, whole.loc[part.index], check_exact=True)
    monkeypatch.setattr(features.paired, "CHUNK", 7)
    chunked = flat(moments, rows, *QUESTIONS, kind="kind", **clocks)
    pd.testing.assert_frame_equal(chunked, whole, check_exact=True)


# --- timeseriesflattener ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared() -> Tables:
    """Moments in order, rows without ties: of several rows at one instant the peer takes the one that stands first."""
    rng = np.random.default_rng(23)
    moments = T + pd.to_timedelta(np.sort(rng.choice(HOURS, 400, replace=False)), unit="h")
    when = T + pd.to_timedelta(rng.integers(0, HOURS, 2_000), unit="h")
    rows = pd.DataFrame({"who": rng.integers(1, 22, 2_000), "when": when, "value": rng.gamma(2, 9, 2_000)})
    return (
        pd.DataFrame({"who": rng.integers(0, 20, 400), "when": moments}),
        rows.drop_duplicates(["who", "when"]),
    )


def test_with_the_inclusive_edge_every_number_is_timeseriesflatteners(shared: Tables) -> None:
    spans = [(near * DAY, far * DAY) for near, far in ((0, 1), (0, 7), (0, 30), (2, 9))]
    ages = shared[0].merge(shared[1], on="who").eval("when_x - when_y")
    assert all((ages == end).sum() > 5 for end in {end for span in spans for end in span}), "every end is tried"
    wanted = peer.lookbacks(spans)
    ours = flat(*shared, *wanted, edge="inclusive")
    theirs = peer.flatten_by_peer(*shared, wanted)
    pd.testing.assert_frame_equal(peer.as_the_peer_says(ours, *shared, wanted), theirs, rtol=1e-12, atol=0)
    latest = [one.name for one in wanted if one.how == "latest"]
    assert 0 < theirs[latest].count().sum() < ours[latest].count().sum(), "its latest is missing where ours is not"


WEEK = [(0 * DAY, 7 * DAY)]
NOW = pd.DataFrame({"who": [1], "when": [T]})


def seen(*rows: tuple[pd.Timestamp, float]) -> pd.DataFrame:
    return pd.DataFrame([(1, *row) for row in rows], columns=["who", "when", "value"])


def test_timeseriesflattener_counts_an_event_at_the_moment_of_prediction_and_our_strict_edge_does_not() -> None:
    rows = seen((T - DAY, 5.0), (T, 99.0))
    wanted = peer.lookbacks(WEEK, hows=("count", "max"))
    assert peer.flatten_by_peer(NOW, rows, wanted).to_numpy().tolist() == [[2, 99]]
    assert flat(NOW, rows, *wanted, edge="inclusive").to_numpy().tolist() == [[2, 99]]
    assert flat(NOW, rows, *wanted).to_numpy().tolist() == [[1, 5]]


def test_timeseriesflatteners_latest_value_is_gone_when_something_comes_later_and_ours_is_not() -> None:
    rows = seen((T - DAY, 5.0), (T + DAY, 99.0))
    wanted = peer.lookbacks(WEEK, hows=("latest",))
    assert peer.flatten_by_peer(NOW, rows[:1], wanted).to_numpy().tolist() == [[5]]
    assert peer.flatten_by_peer(NOW, rows, wanted).isna().to_numpy().tolist() == [[True]]
    for edge in get_args(Edge):
        assert flat(NOW, rows, *wanted, edge=edge).to_numpy().tolist() == [[5]]
