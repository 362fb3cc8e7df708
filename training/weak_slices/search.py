"""Here we search from end to end: conditions, two halves of the households, proposals on one, tests on the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints
from training.weak_slices.conditions import conditions
from training.weak_slices.confirm import confirm
from training.weak_slices.half import halve
from training.weak_slices.propose import propose
from training.weak_slices.scales import Scale
from training.weak_slices.slices import WeakSlices
from triage.words import Text

DRAWS = 2000
FEWEST_DRAWS = 99


def search(
    label: Floats,
    probability: Floats,
    household: Ints,
    columns: Mapping[str, NDArray[Any]],
    labels: Mapping[str, Text],
    scales: Mapping[str, Scale] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> WeakSlices:
    """Search for weak slices.

    Parameters
    ----------
    label : ndarray of float64, shape (n,)
        0 or 1.
    probability : ndarray of float64, shape (n,)
        Calibrated estimates of reports that the model has not learned from.
    household : ndarray of int64, shape (n,)
        All reports of a household stay on one side, and are flipped together.
    columns : mapping of str to ndarray, shape (n,)
        Numbers (NaN is unknown) or codes (None is unknown).
    labels : mapping of str to Text
        What a person calls each column.
    scales : mapping of str to Scale, optional
        How columns are read and said; those that are not named are said as they are.
    draws : int
        Random flips of signs, at least `FEWEST_DRAWS`.
    seed : int
        Of the halves and of the flips.

    Returns
    -------
    WeakSlices
        With ``looked_at == 0`` where there are too few reports to search: then it cannot be told.

    Raises
    ------
    ValueError
        With too few draws to tell a p of 5 %.
    """
    if draws < FEWEST_DRAWS:
        msg = f"draws is {draws}; at least {FEWEST_DRAWS} are needed to tell a p of 5 %. Give more."
        raise ValueError(msg)
    met, holds = conditions(columns, labels, scales)
    rng = np.random.default_rng(seed)
    halves = halve(label, probability, household, holds, rng)
    if halves is None:
        return WeakSlices(0, 0, ())
    proposals, looked_at = propose(halves[0], [condition.column for condition in met])
    return WeakSlices(looked_at, len(proposals), confirm(halves[1], proposals, met, rng, draws))
