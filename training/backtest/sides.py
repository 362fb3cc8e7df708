"""Here we draw lots among families: each one's lot is a hash of its name, and nothing that is added to a table changes it."""

from __future__ import annotations

import hashlib

import numpy as np

from features.arrays import Floats
from training.backtest.households import Names

SIDE, KEPT = "side", "kept for calibration"
"""What lots are drawn for; one says nothing of the other."""


def lots(family: Names, purpose: str, seed: int) -> Floats:
    """Draw a number from 0 to 1 for every family.

    Parameters
    ----------
    family : ndarray of str, shape (n,)
        See `training.backtest.families`.
    purpose : str
        What it is drawn for: `SIDE` or `KEPT`.
    seed : int

    Returns
    -------
    ndarray of float64, shape (n,)

    Examples
    --------
    >>> lots(np.array(["a", "b", "a"]), SIDE, 1).round(3).tolist()
    [0.53, 0.535, 0.53]
    """
    names, place = np.unique(family, return_inverse=True)
    drawn = np.array([_lot(f"{seed}/{purpose}/{name}") for name in names], dtype=np.float64)
    return drawn[place]


def _lot(words: str) -> float:
    """Turn words into a number from 0 to 1 that looks random and never changes."""
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big") / 2**64
