"""Here we register features: a name, a label, a unit, a meaning, a group, a direction, words and a source.

The list is data: reasons, cards, documents and the bundle read it. A feature never sees an audited
attribute, because no array holds one.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from features import spelled
from features.codes import BBIC
from features.groups import Group
from features.sources import Source

Unit = Literal["flag", "count", "faded", "days", "months", "points"]
Pair = tuple[str, str]
Direction = Literal[-1, 0, 1]


@dataclass(frozen=True, slots=True)
class Fading:
    """How a value says what is left of what happened: 1 when it is new, evenly less, and nothing after so many days.

    Attributes
    ----------
    days : int
    each : bool
        Whether everything that happened adds its share; else the latest alone, and the value tells how long ago it was.
    since : (str, str)
        What stands before the days gone by since the latest.
    """

    days: int
    each: bool = False
    since: Pair = ("senast", "most recently")


@dataclass(frozen=True, slots=True)
class Words:
    """How a caseworker would say a value, in Swedish and English.

    Attributes
    ----------
    many : (str, str)
        With ``{n}`` for the value in digits, ``{count}`` spelled out, ``{times}`` as so many times, ``{ago}`` for days said
        as a time gone by, or ``{age}`` for months said as an age.
    one, none : (str, str)
        For 1 and for 0; of a flag: yes and no.
    absent : (str, str)
        When the model was told nothing.
    head : (str, str)
        What stands before ``many`` and ``one``; features of one group that begin alike say it once.
    fades : Fading or None
        Of a value that says how much is left of what happened: only 0 is nothing, and a number is not said.
    """

    many: Pair
    one: Pair
    none: Pair
    absent: Pair
    head: Pair = ("", "")
    fades: Fading | None = None

    def say(self, value: float, language: str) -> str:
        """Say a value in one clause."""
        return " ".join(filter(None, self.parts(value, language)))

    def parts(self, value: float, language: str) -> Pair:
        """Say a value as the beginning of a clause and the rest of it; only what is there shares its beginning."""
        which = 0 if language == "sv" else 1
        if math.isnan(value):
            return "", self.absent[which]
        whole = int(value > 0) if self.fades else round(value)
        if whole == 0:
            return "", self.none[which]
        body = (self.one if whole == 1 else self.many)[which]
        return self.head[which], _filled(body, whole, language)


def _filled(text: str, value: int, language: str) -> str:
    """Put a number into its place."""
    for place, how in _PLACES.items():
        if place in text:
            text = text.replace(place, how(value, language))
    return text


_PLACES: dict[str, Callable[[int, str], str]] = {
    "{n}": lambda value, _: str(value),
    "{count}": spelled.count,
    "{times}": spelled.times,
    "{ago}": spelled.ago,
    "{age}": spelled.age,
}


@dataclass(frozen=True, slots=True)
class Feature:
    """One registered feature.

    Attributes
    ----------
    name : str
        Also the name of the column.
    sv, en : str
        Its label.
    unit : {"flag", "count", "faded", "days", "months", "points"}
        A faded count weighs each thing by the share of its window that is left: 1 when it is new, 0 at the far end.
    meaning : str
        What it counts, in which window, and when it is absent.
    group : Group
        The one thing that a person would count it to.
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
    group: Group
    direction: Direction
    words: Words
    source: Source

    @property
    def zero_is_nothing(self) -> bool:
        """Whether 0 says nothing: of a flag and of a count, faded or not; not of a time or of points."""
        return self.unit in {"flag", "count", "faded"}

    @property
    def bbic(self) -> BBIC:
        """The area of *Barns behov i centrum* that it belongs to."""
        return self.group.bbic

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
            "group": self.group.value,
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
        group: Group,
        direction: Direction,
        words: Words,
        source: Source,
        meaning: str,
    ) -> None:
        """Add a feature; see `Feature`."""
        self.put(Feature(name, *label, unit, meaning, group, direction, words, source))

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
