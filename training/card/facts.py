"""Here we gather the facts of a model card from a training: numbers and words in both languages, nothing drawn.

The sections are those of Model Cards (Mitchell et al. 2019), and beside them what a board and the EU AI Act ask for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from features.build import REGISTRY
from features.cases import Cases
from features.registry import Feature
from training.card.analyses import analyses
from training.card.changes import changes_since
from training.card.checks import checks
from training.card.counted import COUNTED, count
from training.card.failures import known_failures
from training.card.standing import read, text, texts
from training.evaluate import DRAWS
from training.labelling.labels import LabelState
from training.labelling.outcomes import Component
from training.plan import TrainingPlan
from training.split import families_of
from training.train import Trained
from triage.bundle_facts import BundleFacts
from triage.law import Law
from triage.words import Text

Plain = Mapping[str, Any]

SCHEMA = "urn:orosanmalan-triage:card:2"
DIGITS = 6


def card_facts(
    trained: Trained,
    cases: Cases,
    law: Law,
    plan: TrainingPlan,
    *,
    validation: Plain | None = None,
    audited: Plain | None = None,
    since: Plain | None = None,
) -> dict[str, Any]:
    """Gather everything a model card says.

    Parameters
    ----------
    trained : Trained
    cases : Cases
        The cases it was trained on.
    law : Law
    plan : TrainingPlan
    validation : mapping, optional
        As `training.validation.Validation.to_dict` gives it.
    audited : mapping, optional
        As `training.card.audited.audited` gives it. What is left out is said not to be examined.
    since : mapping, optional
        The card of the version that the board approved last.

    Returns
    -------
    dict
        Follows ``model_cards/card.schema.json``; numbers are rounded to six digits.
    """
    measured = analyses(trained, validation, audited)
    found = checks(trained.figures, validation, measured["fairness"], measured["proxies"])
    plain = {
        "schema": SCHEMA,
        "synthetic": trained.facts.synthetic,
        "model_details": _details(trained, plan),
        "intended_use": _use(),
        "outcome": _outcome(plan),
        "factors": texts("factors"),
        "metrics": {
            "measures": texts("measures"),
            "interval": text("interval", draws=DRAWS),
            "prioritise_at": trained.facts.prioritise_at,
            "capacity": trained.facts.capacity,
        },
        "training_data": _data(trained, cases),
        "evaluation_data": {"method": text("method"), "missing_people": texts("missing_people")},
        "split": _split(trained, cases),
        "quantitative_analyses": measured,
        "features": [_feature(each) for each in REGISTRY.features if each.name not in plan.leave_out],
        "left_out": _left_out(trained, plan),
        "checks": found,
        "known_failures": known_failures(measured, found),
        "ethical_considerations": texts("ethical"),
        "caveats_and_recommendations": {
            "limits": texts("limits", self_deciding=plan.outcome.self_deciding),
            "recommendations": texts("recommendations"),
        },
        "legal_basis": texts("legal"),
        "law": {"fingerprint": law.fingerprint, "versions": [day.isoformat() for day in law.changes()]},
        "instructions": texts("instructions"),
        "monitoring": texts("monitoring"),
        "technical_documentation": _annex(),
    }
    rounded: dict[str, Any] = _rounded(plain)
    rounded["changes"] = _rounded(changes_since(since, rounded))
    return rounded | {COUNTED: count(rounded)}


def bundle_id(model: str, facts: BundleFacts) -> str:
    """Name a bundle by what it answers with: a hash of its trees and of its facts."""
    return hashlib.sha256((model + facts.to_json()).encode()).hexdigest()[:16]


def _details(trained: Trained, plan: TrainingPlan) -> dict[str, Any]:
    """Say which model this is, what it was made with, and whom to ask."""
    facts, trees = trained.facts, plan.trees
    named = ("rounds", "leaves", "depth", "fewest_per_leaf", "rate")
    return {
        "name": facts.name,
        "bundle_id": bundle_id(trained.model, facts),
        "made_on": trained.data_end.date().isoformat(),
        "kind": text("kind"),
        "license": read("standing.toml")["license"],
        "contact": plan.contact,
        "seed": facts.seed,
        "parameters": [{"name": name, "value": getattr(trees, name)} for name in named],
        "features_fingerprint": facts.features_fingerprint,
        "data_digest": facts.data_digest,
        "versions": [{"name": name, "version": version} for name, version in sorted(facts.versions.items())],
    }


def _feature(feature: Feature) -> dict[str, Any]:
    """Say what one fact is that the model reads, and what it means that it is absent."""
    said = feature.to_dict()
    return {key: said[key] for key in ("name", "sv", "en", "unit", "bbic", "direction", "absent")}


def _use() -> dict[str, Any]:
    """Say what the model is for, for whom, and what it is not for."""
    listed = {name: texts(name) for name in ("users", "never", "out_of_scope")}
    return {"does": text("does"), "law_first": text("law_first"), **listed}


def _outcome(plan: TrainingPlan) -> dict[str, Any]:
    """Say what is estimated, and who decides each part of it."""
    outcome = plan.outcome
    return {
        "name": outcome.name,
        **outcome.text.to_dict(),
        "horizon_days": outcome.horizon_days,
        "decided_by": outcome.decided_by.to_dict(),
        "self_deciding": outcome.self_deciding,
        "positive": outcome.positive.to_dict(),
        "unknown": outcome.unknown.to_dict(),
        "components": [_component(part) for part in outcome.components],
    }


def _component(part: Component) -> dict[str, Any]:
    decider = {language: part.decided_by.label(language) for language in ("sv", "en")}
    return {"name": part.name, **part.text.to_dict(), "decided_by": decider}


def _data(trained: Trained, cases: Cases) -> dict[str, Any]:
    """Say what was trained and tested on, and what is unknown."""
    reports, counts = cases.frame("reports"), trained.labels.counts()
    labelled = counts[LabelState.POSITIVE.value] + counts[LabelState.NEGATIVE.value]
    unknown = (LabelState.NOT_INVESTIGATED, LabelState.NOT_CONCLUDED, LabelState.OUT_OF_SIGHT)
    return {
        "span_from": reports["received_at"].min().date().isoformat(),
        "span_to": trained.data_end.date().isoformat(),
        "reports": len(reports),
        "children": int(reports["child_id"].nunique()),
        "households": len(np.unique(families_of(reports))),
        "units": list(trained.facts.units),
        "set_aside": len(cases.set_aside),
        "labelled": labelled,
        "positive": counts[LabelState.POSITIVE.value],
        "base_rate": counts[LabelState.POSITIVE.value] / labelled,
        "unknown_label": sum(counts[state.value] for state in unknown),
        "immature": counts[LabelState.IMMATURE.value],
    }


def _split(trained: Trained, cases: Cases) -> dict[str, Any]:
    """Say how training, calibration and test were kept apart, after looking at the households of each."""
    parts, family = trained.split, families_of(cases.frame("reports"))
    held = [set(family[part.rows].tolist()) for part in parts.parts]
    told = {part.name: part.to_dict() for part in parts.parts}
    return {
        "gap_days": parts.gap.days,
        "household_disjoint": sum(map(len, held)) == len(set.union(*held)),
        **{name: {key: part[key] for key in ("from", "to", "n", "positive")} for name, part in told.items()},
        "left_out": parts.left_out,
    }


def _left_out(trained: Trained, plan: TrainingPlan) -> dict[str, Any]:
    """Name the features that no tree reads, after looking at every split of the trees."""
    left_out = plan.leave_out
    if not left_out:
        return _NOTHING_LEFT_OUT.to_dict() | {"splits": 0}
    sv, en = ("; ".join(REGISTRY[name].label(language) for name in left_out) for language in ("sv", "en"))
    times = sum(trained.splits[name] for name in left_out)
    text = Text(
        f"Uppgifter som räknas fram men som modellen inte läser: {sv}. Kontrollerat: {times} av trädens delningar läser dem.",
        f"Facts that are worked out but that the model does not read: {en}. Checked: {times} of the trees' splits read them.",
    )
    return text.to_dict() | {"splits": times}


_NOTHING_LEFT_OUT = Text("Inga uppgifter är utelämnade.", "No facts are left out.")


def _annex() -> list[dict[str, Any]]:
    """Say, point by point, where the card answers what the EU AI Act's technical documentation asks for, or who must."""
    return [
        {key: point[key] for key in ("number", "sv", "en")}
        | (
            {"state": "here", "where": point["where"]}
            if "where" in point
            else {"state": "elsewhere", "who": point["who"]}
        )
        for point in read("annex_iv.toml")["point"]
    ]


def _rounded(value: Any) -> Any:
    """Round every number to six digits, so that the card reads the same on every machine."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, Mapping):
        return {name: _rounded(part) for name, part in value.items()}
    return [_rounded(part) for part in value]
