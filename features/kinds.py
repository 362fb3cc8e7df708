"""Here we say what a column may hold: each kind of value describes itself and reads a whole column at once.

One object per kind serves the checks, the data dictionary and the file format, so that the three
cannot drift apart. Reading never guesses: a value that does not fit is marked, with the code of
what is wrong, and left for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from features.codes import Code

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

ZONE = "Europe/Stockholm"
"""The zone in which a Swedish authority counts its days."""

LOCAL = r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)?"
"""Date and perhaps a clock time, without offset: it could be any of several instants."""
INSTANT = r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
"""The one way to write an instant, at both doors; the years are those of a birth month."""
CHARACTER, LONGEST = r"[\w.:/-]", 64
"""What an identifier consists of, and how many of them at most."""
IDENTIFIER = f"^{CHARACTER}{{1,{LONGEST}}}$"
MONTH = r"^(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])$"


@dataclass(frozen=True)
class Read:
    """A column as read: the values, and for each row the code of what is wrong ('' when nothing is).

    Attributes
    ----------
    values : pandas.Series of length n
    wrong : numpy.ndarray of str, shape (n,)
    """

    values: pd.Series
    wrong: np.ndarray


class Kind(Protocol):
    """What every kind of value answers."""

    def describe(self, language: str) -> str:
        """Say what is allowed, as a person would."""
        ...

    def read(self, raw: pd.Series) -> Read:
        """Read a column of strings or typed values; missing values stay missing."""
        ...

    def arrow(self) -> pa.DataType:
        """The type in which the column is kept."""
        ...


@dataclass(frozen=True)
class Identifier:
    """A pseudonym: letters, digits and ``. : / - _``, at most 64 of them.

    Attributes
    ----------
    shared : bool
        Whether many rows have the same one: then each is kept once, and rows by its number.
    """

    shared: bool = False

    def describe(self, language: str) -> str:
        """Say what is allowed."""
        if language == "sv":
            return "en pseudonym: 1 till 64 bokstäver, siffror eller . : / - _"
        return "a pseudonym: 1 to 64 letters, digits or . : / - _"

    def read(self, raw: pd.Series) -> Read:
        """Mark everything that is not a short plain identifier."""
        text = _text(raw)
        return Read(text, _mark(text, text.str.fullmatch(IDENTIFIER, na=False), "not_an_identifier"))

    def arrow(self) -> pa.DataType:
        """Keep as text, or as numbers of texts."""
        import pyarrow as pa

        return pa.dictionary(pa.int32(), pa.string()) if self.shared else pa.string()


@dataclass(frozen=True)
class Time:
    """An instant with an offset from UTC."""

    def describe(self, language: str) -> str:
        """Say what is allowed."""
        if language == "sv":
            return "en tidpunkt med förskjutning, till exempel 2025-07-01T08:30:00+02:00"
        return "an instant with an offset, for example 2025-07-01T08:30:00+02:00"

    def read(self, raw: pd.Series) -> Read:
        """Read ISO 8601 with offset, or a typed column that has a zone; a naive time is marked."""
        import numpy as np
        import pandas as pd

        if isinstance(raw.dtype, pd.DatetimeTZDtype):
            typed = raw.dt.as_unit("us").dt.tz_convert("UTC")
            fits = typed.dt.year.between(_FIRST_YEAR, _LAST_YEAR)
            return Read(typed.where(fits), _mark(raw, fits, "not_a_time"))
        text = _text(raw.map(_isoformat, na_action="ignore") if raw.dtype.kind in "OM" else raw)
        shaped = text.where(text.str.fullmatch(INSTANT, na=False))
        values = pd.to_datetime(shaped, utc=True, format="ISO8601", errors="coerce").dt.as_unit("us")
        wrong = _mark(text, values.notna(), "not_a_time")
        bad = np.flatnonzero(wrong == "not_a_time")
        local = text.iloc[bad].where(text.iloc[bad].str.fullmatch(LOCAL, na=False))
        wrong[bad[pd.to_datetime(local, format="ISO8601", errors="coerce").notna().to_numpy()]] = "naive_time"
        return Read(values, wrong)

    def arrow(self) -> pa.DataType:
        """Keep as microseconds of UTC."""
        import pyarrow as pa

        return pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Month:
    """A year and month, ``YYYY-MM``: a birth date is never more exact than this."""

    def describe(self, language: str) -> str:
        """Say what is allowed."""
        return "år och månad, ÅÅÅÅ-MM" if language == "sv" else "year and month, YYYY-MM"

    def read(self, raw: pd.Series) -> Read:
        """Mark everything that is not a month of 1900 to 2099."""
        text = _text(raw)
        fits = text.str.fullmatch(MONTH, na=False)
        return Read(text.where(fits), _mark(text, fits, "not_a_month"))

    def arrow(self) -> pa.DataType:
        """Keep as text."""
        import pyarrow as pa

        return pa.string()


@dataclass(frozen=True)
class OneOf:
    """A code from a closed list."""

    codes: type[Code]

    def describe(self, language: str) -> str:
        """List what is allowed."""
        return ("ett av: " if language == "sv" else "one of: ") + ", ".join(self.codes.values())

    def read(self, raw: pd.Series) -> Read:
        """Mark everything that is not on the list."""
        text = _text(raw)
        return Read(text, _mark(text, text.isin(self.codes.values()), "unknown_code"))

    def arrow(self) -> pa.DataType:
        """Keep as text from a dictionary."""
        import pyarrow as pa

        return pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def describe(self, language: str) -> str:
        """Say what is allowed."""
        return "true eller false" if language == "sv" else "true or false"

    def read(self, raw: pd.Series) -> Read:
        """Read true and false in any case; anything else is marked."""
        text = _text(raw).str.lower()
        values = text.map({"true": True, "false": False})
        return Read(values, _mark(text, values.notna(), "not_true_or_false"))

    def arrow(self) -> pa.DataType:
        """Keep as a boolean."""
        import pyarrow as pa

        return pa.bool_()


@dataclass(frozen=True)
class Number:
    """A number, optionally within bounds."""

    low: float | None = None
    high: float | None = None

    def describe(self, language: str) -> str:
        """Say what is allowed."""
        word = "ett tal" if language == "sv" else "a number"
        if self.low is None or self.high is None:
            return word
        return f"{word} {self.low:g}–{self.high:g}"

    def read(self, raw: pd.Series) -> Read:
        """Mark what is not a finite number within the bounds."""
        import numpy as np
        import pandas as pd

        raw = raw if raw.dtype.kind in "iuf" else _text(raw)
        values = pd.to_numeric(raw, errors="coerce").astype("float64")
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        fits = values.between(low, high) & ~values.isin([np.inf, -np.inf])
        return Read(values, _mark(raw, fits, "not_a_number"))

    def arrow(self) -> pa.DataType:
        """Keep as a double."""
        import pyarrow as pa

        return pa.float64()


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
    kind : Kind
        What it may hold.
    sv, en : str
        What it means.
    required : bool
        Whether every row must have a value. A column that is not required may be missing altogether.
    default : str or None
        What a missing value stands for (always an explicit "unknown", never "no").
    """

    name: str
    kind: Kind
    sv: str
    en: str
    required: bool = True
    default: str | None = None

    def label(self, language: str) -> str:
        """What the column means, in ``language``."""
        return self.sv if language == "sv" else self.en


@dataclass(frozen=True)
class Table:
    """One table of the data contract.

    Attributes
    ----------
    name : str
        Also the file's name without its ending.
    sv, en : str
        What one row is.
    key : tuple of str
        The columns that no two rows may share.
    columns : tuple of Column
    """

    name: str
    sv: str
    en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...] = field(repr=False)

    def __getitem__(self, name: str) -> Column:
        """Give the column called ``name``."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def arrow(self) -> pa.Schema:
        """The schema in which the table is kept."""
        import pyarrow as pa

        return pa.schema([(column.name, column.kind.arrow()) for column in self.columns])


_FIRST_YEAR, _LAST_YEAR = 1900, 2099


def _text(raw: pd.Series) -> pd.Series:
    """Read anything as text; empty text is a missing value."""
    text = raw.astype("string").str.strip()
    return text.mask(text == "")


def _isoformat(value: object) -> object:
    """Write a datetime as text, so that a naive one can be told from one with an offset."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _mark(raw: pd.Series, fits: pd.Series, code: str) -> np.ndarray:
    """Give ``code`` to every row that has a value which does not fit."""
    import numpy as np

    bad = raw.notna().to_numpy() & ~fits.fillna(False).to_numpy(dtype=bool)
    return np.where(bad, code, "").astype(object)
