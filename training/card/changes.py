"""Here we put two cards side by side as plain data: everything that differs, with what matters first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from training.card.compared import Row, rows
from triage.words import Text

Plain = Mapping[str, Any]

AREAS = ("outcome", "figures", "groups", "checks", "failures", "law", "features", "thresholds", "data", "model")
"""What is compared, in the order of a board's questions."""

FIRST = Text(
    "Ingen tidigare version är godkänd, så det finns inget att jämföra med.",
    "No earlier version has been approved, so there is nothing to compare with.",
)


@dataclass(frozen=True)
class Change:
    """One thing that two cards say differently.

    Attributes
    ----------
    row : Row
        What it is, and its limit.
    before, after : str, int, float, bool or None
        None where a card says nothing of it, or could not tell.
    """

    row: Row
    before: Any
    after: Any

    @property
    def matters(self) -> bool | None:
        """Whether anybody would act on it; None where one of the two figures could not be told."""
        if not isinstance(self.row.limit, float):
            return self.row.limit
        if self.before is None or self.after is None:
            return None
        return bool(abs(self.after - self.before) >= self.row.limit)

    def to_dict(self) -> dict[str, Any]:
        """Give the change as plain data."""
        row = self.row
        said = {"area": row.area, "key": row.key, **row.label.to_dict()}
        return said | {"before": self.before, "after": self.after, "matters": self.matters}


def changes(old: Plain, new: Plain) -> tuple[Change, ...]:
    """Compare two cards.

    Returns
    -------
    tuple of Change
        What matters first, then what could not be told, then the rest; within each in the order of `AREAS`.
    """
    return tuple(sorted(_differing(old, new), key=_urgency))


def changes_since(old: Plain | None, new: Plain) -> dict[str, Any]:
    """Give the card's section on what changed since the version that was approved last."""
    if old is None:
        return {"state": "first", "why": FIRST.to_dict()}
    details = old["model_details"]
    since = {name: details[name] for name in ("name", "bundle_id", "made_on")}
    return {"state": "compared", "since": since, "items": [one.to_dict() for one in changes(old, new)]}


def _differing(old: Plain, new: Plain) -> Iterator[Change]:
    """Give every row in which the two differ."""
    before, after = rows(old), rows(new)
    for key in dict.fromkeys([*after, *before]):
        row = after.get(key) or before[key]
        was, is_ = (held[key].value if key in held else None for held in (before, after))
        if was != is_:
            yield Change(row, was, is_)


def _urgency(one: Change) -> tuple[int, int]:
    return {True: 0, None: 1, False: 2}[one.matters], AREAS.index(one.row.area)
