"""Here we read the card that lies in a bundle, with the board's decision beside it, and write what is shown of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.card.leaflet import leaflet_page
from training.card.page import CardIncomplete, card_markdown, card_page, card_problems
from training.card.shelf import site
from training.card.stale import stale
from training.registry.alias_log import READERS
from training.words import LANGUAGES
from triage.bundle import read_approval, read_parts
from triage.bundle_facts import BundleFacts, as_json
from triage.log_file import read_log
from triage.standing import periods
from triage.whole import write_whole

CARD = "card.json"


@dataclass(frozen=True)
class Held:
    """A card and what the board decided on it.

    Attributes
    ----------
    facts : mapping
        Whole, and of the bundle that it lies in.
    decision : mapping or None
        As `triage.decisions.Decision.to_dict` gives it; None where nobody has decided.
    """

    facts: Mapping[str, Any]
    decision: Mapping[str, Any] | None


def read_held(bundle: Path) -> Held:
    """Read the card of a bundle after checking every hash.

    Raises
    ------
    BundleBroken
        A file of the bundle is missing, added or altered.
    CardIncomplete
        A fact is missing, or belongs to another model; the message names each.
    """
    parts = read_parts(bundle)
    facts = json.loads(parts[CARD])
    wrong = card_problems(facts) or tuple(stale(facts, parts["model.txt"], BundleFacts.from_json(parts["bundle.json"])))
    if wrong:
        raise CardIncomplete(wrong)
    return Held(facts, _decision(bundle, parts[CARD]))


def _decision(bundle: Path, card: str) -> Mapping[str, Any] | None:
    """Give what stands beside a bundle of the board's decision, where it decides on exactly this card or stops everything."""
    approval = read_approval(bundle)
    if approval is None:
        return None
    said = approval.decision
    return said.to_dict() if said.card in {hashlib.sha256(card.encode()).hexdigest(), None} else None


def write_pages(bundle: Path, out: Path, languages: Sequence[str] = LANGUAGES) -> tuple[Path, ...]:
    """Write the card of a bundle as one HTML page per language."""
    held = read_held(bundle)
    return tuple(
        write(out / f"card.{language}.html", card_page(held.facts, language=language, decision=held.decision))
        for language in languages
    )


def write_everything(bundle: Path, out: Path) -> tuple[Path, ...]:
    """Write all that is shown of a card: its data, the card as HTML and Markdown, the leaflet, in both languages."""
    held = read_held(bundle)
    texts = {CARD: as_json(held.facts)}
    for language in LANGUAGES:
        texts[f"card.{language}.html"] = card_page(held.facts, language=language, decision=held.decision)
        texts[f"card.{language}.md"] = card_markdown(held.facts, language=language, decision=held.decision)
        texts[f"leaflet.{language}.html"] = leaflet_page(held.facts, language=language, decision=held.decision)
    return tuple(write(out / name, text) for name, text in texts.items())


def read_facts(path: Path) -> Mapping[str, Any]:
    """Read a whole card from a bundle, or from a ``card.json`` that lies alone."""
    if path.is_dir():
        return read_held(path).facts
    facts: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    wrong = card_problems(facts)
    if wrong:
        raise CardIncomplete(wrong)
    return facts


def bundles_in(folder: Path) -> tuple[Path, ...]:
    """Find every bundle in a folder and below it, by name."""
    held = (path.parent for path in folder.rglob("MANIFEST.sha256"))
    return tuple(sorted(one for one in held if not one.name.startswith(".")))  # a hidden one was set aside for another


def write_site(bundles: Sequence[Path], out: Path, log: Path | None = None) -> tuple[Path, ...]:
    """Write the shelf of bundles, with the periods in which the log says that each was approved.

    A bundle found twice, as where MLflow keeps a copy, is shown once: the one that the decision lies beside.
    """
    live = () if log is None else periods(read_log(log, READERS))
    found = sorted(map(read_held, bundles), key=lambda one: one.decision is not None)
    held = {one.facts["model_details"]["bundle_id"]: one for one in found}
    pages = site([(one.facts, one.decision) for one in held.values()], [one.to_dict() for one in live])
    return tuple(write(out / name, text) for name, text in pages.items())


def write(path: Path, text: str) -> Path:
    """Write a text file whole or not at all, with the same bytes on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode())
    return path
