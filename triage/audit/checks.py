"""Here we refuse what would give a wrong figure in silence: odd outcomes, other lengths, weights that say nothing."""

from __future__ import annotations

import numpy as np

from features.arrays import Floats, Mask


def check_outcome(outcome: Floats) -> Floats:
    """Give the outcomes, or refuse others than 1, 0 and unknown.

    Raises
    ------
    ValueError
        When there are none, or one is another number.
    """
    if outcome.ndim != 1 or len(outcome) == 0:
        msg = f"outcome has shape {outcome.shape}; give one outcome per report, and at least one report."
        raise ValueError(msg)
    if not np.isin(outcome[~np.isnan(outcome)], (0.0, 1.0)).all():
        msg = "outcome holds other values than 1 (yes), 0 (no) and NaN (not known)."
        raise ValueError(msg)
    return outcome


def check_flag(flagged: Floats, n: int) -> Floats:
    """Give the flags, or refuse others than 1 and 0: who was selected is always known.

    Raises
    ------
    ValueError
    """
    if flagged.shape != (n,) or not np.isin(flagged, (0.0, 1.0)).all():
        msg = f"flagged must hold {n} values, 1 for a report that was selected and 0 for one that was not."
        raise ValueError(msg)
    return flagged


def check_numbers(name: str, values: Floats, n: int) -> Floats:
    """Give the numbers, or refuse infinite ones and, for a score, missing ones.

    Raises
    ------
    ValueError
    """
    missing = np.isnan(values)
    if values.shape != (n,) or not np.isfinite(values[~missing]).all():
        msg = f"{name} must hold {n} finite numbers, one per report."
        raise ValueError(msg)
    if name == "score" and missing.any():
        msg = f"score is missing on {int(missing.sum())} of {n} reports; score them or leave them out."
        raise ValueError(msg)
    return values


def check_sample(rows: Mask, weight: Floats, n: int) -> None:
    """Refuse a sample that is no part of the reports, and weights that are not above nothing inside it.

    Raises
    ------
    ValueError
    """
    if rows.shape != (n,) or weight.shape != (n,):
        msg = f"sample and weight must hold {n} values, one per report."
        raise ValueError(msg)
    if not (np.isfinite(weight[rows]).all() and (weight[rows] > 0).all()):
        msg = "weight must be a number above 0 for every report of the sample: how many reports it stands for."
        raise ValueError(msg)


def check_capacity(capacity: float) -> float:
    """Give the capacity, or refuse one that is no share.

    Raises
    ------
    ValueError
    """
    if not 0 < capacity < 1:
        msg = f"capacity is {capacity}; give the share of reports that can be taken first, above 0 and below 1."
        raise ValueError(msg)
    return capacity
