"""What was tampered with, and who sees it: a bundle loaded with the log, with the board's key, with neither; and the registry.

A dash means that the observer cannot see it, and docs/decisions.md says so; no row has dashes only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from features.report import local_time
from tests.training.board import START, Board, a_board, keys
from tests.training.test_served import a_run
from tests.triage.conftest import rewrite
from training.decisions.decide import Key
from training.decisions.live import in_use
from training.registry.alias_log import READERS
from training.registry.aliases import CHAMPION, MODEL
from training.registry.tracking import open_store, track
from triage.bundle import load_bundle, read_approval, write_approval
from triage.chain import FIRST, Line, Log
from triage.errors import BundleRefused
from triage.law import load_law
from triage.log_file import head_of, read_log

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # MLflow's own
PRIVATE, PUBLIC = keys("board")
LAW = load_law()


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Board:
    """A bundle that was registered, approved with a signature, revoked and approved again: five lines, two of them moves."""
    board = a_board(tmp_path_factory.mktemp("decided"), key=Key(PRIVATE))
    board.store = open_store(board.folder / "store", log=board.log)
    made = track(board.folder / "store", a_run(board.bundle), log=board.log)
    stamp = board.store.client.get_model_version(MODEL, made.version).creation_timestamp
    board.hours = (dt.datetime.fromtimestamp(stamp / 1000, dt.UTC) - START) / dt.timedelta(hours=1)
    approvals = {"expires": dt.date(2099, 12, 31)}
    board.decides("approved", **approvals)
    board.decides("revoked")
    board.decides("approved", **approvals, conditions=("The monitors are read every month.",))
    return board


@pytest.fixture
def board(decided: Board, tmp_path: Path) -> Iterator[Board]:
    """A copy to tamper with, beside the one registry."""
    folder = Path(shutil.copytree(decided.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("store")))
    yield Board(folder, store=replace(decided.store, log=folder / "decisions.jsonl"))
    decided.store.client.set_registered_model_alias(MODEL, CHAMPION, "1")


def flip(name: str) -> Callable[[Board], object]:
    def does(board: Board) -> None:
        data = bytearray((board.bundle / name).read_bytes())
        data[len(data) // 2] ^= 1
        (board.bundle / name).write_bytes(bytes(data))

    return does


def other_card(board: Board) -> None:
    (board.bundle / "card.json").write_text('{"checks": []}')
    rewrite(board.bundle)


def in_approval(**changes: object) -> Callable[[Board], object]:
    def does(board: Board) -> None:
        path = board.bundle / "approval.json"
        plain = json.loads(path.read_text())
        plain["decision"] |= changes
        path.write_text(json.dumps(plain))

    return does


def old_approval(board: Board) -> None:
    """The first approval, which was revoked, with its own signature."""
    first = next(line for line in read_log(board.log, READERS).lines if line.kind == "decision")
    path = board.bundle / "approval.json"
    plain = {"decision": first.said.decision.to_dict(), "signature": first.said.signature}
    path.write_text(json.dumps(plain | {"line": {"number": first.number, "digest": first.digest}}))


def lines(change: Callable[[list[str]], list[str]]) -> Callable[[Board], object]:
    return lambda board: board.log.write_text("".join(change(board.log.read_text().splitlines(keepends=True))))


def somebody_else(line: str) -> str:
    return line.replace("Etiknämnden", "Ingen")


def written_anew(board: Board) -> None:
    """All of it by somebody who knows how: another approval, every line after it, the head beside the log, the approval."""
    held, made = read_log(board.log, READERS), Log()
    for old in held.lines:
        said = old.said
        if old.number == len(held.lines) - 1:
            said = replace(said, decision=replace(said.decision, units=("north", "south")))
        line = Line(old.number, made.head.digest if made.head else FIRST, old.kind, said)
        made = Log((*made.lines, line), (), line.head)
    board.log.write_text("".join(line.text() + "\n" for line in made.lines))
    head_of(board.log).write_text(f"{made.head.tag()}\n")
    approval = read_approval(board.bundle)
    last = made.lines[-2]
    write_approval(board.bundle, replace(approval, decision=last.said.decision, line=last.head))


def other_signature(board: Board) -> None:
    from training.decisions.decide import sign

    approval = read_approval(board.bundle)
    write_approval(board.bundle, replace(approval, signature=sign(approval.decision, keys("somebody else")[0])))


def alias_moved(board: Board) -> None:
    board.store.client.delete_registered_model_alias(MODEL, CHAMPION)


TODAY = dt.date(2098, 1, 1)
SOUND = "–"
BROKEN, NOT_THIS, LOG = ("bundle_broken",) * 3, ("not_approved",) * 3, ("log_doubtful", SOUND, SOUND)
ROWS: list[tuple[str, Callable[[Board], object], dt.date, str, str, str, str]] = [
    # what, how, the day that the clock says; loaded with the log, with the key, with neither; live with the registry
    ("nothing", lambda board: None, TODAY, SOUND, SOUND, SOUND, SOUND),
    ("model.txt", flip("model.txt"), TODAY, *BROKEN, SOUND),
    ("bundle.json, with a manifest that fits", lambda board: rewrite(board.bundle, seed=8), TODAY, *NOT_THIS, SOUND),
    ("card.json", flip("card.json"), TODAY, *BROKEN, SOUND),
    ("card.json, with a manifest that fits", other_card, TODAY, *NOT_THIS, SOUND),
    ("the manifest", flip("MANIFEST.sha256"), TODAY, *BROKEN, SOUND),
    ("approval.json: a later last day", in_approval(expires="2100-01-01"), TODAY, "log_doubtful", "not_signed", SOUND, SOUND),
    ("approval.json: units widened", in_approval(units=["north", "south"]), TODAY, "log_doubtful", "not_signed", SOUND, SOUND),
    ("approval.json: a condition gone", in_approval(conditions=[]), TODAY, "log_doubtful", "not_signed", SOUND, SOUND),
    ("approval.json: another bundle", in_approval(bundle="0" * 64), TODAY, "log_doubtful", "not_approved", "not_approved", SOUND),
    ("an old approval put back", old_approval, TODAY, "log_doubtful", SOUND, SOUND, SOUND),
    ("the signature of somebody else", other_signature, TODAY, "log_doubtful", "not_signed", SOUND, SOUND),
    ("a line changed", lines(lambda rows: [*rows[:2], somebody_else(rows[2]), *rows[3:]]), TODAY, *LOG, "changed 3"),
    ("the last line changed", lines(lambda rows: [*rows[:-1], somebody_else(rows[-1])]), TODAY, *LOG, "changed 7"),
    ("a line removed", lines(lambda rows: [*rows[:3], *rows[4:]]), TODAY, *LOG, "removed 4"),
    ("the last line removed", lines(lambda rows: rows[:-1]), TODAY, *LOG, "removed None"),
    ("all lines removed", lines(lambda rows: []), TODAY, *LOG, "removed None"),
    ("two lines put elsewhere", lines(lambda rows: [*rows[:1], rows[2], rows[1], *rows[3:]]), TODAY, *LOG, "reordered 2"),
    ("a line twice", lines(lambda rows: [*rows, rows[2]]), TODAY, *LOG, "repeated 8"),
    ("log and approval written anew, with hashes that fit", written_anew, TODAY, SOUND, "not_signed", SOUND, "rewritten 7"),
    ("the clock set back", lambda board: None, dt.date(2026, 3, 2), *("clock_behind",) * 3, SOUND),
    ("the clock put forward", lambda board: None, dt.date(2100, 1, 1), *("approval_expired",) * 3, SOUND),
    ("the alias moved around the log", alias_moved, TODAY, SOUND, SOUND, SOUND, "moved_outside None"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "does", "on", "with_log", "with_key", "with_neither", "registry"), ROWS, ids=[row[0] for row in ROWS]
)
def test_what_was_tampered_with_is_refused_or_found(
    board: Board, what: str, does, on: dt.date, with_log: str, with_key: str, with_neither: str, registry: str
) -> None:
    does(board)
    assert refusal(board, on, log=board.log) == with_log
    assert refusal(board, on, board_key=PUBLIC) == with_key
    assert refusal(board, on) == with_neither
    made = board.store.client.get_model_version(MODEL, "1").creation_timestamp / 1000
    moments = [
        dt.datetime.fromtimestamp(made + hours * 3600, dt.UTC) for hours in range(4)
    ]  # of it, and of each decision
    days = sorted({local_time(moment).date() for moment in moments})  # late in the evening they are two
    flaws = [flaw for day in days for flaw in in_use(board.log, day, LAW, board.store).flaws]
    found = [f"{flaw.code} {flaw.line}" for flaw in flaws]
    assert (registry in found) if registry != SOUND else found == []


def refusal(board: Board, on: dt.date, **asked: object) -> str:
    try:
        load_bundle(board.bundle, on=on, **asked)
    except BundleRefused as refused:
        return refused.code
    return SOUND


def test_no_row_of_the_table_goes_unseen_and_more_than_ten_are_in_it() -> None:
    tampered = ROWS[1:]
    assert len(tampered) > 10
    assert all(set(row[3:]) != {SOUND} for row in tampered)


def test_the_table_says_what_a_hash_says(board: Board) -> None:
    digest = hashlib.sha256((board.bundle / "MANIFEST.sha256").read_bytes()).hexdigest()
    assert read_approval(board.bundle).decision.bundle == digest
