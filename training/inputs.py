"""Here we turn cases into what every fit reads, the backtest's and the last one: features once, outcomes once, families, and what people did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints, Mask
from features.build import REGISTRY, Rows, build
from features.cases import Cases
from features.event_codes import EventKind
from training.backtest import families, households
from training.backtest.households import Names
from training.backtest.times import Instants, instants
from training.beside.prior_reports import IN_THREE_YEARS
from training.callbacks import Say
from training.labelling.labels import Labels, data_end, label
from training.plan import TrainingPlan, check_span
from triage.columns import MET
from triage.law import load_law
from triage.rulings import rule_all
from triage.words import Text

if TYPE_CHECKING:
    import pandas as pd

MANDATED = ("violence_by_close_person", "witnessed_violence", "honour_related_violence")
"""Rules by which the law has every report investigated: nobody chose there."""
KEYS = ["report_id", "child_id"]
BY = {"unit": Text("enhet", "unit"), "referral_type": Text("slag av anmälan", "type of report")}
"""What figures are also given for, each value on its own."""


@dataclass(frozen=True)
class Inputs:
    """Everything a training reads, one row per sound report, in the table's order.

    Attributes
    ----------
    rows : Rows
        The features.
    received : ndarray of datetime64[us], shape (n,)
    group : ndarray of int64, shape (n,)
        Household numbers.
    family : ndarray of str, shape (n,)
        Names of the same families, which more data do not change.
    labels : Labels
        Of the outcome that is predicted.
    also : tuple of Labels
        Of the outcomes beside it.
    said : pandas.DataFrame
        Every code of every report, a row each: ``row`` (of the report), ``field``, ``code``.
    by : mapping of str to ndarray of str, shape (n,)
    members : mapping of str to ndarray of bool, shape (n,)
        Who belongs to each audited group, by ``attribute: value``; for the audit of labels only, no model reads it.
    mandated : ndarray of bool, shape (n,)
    decided : ndarray of datetime64[us], shape (n,)
        When the unit decided whether to investigate; NaT: never.
    ceiling : ndarray of float64, shape (n,), or None
        The generator's own probability, where there is a generator.
    end : datetime.datetime
    digest : str
        Of the data.
    """

    rows: Rows
    received: Instants
    group: Ints
    family: Names
    labels: Labels
    also: tuple[Labels, ...]
    said: pd.DataFrame
    by: Mapping[str, NDArray[Any]]
    members: Mapping[str, Mask]
    mandated: Mask
    decided: Instants
    ceiling: Floats | None
    end: dt.datetime
    digest: str

    @property
    def values(self) -> Floats:
        """What the features hold, shape (n, k)."""
        return self.rows.values

    @property
    def all_labels(self) -> tuple[Labels, ...]:
        """Every outcome, the predicted one first."""
        return self.labels, *self.also


def gather(cases: Cases, plan: TrainingPlan, say: Say, truth: pd.DataFrame | None = None) -> Inputs:
    """Read everything once; ``truth`` is the hidden truth of a synthetic municipality.

    Raises
    ------
    TrainingRefused
        When a horizon is longer than the data's span, with the two numbers.
    """
    reports, end = cases.frame("reports"), data_end(cases)
    check_span(plan, reports["received_at"].min().to_pydatetime(), end)
    say("labels")
    found = tuple(label(cases, outcome, end) for outcome in plan.outcomes)
    for one in found:
        say(f"labels: {one!r}")
    say("features")
    received, child = instants(reports["received_at"]), reports["child_id"].tolist()
    group = households(reports["household_id"].tolist(), child)
    return Inputs(
        rows=build(cases),
        received=received,
        group=group,
        family=families(group, received, child),
        labels=found[0],
        also=found[1:],
        said=_said(cases, reports),
        by={name: reports[name].to_numpy(dtype=object) for name in BY},
        members=_members(cases, reports),
        mandated=_mandated(cases),
        decided=_decided(cases, reports),
        ceiling=None if truth is None else _by_report(truth.set_index(KEYS)["label_probability"], reports).to_numpy(),
        end=end,
        digest=cases.digest(),
    )


def _said(cases: Cases, reports: pd.DataFrame) -> pd.DataFrame:
    """Give every code of every report: row, field, code."""
    import pandas as pd

    reports = reports.assign(row=np.arange(len(reports)))
    of_report = reports.melt("row", ["unit", "referral_type", "reporter"], "field", "code")
    of_concerns = cases.frame("concerns")[[*KEYS, "concern"]].merge(reports[[*KEYS, "row"]], on=KEYS)
    of_concerns = of_concerns.rename(columns={"concern": "code"}).assign(field="concerns")
    return pd.concat([of_report, of_concerns[["row", "field", "code"]]], ignore_index=True)


def _members(cases: Cases, reports: pd.DataFrame) -> dict[str, Mask]:
    """Tell which reports are about a child of each audited group, shape (n,)."""
    held = cases.frame("groups").groupby(["attribute", "value"])["child_id"]
    return {
        f"{attribute}: {value}": reports["child_id"].isin(children).to_numpy() for (attribute, value), children in held
    }


def _mandated(cases: Cases) -> Mask:
    """Tell for which reports the law has everyone investigate because of violence, shape (n,)."""
    ruled = rule_all(cases, load_law())
    met: Mask = np.any([ruled.of(code) == MET for code in MANDATED], axis=0)
    return met


def _decided(cases: Cases, reports: pd.DataFrame) -> Instants:
    """Give when each report was first decided on, shape (n,)."""
    events = cases.frame("events")
    first = events[events["kind"] == EventKind.SCREENING_DECIDED.value].groupby(KEYS)["happened_at"].min()
    return instants(_by_report(first, reports))


def _by_report(held: pd.Series, reports: pd.DataFrame) -> pd.Series:
    """Put what is held by report and child in the order of the reports; missing where there is none."""
    import pandas as pd

    return held.reindex(pd.MultiIndex.from_frame(reports[KEYS]))


def kept_columns(leave_out: tuple[str, ...]) -> Ints:
    """Give the columns that a model may read."""
    return np.array([place for place, name in enumerate(REGISTRY.names) if name not in leave_out], dtype=np.int64)


def beside_columns(leave_out: tuple[str, ...]) -> Ints:
    """Give the columns that the simple models read: those that the model may read, and the plain count of earlier reports."""
    return kept_columns(tuple(name for name in leave_out if name not in IN_THREE_YEARS))
