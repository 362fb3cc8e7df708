"""Here we hand a bundle's contributions to shap, so that a data scientist can go on with shap's own plots.

By reason, what a person would call one thing is one column; by feature, every column is what the model reads.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from features.arrays import Floats
from features.build import REGISTRY, Rows
from training.reason_quality.measures import by_group
from triage.bundle import Bundle
from triage.explanation import GROUP_OF, GROUPS, WHOLE, says_something
from triage.scoring import score
from triage.sentences import sentence

if TYPE_CHECKING:
    import shap

By = Literal["reason", "feature"]


def explain_rows(bundle: Bundle, rows: Rows, *, by: By = "reason", language: str = "sv") -> shap.Explanation:
    """Explain feature rows with a bundle.

    Parameters
    ----------
    bundle : Bundle
    rows : Rows
        Built by the registry that the bundle was trained on.
    by : {"reason", "feature"}
    language : {"sv", "en"}

    Returns
    -------
    shap.Explanation
        ``values`` in log-odds, with ``base_values`` they add up to the margin. Take one row of it for a waterfall.
    """
    scored = score(bundle, rows)
    return as_explanation(rows.values, scored.contributions, scored.base, by=by, language=language)


def draw_one(bundle: Bundle, rows: Rows, *, language: str = "sv") -> str:
    """Draw the reasons for one report's estimate, as SVG."""
    from training.plots.of_reasons import waterfall

    return waterfall(explain_rows(bundle, rows, language=language)[0], language=language).decode()


def as_explanation(
    values: Floats, contributions: Floats, base: Floats, *, by: By = "reason", language: str = "sv"
) -> shap.Explanation:
    """Put contributions into shap's form.

    Parameters
    ----------
    values, contributions : ndarray of float64, shape (n, k)
    base : ndarray of float64, shape (n,)
    by : {"reason", "feature"}
        By reason, ``data`` holds the value of the feature that weighs most in each group, and ``display_data`` the
        sentence of each report and group, empty where the report says nothing of it.
    language : {"sv", "en"}
    """
    if by == "feature":
        names = [feature.label(language) for feature in REGISTRY.features]
        return _shap().Explanation(contributions, base_values=base, data=values, feature_names=names)
    names = [group.label(language) for group in GROUPS]
    said = _sentences(values, contributions, language)
    heaviest = values[:, _heaviest(contributions)]
    return _shap().Explanation(
        by_group(contributions), base_values=base, data=heaviest, display_data=said, feature_names=names
    )


def _heaviest(contributions: Floats) -> list[int]:
    """Give, of each group, the feature that weighs most."""
    weight = np.abs(contributions).mean(axis=0)
    return [int(np.where(place == GROUP_OF, weight, -1.0).argmax()) for place in range(len(GROUPS))]


def _sentences(values: Floats, contributions: Floats, language: str) -> Any:
    """Say what every report says of every group, of the features that move its estimate, as the answer does."""
    said, told = np.full((len(values), len(GROUPS)), "", dtype=object), says_something(values)
    moves = told & (contributions != 0)
    for place in range(len(GROUPS)):
        mine = place == GROUP_OF
        which = (told if place == WHOLE else moves) & mine
        for row in np.flatnonzero((moves & mine).any(axis=1)).tolist():
            parts = [(REGISTRY.features[at], float(values[row, at])) for at in np.flatnonzero(which[row]).tolist()]
            said[row, place] = sentence(parts).say(language)
    return said


def _shap() -> Any:
    """Load shap; its colours use what matplotlib will leave out one day."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        import shap
    return shap
