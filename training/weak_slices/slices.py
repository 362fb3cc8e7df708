"""Here we hold what a search for weak slices found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from training.weak_slices import words
from training.weak_slices.conditions import Condition
from triage.words import Text

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

    @property
    def text(self) -> Text:
        """What the slice shows, and how sure that is."""
        calibration = self.measure == "calibration"
        scale, digits = (100.0, 1) if calibration else (1.0, 3)
        figures = {name: getattr(self, name) for name in ("estimated", "observed", "low", "high")}
        says = words.fill(
            words.CALIBRATION if calibration else words.ORDER,
            where=words.both([condition.text for condition in self.conditions]),
            way=words.LOW if self.gap > 0 else words.HIGH,
            certainty=self._certainty,
            **{name: words.number(value * scale, digits) for name, value in figures.items()},
        )
        return says if self.weak else words.fill(words.NOT_CONFIRMED, says=says)

    @property
    def _certainty(self) -> Text:
        """How sure it is."""
        n, households = words.whole(self.n), words.whole(self.households)
        return words.fill(words.CERTAINTY, n=n, households=households, p=words.p(self.adjusted_p))

    def to_dict(self) -> dict[str, Any]:
        """Give the slice as plain data, with its sentence."""
        return asdict(self) | {"gap": self.gap, "weak": self.weak, "text": self.text.to_dict()}


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

    @property
    def text(self) -> Text:
        """What the search shows as a whole."""
        if not self.looked_at:
            return words.CANNOT_TELL
        found, looked_at = words.whole(len(self.found)), words.whole(self.looked_at)
        return words.fill(words.SOME if self.found else words.NONE, found=found, looked_at=looked_at)

    def __repr__(self) -> str:
        """Say how many were found and what to read next."""
        return f"WeakSlices({len(self.found)} found, {self.looked_at} looked at; read .found, .to_dict())"

    def to_dict(self) -> dict[str, Any]:
        """Give the search as plain data, with its sentence."""
        tested = [each.to_dict() for each in self.tested]
        plain = {"looked_at": self.looked_at, "proposed": self.proposed, "tested": tested}
        return plain | {"text": self.text.to_dict()}
