"""Here we put the limits of two figures together to limits of their difference and ratio.

The method of variance estimates recovery (Zou and Donner, 2008): a difference strays towards its lower limit when the first
figure strays down and the second up, so those two distances add as variances do. A share of 0 or 1 has an interval too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Mask


@dataclass(frozen=True, eq=False)
class Limited:
    """Figures with their limits; arrays of one shape."""

    value: Floats
    low: Floats
    high: Floats


def difference(one: Limited, two: Limited, together: Floats) -> tuple[Floats, Floats]:
    """Give limits of ``one - two``.

    Parameters
    ----------
    one, two : Limited
    together : ndarray of float64
        Correlation of the two: households may have members in both groups.

    Examples
    --------
    >>> one, two = (Limited(*map(np.array, each)) for each in ((0.5, 0.2, 0.8), (0.5, 0.1, 0.9)))
    >>> [round(float(limit), 3) for limit in difference(one, two, np.array(0.0))]
    [-0.5, 0.5]
    """
    gap = one.value - two.value
    down = _joined(one.value - one.low, two.high - two.value, together)
    up = _joined(one.high - one.value, two.value - two.low, together)
    return gap - down, gap + up


def ratio(one: Limited, two: Limited, together: Floats) -> tuple[Floats, Floats, Floats]:
    """Give ``one / two`` with its limits, on the scale of logarithms; NaN where a limit is not above 0.

    Parameters
    ----------
    one, two : Limited
    together : ndarray of float64
        Correlation of the two.
    """
    fit = (one.low > 0) & (two.low > 0)
    mine, its = _logarithm(one, fit), _logarithm(two, fit)
    low, high = difference(mine, its, together)
    gone = np.where(fit, 0.0, np.nan)
    return np.exp(mine.value - its.value) + gone, np.exp(low) + gone, np.exp(high) + gone


def _logarithm(figure: Limited, fit: Mask) -> Limited:
    """Give a figure on the scale of logarithms where it fits, and 0 elsewhere."""
    value, low, high = (np.log(np.where(fit, each, 1.0)) for each in (figure.value, figure.low, figure.high))
    return Limited(value, low, high)


def _joined(mine: Floats, its: Floats, together: Floats) -> Floats:
    """Give the length of two distances that are correlated."""
    joined: Floats = np.sqrt(np.clip(mine**2 - 2 * together * mine * its + its**2, 0, None))
    return joined
