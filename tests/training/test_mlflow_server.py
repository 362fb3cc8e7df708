"""The same code against an MLflow server on loopback with a database: one address, nothing else, nobody's name."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from features.report import NOTHING_KNOWN
from tests.training.mlflow_stores import FOLDS, a_bundle, database, facts_of, pickles_in
from training.registry.alias_moves import alias_history, move_alias
from training.registry.aliases import MODEL
from training.registry.run_facts import Tracked
from training.registry.store import Store
from training.registry.tracking import load_registered, open_store, track
from triage.bundle import load_bundle
from triage.judge import assess_json
from triage.law import load_law

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),  # MLflow's own
]
PATIENCE = 120
"""Seconds that a server may take to answer; about ten on a quiet machine."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps everything."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def server(kept: Path) -> Iterator[str]:
    """A server with SQLite behind it, which hands artifacts on itself; its whole process group ends with the tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [
        "--backend-store-uri",
        f"sqlite:///{kept / 'server.db'}",
        "--artifacts-destination",
        str(kept / "artifacts"),
    ]
    command = [
        sys.executable,
        "-m",
        "mlflow",
        "server",
        *words,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (kept / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=kept, env=os.environ | quiet, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait(process, port, kept / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server answers; say what it wrote when it does not."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    pytest.fail(f"The server did not answer. It wrote:\n{log.read_text(errors='replace')[-3000:]}")


CONNECTED: set[object] = set()
WATCHING: list[bool] = []
sys.addaudithook(lambda event, args: CONNECTED.add(args[1]) if WATCHING and event == "socket.connect" else None)


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What lies on the side of whoever trains."""
    return tmp_path_factory.mktemp("mine")


@pytest.fixture(scope="module")
def tracked(server: str, mine: Path) -> Tracked:
    WATCHING.append(True)
    made = track(server, facts_of(a_bundle(mine, "first")), FOLDS, log=mine / "decisions.jsonl")
    WATCHING.clear()
    return made


@pytest.fixture(scope="module")
def store(server: str, mine: Path, tracked: Tracked) -> Store:
    return open_store(server, log=mine / "decisions.jsonl")


def test_a_training_is_written_to_the_server_as_to_a_folder(store, tracked, tmp_path) -> None:
    parent = store.client.get_run(tracked.run_id)
    assert parent.info.status == "FINISHED"
    assert parent.data.metrics == {"auc": 0.71, "gain": -0.02}
    assert len(parent.data.params) == 132
    found = store.client.search_runs([store.experiment], f"tags.mlflow.parentRunId = '{tracked.run_id}'")
    assert {run.info.run_id for run in found} == set(tracked.folds)
    store.client.download_artifacts(tracked.run_id, "", str(tmp_path))
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert names >= {"environment.json", "bundle/card.json", "figures/split.png", "card.sv.html"}


def test_the_only_address_that_was_connected_to_is_the_servers(server, tracked) -> None:
    assert {(address[0], address[1]) for address in CONNECTED} == {("127.0.0.1", int(server.rpartition(":")[2]))}


def test_aliases_move_on_the_server_and_the_log_stays_with_us(store, tracked, mine, kept, capfd) -> None:
    at = dt.datetime(2030, 3, 1, 12, tzinfo=dt.UTC)
    move_alias(store, MODEL, "champion", tracked.version, by="Ethics board", why="minutes 2030/2", at=at)
    failed = track(store.address, facts_of(a_bundle(mine, "below"), failed="below the bar"), log=store.log)
    assert capfd.readouterr().out == ""
    assert store.client.get_run(failed.run_id).info.status == "FAILED"
    history = alias_history(store)
    assert history.flaws == ()
    assert [live.version for live in history.live_on("champion", dt.date(2030, 3, 2))] == ["1"]
    assert not list(kept.rglob("*.jsonl"))
    whole = store.log.read_text()
    store.log.write_text(whole.splitlines(keepends=True)[0])
    assert [flaw.code for flaw in alias_history(store).flaws] == ["removed", "moved_outside"]
    store.log.write_text(whole)


def test_the_registered_model_answers_over_http_as_the_library_does(server, made, mine, store) -> None:
    text = (
        '{"report_id": "r1", "child_id": "c1", "received_at": "2025-09-01T09:00:00+02:00", "unit": "syn-unit-1",'
        ' "referral_type": "child_concern_report", "reporter": "school", "concerns": [{"concern": "neglect"}]}'
    )
    track(server, facts_of(made.bundle), log=store.log)
    served = load_registered(store, "candidate")
    answers = served.assess(pd.DataFrame({"report": [text, "not json"]}), purpose="evaluation")
    bundle = load_bundle(made.bundle, purpose="evaluation")
    same = [assess_json(one, NOTHING_KNOWN, bundle, load_law()).to_json() for one in (text, "not json")]
    assert answers["assessment"].tolist() == same


def test_what_the_server_keeps_is_no_pickle_no_row_and_nothing_of_this_side(kept, mine, tracked) -> None:
    assert pickles_in(kept) == []
    files = [path.read_bytes() for path in (kept / "artifacts").rglob("*") if path.is_file()]
    cells = [cell for _, cell in database(kept / "server.db")]
    assert files
    strangers = [str(mine).encode(), str(Path(__file__).parents[2]).encode()]
    assert not [cell for cell in [*files, *cells] if any(stranger in cell for stranger in strangers)]
    assert not {socket.gethostname().encode(), getpass.getuser().encode()} & set(cells)
