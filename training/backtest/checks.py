"""Here we refuse what would give a wrong figure in silence: holes in time, strangers made one family, odd outcomes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints
from training.backtest.times import Instants


def check_received(received: Instants) -> None:
    """Refuse anything but complete moments.

    Raises
    ------
    ValueError
        When the array is empty, holds no moments, or holds missing ones.
    """
    if received.dtype.kind != "M" or received.ndim != 1 or len(received) == 0:
        msg = f"received is {received.dtype} of shape {received.shape}; give datetime64[us] in UTC, one per report."
        raise ValueError(msg)
    if np.isnat(received).any():
        msg = f"{int(np.isnat(received).sum())} of {len(received)} reports have no time of receipt; leave them out or date them."
        raise ValueError(msg)


def check_group(group: Ints, n: int) -> None:
    """Refuse household numbers that would glue strangers together.

    Raises
    ------
    ValueError
        When they are not n whole numbers, or one is negative: -1 for "unknown" would make one family of all unknown ones.
    """
    if group.shape != (n,) or group.dtype.kind not in "iu":
        msg = f"group is {group.dtype} of shape {group.shape}; give {n} whole numbers, one household per report."
        raise ValueError(msg)
    if n and group.min() < 0:
        msg = f"group holds {int(group.min())}; number every household from 0 and give an unknown household a number of its own."
        raise ValueError(msg)


def check_family(family: NDArray[Any], n: int) -> None:
    """Refuse what is no lasting name of a family.

    Raises
    ------
    ValueError
        When they are not n texts, or one is empty: that would make one family of all unknown ones.
    """
    if family.shape != (n,) or not (
        family.dtype.kind in "UT" or all(isinstance(name, str) for name in family.tolist())
    ):
        msg = (
            f"family is {family.dtype} of shape {family.shape}; give {n} names as text, one per report. Numbers that change when "
            "a row is added would move families to other sides: see families."
        )
        raise ValueError(msg)
    if (family == "").any():
        msg = (
            f"family is empty on {int((family == '').sum())} of {n} reports; give an unknown family a name of its own."
        )
        raise ValueError(msg)


def check_turns(cuts: int, turns: int, calibrate_families: float) -> None:
    """Refuse folds in which nobody is tested, nobody is learned from or nobody calibrates.

    Raises
    ------
    ValueError
        With the number that is not allowed.
    """
    if cuts < 1:
        msg = f"cuts is {cuts}; give at least 1."
        raise ValueError(msg)
    if turns < 2:
        msg = f"turns is {turns}; give at least 2: with one, everybody would be tested and nobody learned from."
        raise ValueError(msg)
    if not 0 < calibrate_families < 1:
        msg = f"calibrate_families is {calibrate_families:g}; give a share above 0 and below 1."
        raise ValueError(msg)


def check_label(label: Floats, n: int) -> None:
    """Refuse outcomes other than 0, 1 and NaN for unknown.

    Raises
    ------
    ValueError
        With the first value that is not allowed.
    """
    if label.shape != (n,) or n == 0:
        msg = f"label has shape {label.shape}; give {n or 'some'} outcomes, one per report."
        raise ValueError(msg)
    wrong = label[~(np.isnan(label) | (label == 0) | (label == 1))]
    if len(wrong):
        msg = f"label holds {wrong[0]}; give 1 (yes), 0 (no) or NaN (not known)."
        raise ValueError(msg)


def check_score(score: Floats, n: int, name: str = "score") -> None:
    """Refuse scores that cannot be put in order.

    Raises
    ------
    ValueError
        When one is missing or infinite, or their number is another.
    """
    if score.shape != (n,):
        msg = f"{name} has shape {score.shape}; give {n} numbers, one per report."
        raise ValueError(msg)
    if not np.isfinite(score).all():
        msg = f"{name} is not a number on {int((~np.isfinite(score)).sum())} of {n} reports; score them or leave them out."
        raise ValueError(msg)


def check_covariates(covariates: Floats, n: int) -> None:
    """Refuse covariates with holes: a missing value says something too, and is a column of its own.

    Raises
    ------
    ValueError
        When the array is no table of n rows, or a value is missing or infinite.
    """
    if covariates.ndim != 2 or len(covariates) != n:
        msg = f"covariates has shape {covariates.shape}; give {n} rows, one per report, and a column per covariate."
        raise ValueError(msg)
    if not np.isfinite(covariates).all():
        columns = np.flatnonzero(~np.isfinite(covariates).all(axis=0)).tolist()
        msg = (
            f"covariates has missing or infinite values in columns {columns}; fill them and add a column that says so."
        )
        raise ValueError(msg)


def check_per_day(per_day: float) -> None:
    """Refuse a unit that never reads.

    Raises
    ------
    ValueError
        When nothing is read on a working day.
    """
    if not 0 < per_day < math.inf:
        msg = f"per_day is {per_day}; give how many reports are read on a working day, above 0."
        raise ValueError(msg)
