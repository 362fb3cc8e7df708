"""Here we run every check over one table and gather what they found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from training.callbacks import Say
from training.leaks.checked import Checked
from training.leaks.copies import label_copies, outcome_copies
from training.leaks.door import check
from training.leaks.findings import Finding
from training.leaks.inputs import AuditInputs, Columns, EventTable, Rebuild
from training.leaks.maturity import immature_labels, rows_after_end
from training.leaks.reconstruction import reconstruction
from training.leaks.report import LeakReport
from training.leaks.single import single_columns, single_events
from training.leaks.splits import learned_in_time, shared_entities, shared_households, shared_rows
from training.leaks.truncation import truncation

if TYPE_CHECKING:
    import pandas as pd


CHECKS: dict[str, Callable[[Checked], Iterator[Finding]]] = {
    "truncation": truncation,
    "reached": reconstruction,
    "label_copy": label_copies,
    "outcome_copy": outcome_copies,
    "single_auc": single_columns,
    "event_auc": single_events,
    "split_entity": shared_entities,
    "split_household": shared_households,
    "split_duplicate": shared_rows,
    "split_time": learned_in_time,
    "immature": immature_labels,
    "after_end": rows_after_end,
}
"""Every check by its code, the decisive ones first."""


def audit_leaks(
    table: pd.DataFrame,
    columns: Columns,
    *,
    events: Sequence[EventTable] = (),
    rebuild: Rebuild | None = None,
    horizon: dt.timedelta | None = None,
    end: dt.datetime | None = None,
    seed: int = 0,
) -> LeakReport:
    """Look for leaks of the outcome in any table of features, also one built elsewhere.

    Parameters
    ----------
    table : pandas.DataFrame, n rows
        One row per report.
    columns : Columns
        Which column plays which part.
    events : sequence of EventTable
        What happened, before and after; without them two checks cannot tell.
    rebuild : callable, optional
        Makes the features anew from truncated tables (see `training.leaks.inputs.Rebuild`): the decisive test.
    horizon : datetime.timedelta, optional
        How long after the report the outcome is decided.
    end : datetime.datetime, optional
        The data's end; by default the last moment at which anything was known.
    seed : int
        Of the reports that are sampled and of the bootstrap.

    Returns
    -------
    LeakReport
        The same whatever the order of rows.

    Raises
    ------
    TableRefused
        When a column is missing or does not hold what its part needs.

    Examples
    --------
    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=200, freq="31h", tz="Europe/Stockholm")
    >>> table = pd.DataFrame({"child": range(200), "at": at, "y": [0, 1] * 100, "x": [3, 7] * 100})
    >>> audit_leaks(table, Columns("child", "at", "y")).leaking_columns
    ('x',)
    """
    return audit(AuditInputs(table, columns, events, rebuild, horizon, end), seed=seed)


def audit(inputs: AuditInputs, *, seed: int = 0, say: Say = lambda _: None) -> LeakReport:
    """Look for leaks in what an audit is given; ``say`` is told which check runs."""
    checked = check(inputs, seed)
    findings: list[Finding] = []
    for code, look in CHECKS.items():
        say(code)
        findings += look(checked)
    return _report(checked, tuple(findings))


def _report(checked: Checked, findings: tuple[Finding, ...]) -> LeakReport:
    """Say what was audited, and what was found."""
    given = checked.given
    return LeakReport(
        rows=len(checked),
        labelled=int(checked.labelled.sum()),
        entities=len(set(checked.entity.tolist())),
        features=tuple(checked.features),
        skipped=checked.skipped,
        events={each.given.name: len(each.given.frame) for each in checked.events},
        horizon_days=None if given.horizon is None else given.horizon / dt.timedelta(days=1),
        end=dt.datetime.fromtimestamp(checked.end / 1e6, tz=dt.UTC).isoformat(timespec="seconds"),
        end_given=given.end is not None,
        seed=checked.seed,
        findings=findings,
    )
