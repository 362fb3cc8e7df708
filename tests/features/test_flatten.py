"""Here we hold the generic door: any table, two clocks, strict edges, and refusals that say where and what to do."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from features.flatten import CannotFlatten, Lookback, flatten
from features.history import Edge
from features.windows import How

HOWS: tuple[How, ...] = get_args(How)
DAY, HOUR, TICK = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(microseconds=1)
T = pd.Timestamp("2025-07-01T08:30")
NAMED = {"entity": "who", "time": "when", "value": "value"}
COUNT = Lookback("n", "count", 30 * DAY)
EVERYTHING = [Lookback(how, how, 30 * DAY) for how in HOWS]


def asked(*moments: pd.Timestamp, who: Any = 1) -> pd.DataFrame:
    return pd.DataFrame({"who": [who] * len(moments), "when": list(moments)})


def table(*rows: tuple[Any, pd.Timestamp, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["who", "when", "value"])


def flat(moments: pd.DataFrame, rows: pd.DataFrame, *wanted: Lookback, **more: Any) -> pd.DataFrame:
    return flatten(moments, rows, wanted, **NAMED | more)


def first(moments: pd.DataFrame, rows: pd.DataFrame, *wanted: Lookback, **more: Any) -> list[float]:
    return flat(moments, rows, *wanted, **more).iloc[0].tolist()


# --- names, index and shape ---------------------------------------------------------------------------------------


def test_columns_may_be_called_anything() -> None:
    named = {"who": "vem är det", "when": "När?", "value": "0"}
    rows = table((1, T - DAY, 5.0)).rename(columns=named)
    made = flatten(asked(T).rename(columns=named), rows, EVERYTHING, entity="vem är det", time="När?", value="0")
    assert made.iloc[0].to_dict() == flat(asked(T), table((1, T - DAY, 5.0)), *EVERYTHING).iloc[0].to_dict()


def test_a_row_for_every_row_asked_under_its_index_and_a_column_for_every_lookback() -> None:
    index = pd.MultiIndex.from_tuples([("b", 2), ("a", 1), ("b", 2)], names=["ward", "bed"])
    made = flat(asked(T, T, T - DAY).set_index(index), table((1, T - HOUR, 5.0)), *EVERYTHING)
    pd.testing.assert_index_equal(made.index, index)
    assert list(made) == list(HOWS)
    assert set(made.dtypes) == {np.dtype(np.float64)}
    assert made["count"].tolist() == [1, 1, 0]


def test_duplicates_among_what_is_asked_have_the_same_numbers_and_are_all_answered() -> None:
    rows = table((1, T - DAY, 5.0), (2, T - DAY, 7.0))
    doubled = pd.concat([asked(T), asked(T, who=2), asked(T), asked(T)])
    assert flat(doubled, rows, COUNT, Lookback("s", "sum", 2 * DAY))["s"].tolist() == [5, 7, 5, 5]


@pytest.mark.parametrize("wanted", [[], [COUNT], EVERYTHING])
def test_nothing_asked_no_rows_or_no_lookbacks_make_an_empty_table_of_the_right_shape(wanted: list[Lookback]) -> None:
    moments, rows = asked(T, T), table((1, T - DAY, 5.0))
    assert flat(moments, rows, *wanted).shape == (2, len(wanted))
    assert flat(moments[:0], rows, *wanted).shape == (0, len(wanted))
    nothing = [0 if one.how == "count" else np.nan for one in wanted]
    np.testing.assert_array_equal(flat(moments, rows[:0], *wanted), [nothing] * 2)


def test_the_tables_handed_in_are_left_as_they_were() -> None:
    moments, rows = asked(T), table((1, T - DAY, 5.0), (2, T, np.nan))
    copies = moments.copy(), rows.copy()
    flat(moments, rows, *EVERYTHING, known="when")
    pd.testing.assert_frame_equal(moments, copies[0])
    pd.testing.assert_frame_equal(rows, copies[1])


# --- edges and clocks ---------------------------------------------------------------------------------------------

AROUND = (-TICK, dt.timedelta(0), TICK)


@pytest.mark.parametrize(("edge", "counted"), [("strict", [1, 0, 0]), ("inclusive", [1, 1, 0])])
def test_what_happens_at_the_moment_itself_counts_only_when_the_edge_is_inclusive(
    edge: Edge, counted: list[int]
) -> None:
    for late, wanted in zip(AROUND, counted, strict=True):
        assert first(asked(T), table((1, T + late, 5.0)), COUNT, edge=edge) == [wanted]


@pytest.mark.parametrize(("edge", "counted"), [("strict", [0, 1, 1]), ("inclusive", [0, 1, 1])])
def test_the_far_end_of_a_window_is_in_it(edge: Edge, counted: list[int]) -> None:
    for late, wanted in zip(AROUND, counted, strict=True):
        assert first(asked(T), table((1, T - 30 * DAY + late, 5.0)), COUNT, edge=edge) == [wanted]


@pytest.mark.parametrize(("edge", "counted"), [("strict", [1, 0, 0]), ("inclusive", [1, 1, 0])])
def test_a_row_counts_once_it_is_known(edge: Edge, counted: list[int]) -> None:
    for late, wanted in zip(AROUND, counted, strict=True):
        rows = table((1, T - DAY, 5.0)).assign(known=T + late)
        assert first(asked(T), rows, COUNT, known="known", edge=edge) == [wanted]


@pytest.mark.parametrize(("edge", "counted"), [("strict", [0, 1, 1]), ("inclusive", [0, 0, 1])])
def test_a_row_counts_until_it_is_withdrawn(edge: Edge, counted: list[int]) -> None:
    for late, wanted in zip(AROUND, counted, strict=True):
        rows = table((1, T - DAY, 5.0)).assign(gone=T + late)
        assert first(asked(T), rows, COUNT, withdrawn="gone", edge=edge) == [wanted]


@pytest.mark.parametrize("edge", get_args(Edge))
def test_a_row_known_before_it_happens_counts_once_it_has_happened(edge: Edge) -> None:
    rows = table((1, T, 5.0)).assign(known=T - DAY)
    counted = [first(asked(T + late), rows, COUNT, known="known", edge=edge) for late in AROUND]
    assert counted == [[0], [edge == "inclusive"], [1]]


def test_a_late_row_stands_where_it_happened() -> None:
    rows = table((1, T - 9 * DAY, 5.0)).assign(known=T - HOUR)
    wanted = [Lookback("since", "since", 30 * DAY), Lookback("near", "count", 8 * DAY)]
    assert first(asked(T), rows, *wanted, known="known") == [9, 0]


def test_what_was_never_withdrawn_stands() -> None:
    rows = table((1, T - DAY, 5.0), (1, T - DAY, 7.0)).assign(gone=[pd.NaT, T - HOUR])
    assert first(asked(T), rows, Lookback("s", "sum", 2 * DAY), withdrawn="gone") == [5]


# --- kinds, fallbacks, missing values -----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["object", "category", "str"])
def test_lookbacks_of_several_kinds_and_of_all_stand_in_the_order_asked(dtype: str) -> None:
    rows = table((1, T - DAY, 1.0), (1, T - 2 * DAY, 10.0), (1, T - 3 * DAY, 100.0), (1, T - 4 * DAY, 1000.0))
    rows = rows.assign(kind=pd.Series(["a", "b", "a", None], dtype=dtype))
    kinds = ["a", None, "b", "never", "a", None]
    wanted = [Lookback(str(place), "sum", 9 * DAY, kind=kind) for place, kind in enumerate(kinds)]
    made = flat(asked(T), rows, *wanted, kind="kind")
    np.testing.assert_array_equal(made, [[101, 1111, 10, np.nan, 101, 1111]])
    assert list(made) == [str(place) for place in range(6)]


@pytest.mark.parametrize("how", HOWS)
def test_a_fallback_stands_where_nothing_is_and_nowhere_else(how: How) -> None:
    wanted = Lookback("x", how, 2 * DAY, fallback=-1.0)
    made = flat(asked(T, T - 9 * DAY), table((1, T - DAY, 0.0)), wanted)["x"].tolist()
    assert made == [{"count": 1, "since": 1}.get(how, 0), 0 if how == "count" else -1]


def test_rows_without_a_value_are_left_out_also_of_counts_when_a_value_is_named() -> None:
    rows = table((1, T - DAY, np.nan), (1, T - 2 * DAY, 5.0), (1, T - 3 * DAY, np.nan))
    assert first(asked(T), rows, *EVERYTHING) == [1, 5, 5, 5, 5, 5, 2]
    assert first(asked(T), rows, COUNT, Lookback("since", "since", 9 * DAY), value=None) == [3, 1]


# --- entities and times -------------------------------------------------------------------------------------------

NUMBERED = {
    "texts": {1: "b", 2: "å", 3: "a"},
    "categories": {1: "b", 2: "å", 3: "a"},
    "far apart": {1: -(10**15), 2: 0, 3: 10**15},
    "negative": {1: -3, 2: -1, 3: -2},
    "with a fraction": {1: 0.5, 2: 1.5, 3: 2.5},
}
MANY = [(who, T - days * DAY, float(who + days)) for who in (1, 2, 3) for days in range(1, 9)]


@pytest.mark.parametrize("kind", NUMBERED)
def test_entities_may_be_numbers_or_texts(kind: str) -> None:
    moments, rows = pd.concat([asked(T, who=2), asked(T - 4 * DAY, who=1)]), table(*MANY)
    renamed = [frame.assign(who=frame["who"].map(NUMBERED[kind])) for frame in (moments, rows)]
    if kind == "categories":
        renamed = [frame.astype({"who": "category"}) for frame in renamed]
    pd.testing.assert_frame_equal(flat(*renamed, *EVERYTHING), flat(moments, rows, *EVERYTHING))


@pytest.mark.parametrize("dtype", ["uint8", "int32", "uint64", "Int64", "float64"])
def test_whole_numbers_of_any_width_are_the_same_entities(dtype: str) -> None:
    moments, rows = asked(T, T - DAY), table(*MANY)
    wanted = flat(moments, rows, *EVERYTHING)
    for widened in (moments, moments.astype({"who": dtype})):
        pd.testing.assert_frame_equal(flat(widened, rows.astype({"who": dtype}), *EVERYTHING), wanted)


@pytest.mark.parametrize("known", [None, "when"])
def test_rows_of_entities_that_nobody_asks_about_change_nothing(known: str | None) -> None:
    rows, moments = table(*MANY), asked(T, who=2)
    strangers = table(*((who, T - DAY, 9.0) for who in (-(10**15), 10**15)))
    alone = flat(moments, rows[rows["who"] == 2], *EVERYTHING, known=known)
    pd.testing.assert_frame_equal(flat(moments, pd.concat([rows, strangers]), *EVERYTHING, known=known), alone)


ZONES = [("UTC", "UTC"), ("Europe/Stockholm", "UTC"), ("Asia/Kathmandu", "Europe/Stockholm")]


@pytest.mark.parametrize("zones", ZONES, ids="-".join)
def test_a_moment_is_the_same_in_every_time_zone(zones: tuple[str, str]) -> None:
    moments, rows = asked(T, T - 2 * DAY), table(*MANY).assign(known=T - 3 * DAY)
    there = moments.assign(when=moments["when"].dt.tz_localize("UTC").dt.tz_convert(zones[0]))
    here = rows.assign(**{name: rows[name].dt.tz_localize("UTC").dt.tz_convert(zones[1]) for name in ("when", "known")})
    for known in (None, "known"):
        wanted = flat(moments, rows, *EVERYTHING, known=known)
        pd.testing.assert_frame_equal(flat(there, here, *EVERYTHING, known=known), wanted)


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    twice = pd.Series(pd.to_datetime(["2025-10-26T00:30Z", "2025-10-26T01:30Z"])).dt.tz_convert("Europe/Stockholm")
    assert [moment.hour for moment in twice] == [2, 2]
    since = Lookback("since", "since", DAY)
    assert first(asked(twice[1]), table((1, twice[0], 5.0)), since) == [1 / 24]
    assert np.isnan(first(asked(twice[0]), table((1, twice[1], 5.0)), since)[0])


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_may_be_of_any_unit_and_before_1970(unit: str) -> None:
    back = pd.Timedelta(days=365 * 80)
    moments, rows = asked(T, T - DAY), table(*MANY)
    before = [frame.assign(when=(frame["when"] - back).astype(f"datetime64[{unit}]")) for frame in (moments, rows)]
    pd.testing.assert_frame_equal(flat(*before, *EVERYTHING), flat(moments, rows, *EVERYTHING))


@pytest.mark.parametrize("edge", get_args(Edge))
@pytest.mark.parametrize("late", [1, 999])
def test_nanoseconds_are_cut_off_so_strictly_before_lets_nothing_later_in(late: int, edge: Edge) -> None:
    rows = table((1, T + pd.Timedelta(late, "ns"), 5.0))
    assert first(asked(T.as_unit("ns")), rows, COUNT, edge=edge) == [edge == "inclusive"]


# --- what is refused ----------------------------------------------------------------------------------------------

SOUND = table((1, T - DAY, 5.0), (2, T - DAY, 7.0)).assign(kind="a", known=T, gone=pd.NaT)
NAME_THEM = "Name the columns as they are called in the tables."
NO_TIME = "has 1 rows without a time. Give each a time or leave it out."
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no entity": (
        {"asked": asked(T).drop(columns="who"), "rows": SOUND.drop(columns="who")},
        f"asked has no 'who'; rows has no 'who'. {NAME_THEM}",
    ),
    "columns of rows": (
        {"value": "cost", "kind": "sort", "known": "seen", "withdrawn": "undone"},
        f"rows has no 'cost'; rows has no 'sort'; rows has no 'seen'; rows has no 'undone'. {NAME_THEM}",
    ),
    "asked without a time": (
        {"asked": pd.concat([asked(T), pd.DataFrame({"who": [1], "when": [pd.NaT]})])},
        f"Column 'when' of asked {NO_TIME}",
    ),
    "rows without a time": (
        {"rows": SOUND.assign(when=[T, pd.NaT])},
        f"Column 'when' of rows {NO_TIME}",
    ),
    "never known": (
        {"rows": SOUND.assign(known=[T, pd.NaT]), "known": "known"},
        f"Column 'known' of rows {NO_TIME}",
    ),
    "times as text": (
        {"rows": SOUND.astype({"when": "str"})},
        "Column 'when' of rows is str; times are needed. Convert it with pandas.to_datetime.",
    ),
    "times as numbers": (
        {"asked": asked(T).assign(when=[20250701])},
        "Column 'when' of asked is int64; times are needed. Convert it with pandas.to_datetime.",
    ),
    "withdrawn as text": (
        {"rows": SOUND.assign(gone=["", "2025-07-01"]), "withdrawn": "gone"},
        "Column 'gone' of rows is str; times are needed. Convert it with pandas.to_datetime.",
    ),
    "a zone for some": (
        {"asked": asked(T.tz_localize("UTC")), "known": "known"},
        "Only some of the times have a time zone: 'when' of asked. Give one to all of them, or to none.",
    ),
    "infinite": (
        {"rows": SOUND.assign(value=[np.inf, -np.inf])},
        "Column 'value' has 2 infinite values. Leave them out.",
    ),
    "a window of nothing": (
        {"lookbacks": [COUNT, Lookback("x", "count", DAY, DAY)]},
        "Lookback 'x' goes from 1 day, 0:00:00 to 1 day, 0:00:00 before the moment; far must be more than near.",
    ),
    "a window after the moment": (
        {"lookbacks": [Lookback("x", "count", DAY, -TICK)]},
        "Lookback 'x' goes from -1 day, 23:59:59.999999 to 1 day, 0:00:00 before the moment; far must be more than near.",
    ),
    "no value": (
        {"value": None, "lookbacks": [COUNT, Lookback("x", "max", DAY)]},
        "Lookback 'x' needs values. Name the column with value=.",
    ),
    "no kind": (
        {"lookbacks": [Lookback("x", "count", DAY, kind="a")]},
        "Lookback 'x' asks for the kind 'a'. Name the column with kind=.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_flattened_is_refused_saying_where_and_what_to_do(name: str) -> None:
    change, message = REFUSED[name]
    with pytest.raises(CannotFlatten) as refused:
        flatten(**{"asked": asked(T), "rows": SOUND, "lookbacks": [COUNT]} | NAMED | change)
    assert str(refused.value) == message


@pytest.mark.parametrize("how", [how for how in HOWS if how not in {"count", "since"}])
def test_only_counts_and_times_since_can_do_without_values(how: How) -> None:
    with pytest.raises(CannotFlatten, match="needs values"):
        flat(asked(T), SOUND, Lookback("x", how, DAY), value=None)


def test_the_same_tables_unchanged_are_not_refused() -> None:
    made = flat(asked(T), SOUND, *EVERYTHING, kind="kind", known="known", withdrawn="gone")
    assert made["count"].tolist() == [0]  # known only at the moment itself
