"""Here we cut time: what was known strictly before a moment, and had not been withdrawn by then.

This is the only place where history meets a moment. An entry counts at t when it was recorded and had
happened before t, and was not withdrawn before t. So late, corrected and withdrawn rows behave as the
case system knew them then; what was received at the same instant is not known yet. With the edge
``"inclusive"``, which no feature of ours uses, "before t" reads "at t or before".

`features.index` and `features.buckets` find quickly what may count; `counting` decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from features.arrays import Entries, Floats, Ints

Edge = Literal["strict", "inclusive"]


@dataclass(frozen=True)
class Past:
    """What was known at n moments: one pair per moment and entry.

    Attributes
    ----------
    size : int
        n.
    row : ndarray of int64, shape (p,)
        Which moment.
    age : ndarray of int64, shape (p,)
        How long before it the entry happened, in microseconds.
    what, recorded : ndarray of int64, shape (p,)
    value : ndarray of float64, shape (p,)
    entry : ndarray of int64, shape (p,)
        Which entry.
    """

    size: int
    row: Ints
    age: Ints
    what: Ints
    recorded: Ints
    value: Floats
    entry: Ints


def counting(happened: Ints, recorded: Ints, withdrawn: Ints, edge: Edge) -> tuple[Ints, Ints]:
    """Tell at which moments entries count: the one cut.

    Returns
    -------
    first, last : ndarray of int64, shape (m,)
        Each entry counts at these two moments and at those between, and at no other.
    """
    first = np.maximum(happened, recorded) + (edge == "strict")
    last = withdrawn - (edge == "inclusive")
    return first, last


def cut(entries: Entries, row: Ints, entry: Ints, at: Ints, *, edge: Edge = "strict") -> Past:
    """Keep, of candidate pairs, what was known at each moment.

    Parameters
    ----------
    entries : Entries
    row, entry : ndarray of int64, shape (p,)
        Candidate pairs: places in ``at`` and in ``entries``.
    at : ndarray of int64, shape (n,)
        Microseconds of UTC.
    edge : {"strict", "inclusive"}
    """
    happened, recorded, moment = entries.happened[entry], entries.recorded[entry], at[row]
    first, last = counting(happened, recorded, entries.withdrawn[entry], edge)
    keep = (first <= moment) & (moment <= last)
    row, entry = row[keep], entry[keep]
    return Past(
        size=len(at),
        row=row,
        age=moment[keep] - happened[keep],
        what=entries.what[entry],
        recorded=recorded[keep],
        value=entries.value[entry],
        entry=entry,
    )
