"""Here we measure every group of every attribute, and of pairwise crossings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.audit.attributes import Attribute
from triage.audit.columns import columns, flags
from triage.audit.estimable import why_nowhere
from triage.audit.figures import FIGURES
from triage.audit.inputs import Inputs
from triage.audit.intervals import ONE_ALONE, limits
from triage.audit.rates import Rates, rates
from triage.audit.results import Group, Rate, frame
from triage.audit.tally import deal, tally

if TYPE_CHECKING:
    import pandas as pd

EVERYONE = "everyone"


@dataclass(frozen=True, eq=False)
class Measured:
    """Figures of everyone and of every group, for work inside the unit: `triage.audit.audit` suppresses small groups.

    Attributes
    ----------
    whole : Rates
        Everyone, as one group.
    by_attribute : tuple of Rates
        Attributes first, then crossings.
    """

    whole: Rates
    by_attribute: tuple[Rates, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """Every group with its figures, everyone first."""
        return tuple(group for each in (self.whole, *self.by_attribute) for group in groups_of(each))

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {"groups": [group.to_dict() for group in self.groups]}

    def frame(self) -> pd.DataFrame:
        """Give one row per group and figure; missing where not estimable, with the reason's code beside it."""
        return frame(self.groups)


def measure(inputs: Inputs, capacity: float | None = None, *, crossings: bool = True, seed: int = 0) -> Measured:
    """Measure every group.

    Parameters
    ----------
    inputs : Inputs
    capacity : float, optional
        Share of reports that is taken first, by score; without it the flags say who is selected.
    crossings : bool
        Whether every two attributes are crossed as well.
    seed : int
        Of the dealing of households into blocks.

    Raises
    ------
    ValueError
        When the capacity is no share, or there are no scores to use it on.

    Examples
    --------
    >>> given = Inputs.of([1, 0] * 40, {"sex": ["girl", "boy"] * 40}, flagged=[1, 0, 0, 0] * 20)
    >>> for group in measure(given).groups:
    ...     rate = group.rates["true_positive_rate"]
    ...     print(group.label, rate.value, rate.why)
    everyone 0.5 None
    boy None no_positives
    girl 0.5 None
    """
    made = columns(inputs, flags(inputs, capacity))
    block = deal(inputs.household, seed)
    everyone = Attribute(EVERYONE, (EVERYONE,), np.zeros(len(inputs), dtype=np.int64), EVERYONE)
    whole = tally(everyone, made, block)
    figures = [figure for figure in FIGURES if figure.can_be_made(made)]
    nowhere = [why_nowhere(figure, inputs, whole) for figure in figures]

    def of(attribute: Attribute) -> Rates:
        return rates(tally(attribute, made, block), figures, nowhere, inputs)

    return Measured(
        rates(whole, figures, nowhere, inputs),
        tuple(of(attribute) for attribute in crossed(inputs.attributes, crossings=crossings)),
    )


def crossed(attributes: Sequence[Attribute], *, crossings: bool) -> list[Attribute]:
    """Give the attributes and, when wanted, every crossing of two."""
    pairs = combinations(attributes, 2) if crossings else ()
    return [*attributes, *(one.crossed(two) for one, two in pairs)]


def groups_of(found: Rates) -> tuple[Group, ...]:
    """Give the groups of one attribute with their figures."""
    low, high = limits(found, ONE_ALONE)
    counted = {name: found.tally.of(name) for name in ("rows", "known", "known_positive", "flagged")}

    def rate(group: int, place: int) -> Rate:
        why, n = found.why[group][place], float(found.rows[group, place])
        if why is not None:
            return Rate(None, None, None, n, why)
        value, least, most = (float(each[group, place]) for each in (found.value, low, high))
        return Rate(value, least, most, n, None)

    return tuple(
        Group(
            attribute=found.tally.attribute.name,
            label=label,
            n=round(counted["rows"][group]),
            positives=round(counted["known_positive"][group]),
            unknown=round(counted["rows"][group] - counted["known"][group]),
            selected=float(counted["flagged"][group]),
            rates={figure.code: rate(group, place) for place, figure in enumerate(found.figures)},
        )
        for group, label in enumerate(found.tally.attribute.labels)
    )
