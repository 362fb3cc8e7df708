"""Here we build the features of what was known before: earlier reports, investigations, support, care, scores.

All look at most `features.history.HORIZON` days back.
"""

from __future__ import annotations

import numpy as np

from features.arrays import INSTRUMENT, REPORT, SCORE, Floats
from features.codes import BBIC
from features.event_codes import EventKind, Instrument, InvestigationOutcome, Protection, Screening
from features.history import Mask, Past
from features.registry import Pair, Registry, Words

HISTORY_FEATURES = Registry()
"""The features of the child's history, in order."""

_THREE_YEARS = ("de senaste tre åren", "in the last three years")


def _counted(one: Pair, many: Pair, none: Pair, when: Pair = _THREE_YEARS) -> Words:
    """Word a count within a window; a count of history is never absent, only 0."""
    return Words(
        many=(f"{{n}} {many[0]} {when[0]}", f"{{n}} {many[1]} {when[1]}"),
        one=(f"{one[0]} {when[0]}", f"{one[1]} {when[1]}"),
        none=(f"{none[0]} {when[0]}", f"{none[1]} {when[1]}"),
        absent=("historiken är okänd", "the history is unknown"),
    )


_REPORTS = (
    ("en tidigare anmälan", "one earlier report"),
    ("tidigare anmälningar", "earlier reports"),
    ("ingen tidigare anmälan", "no earlier report"),
)


def _flag(yes: Pair, no: Pair) -> Words:
    """Word a yes or no."""
    return Words(many=yes, one=yes, none=no, absent=("historiken är okänd", "the history is unknown"))


def _ongoing(past: Past, started: Mask, ended: Mask) -> Floats:
    """Tell where more was started than ended within the horizon, shape (n,)."""
    return (past.count(started) > past.count(ended)).astype(np.float64)


@HISTORY_FEATURES.add(
    ("tidigare anmälningar, 0–90 dagar", "earlier reports, 0–90 days"),
    "count",
    BBIC.CASE,
    1,
    _counted(*_REPORTS, ("de senaste 90 dagarna", "in the last 90 days")),
)
def reports_90(past: Past) -> Floats:
    """Earlier reports in the last 90 days."""
    return past.count(past.of(REPORT), 0, 90)


@HISTORY_FEATURES.add(
    ("tidigare anmälningar, 90–365 dagar", "earlier reports, 90–365 days"),
    "count",
    BBIC.CASE,
    1,
    _counted(*_REPORTS, ("för 90 till 365 dagar sedan", "90 to 365 days ago")),
)
def reports_365(past: Past) -> Floats:
    """Earlier reports 90 to 365 days ago."""
    return past.count(past.of(REPORT), 90, 365)


@HISTORY_FEATURES.add(
    ("tidigare anmälningar, 1–3 år", "earlier reports, 1–3 years"),
    "count",
    BBIC.CASE,
    1,
    _counted(*_REPORTS, ("för ett till tre år sedan", "one to three years ago")),
)
def reports_1095(past: Past) -> Floats:
    """Earlier reports 365 to 1095 days ago."""
    return past.count(past.of(REPORT), 365, 1095)


@HISTORY_FEATURES.add(
    ("olika slags anmälare", "different kinds of reporters"),
    "count",
    BBIC.CASE,
    1,
    _counted(
        ("ett slags tidigare anmälare", "one kind of earlier reporter"),
        ("olika slags tidigare anmälare", "different kinds of earlier reporters"),
        ("ingen tidigare anmälare", "no earlier reporter"),
    ),
)
def reporters_1095(past: Past) -> Floats:
    """Different kinds of reporters among the earlier reports of three years."""
    return past.distinct(past.of(REPORT), past.entries.who)


@HISTORY_FEATURES.add(
    ("dagar sedan förra anmälan", "days since the last report"),
    "days",
    BBIC.CASE,
    0,
    Words(
        many=("förra anmälan kom för {n} dagar sedan", "the last report came {n} days ago"),
        one=("förra anmälan kom för en dag sedan", "the last report came one day ago"),
        none=("förra anmälan kom samma dag", "the last report came the same day"),
        absent=(
            "ingen tidigare anmälan är känd de senaste tre åren",
            "no earlier report is known in the last three years",
        ),
    ),
)
def days_since_report(past: Past) -> Floats:
    """Days since the latest earlier report; absent when there is none in three years."""
    return past.days_since(past.of(REPORT))


@HISTORY_FEATURES.add(
    ("anmälningar som inte ledde till utredning", "reports that did not lead to an investigation"),
    "count",
    BBIC.CASE,
    0,
    _counted(
        ("en förhandsbedömning utan utredning", "one preliminary assessment without investigation"),
        ("förhandsbedömningar utan utredning", "preliminary assessments without investigation"),
        ("ingen förhandsbedömning utan utredning", "no preliminary assessment without investigation"),
    ),
)
def not_opened_1095(past: Past) -> Floats:
    """Preliminary assessments in three years that did not open an investigation."""
    return past.count(past.of(EventKind.SCREENING_DECIDED, Screening.NOT_OPEN))


@HISTORY_FEATURES.add(
    ("utredningar", "investigations"),
    "count",
    BBIC.CASE,
    0,
    _counted(
        ("en inledd utredning", "one investigation opened"),
        ("inledda utredningar", "investigations opened"),
        ("ingen inledd utredning", "no investigation opened"),
    ),
)
def investigations_1095(past: Past) -> Floats:
    """Investigations opened in three years."""
    return past.count(past.of(EventKind.INVESTIGATION_OPENED))


@HISTORY_FEATURES.add(
    ("pågående utredning", "ongoing investigation"),
    "flag",
    BBIC.CASE,
    0,
    _flag(
        ("en utredning pågår", "an investigation is ongoing"),
        ("ingen utredning pågår", "no investigation is ongoing"),
    ),
)
def investigation_ongoing(past: Past) -> Floats:
    """1 when more investigations were opened than closed in three years; else 0."""
    return _ongoing(past, past.of(EventKind.INVESTIGATION_OPENED), past.of(EventKind.INVESTIGATION_CLOSED))


@HISTORY_FEATURES.add(
    ("dagar sedan senaste utredning avslutades", "days since the last investigation closed"),
    "days",
    BBIC.CASE,
    0,
    Words(
        many=("senaste utredningen avslutades för {n} dagar sedan", "the last investigation closed {n} days ago"),
        one=("senaste utredningen avslutades för en dag sedan", "the last investigation closed one day ago"),
        none=("senaste utredningen avslutades samma dag", "the last investigation closed the same day"),
        absent=(
            "ingen avslutad utredning är känd de senaste tre åren",
            "no closed investigation is known in the last three years",
        ),
    ),
)
def days_since_investigation(past: Past) -> Floats:
    """Days since the latest investigation closed; absent when there is none in three years."""
    return past.days_since(past.of(EventKind.INVESTIGATION_CLOSED))


@HISTORY_FEATURES.add(
    ("utredningar som ledde till insats", "investigations that led to support"),
    "count",
    BBIC.FAMILY_BACKGROUND,
    1,
    _counted(
        ("en utredning som ledde till insats", "one investigation that led to support"),
        ("utredningar som ledde till insats", "investigations that led to support"),
        ("ingen utredning som ledde till insats", "no investigation that led to support"),
    ),
)
def support_decided_1095(past: Past) -> Floats:
    """Investigations closed with support in three years."""
    return past.count(past.of(EventKind.INVESTIGATION_CLOSED, InvestigationOutcome.SUPPORT_DECIDED))


@HISTORY_FEATURES.add(
    ("utredningar utan insats", "investigations without support"),
    "count",
    BBIC.CASE,
    0,
    _counted(
        ("en utredning avslutad utan insats", "one investigation closed without support"),
        ("utredningar avslutade utan insats", "investigations closed without support"),
        ("ingen utredning avslutad utan insats", "no investigation closed without support"),
    ),
)
def without_support_1095(past: Past) -> Floats:
    """Investigations closed without support in three years."""
    return past.count(past.of(EventKind.INVESTIGATION_CLOSED, InvestigationOutcome.NO_SUPPORT))


@HISTORY_FEATURES.add(
    ("avböjda insatser", "support declined"),
    "count",
    BBIC.FAMILY_SITUATION,
    0,
    _counted(
        ("en avböjd insats", "one offer of support declined"),
        ("avböjda insatser", "offers of support declined"),
        ("ingen avböjd insats", "no offer of support declined"),
    ),
)
def declined_1095(past: Past) -> Floats:
    """Offers of support declined in three years."""
    return past.count(past.of(EventKind.SUPPORT_DECLINED))


@HISTORY_FEATURES.add(
    ("pågående insats", "ongoing support"),
    "flag",
    BBIC.FAMILY_SITUATION,
    0,
    _flag(("en insats pågår", "support is ongoing"), ("ingen insats pågår", "no support is ongoing")),
)
def support_ongoing(past: Past) -> Floats:
    """1 when more support was started than ended in three years; else 0."""
    return _ongoing(past, past.of(EventKind.SUPPORT_STARTED), past.of(EventKind.SUPPORT_ENDED))


@HISTORY_FEATURES.add(
    ("placeringar", "placements"),
    "count",
    BBIC.FAMILY_BACKGROUND,
    1,
    _counted(("en placering", "one placement"), ("placeringar", "placements"), ("ingen placering", "no placement")),
)
def placements_1095(past: Past) -> Floats:
    """Placements outside the home started in three years."""
    return past.count(past.of(EventKind.PLACEMENT_STARTED))


@HISTORY_FEATURES.add(
    ("behov av skydd vid tidigare skyddsbedömning", "protection needed at an earlier assessment"),
    "count",
    BBIC.PARENT_SAFETY,
    1,
    _counted(
        ("en skyddsbedömning som fann behov av skydd", "one protection assessment that found a need"),
        ("skyddsbedömningar som fann behov av skydd", "protection assessments that found a need"),
        ("ingen skyddsbedömning som fann behov av skydd", "no protection assessment that found a need"),
    ),
)
def protection_needed_1095(past: Past) -> Floats:
    """Protection assessments in three years that found a need of immediate protection."""
    return past.count(past.of(EventKind.PROTECTION_ASSESSMENT, Protection.NEEDED))


def _sdq(past: Past) -> Mask:
    """Pairs that are an SDQ total; KASAM is kept and shown, never a feature: its own guidance forbids it."""
    sdq: Mask = past.of(SCORE) & (past.entries.detail == INSTRUMENT[Instrument.SDQ.value])
    return sdq


@HISTORY_FEATURES.add(
    ("senaste SDQ, totalpoäng", "latest SDQ total"),
    "points",
    BBIC.CHILD_EMOTIONS,
    1,
    Words(
        many=("senaste SDQ-skattningen gav {n} av 40 poäng", "the latest SDQ gave {n} of 40 points"),
        one=("senaste SDQ-skattningen gav 1 av 40 poäng", "the latest SDQ gave 1 of 40 points"),
        none=("senaste SDQ-skattningen gav 0 av 40 poäng", "the latest SDQ gave 0 of 40 points"),
        absent=("ingen SDQ-skattning är känd", "no SDQ is known"),
    ),
)
def sdq_total(past: Past) -> Floats:
    """Total of the latest SDQ in three years, whoever rated; absent when there is none."""
    return past.latest(_sdq(past), past.entries.value)


@HISTORY_FEATURES.add(
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
)
def sdq_days(past: Past) -> Floats:
    """Days since the latest SDQ; absent when there is none in three years."""
    return past.days_since(_sdq(past))
