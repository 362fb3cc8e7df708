"""Here we fill the register: who lives here, which reports about them arrive, and what those say."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from training.synthetic import activity, arrivals, concerns, facts, groups, plants, population, reporters
from training.synthetic.arrays import Floats, Ints, Streams
from training.synthetic.clock import days_since_epoch, instant
from training.synthetic.settings import DAYS_PER_YEAR, UNDER_REPORTED_GROUP, Settings, law_change_on


@dataclass(frozen=True)
class People:
    """The people of the municipality."""

    homes: population.Households
    kids: population.Children
    traits: groups.Attributes


@dataclass(frozen=True)
class Filed:
    """Registered reports, one entry per row, ordered by child and time.

    Attributes
    ----------
    rows : arrivals.Rows
    at, reporter, domain, referral : Ints
    age : Floats
        In years.
    earlier : Ints
        How many reports about the same child came before.
    """

    rows: arrivals.Rows
    at: Ints
    reporter: Ints
    domain: Ints
    referral: Ints
    age: Floats
    earlier: Ints


def people(settings: Settings, rng: Streams) -> People:
    """Make households, children and the attributes that only the audit sees."""
    homes = population.households(settings, rng["households"])
    kids = population.children(homes, settings, rng["children"])
    return People(homes, kids, groups.attributes(homes, kids, rng["attributes"]))


def filed(town: People, settings: Settings, rng: Streams) -> Filed:
    """Make the reports that reach the register."""
    homes, kids = town.homes, town.kids
    household, year = activity.active_years(homes, settings, rng["activity"])
    after = arrivals.share_after(days_since_epoch(law_change_on()), settings)
    extra = np.zeros(len(year), dtype=np.bool_)
    if settings.plants.law_change:
        more = activity.extra_years(homes, year, after, rng["plants"])
        household, year = np.concatenate([household, more[0]]), np.concatenate([year, more[1]])
        extra = np.arange(len(year)) >= len(extra)
    years = activity.child_years(homes, kids, (household, year, extra), settings, rng["activity"])
    rows = arrivals.rows(years, kids, after, settings, rng["arrivals"])
    rows = arrivals.trim(rows, kids, settings, rng["arrivals"])
    come = reporters.arrivals(rows, kids, settings.margins, rng["reporters"])
    return _in_order(town, rows, come, settings, rng)


def _in_order(town: People, rows: arrivals.Rows, come: reporters.Arrivals, settings: Settings, rng: Streams) -> Filed:
    """Leave out what is never registered, number the reports by arrival and order the rows by child and time."""
    group = town.traits.member(*UNDER_REPORTED_GROUP)[rows.child]
    last = days_since_epoch(settings.end)
    kept = plants.registered(group, come.reporter[rows.key], rows.day, last, settings.plants, rng["plants"])
    kept &= come.received[rows.key] < instant(settings.end)
    arrival = np.empty(len(come.received), dtype=np.int64)
    arrival[np.argsort(come.received, kind="stable")] = np.arange(len(come.received))
    order = np.flatnonzero(kept)
    order = order[np.lexsort((arrival[rows.key[order]], rows.child[order]))]
    old = rows.key[order]
    rows = replace(rows, key=arrival[rows.key]).take(order)
    first = np.unique(rows.child, return_index=True)[1]
    earlier = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    age = (rows.day - town.kids.birth_day[rows.child]) / DAYS_PER_YEAR
    return Filed(rows, come.received[old], come.reporter[old], come.domain[old], come.referral[old], age, earlier)


def contents(town: People, file: Filed, settings: Settings, rng: Streams) -> tuple[concerns.Concerns, facts.Facts]:
    """Make what the reports say, before any planted under-reporting."""
    band = np.searchsorted([6.0, 13.0], file.age, side="right")
    cell = file.domain * 6 + band * 2 + town.kids.boy[file.rows.child]
    said = concerns.concerns(cell, file.rows.child, file.rows.need, settings.margins, rng["concerns"])
    incomplete = rng["forms"].random(int(file.rows.key.max()) + 1) < settings.margins.incomplete_form
    incomplete = incomplete[file.rows.key]
    return said, facts.facts(said, file.rows.need, file.age, incomplete, settings.margins, rng["facts"])
