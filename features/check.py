"""Here we check whole tables: every problem at once, sound rows kept, broken rows set aside with their reasons.

Nothing is dropped and nothing is fatal for the rest: what is handed in equals what is sound plus
what is set aside, per table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from features.event_codes import EventKind, Instrument
from features.kinds import ZONE, Column, Read, Table
from features.personal_numbers import contains, rows_with
from features.problems import Problem
from features.schema import CONCERNS, EVENTS, INSTRUMENTS, REPORTS

if TYPE_CHECKING:
    import pandas as pd


TOO_LONG = "\0too_long"
"""A column that the reader adds to mark rows with more cells than the table has columns."""


@dataclass(frozen=True)
class SetAside:
    """One row that could not be used, with every reason.

    Attributes
    ----------
    table : str
    number : int
        The row's place in the file, from 1.
    row : str
        Its id, or ``#number`` when the id cannot be shown.
    report_id, child_id : str or None
        Which report and child it belongs to, as far as that can be read.
    problems : tuple of Problem
    readable : mapping of str to str
        The values that could be read; a rule may still fire on them.
    """

    table: str
    number: int
    row: str
    report_id: str | None
    child_id: str | None
    problems: tuple[Problem, ...]
    readable: Mapping[str, str]


@dataclass(frozen=True)
class CheckedTable:
    """One table after the checks.

    Attributes
    ----------
    sound : pandas.DataFrame
        Typed columns in the contract's order.
    set_aside : tuple of SetAside
    notices : tuple of Problem
        What concerns the whole table: missing tables and columns, columns outside the contract.
    handed_in : int
    """

    sound: pd.DataFrame
    set_aside: tuple[SetAside, ...]
    notices: tuple[Problem, ...]
    handed_in: int


def check_table(table: Table, raw: pd.DataFrame | None) -> CheckedTable:
    """Check one table by itself; see `check_orphans` for what it takes two tables to see.

    Parameters
    ----------
    table : Table
        The contract.
    raw : pandas.DataFrame or None
        As read from the file; None when there was no file.
    """
    import pandas as pd

    if raw is None:
        missing = (Problem(table.name, None, None, "missing_table"),)
        return CheckedTable(_typed(table, pd.DataFrame(columns=list(table.names))), (), missing, 0)
    raw = raw.reset_index(drop=True)
    too_long = raw.pop(TOO_LONG) if TOO_LONG in raw.columns else None
    reads = {column.name: _read(column, raw) for column in table.columns}
    wrong = _Wrong(table, raw)
    for column in table.columns:
        wrong.add_codes(column.name, reads[column.name].wrong)
        if column.required:
            wrong.add(column.name, "missing", reads[column.name].values.isna() & (reads[column.name].wrong == ""))
    wrong.add_personal_numbers()
    if too_long is not None:
        wrong.add("*", "too_long", too_long)
    values = pd.DataFrame({name: read.values for name, read in reads.items()})
    _ROW_CHECKS.get(table.name, _no_more)(values, wrong)
    repeated = values[~wrong.broken()].duplicated(list(table.key)).reindex(values.index, fill_value=False)
    wrong.add("/".join(table.key), "duplicate_id", repeated)
    broken = wrong.broken()
    return CheckedTable(_typed(table, values[~broken]), wrong.set_aside(values), _notices(table, raw), len(raw))


def check_orphans(concerns: CheckedTable, reports: pd.DataFrame) -> CheckedTable:
    """Set aside the concerns whose report is missing or could not be read."""
    import pandas as pd

    keys = ["report_id", "child_id"]
    known = pd.MultiIndex.from_frame(reports[keys])
    frame = concerns.sound
    orphan = ~pd.MultiIndex.from_frame(frame[keys]).isin(known)
    wrong = _Wrong(CONCERNS, frame.reset_index(drop=True), numbers=frame.index.to_numpy() + 1)
    wrong.add("report_id", "orphan", pd.Series(orphan))
    sound = frame[~orphan]
    return CheckedTable(sound, concerns.set_aside + wrong.set_aside(frame), concerns.notices, concerns.handed_in)


class _Wrong:
    """Gathers what is wrong, column by column, and turns it into problems for the broken rows only."""

    def __init__(self, table: Table, raw: pd.DataFrame, numbers: np.ndarray | None = None) -> None:
        self.table = table
        self.raw = raw
        self.numbers = np.arange(1, len(raw) + 1) if numbers is None else numbers
        self.found: list[tuple[str, np.ndarray, np.ndarray]] = []

    def add_codes(self, column: str, codes: np.ndarray) -> None:
        """Note a code per row ('' where nothing is wrong)."""
        rows = np.flatnonzero(codes != "")
        if len(rows):
            self.found.append((column, rows, codes[rows]))

    def add(self, column: str, code: str, where: pd.Series) -> None:
        """Note one code for the rows where ``where`` is true."""
        rows = np.flatnonzero(where.to_numpy(dtype=bool, na_value=False))
        if len(rows):
            self.found.append((column, rows, np.full(len(rows), code, dtype=object)))

    def add_personal_numbers(self) -> None:
        """Look for personal identity numbers in every column of text or numbers, also those outside the contract."""
        for name in self.raw.columns:
            column = self.raw[name]
            if column.dtype.kind in "OTUSiuf" or str(column.dtype) in {"str", "string"}:
                self.add(str(name), "personal_number", rows_with(column.astype("string")))

    def broken(self) -> np.ndarray:
        """Tell which rows have at least one problem."""
        rows = reduce(np.union1d, (rows for _, rows, _ in self.found), np.array([], dtype=int))
        mask = np.zeros(len(self.raw), dtype=bool)
        mask[rows.astype(int)] = True
        return mask

    def set_aside(self, values: pd.DataFrame) -> tuple[SetAside, ...]:
        """Give every broken row with all its problems, in the file's order."""
        by_row: dict[int, list[tuple[str, str]]] = {}
        for column, rows, codes in self.found:
            for row, code in zip(rows.tolist(), codes.tolist(), strict=True):
                by_row.setdefault(row, []).append((column, code))
        return tuple(self._one(row, by_row[row], values) for row in sorted(by_row))

    def _one(self, row: int, found: list[tuple[str, str]], values: pd.DataFrame) -> SetAside:
        """Put together one row that is set aside; a personal number replaces its column's other problems."""
        hidden = {column for column, code in found if code == "personal_number"}
        kept = [
            (column, code) for column, code in dict.fromkeys(found) if column not in hidden or code == "personal_number"
        ]
        bad = {column for column, code in found if code not in _ABOUT_THE_ROW}
        if ("*", "too_long") in found:  # its cells cannot be told apart, so nothing else is said of them
            kept = [(column, code) for column, code in kept if code in {"too_long", "personal_number"}]
            bad = set(values.columns)
        cells = values.iloc[row].drop(labels=[name for name in bad if name in values.columns]).dropna()
        readable = {str(column): _plain(value) for column, value in cells.items()}
        name = self._name(row, readable)
        return SetAside(
            table=self.table.name,
            number=int(self.numbers[row]),
            row=name,
            report_id=readable.get("report_id"),
            child_id=readable.get("child_id"),
            problems=tuple(self._problem(name, row, column, code) for column, code in kept),
            readable=readable,
        )

    def _name(self, row: int, readable: Mapping[str, str]) -> str:
        """Name the row by its key, or by its number when the key cannot be shown."""
        parts = [readable.get(name) for name in self.table.key]
        shown = [part for part in parts if part]
        return "/".join(shown) if len(shown) == len(parts) else f"#{self.numbers[row]}"

    def _problem(self, name: str, row: int, column: str, code: str) -> Problem:
        """Put one problem into words that a person can act on."""
        first = column.split("/", maxsplit=1)[0]
        came = self.raw.iloc[row][first] if first in self.raw.columns and code not in _SILENT else None
        allowed = self.table[first].kind.describe("en") if code in _SAYS_ALLOWED else None
        return Problem(self.table.name, name, column, code, None if came is None else str(came), allowed)


_ABOUT_THE_ROW = frozenset({"duplicate_id", "orphan"})
_SILENT = frozenset({"personal_number", "missing", "duplicate_id", "orphan"})
_SAYS_ALLOWED = frozenset(
    {"unknown_code", "not_an_identifier", "not_a_time", "naive_time", "not_a_month", "not_a_number", "missing"}
)


def _plain(value: object) -> str:
    """Write a value as JSON would have it."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _read(column: Column, raw: pd.DataFrame) -> Read:
    """Read one column; a column that is missing altogether reads as missing values."""
    import pandas as pd

    if column.name not in raw.columns:
        return column.kind.read(pd.Series([None] * len(raw), index=raw.index, dtype="string"))
    return column.kind.read(raw[column.name])


def _typed(table: Table, values: pd.DataFrame) -> pd.DataFrame:
    """Fill what a missing value stands for; keep the row numbers of the file as index."""
    filled = {
        column.name: values[column.name] if column.default is None else values[column.name].fillna(column.default)
        for column in table.columns
    }
    import pandas as pd

    return pd.DataFrame(filled, index=values.index)


def _notices(table: Table, raw: pd.DataFrame) -> tuple[Problem, ...]:
    """Name the columns that are missing and those that are outside the contract."""
    missing = [column.name for column in table.columns if column.required and column.name not in raw.columns]
    unknown = [str(name) for name in raw.columns if name not in table.names]
    return tuple(
        [Problem(table.name, None, name, "missing_column") for name in missing]
        + [Problem(table.name, None, "***" if contains(name) else name, "unknown_column") for name in unknown]
    )


def _no_more(values: pd.DataFrame, wrong: _Wrong) -> None:
    """Nothing to check between the columns of this table."""


def _check_reports(values: pd.DataFrame, wrong: _Wrong) -> None:
    """A child is not born after the report about it (unborn children are outside this contract)."""
    import pandas as pd

    received = pd.to_datetime(values["received_at"], utc=True).dt.tz_convert(ZONE).dt.strftime("%Y-%m")
    wrong.add("birth_month", "birth_after_report", values["birth_month"] > received)


def _check_events(values: pd.DataFrame, wrong: _Wrong) -> None:
    """Times in order; the detail comes from the kind's own list."""
    wrong.add("recorded_at", "recorded_before_happened", values["recorded_at"] < values["happened_at"])
    wrong.add("withdrawn_at", "withdrawn_before_recorded", values["withdrawn_at"] < values["recorded_at"])
    detail = values["detail"]
    for kind in EventKind:
        mine = (values["kind"] == kind.value).fillna(value=False)
        if kind.details is not None:
            wrong.add("detail", "missing", mine & detail.isna())
            wrong.add("detail", "unknown_code", mine & detail.notna() & ~detail.isin(kind.details.values()))


def _check_instruments(values: pd.DataFrame, wrong: _Wrong) -> None:
    """Times in order; the total is one the instrument can give."""
    wrong.add("recorded_at", "recorded_before_happened", values["recorded_at"] < values["completed_at"])
    for instrument in Instrument:
        if instrument.total_range is not None:
            low, high = instrument.total_range
            mine = (values["instrument"] == instrument.value).fillna(value=False)
            wrong.add("total", "not_a_number", mine & values["total"].notna() & ~values["total"].between(low, high))


_ROW_CHECKS = {REPORTS.name: _check_reports, EVENTS.name: _check_events, INSTRUMENTS.name: _check_instruments}
