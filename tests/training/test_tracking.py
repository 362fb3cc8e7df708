"""A training in MLflow: one run with a nested run per fold, a candidate, nothing that runs when read, nobody's name."""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import json
import os
import pickle
import platform
import shutil
import socket
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.training.mlflow_stores import FOLDS, a_bundle, database, facts_of, pickles_in
from training.registry.alias_moves import alias_history, move_alias
from training.registry.aliases import MODEL
from training.registry.run_facts import code_commit, environment
from training.registry.tracking import FoldFacts, Tracked, open_store, quiet_environment, track
from triage.errors import TriageError
from triage.log_file import alone

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # MLflow's own
AT = dt.datetime(2030, 3, 1, 12, tzinfo=dt.UTC)
BOARD: dict[str, Any] = {"by": "Ethics board", "why": "minutes 2030/2", "at": AT}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tracking")


@pytest.fixture(scope="module")
def empty(root: Path) -> Path:
    """A database as MLflow makes it, which takes seconds; a copy takes none."""
    quiet_environment()
    from mlflow import MlflowClient

    MlflowClient(f"sqlite:///{root / 'empty.db'}").search_experiments()
    return root / "empty.db"


def a_store(folder: Path, empty: Path) -> Path:
    folder.mkdir(parents=True)
    shutil.copy(empty, folder / "mlflow.db")
    return folder


@pytest.fixture(scope="module")
def tracked(root: Path, empty: Path) -> Tracked:
    return track(a_store(root / "store", empty), facts_of(a_bundle(root, "first")), FOLDS)


@pytest.fixture(scope="module")
def store(root: Path, tracked: Tracked):
    return open_store(root / "store")


def test_telemetry_pickle_and_the_quoting_of_rows_are_off_before_mlflow_is_imported() -> None:
    quiet_environment()
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert os.environ["DO_NOT_TRACK"] == "true"
    assert os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] == "false"
    assert os.environ["MLFLOW_DISABLE_SCHEMA_DETAILS"] == "true"


def test_a_training_is_one_run_with_one_nested_run_per_fold(store, tracked) -> None:
    parent = store.client.get_run(tracked.run_id)
    assert parent.info.status == "FINISHED"
    assert parent.data.params["horizon_days"] == "180"
    assert len(parent.data.params) == 132
    assert parent.data.tags["mlflow.source.git.commit"] == "c0ffee"
    assert "failed" not in parent.data.tags
    found = store.client.search_runs([store.experiment], f"tags.mlflow.parentRunId = '{tracked.run_id}'")
    assert {run.info.run_id for run in found} == set(tracked.folds)
    nested = [store.client.get_run(number) for number in tracked.folds]
    assert [run.info.run_name for run in nested] == ["fold 1", "fold 2", "fold 3"]
    assert [run.data.metrics["auc"] for run in nested] == [0.61, 0.62, 0.63]
    assert all(run.info.status == "FINISHED" and run.data.tags["period"] == "test" for run in nested)
    assert nested[0].data.params == {"cut": "2025-01-01"}
    assert [json.loads(one.dataset.profile) for one in nested[2].inputs.dataset_inputs] == [{"num_rows": 3}]


def test_a_figure_that_could_not_be_estimated_is_named_and_is_no_number(store, tracked) -> None:
    parent = store.client.get_run(tracked.run_id)
    assert parent.data.metrics == {"auc": 0.71, "gain": -0.02}
    assert parent.data.tags["not_estimable"] == "recall, slope, width"
    assert store.client.get_run(tracked.folds[0]).data.tags["not_estimable"] == "lift"


def test_run_keeps_pictures_cards_environment_bundle_and_the_shape_of_the_dataset(store, tracked, tmp_path) -> None:
    store.client.download_artifacts(tracked.run_id, "", str(tmp_path))
    kept = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert kept >= {"card.sv.html", "environment.json", "bundle/card.json", "bundle/MANIFEST.sha256"}
    assert kept >= {"figures/split.png", "figures/calibration.png"}
    assert (tmp_path / "figures/split.png").read_bytes() == b"\x89PNG split"
    assert json.loads((tmp_path / "environment.json").read_text())["versions"]["numpy"]
    data, tested = sorted(
        store.client.get_run(tracked.run_id).inputs.dataset_inputs, key=lambda one: one.dataset.digest
    )
    assert (data.dataset.name, data.dataset.digest) == ("feature_rows", "d" * 36)
    assert [tag.value for one in (data, tested) for tag in one.tags] == ["training", "test"]
    assert [column["name"] for column in json.loads(data.dataset.schema)["mlflow_colspec"]] == [
        "reports_90",
        "days_since",
    ]
    assert json.loads(data.dataset.profile) == {"num_rows": 2}


def test_environment_says_versions_and_kind_of_machine_but_no_host_and_no_path() -> None:
    said = environment()
    plain = {value for key, value in said.items() if key != "versions"}
    assert platform.python_version() in plain
    assert said["versions"]["mlflow"]
    assert not plain & {socket.gethostname(), getpass.getuser(), platform.platform()}
    assert not any(path in json.dumps(said) for path in (sys.prefix, str(Path.home()) + "/", str(Path.cwd())))


def test_the_commit_is_that_of_the_code_says_when_it_was_altered_and_is_never_somebody_elses(tmp_path) -> None:
    def git(*words: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"]
        return subprocess.run(["git", *who, "-C", tmp_path, *words], capture_output=True, text=True, check=True).stdout

    (tmp_path / "inside").mkdir()
    (tmp_path / "code.py").write_text("1")
    assert code_commit(tmp_path) is None
    git("init")
    git("add", ".")
    git("commit", "-m", "a")
    git("tag", "-a", "v1", "-m", "v1")
    head = git("rev-parse", "HEAD").strip()
    assert code_commit(tmp_path) == head
    (tmp_path / "code.py").write_text("2")
    assert code_commit(tmp_path) == f"{head}-dirty"
    assert code_commit(tmp_path / "inside") is None


def test_the_candidate_is_the_new_version_with_the_digest_of_its_bundle(store, tracked, root) -> None:
    version = store.client.get_model_version_by_alias(MODEL, "candidate")
    digest = hashlib.sha256((root / "first" / "MANIFEST.sha256").read_bytes()).hexdigest()
    assert str(version.version) == tracked.version == "1"
    assert version.run_id == tracked.run_id
    assert version.tags["bundle_digest"] == digest
    assert version.tags["approval"] == "not_approved"
    assert version.description == "Synthetic cases. Not approved by any ethics board."
    move = alias_history(store).moves[0]
    assert (move.alias, move.version, move.bundle, move.by) == ("candidate", "1", digest, "training")


def test_a_training_below_its_bar_is_a_failed_run_with_the_reason_and_moves_nothing(root, store) -> None:
    before, lines = store.client.search_model_versions(f"name = '{MODEL}'"), store.log.read_text()
    failed = track(root / "store", facts_of(a_bundle(root, "below"), failed="gain -0.02, at least 0.01"), FOLDS[:1])
    run = store.client.get_run(failed.run_id)
    assert run.info.status == "FAILED"
    assert run.data.tags["failed"] == "gain -0.02, at least 0.01"
    assert (failed.version, failed.alias) == (None, None)
    assert len(failed.folds) == 1
    assert len(store.client.search_model_versions(f"name = '{MODEL}'")) == len(before)
    assert store.log.read_text() == lines


def test_a_run_that_breaks_while_it_is_written_does_not_stay_open(root, store, tracked) -> None:
    bad = FoldFacts("a fold", {}, {"no such % name!": 1.0}, {})
    with pytest.raises(Exception, match="no such % name!"):
        track(root / "store", facts_of(a_bundle(root, "breaks")), [bad])
    assert not store.client.search_runs([store.experiment], "attributes.status = 'RUNNING'")
    assert [run.info.run_name for run in store.client.search_runs([store.experiment], "attributes.status = 'FAILED'")][
        :2
    ] == ["a fold", "breaks"]


def test_a_second_training_becomes_the_candidate_and_the_champion_stays(root, store, tracked) -> None:
    move_alias(store, MODEL, "champion", tracked.version, **BOARD)
    again = track(root / "store", facts_of(a_bundle(root, "second")))
    standing = store.client.get_registered_model(MODEL).aliases
    assert {alias: str(version) for alias, version in standing.items()} == {"champion": "1", "candidate": again.version}
    assert alias_history(store).flaws == ()


def test_an_alias_moves_with_a_line_is_withdrawn_with_a_line_and_the_past_can_be_asked(store, tracked) -> None:
    move_alias(store, MODEL, "challenger", tracked.version, **BOARD)
    gone = move_alias(store, MODEL, "challenger", None, by="Head of unit", why="drift", at=AT + dt.timedelta(days=2))
    assert (gone.said.before, gone.said.version) == (tracked.version, None)
    assert "challenger" not in store.client.get_registered_model(MODEL).aliases
    history = alias_history(store)
    assert [live.version for live in history.live_on("challenger", dt.date(2030, 3, 2))] == [tracked.version]
    assert history.live_on("challenger", dt.date(2030, 3, 4)) == ()
    assert [json.loads(line)["number"] for line in store.log.read_text().splitlines()] == list(
        range(1, len(history.moves) + 1)
    )


@pytest.mark.parametrize(
    ("alias", "version", "change", "says"),
    [
        ("production", "1", {}, "no alias of ours"),
        ("champion", "99", {}, "Version 99 of .* holds no bundle of ours; versions that do: 1"),
        ("champion", "1", {"at": dt.datetime(2030, 3, 1)}, "needs its offset"),  # noqa: DTZ001
        ("champion", "1", {"by": ""}, "'by' must be words"),
    ],
)
def test_a_move_that_says_too_little_moves_nothing_and_writes_nothing(
    store, tracked, alias, version, change, says
) -> None:
    before, lines = store.client.get_registered_model(MODEL).aliases, store.log.read_text()
    with pytest.raises((TriageError, ValueError), match=says):
        move_alias(store, MODEL, alias, version, **BOARD | change)
    assert store.client.get_registered_model(MODEL).aliases == before
    assert store.log.read_text() == lines


def test_what_was_done_to_the_log_or_around_it_is_found_and_stays_found(empty, tmp_path) -> None:
    made = track(a_store(tmp_path / "store", empty), facts_of(a_bundle(tmp_path, "one")))
    store = open_store(tmp_path / "store")
    for days, version in enumerate((made.version, None, made.version)):
        move_alias(store, MODEL, "champion", version, **BOARD | {"at": AT + dt.timedelta(days=days)})
    whole = store.log.read_text()
    lines = whole.splitlines(keepends=True)
    for text, code in (
        ("".join(lines[:2]), "removed"),
        ("".join(lines[1:]), "removed"),
        (whole.replace("Ethics board", "Nobody", 1), "changed"),
        ("".join([*lines[:2], lines[3], lines[2]]), "reordered"),
    ):
        store.log.write_text(text)
        assert code in {flaw.code for flaw in alias_history(store).flaws}
    store.log.write_text("".join(lines[:2]) + '{"torn')
    move_alias(store, MODEL, "champion", None, **BOARD)  # withdrawing is possible whatever was done to the log
    history = alias_history(store)
    assert {flaw.code for flaw in history.flaws} >= {"unreadable", "removed"}
    assert (history.lines[-1][0].number, history.moves[-1].version) == (5, None)
    store.log.write_text(whole)
    store.client.set_registered_model_alias(MODEL, "challenger", made.version)
    with pytest.raises(TriageError, match="moved outside the log: it says –, the registry showed 1"):
        alias_history(store).live_on("challenger", dt.date(2031, 1, 1))


def test_a_move_that_broke_between_the_line_and_the_act_is_found_and_the_same_move_finishes_it(empty, tmp_path) -> None:
    made = track(a_store(tmp_path / "store", empty), facts_of(a_bundle(tmp_path, "one")))
    store = open_store(tmp_path / "store")
    broken = replace(store, client=Unwilling(store.client))
    with pytest.raises(OSError, match="the registry is gone"):
        move_alias(broken, MODEL, "champion", made.version, **BOARD)
    with pytest.raises(TriageError, match="it says 1, the registry showed –"):
        alias_history(store).live_on("champion", dt.date(2030, 3, 5))
    again = move_alias(store, MODEL, "champion", int(made.version), **BOARD | {"at": AT + dt.timedelta(days=2)})
    history = alias_history(store)
    assert [line.number for line, _ in history.lines] == [1, 2] == [1, again.number]
    assert history.flaws == ()
    assert [live.version for live in history.live_on("champion", dt.date(2030, 3, 5))] == ["1"]


def test_an_act_that_was_confirmed_and_undone_outside_is_not_taken_for_an_unfinished_one(empty, tmp_path) -> None:
    made = track(a_store(tmp_path / "store", empty), facts_of(a_bundle(tmp_path, "one")))
    store = open_store(tmp_path / "store")
    move_alias(store, MODEL, "champion", made.version, **BOARD)
    store.client.delete_registered_model_alias(MODEL, "champion")
    move_alias(store, MODEL, "champion", made.version, **BOARD | {"at": AT + dt.timedelta(days=2)})
    history = alias_history(store)
    assert [(flaw.code, flaw.line) for flaw in history.flaws] == [("moved_outside", 3)]
    with pytest.raises(TriageError, match="cannot be told"):
        history.live_on("champion", dt.date(2030, 3, 2))


class Unwilling:
    """A client whose registry goes away just when an alias is to be moved."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def __getattr__(self, name: str) -> Any:
        if name == "set_registered_model_alias":
            raise OSError("the registry is gone")
        return getattr(self.client, name)


def test_two_moves_are_not_written_at_once(store, tracked) -> None:
    before = store.log.read_text()
    with alone(store.log), pytest.raises(TriageError, match=r"decisions\.jsonl is being written"):
        move_alias(store, MODEL, "champion", tracked.version, **BOARD)
    assert store.log.read_text() == before


@pytest.mark.parametrize("place", ["postgresql://db/x", "sqlite:///x.db", Path("http://127.0.0.1:5000")])
def test_a_store_is_a_folder_or_a_server_and_nothing_is_made_of_anything_else(place, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TriageError, match="A store is a folder, or the address of an MLflow server"):
        open_store(place)
    assert not list(tmp_path.iterdir())


def test_a_server_without_a_log_is_refused_before_anything_is_asked_of_it() -> None:
    with pytest.raises(TriageError, match="Say where it is: log="):
        open_store("http://127.0.0.1:9")


# ---------------------------------------------------------------- what lies in the store


def test_nothing_in_the_store_is_a_pickle(root, tracked) -> None:
    assert pickles_in(root / "store") == []


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_planted_in_a_file_or_in_the_database_is_found(tmp_path, protocol: int) -> None:
    data = pickle.dumps({"a": [1, 2]}, protocol=protocol)
    (tmp_path / "looks_like.txt").write_bytes(data)
    connection = sqlite3.connect(tmp_path / "some.db")
    connection.execute("create table t (x blob)")
    connection.execute("insert into t values (?)", (data,))
    connection.commit()
    connection.close()
    assert [Path(one).name for one in pickles_in(tmp_path)] == ["looks_like.txt", "some.db:t"]


def test_the_store_holds_no_row_no_user_no_host_and_no_path_but_its_own(root, tracked) -> None:
    store = root / "store"
    kept = {str(path): path.read_bytes() for path in store.rglob("*") if path.is_file() and path.suffix != ".db"}
    cells = list(database(store / "mlflow.db"))
    strangers = [str(root / "first").encode(), str(Path(__file__).parents[2]).encode()]
    found = {where for where, data in [*kept.items(), *cells] if any(stranger in data for stranger in strangers)}
    assert found <= {"mlflow.db:experiments"}  # MLflow's own experiment "Default" is told where the process was started
    assert not {socket.gethostname().encode(), getpass.getuser().encode()} & {data for _, data in cells}


def test_tracking_leaves_the_tracking_address_of_the_caller_alone_and_writes_nowhere_else(empty, tmp_path) -> None:
    """In a process of its own, with an address of the caller's and telemetry on, under a guard that ends it at a connection."""
    script = f"""
import os, sys
from pathlib import Path
sys.addaudithook(lambda event, args: event in ("socket.connect", "socket.getaddrinfo") and os._exit(97))
sys.path[:0] = [{str(Path(__file__).parents[2])!r}]
import mlflow
mlflow.set_tracking_uri("sqlite:///callers.db")
from tests.training.mlflow_stores import FOLDS, a_bundle, facts_of
from training.registry.tracking import track
track({str(a_store(tmp_path / "made" / "store", empty))!r}, facts_of(a_bundle(Path("made"), "one")), FOLDS[:1])
assert mlflow.get_tracking_uri() == "sqlite:///callers.db", mlflow.get_tracking_uri()
assert mlflow.active_run() is None
"""
    surroundings = {
        name: value for name, value in os.environ.items() if "MLFLOW" not in name and name != "DO_NOT_TRACK"
    }
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
