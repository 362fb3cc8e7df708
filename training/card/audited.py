"""Here we audit the model that is offered, and take from the audit what a card says of groups of children."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from features.cases import Cases
from features.event_codes import Attribute
from training.card.validated import not_examined
from training.inputs import Inputs
from training.plan import TrainingPlan
from training.train import Trained
from training.validation.fold import margins
from triage.audit import Inputs as Audited
from triage.audit import SampleKind, audit
from triage.words import Text

Plain = Mapping[str, Any]


def audited(cases: Cases, inputs: Inputs, trained: Trained, plan: TrainingPlan) -> Plain | None:
    """Audit whom the model would have read first in the tested period; None where no group is recorded.

    Returns
    -------
    mapping or None
        As `triage.audit.Audit.to_dict` gives it, without small groups.
    """
    asked = trained.split.test.all_rows
    groups = _groups(cases, asked)
    if not groups:
        return None
    given = Audited.of(
        inputs.labels.value[asked],
        groups,
        score=trained.facts.calibration.probability(margins(trained.model, inputs.values[asked])),
        household=inputs.group[asked],
        sample=inputs.mandated[asked],
        kind=SampleKind.ALWAYS_INVESTIGATED,
    )
    return audit(given, plan.capacity, crossings=False, seed=plan.backtest.seed).to_dict()


def fairness(found: Plain | None) -> dict[str, Any]:
    """Give the card's part on groups: every gap that is a concern or shows none, and how many cannot be told."""
    if found is None:
        return not_examined(NO_GROUPS)
    by = {code: [one for one in found["findings"] if one["verdict"]["code"] == code] for code in _ORDER}
    worst = next((code for code in _ORDER if by[code]), "cannot_tell")
    return {
        "state": "examined",
        "verdict": _VERDICTS[worst],
        **_said({code: len(held) for code, held in by.items()}).to_dict(),
        "cannot_tell": len(by["cannot_tell"]),
        "findings": [_finding(one) for code in ("concern", "no_concern_shown") for one in by[code]],
    }


NO_GROUPS = Text(
    "Ingen grupp av barn är registrerad, så hur felen fördelas mellan grupper är inte undersökt. Ingen vet vem modellen träffar "
    "sämst för.",
    "No group of children is on record, so how errors fall on groups was not examined. Nobody knows for whom the model does "
    "worst.",
)
_ORDER = ("concern", "cannot_tell", "no_concern_shown")
_VERDICTS = {"concern": "failed", "cannot_tell": "cannot_tell", "no_concern_shown": "passed"}


def _said(n: Mapping[str, int]) -> Text:
    """Say how many comparisons there were and what came of them."""
    everything = sum(n.values())
    return Text(
        f"{everything} jämförelser mellan grupper av barn: {n['concern']} ger anledning till oro, {n['cannot_tell']} går inte att "
        f"avgöra, {n['no_concern_shown']} visar ingen oro. Att ingen oro visas är inget bevis för att ingen drabbas.",
        f"{everything} comparisons between groups of children: {n['concern']} give cause for concern, {n['cannot_tell']} cannot be "
        f"told, {n['no_concern_shown']} show none. That no concern is shown is no proof that nobody is harmed.",
    )


def _finding(one: Plain) -> dict[str, Any]:
    """Give one comparison: between whom, what was seen, how sure, and which harm it would be."""
    gap, harm = one["gap"], one["harm"]
    named = Attribute(gap["attribute"]) if gap["attribute"] in Attribute.values() else None
    attribute = {of: gap["attribute"] if named is None else named.label(of) for of in ("sv", "en")}
    return {
        "code": one["code"],
        "verdict": one["verdict"]["code"],
        "attribute": attribute,
        "label": gap["label"],
        "reference": gap["reference"],
        **one["seen"],
        "harm": one["seen"] if harm is None else harm,
        **{key: gap[key] for key in ("difference", "low", "high", "chance", "n", "n_reference")},
    }


def _groups(cases: Cases, asked: np.ndarray) -> dict[str, Any]:
    """Give the value of every recorded attribute for the child of every report asked about."""
    held, children = cases.frame("groups"), cases.frame("reports")["child_id"].iloc[asked]
    wide = {
        name: part.drop_duplicates("child_id").set_index("child_id")["value"]
        for name, part in held.groupby("attribute")
    }
    return {str(name): of.reindex(children).to_numpy(dtype=object) for name, of in wide.items()}
