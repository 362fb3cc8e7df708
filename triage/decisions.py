"""Here we say what a board decided on a bundle: who, as what, when, why, for which units and until when.

A decision is a line of the log (`triage.chain`); an approval is what stands beside a bundle: the last decision on it, the
line it has in the log, and perhaps a signature. What opens needs both; what closes needs the log alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from features.personal_numbers import any_in
from features.report import local_time
from triage.chain import Head, Log, one_line

KIND = "decision"
"""The kind of a decision's line."""
Verb = Literal["approved", "refused", "revoked", "stopped"]
HEXADECIMAL = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision.

    Attributes
    ----------
    decision : {"approved", "refused", "revoked", "stopped"}
        To stop is to take every bundle out of use at once; each needs an approval of its own to come back.
    by, role : str
        Who decided, as what.
    at : datetime.datetime
        When, with an offset; kept in UTC.
    minutes : str or None
        Where the decision is recorded; only who stops may leave it out.
    why : str or None
        Only an approval may leave it out.
    bundle, card : str or None
        SHA-256 of the bundle's manifest and of its ``card.json``; None for a stop.
    name : str or None
        What the bundle calls itself.
    law : str or None
        Fingerprint of the law that the bundle was trained under.
    units : tuple of str
        Units that may use the bundle; none unless approved.
    expires : datetime.date or None
        The last day of an approval.
    conditions : tuple of str
        What an approval asks of those who use the bundle.
    despite : mapping of str to str
        The reason for approving, for each mandatory check that the card has not passed.

    Raises
    ------
    ValueError
        When a field is not what it should be.
    """

    decision: Verb
    by: str
    role: str
    at: dt.datetime
    minutes: str | None = None
    why: str | None = None
    bundle: str | None = None
    card: str | None = None
    name: str | None = None
    law: str | None = None
    units: tuple[str, ...] = ()
    expires: dt.date | None = None
    conditions: tuple[str, ...] = ()
    despite: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what would leave the record without an answer."""
        problem = _problem(self)
        if problem is not None:
            raise ValueError(problem)
        object.__setattr__(self, "at", self.at.astimezone(dt.UTC))

    @property
    def opens(self) -> bool:
        """Tell whether it lets a bundle be used."""
        return self.decision == "approved"

    def concerns(self, bundle: str) -> bool:
        """Tell whether it decides on a bundle: on that one, or on all."""
        return self.bundle in {bundle, None}

    def same(self, other: Decision) -> bool:
        """Tell whether another says the same, whenever it was written down."""
        return self.to_dict() | {"at": None} == other.to_dict() | {"at": None}

    def text(self) -> str:
        """Write the decision on one line, byte for byte the same for the same decision: what a board signs."""
        return one_line(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Give the decision as plain data."""
        return asdict(self) | {
            "at": self.at.isoformat(),
            "expires": self.expires and self.expires.isoformat(),
            "units": list(self.units),
            "conditions": list(self.conditions),
            "despite": dict(self.despite),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Decision:
        """Read a decision from plain data.

        Raises
        ------
        ValueError, TypeError, KeyError
            When it is none.
        """
        read = {
            "at": dt.datetime.fromisoformat(plain["at"]),
            "expires": plain["expires"] and dt.date.fromisoformat(plain["expires"]),
            "units": tuple(plain["units"]),
            "conditions": tuple(plain["conditions"]),
            "despite": dict(plain["despite"]),
        }
        return cls(**{**plain, **read})


@dataclass(frozen=True, slots=True)
class Approval:
    """What stands beside a bundle: the last decision on it.

    Attributes
    ----------
    decision : Decision
    line : Head
        The decision's line in the log.
    signature : str or None
        Ed25519, of the decision's text, in hexadecimal.
    """

    decision: Decision
    line: Head
    signature: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the approval as plain data."""
        return {"decision": self.decision.to_dict(), "line": asdict(self.line), "signature": self.signature}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Approval:
        """Read an approval from plain data; raises as `Decision.from_dict` does."""
        if set(plain) != {"decision", "line", "signature"}:
            msg = f"An approval has a decision, its line in the log and a signature or null; got {sorted(plain)}."
            raise ValueError(msg)
        return cls(Decision.from_dict(plain["decision"]), Head(**plain["line"]), plain["signature"])


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as its line says it: the decision, and the board's signature of it where there is one."""

    decision: Decision
    signature: str | None = None

    @property
    def at(self) -> dt.datetime:
        """When."""
        return self.decision.at

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {"at": self.at.isoformat(), "decision": self.decision.to_dict(), "signature": self.signature}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Decided:
        """Read it from plain data; raises as `Decision.from_dict` does."""
        signature = plain["signature"]
        if not (signature is None or isinstance(signature, str)):
            msg = f"A signature is text or null; got {type(signature).__name__}."
            raise TypeError(msg)
        return cls(Decision.from_dict(plain["decision"]), signature)


def decisions_on(log: Log, bundle: str | None = None) -> tuple[Decision, ...]:
    """Give every decision on a bundle, stops included, in the order in which they were written; on all when None."""
    return tuple(approval.decision for approval in approvals_on(log, bundle))


def approvals_on(log: Log, bundle: str | None = None) -> tuple[Approval, ...]:
    """Give every decision on a bundle as it would stand beside it, with its line in the log."""
    return tuple(
        Approval(line.said.decision, line.head, line.said.signature)
        for line in log.lines
        if isinstance(line.said, Decided) and (bundle is None or line.said.decision.concerns(bundle))
    )


def _problem(said: Decision) -> str | None:
    """Say what is wrong with a decision; None when nothing is."""
    if said.decision not in get_args(Verb):
        return f"{said.decision!r} is no decision. Use one of: {', '.join(get_args(Verb))}."
    if said.at.utcoffset() is None:
        return f"The time of a decision needs its offset; got {said.at.isoformat()}. Give it, as in +02:00."
    missing = _missing(said)
    if missing:
        return f"A decision needs words for {', '.join(missing)}. Write who decided, as what, where it is recorded, and why."
    texts = [said.by, said.role, said.minutes or "", said.why or "", said.name or "", *said.units, *said.conditions]
    if not all(isinstance(text, str) for text in [*texts, *said.despite, *said.despite.values()]):
        return "A decision is written in words. Give text for every field."
    if any_in([*texts, *said.despite.values()]):
        return "A decision must not hold a personal identity number. Write names and roles only."
    return _unbound(said) or _scope(said)


def _missing(said: Decision) -> list[str]:
    """Name the fields that must hold words and do not."""
    needed = {"by": said.by, "role": said.role}
    if said.decision != "stopped":
        needed["minutes"] = said.minutes or ""
    if not said.opens:
        needed["why"] = said.why or ""
    needed |= {f"despite {code}": reason for code, reason in said.despite.items()}
    return [name for name, text in needed.items() if not (isinstance(text, str) and text.strip())]


def _unbound(said: Decision) -> str | None:
    """Say when a decision is not bound to one bundle, its card and its law, or a stop is."""
    bound = (said.bundle, said.card, said.law)
    if said.decision == "stopped":
        return "A stop concerns every bundle; it names none." if any((*bound, said.name)) else None
    if said.name and all(text and len(text) == HEXADECIMAL and set(text) <= set("0123456789abcdef") for text in bound):
        return None
    return "A decision names the bundle, and the SHA-256 of its manifest, of its card and of its law."


def _scope(said: Decision) -> str | None:
    """Say when units, last day, conditions or exceptions do not fit the decision."""
    if not said.opens:
        beyond = said.units or said.expires or said.conditions or said.despite
        return "Only an approval has units, a last day, conditions and exceptions." if beyond else None
    if not said.units or not all(said.units) or len(set(said.units)) < len(said.units):
        return "An approval names the units that may use the bundle, each once."
    if type(said.expires) is not dt.date or said.expires < local_time(said.at).date():
        return "An approval has a last day, which is not before the day of the decision."
    return None
