"""Here we open the window engine to any table of entities, times and values: the generic door.

>>> import pandas as pd
>>> day = pd.Timestamp("2025-07-01")
>>> visits = pd.DataFrame({"who": [1, 1, 1], "when": day - pd.to_timedelta([0, 1, 40], "D"), "cost": [5.0, 7.0, 9.0]})
>>> asked = pd.DataFrame({"who": [1, 2], "when": [day, day]})
>>> last_month = dt.timedelta(days=30)
>>> flatten(asked, visits, [Lookback("costs", "sum", last_month), Lookback("visits", "count", last_month)],
...         entity="who", time="when", value="cost")
   costs  visits
0    7.0     1.0
1    NaN     0.0

What happened at the very moment asked about is not known before it: the visit of the same day, at the
same instant, is left out. ``edge="inclusive"`` counts it, as some other tools do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from features.arrays import NEVER, Entries, Floats, Ints
from features.history import Edge
from features.paired import each_chunk
from features.sweep import sweep
from features.windows import How, Window, Windows

if TYPE_CHECKING:
    import pandas as pd

_MICROSECOND = dt.timedelta(microseconds=1)
_MOST = 1 << 60
"""Microseconds, and entities: beyond is as far as ever."""
_DENSE = 4
"""Up to so many times as many numbers as rows are worth a place each."""


@dataclass(frozen=True, slots=True)
class Lookback:
    """A column to make.

    Attributes
    ----------
    name : str
    how : {"count", "sum", "mean", "min", "max", "latest", "since"}
        ``latest`` is the previous value; ``since`` the time since it, in days of 24 hours.
    far, near : datetime.timedelta
        The window is ``[t - far, t - near)``; with the inclusive edge ``[t - far, t - near]``.
    kind : str, optional
        Only rows of this kind; needs the argument ``kind`` of `flatten`.
    fallback : float
        What stands where nothing is in the window; a count is 0 there.
    """

    name: str
    how: How
    far: dt.timedelta
    near: dt.timedelta = dt.timedelta(0)
    kind: str | None = None
    fallback: float = np.nan


class CannotFlatten(ValueError):
    """The tables cannot be flattened; the message says which column and why."""


def flatten(
    asked: pd.DataFrame,
    rows: pd.DataFrame,
    lookbacks: Sequence[Lookback],
    *,
    entity: str,
    time: str,
    value: str | None = None,
    kind: str | None = None,
    known: str | None = None,
    withdrawn: str | None = None,
    edge: Edge = "strict",
    threads: int = 2,
) -> pd.DataFrame:
    """Sum up, for every asked entity and moment, what was known then.

    Parameters
    ----------
    asked : pandas.DataFrame
        Columns ``entity`` and ``time``: the moments at which features are wanted.
    rows : pandas.DataFrame
        Columns ``entity`` and ``time`` (when it happened) and those named below.
    lookbacks : sequence of Lookback
    entity, time : str
        Names of columns in both tables. Times are all with a zone or all without.
    value : str, optional
        A number; rows without one are left out. Needed for all but ``count`` and ``since``.
    kind : str, optional
        What `Lookback.kind` refers to.
    known : str, optional
        When a row became known; when left out, as soon as it happened.
    withdrawn : str, optional
        When a row was withdrawn; missing for what stands.
    edge : {"strict", "inclusive"}
        Whether "before t" leaves out what happened, became known or was withdrawn at t itself.
    threads : int
        How many threads may work; the numbers do not depend on it.

    Returns
    -------
    pandas.DataFrame
        One row per row of ``asked``, with its index; one column of float64 per lookback.

    Raises
    ------
    CannotFlatten
        A column is not there, an entity or a time is missing or of another kind, a value is no finite number,
        a window is empty, or a lookback needs a column that was not named.
    """
    import pandas as pd

    named = [column for column in (value, kind, known, withdrawn) if column is not None]
    _refuse_missing(asked, rows, (entity, time), named)
    clocks = {f"{name!r} of rows": rows[name] for name in (time, known, withdrawn) if name is not None}
    _refuse_mixed_zones({f"{time!r} of asked": asked[time], **clocks})
    _refuse_entities(asked[entity], rows[entity])
    _refuse_lookbacks(lookbacks, value, kind, edge)
    if value is not None and rows[value].isna().any():
        rows = rows[rows[value].notna()]
    who, whose = _numbered(asked[entity], rows[entity])
    at, happened = _micros(asked[time], "asked"), _micros(rows[time], "rows")
    values = np.full(len(rows), np.nan) if value is None else _finite(rows[value])
    recorded = None if known is None else _micros(rows[known], "rows")
    gone = None if withdrawn is None else _micros(rows[withdrawn], "rows", missing=NEVER)
    made = np.empty((len(asked), len(lookbacks)), order="F")
    for wanted in dict.fromkeys(one.kind for one in lookbacks):
        columns = [column for column, one in enumerate(lookbacks) if one.kind == wanted]
        windows = [_window(lookbacks[column]) for column in columns]
        mine = _chosen(whose, None if wanted is None else (rows[kind] == wanted).fillna(False))
        whole = (whose[mine], happened[mine], values[mine])
        if recorded is None and gone is None:
            summed = sweep(*whole, windows, who, at, edge=edge, threads=threads)
        else:
            late = (None if clock is None else clock[mine] for clock in (recorded, gone))
            summed = _paired(_entries(*whole, *late), windows, who, at, edge=edge, threads=threads)
        if len(columns) == len(lookbacks):
            made = summed
        else:
            made[:, columns] = summed
    for column, one in enumerate(lookbacks):
        if one.how != "count" and not np.isnan(one.fallback):
            made[np.isnan(made[:, column]), column] = one.fallback
    return pd.DataFrame(made, index=asked.index, columns=[one.name for one in lookbacks], copy=False)


def _chosen(whose: Ints, wanted: pd.Series | None) -> Ints | slice:
    """Choose the rows of one kind, of entities that are asked about; all of them without a copy."""
    keep = whose >= 0 if wanted is None else (whose >= 0) & wanted.to_numpy(dtype=bool)
    return slice(None) if keep.all() else np.flatnonzero(keep)


def _entries(entity: Ints, happened: Ints, value: Floats, recorded: Ints | None, withdrawn: Ints | None) -> Entries:
    """Put rows with a second clock, or that can be withdrawn, into entries of one kind."""
    return Entries(
        entity=entity,
        what=np.zeros_like(entity),
        happened=happened,
        recorded=happened if recorded is None else recorded,
        withdrawn=np.full(len(entity), NEVER) if withdrawn is None else withdrawn,
        value=value + 0.0,  # so that there is one zero
    )


def _paired(
    entries: Entries, windows: Sequence[Window], who: Ints, at: Ints, *, edge: Edge, threads: int = 2
) -> Floats:
    """Sum up what has a clock for when it was known, or can be withdrawn."""
    together = Windows(windows, kinds=1, edge=edge)
    made = np.empty((len(at), len(windows)))

    def fill(moments: Ints, summed: Floats) -> None:
        made[moments] = summed

    each_chunk(entries, who, at, together, fill, edge=edge, threads=threads)
    return made


def _window(one: Lookback) -> Window:
    """Give a lookback in numbers."""
    return Window(one.how, (0,), min(one.near // _MICROSECOND, _MOST), min(one.far // _MICROSECOND, _MOST))


def _numbered(asked: pd.Series, rows: pd.Series) -> tuple[Ints, Ints]:
    """Number the entities that are asked about; others are -1. Whole numbers that are dense enough keep their order."""
    import pandas as pd

    if _whole(asked) and _whole(rows):
        first, last = int(asked.min()), int(asked.max())
        if last - first < _DENSE * (len(asked) + len(rows)) and last < _MOST:
            inside = rows.between(first, last).to_numpy()
            whose = rows.to_numpy() if inside.all() else np.where(inside, rows.to_numpy(), first - 1)
            return asked.to_numpy(np.int64) - first, whose.astype(np.int64, copy=False) - first
    numbers, ids = pd.factorize(asked)
    return np.asarray(numbers, dtype=np.int64), np.asarray(pd.Index(ids).get_indexer(pd.Index(rows)), dtype=np.int64)


def _whole(column: pd.Series) -> bool:
    """Tell whether a column holds whole numbers, as numpy does."""
    return len(column) > 0 and isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu"


def _micros(column: pd.Series, table: str, missing: int | None = None) -> Ints:
    """Give a column of times as microseconds; what is finer is cut off."""
    import pandas as pd

    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        msg = f"Column {column.name!r} of {table} is {column.dtype}; times are needed. Convert it with pandas.to_datetime."
        raise CannotFlatten(msg)
    gone = column.isna().to_numpy(dtype=bool)
    if gone.any() and missing is None:
        msg = f"Column {column.name!r} of {table} has {int(gone.sum())} rows without a time. Give each a time or leave it out."
        raise CannotFlatten(msg)
    times = pd.DatetimeIndex(column)
    micros: Ints = (times if times.unit == "us" else times.as_unit("us")).asi8
    return micros if missing is None else np.where(gone, missing, micros)


def _finite(column: pd.Series) -> Floats:
    """Give a column of values as numbers."""
    try:
        values = column.to_numpy(dtype=np.float64)
    except (TypeError, ValueError):
        msg = (
            f"Column {column.name!r} of rows is {column.dtype}; numbers are needed. Convert it with pandas.to_numeric."
        )
        raise CannotFlatten(msg) from None
    if np.isinf(values).any():
        msg = f"Column {column.name!r} has {int(np.isinf(values).sum())} infinite values. Leave them out."
        raise CannotFlatten(msg)
    return values


def _refuse_entities(asked: pd.Series, rows: pd.Series) -> None:
    """Refuse entities that are missing, or that are texts in one table and numbers in the other."""
    import pandas as pd

    for table, column in (("asked", asked), ("rows", rows)):
        if column.isna().any():
            msg = f"Column {column.name!r} of {table} has {int(column.isna().sum())} rows without an entity. Leave them out."
            raise CannotFlatten(msg)
    numbers = [pd.api.types.is_numeric_dtype(column.dtype) for column in (asked, rows)]
    if len(asked) and len(rows) and numbers[0] != numbers[1]:
        msg = (
            f"Column {asked.name!r} is {asked.dtype} in asked and {rows.dtype} in rows: no entity of one can be one of the "
            "other. Give both the same type."
        )
        raise CannotFlatten(msg)


def _refuse_missing(asked: pd.DataFrame, rows: pd.DataFrame, both: Sequence[str], more: Sequence[str]) -> None:
    """Refuse tables that lack a column."""
    lacking = [f"asked has no {name!r}" for name in both if name not in asked]
    lacking += [f"rows has no {name!r}" for name in (*both, *more) if name not in rows]
    if lacking:
        raise CannotFlatten("; ".join(lacking) + ". Name the columns as they are called in the tables.")


def _refuse_mixed_zones(times: Mapping[str, pd.Series]) -> None:
    """Refuse times that cannot be compared."""
    zoned = [name for name, column in times.items() if _zone(column) is not None]
    if zoned and len(zoned) < len(times):
        msg = f"Only some of the times have a time zone: {', '.join(zoned)}. Give one to all of them, or to none."
        raise CannotFlatten(msg)


def _zone(column: pd.Series) -> object:
    """Give the zone of a column of times, whatever holds it; None for one without, and for what are no times."""
    return getattr(getattr(column, "dt", None), "tz", None)


def _refuse_lookbacks(lookbacks: Sequence[Lookback], value: str | None, kind: str | None, edge: str) -> None:
    """Refuse lookbacks that cannot be computed."""
    if edge not in get_args(Edge):
        msg = f"The edge {edge!r} is not known; allowed: {', '.join(get_args(Edge))}."
        raise CannotFlatten(msg)
    twice = sorted({one.name for one in lookbacks if [other.name for other in lookbacks].count(one.name) > 1})
    if twice:
        msg = f"Two lookbacks are called {', '.join(map(repr, twice))}. Give each a name of its own."
        raise CannotFlatten(msg)
    for one in lookbacks:
        if one.how not in get_args(How):
            msg = f"Lookback {one.name!r} asks for {one.how!r}; allowed: {', '.join(get_args(How))}."
            raise CannotFlatten(msg)
        if one.near < dt.timedelta(0) or one.far <= one.near:
            msg = f"Lookback {one.name!r} goes from {one.near} to {one.far} before the moment; far must be more than near."
            raise CannotFlatten(msg)
        if value is None and one.how not in {"count", "since"}:
            msg = f"Lookback {one.name!r} needs values. Name the column with value=."
            raise CannotFlatten(msg)
        if kind is None and one.kind is not None:
            msg = f"Lookback {one.name!r} asks for the kind {one.kind!r}. Name the column with kind=."
            raise CannotFlatten(msg)
