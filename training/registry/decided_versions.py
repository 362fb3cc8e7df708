"""Here we tag a registered version with the board's decision on its bundle, and move the alias of the model in use."""

from __future__ import annotations

from training.registry.alias_moves import BUNDLE, move_alias, remember, standing
from training.registry.aliases import CHAMPION, MODEL
from training.registry.store import Store
from triage.bundle_facts import as_json
from triage.decisions import Approval
from triage.errors import DecisionRefused

STATE = "approval"
"""Tag of a version: what was decided last, in one word."""
DECIDED = "board_decision"
"""Tag of a version: what stands beside its bundle."""


def registered(store: Store, bundle: str) -> str:
    """Give the newest version that holds a bundle.

    Raises
    ------
    DecisionRefused
        When there is none.
    """
    versions = [version for version, digest in _versions(store).items() if digest == bundle]
    if not versions:
        msg = f"No version in this store holds the bundle {bundle[:12]}. Give the store of its training, or leave --store out."
        raise DecisionRefused(msg)
    return max(versions, key=int)


def write_tags(store: Store, approval: Approval) -> str | None:
    """Tag every version that a decision concerns, and let ``champion`` stand where the board wants it.

    Returns
    -------
    str or None
        The newest version that was tagged.
    """
    decision = approval.decision
    concerned = [version for version, digest in _versions(store).items() if decision.concerns(digest)]
    for version in concerned:
        store.client.set_model_version_tag(MODEL, version, DECIDED, as_json(approval.to_dict()))
        store.client.set_model_version_tag(MODEL, version, STATE, decision.decision)
    remember(store, approval.line)
    stands = standing(store, MODEL)[MODEL, CHAMPION]
    goal = max(concerned, key=int) if decision.opens else None
    if stands != goal and (decision.opens or stands in concerned):
        why = decision.minutes or decision.why or decision.decision
        move_alias(store, MODEL, CHAMPION, goal, by=f"{decision.by} ({decision.role})", why=why, at=decision.at)
    return max(concerned, key=int, default=None)


def _versions(store: Store) -> dict[str, str]:
    """Give every version of ours with the digest of its bundle."""
    found = store.client.search_model_versions(f"name = '{MODEL}'")
    return {str(one.version): one.tags[BUNDLE] for one in found if one.tags.get(BUNDLE)}
