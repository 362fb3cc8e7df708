"""Here we say which model an alias stood on, since when and by whose word.

A registry knows where an alias stands and forgets where it stood. Every move is therefore a line of the log as well
(`triage.chain`), beside the board's decisions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from features.kinds import ZONE
from features.personal_numbers import contains
from triage.chain import Flaw, Line, Log
from triage.errors import TriageError

KIND = "alias"
"""The kind of a move's line."""
MODEL = "orosanmalan-triage"
"""The name under which every bundle is registered."""
CANDIDATE, CHALLENGER, CHAMPION = ALIASES = ("candidate", "challenger", "champion")
"""The newest that met its bar; the one that runs beside the model in use; the one in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move of one alias.

    Attributes
    ----------
    model, alias : str
    version, bundle : str or None
        The version moved to and its bundle's digest; None when the alias was withdrawn.
    before : str or None
        The version on which the registry showed the alias when it was moved.
    by, why : str
    at : datetime.datetime
        With an offset; kept in UTC.

    Raises
    ------
    ValueError
        When a field is not what it should be.
    """

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
        object.__setattr__(self, "at", self.at.astimezone(dt.UTC))

    @property
    def stands(self) -> tuple[str, str]:
        """Give the model and the alias that were moved."""
        return self.model, self.alias

    def to_dict(self) -> dict[str, Any]:
        """Give the move as plain data."""
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Move:
        """Read a move from plain data; raises ValueError, TypeError or KeyError when it is none."""
        return cls(**{**plain, "at": dt.datetime.fromisoformat(plain["at"])})


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
    """Where the aliases stood, as a log says it, and what is wrong with it.

    Attributes
    ----------
    log : Log
    flaws : tuple of Flaw
        Those of the log, and moves that went around it.
    """

    log: Log
    flaws: tuple[Flaw, ...]

    @property
    def lines(self) -> tuple[tuple[Line, Move], ...]:
        """Give every line that holds a move, with the move."""
        return tuple((line, line.said) for line in self.log.lines if isinstance(line.said, Move))

    @property
    def moves(self) -> tuple[Move, ...]:
        """Give every move, in the order in which they were written."""
        return tuple(move for _, move in self.lines)

    def spans(self, alias: str, model: str = MODEL) -> tuple[Live, ...]:
        """Give every version that an alias stood on, oldest first; a move never counts from before the one it follows."""
        moves = [move for move in self.moves if move.stands == (model, alias)]
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
        doubts = [found.text.en for found in self.flaws if found.touches((model, alias), start, end)]
        if doubts:
            msg = f"What {alias} stood on that day cannot be told. {' '.join(doubts)}"
            raise TriageError(msg)
        spans = self.spans(alias, model)
        return tuple(live for live in spans if live.since < end and (live.until is None or live.until > start))

    def to_dict(self) -> dict[str, Any]:
        """Give moves and flaws as plain data."""
        moves = [line.to_dict() for line, _ in self.lines]
        return {"moves": moves, "flaws": [found.to_dict() for found in self.flaws]}
