"""Here we decide who reports and what the main concern is about, so that both fit each other and the margins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.codes import ConcernDomain, ReferralType, Reporter, ReporterGroup
from training.synthetic.arrays import Bools, Floats, Ints, choose, persistent, table
from training.synthetic.arrivals import Rows
from training.synthetic.clock import DAY, HOUR, holiday, to_utc
from training.synthetic.margins import Margins
from training.synthetic.population import Children
from training.synthetic.settings import DAYS_PER_YEAR, NEWLY_MANDATED

R, D = Reporter, ConcernDomain
REPORTERS = tuple(Reporter)
DOMAINS = tuple(ConcernDomain)
AROUND_THE_CLOCK = (R.POLICE, R.SECURITY_GUARD, R.ANONYMOUS, R.NEIGHBOUR, R.RELATIVE, R.PARENT, R.CHILD)
SAME_DOMAIN, SAME_REPORTER = 0.85, 0.5
"""Chances that a new report about a household is about the same, and from the same, as its others (X)."""

CLOSED_IN_HOLIDAYS = (R.SCHOOL, R.PRESCHOOL)

CONTENT: dict[Reporter, tuple[float, float, float, float]] = {
    R.POLICE: (0.28, 0.36, 0.26, 0.10),
    R.SCHOOL: (0.30, 0.44, 0.20, 0.06),
    R.PRESCHOOL: (0.60, 0.12, 0.22, 0.06),
    R.HEALTH_CARE: (0.47, 0.25, 0.20, 0.08),
    R.CHILD_PSYCHIATRY: (0.25, 0.52, 0.18, 0.05),
    R.DENTAL_CARE: (0.75, 0.10, 0.05, 0.10),
    R.ADULT_PSYCHIATRY: (0.82, 0.03, 0.10, 0.05),
    R.SOCIAL_SERVICES: (0.46, 0.20, 0.26, 0.08),
    R.SECURITY_GUARD: (0.10, 0.75, 0.08, 0.07),
    R.CIVIL_SOCIETY: (0.25, 0.25, 0.42, 0.08),
    R.PARENT: (0.34, 0.42, 0.18, 0.06),
    R.CHILD: (0.30, 0.25, 0.38, 0.07),
    R.PRISON_PROBATION: (0.72, 0.10, 0.12, 0.06),
}
"""Parent, child, violence, other: by reporter, after S104 (Norway 2001) and raked to the Swedish margins (X)."""
USUAL_CONTENT = (0.46, 0.26, 0.18, 0.10)

BY_AGE: dict[Reporter, tuple[float, float, float]] = {
    R.SCHOOL: (0.06, 1.3, 1.3),
    R.PRESCHOOL: (3.2, 0.03, 0.0),
    R.POLICE: (0.7, 0.8, 1.5),
    R.HEALTH_CARE: (1.5, 0.9, 0.8),
    R.CHILD_PSYCHIATRY: (0.2, 1.0, 1.7),
    R.SECURITY_GUARD: (0.1, 0.5, 2.4),
    R.CHILD: (0.0, 0.8, 1.9),
    R.DENTAL_CARE: (1.2, 1.2, 0.6),
}
"""How much more often each reporter is heard about children of 0-5, 6-12 and 13-17."""

DOMAIN_BY_AGE: dict[ConcernDomain, tuple[float, float, float]] = {
    D.CHILD: (0.25, 0.8, 1.9),
    D.PARENT: (1.5, 1.0, 0.6),
}


@dataclass(frozen=True)
class Arrivals:
    """What a report says about itself; arrays have one entry per report.

    Attributes
    ----------
    received : Ints
        Microseconds of UTC.
    reporter, domain, referral : Ints
        Positions in ``Reporter``, ``ConcernDomain`` and ``ReferralType``.
    """

    received: Ints
    reporter: Ints
    domain: Ints
    referral: Ints


def arrivals(made: Rows, kids: Children, margins: Margins, rng: np.random.Generator) -> Arrivals:
    """Draw reporter, main concern, time of day and type of referral for every report."""
    cell = _cells(made, kids)
    joint = _rake(np.bincount(cell, minlength=len(_START)).astype(np.float64), margins)
    first = np.unique(made.key, return_index=True)[1]
    cube = joint.reshape(-1, len(REPORTERS), len(DOMAINS))
    home = kids.household[made.child[first]]
    domain = choose(cube.sum(axis=1), cell[first], rng, persistent(home, SAME_DOMAIN, rng))
    given = cube.swapaxes(1, 2).reshape(-1, len(REPORTERS))
    which = cell[first] * len(DOMAINS) + domain
    reporter = choose(given, which, rng, persistent(home, SAME_REPORTER, rng))
    new = table(dict(zip(NEWLY_MANDATED, (0.5, 0.25, 0.25), strict=True)), REPORTERS)
    mandated = choose(new[None, :], np.zeros(len(first), dtype=np.int64), rng)
    reporter = np.where(made.extra[first], mandated, reporter)
    at = to_utc(made.day[first], _time_of_day(reporter, rng))
    return Arrivals(at, reporter, domain, _referral(reporter, margins, rng))


def _cells(made: Rows, kids: Children) -> Ints:
    """Sort rows into 18 cells: age band, kind of day, and whether siblings share the report."""
    age = (made.day - kids.birth_day[made.child]) / DAYS_PER_YEAR
    band = np.searchsorted([6.0, 13.0], age, side="right")
    days = pd.DatetimeIndex(made.day.astype("datetime64[D]"))
    weekend = np.asarray(days.day_of_week) >= 5
    kind = np.where(weekend, 2, holiday(days).astype(np.int64))
    several = np.bincount(made.key)[made.key] > 1
    cell = band * 6 + kind * 2 + several
    first = np.unique(made.key, return_index=True)[1]
    return np.asarray(cell[first][made.key], dtype=np.int64)


def _starting_weights() -> Floats:
    """Say how reporter, domain and cell go together before raking."""
    content = np.array([CONTENT.get(code, USUAL_CONTENT) for code in REPORTERS])
    out = np.empty((18, len(REPORTERS), len(DOMAINS)))
    for cell in range(18):
        band, kind, several = cell // 6, cell // 2 % 3, cell % 2
        who = np.array([BY_AGE.get(code, (1.0, 1.0, 1.0))[band] for code in REPORTERS])
        what = np.array([DOMAIN_BY_AGE.get(code, (1.0, 1.0, 1.0))[band] for code in DOMAINS])
        what[DOMAINS.index(D.CHILD)] *= 0.3 if several else 1.0
        out[cell] = content * (who * _opening(kind))[:, None] * what
    return out.reshape(18, -1)


def _opening(kind: int) -> Floats:
    """Say how often each reporter works on a term day, in the holidays and at weekends."""
    free = table(dict.fromkeys(CLOSED_IN_HOLIDAYS, 0.22), REPORTERS, 1.0)
    weekend = table(dict.fromkeys(AROUND_THE_CLOCK, 1.0), REPORTERS, 0.3)
    weekend[[REPORTERS.index(code) for code in CLOSED_IN_HOLIDAYS]] = 0.05
    return (np.ones(len(REPORTERS)), free, weekend)[kind]


_START = _starting_weights()


def _rake(cells: Floats, margins: Margins) -> Floats:
    """Fit the weights to the cells as they are and to the published reporter and domain shares."""
    cells = cells + 1e-6
    weights = _START + 1e-12
    who = table(margins.reporters, REPORTERS) * cells.sum()
    what = table(margins.domains, DOMAINS) * cells.sum()
    for _ in range(60):
        weights *= (cells / weights.sum(axis=1))[:, None]
        cube = weights.reshape(18, len(REPORTERS), len(DOMAINS))
        cube *= (who / np.maximum(cube.sum(axis=(0, 2)), 1e-12))[None, :, None]
        cube *= what / cube.sum(axis=(0, 1))
    return np.maximum(weights, 1e-12)


def _time_of_day(reporter: Ints, rng: np.random.Generator) -> Ints:
    """Draw the time of day: office hours for most, around the clock with an evening peak for some."""
    count = len(reporter)
    around = member(reporter, AROUND_THE_CLOCK) & (rng.random(count) < 0.8)
    desk = np.clip(rng.normal(12.3, 2.4, count), 7.0, 18.5)
    evening = np.where(rng.random(count) < 0.6, rng.normal(20.0, 3.0, count), rng.uniform(0, 24, count)) % 24
    hours = np.where(around, evening, desk)
    return np.asarray((hours * HOUR).astype(np.int64) // 1_000_000 * 1_000_000 % DAY, dtype=np.int64)


def member(reporter: Ints, codes: tuple[Reporter, ...]) -> Bools:
    """Tell which reporters are among ``codes``."""
    return np.isin(reporter, [REPORTERS.index(code) for code in codes])


def in_group(reporter: Ints, group: ReporterGroup) -> Bools:
    """Tell which reporters belong to a broad group."""
    return member(reporter, tuple(code for code in REPORTERS if code.group is group))


def _referral(reporter: Ints, margins: Margins, rng: np.random.Generator) -> Ints:
    """Draw how the matter came in: parents and children apply, authorities ask, the rest report."""
    family = margins.reporters[R.PARENT] + margins.reporters[R.CHILD]
    u = rng.random(len(reporter))
    types = tuple(ReferralType)
    applies = member(reporter, (R.PARENT, R.CHILD)) & (u < margins.application / family)
    authority = (R.SOCIAL_SERVICES, R.OTHER_MUNICIPALITY, R.PRISON_PROBATION, R.OTHER_AUTHORITY)
    asks = member(reporter, authority) & (u < 0.22)
    tells = member(reporter, (R.SOCIAL_SERVICES, R.CIVIL_SOCIETY, R.RELATIVE, R.OTHER_UNKNOWN)) & (u > 0.76)
    cases = [applies, asks, tells]
    picked = [types.index(kind) for kind in (ReferralType.APPLICATION, ReferralType.AUTHORITY, ReferralType.OTHER)]
    return np.select(cases, picked, types.index(ReferralType.REPORT)).astype(np.int64)
