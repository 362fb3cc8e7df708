"""Here we give the rows of checked tables as records, child by child, for the rules and for the trace of an answer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from features.cases import Cases
from features.check import SetAside
from features.codes import Code, Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.event_codes import EventKind, Instrument, Rater
from features.report import Event, Known, Report, ReportedConcern, Score
from features.schema import FACTS

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, str]


@dataclass(frozen=True)
class Records:
    """Reports and histories as records.

    Attributes
    ----------
    reports : mapping of (report_id, child_id) to Report
        In the order of the table.
    row : mapping of (report_id, child_id) to int
        The report's row in the table.
    histories : mapping of str to Known
        Everything that stands about a child, uncut.
    """

    reports: Mapping[Key, Report]
    row: Mapping[Key, int]
    histories: Mapping[str, Known]
    _broken: Mapping[str, tuple[SetAside, ...]]

    def known(self, report: Report) -> Known:
        """Give what stands about a report's child, and whether all of it that could matter was readable."""
        whole = self.histories.get(report.child_id, Known())
        rows = self._broken.get(report.child_id, ())
        if any(may_matter(row, report.report_id, report.received_at) for row in rows):
            return Known(reports=whole.reports, events=whole.events, instruments=whole.instruments, complete=False)
        return whole


def records(cases: Cases, children: Collection[str] | None = None) -> Records:
    """Give the sound rows of a case folder as records.

    Parameters
    ----------
    cases : Cases
    children : collection of str, optional
        Only these children; all when left out.
    """
    reports = _of(cases.frame("reports"), children)
    concerns = _concerns(_of(cases.frame("concerns"), children))
    found = {(row["report_id"], row["child_id"]): _report(row, concerns) for row in _rows(reports)}
    by_child: dict[str, dict[str, list[Any]]] = defaultdict(lambda: {"reports": [], "events": [], "instruments": []})
    for (_, child), report in found.items():
        by_child[child]["reports"].append(report)
    for row in _rows(_of(cases.frame("events"), children)):
        by_child[row["child_id"]]["events"].append(_event(row))
    for row in _rows(_of(cases.frame("instruments"), children)):
        by_child[row["child_id"]]["instruments"].append(_score(row))
    broken: dict[str, tuple[SetAside, ...]] = defaultdict(tuple)
    for aside in cases.set_aside:
        if aside.child_id is not None and aside.table in {"reports", "events", "instruments"}:
            broken[aside.child_id] = (*broken[aside.child_id], aside)
    histories = {
        child: Known(
            reports=tuple(parts["reports"]), events=tuple(parts["events"]), instruments=tuple(parts["instruments"])
        )
        for child, parts in by_child.items()
    }
    numbers = dict(zip(found, reports.index.tolist(), strict=True))
    return Records(MappingProxyType(found), MappingProxyType(numbers), MappingProxyType(histories), broken)


def may_matter(row: SetAside, report_id: str, received_at: dt.datetime) -> bool:
    """Tell whether a broken row could have been known before a report of the same child; when in doubt, yes."""
    if row.table == "reports" and row.report_id == report_id:
        return False
    recorded = row.readable.get("received_at" if row.table == "reports" else "recorded_at")
    return recorded is None or dt.datetime.fromisoformat(recorded) < received_at


def _of(frame: pd.DataFrame, children: Collection[str] | None) -> pd.DataFrame:
    """Keep the rows of some children."""
    return frame if children is None else frame[frame["child_id"].isin(set(children))]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows as plain values; a missing value is None."""
    import pandas as pd

    columns = {}
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = pd.Series(column.dt.to_pydatetime(), index=column.index, dtype=object)
        column = column.astype(object)
        columns[str(name)] = column.where(column.notna(), None).tolist()
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _lookup(codes: type[Code]) -> dict[str, Any]:
    """Find a code by its value, quickly."""
    return {code.value: code for code in codes}


_CODES = {
    codes: _lookup(codes)
    for codes in (
        Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo, EventKind, Instrument, Rater
    )
}  # fmt: skip


def _concerns(frame: pd.DataFrame) -> dict[Key, tuple[ReportedConcern, ...]]:
    """Group the concerns by report."""
    grouped: dict[Key, list[ReportedConcern]] = defaultdict(list)
    for row in _rows(frame):
        grouped[row["report_id"], row["child_id"]].append(
            ReportedConcern(
                concern=_CODES[Concern][row["concern"]],
                primary=bool(row["primary"]),
                status=_CODES[ConcernStatus][row["status"]],
                exposure=_CODES[Exposure][row["exposure"]],
                perpetrator=_CODES[Perpetrator][row["perpetrator"]],
            )
        )
    return {key: tuple(rows) for key, rows in grouped.items()}


def _report(row: Mapping[str, Any], concerns: Mapping[Key, tuple[ReportedConcern, ...]]) -> Report:
    """Build one report."""
    answers = _CODES[YesNo]
    return Report(
        report_id=row["report_id"],
        child_id=row["child_id"],
        household_id=row["household_id"],
        received_at=row["received_at"],
        unit=row["unit"],
        referral_type=_CODES[ReferralType][row["referral_type"]],
        reporter=_CODES[Reporter][row["reporter"]],
        birth_month=row["birth_month"],
        anonymous=answers[row["anonymous"]],
        feedback_requested=answers[row["feedback_requested"]],
        concerns=concerns.get((row["report_id"], row["child_id"]), ()),
        **{name: answers[row[name]] for name in FACTS},
    )


def _event(row: Mapping[str, Any]) -> Event:
    """Build one event."""
    return Event(**{**row, "kind": _CODES[EventKind][row["kind"]]})


def _score(row: Mapping[str, Any]) -> Score:
    """Build one score."""
    codes = {"instrument": _CODES[Instrument][row["instrument"]], "rater": _CODES[Rater][row["rater"]]}
    return Score(**{**row, **codes})
