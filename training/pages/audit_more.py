"""Here we put on the page of an audit what it asked besides: stand-ins for groups, sets of features, a thinner past, experiments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from training.audit.names import say_attribute, say_group, say_thinned
from training.words import Words

Plain = Mapping[str, Any]
COUNTED = ("found", "lost", "gained")
RATES = ("selection_rate", "true_positive_rate", "precision")


def more_sections(found: Plain, outcomes: Mapping[str, Mapping[str, str]], words: Words) -> Iterator[dict[str, Any]]:
    """Give the sections: id, title, lines, tables.

    Parameters
    ----------
    found : mapping
        As `training.audit.extras.Extras.to_dict` gives it.
    outcomes : mapping of str to mapping of str to str
        What each outcome is, in both languages, by name.
    words : Words
        With the sentences of the audit.
    """
    yield _proxies(found["proxies"], words)
    if "ablations" in found:
        yield _ablations(found["ablations"], words)
        yield _stress(found["stress"], words)
        yield _what_if(found["what_if"], outcomes, words)


def _proxies(found: Plain, words: Words) -> dict[str, Any]:
    """Say what features and score give away of each group."""
    seen = [one for one in found["groups"] if one["why"] is None]
    heads = [words(f"audit_more.{name}") for name in ("features", "score")]
    rows = [_row(one, [_count(one["n"], words), *_given_away(one, words)], words) for one in seen]
    table = _table(words("audit_more.proxies"), [words("audit.n"), *heads], rows, found["groups"], words)
    return _section("proxies", [words("audit_more.proxies_lead"), *_justified(found, words)], [table], words)


def _given_away(one: Plain, words: Words) -> list[dict[str, Any]]:
    """Give how well a group is told apart by features and by the score."""
    return [_auc(one[name], words) for name in ("features", "score")]


def _justified(found: Plain, words: Words) -> Iterator[str]:
    """Say for which groups somebody must say why, what carries it, and what was said."""
    asked = [one for one in found["groups"] if one["needs_justification"]]
    for one in asked:
        attribute, group = _names(one, words)
        carriers = ", ".join(words.of(each) for each in one["carriers"])
        said = {"attribute": attribute, "group": group, "carriers": carriers}
        if one["attribute"] in found["unjustified"]:
            yield words("audit_more.unjustified", **said)
        else:
            yield words("audit_more.justified", **said, text=found["justifications"][one["attribute"]])
    if not asked:
        yield words("audit_more.nothing_given_away")


def _ablations(found: Sequence[Plain], words: Words) -> dict[str, Any]:
    """Say what each set of features does."""
    lines = [words("audit_more.ablations_lead"), *(_without(one, words) for one in found)]
    heads = ["audit.n", "audit_more.rate_with", "audit_more.rate_without", "audit_more.joins", "audit_more.leaves"]
    tables = [
        _table(
            words.of(one["title"]), [words(head) for head in heads], _moves(one["groups"], words), one["groups"], words
        )
        for one in found
    ]
    return _section("ablations", lines, tables, words)


def _without(one: Plain, words: Words) -> str:
    """Say how well reports are ordered without a set of features."""
    features = ", ".join(words.of(each) for each in one["features"])
    figures = {name: _auc(one[name], words)["text"] for name in ("with", "without")}
    gain = _auc(one["gain"], words, sign=True)["text"]
    return words(
        "audit_more.without",
        title=words.of(one["title"]),
        features=features,
        gain=gain,
        full=figures["with"],
        less=figures["without"],
    )


def _moves(groups: Sequence[Plain], words: Words) -> list[dict[str, Any]]:
    """Give who moves in the groups that may be shown."""
    return [
        _row(
            one,
            [
                _count(one["n"], words),
                *_both(one, "selection_rate", words),
                *(_count(one[each], words) for each in ("joins", "leaves")),
            ],
            words,
        )
        for one in groups
        if one["n"] is not None
    ]


def _stress(found: Sequence[Plain], words: Words) -> dict[str, Any]:
    """Say what a thinner past does to each group."""
    seen = [one for one in found if one["why"] is None]
    shares = [
        words("audit_more.thinner", share=words.hundred(point["history"]))
        for point in (seen[0]["curve"] if seen else ())
    ]
    heads = [words("audit_more.now"), words("audit_more.others"), *shares]
    rows = [
        _row(
            one,
            [_share(one["rate"], words), _share(one["others"], words), *(_point(each, words) for each in one["curve"])],
            words,
        )
        for one in seen
    ]
    lines = [f"{', '.join(_names(one, words))} \N{EN DASH} {say_thinned(one, words.language)}" for one in seen]
    table = _table(words("audit_more.stress"), heads, rows, found, words)
    return _section("stress", [words("audit_more.stress_lead"), *lines], [table], words)


def _point(one: Plain, words: Words) -> dict[str, Any]:
    """Give the share read first on a thinner past, and the interval of the change."""
    share = _share(one["rate"], words)
    if one["change"] is None:
        return share
    low, high = (words.hundred(one["change"][end], 1) for end in ("low", "high"))
    return {**share, "text": words("audit_more.change", rate=share["text"], low=low, high=high)}


def _what_if(found: Plain, outcomes: Mapping[str, Mapping[str, str]], words: Words) -> dict[str, Any]:
    """Say what each experiment would do."""
    lines = [words("audit_more.what_if_off"), words("audit_more.measured", name=words.of(outcomes[found["outcome"]]))]
    untried = (one for one in found["experiments"] if one["why"])
    lines += dict.fromkeys(
        f"{say_attribute(one['attribute'], words.language)}: {words.of(one['why'])}" for one in untried
    )
    by_title: dict[str, list[Plain]] = {}
    for one in found["experiments"]:
        by_title.setdefault(words.of(one["title"]), []).append(one)
    tables = [_experiment(title, tried, words) for title, tried in by_title.items()]
    return _section("what_if", lines, tables, words)


def _experiment(title: str, tried: Sequence[Plain], words: Words) -> dict[str, Any]:
    """Give what one experiment would do to the groups of every attribute."""
    heads = [words(f"audit_more.{when}_{rate}") for rate in RATES for when in ("before", "after")]
    groups = [group for one in tried for group in one["groups"] if group["attribute"] == one["attribute"]]
    counted = [name for name in COUNTED if any(one[name] is not None for one in groups)]
    rows = [
        _row(
            one,
            [
                _count(one["n"], words),
                *(_count(one[name], words, sign=name == "found") for name in counted),
                *(cell for rate in RATES for cell in _both(one, rate, words)),
            ],
            words,
        )
        for one in groups
        if one["n"] is not None
    ]
    more = [words(f"audit_more.{name}") for name in counted]
    return _table(title, [words("audit.n"), *more, *heads], rows, groups, words)


def _section(name: str, lines: Sequence[str], tables: Sequence[Plain], words: Words) -> dict[str, Any]:
    """Give one section; groups that are hidden in the same way are named under its first table."""
    told = [
        {**one, "hidden": [] if place and one["hidden"] == tables[0]["hidden"] else one["hidden"]}
        for place, one in enumerate(tables)
    ]
    return {"id": name, "title": words(f"audit_more.{name}"), "lines": list(lines), "tables": told}


def _table(
    caption: str, heads: Sequence[str], rows: Sequence[Plain], groups: Sequence[Plain], words: Words
) -> dict[str, Any]:
    """Give one table, and the groups that are not in it."""
    shown = {(row["attribute"], row["group"]) for row in rows}
    gone: dict[str, list[str]] = {}
    for one in groups:
        attribute, group = _names(one, words)
        if (attribute, group) not in shown:
            gone.setdefault(attribute, []).append(group)
    hidden = [
        words("audit.hidden", attribute=name, groups=", ".join(dict.fromkeys(labels))) for name, labels in gone.items()
    ]
    return {
        "caption": caption,
        "heads": [words("audit.attribute"), words("audit.group"), *heads],
        "rows": list(rows),
        "hidden": hidden,
    }


def _row(one: Plain, cells: Sequence[Plain], words: Words) -> dict[str, Any]:
    """Give one row."""
    attribute, group = _names(one, words)
    return {"attribute": attribute, "group": group, "cells": list(cells)}


def _names(one: Plain, words: Words) -> tuple[str, str]:
    """Say attribute and group."""
    return say_attribute(one["attribute"], words.language), say_group(one["attribute"], one["label"], words.language)


def _both(one: Plain, rate: str, words: Words) -> list[dict[str, Any]]:
    """Give a figure before and after."""
    return [_share(one[when].get(rate, {"value": None})["value"], words) for when in ("before", "after")]


def _share(value: float | None, words: Words) -> dict[str, Any]:
    """Give a share as so many of a hundred, or that it cannot be told."""
    if value is None:
        return {"value": "", "text": words("audit.not_estimable")}
    return {"value": value, "text": words.hundred(value, 1) + " %"}


def _count(value: int | None, words: Words, *, sign: bool = False) -> dict[str, Any]:
    """Give a count, or that it is hidden."""
    if value is None:
        return {"value": "", "text": words("audit.suppressed")}
    return {"value": value, "text": words.number(value, sign=sign)}


def _auc(found: Plain | None, words: Words, *, sign: bool = False) -> dict[str, Any]:
    """Give a figure with its interval, or that it cannot be told."""
    if found is None:
        return {"value": "", "text": words("audit.not_estimable")}
    value, low, high = (words.number(found[each], 2, sign=sign) for each in ("value", "low", "high"))
    return {"value": found["value"], "text": f"{value} ({low} – {high})"}
