"""Here we propose slices on the first half: the weakest first, each time with what the slices before it explain taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats
from training.evaluate import TINY
from training.weak_slices.half import Half
from training.weak_slices.slices import Measure

FEWEST_REPORTS = 100
"""Reports of a slice, in either half; a smaller slice is not looked at."""
MOST_PROPOSED = 10


@dataclass(frozen=True)
class Proposal:
    """A slice to be tested on the other half.

    Attributes
    ----------
    conditions : tuple of int
        One or two numbers of conditions.
    measure : {"calibration", "order"}
    """

    conditions: tuple[int, ...]
    measure: Measure


def propose(half: Half, columns: Sequence[str]) -> tuple[tuple[Proposal, ...], int]:
    """Propose the weakest slices.

    Parameters
    ----------
    half : Half
    columns : sequence of str, length m
        The column of each condition: two conditions of a slice never share one.

    Returns
    -------
    tuple of Proposal
        Weakest first, at most `MOST_PROPOSED`.
    int
        How many slices and measures were compared.
    """
    holds = half.holds.astype(np.float64)
    name = np.array(columns)
    n = _sums(holds, np.ones(len(holds)))
    slices = (n >= FEWEST_REPORTS) & (np.triu(name[:, np.newaxis] != name) | np.eye(len(n), dtype=np.bool_))
    open_ = np.array([slices, slices])  # per measure
    left = half.label - half.estimate
    proposed: list[Proposal] = []
    while len(proposed) < MOST_PROPOSED:
        strength = np.where(open_, _strength(holds, n, left, half.place), 0.0).round(6)  # of equals the first
        which, row, column = np.unravel_index(int(strength.argmax()), strength.shape)
        if strength[which, row, column] <= 0:
            break
        conditions = tuple(sorted({int(row), int(column)}))
        proposed.append(Proposal(conditions, "order" if which else "calibration"))
        left = _explained(left, half, conditions)
        if row == column:  # what lies inside a slice is told with it
            open_[which, row, :] = open_[which, :, row] = False
        open_[which, row, column] = False
    return tuple(proposed), 2 * int(slices.sum())


def _explained(left: Floats, half: Half, conditions: Sequence[int]) -> Floats:
    """Take a slice's own line, by place, out of what is left."""
    inside = half.members(conditions)
    line = np.column_stack([np.ones(inside.sum()), half.place[inside]])
    rest = left.copy()
    rest[inside] -= line @ np.linalg.lstsq(line, left[inside])[0]
    return rest


def _strength(holds: Floats, n: Floats, left: Floats, place: Floats) -> Floats:
    """Tell how weak every slice looks, in standard errors, shape (2, m, m): calibration, order."""
    level, square = _sums(holds, left), _sums(holds, left**2)
    mean = _sums(holds, place) / np.maximum(n, 1)
    tilt = _sums(holds, left * place) - mean * level
    spread = _sums(holds, (left * place) ** 2) - 2 * mean * _sums(holds, left**2 * place) + mean**2 * square
    return np.array([np.abs(level) / np.sqrt(square + TINY), -tilt / np.sqrt(np.maximum(spread, 0) + TINY)])


def _sums(holds: Floats, weight: Floats) -> Floats:
    """Add up a weight over every pair of conditions, shape (m, m); single conditions stand on the diagonal."""
    added: Floats = holds.T @ (weight[:, np.newaxis] * holds)
    return added
