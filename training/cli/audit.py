"""Here we read the arguments of the audit of groups: a case folder and a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from training import run as do
from training.audit import Wanted
from training.audit.period import AUDITED
from training.cli import shared
from training.cli.shared import AsJson, Folder, InLanguage, Language
from training.plan import GIVEN_AWAY, read_plan
from training.terminal.audit import show_audit
from training.terminal.results import show_made

CONCERN_FOUND = 11
EXAMPLE = "triage audit cases --bundle run1/bundle --out audit --reference sex=boy"


def audit(
    folder: Folder,
    bundle: Annotated[Path, typer.Option(help="The bundle that is audited; no approval is needed for it.")],
    config: Annotated[
        Path | None, typer.Option(help="The plan that it was trained with; the default plan otherwise.")
    ] = None,
    reference: Annotated[
        list[str] | None, typer.Option(help="attribute=group: whom the others are compared with; else the largest.")
    ] = None,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep", help="Also grow trees again and thin the past: ablations, under-reporting, what would happen."
        ),
    ] = False,
    justify: Annotated[
        list[str] | None, typer.Option(help="attribute=text: why it is right that features or score give it away.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="A folder: audit.json and the page in both languages.")] = None,
    seed: Annotated[int, typer.Option(help="Of what is drawn.")] = 0,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Audit how a model and the people after it treat groups of children. Exit code 11 when there is a concern."""
    named = _pairs(reference, "--reference", "sex=boy", AUDITED)
    why = _pairs(justify, "--justify", "area=text", GIVEN_AWAY)
    with shared.working("auditing") as say:
        report = do.audit_folder(folder, bundle, read_plan(config), Wanted(named, deep, why, seed), say=say)
    if out is not None:
        show_made(shared.err, [(path.name, path) for path in do.write_audit(report, out)])
    shared.show(as_json, report.to_dict(), lambda: show_audit(shared.out, report, lang.value))
    if report.counts()["concern"]:
        raise typer.Exit(CONCERN_FOUND)


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command("audit", epilog=f"Example: {EXAMPLE}")(audit)


def _pairs(texts: list[str] | None, option: str, example: str, allowed: Sequence[str]) -> dict[str, str]:
    """Read attribute=something, as often as it was given."""
    return dict(_pair(one, option, example, allowed) for one in texts or ())


def _pair(text: str, option: str, example: str, allowed: Sequence[str]) -> tuple[str, str]:
    """Read one of them."""
    attribute, equals, said = text.partition("=")
    if not (attribute and equals and said.strip()):
        raise typer.BadParameter(f"write it as {example}", param_hint=option)
    if attribute not in allowed:
        raise typer.BadParameter(f"{attribute!r} is not audited. Allowed: {', '.join(allowed)}", param_hint=option)
    return attribute, said
