"""Killed at any write, a decision is made or not made, never half of it; the same decision given again finishes it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.training.board import Board, a_board, keys
from tests.training.test_served import a_run
from training.decisions.decide import Key
from training.registry.alias_log import READERS
from training.registry.alias_moves import alias_history
from training.registry.aliases import CHAMPION
from training.registry.tracking import open_store, track
from triage.decisions import decisions_on
from triage.errors import BundleRefused
from triage.log_file import read_log

ROOT = Path(__file__).parents[2]
KEY = Key(keys("board")[0])
VERBS = ("approved", "revoked")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # MLflow's own


@pytest.fixture(scope="module", params=VERBS)
def killed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A decision on a bundle that was approved and, before an approval, revoked: what each killed process left."""
    folder = tmp_path_factory.mktemp(request.param)
    board = a_board(folder / "before", key=KEY)
    board.decides("approved")
    if request.param == "approved":
        board.decides("revoked")
    surroundings = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.training.killed", str(folder), request.param]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return request.param, folder


def test_every_write_leaves_the_old_or_the_new_state_and_the_same_decision_finishes_it(killed) -> None:
    verb, folder = killed
    before = state(Board(folder / "before"))
    after = state(Board(max(folder.glob("whole-*"))))  # the last one was not killed
    left = sorted(folder.glob("*-*"))
    assert len(left) > 20
    assert after != before
    assert stages(folder) == {(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1)}  # log, then head, then approval
    for place in left:
        board = Board(place, key=KEY, hours=9)
        assert read_log(board.log, READERS).flaws == ()
        assert state(board) in (before, after), place.name
        assert opened(board) in ((before[1], after[1]) if verb != "approved" else (before[1], after[1], "log_doubtful"))
        board.decides(verb)
        assert state(board) == after, place.name
        assert opened(board) == after[1]
        assert len(decisions_on(read_log(board.log, READERS))) == len(before[0]) + 1


def stages(folder: Path) -> set[tuple[bool, ...]]:
    """Which of the files a killed process had changed, in every place where one ended."""
    names = ("decisions.jsonl", "decisions.jsonl.head", "bundle/approval.json")
    return {
        tuple((place / name).read_bytes() != (folder / "before" / name).read_bytes() for name in names)
        for place in folder.glob("whole-*")
    }


def state(board: Board) -> tuple[tuple[str, ...], str]:
    """What the log says, and whether the bundle opens as the log says: the state that counts."""
    said = decisions_on(read_log(board.log, READERS))
    verdict = {"approved": "opens", "revoked": "revoked", "stopped": "stopped", "refused": "not_approved"}
    return tuple(one.decision for one in said), verdict[said[-1].decision]


def opened(board: Board) -> str:
    """Whether the bundle opens for use."""
    try:
        board.load(board_key=keys("board")[1])
    except BundleRefused as refused:
        return refused.code
    return "opens"


# ---------------------------------------------------------------- in MLflow


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


class Ending:
    """A client whose process ends just before its n-th call that writes."""

    WRITES = (
        "set_model_version_tag",
        "set_experiment_tag",
        "set_registered_model_alias",
        "delete_registered_model_alias",
    )

    def __init__(self, client: Any, number: int) -> None:
        self.client, self.left = client, number

    def __getattr__(self, name: str) -> Any:
        if name in self.WRITES:
            self.left -= 1
            if self.left == 0:
                raise Killed
        return getattr(self.client, name)


def test_killed_at_any_call_to_the_registry_the_log_wins_and_the_same_decision_finishes_it(tmp_path: Path) -> None:
    board = a_board(tmp_path)
    place, log = tmp_path / "store", board.log
    board.store = open_store(place, log=log)
    track(place, a_run(board.bundle), log=log)
    board.hours = 24 * 365 * 50  # after the training was registered, whenever this runs
    for verb in ("approved", "revoked"):
        for number in range(1, 20):
            board.store = open_store(place, log=log)
            board.store = type(board.store)(Ending(board.store.client, number), *fields(board.store))
            try:
                board.decides(verb, **({"expires": dt.date(2099, 1, 1)} if verb == "approved" else {}))
            except Killed:
                assert decisions_on(read_log(log, READERS))[-1].decision == verb
                continue
            break
        else:
            pytest.fail("never ended by itself")
        assert number > 3
        history = alias_history(open_store(place, log=log))
        assert history.flaws == ()
        assert [move.version for move in history.moves if move.alias == CHAMPION] == ["1", None][
            : 1 + (verb == "revoked")
        ]
    assert [one.decision for one in decisions_on(read_log(log, READERS))] == ["approved", "revoked"]


def fields(store: Any) -> tuple[Any, ...]:
    return store.address, store.experiment, store.log
