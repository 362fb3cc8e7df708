"""Here we turn the facts of a card into what people read: a page in HTML or Markdown, in Swedish or English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training.card.blocks import Block
from training.card.front import Decision, front
from training.card.gaps import gaps
from training.card.markdown import markdown
from training.card.record import record
from training.pages.rendered import render
from training.words import Words

Facts = Mapping[str, Any]
TABLES = ("queue.toml", "card.toml")
"""Where the sentences of the card stand."""


class CardIncomplete(ValueError):
    """A model card was asked for, but facts are missing or belong to another model.

    Attributes
    ----------
    missing : tuple of str
        The dotted path of each such fact.
    """

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__(
            f"{len(missing)} fact(s) missing from the card: {', '.join(missing)}. "
            "Fill them in (model_cards/card.schema.json says what each is); a card with a gap is not rendered."
        )


@dataclass(frozen=True)
class Document:
    """A card in one language, before it becomes HTML or Markdown.

    Attributes
    ----------
    title, first : str
        ``first`` is the line that comes before everything; empty for real cases.
    standing : str
        What the board decided, in a word or two.
    under : str
        Which bundle and which data.
    front, record : tuple of Block
        Page one, and everything else.
    """

    title: str
    first: str
    standing: str
    under: str
    front: tuple[Block, ...]
    record: tuple[Block, ...]


def card_problems(facts: Facts) -> tuple[str, ...]:
    """Name every fact that a card needs and ``facts`` does not give.

    Returns
    -------
    tuple of str
        Dotted paths, in the order of the schema; a fact of the wrong kind is followed by what it must be.

    Examples
    --------
    >>> card_problems({"schema": "urn:orosanmalan-triage:card:2", "synthetic": True})[:2]
    ('model_details', 'intended_use')
    """
    return tuple(gaps(facts))


def document(facts: Facts, words: Words, decision: Decision = None) -> Document:
    """Write a card in one language.

    Raises
    ------
    CardIncomplete
        If a fact is missing; the message names each.
    """
    missing = card_problems(facts)
    if missing:
        raise CardIncomplete(missing)
    details = facts["model_details"]
    state = "none" if decision is None else decision["decision"]
    return Document(
        title=words("card.title", name=details["name"]),
        first=words("card.synthetic") if facts["synthetic"] else "",
        standing=words(f"decision.head_{state}") + ".",
        under=words("card.under", id=details["bundle_id"], on=details["made_on"], contact=details["contact"]),
        front=tuple(front(facts, decision, words)),
        record=tuple(record(facts, decision, words)),
    )


def card_page(facts: Facts, *, language: str, decision: Decision = None) -> str:
    """Write the model card as one HTML page.

    Parameters
    ----------
    facts : mapping
        As in ``model_cards/card.schema.json``.
    language : {"sv", "en"}
    decision : mapping, optional
        What the board decided, as `triage.decisions.Decision.to_dict` gives it.

    Returns
    -------
    str

    Raises
    ------
    CardIncomplete
        If a fact is missing; the message names each.
    ValueError
        If the language is neither Swedish nor English.
    """
    words = Words.read(language, *TABLES)
    made = document(facts, words, decision)
    return render("card.html.jinja", words, script_source="'none'", page=made)


def card_markdown(facts: Facts, *, language: str, decision: Decision = None) -> str:
    """Write the model card as Markdown; the same sentences and numbers as `card_page`, without pictures.

    Raises
    ------
    CardIncomplete, ValueError
        As `card_page`.
    """
    words = Words.read(language, *TABLES)
    made = document(facts, words, decision)
    return markdown(made.first, made.title, made.standing, made.under, {
        words("card.summary"): made.front,
        words("card.record"): made.record,
    })  # fmt: skip
