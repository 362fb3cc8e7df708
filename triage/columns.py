"""Here we read a whole case folder as the rules do: one column per thing they look at, one row per report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.arrays import Ints
from features.cases import Cases
from features.codes import Concern, Exposure, Perpetrator, YesNo
from features.event_codes import EventKind
from features.kinds import ZONE
from features.records import may_matter
from features.schema import FACTS

if TYPE_CHECKING:
    import pandas as pd

Bools = NDArray[np.bool_]
Marks = NDArray[np.int8]

NOT_IN_FORCE, NOT_MET, CANNOT_TELL, MET = -1, 0, 1, 2
DAY = "datetime64[D]"


@dataclass(frozen=True)
class Columns:
    """What the rules read, as columns of n reports."""

    received: NDArray[np.datetime64]
    referral: NDArray[np.object_]
    reporter: NDArray[np.object_]
    feedback: Marks
    reached: Ints
    possible: Ints
    facts: dict[str, Marks]
    silent: Bools
    violent: Bools
    by_close: Marks
    by_other: Marks
    witnessed: Marks
    honour: Marks
    ongoing: Bools
    incomplete: Bools

    def take(self, rows: Ints) -> Columns:
        """Keep some of the reports."""
        kept = {name: getattr(self, name) for name in self.__dataclass_fields__}
        facts = {name: values[rows] for name, values in kept.pop("facts").items()}
        return Columns(facts=facts, **{name: values[rows] for name, values in kept.items()})


def read_columns(cases: Cases) -> Columns:
    """Read from the tables what the rules look at."""
    reports, concerns = cases.frame("reports"), cases.frame("concerns")
    row, n = _place(concerns, reports), len(reports)
    kind, exposure, perpetrator = (
        concerns[name].astype(object).to_numpy() for name in ("concern", "exposure", "perpetrator")
    )
    violent = np.isin(kind, [code.value for code in Concern if code.is_violence])
    seen = kind == Concern.WITNESSED_VIOLENCE.value
    direct = violent & ~seen
    honour = kind == Concern.HONOUR_RELATED.value
    nobody = np.isin(perpetrator, [Perpetrator.UNKNOWN.value, Perpetrator.NOT_APPLICABLE.value])
    others = np.isin(perpetrator, [Perpetrator.OTHER_KNOWN.value, Perpetrator.STRANGER.value])
    close = perpetrator == Perpetrator.CLOSE_PERSON.value
    seen = seen | (violent & (exposure == Exposure.WITNESSED.value))
    unsure = violent & ~seen & (exposure == Exposure.UNKNOWN.value)
    silent = ~_any(row, np.ones(len(row), dtype=bool), n) | _any(row, kind == Concern.NOT_STATED.value, n)
    reached, possible = _ages(reports)
    return Columns(
        received=_swedish_day(reports["received_at"]),
        referral=reports["referral_type"].astype(object).to_numpy(),
        reporter=reports["reporter"].astype(object).to_numpy(),
        feedback=_answers(reports["feedback_requested"]),
        reached=reached,
        possible=possible,
        facts={name: _answers(reports[name]) for name in FACTS},
        silent=silent,
        violent=_any(row, violent, n),
        by_close=marks(_any(row, direct & close, n), _any(row, direct & nobody, n)),
        by_other=marks(_any(row, direct & others, n), _any(row, direct & nobody, n)),
        witnessed=marks(_any(row, seen & close, n), _any(row, (seen & ~close) | unsure, n)),
        honour=marks(_any(row, honour & close, n), _any(row, honour, n)),
        ongoing=_ongoing(reports, cases.frame("events")),
        incomplete=_incomplete(reports, cases),
    )


def marks(met: Bools, cannot_tell: Bools) -> Marks:
    """Join two columns of truths to verdicts."""
    return np.where(met, MET, np.where(cannot_tell, CANNOT_TELL, NOT_MET)).astype(np.int8)


def _answers(column: pd.Series) -> Marks:
    """Read yes/no/unknown as verdicts."""
    marks = {YesNo.YES.value: MET, YesNo.NO.value: NOT_MET, YesNo.UNKNOWN.value: CANNOT_TELL}
    return np.asarray(column.astype(object).map(marks), dtype=np.int8)


def _any(row: Ints, holds: Bools, n: int) -> Bools:
    """Tell for which reports any concern holds."""
    found = np.zeros(n, dtype=bool)
    found[row[holds]] = True
    return found


def _place(concerns: pd.DataFrame, reports: pd.DataFrame) -> Ints:
    """Give for every concern the row of its report."""
    import pandas as pd

    keys = ["report_id", "child_id"]
    found = pd.MultiIndex.from_frame(reports[keys]).get_indexer(pd.MultiIndex.from_frame(concerns[keys]))
    return np.asarray(found, dtype=np.int64)


def _swedish_day(moments: pd.Series) -> NDArray[np.datetime64]:
    """Give the day of a moment as a Swedish authority counts it."""
    return np.asarray(moments.dt.tz_convert(ZONE).dt.tz_localize(None).to_numpy().astype(DAY))


def _ages(reports: pd.DataFrame) -> tuple[Ints, Ints]:
    """Give the years reached for certain (0 when unknown), and those possibly reached (-1 when unknown)."""
    import pandas as pd

    day = _swedish_day(reports["received_at"]).astype("datetime64[M]").astype(np.int64)
    born = pd.to_datetime(reports["birth_month"] + "-01", format="%Y-%m-%d").to_numpy().astype("datetime64[M]")
    months = day - born.astype(np.int64)
    known = reports["birth_month"].notna().to_numpy()
    reached = np.where(known, np.maximum(0, (months - 1) // 12), 0)
    return reached.astype(np.int64), np.where(known, np.maximum(0, months // 12), -1).astype(np.int64)


def _ongoing(reports: pd.DataFrame, events: pd.DataFrame) -> Bools:
    """Tell for which reports an investigation was known to be ongoing."""
    kinds = {EventKind.INVESTIGATION_OPENED.value, EventKind.INVESTIGATION_CLOSED.value, EventKind.CASE_CLOSED.value}
    columns = ["child_id", "kind", "case_id", "recorded_at", "withdrawn_at"]
    steps = events.loc[events["kind"].isin(kinds), columns]
    moments = reports[["child_id", "received_at"]].reset_index(names="row")
    pairs = moments.merge(steps, on="child_id")
    known = (pairs["recorded_at"] < pairs["received_at"]) & ~(pairs["withdrawn_at"] < pairs["received_at"])
    pairs = pairs[known].assign(case_id=pairs["case_id"].fillna(""))
    opening = pairs["kind"] == EventKind.INVESTIGATION_OPENED.value
    ended = pairs.loc[~opening, ["row", "case_id"]].drop_duplicates().assign(ended=True)
    left = pairs.loc[opening, ["row", "case_id"]].drop_duplicates().merge(ended, on=["row", "case_id"], how="left")
    found = np.zeros(len(reports), dtype=bool)
    found[left.loc[left["ended"].isna(), "row"].to_numpy(dtype=np.int64)] = True
    return found


def _incomplete(reports: pd.DataFrame, cases: Cases) -> Bools:
    """Tell for which reports a row of the child's history could not be read and may have been known."""
    found = np.zeros(len(reports), dtype=bool)
    tables = {"reports", "events", "instruments"}
    broken = [aside for aside in cases.set_aside if aside.child_id is not None and aside.table in tables]
    reports = reports[["report_id", "child_id", "received_at"]]
    rows_of: dict[str, list[int]] = {aside.child_id: [] for aside in broken if aside.child_id is not None}
    for row in np.flatnonzero(reports["child_id"].isin(list(rows_of)).to_numpy()).tolist():
        rows_of[reports["child_id"].iloc[row]].append(row)
    for aside in broken:
        for row in rows_of[aside.child_id or ""]:
            report = reports.iloc[row]
            found[row] |= may_matter(aside, report["report_id"], report["received_at"])
    return found
