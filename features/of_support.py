"""Here we declare the features of help and care before: support, placements, care orders, protection, instruments.

All look at most `features.sources.HORIZON` days back.
"""

from __future__ import annotations

from features import coding
from features.coding import what
from features.event_codes import EventKind, Instrument, Protection, Rater
from features.groups import Group
from features.registry import Pair, Registry, Words
from features.shapes import days_ago, latest, ongoing
from features.sources import OfHistory

SUPPORT_FEATURES = Registry()
"""Help and care before, in order."""


def _offers(name: str, sv: Pair, en: str, kind: EventKind) -> None:
    """Declare what was offered, accepted or declined."""
    acted, label = sv
    latest(
        SUPPORT_FEATURES,
        name,
        (f"{label} insatser", f"support {en}"),
        (
            (f"{acted} minst en insats", f"support was {en} at least once"),
            (f"ingen insats {acted}", f"support was not {en}"),
        ),
        what(kind),
        f"Events {kind.value} of the last 1095 days.",
        Group.SUPPORT,
    )


_offers("offered_1095", ("erbjöds", "erbjudna"), "offered", EventKind.SUPPORT_OFFERED)
_offers("accepted_1095", ("accepterades", "accepterade"), "accepted", EventKind.SUPPORT_ACCEPTED)
_offers("declined_1095", ("avböjdes", "avböjda"), "declined", EventKind.SUPPORT_DECLINED)
ongoing(
    SUPPORT_FEATURES,
    "support_ongoing",
    ("pågående insats", "ongoing support"),
    (("en insats pågår", "support is ongoing"), ("ingen insats pågår", "no support is ongoing")),
    Group.SUPPORT,
    EventKind.SUPPORT_STARTED,
    EventKind.SUPPORT_ENDED,
)
latest(
    SUPPORT_FEATURES,
    "placements_1095",
    ("placeringar", "placements"),
    (
        ("påbörjades minst en placering", "at least one placement began"),
        ("ingen placering påbörjades", "no placement began"),
    ),
    what(EventKind.PLACEMENT_STARTED),
    "Placements outside the home started in the last 1095 days.",
    Group.PLACEMENTS,
    1,
)
ongoing(
    SUPPORT_FEATURES,
    "placement_ongoing",
    ("pågående placering", "ongoing placement"),
    (("barnet är placerat", "the child is placed"), ("barnet är inte placerat", "the child is not placed")),
    Group.PLACEMENTS,
    EventKind.PLACEMENT_STARTED,
    EventKind.PLACEMENT_ENDED,
    1,
)
latest(
    SUPPORT_FEATURES,
    "care_orders_1095",
    ("beslut enligt LVU", "care orders"),
    (
        ("fattades minst ett beslut enligt LVU", "at least one care order was made"),
        ("inget beslut enligt LVU", "no care order"),
    ),
    what(EventKind.CARE_ORDER),
    "Decisions of the last 1095 days under the Act on care of young persons (LVU).",
    Group.PLACEMENTS,
    1,
)
latest(
    SUPPORT_FEATURES,
    "protection_needed_1095",
    ("behov av skydd vid tidigare skyddsbedömning", "protection needed at an earlier assessment"),
    (
        ("fann minst en skyddsbedömning att barnet behövde skydd", "at least one protection assessment found a need"),
        ("ingen skyddsbedömning som fann behov av skydd", "no protection assessment that found a need"),
    ),
    what(EventKind.PROTECTION_ASSESSMENT, Protection.NEEDED),
    "Protection assessments of the last 1095 days that found needed.",
    Group.PROTECTION,
    1,
)

# ---------------------------------------------------------------- instruments
# KASAM is kept and shown, never a feature: its own guidance forbids it. Raters are not mixed: norms differ.


def _sdq(name: str, who: Pair, rater: Rater) -> None:
    """Declare the latest SDQ total of one kind of rater."""
    SUPPORT_FEATURES.declare(
        name,
        (f"senaste SDQ enligt {who[0]}", f"latest SDQ by {who[1]}"),
        "points",
        Group.SDQ,
        1,
        Words(
            many=(f"{{n}} av 40 poäng enligt {who[0]}", f"{{n}} of 40 points by {who[1]}"),
            one=(f"1 av 40 poäng enligt {who[0]}", f"1 of 40 points by {who[1]}"),
            none=(f"senaste SDQ enligt {who[0]} gav 0 av 40 poäng", f"the latest SDQ by {who[1]} gave 0 of 40 points"),
            absent=(f"ingen SDQ enligt {who[0]} är känd", f"no SDQ by {who[1]} is known"),
            head=("senaste SDQ gav", "the latest SDQ gave"),
        ),
        OfHistory("latest", coding.scores([Instrument.SDQ], [rater])),
        f"Total (0–40) of the latest SDQ of the last 1095 days by the rater {rater.value}; absent when there is none.",
    )


_sdq("sdq_parent", ("förälder", "a parent"), Rater.PARENT)
_sdq("sdq_teacher", ("lärare", "a teacher"), Rater.TEACHER)
_sdq("sdq_child", ("barnet", "the child"), Rater.CHILD)
SUPPORT_FEATURES.declare(
    "sdq_days",
    ("SDQ-skattningens ålder", "age of the SDQ"),
    "days",
    Group.SDQ,
    0,
    days_ago(
        "den senaste SDQ-skattningen gjordes",
        "the latest SDQ was completed",
        ("ingen SDQ-skattning är känd", "no SDQ is known"),
    ),
    OfHistory("since", coding.scores([Instrument.SDQ])),
    "Days since the latest SDQ by any rater; absent when there is none in the last 1095 days.",
)
SUPPORT_FEATURES.declare(
    "wellbeing",
    ("senaste ORS eller CORS", "latest ORS or CORS"),
    "points",
    Group.WELLBEING,
    0,
    Words(
        many=("senaste ORS eller CORS gav {n} av 40 poäng", "the latest ORS or CORS gave {n} of 40 points"),
        one=("senaste ORS eller CORS gav 1 av 40 poäng", "the latest ORS or CORS gave 1 of 40 points"),
        none=("senaste ORS eller CORS gav 0 av 40 poäng", "the latest ORS or CORS gave 0 of 40 points"),
        absent=("ingen ORS eller CORS är känd", "no ORS or CORS is known"),
    ),
    OfHistory("latest", coding.scores([Instrument.ORS, Instrument.CORS], [Rater.CHILD])),
    "Total (0–40) of the latest ORS or CORS of the last 1095 days by the rater child; absent when there is none.",
)
