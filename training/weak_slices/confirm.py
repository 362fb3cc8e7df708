"""Here we test the proposed slices on the second half, all together, by flipping the signs of whole households."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats
from training.evaluate import auc
from training.weak_slices.conditions import Condition, Mask
from training.weak_slices.half import Half
from training.weak_slices.propose import FEWEST_REPORTS, Proposal
from training.weak_slices.slices import LEVEL, Slice

FEWEST_OUTCOMES = 10
"""Reports that are expected to have the outcome, and not to have it, before a slice is tested."""


@dataclass(frozen=True)
class _Figure:
    """A slice's figure before its test.

    Attributes
    ----------
    proposal : Proposal
    inside : ndarray of bool, shape (n,)
    estimated, observed : float
        Mean estimate and share observed, or AUC promised and AUC observed.
    parts : ndarray of float64, shape (households,)
        What each household adds to ``observed - estimated``.
    error : float
        Its standard error: by households or as expected of the estimates, whichever is larger. A slice that happens to
        have few outcomes would otherwise look too sure of itself.
    """

    proposal: Proposal
    inside: Mask
    estimated: float
    observed: float
    parts: Floats
    error: float


def confirm(
    half: Half,
    proposals: Sequence[Proposal],
    conditions: Sequence[Condition],
    rng: np.random.Generator,
    draws: int,
) -> tuple[Slice, ...]:
    """Test proposals.

    Parameters
    ----------
    half : Half
        Households that had no say in the proposals.
    proposals : sequence of Proposal
    conditions : sequence of Condition
    rng : numpy.random.Generator
    draws : int
        Random flips of signs; the smallest adjusted p is one in as many.

    Returns
    -------
    tuple of Slice
        Those with enough reports and outcomes, weakest first.
    """
    figures = [figure for figure in (_figure(half, proposal) for proposal in proposals) if figure is not None]
    if not figures:
        return ()
    parts = np.column_stack([figure.parts for figure in figures])
    parts /= np.sqrt((parts**2).sum(axis=0))
    error = np.array([figure.error for figure in figures])
    one_sided = np.array([figure.proposal.measure == "order" for figure in figures])
    found = np.array([figure.observed - figure.estimated for figure in figures])
    reached = _weakness(found / error, one_sided)
    largest = np.array([_weakness(_flip(parts, rng), one_sided).max() for _ in range(draws)])
    adjusted = (1 + (largest[:, np.newaxis] >= reached).sum(axis=0)) / (1 + draws)
    reach = np.sort(largest)[-int(LEVEL * (1 + draws))] * error  # beyond it the adjusted p is at most LEVEL
    slices = [
        _slice(half, figure, conditions, float(width), float(p))
        for figure, width, p in zip(figures, reach, adjusted, strict=True)
    ]
    return tuple(sorted(slices, key=lambda each: each.adjusted_p))


def _figure(half: Half, proposal: Proposal) -> _Figure | None:
    """Compute a slice's figure; None where too few reports or outcomes tell nothing."""
    inside = half.members(proposal.conditions)
    estimate, label = half.estimate[inside], half.label[inside]
    expected = (estimate.sum(), (1 - estimate).sum())
    if inside.sum() < FEWEST_REPORTS or min(expected) < FEWEST_OUTCOMES:
        return None
    if proposal.measure == "calibration":
        estimated, observed, weight = float(estimate.mean()), float(label.mean()), np.full(len(label), 1 / len(label))
    else:
        estimated, observed, weight = auc(estimate, estimate), auc(label, estimate), _weights(estimate)
    parts, error = _parts(half, inside, weight)
    return None if np.isnan(observed) or error == 0 else _Figure(proposal, inside, estimated, observed, parts, error)


def _parts(half: Half, inside: Mask, weight: Floats) -> tuple[Floats, float]:
    """Split a figure into what each household adds, and give its standard error.

    The line through the whole was fitted on these reports too and took up some of the slice's gap; a weight that is
    orthogonal to the line gives the same sum and the right error.
    """
    whole = np.zeros(len(inside))
    whole[inside] = weight
    variance = half.estimate * (1 - half.estimate)
    line = np.column_stack([np.ones(len(inside)), half.odds])
    root = np.sqrt(variance)
    whole -= line @ np.linalg.lstsq(line * root[:, np.newaxis], whole * root)[0]
    parts: Floats = np.bincount(half.household, (half.label - half.estimate) * whole).astype(np.float64)
    return parts, float(np.sqrt(max((parts**2).sum(), (variance * whole**2).sum())))


def _weights(estimate: Floats) -> Floats:
    """Give how much the AUC moves, to first order, when one outcome is not as estimated, shape (n,)."""
    _, at = np.unique(estimate, return_inverse=True)
    yes, no = np.bincount(at, estimate), np.bincount(at, 1 - estimate)
    below = (no.cumsum() - no / 2)[at] / no.sum()
    above = 1 - (yes.cumsum() - yes / 2)[at] / yes.sum()
    promised = auc(estimate, estimate)
    weights: Floats = (below - promised) / yes.sum() - (above - promised) / no.sum()
    return weights


def _flip(parts: Floats, rng: np.random.Generator) -> Floats:
    """Add up the parts with a random sign per household, shape (number of figures,)."""
    flipped: Floats = (2.0 * rng.integers(0, 2, len(parts)) - 1.0) @ parts
    return flipped


def _weakness(error: Floats, one_sided: Mask) -> Floats:
    """Tell how weak: an estimate may be wrong either way, an order only too poor."""
    return np.where(one_sided, -error, np.abs(error))


def _slice(half: Half, figure: _Figure, conditions: Sequence[Condition], width: float, p: float) -> Slice:
    """Write down one slice."""
    gap = figure.observed - figure.estimated
    return Slice(
        conditions=tuple(conditions[number] for number in figure.proposal.conditions),
        measure=figure.proposal.measure,
        n=int(figure.inside.sum()),
        households=len(np.unique(half.household[figure.inside])),
        estimated=figure.estimated,
        observed=figure.observed,
        low=gap - width,
        high=gap + width,
        adjusted_p=p,
    )
