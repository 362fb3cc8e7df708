"""Here we follow the help: offered, accepted or declined, started, ended; and placements and care orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.event_codes import CareOrder, EventKind, Support
from training.synthetic.arrays import Floats, Ints, choose, table
from training.synthetic.blocks import OFFSET, Block, block, code
from training.synthetic.clock import HOUR, MINUTE, NEVER, later, office
from training.synthetic.decisions import DECLINED, SUPPORTED, Decisions

K = EventKind
PLACEMENTS = (Support.FOSTER_HOME, Support.RESIDENTIAL_HOME, Support.SUPPORTED_HOUSING)
PLACED_WEIGHTS = ((0.90, 0.10, 0.0), (0.85, 0.15, 0.0), (0.50, 0.36, 0.14))
"""Foster home, residential home and supported housing at 0-5, 6-12 and 13-17 (S37: 72 % foster homes)."""

HELP: dict[Support, float] = {
    Support.STRUCTURED_PROGRAMME: 0.22,
    Support.PERSONAL_SUPPORT: 0.34,
    Support.CONTACT_PERSON: 0.12,
    Support.CONTACT_FAMILY: 0.13,
    Support.QUALIFIED_CONTACT_PERSON: 0.04,
    Support.ADVICE: 0.15,
}
"""Mix of help at home (X)."""

NEVER_STARTED = 0.06


@dataclass(frozen=True)
class Help:
    """Help that follows a case; arrays have one entry per row, ``NEVER`` where there is none.

    Attributes
    ----------
    kind : Ints
        Position in ``Support``.
    offered, answered, started, ended : Ints
    placed, returned : Ints
        A placement, and its end.
    immediate, ordered : Ints
        An immediate care order, and a care order.
    placement : Ints
        Position in ``Support``.
    """

    kind: Ints
    offered: Ints
    answered: Ints
    started: Ints
    ended: Ints
    placed: Ints
    returned: Ints
    immediate: Ints
    ordered: Ints
    placement: Ints


def give(made: Decisions, severity: Floats, age: Floats, rng: np.random.Generator) -> Help:
    """Draw the help that follows every confirmed need."""
    size = len(severity)
    agreed, refused = made.outcome == SUPPORTED, made.outcome == DECLINED
    closed = np.where(agreed | refused, made.closed, made.decided)
    length = closed - made.decided
    offered = office(made.decided + (rng.uniform(0.72, 0.92, size) * length).astype(np.int64), made.decided + HOUR)
    answered = np.minimum(later(offered, rng.exponential(4.0, size)), np.maximum(closed - MINUTE, offered + MINUTE))
    started = later(closed, rng.gamma(1.5, 12.0, size))
    begins = agreed & (rng.random(size) >= NEVER_STARTED)
    ended = later(started, 210 * np.exp(0.6 * rng.standard_normal(size)))
    placed, immediate, ordered = _placed(made, severity, closed, rng)
    band = np.searchsorted([6.0, 13.0], age, side="right")
    return Help(
        choose(table(HELP, tuple(Support))[None, :], np.zeros(size, dtype=np.int64), rng),
        np.where(agreed | refused, offered, NEVER),
        np.where(agreed | refused, answered, NEVER),
        np.where(begins, started, NEVER),
        np.where(begins, ended, NEVER),
        placed,
        np.where(placed < NEVER, later(np.where(placed < NEVER, placed, 0), rng.exponential(300.0, size) + 5), NEVER),
        immediate,
        ordered,
        choose(np.array(PLACED_WEIGHTS), band, rng) + tuple(Support).index(PLACEMENTS[0]),
    )


def _placed(made: Decisions, severity: Floats, closed: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Draw placements and care orders: for the most severe of those that end with support, a third of them early."""
    size = len(severity)
    chance = 0.075 * np.exp(0.7 * np.clip(severity - 1.0, -3, 3))
    chosen = (made.outcome == SUPPORTED) & (rng.random(size) < np.minimum(chance, 0.6))
    early = rng.random(size) < 0.35
    soon = later(made.decided, rng.exponential(8.0, size))
    placed = np.where(early, np.minimum(soon, closed), later(closed, rng.exponential(10.0, size)))
    by_law = chosen & (rng.random(size) < 0.32)
    immediate = by_law & early
    before = np.maximum(placed - 2 * HOUR, made.decided + 3 * MINUTE)
    ordered = np.where(immediate, later(placed, rng.uniform(25, 60, size)), before)
    return np.where(chosen, placed, NEVER), np.where(immediate, before, NEVER), np.where(by_law, ordered, NEVER)


def help_events(given: Help, made: Decisions) -> list[Block]:
    """Write the help down as events."""
    rows = np.arange(len(given.kind))
    refused = made.outcome == DECLINED
    kind, home = given.kind + OFFSET[Support], given.placement + OFFSET[Support]
    over = np.where(given.ended < NEVER, given.ended + 30 * MINUTE, NEVER)
    return [
        block(K.SUPPORT_OFFERED, rows, given.offered, rows, kind),
        block(K.SUPPORT_DECLINED, rows, np.where(refused, given.answered, NEVER), rows, kind),
        block(K.SUPPORT_ACCEPTED, rows, np.where(refused, NEVER, given.answered), rows, kind),
        block(K.SUPPORT_STARTED, rows, given.started, rows, kind),
        block(K.SUPPORT_ENDED, rows, given.ended, rows, kind),
        block(K.PLACEMENT_STARTED, rows, given.placed, rows, home),
        block(K.PLACEMENT_ENDED, rows, given.returned, rows, home),
        block(K.CARE_ORDER, rows, given.immediate, rows, code(CareOrder.IMMEDIATE)),
        block(K.CARE_ORDER, rows, given.ordered, rows, code(CareOrder.CARE)),
        block(K.CASE_CLOSED, rows, over, rows),
    ]
