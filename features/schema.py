"""Here we keep the data contract: five tables, each column with its kind, its meaning and what a missing value stands for.

A *case folder* holds these tables as Parquet or CSV. All ids are pseudonyms, times carry an offset,
and unknown is a value of its own. ``groups`` is read by the audit only: nothing leads from it to a
feature.

>>> REPORTS.key
('report_id', 'child_id')
>>> EVENTS["recorded_at"].label("en")
'when the case system recorded it'
"""

from __future__ import annotations

from features.codes import Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.event_codes import Attribute, EventKind, Instrument, Rater
from features.kinds import Column, Flag, Identifier, Month, Number, OneOf, Table, Time

FACTS: dict[str, tuple[str, str]] = {
    "injury_now": ("barnet har en skada nu", "the child has an injury now"),
    "afraid_to_go_home": ("barnet är rädd för att gå hem", "the child is afraid to go home"),
    "perpetrator_has_access": (
        "den som misstänks kan nå barnet",
        "the suspected person has access to the child",
    ),
    "caregiver_incapable_now": (
        "vårdnadshavaren kan inte ta hand om barnet just nu",
        "the caregiver cannot look after the child right now",
    ),
    "young_child_alone": ("ett litet barn är ensamt", "a young child is alone"),
    "suicide_risk": ("risk för självmord", "risk of suicide"),
    "may_be_taken_abroad": ("barnet kan komma att föras utomlands", "the child may be taken abroad"),
    "in_sheltered_housing": (
        "barnet är i skyddat boende med en vårdnadshavare",
        "the child is in sheltered housing with a guardian",
    ),
    "unaccompanied": ("barnet är ensamkommande", "the child is unaccompanied"),
    "suspected_of_crime": (
        "barnet misstänks för ett brott som kan ge fängelse",
        "the child is suspected of an imprisonable crime",
    ),
    "eviction_notice": ("familjen har fått ett besked om avhysning", "the family has been given notice of eviction"),
    "outside_contact_needed": (
        "kontakt med utomstående eller hembesök behövs för bedömningen",
        "contact with outsiders or a home visit is needed for the assessment",
    ),
}
"""The yes/no/unknown facts that rules ask for, with what each means (sv, en)."""


def _id(name: str, sv: str, en: str, *, required: bool = True, shared: bool = False) -> Column:
    return Column(name, Identifier(shared), sv, en, required=required)


def _yes_no(name: str, sv: str, en: str) -> Column:
    return Column(name, OneOf(YesNo), sv, en, required=False, default=YesNo.UNKNOWN)


REPORTS = Table(
    "reports",
    "en orosanmälan för ett barn",
    "one report of concern for one child",
    ("report_id", "child_id"),
    (
        _id("report_id", "anmälans pseudonym", "the report's pseudonym"),
        _id("child_id", "barnets pseudonym", "the child's pseudonym", shared=True),
        _id(
            "household_id",
            "hushållets pseudonym; håller syskon på samma sida av varje uppdelning",
            "the household's pseudonym; keeps siblings on one side of every split",
            required=False,
            shared=True,
        ),
        Column("received_at", Time(), "när anmälan kom in", "when the report was received"),
        _id("unit", "enheten som tar emot", "the unit that receives it", shared=True),
        Column("referral_type", OneOf(ReferralType), "hur uppgiften kom in", "how the matter came in"),
        Column("reporter", OneOf(Reporter), "vem som anmäler", "who reports"),
        _yes_no("anonymous", "anmälaren är anonym", "the reporter is anonymous"),
        Column(
            "birth_month",
            Month(),
            "barnets födelsemånad; saknas när den är okänd",
            "the child's month of birth; missing when unknown",
            required=False,
        ),
        _yes_no("feedback_requested", "anmälaren har bett om återkoppling", "the reporter asked for feedback"),
        *(_yes_no(name, sv, en) for name, (sv, en) in FACTS.items()),
    ),
)

CONCERNS = Table(
    "concerns",
    "en oro i en anmälan",
    "one concern in a report",
    ("report_id", "child_id", "concern"),
    (
        _id("report_id", "anmälans pseudonym", "the report's pseudonym"),
        _id("child_id", "barnets pseudonym", "the child's pseudonym", shared=True),
        Column("concern", OneOf(Concern), "vad oron gäller", "what the concern is about"),
        Column("primary", Flag(), "den huvudsakliga oron", "the primary concern"),
        Column(
            "status",
            OneOf(ConcernStatus),
            "hur säker uppgiften är",
            "how sure the reporter is",
            required=False,
            default=ConcernStatus.UNKNOWN,
        ),
        Column(
            "exposure",
            OneOf(Exposure),
            "hur barnet berörs",
            "how the child is affected",
            required=False,
            default=Exposure.UNKNOWN,
        ),
        Column(
            "perpetrator",
            OneOf(Perpetrator),
            "vem som sägs utöva våldet eller handlingen",
            "who is said to act",
            required=False,
            default=Perpetrator.UNKNOWN,
        ),
    ),
)

EVENTS = Table(
    "events",
    "en händelse i ett barns ärende",
    "one thing that happened to a child's case",
    ("event_id",),
    (
        _id("event_id", "händelsens pseudonym", "the event's pseudonym"),
        _id("child_id", "barnets pseudonym", "the child's pseudonym", shared=True),
        Column("kind", OneOf(EventKind), "vad som hände", "what happened"),
        Column("happened_at", Time(), "när det hände", "when it happened"),
        Column("recorded_at", Time(), "när verksamhetssystemet fick veta det", "when the case system recorded it"),
        _id("report_id", "anmälan som händelsen gäller", "the report it belongs to", required=False),
        _id("case_id", "ärendet (utredningen) som händelsen gäller", "the case it belongs to", required=False),
        _id(
            "detail",
            "utfall eller typ, ur händelsens egen kodlista",
            "outcome or type, from the kind's own code list",
            required=False,
            shared=True,
        ),
        _id("reason", "skäl, där lagen eller rutinen kräver ett", "reason, where one is required", required=False),
        Column(
            "withdrawn_at",
            Time(),
            "när uppgiften drogs tillbaka eller rättades",
            "when the entry was withdrawn or corrected",
            required=False,
        ),
    ),
)

INSTRUMENTS = Table(
    "instruments",
    "ett ifyllt skattningsinstrument",
    "one completed instrument",
    ("child_id", "instrument", "rater", "completed_at"),
    (
        _id("child_id", "barnets pseudonym", "the child's pseudonym", shared=True),
        Column("instrument", OneOf(Instrument), "vilket instrument", "which instrument"),
        Column("rater", OneOf(Rater), "vem som skattade", "who rated"),
        Column("completed_at", Time(), "när det fylldes i", "when it was completed"),
        Column("recorded_at", Time(), "när verksamhetssystemet fick veta det", "when the case system recorded it"),
        Column("total", Number(0, 300), "totalpoäng", "total score"),
    ),
)

GROUPS = Table(
    "groups",
    "ett barns värde på ett granskat attribut; endast för granskning",
    "a child's value of an audited attribute; for the audit only",
    ("child_id", "attribute"),
    (
        _id("child_id", "barnets pseudonym", "the child's pseudonym", shared=True),
        Column("attribute", OneOf(Attribute), "vilket attribut", "which attribute"),
        _id("value", "attributets värde", "the attribute's value"),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in (REPORTS, CONCERNS, EVENTS, INSTRUMENTS, GROUPS)}
"""The whole contract, by table name."""
