"""Here we write what the model was held to: age, order, small changes, weak slices, groups, reasons, known failures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from training.card.blocks import NOT_DRAWN, Block, Bullets, Heading, Paragraph, Table
from training.card.record_audit import audited, opened
from training.words import Words

Facts = Mapping[str, Any]


def tested(facts: Facts, words: Words) -> Iterator[Block]:
    """Give what the model was held to; a part that was not examined says why."""
    analyses = facts["quantitative_analyses"]
    yield from _checks(facts["checks"], words)
    yield from _age(analyses["age_curve"], words)
    yield from _ordering(analyses["ordering"], words)
    yield from _probes(analyses["probes"], words)
    yield from _weak(analyses["weak_slices"], words)
    yield from audited(analyses, words)
    yield from _reasons(analyses["reasons"], words)
    yield from _failures(facts["known_failures"], words)


def _checks(checks: list[Facts], words: Words) -> Iterator[Block]:
    yield Heading(3, words("card.checks"))
    yield Paragraph(words("card.checks_text"))
    rows = tuple((_title(one, words), words(f"verdict.{one['verdict']}"), words.of(one["detail"])) for one in checks)
    heads = (words("card.checked"), words("card.verdict"), words("card.detail"))
    yield Table(words("card.checks"), heads, rows, quiet=True)


def _title(check: Facts, words: Words) -> str:
    """Name a check; one that a board cannot pass over says so."""
    return f"{words.of(check)} ({words('card.mandatory')})" if check["mandatory"] else words.of(check)


def _age(part: Facts, words: Words) -> Iterator[Block]:
    """Give the age curve: the same report for a child of every age."""
    yield from opened("age", part, words)
    if part["state"] == "not_examined":
        return
    yield Paragraph(words("card.age_text"))
    heads = tuple(
        words(f"column.{head}") for head in ("report", "newborn", "nine", "seventeen", "between", "range", "unknown")
    )
    yield Table(
        words("card.age"), heads, tuple(_curve(one, words) for one in part["curves"]), (1, 2, 3, 4, 6), quiet=True
    )


def _curve(one: Facts, words: Words) -> tuple[Any, ...]:
    """Give one curve: at birth, nine and seventeen, the lowest and highest, and with age unknown."""
    years, told = one["by_year"], words.or_dash
    low, high = one["lowest"], one["highest"]
    drawn = NOT_DRAWN if low is None or high is None else {"kind": "strip", "start": 100 * low, "end": 100 * high, "dot": 50 * (low + high)}  # fmt: skip
    at = (told(years[age], hundred=True) for age in (0, 9, -1))
    between = words("card.span", low=told(low, hundred=True), high=told(high, hundred=True))
    return (words.of(one), *at, between, drawn, told(one["unknown"], hundred=True))


def _ordering(part: Facts, words: Words) -> Iterator[Block]:
    yield from opened("ordering", part, words)
    if part["state"] == "examined":
        n = words.number(part["pairs"])
        yield Paragraph(words("card.ordering_text", n=n) + " " + words.of(part["standing"]), note=not part["signed"])


def _probes(part: Facts, words: Words) -> Iterator[Block]:
    yield from opened("probes", part, words)
    if part["state"] == "not_examined":
        return
    rows = tuple(
        (words.of(one), words(f"verdict.{one['verdict']}"), words.number(one["tried"]), words.of(one["detail"]))
        for one in part["results"]
    )
    heads = (words("card.checked"), words("card.verdict"), words("column.tried"), words("card.detail"))
    yield Table(words("card.probes"), heads, rows, (2,), quiet=True)


def _weak(part: Facts, words: Words) -> Iterator[Block]:
    yield from opened("weak_slices", part, words)
    if part["state"] == "not_examined" or not part["found"]:
        return
    heads = tuple(
        words(f"column.{head}") for head in ("slice", "reports", "households", "estimated", "observed", "gap")
    )
    yield Table(
        words("card.weak_slices"), heads, tuple(_slice(one, words) for one in part["found"]), (1, 2, 3, 4), quiet=True
    )


def _slice(one: Facts, words: Words) -> tuple[str, ...]:
    gap, low, high = (words.number(100 * one[name], 0, sign=True) for name in ("gap", "low", "high"))
    counts = (words.number(one["n"]), words.number(one["households"]))
    shares = (words.hundred(one["estimated"]), words.hundred(one["observed"]))
    return (words.of(one), *counts, *shares, f"{gap} ({words('card.span', low=low, high=high)})")


def _reasons(part: Facts, words: Words) -> Iterator[Block]:
    """Say how well the reasons mirror the model, and how long they stay the same."""
    yield from opened("reasons", part, words)
    if part["state"] == "not_examined":
        return
    said = [words("card.reasons_exact", n=words.number(part["reports"]), gap=words.number(part["additivity"], 6), brute=words.number(part["brute_force"], 6))]  # fmt: skip
    said += [words("card.reasons_shown", n=words.number(part["shown"], 1), of=words.hundred(part["explained"]))]
    said += [_kept(one, words) for one in part["stability"]]
    yield Bullets(tuple(said))


def _kept(one: Facts, words: Words) -> str:
    kept, first = (words.or_dash(one[key], hundred=True) for key in ("kept", "same_first"))
    return words("card.reasons_kept", days=words.number(one["days"], sign=True), kept=kept, first=first)


def _failures(failures: list[Facts], words: Words) -> Iterator[Block]:
    """Give the catalogue of known failures: what was looked for, by what, and what came of it."""
    yield Heading(3, words("card.failures"))
    verdicts = ("passed", "failed", "not_applicable", "not_examined")
    counts = {name: words.number(sum(one["verdict"] == name for one in failures)) for name in verdicts}
    yield Paragraph(words("card.failures_text", n=words.number(len(failures)), **counts))
    rows = tuple(_failure(one, words) for one in failures)
    heads = (words("column.failure"), words("card.verdict"), words("card.detail"), words("column.by"))
    yield Table(words("card.failures"), heads, rows, quiet=True)


def _failure(one: Facts, words: Words) -> tuple[str, ...]:
    name, verdict = f"{one['number']}. {words.of(one)}", words(f"verdict.{one['verdict']}")
    return (name, verdict, words.of(one["why"]), ", ".join(_short(by) for by in one["by"]))


def _short(by: str) -> str:
    """Name a test without its folder."""
    return by.rsplit("::", 1)[-1].removeprefix("test_").replace("_", " ") if "::" in by else by
