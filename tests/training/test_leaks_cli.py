"""The verb ``leaks``: exit codes, JSON, page, tables from elsewhere, and a case folder that needs no options."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
import typer
from click.testing import Result
from rich.console import Console
from typer.testing import CliRunner

from features.folder import FolderUnreadable
from training import run as do
from training.cli import leaks, shared
from training.leaks import TableRefused

LEAKS, INPUT, USAGE = 7, 3, 2
NAMED = ("--entity", "child", "--time", "at", "--label", "y")

PIPELINE = """
import pandas as pd

def later(rows, tables):
    left = tables["visits"].groupby("child").size()
    return pd.DataFrame({"visits_in_all": rows["child"].map(left).fillna(0).astype(float)})

not_a_function = 3
"""


def triage(*words: object) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    leaks.register(app)
    return CliRunner().invoke(app, ["leaks", *map(str, words)])


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Let the consoles write to what the runner catches."""
    monkeypatch.setattr(shared, "err", Console(stderr=True, width=300))
    monkeypatch.setattr(shared, "out", Console(width=300))


def table(**columns: object) -> pd.DataFrame:
    number = pd.Series(range(160))
    at = pd.Timestamp("2025-01-01T08:30", tz="Europe/Stockholm") + pd.to_timedelta(number, unit="D")
    child = "0" + number.astype(str)
    return pd.DataFrame({"child": child, "at": at, "y": (number * 7 % 13 < 6) * 1.0, "age": number % 17, **columns})


def visits() -> pd.DataFrame:
    """One visit of every second child, some of them after the report."""
    known = table()
    return pd.DataFrame({"child": known["child"], "on": known["at"] + pd.to_timedelta(known["age"] - 8, unit="D")})[::2]


def stored(folder: Path, frame: pd.DataFrame, name: str = "matrix.parquet") -> Path:
    path = folder / name
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%S%z")
    else:
        frame.to_parquet(path)
    return path


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from training.synthetic import Settings

    folder = tmp_path_factory.mktemp("leaks") / "cases"
    do.make_synthetic(folder, Settings(reports=300, seed=4), ".parquet")
    return folder


def test_a_table_without_a_leak_leaves_with_zero_and_says_what_it_cannot_tell(tmp_path: Path) -> None:
    done = triage(stored(tmp_path, table()), *NAMED, "--json")
    data = json.loads(done.stdout)
    assert (done.exit_code, data["verdict"], data["leaking_columns"]) == (0, "cannot_tell", [])
    assert {finding["code"] for finding in data["findings"] if finding["verdict"] == "cannot_tell"} >= {"truncation"}


@pytest.mark.parametrize("name", ["matrix.parquet", "matrix.csv"])
def test_a_leak_leaves_with_seven_and_names_the_column(tmp_path: Path, name: str) -> None:
    copied = table()["y"] * 2 + 1
    done = triage(stored(tmp_path, table(copied=copied), name), *NAMED, "--json")
    assert done.exit_code == LEAKS
    assert json.loads(done.stdout)["leaking_columns"] == ["copied"]


def test_only_named_features_are_audited(tmp_path: Path) -> None:
    path = stored(tmp_path, table(copied=table()["y"]))
    assert triage(path, *NAMED, "--feature", "age").exit_code == 0
    assert triage(path, *NAMED, "--feature", "age", "--feature", "copied").exit_code == LEAKS


def test_events_and_a_pipeline_from_a_file_are_used(tmp_path: Path) -> None:
    number = visits().groupby("child").size()
    made = table()
    path = stored(tmp_path, made.assign(visits_in_all=made["child"].map(number).fillna(0)))
    script = tmp_path / "pipeline.py"
    script.write_text(PIPELINE, encoding="utf-8")
    told = ("--events", stored(tmp_path, visits(), "visits.csv"), "--event-happened", "on")
    done = triage(path, *NAMED, *told, "--rebuild", f"{script}:later", "--feature", "visits_in_all", "--json")
    found = {finding["code"] for finding in json.loads(done.stdout)["findings"] if finding["verdict"] == "leak"}
    assert (done.exit_code, found) == (LEAKS, {"truncation", "reached"})


def test_horizon_and_end_are_used(tmp_path: Path) -> None:
    path = stored(tmp_path, table())
    late = triage(path, *NAMED, "--horizon", 30, "--json")
    mature = triage(path, *NAMED, "--horizon", 30, "--end", "2026-01-01T00:00:00+01:00", "--json")
    assert (late.exit_code, mature.exit_code) == (LEAKS, 0)
    told = {finding["code"]: finding for finding in json.loads(late.stdout)["findings"]}
    assert (told["immature"]["rows"], told["immature"]["of"]) == (30, 160)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_page_is_written_and_a_person_is_told(tmp_path: Path, lang: str) -> None:
    page = tmp_path / "leaks.html"
    done = triage(stored(tmp_path, table(copied=table()["y"])), *NAMED, "--html", page, "--lang", lang)
    assert done.exit_code == LEAKS
    assert f'<html lang="{lang}">' in page.read_text(encoding="utf-8")
    assert {"sv": "Läckage", "en": "Leak"}[lang] in done.stdout


def test_a_case_folder_needs_no_options_and_takes_none(cases: Path) -> None:
    done = triage(cases, "--json")
    data = json.loads(done.stdout)
    assert (done.exit_code, data["leaking_columns"], set(data["events"])) == (0, [], {"events", "instruments"})
    assert triage(cases, "--entity", "child_id").exit_code == USAGE


def test_a_case_folder_with_a_broken_row_and_no_leak_leaves_with_three(cases: Path, tmp_path: Path) -> None:
    from features.folder import read_table, save

    tables = {name: read_table(cases, name) for name in ("reports", "concerns", "events")}
    tables["reports"].loc[0, "reporter"] = "nobody"
    save(tmp_path / "broken", tables)
    assert triage(tmp_path / "broken", "--json").exit_code == INPUT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--entity, --time and --label"),
        ((*NAMED, "--end", "2025-01-01"), "give the offset"),
        ((*NAMED, "--events", "visits.csv"), "--event-happened"),
    ],
)
def test_missing_arguments_are_usage_errors(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = triage(stored(tmp_path, table()), *words)
    assert done.exit_code == USAGE
    assert said in re.sub(r"[│\s]+", " ", done.output)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (table(at="2025-01-01 08:30"), NAMED),
        (table(), (*NAMED[:-1], "nothing")),
        (table(child="880320-0016"), NAMED),
        (table(), (*NAMED, "--rebuild", "no.such.module:later")),
        (table(), (*NAMED, "--rebuild", "json:nothing")),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_three(
    tmp_path: Path, frame: pd.DataFrame, words: tuple[str, ...]
) -> None:
    done = triage(stored(tmp_path, frame), *words)
    assert isinstance(done.exception, TableRefused)
    assert done.exception.exit_code == INPUT
    assert "880320" not in str(done.exception)


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "matrix.parquet"
    path.write_text("not a table", encoding="utf-8")
    assert isinstance(triage(path, *NAMED).exception, FolderUnreadable)
    assert isinstance(triage(tmp_path / "none.parquet", *NAMED).exception, FileNotFoundError)
