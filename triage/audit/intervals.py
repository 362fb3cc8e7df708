"""Here we give limits of a figure that hold for few reports and for shares near 0 and 1, with households clustered.

A share gets the score interval of Wilson (1927) at the number of independent reports that its clustered standard error is
worth; a mean gets its standard error. Where a share is exactly 0 or 1 its own error says nothing, so the clustering of
the other groups stands in.
"""

from __future__ import annotations

import numpy as np

from features.arrays import Floats, Mask

ONE_ALONE = 1.959964
"""How many standard errors a 95 % interval reaches for one figure alone."""


def limits(value: Floats, error: Floats, rows: Floats, share: Mask, reach: float) -> tuple[Floats, Floats]:
    """Give lower and upper limits.

    Parameters
    ----------
    value, error, rows : ndarray of float64, shape (groups, f)
        Figure, clustered standard error, reports behind it; NaN where not estimable.
    share : ndarray of bool, shape (f,)
        Which figures lie between 0 and 1.
    reach : float
        Standard errors.

    Returns
    -------
    two ndarrays of float64, shape (groups, f)
    """
    size = effective(value, error, rows)
    middle = (value + reach**2 / (2 * size)) / (1 + reach**2 / size)
    spread = np.clip(value * (1 - value), 0, None) / size + reach**2 / (4 * size**2)
    width = reach * np.sqrt(spread) / (1 + reach**2 / size)
    low = np.where(share, np.clip(middle - width, 0.0, None), value - reach * error)
    high = np.where(share, np.clip(middle + width, None, 1.0), value + reach * error)
    return low, high


def effective(value: Floats, error: Floats, rows: Floats) -> Floats:
    """Give how many independent reports a share is worth, shape (groups, f); never more than there are."""
    spread = np.nan_to_num(np.clip(value * (1 - value), 0, None))
    told = (spread > 0) & (error > 0)
    cost = np.where(
        told, rows * error**2 / np.where(told, spread, 1.0), 0.0
    )  # variance over that of independent reports
    usual = np.maximum((cost * rows).sum(axis=0) / np.maximum((rows * told).sum(axis=0), 1), 1)
    size: Floats = np.maximum(rows, 1) / np.maximum(np.where(told, cost, usual), 1)
    return size
