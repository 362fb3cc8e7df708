"""Here we declare the features of what happened before: earlier reports, preliminary assessments, investigations.

All look at most `features.sources.HORIZON` days back.
"""

from __future__ import annotations

import numpy as np

from features import coding
from features.arrays import Floats
from features.codes import Reporter
from features.coding import what
from features.event_codes import ContactWith, EventKind, InvestigationOutcome, Screening
from features.groups import Group
from features.registry import Pair, Registry, Words
from features.shapes import HISTORY_UNKNOWN, THREE_YEARS, count, counted, days_ago, ongoing, yes_no
from features.sources import OfHistory, Together

HISTORY_FEATURES = Registry()
"""What happened before, in order."""

# ---------------------------------------------------------------- earlier reports

_ONCE = coding.earlier_reports(repeats=False)
_EVERY = coding.earlier_reports(repeats=True)


def _reports(far: int, near: int, label: Pair, when: Pair) -> None:
    """Declare a count of earlier reports in one of three windows that do not overlap."""
    words = counted(
        ("kom en tidigare anmälan", "one earlier report came"),
        ("kom {count} tidigare anmälningar", "{count} earlier reports came"),
        ("ingen tidigare anmälan", "no earlier report"),
        when,
    )
    meaning = (
        f"Earlier reports from {far} to {near} days ago; one that came at most 14 days after another by the same kind "
        "of reporter is not counted, and of several by that kind at one instant only one is."
    )
    HISTORY_FEATURES.declare(
        f"reports_{far}", label, "count", Group.EARLIER_REPORTS, 1, words, OfHistory("count", _ONCE, near, far), meaning
    )


_reports(
    90,
    0,
    ("tidigare anmälningar, 0–90 dagar", "earlier reports, 0–90 days"),
    ("de senaste 90 dagarna", "in the last 90 days"),
)
_reports(
    365,
    90,
    ("tidigare anmälningar, 90–365 dagar", "earlier reports, 90–365 days"),
    ("för 90 till 365 dagar sedan", "90 to 365 days ago"),
)
_reports(
    1095,
    365,
    ("tidigare anmälningar, 1–3 år", "earlier reports, 1–3 years"),
    ("för ett till tre år sedan", "one to three years ago"),
)
count(
    HISTORY_FEATURES,
    "repeats_1095",
    ("upprepade anmälningar", "repeated reports"),
    (
        ("kom en anmälan som upprepade en annan", "one report repeated another"),
        ("kom {count} anmälningar som upprepade en annan", "{count} reports repeated another"),
        ("ingen anmälan som upprepade en annan", "no report that repeated another"),
    ),
    coding.repeated_reports(),
    "Earlier reports of the last 1095 days that came at most 14 days after another by the same kind of reporter; "
    "of several by that kind at one instant all but one.",
    Group.EARLIER_REPORTS,
)


def _different(counts: Floats) -> Floats:
    """Count how many are there at all."""
    return np.asarray((counts > 0).sum(axis=1), dtype=np.float64)


HISTORY_FEATURES.declare(
    "reporters_1095",
    ("olika slags anmälare", "different kinds of reporters"),
    "count",
    Group.EARLIER_REPORTS,
    1,
    counted(
        ("anmälde ett slags anmälare", "one kind of reporter reported"),
        ("anmälde {count} olika slags anmälare", "{count} different kinds of reporters reported"),
        ("ingen tidigare anmälare", "no earlier reporter"),
    ),
    Together(
        _different,
        tuple(OfHistory("count", coding.earlier_reports(repeats=True, reporters=[one])) for one in Reporter),
    ),
    "Different kinds of reporters among the earlier reports of the last 1095 days.",
)
HISTORY_FEATURES.declare(
    "days_since_report",
    ("dagar sedan förra anmälan", "days since the last report"),
    "days",
    Group.EARLIER_REPORTS,
    0,
    days_ago(
        "förra anmälan kom",
        "the last report came",
        ("ingen tidigare anmälan är känd de senaste tre åren", "no earlier report is known in the last three years"),
    ),
    OfHistory("since", _EVERY),
    "Days since the latest earlier report; absent when there is none in the last 1095 days.",
)

# ---------------------------------------------------------------- preliminary assessments

_NOT_OPENED = what(EventKind.SCREENING_DECIDED, Screening.NOT_OPEN)

count(
    HISTORY_FEATURES,
    "not_opened_1095",
    ("anmälningar som inte ledde till utredning", "reports that did not lead to an investigation"),
    (
        ("avslutades en förhandsbedömning utan utredning", "one preliminary assessment led to no investigation"),
        (
            "avslutades {count} förhandsbedömningar utan utredning",
            "{count} preliminary assessments led to no investigation",
        ),
        ("ingen förhandsbedömning utan utredning", "no preliminary assessment without investigation"),
    ),
    _NOT_OPENED,
    "Preliminary assessments of the last 1095 days that ended not_open.",
    Group.ASSESSMENTS,
)


def _was_the_latest(since_this_and_any: Floats) -> Floats:
    """Tell where the latest of any was of this kind."""
    return np.asarray(since_this_and_any[:, 0] == since_this_and_any[:, 1], dtype=np.float64)


HISTORY_FEATURES.declare(
    "returns_after_not_open",
    ("återkommer efter ej inledd utredning", "returns after no investigation was opened"),
    "flag",
    Group.ASSESSMENTS,
    0,
    yes_no(
        (
            "den senaste förhandsbedömningen (inom ett år) ledde inte till utredning",
            "the latest preliminary assessment (within a year) led to no investigation",
        ),
        (
            "ingen förhandsbedömning inom ett år, eller den senaste ledde vidare",
            "no preliminary assessment within a year, or the latest led on",
        ),
    ),
    Together(
        _was_the_latest,
        (OfHistory("since", _NOT_OPENED, 0, 365), OfHistory("since", what(EventKind.SCREENING_DECIDED), 0, 365)),
    ),
    "1 when the latest preliminary assessment of the last 365 days, or one at the same instant, ended not_open; else 0.",
)

# ---------------------------------------------------------------- investigations

_CLOSED = EventKind.INVESTIGATION_CLOSED

count(
    HISTORY_FEATURES,
    "investigations_1095",
    ("utredningar", "investigations"),
    (
        ("inleddes en utredning", "one investigation was opened"),
        ("inleddes {count} utredningar", "{count} investigations were opened"),
        ("ingen inledd utredning", "no investigation opened"),
    ),
    what(EventKind.INVESTIGATION_OPENED),
    "Investigations opened in the last 1095 days.",
    Group.INVESTIGATIONS,
)
ongoing(
    HISTORY_FEATURES,
    "investigation_ongoing",
    ("pågående utredning", "ongoing investigation"),
    yes_no(
        ("en utredning pågår", "an investigation is ongoing"),
        ("ingen utredning pågår", "no investigation is ongoing"),
    ),
    Group.INVESTIGATIONS,
    EventKind.INVESTIGATION_OPENED,
    _CLOSED,
)
HISTORY_FEATURES.declare(
    "days_since_investigation",
    ("dagar sedan senaste utredning avslutades", "days since the last investigation closed"),
    "days",
    Group.INVESTIGATIONS,
    0,
    days_ago(
        "den senaste utredningen avslutades",
        "the last investigation closed",
        (
            "ingen avslutad utredning är känd de senaste tre åren",
            "no closed investigation is known in the last three years",
        ),
    ),
    OfHistory("since", what(_CLOSED)),
    "Days since the latest investigation closed; absent when there is none in the last 1095 days.",
)
count(
    HISTORY_FEATURES,
    "support_decided_1095",
    ("utredningar som ledde till insats", "investigations that led to support"),
    (
        ("ledde en utredning till insats", "one investigation led to support"),
        ("ledde {count} utredningar till insats", "{count} investigations led to support"),
        ("ingen utredning som ledde till insats", "no investigation that led to support"),
    ),
    what(_CLOSED, InvestigationOutcome.SUPPORT_DECIDED),
    "Investigations of the last 1095 days closed with support_decided.",
    Group.INVESTIGATIONS,
    1,
)
count(
    HISTORY_FEATURES,
    "without_support_1095",
    ("utredningar utan insats", "investigations without support"),
    (
        ("avslutades en utredning utan insats", "one investigation closed without support"),
        ("avslutades {count} utredningar utan insats", "{count} investigations closed without support"),
        ("ingen utredning avslutad utan insats", "no investigation closed without support"),
    ),
    what(_CLOSED, InvestigationOutcome.NO_SUPPORT),
    "Investigations of the last 1095 days closed with closed_no_support.",
    Group.INVESTIGATIONS,
)
count(
    HISTORY_FEATURES,
    "family_declined_1095",
    ("utredningar där familjen tackade nej", "investigations in which the family declined"),
    (
        ("tackade familjen nej i en utredning", "the family declined in one investigation"),
        ("tackade familjen nej i {count} utredningar", "the family declined in {count} investigations"),
        ("ingen utredning där familjen tackade nej", "no investigation in which the family declined"),
    ),
    what(_CLOSED, InvestigationOutcome.DECLINED),
    "Investigations of the last 1095 days closed with declined.",
    Group.INVESTIGATIONS,
)


def _contacts(name: str, sv: str, en: str, group: Group, *details: ContactWith) -> None:
    """Declare a count of contacts taken while investigating."""
    words = Words(
        many=(f"{{times}} med {sv}", f"{{times}} with {en}"),
        one=(f"en gång med {sv}", f"once with {en}"),
        none=(
            f"ingen kontakt togs med {sv} i någon utredning {THREE_YEARS[0]}",
            f"no contact was made with {en} in any investigation {THREE_YEARS[1]}",
        ),
        absent=HISTORY_UNKNOWN,
        head=(
            f"i utredningar {THREE_YEARS[0]} togs kontakt",
            "in investigations of the last three years contact was made",
        ),
    )
    HISTORY_FEATURES.declare(
        name,
        (f"kontakter med {sv} i utredningar", f"contacts with {en} in investigations"),
        "count",
        group,
        0,
        words,
        OfHistory("count", what(EventKind.CONTACT, *details)),
        f"Contacts of the last 1095 days with {' or '.join(detail.value for detail in details)}.",
    )


_contacts("contacts_school_1095", "skolan", "school", Group.SCHOOL_CONTACTS, ContactWith.SCHOOL)
_contacts("contacts_preschool_1095", "förskolan", "preschool", Group.SCHOOL_CONTACTS, ContactWith.PRESCHOOL)
_contacts(
    "contacts_health_1095",
    "vården",
    "health care",
    Group.HEALTH_CONTACTS,
    ContactWith.HEALTH,
    ContactWith.CHILD_PSYCHIATRY,
)
_contacts("contacts_police_1095", "polisen", "the police", Group.POLICE_CONTACTS, ContactWith.POLICE)
