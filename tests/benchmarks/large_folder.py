"""Here we make large case folders for benchmarks: random, quick, already sound. They say nothing about children."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.cases import Cases
from features.codes import Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.event_codes import EventKind, Instrument, Rater
from features.schema import FACTS, TABLES

Columns = dict[str, pa.Array]

DAY = 86_400_000_000
START, SPAN = 1_600_000_000_000_000, 1826 * DAY
"""Five years from September 2020; in microseconds, as all durations here."""
MONTHS = [f"{year}-{month:02d}" for year in range(2004, 2020) for month in range(1, 13)]
EVENTS = [(kind.value, detail) for kind in EventKind for detail in (kind.details.values() if kind.details else (None,))]


def folder(reports: int, *, events_each: int = 10, seed: int = 1) -> Cases:
    """Make reports about half as many children, with a history of two clocks and withdrawals.

    Parameters
    ----------
    reports : int
    events_each : int
        How many events there are per report.
    seed : int
    """
    draw = np.random.default_rng(seed)
    children = max(1, reports // 2)
    ids, whose = _ids("r", np.arange(reports)), _ids("c", draw.integers(0, children, reports))
    return _cases(
        {
            "reports": {"report_id": ids, "child_id": whose, **_reports(reports, draw)},
            "concerns": {"report_id": ids, "child_id": whose, **_concerns(reports, draw)},
            "events": _events(reports * events_each, children, draw),
            "instruments": _scores(reports // 20, children, draw),
            "groups": {},
        }
    )


def _cases(columns: dict[str, Columns]) -> Cases:
    """Put columns into the tables of the contract; nothing is checked."""
    tables = {name: _table(TABLES[name].arrow(), made) for name, made in columns.items()}
    handed_in = {name: table.num_rows for name, table in tables.items()}
    return Cases(MappingProxyType(tables), (), (), MappingProxyType(handed_in))


def _table(schema: pa.Schema, columns: Columns) -> pa.Table:
    """Make a table; what is not given is missing."""
    rows = len(next(iter(columns.values()), ()))
    arrays = [
        columns[field.name].cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def _reports(n: int, draw: np.random.Generator) -> Columns:
    """Make reports: what is asked answered at random, all children born before the first."""
    return {
        "received_at": _times(draw.integers(0, SPAN, n)),
        "unit": _some(["north", "south"], n, draw),
        "referral_type": _some(ReferralType.values(), n, draw),
        "reporter": _some(Reporter.values(), n, draw),
        "birth_month": _some(MONTHS, n, draw),
        **{name: _some(YesNo.values(), n, draw) for name in (*FACTS, "anonymous", "feedback_requested")},
    }


def _concerns(n: int, draw: np.random.Generator) -> Columns:
    """Make one concern per report."""
    return {
        "concern": _some(Concern.values(), n, draw),
        "primary": pa.array(np.ones(n, dtype=np.bool_)),
        "status": _some(ConcernStatus.values(), n, draw),
        "exposure": _some(Exposure.values(), n, draw),
        "perpetrator": _some(Perpetrator.values(), n, draw),
    }


def _events(n: int, children: int, draw: np.random.Generator) -> Columns:
    """Make events of all kinds: recorded within a month, one in twenty withdrawn the next day."""
    happened, which = draw.integers(0, SPAN, n), pa.array(draw.integers(0, len(EVENTS), n))
    recorded = happened + draw.integers(0, 30 * DAY, n)
    kinds, details = (pa.array(column, type=pa.string()).take(which) for column in zip(*EVENTS, strict=True))
    return {
        "event_id": _ids("e", np.arange(n)),
        "child_id": _ids("c", draw.integers(0, children, n)),
        "kind": kinds,
        "happened_at": _times(happened),
        "recorded_at": _times(recorded),
        "detail": details,
        "withdrawn_at": _times(recorded + DAY, missing=draw.random(n) >= 0.05),
    }


def _scores(n: int, children: int, draw: np.random.Generator) -> Columns:
    """Make completed instruments, with totals that all of them allow."""
    completed = draw.integers(0, SPAN, n)
    return {
        "child_id": _ids("c", draw.integers(0, children, n)),
        "instrument": _some(Instrument.values(), n, draw),
        "rater": _some(Rater.values(), n, draw),
        "completed_at": _times(completed),
        "recorded_at": _times(completed + DAY),
        "total": pa.array(draw.integers(29, 41, n).astype(np.float64)),
    }


def _ids(letter: str, numbers: np.ndarray) -> pa.Array:
    """Make pseudonyms."""
    return pc.binary_join_element_wise(letter, pa.array(numbers).cast(pa.string()), "")


def _some(values: Iterable[str], n: int, draw: np.random.Generator) -> pa.Array:
    """Draw from values."""
    every = pa.array(list(values), type=pa.string())
    return every.take(pa.array(draw.integers(0, len(every), n)))


def _times(since: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Make times, so long after the start."""
    return pa.array(START + since, mask=missing).cast(pa.timestamp("us", tz="UTC"))
