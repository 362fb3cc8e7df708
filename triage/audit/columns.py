"""Here we turn inputs into columns that can be added up: every figure of the audit is a ratio of two such sums."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from features.arrays import Floats
from triage.audit.checks import check_capacity
from triage.audit.inputs import Inputs, Outcomes

MOST_UNKNOWN = 0.1
"""Share of outcomes that may be missing among the selected, or in a sample, before they are no longer spoken for."""

FEWEST_TIED = 20
"""Reports that tie at the limit of the capacity before each counts by the share that is taken."""

EXTRAS = ("delay", "abstained", "reasons")


def taken_first(score: Floats, capacity: float) -> Floats:
    """Give for each report the chance that it is among those taken first; ties at the limit share what is left.

    Parameters
    ----------
    score : ndarray of float64, shape (n,)
    capacity : float
        Share of all reports that is taken.

    Returns
    -------
    ndarray of float64, shape (n,)
        1, 0, or between for those that tie at the limit: the order of rows changes nothing. Fewer than `FEWEST_TIED`
        are taken or left together, whichever is nearer: a part of a person would point at that person.

    Examples
    --------
    >>> taken_first(np.array([0.9, 0.5, 0.5, 0.1]), 0.7).tolist()
    [1.0, 1.0, 1.0, 0.0]
    >>> set(taken_first(np.full(100, 0.5), 0.3).tolist())
    {0.3}
    """
    _, place, size = np.unique(-score, return_inverse=True, return_counts=True)
    before = np.cumsum(size) - size
    share = np.clip((capacity * len(score) - before) / size, 0.0, 1.0)
    taken: Floats = np.where(size < FEWEST_TIED, np.round(share), share)[place]
    return taken


def flags(inputs: Inputs, capacity: float | None) -> Floats:
    """Give who is selected, shape (n,): those taken first at a capacity, or those that were flagged.

    Raises
    ------
    ValueError
        When a capacity is given without scores, or neither a capacity nor flags.
    """
    if capacity is not None and inputs.score is not None:
        return taken_first(inputs.score, check_capacity(capacity))
    if capacity is None and inputs.flagged is not None:
        return inputs.flagged
    msg = "give a capacity together with scores, or flags without a capacity."
    raise ValueError(msg)


def spoken_for(inputs: Inputs) -> Floats:
    """Give how many reports each known outcome speaks for, shape (n,); 0 where it may not speak."""
    known = ~np.isnan(inputs.outcome)
    if inputs.outcomes is Outcomes.EVERYONE:
        return known.astype(np.float64)
    return np.zeros(len(inputs)) if inputs.sample is None else known * inputs.sample.weight


def columns(inputs: Inputs, flagged: Floats) -> Mapping[str, Floats]:
    """Give the columns that figures are made of, each of shape (n,).

    Parameters
    ----------
    inputs : Inputs
    flagged : ndarray of float64, shape (n,)

    Returns
    -------
    mapping of str to ndarray of float64
        ``positive`` and ``negative`` weigh outcomes that speak for everyone, ``hit`` and ``miss`` those of the selected;
        ``*_rows`` count reports without weights, and stand under the figures as their n.
    """
    known, weight = ~np.isnan(inputs.outcome), spoken_for(inputs)
    yes = np.where(known, inputs.outcome, 0.0)
    found = {
        "rows": np.ones(len(inputs)),
        "known": known.astype(np.float64),
        "known_positive": yes,
        "flagged": flagged,
        **_outcomes("", yes, weight, flagged),
        "positive_rows": (weight > 0) * yes,
        "negative_rows": (weight > 0) * (1 - yes),
        **_selected(inputs, yes, known, weight, flagged),
    }
    sample = inputs.sample
    found["asked"] = np.ones(len(inputs)) if sample is None else sample.rows.astype(np.float64)
    found["answered"] = found["asked"] * known
    return found | _of_score(inputs, weight) | _extras(inputs)


def _outcomes(prefix: str, yes: Floats, weight: Floats, flagged: Floats) -> dict[str, Floats]:
    """Give positives and negatives, all of them and those selected."""
    positive, negative = weight * yes, weight * (1 - yes)
    return {
        f"{prefix}positive": positive,
        f"{prefix}negative": negative,
        f"{prefix}positive_flagged": positive * flagged,
        f"{prefix}negative_flagged": negative * flagged,
    }


def _selected(inputs: Inputs, yes: Floats, known: Floats, weight: Floats, flagged: Floats) -> dict[str, Floats]:
    """Give hits and misses among the selected: of all whose outcome is known or, where too few are, of the sample."""
    told = float((flagged * known).sum()) >= (1 - MOST_UNKNOWN) * float(flagged.sum())
    counts = known.astype(np.float64) if told or inputs.sample is None else weight
    return {
        "hit": counts * yes * flagged,
        "miss": counts * (1 - yes) * flagged,
        "selected_rows": (counts > 0) * flagged,
        "unselected_rows": (weight > 0) * (1 - flagged),
        "selected_asked": flagged if told or inputs.sample is None else flagged * inputs.sample.rows,
    }


def _of_score(inputs: Inputs, weight: Floats) -> dict[str, Floats]:
    """Give the scores of all, and of those whose outcome speaks."""
    return {} if inputs.score is None else {"score": inputs.score, "expected": weight * inputs.score}


def _extras(inputs: Inputs) -> dict[str, Floats]:
    """Give what was measured of some reports, and of how many."""
    found: dict[str, Floats] = {}
    for name in EXTRAS:
        values: Floats | None = getattr(inputs, name)
        if values is not None:
            found |= {name: np.nan_to_num(values), f"{name}_rows": (~np.isnan(values)).astype(np.float64)}
    return found
