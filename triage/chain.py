"""Here we chain lines of a log, so that every line that was changed, removed, added or put elsewhere is found and named.

Each line is JSON with its number, the digest of the line before it, what it says and its own digest. Only the last lines could
go unmissed: they are held against heads, which others remember (the file beside the log, a bundle's approval, a registry).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from triage.words import Text

FIRST = "0" * 64
"""Stands where the first line names the line before it."""

WORDS = {
    "unreadable": Text("Rad {line} går inte att läsa.", "Line {line} cannot be read."),
    "changed": Text("Rad {line} har ändrats efter att den skrevs.", "Line {line} was changed after it was written."),
    "rewritten": Text(
        "Rad {line} och rad {before} hör inte ihop: en av dem har skrivits om.",
        "Line {line} and line {before} do not belong together: one of them was rewritten.",
    ),
    "rewritten_last": Text(
        "Rad {line} är inte den som är antecknad utanför loggen: den har skrivits om.",
        "Line {line} is not the one that is remembered outside the log: it was rewritten.",
    ),
    "removed": Text(
        "Före rad {line} har rader tagits bort: nummer {first} till {last} är inte hela.",
        "Lines were removed before line {line}: numbers {first} to {last} are not complete.",
    ),
    "removed_last": Text(
        "Rader har tagits bort i slutet: nummer {first} till {last} är inte hela.",
        "Lines were removed at the end: numbers {first} to {last} are not complete.",
    ),
    "repeated": Text("Rad {line} upprepar nummer {number}.", "Line {line} repeats number {number}."),
    "reordered": Text(
        "Rad {line} står på fel plats: den har nummer {number}.",
        "Line {line} stands in the wrong place: its number is {number}.",
    ),
}
"""What is said of each flaw of a chain."""


class Said(Protocol):
    """What a line says: plain data, and when."""

    @property
    def at(self) -> dt.datetime:
        """When, with an offset."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        ...


Readers = Mapping[str, Callable[[dict[str, Any]], Said]]
"""How each kind of line is read; a reader raises ValueError, TypeError or KeyError at what it does not understand."""


@dataclass(frozen=True, slots=True)
class Other:
    """What a line of a kind that the reader has no use for says, as it stands."""

    plain: Mapping[str, Any]
    at: dt.datetime

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return dict(self.plain)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Other:
        """Keep it, with the time that every line has."""
        return cls(plain, dt.datetime.fromisoformat(plain["at"]))


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a log, as something else remembers it."""

    number: int
    digest: str

    def tag(self) -> str:
        """Write the head on one line."""
        return f"{self.number} {self.digest}"

    @classmethod
    def read(cls, tag: str | None) -> Head | None:
        """Read the head; None when there is none to read."""
        number, _, digest = (tag or "").strip().partition(" ")
        return cls(int(number), digest) if number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log.

    Attributes
    ----------
    number : int
        1 for the first line.
    previous : str
        Digest of the line before; `FIRST` for the first.
    kind : str
    said : Said
        A decision, the move of an alias.
    """

    number: int
    previous: str
    kind: str
    said: Said

    @property
    def digest(self) -> str:
        """SHA-256 of everything the line says."""
        return hashlib.sha256(one_line(self._plain()).encode()).hexdigest()

    @property
    def head(self) -> Head:
        """Give the line as a head."""
        return Head(self.number, self.digest)

    def text(self) -> str:
        """Write the line as it stands in the log, without its end."""
        return one_line(self._plain() | {"digest": self.digest})

    def to_dict(self) -> dict[str, Any]:
        """Give the line as plain data."""
        return self._plain() | {"digest": self.digest}

    def _plain(self) -> dict[str, Any]:
        return {"number": self.number, "previous": self.previous, "kind": self.kind, "said": self.said.to_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong with a log.

    Attributes
    ----------
    code : str
        A key of `WORDS` without ``_last``, or what those who read the lines add: ``moved_outside``, ``dated_back``.
    line : int or None
        Where it was found; None when beyond the last line.
    text : Text
    about : tuple of str or None
        Whose record it puts in doubt; None when the whole log's.
    since, until : datetime.datetime or None
        When that record is in doubt; None where there is no end to it.
    """

    code: str
    line: int | None
    text: Text
    about: tuple[str, ...] | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def touches(self, about: tuple[str, ...], start: dt.datetime, end: dt.datetime) -> bool:
        """Tell whether it leaves open what the log says of something from ``start`` to ``end``."""
        whose = self.about is None or self.about == about
        return whose and (self.since is None or self.since < end) and (self.until is None or self.until >= start)

    def to_dict(self) -> dict[str, Any]:
        """Give the flaw as plain data, with its words."""
        plain = {"code": self.code, "line": self.line, "about": self.about and list(self.about), **self.text.to_dict()}
        return plain | {name: at and at.isoformat() for name, at in (("since", self.since), ("until", self.until))}


@dataclass(frozen=True)
class Log:
    """What a log says, and what is wrong with it.

    Attributes
    ----------
    lines : tuple of Line
        As they stand; lines that were changed or cannot be read are left out.
    flaws : tuple of Flaw
    head : Head or None
        The line that the next one follows.
    unfinished : bool
        Whether the text ends in a piece of a line that nobody remembers: a write that was interrupted. It says nothing.
    """

    lines: tuple[Line, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    head: Head | None = None
    unfinished: bool = False

    def follow(self, kind: str, said: Said) -> Line:
        """Give the line that comes next."""
        after = self.head or Head(0, FIRST)
        return Line(after.number + 1, after.digest, kind, said)

    def to_dict(self) -> dict[str, Any]:
        """Give lines and flaws as plain data."""
        return {"lines": [line.to_dict() for line in self.lines], "flaws": [flaw.to_dict() for flaw in self.flaws]}


def read_lines(text: str, readers: Readers, heads: Sequence[Head | None] = ()) -> Log:
    """Read a log.

    Parameters
    ----------
    text : str
    readers : mapping of str to callable
        Lines of another kind are kept as they stand.
    heads : sequence of Head or None
        Last lines as others remember them; without any, lines taken from the end are not missed.
    """
    pieces = text.removesuffix("\n").split("\n") if text else []
    sound, flaws = _sound(pieces, readers)
    latest = max(sound.values(), key=lambda line: line.number, default=None)
    head = max((head for head in heads if head), key=lambda head: head.number, default=None)
    unfinished = _is_unfinished(text, pieces, sound, head)
    if unfinished:
        pieces, flaws = pieces[:-1], flaws[:-1]
    flaws += [*_links(sound), *_places(sound), *_end(sound, len(pieces), head, heads)]
    if latest is not None and (head is None or latest.number > head.number):
        head = latest.head
    return Log(tuple(sound.values()), tuple(flaws), head, unfinished)


def one_line(plain: Mapping[str, Any]) -> str:
    """Write JSON on one line, byte for byte the same for the same data."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _sound(pieces: Sequence[str], readers: Readers) -> tuple[dict[int, Line], list[Flaw]]:
    """Give the lines that stand as they were written, by place from 1, and what is wrong with the others."""
    sound, flaws = {}, []
    for place, piece in enumerate(pieces, 1):
        try:
            line = _line(piece, readers)
        except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
            flaws.append(flaw(WORDS, "unreadable", place))
            continue
        if line.text() == piece:
            sound[place] = line
        else:
            flaws.append(flaw(WORDS, "changed", place))
    return sound, flaws


def _line(piece: str, readers: Readers) -> Line:
    """Read one line, whatever its digest."""
    plain = json.loads(piece)
    number, kind = plain["number"], plain["kind"]
    if type(number) is not int or number < 1:
        msg = f"Lines are numbered from 1; got {number!r}."
        raise ValueError(msg)
    return Line(number, str(plain["previous"]), kind, readers.get(kind, Other.from_dict)(plain["said"]))


def _is_unfinished(text: str, pieces: Sequence[str], sound: Mapping[int, Line], head: Head | None) -> bool:
    """Tell whether the last piece is a line that was being written: without its end, and remembered by nobody."""
    if not pieces or text.endswith("\n") or len(pieces) in sound:
        return False
    return head is None or head.number <= max((line.number for line in sound.values()), default=0)


def _links(sound: Mapping[int, Line]) -> Iterator[Flaw]:
    """Find lines that do not name the line before them as it stands."""
    at = {line.number: place for place, line in reversed(list(sound.items()))}
    for place, line in sound.items():
        before = at.get(line.number - 1)
        digest = sound[before].digest if before else FIRST
        if (before or line.number == 1) and line.previous != digest:
            yield flaw(WORDS, "rewritten", place, before=before or 0)


def _places(sound: Mapping[int, Line]) -> Iterator[Flaw]:
    """Find gaps, repetitions and lines out of order; a line that is not sound may be any number that is missing."""
    numbers = {line.number for line in sound.values()}
    seen, due, last = set(), 1, 0
    for place, line in sound.items():
        number = line.number
        elsewhere = sum(due <= other < number for other in numbers) if number > due else 0
        if number in seen:
            yield flaw(WORDS, "repeated", place, number=number)
        elif number - due - elsewhere > place - last - 1:
            yield flaw(WORDS, "removed", place, first=due, last=number - 1)
        elif number < due or elsewhere:
            yield flaw(WORDS, "reordered", place, number=number)
        seen.add(number)
        due, last = max(due, number + 1), place


def _end(sound: Mapping[int, Line], pieces: int, head: Head | None, heads: Sequence[Head | None]) -> Iterator[Flaw]:
    """Hold the lines against what is remembered of them elsewhere."""
    latest = max((line.number for line in sound.values()), default=0)
    if head is not None and head.number - latest > pieces - max(sound, default=0):
        yield flaw(WORDS, "removed_last", None, first=latest + 1, last=head.number)
    remembered = {one.number: one.digest for one in heads if one}
    for place, line in sound.items():
        if remembered.get(line.number, line.digest) != line.digest:
            yield flaw(WORDS, "rewritten_last", place)


def flaw(words: Mapping[str, Text], code: str, line: int | None, **values: object) -> Flaw:
    """Say what is wrong, where."""
    said, values = words[code], {"line": line, **values}
    text = Text(said.sv.format(**values), said.en.format(**values))
    return Flaw(code=code.removesuffix("_last"), line=line, text=text)
