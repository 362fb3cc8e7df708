"""Here we tie together reports that say the same again, so that what is said again counts once.

A report continues the latest earlier one by the same kind of reporter about the same child when it comes at most
`REPEAT` after it, or when both are about nothing but a custody conflict. Who a reporter is stays unknown to us (no
names), so "the same reporter" is the same kind of reporter: two teachers count as one, and two anonymous callers too.
A chain counts once, however long, and is as old as its latest report.

What reports told of is tied together theme by theme, each among the reports that tell of it: who says a thing again
says it once, and who says something else says something new. So of two reports at one instant neither hides what only
the other told. There what is said again within `REPEAT` is as old as the first time: to say a thing over and over does
not keep it new. Of a custody conflict that goes on for longer the latest takes the place of those before.
"""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.arrays import NEVER, Entries, Ints, Mask
from features.codes import Concern, Reporter
from features.coding import CONCERN, ITEM, REPORT, WHAT, tells, told
from features.themes import Theme

REPEAT_DAYS = 14
REPEAT = REPEAT_DAYS * 86_400_000_000
"""Microseconds."""

CHAINS = (REPORT, *(theme.value for theme in Theme))
"""What is tied together: whole reports, and those that tell of each theme."""

_TELLS = [item for theme in Theme for item in tells(theme)]
_TELLS_START = list(accumulate([0, *(len(tells(theme)) for theme in Theme)]))[:-1]
_THEMES = np.array([told(theme)[0] for theme in Theme])
_REPORTS = np.array([WHAT[REPORT, one.value] for one in Reporter])
_CUSTODY = ITEM[CONCERN, Concern.CUSTODY_CONFLICT.value]
_NAMED = [ITEM[CONCERN, one.value] for one in Concern if one is not Concern.NOT_STATED]


class Remembered(NamedTuple):
    """Reports as history.

    Attributes
    ----------
    entries : Entries, length m
        Each report, and each theme that it told of.
    row : ndarray of int64, shape (m,)
        Of which report each entry is.
    behind : ndarray of int64, shape (n, chains)
        Microseconds from the entry that counts for what each continues, in each of `CHAINS`; `NEVER` where it continues none.
    """

    entries: Entries
    row: Ints
    behind: Ints


def remember(child: Ints, reporter: Ints, at: Ints, items: NDArray[np.int8]) -> Remembered:
    """Give reports as entries of their children's histories: each until another takes its place, a theme from the first on.

    Parameters
    ----------
    child, reporter, at : ndarray of int64, shape (n,)
    items : ndarray of int8, shape (n, number of items)
        As in `features.arrays.Asked`.
    """
    row, chain = np.nonzero(_chains_of(items))
    custody = _only_custody(items)[row]
    tied = chains(child[row] * len(CHAINS) + chain, reporter[row], custody, at[row])
    until = np.where(
        chain == 0, tied.until, np.where(tied.begins, tied.over, at[row])
    )  # until it came: it never counts
    behind = np.full((len(at), len(CHAINS)), NEVER)
    behind[row, chain] = np.where(chain == 0, tied.behind, tied.since)
    what = np.where(chain == 0, _REPORTS[reporter[row]], _THEMES[chain - 1])
    return Remembered(Entries(child[row], what, at[row], at[row], until, np.full(len(row), np.nan)), row, behind)


def _chains_of(items: NDArray[np.int8]) -> Mask:
    """Tell into which chains each report goes, shape (n, chains)."""
    into: Mask = np.ones((len(items), len(CHAINS)), dtype=np.bool_)
    np.logical_or.reduceat(items[:, _TELLS], _TELLS_START, axis=1, out=into[:, 1:])
    return into


def _only_custody(items: NDArray[np.int8]) -> Mask:
    """Tell which reports are about nothing but a custody conflict."""
    only: Mask = (items[:, _CUSTODY] > 0) & (items[:, _NAMED].sum(axis=1) == 1)
    return only


class Tied(NamedTuple):
    """What each of n reports is in its chain.

    Attributes
    ----------
    until : ndarray of int64, shape (n,)
        When the next report took its place in the chain; of several at one instant all but one are replaced at once.
        `NEVER` where none did.
    behind : ndarray of int64, shape (n,)
        Microseconds from the report that this one continues, which came strictly before; `NEVER` where it continues none.
    begins : ndarray of bool, shape (n,)
        Whether it comes more than `REPEAT` after any that it could continue; of several at one instant one does at most.
    over : ndarray of int64, shape (n,)
        When another that begins took the place of one that does, in a custody conflict; `NEVER` where none did.
    since : ndarray of int64, shape (n,)
        Microseconds from the latest that begins, of those it continues; `NEVER` where it continues none.
    """

    until: Ints
    behind: Ints
    begins: Mask
    over: Ints
    since: Ints


def chains(child: Ints, reporter: Ints, custody: Mask, at: Ints) -> Tied:
    """Tie reports together: those of one child by one kind of reporter, one after another.

    Parameters
    ----------
    child, reporter, at : ndarray of int64, shape (n,)
        In any order.
    custody : ndarray of bool, shape (n,)
        Whether the report is about nothing but a custody conflict.
    """
    order = np.lexsort((custody, at, reporter, child))
    child, reporter, custody, at = child[order], reporter[order], custody[order], at[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (child[1:] != child[:-1]) | (reporter[1:] != reporter[:-1])
    instant = first.copy()
    instant[1:] |= at[1:] != at[:-1]
    group: Ints = np.cumsum(first)
    linked = _linked(group, custody, at, np.arange(len(order)) - 1)
    linked &= ~first
    again = linked.copy()
    again[1:] &= np.diff(at) <= REPEAT
    begin = np.flatnonzero(~again)
    began = at[begin[np.cumsum(~again) - 1]]
    until, behind, over, since = (np.full(len(order), NEVER) for _ in range(4))
    begins = np.empty(len(order), dtype=np.bool_)
    begins[order] = ~again
    until[order[:-1]] = np.where(linked[1:], at[1:], NEVER)
    over[order[begin[:-1]]] = np.where(linked[begin[1:]], at[begin[1:]], NEVER)
    before = np.flatnonzero(instant)[np.cumsum(instant) - 1] - 1  # the last report of the instant before
    continues = _linked(group, custody, at, before) & (before >= 0)
    behind[order] = np.where(continues, at - at[before], NEVER)
    since[order] = np.where(continues, at - began[before], NEVER)
    return Tied(until, behind, begins, over, since)


def _linked(group: Ints, custody: Mask, at: Ints, before: Ints) -> Mask:
    """Tell which reports continue the one at the given place, where both are of one child and reporter."""
    near: Mask = at - at[before] <= REPEAT
    linked: Mask = (group == group[before]) & (near | (custody & custody[before]))
    return linked
