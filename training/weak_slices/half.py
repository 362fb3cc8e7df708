"""Here we hold one half of the households, its estimates put on the line that fits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from training.evaluate import TINY, calibration_line
from training.weak_slices.conditions import Mask


@dataclass(frozen=True)
class Half:
    """The reports of one half of the households.

    Attributes
    ----------
    label : ndarray of float64, shape (n,)
    odds, estimate : ndarray of float64, shape (n,)
        Log-odds and probability on the line that fits the half: what is wrong everywhere is taken out.
    place : ndarray of float64, shape (n,)
        Where the estimate stands among all, -0.5 to 0.5.
    household : ndarray of int64, shape (n,)
        Numbered from 0.
    holds : ndarray of bool, shape (n, m)
        Which reports meet which condition.
    """

    label: Floats
    odds: Floats
    estimate: Floats
    place: Floats
    household: Ints
    holds: Mask

    def members(self, conditions: Sequence[int]) -> Mask:
        """Tell which reports meet all of some conditions, shape (n,)."""
        inside: Mask = np.all(self.holds[:, list(conditions)], axis=1)
        return inside


def halve(
    label: Floats, probability: Floats, household: Ints, holds: Mask, rng: np.random.Generator
) -> tuple[Half, Half] | None:
    """Draw two halves of the households; None when one of them has only one outcome."""
    numbers, number = np.unique(household, return_inverse=True)
    first = (rng.permutation(len(numbers)) % 2 == 0)[number]
    sides = (first, ~first)
    if any(len(np.unique(label[side])) < 2 for side in sides):
        return None
    one, two = (_half(label[side], probability[side], household[side], holds[side]) for side in sides)
    return one, two


def _half(label: Floats, probability: Floats, household: Ints, holds: Mask) -> Half:
    """Put the estimates on the line that fits, and in order."""
    slope, intercept = calibration_line(label, probability)
    clipped = np.clip(probability, TINY, 1 - TINY)
    odds = slope * np.log(clipped / (1 - clipped)) + intercept
    estimate = 1 / (1 + np.exp(-odds))
    _, at, size = np.unique(estimate, return_inverse=True, return_counts=True)
    place = ((size.cumsum() - size / 2) / len(label) - 0.5)[at]
    return Half(label, odds, estimate, place, np.unique(household, return_inverse=True)[1], holds)
