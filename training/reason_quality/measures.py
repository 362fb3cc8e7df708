"""Here we measure reasons on plain arrays: what they explain, and what happens to the estimate without them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from features.arrays import Floats, Mask
from features.build import REGISTRY
from training.evaluate import wilson
from training.reason_quality.result import Deletion
from triage.explanation import GROUP_OF, GROUPS, reasons, says_something

Estimate = Callable[[Floats], Floats]
"""From feature rows, shape (n, k), to estimates, shape (n,)."""

DELETED = 3
NOTHING = np.array([0.0 if one.zero_is_nothing else np.nan for one in REGISTRY.features])
"""What a feature holds when it says nothing."""


def by_group(contributions: Floats) -> Floats:
    """Sum contributions up per group, shape (n, number of groups)."""
    belongs = (GROUP_OF[:, None] == np.arange(len(GROUPS))).astype(np.float64)
    total: Floats = contributions @ belongs
    return total


def speaking(values: Floats) -> Mask:
    """Tell which groups say something about which report, shape (n, number of groups)."""
    said = says_something(values)
    return np.stack([said[:, place == GROUP_OF].any(axis=1) for place in range(len(GROUPS))], axis=1)


def shown(values: Floats, contributions: Floats) -> Mask:
    """Tell which groups are shown as reasons, shape (n, number of groups)."""
    found = np.zeros((len(values), len(GROUPS)), dtype=np.bool_)
    for row, (told, parts) in enumerate(zip(values, contributions, strict=True)):
        found[row, [GROUPS.index(reason.group) for reason in reasons(told, parts)]] = True
    return found


def shown_share(total: Floats, is_shown: Mask) -> Floats:
    """Give the share of the total absolute contribution that the reasons shown explain, shape (n,).

    Parameters
    ----------
    total : ndarray of float64, shape (n, number of groups)
    is_shown : ndarray of bool, shape (n, number of groups)
    """
    size = np.abs(total)
    share: Floats = np.where(is_shown, size, 0.0).sum(axis=1) / np.maximum(size.sum(axis=1), np.finfo(np.float64).tiny)
    return share


def delete(values: Floats, contributions: Floats, estimate: Estimate, among: Mask, *, seed: int) -> Deletion:
    """Take away the three strongest reasons, and three drawn groups, and see which moves the estimate more.

    What is taken away says nothing any more: a count of nothing, a time or a score that was never observed. Three
    reasons that point different ways can move an estimate less together than one of them alone.

    Parameters
    ----------
    values, contributions : ndarray of float64, shape (n, k)
    estimate : callable
        From feature rows to estimates.
    among : ndarray of bool, shape (n, number of groups)
        Which groups are drawn from, in which report. Reports with no more than three are left out.
    seed : int
    """
    rows = np.flatnonzero(among.sum(axis=1) > DELETED)
    if not len(rows):
        return Deletion(0, None, None, None, None, None)
    values, total, among = values[rows], np.abs(by_group(contributions[rows])), among[rows]
    drawn = np.random.default_rng(seed).random(among.shape)
    before = estimate(values)
    strongest, other = (
        np.abs(estimate(_without(values, _first(np.where(able, weight, -1.0)))) - before)
        for weight, able in ((total, speaking(values)), (drawn, among))
    )
    hits = strongest >= other
    low, high = wilson(float(hits.sum()), len(rows))
    return Deletion(len(rows), float(hits.mean()), low, high, float(strongest.mean()), float(other.mean()))


def drawn_from(values: Floats, contributions: Floats) -> tuple[Mask, Mask]:
    """Give what can be drawn from: every group that the model reads, and those that say something, as `delete` takes them."""
    read = np.broadcast_to((by_group(np.abs(contributions)) > 0).any(axis=0), (len(values), len(GROUPS)))
    return read, read & speaking(values)


def _first(weight: Floats) -> Mask:
    """Mark the three heaviest groups of each report."""
    order = np.argsort(-weight, axis=1, kind="stable")[:, :DELETED]
    marked = np.zeros(weight.shape, dtype=np.bool_)
    np.put_along_axis(marked, order, True, axis=1)
    return marked


def _without(values: Floats, groups: Mask) -> Floats:
    """Give rows in which some groups say nothing."""
    return np.where(groups[:, GROUP_OF], NOTHING, values)
