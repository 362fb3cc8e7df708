"""Here we say which model an alias stood on, since when and by whose word.

A registry knows where an alias stands and forgets where it stood. Every move is therefore a line of JSON as well, with its
number, the digest of the line before it and its own: `training.alias_log` reads the lines and finds what was done to them,
`training.tracking` writes them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from features.kinds import ZONE
from features.personal_numbers import contains
from triage.errors import TriageError
from triage.words import Text

MODEL = "orosanmalan-triage"
"""The name under which every bundle is registered."""
CANDIDATE, CHALLENGER, CHAMPION = ALIASES = ("candidate", "challenger", "champion")
"""The newest that met its bar; the one that runs beside the model in use; the one in use."""
FIRST = "0" * 64
"""Stands where the first line names the line before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move of one alias.

    Attributes
    ----------
    number : int
        1 for the first line of the log.
    previous : str
        Digest of the line before; `FIRST` for the first.
    model, alias : str
    version, bundle : str or None
        The version moved to and its bundle's digest; None when the alias was withdrawn.
    before : str or None
        The version on which the registry showed the alias when it was moved.
    by, why : str
    at : datetime.datetime
        With an offset.

    Raises
    ------
    ValueError
        When a field is not what it should be.
    """

    number: int
    previous: str
    model: str
    alias: str
    version: str | None
    bundle: str | None
    before: str | None
    by: str
    why: str
    at: dt.datetime

    def __post_init__(self) -> None:
        """Refuse what would leave the record without an answer."""
        if type(self.number) is not int or self.number < 1:
            msg = f"Moves are numbered from 1; got {self.number!r}."
            raise ValueError(msg)
        if self.alias not in ALIASES:
            msg = f"{self.alias!r} is no alias of ours. Use one of: {', '.join(ALIASES)}."
            raise ValueError(msg)
        if self.at.utcoffset() is None:
            msg = f"The time of a move needs its offset; got {self.at.isoformat()}. Write it as 2026-06-30T08:00:00+02:00."
            raise ValueError(msg)
        if (self.version is None) != (self.bundle is None):
            msg = f"A move goes to a version with a bundle, or to neither; got version {self.version}, bundle {self.bundle}."
            raise ValueError(msg)
        for name, said in (("by", self.by), ("why", self.why)):
            if not said.strip() or contains(said):
                msg = f"{name!r} must be words without a personal identity number. Write who decided and why."
                raise ValueError(msg)

    @property
    def digest(self) -> str:
        """SHA-256 of everything the line says."""
        return hashlib.sha256(_json(self.to_dict()).encode()).hexdigest()

    def line(self) -> str:
        """Write the move as it stands in the log, without the line's end."""
        return _json(self.to_dict() | {"digest": self.digest})

    def to_dict(self) -> dict[str, Any]:
        """Give the move as plain data."""
        return asdict(self) | {"at": self.at.astimezone(dt.UTC).isoformat()}


def _json(plain: dict[str, Any]) -> str:
    """Write JSON on one line, byte for byte the same for the same data."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a log, as a registry remembers it."""

    number: int
    digest: str

    def tag(self) -> str:
        """Write the head as a tag."""
        return f"{self.number} {self.digest}"

    @classmethod
    def read(cls, tag: str | None) -> Head | None:
        """Read the head from a tag; None when there is none to read."""
        number, _, digest = (tag or "").partition(" ")
        return cls(int(number), digest) if number.isdecimal() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong with a log.

    Attributes
    ----------
    code : {"unreadable", "changed", "rewritten", "removed", "repeated", "reordered", "moved_outside"}
    line : int or None
        Where it was found; None when beyond the last line.
    text : Text
    model, alias : str or None
        Whose record it puts in doubt; None when the whole log's.
    since, until : datetime.datetime or None
        When that record is in doubt; None where there is no end to it.
    """

    code: str
    line: int | None
    text: Text
    model: str | None = None
    alias: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def touches(self, model: str, alias: str, start: dt.datetime, end: dt.datetime) -> bool:
        """Tell whether it leaves open where an alias stood from ``start`` to ``end``."""
        whose = self.alias is None or (self.model, self.alias) == (model, alias)
        return whose and (self.since is None or self.since < end) and (self.until is None or self.until >= start)

    def to_dict(self) -> dict[str, Any]:
        """Give the flaw as plain data, with its words."""
        plain = {"code": self.code, "line": self.line, "model": self.model, "alias": self.alias, **self.text.to_dict()}
        return plain | {name: at and at.isoformat() for name, at in (("since", self.since), ("until", self.until))}


@dataclass(frozen=True, slots=True)
class Live:
    """One version while an alias stood on it, from ``since`` to just before ``until`` (None: still)."""

    version: str
    bundle: str
    by: str
    since: dt.datetime
    until: dt.datetime | None

    def to_dict(self) -> dict[str, Any]:
        """Give the span as plain data."""
        return asdict(self) | {"since": self.since.isoformat(), "until": self.until and self.until.isoformat()}


@dataclass(frozen=True)
class History:
    """What a log says, and what is wrong with it.

    Attributes
    ----------
    moves : tuple of Move
        As they stand; lines that were changed or cannot be read are left out.
    flaws : tuple of Flaw
    head : Head or None
        The line that the next one follows.
    """

    moves: tuple[Move, ...]
    flaws: tuple[Flaw, ...]
    head: Head | None

    def spans(self, alias: str, model: str = MODEL) -> tuple[Live, ...]:
        """Give every version that an alias stood on, oldest first; a move never counts from before the one it follows."""
        moves = [move for move in self.moves if (move.model, move.alias) == (model, alias)]
        starts = list(accumulate((move.at for move in moves), max))
        return tuple(
            Live(move.version, move.bundle, move.by, since, until)
            for move, since, until in zip(moves, starts, (*starts, None)[1:], strict=True)
            if move.version is not None and move.bundle is not None and since != until
        )

    def live_on(self, alias: str, day: dt.date, model: str = MODEL) -> tuple[Live, ...]:
        """Give every version that an alias stood on at some time of a Swedish day.

        Parameters
        ----------
        alias : str
        day : datetime.date
        model : str

        Returns
        -------
        tuple of Live
            More than one on a day of a move; none when the alias stood on nothing.

        Raises
        ------
        TriageError
            When the log leaves it open.
        """
        start, end = (dt.datetime.combine(day + dt.timedelta(days), dt.time(), ZoneInfo(ZONE)) for days in (0, 1))
        doubts = [found.text.en for found in self.flaws if found.touches(model, alias, start, end)]
        if doubts:
            msg = f"What {alias} stood on that day cannot be told. {' '.join(doubts)}"
            raise TriageError(msg)
        spans = self.spans(alias, model)
        return tuple(live for live in spans if live.since < end and (live.until is None or live.until > start))

    def follow(self, **said: Any) -> Move:
        """Give the move that comes next; what is to be said stands at `Move`."""
        after = self.head or Head(0, FIRST)
        return Move(number=after.number + 1, previous=after.digest, **said)

    def to_dict(self) -> dict[str, Any]:
        """Give moves and flaws as plain data."""
        return {"moves": [move.to_dict() for move in self.moves], "flaws": [found.to_dict() for found in self.flaws]}
