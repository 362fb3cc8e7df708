"""Here we decide which rows of linked tables may be shown, so that nobody can be found by taking one number from another.

A table has a row per group and a column per kind of person that the table tells apart. A row is shown whole or not at all:
not its counts, and none of the figures made of them. Primary suppression hides rows with a small cell, or whose members all
have the outcome. Secondary suppression hides more rows until differencing tells nothing: of what is hidden every count could
still be any of `FEWEST_POSSIBLE` whole numbers, although totals, other groups and the tables of each attribute are known.

It is shown by an exchange: in the table of one attribute two hidden groups can trade members of a kind and no sum changes;
in the table of two attributes four hidden cells at the corners of a rectangle can (Cox, 1980; Willenborg and de Waal, 2001,
chapter 4). An exchange keeps every margin, so tables that share an attribute protect each other's hidden cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from features.arrays import Ints, Mask

FEWEST_PERSONS = 5
"""Persons in a cell that is shown, at least."""
FEWEST_POSSIBLE = 5
"""Whole numbers that a suppressed count could still be, at least, for someone who knows everything that is shown."""
MOST_ALIKE = 0.9
"""Share of known outcomes that may be yes in a group that is shown: beyond it the group tells of each member."""
ROOM = FEWEST_POSSIBLE - 1


def rows_to_show(
    tables: Sequence[Ints],
    crossings: Mapping[tuple[int, int], Ints],
    alike: Sequence[Mask] = (),
    alike_crossed: Mapping[tuple[int, int], Mask] = MappingProxyType({}),
) -> tuple[list[Mask], dict[tuple[int, int], Mask]]:
    """Decide which rows may be shown.

    Parameters
    ----------
    tables : sequence of ndarray of int64, shape (groups, columns)
        One per attribute; all have the same columns and the same sums. Where a sum itself is small, everything is
        hidden, and the sums must be too.
    crossings : mapping of (int, int) to ndarray of int64, shape (groups of one, groups of the other, columns)
        By the places of the two attributes in ``tables``.
    alike : sequence of ndarray of bool, shape (groups,), optional
        Rows of each table that are hidden whatever their counts, because they tell of each member.
    alike_crossed : mapping of (int, int) to ndarray of bool, optional
        The same for crossings.

    Returns
    -------
    list of ndarray of bool, shape (groups,)
    dict of (int, int) to ndarray of bool, shape (groups of one, groups of the other)

    Examples
    --------
    One group is small; a second one is hidden with it, because the total would tell.

    >>> shown, _ = rows_to_show([np.array([[40, 30], [9, 8], [3, 1]])], {})
    >>> shown[0].tolist()
    [True, False, False]
    """
    hidden: list[Mask] = []
    for place, table in enumerate(tables):
        kept = table[:, table.sum(axis=0) > 0]
        hidden.append(_hidden(kept, small(kept) | alike[place] if alike else small(kept)))
    crossed: dict[tuple[int, int], Mask] = {}
    for (one, two), cells in crossings.items():
        kept = cells[:, :, cells.sum(axis=(0, 1)) > 0]
        must: Mask = small(kept) | hidden[one][:, np.newaxis] | hidden[two]
        crossed[one, two] = ~_hidden_cells(kept, must | alike_crossed.get((one, two), must))
    return [~each for each in hidden], crossed


def small(counts: Ints) -> Mask:
    """Tell which rows have a cell with too few persons, shape of ``counts`` without its last axis."""
    found: Mask = np.min(counts, axis=-1, initial=FEWEST_PERSONS) < FEWEST_PERSONS
    return found


def _hidden(table: Ints, must: Mask) -> Mask:
    """Hide the rows of one attribute that must be, and the next smallest until they can exchange members of every kind.

    A group that nobody belongs to is shown as such, and exchanges nothing.
    """
    size = table.sum(axis=1)
    hidden: Mask = must & (size > 0)
    if small(table.sum(axis=0)):
        hidden = size > 0
    while hidden.any() and not _told_apart(table, hidden) and (rest := ~hidden & (size > 0)).any():
        hidden[np.flatnonzero(rest)[np.argmin(size[rest])]] = True
    return hidden


def _told_apart(table: Ints, hidden: Mask) -> bool:
    """Tell whether two hidden groups or more share enough members of every kind."""
    return bool(hidden.sum() > 1 and (table[hidden].sum(axis=0) >= ROOM).all())


def _hidden_cells(cells: Ints, must: Mask) -> Mask:
    """Hide the cells of a crossing that must be, and more until each stands at the corner of a rectangle.

    Where there is no such rectangle, all cells are hidden: the margins alone leave them open.
    """
    there: Mask = (cells.sum(axis=(1, 2)) > 0)[:, np.newaxis] & (cells.sum(axis=(0, 2)) > 0)
    hidden: Mask = must & there
    if min(there.any(axis=1).sum(), there.any(axis=0).sum()) == 1:  # the crossing says what the other attribute says
        return hidden
    for corner in sorted(np.argwhere(hidden).tolist(), key=lambda place: int(cells[tuple(place)].sum())):
        opposite = _opposite(cells, hidden, corner[0], corner[1], there)
        if opposite is None:
            return there
        hidden[np.ix_([corner[0], opposite[0]], [corner[1], opposite[1]])] = True
    return hidden


def _opposite(cells: Ints, hidden: Mask, row: int, column: int, there: Mask) -> tuple[int, int] | None:
    """Give the opposite corner of the rectangle that hides fewest persons more, or None."""
    here, across, down = cells[row, column], cells[row], cells[:, column]
    room = np.minimum(across[np.newaxis], down[:, np.newaxis]) + np.minimum(here, cells)
    fit = (room >= ROOM).all(axis=2) & there
    fit[row], fit[:, column] = False, False
    if not fit.any():
        return None
    loss = np.where(hidden, 0, cells.sum(axis=2))
    cost = np.where(fit, loss + loss[row][np.newaxis] + loss[:, [column]], np.iinfo(np.int64).max)
    found = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return int(found[0]), int(found[1])
