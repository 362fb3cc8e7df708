"""Here we say where a feature comes from: the report's own words, a window of history, or other sources together.

A source is data. What it reads can be listed, fingerprinted, documented and computed for a million
reports at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from features.arrays import Floats
from features.coding import ITEM, REPORT, WHAT, names
from features.windows import DAY, Summary, Window

HORIZON = 1095
"""Days after which history no longer counts: nothing marks a family for ever."""


@dataclass(frozen=True, slots=True)
class Age:
    """The child's age in whole calendar months."""

    def to_dict(self) -> dict[str, Any]:
        """Give the source as plain data."""
        return {"how": "age"}


@dataclass(frozen=True, slots=True)
class Behind:
    """How long ago the report came that this one continues, in microseconds; see `features.repeats`.

    Attributes
    ----------
    chain : str
        Of `features.repeats.CHAINS`: of reports, or of those that tell of one theme.
    """

    chain: str = REPORT

    def to_dict(self) -> dict[str, Any]:
        """Give the source as plain data."""
        return {"how": "behind", "of": [self.chain]}


@dataclass(frozen=True, slots=True)
class OfReport:
    """How many times the report says any of some items; as a flag, whether it does.

    Attributes
    ----------
    items : tuple of int
        Numbers of `features.coding.ITEM`.
    flag : bool
    """

    items: tuple[int, ...]
    flag: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Give the source as plain data."""
        return {"how": "flag" if self.flag else "said", "of": names(self.items, ITEM)}


@dataclass(frozen=True, slots=True)
class OfHistory:
    """What was known in a window of history.

    Attributes
    ----------
    how : str
        See `features.windows.Window`.
    what : tuple of int
        Numbers of `features.coding.WHAT`.
    near, far : int
        Days before the report.
    unless : tuple of int
        Numbers of `features.coding.ITEM`: a report that says any of them does not look, and gives NaN.
    """

    how: Summary
    what: tuple[int, ...]
    near: int = 0
    far: int = HORIZON
    unless: tuple[int, ...] = ()

    @property
    def window(self) -> Window:
        """The window in microseconds."""
        return Window(self.how, self.what, self.near * DAY, self.far * DAY)

    def to_dict(self) -> dict[str, Any]:
        """Give the source as plain data."""
        whole = {"how": self.how, "of": names(self.what, WHAT), "from_days": self.near, "to_days": self.far}
        return whole | ({"unless": names(self.unless, ITEM)} if self.unless else {})


@dataclass(frozen=True, slots=True)
class Together:
    """Other sources put together by a function of their columns.

    Attributes
    ----------
    by : callable
        From an array of shape (n, number of sources) to one of shape (n,), each row by itself.
    of : tuple of Age, Behind, OfReport or OfHistory
    """

    by: By
    of: tuple[Age | Behind | OfReport | OfHistory, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the source as plain data."""
        return {"how": self.by.__name__.lstrip("_"), "of": [source.to_dict() for source in self.of]}


By = Callable[[Floats], Floats]
Simple = Age | Behind | OfReport | OfHistory
Source = Simple | Together
