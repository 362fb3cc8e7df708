"""Here we write what a card says of facts read, law, use and change: who must do what, and on what ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from features.codes import BBIC
from training.card.blocks import Block, Bullets, Heading, Pairs, Paragraph, Table
from training.card.front import said
from training.words import Words

Facts = Mapping[str, Any]


def features(facts: Facts, words: Words) -> Iterator[Block]:
    """List every fact that the model reads, and what it does not."""
    yield Heading(3, words("card.features"))
    heads = tuple(words(f"card.{head}") for head in ("fact", "code", "measure", "area", "direction", "absent"))
    yield Table(words("card.features"), heads, tuple(_feature(each, words) for each in facts["features"]), quiet=True)
    yield Paragraph(words.of(facts["left_out"]))


def rules(facts: Facts, words: Words) -> Iterator[Block]:
    """Give considerations, limits, ground in law, instructions, monitoring and technical documentation."""
    advice = facts["caveats_and_recommendations"]
    listed = {
        "factors": facts["factors"],
        "ethical": facts["ethical_considerations"],
        "limits": advice["limits"],
        "recommendations": advice["recommendations"],
        "instructions": facts["instructions"],
    }
    for name, items in listed.items():
        yield Heading(3, words(f"card.{name}"))
        yield Bullets(tuple(words.of(item) for item in items))
    yield from _monitoring(facts["monitoring"], words)
    yield from _law(facts, words)
    yield from _annex(facts["technical_documentation"], words)


def what_changed(changes: Facts, words: Words) -> Iterator[Block]:
    """Give everything that differs from the version that was approved last, what matters first."""
    yield Heading(3, words("card.news"))
    if changes["state"] == "first":
        yield Paragraph(words.of(changes["why"]))
    else:
        yield changed_table(words("card.changes"), changes["items"], words)


def changed_table(caption: str, items: list[Facts], words: Words) -> Block:
    """Put changes side by side, under a caption that no other table of the page has."""
    if not items:
        return Paragraph(words("card.no_change"))
    heads = tuple(words(f"column.{head}") for head in ("what", "before", "after", "matters"))
    rows = tuple(
        (words.of(one), said(one["before"], words), said(one["after"], words), words(f"matters.{one['matters']}"))
        for one in items
    )
    return Table(caption, heads, rows, quiet=True)


def _feature(feature: Facts, words: Words) -> tuple[str, ...]:
    area = feature["bbic"]
    return (
        words.of(feature),
        feature["name"],
        words.or_same("measure", feature["unit"]),
        BBIC(area).label(words.language) if area in BBIC.values() else area,
        words.or_same("direction", feature["direction"]),
        words.of(feature["absent"]),
    )


def _monitoring(plan: list[Facts], words: Words) -> Iterator[Block]:
    yield Heading(3, words("card.monitoring"))
    heads = tuple(words(f"column.{head}") for head in ("watched", "every", "act"))
    rows = tuple((words.of(one["what"]), words.of(one["every"]), words.of(one["act"])) for one in plan)
    yield Table(words("card.monitoring"), heads, rows, quiet=True)


def _law(facts: Facts, words: Words) -> Iterator[Block]:
    """Give the ground in law, marked with how sure we are of it, and which law data the rules follow."""
    yield Heading(3, words("card.legal"))
    heads = tuple(words(f"column.{head}") for head in ("legal", "reference", "certainty"))
    rows = tuple(
        (words.of(one), one["reference"], words(f"certainty.{one['certainty']}")) for one in facts["legal_basis"]
    )
    yield Table(words("card.legal"), heads, rows, quiet=True)
    law = facts["law"]
    yield Pairs(
        ((words("card.fingerprint"), law["fingerprint"]), (words("card.law_versions"), ", ".join(law["versions"])))
    )


def _annex(points: list[Facts], words: Words) -> Iterator[Block]:
    """Say, point by point, where the technical documentation is, or who must give it."""
    yield Heading(3, words("card.annex"))
    yield Paragraph(words("card.annex_text"))
    heads = tuple(words(f"column.{head}") for head in ("point", "asked", "where"))
    rows = tuple((one["number"], words.of(one), _where(one, words)) for one in points)
    yield Table(words("card.annex"), heads, rows, quiet=True)


def _where(point: Facts, words: Words) -> str:
    return ", ".join(point["where"]) if point["state"] == "here" else words.of(point["who"])
