"""Here we say what a column holds as a board member would: yes or no, so many days ago, in points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from features.arrays import Floats
from features.codes import Code
from features.registry import Fading, Feature
from training.weak_slices.words import fill
from triage.words import Text

AS_IT_IS = Text("{range}", "{range}")
UNKNOWN = Text("okänt", "unknown")
YES_NO = {1.0: Text("ja", "yes"), 0.0: Text("nej", "no")}

_AGO = Text("{since} för {{range}} dagar sedan", "{since} {{range}} days ago")
_ADDED = Text(
    "sammanlagt {{range}}, där en ny räknas som 1 och en som är {days} dagar gammal som 0",
    "{{range}} in all, where a new one counts as 1 and one that is {days} days old as 0",
)
_UNITS = {
    "days": Text("{range} dagar", "{range} days"),
    "months": Text("{range} månader", "{range} months"),
    "points": Text("{range} poäng", "{range} points"),
}


@dataclass(frozen=True)
class Scale:
    """How a column is read, cut and said.

    Attributes
    ----------
    frame : Text
        Around a number or a range, which stands at ``{range}``.
    named : mapping of float to Text
        Numbers that have words of their own, each a condition by itself.
    nothing : Text or None
        What 0 is called, if that is a condition by itself; it needs no label before it.
    codes : mapping of str to Text
        What codes are called; one that is not here is said as it is.
    unknown : Text
        What it is called when nothing is known.
    decimals : int or None
        Of a number at which the column is cut; None: it is cut at a number that occurs.
    fades_over : int or None
        Days; the column holds the share of them that is left since something happened, and is read as days gone by.
    """

    frame: Text = AS_IT_IS
    named: Mapping[float, Text] = field(default_factory=dict)
    nothing: Text | None = None
    codes: Mapping[str, Text] = field(default_factory=dict)
    unknown: Text = UNKNOWN
    decimals: int | None = None
    fades_over: int | None = None

    def read(self, values: Floats) -> Floats:
        """Read values as what is said of them, shape (n,)."""
        return values if self.fades_over is None else np.maximum(0.0, (1 - values) * self.fades_over).round(6)


PLAIN = Scale()


def of_codes(codes: type[Code]) -> Scale:
    """Say a column of codes by their labels."""
    return Scale(codes={code.value: Text(code.sv, code.en) for code in codes})


def of_feature(feature: Feature) -> Scale:
    """Say a feature as its reasons do."""
    unknown = Text(*feature.words.absent)
    if feature.unit == "flag":
        return Scale(named=YES_NO, unknown=unknown)
    if feature.words.fades is not None:
        return _fading(feature.words.fades, Text(*feature.words.none), unknown)
    whole = {"days": 0, "months": 0}.get(feature.unit)
    return Scale(_UNITS.get(feature.unit, AS_IT_IS), unknown=unknown, decimals=whole)


def _fading(fades: Fading, none: Text, unknown: Text) -> Scale:
    """Say what fades: that there is none; else how much there is in all, or how many days ago the latest was."""
    if fades.each:
        frame = fill(_ADDED, days=Text(str(fades.days), str(fades.days)))
        return Scale(frame, nothing=none, unknown=unknown, decimals=2)
    return Scale(fill(_AGO, since=Text(*fades.since)), nothing=none, unknown=unknown, decimals=0, fades_over=fades.days)
