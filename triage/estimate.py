"""Here we hold a report's estimate as it may be shown: a probability in its interval, never above 95 of 100, and reasons."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from features.origin import Origin
from triage.explanation import Reason
from triage.words import CodedText, Text

HIGHEST_SHOWN = 0.95
"""No probability is shown above this: nothing here is certain."""


@dataclass(frozen=True, slots=True)
class ReportScore:
    """A calibrated score with its reasons.

    Attributes
    ----------
    outcome : Text
        What is estimated.
    probability, low, high : float
        The estimate and the ends of its interval, each at most `HIGHEST_SHOWN`.
    margin, base : float
        Raw log-odds, by which reports are ordered, and the model's average.
    reasons : tuple of Reason
    prioritise_margin, prioritise_at : float
        The margin from which a report is prioritised, and the probability that it corresponds to.
    not_known : tuple of CodedText
        What the model was not told, of what it reads.
    origin : Origin or None
        Tells which rows of the file the reasons come from; None where only feature rows are at hand.

    Raises
    ------
    ValueError
        When the estimate does not lie in its interval, or an end is no probability that may be shown.
    """

    outcome: Text
    probability: float
    low: float
    high: float
    margin: float
    base: float
    reasons: tuple[Reason, ...]
    prioritise_margin: float
    prioritise_at: float
    not_known: tuple[CodedText, ...] = ()
    origin: Origin | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what may not be shown."""
        if not 0 <= self.low <= self.probability <= self.high <= HIGHEST_SHOWN:
            msg = (
                f"An estimate must lie in its interval, within 0 to {HIGHEST_SHOWN}; "
                f"got {self.low} <= {self.probability} <= {self.high}. Calibrate again."
            )
            raise ValueError(msg)

    @property
    def capped(self) -> bool:
        """Whether the estimate may be higher than what is shown."""
        return self.probability >= HIGHEST_SHOWN

    @property
    def rest(self) -> float:
        """What the groups that are not shown add together."""
        return self.margin - self.base - sum(reason.contribution for reason in self.reasons)

    @property
    def text(self) -> Text:
        """The estimate as a caseworker would say it; the interval is rounded outwards, never inwards."""
        low, high = math.floor(_of_hundred(self.low)), math.ceil(_of_hundred(self.high))
        if self.capped:
            return Text(
                f"{high} av 100 eller fler (intervallet börjar vid {low}; ett högre tal än {high} visas aldrig)",
                f"{high} in 100 or more (the interval begins at {low}; a number above {high} is never shown)",
            )
        if self.probability < 0.01:
            return Text(f"färre än 1 av 100 (högst {high})", f"fewer than 1 in 100 (at most {high})")
        more = ("", "") if self.high < HIGHEST_SHOWN else (" eller fler", " or more")
        number = round(_of_hundred(self.probability))
        return Text(
            f"ungefär {number} av 100 (mellan {low} och {high}{more[0]})",
            f"about {number} in 100 (between {low} and {high}{more[1]})",
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the score as plain data."""
        return {
            "outcome": self.outcome.to_dict(),
            "probability": self.probability,
            "low": self.low,
            "high": self.high,
            "capped": self.capped,
            "text": self.text.to_dict(),
            "margin": self.margin,
            "base": self.base,
            "rest": self.rest,
            "reasons": [reason.to_dict(self.origin) for reason in self.reasons],
            "not_known": [one.to_dict() for one in self.not_known],
            "prioritise_margin": self.prioritise_margin,
            "prioritise_at": self.prioritise_at,
        }


def _of_hundred(share: float) -> float:
    """Give a share of a hundred, without what binary fractions add: 0.29 is 29 and not a hair less."""
    return round(100 * share, 9)
