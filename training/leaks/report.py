"""Here we hold what a whole audit found, as an object, a frame and plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from training.leaks.findings import Finding, LeakVerdict

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LeakReport:
    """What a leak audit found.

    Attributes
    ----------
    rows, labelled, entities : int
        Rows of the table, those with a known outcome, and whom they are about.
    features, skipped : tuple of str
        Columns that were audited, and columns that were not because they are no numbers and play no part.
    events : mapping of str to int
        Rows per event table.
    horizon_days : float or None
    end : str
        The data's end, ISO 8601.
    end_given : bool
        Whether it was given, or is the last moment at which anything was known.
    seed : int
    findings : tuple of Finding
        In the order of the checks.
    """

    rows: int
    labelled: int
    entities: int
    features: tuple[str, ...]
    skipped: tuple[str, ...]
    events: Mapping[str, int]
    horizon_days: float | None
    end: str
    end_given: bool
    seed: int
    findings: tuple[Finding, ...] = field(repr=False)

    def of(self, verdict: LeakVerdict) -> tuple[Finding, ...]:
        """Give the findings of one verdict."""
        return tuple(finding for finding in self.findings if finding.verdict is verdict)

    @property
    def leaks(self) -> tuple[Finding, ...]:
        """Give what leaks."""
        return self.of(LeakVerdict.LEAK)

    @property
    def leaking_columns(self) -> tuple[str, ...]:
        """Name the columns that leak, sorted."""
        return tuple(sorted({finding.column for finding in self.leaks if finding.column is not None}))

    @property
    def verdict(self) -> LeakVerdict:
        """Give the worst that was found: a leak, then what cannot be told."""
        found = {finding.verdict for finding in self.findings}
        return next((verdict for verdict in LeakVerdict if verdict in found), LeakVerdict.CANNOT_TELL)

    def frame(self) -> pd.DataFrame:
        """Give one row per finding: code, verdict, column, rows, of, what was seen (English)."""
        import pandas as pd

        rows = [(f.code, f.verdict.value, f.column, f.rows, f.of, f.said.en) for f in self.findings]
        return pd.DataFrame(rows, columns=["code", "verdict", "column", "rows", "of", "said"])

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data, for JSON and the page alike."""
        return {
            "verdict": self.verdict.value,
            "rows": self.rows,
            "labelled": self.labelled,
            "entities": self.entities,
            "features": list(self.features),
            "skipped": list(self.skipped),
            "events": dict(self.events),
            "horizon_days": self.horizon_days,
            "end": self.end,
            "end_given": self.end_given,
            "seed": self.seed,
            "leaking_columns": list(self.leaking_columns),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def __repr__(self) -> str:
        """Say what was found and what to do next."""
        counts = ", ".join(f"{verdict.value} {len(self.of(verdict))}" for verdict in LeakVerdict)
        return f"LeakReport({self.rows} rows, {len(self.features)} features; {counts}; see .frame() or .leaks)"
