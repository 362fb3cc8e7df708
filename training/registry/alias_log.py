"""Here we read where the aliases stood from the log, and find the moves that went around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from training.registry import aliases
from training.registry.aliases import History, Move
from triage import decisions
from triage.chain import Flaw, Head, Readers, flaw, read_lines
from triage.decisions import Decided
from triage.words import Text

Standing = Mapping[tuple[str, str], str | None]
"""The version that each (model, alias) stands on in the registry; None where it stands on nothing."""
READERS: Readers = {aliases.KIND: Move.from_dict, decisions.KIND: Decided.from_dict}
"""Every kind of line that a log holds."""
WORDS = {
    "moved_outside": Text(
        "{alias} har flyttats utanför loggen: den säger {said}, registret visade {shown}.",
        "{alias} was moved outside the log: it says {said}, the registry showed {shown}.",
    ),
}


def read_history(text: str, heads: Sequence[Head | None] = (), standing: Standing | None = None) -> History:
    """Read a log.

    Parameters
    ----------
    text : str
    heads : sequence of Head or None
        The last line as others remember it; without any, lines taken from the end are not missed.
    standing : mapping, optional
        Where the aliases stand now; without it, a last move made around the log is not seen.
    """
    log = read_lines(text, READERS, heads)
    return History(log, (*log.flaws, *_outside(History(log, ()), standing or {})))


def _outside(history: History, standing: Standing) -> Iterator[Flaw]:
    """Find moves that went around the log: the registry showed another version than the log's last."""
    last: dict[tuple[str, str], Move] = {}
    for line, move in history.lines:
        yield from _differs(move.stands, last.get(move.stands), move.before, line.number, move.at)
        last[move.stands] = move
    for key, shown in standing.items():
        yield from _differs(key, last.get(key), shown, None, None)


def _differs(
    key: tuple[str, str], last: Move | None, shown: str | None, line: int | None, until: dt.datetime | None
) -> Iterator[Flaw]:
    """Compare the log's last word on an alias with what the registry showed."""
    said = None if last is None else last.version
    if said != shown:
        found = flaw(WORDS, "moved_outside", line, alias=key[1], said=said or "–", shown=shown or "–")
        yield replace(found, about=key, since=None if last is None else last.at, until=until)
