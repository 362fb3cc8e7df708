"""Here we turn columns into conditions that a report meets or does not: a code, a range of numbers, "unknown"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats
from training.weak_slices import words
from training.weak_slices.scales import PLAIN, Scale
from triage.words import Text

MOST_NUMBERS = 8
"""A numeric column with more different values than this is cut into ranges."""
RANGES = 4
"""Ranges of about equal size into which such a column is cut."""

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


def conditions(
    columns: Mapping[str, NDArray[Any]], labels: Mapping[str, Text], scales: Mapping[str, Scale] | None = None
) -> tuple[tuple[Condition, ...], Mask]:
    """Turn columns into conditions.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (n,)
        Numbers (NaN is unknown) or codes (None is unknown); at least one column.
    labels : mapping of str to Text
        What a person calls each column.
    scales : mapping of str to Scale, optional
        How columns are read and said; those that are not named are said as they are.

    Returns
    -------
    tuple of Condition, length m
    ndarray of bool, shape (n, m)
        Which reports meet which condition; of each column exactly one.
    """
    found: list[Condition] = []
    masks: list[Mask] = []
    for name, values in columns.items():
        label, scale = labels[name], (scales or {}).get(name, PLAIN)
        numeric = values.dtype.kind in "fiub"
        for says, mask in _numbers(values.astype(np.float64), scale) if numeric else _codes(values, scale):
            found.append(Condition(name, says if says is scale.nothing else words.labelled(label, says)))
            masks.append(mask)
    return tuple(found), np.column_stack(masks)


def _codes(values: NDArray[Any], scale: Scale) -> list[tuple[Text, Mask]]:
    """Give one condition per code, and one for what is unknown."""
    unknown = np.array([not isinstance(value, str) for value in values.tolist()])
    codes = np.where(unknown, "", values.astype(str))
    found = np.unique(codes[~unknown]).tolist()
    return [*((scale.codes.get(code, Text(code, code)), codes == code) for code in found), (scale.unknown, unknown)]


def _numbers(values: Floats, scale: Scale) -> list[tuple[Text, Mask]]:
    """Give one condition per number that has a name, the rest by `_cut`, and one for what is unknown."""
    unknown = np.isnan(values)
    own = scale.named if scale.nothing is None else {**scale.named, 0.0: scale.nothing}
    named = [(says, values == value) for value, says in own.items() if (values == value).any()]
    rest = ~unknown & ~np.isin(values, list(own))
    read = np.where(rest, scale.read(values), np.nan)
    cut = (
        [(words.fill(scale.frame, range=says), mask) for says, mask in _cut(read, scale.decimals)] if rest.any() else []
    )
    return [*named, *cut, (scale.unknown, unknown)]


def _cut(values: Floats, decimals: int | None) -> list[tuple[Text, Mask]]:
    """Give one condition per number or, where there are many, per range of about equal size; NaN meets none."""
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    if len(distinct) <= MOST_NUMBERS:
        return [(words.plain(value), values == value) for value in distinct.tolist()]
    shares = np.arange(1, RANGES) / RANGES
    cuts = np.maximum(np.quantile(known, shares, method="higher"), distinct[1])
    cuts = np.unique(cuts if decimals is None else np.maximum(cuts.round(decimals), 10.0**-decimals))
    place = np.where(np.isnan(values), -1, np.searchsorted(cuts, values, side="right"))
    return [(_range(cuts, number), place == number) for number in range(len(cuts) + 1)]


def _range(cuts: Floats, number: int) -> Text:
    """Word one range."""
    ends = {"low": words.plain(cuts[max(number - 1, 0)]), "high": words.plain(cuts[min(number, len(cuts) - 1)])}
    template = words.BELOW if number == 0 else words.FROM if number == len(cuts) else words.BETWEEN
    return words.fill(template, **ends)
