"""Here we apply the law to a whole case folder at once: the verdicts of `triage.rules`, column by column.

The same answers as report by report (a test compares every one), fast enough for a national year. Traces and
texts are made for one report at a time, by `triage.rules.findings`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.arrays import Ints
from features.cases import Cases
from features.codes import ReferralType, Reporter
from triage.columns import CANNOT_TELL, DAY, MET, NOT_IN_FORCE, NOT_MET, Bools, Columns, Marks, marks, read_columns
from triage.findings import Verdict
from triage.law import Law, LawInForce, Provision
from triage.rules import ACUTE_FACTS, DUE, DUE_WHEN_MET, RULES

if TYPE_CHECKING:
    import pandas as pd

VERDICTS = {NOT_MET: Verdict.NOT_MET, CANNOT_TELL: Verdict.CANNOT_TELL, MET: Verdict.MET}
NODAY = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Rulings:
    """Verdicts of every rule on every sound report, in the table's order.

    Attributes
    ----------
    codes : tuple of str, length k
        The rules, in reading order.
    verdicts : ndarray of int8, shape (n, k)
        2 met, 1 cannot tell, 0 not met, -1 not in force.
    due : dict of str to ndarray of datetime64[D], shape (n,)
        The last day of each duty; NaT where there is none.
    received : ndarray of datetime64[D], shape (n,)
        The day received, as counted in Sweden.
    outside : ndarray of bool, shape (n,)
        Received before the first law: nothing was applied.
    """

    codes: tuple[str, ...]
    verdicts: Marks
    due: dict[str, NDArray[np.datetime64]]
    received: NDArray[np.datetime64]
    outside: Bools

    def of(self, code: str) -> Marks:
        """Give one rule's verdicts, shape (n,)."""
        return self.verdicts[:, self.codes.index(code)]

    def frame(self) -> pd.DataFrame:
        """Count the verdicts per rule."""
        import pandas as pd

        names = {NOT_IN_FORCE: "not_in_force"} | {mark: verdict.value for mark, verdict in VERDICTS.items()}
        counts = {name: (self.verdicts == mark).sum(axis=0) for mark, name in names.items()}
        return pd.DataFrame(counts, index=pd.Index(self.codes, name="rule"))


def rule_all(cases: Cases, law: Law, *, on: dt.date | None = None) -> Rulings:
    """Apply the law to every sound report of a case folder.

    Parameters
    ----------
    cases : Cases
    law : Law
    on : datetime.date, optional
        Apply the law of this day to all; each report's own day when left out.
    """
    matter = read_columns(cases)
    codes = tuple(RULES)
    n = len(matter.received)
    verdicts = np.full((n, len(codes)), NOT_IN_FORCE, dtype=np.int8)
    due = {duty: np.full(n, NODAY, dtype=DAY) for duty in DUE}
    outside = np.zeros(n, dtype=bool)
    for rows, in_force in _periods(matter, law, on):
        if in_force is None:
            outside[rows] = True
            continue
        for column, code in enumerate(codes):
            if code in in_force.provisions:
                verdicts[rows, column] = _COLUMN[code](matter.take(rows), in_force, in_force.provisions[code])
        for duty, code in DUE.items():
            provision = in_force.provisions.get(code)
            if provision is not None and duty in in_force.provisions:
                least = MET if duty in DUE_WHEN_MET else CANNOT_TELL
                standing = rows[verdicts[rows, codes.index(duty)] >= least]
                due[duty][standing] = matter.received[standing] + np.timedelta64(provision.values["days"], "D")
    return Rulings(codes, verdicts, due, matter.received, outside)


def _periods(matter: Columns, law: Law, on: dt.date | None) -> list[tuple[Ints, LawInForce | None]]:
    """Group the reports by the law that holds for them."""
    everyone = np.arange(len(matter.received))
    if on is not None:
        return [(everyone, law.at(on))]
    starts = np.array(law.changes(), dtype=DAY)
    place = np.searchsorted(starts, matter.received, side="right")
    return [
        (everyone[place == number], None if number == 0 else law.at(starts[number - 1].item()))
        for number in np.unique(place)
    ]


Column = Callable[[Columns, LawInForce, Provision], Marks]


def _danger(matter: Columns, law: LawInForce, provision: Provision) -> Marks:
    """Immediate danger, as `triage.rules.immediate_danger`."""
    worst: Marks = np.max([matter.facts[name] for name in ACUTE_FACTS], axis=0)
    access = matter.facts["perpetrator_has_access"]
    maybe = np.where(matter.silent & (access != NOT_MET), CANNOT_TELL, NOT_MET)
    return np.maximum(np.maximum(worst, maybe), np.where(matter.violent, access, NOT_MET)).astype(np.int8)


def _over_concerns(of: Callable[[Columns], Marks]) -> Column:
    """Read a verdict over concerns; where no concern is stated it cannot be told."""
    return lambda matter, law, provision: np.maximum(of(matter), np.where(matter.silent, CANNOT_TELL, NOT_MET)).astype(
        np.int8
    )


def _application(matter: Columns, law: LawInForce, provision: Provision) -> Marks:
    """Application, as `triage.rules.application`."""
    applied = matter.referral == ReferralType.APPLICATION.value
    child = (matter.reporter == Reporter.CHILD.value) & (matter.reached >= provision.values["own_party_years"])
    return marks(applied & ((matter.reporter == Reporter.PARENT.value) | child), applied)


def _protection(matter: Columns, law: LawInForce, provision: Provision) -> Marks:
    """Protection assessment, as `triage.rules.protection_assessment`."""
    young = matter.reached < law.provisions["young_person_age"].values["years"]
    return np.where(young, MET, NOT_MET).astype(np.int8)


def _screening(matter: Columns, law: LawInForce, provision: Provision) -> Marks:
    """Preliminary assessment, as `triage.rules.screening`."""
    rule = law.provisions.get("application")
    applied = np.zeros(len(matter.ongoing), dtype=bool) if rule is None else _application(matter, law, rule) == MET
    needed = np.where(matter.ongoing, np.where(matter.incomplete, CANNOT_TELL, NOT_MET), MET)
    return np.where(applied, NOT_MET, needed).astype(np.int8)


def _fact(name: str) -> Column:
    """Read one yes/no/unknown fact."""
    return lambda matter, law, provision: matter.facts[name]


def _always(matter: Columns, law: LawInForce, provision: Provision) -> Marks:
    """Hold for every report."""
    return np.full(len(matter.received), MET, dtype=np.int8)


def _suspect(low: str | None, high: str) -> Column:
    """Suspected of a crime and of an age, as `triage.rules`."""

    def column(matter: Columns, law: LawInForce, provision: Provision) -> Marks:
        least, below = provision.values[low] if low else 0, provision.values[high]
        surely = (matter.reached >= least) & (matter.reached < below)
        maybe = (matter.possible >= least) & (matter.possible < below)
        age = np.where(surely != maybe, CANNOT_TELL, np.where(surely, MET, NOT_MET))
        age = np.where(matter.possible < 0, CANNOT_TELL, age)
        return np.minimum(matter.facts["suspected_of_crime"], age).astype(np.int8)

    return column


def _duty_to_report(matter: Columns, law: LawInForce, provision: Provision) -> Marks:
    """Whether the reporter is under a duty, as `triage.rules.duty_to_report`."""
    unsure = np.isin(matter.reporter, sorted(provision.members["reporters_unclear"]))
    return marks(np.isin(matter.reporter, sorted(provision.members["reporters"])), unsure)


def _feedback(matter: Columns, law: LawInForce, provision: Provision) -> Marks:
    """Feedback, as `triage.rules.feedback`."""
    rule = law.provisions.get("duty_to_report")
    n = len(matter.received)
    duty = np.full(n, CANNOT_TELL, dtype=np.int8) if rule is None else _duty_to_report(matter, law, rule)
    return np.minimum(matter.feedback, duty)


_COLUMN: dict[str, Column] = {
    "immediate_danger": _danger,
    "violence_by_close_person": _over_concerns(lambda matter: matter.by_close),
    "witnessed_violence": _over_concerns(lambda matter: matter.witnessed),
    "honour_related_violence": _over_concerns(lambda matter: matter.honour),
    "application": _application,
    "protection_assessment": _protection,
    "screening": _screening,
    "duty_to_open": _always,
    "taken_abroad_or_mutilation": _fact("may_be_taken_abroad"),
    "sheltered_housing": _fact("in_sheltered_housing"),
    "unaccompanied_child": _fact("unaccompanied"),
    "suspect_under_15": _suspect(None, "below_years"),
    "suspect_15_to_17": _suspect("from_years", "below_years"),
    "crime_by_other": _over_concerns(lambda matter: matter.by_other),
    "eviction": _fact("eviction_notice"),
    "outside_contact": _fact("outside_contact_needed"),
    "duty_to_report": _duty_to_report,
    "feedback": _feedback,
    "early_help": _always,
}
