"""Here we draw random reports and all that happened around them, made to be awkward for whoever counts.

Entries stand at the cut and at every window's edge, a microsecond before and after; they are recorded late, withdrawn
and corrected, several at one instant, in nights when the clocks change and on a leap day.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from features.codes import Concern, ConcernStatus, Exposure, ReferralType, Reporter, YesNo
from features.event_codes import EventKind, Instrument, Rater
from features.schema import FACTS

Frames = dict[str, pd.DataFrame]

FIRST, ECHOES, SIBLINGS = 12_000, (4_000, 5_000), 2_000
REPORTS, CHILDREN, EVENTS, SCORES = 20_000, 10_000, 80_000, 25_000
DAY, TICK = pd.Timedelta(days=1), pd.Timedelta(microseconds=1)
BEGIN, END = np.array(["2021-01-01", "2026-01-01"], "datetime64[us]")
AWKWARD = np.array(
    [
        "2025-03-30T00:59:59.999999",  # the clocks go forward in Sweden
        "2025-03-30T01:00:00",
        "2025-10-26T00:30:00",  # 02:30 in Sweden, for the first time
        "2025-10-26T01:30:00",  # and again
        "2024-02-28T23:00:00",  # the leap day begins in Sweden
        "2024-02-29T12:00:00",
        "2024-02-29T23:00:00",  # and ends
        "2024-12-31T23:30:00",  # already the next month in Sweden
        "2025-05-31T22:30:00",
    ],
    "datetime64[us]",
)
EDGES = np.array(
    [days * DAY + tick * TICK for days in (0, 14, 90, 365, 1095) for tick in (-1, 0, 1)], "timedelta64[us]"
)


def random_frames(seed: int) -> Frames:
    """Draw the tables of the data contract: reports, concerns, events and instruments."""
    draw = np.random.default_rng(seed)
    drawn = drawn_reports(draw)
    reports = reports_table(draw, drawn)
    return {
        "reports": reports,
        "concerns": concerns_table(draw, reports),
        "events": events_table(draw, drawn),
        "instruments": instruments_table(draw, drawn),
    }


# ---------------------------------------------------------------- drawing


def some(draw: np.random.Generator, allowed: Iterable[str], size: int) -> np.ndarray:
    return draw.choice([str(one) for one in allowed], size)


def either(draw: np.random.Generator, share: float, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.where(draw.random(len(one)) < share, one, other)


def ticks(draw: np.random.Generator, size: int) -> np.ndarray:
    """A microsecond less, nothing, or a microsecond more."""
    return draw.integers(-1, 2, size).astype("timedelta64[us]")


def up_to(draw: np.random.Generator, days: int, size: int) -> np.ndarray:
    return draw.integers(0, days * DAY // TICK, size).astype("timedelta64[us]")


def edges_and_others(draw: np.random.Generator, days: int, size: int) -> np.ndarray:
    """Durations, half of them at the edge of a window and half of them anything up to ``days``."""
    return either(draw, 0.5, draw.choice(EDGES, size), up_to(draw, days, size))


def instants(draw: np.random.Generator, size: int) -> np.ndarray:
    """Instants of UTC, one in five an awkward one."""
    return either(draw, 0.2, draw.choice(AWKWARD, size), BEGIN + up_to(draw, (END - BEGIN) // DAY, size))


# ---------------------------------------------------------------- reports


def drawn_reports(draw: np.random.Generator) -> pd.DataFrame:
    """Reports, echoes of them about the same child and often by the same kind of reporter, and some of siblings.

    No two at one instant about one child are by the same kind of reporter; see `test_reference.py`, at its end.
    """
    drawn = pd.DataFrame(
        {
            "child": draw.integers(0, CHILDREN, FIRST),
            "received_at": instants(draw, FIRST),
            "reporter": some(draw, Reporter, FIRST),
        }
    )
    for size in ECHOES:
        echo = drawn.sample(size, replace=True, random_state=draw)
        echo["received_at"] += edges_and_others(draw, 400, size)
        echo["reporter"] = either(draw, 0.6, echo["reporter"].to_numpy(), some(draw, Reporter, size))
        drawn = pd.concat([drawn, echo], ignore_index=True)
    drawn["report"] = drawn.index
    siblings = drawn.sample(SIBLINGS, random_state=draw).assign(child=lambda rows: (rows["child"] + 1) % CHILDREN)
    different = pd.concat([drawn, siblings]).drop_duplicates(["child", "received_at", "reporter"])
    return different.sample(REPORTS, random_state=draw, ignore_index=True)


def reports_table(draw: np.random.Generator, drawn: pd.DataFrame) -> pd.DataFrame:
    """The reports, with facts that are often unknown and sometimes missing."""
    facts = {name: some(draw, [*YesNo, YesNo.UNKNOWN], REPORTS) for name in FACTS}
    reports = pd.DataFrame(
        {
            "report_id": "r" + drawn["report"].astype(str),
            "child_id": "c" + drawn["child"].astype(str),
            "received_at": drawn["received_at"].dt.tz_localize("UTC"),
            "unit": "north",
            "referral_type": some(draw, ReferralType, REPORTS),
            "reporter": drawn["reporter"],
        }
    )
    reports["birth_month"] = birth_months(draw, reports)
    return reports.join(pd.DataFrame(facts).mask(draw.random((REPORTS, len(FACTS))) < 0.1))


def birth_months(draw: np.random.Generator, reports: pd.DataFrame) -> pd.Series:
    """From the month of the child's first report to 18 years before, one in ten newborn, one in ten unknown."""
    first = reports.groupby("child_id")["received_at"].min().dt.tz_convert("Europe/Stockholm").dt.tz_localize(None)
    size = len(first)
    age = either(draw, 0.1, np.zeros(size, dtype=int), draw.integers(0, 216, size))
    born = (first.dt.to_period("M") - age).astype(str).mask(draw.random(size) < 0.1)
    return reports["child_id"].map(born)


def concerns_table(draw: np.random.Generator, reports: pd.DataFrame) -> pd.DataFrame:
    """Up to five concerns per report and child, and now and then none."""
    key = ["report_id", "child_id"]
    lines = reports.loc[reports.index.repeat(draw.integers(0, 6, REPORTS)), key].reset_index(drop=True)
    size = len(lines)
    lines["concern"] = some(draw, Concern, size)
    lines["primary"] = ~lines.duplicated(key)
    lines["status"] = pd.Series(some(draw, ConcernStatus, size)).mask(draw.random(size) < 0.1)
    lines["exposure"] = pd.Series(some(draw, Exposure, size)).mask(draw.random(size) < 0.1)
    return lines.drop_duplicates([*key, "concern"], ignore_index=True)


# ---------------------------------------------------------------- what happened


def happenings(draw: np.random.Generator, drawn: pd.DataFrame, size: int) -> pd.DataFrame:
    """When something happened to reported children, when it was recorded, and when withdrawn: around a report of each.

    Half are recorded at once; the edges of windows and whole hours make many fall on one instant.
    """
    near = drawn.sample(size, replace=True, random_state=draw)
    asked = near["received_at"].to_numpy()
    hours = draw.integers(-2, 48, size).astype("timedelta64[h]")
    before = either(draw, 0.6, edges_and_others(draw, 1200, size), hours)
    happened = either(draw, 0.1, instants(draw, size), asked - before)
    late = happened + either(draw, 0.5, np.zeros(size, "timedelta64[us]"), up_to(draw, 60, size))
    recorded = np.maximum(happened, either(draw, 0.2, asked + ticks(draw, size), late))
    withdrawn = either(draw, 0.6, asked + ticks(draw, size), recorded + up_to(draw, 90, size))
    times = pd.DataFrame({"happened_at": happened, "recorded_at": recorded, "withdrawn_at": withdrawn})
    times["withdrawn_at"] = times["withdrawn_at"].mask((withdrawn < recorded) | (draw.random(size) < 0.75))
    return times.apply(lambda column: column.dt.tz_localize("UTC")).assign(
        child_id="c" + near["child"].astype(str).to_numpy()
    )


def events_table(draw: np.random.Generator, drawn: pd.DataFrame) -> pd.DataFrame:
    """Events, and half of the withdrawn ones once more, corrected.

    No two preliminary assessments of a child are at one instant; see `test_reference.py`, at its end.
    """
    lines = happenings(draw, drawn, EVENTS).assign(kind=some(draw, EventKind, EVENTS))
    twice = lines.duplicated(["child_id", "kind", "happened_at"]) & (lines["kind"] == "screening_decided")
    lines = lines[~twice]
    wrong = lines[lines["withdrawn_at"].notna()].sample(frac=0.5, random_state=draw)
    corrected = wrong.assign(recorded_at=wrong["withdrawn_at"]).drop(columns="withdrawn_at")
    lines = pd.concat([lines, corrected], ignore_index=True)
    return lines.assign(event_id="e" + lines.index.astype(str), detail=details(draw, lines["kind"]))


def details(draw: np.random.Generator, kinds: pd.Series) -> pd.Series:
    """For each event a detail from its kind's own code list."""
    drawn = pd.Series(None, index=kinds.index, dtype="str")
    for kind in EventKind:
        if kind.details is not None:
            drawn[kinds == kind] = some(draw, kind.details, (kinds == kind).sum())
    return drawn


def instruments_table(draw: np.random.Generator, drawn: pd.DataFrame) -> pd.DataFrame:
    """Completed instruments, with totals that each of them can give; an ORS often with a CORS at the same instant."""
    lines = happenings(draw, drawn, SCORES).drop(columns="withdrawn_at").rename(columns={"happened_at": "completed_at"})
    lines["instrument"] = some(draw, [*Instrument, "SDQ", "ORS", "ORS"], SCORES)
    lines["rater"] = some(draw, Rater, SCORES)
    beside = lines[lines["instrument"] == "ORS"].sample(frac=0.5, random_state=draw).assign(instrument="CORS")
    beside["recorded_at"] += either(draw, 0.5, np.zeros(len(beside), "timedelta64[us]"), up_to(draw, 60, len(beside)))
    lines = pd.concat([lines, beside]).assign(total=lambda both: draw.integers(29, 41, len(both)).astype(float))
    return lines.drop_duplicates(["child_id", "instrument", "rater", "completed_at"], ignore_index=True)
