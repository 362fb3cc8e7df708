"""Here we number what a report says and what a history holds, so that features can be declared as sets of numbers.

An *item* is something one report says: a concern, how sure it is, how the child is exposed, a fact that
is answered yes or not at all, who reports. A *what* is one kind of entry in a child's history: an event
with its detail, an earlier report by a kind of reporter, what an earlier report told of, a score by a kind of rater.

>>> from features.event_codes import Screening
>>> len(what(EventKind.SCREENING_DECIDED)) - 1 == len(Screening)
True
>>> what(EventKind.SCREENING_DECIDED, Screening.NOT_OPEN)[0] in what(EventKind.SCREENING_DECIDED)
True
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from features.codes import Code, Concern, ConcernStatus, Exposure, Reporter
from features.event_codes import EventKind, Instrument, Rater
from features.schema import FACTS
from features.themes import Theme

Key = tuple[str, ...]

REPORT, TOLD, SCORE = "report", "told", "score"
"""What is in a history beside events: an earlier report, a theme that one told of, a completed instrument."""

CONCERN, STATUS, EXPOSURE, YES, UNKNOWN, REPORTER = "concern", "status", "exposure", "yes", "unknown", "reporter"
"""What a report says."""


def _items() -> Iterator[Key]:
    """List everything that a report can say."""
    for name, codes in ((CONCERN, Concern), (STATUS, ConcernStatus), (EXPOSURE, Exposure), (REPORTER, Reporter)):
        yield from ((name, code.value) for code in codes)
    for answer in (YES, UNKNOWN):
        yield from ((answer, fact) for fact in FACTS)


def _whats() -> Iterator[Key]:
    """List everything that a history can hold; an event whose detail is missing is a kind of its own."""
    for kind in EventKind:
        details = () if kind.details is None else kind.details.values()
        yield from ((kind.value, detail) for detail in ("", *details))
    yield from ((REPORT, reporter.value) for reporter in Reporter)
    yield from ((TOLD, theme.value) for theme in Theme)
    yield from ((SCORE, instrument.value, rater.value) for instrument in Instrument for rater in Rater)


ITEM: dict[Key, int] = {key: number for number, key in enumerate(_items())}
WHAT: dict[Key, int] = {key: number for number, key in enumerate(_whats())}


def said(name: str, codes: Iterable[str] = ()) -> tuple[int, ...]:
    """Give the numbers of items: of these codes, or of all there are under a name."""
    wanted = {(name, str(code)) for code in codes}
    return tuple(number for key, number in ITEM.items() if (key in wanted if wanted else key[0] == name))


def what(kind: EventKind, *details: Code) -> tuple[int, ...]:
    """Give the numbers of a kind of event: of these details, or of them all."""
    wanted = {detail.value for detail in details}
    return tuple(number for key, number in WHAT.items() if key[0] == kind.value and (not wanted or key[1] in wanted))


def earlier_reports(reporters: Iterable[Reporter] = Reporter) -> tuple[int, ...]:
    """Give the numbers of earlier reports."""
    return tuple(WHAT[REPORT, reporter.value] for reporter in reporters)


def told(theme: Theme) -> tuple[int, ...]:
    """Give the number of an earlier report that told of a theme."""
    return (WHAT[TOLD, theme.value],)


def tells(theme: Theme) -> tuple[int, ...]:
    """Give the numbers of items: a report that says one of them tells of a theme."""
    keys = [*((CONCERN, one.value) for one in theme.concerns), *((YES, fact) for fact in theme.facts)]
    return tuple(ITEM[key] for key in keys)


def scores(instruments: Iterable[Instrument], raters: Iterable[Rater] = Rater) -> tuple[int, ...]:
    """Give the numbers of completed instruments."""
    return tuple(WHAT[SCORE, instrument.value, rater.value] for instrument in instruments for rater in raters)


def names(numbers: Iterable[int], keys: dict[Key, int]) -> list[str]:
    """Say numbers as words, for documents and the fingerprint."""
    by_number = {number: key for key, number in keys.items()}
    return [":".join(part for part in by_number[number] if part) for number in numbers]
