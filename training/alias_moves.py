"""Here we move an alias in the registry and write the move down, the line before the act.

The registry remembers the last line (`training.aliases.Head`), so that a log cut short is found. A move is never refused
because the log has flaws: they stay in it and are named, and an alias can be withdrawn at any time.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.alias_log import Standing, read_history
from training.aliases import ALIASES, MODEL, Head, History, Move
from training.store import Store
from triage.errors import TriageError

HEAD = "alias_log_head"
"""Tag of the experiment that holds the head of the log."""
BUNDLE = "bundle_digest"
"""Tag of a model version that holds the digest of its bundle."""


def move_alias(
    store: Store, model: str, alias: str, version: str | int | None, *, by: str, why: str, at: dt.datetime
) -> Move:
    """Move an alias to a version, or withdraw it.

    Parameters
    ----------
    store : Store
    model : str
    alias : {"candidate", "challenger", "champion"}
    version : str, int or None
        None withdraws the alias: nothing is served under it any more.
    by, why : str
        Who decided, and why; without personal identity numbers.
    at : datetime.datetime
        When, with an offset.

    Returns
    -------
    Move
        As it stands in the log.

    Raises
    ------
    TriageError
        When the version was not registered by this library, or another move is being written.
    ValueError
        When the move does not say what it must; nothing is moved then.
    """
    bundle = None if version is None else bundle_of(store, model, version)
    version = None if version is None else str(version)
    with _alone(store.log):
        history = alias_history(store)
        before = standing(store, model).get((model, alias))
        move = history.follow(
            model=model, alias=alias, version=version, bundle=bundle, before=before, by=by, why=why, at=at
        )
        _append(store.log, move.line())
        if version is not None:
            store.client.set_registered_model_alias(model, alias, version)
        elif before is not None:
            store.client.delete_registered_model_alias(model, alias)
        store.client.set_experiment_tag(store.experiment, HEAD, Head(move.number, move.digest).tag())
    return move


def alias_history(store: Store) -> History:
    """Read where the aliases stood, and hold the log against what the registry remembers and shows."""
    try:
        text = store.log.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        text = ""
    head = Head.read(store.client.get_experiment(store.experiment).tags.get(HEAD))
    models = {MODEL, *(move.model for move in read_history(text).moves)}
    shown = {key: version for model in sorted(models) for key, version in standing(store, model).items()}
    return read_history(text, head, shown)


def bundle_of(store: Store, model: str, version: str | int) -> str:
    """Give the digest of the bundle in a registered version.

    Raises
    ------
    TriageError
        When there is no such version, or not one of ours.
    """
    found = store.client.search_model_versions(f"name = '{model}'")
    held = {str(one.version): one.tags.get(BUNDLE) for one in found}
    digest = held.get(str(version))
    if digest is None:
        ours = ", ".join(sorted((name for name, bundle in held.items() if bundle), key=int)) or "none"
        msg = f"Version {version} of {model} holds no bundle of ours; versions that do: {ours}. Train and register one first."
        raise TriageError(msg)
    return str(digest)


def standing(store: Store, model: str) -> Standing:
    """Say which version each alias of a model stands on in the registry."""
    found = store.client.search_registered_models(f"name = '{model}'")
    aliases = found[0].aliases if found else {}
    return {(model, alias): str(aliases[alias]) if alias in aliases else None for alias in ALIASES}


@contextmanager
def _alone(log: Path) -> Iterator[None]:
    """Let one move be written at a time."""
    lock = log.with_name(f"{log.name}.lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        msg = f"Another move is being written ({lock.name} is there). Wait; if none is, remove that file."
        raise TriageError(msg) from None
    try:
        yield
    finally:
        lock.unlink()


def _append(log: Path, line: str) -> None:
    """Write one line at the end of a log and see it on the disk; a torn line before it stays a line of its own."""
    with log.open("a+b") as file:
        file.seek(max(file.seek(0, os.SEEK_END) - 1, 0))
        torn = file.read() not in {b"", b"\n"}
        file.write((b"\n" if torn else b"") + line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
