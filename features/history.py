"""Here we cut time: what was known strictly before a moment, and had not been withdrawn by then.

This is the only place where history meets a moment. An entry counts at t when it was recorded and had
happened before t, and was not withdrawn before t. So late, corrected and withdrawn rows behave as the
case system knew them then; what was received at the same instant is not known yet. With the edge
``"inclusive"``, which no feature of ours uses, "before t" reads "at t or before".

`features.index` finds quickly what may count; `cut` decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
    """

    size: int
    row: Ints
    age: Ints
    what: Ints
    recorded: Ints
    value: Floats


def cut(entries: Entries, row: Ints, entry: Ints, at: Ints, *, edge: Edge = "strict") -> Past:
    """Keep, of candidate pairs, what was known at each moment: the one cut.

    Parameters
    ----------
    entries : Entries
    row, entry : ndarray of int64, shape (p,)
        Candidate pairs: places in ``at`` and in ``entries``.
    at : ndarray of int64, shape (n,)
        Microseconds of UTC.
    edge : {"strict", "inclusive"}
    """
    moment = at[row] + (edge == "inclusive")
    happened, recorded = entries.happened[entry], entries.recorded[entry]
    keep = (recorded < moment) & (happened < moment) & ~(entries.withdrawn[entry] < moment)
    row, entry = row[keep], entry[keep]
    return Past(
        size=len(at),
        row=row,
        age=at[row] - happened[keep],
        what=entries.what[entry],
        recorded=recorded[keep],
        value=entries.value[entry],
    )
