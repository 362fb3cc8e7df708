"""Here we show a leak audit in a terminal: every check with its answer, then what leaks, and what cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.leaks.findings import WORDS, Finding, LeakVerdict
from training.leaks.report import LeakReport
from training.words import Words

if TYPE_CHECKING:
    from rich.console import Console

MOST_SHOWN = 40


def show_leaks(console: Console, report: LeakReport, language: str) -> None:
    """Print an audit as a person would read it: the answers in a table, then each leak with what to do."""
    words = Words.read(language, WORDS)
    _overview(console, report, words)
    for verdict in (LeakVerdict.LEAK, LeakVerdict.CANNOT_TELL):
        found = report.of(verdict)
        if found:
            console.print(f"\n[bold]{words(f'leak_verdict.{verdict.value}')}[/bold]")
        lines = list(dict.fromkeys(f"· {each.said.say(language)}\n  {each.do.say(language)}" for each in found))
        for line in lines[:MOST_SHOWN]:
            console.print(line, markup=False, highlight=False)
        if len(lines) > MOST_SHOWN:
            console.print(words("leaks.more", n=len(lines) - MOST_SHOWN), highlight=False)
    counts = [f"{words(f'leak_verdict.{verdict.value}')}: {len(report.of(verdict))}" for verdict in LeakVerdict]
    console.print(f"\n{'. '.join(counts)}. {words('leaks.limit_proof')}", highlight=False)


def _overview(console: Console, report: LeakReport, words: Words) -> None:
    """Print one line per check and answer."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for head in ("check", "answer", "about"):
        table.add_column(words(f"leaks.{head}"), overflow="fold")
    for (title, verdict), found in _by_check(report, words).items():
        table.add_row(title, verdict, ", ".join(finding.column for finding in found if finding.column) or "–")
    console.print(table, markup=False, highlight=False)


def _by_check(report: LeakReport, words: Words) -> dict[tuple[str, str], list[Finding]]:
    """Gather findings by check and answer, in the order of the checks."""
    gathered: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        key = (finding.title.say(words.language), words(f"leak_verdict.{finding.verdict.value}"))
        gathered.setdefault(key, []).append(finding)
    return gathered
