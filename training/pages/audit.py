"""Here we write the page of an audit of groups: what is a concern and whom it harms, what cannot be told, and every figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from training.audit.chain import FIGURE
from training.audit.names import TABLE, in_words, say_attribute, say_group
from training.pages.audit_more import more_sections
from training.pages.rendered import only_script, render
from training.words import Words, read_shelf
from triage.audit import FIGURES

Plain = Mapping[str, Any]
SHOWN = 8
"""Concerns that stand on the first page; the others stand in the tables."""
COLUMNS = (
    "selection_rate",
    "prevalence",
    "true_positive_rate",
    "false_positive_rate",
    "precision",
    "calibration_difference",
    "mean_delay",
    "abstention_rate",
    "reasons_shown",
)
TITLES = {figure.code: figure.title.to_dict() for figure in FIGURES}
SHARES = {figure.code for figure in FIGURES if figure.share} | {"calibration_difference"}
LETTER, ASIDE, WIDE, ROW, LEAST = 8.6, 14.0, 390.0, 17.0, 0.2
"""Of the picture: what a letter of a name takes at most, the space beside names, how far shares go, the height of a row, and the
least share at the right edge."""
DRAWN = ("sex", "birth_region", "disability", "income_band", "language", "age", "unit")


def audit_page(report: Plain, *, language: str) -> str:
    """Write an audit as one self-contained HTML page; it can be read without its one script, which sorts tables.

    Parameters
    ----------
    report : mapping
        As `training.audit.AuditReport.to_dict` gives it.
    language : {"sv", "en"}
    """
    words = Words.read(language, "queue.toml", TABLE)
    script = only_script(read_shelf("audit.js") or "")
    return render("audit.html.jinja", words, script_source=script, page=_view(report, words))


def _view(report: Plain, words: Words) -> dict[str, Any]:
    """Give what the page shows."""
    concerns = sorted(report["concerns"], key=lambda one: -abs(one["gap"]["difference"]) / one["size"])
    chain, more = report["chain"], len(concerns) - SHOWN
    return {
        "synthetic": report["about"]["synthetic"],
        "counts": words("audit.counts", **{name: words.number(n) for name, n in report["counts"].items()}),
        "about": list(_about(report["about"], words)),
        "worst": [_finding(one, words) for one in concerns[:SHOWN]],
        "more": words("audit.more", n=words.number(more)) if more > 0 else "",
        "picture": _picture(next(iter(report["outcomes"].values()))["groups"], words),
        "untold": list(_untold(report, words)),
        "left_out": sorted({_left_out(one, report["about"], words) for one in report["about"]["left_out"]}),
        "tables": [
            _table(words.of(report["about"]["outcomes"][name]), found["groups"], words)
            for name, found in report["outcomes"].items()
        ],
        "chain": chain and _shares(words("audit.chain"), chain["steps"], words),
        "arises": [_finding(one, words) for one in chain["arises"]] if chain else [],
        "ways": chain and _shares(words("audit.ways"), chain["ways"], words),
        "more_sections": list(more_sections(report["extras"], report["about"]["outcomes"], words))
        if report["extras"]
        else [],
    }


def _about(about: Plain, words: Words) -> Iterator[tuple[str, str]]:
    """Say what was audited."""
    yield words("audit.reports"), words.number(about["reports"])
    yield words("audit.period"), f"{about['from']} – {about['to']}"
    yield words("audit.bundle"), about["bundle"]


def _left_out(one: str, about: Plain, words: Words) -> str:
    """Say what may not be published: a kind of figures, or an outcome."""
    text = about["outcomes"].get(one)
    return (
        words.or_same("audit_left_out", one) if text is None else words("audit.left_out_outcome", name=words.of(text))
    )


def _finding(one: Plain, words: Words) -> dict[str, str]:
    """Give one concern in words."""
    gap, language = one["gap"], words.language
    attribute = gap["attribute"]
    whom = {
        "attribute": say_attribute(attribute, language),
        "group": say_group(attribute, one["harmed"] or gap["label"], language),
    }
    numbers = {"n": words.number(gap["n"]), "reference": words.number(gap["n_reference"])}
    return {
        "seen": in_words(one["seen"], gap, language),
        "harm": words.of(one["harm"]) if one["harm"] else "",
        "harmed": words("audit.harmed", **whom) if one["harmed"] else "",
        "behind": words("audit.behind", **numbers),
    }


def _untold(report: Plain, words: Words) -> Iterator[tuple[str, str]]:
    """Count what cannot be told by its reason, the commonest first."""
    parts = [*report["outcomes"].values(), report["crossings"], *(report["chain"] or {"steps": ()})["steps"]]
    silent = [one for part in parts for one in part["findings"] if one["verdict"]["code"] == "cannot_tell"]
    why = Counter(words.of(one["gap"]["why"]) if one["gap"]["why"] else words("audit.wide") for one in silent)
    yield from ((words.number(n), said) for said, n in why.most_common())


def _table(name: str, groups: Sequence[Plain], words: Words) -> dict[str, Any]:
    """Give the figures of every group for one outcome; a figure that nobody has is left out."""
    told = [code for code in COLUMNS if any(_told(group, code) for group in groups)]
    return {
        "caption": words("audit.outcome", name=name),
        "heads": [
            words("audit.attribute"),
            words("audit.group"),
            words("audit.n"),
            *(words.of(TITLES[one]) for one in told),
        ],
        "rows": [_row(group, [group["rates"].get(code) for code in told], told, words) for group in _seen(groups)],
        "hidden": list(_hidden(groups, words)),
    }


def _shares(caption: str, parts: Sequence[Plain], words: Words) -> dict[str, Any]:
    """Give one share per part, of every group."""
    by_group = [{(one["attribute"], one["label"]): one["share"] for one in part["groups"]} for part in parts]
    heads = [words.of(part["title"]) for part in parts]
    return {
        "caption": caption,
        "heads": [words("audit.attribute"), words("audit.group"), words("audit.n"), *heads],
        "rows": [
            _row(group, [held[group["attribute"], group["label"]] for held in by_group], [FIGURE] * len(parts), words)
            for group in _seen(parts[0]["groups"])
        ],
        "hidden": list(_hidden(parts[0]["groups"], words)),
    }


def _seen(groups: Sequence[Plain]) -> list[Plain]:
    """Give the groups that are not hidden."""
    return [one for one in groups if one["n"] is not None]


def _hidden(groups: Sequence[Plain], words: Words) -> Iterator[str]:
    """Name the groups that are hidden, an attribute a line."""
    gone: dict[str, list[str]] = {}
    for one in groups:
        if one["n"] is None:
            gone.setdefault(one["attribute"], []).append(say_group(one["attribute"], one["label"], words.language))
    for attribute, labels in gone.items():
        yield words("audit.hidden", attribute=say_attribute(attribute, words.language), groups=", ".join(labels))


def _told(group: Plain, code: str) -> bool:
    """Tell whether a group has a figure."""
    return code in group["rates"] and group["rates"][code]["value"] is not None


def _row(group: Plain, rates: Sequence[Plain | None], codes: Sequence[str], words: Words) -> dict[str, Any]:
    """Give one row: attribute, group, reports, figures."""
    n, language = group["n"], words.language
    count = {"value": "" if n is None else n, "text": words("audit.suppressed") if n is None else words.number(n)}
    return {
        "attribute": say_attribute(group["attribute"], language),
        "group": say_group(group["attribute"], group["label"], language),
        "cells": [count, *(_cell(rate, code, words) for rate, code in zip(rates, codes, strict=True))],
    }


def _cell(rate: Plain | None, code: str, words: Words) -> dict[str, Any]:
    """Give a figure with its interval, or why there is none: hidden and not estimable are two things, and neither is 0."""
    if rate is None or rate["value"] is None:
        hidden = rate is not None and rate["why"] is not None and rate["why"]["code"] == "suppressed"
        return {"value": "", "text": words("audit.suppressed" if hidden else "audit.not_estimable")}
    low, high = rate["low"], rate["high"]
    said = f"{_number(rate['value'], code, words)}"
    return {
        "value": rate["value"],
        "text": said if low is None else f"{said} ({_number(low, code, words)}–{_number(high, code, words)})",
    }


def _number(value: float, code: str, words: Words) -> str:
    """Write a share as so many of a hundred, other figures as they are."""
    return words.hundred(value, 1) + " %" if code in SHARES else words.number(value, 1)


def _picture(groups: Sequence[Plain], words: Words) -> dict[str, Any]:
    """Place the share prioritised of everyone and of the groups that may be shown."""
    rated = [one for one in groups if one["attribute"] in DRAWN and _told(one, FIGURE)]
    edge = max([LEAST, *(one["rates"][FIGURE]["high"] or 0.0 for one in rated)])
    everyone = groups[0]["rates"][FIGURE]["value"] or 0.0
    names = [_named(one, words.language) for one in rated]
    label = round(LETTER * max(map(len, names), default=0))

    def across(share: float) -> float:
        return round(label + ASIDE + WIDE * min(max(share, 0.0), edge) / edge, 1)

    return {
        "width": round(label + ASIDE + WIDE + 2 * ASIDE),
        "height": round(ROW * (len(rated) + 1) + 20),
        "label": label,
        "everyone": across(everyone),
        "ticks": [{"x": across(edge * step / 4), "text": words.hundred(edge * step / 4) + " %"} for step in range(5)],
        "marks": [
            {"y": round(ROW * (place + 1), 1), "text": name, **_mark(one["rates"][FIGURE], across)}
            for place, (name, one) in enumerate(zip(names, rated, strict=True))
        ],
    }


def _named(group: Plain, language: str) -> str:
    """Name a group with its attribute."""
    name = group["attribute"]
    return f"{say_attribute(name, language)}: {say_group(name, group['label'], language)}"


def _mark(rate: Plain, across: Callable[[float], float]) -> dict[str, float]:
    """Place one share with its interval."""
    low, high = (rate["value"] if end is None else end for end in (rate["low"], rate["high"]))
    return {"dot": across(rate["value"]), "start": across(low), "end": across(high)}
