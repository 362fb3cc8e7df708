"""Here we read the arguments of a board's decisions: approve, refuse, revoke, stop, and what was live on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from training import run as do
from training.cli import shared
from training.cli.shared import AsJson, InLanguage, Language
from training.decisions.decide import Key, Written, decide, names_in, names_of
from training.decisions.live import in_use
from training.registry.store import Store
from training.terminal.decisions import show_in_use, show_written
from triage.decisions import Decision, Verb
from triage.errors import DecisionRefused
from triage.law import load_law
from triage.log_file import LOG

TAMPERED = 10
BundleFolder = Annotated[Path, typer.Argument(help="The bundle's folder.")]
Known = Annotated[
    str, typer.Argument(help="The bundle's folder, or the first digits of its SHA-256 as the log has it.")
]
By = Annotated[str, typer.Option(help="Who decided.")]
Role = Annotated[str, typer.Option(help="As what: ethics board, head of unit …")]
Minutes = Annotated[str, typer.Option(help="Where the decision is recorded.")]
Why = Annotated[str, typer.Option(help="The reason.")]
When = Annotated[str | None, typer.Option(help="When it was decided, ISO 8601 with offset; now when left out.")]
Log = Annotated[Path | None, typer.Option(help=f"The log; {LOG} in a shared store or beside the bundle when left out.")]
LogHere = Annotated[Path, typer.Option(help="The log.")]
InStore = Annotated[
    str | None,
    typer.Option("--store", help="MLflow: a folder or a server's address. Tags the version, moves champion."),
]
KeyFile = Annotated[
    Path | None, typer.Option("--key", help="The board's private Ed25519 key (PEM): signs the decision.")
]


def approve(
    bundle: BundleFolder,
    by: By,
    role: Role,
    minutes: Minutes,
    unit: Annotated[list[str], typer.Option(help="A unit that may use it; once per unit.")],
    expires: Annotated[str, typer.Option(help="The last day, YYYY-MM-DD.")],
    condition: Annotated[list[str] | None, typer.Option(help="What is asked of those who use it.")] = None,
    despite: Annotated[
        list[str] | None, typer.Option(help='CODE="reason" for a mandatory check that the card has not passed.')
    ] = None,
    why: Annotated[str | None, typer.Option(help="The reason.")] = None,
    when: When = None,
    log: Log = None,
    store: InStore = None,
    key: KeyFile = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Approve a bundle for use, as it is, with its card as it is.

    Needs a card that has passed its mandatory checks, or a reason for each that it has not. The decision stands in the log,
    beside the bundle and in MLflow; a changed byte of bundle or card voids it. Exit code 9 when it cannot be written.
    """
    scope = {"units": tuple(unit), "expires": _day(expires, "--expires"), "conditions": tuple(condition or ())}
    said = {"by": by, "role": role, "minutes": minutes, "why": why, "despite": _reasons(despite or [])}
    decision = _decision("approved", when, **said, **scope, **names_of(bundle))
    _write(decision, _place(log, store, do.log_beside(bundle)), bundle, store, key, as_json, lang)


def refuse(
    bundle: BundleFolder,
    by: By,
    role: Role,
    minutes: Minutes,
    why: Why,
    when: When = None,
    log: Log = None,
    store: InStore = None,
    key: KeyFile = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Refuse a bundle: it does not load for use. An approval that it had ends."""
    decision = _decision("refused", when, by=by, role=role, minutes=minutes, why=why, **names_of(bundle))
    _write(decision, _place(log, store, do.log_beside(bundle)), bundle, store, key, as_json, lang)


def revoke(
    bundle: Known,
    by: By,
    role: Role,
    minutes: Minutes,
    why: Why,
    when: When = None,
    log: Log = None,
    store: InStore = None,
    key: KeyFile = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Take an approval back, also of a bundle that was altered or is gone.

    Whatever was loaded with the log refuses to score from the next report on; rules run all the same.
    """
    folder = Path(bundle)
    place = _place(log, store, do.log_beside(folder) if folder.is_dir() else Path(LOG))
    names = names_in(place, bundle)
    decision = _decision("revoked", when, by=by, role=role, minutes=minutes, why=why, **names)
    _write(decision, place, folder, store, key, as_json, lang)


def stop(
    by: By,
    role: Role,
    why: Why,
    minutes: Annotated[str | None, typer.Option(help="Where it is recorded, if it is yet.")] = None,
    when: When = None,
    log: LogHere = Path(LOG),
    store: InStore = None,
    key: KeyFile = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Take every model out of use at once; each needs a new approval to come back.

    Whatever was loaded with the log refuses to score from the next report on; rules run all the same.
    """
    decision = _decision("stopped", when, by=by, role=role, minutes=minutes, why=why)
    _write(decision, log, None, store, key, as_json, lang)


def live(
    on: Annotated[str, typer.Option("--on", help="The day, YYYY-MM-DD.")],
    log: LogHere = Path(LOG),
    store: InStore = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Show which bundle, card and law were in use on a day, decided by whom.

    Every line of the log that was changed, removed or put elsewhere is named; exit code 10 then.
    """
    found = in_use(log, _day(on, "--on"), load_law(), _store(store, log))
    shared.show(as_json, found.to_dict(), lambda: show_in_use(shared.out, found, lang.value))
    if found.flaws:
        raise typer.Exit(TAMPERED)


WHO = "--by Etiknämnden --role 'ethics board' --minutes 2026/7"
EXAMPLES: dict[Callable[..., None], str] = {
    approve: f"triage approve run1/bundle {WHO} --unit north --expires 2027-06-30",
    refuse: f"triage refuse run1/bundle {WHO} --why 'The audit found a gap.'",
    revoke: f"triage revoke run1/bundle {WHO} --why 'The monitors show drift.'",
    stop: "triage stop --by 'A. Ek' --role 'head of unit' --why 'The queue looks wrong.' --log run1/decisions.jsonl",
    live: "triage live --on 2026-03-01 --log run1/decisions.jsonl --lang en",
}
"""The verbs with their examples."""


def register(app: typer.Typer) -> None:
    """Add the verbs to the command."""
    for verb, example in EXAMPLES.items():
        app.command(verb.__name__, epilog=f"Example: {example}")(verb)


def _decision(verb: Verb, when: str | None, **said: Any) -> Decision:
    """Make a decision of what was said, dated when it was made or now."""
    now = shared.moment(None)
    at = now if when is None else shared.moment(when, "--when")
    if at > now:
        msg = f"{at.isoformat()} is still to come. Leave --when out, or set the clock right."
        raise DecisionRefused(msg)
    try:
        return Decision(decision=verb, at=at, **said)
    except ValueError as problem:
        raise DecisionRefused(str(problem)) from None


def _write(
    decision: Decision,
    log: Path,
    bundle: Path | None,
    store: str | None,
    key: Path | None,
    as_json: bool,
    lang: Language,
) -> None:
    """Write a decision down and print it."""
    written: Written = decide(decision, log, bundle=bundle, store=_store(store, log), key=_key(key))
    shared.show(as_json, written.to_dict(), lambda: show_written(shared.out, written, lang.value))


def _place(log: Path | None, store: str | None, beside: Path) -> Path:
    """Name the log: the one that was given, the one that a shared store holds, or the one beside the bundle."""
    held = None if store is None else Path(store) / LOG
    return log or (held if held is not None and held.exists() else beside)


def _store(place: str | None, log: Path) -> Store | None:
    """Open MLflow where it was asked for."""
    if place is None:
        return None
    from training.registry.tracking import open_store

    return open_store(place, log=log)


def _key(path: Path | None) -> Key | None:
    """Read the board's key, and ask for its password where it has one."""
    if path is None:
        return None
    pem = path.read_bytes()
    return Key(pem, typer.prompt("Password", hide_input=True, err=True).encode() if b"ENCRYPTED" in pem else None)


def _reasons(pairs: Sequence[str]) -> dict[str, str]:
    """Read the reasons for approving in spite of checks."""
    if not all("=" in pair for pair in pairs):
        raise typer.BadParameter('write it as CODE="reason"', param_hint="--despite")
    return {code.strip(): reason for code, _, reason in (pair.partition("=") for pair in pairs)}


def _day(text: str, option: str) -> dt.date:
    """Read a day."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write it as 2026-06-30", param_hint=option) from None
