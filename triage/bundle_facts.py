"""Here we hold what a bundle says of itself: features, calibration, what training has seen, limits, outcome, versions."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from triage.errors import BundleBroken
from triage.support import Support
from triage.venn_abers import VennAbers
from triage.words import Text

SCHEMA = "urn:orosanmalan-triage:bundle:2"
ROUNDED = 1e-6
"""How far the limit's probability may lie from what the calibration gives for its margin."""


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What a bundle says of itself.

    Attributes
    ----------
    name : str
    features : tuple of str
        The columns, in order.
    features_fingerprint, law_fingerprint, data_digest : str
    calibration : VennAbers
    support : Support
        What training has seen; the model abstains outside it.
    widest : float
        The model abstains on an interval wider than this.
    outcome : Text
        What is estimated.
    horizon_days : int
    prioritise_margin, prioritise_at : float
        Margin from which a report is prioritised, and the probability it corresponds to.
    capacity : float
        The share of reports that the limit was set for.
    trained_from, trained_to : str
        ISO dates of the reports it was trained on.
    synthetic : bool
    seed : int
    versions : mapping of str to str

    Raises
    ------
    ValueError
        When the facts do not fit each other.
    """

    name: str
    features: tuple[str, ...]
    features_fingerprint: str
    law_fingerprint: str
    data_digest: str
    calibration: VennAbers
    support: Support
    widest: float
    outcome: Text
    horizon_days: int
    prioritise_margin: float
    prioritise_at: float
    capacity: float
    trained_from: str
    trained_to: str
    synthetic: bool
    seed: int
    versions: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse what is no number where a score needs one, and parts that contradict each other."""
        numbers = (self.widest, self.prioritise_margin, self.prioritise_at)
        if not all(isinstance(number, (int, float)) and math.isfinite(number) for number in numbers):
            msg = f"Widest interval and limits must be finite numbers; got {numbers}. Train again."
            raise ValueError(msg)
        given = float(self.calibration.probability(np.array([self.prioritise_margin]))[0])
        if abs(given - self.prioritise_at) > ROUNDED:
            msg = f"The limit {self.prioritise_at} is not the {given:.6f} that its margin gives. Train again."
            raise ValueError(msg)
        if not set(self.support.names) <= set(self.features) or "unit" not in self.support.codes:
            msg = "The support must name features of the bundle, and units. Train again."
            raise ValueError(msg)

    @property
    def units(self) -> tuple[str, ...]:
        """Units the model was trained on; others are outside its scope."""
        return self.support.codes["unit"]

    def to_json(self) -> str:
        """Write the facts, byte for byte the same for the same facts."""
        parts = {"calibration": self.calibration.to_dict(), "support": self.support.to_dict()}
        return as_json(asdict(self) | parts | {"schema": SCHEMA, "versions": dict(self.versions)})

    @classmethod
    def from_json(cls, text: str) -> BundleFacts:
        """Read the facts.

        Raises
        ------
        BundleBroken
            When a fact is missing or the schema is another one.
        """
        try:
            plain = json.loads(text)
            if plain.pop("schema") != SCHEMA:
                msg = f"bundle.json follows another schema; this library reads {SCHEMA}. Train the bundle again."
                raise BundleBroken(msg)
            plain["calibration"] = VennAbers.from_dict(plain["calibration"])
            plain["support"] = Support.from_dict(plain["support"])
            plain["outcome"] = Text(**plain["outcome"])
            plain["features"] = tuple(plain["features"])
            return cls(**plain)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            msg = f"bundle.json does not hold together ({type(error).__name__}). Fetch the bundle again."
            raise BundleBroken(msg) from None


def as_json(plain: Mapping[str, Any]) -> str:
    """Write JSON byte for byte the same for the same data; NaN is not JSON and is refused."""
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
