"""Here we write page one: what a lay member of a board must know before any table.

What the model does and never does, what it foresees and who settles that, for whom it works worst and by
how much, what nobody knows, what is new, and who decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from training.card.blocks import Block, Bullets, Heading, Paragraph
from training.card.worst import worst
from training.words import Words

Facts = Mapping[str, Any]
Decision = Mapping[str, Any] | None
PRINT, DIGEST = 16, 64
"""So much of a fingerprint is shown."""
NEWS = 5
"""How many changes stand on page one; all stand in the full record."""


def front(facts: Facts, decision: Decision, words: Words) -> Iterator[Block]:
    """Give page one, after the title.

    Parameters
    ----------
    facts : mapping
        As in ``model_cards/card.schema.json``.
    decision : mapping or None
        As `triage.decisions.Decision.to_dict` gives it; None where nobody has decided.
    words : Words
    """
    use = facts["intended_use"]
    yield Heading(3, words("card.does"))
    yield Paragraph(f"{words.of(use['does'])} {words.of(use['law_first'])}")
    yield Heading(3, words("card.never"))
    yield Bullets(tuple(words.of(each) for each in use["never"]))
    yield from _foreseen(facts["outcome"], words)
    yield Heading(3, words("card.how_good"))
    yield Paragraph(_how_good(facts, words))
    yield Heading(3, words("card.worst"))
    yield Bullets(tuple(worst(facts["quantitative_analyses"], words)))
    yield Heading(3, words("card.unknown"))
    yield Bullets(tuple(_unknown(facts, words)))
    yield from _news(facts["changes"], words)
    yield Heading(3, words("card.decision"))
    yield Paragraph(" ".join(decided(decision, words, facts["checks"])))


def decided(decision: Decision, words: Words, checks: Sequence[Facts]) -> Iterator[str]:
    """Say who decided what, when, on what conditions, and in spite of which checks, by their names on the card."""
    if decision is None:
        yield words("decision.none")
        return
    state, day = decision["decision"], decision["at"][:10]
    yield words(f"decision.{state}", by=decision["by"], role=decision["role"], on=day)
    if decision["minutes"]:
        yield words("decision.minutes", minutes=decision["minutes"])
    if decision["why"]:
        yield words("decision.why", why=decision["why"])
    if decision["units"]:
        yield words("decision.units", units=", ".join(decision["units"]), expires=decision["expires"])
    if decision["conditions"]:
        yield words("decision.conditions", conditions="; ".join(decision["conditions"]))
    if decision["despite"]:
        titles = {one["code"]: words.of(one) for one in checks}
        reasons = "; ".join(f"{titles.get(code, code)}: {why}" for code, why in decision["despite"].items())
        yield words("decision.despite", reasons=reasons)


def _foreseen(outcome: Facts, words: Words) -> Iterator[Block]:
    """Say what the model foresees, and who settles it."""
    yield Heading(3, words("card.outcome"))
    yield Paragraph(
        words("card.foresees", what=words.of(outcome), who=words.of(outcome["decided_by"]))
        + " "
        + words("card.self_deciding" if outcome["self_deciding"] else "card.not_self_deciding")
    )


def _how_good(facts: Facts, words: Words) -> str:
    """Say in pairs of a hundred how well it orders, beside chance and the simple method, and which checks it failed."""
    figures, tested = facts["quantitative_analyses"]["figures"], facts["split"]["test"]
    model, simple = figures["model"], figures["baseline"]
    said = [
        words(
            "card.pairs_said",
            n=words.hundred(model["auc"]),
            low=words.hundred(model["auc_low"]),
            high=words.hundred(model["auc_high"]),
            simple=words.hundred(simple["auc"]),
            reports=words.number(tested["n"]),
            since=tested["from"],
            to=tested["to"],
        )
    ]
    past = facts["quantitative_analyses"]["validation"]
    if past["state"] == "examined" and past["pooled"]["auc"] is not None:
        pooled = {name: words.hundred(past["pooled"]["auc"][name]) for name in ("value", "low", "high")}
        said.append(words("card.pairs_past", times=words.number(len(past["periods"])), **pooled))
    failed = [words.of(check) for check in facts["checks"] if check["verdict"] == "failed"]
    if failed:
        said.append(words("card.failed", n=words.number(len(failed)), names="; ".join(failed)))
    return " ".join([*said, words("card.not_proof")])


def _unknown(facts: Facts, words: Words) -> Iterator[str]:
    """Say what nobody knows, in the order a board would ask."""
    data, count, analyses = facts["training_data"], words.number, facts["quantitative_analyses"]
    yield words("card.unknown_label", n=count(data["unknown_label"]), of=count(data["reports"]))
    yield words("card.abstains_short", n=words.hundred(analyses["abstains"]["share"]))
    yield (
        words.of(analyses["figures"]["ceiling"]["why"])
        if analyses["figures"]["ceiling"]["auc"] is None
        else words("card.not_outside")
    )
    open_ = [row for row in facts["known_failures"] if row["verdict"] == "not_examined"]
    yield words("card.not_looked_at", n=count(len(open_)), of=count(len(facts["known_failures"])))
    yield words("card.children_better")


def _news(changes: Facts, words: Words) -> Iterator[Block]:
    """Say what is new since the version that was approved last, what matters first."""
    yield Heading(3, words("card.news"))
    if changes["state"] == "first":
        yield Paragraph(words.of(changes["why"]))
        return
    matters = [one for one in changes["items"] if one["matters"]]
    since, rest = changes["since"], len(changes["items"]) - len(matters[:NEWS])
    key = "card.news_since" if matters else "card.no_news_since"
    yield Paragraph(words(key, name=since["name"], id=since["bundle_id"], on=since["made_on"]))
    if matters:
        yield Bullets(tuple(change(one, words) for one in matters[:NEWS]))
    if rest:
        yield Paragraph(words("card.more_news", n=words.number(rest)))


def change(one: Facts, words: Words) -> str:
    """Say one change: what it is, before and after."""
    return words("card.change", what=words.of(one), before=said(one["before"], words), after=said(one["after"], words))


def said(value: Any, words: Words) -> str:
    """Say one side of a change."""
    if value is None:
        return words("card.nothing")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return words.number(value, 0 if isinstance(value, int) else 3)
    return words.or_same("verdict", value[:PRINT] if len(value) == DIGEST else value)
