"""Here we read the arguments of everything that is shown of a model card."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from training import run as do
from training.card import diff, registers
from training.card.files import bundles_in, read_facts, read_held, write, write_everything, write_pages, write_site
from training.cli import shared
from training.cli.shared import AsJson, InLanguage, Language
from training.terminal.results import show_made

Card = Annotated[Path, typer.Argument(metavar="CARD", help="A bundle's folder, or a card.json.")]
BundleFolder = Annotated[Path, typer.Argument(help="The bundle's folder.")]


class Register(StrEnum):
    """A public register."""

    NL = "nl"
    UK = "uk"
    HF = "hf"


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


def card_diff(
    old: Card,
    new: Card,
    html: Annotated[Path | None, typer.Option(help="Write the comparison as a page.")] = None,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """Put two cards side by side: figures, groups, checks, law, features, limits and data, with what matters first."""
    found = diff.card_diff(read_facts(old), read_facts(new))
    if html is not None:
        shared.err.print(f"page: {write(html, diff.diff_page(found, language=lang.value))}", highlight=False)
    shared.show(as_json, found, lambda: sys.stdout.write(diff.diff_markdown(found, language=lang.value)))


def export(
    card_: Card,
    to: Annotated[Register, typer.Option("--to", help="Dutch or British register, or the header of a model hub.")],
    out: Annotated[Path | None, typer.Option("--out", help="Where the text is written; else it is printed.")] = None,
) -> None:
    """Write a card for a public register, in English; docs/registers.md says what of its shape could be checked."""
    decision = read_held(card_).decision if card_.is_dir() else None
    text = registers.export(read_facts(card_), to.value, decision)
    if out is None:
        sys.stdout.write(text)
    else:
        shared.err.print(f"{to.value}: {write(out, text)}", highlight=False)


def cards(
    folders: Annotated[list[Path], typer.Argument(help="Folders with bundles in them or below them.")],
    out: Annotated[Path, typer.Option("--out", help="Where the site is made.")],
    log: Annotated[Path | None, typer.Option(help="The board's log: it says when each version was approved.")] = None,
) -> None:
    """Make a small static site of all versions: card, leaflet, decision, differences, live periods."""
    bundles = [bundle for folder in folders for bundle in bundles_in(folder)]
    if not bundles:
        raise typer.BadParameter("no bundle lies in these folders", param_hint="FOLDERS")
    pages = write_site(bundles, out, log)
    shared.err.print(f"{len(pages)} pages: {out / 'index.html'}", highlight=False)


def register(app: typer.Typer) -> None:
    """Add the verbs to the command."""
    app.command("card", epilog="Example: triage card run1/bundle --out card.html --lang sv")(card)
    app.command("card-diff", epilog="Example: triage card-diff run1/bundle run2/bundle --html changes.html")(card_diff)
    app.command("export", epilog="Example: triage export run1/bundle --to nl --out system_card.yaml")(export)
    app.command("cards", epilog="Example: triage cards bundles --out site")(cards)
