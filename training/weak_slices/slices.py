"""Here we hold what a search for weak slices found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from training.weak_slices.conditions import Condition
from training.weak_slices.words import say, say_all

LEVEL = 0.05
"""Chance of any false finding that is accepted."""

Measure = Literal["calibration", "order"]


@dataclass(frozen=True)
class Slice:
    """One slice that was tested, with the figures of the half that tested it.

    Attributes
    ----------
    conditions : tuple of Condition
        One or two, all of which hold.
    measure : {"calibration", "order"}
    n, households : int
    estimated, observed : float
        Mean estimate and share observed; for order the AUC that the estimates promise and the AUC observed.
    low, high : float
        Simultaneous 95 % interval of `gap`, over all slices tested.
    adjusted_p : float
        Adjusted for all slices tested.
    """

    conditions: tuple[Condition, ...]
    measure: Measure
    n: int
    households: int
    estimated: float
    observed: float
    low: float
    high: float
    adjusted_p: float

    @property
    def gap(self) -> float:
        """Observed minus estimated."""
        return self.observed - self.estimated

    @property
    def weak(self) -> bool:
        """Whether the weakness was confirmed."""
        return self.adjusted_p <= LEVEL

    def to_dict(self) -> dict[str, Any]:
        """Give the slice as plain data, with its sentence."""
        return asdict(self) | {"gap": self.gap, "weak": self.weak, "text": say(self).to_dict()}


@dataclass(frozen=True)
class WeakSlices:
    """What a search found.

    Attributes
    ----------
    looked_at : int
        Slices and measures that were compared; 0 where there are too few reports to search.
    proposed : int
        Slices that the first half proposed.
    tested : tuple of Slice
        Those that the second half could test, weakest first.
    """

    looked_at: int
    proposed: int
    tested: tuple[Slice, ...]

    @property
    def found(self) -> tuple[Slice, ...]:
        """The slices whose weakness was confirmed."""
        return tuple(each for each in self.tested if each.weak)

    def __repr__(self) -> str:
        """Say how many were found and what to read next."""
        return f"WeakSlices({len(self.found)} found, {self.looked_at} looked at; read .found, .to_dict())"

    def to_dict(self) -> dict[str, Any]:
        """Give the search as plain data, with its sentence."""
        tested = [each.to_dict() for each in self.tested]
        plain = {"looked_at": self.looked_at, "proposed": self.proposed, "tested": tested}
        return plain | {"text": say_all(self).to_dict()}
