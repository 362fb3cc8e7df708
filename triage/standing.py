"""Here we say what a log leaves in force: the last word on a bundle, and when each bundle was approved for use.

What closes counts from its place in the log, whatever its date. What opens counts only when it is dated no earlier than every
decision on the bundle before it: an old approval, signed or not, that is written again after a later decision opens nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from features.report import local_time
from triage.chain import Flaw, Log, flaw
from triage.decisions import Approval, Decision, approvals_on
from triage.words import Text

Ended = Literal["refused", "revoked", "stopped", "expired", "renewed"]
WORDS = {
    "dated_back": Text(
        "Rad {line} godkänner {bundle} med ett datum före ett beslut som redan stod i loggen: godkännandet gäller inte.",
        "Line {line} approves {bundle} with a date before a decision that stood in the log: the approval does not count.",
    ),
}


@dataclass(frozen=True, slots=True)
class Period:
    """One bundle while it was approved for use, from ``since`` to just before ``until``.

    Attributes
    ----------
    approval : Approval
        The decision, with its line in the log.
    since : datetime.datetime
    until : datetime.datetime
        When it ended, or the end of its last day.
    ended : {"refused", "revoked", "stopped", "expired", "renewed"}
        What ends it; a period whose last day is still to come ends by expiring unless something is decided before.
    by : Decision or None
        The decision that ended it; None where it expires.
    """

    approval: Approval
    since: dt.datetime
    until: dt.datetime
    ended: Ended
    by: Decision | None

    def to_dict(self) -> dict[str, Any]:
        """Give the period as plain data."""
        return {
            **self.approval.to_dict(),
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "ended": self.ended,
            "ended_by": self.by and self.by.to_dict(),
        }


def last_word(log: Log, bundle: str) -> Approval | None:
    """Give the last decision on a bundle that counts, a stop included; None when nobody has decided."""
    ignored = {found.line for found in dated_back(log)}
    counts = [one for one in approvals_on(log, bundle) if one.line.number not in ignored]
    return counts[-1] if counts else None


def dated_back(log: Log) -> Iterator[Flaw]:
    """Find approvals that are dated before a decision on the same bundle that stands earlier in the log."""
    decided = approvals_on(log)
    for place, one in enumerate(decided):
        decision, bundle = one.decision, one.decision.bundle or ""
        before = [earlier.decision for earlier in decided[:place] if earlier.decision.concerns(bundle)]
        if decision.opens and any(decision.at < earlier.at for earlier in before):
            yield replace(flaw(WORDS, "dated_back", one.line.number, bundle=bundle[:12]), about=(bundle,))


def periods(log: Log) -> tuple[Period, ...]:
    """Give every period in which a bundle was approved for use, in the order of their decisions."""
    ignored = {found.line for found in dated_back(log)}
    counts = [one for one in approvals_on(log) if one.line.number not in ignored]
    made, now = [], dt.datetime.min.replace(tzinfo=dt.UTC)
    for place, one in enumerate(counts):
        now = max(now, one.decision.at)
        if one.decision.opens:
            made.append(_period(one, now, [later.decision for later in counts[place + 1 :]]))
    return tuple(made)


def approved_on(log: Log, day: dt.date) -> tuple[Period, ...]:
    """Give every period that covers some time of a Swedish day, also one that ended as soon as it began."""
    start, end = midnight(day), midnight(day + dt.timedelta(1))
    return tuple(one for one in periods(log) if one.since < end and (one.until > start or one.since >= start))


def midnight(day: dt.date) -> dt.datetime:
    """Give the moment at which a Swedish day begins, in UTC."""
    zone = local_time(dt.datetime.combine(day, dt.time.min, dt.UTC)).tzinfo
    return dt.datetime.combine(day, dt.time.min, zone).astimezone(dt.UTC)


def _period(approval: Approval, since: dt.datetime, later: list[Decision]) -> Period:
    """Give the period that an approval opens: it ends with its last day, or with the next decision on its bundle."""
    decision, now = approval.decision, since
    assert decision.expires is not None, "an approval has a last day"
    expiry = midnight(decision.expires + dt.timedelta(1))
    for one in later:
        now = max(now, one.at)
        if one.concerns(decision.bundle or ""):
            if now >= expiry:
                break
            ended: Ended = "renewed" if one.decision == "approved" else one.decision
            return Period(approval, since, now, ended, one)
    return Period(approval, since, expiry, "expired", None)
