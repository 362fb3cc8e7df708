"""Here we tell which rows of the input a feature of one report read: the report's own fields, and rows of the history.

The history is cut once for the feature row and for this, in `features.alone`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from features.alone import Alone, alone
from features.build import REGISTRY
from features.codes import Code, Concern, ConcernStatus, Exposure
from features.coding import CONCERN, EXPOSURE, ITEM, REPORTER, STATUS, TOLD, UNKNOWN, WHAT, YES, Key
from features.from_records import Row
from features.registry import Feature, Pair
from features.repeats import CHAINS
from features.report import Known, Report, Score, local_time
from features.schema import FACTS
from features.sources import Age, Behind, OfHistory, OfReport, Simple, Together
from features.themes import Theme
from features.windows import Summary

_ITEMS: dict[int, Key] = {number: key for key, number in ITEM.items()}
_WHATS: dict[int, Key] = {number: key for key, number in WHAT.items()}
_AGE = "age"
_ANSWERS = {YES: ("ja", "yes"), UNKNOWN: ("okänt", "unknown")}


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that was read: a row of the history, or a field of the report itself.

    Attributes
    ----------
    table : {"reports", "concerns", "events", "instruments"}
    id : str or None
        The report's or the event's; an instrument has none, and an event may have none.
    column : str or None
        The field of the report that was read; None for a whole row.
    at : datetime.datetime
        When it happened; for the report itself, when it was received.
    says : (str, str)
        What it says, in Swedish and English.
    """

    table: str
    id: str | None
    column: str | None
    at: dt.datetime
    says: Pair

    @property
    def on(self) -> dt.date:
        """The day in Sweden."""
        return local_time(self.at).date()


@dataclass(frozen=True, slots=True)
class Trace:
    """What some features read, and how long it counts.

    Attributes
    ----------
    reads : tuple of Read
        Each once: of the report itself first, then the rows of the history, the newest first.
    last_day : datetime.date or None
        The last day on which any of the rows lies in a window; None for what only the report itself says.
    """

    reads: tuple[Read, ...]
    last_day: dt.date | None


class Hit(NamedTuple):
    """An entry that was known: what it is, how long ago it happened, and what decides between those of one instant."""

    what: int
    age: int
    recorded: int
    value: float
    row: Row


def _newest(hit: Hit) -> tuple[int, int, float, str]:
    """Tell what comes first: the newest; of one instant the one recorded last, then the highest."""
    return hit.age, -hit.recorded, 0.0 if math.isnan(hit.value) else -hit.value, _id(hit.row)


class Origin:
    """One report with what is known of its child, to be asked what a feature read.

    Parameters
    ----------
    report : Report
    known : Known
        May hold more than was known when the report came: the cut is made here as everywhere.
    """

    def __init__(self, report: Report, known: Known) -> None:
        self._report = report
        self._known = known

    def trace(self, features: Iterable[Feature]) -> Trace:
        """Tell what some features read, and how long it counts.

        Parameters
        ----------
        features : iterable of Feature
            Registered ones.
        """
        looked = [_looks()[feature.name] for feature in features]
        said = {read for look in looked for key in look.keys if key in self._keys for read in self._said(key)}
        hits = [hit for look in looked for hit in self._hits(look)]
        own = sorted(said, key=lambda read: (read.table, read.column or "", read.says))
        rows: dict[int, list[Hit]] = {}
        for _, hit in hits:
            rows.setdefault(id(hit.row), []).append(hit)
        read = [_row(mine) for mine in sorted(rows.values(), key=lambda mine: _newest(mine[0]))]
        return Trace((*own, *read), self._last_day([far - hit.age for far, hit in hits]))

    def _last_day(self, left: list[int]) -> dt.date | None:
        """Give the day on which the last of some microseconds have passed."""
        if not left:
            return None
        received = self._report.received_at.astimezone(dt.UTC)  # days of 24 hours, as windows count them
        return local_time(received + dt.timedelta(microseconds=max(left))).date()

    @cached_property
    def alone(self) -> Alone:
        """The report and what was known of its child, as arrays, cut."""
        return alone(self._report, self._known)

    @cached_property
    def _past(self) -> dict[int, list[Hit]]:
        """The entries that were known, by what they are, each with its row of the file."""
        _, rows, past = self.alone
        columns = [column.tolist() for column in (past.what, past.age, past.recorded, past.value)]
        found: dict[int, list[Hit]] = {}
        for hit in map(Hit, *columns, [rows[place] for place in past.entry.tolist()]):
            found.setdefault(hit.what, []).append(hit)
        return found

    @cached_property
    def _keys(self) -> frozenset[Key]:
        """The items that the report says, and its child's age."""
        return frozenset([(_AGE,), *(_ITEMS[item] for item in self.alone.asked.items[0].nonzero()[0].tolist())])

    def _hits(self, look: Look) -> Iterator[tuple[int, Hit]]:
        """Give the entries that fall into the windows of a feature, without the report that this one continues."""
        for window in look.windows:
            near, far, wanted = window.near, window.far, window.what
            if wanted.isdisjoint(self._past) or not self._keys.isdisjoint(window.unless):
                continue
            of_kind = [hit for what, hits in self._past.items() if what in wanted for hit in hits]
            found = [hit for hit in of_kind if near < hit.age <= far]
            if look.chains:
                found = [hit for hit in found if not any(self._continues(hit, chain) for chain in look.chains)]
            if window.how in {"latest", "since"} and found:
                found = [min(found, key=_newest)]
            yield from ((far, hit) for hit in found)

    def _continues(self, hit: Hit, chain: int) -> bool:
        """Tell whether an entry is of the report that this one continues."""
        behind = self.alone.asked.behind[0, chain]
        return isinstance(hit.row, Report) and hit.row.reporter is self._report.reporter and hit.age == behind

    def _said(self, key: Key) -> Iterator[Read]:
        """Give the fields of the report that say one of its `_keys`."""
        report, name, code = self._report, key[0], key[-1]
        if name == _AGE and report.birth_month is not None:
            month = report.birth_month
            yield self._field("birth_month", (f"födelsemånad: {month}", f"month of birth: {month}"))
        elif name in _ANSWERS:
            (sv, en), (answer, answered) = FACTS[code], _ANSWERS[name]
            yield self._field(code, (f"{sv}: {answer}", f"{en}: {answered}"))
        elif name == REPORTER:
            sv, en = _label(report.reporter)
            yield self._field("reporter", (f"anmälare: {sv}", f"reporter: {en}"))
        elif name in _OF_CONCERNS:
            for concern in report.concerns:
                if getattr(concern, name) == code:
                    how = () if name == CONCERN else (_OF_CONCERNS[name](code),)
                    yield Read("concerns", report.report_id, name, report.received_at, _label(concern.concern, *how))

    def _field(self, column: str, says: Pair) -> Read:
        """Give a field of the report."""
        return Read("reports", self._report.report_id, column, self._report.received_at, says)


@dataclass(frozen=True, slots=True)
class Look:
    """What a feature looks at: items of the report, and windows whose ``what`` can be looked up quickly.

    What this report continues in one of the ``chains`` is left out.
    """

    keys: tuple[Key, ...]
    windows: tuple[Sight, ...]
    chains: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """A window of `features.windows`, in microseconds, and the items with which the report does not look."""

    how: Summary
    what: frozenset[int]
    near: int
    far: int
    unless: frozenset[Key]


@cache
def _looks() -> dict[str, Look]:
    """Say of every registered feature what it looks at, once."""
    return {feature.name: _look(_parts(feature)) for feature in REGISTRY.features}


def _look(parts: tuple[Simple, ...]) -> Look:
    """Say what simple sources look at."""
    keys = [_ITEMS[item] for part in parts if isinstance(part, OfReport) for item in part.items]
    keys += [(_AGE,) for part in parts if isinstance(part, Age)]
    history = [part for part in parts if isinstance(part, OfHistory)]
    keys += [_ITEMS[item] for part in history for item in part.unless]
    chains = tuple(CHAINS.index(part.chain) for part in parts if isinstance(part, Behind))
    return Look(tuple(keys), tuple(map(_sight, history)), chains)


def _sight(part: OfHistory) -> Sight:
    """Give a window of history, quick to look through."""
    one = part.window
    return Sight(one.how, frozenset(one.what), one.near, one.far, frozenset(_ITEMS[item] for item in part.unless))


_OF_CONCERNS: dict[str, type[Code]] = {CONCERN: Concern, STATUS: ConcernStatus, EXPOSURE: Exposure}


def _parts(feature: Feature) -> tuple[Simple, ...]:
    """List the simple sources of a feature."""
    source = feature.source
    return source.of if isinstance(source, Together) else (source,)


def _report(row: Report, whats: list[Key]) -> Read:
    """Say an earlier report, and with which concerns and facts it told of the themes that were read."""
    told = dict.fromkeys(read for kind, *of in whats if kind == TOLD for read in _told(row, Theme(of[0])))
    sv, en = f"anmälan ({row.reporter.sv})", f"report ({row.reporter.en})"
    if told:
        sv, en = (f"{who}: {', '.join(said)}" for who, said in zip((sv, en), zip(*told, strict=True), strict=True))
    return Read("reports", row.report_id, None, row.received_at, (sv, en))


def _told(report: Report, theme: Theme) -> list[Pair]:
    """List the concerns and facts with which an earlier report told of a theme."""
    concerns = {one.concern for one in report.concerns}
    named = [_label(one) for one in theme.concerns if one in concerns]
    yes = [FACTS[fact] for fact in theme.facts if getattr(report, fact) == YES]
    return named + [(f"{sv}: ja", f"{en}: yes") for sv, en in yes]


def _label(*codes: Code) -> Pair:
    """Give the labels of codes, the second explaining the first, in both languages."""
    return ": ".join(code.sv for code in codes), ": ".join(code.en for code in codes)


def _id(row: Row) -> str:
    """Give a row's id; an instrument has none, and an event may have none."""
    return getattr(row, "report_id" if isinstance(row, Report) else "event_id", None) or ""


def _row(hits: list[Hit]) -> Read:
    """Say a row of the history, and what in it was read."""
    row = hits[0].row
    if isinstance(row, Report):
        return _report(row, [_WHATS[hit.what] for hit in hits])
    if isinstance(row, Score):
        rater, total = row.rater, f"{row.total:g}"
        says = (
            f"{row.instrument.value} ({rater.sv}): {total} poäng",
            f"{row.instrument.value} ({rater.en}): {total} points",
        )
        return Read("instruments", None, None, row.completed_at, says)
    details = row.kind.details
    codes: list[Code] = [row.kind]
    if details is not None and row.detail in details.values():
        codes.append(details(row.detail))
    return Read("events", row.event_id, None, row.happened_at, _label(*codes))
