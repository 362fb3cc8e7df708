"""Here we score feature rows: raw margin, calibrated probability, and contributions that add up to the margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats
from features.build import Rows
from triage.bundle import Bundle
from triage.errors import BundleBroken, FeaturesDiffer

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Scored:
    """Scores of n reports.

    Attributes
    ----------
    margin : ndarray of float64, shape (n,)
        Raw log-odds of the trees.
    probability : ndarray of float64, shape (n,)
        Calibrated.
    contributions : ndarray of float64, shape (n, k)
        What each feature adds to the margin (exact path-dependent Shapley values).
    base : ndarray of float64, shape (n,)
        The model's average: ``base + contributions.sum(axis=1) == margin``.
    """

    margin: Floats
    probability: Floats
    contributions: Floats
    base: Floats


def score(bundle: Bundle, rows: Rows, *, threads: int = 1) -> Scored:
    """Score feature rows.

    Parameters
    ----------
    bundle : Bundle
    rows : Rows
        Built by the registry that the bundle was trained on.
    threads : int
        How many threads LightGBM may use; the numbers do not depend on it.

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
    parts = np.asarray(bundle.booster.predict(rows.values, pred_contrib=True, num_threads=threads), dtype=np.float64)
    margin = np.asarray(bundle.booster.predict(rows.values, raw_score=True, num_threads=threads), dtype=np.float64)
    gap = np.abs(parts.sum(axis=1) - margin).max(initial=0.0)
    if not gap <= TOLERANCE:  # a NaN is no score
        msg = f"The contributions miss the margin by {gap:.2g}; allowed is {TOLERANCE:g}. Train the bundle again."
        raise BundleBroken(msg)
    probability = bundle.facts.calibration.probability(margin)
    if np.isnan(probability).any():
        msg = "The calibration gives no number. Train the bundle again."
        raise BundleBroken(msg)
    return Scored(margin, probability, parts[:, :-1], parts[:, -1])
