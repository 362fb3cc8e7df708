"""Here we tell each standard outcome a second time, in plain Python and report by report, and make difficult cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from features.cases import Cases

HORIZON = pd.Timedelta(days=180)
VIOLENCE = {"physical_abuse", "psychological_abuse", "sexual_abuse", "witnessed_violence", "honour_related"}
T0 = pd.Timestamp("2024-01-01T00:00:00Z")


class Told:
    """Everything about each report that a person would look up."""

    def __init__(self, cases: Cases, end: pd.Timestamp) -> None:
        events, concerns = cases.frame("events"), cases.frame("concerns")
        events = events[events["withdrawn_at"].isna() & (events["recorded_at"] <= end)]
        self.end = end
        self.reports = list(cases.frame("reports").itertuples())
        self.by_child = _piled(self.reports, "child_id")
        self.of_child, self.of_case = _piled(events.itertuples(), "child_id"), _piled(events.itertuples(), "case_id")
        self.said: dict = {}
        for row in concerns[concerns["status"] != "denied"].itertuples():
            self.said.setdefault((row.report_id, row.child_id), set()).add(row.concern)

    def states(self, outcome: str, most: int | None = None) -> list[str]:
        """Tell the outcome of the first ``most`` reports."""
        return [
            "immature" if report.received_at + HORIZON > self.end else OUTCOMES[outcome](self, report)
            for report in self.reports[:most]
        ]

    def events(self, report) -> list:
        return self.of_child.get(report.child_id, [])

    def opened(self, report) -> list:
        mine = [event for event in self.events(report) if event.report_id == report.report_id]
        first = [event for event in mine if event.kind == "investigation_opened"]
        return first + [event for event in mine if event.kind == "screening_decided" and event.detail == "open"]

    def case(self, report) -> str | None:
        added = [
            event
            for event in self.events(report)
            if event.report_id == report.report_id and event.detail == "added_to_ongoing"
        ]
        cases = [event.case_id for event in self.opened(report) + added if isinstance(event.case_id, str)]
        return cases[0] if cases else None

    def later(self, report) -> Iterator:
        for other in self.by_child[report.child_id]:
            if report.received_at < other.received_at <= report.received_at + HORIZON:
                yield other


def need_confirmed(told: Told, report) -> str:
    limit, case = report.received_at + HORIZON, told.case(report)
    if case is None:
        return "not_investigated"
    rows = told.of_case[case]
    closed = sorted(
        (row for row in rows if row.kind == "investigation_closed"), key=lambda row: (row.happened_at, row.event_id)
    )
    how = closed[-1].detail if closed and closed[-1].happened_at <= limit else ""
    harmed = [row.happened_at for row in rows if row.kind in ("placement_started", "care_order")]
    if how in ("support_decided", "declined") or (harmed and report.received_at <= min(harmed) <= limit):
        return "positive"
    return "negative" if how in ("closed_no_support", "referred_elsewhere") else "not_concluded"


def new_report_investigated(told: Told, report) -> str:
    limit = report.received_at + HORIZON
    for other in told.later(report):
        if any(event.happened_at <= limit for event in told.opened(other)):
            return "positive"
    return _nothing_seen(told, report)


def care_or_police(told: Told, report) -> str:
    limit = report.received_at + HORIZON
    if any(row.detail == "lvu_care" and report.received_at <= row.happened_at <= limit for row in told.events(report)):
        return "positive"
    for other in told.later(report):
        said = told.said.get((other.report_id, other.child_id), set())
        if other.reporter == "other_municipality" or (other.reporter == "police" and said & VIOLENCE):
            return "positive"
    return _nothing_seen(told, report)


def _nothing_seen(told: Told, report) -> str:
    limit = report.received_at + HORIZON
    gone = {("screening_decided", "transferred"), ("investigation_closed", "discontinued")}
    left = any(
        (row.kind, row.detail) in gone and report.received_at <= row.happened_at <= limit for row in told.events(report)
    )
    if left or not isinstance(report.birth_month, str):
        return "out_of_sight"
    local = limit.tz_convert("Europe/Stockholm")
    months = (local.year - int(report.birth_month[:4])) * 12 + local.month - int(report.birth_month[5:])
    return "negative" if months < 18 * 12 else "out_of_sight"


def _piled(rows: Iterable, column: str) -> dict:
    piles: dict = {}
    for row in rows:
        piles.setdefault(getattr(row, column), []).append(row)
    return piles


OUTCOMES = {tell.__name__: tell for tell in (need_confirmed, new_report_investigated, care_or_police)}


def random_frames(rng: np.random.Generator, children: int) -> dict[str, pd.DataFrame]:
    """Make cases in which reports coincide, investigations reopen, entries are withdrawn, late or without a case."""
    reports, concerns, events = [], [], []

    def happens(report: dict, kind: str, day: float, detail: str | None, case: str | None) -> None:
        at = T0 + pd.Timedelta(days=float(day))
        recorded = at + pd.Timedelta(days=float(rng.choice([0, 0, 1, 30])))
        events.append(
            {
                "event_id": f"e{len(events)}",
                "child_id": report["child_id"],
                "kind": kind,
                "happened_at": at,
                "recorded_at": recorded,
                "report_id": report["report_id"],
                "case_id": case,
                "detail": detail,
                "withdrawn_at": recorded + pd.Timedelta(days=3) if rng.random() < 0.1 else pd.NaT,
            }
        )

    for child in range(children):
        case = None
        born = rng.choice(["2015-03", "2006-09", "2006-12", ""])
        for day in sorted(rng.choice(450, int(rng.integers(1, 5)))):
            report = {
                "report_id": f"r{len(reports)}",
                "child_id": f"c{child}",
                "received_at": T0 + pd.Timedelta(days=int(day)),
                "birth_month": born or None,
                "unit": "u",
                "referral_type": "child_concern_report",
                "reporter": rng.choice(["police", "school", "other_municipality"], p=[0.4, 0.5, 0.1]),
            }
            reports.append(report)
            concerns.append(
                {
                    "report_id": report["report_id"],
                    "child_id": report["child_id"],
                    "concern": rng.choice(["physical_abuse", "neglect"]),
                    "primary": True,
                    "status": rng.choice(["stated", "denied"]),
                }
            )
            how = rng.choice(
                ["open", "not_open", "added_to_ongoing", "transferred", "silent"], p=[0.4, 0.2, 0.2, 0.1, 0.1]
            )
            if how == "open":
                case = f"k{len(reports)}" if rng.random() < 0.9 else None
                happens(report, "investigation_opened", day + rng.integers(0, 9), None, case)
            if how != "silent":
                own = case if how in ("open", "added_to_ongoing") else None
                happens(report, "screening_decided", day + rng.integers(0, 9), how, own)
            for _ in range(int(rng.integers(0, 3)) if how == "open" else 0):
                ended = ["closed_no_support", "support_decided", "referred_elsewhere", "declined", "discontinued"]
                happens(report, "investigation_closed", day + rng.integers(5, 240), rng.choice(ended), case)
            for kind, detail in (
                ("placement_started", "foster_home"),
                ("care_order", "lvu_care"),
                ("care_order", "lvu_immediate"),
            ):
                if rng.random() < 0.15:
                    happens(report, kind, day + rng.integers(-20, 220), detail, case)
    return {"reports": pd.DataFrame(reports), "concerns": pd.DataFrame(concerns), "events": pd.DataFrame(events)}
