"""Here we name what a person would call one thing, though the model reads it as several features.

Windows of one history follow each other: a report moves from one to the next as days pass. Summed up per group, a
reason does not change because a day passed.

>>> Group.EARLIER_REPORTS.sv, Group.EARLIER_REPORTS.bbic.value
('tidigare anmälningar', 'case')
"""

from __future__ import annotations

from features.codes import BBIC, Code


class Group(Code):
    """One thing that an estimate can rest on."""

    NEGLECT = "neglect", "omsorgssvikt", "neglect"
    PARENT_SUBSTANCE = "parent_substance", "förälders missbruk", "a parent's substance misuse"
    PARENT_HEALTH = "parent_health", "förälders psykiska ohälsa", "a parent's mental ill-health"
    CUSTODY = "custody", "vårdnadstvist", "a custody conflict"
    VIOLENCE = "violence", "våld eller övergrepp", "violence or abuse"
    NORM_BREAKING = "norm_breaking", "normbrytande eller egen kriminalitet", "norm-breaking or the child's own crime"
    CHILD_SUBSTANCE = "child_substance", "barnets eget missbruk", "the child's own substance misuse"
    CHILD_HEALTH = "child_health", "barnets psykiska hälsa", "the child's mental health"
    SCHOOL = "school", "skolgång", "schooling"
    WHAT_IS_SAID = "what_is_said", "vad anmälan tar upp", "what the report says"
    EXPOSURE = "exposure", "hur barnet berörs", "how the child is affected"
    ACUTE = "acute", "akuta uppgifter", "acute facts"
    ABROAD = "abroad", "risk att föras utomlands", "risk of being taken abroad"
    REPORTER = "reporter", "vem som anmäler", "who reports"
    AGE = "age", "barnets ålder", "the child's age"
    EARLIER_REPORTS = "earlier_reports", "tidigare anmälningar", "earlier reports"
    ASSESSMENTS = "assessments", "tidigare förhandsbedömningar", "earlier preliminary assessments"
    INVESTIGATIONS = "investigations", "utredningar", "investigations"
    SCHOOL_CONTACTS = "school_contacts", "kontakter med skola eller förskola", "contacts with school or preschool"
    HEALTH_CONTACTS = "health_contacts", "kontakter med vården", "contacts with health care"
    POLICE_CONTACTS = "police_contacts", "kontakter med polisen", "contacts with the police"
    SUPPORT = "support", "insatser", "support"
    PLACEMENTS = "placements", "placeringar och beslut enligt LVU", "placements and care orders"
    PROTECTION = "protection", "tidigare behov av skydd", "earlier need of protection"
    SDQ = "sdq", "SDQ-skattningar", "completed SDQ"
    WELLBEING = "wellbeing", "ORS- och CORS-skattningar", "completed ORS and CORS"

    @property
    def bbic(self) -> BBIC:
        """The area of *Barns behov i centrum* that it belongs to."""
        return _AREAS[self]


_AREAS = {
    Group.NEGLECT: BBIC.PARENT_CARE,
    Group.PARENT_SUBSTANCE: BBIC.PARENT_CARE,
    Group.PARENT_HEALTH: BBIC.PARENT_AVAILABILITY,
    Group.CUSTODY: BBIC.FAMILY_SITUATION,
    Group.VIOLENCE: BBIC.PARENT_SAFETY,
    Group.NORM_BREAKING: BBIC.CHILD_EMOTIONS,
    Group.CHILD_SUBSTANCE: BBIC.CHILD_HEALTH,
    Group.CHILD_HEALTH: BBIC.CHILD_HEALTH,
    Group.SCHOOL: BBIC.CHILD_EDUCATION,
    Group.WHAT_IS_SAID: BBIC.CASE,
    Group.EXPOSURE: BBIC.PARENT_SAFETY,
    Group.ACUTE: BBIC.PARENT_SAFETY,
    Group.ABROAD: BBIC.PARENT_SAFETY,
    Group.REPORTER: BBIC.CASE,
    Group.AGE: BBIC.CASE,
    Group.EARLIER_REPORTS: BBIC.CASE,
    Group.ASSESSMENTS: BBIC.CASE,
    Group.INVESTIGATIONS: BBIC.CASE,
    Group.SCHOOL_CONTACTS: BBIC.CHILD_EDUCATION,
    Group.HEALTH_CONTACTS: BBIC.CHILD_HEALTH,
    Group.POLICE_CONTACTS: BBIC.CASE,
    Group.SUPPORT: BBIC.FAMILY_SITUATION,
    Group.PLACEMENTS: BBIC.FAMILY_BACKGROUND,
    Group.PROTECTION: BBIC.PARENT_SAFETY,
    Group.SDQ: BBIC.CHILD_EMOTIONS,
    Group.WELLBEING: BBIC.CHILD_EMOTIONS,
}
