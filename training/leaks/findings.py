"""Here we say what one check found: verdict, rows, figures, and words in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias

from training.words import LANGUAGES, Words
from triage.words import Text

Figures: TypeAlias = Mapping[str, float | str]
NOTHING: Figures = MappingProxyType({})

WORDS = "leaks.toml"
"""Where the sentences lie: ``[CODE.title]``, and for every way a check can end ``[CODE.WHY]`` and ``[CODE.WHY_do]``."""

DECIMALS = 4
"""Of every figure that is measured."""
CODED = ("source", "shape", "reach", "within", "clock")
"""Figures that are codes, with words in the section of their name."""


class LeakVerdict(StrEnum):
    """What a check can answer; that nothing was shown is no proof that nothing leaks."""

    LEAK = "leak"
    CANNOT_TELL = "cannot_tell"
    NONE_SHOWN = "no_leak_shown"


@dataclass(frozen=True)
class Finding:
    """One answer of one check.

    Attributes
    ----------
    code : str
        Of the check.
    verdict : LeakVerdict
    column : str or None
        The column it is about; None for a whole table.
    rows, of : int
        In how many rows it was seen, of how many that were looked at.
    figures : mapping of str to float or str
        What was measured, by name; four decimals.
    title, said, do : Text
        What the check looks for, what it saw, what to do.
    """

    code: str
    verdict: LeakVerdict
    column: str | None
    rows: int
    of: int
    figures: Figures
    title: Text
    said: Text
    do: Text

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as plain data."""
        return {
            "code": self.code,
            "verdict": self.verdict.value,
            "column": self.column,
            "rows": self.rows,
            "of": self.of,
            "figures": dict(self.figures),
            "title": self.title.to_dict(),
            "said": self.said.to_dict(),
            "do": self.do.to_dict(),
        }


def leak(
    code: str, column: str | None, rows: int, of: int, figures: Figures = NOTHING, *, why: str = "leak"
) -> Finding:
    """Say that something leaks, in the words ``[CODE.WHY]``."""
    return _finding(code, LeakVerdict.LEAK, why, column, rows, of, figures)


def cannot_tell(code: str, why: str, column: str | None = None, rows: int = 0, of: int = 0) -> Finding:
    """Say what is missing for an answer, in the words ``[CODE.WHY]``."""
    return _finding(code, LeakVerdict.CANNOT_TELL, why, column, rows, of, NOTHING)


def none_shown(code: str, of: int, figures: Figures = NOTHING) -> Finding:
    """Say what was looked at without seeing a leak, in the words ``[CODE.none]``."""
    return _finding(code, LeakVerdict.NONE_SHOWN, "none", None, 0, of, figures)


def _finding(
    code: str,
    verdict: LeakVerdict,
    why: str,
    column: str | None,
    rows: int,
    of: int,
    figures: Figures,
) -> Finding:
    """Put a finding and its words together; numbers are written as each language writes them."""
    figures = {name: round(value, DECIMALS) if isinstance(value, float) else value for name, value in figures.items()}
    values = {"column": column, "rows": rows, "of": of, **figures}
    next_step = "every.none_do" if verdict is LeakVerdict.NONE_SHOWN else f"{code}.{why}_do"
    title, said, do = (_text(key, values) for key in (f"{code}.title", f"{code}.{why}", next_step))
    return Finding(code, verdict, column, rows, of, figures, title, said, do)


def _text(key: str, values: Mapping[str, object]) -> Text:
    """Say a sentence in both languages."""
    spoken = (Words.read(language, WORDS) for language in LANGUAGES)
    sv, en = (words(key, **{name: _write(words, name, value) for name, value in values.items()}) for words in spoken)
    return Text(sv, en)


def _write(words: Words, name: str, value: object) -> object:
    """Write whole numbers with their thousands apart, others with three decimals, codes in words."""
    if isinstance(value, float):
        return words.number(value, 3)
    if isinstance(value, int):
        return words.number(value)
    return words.or_same(name, value) if name in CODED else value
