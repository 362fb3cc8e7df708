"""Here we say which groups of an audit may be shown outside the unit, and take out what may not: never as a zero.

A group is shown whole or not at all, and in everything that is published of the same reports alike: figures at several
capacities, of model and of people. What is published together must therefore be protected together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from features.arrays import Floats, Ints, Mask
from triage.audit.cells import Cells
from triage.audit.columns import taken_first
from triage.audit.estimable import Why
from triage.audit.gaps import Gap
from triage.audit.inputs import Inputs
from triage.audit.measure import EVERYONE
from triage.audit.results import Group, Rate
from triage.disclosure import MOST_ALIKE, rows_to_show, small

NUMBERS = sorted(set(Gap.__dataclass_fields__) - {"attribute", "label", "reference", "figure", "why"})
"""What is taken out of a gap that may not be shown."""
YES, NO, UNKNOWN = range(3)
CLASSES = 3
"""Left, tied at the limit, taken."""


@dataclass(frozen=True)
class Shown:
    """The groups that may be shown.

    Attributes
    ----------
    rows : frozenset of (str, str)
        Attribute and label.
    """

    rows: frozenset[tuple[str, str]]

    def group(self, group: Group) -> Group:
        """Give a group as it may be shown."""
        if (group.attribute, group.label) in self.rows:
            return group
        nothing = dict.fromkeys(group.rates, Rate(None, None, None, None, Why.SUPPRESSED))
        return replace(group, n=None, positives=None, unknown=None, selected=None, rates=nothing)

    def gap(self, gap: Gap) -> Gap:
        """Give a gap as it may be shown: both groups must be."""
        if {(gap.attribute, gap.label), (gap.attribute, gap.reference)} <= self.rows:
            return gap
        nothing: dict[str, Any] = dict.fromkeys(NUMBERS)
        return replace(gap, **nothing, why=Why.SUPPRESSED)

    def cells(self, counted: Cells) -> dict[str, Any]:
        """Give counts as they may be shown: None for a group that may not be."""
        name = counted.attribute.name
        return {label: row if (name, label) in self.rows else None for label, row in counted.to_dict().items()}


def shown(inputs: Inputs, capacities: Sequence[float] = (), flagged: Sequence[Floats] = ()) -> Shown:
    """Decide which groups may be shown in everything that is published of these reports.

    Parameters
    ----------
    inputs : Inputs
    capacities : sequence of float
        Every capacity at which figures are published.
    flagged : sequence of ndarray of float64, shape (n,)
        Every way of selecting that is published beside: rules, model, people.

    Returns
    -------
    Shown

    Examples
    --------
    >>> given = Inputs.of([1, 0] * 60, {"g": ["a"] * 60 + ["b"] * 52 + ["c"] * 8}, flagged=[1, 1, 0, 0] * 30)
    >>> sorted(shown(given, flagged=[given.flagged]).rows)
    [('everyone', 'everyone'), ('g', 'a')]
    """
    kinds = _kinds(inputs, capacities, flagged)
    everyone = _counts(inputs, np.zeros(len(inputs), dtype=np.int64), 1, kinds)
    if small(everyone[:, everyone[0] > 0])[0] or _alike(everyone)[0]:
        return Shown(frozenset())
    names = inputs.attributes
    tables = [_counts(inputs, each.codes, len(each.labels), kinds) for each in names]
    pairs = list(combinations(range(len(names)), 2))
    crossed = [names[one].crossed(names[two]) for one, two in pairs]
    cells = {
        (one, two): _counts(inputs, each.codes, len(each.labels), kinds).reshape(
            len(names[one].labels), len(names[two].labels), -1
        )
        for (one, two), each in zip(pairs, crossed, strict=True)
    }
    rows, corners = rows_to_show(
        tables, cells, [_alike(each) for each in tables], {pair: _alike(each) for pair, each in cells.items()}
    )
    found = [*zip(names, rows, strict=True), *zip(crossed, (corners[pair].ravel() for pair in pairs), strict=True)]
    labels = ((each.name, each.labels[place]) for each, keep in found for place in np.flatnonzero(keep).tolist())
    return Shown(frozenset([(EVERYONE, EVERYONE), *labels]))


def _kinds(inputs: Inputs, capacities: Sequence[float], flagged: Sequence[Floats]) -> list[Ints]:
    """Give the ways in which what is published tells reports apart, each as numbers from 0, shape (n,)."""
    told = [flag.astype(np.int64) for flag in flagged]
    if capacities and inputs.score is not None:
        taken = [taken_first(inputs.score, capacity) for capacity in capacities]
        told.append(
            sum((_class(each) * CLASSES**place for place, each in enumerate(taken)), np.zeros(len(inputs), int))
        )
    if inputs.sample is not None:
        told = [each * 2 + inputs.sample.rows for each in told]
    if inputs.abstained is not None:
        told.append(np.nan_to_num(inputs.abstained, nan=2).astype(np.int64))
    return [np.unique(each, return_inverse=True)[1] for each in told]


def _class(taken: Floats) -> Ints:
    """Tell who is left, who ties, who is taken."""
    place: Ints = np.ceil(taken).astype(np.int64) + (taken == 1)
    return place


def _counts(inputs: Inputs, codes: Ints, groups: int, kinds: Sequence[Ints]) -> Ints:
    """Count each group's reports by outcome and kind: those with yes, those with no, and all, shape (groups, columns)."""
    outcome = np.where(np.isnan(inputs.outcome), UNKNOWN, np.where(inputs.outcome == 1, YES, NO))
    columns = []
    for kind in [np.zeros(len(inputs), dtype=np.int64), *kinds]:
        width = int(kind.max()) + 1
        place = (codes * 3 + outcome) * width + kind
        by_outcome = np.bincount(place, minlength=groups * 3 * width).reshape(groups, 3, width)
        columns += [by_outcome[:, YES], by_outcome[:, NO], by_outcome.sum(axis=1)]
    return np.concatenate(columns, axis=1)


def _alike(counts: Ints) -> Mask:
    """Tell which groups' known outcomes are nearly all yes: the first two columns hold yes and no."""
    yes, no = counts[..., YES], counts[..., NO]
    alike: Mask = yes > MOST_ALIKE * (yes + no)
    return alike
