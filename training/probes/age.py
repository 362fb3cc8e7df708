"""Here we sweep age (F23): the same report for a child of every month from birth to eighteen, and for one of unknown age.

A Danish model gave a child with no history 1 of 10 as a newborn and 8 of 10 at seventeen, on the same
report, and a neglected two-year-old 1 where a caseworker gave 9 [M9, M14]; an American one leaned
the other way. What age does is an artefact of label and population: it is looked at, never trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from training.probes.result import Compared, Floats, ProbeResult, Scorer, ask, judge, not_below, number, points, within
from training.probes.vignettes import Vignette, aged
from triage.words import Text

MONTHS = 216
"""Ages swept: every month from birth until the child turns eighteen."""

INFANT = 12
"""Months: a child in its first year."""

AGE_SWING = 0.10
"""How far age alone may move an estimate, in probability: of ten children who differ in nothing but
age, one more at most is held to need help. The choice is ours; the catalogue asks for a cap without a figure."""


@dataclass(frozen=True)
class AgeCurve:
    """What age alone does to the estimate of one vignette.

    Attributes
    ----------
    vignette : Vignette
    estimates : ndarray of float64, shape (216,)
        By age in whole months.
    unknown : float
        With the month of birth unknown.
    """

    vignette: Vignette
    estimates: Floats
    unknown: float

    def to_dict(self) -> dict[str, Any]:
        """Give the curve as plain data: at every birthday, and its ends."""
        return {
            "code": self.vignette.code,
            **self.vignette.text.to_dict(),
            "by_year": [number(estimate) for estimate in self.estimates[::12]],
            "lowest": number(self.estimates.min()),
            "highest": number(self.estimates.max()),
            "unknown": number(self.unknown),
        }


def curves(scorer: Scorer, vignettes: Sequence[Vignette]) -> tuple[AgeCurve, ...]:
    """Sweep the age of vignettes that could be about a child of any age."""
    ages = (*range(MONTHS), None)
    asked = ask(scorer, [vignette.at(months) for vignette in vignettes for months in ages])
    rows = asked.reshape(len(vignettes), len(ages))
    return tuple(AgeCurve(one, row[:-1], float(row[-1])) for one, row in zip(vignettes, rows, strict=True))


def age_swing(swept: Sequence[AgeCurve]) -> ProbeResult:
    """Ask how far age alone moves an estimate."""
    return judge(
        "age_swing",
        ("F23",),
        Text("Hur mycket åldern ensam flyttar uppskattningen", "How far age alone moves the estimate"),
        Text(
            f"samma anmälan får skilja {points(AGE_SWING).sv} mellan åldrar",
            f"the same report may differ by {points(AGE_SWING).en} between ages",
        ),
        [_extremes(curve) for curve in swept],
    )


def infants_first(swept: Sequence[AgeCurve]) -> ProbeResult:
    """Ask whether a child in its first year ever ranks below an older one on the same grave report."""
    return judge(
        "infants_first",
        ("F23",),
        Text("Spädbarn rankas inte under äldre barn", "Infants do not rank below older children"),
        Text(
            "samma anmälan om akut fara, våld eller omsorgssvikt får inte väga mindre under barnets första år",
            "the same report of acute danger, violence or neglect must not weigh less in a child's first year",
        ),
        [_infant(curve) for curve in swept if curve.vignette.grave],
    )


def unknown_age(swept: Sequence[AgeCurve]) -> ProbeResult:
    """Ask whether a child whose age nobody knows ranks below a child of every known age."""
    return judge(
        "unknown_age",
        ("F23", "F38"),
        Text("Okänd ålder sänker inte uppskattningen", "An unknown age does not bring the estimate down"),
        Text(
            "okänd ålder får inte ge mindre än den ålder som ger minst",
            "an unknown age must not give less than the age that gives least",
        ),
        [not_below(curve.vignette.text, curve.unknown, curve.estimates.min()) for curve in swept],
    )


def _extremes(curve: AgeCurve) -> Compared:
    """Compare the ages with the lowest and the highest estimate."""
    low, high = int(curve.estimates.argmin()), int(curve.estimates.argmax())
    return within(_ages(curve, low, high), curve.estimates[low], curve.estimates[high], AGE_SWING)


def _infant(curve: AgeCurve) -> Compared:
    """Compare the lowest estimate of the first year with the highest after it."""
    low, high = int(curve.estimates[:INFANT].argmin()), INFANT + int(curve.estimates[INFANT:].argmax())
    return not_below(_ages(curve, low, high), curve.estimates[low], curve.estimates[high])


def _ages(curve: AgeCurve, *months: int) -> Text:
    """Say a vignette and the ages compared."""
    said, ages = curve.vignette.text, [aged(age) for age in months]
    return Text(
        f"{said.sv}: {' och '.join(age.sv for age in ages)}", f"{said.en}: {' and '.join(age.en for age in ages)}"
    )
