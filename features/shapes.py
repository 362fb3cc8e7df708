"""Here we keep the shapes that many declarations share: words for counts, times and yes or no; what is ongoing."""

from __future__ import annotations

import numpy as np

from features.arrays import Floats
from features.coding import what
from features.event_codes import EventKind
from features.groups import Group
from features.registry import Direction, Pair, Registry, Words
from features.sources import OfHistory, Together

THREE_YEARS = ("de senaste tre åren", "in the last three years")
"""`features.sources.HORIZON`, as people say it."""

HISTORY_UNKNOWN = ("historiken är okänd", "the history is unknown")


def counted(one: Pair, many: Pair, none: Pair, when: Pair = THREE_YEARS) -> Words:
    """Word a count within a window; a count of history is never absent, only 0."""
    return Words(
        many=many,
        one=one,
        none=(f"{none[0]} {when[0]}", f"{none[1]} {when[1]}"),
        absent=HISTORY_UNKNOWN,
        head=when,
    )


def days_ago(sv: str, en: str, absent: Pair) -> Words:
    """Word the days since something."""
    return Words(
        many=(f"{sv} för {{ago}} sedan", f"{en} {{ago}} ago"),
        one=(f"{sv} för en dag sedan", f"{en} one day ago"),
        none=(f"{sv} det senaste dygnet", f"{en} within the last 24 hours"),
        absent=absent,
    )


def yes_no(yes: Pair, no: Pair, absent: Pair = HISTORY_UNKNOWN) -> Words:
    """Word a yes or no."""
    return Words(many=yes, one=yes, none=no, absent=absent)


def count(
    registry: Registry,
    name: str,
    label: Pair,
    words: tuple[Pair, Pair, Pair],
    numbers: tuple[int, ...],
    meaning: str,
    group: Group,
    direction: Direction = 0,
) -> None:
    """Declare a count over the whole horizon; its words follow "in the last three years"."""
    registry.declare(name, label, "count", group, direction, counted(*words), OfHistory("count", numbers), meaning)


def ongoing(
    registry: Registry, name: str, label: Pair, words: Words, group: Group, started: EventKind, ended: EventKind
) -> None:
    """Declare whether something is ongoing."""
    source = Together(_more, (OfHistory("count", what(started)), OfHistory("count", what(ended))))
    meaning = f"1 when more events {started.value} than {ended.value} happened in the last 1095 days; else 0."
    registry.declare(name, label, "flag", group, 0, words, source, meaning)


def _more(started_and_ended: Floats) -> Floats:
    """Tell where more was started than ended."""
    return np.asarray(started_and_ended[:, 0] > started_and_ended[:, 1], dtype=np.float64)
