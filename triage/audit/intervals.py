"""Here we give limits of a figure that hold for few reports and for shares near 0 and 1, with households clustered.

A share gets the interval of its likelihood ratio, at the number of independent reports that its clustered standard error is
worth: it follows the binomial far into its tails, where many intervals that must hold together lie, and it never leaves
0 to 1. A mean gets its standard error, with the quantile of Student's t for as many degrees of freedom as its households
carry. How alike households are is itself an estimate; the fewer reports, the more that of the attribute's other groups counts.
"""

from __future__ import annotations

import numpy as np

from features.arrays import Floats
from triage.audit.rates import Rates

ONE_ALONE = 1.959964
"""How many standard errors a 95 % interval reaches for one figure alone."""
BORROWED = 100
"""Reports that the other groups' clustering weighs as much as."""
HALVINGS = 45
TINY = 1e-15
LEAST_FREEDOM = 3.0


def limits(found: Rates, reach: float) -> tuple[Floats, Floats]:
    """Give lower and upper limits of every figure.

    Parameters
    ----------
    found : Rates
    reach : float
        Standard errors of a normal distribution.

    Returns
    -------
    two ndarrays of float64, shape (groups, f)
        NaN where not estimable.
    """
    share = np.array([figure.share for figure in found.figures])
    free = freedom(found.moves)
    goal = student(reach, free + BORROWED) ** 2 / (2 * effective(found))
    width = student(reach, free) * found.error
    inside = np.nan_to_num(np.clip(found.value, 0.0, 1.0))
    gone = np.where(np.isnan(found.value), np.nan, 0.0)
    low = np.where(share, _edge(inside, goal, 0.0), found.value - width)
    high = np.where(share, _edge(inside, goal, 1.0), found.value + width)
    return low + gone, high + gone


def effective(found: Rates) -> Floats:
    """Give how many independent reports each share is worth, shape (groups, f); never more than there are."""
    value, error, rows = found.value, found.error, np.maximum(found.rows, 1)
    spread = np.nan_to_num(np.clip(value * (1 - value), 0, None))
    told = (spread > 0) & (error > 0)
    cost = np.where(
        told, rows * error**2 / np.where(told, spread, 1.0), 0.0
    )  # variance over that of independent reports
    usual = np.maximum((cost * rows).sum(axis=0) / np.maximum((rows * told).sum(axis=0), 1), 1)
    mixed = (np.where(told, cost, usual) * rows + BORROWED * usual) / (rows + BORROWED)
    size: Floats = rows / np.maximum(mixed, 1)
    return size


def freedom(moves: Floats) -> Floats:
    """Give the degrees of freedom of standard errors, shape of ``moves`` without its first axis.

    Few households, or a few that weigh much, make an error uncertain: it shows in the fourth moment.
    """
    second, fourth = (moves**2).sum(axis=0), (moves**4).sum(axis=0)
    blocks = np.maximum((moves != 0).sum(axis=0), 1)
    uneven = fourth / np.where(second > 0, second, 1.0) ** 2 - 1 / blocks
    free: Floats = 2 / np.maximum(uneven, 2 / len(moves))
    return np.maximum(free, LEAST_FREEDOM)


def student(reach: float, free: Floats) -> Floats:
    """Give the quantile of Student's t at the level at which a normal one is ``reach`` (Cornish and Fisher).

    >>> student(1.959964, np.array([10.0, 30.0])).round(3).tolist()
    [2.228, 2.042]
    """
    z = reach
    first = (z**3 + z) / (4 * free)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * free**3)
    quantile: Floats = z + first + second + third
    return quantile


def _edge(value: Floats, goal: Floats, end: float) -> Floats:
    """Give the share, between the value and 0 or 1, that is as unlikely as the goal allows, by halving."""
    near, far = value.copy(), np.full_like(value, end)
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        out = _divergence(value, middle) > goal
        near, far = np.where(out, near, middle), np.where(out, middle, far)
    return near


def _divergence(value: Floats, share: Floats) -> Floats:
    """Give how badly a share explains the value seen (Kullback and Leibler), per report."""
    inside = np.clip(share, TINY, 1 - TINY)
    seen: Floats = np.clip(value, TINY, 1 - TINY)
    told: Floats = seen * np.log(seen / inside) + (1 - seen) * np.log((1 - seen) / (1 - inside))
    return told
