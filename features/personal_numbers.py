"""Here we recognise personal identity numbers (*personnummer*), so that no door lets one in.

Ten or twelve digits, with or without separator, that hold a date and a right check digit; the
co-ordination number (*samordningsnummer*), with 60 added to the day, counts too. Only the fact that
one was found is told, never the number.

>>> contains("ring 880320-0016 om detta")
True
>>> contains("syn-r0000001"), contains("880320-0018")
(False, False)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from stdnum.luhn import is_valid as _luhn_is_valid
from stdnum.se import personnummer

if TYPE_CHECKING:
    import pandas as pd

SHAPE = r"(?<!\d)(?<![T ]\d\d:\d\d:\d\d[.,])(?:19|20)?\d{6}[-+ _./\u00a0\u2011\u2013]?\d{4}(?!\d)"
"""What a personal identity number looks like; the check digit decides. Fractions of a second with an offset are none."""

_QUICK = re.compile(r"(?=\d{6})" + SHAPE)
"""The same, asking first what it takes least time to deny."""

_DASHED = bytes.maketrans(b"123456789+ _./", b"0" * 9 + b"-" * 5)
"""Every digit as 0 and every separator as a dash: then what looks like a number is a few plain bytes, quick to deny."""

_LIKE_ONE = (b"0" * 10, b"000000-0000")
"""What every one of them holds then."""

_LISTED = bytes.maketrans(b"123456789[", b"0" * 9 + b",")
"""Every digit as 0 and every list as its first comma: with no blank and no sign left, a number in a list is ``,0``."""

_NUMBER = re.compile(rb'":0(?:0{4}|0*(?:[.]0{3}|(?:[.]0+)?[eE]))')
"""A number under a name, written so, with so many digits or powers of ten that it could be one."""

_COORDINATION = 60


def contains(text: str) -> bool:
    """Tell whether ``text`` contains a valid personal identity number or co-ordination number."""
    return any(_is_personal(found.group()) for found in _QUICK.finditer(text))


def rows_with(column: pd.Series) -> pd.Series:
    """Tell for each row of a text column whether it holds a personal identity number.

    Parameters
    ----------
    column : pandas.Series of str, shape (n,)

    Returns
    -------
    pandas.Series of bool, shape (n,)
    """
    import pandas as pd

    found = column.str.contains(SHAPE, regex=True, na=False).to_numpy(dtype=bool).copy()
    for row in found.nonzero()[0]:
        found[row] = contains(str(column.iloc[row]))
    return pd.Series(found, index=column.index)


def anywhere(raw: object) -> bool:
    """Tell whether any key or value of JSON holds a personal identity number, with one look at all of them."""
    waiting, texts = [raw], list[str]()
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            texts.extend(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        else:
            texts.append(str(one))
    return contains("\n".join(texts))  # no number goes on after the end of a line


def none_in_json(text: str | bytes) -> bool:
    """Tell whether JSON holds none for sure, without reading it; where this is false, ask `anywhere`.

    Sure is only what is plain: one object, in ASCII, without escapes.
    """
    if not text.isascii():
        return False
    plain = text.encode() if isinstance(text, str) else text
    if plain[:1] != b"{" or b"\\" in plain or b"\0" in plain:
        return False
    dashed, listed = plain.translate(_DASHED), plain.translate(_LISTED, b" \t\n\r-")
    return not (any(like in dashed for like in _LIKE_ONE) or b",0" in listed or _NUMBER.search(listed))


def any_in(texts: Iterable[str]) -> bool:
    """Tell whether any of ``texts`` holds a personal identity number."""
    return any(contains(text) for text in texts)


def _is_personal(text: str) -> bool:
    """Check date and check digit; the century is tried, never taken from today's date."""
    digits = re.sub(r"\D", "", text)
    if not _luhn_is_valid(digits[-10:]):
        return False
    centuries = (digits[:2],) if len(digits) == 12 else ("19", "20")
    return any(_has_date(century + digits[-10:]) for century in centuries)


def _has_date(digits: str) -> bool:
    """Check that the first eight of twelve digits are a date, also with 60 added to the day."""
    day = int(digits[6:8])
    if day > _COORDINATION:
        digits = f"{digits[:6]}{day - _COORDINATION:02d}{digits[8:]}"
    try:
        personnummer.get_birth_date(f"{digits[:8]}-{digits[8:]}")
    except ValueError:
        return False
    return True
