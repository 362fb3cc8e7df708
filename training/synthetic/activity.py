"""Here we decide which children are reported in which year, and how often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.synthetic.arrays import Bools, Floats, Ints, ranks, solve, within
from training.synthetic.clock import days_since_epoch
from training.synthetic.margins import Margins
from training.synthetic.population import UNITS, Children, Households
from training.synthetic.settings import DAYS_PER_YEAR, Settings

SIBLING_JOINS = 0.65
"""Chance that a sibling of the right age is reported in the same year (X, tuned to ``Margins.shared_reports``)."""

BASE_MOST = 8
"""Most reports in a year of a child who is not high-frequency."""

LAW_CHANGE_VOLUME = 0.40


@dataclass(frozen=True)
class ChildYears:
    """Children reported in a year; arrays have one entry per child and year.

    Attributes
    ----------
    child, year : Ints
    home_year : Ints
        Number of the household's year, shared by siblings.
    need : Floats
        Latent need in that year, about standard normal.
    count : Ints
        Reports in that year.
    high_frequency : Bools
    extra : Bools
        Whether the year exists only because of the planted law change.
    """

    child: Ints
    year: Ints
    home_year: Ints
    need: Floats
    count: Ints
    high_frequency: Bools
    extra: Bools


def active_years(homes: Households, settings: Settings, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw the (household, year) pairs with a report: propensity, growth, and the unit's own year."""
    years = int(np.ceil(settings.years))
    spread = settings.margins.unit_year_spread
    factor = np.exp(rng.normal(0.0, spread, (UNITS, years)))
    factor *= (1 + settings.margins.yearly_growth) ** (np.arange(years) - (years - 1) / 2)
    chance = homes.propensity[:, None] * factor[homes.unit]
    household, year = np.nonzero(rng.random(chance.shape) < chance)
    return household.astype(np.int64), year.astype(np.int64)


def extra_years(homes: Households, year: Ints, after: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw the household years that the law change adds; ``after`` is the share of each year that follows it."""
    wanted = np.round(LAW_CHANGE_VOLUME * np.bincount(year, minlength=len(after)) * after).astype(np.int64)
    extra = np.repeat(np.arange(len(after)), wanted)
    return rng.integers(0, len(homes.unit), len(extra)), extra


def child_years(
    homes: Households, kids: Children, active: tuple[Ints, Ints, Bools], settings: Settings, rng: np.random.Generator
) -> ChildYears:
    """Choose the reported children of each household year, and how often each is reported."""
    household, year, extra = active
    child, home_year = _candidates(homes, household)
    chosen = _chosen(kids, child, home_year, year, settings, rng)
    child, home_year = child[chosen], home_year[chosen]
    need = 0.6 * homes.need[household[home_year]] + 0.6 * kids.need[child] + 0.53 * rng.standard_normal(len(child))
    shock = rng.standard_normal(len(household))
    place = ranks(0.40 * need + 0.65 * shock[home_year] + 0.65 * rng.standard_normal(len(child)))
    count, high = _counts(place, settings.margins, rng)
    return ChildYears(child, year[home_year], home_year, need, count, high, extra[home_year])


def _candidates(homes: Households, household: Ints) -> tuple[Ints, Ints]:
    """List every child of every active household year."""
    first = np.cumsum(homes.size) - homes.size
    sizes = homes.size[household]
    child = np.repeat(first[household], sizes) + within(sizes)
    return child, np.repeat(np.arange(len(household)), sizes)


def _chosen(
    kids: Children, child: Ints, home_year: Ints, year: Ints, settings: Settings, rng: np.random.Generator
) -> Bools:
    """Pick the child the year is about, and the siblings that come with it."""
    middle = days_since_epoch(settings.start) + (year[home_year] + 0.5) * DAYS_PER_YEAR
    age = (middle - kids.birth_day[child]) / DAYS_PER_YEAR
    weight = np.interp(age, [0, 2, 6, 12, 13, 17], [0.72, 0.82, 0.92, 1.0, 1.45, 1.5])
    eligible = (age > -0.2) & (age < 17.8)
    race = np.where(eligible, rng.exponential(size=len(child)) / weight, np.inf)
    best = np.full(len(year), np.inf)
    np.minimum.at(best, home_year, race)
    main = eligible & (race == best[home_year])
    return np.asarray(main | (eligible & (rng.random(len(child)) < SIBLING_JOINS * weight)), dtype=np.bool_)


def _counts(place: Floats, margins: Margins, rng: np.random.Generator) -> tuple[Ints, Bools]:
    """Turn places between 0 and 1 into yearly counts: a log-series, with a heavy tail on top."""
    high = place > 1 - margins.high_frequency_share
    usual = log_series(_theta(margins))
    count = 1 + np.searchsorted(np.cumsum(usual)[:-1], place / (1 - margins.high_frequency_share))
    low, most = margins.high_frequency_reports
    tail = low + rng.geometric(1 / (margins.high_frequency_mean - low + 1), len(place)) - 1
    return np.where(high, np.minimum(tail, most), count).astype(np.int64), high


def log_series(theta: float) -> Floats:
    """Give the chances of 1, 2, … reports in a year under a log-series cut at ``BASE_MOST``."""
    k = np.arange(1, BASE_MOST + 1)
    weights = theta**k / k
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _theta(margins: Margins) -> float:
    """Find the log-series whose mixture with the heavy tail has the published mean."""
    share, k = margins.high_frequency_share, np.arange(1, BASE_MOST + 1)
    target = (margins.reports_per_child_year - share * margins.high_frequency_mean) / (1 - share)
    return solve(lambda theta: float(k @ log_series(theta)), target, 0.01, 0.999)
