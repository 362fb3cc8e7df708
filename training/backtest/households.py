"""Here we number families so that a child, and everyone tied to it, is one however often it moved, and give each a lasting name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from features.arrays import Ints
from training.backtest.times import Instants

Names = NDArray[np.str_]


def households(household: Sequence[str | None], child: Sequence[str]) -> Ints:
    """Number the families that must stay on one side of every split.

    A child with two households, or with a household on one report and none on the next, ties them together.

    Parameters
    ----------
    household : sequence of str or None, length n
    child : sequence of str, length n

    Returns
    -------
    ndarray of int64, shape (n,)
        From 0; the order of the reports does not change who shares a number.

    Examples
    --------
    >>> households(["a", None, "b", "b", None], ["x", "x", "x", "y", "z"]).tolist()
    [0, 0, 0, 0, 1]
    """
    import pandas as pd
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if len(household) != len(child):
        msg = f"{len(household)} households and {len(child)} children; give one of each per report."
        raise ValueError(msg)
    person, people = pd.factorize(np.asarray(child, dtype=object), sort=True)
    home, homes = pd.factorize(np.asarray(household, dtype=object), sort=True)
    if (person < 0).any():
        msg = f"{int((person < 0).sum())} reports name no child; give every report a child."
        raise ValueError(msg)
    housed = home >= 0
    size = len(people) + len(homes)
    ties = coo_array((np.ones(housed.sum()), (person[housed], len(people) + home[housed])), shape=(size, size))
    _, component = connected_components(ties, directed=False)
    _, number = np.unique(component[person], return_inverse=True)
    return np.asarray(number, dtype=np.int64)


def families(group: Ints, received: Instants, child: Sequence[str]) -> Names:
    """Name each family after the child about whom its first report was.

    A number of `households` depends on who else is in the table; this name does not. Reports that are added later never change
    it, but for one case: when they show that two families are one, the younger takes the elder's name.

    Parameters
    ----------
    group : ndarray of int64, shape (n,)
        Household numbers; see `households`.
    received : ndarray of datetime64[us], shape (n,)
    child : sequence of str, length n

    Returns
    -------
    ndarray of str, shape (n,)

    Examples
    --------
    >>> days = np.array(["2025-03-02", "2025-03-01", "2025-03-03"], dtype="datetime64[us]")
    >>> families(np.array([0, 0, 1]), days, ["x", "y", "z"]).tolist()
    ['y', 'y', 'z']
    """
    name = np.asarray(child, dtype=np.str_)
    order = np.lexsort((name, received))
    _, first, family = np.unique(group[order], return_index=True, return_inverse=True)
    named = np.empty_like(name)
    named[order] = name[order][first][family]
    return named
