"""Here we hold the cases of a unit: five checked tables that nobody can change, and what was set aside.

>>> cases = Cases.from_frames({})
>>> cases.counts()["reports"]
{'handed_in': 0, 'sound': 0, 'set_aside': 0}
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from features.check import SetAside, check_orphans, check_table
from features.kinds import Identifier
from features.problems import Problem
from features.schema import TABLES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Cases:
    """The checked tables of a case folder, immutable.

    Attributes
    ----------
    tables : mapping of str to pyarrow.Table
        Sound rows only, in the order they came, under the names of the data contract.
    set_aside : tuple of SetAside
        Every row that could not be used, with its reasons.
    notices : tuple of Problem
        What concerns whole tables.
    handed_in : mapping of str to int
        Rows per table as they came.
    """

    tables: Mapping[str, pa.Table]
    set_aside: tuple[SetAside, ...]
    notices: tuple[Problem, ...]
    handed_in: Mapping[str, int]

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame]) -> Self:
        """Check tables that are already in memory.

        Parameters
        ----------
        frames : mapping of str to pandas.DataFrame
            By table name; a table that is not there is read as empty and noted.
        """
        checked = {name: check_table(table, frames.get(name)) for name, table in TABLES.items()}
        checked["concerns"] = check_orphans(checked["concerns"], checked["reports"].sound)
        return cls(
            tables=MappingProxyType(
                {name: to_arrow(part.sound, TABLES[name].arrow()) for name, part in checked.items()}
            ),
            set_aside=tuple(row for part in checked.values() for row in part.set_aside),
            notices=tuple(notice for part in checked.values() for notice in part.notices),
            handed_in=MappingProxyType({name: part.handed_in for name, part in checked.items()}),
        )

    def frame(self, name: str) -> pd.DataFrame:
        """Give a copy of a table as a frame; changing the copy changes nothing here."""
        import pyarrow as pa

        table = self.tables[name]
        for place, column in enumerate(TABLES[name].columns):
            if isinstance(column.kind, Identifier):
                table = table.set_column(place, column.name, table[column.name].cast(pa.string()))
        frame: pd.DataFrame = table.to_pandas()
        return frame

    def counts(self) -> dict[str, dict[str, int]]:
        """Count rows per table: handed in = sound + set aside."""
        return {
            name: {
                "handed_in": self.handed_in[name],
                "sound": table.num_rows,
                "set_aside": sum(row.table == name for row in self.set_aside),
            }
            for name, table in self.tables.items()
        }

    def problems(self) -> tuple[Problem, ...]:
        """Give every problem of every table and row."""
        return self.notices + tuple(problem for row in self.set_aside for problem in row.problems)

    def digest(self) -> str:
        """Give a SHA-256 of the sound rows that does not depend on their order."""
        import pandas as pd

        whole = hashlib.sha256()
        for name in sorted(self.tables):
            rows = pd.util.hash_pandas_object(self.frame(name), index=False)
            whole.update(name.encode())
            whole.update(rows.sort_values().to_numpy().astype("<u8").tobytes())
        return whole.hexdigest()

    def __repr__(self) -> str:
        """Say what is here and what to do next."""
        rows = ", ".join(f"{name} {count['sound']}" for name, count in self.counts().items())
        return f"Cases({rows}; {len(self.set_aside)} set aside; see .problems())"


def to_arrow(frame: pd.DataFrame, schema: pa.Schema | None = None) -> pa.Table:
    """Give a frame as an Arrow table; times with a zone are handed over as UTC, column by column."""
    import pandas as pd
    import pyarrow as pa

    arrays = {}
    for name in frame.columns:
        column, kind = frame[name], None if schema is None else schema.field(name).type
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            utc = column.dt.tz_convert("UTC").dt.tz_localize(None).dt.as_unit("us").to_numpy()
            arrays[name] = pa.array(utc, type=pa.timestamp("us", tz="UTC"), from_pandas=True)
        else:
            arrays[name] = pa.array(column, type=kind, from_pandas=True)
    return pa.table(arrays, schema=schema)
