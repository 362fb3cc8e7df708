"""Here we write the full record: every fact of a card in tables, each with its n and interval, after page one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from training.card.blocks import Block, Bullets, Heading, Pairs, Paragraph, Table
from training.card.front import Decision, decided
from training.card.record_figures import figures
from training.card.record_tested import tested
from training.card.record_use import features, rules, what_changed
from training.words import Words

Facts = Mapping[str, Any]
PARTS = ("train", "calibrate", "test")


def record(facts: Facts, decision: Decision, words: Words) -> Iterator[Block]:
    """Give the full record, section by section.

    Parameters
    ----------
    facts : mapping
        As in ``model_cards/card.schema.json``.
    decision : mapping or None
    words : Words
    """
    yield from _details(facts["model_details"], words)
    yield from _use(facts, words)
    yield from _data(facts, words)
    yield from _metrics(facts["metrics"], words)
    yield from figures(facts, words)
    yield from tested(facts, words)
    yield from features(facts, words)
    yield from rules(facts, words)
    yield from what_changed(facts["changes"], words)
    yield Heading(3, words("card.decision"))
    yield Paragraph(" ".join(decided(decision, words, facts["checks"])))


def _details(details: Facts, words: Words) -> Iterator[Block]:
    """Say which model this is and what it was made with."""
    yield Heading(3, words("card.details"))
    yield Pairs(
        (
            (words("card.name"), details["name"]),
            (words("card.bundle"), details["bundle_id"]),
            (words("card.made_on"), details["made_on"]),
            (words("card.kind"), words.of(details["kind"])),
            (words("card.license"), details["license"]),
            (words("card.contact"), details["contact"]),
            (words("card.digest"), details["data_digest"]),
            (words("card.features_fingerprint"), details["features_fingerprint"]),
        )
    )
    rows = [(one["name"], words.plain(one["value"])) for one in details["parameters"]]
    made = [
        *rows,
        ("seed", words.plain(details["seed"])),
        *((one["name"], one["version"]) for one in details["versions"]),
    ]
    yield Table(words("card.made_with"), (words("card.part_name"), words("card.worth")), tuple(made))


def _use(facts: Facts, words: Words) -> Iterator[Block]:
    """Say for whom the model is, and for what it is not."""
    yield Heading(3, words("card.users"))
    yield Bullets(_each(facts["intended_use"]["users"], words))
    yield Heading(3, words("card.out_of_scope"))
    yield Bullets(_each(facts["intended_use"]["out_of_scope"], words))
    outcome = facts["outcome"]
    yield Heading(3, words("card.outcome_record"))
    yield Pairs(
        (
            (words("card.estimated"), words.of(outcome)),
            (words("card.within"), words("card.days", n=words.number(outcome["horizon_days"]))),
            (words("card.decided_by"), words.of(outcome["decided_by"])),
            (words("card.counts_as_yes"), words.of(outcome["positive"])),
            (words("card.counts_as_unknown"), words.of(outcome["unknown"])),
        )
    )
    rows = tuple((words.of(part), words.of(part["decided_by"])) for part in outcome["components"])
    yield Table(words("card.components"), (words("card.counts_as_yes"), words("card.decided_by")), rows)


def _data(facts: Facts, words: Words) -> Iterator[Block]:
    """Say what the model has learnt from and was tested on, and who is missing."""
    data, split = facts["training_data"], facts["split"]
    counted = ("reports", "children", "households", "set_aside", "labelled", "positive", "unknown_label", "immature")
    rows = (
        (words("data.span"), words("card.span", low=data["span_from"], high=data["span_to"])),
        (words("data.units"), ", ".join(data["units"])),
        *((words(f"data.{name}"), words.number(data[name])) for name in counted),
        (words("data.base_rate"), words("card.of_hundred", n=words.hundred(data["base_rate"], 1))),
    )
    yield Heading(3, words("card.data"))
    yield Table(words("card.data"), (words("card.fact"), words("card.worth")), rows, quiet=True)
    yield Paragraph(words("card.missing_people"))
    yield Bullets(_each(facts["evaluation_data"]["missing_people"], words))
    yield Heading(3, words("card.split"))
    gap = words("card.gap", n=words.number(split["gap_days"]), left_out=words.number(split["left_out"]))
    apart = words("card.disjoint" if split["household_disjoint"] else "card.not_disjoint")
    yield Paragraph(f"{words.of(facts['evaluation_data']['method'])} {gap} {apart}")
    heads = ("part", "from", "to", "reports", "positive", "rate")
    parts = tuple(_part(name, split[name], words) for name in PARTS)
    yield Table(words("card.split"), tuple(words(f"card.{head}") for head in heads), parts, (3, 4, 5), quiet=True)


def _part(name: str, part: Facts, words: Words) -> tuple[str, ...]:
    rate = words.hundred(part["positive"] / part["n"], 1) if part["n"] else words("card.not_estimable")
    counts = (words.number(part["n"]), words.number(part["positive"]))
    return (words(f"part.{name}"), part["from"], part["to"], *counts, rate)


def _metrics(metrics: Facts, words: Words) -> Iterator[Block]:
    """Say what is measured and why, how intervals are made, and where the limit lies."""
    yield Heading(3, words("card.metrics"))
    yield Bullets(_each(metrics["measures"], words))
    yield Paragraph(words.of(metrics["interval"]))
    at, capacity = words.hundred(metrics["prioritise_at"], 1), words.hundred(metrics["capacity"])
    yield Paragraph(words("card.prioritise", at=at, capacity=capacity))


def _each(listed: list[Facts], words: Words) -> tuple[str, ...]:
    return tuple(words.of(one) for one in listed)
