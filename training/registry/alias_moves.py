"""Here we move an alias in the registry and write the move down, the line before the act.

The registry remembers the last line (`triage.chain.Head`), so that a log cut short is found. A move is never refused
because the log has flaws: they stay in it and are named, and an alias can be withdrawn at any time. A move that was killed
between the line and the act is finished by the same move, without a second line.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from training.registry.alias_log import Standing, read_history
from training.registry.aliases import ALIASES, KIND, MODEL, History, Move
from training.registry.store import Store
from triage.chain import Head, Line
from triage.errors import TriageError
from triage.log_file import alone, append, read_head, read_text

HEAD = "log_head"
"""Tag of the experiment that holds the head of the log."""
BUNDLE = "bundle_digest"
"""Tag of a model version that holds the digest of its bundle."""


def move_alias(
    store: Store, model: str, alias: str, version: str | int | None, *, by: str, why: str, at: dt.datetime
) -> Line:
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
    Line
        The move as it stands in the log.

    Raises
    ------
    TriageError
        When the version was not registered by this library, or another move is being written.
    ValueError
        When the move does not say what it must; nothing is moved then.
    """
    bundle = None if version is None else bundle_of(store, model, version)
    version = None if version is None else str(version)
    with alone(store.log):
        history = alias_history(store)
        before = standing(store, model).get((model, alias))
        move = Move(model=model, alias=alias, version=version, bundle=bundle, before=before, by=by, why=why, at=at)
        line = _unfinished(store, history, move) or append(store.log, history.log, KIND, move)
        if version is not None:
            store.client.set_registered_model_alias(model, alias, version)
        elif before is not None:
            store.client.delete_registered_model_alias(model, alias)
        remember(store, line.head)
    return line


def _unfinished(store: Store, history: History, move: Move) -> Line | None:
    """Find the same move as a line whose act was never confirmed: then the act is all that is missing."""
    lines = [(line, one) for line, one in history.lines if one.stands == move.stands]
    if not lines:
        return None
    line, last = lines[-1]
    known = remembered(store)
    confirmed = known is not None and known.number >= line.number
    return line if not confirmed and replace(last, at=move.at) == move else None


def remember(store: Store, head: Head) -> None:
    """Let the registry remember the last line of the log; it never remembers less than before."""
    known = remembered(store)
    if known is None or known.number < head.number:
        store.client.set_experiment_tag(store.experiment, HEAD, head.tag())


def remembered(store: Store) -> Head | None:
    """Give the last line as the registry remembers it."""
    return Head.read(store.client.get_experiment(store.experiment).tags.get(HEAD))


def alias_history(store: Store) -> History:
    """Read where the aliases stood, and hold the log against what the registry remembers and shows."""
    text = read_text(store.log)
    heads = (read_head(store.log), remembered(store))
    models = {MODEL, *(move.model for move in read_history(text).moves)}
    shown = {key: version for model in sorted(models) for key, version in standing(store, model).items()}
    return read_history(text, heads, shown)


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
