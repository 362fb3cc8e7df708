"""Here we compare every group with a named reference: difference and ratio, with intervals that all hold together.

Beside every gap stands how large the largest gap of its attribute becomes by chance alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats, Ints
from triage.audit.beside import Beside, beside
from triage.audit.estimable import Why
from triage.audit.intervals import ONE_ALONE
from triage.audit.rates import Rates, errors
from triage.audit.results import reason
from triage.audit.together import DRAWS, Chance, chance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Gap:
    """How a group differs from the reference in one figure.

    Attributes
    ----------
    attribute, label, reference, figure : str
    difference, low, high : float or None
        Group minus reference; the intervals of all gaps of an audit hold together in 95 audits of 100.
    ratio, ratio_low, ratio_high : float or None
        Group over reference; None for figures that can be negative, and where one of them is 0.
    chance, chance_seldom : float or None
        How large the largest gap of this attribute in this figure is when no group differs: on average, and once in
        twenty audits or less.
    n, n_reference : float or None
        Reports in the denominators; None where suppressed.
    why : Why or None
        Why there is no gap to show.
    """

    attribute: str
    label: str
    reference: str
    figure: str
    difference: float | None
    low: float | None
    high: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    chance: float | None
    chance_seldom: float | None
    n: float | None
    n_reference: float | None
    why: Why | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data, the reason with its sentence."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__} | {"why": reason(self.why)}


@dataclass(frozen=True, eq=False)
class Gaps:
    """Every gap of an audit.

    Attributes
    ----------
    reach : float
        Standard errors that the intervals reach, so that all hold together.
    gaps : tuple of Gap
    """

    reach: float
    gaps: tuple[Gap, ...]


def gaps_frame(found: Sequence[Gap]) -> pd.DataFrame:
    """Give one row per gap; missing where there is none, with the reason's code beside it."""
    import pandas as pd

    rows = [gap.to_dict() | {"why": gap.why and gap.why.value} for gap in found]
    return pd.DataFrame(rows, columns=list(Gap.__dataclass_fields__))


def gaps(by_attribute: Sequence[Rates], *, draws: int = DRAWS, seed: int = 0) -> Gaps:
    """Compare every group of every attribute with its reference.

    Parameters
    ----------
    by_attribute : sequence of Rates
        As `Measured.by_attribute`.
    draws, seed : int
        Random flips of the blocks.
    """
    besides = [beside(found) for found in by_attribute]
    drawn = [each.shown & (each.error > 0) for each in besides]
    moves = [each.moves[:, keep] for each, keep in zip(besides, drawn, strict=True)]
    ends = np.cumsum([0, *(each.shown.shape[1] for each in besides)]).tolist()
    family = [start + np.nonzero(keep)[1] for start, keep in zip(ends[:-1], drawn, strict=True)]
    strayed = _chance(moves, family, ends[-1], draws, seed)
    return Gaps(
        strayed.reach,
        tuple(gap for each, start in zip(besides, ends[:-1], strict=True) for gap in _of(each, strayed, start)),
    )


def _chance(moves: Sequence[Floats], family: Sequence[Ints], families: int, draws: int, seed: int) -> Chance:
    """Draw all gaps at once; with none to draw, an interval reaches as far as one alone."""
    if not sum(each.shape[1] for each in moves):
        return Chance(ONE_ALONE, np.zeros(families), np.zeros(families))
    together = np.concatenate(moves, axis=1)
    return chance(together, errors(together), np.concatenate(family), families, draws=draws, seed=seed)


def _of(each: Beside, strayed: Chance, start: int) -> Iterator[Gap]:
    """Give the gaps of one attribute."""
    found, names = each.found, each.found.tally.attribute
    measures = each.measures(strayed.reach)
    for group, label in enumerate(names.labels):
        for place, figure in enumerate(found.figures):
            if group == each.reference:
                continue
            why = found.why[group][place] or (Why.REFERENCE if found.why[each.reference][place] else None)
            numbers = {name: _number(values[group, place], why) for name, values in measures.items()}
            yield Gap(
                attribute=names.name,
                label=label,
                reference=names.reference,
                figure=figure.code,
                **numbers,
                chance=_number(strayed.expected[start + place], why),
                chance_seldom=_number(strayed.seldom[start + place], why),
                n=float(found.rows[group, place]),
                n_reference=float(found.rows[each.reference, place]),
                why=why,
            )


def _number(value: float, why: Why | None) -> float | None:
    """Give a plain number, or None where there is none."""
    return None if why is not None or np.isnan(value) else float(value)
