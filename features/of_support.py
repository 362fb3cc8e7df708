"""Here we declare the features of help and care before: support, placements, care orders, protection, instruments.

All look at most `features.sources.HORIZON` days back.
"""

from __future__ import annotations

from features import coding
from features.codes import BBIC
from features.coding import what
from features.event_codes import EventKind, Instrument, Protection, Rater
from features.registry import Pair, Registry, Words
from features.shapes import count, ongoing, yes_no
from features.sources import OfHistory

SUPPORT_FEATURES = Registry()
"""Help and care before, in order."""


def _offers(name: str, sv: tuple[str, str], en: str, kind: EventKind) -> None:
    """Declare a count of what was offered, accepted or declined."""
    count(
        SUPPORT_FEATURES,
        name,
        (f"{sv[1]} insatser", f"support {en}"),
        (
            (f"en {sv[0]} insats", f"one offer of support {en}"),
            (f"{sv[1]} insatser", f"offers of support {en}"),
            (f"ingen {sv[0]} insats", f"no offer of support {en}"),
        ),
        what(kind),
        f"Events {kind.value} of the last 1095 days.",
        BBIC.FAMILY_SITUATION,
    )


_offers("offered_1095", ("erbjuden", "erbjudna"), "made", EventKind.SUPPORT_OFFERED)
_offers("accepted_1095", ("accepterad", "accepterade"), "accepted", EventKind.SUPPORT_ACCEPTED)
_offers("declined_1095", ("avböjd", "avböjda"), "declined", EventKind.SUPPORT_DECLINED)
ongoing(
    SUPPORT_FEATURES,
    "support_ongoing",
    ("pågående insats", "ongoing support"),
    yes_no(("en insats pågår", "support is ongoing"), ("ingen insats pågår", "no support is ongoing")),
    BBIC.FAMILY_SITUATION,
    EventKind.SUPPORT_STARTED,
    EventKind.SUPPORT_ENDED,
)
count(
    SUPPORT_FEATURES,
    "placements_1095",
    ("placeringar", "placements"),
    (("en placering", "one placement"), ("placeringar", "placements"), ("ingen placering", "no placement")),
    what(EventKind.PLACEMENT_STARTED),
    "Placements outside the home started in the last 1095 days.",
    BBIC.FAMILY_BACKGROUND,
    1,
)
ongoing(
    SUPPORT_FEATURES,
    "placement_ongoing",
    ("pågående placering", "ongoing placement"),
    yes_no(("barnet är placerat", "the child is placed"), ("barnet är inte placerat", "the child is not placed")),
    BBIC.FAMILY_SITUATION,
    EventKind.PLACEMENT_STARTED,
    EventKind.PLACEMENT_ENDED,
)
count(
    SUPPORT_FEATURES,
    "care_orders_1095",
    ("beslut enligt LVU", "care orders"),
    (
        ("ett beslut enligt LVU", "one care order"),
        ("beslut enligt LVU", "care orders"),
        ("inget beslut enligt LVU", "no care order"),
    ),
    what(EventKind.CARE_ORDER),
    "Decisions of the last 1095 days under the Act on care of young persons (LVU).",
    BBIC.FAMILY_BACKGROUND,
    1,
)
count(
    SUPPORT_FEATURES,
    "protection_needed_1095",
    ("behov av skydd vid tidigare skyddsbedömning", "protection needed at an earlier assessment"),
    (
        ("en skyddsbedömning som fann behov av skydd", "one protection assessment that found a need"),
        ("skyddsbedömningar som fann behov av skydd", "protection assessments that found a need"),
        ("ingen skyddsbedömning som fann behov av skydd", "no protection assessment that found a need"),
    ),
    what(EventKind.PROTECTION_ASSESSMENT, Protection.NEEDED),
    "Protection assessments of the last 1095 days that found needed.",
    BBIC.PARENT_SAFETY,
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
        BBIC.CHILD_EMOTIONS,
        1,
        Words(
            many=(
                f"senaste SDQ enligt {who[0]} gav {{n}} av 40 poäng",
                f"the latest SDQ by {who[1]} gave {{n}} of 40 points",
            ),
            one=(f"senaste SDQ enligt {who[0]} gav 1 av 40 poäng", f"the latest SDQ by {who[1]} gave 1 of 40 points"),
            none=(f"senaste SDQ enligt {who[0]} gav 0 av 40 poäng", f"the latest SDQ by {who[1]} gave 0 of 40 points"),
            absent=(f"ingen SDQ enligt {who[0]} är känd", f"no SDQ by {who[1]} is known"),
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
    BBIC.CASE,
    0,
    Words(
        many=("SDQ-skattningen är {n} dagar gammal", "the SDQ is {n} days old"),
        one=("SDQ-skattningen är en dag gammal", "the SDQ is one day old"),
        none=("SDQ-skattningen är från samma dag", "the SDQ is from the same day"),
        absent=("ingen SDQ-skattning är känd", "no SDQ is known"),
    ),
    OfHistory("since", coding.scores([Instrument.SDQ])),
    "Days since the latest SDQ by any rater; absent when there is none in the last 1095 days.",
)
SUPPORT_FEATURES.declare(
    "wellbeing",
    ("senaste ORS eller CORS", "latest ORS or CORS"),
    "points",
    BBIC.CHILD_EMOTIONS,
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
