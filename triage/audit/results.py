"""Here we hold what was found of a group: every figure with its interval and its n, or why it is not estimable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.audit.estimable import WORDS, Why

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Rate:
    """One figure of one group.

    Attributes
    ----------
    value, low, high : float or None
        With its 95 % interval, for this figure alone; None where not estimable.
    n : float or None
        Reports in the denominator; None where suppressed. Reports that tie at the limit of the capacity count by the
        share that is taken.
    why : Why or None
        Why it is not estimable.
    """

    value: float | None
    low: float | None
    high: float | None
    n: float | None
    why: Why | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data, the reason with its sentence."""
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n, "why": reason(self.why)}


@dataclass(frozen=True)
class Group:
    """The figures of one group.

    Attributes
    ----------
    attribute, label : str
        Both are "everyone" for all reports together.
    n, positives, unknown : int or None
        Reports; known outcomes that are yes, outcomes that nobody knows; None where suppressed.
    selected : float or None
    rates : mapping of str to Rate
        By the code of the figure.
    """

    attribute: str
    label: str
    n: int | None
    positives: int | None
    unknown: int | None
    selected: float | None
    rates: Mapping[str, Rate]

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "attribute": self.attribute,
            "label": self.label,
            "n": self.n,
            "positives": self.positives,
            "unknown": self.unknown,
            "selected": self.selected,
            "rates": {code: rate.to_dict() for code, rate in self.rates.items()},
        }


def reason(why: Why | None) -> dict[str, str] | None:
    """Give a reason as plain data: code and sentence."""
    return None if why is None else {"code": why.value, **WORDS[why].to_dict()}


def frame(groups: Sequence[Group]) -> pd.DataFrame:
    """Give one row per group and figure; missing where not estimable, with the reason's code beside it."""
    import pandas as pd

    rows = [
        {
            "attribute": group.attribute,
            "group": group.label,
            "figure": code,
            "value": rate.value,
            "low": rate.low,
            "high": rate.high,
            "n": rate.n,
            "why": rate.why and rate.why.value,
        }
        for group in groups
        for code, rate in group.rates.items()
    ]
    return pd.DataFrame(rows).astype({"value": float, "low": float, "high": float})
