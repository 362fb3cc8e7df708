"""Here we say numbers, times and ages as people do, in Swedish and English.

>>> count(3, "sv"), count(13, "sv"), times(2, "en"), times(3, "sv")
('tre', '13', 'twice', 'tre gånger')
>>> ago(40, "sv"), ago(425, "sv"), ago(425, "en")
('40 dagar', 'ungefär 14 månader', 'about 14 months')
>>> age(7, "en"), age(125, "sv")
('7 months', '10 år')
"""

from __future__ import annotations

_WORDS = {
    "sv": ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"],
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
}
_IN_DAYS = 90
"""Shorter times than this are said in days."""
_IN_MONTHS = 24
"""Younger children than this are so many months old."""
_DAYS_OF_A_MONTH = 365.25 / 12


def count(number: int, language: str) -> str:
    """Spell a number out, up to twelve."""
    words = _WORDS[language]
    return words[number] if number < len(words) else str(number)


def times(number: int, language: str) -> str:
    """Say how many times."""
    if language == "sv":
        return f"{count(number, language)} {'gång' if number == 1 else 'gånger'}"
    return {1: "once", 2: "twice"}.get(number, f"{count(number, language)} times")


def ago(days: int, language: str) -> str:
    """Say how long, in days or in months."""
    if days < _IN_DAYS:
        return f"{days} dagar" if language == "sv" else f"{days} days"
    months = round(days / _DAYS_OF_A_MONTH)
    return f"ungefär {months} månader" if language == "sv" else f"about {months} months"


def age(months: int, language: str) -> str:
    """Say an age: in months below two years, then in years."""
    if months < _IN_MONTHS:
        return f"{months} månader" if language == "sv" else f"{months} months"
    return f"{months // 12} år" if language == "sv" else f"{months // 12} years"
