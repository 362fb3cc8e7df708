"""Here we tell which reports repeat another: the same kind of reporter about the same child within two weeks.

Who a reporter is stays unknown to us (no names), so "the same reporter" is the same kind of reporter:
two teachers count as one, and two anonymous callers too. A chain counts once, however long: each link
is at most `REPEAT` after the one before.
"""

from __future__ import annotations

import numpy as np

from features.arrays import Ints, Mask

REPEAT_DAYS = 14
REPEAT = REPEAT_DAYS * 86_400_000_000
"""Microseconds."""


def repeats(child: Ints, reporter: Ints, at: Ints) -> tuple[Mask, Mask]:
    """Tell which reports repeat another.

    Parameters
    ----------
    child, reporter, at : ndarray of int64, shape (n,)
        In any order.

    Returns
    -------
    as_history : ndarray of bool, shape (n,)
        Whether the report repeats another when both lie in the past: of several at one instant, all
        but one.
    as_asked : ndarray of bool, shape (n,)
        Whether, at the moment it comes in, one that it repeats came strictly before.
    """
    order = np.lexsort((at, reporter, child))
    gap = np.full(len(order), REPEAT + 1)
    same = (np.diff(child[order]) == 0) & (np.diff(reporter[order]) == 0)
    gap[1:] = np.where(same, np.diff(at[order]), REPEAT + 1)
    instant = np.cumsum(gap > 0) - 1
    as_history, as_asked = np.empty(len(order), dtype=np.bool_), np.empty(len(order), dtype=np.bool_)
    as_history[order] = gap <= REPEAT
    as_asked[order] = (gap[gap > 0] <= REPEAT)[instant]
    return as_history, as_asked
