"""Here we turn cases, or one report with what is known, into plain arrays: one shape for one report and for a million.

Times are microseconds of UTC in ``int64``; codes are small integers; a missing number is NaN. Two
constructors give the same arrays: `from_cases` for tables and `from_report` for one report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.codes import Code, Concern, ConcernStatus, Exposure, Reporter, YesNo
from features.event_codes import EventKind, Instrument
from features.kinds import ZONE
from features.report import Known, Report, months_since
from features.schema import FACTS

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from features.cases import Cases

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

REPORT = len(EventKind)
"""The kind under which an earlier report stands in the timeline."""
SCORE = REPORT + 1
"""The kind under which an instrument's total stands in the timeline."""
NEVER = np.iinfo(np.int64).max
"""When an entry that was never withdrawn is withdrawn."""
UNKNOWN_AGE = np.nan


def index(codes: type[Code]) -> dict[str, int]:
    """Number the codes of a list."""
    return {code.value: number for number, code in enumerate(codes)}


KIND = index(EventKind)
REPORTER = index(Reporter)
DETAIL = {
    value: number
    for number, value in enumerate(
        sorted({value for kind in EventKind if kind.details is not None for value in kind.details.values()})
    )
}
INSTRUMENT = index(Instrument)
CONCERN = index(Concern)
STATUS = index(ConcernStatus)
EXPOSURE = index(Exposure)
FACT = {name: number for number, name in enumerate(FACTS)}
ANSWER = index(YesNo)


@dataclass(frozen=True)
class Asked:
    """The reports for which features are asked.

    Attributes
    ----------
    child : ndarray of int64, shape (n,)
        Number of the child, shared with `Timeline`.
    at : ndarray of int64, shape (n,)
        When the report was received, microseconds of UTC: the moment at which history is cut.
    reporter : ndarray of int64, shape (n,)
    age_months : ndarray of float64, shape (n,)
        NaN when the month of birth is unknown.
    facts : ndarray of int64, shape (n, number of facts)
        Numbers of `YesNo` answers.
    concern : ndarray of bool, shape (n, number of concerns)
    status, exposure : ndarray of int64, shape (n, number of codes)
        How many of the report's concerns have each status and exposure.
    """

    child: Ints
    at: Ints
    reporter: Ints
    age_months: Floats
    facts: Ints
    concern: NDArray[np.bool_]
    status: Ints
    exposure: Ints

    def __len__(self) -> int:
        """Count the reports."""
        return len(self.at)


@dataclass(frozen=True)
class Timeline:
    """Everything recorded about the children: events, earlier reports and scores, one row each.

    Attributes
    ----------
    child, kind, detail, who : ndarray of int64, shape (m,)
        ``detail`` is a number of `DETAIL` (-1: none); ``who`` is the reporter of a report.
    happened, recorded, withdrawn : ndarray of int64, shape (m,)
        Microseconds of UTC; ``withdrawn`` is `NEVER` for what stands.
    value : ndarray of float64, shape (m,)
        The total of a score, NaN otherwise.
    """

    child: Ints
    kind: Ints
    detail: Ints
    who: Ints
    happened: Ints
    recorded: Ints
    withdrawn: Ints
    value: Floats

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.child)


def from_cases(cases: Cases) -> tuple[Asked, Timeline]:
    """Give the arrays of all sound reports of a case folder, in the table's order, and of their history."""
    reports, concerns = cases.frame("reports"), cases.frame("concerns")
    events, scores = cases.frame("events"), cases.frame("instruments")
    numbers = _numbers(reports, events, scores)
    child = numbers(reports["child_id"])
    at, reporter = _micros(reports["received_at"]), _codes(reports["reporter"], REPORTER)
    of = _rows_of(concerns, reports)
    asked = Asked(
        child=child,
        at=at,
        reporter=reporter,
        age_months=_age_months(reports),
        facts=np.column_stack([_codes(reports[name], ANSWER) for name in FACTS]).reshape(-1, len(FACTS)),
        concern=_count(of, _codes(concerns["concern"], CONCERN), len(reports), len(CONCERN)) > 0,
        status=_count(of, _codes(concerns["status"], STATUS), len(reports), len(STATUS)),
        exposure=_count(of, _codes(concerns["exposure"], EXPOSURE), len(reports), len(EXPOSURE)),
    )
    parts = [
        _rows(child, np.full(len(at), REPORT), at, at, who=reporter),
        _rows(
            numbers(events["child_id"]),
            _codes(events["kind"], KIND),
            _micros(events["happened_at"]),
            _micros(events["recorded_at"]),
            detail=_codes(events["detail"], DETAIL),
            withdrawn=_micros(events["withdrawn_at"], missing=NEVER),
        ),
        _rows(
            numbers(scores["child_id"]),
            np.full(len(scores), SCORE),
            _micros(scores["completed_at"]),
            _micros(scores["recorded_at"]),
            detail=_codes(scores["instrument"], INSTRUMENT),
            value=scores["total"].to_numpy(dtype=np.float64),
        ),
    ]
    return asked, _sorted(parts)


def from_report(report: Report, known: Known) -> tuple[Asked, Timeline]:
    """Give the arrays of one report and of what is recorded about its child; other children are left out."""
    asked = Asked(
        child=np.zeros(1, dtype=np.int64),
        at=_array([micros(report.received_at)]),
        reporter=_array([REPORTER[report.reporter]]),
        age_months=np.array([_age(report)]),
        facts=_array([[ANSWER[getattr(report, name)] for name in FACTS]]),
        concern=_tally([CONCERN[concern.concern] for concern in report.concerns], len(CONCERN)) > 0,
        status=_tally([STATUS[concern.status] for concern in report.concerns], len(STATUS)),
        exposure=_tally([EXPOSURE[concern.exposure] for concern in report.concerns], len(EXPOSURE)),
    )
    earlier = [row for row in known.reports if row.child_id == report.child_id]
    events = [row for row in known.events if row.child_id == report.child_id]
    scores = [row for row in known.instruments if row.child_id == report.child_id]
    received = _array([micros(row.received_at) for row in earlier])
    parts = [
        _rows(
            _zeros(earlier),
            np.full(len(earlier), REPORT),
            received,
            received,
            who=_array([REPORTER[row.reporter] for row in earlier]),
        ),
        _rows(
            _zeros(events),
            _array([KIND[row.kind] for row in events]),
            _array([micros(row.happened_at) for row in events]),
            _array([micros(row.recorded_at) for row in events]),
            detail=_array([DETAIL.get(row.detail or "", -1) for row in events]),
            withdrawn=_array([NEVER if row.withdrawn_at is None else micros(row.withdrawn_at) for row in events]),
        ),
        _rows(
            _zeros(scores),
            np.full(len(scores), SCORE),
            _array([micros(row.completed_at) for row in scores]),
            _array([micros(row.recorded_at) for row in scores]),
            detail=_array([INSTRUMENT[row.instrument] for row in scores]),
            value=np.array([row.total for row in scores], dtype=np.float64),
        ),
    ]
    return asked, _sorted(parts)


def micros(moment: dt.datetime) -> int:
    """Give a moment as microseconds of UTC, exactly."""
    import datetime as dt

    since = moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _rows(
    child: Ints,
    kind: Ints,
    happened: Ints,
    recorded: Ints,
    *,
    detail: Ints | None = None,
    who: Ints | None = None,
    withdrawn: Ints | None = None,
    value: Floats | None = None,
) -> Timeline:
    """Put one source's rows into the timeline's shape."""
    n = len(child)
    none = np.full(n, -1, dtype=np.int64)
    return Timeline(
        child=child,
        kind=kind.astype(np.int64),
        detail=none if detail is None else detail,
        who=none if who is None else who,
        happened=happened,
        recorded=recorded,
        withdrawn=np.full(n, NEVER) if withdrawn is None else withdrawn,
        value=np.full(n, np.nan) if value is None else value,
    )


def _sorted(parts: Sequence[Timeline]) -> Timeline:
    """Join the sources and sort by every column, so that the order of rows on file changes nothing."""
    names = ("child", "recorded", "happened", "kind", "detail", "who", "withdrawn", "value")
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.lexsort([joined[name] for name in reversed(names)])
    return Timeline(**{name: values[order] for name, values in joined.items()})


def _numbers(*frames: pd.DataFrame) -> Callable[[pd.Series], Ints]:
    """Number the children of all tables alike."""
    import pandas as pd

    ids = pd.Index(pd.unique(pd.concat([frame["child_id"] for frame in frames], ignore_index=True)))

    def number(column: pd.Series) -> Ints:
        return np.asarray(ids.get_indexer(pd.Index(column)), dtype=np.int64)

    return number


def _micros(column: pd.Series, missing: int = 0) -> Ints:
    """Give a column of times as microseconds of UTC."""
    values: Ints = column.dt.as_unit("us").to_numpy(dtype="datetime64[us]").astype(np.int64)
    values[column.isna().to_numpy()] = missing
    return values


def _codes(column: pd.Series, numbers: dict[str, int]) -> Ints:
    """Give a column of codes as their numbers (-1 where there is none)."""
    return np.asarray(column.astype("object").map(numbers).fillna(-1), dtype=np.int64)


def _rows_of(concerns: pd.DataFrame, reports: pd.DataFrame) -> Ints:
    """Give for every concern the row of its report."""
    import pandas as pd

    keys = ["report_id", "child_id"]
    at = pd.MultiIndex.from_frame(reports[keys]).get_indexer(pd.MultiIndex.from_frame(concerns[keys]))
    return np.asarray(at, dtype=np.int64)


def _count(row: Ints, code: Ints, rows: int, codes: int) -> Ints:
    """Count codes per row, shape (rows, codes)."""
    return np.bincount(row * codes + code, minlength=rows * codes).reshape(rows, codes).astype(np.int64)


def _age_months(reports: pd.DataFrame) -> Floats:
    """Count calendar months from the month of birth to the month received, in Swedish time."""
    import pandas as pd

    local = reports["received_at"].dt.tz_convert(ZONE).dt
    year = pd.to_numeric(reports["birth_month"].str.slice(0, 4)).to_numpy(dtype=np.float64)
    month = pd.to_numeric(reports["birth_month"].str.slice(5, 7)).to_numpy(dtype=np.float64)
    months: Floats = (local.year.to_numpy() - year) * 12 + (local.month.to_numpy() - month)
    return months


def _age(report: Report) -> float:
    """Give one report's age in months, NaN when unknown."""
    if report.birth_month is None:
        return UNKNOWN_AGE
    return float(months_since(report.birth_month, report.received_at))


def _tally(codes: list[int], width: int) -> Ints:
    """Count one report's codes, shape (1, width)."""
    return np.bincount(_array(codes), minlength=width).reshape(1, width).astype(np.int64)


def _array(values: Sequence[object]) -> Ints:
    """Make an integer array, also of nothing."""
    return np.array(values, dtype=np.int64)


def _zeros(rows: Sequence[object]) -> Ints:
    """Number one child's rows."""
    return np.zeros(len(rows), dtype=np.int64)
