"""Here we tie together reports that say the same again, so that what is said again counts once.

A report continues the latest earlier one by the same kind of reporter about the same child when it comes at most
`REPEAT` after it, or when both are about nothing but a custody conflict. Who a reporter is stays unknown to us (no
names), so "the same reporter" is the same kind of reporter: two teachers count as one, and two anonymous callers too.
A chain counts once, however long, and is as old as its latest report.
"""

from __future__ import annotations

import numpy as np

from features.arrays import NEVER, Ints, Mask

REPEAT_DAYS = 14
REPEAT = REPEAT_DAYS * 86_400_000_000
"""Microseconds."""


def chains(child: Ints, reporter: Ints, custody: Mask, at: Ints) -> tuple[Ints, Ints]:
    """Tell when each report was continued by another, and how long before it the one came that it continues.

    Parameters
    ----------
    child, reporter, at : ndarray of int64, shape (n,)
        In any order.
    custody : ndarray of bool, shape (n,)
        Whether the report is about nothing but a custody conflict.

    Returns
    -------
    until : ndarray of int64, shape (n,)
        When the next report took its place in the chain; of several at one instant all but one are replaced at once.
        `NEVER` where none did.
    behind : ndarray of int64, shape (n,)
        Microseconds from the report that this one continues, which came strictly before; `NEVER` where it begins a chain.
    """
    order = np.lexsort((custody, at, reporter, child))
    child, reporter, custody, at = child[order], reporter[order], custody[order], at[order]
    first = np.append(True, (np.diff(child) != 0) | (np.diff(reporter) != 0))[: len(order)]
    instant = first | np.append(True, np.diff(at) != 0)[: len(order)]
    linked = _linked(first, custody, at, np.arange(len(order)) - 1)
    until, behind = np.full(len(order), NEVER), np.full(len(order), NEVER)
    until[order[:-1]] = np.where(linked[1:], at[1:], NEVER)
    before = np.flatnonzero(instant)[np.cumsum(instant) - 1] - 1  # the last report of the instant before
    continues = _linked(first, custody, at, before) & (before >= 0)
    behind[order] = np.where(continues, at - at[before], NEVER)
    return until, behind


def _linked(first: Mask, custody: Mask, at: Ints, before: Ints) -> Mask:
    """Tell which reports continue the one at the given place, in order of child, reporter and time."""
    group = np.cumsum(first)
    near: Mask = at - at[before] <= REPEAT
    linked: Mask = (group == group[before]) & (near | (custody & custody[before]))
    return linked
