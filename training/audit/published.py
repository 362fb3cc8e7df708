"""Here we choose what may be published together: the more is told of the same reports, the smaller the groups become.

What comes first is what a board needs first: the model, then each further outcome, the chain of decisions, more capacities.
Each is published only when few groups have to be hidden for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.arrays import Floats
from training.audit.chain import published
from training.audit.period import Period
from training.audit.steps import Steps
from triage.audit import Inputs as Audited
from triage.audit.shown import Shown, shown

SAMPLE, ABSTAINED = "sample", "abstained"
FIRST = ("sex", "birth_region", "disability", "income_band", "language", "age")
"""Attributes whose groups are kept in sight; where a unit, an area or a kind of reporter is small, it is hidden first."""
CAPACITIES = (0.2, 0.1, 0.3, 0.05, 0.5)
"""Shares of reports that are taken first in the sweep, by how much they matter."""
WORTH = 0.6
"""Something more is published when at least this share of the groups that may be shown without it may be shown with it."""


@dataclass(frozen=True)
class Published:
    """What may be published together.

    Attributes
    ----------
    may : Shown
        The groups that may be shown in all of it.
    audited : mapping of str to triage.audit.Inputs
        By outcome, the predicted one first; without silence, or without the law's own slice, where they may not be told.
    chain : bool
        Whether the chain of decisions is published.
    capacities : tuple of float
        Of the sweep.
    left_out : tuple of str
        What may not be published: names of outcomes, ``sample``, ``abstained``, ``chain``, ``capacity``.
    """

    may: Shown
    audited: Mapping[str, Audited]
    chain: bool
    capacities: tuple[float, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _More:
    """Something that could be published as well."""

    kind: str
    flagged: Sequence[Floats] = ()
    capacities: tuple[float, ...] = ()


def publishable(given: Period, followed: Steps) -> Published:
    """Choose what may be published.

    Parameters
    ----------
    given : Period
    followed : Steps
        Of the same reports.
    """
    wishes = list(_wishes(given, followed))
    kept = [_More("model", [_selected(given)])]
    may = _shown(given, kept)
    for more in wishes:
        wider = _shown(given, [*kept, more])
        if _groups(wider) >= max(1, WORTH * _groups(may)):
            kept, may = [*kept, more], wider
    kinds = {one.kind for one in kept}
    first = next(iter(given.audited))
    told = {name: _trimmed(one, kinds) for name, one in given.audited.items() if name == first or name in kinds}
    capacities = tuple(sorted(share for one in kept for share in one.capacities))
    return Published(may, told, "chain" in kinds, capacities, tuple(one.kind for one in wishes if one not in kept))


def _wishes(given: Period, followed: Steps) -> Iterator[_More]:
    """Give what could be published as well, what matters most first."""
    yield _More("chain", published(followed, given.mandated))
    if given.first.sample is not None:
        yield _More(SAMPLE, [_selected(given) + 2 * given.first.sample.rows])
    for name, one in list(given.audited.items())[1:]:
        yield _More(name, [np.nan_to_num(one.outcome, nan=2.0) + 3 * _selected(given)])
    for capacity in CAPACITIES:
        yield _More("capacity", capacities=(capacity,))
    if given.first.abstained is not None:
        yield _More(ABSTAINED, [given.first.abstained])


def _groups(may: Shown) -> int:
    """Count the groups that may be shown of the attributes that matter most."""
    return sum(attribute in FIRST for attribute, _ in may.rows)


def _selected(given: Period) -> Floats:
    """Give whom the model prioritises, shape (n,)."""
    return given.prioritised.astype(np.float64)


def _shown(given: Period, kept: Sequence[_More]) -> Shown:
    """Decide which groups may be shown in all of it."""
    capacities = tuple(share for one in kept for share in one.capacities)
    kinds = {one.kind for one in kept} - {ABSTAINED}  # silence is one of the ways below
    return shown(_trimmed(given.first, kinds), capacities, [flag for one in kept for flag in one.flagged])


def _trimmed(one: Audited, kinds: Collection[str]) -> Audited:
    """Leave out of an audit's inputs what may not be told."""
    sample = one.sample if SAMPLE in kinds else None
    return replace(one, sample=sample, abstained=one.abstained if ABSTAINED in kinds else None)
