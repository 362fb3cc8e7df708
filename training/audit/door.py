"""Here we audit one model on reports that it has not learned from: gather, follow, judge."""

from __future__ import annotations

from dataclasses import replace

from features.arrays import Ints
from features.cases import Cases
from training.audit.extras import PLAIN, Extras, Wanted, extras
from training.audit.period import period
from training.audit.run import AuditReport, audit_period
from training.callbacks import Say, nobody
from training.inputs import Inputs
from training.plan import TrainingPlan
from training.validation.delayed import pace
from triage.audit.shown import Shown
from triage.bundle_facts import BundleFacts


def audit_model(
    cases: Cases,
    inputs: Inputs,
    rows: Ints,
    model: str,
    facts: BundleFacts,
    plan: TrainingPlan,
    name: str,
    *,
    wanted: Wanted = PLAIN,
    say: Say = nobody,
) -> AuditReport:
    """Audit a model.

    Parameters
    ----------
    cases : Cases
    inputs : Inputs
        Gathered from the same cases.
    rows : ndarray of int64
        Reports that the model has not learned from (`unseen`).
    model : str
        LightGBM's text.
    facts : BundleFacts
    plan : TrainingPlan
        Says how many reports the unit reads on a working day, and whether the cases are made up.
    name : str
        What the card calls the bundle.
    wanted : Wanted
        What is asked, and how.
    say : callable, optional
        Told each step.
    """
    kept = None if plan.reports_per_day is None else pace(inputs, rows, plan)
    per_day = None if kept is None else kept.tested
    given = period(inputs, rows, model, facts, per_day=per_day, reference=wanted.reference)
    came = inputs.received[rows].astype("datetime64[D]")
    about = {
        "bundle": name,
        "synthetic": plan.synthetic,
        "from": str(came.min()),
        "to": str(came.max()),
        "outcomes": {one.outcome.name: one.outcome.text.to_dict() for one in inputs.all_labels},
    }

    written = {**{one.attribute: one.text for one in plan.justifications}, **wanted.justifications}
    asked = replace(wanted, deep=wanted.deep or plan.deep_audit, justifications=written)

    def more(may: Shown) -> Extras:
        return extras(cases, given, model, facts, plan.trees, may, wanted=asked, say=say)

    return audit_period(cases, given, about, seed=wanted.seed, more=more)
