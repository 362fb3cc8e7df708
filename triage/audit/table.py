"""Here we read an audit's inputs from the columns of any table: the one door from a DataFrame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.audit.attributes import UNKNOWN, Attribute
from triage.audit.inputs import Inputs

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("score", "flagged", "household", "sample", "weight", "delay", "abstained", "reasons")


def inputs_from_frame(
    table: pd.DataFrame,
    *,
    outcome: str,
    groups: Sequence[str],
    reference: Mapping[str, str] | None = None,
    **options: Any,
) -> Inputs:
    """Read a table's columns.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per report.
    outcome : str
    groups : sequence of str
        Columns of attributes; a categorical column may hold groups without a member.
    reference : mapping of str to str, optional
    **options
        Columns for any of `COLUMNS`; and ``outcomes`` and ``kind`` as in `Inputs.of`.

    Raises
    ------
    ValueError
        When a column is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"need": [1, 0, None], "p": [0.7, 0.2, 0.4], "sex": ["girl", None, "boy"]})
    >>> inputs_from_frame(table, outcome="need", groups=["sex"], score="p").attributes[0].labels
    ('boy', 'girl', 'unknown')
    """
    named = {name: options.pop(name) for name in COLUMNS if options.get(name) is not None}
    missing = [name for name in (outcome, *groups, *named.values()) if name not in table.columns]
    if missing:
        msg = f"the table has no columns {missing}; it has {list(table.columns)}."
        raise ValueError(msg)
    attributes = {name: _attribute(table[name], (reference or {}).get(name)) for name in groups}
    read = {name: _column(table[column]) for name, column in named.items()}
    return Inputs.of(_column(table[outcome]), attributes, **read, **options)


def _column(column: pd.Series[Any]) -> Any:
    """Give plain numbers, NaN for what is missing, or ids as they are."""
    import pandas as pd

    numeric = pd.api.types.is_numeric_dtype(column) or column.dropna().isin([0, 1]).all()
    if numeric:
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    codes = pd.factorize(column)[0]
    return np.where(codes < 0, np.nan, codes)


def _attribute(column: pd.Series[Any], reference: str | None) -> Attribute:
    """Number the groups of a column, without looking at every word twice."""
    import pandas as pd

    codes, values = pd.factorize(column)
    expected: list[Any] = list(column.cat.categories) if isinstance(column.dtype, pd.CategoricalDtype) else []
    words = np.array([*map(str, values), UNKNOWN], dtype=object)
    return Attribute.of(str(column.name), words[codes].astype(str), reference, [str(each) for each in expected])
