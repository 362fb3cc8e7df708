"""`triage explain` says every reason with where it stands, in both languages, and draws it; without an estimate it says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from features.folder import load
from features.records import records
from features.report import Known, Report, to_plain
from training import run as do
from training.cli import app
from triage.bundle import load_bundle
from triage.judge import assess
from triage.law import load_law


@pytest.fixture(scope="module")
def one(
    municipality: Path, made: do.Made, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, Report, Known]:
    """A report with a history and an estimate, on disk."""
    held = records(load(municipality))
    bundle, law = load_bundle(made.bundle, purpose="evaluation"), load_law()
    for report in list(held.reports.values())[-400:]:
        known = held.known(report)
        answer = assess(report, known, bundle, law)
        if answer.score is not None and any(reason.trace(answer.score.origin).reads for reason in answer.score.reasons):
            break
    folder = tmp_path_factory.mktemp("explained")
    for name, record in (("report", report), ("known", known)):
        (folder / f"{name}.json").write_text(json.dumps(to_plain(record)), encoding="utf-8")
    return folder / "report.json", folder / "known.json", report, known


def said(made: do.Made, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["explain", *words, "--bundle", str(made.bundle)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_reason_is_said_with_where_it_stands(made, one, tmp_path, language: str) -> None:
    path, history, report, known = one
    picture = tmp_path / "why.svg"
    shown = said(made, str(path), "--known", str(history), "--evaluation", "--lang", language, "--svg", str(picture))
    answer = assess(report, known, load_bundle(made.bundle, purpose="evaluation"), load_law())
    assert answer.score is not None
    for reason in answer.score.reasons:
        assert reason.text.say(language) in shown
        assert reason.unless.say(language) in shown
        assert all(read.says[language == "en"] in shown for read in reason.trace(answer.score.origin).reads)
    for remark in answer.remarks:
        assert remark.text.say(language) in shown
    assert picture.read_text(encoding="utf-8").startswith("<?xml")


def test_as_json_the_score_is_the_answers(made, one) -> None:
    path, history, report, known = one
    plain = json.loads(said(made, str(path), "--known", str(history), "--evaluation", "--json"))
    answer = assess(report, known, load_bundle(made.bundle, purpose="evaluation"), load_law())
    assert plain == json.loads(json.dumps({"model": answer.model.to_dict(), "score": answer.score.to_dict()}))


def test_without_an_estimate_it_says_why_and_draws_nothing(made, one, tmp_path) -> None:
    path, *_ = one
    silent = tmp_path / "silent.json"
    silent.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"concerns": []}), encoding="utf-8")
    shown = said(made, str(silent), "--evaluation", "--lang", "sv", "--svg", str(tmp_path / "none.svg"))
    assert "Ingen uppskattning. Anmälan anger ingen oro att räkna på; modellen avstår." in shown
    assert not (tmp_path / "none.svg").exists()
