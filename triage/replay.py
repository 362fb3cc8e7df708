"""Here we re-run history under the law of another date, and say which answers change and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from features.cases import Cases
from triage.columns import NOT_IN_FORCE
from triage.law import Law, Provision
from triage.rulings import VERDICTS, Rulings, rule_all

if TYPE_CHECKING:
    import pandas as pd

NAMES = {NOT_IN_FORCE: "not_in_force"} | {mark: verdict.value for mark, verdict in VERDICTS.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that another law would have given otherwise.

    Attributes
    ----------
    report_id, child_id : str
    received : datetime.date
    code : str
        The rule or the duty whose last day moves.
    was, would_be : str
        Verdicts, or days.
    before, after : Provision or None
        The provision as it stood, and as the other date has it.
    """

    report_id: str
    child_id: str
    received: dt.date
    code: str
    was: str
    would_be: str
    before: Provision | None
    after: Provision | None

    @property
    def why(self) -> Mapping[str, str]:
        """Why the answer changes, in both languages."""
        before = "–" if self.before is None else self.before.citation.reference
        after = "–" if self.after is None else self.after.citation.reference
        said = {"sv": f"{before} → {after}", "en": f"{before} → {after}"}
        if self.after is not None and self.after.changed is not None:
            return {name: f"{text}. {self.after.changed.say(name)}" for name, text in said.items()}
        return said

    def to_dict(self) -> dict[str, Any]:
        """Give the change as plain data."""
        return {
            "report_id": self.report_id,
            "child_id": self.child_id,
            "received": self.received.isoformat(),
            "code": self.code,
            "was": self.was,
            "would_be": self.would_be,
            "why": dict(self.why),
        }


@dataclass(frozen=True)
class Replay:
    """History under another law.

    Attributes
    ----------
    on : datetime.date
        Whose law was applied to everything.
    reports : int
        How many were re-run.
    outside : int
        How many were received before the first law and could not be compared.
    changes : tuple of Change
    """

    on: dt.date
    reports: int
    outside: int
    changes: tuple[Change, ...]

    def counts(self) -> dict[str, dict[str, int]]:
        """Count the changes per rule and kind of change."""
        found: dict[str, Counter[str]] = {}
        for change in self.changes:
            kind = "last day moves" if change.code.endswith(":due") else f"{change.was} → {change.would_be}"
            found.setdefault(change.code, Counter())[kind] += 1
        return {code: dict(sorted(kinds.items())) for code, kinds in sorted(found.items())}

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data."""
        return {
            "law": self.on.isoformat(),
            "reports": self.reports,
            "outside": self.outside,
            "counts": self.counts(),
            "changes": [change.to_dict() for change in self.changes],
        }

    def frame(self) -> pd.DataFrame:
        """Give the changes as a frame."""
        import pandas as pd

        return pd.DataFrame([change.to_dict() for change in self.changes])


def replay(cases: Cases, law: Law, on: dt.date) -> Replay:
    """Re-run all sound reports under the law of ``on``.

    Raises
    ------
    BeforeTheLaw
        When ``on`` lies before the first law.
    """
    there = law.at(on).provisions
    then, now = rule_all(cases, law), rule_all(cases, law, on=on)
    ids = cases.frame("reports")[["report_id", "child_id"]].to_numpy()
    found: list[Change] = []

    def note(row: int, code: str, was: str, would_be: str, provision: str) -> None:
        received = then.received[row].item()
        before = law.at(received).provisions.get(provision)
        report, child = ids[row]
        found.append(Change(report, child, received, code, was, would_be, before, there.get(provision)))

    compared = ~then.outside
    for row, column in np.argwhere((then.verdicts != now.verdicts) & compared[:, None]):
        code = then.codes[column]
        note(row, code, NAMES[then.verdicts[row, column]], NAMES[now.verdicts[row, column]], code)
    for duty in then.due:
        for row in _moved(then, now, duty, compared):
            note(row, f"{duty}:due", str(then.due[duty][row]), str(now.due[duty][row]), duty)
    found.sort(key=lambda change: (change.code, change.received, change.report_id, change.child_id))
    return Replay(on, len(ids), int(then.outside.sum()), tuple(found))


def _moved(then: Rulings, now: Rulings, duty: str, compared: np.ndarray) -> np.ndarray:
    """Give the reports whose last day moves; a duty that appears or goes is a change of its verdict."""
    both = ~np.isnat(then.due[duty]) & ~np.isnat(now.due[duty])
    return np.flatnonzero(both & compared & (then.due[duty] != now.due[duty]))
