"""Here we score feature rows: raw margin, probability in its interval, contributions that add up, and what is unfamiliar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Mask
from features.build import Rows
from triage.bundle import Bundle
from triage.errors import BundleBroken, FeaturesDiffer
from triage.venn_abers import joined

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Scored:
    """Scores of n reports.

    Attributes
    ----------
    margin : ndarray of float64, shape (n,)
        Raw log-odds of the trees, bit for bit LightGBM's own.
    probability, low, high : ndarray of float64, shape (n,)
        Calibrated, and the ends of the interval that it lies in.
    contributions : ndarray of float64, shape (n, k)
        What each feature adds to the margin (exact path-dependent Shapley values).
    base : ndarray of float64, shape (n,)
        The model's average: ``base + contributions.sum(axis=1) == margin``.
    beyond : ndarray of bool, shape (n, number of features in the bundle's support)
        Which features lie outside what training has seen.
    """

    margin: Floats
    probability: Floats
    low: Floats
    high: Floats
    contributions: Floats
    base: Floats
    beyond: Mask


def score(bundle: Bundle, rows: Rows, *, threads: int = 1) -> Scored:
    """Score feature rows.

    Parameters
    ----------
    bundle : Bundle
    rows : Rows
        Built by the registry that the bundle was trained on.
    threads : int
        How many threads may work; the numbers do not depend on it.

    Raises
    ------
    FeaturesDiffer
        The rows were built by another registry.
    BundleBroken
        The contributions do not add up to the margin, or the calibration gives no number.
    """
    if rows.fingerprint != bundle.facts.features_fingerprint or rows.names != bundle.facts.features:
        msg = "These rows were built by another feature registry than the bundle's. Build them again."
        raise FeaturesDiffer(msg)
    told = bundle.explainer.explain(rows.values, threads=threads)
    margin = told.margin
    gap = np.abs(told.base + told.contributions.sum(axis=1) - margin).max(initial=0.0)
    if not gap <= TOLERANCE:  # a NaN is no score
        msg = f"The contributions miss the margin by {gap:.2g}; allowed is {TOLERANCE:g}. Train the bundle again."
        raise BundleBroken(msg)
    low, high = bundle.facts.calibration.interval(margin)
    probability = joined(low, high)
    if np.isnan(probability).any():
        msg = "The calibration gives no number. Train the bundle again."
        raise BundleBroken(msg)
    return Scored(
        margin,
        probability,
        low,
        high,
        contributions=told.contributions,
        base=np.full(len(margin), told.base),
        beyond=bundle.facts.support.beyond(rows.values[:, bundle.supported]),
    )
