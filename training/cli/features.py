"""Here we read the arguments of the verb that lists the features."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.table import Table

from features.build import REGISTRY, fingerprint
from training.cli import shared
from training.cli.shared import AsJson, InLanguage, Language
from training.pages.features import features_page


def features(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the document docs/features.md.")] = False,
    as_json: AsJson = False,
    lang: InLanguage = Language.SV,
) -> None:
    """List what the model may know: every feature with its window, unit, direction and what absent means."""
    if markdown:
        sys.stdout.write(features_page(REGISTRY))
        return
    data = {"fingerprint": fingerprint(), "features": [feature.to_dict() for feature in REGISTRY.features]}
    shared.show(as_json, data, lambda: _show(lang.value))


def _show(language: str) -> None:
    """Print the list as a table."""
    table = Table("feature", "label", "unit", "direction", box=None)
    for feature in REGISTRY.features:
        table.add_row(feature.name, feature.label(language), feature.unit, f"{feature.direction:+d}".replace("+0", ""))
    shared.out.print(table)
    shared.out.print(f"{len(REGISTRY.names)} features, fingerprint {fingerprint()[:16]}", highlight=False)


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command("features", epilog="Example: triage features --lang en")(features)
