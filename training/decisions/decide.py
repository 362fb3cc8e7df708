"""Here we write a board's decision down: in the log, beside the bundle, and in MLflow, in that order.

The log is written first and wins: a process killed afterwards leaves a bundle that does not load for use, and the same decision
given again writes what is missing and no second line. A decision that opens is refused where anything is in doubt; one that
closes never is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.registry.alias_log import READERS
from training.registry.alias_moves import remembered
from training.registry.decided_versions import registered, write_tags
from training.registry.store import Store
from triage.bundle import MANIFEST, load_bundle, read_approval, read_card, write_approval
from triage.chain import Log
from triage.decisions import KIND, Approval, Decided, Decision, approvals_on
from triage.errors import DecisionRefused, NotApproved
from triage.log_file import alone, append, read_log
from triage.signing import sign
from triage.standing import last_word

VERDICTS = ("passed", "failed", "cannot_tell", "not_examined")
LEAST = 8
"""How many digits of a bundle's SHA-256 name it."""


@dataclass(frozen=True, slots=True)
class Key:
    """The private key that a board signs with, as PEM, and its password."""

    pem: bytes
    password: bytes | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A decision that was written down.

    Attributes
    ----------
    approval : Approval
        With its line in the log.
    version : str or None
        The version in MLflow that is tagged with it.
    again : bool
        Whether the log held it already, so that only what was missing was written.
    """

    approval: Approval
    version: str | None
    again: bool

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {**self.approval.to_dict(), "version": self.version, "again": self.again}


def names_of(bundle: Path) -> dict[str, str]:
    """Give what binds a decision to a bundle: its digest, its card's, its name and its law; every file is checked."""
    loaded = load_bundle(bundle, purpose="evaluation")
    card = hashlib.sha256((bundle / "card.json").read_bytes()).hexdigest()
    facts = loaded.facts
    return {"bundle": loaded.digest, "card": card, "name": facts.name, "law": facts.law_fingerprint}


def names_in(log: Path, bundle: str) -> dict[str, str]:
    """Give what binds a decision to a bundle that the log knows, by its folder or the first digits of its SHA-256.

    Nothing of the bundle is opened, so that what was altered can be closed as well.

    Raises
    ------
    DecisionRefused
        When the log knows no such bundle, or more than one.
    """
    wanted = _digests(bundle)
    known = {one.decision.bundle: one.decision for one in approvals_on(read_log(log, READERS)) if one.decision.bundle}
    found = [one for digest, one in known.items() if any(digest.startswith(start) for start in wanted)]
    if len(found) != 1:
        there = ", ".join(digest[:12] for digest in known) or "none"
        what = "no bundle" if not found else "more than one bundle"
        msg = f"The log knows {what} by {Path(bundle).name!r}; it knows: {there}. A new bundle is refused, not revoked."
        raise DecisionRefused(msg)
    names = {name: getattr(found[0], name) for name in ("bundle", "card", "name", "law")}
    return {name: str(value) for name, value in names.items()}


def _digests(bundle: str) -> list[str]:
    """Give what a bundle may be called in the log."""
    folder = Path(bundle)
    if not folder.is_dir():
        return [bundle.lower()] if len(bundle) >= LEAST else []
    digests = [hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()] if (folder / MANIFEST).is_file() else []
    beside = _beside(folder)
    return digests + ([beside.decision.bundle] if beside and beside.decision.bundle else [])


def unmet(card: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the codes of the mandatory checks that a card has not passed.

    Raises
    ------
    DecisionRefused
        When the card lists its checks in another shape than ``code``, ``mandatory`` and ``verdict``.
    """
    checks = card.get("checks")
    if not isinstance(checks, list) or not checks or not all(_is_check(check) for check in checks):
        allowed = ", ".join(VERDICTS)
        msg = f"The card lists no checks with code, mandatory (true or false) and verdict ({allowed}). Make the card again."
        raise DecisionRefused(msg)
    return tuple(check["code"] for check in checks if check["mandatory"] and check["verdict"] != "passed")


def _is_check(check: object) -> bool:
    """Tell whether a part of a card is a check."""
    return (
        isinstance(check, dict)
        and isinstance(check.get("code"), str)
        and isinstance(check.get("mandatory"), bool)
        and check.get("verdict") in VERDICTS
    )


def hold_to_the_bundle(decision: Decision, bundle: Path) -> None:
    """Let an approval pass only on the bundle that it names, with a reason for each mandatory check that is not passed.

    Raises
    ------
    DecisionRefused
        Also for a unit that the bundle was not trained on.
    BundleBroken
        When a file of the bundle was altered.
    """
    names = names_of(bundle)
    if any(getattr(decision, name) != value for name, value in names.items()):
        msg = f"The decision is on another bundle than {bundle.name}, or on another card. Decide on what is there."
        raise DecisionRefused(msg)
    open_checks = unmet(read_card(bundle))
    unanswered = [code for code in open_checks if code not in decision.despite]
    if unanswered:
        asked = " ".join(f'--despite {code}="…"' for code in unanswered)
        msg = f"The card has not passed: {', '.join(unanswered)}. Refuse, or write the reason for each: {asked}"
        raise DecisionRefused(msg)
    beside_the_point = [code for code in decision.despite if code not in open_checks]
    if beside_the_point:
        asked = ", ".join(open_checks) or "none"
        msg = f"No reason is asked for {', '.join(beside_the_point)}; mandatory checks that are not passed: {asked}."
        raise DecisionRefused(msg)
    trained = load_bundle(bundle, purpose="evaluation").facts.units
    strangers = [unit for unit in decision.units if unit not in trained]
    if strangers:
        msg = f"The bundle was not trained on {', '.join(strangers)}. Its units: {', '.join(trained)}."
        raise DecisionRefused(msg)


def decide(
    decision: Decision, log: Path, *, bundle: Path | None = None, store: Store | None = None, key: Key | None = None
) -> Written:
    """Write a decision down.

    Parameters
    ----------
    decision : Decision
    log : Path
        Made when it is not there; a stop needs one that is looked at.
    bundle : Path, optional
        The bundle's folder; only what closes it can do without.
    store : Store, optional
        Where the bundle is registered: its version is tagged, and the alias ``champion`` moves to it or is withdrawn.
    key : Key, optional

    Returns
    -------
    Written

    Raises
    ------
    DecisionRefused
        Nothing has been written then.
    """
    if decision.decision == "stopped" and not log.exists():
        msg = f"There is no {log.name} here, so nothing looks at it. Give the log that the models were loaded with: --log."
        raise DecisionRefused(msg)
    folder = bundle if bundle is not None and bundle.is_dir() else None
    if decision.opens:
        _hold_to_what_is_there(decision, folder, store)
    signature = None if key is None else sign(decision, key.pem, key.password)
    with alone(log):
        beside = None if folder is None else _beside(folder)
        heads = [beside.line if beside else None, remembered(store) if store else None]
        held = read_log(log, READERS, heads)
        if decision.opens:
            _hold_to_the_log(decision, held)
        found = _found(held, decision, key)
        approval = found or _appended(log, held, decision, signature)
        if folder is not None and decision.bundle is not None:
            write_approval(folder, approval)
    version = None if store is None else write_tags(store, approval)
    return Written(approval, version, found is not None)


def _hold_to_what_is_there(decision: Decision, folder: Path | None, store: Store | None) -> None:
    """Refuse to open what is not there, not as decided on, or not registered."""
    if folder is None:
        msg = "There is no such bundle to approve. Give its folder."
        raise DecisionRefused(msg)
    hold_to_the_bundle(decision, folder)
    if store is not None:
        registered(store, decision.bundle or "")


def _beside(folder: Path) -> Approval | None:
    """Read what stands beside a bundle; what cannot be read is written anew."""
    try:
        return read_approval(folder)
    except NotApproved:
        return None


def _hold_to_the_log(decision: Decision, held: Log) -> None:
    """Refuse to open anything on a log that is in doubt, or before its last line."""
    if held.flaws:
        msg = f"The log does not hold together: {' '.join(flaw.text.en for flaw in held.flaws)} Find out who changed it first."
        raise DecisionRefused(msg)
    latest = max((line.said.at for line in held.lines), default=decision.at)
    if decision.at < latest:
        msg = f"The log goes on to {latest.isoformat()}, after this decision. Set the clock right, or leave --when out."
        raise DecisionRefused(msg)


def _found(held: Log, decision: Decision, key: Key | None) -> Approval | None:
    """Find the decision as the last word in the log: then it was written before, and not finished."""
    word = last_word(held, decision.bundle) if decision.bundle else next(iter(approvals_on(held)[::-1]), None)
    if word is None or not word.decision.same(decision):
        return None
    signature = None if key is None else sign(word.decision, key.pem, key.password)
    return word if word.signature == signature else None


def _appended(log: Path, held: Log, decision: Decision, signature: str | None) -> Approval:
    """Write the decision's line."""
    line = append(log, held, KIND, Decided(decision, signature))
    return Approval(decision, line.head, signature)
