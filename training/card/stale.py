"""Here we look for figures that belong to another model: a card speaks of the bundle it lies in, or it is not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from training.card.facts import bundle_id
from triage.bundle_facts import BundleFacts

Plain = Mapping[str, Any]


def stale(card: Plain, model: str, facts: BundleFacts) -> Iterator[str]:
    """Name every fact of a card that is not of this bundle, with what it says and what the bundle says.

    Parameters
    ----------
    card : mapping
        Without gaps.
    model : str
        LightGBM's text.
    facts : BundleFacts
        What the bundle says of itself.
    """
    ours = {"data_digest": facts.data_digest, "features_fingerprint": facts.features_fingerprint}
    yield from _apart("model_details", card["model_details"], ours | {"bundle_id": bundle_id(model, facts)})
    yield from _apart("law", card["law"], {"fingerprint": facts.law_fingerprint})
    for name, part in card["quantitative_analyses"].items():
        if isinstance(part, Mapping):
            yield from _apart(f"quantitative_analyses.{name}", part, ours)


def _apart(path: str, said: Plain, ours: Plain) -> Iterator[str]:
    """Name what a part of the card says otherwise; what it does not say at all is for the gaps to name."""
    for name, value in ours.items():
        if name in said and said[name] != value:
            yield f"{path}.{name} (stale: {str(said[name])[:16]}; the bundle says {value[:16]})"
