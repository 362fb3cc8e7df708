"""Here we run the audit of a period: the model for every outcome, at several capacities, and the whole chain of decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from features.cases import Cases
from features.event_codes import Attribute
from training.audit.chain import Chain, chain
from training.audit.extras import Extras
from training.audit.period import Period
from training.audit.published import publishable
from training.audit.steps import steps
from triage.audit import Audit, AuditFinding, AuditVerdict, Sweep, Why, audit, sweep
from triage.audit.shown import Shown

SCHEMA = "urn:orosanmalan-triage:audit:1"
CROSSED = ("sex", "birth_region", "disability", "income_band", "age")
"""Attributes whose pairs are crossed."""


@dataclass(frozen=True, eq=False)
class AuditReport:
    """Everything that an audit of one model on one period found.

    Attributes
    ----------
    about : mapping of str to object
        Bundle, period and how many reports, as plain data.
    outcomes : mapping of str to Audit
        The model at the limit that the bundle prioritises from, by the name of the outcome, the predicted one first;
        without those that would make groups so small that they point someone out.
    crossings : Audit
        Pairs of attributes, for the predicted outcome.
    sweep : Sweep
        The predicted outcome at the capacities that may be published.
    chain : Chain or None
        None where its steps would make groups so small that they point someone out.
    extras : Extras or None
        What was asked besides: stand-ins for groups and, on demand, experiments.
    """

    about: Mapping[str, Any]
    outcomes: Mapping[str, Audit]
    crossings: Audit
    sweep: Sweep
    chain: Chain | None
    extras: Extras | None = None

    def findings(self) -> Iterator[tuple[str, AuditFinding]]:
        """Give every finding with the outcome, or ``chain``, that it is about; the chain's first step stands with the outcome."""
        for name, found in self.outcomes.items():
            yield from ((name, one) for one in found.findings)
        yield from (("crossings", one) for one in self.crossings.findings)
        steps_after = self.chain.findings if self.chain else ()
        yield from (("chain", one) for one in steps_after if one.code != "prioritised_gap")

    def counts(self) -> dict[str, int]:
        """Count the findings by verdict."""
        verdicts = [one.verdict for _, one in self.findings()]
        return {verdict.value: verdicts.count(verdict) for verdict in AuditVerdict}

    def for_card(self) -> dict[str, Any] | None:
        """Give what a card takes from it: ``findings`` and ``extras`` as plain data; None where nobody's group is on record."""
        first = next(iter(self.outcomes.values()))
        if not {one.attribute for one in first.groups} & set(Attribute.values()):
            return None
        extras = self.extras and self.extras.to_dict()
        return {"findings": [one.to_dict() for _, one in self.findings()], "extras": extras}

    def to_dict(self) -> dict[str, Any]:
        """Give plain data, small groups suppressed.

        ``schema``; ``about``; ``counts`` of findings by verdict; ``concerns``, each with ``of`` (outcome, crossings or
        chain) and what `triage.audit.AuditFinding.to_dict` gives; ``outcomes`` by name, and ``crossings``, as
        `triage.audit.Audit.to_dict`; ``sweep``; ``chain``, null where it may not be published; ``extras``, as
        `training.audit.extras.Extras.to_dict`, null where nothing was asked besides.
        """
        return {
            "schema": SCHEMA,
            "about": dict(self.about),
            "counts": self.counts(),
            "concerns": [
                {"of": name, **one.to_dict()} for name, one in self.findings() if one.verdict is AuditVerdict.CONCERN
            ],
            "outcomes": {name: found.to_dict() for name, found in self.outcomes.items()},
            "crossings": self.crossings.to_dict(),
            "sweep": self.sweep.to_dict(),
            "chain": self.chain and self.chain.to_dict(),
            "extras": self.extras and self.extras.to_dict(),
        }


def audit_period(
    cases: Cases,
    given: Period,
    about: Mapping[str, Any],
    *,
    seed: int = 0,
    more: Callable[[Shown], Extras] | None = None,
) -> AuditReport:
    """Audit a period.

    Parameters
    ----------
    cases : Cases
        The case folder that the period was gathered from.
    given : Period
    about : mapping of str to object
        What is audited, as plain data.
    seed : int
    more : callable, optional
        Takes which groups may be shown; gives what was asked besides.
    """
    followed = steps(cases, given.rows, given.prioritised)
    plan = publishable(given, followed)
    first = next(iter(plan.audited.values()))
    crossed = replace(first, attributes=tuple(one for one in first.attributes if one.name in CROSSED))
    return AuditReport(
        {**about, "reports": len(given.rows), "left_out": list(plan.left_out)},
        {name: audit(one, crossings=False, beside=plan.may, seed=seed) for name, one in plan.audited.items()},
        _pairs(audit(crossed, beside=plan.may, seed=seed)),
        sweep(first, plan.capacities, crossings=False, beside=plan.may, seed=seed),
        chain(given.first, followed, given.mandated, plan.may, seed=seed) if plan.chain else None,
        more(plan.may) if more else None,
    )


def _pairs(found: Audit) -> Audit:
    """Keep the crossings of an audit that may be shown: their attributes stand elsewhere, and most pairs are small."""
    attributes = {*CROSSED}
    groups = tuple(one for one in found.groups if one.attribute not in attributes and one.n is not None)
    gaps = tuple(one for one in found.gaps if one.attribute not in attributes and one.why is not Why.SUPPRESSED)
    findings = tuple(one for one in found.findings if one.gap in gaps)
    return replace(found, groups=groups, gaps=gaps, findings=findings)
