"""Here we declare the features of what the report says: its concerns, how sure they are, and acute facts."""

from __future__ import annotations

import numpy as np

from features.arrays import Floats
from features.codes import Concern, ConcernStatus, Exposure
from features.coding import CONCERN, EXPOSURE, STATUS, UNKNOWN, YES, said
from features.groups import Group
from features.registry import Direction, Pair, Registry, Words
from features.shapes import NOT_TOLD, told_or_not
from features.sources import OfReport, Together
from features.themes import ACUTE, Theme

REPORT_FEATURES = Registry()
"""What the report says, in order."""

_CHILD_IS_SAID = ("barnet uppges", "the child is said")


def _concern(name: str, concerns: tuple[Concern, ...], what: Pair, group: Group, direction: Direction) -> None:
    """Declare a flag for one kind of concern, whatever its status: a denial does not erase it."""
    listed = ", ".join(concern.value for concern in concerns)
    REPORT_FEATURES.declare(
        name,
        (f"oro för {what[0]}", f"concern about {what[1]}"),
        "flag",
        group,
        direction,
        told_or_not(
            what,
            (f"anmälan gäller inte {what[0]}", f"the report does not concern {what[1]}"),
            ("anmälan gäller", "the report concerns"),
        ),
        OfReport(said(CONCERN, concerns), flag=True),
        f"1 when the report names {listed}, whatever its status; else 0.",
    )


_concern("concern_neglect", (Concern.NEGLECT,), ("omsorgssvikt", "neglect"), Group.NEGLECT, 1)
_concern(
    "concern_parent_substance",
    (Concern.PARENT_SUBSTANCE_MISUSE,),
    ("förälders missbruk", "a parent's substance misuse"),
    Group.PARENT_SUBSTANCE,
    1,
)
_concern(
    "concern_parent_health",
    (Concern.PARENT_MENTAL_ILL_HEALTH,),
    ("förälders psykiska ohälsa", "a parent's mental ill-health"),
    Group.PARENT_HEALTH,
    0,
)
_concern("concern_custody", (Concern.CUSTODY_CONFLICT,), ("vårdnadstvist", "a custody conflict"), Group.CUSTODY, 0)
_concern("concern_physical_abuse", (Concern.PHYSICAL_ABUSE,), ("fysiskt våld", "physical abuse"), Group.VIOLENCE, 1)
_concern(
    "concern_psychological_abuse",
    (Concern.PSYCHOLOGICAL_ABUSE,),
    ("psykiskt våld", "psychological abuse"),
    Group.VIOLENCE,
    1,
)
_concern("concern_sexual_abuse", (Concern.SEXUAL_ABUSE,), ("sexuella övergrepp", "sexual abuse"), Group.VIOLENCE, 1)
_concern(
    "concern_witnessed_violence",
    (Concern.WITNESSED_VIOLENCE,),
    ("bevittnat våld", "witnessed violence"),
    Group.VIOLENCE,
    1,
)
_concern(
    "concern_honour",
    (Concern.HONOUR_RELATED,),
    ("hedersrelaterat våld eller förtryck", "honour-related violence or oppression"),
    Group.VIOLENCE,
    1,
)
_concern(
    "concern_norm_breaking",
    (Concern.NORM_BREAKING, Concern.YOUTH_CRIME),
    ("normbrytande beteende eller egen kriminalitet", "norm-breaking behaviour or the child's own crime"),
    Group.NORM_BREAKING,
    0,
)
_concern(
    "concern_child_substance",
    (Concern.CHILD_SUBSTANCE_MISUSE,),
    ("barnets eget missbruk", "the child's own substance misuse"),
    Group.CHILD_SUBSTANCE,
    1,
)
_concern(
    "concern_child_health",
    (Concern.CHILD_MENTAL_ILL_HEALTH, Concern.SELF_HARM),
    ("barnets psykiska ohälsa eller självskada", "the child's mental ill-health or self-harm"),
    Group.CHILD_HEALTH,
    0,
)
_concern(
    "concern_school",
    (Concern.SCHOOL_ABSENCE,),
    ("skolfrånvaro eller skolproblem", "school absence or problems at school"),
    Group.SCHOOL,
    0,
)

_GRAVE = (*(one for theme in Theme for one in theme.concerns), Concern.PARENT_MENTAL_ILL_HEALTH)
_concern(
    "concern_grave",
    _GRAVE,
    (
        "våld, omsorgssvikt, missbruk eller psykisk ohälsa",
        "violence, neglect, substance misuse or mental ill-health",
    ),
    Group.WHAT_IS_SAID,
    1,
)
STATED = [one for one in Concern if one is not Concern.NOT_STATED]
"""Concerns that say something."""

REPORT_FEATURES.declare(
    "concerns",
    ("antal slags oro", "kinds of concern"),
    "count",
    Group.WHAT_IS_SAID,
    0,
    Words(
        many=("anmälan tar upp {count} slags oro", "the report names {count} kinds of concern"),
        one=("anmälan tar upp ett slags oro", "the report names one kind of concern"),
        none=("anmälan anger ingen oro", "the report states no concern"),
        absent=NOT_TOLD,
    ),
    OfReport(said(CONCERN, STATED)),
    "How many kinds of concern the report names; not_stated is none.",
)
REPORT_FEATURES.declare(
    "concerns_stated",
    ("uppgivna (inte bara misstänkta) förhållanden", "stated (not only suspected) concerns"),
    "count",
    Group.WHAT_IS_SAID,
    1,
    Words(
        many=(
            "i {count} fall är oron uppgiven och inte bara misstänkt",
            "{count} concerns are stated and not only suspected",
        ),
        one=("i ett fall är oron uppgiven och inte bara misstänkt", "one concern is stated and not only suspected"),
        none=("ingen oro uppges, den bara misstänks", "no concern is stated, only suspected"),
        absent=NOT_TOLD,
    ),
    OfReport(said(STATUS, [ConcernStatus.STATED])),
    "How many of the report's concerns have the status stated.",
)
REPORT_FEATURES.declare(
    "concerns_denied",
    ("förnekade förhållanden", "denied concerns"),
    "count",
    Group.WHAT_IS_SAID,
    0,
    Words(
        many=("i {count} fall förnekas oron av dem det gäller", "{count} concerns are denied by those concerned"),
        one=("i ett fall förnekas oron av dem det gäller", "one concern is denied by those concerned"),
        none=("ingen oro förnekas", "no concern is denied"),
        absent=NOT_TOLD,
    ),
    OfReport(said(STATUS, [ConcernStatus.DENIED])),
    "How many of the report's concerns have the status denied.",
)
REPORT_FEATURES.declare(
    "child_subjected",
    ("barnet självt utsatt", "the child itself subjected"),
    "flag",
    Group.EXPOSURE,
    1,
    told_or_not(
        ("självt ha utsatts", "to have been subjected to what is reported"),
        ("barnet uppges inte självt ha utsatts", "the child is not said to have been subjected to what is reported"),
        _CHILD_IS_SAID,
    ),
    OfReport(said(EXPOSURE, [Exposure.SUBJECTED]), flag=True),
    "1 when any concern has the exposure subjected; else 0.",
)
REPORT_FEATURES.declare(
    "child_witnessed",
    ("barnet vittne", "the child a witness"),
    "flag",
    Group.EXPOSURE,
    1,
    told_or_not(
        ("ha bevittnat det som anmälan gäller", "to have witnessed what is reported"),
        (
            "barnet uppges inte ha bevittnat det som anmälan gäller",
            "the child is not said to have witnessed what is reported",
        ),
        _CHILD_IS_SAID,
    ),
    OfReport(said(EXPOSURE, [Exposure.WITNESSED]), flag=True),
    "1 when any concern has the exposure witnessed; else 0.",
)


def _unless_all_unknown(yes_and_unknown: Floats) -> Floats:
    """Give how many are answered yes; NaN when not one of the acute facts was answered."""
    return np.where(yes_and_unknown[:, 1] == len(ACUTE), np.nan, yes_and_unknown[:, 0])


REPORT_FEATURES.declare(
    "acute_facts",
    ("akuta uppgifter", "acute facts"),
    "count",
    Group.ACUTE,
    1,
    Words(
        many=("anmälan innehåller {count} akuta uppgifter", "the report holds {count} acute facts"),
        one=("anmälan innehåller en akut uppgift", "the report holds one acute fact"),
        none=("anmälan innehåller ingen akut uppgift", "the report holds no acute fact"),
        absent=("ingen fråga om akuta uppgifter är besvarad", "no question about acute facts is answered"),
    ),
    Together(_unless_all_unknown, (OfReport(said(YES, ACUTE)), OfReport(said(UNKNOWN, ACUTE)))),
    f"How many of {', '.join(ACUTE)} are answered yes; absent when all of them are unknown.",
)
REPORT_FEATURES.declare(
    "acute_unknown",
    ("obesvarade akuta frågor", "unanswered acute questions"),
    "count",
    Group.ACUTE,
    0,
    Words(
        many=("{count} akuta frågor är obesvarade", "{count} acute questions are unanswered"),
        one=("en akut fråga är obesvarad", "one acute question is unanswered"),
        none=("alla akuta frågor är besvarade", "every acute question is answered"),
        absent=NOT_TOLD,
    ),
    OfReport(said(UNKNOWN, ACUTE)),
    f"How many of {', '.join(ACUTE)} are unknown.",
)


def _unless_unknown(yes_and_unknown: Floats) -> Floats:
    """Give 1 for yes and 0 for no; NaN when the fact is unknown."""
    return np.where(yes_and_unknown[:, 1] > 0, np.nan, yes_and_unknown[:, 0])


REPORT_FEATURES.declare(
    "may_be_taken_abroad",
    ("barnet kan föras utomlands", "the child may be taken abroad"),
    "flag",
    Group.ABROAD,
    1,
    told_or_not(
        ("barnet kan komma att föras utomlands", "the child may be taken abroad"),
        ("barnet uppges inte komma att föras utomlands", "the child is not said to be about to be taken abroad"),
    ),
    Together(
        _unless_unknown,
        (OfReport(said(YES, ["may_be_taken_abroad"])), OfReport(said(UNKNOWN, ["may_be_taken_abroad"]))),
    ),
    "1 when the fact may_be_taken_abroad is answered yes, 0 when no; absent when it is unknown.",
)
