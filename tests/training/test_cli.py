"""The command line: every verb, its exit codes, its JSON, and nothing lost on the way."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from features.folder import load
from training.cli import app as cli
from training.cli import shared

VERBS = (
    "synth", "check", "train", "assess", "rank", "card", "demo", "law", "explain-law", "law-test", "replay", "clocks",
    "features", "leaks", "compare", "explain", "card-diff", "export", "cards", "audit",
    "approve", "refuse", "revoke", "stop", "live",
)  # fmt: skip

WITNESSED = {
    "report_id": "r1",
    "child_id": "c1",
    "received_at": "2025-09-01T09:00:00+02:00",
    "unit": "syn-unit-1",
    "referral_type": "child_concern_report",
    "reporter": "school",
    "birth_month": "2016-04",
    "concerns": [{"concern": "witnessed_violence", "primary": True, "perpetrator": "close_person"}],
}


def triage(*words: object, text: str | None = None) -> tuple[int, str, str]:
    """Run the command as ``triage`` would: errors become one message and an exit code."""
    import contextlib
    import io
    import sys
    from unittest import mock

    out, err = io.StringIO(), io.StringIO()
    code = 0
    stdin = io.TextIOWrapper(io.BytesIO((text or "").encode()))
    with (
        contextlib.redirect_stdout(out),
        mock.patch.object(sys, "argv", ["triage", *map(str, words)]),
        mock.patch.object(sys, "stdin", stdin),
        mock.patch.object(shared, "out", Console(file=out, width=200)),
        mock.patch.object(shared, "err", Console(file=err, width=200)),
    ):
        try:
            cli.run()
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("module", ["training", "training.command"])
def test_without_the_command_on_the_path_python_runs_the_same_verbs(module: str) -> None:
    root = Path(cli.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", module, "law", "--help"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "triage law --on" in done.stdout


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(WITNESSED), encoding="utf-8")
    return path


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    result = CliRunner().invoke(cli.app, [verb, "--help"])
    assert result.exit_code == 0
    assert f"triage {verb}" in re.sub(r"\s+", " ", result.output)


def test_there_are_no_other_verbs() -> None:
    names = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    assert names == set(VERBS)


def test_synth_then_check_is_clean_and_marked_as_made_up(tmp_path: Path) -> None:
    code, out, _ = triage("synth", tmp_path / "cases", "--reports", 500, "--json")
    assert code == 0
    assert json.loads(out)["reports"] > 400
    assert "says anything about Swedish children" in (tmp_path / "cases" / "SYNTHETIC.txt").read_text()
    code, out, _ = triage("check", tmp_path / "cases", "--json")
    assert (code, json.loads(out)["set_aside"]) == (0, [])


def test_check_tells_every_problem_and_leaves_with_three(tmp_path: Path) -> None:
    triage("synth", tmp_path, "--reports", 300, "--format", "csv")
    lines = (tmp_path / "reports.csv").read_text().splitlines()
    lines[1] = lines[1].replace("syn-r", "syn r", 1)
    (tmp_path / "reports.csv").write_text("\n".join(lines) + "\n")
    code, out, _ = triage("check", tmp_path, "--lang", "en")
    assert code == 3
    assert "is not a pseudonym" in out
    code, out, _ = triage("check", tmp_path, "--json")
    count = json.loads(out)["counts"]["reports"]
    assert count["handed_in"] == count["sound"] + count["set_aside"]
    assert count["set_aside"] == 1


def test_assess_gives_the_duty_without_a_bundle(report: Path) -> None:
    code, out, _ = triage("assess", report, "--json")
    answer = json.loads(out)
    assert (code, answer["lane"], answer["model"]["state"]) == (0, "mandated", "absent")


@pytest.mark.parametrize(("lang", "word"), [("sv", "MÅSTE UTREDAS"), ("en", "MUST BE INVESTIGATED")])
def test_assess_reads_aloud_in_both_languages(report: Path, lang: str, word: str) -> None:
    code, out, _ = triage("assess", report, "--lang", lang)
    assert code == 0
    assert word in out
    assert "HSLF-FS 2022:39" in out
    assert "2025-09-15" in out


def test_assess_with_a_broken_bundle_still_gives_the_duty_and_says_why(report: Path, made, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(made.bundle, tmp_path / "bundle")
    (tmp_path / "bundle" / "model.txt").write_text("tree")
    code, out, err = triage("assess", report, "--bundle", tmp_path / "bundle", "--evaluation", "--json")
    assert (code, json.loads(out)["lane"], json.loads(out)["model"]["state"]) == (0, "mandated", "broken")
    assert "was altered" in err
    assert "Rules run all the same" in err


def test_assess_with_an_unapproved_bundle_refuses_to_score_and_evaluation_marks_it(report: Path, made) -> None:
    _, out, err = triage("assess", report, "--bundle", made.bundle, "--json")
    assert json.loads(out)["model"]["state"] == "refused"
    assert "No board has approved" in err
    _, out, err = triage("assess", report, "--bundle", made.bundle, "--evaluation", "--json")
    assert json.loads(out)["model"] == {"state": "scored", "why": None, "purpose": "evaluation", "outside": []}
    assert "evaluation_only" in [remark["code"] for remark in json.loads(out)["remarks"]]
    assert "evaluation only" in err


def test_assess_reads_standard_input_and_a_broken_report_comes_out_with_three() -> None:
    code, out, _ = triage("assess", "-", "--json", text=json.dumps(WITNESSED | {"reporter": "skolan"}))
    answer = json.loads(out)
    assert (code, answer["status"], answer["lane"]) == (3, "set_aside", "mandated")
    assert answer["problems"][0]["column"] == "reporter"


def test_assess_of_a_personal_number_names_the_field_and_never_the_value() -> None:
    secret = "880320-0016"
    code, out, err = triage("assess", "-", text=json.dumps(WITNESSED | {"child_id": secret}))
    assert code == 3
    assert "child_id" in out
    assert secret not in out + err


def test_assess_of_a_folder_answers_every_report_as_json_lines(municipality: Path, made, tmp_path: Path) -> None:
    lines = tmp_path / "all.jsonl"
    code, _, _ = triage("assess", municipality, "-b", made.bundle, "--evaluation", "--out", lines)
    answers = [json.loads(line) for line in lines.read_text().splitlines()]
    assert code == 0
    assert len(answers) == len(load(municipality).frame("reports"))
    assert {answer["status"] for answer in answers} == {"assessed"}


def test_rank_writes_a_page_with_every_waiting_report_in_the_same_order(municipality: Path, made, tmp_path) -> None:
    page = tmp_path / "queue.html"
    words = ("rank", municipality, "-b", made.bundle, "--evaluation", "--at", "2025-06-30T08:00:00+02:00")
    code, out, _ = triage(*words, "--html", page, "--json")
    assert code == 0
    ids = [(answer["report_id"], answer["child_id"]) for answer in json.loads(out)]
    shown = re.findall(r'data-report="(syn-r\d+)"', page.read_text())
    assert shown == [report for report, _ in ids]
    assert all(answer["received_at"] < "2025-06-30T08" for answer in json.loads(out))


def test_rank_refuses_a_moment_without_offset(municipality: Path) -> None:
    code, _, err = triage("rank", municipality, "--at", "2025-06-30T08:00:00")
    assert code != 0
    assert "offset" in err or code == 2


def test_card_renders_both_languages_and_gives_its_facts(made, tmp_path: Path) -> None:
    for lang in ("sv", "en"):
        code, _, _ = triage("card", made.bundle, "--out", tmp_path / f"c-{lang}.html", "--lang", lang)
        assert code == 0
        assert f'<html lang="{lang}"' in (tmp_path / f"c-{lang}.html").read_text()
    code, out, _ = triage("card", made.bundle, "--json")
    assert json.loads(out)["schema"] == "urn:orosanmalan-triage:card:2"


def test_two_cards_are_compared_a_card_is_exported_and_all_are_put_on_a_shelf(made, tmp_path: Path) -> None:
    code, out, _ = triage("card-diff", made.bundle, made.bundle, "--json", "--html", tmp_path / "diff.html")
    assert (code, json.loads(out)["items"]) == (0, [])
    assert "<h1>" in (tmp_path / "diff.html").read_text(encoding="utf-8")
    for register, begins in (("nl", "version:"), ("uk", "{"), ("hf", "---")):
        code, out, _ = triage("export", made.bundle, "--to", register)
        assert code == 0
        assert out.startswith(begins)
    code, _, err = triage("cards", made.bundle.parent, "--out", tmp_path / "site")
    assert (code, "index.html" in err) == (0, True)
    assert len(list((tmp_path / "site").glob("*.html"))) == 6
    assert triage("cards", tmp_path / "site", "--out", tmp_path / "again")[0] == 2


def test_a_card_with_a_gap_is_one_message_that_names_the_fact(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text('{"synthetic": true}', encoding="utf-8")
    code, out, err = triage("export", tmp_path / "card.json", "--to", "uk")
    assert (code, out) == (1, "")
    assert "model_details" in err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("check", "nowhere"), 3, "is not a folder"),
        (("assess", "nowhere.json"), 3, "does not exist"),
        (("card", "nowhere"), 5, "is not a whole bundle"),
    ],
)
def test_errors_are_one_message_with_their_own_exit_code(words: tuple[str, ...], code: int, says: str) -> None:
    found, out, err = triage(*words)
    assert (found, out) == (code, "")
    assert says in err
    assert "Traceback" not in err


def test_training_on_too_little_leaves_with_six_and_the_numbers(tmp_path: Path) -> None:
    triage("synth", tmp_path / "cases", "--reports", 300)
    code, _, err = triage("train", tmp_path / "cases", "--out", tmp_path / "run", "--no-mlflow")
    assert code == 6
    assert "at least 40 of each" in err
    assert not (tmp_path / "run" / "bundle").exists()


def test_a_plain_install_says_what_the_command_needs(monkeypatch, capsys) -> None:
    import sys

    from training import command

    monkeypatch.delitem(sys.modules, "training.cli.app")
    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit):
        command.main()
    assert "orosanmalan-triage[training]" in capsys.readouterr().err
