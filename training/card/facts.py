"""Here we gather the facts of a model card from a training: numbers and words in both languages, nothing drawn."""

from __future__ import annotations

import hashlib
from typing import Any

from features.build import REGISTRY
from features.cases import Cases
from training.card.checks import checks
from training.card.words import FAIRNESS, INTERVAL, LIMITS, METHOD, NEVER, NOT_APPROVED
from training.figures import Figures
from training.labels import LabelState
from training.plan import TrainingPlan
from training.split import families
from training.train import Trained
from triage.errors import TrainingRefused
from triage.law import Law
from triage.remarks import why
from triage.words import Text

SCHEMA = "urn:orosanmalan-triage:card:1"
DIGITS = 6
FEWEST_IN_BIN = 20
"""A calibration bin with fewer reports shows no rate."""


def card_facts(trained: Trained, cases: Cases, law: Law, plan: TrainingPlan) -> dict[str, Any]:
    """Gather everything a model card says.

    Parameters
    ----------
    trained : Trained
    cases : Cases
        The cases it was trained on.
    law : Law
    plan : TrainingPlan

    Returns
    -------
    dict
        Follows ``model_cards/card.schema.json``; numbers are rounded to six digits.
    """
    facts = trained.facts
    plain = {
        "schema": SCHEMA,
        "name": facts.name,
        "bundle_id": bundle_id(trained),
        "made_on": trained.data_end.date().isoformat(),
        "synthetic": facts.synthetic,
        "contact": plan.contact,
        "outcome": _outcome(plan),
        "data": _data(trained, cases),
        "split": _split(trained),
        "figures": _figures(trained.figures, facts.synthetic),
        "calibration": [_bin(row) for row in trained.figures.bins],
        "importance": [
            {"feature": name, "sv": REGISTRY[name].sv, "en": REGISTRY[name].en, "share": share}
            for name, share in list(trained.importance.items())[:12]
        ],
        "features": [feature.to_dict() for feature in REGISTRY.features if feature.name not in plan.trees.leave_out],
        "left_out": _left_out(trained, plan),
        "law": {"fingerprint": law.fingerprint, "versions": [day.isoformat() for day in law.changes()]},
        "abstains": _abstains(trained),
        "intervals": {
            "n": len(trained.split.calibrate.rows),
            "median": trained.silent.width_median,
            "most": trained.silent.width_95,
            "widest": facts.widest,
        },
        "prioritise": {"at": facts.prioritise_at, "capacity": facts.capacity},
        "checks": checks(trained),
        "fairness": {"state": "not_audited", **FAIRNESS.to_dict()},
        "approval": {"state": "not_approved", **NOT_APPROVED.to_dict()},
        "limits": [limit.to_dict() for limit in LIMITS],
        "never": [never.to_dict() for never in NEVER],
        "versions": dict(facts.versions),
    }
    rounded: dict[str, Any] = _rounded(plain)
    return rounded


def bundle_id(trained: Trained) -> str:
    """Name a bundle by what it answers with: a hash of its trees and of its facts."""
    whole = hashlib.sha256((trained.model + trained.facts.to_json()).encode()).hexdigest()
    return whole[:16]


def _outcome(plan: TrainingPlan) -> dict[str, Any]:
    """Say what is estimated and who decides it."""
    outcome = plan.outcome
    return {
        "name": outcome.name,
        **outcome.text.to_dict(),
        "horizon_days": outcome.horizon_days,
        "decided_by": outcome.decided_by.to_dict(),
        "self_deciding": outcome.self_deciding,
        "positive": outcome.positive.to_dict(),
        "unknown": outcome.unknown.to_dict(),
    }


def _data(trained: Trained, cases: Cases) -> dict[str, Any]:
    """Say what was trained and tested on, and what is unknown."""
    reports, counts = cases.frame("reports"), trained.labels.counts()
    labelled = counts[LabelState.POSITIVE.value] + counts[LabelState.NEGATIVE.value]
    return {
        "digest": trained.facts.data_digest,
        "span_from": reports["received_at"].min().date().isoformat(),
        "span_to": trained.data_end.date().isoformat(),
        "reports": len(reports),
        "children": int(reports["child_id"].nunique()),
        "households": int(families(reports).nunique()),
        "units": list(trained.facts.units),
        "set_aside": len(cases.set_aside),
        "labelled": labelled,
        "positive": counts[LabelState.POSITIVE.value],
        "base_rate": counts[LabelState.POSITIVE.value] / labelled,
        "unknown_label": counts[LabelState.NOT_INVESTIGATED.value] + counts[LabelState.NOT_CONCLUDED.value],
        "immature": counts[LabelState.IMMATURE.value],
    }


def _split(trained: Trained) -> dict[str, Any]:
    """Say how training, calibration and test were kept apart."""
    parts = trained.split
    return {
        "method": METHOD.to_dict(),
        "gap_days": parts.gap_days,
        "household_disjoint": True,
        "train": parts.train.to_dict(),
        "calibrate": parts.calibrate.to_dict(),
        "test": parts.test.to_dict(),
        "left_out": parts.left_out,
    }


def _figures(found: Figures, synthetic: bool) -> dict[str, Any]:
    """Give the figures of the test part, beside the baseline and the ceiling."""
    precision, recall = _estimable("capacity", found.model_at_capacity)
    base_precision, base_recall = _estimable("capacity of the baseline", found.baseline_at_capacity)
    why = _KNOWN_CEILING if synthetic and found.ceiling is not None else _UNKNOWN_CEILING
    return {
        "model": {
            "auc": found.model.value,
            "auc_low": found.model.low,
            "auc_high": found.model.high,
            "average_precision": found.average_precision,
            "brier": found.brier,
            "slope": found.slope,
            "intercept": found.intercept,
            "precision_at_capacity": precision,
            "recall_at_capacity": recall,
        },
        "capacity": found.capacity,
        "baseline": {
            "name": _BASELINE.to_dict(),
            "auc": found.baseline.value,
            "auc_low": found.baseline.low,
            "auc_high": found.baseline.high,
            "precision_at_capacity": base_precision,
            "recall_at_capacity": base_recall,
        },
        "gain": {"auc": found.gain.value, "low": found.gain.low, "high": found.gain.high},
        "ceiling": {"auc": found.ceiling, "why": why.to_dict()},
        "interval": INTERVAL.to_dict(),
    }


_BASELINE = Text("antal tidigare anmälningar de senaste tre åren", "number of earlier reports in three years")
_KNOWN_CEILING = Text(
    "Fallen är påhittade, så det bästa möjliga är känt: generatorns egen sannolikhet.",
    "The cases are made up, so the best possible is known: the generator's own probability.",
)
_UNKNOWN_CEILING = Text(
    "Ingen vet hur väl utfallet alls går att förutse för verkliga barn.",
    "Nobody knows how well the outcome can be foreseen at all for real children.",
)


def _estimable(what: str, pair: tuple[float | None, float | None]) -> tuple[float, float]:
    """Give two rates that could be estimated; a card is not made of figures that could not."""
    if pair[0] is None or pair[1] is None:
        msg = f"Precision or recall at {what} is not estimable on the test part. Give a longer span."
        raise TrainingRefused(msg)
    return pair[0], pair[1]


def _bin(row: dict[str, Any]) -> dict[str, Any]:
    """Hide the rate of a bin that is too small for one."""
    if row["n"] >= FEWEST_IN_BIN:
        return row
    return {**row, "observed": None, "low": None, "high": None}


def _left_out(trained: Trained, plan: TrainingPlan) -> dict[str, Any]:
    """Name the features that no tree reads, after looking at every split of the trees."""
    left_out = plan.trees.leave_out
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


def _abstains(trained: Trained) -> dict[str, Any]:
    """Say when the model abstains, and how often it would have in the tested period, by reason."""
    silent, widest = trained.silent, f"{100 * trained.facts.widest:g}"
    text = Text(
        "Modellen avstår när anmälan inte anger någon oro, när delar av anmälan eller historiken inte gick att läsa, när "
        "uppgifterna ligger utanför det som den är tränad på, när intervallet är bredare än "
        f"{widest.replace('.', ',')} av 100, och för enheter som den inte är tränad på. Då läser en person anmälan först. "
        "Måtten i kortet räknar med också de anmälningar som modellen avstår från.",
        "The model abstains when the report states no concern, when parts of the report or the history could not be read, "
        "when the facts lie outside what it was trained on, when the interval is wider than "
        f"{widest} of 100, and for units that it was not trained on. Then a person reads the report first. "
        "The figures on the card count the reports on which the model abstains as well.",
    )
    shares = {code: count / silent.reports for code, count in silent.by_reason.items()}
    reasons = [why(code).to_dict() | {"share": share} for code, share in shares.items()]
    return {**text.to_dict(), "share": silent.share, "reports": silent.reports, "reasons": reasons}


def _rounded(value: Any) -> Any:
    """Round every number to six digits, so that the card reads the same on every machine."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return [_rounded(part) for part in value]
