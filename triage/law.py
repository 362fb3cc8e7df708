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
from typing import Any, Literal, TypeVar, get_args

from triage.errors import BeforeTheLaw, LawDataBroken
from triage.words import Text

Force = Literal["binding", "practice", "flag", "guidance"]
Certainty = Literal["act", "secondary", "inferred"]
BOOK = "lawbook"
HEAD = "lawbook.toml"
T = TypeVar("T")
MEMBERS = ("reporters", "reporters_unclear")
"""The keys of a version that hold a list."""


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
    published : datetime.date or None
        When it was published, where that was found.
    """

    reference: str
    href: str
    certainty: Certainty
    checked_on: dt.date
    in_force_from: dt.date
    published: dt.date | None = None

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
    code, area : str
    force : {"binding", "practice", "flag", "guidance"}
    rows : tuple of str
        Which rows of the legal reference it answers.
    title, rule : Text
        As a caseworker says it, and the rule in plain words.
    verdicts : mapping of str to Text
        What ``met``, ``not_met`` and ``cannot_tell`` mean, where a report triggers the provision.
    citation : Citation
    values : mapping of str to int
        The numbers of the law, in the unit that the key names.
    members : mapping of str to frozenset of str
        The lists of the law, such as who must report.
    until : datetime.date or None
        The last day of this version.
    note, changed : Text or None
        What is not verified; what changed against the version before.
    """

    code: str
    area: str
    force: Force
    rows: tuple[str, ...]
    title: Text
    rule: Text
    verdicts: Mapping[str, Text]
    citation: Citation
    values: Mapping[str, int]
    members: Mapping[str, frozenset[str]]
    until: dt.date | None
    note: Text | None
    changed: Text | None

    def to_dict(self) -> dict[str, Any]:
        """Give the provision as plain data."""
        return {
            "code": self.code,
            "area": self.area,
            "force": self.force,
            "rows": list(self.rows),
            "title": self.title.to_dict(),
            "rule": self.rule.to_dict(),
            "citation": self.citation.to_dict(),
            "until": self.until and self.until.isoformat(),
            "published": self.citation.published and self.citation.published.isoformat(),
            "values": dict(self.values),
            "members": {name: sorted(listed) for name, listed in self.members.items()},
            "note": self.note and self.note.to_dict(),
            "changed": self.changed and self.changed.to_dict(),
        }


Version = tuple[dt.date, dt.date | None, Provision]
"""First day, last day (None while in force) and what it says."""


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
    _versions: Mapping[str, tuple[Version, ...]]

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

    def provisions(self) -> dict[str, tuple[Provision, ...]]:
        """Give every version of every provision, oldest first."""
        return {code: tuple(provision for _, _, provision in versions) for code, versions in self._versions.items()}

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
    folder = resources.files("triage").joinpath(BOOK)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return read_law({name: folder.joinpath(name).read_bytes() for name in names})


def read_law(files: Mapping[str, bytes]) -> Law:
    """Read law data in TOML.

    Parameters
    ----------
    files : mapping of str to bytes
        ``lawbook.toml`` with the first day, and one file per area.

    Raises
    ------
    LawDataBroken
        When a provision lacks a title, a rule, a reference, a link, a day checked or a certainty, when it
        stands twice, or when its versions overlap; the text names the provision.
    """
    digest = hashlib.sha256()
    versions: dict[str, tuple[Version, ...]] = {}
    begins = _named("law", lambda: _day(_toml(HEAD, files[HEAD])["law"]["begins"]))
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name])
        for code, table in _toml(name, files[name]).items() if name != HEAD else ():
            if code in versions:
                msg = f"The law data of {code} stand twice; the second is in {name}."
                raise LawDataBroken(msg)
            versions[code] = _named(code, partial(_versions, code, table))
    return Law(begins, digest.hexdigest(), MappingProxyType(versions))


def _toml(name: str, data: bytes) -> dict[str, Any]:
    """Read one file."""
    try:
        return tomllib.loads(data.decode("utf-8"))
    except ValueError as error:
        msg = f"The law data in {name} are not TOML: {error}."
        raise LawDataBroken(msg) from error


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


def _versions(code: str, table: dict[str, Any]) -> tuple[Version, ...]:
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
    if row["certainty"] not in get_args(Certainty) or table["force"] not in get_args(Force):
        msg = f"{code}: certainty or force is not on the list"
        raise ValueError(msg)
    citation = Citation(
        reference=_said(row["reference"]),
        href=_said(row["href"]),
        certainty=row["certainty"],
        checked_on=_day(row["checked_on"]),
        in_force_from=row["from"],
        published=_day(row["published"]) if "published" in row else None,
    )
    verdicts: dict[str, Text] = {
        name: Text(**table[name]) for name in ("met", "not_met", "cannot_tell") if name in table
    }
    return Provision(
        code=code,
        area=_said(table["area"]),
        force=table["force"],
        rows=tuple(table["row"]),
        title=Text(**table["title"]),
        rule=Text(**row.get("rule", table["rule"])),
        verdicts=MappingProxyType(verdicts),
        citation=citation,
        values=MappingProxyType(dict(row.get("values", {}))),
        members=MappingProxyType({name: frozenset(row[name]) for name in MEMBERS if name in row}),
        until=row.get("to"),
        note=Text(**row["note"]) if "note" in row else None,
        changed=Text(**row["changed"]) if "changed" in row else None,
    )
