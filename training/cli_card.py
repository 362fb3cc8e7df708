"""Here we read the arguments of everything that is shown of a model card."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from training import cli_shared as shared
from training import run as do
from training.card.files import read_held, write_everything, write_pages
from training.cli_shared import AsJson, InLanguage, Language
from training.show import show_made

BundleFolder = Annotated[Path, typer.Argument(help="The bundle's folder.")]


def card(
    bundle: BundleFolder,
    page: Annotated[Path | None, typer.Option("--out", help="Where one HTML page is written.")] = None,
    everything: Annotated[
        Path | None, typer.Option("--all", help="A folder for all of it: data, HTML and Markdown, both languages.")
    ] = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Render the model card of a bundle; a missing fact, or one of another model, stops it and is named."""
    held = read_held(bundle)
    if page is not None:
        made = write_pages(bundle, page.parent, [lang.value])[0].replace(page)
        shared.err.print(f"card: {made}", highlight=False)
    if everything is not None:
        show_made(shared.err, [(path.name, path) for path in write_everything(bundle, everything)])
    if as_json or (page is None and everything is None):
        sys.stdout.write(do.as_json(held.facts) + "\n")


def register(app: typer.Typer) -> None:
    """Add the verbs to the command."""
    app.command("card", epilog="Example: triage card run1/bundle --out card.html --lang sv")(card)
