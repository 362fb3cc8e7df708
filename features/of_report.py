"""Here we build the features of the report itself: its concerns, acute facts, who reports and the child's age."""

from __future__ import annotations

from typing import Literal

import numpy as np

from features.arrays import ANSWER, CONCERN, EXPOSURE, FACT, REPORTER, STATUS, Floats
from features.codes import BBIC, Concern, ConcernStatus, Exposure, Reporter, ReporterGroup, YesNo
from features.history import Past
from features.registry import Feature, Pair, Registry, Words

REPORT_FEATURES = Registry()
"""The features of the report itself, in order."""

ACUTE = ("injury_now", "afraid_to_go_home", "caregiver_incapable_now", "young_child_alone", "suicide_risk")
OBSERVABLE = 36

_NOT_TOLD = ("uppgiften saknas", "the information is missing")


def _flag(yes: Pair, no: Pair, absent: Pair = _NOT_TOLD) -> Words:
    """Word a yes or no."""
    return Words(many=yes, one=yes, none=no, absent=absent)


def _concern(name: str, concerns: tuple[Concern, ...], what: Pair, bbic: BBIC, direction: Literal[-1, 0, 1]) -> None:
    """Register a flag for one kind of concern, whatever its status: a denial does not erase it."""

    def compute(past: Past) -> Floats:
        wanted = [CONCERN[concern.value] for concern in concerns]
        return np.asarray(past.asked.concern[:, wanted].any(axis=1), dtype=np.float64)

    listed = ", ".join(concern.value for concern in concerns)
    REPORT_FEATURES.put(
        Feature(
            name=name,
            sv=f"oro för {what[0]}",
            en=f"concern about {what[1]}",
            unit="flag",
            meaning=f"1 when the report names {listed}, whatever its status; else 0.",
            bbic=bbic,
            direction=direction,
            words=_flag(
                (f"anmälan gäller {what[0]}", f"the report concerns {what[1]}"),
                (f"anmälan gäller inte {what[0]}", f"the report does not concern {what[1]}"),
            ),
            compute=compute,
        )
    )


_concern("concern_neglect", (Concern.NEGLECT,), ("omsorgssvikt", "neglect"), BBIC.PARENT_CARE, 1)
_concern(
    "concern_parent_substance",
    (Concern.PARENT_SUBSTANCE_MISUSE,),
    ("förälders missbruk", "a parent's substance misuse"),
    BBIC.PARENT_CARE,
    1,
)
_concern(
    "concern_parent_health",
    (Concern.PARENT_MENTAL_ILL_HEALTH,),
    ("förälders psykiska ohälsa", "a parent's mental ill-health"),
    BBIC.PARENT_AVAILABILITY,
    0,
)
_concern(
    "concern_custody",
    (Concern.CUSTODY_CONFLICT,),
    ("vårdnadstvist", "a custody conflict"),
    BBIC.FAMILY_SITUATION,
    0,
)
_concern("concern_physical_abuse", (Concern.PHYSICAL_ABUSE,), ("fysiskt våld", "physical abuse"), BBIC.PARENT_SAFETY, 0)
_concern(
    "concern_psychological_abuse",
    (Concern.PSYCHOLOGICAL_ABUSE,),
    ("psykiskt våld", "psychological abuse"),
    BBIC.PARENT_SAFETY,
    0,
)
_concern("concern_sexual_abuse", (Concern.SEXUAL_ABUSE,), ("sexuella övergrepp", "sexual abuse"), BBIC.PARENT_SAFETY, 0)
_concern(
    "concern_witnessed_violence",
    (Concern.WITNESSED_VIOLENCE,),
    ("bevittnat våld", "witnessed violence"),
    BBIC.PARENT_SAFETY,
    0,
)
_concern(
    "concern_norm_breaking",
    (Concern.NORM_BREAKING, Concern.YOUTH_CRIME),
    ("normbrytande beteende eller egen kriminalitet", "norm-breaking behaviour or the child's own crime"),
    BBIC.CHILD_EMOTIONS,
    0,
)
_concern(
    "concern_child_substance",
    (Concern.CHILD_SUBSTANCE_MISUSE,),
    ("barnets eget missbruk", "the child's own substance misuse"),
    BBIC.CHILD_HEALTH,
    1,
)
_concern(
    "concern_child_health",
    (Concern.CHILD_MENTAL_ILL_HEALTH, Concern.SELF_HARM),
    ("barnets psykiska ohälsa eller självskada", "the child's mental ill-health or self-harm"),
    BBIC.CHILD_HEALTH,
    0,
)
_concern(
    "concern_school",
    (Concern.SCHOOL_ABSENCE,),
    ("skolfrånvaro eller skolproblem", "school absence or problems at school"),
    BBIC.CHILD_EDUCATION,
    0,
)


@REPORT_FEATURES.add(
    ("antal slags oro", "kinds of concern"),
    "count",
    BBIC.CASE,
    0,
    Words(
        many=("anmälan tar upp {n} slags oro", "the report names {n} kinds of concern"),
        one=("anmälan tar upp ett slags oro", "the report names one kind of concern"),
        none=("anmälan anger ingen oro", "the report states no concern"),
        absent=_NOT_TOLD,
    ),
)
def concerns(past: Past) -> Floats:
    """How many kinds of concern the report names; one that is not stated is none."""
    stated = np.arange(past.asked.concern.shape[1]) != CONCERN[Concern.NOT_STATED.value]
    named: Floats = past.asked.concern[:, stated].sum(axis=1).astype(np.float64)
    return named


@REPORT_FEATURES.add(
    ("uppgivna (inte bara misstänkta) förhållanden", "stated (not only suspected) concerns"),
    "count",
    BBIC.CASE,
    1,
    Words(
        many=("{n} slags oro uppges, inte bara misstänks", "{n} concerns are stated, not only suspected"),
        one=("ett slags oro uppges, inte bara misstänks", "one concern is stated, not only suspected"),
        none=("ingen oro uppges, den bara misstänks", "no concern is stated, only suspected"),
        absent=_NOT_TOLD,
    ),
)
def concerns_stated(past: Past) -> Floats:
    """How many concerns the reporter states, rather than suspects or denies."""
    return past.asked.status[:, STATUS[ConcernStatus.STATED.value]].astype(np.float64)


@REPORT_FEATURES.add(
    ("barnet självt utsatt", "the child itself subjected"),
    "flag",
    BBIC.PARENT_SAFETY,
    1,
    _flag(
        ("barnet uppges självt ha utsatts", "the child is said to have been subjected itself"),
        ("barnet uppges inte självt ha utsatts", "the child is not said to have been subjected itself"),
    ),
)
def child_subjected(past: Past) -> Floats:
    """1 when any concern says that the child was subjected to it; else 0."""
    return (past.asked.exposure[:, EXPOSURE[Exposure.SUBJECTED.value]] > 0).astype(np.float64)


@REPORT_FEATURES.add(
    ("akuta uppgifter", "acute facts"),
    "count",
    BBIC.PARENT_SAFETY,
    1,
    Words(
        many=("{n} akuta uppgifter i anmälan", "{n} acute facts in the report"),
        one=("en akut uppgift i anmälan", "one acute fact in the report"),
        none=("ingen akut uppgift i anmälan", "no acute fact in the report"),
        absent=_NOT_TOLD,
    ),
)
def acute_facts(past: Past) -> Floats:
    """How many acute facts are answered yes."""
    wanted = [FACT[name] for name in ACUTE]
    yes: Floats = (past.asked.facts[:, wanted] == ANSWER[YesNo.YES.value]).sum(axis=1).astype(np.float64)
    return yes


def _reporter(name: str, group: ReporterGroup | Reporter, who: Pair) -> None:
    """Register a flag for who reports; without direction, and never used to lower a duty."""
    members = [member for member in Reporter if group in (member, member.group)]

    def compute(past: Past) -> Floats:
        return np.isin(past.asked.reporter, [REPORTER[member.value] for member in members]).astype(np.float64)

    REPORT_FEATURES.put(
        Feature(
            name=name,
            sv=f"anmälan från {who[0]}",
            en=f"report from {who[1]}",
            unit="flag",
            meaning=f"1 when the reporter is one of {', '.join(member.value for member in members)}; else 0.",
            bbic=BBIC.CASE,
            direction=0,
            words=_flag(
                (f"anmälan kommer från {who[0]}", f"the report comes from {who[1]}"),
                (f"anmälan kommer inte från {who[0]}", f"the report does not come from {who[1]}"),
            ),
            compute=compute,
        )
    )


_reporter("reporter_police", Reporter.POLICE, ("polisen", "the police"))
_reporter("reporter_education", ReporterGroup.EDUCATION, ("skola eller förskola", "school or preschool"))
_reporter("reporter_health", ReporterGroup.HEALTH, ("vården", "health care"))
_reporter("reporter_private", ReporterGroup.PRIVATE, ("en privatperson", "a private person"))


@REPORT_FEATURES.add(
    ("barnets ålder", "the child's age"),
    "months",
    BBIC.CASE,
    0,
    Words(
        many=("barnet är {age}", "the child is {age} old"),
        one=("barnet är en månad", "the child is one month old"),
        none=("barnet är nyfött", "the child is newborn"),
        absent=("barnets ålder är okänd", "the child's age is unknown"),
    ),
)
def age_months(past: Past) -> Floats:
    """Whole calendar months from the month of birth to the month received."""
    return past.asked.age_months


@REPORT_FEATURES.add(
    ("tid som barnet kan ha varit känt", "time the child could have been known"),
    "months",
    BBIC.CASE,
    0,
    Words(
        many=("barnet kan ha varit känt i {n} av 36 månader", "the child could have been known for {n} of 36 months"),
        one=("barnet kan ha varit känt i en månad", "the child could have been known for one month"),
        none=("barnet är nyfött och kan inte ha varit känt", "the child is newborn and could not have been known"),
        absent=("barnets ålder är okänd", "the child's age is unknown"),
    ),
)
def observable_months(past: Past) -> Floats:
    """Months of the last 36 in which the child was alive: an empty history means less for an infant."""
    return np.minimum(past.asked.age_months, OBSERVABLE)
