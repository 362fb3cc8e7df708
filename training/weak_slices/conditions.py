"""Here we turn columns into conditions that a report meets or does not: a code, a range of numbers, "unknown"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats
from triage.words import Text

MOST_NUMBERS = 8
"""A numeric column with more different values than this is cut into ranges."""
RANGES = 4
"""Ranges of about equal size into which such a column is cut."""
UNKNOWN = Text("okänt", "unknown")

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Condition:
    """What one column says.

    Attributes
    ----------
    column : str
    text : Text
        As a person reads it.
    """

    column: str
    text: Text


def conditions(columns: Mapping[str, NDArray[Any]], labels: Mapping[str, Text]) -> tuple[tuple[Condition, ...], Mask]:
    """Turn columns into conditions.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (n,)
        Numbers (NaN is unknown) or codes (None is unknown); at least one column.
    labels : mapping of str to Text
        What a person calls each column.

    Returns
    -------
    tuple of Condition, length m
    ndarray of bool, shape (n, m)
        Which reports meet which condition; of each column exactly one.
    """
    found: list[Condition] = []
    masks: list[Mask] = []
    for name, values in columns.items():
        label = labels[name]
        for says, mask in _numbers(values.astype(np.float64)) if values.dtype.kind in "fiub" else _codes(values):
            found.append(Condition(name, Text(f"{label.sv}: {says.sv}", f"{label.en}: {says.en}")))
            masks.append(mask)
    return tuple(found), np.column_stack(masks)


def _codes(values: NDArray[Any]) -> list[tuple[Text, Mask]]:
    """Give one condition per code, and one for what is unknown."""
    unknown = np.array([not isinstance(value, str) for value in values.tolist()])
    codes = np.where(unknown, "", values.astype(str))
    return [*((Text(code, code), codes == code) for code in np.unique(codes[~unknown]).tolist()), (UNKNOWN, unknown)]


def _numbers(values: Floats) -> list[tuple[Text, Mask]]:
    """Give one condition per number or, where there are many, per range of about equal size."""
    unknown = np.isnan(values)
    distinct = np.unique(values[~unknown])
    if len(distinct) <= MOST_NUMBERS:
        return [*((Text(f"{value:g}", f"{value:g}"), values == value) for value in distinct), (UNKNOWN, unknown)]
    shares = np.arange(1, RANGES) / RANGES
    cuts = np.unique(np.maximum(np.quantile(values[~unknown], shares, method="higher"), distinct[1]))
    place = np.where(unknown, -1, np.searchsorted(cuts, values, side="right"))
    return [*((_range(cuts, number), place == number) for number in range(len(cuts) + 1)), (UNKNOWN, unknown)]


def _range(cuts: Floats, number: int) -> Text:
    """Word one range."""
    if number == 0:
        return Text(f"under {cuts[0]:g}", f"below {cuts[0]:g}")
    low = f"{cuts[number - 1]:g}"
    if number == len(cuts):
        return Text(f"{low} eller mer", f"{low} or more")
    return Text(f"{low} till under {cuts[number]:g}", f"{low} to below {cuts[number]:g}")
