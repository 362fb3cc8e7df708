"""Here we audit each step of the chain, and rules, model and people side by side: it shows where a disparity arises or grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from features.arrays import Mask
from training.audit.step_harms import STEP_HARMS
from training.audit.steps import STEPS, Step, Steps
from triage.audit import FIGURES, Audit, AuditFinding, AuditVerdict, Outcomes, audit
from triage.audit import Inputs as Audited
from triage.audit.shown import Shown
from triage.words import Text

FIGURE = "selection_rate"
SAID = next(one.title for one in FIGURES if one.code == FIGURE)
"""What the figure is called where nobody says which step it is."""
WAYS = {
    "rules": Text("lagen kräver utredning", "the law demands an investigation"),
    "model": Text("modellen prioriterar", "the model prioritises"),
    "people": Text("handläggarna inleder utredning", "caseworkers open an investigation"),
    "model_not_people": Text(
        "modellen prioriterar, ingen utredning inleds", "the model prioritises, no investigation is opened"
    ),
    "people_not_model": Text(
        "utredning inleds, modellen prioriterar inte", "an investigation is opened, the model does not prioritise"
    ),
    "rules_not_people": Text(
        "lagen kräver utredning, ingen inleds", "the law demands an investigation, none is opened"
    ),
}


@dataclass(frozen=True, eq=False)
class Link:
    """One step, audited among those who reached it.

    Attributes
    ----------
    step : Step
    found : Audit
        Its only figure is the share that passed the step.
    """

    step: Step
    found: Audit

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "step": self.step.code,
            "title": self.step.title.to_dict(),
            "among": self.step.among.to_dict(),
            **_plain(self.found),
        }


@dataclass(frozen=True, eq=False)
class Chain:
    """Every step, and every way of choosing.

    Attributes
    ----------
    links : tuple of Link
        In the order of the chain.
    ways : mapping of str to Audit
        Who is chosen by rules, model and people, and by one and not the other; by the codes of `WAYS`.
    """

    links: tuple[Link, ...]
    ways: Mapping[str, Audit]

    @property
    def findings(self) -> tuple[AuditFinding, ...]:
        """What was judged at each step, in the order of the chain; the code and the words name the step."""
        return tuple(_of_step(one, link.step) for link in self.links for one in link.found.findings)

    def arises(self) -> tuple[AuditFinding, ...]:
        """Give, for each group, the first step at which its gap is a concern."""
        first: dict[tuple[str, str], AuditFinding] = {}
        for one in self.findings:
            if one.verdict is AuditVerdict.CONCERN:
                first.setdefault((one.gap.attribute, one.gap.label), one)
        return tuple(first.values())

    def to_dict(self) -> dict[str, Any]:
        """Give plain data: ``steps``, ``ways``, and for which groups a concern ``arises`` where."""
        return {
            "steps": [link.to_dict() for link in self.links],
            "ways": [
                {"way": code, "title": WAYS[code].to_dict(), **_plain(found)} for code, found in self.ways.items()
            ],
            "arises": [one.to_dict() for one in self.arises()],
        }


def chain(given: Audited, followed: Steps, mandated: Mask, may: Shown, *, seed: int = 0) -> Chain:
    """Audit the chain.

    Parameters
    ----------
    given : triage.audit.Inputs
        Whose groups and households are compared.
    followed : Steps
        Of the same reports.
    mandated : ndarray of bool, shape (n,)
        Where the law demands an investigation.
    may : Shown
        Which groups may be shown in everything that is published of these reports.
    seed : int
    """
    links = []
    for step in STEPS:
        mine = choosing(given, followed.passed[step.code], followed.reached[step.code])
        links.append(Link(step, _audited(mine, step.code, may, seed)))
    found = {
        code: _audited(choosing(given, chosen), "opened", may, seed)
        for code, chosen in ways(followed, mandated).items()
    }
    return Chain(tuple(links), found)


def ways(followed: Steps, mandated: Mask) -> dict[str, Mask]:
    """Tell whom each way of choosing chooses, shape (n,), by the codes of `WAYS`."""
    model, people = followed.passed["prioritised"], followed.passed["opened"]
    return {
        "rules": mandated,
        "model": model,
        "people": people,
        "model_not_people": model & ~people,
        "people_not_model": people & ~model,
        "rules_not_people": mandated & ~people,
    }


def published(followed: Steps, mandated: Mask) -> Sequence[np.ndarray]:
    """Give everything that tells reports apart in what is published of the chain, each of shape (n,)."""
    return [
        followed.passed["prioritised"] + 2.0 * followed.passed["opened"],
        mandated + 2.0 * followed.passed["opened"],
        sum(
            (followed.reached[code] + followed.passed[code] for code in ("confirmed", "accepted")),
            np.zeros(len(mandated)),
        ),
    ]


def choosing(given: Audited, chosen: Mask, among: Mask | None = None) -> Audited:
    """Give the inputs of an audit of who is chosen among some reports; what came of them plays no part."""
    here = np.ones(len(given), dtype=np.bool_) if among is None else among
    return Audited(
        outcome=np.full(int(here.sum()), np.nan),
        attributes=tuple(replace(each, codes=each.codes[here]) for each in given.attributes),
        household=np.unique(given.household[here], return_inverse=True)[1],
        outcomes=Outcomes.EVERYONE,
        flagged=chosen[here].astype(np.float64),
    )


def _audited(given: Audited, step: str, may: Shown, seed: int) -> Audit:
    """Audit who is chosen."""
    return audit(given, crossings=False, harms={FIGURE: STEP_HARMS[step]}, beside=may, seed=seed)


def _of_step(one: AuditFinding, step: Step) -> AuditFinding:
    """Name the step in a finding on the share that passed it."""
    sv, en = (getattr(one.seen, each).replace(SAID.say(each), step.title.say(each)) for each in ("sv", "en"))
    return replace(one, code=f"{step.code}_gap", seen=Text(sv, en))


def _plain(found: Audit) -> dict[str, Any]:
    """Give groups, gaps and findings of the one figure as plain data."""
    return {
        "reach": found.reach,
        "groups": [
            {"attribute": one.attribute, "label": one.label, "n": one.n, "share": one.rates[FIGURE].to_dict()}
            for one in found.groups
        ],
        "gaps": [one.to_dict() for one in found.gaps if one.figure == FIGURE],
        "findings": [one.to_dict() for one in found.findings],
    }
