"""Here we print what a board decided, and what was in use on a day, in the language that was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Console

from training.decisions.decide import Written
from training.decisions.live import InUse
from training.words import Words
from triage.decisions import Approval, Decision
from triage.standing import Period

TABLE = "decisions.toml"
SHORT = 12
"""How many digits of a hash are printed; a program is given all of them."""


def show_written(console: Console, written: Written, language: str) -> None:
    """Print a decision as it was written down, and the line that belongs in the minutes."""
    words, approval = Words.read(language, TABLE), written.approval
    _head(console, words(f"decision.{approval.decision.decision}"))
    _print(console, _decision(approval, words))
    line = approval.line
    said = [words("line.head", number=line.number, digest=line.digest)]
    said += [words("line.version", version=written.version)] if written.version else []
    said += [words("line.again")] if written.again else []
    said += [] if approval.decision.opens else [words("line.reach")]
    _print(console, said)


def show_in_use(console: Console, found: InUse, language: str) -> None:
    """Print what was in use on a day; what is wrong with the log comes last and is not overlooked."""
    words = Words.read(language, TABLE)
    _head(console, words("live.title", on=found.on))
    _print(console, [words("live.law", since=found.law_since, fingerprint=found.law[:SHORT])])
    for period in found.periods:
        _print(console, _period(period, found.law, words))
    _print(console, [*_several(found, words), *_served(found, words)])
    if found.flaws:
        _head(console, words("live.flaws"))
        _print(console, [flaw.text.say(language) for flaw in found.flaws])
    elif found.head is None:
        _print(console, [words("live.empty")])
    else:
        _print(console, [words("live.sound", lines=found.lines, number=found.head.number, digest=found.head.digest)])


def _decision(approval: Approval, words: Words) -> Iterator[str]:
    """Say who decided what, when, where it is recorded, and on which terms."""
    decision = approval.decision
    yield words("line.by", by=decision.by, role=decision.role, at=words.time(decision.at))
    if decision.minutes:
        yield words("line.minutes", minutes=decision.minutes)
    if decision.why:
        yield words("line.why", why=decision.why)
    if decision.bundle:
        yield words("line.bundle", **_names(decision))
    if decision.opens:
        yield words("line.units", units=", ".join(decision.units), expires=decision.expires)
    for condition in decision.conditions:
        yield words("line.condition", condition=condition)
    for code, reason in decision.despite.items():
        yield words("line.despite", code=code, reason=reason)
    yield words("line.signed" if approval.signature else "line.unsigned")


def _names(decision: Decision) -> dict[str, str]:
    """Give the names of a bundle, its card and its law, short enough to read."""
    hashes = {"bundle": decision.bundle, "card": decision.card, "law": decision.law}
    return {"name": decision.name or "", **{name: (value or "")[:SHORT] for name, value in hashes.items()}}


def _period(period: Period, law: str, words: Words) -> Iterator[str]:
    """Say from when to when a bundle was approved, by whom, and what ended it."""
    since, until = words.time(period.since), words.time(period.until)
    yield words("live.span", since=since, until=until, ended=words(f"ended.{period.ended}"))
    yield from _decision(period.approval, words)
    if period.approval.decision.law != law:
        yield words("live.other_law")


def _several(found: InUse, words: Words) -> Iterator[str]:
    """Say where nothing was approved, and where more than one bundle was."""
    if not found.periods:
        yield words("live.none")
    bundles = {(period.approval.decision.bundle, unit) for period in found.periods for unit in _units(period)}
    for unit, times in sorted(Counter(unit for _, unit in bundles).items()):
        if times > 1:
            yield words("live.two", unit=unit)


def _units(period: Period) -> tuple[str, ...]:
    """Give the units that a period is for."""
    return period.approval.decision.units


def _served(found: InUse, words: Words) -> Iterator[str]:
    """Say which version ``champion`` stood on, and where that was not approved."""
    approved = {period.approval.decision.bundle for period in found.periods}
    for live in found.served:
        yield words("live.served", version=live.version, bundle=live.bundle[:SHORT], since=words.time(live.since))
        if live.bundle not in approved:
            yield words("live.served_unapproved")


def _head(console: Console, text: str) -> None:
    """Print a heading."""
    console.print(f"\n{text}", style="bold", markup=False, highlight=False)


def _print(console: Console, lines: Iterator[str] | list[str]) -> None:
    """Print lines as they are."""
    for line in lines:
        console.print(f"· {line}", markup=False, highlight=False, soft_wrap=True)
