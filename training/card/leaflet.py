"""Here we write the leaflet for families: what the tool is, what it does not do, and whom to ask, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from training.card.blocks import Block, Bullets, Heading, Paragraph
from training.card.front import Decision, decided
from training.card.page import TABLES, CardIncomplete, card_problems
from training.pages.rendered import render
from training.words import Words

Facts = Mapping[str, Any]


def leaflet_page(facts: Facts, *, language: str, decision: Decision = None) -> str:
    """Write the leaflet as one HTML page that fits a sheet of A4.

    Parameters
    ----------
    facts : mapping
        As in ``model_cards/card.schema.json``.
    language : {"sv", "en"}
    decision : mapping, optional
        What the board decided, as `triage.decisions.Decision.to_dict` gives it.

    Raises
    ------
    CardIncomplete
        If a fact is missing; the message names each.
    """
    words = Words.read(language, *TABLES, "leaflet.toml")
    missing = card_problems(facts)
    if missing:
        raise CardIncomplete(missing)
    first = words("leaflet.synthetic") if facts["synthetic"] else ""
    return render(
        "leaflet.html.jinja", words, script_source="'none'", first=first, blocks=tuple(_blocks(facts, decision, words))
    )


def _blocks(facts: Facts, decision: Decision, words: Words) -> Iterator[Block]:
    """Ask what a family would ask, and answer."""
    for question in ("what", "who_decides", "reads", "does_not"):
        yield Heading(2, words(f"leaflet.{question}"))
        yield from _answer(question, facts, words)
    yield Heading(2, words("leaflet.good"))
    yield Paragraph(_good(facts, words))
    yield Heading(2, words("leaflet.rights"))
    yield Bullets(tuple(words(f"leaflet.right_{name}") for name in ("see", "correct", "object", "complain")))
    yield Heading(2, words("leaflet.decided"))
    yield Paragraph(next(decided(decision, words, facts["checks"])))
    yield Heading(2, words("leaflet.ask"))
    yield Paragraph(words("leaflet.contact", contact=facts["model_details"]["contact"]))


def _answer(question: str, facts: Facts, words: Words) -> Iterator[Block]:
    """Answer in a paragraph, and with a list where there is one."""
    yield Paragraph(words(f"leaflet.{question}_text"))
    if question == "does_not":
        yield Bullets(tuple(words(f"leaflet.not_{name}") for name in ("decide", "wait", "read", "send", "punish")))
    if question == "what":
        yield Paragraph(words("leaflet.foresees", what=words.of(facts["outcome"])))


def _good(facts: Facts, words: Words) -> str:
    """Say how often it is wrong, the way a family would count."""
    model = facts["quantitative_analyses"]["figures"]["model"]
    wrong = words.hundred(1 - model["auc"])
    audited = facts["quantitative_analyses"]["fairness"]["state"] == "examined"
    return " ".join(
        [words("leaflet.good_text", wrong=wrong), words("leaflet.audited" if audited else "leaflet.not_audited")]
    )
