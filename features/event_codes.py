"""Here we name what can happen to a child's case: kinds of events, their details, instruments, audited attributes.

>>> EventKind.SCREENING_DECIDED.details is Screening
True
>>> Screening.NOT_OPEN.sv
'utredning inleds inte'
"""

from __future__ import annotations

from features.codes import Code


class EventKind(Code):
    """What can happen to a child's case."""

    PROTECTION_ASSESSMENT = "protection_assessment", "skyddsbedömning", "protection assessment"
    SCREENING_DECIDED = "screening_decided", "förhandsbedömning avslutad", "preliminary assessment decided"
    INVESTIGATION_OPENED = "investigation_opened", "utredning inledd", "investigation opened"
    INVESTIGATION_CLOSED = "investigation_closed", "utredning avslutad", "investigation closed"
    SUPPORT_OFFERED = "support_offered", "insats erbjuden", "support offered"
    SUPPORT_ACCEPTED = "support_accepted", "insats accepterad", "support accepted"
    SUPPORT_DECLINED = "support_declined", "insats avböjd", "support declined"
    SUPPORT_STARTED = "support_started", "insats påbörjad", "support started"
    SUPPORT_ENDED = "support_ended", "insats avslutad", "support ended"
    PLACEMENT_STARTED = "placement_started", "placering påbörjad", "placement started"
    PLACEMENT_ENDED = "placement_ended", "placering avslutad", "placement ended"
    CARE_ORDER = "care_order", "beslut enligt LVU", "care order"
    CONTACT = "contact", "kontakt tagen", "contact taken"
    CHILD_INTERVIEW = "child_interview", "barnsamtal", "talk with the child"
    FOLLOW_UP_STARTED = "follow_up_started", "uppföljning påbörjad", "follow-up started"
    CASE_CLOSED = "case_closed", "ärende avslutat", "case closed"

    @property
    def details(self) -> type[Code] | None:
        """The code list that this kind's ``detail`` comes from, or None when it has none."""
        return _EVENT_DETAILS.get(self)


class Protection(Code):
    """What the protection assessment (*skyddsbedömning*) found."""

    NEEDED = "needed", "behov av omedelbart skydd", "immediate protection needed"
    NOT_NEEDED = "not_needed", "inget behov av omedelbart skydd", "no need of immediate protection found"
    NOT_DONE = "not_done", "inte gjord", "not done"


class Screening(Code):
    """How the preliminary assessment (*förhandsbedömning*) ended."""

    OPEN = "open", "utredning inleds", "investigation opened"
    NOT_OPEN = "not_open", "utredning inleds inte", "investigation not opened"
    ADDED_TO_ONGOING = "added_to_ongoing", "tillförs pågående utredning", "added to an ongoing investigation"
    TRANSFERRED = "transferred", "överförd till annan kommun", "transferred to another municipality"


class NotOpenReason(Code):
    """Why an investigation was not opened."""

    SUPPORT_ONGOING = "support_ongoing", "insatser pågår", "support is ongoing"
    NO_CONCERN = "no_concern", "ingen oro bedöms finnas", "no concern found"
    NO_CONSENT = (
        "no_consent_insufficient_concern",
        "samtycke saknas och oron räcker inte",
        "no consent, concern too weak",
    )
    OTHER_SUPPORT = "other_support", "annat stöd finns", "other support exists"


class InvestigationOutcome(Code):
    """How an investigation (*utredning*) ended."""

    NO_SUPPORT = "closed_no_support", "avslutad utan insats", "closed without support"
    SUPPORT_DECIDED = "support_decided", "insats beslutad", "support decided"
    REFERRED = "referred_elsewhere", "hänvisad till annat stöd", "referred to other support"
    DECLINED = "declined", "familjen tackade nej", "the family declined"
    DISCONTINUED = "discontinued", "avskriven eller flyttad", "discontinued or moved"


class Support(Code):
    """What kind of help (*insats*)."""

    STRUCTURED_PROGRAMME = "structured_programme", "strukturerat öppenvårdsprogram", "structured programme"
    PERSONAL_SUPPORT = "personal_support", "behovsprövat personligt stöd", "personal support"
    CONTACT_PERSON = "contact_person", "kontaktperson", "contact person"
    CONTACT_FAMILY = "contact_family", "kontaktfamilj", "contact family"
    QUALIFIED_CONTACT_PERSON = (
        "qualified_contact_person",
        "särskilt kvalificerad kontaktperson",
        "qualified contact person",
    )
    ADVICE = "advice_without_assessment", "råd och stöd utan behovsprövning", "advice without needs assessment"
    FOSTER_HOME = "foster_home", "familjehem eller jourhem", "foster home"
    RESIDENTIAL_HOME = "residential_home", "hem för vård eller boende", "residential home"
    SUPPORTED_HOUSING = "supported_housing", "stödboende", "supported housing"


class CareOrder(Code):
    """Decisions under the Act on care of young persons (LVU)."""

    IMMEDIATE = "lvu_immediate", "omedelbart omhändertagande", "immediate care order"
    CARE = "lvu_care", "vård enligt LVU", "care order"


class ContactWith(Code):
    """With whom contact was taken during an investigation."""

    SCHOOL = "school", "skola", "school"
    PRESCHOOL = "preschool", "förskola", "preschool"
    POLICE = "police", "polis", "police"
    HEALTH = "health", "hälso- och sjukvård", "health care"
    CHILD_PSYCHIATRY = "child_psychiatry", "barn- och ungdomspsykiatri", "child psychiatry"


class ChildHeard(Code):
    """Whether the child was heard."""

    YES = "yes", "barnet har hörts", "the child was heard"
    NO = "no", "barnet har inte hörts", "the child was not heard"


class NotHeardReason(Code):
    """Why a child was not heard."""

    AGE = "age", "barnets ålder", "the child's age"
    CHILD_DECLINED = "child_declined", "barnet ville inte", "the child did not want to"
    NOT_ALLOWED = "guardian_refused", "vårdnadshavare nekade", "the guardian refused"
    OTHER = "other", "annat skäl", "another reason"


_EVENT_DETAILS: dict[EventKind, type[Code]] = {
    EventKind.PROTECTION_ASSESSMENT: Protection,
    EventKind.SCREENING_DECIDED: Screening,
    EventKind.INVESTIGATION_CLOSED: InvestigationOutcome,
    EventKind.SUPPORT_OFFERED: Support,
    EventKind.SUPPORT_ACCEPTED: Support,
    EventKind.SUPPORT_DECLINED: Support,
    EventKind.SUPPORT_STARTED: Support,
    EventKind.SUPPORT_ENDED: Support,
    EventKind.PLACEMENT_STARTED: Support,
    EventKind.PLACEMENT_ENDED: Support,
    EventKind.CARE_ORDER: CareOrder,
    EventKind.CONTACT: ContactWith,
    EventKind.CHILD_INTERVIEW: ChildHeard,
}


class Instrument(Code):
    """Which standardised instrument was completed (scores only: items are not stored)."""

    SDQ = "SDQ", "SDQ, styrkor och svårigheter", "SDQ, strengths and difficulties"
    KASAM13 = "KASAM13", "KASAM-13", "SOC-13"
    KASAM29 = "KASAM29", "KASAM-29", "SOC-29"
    ORS = "ORS", "ORS", "ORS"
    CORS = "CORS", "CORS", "CORS"
    KIDSCREEN10 = "KIDSCREEN10", "KIDSCREEN-10", "KIDSCREEN-10"
    AUDIT = "AUDIT", "AUDIT (vuxen i familjen)", "AUDIT (adult in the family)"
    OTHER = "OTHER", "annat instrument", "another instrument"

    @property
    def total_range(self) -> tuple[float, float] | None:
        """The lowest and highest possible total, where published."""
        return _TOTAL_RANGE.get(self)


_TOTAL_RANGE: dict[Instrument, tuple[float, float]] = {
    Instrument.SDQ: (0, 40),
    Instrument.KASAM13: (13, 91),
    Instrument.KASAM29: (29, 203),
    Instrument.ORS: (0, 40),
    Instrument.CORS: (0, 40),
    Instrument.KIDSCREEN10: (10, 50),
    Instrument.AUDIT: (0, 40),
}


class Rater(Code):
    """Who filled the instrument in."""

    CHILD = "child", "barnet", "the child"
    PARENT = "parent", "förälder", "parent"
    TEACHER = "teacher", "lärare", "teacher"
    CASEWORKER = "caseworker", "handläggare", "caseworker"


class Attribute(Code):
    """What the fairness audit looks at; none of these may become a feature."""

    SEX = "sex", "juridiskt kön", "legal sex"
    BIRTH_REGION = "birth_region", "födelseregion", "region of birth"
    DISABILITY = "disability", "funktionsnedsättning", "disability"
    INCOME_BAND = "income_band", "inkomstband", "income band"
    AREA = "area", "område", "area"
    LANGUAGE = "language", "språk", "language"
