"""Here we put every version on one shelf: a small static site with cards, leaflets, decisions, differences and live periods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from training.card.blocks import Block, Cell, Paragraph, Table
from training.card.diff import card_diff, diff_page
from training.card.front import decided
from training.card.leaflet import leaflet_page
from training.card.page import TABLES, card_page
from training.pages.rendered import render
from training.words import LANGUAGES, Words

Facts = Mapping[str, Any]
Shelved = tuple[Facts, Mapping[str, Any] | None]
"""A card and what the board decided on it."""


def site(shelved: Sequence[Shelved], periods: Sequence[Facts]) -> dict[str, str]:
    """Write every page of the shelf.

    Parameters
    ----------
    shelved : sequence of (mapping, mapping or None)
        Whole cards with their decisions, in any order; each bundle once.
    periods : sequence of mapping
        When a bundle was approved for use, as `triage.standing.Period.to_dict` gives it.

    Returns
    -------
    dict of str to str
        Texts by file name; ``index.html`` is Swedish, ``index.en.html`` English.

    Raises
    ------
    ValueError
        If two cards are of one bundle.
    """
    ordered = sorted(shelved, key=lambda one: (one[0]["model_details"]["made_on"], _id(one[0])))
    if len({_id(facts) for facts, _ in ordered}) < len(ordered):
        msg = "Two cards are of one bundle. Give each bundle once."
        raise ValueError(msg)
    pages: dict[str, str] = {}
    for language in LANGUAGES:
        pages |= _of_each(ordered, language)
        pages[_index(language)] = index_page(ordered, periods, language=language)
    return pages


def index_page(ordered: Sequence[Shelved], periods: Sequence[Facts], *, language: str) -> str:
    """Write the page that lists every version, the newest first."""
    words = Words.read(language, *TABLES)
    blocks = tuple(_listed(ordered, periods, words))
    first = words("card.synthetic") if any(facts["synthetic"] for facts, _ in ordered) else ""
    other = next(each for each in LANGUAGES if each != language)
    return render("shelf.html.jinja", words, script_source="'none'", first=first, blocks=blocks, other=_index(other))


def _of_each(ordered: Sequence[Shelved], language: str) -> dict[str, str]:
    """Write the pages of every version, and what changed from the one before it."""
    pages = {}
    for facts, decision in ordered:
        pages[f"card-{_id(facts)}.{language}.html"] = card_page(facts, language=language, decision=decision)
        pages[f"leaflet-{_id(facts)}.{language}.html"] = leaflet_page(facts, language=language, decision=decision)
    for (old, _), (new, _) in pairwise(ordered):
        pages[f"changes-{_id(new)}.{language}.html"] = diff_page(card_diff(old, new), language=language)
    return pages


def _listed(ordered: Sequence[Shelved], periods: Sequence[Facts], words: Words) -> Iterator[Block]:
    """List the versions: which, decided by whom, approved when, and where to read on."""
    yield Paragraph(words("shelf.counted", n=words.number(len(ordered))))
    heads = tuple(words(f"shelf.{head}") for head in ("version", "data", "decision", "periods", "pages"))
    oldest = _id(ordered[0][0])
    rows = tuple(
        _row(facts, decision, periods, words, first=_id(facts) == oldest) for facts, decision in reversed(ordered)
    )
    yield Table(words("shelf.versions"), heads, rows, quiet=True)


def _row(facts: Facts, decision: Any, periods: Sequence[Facts], words: Words, *, first: bool) -> tuple[Cell, ...]:
    details = facts["model_details"]
    held = [] if decision is None else [one for one in periods if one["decision"]["bundle"] == decision["bundle"]]
    live = "; ".join(_period(one, words) for one in held) or words("shelf.never")
    name = f"{details['name']} {details['bundle_id']}"
    said = " ".join(decided(decision, words, facts["checks"]))
    return (name, words("card.span", low=facts["training_data"]["span_from"], high=details["made_on"]), said, live, _links(facts, words, first=first))  # fmt: skip


def _period(one: Facts, words: Words) -> str:
    span = words("card.span", low=one["since"][:10], high=one["until"][:10])
    return f"{span} ({words('ended.' + one['ended'])})"


def _links(facts: Facts, words: Words, *, first: bool) -> dict[str, Any]:
    """Link to the pages of one version; the first has nothing to differ from."""
    of = words.language
    kinds = ("card", "leaflet") if first else ("card", "leaflet", "changes")
    return {"kind": "links", "links": [(words(f"shelf.{kind}"), f"{kind}-{_id(facts)}.{of}.html") for kind in kinds]}


def _index(language: str) -> str:
    return "index.html" if language == LANGUAGES[0] else f"index.{language}.html"


def _id(facts: Facts) -> str:
    name: str = facts["model_details"]["bundle_id"]
    return name
