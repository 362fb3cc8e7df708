"""Here we place every report in time, and let one report be about several siblings."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from training.synthetic.activity import ChildYears
from training.synthetic.arrays import Bools, Floats, Ints, within
from training.synthetic.clock import calendar, days_since_epoch, volume
from training.synthetic.population import Children
from training.synthetic.settings import DAYS_PER_YEAR, Settings

SHARED_SLOT = 0.92
"""Chance that a child's report in a year with reported siblings is about them too (X, tuned)."""

BURST = 0.20
"""Chance that a report falls near the household's other reports of the year."""

BURST_SCALE = 0.12
"""Mean distance of such reports, in years."""

SLOTS = 64


@dataclass(frozen=True)
class Rows:
    """Rows of the reports table; arrays have one entry per (report, child).

    Attributes
    ----------
    key : Ints
        Number of the report.
    child : Ints
    day : Ints
        Day of arrival in Stockholm, since 1970.
    need : Floats
        Latent need behind this report, about standard normal, before what the report itself says.
    high_frequency : Bools
    extra : Bools
        Whether the report exists only because of the planted law change.
    """

    key: Ints
    child: Ints
    day: Ints
    need: Floats
    high_frequency: Bools
    extra: Bools

    def take(self, keep: Ints | Bools) -> Rows:
        """Keep some rows, and number their reports anew without gaps."""
        key = np.unique(self.key[keep], return_inverse=True)[1].astype(np.int64)
        parts = {each.name: getattr(self, each.name)[keep] for each in fields(self) if each.name != "key"}
        return Rows(key=key, **parts)


def rows(years: ChildYears, kids: Children, law_after: Floats, settings: Settings, rng: np.random.Generator) -> Rows:
    """Turn yearly counts into dated reports of children who are 0 to 17 that day."""
    who = np.repeat(np.arange(len(years.child)), years.count)
    key, first = _keys(years, who, rng)
    day = _days(years, who[first], law_after, settings, rng)[key]
    child = years.child[who]
    need = 0.9 * years.need[who] + 0.44 * rng.standard_normal(len(who))
    made = Rows(key, child, day, need, years.high_frequency[who], years.extra[who])
    age = (day - kids.birth_day[child]) / DAYS_PER_YEAR
    return made.take((age >= 0) & (age < 18) & (day < days_since_epoch(settings.end)))


def trim(made: Rows, kids: Children, settings: Settings, rng: np.random.Generator) -> Rows:
    """Leave out whole households, drawn at random, until the wanted number of rows is met."""
    household = kids.household[made.child]
    place = rng.permutation(int(household.max()) + 1)
    size = np.bincount(place[household], weights=~made.extra)
    last = np.searchsorted(np.cumsum(size), settings.reports)
    return made.take(place[household] <= last)


def _keys(years: ChildYears, who: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Give every row the number of its report, the same for siblings who share one, and every report its first row."""
    slot = within(years.count)
    shared = rng.random(len(who)) < SHARED_SLOT
    alone = len(years.child) * SLOTS + np.arange(len(who))
    mark = np.where(shared, years.home_year[who] * SLOTS + slot, alone)
    _, first, key = np.unique(mark, return_index=True, return_inverse=True)
    return key.astype(np.int64), first.astype(np.int64)


def _days(years: ChildYears, who: Ints, law_after: Floats, settings: Settings, rng: np.random.Generator) -> Ints:
    """Draw the day of each report; places in the year follow the volume of each day, so seasons hold."""
    anchor = rng.random(int(years.home_year.max()) + 1)[years.home_year[who]]
    near = (anchor + rng.exponential(BURST_SCALE, len(who))) % 1.0
    place = np.where(rng.random(len(who)) < BURST, near, rng.random(len(who)))
    year = years.year[who]
    place = np.where(years.extra[who], 1 - law_after[year] * (1 - place), place)
    cumulative = np.cumsum(volume(calendar(settings)))
    edges = np.concatenate([[0.0], cumulative])[_year_starts(len(law_after), len(cumulative))]
    target = edges[year] + place * (edges[year + 1] - edges[year])
    passed = np.minimum(np.searchsorted(cumulative, target), len(cumulative) - 1)
    return np.asarray(days_since_epoch(settings.start) + passed, dtype=np.int64)


def _year_starts(years: int, days: int) -> Ints:
    """Give the first day of each year of the study, and the day after the last."""
    return np.minimum(np.round(np.arange(years + 1) * DAYS_PER_YEAR).astype(np.int64), days)


def share_after(day: int, settings: Settings) -> Floats:
    """Say which share of each year's volume arrives on or after ``day`` (since 1970) and before the data end."""
    years = int(np.ceil(settings.years))
    daily = volume(calendar(settings))
    starts = _year_starts(years, len(daily))
    late = np.arange(len(daily)) >= day - days_since_epoch(settings.start)
    total = np.add.reduceat(daily, starts[:-1])
    return np.asarray(np.add.reduceat(daily * late, starts[:-1]) / total, dtype=np.float64)
