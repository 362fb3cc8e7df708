"""Here we read the columns of tables that nobody has checked: what does not fit is refused, naming the column.

No error text shows more than a count and the column's name: a value could name a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import NEVER, Floats, Ints
from features.kinds import Time
from features.personal_numbers import rows_with
from features.problems import WORDS
from triage.errors import INPUT_EXIT_CODE, TriageError

if TYPE_CHECKING:
    import pandas as pd

DAY = 86_400_000_000
"""Microseconds of a day of 24 hours."""


class TableRefused(TriageError):
    """A table cannot be audited as it stands."""

    exit_code = INPUT_EXIT_CODE


def require(name: str, frame: pd.DataFrame, wanted: Iterable[str]) -> None:
    """Refuse a table that lacks a named column, or has two of one name.

    Raises
    ------
    TableRefused
        With every column that is missing or there twice.
    """
    has = [str(column) for column in frame.columns]
    missing = sorted(set(wanted) - set(has))
    twice = sorted({column for column in has if has.count(column) > 1})
    if missing:
        msg = f"{name} has no column {', '.join(missing)}; it has {', '.join(has)}. Name the columns as they are."
        raise TableRefused(msg)
    if twice:
        msg = f"{name} has more than one column {', '.join(twice)}. Rename or leave out all but one."
        raise TableRefused(msg)


def instants(name: str, column: pd.Series, *, required: bool) -> Ints:
    """Read instants as microseconds of UTC, `NEVER` where there is none, shape (n,).

    Raises
    ------
    TableRefused
        When a time is no instant or has no offset, or is missing although it is required.
    """
    read = Time().read(column)
    missing = read.values.isna().to_numpy()
    wrong = sorted({code for code in read.wrong if code} - (set() if required else {"missing"}))
    number = int((missing if required else np.isin(read.wrong, wrong)).sum())
    if number:
        said = "; ".join(WORDS[code][1].format(came="a value") for code in wrong) or "a value is missing"
        msg = (
            f"{name}.{column.name}: {number} of {len(column)} times cannot be read ({said}). Allowed: "
            f"{Time().describe('en')}. Local times: frame[{str(column.name)!r}].dt.tz_localize('Europe/Stockholm')."
        )
        raise TableRefused(msg)
    micros: Ints = read.values.dt.as_unit("us").to_numpy(dtype="datetime64[us]").astype(np.int64)
    micros[missing] = NEVER
    return micros


def names(name: str, column: pd.Series, *, required: bool) -> pd.Series:
    """Read pseudonyms or codes as text; missing stays missing.

    Raises
    ------
    TableRefused
        When one is missing although it is required, or one is a personal identity number.
    """
    from pandas.api.types import is_float_dtype

    if is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")  # whole numbers that a missing one has turned into fractions
    text = column.astype("object").map(str, na_action="ignore").astype("str")
    if required and text.isna().any():
        msg = f"{name}.{column.name} is missing in {int(text.isna().sum())} of {len(text)} rows. Fill it in, or leave those rows out."
        raise TableRefused(msg)
    if rows_with(text.drop_duplicates()).any():
        msg = f"{name}.{column.name} {WORDS['personal_number'][1]}. {WORDS['personal_number'][3]}"
        raise TableRefused(msg)
    return text


def outcomes(column: pd.Series) -> Floats:
    """Read a label: 1, 0, or NaN where the outcome is unknown, shape (n,).

    Raises
    ------
    TableRefused
        When anything else stands there.
    """
    import pandas as pd

    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = (np.isnan(values) & column.notna().to_numpy()) | ~(np.isnan(values) | np.isin(values, [0.0, 1.0]))
    if wrong.any():
        msg = (
            f"The label {column.name} is neither 1, 0 nor missing in {int(wrong.sum())} of {len(values)} rows. "
            "Write 1 for yes, 0 for no and nothing where the outcome is unknown."
        )
        raise TableRefused(msg)
    return values


def is_number(column: pd.Series) -> bool:
    """Tell whether a column holds numbers, or true and false."""
    import pandas as pd

    return bool(pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))


def measured(table: str, column: pd.Series, at: Ints) -> Floats:
    """Read a feature as numbers, NaN where it is missing, shape (n,).

    An instant becomes its distance from the report in days; any other text becomes the number of its value in
    alphabetical order.
    """
    import pandas as pd

    if is_number(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    if pd.api.types.is_datetime64_any_dtype(column):
        moment = instants(table, column, required=False)
        return np.where(moment == NEVER, np.nan, (moment - at) / DAY)
    codes, _ = pd.factorize(names(table, column, required=False), sort=True)
    return np.where(codes < 0, np.nan, codes.astype(np.float64))
