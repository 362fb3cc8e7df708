"""Here we read the log of alias moves and name every line that was changed, removed, added or put elsewhere.

Each line carries its number, the digest of the line before it and its own, so that only the last lines could go unmissed:
they are held against the head that the registry remembers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from training.aliases import FIRST, Flaw, Head, History, Move
from triage.words import Text

Standing = Mapping[tuple[str, str], str | None]
"""The version that each (model, alias) stands on in the registry; None where it stands on nothing."""

WORDS = {
    "unreadable": Text("Rad {line} går inte att läsa.", "Line {line} cannot be read."),
    "changed": Text("Rad {line} har ändrats efter att den skrevs.", "Line {line} was changed after it was written."),
    "rewritten": Text(
        "Rad {line} och rad {before} hör inte ihop: en av dem har skrivits om.",
        "Line {line} and line {before} do not belong together: one of them was rewritten.",
    ),
    "rewritten_last": Text(
        "Rad {line} är inte den som registret minns: den har skrivits om.",
        "Line {line} is not the one that the registry remembers: it was rewritten.",
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
    "moved_outside": Text(
        "{alias} har flyttats utanför loggen: den säger {said}, registret visade {shown}.",
        "{alias} was moved outside the log: it says {said}, the registry showed {shown}.",
    ),
}
"""What is said of each flaw."""


def read_history(text: str, head: Head | None = None, standing: Standing | None = None) -> History:
    """Read a log.

    Parameters
    ----------
    text : str
        One line of JSON per move.
    head : Head, optional
        The last line as the registry remembers it; without it, lines taken from the end are not missed.
    standing : mapping, optional
        Where the aliases stand now; without it, a last move made around the log is not seen.
    """
    lines = text.removesuffix("\n").split("\n") if text else []
    sound, flaws = _sound(lines)
    moves = tuple(sound.values())
    flaws += [*_links(sound), *_places(sound), *_end(sound, len(lines), head), *_outside(sound, standing or {})]
    latest = max(moves, key=lambda move: move.number, default=None)
    if latest is not None and (head is None or latest.number > head.number):
        head = Head(latest.number, latest.digest)
    return History(moves, tuple(flaws), head)


def _sound(lines: Sequence[str]) -> tuple[dict[int, Move], list[Flaw]]:
    """Give the moves that stand as they were written, by place from 1, and what is wrong with the other lines."""
    sound, flaws = {}, []
    for place, line in enumerate(lines, 1):
        try:
            move = _move(line)
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            flaws.append(_flaw("unreadable", place))
            continue
        if move.line() == line:
            sound[place] = move
        else:
            flaws.append(_flaw("changed", place))
    return sound, flaws


def _move(line: str) -> Move:
    """Read one line, whatever its digest."""
    plain = json.loads(line)
    del plain["digest"]
    return Move(**plain | {"at": dt.datetime.fromisoformat(plain["at"])})


def _links(sound: Mapping[int, Move]) -> Iterator[Flaw]:
    """Find lines that do not name the line before them as it stands."""
    at = {move.number: place for place, move in reversed(list(sound.items()))}
    for place, move in sound.items():
        before = at.get(move.number - 1)
        digest = sound[before].digest if before else FIRST
        if (before or move.number == 1) and move.previous != digest:
            yield _flaw("rewritten", place, before=before or 0)


def _places(sound: Mapping[int, Move]) -> Iterator[Flaw]:
    """Find gaps, repetitions and lines out of order; a line that is not sound may be any number that is missing."""
    numbers = {move.number for move in sound.values()}
    seen, due, last = set(), 1, 0
    for place, move in sound.items():
        number = move.number
        elsewhere = sum(due <= other < number for other in numbers) if number > due else 0
        if number in seen:
            yield _flaw("repeated", place, number=number)
        elif number - due - elsewhere > place - last - 1:
            yield _flaw("removed", place, first=due, last=number - 1)
        elif number < due or elsewhere:
            yield _flaw("reordered", place, number=number)
        seen.add(number)
        due, last = max(due, number + 1), place


def _end(sound: Mapping[int, Move], lines: int, head: Head | None) -> Iterator[Flaw]:
    """Hold the end of the log against what the registry remembers."""
    if head is None:
        return
    latest = max((move.number for move in sound.values()), default=0)
    if head.number - latest > lines - max(sound, default=0):
        yield _flaw("removed_last", None, first=latest + 1, last=head.number)
    for place, move in sound.items():
        if move.number == head.number and move.digest != head.digest:
            yield _flaw("rewritten_last", place)


def _outside(sound: Mapping[int, Move], standing: Standing) -> Iterator[Flaw]:
    """Find moves that went around the log: the registry showed another version than the log's last."""
    last: dict[tuple[str, str], Move] = {}
    for place, move in sound.items():
        key = (move.model, move.alias)
        yield from _differs(key, last.get(key), move.before, place, move.at)
        last[key] = move
    for key, shown in standing.items():
        yield from _differs(key, last.get(key), shown, None, None)


def _differs(
    key: tuple[str, str], last: Move | None, shown: str | None, line: int | None, until: dt.datetime | None
) -> Iterator[Flaw]:
    """Compare the log's last word on an alias with what the registry showed."""
    said = None if last is None else last.version
    if said != shown:
        found = _flaw("moved_outside", line, alias=key[1], said=said or "–", shown=shown or "–")
        yield replace(found, model=key[0], alias=key[1], since=None if last is None else last.at, until=until)


def _flaw(code: str, line: int | None, **values: object) -> Flaw:
    """Say what is wrong, where."""
    words, values = WORDS[code], {"line": line, **values}
    return Flaw(
        code=code.removesuffix("_last"), line=line, text=Text(words.sv.format(**values), words.en.format(**values))
    )
