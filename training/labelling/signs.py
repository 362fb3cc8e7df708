"""Here we find, for every report at once, when a sign of an outcome was first seen after it.

Times are microseconds of UTC; `NEVER` stands where a sign did not come.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import NEVER, Ints
from features.cases import Cases
from features.codes import ConcernStatus
from features.event_codes import EventKind, Screening
from training.backtest.times import instant
from training.labelling.outcomes import EventSign, ReportSign

if TYPE_CHECKING:
    import pandas as pd

KEY = ["report_id", "child_id"]
LONG_AGO = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Recorded:
    """What was on record at a moment.

    Attributes
    ----------
    reports : pandas.DataFrame
        All sound reports, in the table's order, with the ``case_id`` in which each was investigated (missing where it was
        not) and when it was ``received``.
    events : pandas.DataFrame
        What was recorded by then and not withdrawn, with when it ``happened``.
    concerns : pandas.DataFrame
        What the reporter does not deny.
    end : int
    """

    reports: pd.DataFrame
    events: pd.DataFrame
    concerns: pd.DataFrame
    end: int


def recorded(cases: Cases, end: dt.datetime) -> Recorded:
    """Gather what was on record at a moment; what was withdrawn, then or later, did not happen."""
    at = instant(end)
    reports, events, concerns = (cases.frame(name) for name in ("reports", "events", "concerns"))
    events = events[events["withdrawn_at"].isna() & (events["recorded_at"] <= end)]
    return Recorded(
        reports=reports.assign(case_id=_case_of(reports, events), received=_us(reports["received_at"])),
        events=events.assign(happened=_us(events["happened_at"])),
        concerns=concerns[concerns["status"] != ConcernStatus.DENIED.value],
        end=int(at.astype(np.int64)),
    )


def first_seen(sign: EventSign | ReportSign, known: Recorded) -> Ints:
    """Give when a sign was first seen after each report, shape (n,)."""
    return _report_seen(sign, known) if isinstance(sign, ReportSign) else _event_seen(sign, known)


def first_after(owner: Ints, after: Ints, theirs: Ints, since: Ints, counts: Ints) -> Ints:
    """Give when the first entry of an owner counts, among those that begin at or after a moment.

    Parameters
    ----------
    owner, after : ndarray of int64, shape (n,)
        Whose entries are looked at, and from when. Below 0 is nobody, who has none.
    theirs, since, counts : ndarray of int64, shape (m,)
        Whose each entry is, when it begins, and when it counts.

    Returns
    -------
    ndarray of int64, shape (n,)
        `NEVER` where there is none.
    """
    import pandas as pd

    order = np.lexsort((since, theirs))
    order = order[theirs[order] >= 0]
    theirs, since, counts = theirs[order], since[order], counts[order]
    soonest = pd.Series(counts[::-1]).groupby(theirs[::-1]).cummin().to_numpy()[::-1]
    moments, rank = np.unique(np.concatenate([since, after]), return_inverse=True)
    begins, asked = theirs * len(moments) + rank[: len(since)], owner * len(moments) + rank[len(since) :]
    place = np.searchsorted(begins, asked)
    return np.where(np.append(theirs, LONG_AGO)[place] == owner, np.append(soonest, NEVER)[place], NEVER)


def _event_seen(sign: EventSign, known: Recorded) -> Ints:
    """Give when an event was first seen after each report."""
    column = f"{sign.within}_id"
    received = known.reports["received"].to_numpy()
    long_ago = np.full_like(received, LONG_AGO)
    found = _of_kinds(known.events, (sign.kind,))
    if sign.last:
        found = found.sort_values(["happened", "event_id"]).drop_duplicates(column, keep="last")
    if sign.details:
        found = found[found["detail"].isin(sign.details)]
    seen = _first(known, column, long_ago if sign.last else received, found, found["happened"])
    before = _of_kinds(known.events, sign.not_already)
    return np.where(_first(known, column, long_ago, before, before["happened"]) < received, NEVER, seen)


def _report_seen(sign: ReportSign, known: Recorded) -> Ints:
    """Give when a later report about the same child came, or when an investigation was opened on it."""
    import pandas as pd

    later = known.reports
    if sign.reporters:
        later = later[later["reporter"].isin(list(sign.reporters))]
    if sign.concerns:
        named = known.concerns[known.concerns["concern"].isin(list(sign.concerns))]
        later = later[pd.MultiIndex.from_frame(later[KEY]).isin(pd.MultiIndex.from_frame(named[KEY]))]
    later = later.assign(happened=later["received"])
    if sign.opened:
        opened = _opened(known.events).groupby(KEY, observed=True)["happened"].min().rename("opened")
        later = later.join(opened, on=KEY, how="inner")
    counts = later[["happened", *(["opened"] if sign.opened else [])]].max(axis=1)
    return _first(known, "child_id", known.reports["received"].to_numpy() + 1, later, counts)


def _first(known: Recorded, column: str, after: Ints, entries: pd.DataFrame, counts: pd.Series) -> Ints:
    """Give when the first entry of each report's case or child counts, from a moment on."""
    import pandas as pd

    both = pd.concat([known.reports[column], entries[column]], ignore_index=True)
    owner = pd.factorize(both)[0].astype(np.int64)
    size = len(after)
    return first_after(owner[:size], after, owner[size:], entries["happened"].to_numpy(), counts.to_numpy())


def _of_kinds(events: pd.DataFrame, kinds: tuple[EventKind, ...]) -> pd.DataFrame:
    """Give the events of some kinds."""
    return events[events["kind"].isin(list(kinds))]


def _opened(events: pd.DataFrame, *, also: tuple[Screening, ...] = ()) -> pd.DataFrame:
    """Give the events that say that an investigation was opened on a report; openings before what screening said."""
    import pandas as pd

    decided = _of_kinds(events, (EventKind.SCREENING_DECIDED,))
    decided = decided[decided["detail"].isin([Screening.OPEN, *also])]
    return pd.concat([_of_kinds(events, (EventKind.INVESTIGATION_OPENED,)), decided])


def _case_of(reports: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Give every report the case in which it was investigated; missing when it was not."""
    import pandas as pd

    linked = _opened(events, also=(Screening.ADDED_TO_ONGOING,))[[*KEY, "case_id"]].dropna()
    first = linked.drop_duplicates(KEY).set_index(KEY)["case_id"]
    found = first.reindex(pd.MultiIndex.from_frame(reports[KEY]))
    return pd.Series(found.to_numpy(), index=reports.index, dtype="str")


def _us(times: pd.Series) -> Ints:
    """Give times as microseconds of UTC, shape (n,)."""
    utc = times.dt.tz_convert("UTC").dt.tz_localize(None)
    return np.asarray(utc.to_numpy(dtype="datetime64[us]"), dtype="datetime64[us]").astype(np.int64)
