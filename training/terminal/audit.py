"""Here we show an audit of groups in a terminal: what is a concern, whom it harms, and how much cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.audit.names import TABLE, in_words
from training.audit.run import AuditReport
from training.words import Words
from triage.audit import AuditVerdict

if TYPE_CHECKING:
    from rich.console import Console


def show_audit(console: Console, report: AuditReport, language: str) -> None:
    """Print the concerns with their harm, and count the rest."""
    words = Words.read(language, TABLE)
    concerns = [one for _, one in report.findings() if one.verdict is AuditVerdict.CONCERN]
    for one in concerns:
        harm = "" if one.harm is None else f"\n  {one.harm.say(language)}"
        said = in_words(one.seen.to_dict(), one.gap.to_dict(), language)
        console.print(f"· {said}{harm}", markup=False, highlight=False)
    if not concerns:
        console.print(words("audit.no_concerns"), highlight=False)
    counts = {name: words.number(n) for name, n in report.counts().items()}
    console.print(f"\n{words('audit.counts', **counts)}", highlight=False)
