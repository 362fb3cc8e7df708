"""Here we read the law as dated data: a provision as it stood on a day, with its reference, or an error.

>>> load_law().at(dt.date(2025, 7, 1)).provision("screening").citation.reference
'20 kap. 2 § socialtjänstlagen (2025:400)'
>>> load_law().at(dt.date(2025, 6, 30)).provision("screening").values["days"]
14
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from triage.errors import BeforeTheLaw, LawDataBroken
from triage.words import Text

Force = Literal["binding", "practice"]
Certainty = Literal["act", "secondary", "inferred"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a provision stands, and how sure we are of its wording.

    Attributes
    ----------
    reference, href : str
    certainty : {"act", "secondary", "inferred"}
        Where the wording was read.
    checked_on : datetime.date
        The day somebody last looked.
    in_force_from : datetime.date
    """

    reference: str
    href: str
    certainty: Certainty
    checked_on: dt.date
    in_force_from: dt.date

    def to_dict(self) -> dict[str, str]:
        """Give the citation as plain data."""
        return {
            "reference": self.reference,
            "href": self.href,
            "certainty": self.certainty,
            "checked_on": self.checked_on.isoformat(),
            "in_force_from": self.in_force_from.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision as it stood on a day.

    Attributes
    ----------
    code : str
    force : {"binding", "practice"}
    title : Text
    verdicts : mapping of str to Text
        What ``met``, ``not_met`` and ``cannot_tell`` mean, where the provision has a rule.
    citation : Citation
    values : mapping of str to int
        The numbers of the law, in the unit that the key names.
    """

    code: str
    force: Force
    title: Text
    verdicts: Mapping[str, Text]
    citation: Citation
    values: Mapping[str, int]


@dataclass(frozen=True)
class LawInForce:
    """The law on one day.

    Attributes
    ----------
    on : datetime.date
    fingerprint : str
        Of the whole law data.
    provisions : mapping of str to Provision
        Those in force that day.
    """

    on: dt.date
    fingerprint: str
    provisions: Mapping[str, Provision]

    def provision(self, code: str) -> Provision:
        """Give a provision that is in force this day.

        Raises
        ------
        KeyError
            When it was not in force.
        """
        return self.provisions[code]


@dataclass(frozen=True, eq=False)
class Law:
    """All versions of the law that the library holds.

    Attributes
    ----------
    begins : datetime.date
        A date before this is an error.
    fingerprint : str
        SHA-256 of the law data.
    """

    begins: dt.date
    fingerprint: str
    _versions: Mapping[str, tuple[tuple[dt.date, dt.date | None, Provision], ...]]

    def __hash__(self) -> int:
        """Two laws are the same when their data are."""
        return hash(self.fingerprint)

    def __eq__(self, other: object) -> bool:
        """Two laws are the same when their data are."""
        return isinstance(other, Law) and other.fingerprint == self.fingerprint

    def at(self, on: dt.date) -> LawInForce:
        """Give the law in force on a day.

        Raises
        ------
        BeforeTheLaw
            When the day lies before the first version.
        """
        if on < self.begins:
            msg = f"{on} lies before {self.begins}, the first law this library holds. Check the date received."
            raise BeforeTheLaw(msg)
        return _in_force(self, on)

    def changes(self) -> tuple[dt.date, ...]:
        """Give the days on which anything changed, the first day included."""
        days = {start for versions in self._versions.values() for start, _, _ in versions}
        ends = {end + dt.timedelta(days=1) for versions in self._versions.values() for _, end, _ in versions if end}
        return tuple(sorted(day for day in days | ends if day >= self.begins))


@cache
def _in_force(law: Law, on: dt.date) -> LawInForce:
    """Pick each provision's version of the day."""
    found = {
        code: provision
        for code, versions in law._versions.items()  # noqa: SLF001
        for start, end, provision in versions
        if start <= on and (end is None or on <= end)
    }
    return LawInForce(on, law.fingerprint, MappingProxyType(found))


@cache
def load_law() -> Law:
    """Read the law that ships with the library."""
    return read_law(resources.files("triage").joinpath("law.toml").read_bytes())


def read_law(data: bytes) -> Law:
    """Read law data in TOML.

    Parameters
    ----------
    data : bytes

    Raises
    ------
    LawDataBroken
        When a provision lacks a reference, a link, a day checked or a certainty, or when its
        versions overlap; the text names the provision.
    """
    try:
        tables = tomllib.loads(data.decode("utf-8"))
    except ValueError as error:
        msg = f"The law data are not TOML: {error}."
        raise LawDataBroken(msg) from error
    begins = _named("law", lambda: _day(tables.pop("law")["begins"]))
    versions = {code: _named(code, partial(_versions, code, table)) for code, table in tables.items()}
    return Law(begins, hashlib.sha256(data).hexdigest(), MappingProxyType(versions))


def _named(code: str, read: Callable[[], T]) -> T:
    """Read a part of the law data; what is wrong with it names the part."""
    try:
        return read()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        msg = f"The law data of {code} do not hold together: {type(error).__name__}: {error}."
        raise LawDataBroken(msg) from error


def _day(value: object) -> dt.date:
    """Demand a day: a date without a time."""
    if type(value) is not dt.date:
        msg = f"{value!r} is not a date"
        raise TypeError(msg)
    return value


def _said(value: object) -> str:
    """Demand a text that says something."""
    if not isinstance(value, str) or not value.strip():
        msg = f"{value!r} is no text"
        raise TypeError(msg)
    return value


def _versions(code: str, table: dict[str, Any]) -> tuple[tuple[dt.date, dt.date | None, Provision], ...]:
    """Read one provision's versions, sorted by their first day."""
    rows = sorted(table["versions"], key=lambda row: _day(row["from"]))
    if not rows or any("to" in row and _day(row["to"]) < row["from"] for row in rows):
        msg = f"{code} has no version, or one that ends before it begins"
        raise ValueError(msg)
    for earlier, later in pairwise(rows):
        if earlier.get("to") is None or earlier["to"] >= later["from"]:
            msg = f"versions of {code} overlap at {later['from']}"
            raise ValueError(msg)
    return tuple((row["from"], row.get("to"), _provision(code, table, row)) for row in rows)


def _provision(code: str, table: dict[str, Any], row: dict[str, Any]) -> Provision:
    """Build one version of a provision; every one needs its reference, link, certainty and day checked."""
    if row["certainty"] not in {"act", "secondary", "inferred"} or table["force"] not in {"binding", "practice"}:
        msg = f"{code}: certainty or force is not on the list"
        raise ValueError(msg)
    citation = Citation(
        _said(row["reference"]), _said(row["href"]), row["certainty"], _day(row["checked_on"]), row["from"]
    )
    verdicts: dict[str, Text] = {
        name: Text(**table[name]) for name in ("met", "not_met", "cannot_tell") if name in table
    }
    return Provision(
        code=code,
        force=table["force"],
        title=Text(**table["title"]),
        verdicts=MappingProxyType(verdicts),
        citation=citation,
        values=MappingProxyType(dict(row.get("values", {}))),
    )
