"""Here we declare the features of who reports and of the child's age, which the report also says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.arrays import Floats
from features.codes import Concern, Reporter, ReporterGroup
from features.coding import CONCERN, REPORTER, said
from features.groups import Group
from features.of_report import STATED
from features.registry import Pair, Registry, Words
from features.shapes import told_or_not
from features.sources import Age, OfReport, Source, Together

WHO_FEATURES = Registry()
"""Who reports, and how old the child is, in order."""

OBSERVABLE = 36
"""Months: as long as history counts."""

_NO_AGE = ("barnets ålder är okänd", "the child's age is unknown")
_THE_CHILD = ("barnet", "the child")


def _reporter(name: str, who: Pair, members: Sequence[Reporter], source: Source | None = None, also: str = "") -> None:
    """Declare a flag for who reports; without direction, and never used to lower a duty."""
    WHO_FEATURES.declare(
        name,
        (f"anmälan från {who[0]}", f"report from {who[1]}"),
        "flag",
        Group.REPORTER,
        0,
        told_or_not(
            who,
            (f"anmälan kommer inte från {who[0]}", f"the report does not come from {who[1]}"),
            ("anmälan kommer från", "the report comes from"),
        ),
        source or OfReport(said(REPORTER, members), flag=True),
        f"1 when the reporter is one of {', '.join(member.value for member in members)}{also}; else 0.",
    )


def _of(group: ReporterGroup) -> list[Reporter]:
    """List the reporters of a group."""
    return [reporter for reporter in Reporter if reporter.group is group]


_reporter("reporter_police", ("polisen", "the police"), [Reporter.POLICE])
_reporter(
    "reporter_school_or_care",
    ("skola, förskola eller vård", "school, preschool or health care"),
    [*_of(ReporterGroup.EDUCATION), *_of(ReporterGroup.HEALTH)],
)


_OWN = (Reporter.PARENT, Reporter.CHILD)


def _not_over_custody(own_custody_concerns: Floats) -> Floats:
    """Give 1 for who asks on their own behalf: not for one who reports the other parent, and tells of nothing but a conflict."""
    own, custody, concerns = own_custody_concerns.T
    return np.where((custody > 0) & (custody == concerns), 0.0, np.minimum(own, 1.0))


_reporter(
    "reporter_own",
    (
        "barnet självt eller en förälder, om mer än en vårdnadstvist",
        "the child itself or a parent, about more than a custody conflict",
    ),
    _OWN,
    Together(
        _not_over_custody,
        (
            OfReport(said(REPORTER, _OWN)),
            OfReport(said(CONCERN, [Concern.CUSTODY_CONFLICT])),
            OfReport(said(CONCERN, STATED)),
        ),
    ),
    ", and custody_conflict is not all that the report names",
)
_reporter(
    "reporter_private",
    ("en anhörig, en bekant eller någon anonym", "a relative, an acquaintance or someone anonymous"),
    [reporter for reporter in _of(ReporterGroup.PRIVATE) if reporter not in _OWN],
)


def _observable(age: Floats) -> Floats:
    """Cut the age off where history no longer counts."""
    return np.minimum(age[:, 0], OBSERVABLE)


WHO_FEATURES.declare(
    "age_months",
    ("barnets ålder", "the child's age"),
    "months",
    Group.AGE,
    0,
    Words(
        many=("är {age}", "is {age} old"),
        one=("är en månad", "is one month old"),
        none=("barnet är nyfött", "the child is newborn"),
        absent=_NO_AGE,
        head=_THE_CHILD,
    ),
    Age(),
    "Whole calendar months from the month of birth to the month received, in Sweden; absent when the birth is unknown.",
)
WHO_FEATURES.declare(
    "observable_months",
    ("tid som barnet kan ha varit känt", "time the child could have been known"),
    "months",
    Group.AGE,
    0,
    Words(
        many=("kan ha varit känt i {n} av 36 månader", "could have been known for {n} of 36 months"),
        one=("kan ha varit känt i en månad", "could have been known for one month"),
        none=("barnet är nyfött och kan inte ha varit känt", "the child is newborn and could not have been known"),
        absent=_NO_AGE,
        head=_THE_CHILD,
    ),
    Together(_observable, (Age(),)),
    "Months of the last 36 in which the child was alive: the age in months, at most 36; absent when that is unknown.",
)
