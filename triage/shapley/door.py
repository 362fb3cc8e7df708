"""Here we explain any LightGBM model of one output: what each feature adds to each row's margin, exactly.

>>> import lightgbm, numpy as np
>>> rows = np.random.default_rng(1).normal(size=(500, 3))
>>> plan = {"objective": "regression", "num_threads": 1, "verbosity": -1}
>>> model = lightgbm.train(plan, lightgbm.Dataset(rows, rows[:, 0] * rows[:, 1]), num_boost_round=20)
>>> told = explain(model, rows)
>>> told.contributions.shape, bool(np.allclose(told.base + told.contributions.sum(axis=1), told.margin))
((500, 3), True)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats
from triage.shapley.asked import Asked
from triage.shapley.explained import Explained, Explainer
from triage.shapley.tabulated import Tabulated
from triage.shapley.trees import CannotTabulate

if TYPE_CHECKING:
    from lightgbm import Booster

TOLERANCE = 1e-9
"""How far what we work out may lie from what LightGBM works out, in log-odds or in the unit of a regression."""


def explain(booster: Booster, matrix: Any, *, threads: int = 1) -> Explained:
    """Explain the rows of a matrix.

    Parameters
    ----------
    booster : lightgbm.Booster
        Of one output: binary, regression, ranking.
    matrix : array-like of numbers, shape (n, k)
        NaN is missing. A frame must have the model's columns in the model's order.
    threads : int
        How many threads may work; the numbers do not depend on it.

    Returns
    -------
    Explained

    Raises
    ------
    ValueError
        The model has several outputs, or the matrix is not of its features.
    """
    return prepare(booster).explain(_matrix(booster, matrix), threads=threads)


def prepare(booster: Booster) -> Explainer:
    """Make what explains the rows of one model: tables, or LightGBM itself for trees that tables do not hold.

    Raises
    ------
    ValueError
        The model has several outputs.
    """
    if booster.num_model_per_iteration() != 1:
        msg = f"The model has {booster.num_model_per_iteration()} outputs; explained are models of one. Train one per output."
        raise ValueError(msg)
    try:
        return Tabulated.of(booster.model_to_string())
    except CannotTabulate:
        return Asked(booster)


def furthest(explainer: Explainer, booster: Booster, rows: Floats | None = None) -> float:
    """Say how far an explainer lies at most from LightGBM's own contributions, base and margin; NaN counts as infinite.

    Parameters
    ----------
    explainer : Explainer
    booster : lightgbm.Booster
    rows : ndarray of float64, shape (n, k), optional
        A few made-up rows around the model's thresholds when left out.
    """
    rows = explainer.probes() if rows is None else rows
    told, asked = explainer.explain(rows), Asked(booster).explain(rows)
    pairs = ((told.contributions, asked.contributions), (told.base, asked.base), (told.margin, asked.margin))
    gap = max(float(np.abs(ours - theirs).max(initial=0.0)) for ours, theirs in pairs)
    return math.inf if math.isnan(gap) else gap


def _matrix(booster: Booster, matrix: Any) -> Floats:
    """Take a matrix of numbers whose columns are the model's."""
    names = booster.feature_name()
    given = [str(name) for name in getattr(matrix, "columns", names)]
    values = np.ascontiguousarray(matrix, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != len(names) or given != names:
        msg = f"The matrix must hold the model's {len(names)} features in its order; got shape {values.shape}. Reorder it."
        raise ValueError(msg)
    return values
