"""Here we let a table in: every column is there and holds what its part needs, or the table is refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Ints
from training.leaks.checked import Checked
from training.leaks.events import read_events
from training.leaks.inputs import AuditInputs, Columns
from training.leaks.reading import TableRefused, instants, is_number, measured, names, outcomes, require

if TYPE_CHECKING:
    import pandas as pd


def check(inputs: AuditInputs, seed: int = 0) -> Checked:
    """Check the inputs of an audit.

    Raises
    ------
    TableRefused
        When a column is missing or does not hold what its part needs.
    """
    columns, table = inputs.columns, inputs.table.rename(columns=str)
    _require_all(inputs, table)
    table = _in_own_order(table)
    time = instants("table", table[columns.time], required=True)
    entity, *others = _numbered(
        [
            names("table", table[columns.entity], required=True),
            *(names(each.name, each.frame[each.entity], required=True) for each in inputs.events),
        ]
    )
    _require_known(inputs, entity, others)
    household = _text(table, columns.household)
    chosen, skipped = _features(table, columns)
    return Checked(
        given=inputs,
        table=table,
        features={name: measured("table", table[name], time) for name in chosen},
        skipped=skipped,
        time=time,
        entity=entity,
        family=_families([entity, *others], household),
        household=household,
        split=_text(table, columns.split),
        label=outcomes(table[columns.label]),
        events=tuple(read_events(each, number) for each, number in zip(inputs.events, others, strict=True)),
        seed=seed,
    )


def _require_all(inputs: AuditInputs, table: pd.DataFrame) -> None:
    """Refuse inputs in which something is missing, empty or there twice."""
    columns = inputs.columns
    require("The table", table, [*columns.parts().values(), *(columns.features or ())])
    for each in inputs.events:
        require(each.name, each.frame, each.parts().values())
    called = [each.name for each in inputs.events]
    if len(set(called)) < len(called):
        raise TableRefused(f"Two event tables have one name ({', '.join(called)}). Give each a name of its own.")
    if table.empty:
        raise TableRefused("The table has no rows. Give a table with one row per report.")
    if inputs.end is not None and inputs.end.tzinfo is None:
        raise TableRefused("The end has no offset from UTC. Write it as 2026-06-30T00:00:00+02:00.")


def _require_known(inputs: AuditInputs, entity: Ints, others: Sequence[Ints]) -> None:
    """Refuse an event table about nobody in the table: nothing could be seen in it, and that must not look clean."""
    for each, whose in zip(inputs.events, others, strict=True):
        if len(whose) and not np.isin(whose, entity).any():
            msg = (
                f"Nobody in {each.name}.{each.entity} is in the table's {inputs.columns.entity}. "
                "Name the column that holds the same pseudonyms."
            )
            raise TableRefused(msg)


def _in_own_order(table: pd.DataFrame) -> pd.DataFrame:
    """Order rows by what they hold, so that the order in which they came changes nothing."""
    import pandas as pd

    marks = pd.util.hash_pandas_object(table, index=False).to_numpy()
    return table.iloc[np.argsort(marks, kind="stable")].reset_index(drop=True)


def _features(table: pd.DataFrame, columns: Columns) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the features, and the columns that play no part; sorted, because their order says nothing."""
    free = sorted(set(table.columns) - set(columns.parts().values()))
    chosen = columns.features
    if chosen is None:
        chosen = tuple(name for name in free if is_number(table[name]))
    if not chosen:
        beside = ", ".join(columns.parts().values())
        raise TableRefused(f"The table has no features: no column of numbers beside {beside}. Name them, or add them.")
    return tuple(sorted(chosen)), tuple(name for name in free if name not in chosen)


def _numbered(columns: Sequence[pd.Series]) -> list[Ints]:
    """Number the entities of all tables alike."""
    import pandas as pd

    codes, _ = pd.factorize(pd.concat(columns, ignore_index=True), sort=True)
    ends = np.cumsum([len(column) for column in columns])[:-1]
    return np.split(codes.astype(np.int64), ends)


def _families(entities: Sequence[Ints], household: pd.Series | None) -> Ints:
    """Give every entity a family: its household, or a family of its own."""
    import pandas as pd

    count = max((int(each.max(initial=-1)) for each in entities), default=-1) + 1
    family = np.arange(count, dtype=np.int64)
    if household is not None:
        known = household.notna().to_numpy()
        codes, _ = pd.factorize(household[known], sort=True)
        family[entities[0][known][::-1]] = count + codes[::-1]
    return family


def _text(table: pd.DataFrame, column: str | None) -> pd.Series | None:
    return None if column is None else names("table", table[column], required=False)
