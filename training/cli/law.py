"""Here we read the arguments of the verbs that need no model: the law, its explanation, its cases, replay and clocks."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from features.folder import load
from features.report import NOTHING_KNOWN, local_time, parse_known, parse_report
from training import run as do
from training.cli import shared
from training.cli.shared import AsJson, Folder, InLanguage, Language
from training.pages.rendered import law_page
from training.terminal.results import show_case_results, show_clocks, show_replay
from triage.clocks import clocks as read_clocks
from triage.law import load_law
from triage.law_cases import CaseResult, read_cases, run_case
from triage.narrative import explain
from triage.replay import replay as rerun
from triage.rules import deadlines, findings

CASES = Path("tests") / "law_cases"
WRONG = 1


def law(
    on: Annotated[str, typer.Option("--on", help="The day, YYYY-MM-DD.")],
    html: Annotated[Path | None, typer.Option(help="Write the lawyer's page here.")] = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Show everything in force on a day: rule, citation, certainty, when last checked, what changed last."""
    whole = load_law()
    in_force = whole.at(_day(on))
    if html is not None:
        do.write_text(html, law_page(whole, in_force, language=lang.value))
        shared.err.print(f"law: {html}", highlight=False)
    if as_json:
        sys.stdout.write(do.as_json([provision.to_dict() for provision in in_force.provisions.values()]) + "\n")
    elif html is None:
        for provision in in_force.provisions.values():
            citation = provision.citation
            shared.out.print(f"\n[bold]{provision.title.say(lang.value)}[/bold]", highlight=False)
            shared.out.print(provision.rule.say(lang.value), markup=False, highlight=False)
            line = f"{citation.reference} · {citation.certainty} · {citation.in_force_from} · {citation.checked_on}"
            shared.out.print(line, markup=False, highlight=False, style="dim")


def explain_law(
    report: Annotated[Path, typer.Argument(help="A report in JSON (- for standard input).")],
    known: Annotated[Path | None, typer.Option(help="JSON: what is recorded about the child.")] = None,
    on: Annotated[str | None, typer.Option("--law", help="Use the law of another day, YYYY-MM-DD.")] = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Explain what the law says of one report: conditions, values read, paragraph, version, what to ask."""
    text = sys.stdin.buffer.read() if str(report) == "-" else report.read_bytes()
    read = parse_report(text)
    history = NOTHING_KNOWN if known is None else parse_known(known.read_bytes())
    in_force = load_law().at(local_time(read.received_at).date() if on is None else _day(on))
    found = findings(read, history, in_force)
    due = deadlines(read, found, in_force)
    if as_json:
        data = {
            "law": in_force.on.isoformat(),
            "findings": [finding.to_dict() for finding in found],
            "deadlines": [deadline.to_dict() for deadline in due],
        }
        sys.stdout.write(do.as_json(data) + "\n")
    else:
        sys.stdout.write(explain(in_force, found, due, lang.value))


def law_test(
    folder: Annotated[Path, typer.Argument(help="A folder of *.toml with law cases, or one such file.")] = CASES,
    as_json: AsJson = False,
) -> None:
    """Run the cases a lawyer wrote. Exit code 1 when the law answers otherwise than expected."""
    files = [folder] if folder.is_file() else sorted(folder.glob("*.toml"))
    if not files:
        raise typer.BadParameter(f"{folder} holds no *.toml", param_hint="folder")
    whole = load_law()
    results: list[CaseResult] = []
    for path in files:
        results += [run_case(case, whole) for case in read_cases(path.read_text(encoding="utf-8"), path.name)]
    data = [
        {"name": r.case.name, "reason": r.case.reason, "passed": r.passed, "differences": r.differences}
        for r in results
    ]
    shared.show(as_json, data, lambda: show_case_results(shared.out, results))
    if not all(result.passed for result in results):
        raise typer.Exit(WRONG)


def replay(
    folder: Folder,
    on: Annotated[str, typer.Option("--law", help="The day whose law is applied to everything, YYYY-MM-DD.")],
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Re-run history under the law of another date: which answers change, and why."""
    with shared.working("re-running"):
        found = rerun(load(folder), load_law(), _day(on))
    shared.show(as_json, found.to_dict(), lambda: show_replay(shared.out, found, lang.value))


def clocks(
    folder: Folder,
    at: shared.Moment = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Show what is due when, what is late, and on what ground the time may be extended."""
    with shared.working("reading the clocks"):
        found = read_clocks(load(folder), load_law(), shared.moment(at))
    shared.show(as_json, found.to_dict(), lambda: show_clocks(shared.out, found, lang.value))


EXAMPLES: dict[Callable[..., None], tuple[str, str]] = {
    law: ("law", "triage law --on 2025-07-01 --html law.html"),
    explain_law: ("explain-law", "triage explain-law report.json --lang en"),
    law_test: ("law-test", "triage law-test tests/law_cases"),
    replay: ("replay", "triage replay cases --law 2026-01-15"),
    clocks: ("clocks", "triage clocks cases --at 2026-06-30T08:00:00+02:00"),
}
"""The verbs with their names and examples."""


def register(app: typer.Typer) -> None:
    """Add the verbs to the command."""
    for verb, (name, example) in EXAMPLES.items():
        app.command(name, epilog=f"Example: {example}")(verb)


def _day(text: str) -> dt.date:
    """Read a day."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write it as 2025-07-01", param_hint="--on or --law") from None
