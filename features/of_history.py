"""Here we declare the features of what happened before: earlier reports, preliminary assessments, investigations.

All look at most `features.sources.HORIZON` days back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from features import coding
from features.arrays import Floats
from features.codes import Reporter
from features.coding import REPORTER, told, what
from features.event_codes import ContactWith, EventKind, InvestigationOutcome, Screening
from features.groups import Group
from features.registry import Fading, Pair, Registry, Words
from features.shapes import FADES, HISTORY_UNKNOWN, THREE_YEARS, at_least, counted, latest, ongoing
from features.sources import HORIZON, Behind, OfHistory, Together
from features.themes import Theme
from features.windows import DAY

HISTORY_FEATURES = Registry()
"""What happened before, in order."""

YEAR = 365
LAST_YEAR = ("det senaste året", "in the last year")

# ---------------------------------------------------------------- earlier reports

_EARLIER = coding.earlier_reports()
_ONCE = (
    "What is said again counts once, as its latest report: a report that comes at most 14 days after another by the same kind "
    "of reporter, or is about nothing but a custody conflict as theirs was, continues it. What this report continues is not "
    "counted."
)


@cache
def _one_less(share: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """Leave the report that this one continues out of a sum over earlier ones."""

    def without_the_one_continued(sum_and_behind: Floats) -> Floats:
        total, behind = sum_and_behind.T
        return np.asarray(total - np.where(np.isnan(behind), 0.0, share(behind)))

    return without_the_one_continued


def _within_horizon(behind: Floats) -> Floats:
    """Give 1 within the horizon, else 0."""
    return np.asarray(behind <= HORIZON * DAY, dtype=np.float64)


@cache
def _share(days: int) -> Callable[[Floats], Floats]:
    """Give the share of so many days that is left."""

    def share(behind: Floats) -> Floats:
        return np.maximum(0.0, (days * DAY - behind) / (days * DAY))

    return share


def _reports(days: int, label: Pair, when: Pair) -> None:
    """Declare the earlier reports of so many days, each weighing by the share of them that is left."""
    HISTORY_FEATURES.declare(
        f"reports_{days}",
        label,
        "faded",
        Group.EARLIER_REPORTS,
        1,
        at_least(
            ("kom minst en tidigare anmälan", "at least one earlier report came"),
            ("ingen tidigare anmälan", "no earlier report"),
            when,
            Fading(days, each=True),
        ),
        Together(_one_less(_share(days)), (OfHistory("faded", _EARLIER, 0, days), Behind())),
        f"Earlier reports of the last {days} days. {_ONCE} Each is {FADES}",
    )


HISTORY_FEATURES.declare(
    "reports_before",
    ("tidigare anmälningar", "earlier reports"),
    "count",
    Group.EARLIER_REPORTS,
    1,
    counted(
        ("kom en tidigare anmälan", "one earlier report came"),
        ("kom {count} tidigare anmälningar", "{count} earlier reports came"),
        ("ingen tidigare anmälan", "no earlier report"),
    ),
    Together(_one_less(_within_horizon), (OfHistory("count", _EARLIER), Behind())),
    f"Earlier reports of the last {HORIZON} days. {_ONCE}",
)
_reports(
    90,
    ("tidigare anmälningar, 90 dagar", "earlier reports, 90 days"),
    ("de senaste 90 dagarna", "in the last 90 days"),
)
_reports(
    365,
    ("tidigare anmälningar, ett år", "earlier reports, one year"),
    LAST_YEAR,
)
_reports(
    HORIZON,
    ("tidigare anmälningar, tre år", "earlier reports, three years"),
    THREE_YEARS,
)


def _of_others(since: Floats) -> Floats:
    """Add up, over kinds of reporters, the share that is left of the latest report by each."""
    left = np.where(np.isnan(since), 0.0, 1 - since / HORIZON)
    one_after_the_other = np.cumsum(left, axis=1)  # the last digit must not depend on how many rows there are
    return one_after_the_other[:, -1]


HISTORY_FEATURES.declare(
    "other_reporters_1095",
    ("andra slags tidigare anmälare", "other kinds of earlier reporters"),
    "faded",
    Group.EARLIER_REPORTS,
    1,
    at_least(
        ("anmälde minst ett annat slags anmälare", "at least one other kind of reporter reported"),
        ("inget annat slags anmälare", "no other kind of reporter"),
        fades=Fading(HORIZON, each=True),
    ),
    Together(
        _of_others,
        tuple(
            OfHistory("since", coding.earlier_reports([one]), unless=coding.said(REPORTER, [one])) for one in Reporter
        ),
    ),
    f"Kinds of reporters of the last {HORIZON} days other than the one of this report. Each by its latest report: {FADES}",
)

# ---------------------------------------------------------------- what earlier reports told of

_OF_THE_THEME = (
    "What is said again counts once, as its first report: one that tells of it at most 14 days after another by the same kind "
    "of reporter that told of it, too, continues it; of reports about nothing but a custody conflict the latest counts. What "
    "this report continues in that is not counted."
)


def _told(theme: Theme) -> None:
    """Declare the earlier reports that told of a theme."""
    some = f"minst en tidigare anmälan {theme.sv}", f"at least one earlier report concerned {theme.en}"
    names = [*(one.value for one in theme.concerns), *(f"{fact} answered yes" for fact in theme.facts)]
    HISTORY_FEATURES.declare(
        f"earlier_{theme.value}_1095",
        (f"tidigare anmälningar om {theme.sv}", f"earlier reports of {theme.en}"),
        "faded",
        Group.EARLIER_REPORTS,
        1,
        Words(
            many=some,
            one=some,
            none=(
                f"ingen tidigare anmälan {THREE_YEARS[0]} gällde {theme.sv}",
                f"no earlier report {THREE_YEARS[1]} concerned {theme.en}",
            ),
            absent=HISTORY_UNKNOWN,
            head=(f"{THREE_YEARS[0]} gällde", THREE_YEARS[1]),
            fades=Fading(HORIZON, each=True),
        ),
        Together(_one_less(_share(HORIZON)), (OfHistory("faded", told(theme)), Behind(theme.value))),
        f"Earlier reports of the last {HORIZON} days with {' or '.join(names)}, whatever the status of a concern. "
        f"{_OF_THE_THEME} Each is {FADES}",
    )


for _theme in Theme:
    _told(_theme)

# ---------------------------------------------------------------- preliminary assessments

_NOT_OPENED = what(EventKind.SCREENING_DECIDED, Screening.NOT_OPEN)

latest(
    HISTORY_FEATURES,
    "not_opened_1095",
    ("anmälningar som inte ledde till utredning", "reports that did not lead to an investigation"),
    (
        (
            "avslutades minst en förhandsbedömning utan utredning",
            "at least one preliminary assessment led to no investigation",
        ),
        ("ingen förhandsbedömning utan utredning", "no preliminary assessment without investigation"),
    ),
    _NOT_OPENED,
    "Preliminary assessments of the last 1095 days that ended not_open.",
    Group.ASSESSMENTS,
)


def _left_of_the_latest(since_this_and_any: Floats) -> Floats:
    """Give the share of a year that is left, where the latest of any was of this kind."""
    since, since_any = since_this_and_any.T
    return np.where(since == since_any, 1 - since / YEAR, 0.0)


_RETURNS = (
    "den senaste förhandsbedömningen (inom ett år) ledde inte till utredning",
    "the latest preliminary assessment (within a year) led to no investigation",
)
HISTORY_FEATURES.declare(
    "returns_after_not_open",
    ("återkommer efter ej inledd utredning", "returns after no investigation was opened"),
    "faded",
    Group.ASSESSMENTS,
    0,
    Words(
        many=_RETURNS,
        one=_RETURNS,
        none=(
            "ingen förhandsbedömning inom ett år, eller den senaste ledde vidare",
            "no preliminary assessment within a year, or the latest led on",
        ),
        absent=HISTORY_UNKNOWN,
        fades=Fading(YEAR),
    ),
    Together(
        _left_of_the_latest,
        (OfHistory("since", _NOT_OPENED, 0, YEAR), OfHistory("since", what(EventKind.SCREENING_DECIDED), 0, YEAR)),
    ),
    f"How new the latest preliminary assessment of the last {YEAR} days is, where it, or one at the same instant, ended "
    f"not_open; else 0. {FADES}",
)

# ---------------------------------------------------------------- investigations

_CLOSED = EventKind.INVESTIGATION_CLOSED

latest(
    HISTORY_FEATURES,
    "investigations_1095",
    ("utredningar", "investigations"),
    (
        ("inleddes minst en utredning", "at least one investigation was opened"),
        ("ingen inledd utredning", "no investigation opened"),
    ),
    what(EventKind.INVESTIGATION_OPENED),
    "Investigations opened in the last 1095 days.",
    Group.INVESTIGATIONS,
    1,
)
ongoing(
    HISTORY_FEATURES,
    "investigation_ongoing",
    ("pågående utredning", "ongoing investigation"),
    (("en utredning pågår", "an investigation is ongoing"), ("ingen utredning pågår", "no investigation is ongoing")),
    Group.INVESTIGATIONS,
    EventKind.INVESTIGATION_OPENED,
    _CLOSED,
)
latest(
    HISTORY_FEATURES,
    "support_decided_1095",
    ("utredningar som ledde till insats", "investigations that led to support"),
    (
        ("ledde minst en utredning till insats", "at least one investigation led to support"),
        ("ingen utredning som ledde till insats", "no investigation that led to support"),
    ),
    what(_CLOSED, InvestigationOutcome.SUPPORT_DECIDED),
    "Investigations of the last 1095 days closed with support_decided.",
    Group.INVESTIGATIONS,
    1,
)
latest(
    HISTORY_FEATURES,
    "without_support_1095",
    ("utredningar utan insats", "investigations without support"),
    (
        ("avslutades minst en utredning utan insats", "at least one investigation closed without support"),
        ("ingen utredning avslutad utan insats", "no investigation closed without support"),
    ),
    what(_CLOSED, InvestigationOutcome.NO_SUPPORT),
    "Investigations of the last 1095 days closed with closed_no_support.",
    Group.INVESTIGATIONS,
)
latest(
    HISTORY_FEATURES,
    "family_declined_1095",
    ("utredningar där familjen tackade nej", "investigations in which the family declined"),
    (
        ("tackade familjen nej i minst en utredning", "the family declined in at least one investigation"),
        ("ingen utredning där familjen tackade nej", "no investigation in which the family declined"),
    ),
    what(_CLOSED, InvestigationOutcome.DECLINED),
    "Investigations of the last 1095 days closed with declined.",
    Group.INVESTIGATIONS,
)


def _contacts(name: str, sv: str, en: str, group: Group, *details: ContactWith) -> None:
    """Declare contacts taken while investigating."""
    latest(
        HISTORY_FEATURES,
        name,
        (f"kontakter med {sv} i utredningar", f"contacts with {en} in investigations"),
        (
            (
                f"togs kontakt med {sv} i minst en utredning",
                f"contact was made with {en} in at least one investigation",
            ),
            (f"ingen kontakt med {sv} i någon utredning", f"no contact with {en} in any investigation"),
        ),
        what(EventKind.CONTACT, *details),
        f"Contacts of the last 1095 days with {' or '.join(detail.value for detail in details)}.",
        group,
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
