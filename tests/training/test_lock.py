"""The lock: nothing is used that was not approved, and what closes counts from the next report on, everywhere."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from features.report import NOTHING_KNOWN, Report, parse_report
from tests.training.board import PASSED, Board, a_board, keys
from tests.triage.conftest import tiny
from training.decisions.decide import Key
from triage.bundle import load_bundle, read_approval
from triage.errors import (
    ApprovalExpired,
    BundleBroken,
    BundleRefused,
    ClockBehind,
    LogDoubtful,
    NotApproved,
    NotSigned,
    Revoked,
    Stopped,
)
from triage.judge import assess
from triage.law import load_law
from triage.standing import last_word

LAW = load_law()


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return a_board(tmp_path)


def a_report(unit: str = "north") -> Report:
    plain = {
        "report_id": "r", "child_id": "c", "received_at": "2026-06-01T09:00:00+02:00", "unit": unit, "birth_month": "2016-04",
        "referral_type": "child_concern_report", "reporter": "school",
        "concerns": [{"concern": "neglect", "primary": True, "perpetrator": "close_person"}],
    }  # fmt: skip
    return parse_report(json.dumps(plain))


def test_an_approved_bundle_loads_with_its_log_and_scores(board: Board) -> None:
    written = board.decides("approved")
    loaded = board.load()
    assert loaded.approval == written.approval == read_approval(board.bundle)
    assert (assess(a_report(), NOTHING_KNOWN, loaded, LAW).model.state, loaded.purpose) == ("scored", "use")


# ---------------------------------------------------------------- what closes, counts from the next report on


@pytest.mark.parametrize(
    ("verb", "error"), [("revoked", Revoked), ("stopped", Stopped), ("refused", NotApproved)]
)  # fmt: skip
def test_what_closes_reaches_a_loaded_bundle_within_one_call_and_the_rules_go_on(board: Board, verb, error) -> None:
    board.decides("approved")
    loaded, without = board.load(), assess(a_report(), NOTHING_KNOWN, None, LAW)
    assert assess(a_report(), NOTHING_KNOWN, loaded, LAW).model.state == "scored"
    board.decides(verb)
    answer = assess(a_report(), NOTHING_KNOWN, loaded, LAW)
    assert (answer.model.state, answer.model.why.code, answer.score) == ("refused", error.code, None)
    assert (answer.findings, answer.deadlines) == (without.findings, without.deadlines)
    with pytest.raises(error, match="Ask the ethics board"):
        board.load()


def test_a_stop_takes_every_bundle_out_and_each_needs_an_approval_of_its_own_to_come_back(board: Board) -> None:
    other = tiny(board.folder / "other", PASSED, name="other")
    board.decides("approved")
    board.decides("approved", other)
    loaded = [load_bundle(folder, log=board.log) for folder in (board.bundle, other)]
    board.decides("stopped")
    assert [one.refuses("north", dt.date(2026, 6, 1)) for one in loaded] == ["stopped", "stopped"]
    board.decides("approved")
    assert board.load().refuses("north", dt.date(2026, 6, 1)) is None
    with pytest.raises(Stopped):
        load_bundle(other, log=board.log)
    # The one loaded before the stop was loaded under another approval than the one that stands now.
    assert loaded[0].refuses("north", dt.date(2026, 6, 1)) == "log_doubtful"


@pytest.mark.parametrize("does", ["unlink", "a changed byte", "cut"])
def test_a_loaded_bundle_stops_scoring_when_its_log_is_gone_or_tampered_with(board: Board, does: str) -> None:
    board.decides("approved")
    loaded = board.load()
    if does == "unlink":
        board.log.unlink()
    elif does == "cut":
        board.log.write_text("")
    else:
        board.log.write_text(board.log.read_text().replace("2026/7", "2026/8"))
    assert loaded.refuses("north", dt.date(2026, 6, 1)) == "log_doubtful"
    with pytest.raises(LogDoubtful, match=r"Line 1 was changed|is empty or not there, and the approval is line 1"):
        board.load()


def test_a_later_line_about_another_bundle_changes_nothing(board: Board) -> None:
    board.decides("approved")
    loaded = board.load()
    other = tiny(board.folder / "other", PASSED, name="other")
    board.decides("refused", other)
    assert loaded.refuses("north", dt.date(2026, 6, 1)) is None


# ---------------------------------------------------------------- each refusal says what to do


def expired(board: Board) -> None:
    board.decides("approved", expires=dt.date(2026, 5, 31))


def before(board: Board) -> None:
    board.decides("approved")
    board.decides("stopped", at=dt.datetime(2026, 6, 2, tzinfo=dt.UTC))
    board.decides("approved", at=dt.datetime(2026, 6, 2, tzinfo=dt.UTC))


def altered(board: Board) -> None:
    board.decides("approved")
    data = bytearray((board.bundle / "model.txt").read_bytes())
    data[len(data) // 2] ^= 1
    (board.bundle / "model.txt").write_bytes(bytes(data))


def other_log(board: Board) -> None:
    board.decides("approved")
    mine, board.folder = board.bundle, board.folder / "elsewhere"
    shutil.copytree(mine, board.bundle)
    tiny(board.folder / "third", PASSED, name="third")
    board.decides("refused", board.folder / "third")


REFUSALS = [
    (lambda board: board.decides("refused", tiny(board.folder / "o", PASSED, name="o")), NotApproved, "No board has approved this"),
    (expired, ApprovalExpired, "ended on 2026-05-31.*Ask the ethics board for a new decision"),
    (before, ClockBehind, "decided on 2026-06-02.*Set the clock of this machine right"),
    (lambda board: board.decides("revoked"), Revoked, r"revoked on 2026-03-02 by Etiknämnden \(ethics board\). Ask"),
    (lambda board: board.decides("stopped") if board.decides("approved") else None, Stopped, "stopped on .* decide on this"),
    (lambda board: board.decides("refused"), NotApproved, "refused on .* what it would need"),
    (altered, BundleBroken, "altered after it was written.*Fetch the bundle again"),
    (other_log, LogDoubtful, "is not the one that is remembered outside the log"),
]  # fmt: skip


@pytest.mark.parametrize(("does", "error", "says"), REFUSALS, ids=[row[2][:20] for row in REFUSALS])
def test_every_refusal_is_told_apart_says_what_to_do_and_leaves_the_rules(board: Board, does, error, says: str) -> None:
    does(board)
    with pytest.raises(error, match=says) as refused:
        board.load()
    assert type(refused.value) is error
    answer = assess(a_report(), NOTHING_KNOWN, refused.value, LAW)
    assert (answer.model.state, answer.score) in {("refused", None), ("broken", None)}
    assert answer.findings == assess(a_report(), NOTHING_KNOWN, None, LAW).findings


def test_evaluation_is_the_only_other_way_in_and_marks_every_output(board: Board) -> None:
    board.decides("refused")
    loaded = load_bundle(board.bundle, purpose="evaluation")
    answer = assess(a_report(), NOTHING_KNOWN, loaded, LAW)
    assert (answer.model.state, answer.model.purpose) == ("scored", "evaluation")
    assert "evaluation_only" in [remark.code for remark in answer.remarks]
    with pytest.raises(NotApproved):
        board.load()


# ---------------------------------------------------------------- a copy with an old approval


def test_a_copy_with_an_old_approval_is_found_by_the_log_and_only_by_the_log(board: Board) -> None:
    board.decides("approved")
    old = (board.bundle / "approval.json").read_bytes()
    board.decides("revoked")
    with pytest.raises(Revoked):
        load_bundle(board.bundle)
    (board.bundle / "approval.json").write_bytes(old)
    with pytest.raises(Revoked):
        board.load()
    assert (
        load_bundle(board.bundle).approval is not None
    )  # as the documentation says: nothing here knows of the revocation


@pytest.mark.parametrize("signed", [False, True])
def test_an_old_approval_written_again_into_the_log_opens_nothing(board: Board, signed: bool) -> None:
    board.key = Key(keys("board")[0]) if signed else None
    first = board.decides("approved", units=("north", "south")).approval
    old = (board.bundle / "approval.json").read_bytes()
    for verb, error in (("approved", LogDoubtful), ("revoked", LogDoubtful)):
        board.decides(verb)
        lines = board.log.read_text()
        forge(board, first)
        with pytest.raises(error, match="date before"):
            board.load()
        board.log.write_text(lines)
        (board.folder / "decisions.jsonl.head").unlink()
        (board.bundle / "approval.json").write_bytes(old)
        with pytest.raises(BundleRefused):
            board.load()


def forge(board: Board, approval) -> None:
    """Write a decision's line again at the end, as somebody who knows how lines are made would do."""
    from training.registry.alias_log import READERS
    from triage.bundle import write_approval
    from triage.decisions import KIND, Approval, Decided
    from triage.log_file import append, read_log

    line = append(board.log, read_log(board.log, READERS), KIND, Decided(approval.decision, approval.signature))
    write_approval(board.bundle, Approval(approval.decision, line.head, approval.signature))


# ---------------------------------------------------------------- the board's key


def test_with_the_boards_key_only_what_it_signed_is_used(board: Board) -> None:
    private, public = keys("board")
    board.decides("approved")
    with pytest.raises(NotSigned, match="Ask the board to approve with its key"):
        board.load(board_key=public)
    board.key = Key(private)
    assert board.decides("approved").again is False  # the same decision, signed now: a line of its own
    assert board.load(board_key=public).approval.signature is not None
    assert board.load(board_key=public.decode()).approval is not None
    with pytest.raises(NotSigned, match="does not fit"):
        board.load(board_key=keys("somebody else")[1])
    for junk in (b"", b"junk", private):
        with pytest.raises(NotSigned, match="cannot be read"):
            board.load(board_key=junk)


@pytest.mark.parametrize("signature", ["", "00", "zz", "00" * 64])
def test_a_bad_signature_is_refused_where_a_key_is_asked_for(board: Board, signature: str) -> None:
    board.key = Key(keys("board")[0])
    board.decides("approved")
    path = board.bundle / "approval.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"signature": signature}))
    with pytest.raises(NotSigned, match="does not fit"):
        load_bundle(board.bundle, board_key=keys("board")[1])
    with pytest.raises(LogDoubtful, match="not the approval in line 1"):
        board.load()


def test_a_revocation_and_a_stop_need_no_signature_to_close(board: Board) -> None:
    board.key = Key(keys("board")[0])
    board.decides("approved")
    loaded = board.load(board_key=keys("board")[1])
    board.key = None
    board.decides("stopped")
    assert loaded.refuses("north", dt.date(2026, 6, 1)) == "stopped"


def test_without_cryptography_a_key_that_is_asked_for_refuses(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    board.key = Key(keys("board")[0])
    board.decides("approved")
    for name in ("cryptography.hazmat.primitives.asymmetric.ed25519", "cryptography.hazmat.primitives.serialization"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(NotSigned, match=r"pip install 'orosanmalan-triage\[signed\]'"):
        board.load(board_key=keys("board")[1])
    assert board.load().approval is not None


def test_the_log_has_the_last_word(board: Board) -> None:
    from training.registry.alias_log import READERS
    from triage.log_file import read_log

    written = board.decides("approved")
    assert last_word(read_log(board.log, READERS), str(written.approval.decision.bundle)) == written.approval
