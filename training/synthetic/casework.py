"""Here we write down what followed each report: assessment, screening, investigation, and what was done meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.event_codes import (
    ChildHeard,
    ContactWith,
    EventKind,
    InvestigationOutcome,
    NotHeardReason,
    NotOpenReason,
    Protection,
    Screening,
)
from training.synthetic.arrays import Bools, Floats, Ints, draw
from training.synthetic.blocks import OFFSET, Block, block, code
from training.synthetic.clock import HOUR, MINUTE, NEVER, later, office
from training.synthetic.decisions import DISCONTINUED, NO_SUPPORT, NOT_OPEN, OPEN, REFERRED, Decisions
from training.synthetic.margins import Margins

K = EventKind


@dataclass(frozen=True)
class Case:
    """What the casework knows of every row; arrays have one entry per row, ordered by child and time.

    Attributes
    ----------
    at : Ints
    age : Floats
        In years.
    acute : Ints
        Number of acute facts.
    helped : Bools
        Whether help is going on when the report comes.
    """

    at: Ints
    age: Floats
    acute: Ints
    helped: Bools


def first_steps(case: Case, made: Decisions, margins: Margins, rng: np.random.Generator) -> list[Block]:
    """Write the protection assessments and the screening decisions."""
    size = len(case.at)
    rows = np.arange(size)
    delay = np.where(case.acute > 0, rng.uniform(0.2, 5, size), rng.gamma(1.6, 4.5, size).clip(0.2, 40)) * HOUR
    assessed = office(case.at + delay.astype(np.int64), case.at + 10 * MINUTE)
    assessed = np.where(rng.random(size) < margins.protection_missing, NEVER, assessed)
    needed = rng.random(size) < np.where(case.acute > 0, 0.45, 0.015)
    found = np.where(needed, code(Protection.NEEDED), code(Protection.NOT_NEEDED))
    found = np.where(rng.random(size) < 0.01, code(Protection.NOT_DONE), found)
    reason = np.where(made.screening == NOT_OPEN, _reasons(case, rng), -1)
    detail = OFFSET[Screening] + made.screening
    return [
        block(K.PROTECTION_ASSESSMENT, rows, assessed, detail=found),
        block(K.SCREENING_DECIDED, rows, made.decided, made.case, detail, reason),
    ]


def _reasons(case: Case, rng: np.random.Generator) -> Ints:
    """Say why nothing was opened."""
    usual = OFFSET[NotOpenReason] + draw((0.03, 0.45, 0.32, 0.20), len(case.at), rng)
    ongoing = case.helped & (rng.random(len(case.at)) < 0.8)
    return np.where(ongoing, code(NotOpenReason.SUPPORT_ONGOING), usual)


def investigations(case: Case, made: Decisions, rng: np.random.Generator) -> list[Block]:
    """Write the openings and closings, the contacts taken and the talks with the child."""
    own = np.flatnonzero(made.screening == OPEN)
    opened = office(made.decided[own], made.decided[own] + 2 * MINUTE)
    done = OFFSET[InvestigationOutcome] + made.outcome[own]
    return [
        block(K.INVESTIGATION_OPENED, own, opened, own),
        block(K.INVESTIGATION_CLOSED, own, made.closed[own], own, done),
        *(_contact(way, case, made, own, rng) for way in ContactWith),
        _talk(case, made, own, rng),
    ]


def during(made: Decisions, own: Ints, rng: np.random.Generator) -> Ints:
    """Draw an instant within each investigation."""
    share = rng.beta(1.4, 1.8, len(own))
    length = made.closed[own] - made.decided[own]
    return office(made.decided[own] + (share * length).astype(np.int64), made.decided[own] + HOUR)


def _contact(way: ContactWith, case: Case, made: Decisions, own: Ints, rng: np.random.Generator) -> Block:
    """Write the contacts with one other party; school and preschool are asked rarely."""
    age = case.age[own]
    chance = {
        ContactWith.SCHOOL: 0.34 * (age >= 6),
        ContactWith.PRESCHOOL: 0.30 * ((age >= 1) & (age < 6)),
        ContactWith.POLICE: np.full(len(own), 0.16),
        ContactWith.HEALTH: np.full(len(own), 0.22),
        ContactWith.CHILD_PSYCHIATRY: 0.14 * (age >= 5),
    }[way]
    taken = own[rng.random(len(own)) < chance]
    return block(K.CONTACT, taken, during(made, taken, rng), taken, code(way))


def _talk(case: Case, made: Decisions, own: Ints, rng: np.random.Generator) -> Block:
    """Write whether the child was heard, and why not."""
    age = case.age[own]
    heard = rng.random(len(own)) < np.interp(age, [0, 2, 4, 7, 12, 18], [0.0, 0.05, 0.4, 0.78, 0.85, 0.82])
    other = draw((0.0, 0.45, 0.30, 0.25), len(own), rng)
    why = np.where(age < 5, 0, other) + OFFSET[NotHeardReason]
    detail = np.where(heard, code(ChildHeard.YES), code(ChildHeard.NO))
    return block(K.CHILD_INTERVIEW, own, during(made, own, rng), own, detail, np.where(heard, -1, why))


def endings(case: Case, made: Decisions, rng: np.random.Generator) -> list[Block]:
    """Write follow-ups, and the closing of cases that end without help."""
    own = np.flatnonzero(np.isin(made.outcome, [NO_SUPPORT, REFERRED, DISCONTINUED]))
    closed = later(made.closed[own], rng.exponential(4.0, len(own)) + 0.1)
    follow = own[rng.random(len(own)) < 0.08]
    left = np.flatnonzero((made.screening == NOT_OPEN) & (rng.random(len(case.at)) < 0.05))
    return [
        block(K.CASE_CLOSED, own, closed, own),
        block(K.FOLLOW_UP_STARTED, follow, later(made.closed[follow], rng.uniform(10, 60, len(follow))), follow),
        block(K.FOLLOW_UP_STARTED, left, later(made.decided[left], rng.uniform(5, 40, len(left)))),
    ]


def helped(child: Ints, at: Ints, started: Ints, ended: Ints) -> Bools:
    """Tell which reports come while help from an earlier case of the same child is going on."""
    size = len(at)
    moments = np.concatenate([at, started, ended])
    owner = np.concatenate([child, child, child])
    step = np.repeat([0, 1, -1], size)
    real = moments < NEVER
    order = np.flatnonzero(real)[np.lexsort((step[real], moments[real], owner[real]))]
    running = np.cumsum(step[order])
    out = np.zeros(3 * size, dtype=np.int64)
    out[order] = running
    return np.asarray(out[:size] > 0, dtype=np.bool_)
