"""Here we write what an audit of groups found: gaps, what gives groups away, what sets of features do, a thinner past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from training.card.blocks import Block, Bullets, Heading, Paragraph, Table
from training.words import Words

Facts = Mapping[str, Any]


def audited(analyses: Facts, words: Words) -> Iterator[Block]:
    """Give the four parts; one that was not examined says why."""
    yield from _groups(analyses["fairness"], words)
    yield from _proxies(analyses["proxies"], words)
    yield from _ablation(analyses["ablation"], words)
    yield from _stress(analyses["stress"], words)


def opened(name: str, part: Facts, words: Words) -> Iterator[Block]:
    """Give a part's heading, and its sentence or why it was not examined."""
    yield Heading(3, words(f"card.{name}"))
    if part["state"] == "not_examined":
        yield Paragraph(words.of(part["why"]), note=True)
    elif "sv" in part:
        yield Paragraph(words.of(part))


def _groups(part: Facts, words: Words) -> Iterator[Block]:
    """Give what the audit of groups found: what gives cause for concern first, with interval, chance and harm."""
    yield from opened("fairness", part, words)
    if part["state"] == "not_examined" or not part["findings"]:
        return
    heads = (words("column.compared"), words("card.verdict"), words("column.seen"), words("column.harm"))
    rows = tuple(
        (_compared(one, words), words(f"audit.{one['verdict']}"), words.of(one), words.of(one["harm"]))
        for one in part["findings"]
    )
    yield Table(words("card.fairness"), heads, rows, quiet=True)


def _compared(one: Facts, words: Words) -> str:
    counts = " / ".join("\N{EN DASH}" if one[key] is None else words.number(one[key]) for key in ("n", "n_reference"))
    return words("card.compared", attribute=words.of(one["attribute"]), n=counts)


def _proxies(part: Facts, words: Words) -> Iterator[Block]:
    """Say how surely each group is given away, by what, and what is answered to it."""
    yield from opened("proxies", part, words)
    if part["state"] == "not_examined":
        return
    yield Paragraph(words("card.proxies_text", limit=words.number(part["limit"], 1)))
    heads = tuple(words(f"column.{head}") for head in ("of_group", "reports", "by_features", "by_score", "said"))
    told = [one for one in part["groups"] if one["features"] is not None]
    yield Table(words("card.proxies"), heads, tuple(_given_away(one, words) for one in told), (1, 2, 3), quiet=True)
    carried = tuple(_carried(one, words) for one in told if one["needs_justification"] and one["carriers"])
    if carried:
        yield Paragraph(words("card.carriers"))
        yield Bullets(carried)
    yield from _not_told([one for one in part["groups"] if one["features"] is None], words)


def _not_told(groups: list[Facts], words: Words) -> Iterator[Block]:
    """Name groups that nothing is told of, by the reason."""
    named: dict[str, list[str]] = {}
    for one in groups:
        named.setdefault(words.of(one["said"]), []).append(_named(one, words))
    if named:
        yield Bullets(tuple(f"{why} {'; '.join(names)}." for why, names in named.items()))


def _given_away(one: Facts, words: Words) -> tuple[str, ...]:
    """Give one group."""
    figures = (_count(one["n"], words), *(_interval(one[key], words) for key in ("features", "score")))
    return (_named(one, words), *figures, words.of(one["said"]))


def _carried(one: Facts, words: Words) -> str:
    """Name what gives a group away, the strongest first."""
    return f"{_named(one, words)} \N{EN DASH} {'; '.join(words.of(each) for each in one['carriers'])}."


def _ablation(part: Facts, words: Words) -> Iterator[Block]:
    """Say what each set of features does, and how many are read first only because of it."""
    yield from opened("ablation", part, words)
    if part["state"] == "not_examined":
        return
    heads = tuple(words(f"column.{head}") for head in ("set", "with", "without", "gain_of_set", "leaves", "joins"))
    yield Table(
        words("card.ablation"), heads, tuple(_set(one, words) for one in part["sets"]), (1, 2, 3, 4, 5), quiet=True
    )


def _set(one: Facts, words: Words) -> tuple[str, ...]:
    figures = (_interval(one[key], words) for key in ("with", "without"))
    moves = (_count(one[key], words) for key in ("leaves", "joins"))
    return (words.of(one), *figures, _interval(one["gain"], words, decimals=3), *moves)


def _stress(part: Facts, words: Words) -> Iterator[Block]:
    """Say who would be read first if less of a group's past were recorded."""
    yield from opened("stress", part, words)
    if part["state"] == "not_examined":
        return
    told = [one for one in part["groups"] if one["curve"]]
    yield Paragraph(words("card.stress_text", n=words.number(len(told)), of=words.number(len(part["groups"]))))
    if told:
        shares = (words("card.thinner", share=words.hundred(point["history"])) for point in told[0]["curve"])
        heads = (words("column.of_group"), words("column.now"), words("column.others"), *shares)
        yield Table(words("card.stress"), heads, tuple(_curve(one, words) for one in told), quiet=True)
        yield Bullets(tuple(f"{_named(one, words)} \N{EN DASH} {words.of(one['said'])}" for one in told))
    yield from _not_told([one for one in part["groups"] if not one["curve"]], words)


def _curve(one: Facts, words: Words) -> tuple[str, ...]:
    now = (words.or_dash(one[key], hundred=True) for key in ("rate", "others"))
    return (_named(one, words), *now, *(_point(each, words) for each in one["curve"]))


def _point(one: Facts, words: Words) -> str:
    """Give the share read first, and the interval of the change."""
    rate = words.hundred(one["rate"])
    if one["change"] is None:
        return rate
    low, high = (words.number(100 * one["change"][end], 1, sign=True) for end in ("low", "high"))
    return f"{rate} ({words('card.span', low=low, high=high)})"


def _named(one: Facts, words: Words) -> str:
    return f"{words.of(one['attribute'])}: {words.of(one['label'])}"


def _count(value: int | None, words: Words) -> str:
    return "\N{EN DASH}" if value is None else words.number(value)


def _interval(found: Facts | None, words: Words, decimals: int = 2) -> str:
    """Give a figure with its interval, or a dash where it could not be told."""
    if found is None:
        return "\N{EN DASH}"
    value, low, high = (words.number(found[key], decimals) for key in ("value", "low", "high"))
    return f"{value} ({words('card.span', low=low, high=high)})"
