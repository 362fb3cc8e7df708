"""Here we open a door for users of fairlearn: its `MetricFrame` of the inputs of our audit, with the figures that both know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats
from triage.audit import Inputs, Outcomes
from triage.audit.attributes import Attribute
from triage.audit.columns import flags, spoken_for

if TYPE_CHECKING:
    from fairlearn.metrics import MetricFrame


@dataclass(frozen=True, eq=False)
class Frames:
    """fairlearn's view of one attribute.

    Attributes
    ----------
    selection : MetricFrame
        Of all reports: ``count``, ``selection_rate``.
    outcomes : MetricFrame or None
        Of the reports whose outcome speaks: rates of those with and without it; None where outcomes exist only for those
        whom somebody chose, since fairlearn would give a rate where there is none.
    """

    selection: MetricFrame
    outcomes: MetricFrame | None


def metric_frames(inputs: Inputs, attribute: str, capacity: float | None = None) -> Frames:
    """Give fairlearn's frames.

    Parameters
    ----------
    inputs : triage.audit.Inputs
    attribute : str
    capacity : float, optional
        As in `triage.audit.measure`.

    Raises
    ------
    ValueError
        For an attribute that is not there, or when some reports tie at the limit of the capacity: fairlearn knows no shares.

    Examples
    --------
    >>> given = Inputs.of([1, 0, 1, 0], {"sex": ["girl", "boy", "boy", "girl"]}, flagged=[1, 0, 0, 0])
    >>> metric_frames(given, "sex").outcomes.by_group["true_positive_rate"].to_dict()
    {'boy': 0.0, 'girl': 1.0}
    """
    from fairlearn import metrics as theirs

    group, flagged = _labels(inputs, attribute), flags(inputs, capacity)
    if not np.isin(flagged, [0.0, 1.0]).all():
        msg = "some reports tie at the limit of the capacity and count by a share; fairlearn knows only whole reports."
        raise ValueError(msg)
    everyone = {"count": theirs.count, "selection_rate": theirs.selection_rate}
    selection = theirs.MetricFrame(metrics=everyone, y_true=flagged, y_pred=flagged, sensitive_features=group)
    weight = spoken_for(inputs)
    if inputs.outcomes is Outcomes.CHOSEN and not weight.any():
        return Frames(selection, None)
    return Frames(selection, _outcomes(inputs.outcome, flagged, weight, group))


def _outcomes(outcome: Floats, flagged: Floats, weight: Floats, group: Any) -> MetricFrame:
    """Give the rates of those whose outcome speaks, each by its weight."""
    from fairlearn import metrics as theirs
    from sklearn.metrics import precision_score

    rates = {
        "true_positive_rate": theirs.true_positive_rate,
        "false_negative_rate": theirs.false_negative_rate,
        "false_positive_rate": theirs.false_positive_rate,
        "true_negative_rate": theirs.true_negative_rate,
        "precision": _precision(precision_score),
    }
    told = weight > 0
    return theirs.MetricFrame(
        metrics=rates,
        y_true=outcome[told],
        y_pred=flagged[told],
        sensitive_features=group[told],
        sample_params={name: {"sample_weight": weight[told]} for name in rates},
    )


def _precision(score: Any) -> Any:
    """Give scikit-learn's precision, without a number where nobody is selected."""

    def precision(y_true: Any, y_pred: Any, sample_weight: Any) -> float:
        return float(score(y_true, y_pred, sample_weight=sample_weight, zero_division=np.nan))

    return precision


def _labels(inputs: Inputs, name: str) -> Any:
    """Give the group of each report in words, shape (n,)."""
    found: list[Attribute] = [one for one in inputs.attributes if one.name == name]
    if not found:
        msg = f"there is no attribute {name!r}; allowed: {', '.join(one.name for one in inputs.attributes)}"
        raise ValueError(msg)
    return np.array(found[0].labels)[found[0].codes]
