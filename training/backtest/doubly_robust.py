"""Here we estimate figures on everyone from those with a known outcome, modelling both who became known and what was found.

Augmented inverse probability weighting (Robins, Rotnitzky and Zhao 1994), with models fitted on other
families than those they are used on (Chernozhukov and others 2018). Each report gets a pseudo-outcome

    estimate + known / propensity × (outcome − estimate)

whose mean is right when *either* the propensity or the estimate is right **and everything that made
people investigate, and bears on the outcome, is among the covariates**. No number in the data can show
that it is. Where people acted on what nobody wrote down, the result is wrong and its interval is no
warning (a test plants this); the bounds of `training.backtest.bounds` hold all the same.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from features.arrays import Floats, Ints
from training.backtest.bootstrap import intervals
from training.backtest.checks import check_covariates, check_group, check_label, check_score
from training.backtest.weighted import FIGURES, Bools, four_under
from training.evaluate import DRAWS, Interval
from triage.words import Text

LEAST_PROPENSITY = 0.02
"""A smaller chance of becoming known is raised to this, so that one report never stands for more than fifty."""

MOST_CLIPPED = 0.05
"""With a larger share of clipped reports the data hold nobody like them, and nothing is estimated."""

FOLDS = 5

ASSUMES = Text(
    "Uppskattningen gäller bara om allt som fick någon att utreda, och som har med utfallet att göra, finns bland "
    "uppgifterna. Data kan inte visa om det är så.",
    "The estimate holds only if everything that made someone investigate, and bears on the outcome, is among the "
    "covariates. The data cannot show whether it is.",
)


@dataclass(frozen=True)
class Propensity:
    """How far the data reach.

    Attributes
    ----------
    least : float
        Smallest estimated chance of a known outcome, before clipping.
    clipped : int
        Reports whose chance was raised to `LEAST_PROPENSITY`.
    clipped_known : int
        Those among them that have a known outcome and so stand for many.
    effective : float
        How many equally weighted reports with a known outcome would be as informative (Kish).
    """

    least: float
    clipped: int
    clipped_known: int
    effective: float


@dataclass(frozen=True)
class DoublyRobust:
    """Figures on everyone, under `ASSUMES`.

    Attributes
    ----------
    n, known, households : int
    figures : dict of str to (Interval or None)
        ``base_rate``, ``precision``, ``recall``, ``auc`` with 95 % intervals; None where the data do not carry them.
    propensity : Propensity
    """

    n: int
    known: int
    households: int
    figures: dict[str, Interval | None]
    propensity: Propensity

    def to_dict(self) -> dict[str, Any]:
        """Give plain data, with the assumption in words."""
        return asdict(self) | {"assumes": ASSUMES.to_dict()}


def doubly_robust(
    label: Floats,
    score: Floats,
    covariates: Floats,
    group: Ints,
    capacity: float,
    *,
    folds: int = FOLDS,
    draws: int = DRAWS,
    seed: int = 0,
) -> DoublyRobust:
    """Estimate base rate, precision and recall at capacity, and AUC, among all reports.

    Parameters
    ----------
    label : ndarray of float64, shape (n,)
        1, 0, or NaN where nobody knows.
    score : ndarray of float64, shape (n,)
    covariates : ndarray of float64, shape (n, k)
        Finite; what people saw when they chose whom to investigate. The score belongs here if they saw it.
    group : ndarray of int64, shape (n,)
        Household numbers.
    capacity : float
        Share of all reports that is taken first.
    folds, draws, seed : int

    Notes
    -----
    Intervals come from drawing households again with the pseudo-outcomes as they are; the models are not fitted anew.
    """
    check_label(label, len(label))
    check_score(score, len(label))
    check_group(group, len(label))
    check_covariates(covariates, len(label))
    known = ~np.isnan(label)
    chance, estimate = cross_fitted(label, covariates, group, folds=folds, seed=seed)
    clipped = np.clip(chance, LEAST_PROPENSITY, 1.0)
    pseudo = pseudo_outcomes(label, clipped, estimate)
    reach = _reach(chance, clipped, known)
    everyone = np.ones(len(label), dtype=bool)
    found = intervals(four_under(pseudo, score, capacity, everyone), group, counted=known, draws=draws, seed=seed)
    carried = reach.clipped <= MOST_CLIPPED * len(label)
    figures = {name: _within(figure) if carried else None for name, figure in zip(FIGURES, found, strict=True)}
    return DoublyRobust(len(label), int(known.sum()), len(np.unique(group)), figures, reach)


def pseudo_outcomes(label: Floats, chance: Floats, estimate: Floats) -> Floats:
    """Combine what was found with what was estimated.

    Parameters
    ----------
    label : ndarray of float64, shape (n,)
        NaN where nobody knows.
    chance, estimate : ndarray of float64, shape (n,)
        Chance that the outcome became known, above 0, and chance that it is 1; each from models that have not seen
        the report.
    """
    return np.where(np.isnan(label), estimate, estimate + (np.nan_to_num(label) - estimate) / chance)


def cross_fitted(
    label: Floats, covariates: Floats, group: Ints, *, folds: int = FOLDS, seed: int = 0
) -> tuple[Floats, Floats]:
    """Fit who became known and what was found, by logistic regression, on other families than those they are used on.

    Returns
    -------
    chance, estimate : ndarray of float64, shape (n,)
    """
    known = ~np.isnan(label)
    _, family = np.unique(group, return_inverse=True)
    side = (np.random.default_rng(seed).permutation(family.max() + 1) % folds)[family]
    chance, estimate = np.empty(len(label)), np.empty(len(label))
    for number in range(folds):
        here, there = side == number, side != number
        chance[here] = _probability(covariates[there], known[there], covariates[here])
        estimate[here] = _probability(covariates[there & known], label[there & known], covariates[here])
    return chance, estimate


def _probability(values: Floats, outcome: np.ndarray, asked: Floats) -> Floats:
    """Fit a logistic regression and ask it; scales are learnt from what it is fitted on."""
    from sklearn.linear_model import LogisticRegression

    if len(outcome) == 0 or outcome.min() == outcome.max():
        return np.full(len(asked), float(outcome.mean()) if len(outcome) else np.nan)
    middle, spread = values.mean(axis=0), values.std(axis=0)
    spread = np.where(spread > 0, spread, 1)
    model = LogisticRegression(solver="newton-cholesky").fit((values - middle) / spread, outcome)
    return np.asarray(model.predict_proba((asked - middle) / spread)[:, 1], dtype=np.float64)


def _reach(chance: Floats, clipped: Floats, known: Bools) -> Propensity:
    """Say how far the data reach."""
    low, weight = chance < LEAST_PROPENSITY, 1 / clipped[known]
    effective = float(weight.sum() ** 2 / (weight**2).sum()) if known.any() else 0.0
    return Propensity(float(chance.min()), int(low.sum()), int((low & known).sum()), effective)


def _within(found: Interval | None) -> Interval | None:
    """Keep a share between 0 and 1; a pseudo-outcome may lie outside."""
    if found is None:
        return None
    return Interval(*(float(np.clip(limit, 0, 1)) for limit in (found.value, found.low, found.high)))
