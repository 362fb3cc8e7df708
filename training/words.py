"""Here we say numbers, dates and sentences the way a Swedish or an English reader writes them.

Each sentence stands once, in a table with both languages side by side, so that neither can say
more than the other.

>>> sv, en = Words("sv", {}), Words("en", {})
>>> sv.number(0.7384, 3), en.number(0.7384, 3)
('0,738', '0.738')
>>> sv.hundred(0.317), en.number(12345)
('32', '12,345')
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = ("sv", "en")
ZONE = ZoneInfo("Europe/Stockholm")
SHELVES = {"training.pages": "templates", "model_cards": ""}
"""Where templates and sentences lie: package, folder in it."""

_THOUSANDS = {"sv": "\N{NARROW NO-BREAK SPACE}", "en": ","}
_MARK = {"sv": ",", "en": "."}


def read_shelf(name: str) -> str | None:
    """Give the text of the file ``name`` from the first shelf that has it, or None."""
    for package, folder in SHELVES.items():
        place = files(package).joinpath(folder) if folder else files(package)
        file = place.joinpath(name)
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return None


class Words:
    """The sentences and the number style of one language.

    Parameters
    ----------
    language : {"sv", "en"}
    table : mapping
        ``{"section": {"key": {"sv": …, "en": …}}}``; places for values are ``{name}``.
    """

    def __init__(self, language: str, table: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
        if language not in LANGUAGES:
            msg = f"language: {language!r} came; allowed: {', '.join(LANGUAGES)}"
            raise ValueError(msg)
        self.language = language
        self._table = table

    @classmethod
    def read(cls, language: str, *names: str) -> Words:
        """Read the sentence tables ``names`` from the shelves."""
        return cls(language, {section: words for name in names for section, words in _sentences(name).items()})

    def __call__(self, key: str, **values: object) -> str:
        """Give the sentence ``section.key`` with its values filled in."""
        section, name = key.split(".")
        return self._table[section][name][self.language].format(**values)

    def or_same(self, section: str, value: object) -> str:
        """Give the words for a code, or the code itself where we have no words for it."""
        words = self._table[section].get(str(value))
        return words[self.language] if words else str(value)

    def of(self, text: Mapping[str, str]) -> str:
        """Pick this language from a text that has both."""
        return text[self.language]

    def number(self, value: float, decimals: int = 0, *, sign: bool = False) -> str:
        """Write a number: Swedish decimal comma and thin space, a true minus sign."""
        text = f"{value:{'+' if sign else ''},.{decimals}f}"
        if float(text.replace(",", "")) == 0:
            text = text.lstrip("+-")
        parts = [part.replace(",", _THOUSANDS[self.language]) for part in text.split(".")]
        return _MARK[self.language].join(parts).replace("-", "\N{MINUS SIGN}")

    def plain(self, value: float) -> str:
        """Write a setting: whole numbers whole, others with as many decimals as they have."""
        return self.number(value) if isinstance(value, int) else f"{value:g}".replace(".", _MARK[self.language])

    def or_dash(self, value: float | None, *, hundred: bool = False) -> str:
        """Write a figure, or a dash where it could not be told."""
        if value is None:
            return "\N{EN DASH}"
        return self.hundred(value) if hundred else self.number(value, 2)

    def hundred(self, share: float, decimals: int = 0) -> str:
        """Write a share as so many of a hundred."""
        return self.number(100 * share, decimals)

    def time(self, at: str | datetime) -> str:
        """Write a moment as ISO date and clock time in Stockholm."""
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"

    def days_from(self, day: str, today: date) -> str:
        """Say how far a date lies from the day the page was made."""
        away = (date.fromisoformat(day) - today).days
        key = "today" if away == 0 else ("in" if away > 0 else "ago") + ("_one" if abs(away) == 1 else "_many")
        return self(f"day.{key}", n=self.number(abs(away)))


@cache
def _sentences(name: str) -> dict[str, Any]:
    """Read one table of sentences, once."""
    return tomllib.loads(read_shelf(name) or "")
