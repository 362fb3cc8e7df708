"""Here we say for whom a model works worst and by how much, with an interval, or that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from training.words import Words

Facts = Mapping[str, Any]
SHOWN = 2
"""How many confirmed weaknesses stand on page one."""


def worst(analyses: Facts, words: Words) -> Iterator[str]:
    """Say it, weakest first.

    Parameters
    ----------
    analyses : mapping
        The card's quantitative analyses.
    words : Words
    """
    yield from _groups(analyses["validation"], words)
    yield from _slices(analyses["weak_slices"], words)
    yield from _audited(analyses["fairness"], words)


def _groups(validation: Facts, words: Words) -> Iterator[str]:
    """Name the unit or type of report whose reports are ordered worst, beside all."""
    if validation["state"] == "not_examined":
        yield words.of(validation["why"])
        return
    told = [one for one in validation["groups"] if one["figures"] is not None and one["figures"]["auc"] is not None]
    few = [words.of(one) for one in validation["groups"] if one not in told]
    everyone = validation["pooled"]["auc"]
    if told and everyone is not None:
        yield _weakest(min(told, key=lambda one: one["figures"]["auc"]["value"]), everyone["value"], words)
    if few:
        yield words("worst.too_few", names=", ".join(few))


def _weakest(one: Facts, everyone: float, words: Words) -> str:
    """Say how one group is ordered beside all, and whether that can be told from chance."""
    auc = one["figures"]["auc"]
    if auc["value"] >= everyone:
        return words("worst.no_group")
    values = {name: words.hundred(auc[name]) for name in ("value", "low", "high")}
    beside = {"everyone": words.hundred(everyone), "gap": words.hundred(everyone - auc["value"])}
    told = words("worst.told" if auc["high"] < everyone else "worst.chance")
    return f"{words('worst.group', kind=words.of(one['kind']), name=words.of(one), **values, **beside)} {told}"


def _slices(weak: Facts, words: Words) -> Iterator[str]:
    """Give the confirmed weaknesses that weigh most, or say that none was confirmed."""
    if weak["state"] == "not_examined":
        return
    found = sorted(weak["found"], key=lambda one: -abs(one["gap"]))
    if not found:
        yield words("worst.no_slice", n=words.number(weak["looked_at"]))
    yield from (_slice(one, words) for one in found[:SHOWN])
    if len(found) > SHOWN:
        yield words("worst.more", n=words.number(len(found) - SHOWN))


def _slice(one: Facts, words: Words) -> str:
    """Say one confirmed weakness: where it holds, what was promised and what came."""
    promised = {"estimated": words.hundred(one["estimated"]), "observed": words.hundred(one["observed"])}
    return words(f"worst.{one['measure']}", where=words.of(one["where"]), n=words.number(one["n"]), **promised)


def _audited(fairness: Facts, words: Words) -> Iterator[str]:
    """Give what the audit of groups came to and its largest concern, or say that there was none."""
    if fairness["state"] == "not_examined":
        yield words.of(fairness["why"])
        return
    yield words.of(fairness)
    concerns = [one for one in fairness["findings"] if one["verdict"] == "concern"]
    if concerns:
        largest = max(concerns, key=lambda one: abs(one["difference"]))
        yield f"{words.of(largest['attribute'])}: {words.of(largest)} {words.of(largest['harm'])}"
