"""Here we turn contributions into reasons that a caseworker can check against the file.

Reasons are true of the input: they name only what the input says, never what it does not mention.
Base, reasons and the rest add up to the margin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from features.arrays import Floats
from features.build import REGISTRY
from features.registry import Feature
from triage.words import CodedText, Text

SHOWN = 5
"""How many reasons are shown at most."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature's part in a score.

    Attributes
    ----------
    feature : Feature
    value : float
    contribution : float
        Log-odds; positive raises the score.
    """

    feature: Feature
    value: float
    contribution: float

    @property
    def text(self) -> Text:
        """The value as a sentence; which way it points is the sign of the contribution."""
        return Text(*(_sentence(self.feature, self.value, language) for language in ("sv", "en")))

    def to_dict(self) -> dict[str, Any]:
        """Give the reason as plain data."""
        area = self.feature.bbic
        return {
            "feature": self.feature.name,
            "value": None if math.isnan(self.value) else self.value,
            "contribution": self.contribution,
            "bbic": CodedText(area.value, Text(area.sv, area.en)).to_dict(),
            **self.text.to_dict(),
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
        Only features that say something about this report: not 0, not missing.
    """
    present = [
        Reason(feature, float(value), float(part))
        for feature, value, part in zip(REGISTRY.features, values, contributions, strict=True)
        if part != 0 and value != 0 and not math.isnan(value)
    ]
    present.sort(key=lambda reason: (-abs(reason.contribution), reason.feature.name))
    return tuple(present[:shown])


def _sentence(feature: Feature, value: float, language: str) -> str:
    """Say a value as one sentence."""
    said = feature.words.say(value, language)
    return f"{said[0].upper()}{said[1:]}."
