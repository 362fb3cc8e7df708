"""Here we re-run history under the law of another date, and say which answers change and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from features.cases import Cases
from features.event_codes import EventKind
from features.report import local_time
from triage.columns import NOT_IN_FORCE, NOT_MET
from triage.guidance import add_months
from triage.law import Law, Provision
from triage.rules import DUE
from triage.rulings import VERDICTS, Rulings, rule_all

if TYPE_CHECKING:
    import pandas as pd

NAMES = {NOT_IN_FORCE: "not_in_force"} | {mark: verdict.value for mark, verdict in VERDICTS.items()}

NO_LAST_DAY = "–"
_STARTED_BY = {EventKind.SCREENING_DECIDED.value: "feedback", EventKind.FOLLOW_UP_STARTED.value: "follow_up"}


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that another law would have given otherwise.

    Attributes
    ----------
    report_id, child_id : str
        The report is empty where a follow-up names none.
    received : datetime.date
        For feedback and follow-up the day that started them: the decision, the start of the follow-up.
    code : str
        The rule or the duty whose last day moves.
    was, would_be : str
        Verdicts, or days; a dash where the law sets no last day.
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
        """Why the answer changes, in both languages: both paragraphs, and what the newer one changed."""
        before = "–" if self.before is None else self.before.citation.reference
        after = "–" if self.after is None else self.after.citation.reference
        said = {"sv": f"{before} → {after}", "en": f"{before} → {after}"}
        newer = self.after
        if self.before and newer and self.before.citation.in_force_from > newer.citation.in_force_from:
            newer = self.before
        if newer is not None and newer.changed is not None:
            return {name: f"{text}. {newer.changed.say(name)}" for name, text in said.items()}
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
            note(row, f"{duty}:due", str(then.due[duty][row]), str(now.due[duty][row]), DUE[duty])
    asked = ids[(np.maximum(then.of("feedback"), now.of("feedback")) > NOT_MET) & compared]
    found += _started_later(cases, law, there, {(report, child) for report, child in asked})
    found.sort(key=lambda change: (change.code, change.received, change.report_id, change.child_id))
    return Replay(on, len(ids), int(then.outside.sum()), tuple(found))


def _moved(then: Rulings, now: Rulings, duty: str, compared: np.ndarray) -> np.ndarray:
    """Give the reports whose last day moves; a duty that appears or goes is a change of its verdict."""
    both = ~np.isnat(then.due[duty]) & ~np.isnat(now.due[duty])
    return np.flatnonzero(both & compared & (then.due[duty] != now.due[duty]))


def _started_later(
    cases: Cases, law: Law, there: Mapping[str, Provision], asked: set[tuple[str, str]]
) -> Iterator[Change]:
    """Give the feedbacks and follow-ups whose last day moves: those that a decision or a start sets going."""
    events = cases.frame("events")
    events = events[events["kind"].isin(list(_STARTED_BY)) & events["withdrawn_at"].isna()].sort_values("happened_at")
    decided: set[tuple[str, str]] = set()
    for row in events[["kind", "report_id", "child_id", "happened_at"]].itertuples(index=False, name=None):
        kind, report, child, moment = row
        duty, started = _STARTED_BY[kind], local_time(moment).date()
        if duty == "feedback":
            if (report, child) not in asked or (report, child) in decided:
                continue
            decided.add((report, child))
        if started < law.begins:
            continue
        before, after = law.at(started).provisions.get(duty), there.get(duty)
        was, would_be = _last_day(before, started), _last_day(after, started)
        if was != would_be:
            name = report if isinstance(report, str) else ""
            yield Change(name, child, started, f"{duty}:due", was, would_be, before, after)


def _last_day(provision: Provision | None, started: dt.date) -> str:
    """Give the last day that a provision sets; a dash where it sets none."""
    values: Mapping[str, int] = {} if provision is None else provision.values
    if "days" in values:
        return str(started + dt.timedelta(days=values["days"]))
    return str(add_months(started, values["months"])) if "months" in values else NO_LAST_DAY
