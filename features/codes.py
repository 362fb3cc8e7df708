"""Here we name what a case system may say: every code list is a type, every code has a Swedish and an English label.

A code is a string (so that it can be written to a file as it stands) that also knows how a
caseworker says it. Lists follow the vocabularies of Socialstyrelsen's term bank and surveys, the
BBIC areas, and statute; where no public list exists the wording is our proposal. Unknown is a code
of its own and never means "no".

>>> Reporter("school").sv
'skola eller elevhälsa'
>>> Reporter.SCHOOL.group.en
'education'
>>> Concern.WITNESSED_VIOLENCE.domain is ConcernDomain.VIOLENCE
True
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Self


class Code(StrEnum):
    """A value from a closed list, with the words a person would use for it.

    Attributes
    ----------
    sv, en : str
        How a Swedish or an English reader would say it.
    """

    sv: str
    en: str

    def __new__(cls, value: str, sv: str = "", en: str = "") -> Self:
        """Build the string and hang its labels on it."""
        code = str.__new__(cls, value)
        code._value_ = value
        code.sv = sv
        code.en = en
        return code

    @classmethod
    @cache
    def values(cls) -> tuple[str, ...]:
        """Give every allowed value, in declared order."""
        return tuple(code.value for code in cls)

    def label(self, language: str) -> str:
        """Give the label in ``language`` (``"sv"`` or ``"en"``)."""
        return self.sv if language == "sv" else self.en


class YesNo(Code):
    """A fact that a rule asks for; unknown is an answer of its own."""

    YES = "yes", "ja", "yes"
    NO = "no", "nej", "no"
    UNKNOWN = "unknown", "okänt", "unknown"


class ReferralType(Code):
    """How a circumstance came to the board's knowledge (*aktualiseringstyp*)."""

    REPORT = "child_concern_report", "anmälan om barn som far illa", "report of concern about a child"
    APPLICATION = "application", "ansökan om bistånd", "application for support"
    AUTHORITY = "authority_request", "begäran från annan myndighet", "request from another authority"
    OTHER = "other_information", "information på annat sätt", "information in another way"


class ReporterGroup(Code):
    """Who reports, in five broad groups."""

    AUTHORITY = "authority", "myndighet", "authority"
    EDUCATION = "education", "skola och förskola", "education"
    HEALTH = "health", "vård", "health care"
    PRIVATE = "private", "privatperson", "private person"
    OTHER = "other", "övrigt", "other"


class Reporter(Code):
    """Who made the report (*anmälare*)."""

    POLICE = "police", "polis", "police"
    SCHOOL = "school", "skola eller elevhälsa", "school or pupil health"
    PRESCHOOL = "preschool", "förskola", "preschool"
    HEALTH_CARE = "health_care", "hälso- och sjukvård", "health care"
    CHILD_PSYCHIATRY = "child_psychiatry", "barn- och ungdomspsykiatri", "child psychiatry"
    ADULT_PSYCHIATRY = "adult_psychiatry", "vuxenpsykiatri eller beroendevård", "adult psychiatry or addiction care"
    DENTAL_CARE = "dental_care", "tandvård", "dental care"
    SOCIAL_SERVICES = "social_services", "socialtjänsten, annan enhet eller jour", "social services, another unit"
    OTHER_MUNICIPALITY = "other_municipality", "annan kommun", "another municipality"
    PRISON_PROBATION = "prison_probation", "kriminalvård", "prison and probation service"
    OTHER_AUTHORITY = "other_authority", "annan myndighet", "another authority"
    SECURITY_GUARD = "security_guard", "ordningsvakt", "security guard"
    CIVIL_SOCIETY = "civil_society", "förening eller kvinnojour", "civil society or women's shelter"
    PARENT = "parent", "förälder eller vårdnadshavare", "parent or guardian"
    CHILD = "child", "barnet självt", "the child"
    RELATIVE = "relative", "anhörig", "relative"
    NEIGHBOUR = "neighbour_acquaintance", "granne eller bekant", "neighbour or acquaintance"
    ANONYMOUS = "anonymous", "anonym", "anonymous"
    OTHER_UNKNOWN = "other_unknown", "annan eller okänd", "other or unknown"

    @property
    def group(self) -> ReporterGroup:
        """The broad group this reporter belongs to."""
        return _REPORTER_GROUP.get(self, ReporterGroup.AUTHORITY)


_REPORTER_GROUP = {
    Reporter.SCHOOL: ReporterGroup.EDUCATION,
    Reporter.PRESCHOOL: ReporterGroup.EDUCATION,
    Reporter.HEALTH_CARE: ReporterGroup.HEALTH,
    Reporter.CHILD_PSYCHIATRY: ReporterGroup.HEALTH,
    Reporter.ADULT_PSYCHIATRY: ReporterGroup.HEALTH,
    Reporter.DENTAL_CARE: ReporterGroup.HEALTH,
    Reporter.PARENT: ReporterGroup.PRIVATE,
    Reporter.CHILD: ReporterGroup.PRIVATE,
    Reporter.RELATIVE: ReporterGroup.PRIVATE,
    Reporter.NEIGHBOUR: ReporterGroup.PRIVATE,
    Reporter.ANONYMOUS: ReporterGroup.PRIVATE,
    Reporter.CIVIL_SOCIETY: ReporterGroup.OTHER,
    Reporter.OTHER_UNKNOWN: ReporterGroup.OTHER,
}


class ConcernDomain(Code):
    """What the concern is about, at the level Socialstyrelsen's survey counts."""

    PARENT = "parent_related", "föräldrars eller vårdnadshavares svårigheter", "difficulties of parents or guardians"
    CHILD = "child_related", "barnets egen situation", "the child's own situation"
    VIOLENCE = "violence_close_relation", "våld i nära relation", "violence in a close relationship"
    OTHER = "other_unknown", "övrigt eller uppgift saknas", "other or not stated"


class Concern(Code):
    """What the reporter is worried about (several may be given, one is primary)."""

    PARENT_MENTAL_ILL_HEALTH = "parent_mental_ill_health", "förälders psykiska ohälsa", "a parent's mental ill-health"
    PARENT_SUBSTANCE_MISUSE = "parent_substance_misuse", "förälders missbruk", "a parent's substance misuse"
    NEGLECT = "neglect", "omsorgssvikt", "neglect"
    CUSTODY_CONFLICT = "custody_conflict", "vårdnadstvist", "custody conflict"
    PARENT_CRIME = "parent_crime", "förälders kriminalitet", "a parent's crime"
    HOUSING_ECONOMY = "housing_economy", "boende och ekonomi", "housing and economy"
    NORM_BREAKING = "norm_breaking", "normbrytande beteende", "norm-breaking behaviour"
    YOUTH_CRIME = "youth_crime", "egen kriminalitet", "the child's own crime"
    CHILD_SUBSTANCE_MISUSE = "child_substance_misuse", "eget missbruk", "the child's own substance misuse"
    SCHOOL_ABSENCE = "school_absence", "skolfrånvaro eller skolproblem", "school absence or problems at school"
    CHILD_MENTAL_ILL_HEALTH = "child_mental_ill_health", "barnets psykiska ohälsa", "the child's mental ill-health"
    SELF_HARM = "self_harm", "självskadebeteende", "self-harm"
    ONLINE_VICTIMISATION = "online_victimisation", "utsatthet via sociala medier", "victimisation via social media"
    VIOLENCE_BY_OTHER = "violence_by_other", "våld av jämnårig eller annan", "violence by a peer or other"
    PHYSICAL_ABUSE = "physical_abuse", "fysiskt våld", "physical abuse"
    PSYCHOLOGICAL_ABUSE = "psychological_abuse", "psykiskt våld", "psychological abuse"
    SEXUAL_ABUSE = "sexual_abuse", "sexuella övergrepp", "sexual abuse"
    WITNESSED_VIOLENCE = "witnessed_violence", "bevittnat våld", "witnessed violence"
    HONOUR_RELATED = "honour_related", "hedersrelaterat våld eller förtryck", "honour-related violence or oppression"
    OTHER = "other", "annan oro", "another concern"
    NOT_STATED = "not_stated", "uppgift saknas", "not stated"

    @property
    def domain(self) -> ConcernDomain:
        """The survey domain this concern is counted under."""
        return _CONCERN_DOMAIN[self]

    @property
    def is_violence(self) -> bool:
        """Whether the concern names violence or abuse against, or seen by, a person."""
        return self in _VIOLENT


_PARENT_CONCERNS = (
    Concern.PARENT_MENTAL_ILL_HEALTH,
    Concern.PARENT_SUBSTANCE_MISUSE,
    Concern.NEGLECT,
    Concern.CUSTODY_CONFLICT,
    Concern.PARENT_CRIME,
    Concern.HOUSING_ECONOMY,
)
_VIOLENCE_CONCERNS = (
    Concern.PHYSICAL_ABUSE,
    Concern.PSYCHOLOGICAL_ABUSE,
    Concern.SEXUAL_ABUSE,
    Concern.WITNESSED_VIOLENCE,
    Concern.HONOUR_RELATED,
)
_VIOLENT = frozenset((*_VIOLENCE_CONCERNS, Concern.VIOLENCE_BY_OTHER))
_CONCERN_DOMAIN = {
    **dict.fromkeys(Concern, ConcernDomain.CHILD),
    **dict.fromkeys(_PARENT_CONCERNS, ConcernDomain.PARENT),
    **dict.fromkeys(_VIOLENCE_CONCERNS, ConcernDomain.VIOLENCE),
    **dict.fromkeys((Concern.OTHER, Concern.NOT_STATED), ConcernDomain.OTHER),
}


class ConcernStatus(Code):
    """How sure the reporter is; a denial is recorded, it does not erase the concern."""

    STATED = "stated", "uppges", "stated"
    SUSPECTED = "suspected", "misstänks", "suspected"
    DENIED = "denied", "förnekas", "denied"
    UNKNOWN = "unknown", "okänt", "unknown"


class Exposure(Code):
    """How the child meets what the concern is about."""

    SUBJECTED = "subjected", "har själv utsatts", "was subjected to it"
    WITNESSED = "witnessed", "har bevittnat", "witnessed it"
    AT_RISK = "at_risk", "riskerar att utsättas", "is at risk of it"
    UNKNOWN = "unknown", "okänt", "unknown"


class Perpetrator(Code):
    """Who is said to act; *närstående* is a word of the law: a person the child is close to."""

    CLOSE_PERSON = "close_person", "närstående", "a person close to the child"
    OTHER_KNOWN = "other_known", "annan känd person", "another known person"
    STRANGER = "stranger", "obekant person", "a stranger"
    THE_CHILD = "the_child", "barnet självt", "the child"
    UNKNOWN = "unknown", "okänt", "unknown"
    NOT_APPLICABLE = "not_applicable", "ej tillämpligt", "not applicable"


class BBIC(Code):
    """The areas of *Barns behov i centrum*, named, not drawn: the triangle is a trademark."""

    CHILD_HEALTH = "child.health", "Barnets utveckling: hälsa", "Child's development: health"
    CHILD_EDUCATION = "child.education", "Barnets utveckling: utbildning", "Child's development: education"
    CHILD_EMOTIONS = (
        "child.emotions_behaviour",
        "Barnets utveckling: känslor och beteende",
        "Child's development: emotions and behaviour",
    )
    CHILD_RELATIONS = (
        "child.social_relations",
        "Barnets utveckling: sociala relationer",
        "Child's development: social relations",
    )
    PARENT_CARE = (
        "parent.basic_care",
        "Föräldrarnas förmåga: grundläggande omsorg",
        "Parental capacity: basic care",
    )
    PARENT_SAFETY = "parent.safety", "Föräldrarnas förmåga: säkerhet", "Parental capacity: protection from harm"
    PARENT_AVAILABILITY = (
        "parent.emotional_availability",
        "Föräldrarnas förmåga: känslomässig tillgänglighet",
        "Parental capacity: emotional availability",
    )
    PARENT_GUIDANCE = (
        "parent.stimulation_guidance",
        "Föräldrarnas förmåga: stimulans och vägledning",
        "Parental capacity: stimulation and guidance",
    )
    FAMILY_SITUATION = (
        "family.current_situation",
        "Familj och miljö: nuvarande familjesituation",
        "Family and environment: current family situation",
    )
    FAMILY_BACKGROUND = (
        "family.background",
        "Familj och miljö: familjebakgrund",
        "Family and environment: family background",
    )
    FAMILY_HOUSING = "family.housing", "Familj och miljö: boende", "Family and environment: housing"
    FAMILY_WORK = (
        "family.work_economy",
        "Familj och miljö: arbete och ekonomi",
        "Family and environment: work and economy",
    )
    FAMILY_NETWORK = (
        "family.network_integration",
        "Familj och miljö: socialt nätverk och integrering",
        "Family and environment: social network and integration",
    )
    CASE = "case", "Ärendets gång", "The course of the case"
