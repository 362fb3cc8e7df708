"""Here we show two cards side by side: as data, as blocks of a page, and as a page of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from training.card.blocks import Block, Heading, Paragraph
from training.card.changes import AREAS, changes
from training.card.markdown import markdown
from training.card.page import TABLES
from training.card.record_use import changed_table
from training.pages.rendered import render
from training.words import Words

Facts = Mapping[str, Any]


def card_diff(old: Facts, new: Facts) -> dict[str, Any]:
    """Compare two whole cards.

    Returns
    -------
    dict
        ``before`` and ``after`` name the two; ``items`` holds every difference, what matters first.
    """
    named = {key: _name(card) for key, card in (("before", old), ("after", new))}
    items = [one.to_dict() for one in changes(old, new)]
    return {"schema": "urn:orosanmalan-triage:card-diff:1", **named, "same_data": _same_data(old, new), "items": items}


def diff_blocks(found: Facts, words: Words) -> Iterator[Block]:
    """Show a comparison: one sentence, then a table per area in the order of a board's questions."""
    matter = sum(one["matters"] is True for one in found["items"])
    untold = sum(one["matters"] is None for one in found["items"])
    counts = {"n": words.number(len(found["items"])), "matter": words.number(matter), "untold": words.number(untold)}
    yield Paragraph(words("diff.counted", **counts), note=matter > 0)
    if not found["same_data"]:
        yield Paragraph(words("diff.other_data"))
    weighty = [one for one in found["items"] if one["matters"]]
    if weighty:
        yield Heading(2, words("diff.first"))
        yield changed_table(words("diff.first"), weighty, words)
    for area in AREAS:
        rest = [one for one in found["items"] if one["area"] == area and not one["matters"]]
        if rest:
            title_ = words("diff.rest", area=words(f"areas.{area}"))
            yield Heading(2, title_)
            yield changed_table(title_, rest, words)


def diff_page(found: Facts, *, language: str) -> str:
    """Write a comparison as one HTML page."""
    words = Words.read(language, *TABLES)
    blocks = tuple(diff_blocks(found, words))
    return render("diff.html.jinja", words, script_source="'none'", title=title(found, words), blocks=blocks)


def diff_markdown(found: Facts, *, language: str) -> str:
    """Write a comparison as Markdown, which is also how it is printed."""
    words = Words.read(language, *TABLES)
    return markdown("", title(found, words), "", "", {words("diff.differences"): diff_blocks(found, words)})


def title(found: Facts, words: Words) -> str:
    """Name the two cards."""
    return words("diff.title", before=found["before"]["bundle_id"], after=found["after"]["bundle_id"])


def _name(card: Facts) -> dict[str, str]:
    return {key: card["model_details"][key] for key in ("name", "bundle_id", "made_on")}


def _same_data(old: Facts, new: Facts) -> bool:
    """Whether the figures speak of the same reports."""
    same: bool = old["model_details"]["data_digest"] == new["model_details"]["data_digest"]
    return same
