"""Here we hold the practitioner's ordering table: which of two cases must come first, why, and who signed that."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from training.probes.vignettes import Situation, Vignette
from triage.words import Text

Relation = Literal["before", "not_after"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cases, how they stand to each other, and why."""

    first: Situation
    second: Situation
    relation: Relation
    why: Text


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed which content, and when."""

    by: str
    on: dt.date
    digest: str


@dataclass(frozen=True)
class OrderingTable:
    """A table as read.

    Attributes
    ----------
    version : str
    vignettes : tuple of Vignette
    pairs : tuple of Pair
    digest : str
        SHA-256 of everything but the signature.
    signature : Signature or None
    """

    version: str
    vignettes: tuple[Vignette, ...]
    pairs: tuple[Pair, ...]
    digest: str
    signature: Signature | None

    @property
    def signed(self) -> bool:
        """Whether a practitioner signed exactly this content."""
        return self.signature is not None and self.signature.digest == self.digest

    @property
    def standing(self) -> Text:
        """Say who stands behind the table."""
        if self.signature is None:
            return Text(
                f"Tabellen (version {self.version}) är ett utkast; ingen yrkesverksam har skrivit under den.",
                f"The table (version {self.version}) is a draft, not signed by a practitioner.",
            )
        by, on = self.signature.by, self.signature.on.isoformat()
        if not self.signed:
            return Text(
                f"Tabellen (version {self.version}) har ändrats sedan {by} skrev under den {on}.",
                f"The table (version {self.version}) was changed after {by} signed it on {on}.",
            )
        return Text(
            f"Tabellen (version {self.version}) är underskriven av {by} {on}.",
            f"The table (version {self.version}) was signed by {by} on {on}.",
        )

    @property
    def every_age(self) -> tuple[Vignette, ...]:
        """The vignettes that could be about a child of any age."""
        return tuple(vignette for vignette in self.vignettes if vignette.every_age)

    @property
    def situations(self) -> tuple[Situation, ...]:
        """What the pairs compare, each once, in order."""
        return tuple(dict.fromkeys(one for pair in self.pairs for one in (pair.first, pair.second)))

    def to_dict(self) -> dict[str, Any]:
        """Give the table's standing as plain data."""
        return {
            "version": self.version,
            "pairs": len(self.pairs),
            "digest": self.digest,
            "signed": self.signed,
            "signed_by": None if self.signature is None else self.signature.by,
            "signed_on": None if self.signature is None else self.signature.on.isoformat(),
            "standing": self.standing.to_dict(),
        }
