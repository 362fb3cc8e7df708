"""Here we keep the shapes that many declarations share: words for counts, times and yes or no; what is ongoing."""

from __future__ import annotations

import numpy as np

from features.arrays import Floats
from features.coding import what
from features.event_codes import EventKind
from features.groups import Group
from features.registry import Direction, Fading, Pair, Registry, Words
from features.sources import HORIZON, OfHistory, Together

THREE_YEARS = ("de senaste tre åren", "in the last three years")
"""`features.sources.HORIZON`, as people say it."""

FADES = "1 when it is new, falling evenly to 0."
"""How what fades is read."""

NOT_TOLD = ("uppgiften saknas", "the information is missing")
HISTORY_UNKNOWN = ("historiken är okänd", "the history is unknown")

_LATEST = Fading(HORIZON)
_BEGUN = Fading(HORIZON, since=("började senast", "last began"))


def told_or_not(yes: Pair, no: Pair, head: Pair = ("", "")) -> Words:
    """Word what a report says or does not say."""
    return Words(many=yes, one=yes, none=no, absent=NOT_TOLD, head=head)


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


def latest(
    registry: Registry,
    name: str,
    label: Pair,
    words: tuple[Pair, Pair],
    numbers: tuple[int, ...],
    meaning: str,
    group: Group,
    direction: Direction = 0,
) -> None:
    """Declare how much of the horizon is left of what happened last: entering it twice, or once more long ago, adds nothing."""
    how_new = f"How new the latest of these is: {meaning[0].lower()}{meaning[1:]} {FADES}"
    source = Together(_share_left, (OfHistory("since", numbers),))
    registry.declare(name, label, "faded", group, direction, at_least(*words), source, how_new)


def at_least(one: Pair, none: Pair, when: Pair = THREE_YEARS, fades: Fading = _LATEST) -> Words:
    """Word what fades: that there is one at least; the words follow those for the window."""
    said_none = f"{none[0]} {when[0]}", f"{none[1]} {when[1]}"
    return Words(many=one, one=one, none=said_none, absent=HISTORY_UNKNOWN, head=when, fades=fades)


def ongoing(
    registry: Registry,
    name: str,
    label: Pair,
    words: tuple[Pair, Pair],
    group: Group,
    started: EventKind,
    ended: EventKind,
    direction: Direction = 0,
) -> None:
    """Declare how lately something began that is ongoing."""
    begun = what(started)
    source = Together(
        _while_ongoing, (OfHistory("since", begun), OfHistory("count", begun), OfHistory("count", what(ended)))
    )
    meaning = (
        f"How new the latest {started.value} is, where more events {started.value} than {ended.value} happened in the last "
        f"{HORIZON} days; else 0. {FADES}"
    )
    yes, no = words
    said = Words(many=yes, one=yes, none=no, absent=HISTORY_UNKNOWN, fades=_BEGUN)
    registry.declare(name, label, "faded", group, direction, said, source, meaning)


def _share_left(since: Floats) -> Floats:
    """Give the share of the horizon that is left since something happened; 0 where it did not."""
    return np.where(np.isnan(since[:, 0]), 0.0, 1 - since[:, 0] / HORIZON)


def _while_ongoing(since_started_and_ended: Floats) -> Floats:
    """Give the share that is left since the latest start, where more was started than ended."""
    since, started, ended = since_started_and_ended.T
    return np.where(started > ended, _share_left(since[:, None]), 0.0)
