"""Here we keep what the verbs share: consoles, common options, the moment asked for, progress."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from training import run as do
from training.callbacks import Done, Say

out, err = Console(), Console(stderr=True)


class Language(StrEnum):
    """The language of what is printed and written."""

    SV = "sv"
    EN = "en"


Folder = Annotated[Path, typer.Argument(help="A case folder: reports, concerns, events … as Parquet or CSV.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]
InLanguage = Annotated[Language, typer.Option("--lang", help="Swedish or English.")]
Moment = Annotated[str | None, typer.Option("--at", help="The moment, ISO 8601 with offset; now when left out.")]


def moment(text: str | None, option: str = "--at") -> dt.datetime:
    """Read the moment, or ask the clock: the only place that does."""
    if text is None:
        return dt.datetime.now(dt.UTC)
    try:
        read = dt.datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write it as 2026-06-30T08:00:00+02:00", param_hint=option) from None
    if read.tzinfo is None:
        raise typer.BadParameter("give the offset, for example +02:00", param_hint=option)
    return read


def show(as_json: bool, data: object, print_it: Callable[[], object]) -> None:
    """Print for a program or for a person."""
    if as_json:
        sys.stdout.write(do.as_json(data) + "\n")
    else:
        print_it()


@contextmanager
def working(what: str) -> Iterator[Say]:
    """Show what is being done and for how long, on standard error."""
    with err.status(what) as status:
        yield lambda step: status.update(f"{what}: {step}")


@contextmanager
def counting(what: str) -> Iterator[Done]:
    """Show how much is done and how long it will take, on standard error."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda number, total: progress.update(task, completed=number, total=total)
