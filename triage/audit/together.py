"""Here we ask how far the largest of many gaps strays by chance: blocks of households get random weights, all gaps at once.

The multiplier bootstrap of Chernozhukov, Chetverikov and Kato (2013) on sums per block: every draw gives each block a
normal weight, and all gaps of all attributes see the same ones. That keeps how gaps hang together, which Bonferroni gives
away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints

DRAWS = 1000
DECIMALS = 6
"""Of the reach: a product of matrices is not the same to the last bit on one thread and on two."""
TOGETHER = 0.95
"""How often all intervals of an audit hold at once."""


@dataclass(frozen=True, eq=False)
class Chance:
    """What chance alone does to gaps.

    Attributes
    ----------
    reach : float
        Standard errors within which all gaps lie at once in `TOGETHER` of the draws.
    expected, seldom : ndarray of float64, shape (families,)
        The largest gap of each family when no group differs: its mean, and what it exceeds once in twenty times.
    """

    reach: float
    expected: Floats
    seldom: Floats


def chance(moves: Floats, error: Floats, family: Ints, families: int, *, draws: int, seed: int) -> Chance:
    """Draw gaps as they would be if no group differed.

    Parameters
    ----------
    moves : ndarray of float64, shape (blocks, gaps)
        How much each block moves each gap; at least one gap.
    error : ndarray of float64, shape (gaps,)
        Above nothing.
    family : ndarray of int64, shape (gaps,)
        Gaps of one figure and attribute share a number.
    families, draws, seed : int
    """
    weights = np.random.default_rng(seed).normal(size=(draws, len(moves)))
    strayed = np.abs(weights @ (moves / error))
    reach = round(float(np.quantile(strayed.max(axis=1), TOGETHER)), DECIMALS)
    strayed *= error
    largest = np.zeros((draws, families))
    for each in np.unique(family):
        largest[:, each] = strayed[:, family == each].max(axis=1)
    return Chance(reach, largest.mean(axis=0), np.quantile(largest, TOGETHER, axis=0))
