"""Here we turn contributions into reasons that a caseworker can check against the file.

Contributions are summed over what a person would call one thing (`features.groups.Group`), also those of its windows in
which nothing happened. Reasons are true of the input: they name only what it says, never what it does not mention.
Base, reasons and the rest add up to the margin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats
from features.build import REGISTRY
from features.codes import BBIC
from features.groups import Group
from features.origin import Origin, Read, Trace
from features.registry import Feature
from triage.sentences import UNKNOWN, sentence, unless
from triage.words import CodedText, Text

SHOWN, FEWEST = 5, 3
"""How many reasons are shown at most; and how many however little the next one weighs."""
WORTH = 0.1
"""A fourth and a fifth reason is shown when it weighs at least this share of the strongest."""

GROUPS = tuple(Group)
GROUP_OF = np.array([GROUPS.index(feature.group) for feature in REGISTRY.features])
"""The place in `GROUPS` of each feature's group, shape (k,)."""
_WHEN_NOT_ZERO = np.array([feature.zero_is_nothing for feature in REGISTRY.features])
"""Flags and counts, faded or not, say something when they are not 0; times and points also when they are."""
_MEMBERS = [
    [(at, REGISTRY.features[at]) for at in np.flatnonzero(group == GROUP_OF).tolist()] for group in range(len(GROUPS))
]
"""Of each group: its features with their places."""
WHOLE = GROUPS.index(Group.EARLIER_REPORTS)
"""The group whose windows are counted together, whether or not the model reads each of them."""

_GROUP = {group: CodedText(group.value, Text(group.sv, group.en)) for group in Group}
_AREA = {area: CodedText(area.value, Text(area.sv, area.en)) for area in BBIC}

RAISES = Text("höjer uppskattningen", "raises the estimate")
LOWERS = Text("sänker uppskattningen", "lowers the estimate")


@dataclass(frozen=True, slots=True)
class Part:
    """One feature of a reason.

    Attributes
    ----------
    feature : Feature
    value, contribution : float
        Log-odds; positive raises the score.
    """

    feature: Feature
    value: float
    contribution: float

    def to_dict(self) -> dict[str, Any]:
        """Give the part as plain data."""
        return {"feature": self.feature.name, "value": self.value, "contribution": self.contribution}


@dataclass(frozen=True, slots=True)
class Reason:
    """What one thing adds to a score. Words are made when they are asked for.

    Attributes
    ----------
    group : Group
    contribution : float
        Log-odds, of the whole group; positive raises the score.
    parts : tuple of Part
        The group's features that say something about this report.
    """

    group: Group
    contribution: float
    parts: tuple[Part, ...]

    @property
    def text(self) -> Text:
        """The values as one sentence; which way it points is `push`."""
        return sentence([(part.feature, part.value) for part in self.parts])

    @property
    def push(self) -> Text:
        """Whether it raises or lowers the estimate."""
        return RAISES if self.contribution > 0 else LOWERS

    @property
    def unless(self) -> Text:
        """What would have to be different for it not to be a reason."""
        return unless([(part.feature, part.value) for part in self.parts])

    def trace(self, origin: Origin) -> Trace:
        """Give the fields of the report and the rows of the history that it comes from, and how long they count."""
        return origin.trace(part.feature for part in self.parts)

    def to_dict(self, origin: Origin | None = None) -> dict[str, Any]:
        """Give the reason as plain data; with an origin also where it comes from and how long it counts."""
        found = None if origin is None else self.trace(origin)
        return {
            "group": _GROUP[self.group].to_dict(),
            "contribution": self.contribution,
            "push": {"code": "raises" if self.contribution > 0 else "lowers", **self.push.to_dict()},
            **self.text.to_dict(),
            "bbic": _AREA[self.group.bbic].to_dict(),
            "features": [part.to_dict() for part in self.parts],
            "unless": self.unless.to_dict(),
            "counts_until": found and found.last_day and found.last_day.isoformat(),
            "comes_from": found and [_plain(read) for read in found.reads],
        }


def reasons(values: Floats, contributions: Floats, *, shown: int = SHOWN) -> tuple[Reason, ...]:
    """Pick the reasons to show for one report, strongest first.

    Parameters
    ----------
    values, contributions : ndarray of float64, shape (k,)
        The report's feature row and what each feature adds to the margin.
    shown : int
        How many to show at most.

    Returns
    -------
    tuple of Reason
        Only of groups that say something about this report.
    """
    total: list[float] = np.bincount(GROUP_OF, weights=contributions, minlength=len(GROUPS)).tolist()
    says = says_something(values)
    present = set(GROUP_OF[says & (contributions != 0)].tolist())
    row = values.tolist(), contributions.tolist(), says.tolist()
    order = sorted((group for group in present if total[group]), key=lambda group: (-abs(total[group]), group))[:shown]
    least = WORTH * abs(total[order[0]]) if order else 0.0
    worth = order[:FEWEST] + [group for group in order[FEWEST:] if abs(total[group]) >= least]
    return tuple(_reason(group, total[group], row) for group in worth)


def says_something(values: Floats) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which features say something about a report: not absent, and no count or flag of nothing.

    Parameters
    ----------
    values : ndarray of float64, shape (…, k)

    Returns
    -------
    ndarray of bool, shape (…, k)
    """
    said: np.ndarray[Any, np.dtype[np.bool_]] = ~np.isnan(values) & ((values != 0) | ~_WHEN_NOT_ZERO)
    return said


def not_known(values: Floats, contributions: Floats) -> tuple[CodedText, ...]:
    """Say what the model was not told, of what it reads.

    Parameters
    ----------
    values, contributions : ndarray of float64, shape (k,)
        As for `reasons`.
    """
    silent, weighs = np.isnan(values).tolist(), contributions.tolist()
    return tuple(
        CodedText(REGISTRY.features[places[0]].group.value, text)
        for places, text in _UNKNOWN
        if all(silent[at] for at in places) and any(weighs[at] for at in places)
    )


_UNKNOWN = [([REGISTRY.names.index(name) for name in names], text) for names, text in UNKNOWN.items()]


def _reason(place: int, total: float, row: tuple[list[float], list[float], list[bool]]) -> Reason:
    """Put a group's reason together from values, contributions and what says something."""
    values, contributions, says = row
    parts = [
        Part(feature, values[at], contributions[at])
        for at, feature in _MEMBERS[place]
        if says[at] and (contributions[at] or place == WHOLE)
    ]
    return Reason(GROUPS[place], total, tuple(parts))


def _plain(read: Read) -> dict[str, Any]:
    """Give what was read as plain data."""
    return {
        "table": read.table,
        "id": read.id,
        "column": read.column,
        "on": read.on.isoformat(),
        **Text(*read.says).to_dict(),
    }
