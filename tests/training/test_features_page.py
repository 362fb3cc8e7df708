"""The list of features: the same in the registry, in the document, and on the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from features.build import REGISTRY, fingerprint
from training.cli.app import app
from training.pages.features import features_page

DOCUMENT = Path(__file__).parents[2] / "docs" / "features.md"


def said(*words: str) -> str:
    done = CliRunner().invoke(app, ["features", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_document_is_the_registry() -> None:
    page = features_page(REGISTRY)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        DOCUMENT.write_text(page, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == page, "run triage features --markdown > docs/features.md"


def test_the_command_prints_the_document() -> None:
    assert said("--markdown") == DOCUMENT.read_text(encoding="utf-8")


def test_as_json_every_feature_has_its_window_and_what_absent_means() -> None:
    data = json.loads(said("--json"))
    assert data["fingerprint"] == fingerprint()
    assert [one["name"] for one in data["features"]] == list(REGISTRY.names)
    assert all(one["absent"]["sv"] and one["source"]["how"] for one in data["features"])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_for_a_person_every_feature_has_a_line(language: str) -> None:
    shown = said("--lang", language)
    assert all(name in shown for name in REGISTRY.names)
