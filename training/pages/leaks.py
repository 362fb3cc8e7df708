"""Here we write the page of a leak audit: what leaks and what to do, what cannot be told, and what no audit can see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training.leaks.findings import WORDS, LeakVerdict
from training.pages.rendered import render
from training.words import Words


def leaks_page(report: Mapping[str, Any], *, name: str, language: str) -> str:
    """Write a leak audit as one HTML page without scripts.

    Parameters
    ----------
    report : mapping
        As `training.leaks.LeakReport.to_dict` gives it.
    name : str
        What was audited: the name of the table or folder.
    language : {"sv", "en"}

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the language is neither Swedish nor English.
    """
    words = Words.read(language, "queue.toml", WORDS)
    return render("leaks.html.jinja", words, script_source="'none'", name=name, **_view(report, words))


def _view(report: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Give what the page shows."""
    findings: Sequence[Mapping[str, Any]] = report["findings"]
    groups = {
        verdict.value: [_entry(finding, words) for finding in findings if finding["verdict"] == verdict.value]
        for verdict in LeakVerdict
    }
    return {
        "counts": [f"{words(f'leak_verdict.{verdict}')}: {len(found)}" for verdict, found in groups.items()],
        "facts": _facts(report, words),
        "rows": [_row(finding, words) for finding in findings],
        "groups": groups,
    }


def _entry(finding: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Give one finding with its words in one language."""
    return {
        "code": finding["code"],
        "column": finding["column"],
        "title": words.of(finding["title"]),
        "said": words.of(finding["said"]),
        "do": words.of(finding["do"]),
    }


def _row(finding: Mapping[str, Any], words: Words) -> tuple[str, str, str, str]:
    """Give one row of the overview: check, answer, column, rows; no rows where nothing could be looked at."""
    untold = finding["verdict"] == LeakVerdict.CANNOT_TELL.value and not finding["rows"]
    seen = words("leaks.of", n=words.number(finding["rows"]), of=words.number(finding["of"]))
    return (
        words.of(finding["title"]),
        words(f"leak_verdict.{finding['verdict']}"),
        finding["column"] or words("leaks.whole"),
        "–" if untold else seen,
    )


def _facts(report: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """Say what was audited."""
    known = f"{words.number(report['labelled'])} {words('leaks.labelled')}"
    events = "; ".join(f"{name}: {words.number(rows)}" for name, rows in report["events"].items())
    horizon = report["horizon_days"]
    how = words("leaks.end_given" if report["end_given"] else "leaks.end_taken")
    said = {
        "rows": f"{words.number(report['rows'])}, {known}",
        "entities": words.number(report["entities"]),
        "features": words.number(len(report["features"])),
        "skipped": f"{', '.join(report['skipped'])} ({words('leaks.skipped_text')})" if report["skipped"] else "",
        "events": events or words("leaks.nothing"),
        "horizon": words("leaks.not_given") if horizon is None else words("leaks.days", n=words.number(horizon)),
        "end": f"{words.time(report['end'])} ({how})",
        "seed": str(report["seed"]),
    }
    return [(words(f"leaks.{key}"), text) for key, text in said.items() if text]
