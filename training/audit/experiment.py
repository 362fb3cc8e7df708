"""Here we say what an experiment would do to each group: who would be read first before and after, and who would not any more.

Nothing here changes a model or a limit. What is counted is published, so small groups are hidden here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from features.arrays import Floats, Mask
from training.evaluate import Interval
from triage.audit import Group, Outcomes, measure, shown
from triage.audit import Inputs as Audited
from triage.audit.shown import Shown

FIGURES = ("selection_rate", "true_positive_rate", "precision")


@dataclass(frozen=True)
class Moved:
    """What an experiment would do to one group.

    Attributes
    ----------
    before, after : Group
        As the engine measures them; without numbers where they may not be shown.
    joins, leaves : int or None
        Reports that would be read first only after, and only before; None where suppressed.
    gained, lost : int or None
        Those among them whose outcome is known to be yes; None also where it was not asked.
    found : int or None
        How many more, or fewer, of those whose outcome is known to be yes would be read first; told also where it is
        hidden who joins and who leaves, because it can be worked out from the figures before and after.
    """

    before: Group
    after: Group
    joins: int | None
    leaves: int | None
    gained: int | None
    lost: int | None
    found: int | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data; the figures are `FIGURES`, those of them that can be made."""
        mine = self.before
        return {
            "attribute": mine.attribute,
            "label": mine.label,
            "n": mine.n,
            "before": _plain(mine),
            "after": _plain(self.after),
            "joins": self.joins,
            "leaves": self.leaves,
            "gained": self.gained,
            "lost": self.lost,
            "found": self.found,
        }


def moved(given: Audited, before: Mask, after: Mask, may: Shown, *, outcomes: bool = True) -> tuple[Moved, ...]:
    """Tell for everyone and every group what an experiment would do.

    Parameters
    ----------
    given : triage.audit.Inputs
        Its groups, households and outcomes.
    before, after : ndarray of bool, shape (n,)
        Who is read first without the experiment, and with it.
    may : Shown
        What may be shown of everything else that is published of the same reports.
    outcomes : bool
        Whether it is told what came of those who move; without, more groups can be shown.

    Returns
    -------
    tuple of Moved
        A group is hidden when it is hidden elsewhere. Who moves is hidden also where so few would that they could be
        pointed out; who is read first before, and after, may then still be told.
    """
    asked = replace(given, score=None, delay=None, abstained=None, reasons=None)
    if not outcomes:
        asked = replace(asked, outcome=np.full(len(given), np.nan), outcomes=Outcomes.EVERYONE, sample=None)
    was, will = before.astype(np.float64), after.astype(np.float64)
    apart, joint = _may(asked, may, [was, will]), _may(asked, may, [was + 2 * will])
    first, second = (
        measure(replace(asked, flagged=each.astype(np.float64)), crossings=False) for each in (before, after)
    )
    yes = given.outcome == 1 if outcomes else None
    pairs = zip(first.groups, second.groups, _members(given), strict=True)
    found = []
    for one, two, inside in pairs:
        name = one.attribute, one.label
        joins, leaves, gained, lost = _counts(name in joint.rows, inside, before, after, yes)
        net = _found(name in apart.rows, inside, before, after, yes)
        found.append(Moved(apart.group(one), apart.group(two), joins, leaves, gained, lost, net))
    return tuple(found)


def first_read(margin: Floats, many: int) -> Mask:
    """Tell who is read first when so many can be, shape (n,); those who tie are taken in the order they came.

    >>> first_read(np.array([0.1, 0.9, 0.5, 0.5]), 2).tolist()
    [False, True, True, False]
    """
    chosen = np.zeros(len(margin), dtype=np.bool_)
    chosen[np.argsort(-margin, kind="stable")[:many]] = True
    return chosen


def plain(found: Interval | None) -> dict[str, float] | None:
    """Give a figure with its interval as plain data."""
    return None if found is None else {"value": found.value, "low": found.low, "high": found.high}


def _found(may: bool, inside: Mask, before: Mask, after: Mask, yes: Mask | None) -> int | None:
    """Count how many more of those with the outcome would be read first, where it may be told."""
    return None if yes is None or not may else int((inside & yes & after).sum()) - int((inside & yes & before).sum())


def _members(given: Audited) -> list[Mask]:
    """Tell who belongs to everyone and to each group, in the order in which they are measured."""
    groups = [each.codes == place for each in given.attributes for place in range(len(each.labels))]
    return [np.ones(len(given), dtype=np.bool_), *groups]


def _may(asked: Audited, may: Shown, told: Sequence[Floats]) -> Shown:
    """Give what may be shown here and elsewhere."""
    return Shown(may.rows & shown(replace(asked, flagged=told[0]), flagged=told).rows)


def _counts(may: bool, inside: Mask, before: Mask, after: Mask, yes: Mask | None) -> list[int | None]:
    """Count who joins, who leaves and who of them has the outcome in one group, where it may be shown."""
    joins, leaves = inside & after & ~before, inside & before & ~after
    told = [joins, leaves, *([] if yes is None else [joins & yes, leaves & yes])]
    counts: list[int | None] = [int(each.sum()) if may else None for each in told]
    return counts + [None] * (4 - len(counts))


def _plain(group: Group) -> dict[str, Any]:
    """Give the figures of a group as plain data."""
    return {code: group.rates[code].to_dict() for code in FIGURES if code in group.rates}
