"""Here we declare the outcomes that come with the library: one of them is decided by others than the unit.

`training.toml` declares the same, with comments, for a data scientist to edit; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from features.codes import Concern, Reporter
from features.event_codes import CareOrder, EventKind, InvestigationOutcome, Screening
from training.labelling.outcomes import Component, Decider, EventSign, Outcome, ReportSign, Within
from triage.words import Text

_HARM = (EventKind.PLACEMENT_STARTED, EventKind.CARE_ORDER)
_LEFT = (
    EventSign(EventKind.SCREENING_DECIDED, Within.CHILD, (Screening.TRANSFERRED.value,)),
    EventSign(EventKind.INVESTIGATION_CLOSED, Within.CHILD, (InvestigationOutcome.DISCONTINUED.value,)),
)
_LAST_AGE = 18
_NOT_SEEN = Text(
    "barn som överfördes till en annan kommun, vars utredning avskrevs, eller som kan ha hunnit fylla 18 år; ett nej "
    "betyder bara att inget av detta syntes, inte att behov saknas",
    "children who were transferred to another municipality, whose investigation was discontinued, or who may have turned "
    "18; a no only means that nothing of this was seen, not that there is no need",
)


def _closed(*outcomes: InvestigationOutcome) -> EventSign:
    """Look at how the investigation ended."""
    return EventSign(
        EventKind.INVESTIGATION_CLOSED, Within.CASE, details=tuple(one.value for one in outcomes), last=True
    )


NEED_CONFIRMED = Outcome(
    name="need_confirmed",
    text=Text(
        "att en utredning av anmälan bekräftar behov av insats inom 180 dagar",
        "that an investigation of the report confirms a need of support within 180 days",
    ),
    horizon_days=180,
    investigated_only=True,
    components=(
        Component(
            "support_decided",
            Text("utredningen avslutades med beslut om insats", "the investigation closed with a decision on support"),
            Decider.SAME_UNIT,
            event=_closed(InvestigationOutcome.SUPPORT_DECIDED),
        ),
        Component(
            "declined",
            Text("familjen tackade nej till en erbjuden insats", "the family declined support that was offered"),
            Decider.SAME_UNIT,
            event=_closed(InvestigationOutcome.DECLINED),
        ),
        Component(
            "placement",
            Text("barnet placerades i samma ärende", "the child was placed in the same case"),
            Decider.SAME_UNIT,
            event=EventSign(EventKind.PLACEMENT_STARTED, Within.CASE, not_already=_HARM),
        ),
        Component(
            "care_order",
            Text("barnet vårdas enligt LVU i samma ärende", "the child was taken into care in the same case"),
            Decider.SAME_UNIT,
            event=EventSign(EventKind.CARE_ORDER, Within.CASE, not_already=_HARM),
        ),
    ),
    negative=Component(
        "no_support",
        Text(
            "utredningen avslutades utan insats eller med hänvisning till annat stöd",
            "the investigation closed without support or with a referral elsewhere",
        ),
        Decider.SAME_UNIT,
        event=_closed(InvestigationOutcome.NO_SUPPORT, InvestigationOutcome.REFERRED),
    ),
    unknown=Text(
        "anmälningar som inte utreddes, och utredningar som avskrevs eller inte var klara i tid; "
        "de räknas aldrig som att behov saknas",
        "reports that were not investigated, and investigations discontinued or not finished in time; "
        "they never count as no need",
    ),
)
"""What an investigation finds. The unit that sees the estimate decides it, so it never stands alone."""

NEW_REPORT_INVESTIGATED = Outcome(
    name="new_report_investigated",
    text=Text(
        "att en ny anmälan om barnet leder till att en utredning inleds inom 180 dagar",
        "that a new report about the child leads to an investigation being opened within 180 days",
    ),
    horizon_days=180,
    investigated_only=False,
    components=(
        Component(
            "new_report_opened",
            Text("en utredning inleddes efter en ny anmälan", "an investigation was opened on a new report"),
            Decider.SAME_UNIT,
            report=ReportSign(opened=True),
        ),
    ),
    out_of_sight=_LEFT,
    seen_until_age=_LAST_AGE,
    unknown=_NOT_SEEN,
)
"""What happens next, also to children who were not investigated; but the unit decides what is opened."""

CARE_OR_POLICE = Outcome(
    name="care_or_police",
    text=Text(
        "att en domstol beslutar om vård av barnet, polisen anmäler våld i nära relation eller en annan kommun anmäler oro "
        "inom 180 dagar",
        "that a court orders care of the child, the police report violence in a close relationship or another municipality "
        "reports concern within 180 days",
    ),
    horizon_days=180,
    investigated_only=False,
    components=(
        Component(
            "care_order",
            Text("en domstol beslutade om vård enligt LVU", "a court ordered care"),
            Decider.COURT,
            event=EventSign(EventKind.CARE_ORDER, Within.CHILD, (CareOrder.CARE.value,)),
        ),
        Component(
            "police_violence",
            Text("polisen anmälde våld i nära relation", "the police reported violence in a close relationship"),
            Decider.OTHER_AUTHORITY,
            report=ReportSign(
                reporters=(Reporter.POLICE,),
                concerns=(
                    Concern.PHYSICAL_ABUSE,
                    Concern.PSYCHOLOGICAL_ABUSE,
                    Concern.SEXUAL_ABUSE,
                    Concern.WITNESSED_VIOLENCE,
                    Concern.HONOUR_RELATED,
                ),
            ),
        ),
        Component(
            "other_municipality",
            Text("en annan kommun anmälde oro", "another municipality reported concern"),
            Decider.OTHER_UNIT,
            report=ReportSign(reporters=(Reporter.OTHER_MUNICIPALITY,)),
        ),
    ),
    out_of_sight=_LEFT,
    seen_until_age=_LAST_AGE,
    unknown=_NOT_SEEN,
)
"""What others decide: a court, the police, another municipality."""

STANDARD: Mapping[str, Outcome] = MappingProxyType(
    {outcome.name: outcome for outcome in (NEED_CONFIRMED, NEW_REPORT_INVESTIGATED, CARE_OR_POLICE)}
)
"""The outcomes that a plan may name without declaring them."""
