"""Here we read the arguments of the leak audit: a case folder, or any table with the names of its columns."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from features.folder import load
from training import run as do
from training.cli import shared
from training.cli.shared import AsJson, InLanguage, Language
from training.leaks import AuditInputs, Columns, EventTable, audit
from training.leaks.files import find_rebuild, read_table
from training.leaks.matrix import inputs_of
from training.leaks.show import show_leaks
from training.pages.leaks import leaks_page
from triage.errors import INPUT_EXIT_CODE

LEAKS_FOUND = 7
EXAMPLE = "triage leaks matrix.parquet --entity child --time received --label outcome --horizon 180 --html leaks.html"


def leaks(
    target: Annotated[Path, typer.Argument(help="A case folder, or a table as Parquet or CSV.")],
    entity: Annotated[str | None, typer.Option(help="Column: whom a row is about.")] = None,
    time: Annotated[str | None, typer.Option(help="Column: when the report came in, with offset.")] = None,
    label: Annotated[str | None, typer.Option(help="Column: 1, 0, or nothing where the outcome is unknown.")] = None,
    household: Annotated[str | None, typer.Option(help="Column: who belongs together.")] = None,
    split: Annotated[str | None, typer.Option(help="Column: the part of the split.")] = None,
    feature: Annotated[list[str] | None, typer.Option(help="A feature column; by default every other number.")] = None,
    events: Annotated[list[Path] | None, typer.Option(help="A table of what happened, Parquet or CSV.")] = None,
    event_entity: Annotated[str | None, typer.Option(help="Its column: to whom; by default as --entity.")] = None,
    event_happened: Annotated[str | None, typer.Option(help="Its column: when it happened, with offset.")] = None,
    event_known: Annotated[str | None, typer.Option(help="Its column: when it was recorded.")] = None,
    event_withdrawn: Annotated[str | None, typer.Option(help="Its column: when it was withdrawn.")] = None,
    event_kind: Annotated[str | None, typer.Option(help="Its column: what it was.")] = None,
    rebuild: Annotated[str | None, typer.Option(help="What builds the features: module:name or file.py:name.")] = None,
    horizon: Annotated[int | None, typer.Option(min=1, help="Days until the outcome is decided.")] = None,
    end: Annotated[str | None, typer.Option(help="The data's end, ISO 8601 with offset.")] = None,
    seed: Annotated[int, typer.Option(help="Of what is sampled.")] = 0,
    html: Annotated[Path | None, typer.Option(help="Write the audit as a self-contained page.")] = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Look for leaks of the outcome in a table of features, whoever built it. Exit code 7 when something leaks."""
    aside = 0
    with shared.working("auditing") as say:
        if target.is_dir():
            _no_columns(entity, time, label, household, split, feature, events, rebuild, horizon, end)
            cases = load(target)
            inputs, aside = inputs_of(cases), len(cases.set_aside)
        else:
            columns = _columns(entity, time, label, household, split, feature)
            clocks = (event_happened, event_known, event_withdrawn)
            inputs = AuditInputs(
                table=read_table(target, columns.parts().values()),
                columns=columns,
                events=[_events(path, event_entity or columns.entity, clocks, event_kind) for path in events or ()],
                rebuild=None if rebuild is None else find_rebuild(rebuild),
                horizon=None if horizon is None else dt.timedelta(days=horizon),
                end=None if end is None else _moment(end),
            )
        report = audit(inputs, seed=seed, say=say)
    if html is not None:
        do.write_text(html, leaks_page(report.to_dict(), name=target.name, language=lang.value))
        shared.err.print(f"leaks: {html}", highlight=False)
    shared.show(as_json, report.to_dict(), lambda: show_leaks(shared.out, report, lang.value))
    if report.leaks:
        raise typer.Exit(LEAKS_FOUND)
    if aside:
        raise typer.Exit(INPUT_EXIT_CODE)


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command("leaks", epilog=f"Example: {EXAMPLE}")(leaks)


def _no_columns(*named: object) -> None:
    """Refuse column names for a case folder, which says itself which column is what."""
    if any(named):
        raise typer.BadParameter("a case folder says itself which column is what; give no columns, events or end")


def _columns(
    entity: str | None,
    time: str | None,
    label: str | None,
    household: str | None,
    split: str | None,
    features: list[str] | None,
) -> Columns:
    """Say which column plays which part; three must be named."""
    if entity is None or time is None or label is None:
        raise typer.BadParameter("a table needs --entity, --time and --label")
    return Columns(entity, time, label, tuple(features) if features else None, household, split)


def _events(path: Path, entity: str, clocks: tuple[str | None, ...], kind: str | None) -> EventTable:
    """Read one table of what happened."""
    happened, known, withdrawn = clocks
    if happened is None:
        raise typer.BadParameter("a table of what happened needs --event-happened")
    text = [name for name in (entity, happened, known, withdrawn, kind) if name is not None]
    return EventTable(path.stem, read_table(path, text), entity, happened, known, withdrawn, kind)


def _moment(text: str) -> dt.datetime:
    """Read the data's end."""
    try:
        return shared.moment(text)
    except typer.BadParameter as wrong:
        raise typer.BadParameter(wrong.message, param_hint="--end") from None
