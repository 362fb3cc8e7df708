"""Here we gather what an audit reads of a tested period: what came of each report, what the model says, and who it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints, Mask
from training.backtest.queueing import days_waited, place_in
from training.backtest.times import local_days
from training.inputs import BY, Inputs
from training.labelling.labels import Labels
from training.plan import AGE, GIVEN_AWAY
from training.seen import silences
from training.validation.fold import margins
from triage.audit import UNKNOWN, Attribute, Outcomes, SampleKind
from triage.audit import Inputs as Audited
from triage.errors import TrainingRefused
from triage.explanation import reasons
from triage.shapley import explain

if TYPE_CHECKING:
    from triage.bundle_facts import BundleFacts

REPORTER = "reporter"
AUDITED = (*GIVEN_AWAY, *BY, REPORTER)
"""Every attribute whose groups are compared."""
FEW_UNKNOWN, OR = 0.05, " / "
"""Share of reports up to which those whose group nobody knows are counted with the largest group; what stands between."""
AGES = ((0, 2), (3, 6), (7, 12), (13, 17), (18, 20))
"""Years, both ends included."""


@dataclass(frozen=True, eq=False)
class Period:
    """Reports that a model has not learned from, as an audit reads them.

    Attributes
    ----------
    cases : Inputs
        All cases.
    rows : ndarray of int64, shape (n,)
        The audited reports, in the order of `cases`.
    margin : ndarray of float64, shape (n,)
        What the trees say.
    audited : mapping of str to triage.audit.Inputs
        The same reports for every declared outcome, the predicted one first: outcome, groups, household, estimate, whether
        prioritised, days in the queue, silence, reasons.
    """

    cases: Inputs
    rows: Ints
    margin: Floats
    audited: Mapping[str, Audited]

    @property
    def first(self) -> Audited:
        """The predicted outcome's."""
        return next(iter(self.audited.values()))

    @property
    def prioritised(self) -> Mask:
        """Whom the model prioritises, shape (n,)."""
        return np.asarray(self.first.flagged == 1)

    @property
    def mandated(self) -> Mask:
        """Where the law demands an investigation because of violence, shape (n,)."""
        return self.cases.mandated[self.rows]


def period(
    cases: Inputs,
    rows: Ints,
    model: str,
    facts: BundleFacts,
    *,
    per_day: float | None = None,
    reference: Mapping[str, str] | None = None,
) -> Period:
    """Gather a period.

    Parameters
    ----------
    cases : Inputs
    rows : ndarray of int64, shape (n,)
        Reports that the model has not learned from, also those whose outcome nobody knows.
    model : str
        LightGBM's text.
    facts : BundleFacts
    per_day : float, optional
        How many of these reports are read on a working day; without it no delay is told.
    reference : mapping of str to str, optional
        The group that others are compared with, by attribute; else the largest.
    """
    margin = margins(model, cases.values[rows])
    told = {
        "score": facts.calibration.probability(margin),
        "flagged": (margin >= facts.prioritise_margin).astype(np.float64),
        "household": cases.group[rows],
        "reference": reference,
        "delay": None if per_day is None else _days(cases, rows, margin, per_day),
        "abstained": _abstained(cases, rows, margin, facts),
        "reasons": _reasons(cases, rows, model),
    }
    named = reference or {}
    groups = {name: _attribute(name, values, named.get(name)) for name, values in attributes(cases, rows).items()}
    audited = {one.outcome.name: _audited(one, cases.mandated[rows], rows, groups, told) for one in cases.all_labels}
    return Period(cases, rows, margin, audited)


def _audited(
    labels: Labels, mandated: Mask, rows: Ints, groups: Mapping[str, Attribute], told: dict[str, Any]
) -> Audited:
    """Put one outcome beside what the model says; where people chose whom to investigate, the law's own slice speaks."""
    chosen = labels.outcome.investigated_only
    return Audited.of(
        np.where(labels.known[rows], labels.value[rows], np.nan),
        groups,
        outcomes=Outcomes.CHOSEN if chosen else Outcomes.EVERYONE,
        sample=mandated if chosen and mandated.any() else None,
        kind=SampleKind.ALWAYS_INVESTIGATED,
        **told,
    )


def attributes(cases: Inputs, rows: Ints) -> dict[str, NDArray[Any]]:
    """Give the group of every report, by attribute: those of the groups table, age, unit, type of report and reporter."""
    found: dict[str, NDArray[Any]] = {}
    for name, member in cases.members.items():
        attribute, _, value = name.partition(": ")
        found.setdefault(attribute, np.full(len(rows), UNKNOWN, dtype=object))[member[rows]] = value
    said = cases.said[cases.said["field"] == REPORTER].drop_duplicates("row").set_index("row")["code"]
    more = {AGE: _ages(cases, rows), REPORTER: said.reindex(rows).to_numpy(dtype=object)}
    return found | {name: cases.by[name][rows] for name in BY} | more


def _attribute(name: str, values: NDArray[Any], reference: str | None) -> Attribute:
    """Number the groups of an attribute; a few whose group nobody knows are counted with the largest, which then says so.

    Alone they would have to be hidden, and a second group with them, so that the total does not tell.
    """
    labels, size = np.unique(values.astype(str), return_counts=True)
    if reference is not None and reference not in labels:
        msg = f"No report is about {name}={reference}, which the others should be compared with. Allowed: {', '.join(labels)}."
        raise TrainingRefused(msg)
    unknown = size[labels == UNKNOWN].sum()
    if not 0 < unknown < FEW_UNKNOWN * len(values):
        return Attribute.of(name, values, reference)
    largest = max(zip(size.tolist(), labels.tolist(), strict=True), key=lambda one: (one[1] != UNKNOWN, one[0]))[1]
    merged = f"{largest}{OR}{UNKNOWN}"
    together = np.where(np.isin(values.astype(str), [largest, UNKNOWN]), merged, values.astype(str))
    return Attribute.of(name, together, merged if reference == largest else reference)


def _ages(cases: Inputs, rows: Ints) -> NDArray[Any]:
    """Give the age band of every child when the report came in, shape (n,)."""
    years = cases.values[rows, cases.rows.names.index("age_months")] / 12
    names = np.array([f"{first}–{last}" for first, last in AGES], dtype=object)
    place = np.searchsorted([first for first, _ in AGES], np.nan_to_num(years), side="right") - 1
    return np.where(np.isnan(years) | (years < 0), UNKNOWN, names[np.maximum(place, 0)])


def _days(cases: Inputs, rows: Ints, margin: Floats, per_day: float) -> Floats:
    """Give how many days each report would wait in the order of the estimates, shape (n,)."""
    received = cases.received[rows]
    place = place_in(-margin, received, rows)
    return days_waited(local_days(received), place, per_day).astype(np.float64)


def _abstained(cases: Inputs, rows: Ints, margin: Floats, facts: BundleFacts) -> Mask:
    """Tell on which reports the model says nothing, shape (n,)."""
    everywhere = np.full(len(cases.values), facts.prioritise_margin)
    everywhere[rows] = margin
    silent: Mask = silences(cases, everywhere, facts.support, facts.calibration, facts.widest)[rows] != ""
    return silent


def _reasons(cases: Inputs, rows: Ints, model: str) -> Ints:
    """Count the reasons that would be shown for each report, shape (n,)."""
    from lightgbm import Booster

    values = cases.values[rows]
    parts = explain(Booster(model_str=model), values).contributions
    return np.array([len(reasons(*one)) for one in zip(values, parts, strict=True)], dtype=np.int64)
