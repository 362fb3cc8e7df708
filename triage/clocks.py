"""Here we read the clocks of a case folder at a moment: what is due when, what is late, and what may extend it.

Includes the two delays that inspections keep finding: preliminary assessments past their days and
investigations past their months. Only what was recorded before the moment counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from features.cases import Cases
from features.event_codes import EventKind, Protection
from features.report import local_time
from triage.columns import NOT_MET
from triage.guidance import last_day
from triage.law import Law, Provision
from triage.rulings import rule_all

if TYPE_CHECKING:
    import pandas as pd

State = Literal["late", "due"]
KEYS = ["report_id", "child_id"]
DUTIES = ("protection_assessment", "screening", "investigation_time", "feedback", "follow_up")
EXTENDED_BY = {"screening": "screening_extension", "investigation_time": "investigation_extension"}
"""Which provision says on what ground a duty's time may be extended."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing that must be done by a day and, as far as the records tell, is not done.

    Attributes
    ----------
    duty : str
    report_id, case_id : str or None
    child_id : str
    started, due : datetime.date
        As counted in Sweden.
    days_left : int
        Negative when late.
    provision : Provision
    extension : Provision or None
        The ground on which the time may be extended.
    """

    duty: str
    report_id: str | None
    case_id: str | None
    child_id: str
    started: dt.date
    due: dt.date
    days_left: int
    provision: Provision
    extension: Provision | None

    @property
    def state(self) -> State:
        """Whether the last day has passed."""
        return "late" if self.days_left < 0 else "due"

    def to_dict(self) -> dict[str, Any]:
        """Give the clock as plain data."""
        extension = self.extension
        return {
            "duty": self.duty,
            "title": self.provision.title.to_dict(),
            "report_id": self.report_id,
            "case_id": self.case_id,
            "child_id": self.child_id,
            "started": self.started.isoformat(),
            "due": self.due.isoformat(),
            "days_left": self.days_left,
            "state": self.state,
            "citation": self.provision.citation.to_dict(),
            "extension": extension
            and {"title": extension.title.to_dict(), "rule": extension.rule.to_dict(), **extension.citation.to_dict()},
        }


@dataclass(frozen=True)
class Clocks:
    """All clocks of a case folder at a moment, most urgent first.

    Attributes
    ----------
    at : datetime.datetime
    running : tuple of Clock
    decided : mapping of str to (int, int)
        For duties that ended before the moment: how many, and how many of them late.
    never_recorded : int
        Reports whose preliminary assessment is decided though no protection assessment was recorded: a lack
        in the documentation, not a running clock.
    """

    at: dt.datetime
    running: tuple[Clock, ...]
    decided: Mapping[str, tuple[int, int]]
    never_recorded: int = 0

    def counts(self) -> dict[str, dict[str, int]]:
        """Count per duty: running, late, ended, ended late, and never recorded."""
        found = {}
        for duty in DUTIES:
            mine = [clock for clock in self.running if clock.duty == duty]
            ended, late = self.decided.get(duty, (0, 0))
            found[duty] = {
                "running": len(mine),
                "late": sum(clock.state == "late" for clock in mine),
                "ended": ended,
                "ended_late": late,
                "never_recorded": self.never_recorded if duty == "protection_assessment" else 0,
            }
        return found

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        running = [clock.to_dict() for clock in self.running]
        return {"at": self.at.isoformat(), "counts": self.counts(), "running": running}

    def frame(self) -> pd.DataFrame:
        """Give the running clocks as a frame."""
        import pandas as pd

        columns = ["duty", "report_id", "case_id", "child_id", "started", "due", "days_left", "state"]
        return pd.DataFrame([[getattr(clock, name) for name in columns] for clock in self.running], columns=columns)


def clocks(cases: Cases, law: Law, at: dt.datetime) -> Clocks:
    """Read the clocks of a case folder.

    Parameters
    ----------
    cases : Cases
    law : Law
        Each clock follows the law of the day on which it started.
    at : datetime.datetime
        With offset.
    """
    today = local_time(at).date()
    events = _known(_with_keys(cases.frame("events")), at)
    reports = _with_dues(cases, law, at)
    found: list[Clock] = []
    decided: dict[str, tuple[int, int]] = {}
    done = {duty: _first(rows) for duty, rows in _done(events).items()}
    never = reports.join(done["screening"], on=KEYS)["done_at"].notna()
    never &= reports.join(done["protection_assessment"], on=KEYS)["done_at"].isna()
    never &= reports["due_protection_assessment"].notna()
    for duty, first in done.items():
        asked = reports[~never] if duty == "protection_assessment" else reports
        running, decided[duty] = _report_clocks(duty, asked, first, law, today)
        found += running
    running, decided["investigation_time"] = _case_clocks(events, law, today)
    found += running + _feedback_clocks(reports, events, law, today) + _follow_up_clocks(events, law, today)
    found.sort(key=lambda clock: (clock.due, DUTIES.index(clock.duty), clock.report_id or "", clock.case_id or ""))
    return Clocks(at, tuple(found), decided, int(never.sum()))


def _with_keys(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the keys as plain objects: pandas cannot join two empty tables by text."""
    return frame.astype(dict.fromkeys(KEYS, object))


def _known(events: pd.DataFrame, at: dt.datetime) -> pd.DataFrame:
    """Keep what was recorded before the moment and stands."""
    return events[(events["recorded_at"] < at) & ~(events["withdrawn_at"] < at)]


def _with_dues(cases: Cases, law: Law, at: dt.datetime) -> pd.DataFrame:
    """Give the reports received before the moment, with the last day of each duty."""
    found = rule_all(cases, law)
    columns = {f"due_{duty}": days for duty, days in found.due.items()}
    asked = found.of("feedback") > NOT_MET
    reports = _with_keys(cases.frame("reports")).assign(received=found.received, asked=asked, **columns)
    return reports[reports["received_at"] < at]


def _done(events: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Give for each duty of a report the events that fulfil it."""
    made = (events["kind"] == EventKind.PROTECTION_ASSESSMENT.value) & (events["detail"] != Protection.NOT_DONE.value)
    return {
        "protection_assessment": events[made],
        "screening": events[events["kind"] == EventKind.SCREENING_DECIDED.value],
    }


def _first(events: pd.DataFrame) -> pd.DataFrame:
    """Give for each report when the first of some events happened."""
    return events.dropna(subset=["report_id"]).groupby(KEYS, observed=True)["happened_at"].min().to_frame("done_at")


def _report_clocks(
    duty: str, reports: pd.DataFrame, first: pd.DataFrame, law: Law, today: dt.date
) -> tuple[list[Clock], tuple[int, int]]:
    """Give the reports whose duty is not done, and how many were done in time and late."""
    joined = reports.dropna(subset=[f"due_{duty}"]).join(first, on=KEYS)
    ended = joined[joined["done_at"].notna()]
    late = int((_days(ended["done_at"]) > ended[f"due_{duty}"].to_numpy().astype("datetime64[D]")).sum())
    left = joined[joined["done_at"].isna()]
    running = [
        _clock(duty, _day(row.received), _day(getattr(row, f"due_{duty}")), law, today, row.child_id, row.report_id)
        for row in _rows(left)
    ]
    return running, (len(ended), late)


def _case_clocks(events: pd.DataFrame, law: Law, today: dt.date) -> tuple[list[Clock], tuple[int, int]]:
    """Give the investigations that are not closed, and how many closed in time and late.

    A case is one child's, as the rules have it: siblings may share its name, and it may have none.
    """
    events = events.assign(case_id=events["case_id"].fillna(""))
    opened = events[events["kind"] == EventKind.INVESTIGATION_OPENED.value].sort_values("happened_at", kind="stable")
    ends = events[events["kind"].isin([EventKind.INVESTIGATION_CLOSED.value, EventKind.CASE_CLOSED.value])]
    closed = ends.groupby(["child_id", "case_id"], observed=True)["happened_at"].min()
    running, ended, late = [], 0, 0
    for row in _rows(opened.drop_duplicates(["child_id", "case_id"])):
        started = local_time(row.happened_at).date()
        due = _last_day("investigation_time", started, law)
        if due is None:
            continue
        case = (row.child_id, row.case_id)
        if case in closed.index:
            ended += 1
            late += local_time(closed[case]).date() > due
        else:
            name = row.case_id or None
            running.append(_clock("investigation_time", started, due, law, today, row.child_id, row.report_id, name))
    return running, (ended, late)


def _feedback_clocks(reports: pd.DataFrame, events: pd.DataFrame, law: Law, today: dt.date) -> list[Clock]:
    """Give the decisions after which feedback is still in time; whether it was given no event tells."""
    first = _first(events[events["kind"] == EventKind.SCREENING_DECIDED.value])
    asked = reports[reports["asked"]].join(first, on=KEYS, how="inner")
    found = []
    for row in _rows(asked):
        started = local_time(row.done_at).date()
        due = _last_day("feedback", started, law)
        if due is not None and due >= today:
            found.append(_clock("feedback", started, due, law, today, row.child_id, row.report_id))
    return found


def _follow_up_clocks(events: pd.DataFrame, law: Law, today: dt.date) -> list[Clock]:
    """Give the follow-ups that have not reached their longest time."""
    found = []
    for row in _rows(events[events["kind"] == EventKind.FOLLOW_UP_STARTED.value]):
        started = local_time(row.happened_at).date()
        due = _last_day("follow_up", started, law)
        if due is not None and due >= today:
            found.append(_clock("follow_up", started, due, law, today, row.child_id, row.report_id, row.case_id))
    return found


def _last_day(duty: str, started: dt.date, law: Law) -> dt.date | None:
    """Give the last day of a duty; None where the law of that day set none, or there was none."""
    return None if started < law.begins else last_day(duty, started, law)


def _clock(
    duty: str,
    started: dt.date,
    due: dt.date,
    law: Law,
    today: dt.date,
    child: Any,
    report: Any,
    case: Any = None,
) -> Clock:
    """Put one clock together under the law of the day it started."""
    provisions = law.at(started).provisions
    return Clock(
        duty=duty,
        report_id=report if isinstance(report, str) else None,
        case_id=case if isinstance(case, str) else None,
        child_id=str(child),
        started=started,
        due=due,
        days_left=(due - today).days,
        provision=provisions[duty],
        extension=provisions.get(EXTENDED_BY.get(duty, "")),
    )


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Give the rows of a frame by their columns' names."""
    yield from frame.itertuples()


def _days(moments: pd.Series) -> np.ndarray:
    """Give the days of moments as a Swedish authority counts them."""
    from features.kinds import ZONE

    return np.asarray(moments.dt.tz_convert(ZONE).dt.tz_localize(None).to_numpy().astype("datetime64[D]"))


def _day(value: Any) -> dt.date:
    """Give a day as a date."""
    day: dt.date = value.date() if hasattr(value, "date") else np.datetime64(value, "D").item()
    return day
