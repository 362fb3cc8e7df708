"""Here we decide whether a bundle may be used: what stands beside it, what the log says, the signature and the day.

What opens needs everything to agree: the approval beside the bundle, the log where there is one, and the board's key where one
is asked for. What closes needs one of them. So the log wins over an approval that it does not hold.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NoReturn

from features.report import local_time
from triage.chain import Log
from triage.decisions import Approval, Decision
from triage.errors import ApprovalExpired, ClockBehind, LogDoubtful, NotApproved, Revoked, Stopped
from triage.signing import demand_signature
from triage.standing import dated_back, last_word


@dataclass(frozen=True, slots=True)
class Terms:
    """What whoever uses a bundle asks for.

    Attributes
    ----------
    bundle, card : str
        SHA-256 of the manifest and of the card, as they are on the disk.
    key : str, bytes or None
        The board's public key; None asks for no signature.
    on : datetime.date or None
        The day of use; None leaves the day to each report.
    """

    bundle: str
    card: str
    key: str | bytes | None = None
    on: dt.date | None = None


def admit(beside: Approval | None, log: Log | None, terms: Terms) -> Approval:
    """Give the approval under which a bundle may be used.

    Parameters
    ----------
    beside : Approval or None
        What stands beside the bundle.
    log : Log or None
        The log of decisions; None when there is none to look at.
    terms : Terms

    Raises
    ------
    NotApproved
        Or what is below it in `triage.errors`: each says what to do.
    """
    if log is not None:
        _hold_to_the_log(beside, log, terms.bundle)
    if beside is None:
        msg = "No board has approved this bundle. Ask the ethics board, or load it with purpose='evaluation'."
        raise NotApproved(msg)
    if not beside.decision.opens:
        _refuse(beside.decision)
    if (beside.decision.bundle, beside.decision.card) != (terms.bundle, terms.card):
        msg = "approval.json decides on another bundle or another card. Ask the ethics board to decide on this one."
        raise NotApproved(msg)
    if terms.key is not None:
        demand_signature(beside, terms.key)
    if terms.on is not None:
        _hold_to_the_day(beside.decision, log, terms.on)
    return beside


def _hold_to_the_log(beside: Approval | None, log: Log, bundle: str) -> None:
    """Let pass only what a sound log holds as the last word; and what neither knows, which is refused by whoever asked."""
    word = last_word(log, bundle)
    if beside is None and word is None and not log.flaws:
        return
    if beside is not None and not log.lines:
        msg = f"The log is empty or not there, and the approval is line {beside.line.number} of one. Give the board's log."
        raise LogDoubtful(msg)
    flaws = [*log.flaws, *(found for found in dated_back(log) if found.about == (bundle,))]
    if flaws:
        said = " ".join(found.text.en for found in flaws)
        msg = f"The log of decisions does not hold together. {said} Ask the ethics board which decision stands."
        raise LogDoubtful(msg)
    if word is None:
        msg = "The log holds no decision on this bundle. Give the log in which the board wrote it, or ask the ethics board."
        raise NotApproved(msg)
    if not word.decision.opens:
        _refuse(word.decision)
    if beside != word:
        msg = (
            f"approval.json is not the approval in line {word.line.number} of the log, which counts. "
            "Give the same triage approve again: it writes what is missing."
        )
        raise LogDoubtful(msg)


def _hold_to_the_day(decision: Decision, log: Log | None, on: dt.date) -> None:
    """Refuse before the decision was made and after its last day; no line of the log may be later than the day."""
    if decision.expires is None or on > decision.expires:
        msg = f"The approval ended on {decision.expires}. Ask the ethics board for a new decision."
        raise ApprovalExpired(msg)
    days = [decision.at, *(line.said.at for line in (log.lines if log else ()))]
    latest = max(local_time(at).date() for at in days)
    if on < latest:
        msg = f"Something was decided on {latest}, after the day {on} that was given. Set the clock of this machine right."
        raise ClockBehind(msg)


def _refuse(decision: Decision) -> NoReturn:
    """Say that a bundle was closed, by whom, when, and what to do."""
    day = local_time(decision.at).date()
    who = f"{decision.by} ({decision.role})"
    if decision.decision == "stopped":
        msg = f"Every model was stopped on {day} by {who}. Ask the ethics board to decide on this bundle again."
        raise Stopped(msg)
    if decision.decision == "revoked":
        msg = f"The approval was revoked on {day} by {who}. Ask the ethics board, or use another bundle."
        raise Revoked(msg)
    msg = f"The bundle was refused on {day} by {who}. Ask the ethics board what it would need, or use another bundle."
    raise NotApproved(msg)
