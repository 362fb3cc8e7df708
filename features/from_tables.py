"""Here we turn the tables of a case folder into arrays, a column at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.arrays import NEVER, Asked, Entries, Floats, Ints, Mask, joined
from features.cases import Cases
from features.codes import Code, Concern, ConcernStatus, Exposure, Reporter, YesNo
from features.coding import (
    CONCERN,
    EXPOSURE,
    ITEM,
    REPORTER,
    SCORE,
    STATUS,
    UNKNOWN,
    WHAT,
    YES,
    Key,
)
from features.event_codes import EventKind, Instrument, Rater
from features.kinds import ZONE
from features.repeats import remember
from features.schema import FACTS

if TYPE_CHECKING:
    import pyarrow as pa

NOWHERE = -1
"""The number of a child that has no report, and of a code that is missing."""


def from_cases(cases: Cases, looked_at: Mask, pool: Executor) -> tuple[Asked, Entries]:
    """Give the arrays of all sound reports of a case folder, in the table's order, and of their history.

    Parameters
    ----------
    cases : Cases
    looked_at : ndarray of bool
        By number of `features.coding.WHAT`, whether any window looks at it. Other entries, and those of
        children who have no report, are left out: nothing asks for them.
    pool : concurrent.futures.Executor
        Reads the events meanwhile.
    """
    reports = cases.tables["reports"]
    children = _distinct(reports["child_id"])
    events = pool.submit(_events, cases.tables["events"], children, looked_at)
    child, at = _places(reports["child_id"], children), _times(reports["received_at"])
    reporter = _codes(reports["reporter"], Reporter)
    items = _items(reports, cases.tables["concerns"], children, child, reporter)
    earlier = remember(child, reporter, at, items)
    asked = Asked(child=child, at=at, age_months=_ages(reports["birth_month"], at), behind=earlier.behind, items=items)
    scores = _scores(cases.tables["instruments"], children, looked_at)
    return asked, joined([earlier.entries, events.result(), scores])


def _events(table: pa.Table, children: pa.Array, looked_at: Mask) -> Entries:
    """Give the events."""
    details = sorted({detail for _, *rest in WHAT for detail in rest})
    numbers = np.array(
        [[WHAT.get((one.value, detail), WHAT[one.value, ""]) for detail in details] for one in EventKind]
    )
    detail = _places(table["detail"], _texts(details))
    detail[detail == NOWHERE] = details.index("")
    what = numbers[_codes(table["kind"], EventKind), detail]
    return _entries(table, children, looked_at, what, ("happened_at", "recorded_at", "withdrawn_at"))


def _scores(table: pa.Table, children: pa.Array, looked_at: Mask) -> Entries:
    """Give the completed instruments."""
    numbers = np.array([[WHAT[SCORE, one.value, rater.value] for rater in Rater] for one in Instrument])
    what = numbers[_codes(table["instrument"], Instrument), _codes(table["rater"], Rater)]
    return _entries(table, children, looked_at, what, ("completed_at", "recorded_at"), "total")


def _entries(
    table: pa.Table, children: pa.Array, looked_at: Mask, what: Ints, clocks: tuple[str, ...], value: str | None = None
) -> Entries:
    """Give a table's rows, of children who have a report and of kinds that are looked at."""
    wanted = looked_at[what]
    what, table = what[wanted], table.select(["child_id", *clocks, *([value] if value else [])]).filter(wanted)
    child = _places(table["child_id"], children)
    happened, recorded, *withdrawn = (_times(table[clock]) for clock in clocks)
    whole = Entries(
        entity=child,
        what=what,
        happened=happened,
        recorded=recorded,
        withdrawn=withdrawn[0] if withdrawn else np.full(len(child), NEVER),
        value=table[value].to_numpy().astype(np.float64) if value else np.full(len(child), np.nan),
    )
    return whole if (child > NOWHERE).all() else whole.take(np.flatnonzero(child > NOWHERE))


def _items(reports: pa.Table, concerns: pa.Table, children: pa.Array, child: Ints, reporter: Ints) -> NDArray[np.int8]:
    """Count what each report says."""
    items = np.zeros((len(child), len(ITEM)), dtype=np.int8)
    every = np.arange(len(child))
    row = _rows_of(concerns, reports, children, child)
    items[row, _numbers(((CONCERN, one.value) for one in Concern), ITEM)[_codes(concerns["concern"], Concern)]] = 1
    for name, kind in ((STATUS, ConcernStatus), (EXPOSURE, Exposure)):
        numbers = _numbers(((name, one.value) for one in kind), ITEM)
        np.add.at(items, (row, numbers[_codes(concerns[name], kind)]), 1)
    for fact in FACTS:
        answer = _codes(reports[fact], YesNo)
        for name, code in ((YES, YesNo.YES), (UNKNOWN, YesNo.UNKNOWN)):
            items[:, ITEM[name, fact]] = answer == list(YesNo).index(code)
    items[every, _numbers(((REPORTER, one.value) for one in Reporter), ITEM)[reporter]] = 1
    return items


def _rows_of(concerns: pa.Table, reports: pa.Table, children: pa.Array, child: Ints) -> Ints:
    """Give for every concern the row of its report."""
    ids = _distinct(reports["report_id"])
    wide = np.int64(len(children) + 1)
    key = _places(reports["report_id"], ids) * wide + child
    wanted = _places(concerns["report_id"], ids) * wide + _places(concerns["child_id"], children)
    order = np.argsort(key)
    return order[np.searchsorted(key[order], wanted)]


def _ages(born: pa.ChunkedArray, at: Ints) -> Floats:
    """Count calendar months from the month of birth to the month received, in Swedish time; NaN when unknown."""
    import pandas as pd

    months = _distinct(born.drop_null())
    counted = np.array([int(month[:4]) * 12.0 + int(month[5:]) for month in months.to_pylist()] + [np.nan])
    local = pd.DatetimeIndex(at.astype("datetime64[us]")).tz_localize("UTC").tz_convert(ZONE)
    received = (local.year * 12 + local.month).to_numpy(dtype=np.float64)
    return np.asarray(received - counted[_places(born, months)])


def _distinct(column: pa.ChunkedArray) -> pa.Array:
    """Give the different values of a column, as plain texts."""
    import pyarrow as pa

    values = column.unify_dictionaries().unique()
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _places(column: pa.ChunkedArray, values: pa.Array) -> Ints:
    """Give each cell's place among values; `NOWHERE` when it is none of them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        whole = column.unify_dictionaries().combine_chunks()
        found = pc.take(pc.index_in(whole.dictionary, value_set=values), whole.indices)
    else:
        found = pc.index_in(column, value_set=values)
    return np.asarray(pc.fill_null(found, NOWHERE).to_numpy(zero_copy_only=False), dtype=np.int64)


def _texts(values: Sequence[str]) -> pa.Array:
    """Make an array of texts."""
    import pyarrow as pa

    return pa.array(values, type=pa.string())


def _codes(column: pa.ChunkedArray, kind: type[Code]) -> Ints:
    """Give a column of codes as their places in the code list."""
    return _places(column, _texts(kind.values()))


def _times(column: pa.ChunkedArray) -> Ints:
    """Give a column of times as microseconds of UTC; `NEVER` where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return np.asarray(pc.fill_null(column.cast(pa.int64()), NEVER).to_numpy(), dtype=np.int64)


def _numbers(keys: Iterable[Key], numbering: Mapping[Key, int]) -> Ints:
    """Give the numbers of keys."""
    return np.array([numbering[key] for key in keys], dtype=np.int64)
