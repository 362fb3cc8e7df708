"""Here we make households and children, with a latent need that nobody in the municipality can see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthetic.arrays import Bools, Floats, Ints, draw, sigmoid, within
from training.synthetic.clock import days_since_epoch
from training.synthetic.settings import DAYS_PER_YEAR, Settings

UNITS = 6
UNIT_LEVELS = (1.3, 1.15, 1.0, 0.95, 0.85, 0.75)
SIBLINGS = (0.33, 0.40, 0.19, 0.08)
ROWS_PER_HOUSEHOLD_YEAR = 0.27
"""Report rows that one household of the pool gives in a year, on average (measured)."""


@dataclass(frozen=True)
class Households:
    """Households that may come to be reported; arrays have one entry per household.

    Attributes
    ----------
    unit : Ints
        District, 0 to 5.
    size : Ints
        Number of children.
    need : Floats
        The household's part of the latent need, standard normal.
    propensity : Floats
        Chance of being reported in a usual year.
    """

    unit: Ints
    size: Ints
    need: Floats
    propensity: Floats


@dataclass(frozen=True)
class Children:
    """Children of the households; arrays have one entry per child, ordered by household.

    Attributes
    ----------
    household : Ints
    birth_day : Ints
        Days since 1970; some are born during the study, some turn 18.
    boy : Bools
    need : Floats
        The child's own part of the latent need, standard normal.
    """

    household: Ints
    birth_day: Ints
    boy: Bools
    need: Floats


def households(settings: Settings, rng: np.random.Generator) -> Households:
    """Make a pool large enough for the wanted number of reports, with some to spare."""
    spare = 1.12 + 6 / np.sqrt(settings.reports)
    count = int(np.ceil(spare * settings.reports / (settings.years * ROWS_PER_HOUSEHOLD_YEAR))) + 5
    need = rng.standard_normal(count)
    propensity = sigmoid(-2.40 + 0.75 * (0.45 * need + 0.89 * rng.standard_normal(count)))
    return Households(draw(UNIT_LEVELS, count, rng), draw(SIBLINGS, count, rng) + 1, need, propensity)


def children(homes: Households, settings: Settings, rng: np.random.Generator) -> Children:
    """Make the children of each household, siblings one and a half to five years apart."""
    household = np.repeat(np.arange(len(homes.size)), homes.size)
    order = within(homes.size)
    youngest = rng.uniform(-settings.years, 16.5, len(homes.size))
    gaps = rng.uniform(1.5, 5.0, len(household)) * (order > 0)
    total = np.cumsum(gaps)
    first = np.repeat(np.cumsum(homes.size) - homes.size, homes.size)
    age = youngest[household] + total - total[first]
    birth_day = days_since_epoch(settings.start) - np.round(age * DAYS_PER_YEAR).astype(np.int64)
    boy = rng.random(len(household)) < settings.margins.boys
    return Children(household, birth_day, boy, rng.standard_normal(len(household)))
