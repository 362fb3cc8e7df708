"""Here we hold the bar that a candidate must clear: set, hashed and kept before anything is measured.

>>> bar = Bar(probes=("monotone",))
>>> [shortfall.figure for shortfall in bar.judge({"auc": 0.61, "gain": 0.02, "calibration_slope": 1.0})]
['auc', 'precision_lift', 'probe_monotone']
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from training.declared import STRICT, plain_of
from training.words import Words
from triage.words import Text

if TYPE_CHECKING:
    from training.probes import ProbeReport

PROBES = (
    "age_swing",
    "infants_first",
    "unknown_age",
    "ordering",
    "content_first",
    "nothing_known",
    "absent_history",
    "history_adds",
    "month_of_age",
    "day_of_history",
    "order_of_items",
    "unknown_and_no",
    "same_child",
    "merged_files",
    "repeated_reports",
    "monotone",
)
"""The codes of the probes, as `training.probes` gives them."""

_DECIMALS = 3


def _known_probes(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse codes that no probe has: nothing could ever pass them."""
    unknown = [code for code in codes if code not in PROBES]
    if unknown:
        msg = f"no probe is called {', '.join(unknown)}. Allowed: {', '.join(PROBES)}."
        raise ValueError(msg)
    return codes


@dataclass(frozen=True)
class Shortfall:
    """A figure that does not clear the bar.

    Attributes
    ----------
    figure : str
    found : float or None
        None when it could not be told, which is no pass.
    text : Text
        What was found and what is asked.
    """

    figure: str
    found: float | None
    text: Text

    def to_dict(self) -> dict[str, Any]:
        """Give the shortfall as plain data."""
        return {"figure": self.figure, "found": self.found, **self.text.to_dict()}


@dataclass(frozen=True, config=STRICT)
class Bar:
    """What a candidate must reach.

    Attributes
    ----------
    auc_at_least : float
    gain_at_least : float
        AUC above the best of the simple models beside it.
    slope_between : (float, float)
        Of the calibration; both ends are allowed.
    precision_lift_at_least : float
        Share with the outcome among the reports that the unit can read first, of all that came in, divided by the share
        among all that came in. Among the investigated alone the base rate may be one half, and then nothing lifts more
        than twice (see `training.validation.in_queue`).
    probes : tuple of str
        Codes of `PROBES` that must pass.
    """

    auc_at_least: Annotated[float, Field(ge=0.5, lt=1)] = 0.65
    gain_at_least: Annotated[float, Field(ge=0, lt=0.5)] = 0.01
    slope_between: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] = (0.8, 1.2)
    precision_lift_at_least: Annotated[float, Field(ge=1)] = 1.75
    probes: Annotated[tuple[str, ...], AfterValidator(_known_probes)] = PROBES

    def __post_init__(self) -> None:
        """Refuse a slope that nothing can have."""
        low, high = self.slope_between
        if low >= high:
            msg = f"slope_between is {low:g} to {high:g}. Write the lower end first."
            raise ValueError(msg)

    def to_dict(self) -> dict[str, Any]:
        """Give the bar as plain data."""
        return plain_of(self)

    def digest(self) -> str:
        """Give the SHA-256 of the bar as canonical JSON: keys sorted, no spaces."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def judge(self, figures: Mapping[str, float]) -> tuple[Shortfall, ...]:
        """Say what falls short; a figure that is missing or NaN does.

        Parameters
        ----------
        figures : mapping of str to float
            ``auc``, ``gain``, ``calibration_slope``, ``queue_precision`` and ``queue_base_rate``, and for each probe
            ``probe_<code>``, 1 when it passed (see `probe_figures`).
        """
        wanted = {
            "auc": (figures.get("auc"), self.auc_at_least, math.inf),
            "gain": (figures.get("gain"), self.gain_at_least, math.inf),
            "calibration_slope": (figures.get("calibration_slope"), *self.slope_between),
            "precision_lift": (_lift(figures), self.precision_lift_at_least, math.inf),
        } | {f"probe_{code}": (figures.get(f"probe_{code}"), 1.0, math.inf) for code in self.probes}
        judged = [_shortfall(figure, *one) for figure, one in wanted.items()]
        return tuple(one for one in judged if one is not None)


def probe_figures(report: ProbeReport) -> dict[str, float]:
    """Give the verdict of every probe as a figure: 1 passed, 0 failed; one that cannot tell is left out."""
    told = [result for result in report.results if result.verdict != "cannot_tell"]
    return {f"probe_{result.code}": float(result.verdict == "passed") for result in told}


def _lift(figures: Mapping[str, float]) -> float | None:
    """Give precision over the base rate, both of all reports that came in; None without a denominator."""
    precision, base = figures.get("queue_precision"), figures.get("queue_base_rate")
    return precision / base if precision is not None and base else None


def _shortfall(figure: str, found: float | None, low: float, high: float) -> Shortfall | None:
    """Say that a figure lies outside what is allowed, or could not be told; None when it clears."""
    told = None if found is None or math.isnan(found) else float(found)
    if told is not None and low <= told <= high:
        return None
    return Shortfall(figure, told, Text(_say("sv", figure, told, low, high), _say("en", figure, told, low, high)))


def _say(language: str, figure: str, found: float | None, low: float, high: float) -> str:
    """Say what was found and what is asked."""
    words = Words(language, {})
    code = figure.removeprefix("probe_")
    name = (_NAMES[code] if code in _NAMES else Text(f"Provet {code}", f"The probe {code}")).say(language)
    if found is None:
        return _NOT_TOLD.say(language).format(name=name)
    if code not in _NAMES:
        return _FAILED.say(language).format(name=name)
    asked = (_AT_LEAST if math.isinf(high) else _BETWEEN).say(language)
    ends = {"low": words.number(low, _DECIMALS), "high": "" if math.isinf(high) else words.number(high, _DECIMALS)}
    return asked.format(name=name, found=words.number(found, _DECIMALS), **ends)


_NAMES = {
    "auc": Text("AUC", "The AUC"),
    "gain": Text("Vinsten i AUC mot den enkla modellen bredvid", "The gain in AUC over the simple model beside it"),
    "calibration_slope": Text("Kalibreringens lutning", "The calibration slope"),
    "precision_lift": Text(
        "Andelen rätt bland dem som hinner läsas först, delad med andelen bland alla,",
        "Precision among those that can be read first, divided by the base rate,",
    ),
}
_AT_LEAST = Text("{name} är {found}; kravet är minst {low}.", "{name} is {found}; the bar asks for at least {low}.")
_BETWEEN = Text(
    "{name} är {found}; kravet är {low} till {high}.", "{name} is {found}; the bar asks for {low} to {high}."
)
_FAILED = Text("{name} klarades inte; kravet är att det klaras.", "{name} did not pass; the bar asks that it does.")
_NOT_TOLD = Text("{name} gick inte att avgöra, och det är inte godkänt.", "{name} could not be told, which is no pass.")
