"""Here people decide: they open, add to what is ongoing, or leave it; they investigate, and sometimes err."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.event_codes import InvestigationOutcome, Screening
from training.synthetic.arrays import Bools, Floats, Ints, log_odds, normal_quantile, sigmoid
from training.synthetic.clock import DAY, MINUTE, NEVER, later
from training.synthetic.margins import Margins
from training.synthetic.need import confirmed, need_probability

SCREENINGS, OUTCOMES = tuple(Screening), tuple(InvestigationOutcome)
OPEN, NOT_OPEN, ADDED, TRANSFERRED = (
    SCREENINGS.index(code)
    for code in (Screening.OPEN, Screening.NOT_OPEN, Screening.ADDED_TO_ONGOING, Screening.TRANSFERRED)
)
NO_SUPPORT, SUPPORTED, REFERRED, DECLINED, DISCONTINUED = (
    OUTCOMES.index(code)
    for code in (
        InvestigationOutcome.NO_SUPPORT,
        InvestigationOutcome.SUPPORT_DECIDED,
        InvestigationOutcome.REFERRED,
        InvestigationOutcome.DECLINED,
        InvestigationOutcome.DISCONTINUED,
    )
)
REFERRED_GIVEN_NO_SUPPORT = 0.14
ROUNDS = 7


@dataclass(frozen=True)
class Incoming:
    """What the people who decide are met with; one entry per row, ordered by child and time.

    Attributes
    ----------
    child, at, earlier : Ints
        Who, when, and how many reports came before about the same child.
    severity : Floats
    leaning : Floats
        Log odds of opening, up to a constant, as the screener sees it.
    mandated : Bools
        Whether the law wants an investigation.
    acute : Bools
    bias : Floats
        Planted shift, in log odds, of a positive label.
    """

    child: Ints
    at: Ints
    earlier: Ints
    severity: Floats
    leaning: Floats
    mandated: Bools
    acute: Bools
    bias: Floats


@dataclass(frozen=True)
class Chances:
    """Draws made once for every row, so that tuning the constants does not change who is lucky."""

    opening: Floats
    transfer: Floats
    need: Floats
    label: Floats
    outcome: Floats
    discontinued: Floats
    decided: Ints
    closed: Ints


@dataclass(frozen=True)
class Decisions:
    """What was decided, one entry per row.

    Attributes
    ----------
    screening : Ints
        Position in ``Screening``.
    decided : Ints
        When, in microseconds of UTC.
    case : Ints
        The row that opened the case this row belongs to, or -1.
    closed : Ints
        When the case of a row that opened one is closed; ``NEVER`` for the others.
    outcome : Ints
        Position in ``InvestigationOutcome`` for a row that opened a case, else -1.
    positive : Bools
        Whether the investigation confirmed need.
    need : Bools
        Whether need is really there.
    label_probability, opening_probability : Floats
    """

    screening: Ints
    decided: Ints
    case: Ints
    closed: Ints
    outcome: Ints
    positive: Bools
    need: Bools
    label_probability: Floats
    opening_probability: Floats


def chances(come: Incoming, margins: Margins, rng: np.random.Generator) -> Chances:
    """Make every draw that deciding needs."""
    size = len(come.at)
    u = rng.random((6, size))
    width = np.log(14 / margins.screening_median_days) / normal_quantile(1 - margins.screening_over_14_days)
    days = margins.screening_median_days * np.exp(width * rng.standard_normal(size))
    days = np.where(come.acute, rng.uniform(0.05, 2.0, size), days * 1.02)
    decided = later(come.at, days)
    middle, spread = _investigation_days(margins)
    closed = later(decided, middle * np.exp(spread * rng.standard_normal(size)))
    return Chances(u[0], u[1], u[2], u[3], u[4], u[5], decided, closed)


def _investigation_days(margins: Margins) -> tuple[float, float]:
    """Find the log-normal length of investigations: four months and 180 days from the report are exceeded as wanted."""
    slow = normal_quantile(1 - margins.investigation_over_4_months)
    late = normal_quantile(1 - margins.investigation_over_180_days)
    spread = np.log((180 - margins.screening_median_days - 1) / 122) / (late - slow)
    return float(122 * np.exp(-slow * spread)), float(spread)


def tune(come: Incoming, luck: Chances, margins: Margins, base: Bools) -> tuple[float, float]:
    """Find how readily screeners open and where need sets in, so that the rows in ``base`` meet the margins.

    Parameters
    ----------
    come : Incoming
        What people would be met with if no fault were planted.
    luck : Chances
    margins : Margins
    base : Bools
        Rows on which to tune.

    Returns
    -------
    tuple of float
        Constant of the screeners' leaning, and the severity at which need is as likely as not.
    """
    mild, centre = 0.0, 0.0
    wanted = margins.support_given_investigation / (1 - margins.discontinued) / (1 - margins.declined_given_offer)
    for _ in range(ROUNDS):
        made = decide(come, luck, margins, (mild, centre))
        opened = (made.screening == OPEN) & base
        if not opened.any() or opened.sum() == base.sum():
            break
        centre += 0.55 * (log_odds(float(made.label_probability[opened].mean())) - log_odds(wanted))
        mild += 1.3 * (log_odds(margins.opened) - log_odds(opened.sum() / base.sum()))
    return mild, centre


def decide(come: Incoming, luck: Chances, margins: Margins, constants: tuple[float, float]) -> Decisions:
    """Decide on every row: screen it, and investigate what is opened; ``constants`` come from ``tune``."""
    mild, centre = constants
    truly = need_probability(come.severity, centre)
    need = luck.need < truly
    sensitivity, false_positive = confirmed(come.bias)
    label = truly * sensitivity + (1 - truly) * false_positive
    chance = np.where(come.mandated, 1 - margins.mandated_missed, sigmoid(come.leaning + mild))
    screening, case = _screen(come, luck, margins, chance)
    own = np.where(case >= 0, case, np.arange(len(case)))
    added = screening == ADDED
    positive = luck.label < np.where(need, sensitivity, false_positive)
    opened = screening == OPEN
    soon = np.minimum(luck.decided, come.at + 3 * DAY)
    return Decisions(
        screening,
        np.where(added, np.maximum(soon, luck.decided[own] + 15 * MINUTE), luck.decided),
        case,
        np.where(opened, luck.closed, NEVER),
        np.where(opened, _outcome(positive, luck, margins), -1),
        positive[own],
        need[own],
        label[own],
        np.where(added, 1.0, chance * (1 - margins.transferred)),
    )


def _screen(come: Incoming, luck: Chances, margins: Margins, chance: Floats) -> tuple[Ints, Ints]:
    """Screen every report: what comes during an investigation is added to it."""
    until = np.full(int(come.child.max()) + 1, -1, dtype=np.int64)
    running = np.full(len(until), -1, dtype=np.int64)
    screening = np.full(len(come.at), NOT_OPEN, dtype=np.int64)
    case = np.full(len(come.at), -1, dtype=np.int64)
    order = np.argsort(come.earlier, kind="stable")
    for group in np.split(order, np.cumsum(np.bincount(come.earlier))[:-1]):
        child = come.child[group]
        ongoing = come.at[group] < until[child]
        away = ~ongoing & (luck.transfer[group] < margins.transferred)
        opens = ~ongoing & ~away & (luck.opening[group] < chance[group])
        screening[group] = np.select([ongoing, away, opens], [ADDED, TRANSFERRED, OPEN], NOT_OPEN)
        case[group] = np.select([ongoing, opens], [running[child], group], -1)
        until[child[opens]], running[child[opens]] = luck.closed[group[opens]], group[opens]
    return screening, case


def _outcome(positive: Bools, luck: Chances, margins: Margins) -> Ints:
    """Write how an investigation ended."""
    yes = np.where(luck.outcome < margins.declined_given_offer, DECLINED, SUPPORTED)
    no = np.where(luck.outcome < REFERRED_GIVEN_NO_SUPPORT, REFERRED, NO_SUPPORT)
    ended = np.where(positive, yes, no)
    return np.where(luck.discontinued < margins.discontinued, DISCONTINUED, ended).astype(np.int64)
