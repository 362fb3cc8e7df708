"""Here we register features: a name, a label, a unit, a meaning, a BBIC area, a direction, words and a source.

The list is data: reasons, cards, documents and the bundle read it. A feature never sees an audited
attribute, because no array holds one.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any, Literal

from features.codes import BBIC
from features.sources import Source

Unit = Literal["flag", "count", "days", "months", "points"]
Pair = tuple[str, str]
Direction = Literal[-1, 0, 1]


@dataclass(frozen=True, slots=True)
class Words:
    """How a caseworker would say a value, in Swedish and English.

    Attributes
    ----------
    many : (str, str)
        With ``{n}`` for the value, or ``{age}`` for months said as an age.
    one, none : (str, str)
        For 1 and for 0; of a flag: yes and no.
    absent : (str, str)
        When the model was told nothing.
    """

    many: Pair
    one: Pair
    none: Pair
    absent: Pair

    def say(self, value: float, language: str) -> str:
        """Say a value."""
        which = 0 if language == "sv" else 1
        if math.isnan(value):
            return self.absent[which]
        whole = round(value)
        if whole == 0:
            return self.none[which]
        sentence = (self.one if whole == 1 else self.many)[which]
        return sentence.replace("{n}", str(whole)).replace("{age}", _age(whole, language))


def _age(months: int, language: str) -> str:
    """Say an age: in months below two years, then in years.

    >>> _age(7, "en"), _age(125, "sv")
    ('7 months', '10 år')
    """
    if months < _IN_MONTHS:
        return f"{months} månader" if language == "sv" else f"{months} months"
    return f"{months // 12} år" if language == "sv" else f"{months // 12} years"


_IN_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Feature:
    """One registered feature.

    Attributes
    ----------
    name : str
        Also the name of the column.
    sv, en : str
        Its label.
    unit : {"flag", "count", "days", "months", "points"}
    meaning : str
        What it counts, in which window, and when it is absent.
    bbic : BBIC
    direction : {-1, 0, 1}
        Which way the score may move when the value grows; 0 where no direction is beyond doubt.
    words : Words
    source : Source
        Where it comes from: what is read, and in which window.
    """

    name: str
    sv: str
    en: str
    unit: Unit
    meaning: str
    bbic: BBIC
    direction: Direction
    words: Words
    source: Source

    def label(self, language: str) -> str:
        """Give the label in ``language``."""
        return self.sv if language == "sv" else self.en

    def to_dict(self) -> dict[str, Any]:
        """Give the feature as plain data."""
        return {
            "name": self.name,
            "sv": self.sv,
            "en": self.en,
            "unit": self.unit,
            "meaning": self.meaning,
            "bbic": self.bbic.value,
            "direction": self.direction,
            "absent": {"sv": self.words.absent[0], "en": self.words.absent[1]},
            "source": self.source.to_dict(),
        }


class Registry:
    """Features in a fixed order.

    Parameters
    ----------
    *parts : Registry
        Registries to begin with, in order.
    """

    def __init__(self, *parts: Registry) -> None:
        self._features: dict[str, Feature] = {}
        for part in parts:
            for feature in part.features:
                self.put(feature)

    def declare(
        self,
        name: str,
        label: Pair,
        unit: Unit,
        bbic: BBIC,
        direction: Direction,
        words: Words,
        source: Source,
        meaning: str,
    ) -> None:
        """Add a feature; see `Feature`."""
        self.put(Feature(name, *label, unit, meaning, bbic, direction, words, source))

    def put(self, feature: Feature) -> None:
        """Add a feature; a name may stand once, and nothing may be called ``ever_``: history decays."""
        if feature.name in self._features or feature.name.startswith("ever_"):
            msg = f"Feature {feature.name!r} stands already, or never decays (ever_*)."
            raise ValueError(msg)
        self._features[feature.name] = feature

    @property
    def features(self) -> tuple[Feature, ...]:
        """All features, in the order of the columns."""
        return tuple(self._features.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._features)

    def __getitem__(self, name: str) -> Feature:
        """Give one feature."""
        return self._features[name]

    def fingerprint(self, sources: tuple[str, ...]) -> str:
        """Give a SHA-256 of the registered data and of the code that computes them.

        Parameters
        ----------
        sources : tuple of str
            The text of the modules that build features.
        """
        data = [feature.to_dict() for feature in self.features]
        whole = json.dumps([data, sources], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()
