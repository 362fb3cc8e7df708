"""Here we collect what happened: blocks of events of one kind, put together and given their second clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from features.codes import Code
from features.event_codes import (
    CareOrder,
    ChildHeard,
    ContactWith,
    EventKind,
    InvestigationOutcome,
    NotHeardReason,
    NotOpenReason,
    Protection,
    Screening,
    Support,
)
from features.schema import EVENTS
from training.synthetic.arrays import Bools, Ints, Objects, pseudonyms
from training.synthetic.clock import DAY, HOUR, MINUTE, NEVER, to_series
from training.synthetic.margins import Margins

KINDS = tuple(EventKind)
LISTS: tuple[type[Code], ...] = (
    Protection,
    Screening,
    NotOpenReason,
    InvestigationOutcome,
    Support,
    CareOrder,
    ContactWith,
    ChildHeard,
    NotHeardReason,
)
CODES: tuple[Code, ...] = tuple(code for codes in LISTS for code in codes)
"""Every detail and reason, so that one number says which."""
OFFSET = {codes: CODES.index(next(iter(codes))) for codes in LISTS}
NOTHING = -1

CORRECTED = (EventKind.SCREENING_DECIDED, EventKind.INVESTIGATION_OPENED, EventKind.INVESTIGATION_CLOSED)
"""Kinds whose withdrawn entries are always entered anew."""
ENTERED_ANEW = 0.6


def code(value: Code) -> int:
    """Give the number of a detail or reason."""
    return OFFSET[type(value)] + list(type(value)).index(value)


@dataclass(frozen=True)
class Block:
    """Events; arrays have one entry per event.

    Attributes
    ----------
    kind : Ints
        Position in ``EventKind``.
    row : Ints
        Row of the reports table they belong to.
    case : Ints
        Row that opened their case, or -1.
    detail, reason : Ints
        Position in ``CODES``, or ``NOTHING``.
    happened, recorded, withdrawn : Ints
        Microseconds of UTC; ``NEVER`` where there is none.
    tied : Bools
        Whether the event names its report.
    """

    kind: Ints
    row: Ints
    case: Ints
    detail: Ints
    reason: Ints
    happened: Ints
    recorded: Ints
    withdrawn: Ints
    tied: Bools

    def take(self, keep: Ints | Bools) -> Block:
        """Keep some events, in the order given."""
        return Block(**{each.name: getattr(self, each.name)[keep] for each in fields(self)})


def block(
    kind: EventKind,
    row: Ints,
    happened: Ints,
    case: Ints | None = None,
    detail: Ints | int = NOTHING,
    reason: Ints | int = NOTHING,
) -> Block:
    """Make events of one kind; those that never happen are left out."""
    size = len(row)
    full = Block(
        np.full(size, KINDS.index(kind)),
        row,
        np.full(size, NOTHING) if case is None else case,
        np.broadcast_to(np.asarray(detail, dtype=np.int64), size),
        np.broadcast_to(np.asarray(reason, dtype=np.int64), size),
        happened,
        happened,
        np.full(size, NEVER),
        np.ones(size, dtype=np.bool_),
    )
    return full.take(happened < NEVER)


def join(blocks: Sequence[Block]) -> Block:
    """Put blocks together."""
    names = [each.name for each in fields(Block)]
    return Block(**{name: np.concatenate([getattr(each, name) for each in blocks]) for name in names})


def record(happened: Block, margins: Margins, rng: np.random.Generator) -> Block:
    """Give every event its second clock: minutes to days later, some by weeks; some are withdrawn and entered anew."""
    size = len(happened.row)
    hours = 3.0 * np.exp(1.5 * rng.standard_normal(size))
    late = rng.random(size) < margins.recorded_late
    lag = np.where(late, rng.uniform(14, 60, size) * 24, np.minimum(hours, 9 * 24)) * HOUR
    recorded = happened.happened + np.maximum(lag.astype(np.int64), MINUTE)
    gone = rng.random(size) < margins.withdrawn
    withdrawn = np.where(gone, recorded + (rng.exponential(12.0, size) * DAY).astype(np.int64) + HOUR, NEVER)
    always = np.isin(happened.kind, [KINDS.index(kind) for kind in CORRECTED])
    anew = gone & (always | (rng.random(size) < ENTERED_ANEW))
    mistaken = np.where(anew, recorded - MINUTE // 2, happened.happened)
    first = replace(happened, happened=mistaken, recorded=recorded, withdrawn=withdrawn)
    again = replace(happened.take(anew), recorded=withdrawn[anew] + 10 * MINUTE)
    return join([first, again])


def until(events: Block, end: int) -> Block:
    """Forget what was recorded or withdrawn at the data end or later; order the rest by when it was recorded."""
    kept = events.take(events.recorded < end)
    kept = replace(kept, withdrawn=np.where(kept.withdrawn < end, kept.withdrawn, NEVER))
    return kept.take(np.lexsort((kept.kind, kept.row, kept.happened, kept.recorded)))


def events_table(events: Block, report_ids: Objects, child_ids: Objects) -> pd.DataFrame:
    """Write the events; the ids are those of the rows of the reports table."""
    size = len(events.row)
    opening = np.unique(events.case[events.case >= 0])
    case_ids = np.full(len(report_ids) + 1, None, dtype=object)
    case_ids[opening] = pseudonyms("k", len(opening))
    named = np.array([*(each.value for each in CODES), None], dtype=object)
    columns: dict[str, Objects] = {
        "event_id": pseudonyms("e", size),
        "child_id": child_ids[events.row],
        "kind": np.array([kind.value for kind in KINDS], dtype=object)[events.kind],
        "report_id": report_ids[events.row],
        "case_id": case_ids[events.case],
        "detail": named[events.detail],
        "reason": named[events.reason],
    }
    columns["report_id"][~events.tied] = None
    times = {name: getattr(events, name.removesuffix("_at")) for name in ("happened_at", "recorded_at", "withdrawn_at")}
    made = {name: pd.Series(values, dtype=object) for name, values in columns.items()}
    made |= {name: to_series(values) for name, values in times.items()}
    return pd.DataFrame({name: made[name] for name in EVENTS.names})
