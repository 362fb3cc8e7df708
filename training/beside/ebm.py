"""Here we fit the glass-box challenger: an explainable boosting machine, kept as tables that anyone can read and add up.

Needs the extra ``challenger``. Nothing of the fitted object is kept: only cuts and scores per term, from which the score is
recomputed, so that no pickle is needed. Interactions are found among features without a constraint.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats
from training.beside import refuse_unfit
from triage.errors import TrainingRefused


@dataclass(frozen=True)
class Challenge:
    """How the challenger is fitted.

    Attributes
    ----------
    bags : int
        Models that are averaged.
    interactions : int
        Most pairs of features; none by default, so that each feature is one curve.
    bins : int
        Most bins of a feature.
    seed : int
    """

    bags: int = 8
    interactions: int = 0
    bins: int = 32
    seed: int = 2026


@dataclass(frozen=True)
class Term:
    """What one feature, or a pair of features, adds.

    Attributes
    ----------
    features : tuple of str
    columns : tuple of int
    cuts : tuple of tuple of float
        Per feature, ascending; a value at a cut belongs above it.
    scores : tuple
        Log-odds per bin, nested per feature; the first bin is "missing".
    """

    features: tuple[str, ...]
    columns: tuple[int, ...]
    cuts: tuple[tuple[float, ...], ...]
    scores: tuple[Any, ...]

    def add(self, values: Floats) -> Floats:
        """Give what the term adds to each row, shape (n,)."""
        places = []
        for column, cuts in zip(self.columns, self.cuts, strict=True):
            value = values[:, column]
            places.append(np.where(np.isnan(value), 0, np.searchsorted(cuts, value, side="right") + 1))
        added: Floats = np.array(self.scores)[tuple(places)]
        return added

    def to_dict(self) -> dict[str, Any]:
        """Give the term as plain data."""
        return {"features": list(self.features), "cuts": [list(cuts) for cuts in self.cuts], "scores": self.scores}


@dataclass(frozen=True)
class GlassBox:
    """A fitted challenger: terms that add up.

    Attributes
    ----------
    intercept : float
    terms : tuple of Term
    plan : Challenge
    """

    intercept: float
    terms: tuple[Term, ...]
    plan: Challenge

    def score(self, values: Floats) -> Floats:
        """Give log-odds, shape (n,)."""
        odds = np.full(len(values), self.intercept)
        for term in self.terms:
            odds += term.add(values)
        return odds

    def to_dict(self) -> dict[str, Any]:
        """Give the challenger as plain data."""
        terms = [term.to_dict() for term in self.terms]
        return {"kind": "ebm", "intercept": self.intercept, "terms": terms, "seed": self.plan.seed}


def fit(
    values: Floats,
    label: Floats,
    names: Sequence[str],
    *,
    directions: Sequence[int] | None = None,
    plan: Challenge | None = None,
) -> GlassBox:
    """Fit the challenger, on one thread.

    Parameters
    ----------
    values : ndarray of float64, shape (n, k)
        NaN is missing.
    label : ndarray of float64, shape (n,)
        0 or 1.
    names : sequence of str, length k
    directions : sequence of {-1, 0, 1}, length k, optional
        Which way the score may move when a value grows.
    plan : Challenge, optional

    Raises
    ------
    TrainingRefused
        When the extra is not installed.
    """
    refuse_unfit(values, label, names)
    try:
        from interpret.glassbox import ExplainableBoostingClassifier
    except ImportError:
        msg = (
            'The glass-box challenger needs interpret. Install the extra: pip install "orosanmalan-triage[challenger]".'
        )
        raise TrainingRefused(msg) from None
    plan = plan or Challenge()
    machine = ExplainableBoostingClassifier(
        feature_names=list(names),
        feature_types=["continuous"] * len(names),
        monotone_constraints=None if directions is None else list(directions),
        outer_bags=plan.bags,
        interactions=plan.interactions,
        max_bins=plan.bins,
        random_state=plan.seed,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Missing values detected")  # of its pictures; our tables show them
        machine.fit(values, label)
    return GlassBox(float(machine.intercept_[0]), tuple(_terms(machine, names)), plan)


def _terms(machine: Any, names: Sequence[str]) -> list[Term]:
    """Take cuts and scores out of the fitted machine."""
    terms = []
    for features, scores in zip(machine.term_features_, machine.term_scores_, strict=True):
        columns = tuple(int(feature) for feature in features)
        cuts = tuple(_cuts(machine.bins_[column], len(columns)) for column in columns)
        kept = scores[(slice(0, -1),) * len(columns)]  # the last bin is for words it does not know; numbers have none
        terms.append(Term(tuple(names[column] for column in columns), columns, cuts, _nested(kept.tolist())))
    return terms


def _cuts(levels: Sequence[Floats], order: int) -> tuple[float, ...]:
    """Give a feature's cuts in terms of one order; pairs are cut more coarsely than single features."""
    return tuple(levels[min(len(levels), order) - 1].tolist())


def _nested(scores: list[Any]) -> tuple[Any, ...]:
    """Freeze nested lists."""
    return tuple(_nested(each) if isinstance(each, list) else each for each in scores)
