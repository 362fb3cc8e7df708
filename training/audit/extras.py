"""Here we run what an audit may ask besides: stand-ins for groups always; on demand what takes new trees or a thinner past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from features.cases import Cases
from training.audit.ablation import Ablation, ablations
from training.audit.again import again
from training.audit.mitigation import WhatIf, measured, what_if
from training.audit.period import Period
from training.audit.proxies import Proxies, proxies
from training.audit.stress import Stress, stresses
from training.callbacks import Say, nobody
from training.fit import TreePlan
from triage.audit.shown import Shown
from triage.bundle_facts import BundleFacts


@dataclass(frozen=True)
class Wanted:
    """What is asked of an audit, and how.

    Attributes
    ----------
    reference : mapping of str to str
        The group that others are compared with, by attribute; else the largest.
    deep : bool
        Whether trees are grown again and the past is thinned, which takes time.
    justifications : mapping of str to str
        By attribute, why it is right that features or score give it away.
    seed : int
        Of what is drawn.
    """

    reference: Mapping[str, str] = field(default_factory=dict)
    deep: bool = False
    justifications: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0


PLAIN = Wanted()
"""Nothing that takes time."""


@dataclass(frozen=True)
class Deep:
    """What was asked of trees that were grown again, and of a thinner past.

    Attributes
    ----------
    ablations : tuple of Ablation
    stress : tuple of Stress
    what_if : tuple of WhatIf
    outcome : str
        The outcome by which the experiments are measured.
    """

    ablations: tuple[Ablation, ...]
    stress: tuple[Stress, ...]
    what_if: tuple[WhatIf, ...]
    outcome: str

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "ablations": [one.to_dict() for one in self.ablations],
            "stress": [one.to_dict() for one in self.stress],
            "what_if": {"outcome": self.outcome, "experiments": [one.to_dict() for one in self.what_if]},
        }


@dataclass(frozen=True)
class Extras:
    """What an audit asked besides.

    Attributes
    ----------
    proxies : Proxies
    deep : Deep or None
        None where nobody asked for it.
    """

    proxies: Proxies
    deep: Deep | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data: ``proxies``, and ``ablations``, ``stress`` and ``what_if`` where they were asked for."""
        return {"proxies": self.proxies.to_dict(), **(self.deep.to_dict() if self.deep else {})}


def extras(
    cases: Cases,
    given: Period,
    model: str,
    facts: BundleFacts,
    trees: TreePlan,
    may: Shown,
    wanted: Wanted = PLAIN,
    say: Say = nobody,
) -> Extras:
    """Ask what an audit may ask besides.

    Parameters
    ----------
    cases : Cases
        The case folder that the period was gathered from.
    given : Period
    model : str
        LightGBM's text.
    facts : BundleFacts
    trees : TreePlan
        How the bundle's trees were grown.
    may : Shown
        The groups that may be shown.
    wanted : Wanted
    say : callable, optional

    Raises
    ------
    TrainingRefused
        When trees cannot be grown again, because too few outcomes were known before the period.
    """
    say("proxies")
    found = proxies(given, may, leave_out=trees.leave_out, justifications=wanted.justifications, seed=wanted.seed)
    return Extras(found, _deep(cases, given, model, facts, trees, may, wanted.seed, say) if wanted.deep else None)


def _deep(
    cases: Cases,
    given: Period,
    model: str,
    facts: BundleFacts,
    trees: TreePlan,
    may: Shown,
    seed: int,
    say: Say,
) -> Deep:
    """Ask what takes time."""
    grown = again(given, trees)
    by = next(name for name, one in given.audited.items() if one is measured(given))
    return Deep(
        ablations(grown, may, seed=seed, say=say),
        stresses(cases, given, model, facts.prioritise_margin, may, seed=seed, say=say),
        what_if(grown, may, seed=seed, say=say),
        by,
    )
