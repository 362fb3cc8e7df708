"""The verbs of a board: what they ask for, what they write where, and what was live on a day."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from tests.training.board import LAST, PASSED, Board, a_board, keys
from tests.training.test_cli import WITNESSED, triage
from tests.training.test_served import a_run
from tests.triage.conftest import rewrite, tiny
from training.decisions.decide import Key, decide, names_of, unmet
from training.decisions.live import in_use
from training.registry.aliases import CHAMPION, MODEL
from training.registry.tracking import load_registered, open_store, track
from triage.bundle import load_bundle, read_approval
from triage.decisions import Decision
from triage.errors import BundleBroken, DecisionRefused, NotApproved, TriageError
from triage.law import load_law
from triage.log_file import alone

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # MLflow's own
WHO = ("--by", "Etiknämnden", "--role", "ethics board", "--minutes", "2026/7")
APPROVE = (*WHO, "--unit", "north", "--unit", "syn-unit-1", "--expires", "2099-12-31")


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return a_board(tmp_path)


# ---------------------------------------------------------------- the card's checks


def check(code: str, verdict: str, mandatory: bool = True) -> dict[str, Any]:
    return {"code": code, "mandatory": mandatory, "verdict": verdict, "sv": "x", "en": "x"}


CHECKS = [
    check("leak", "passed"), check("gain", "failed"), check("groups", "cannot_tell"), check("age", "not_examined"),
    check("slope", "failed", mandatory=False),
]  # fmt: skip


def test_a_mandatory_check_that_is_not_passed_needs_a_reason_whatever_kept_it_from_passing() -> None:
    assert unmet({"checks": CHECKS}) == ("gain", "groups", "age")


@pytest.mark.parametrize(
    "checks",
    [
        None, [], {}, "passed", [None], [{}], [check("a", "ok")], [check("a", "passed") | {"mandatory": "yes"}],
        [check("a", "passed") | {"code": 3}], [{"code": "a", "verdict": "passed"}], [{"code": "a", "mandatory": True}],
        [check("a", "passed"), {"code": "b", "status": "failed", "mandatory": True}],
    ],
)  # fmt: skip
def test_checks_of_another_shape_are_an_error_and_not_a_pass(checks: object) -> None:
    with pytest.raises(DecisionRefused, match=r"code, mandatory .* and verdict .*Make the card again"):
        unmet({"checks": checks})


def test_an_approval_needs_a_reason_for_each_check_no_more_and_no_fewer_and_units_it_was_trained_on(tmp_path) -> None:
    bundle = tiny(tmp_path / "b", {"checks": CHECKS})
    reasons = dict.fromkeys(("gain", "groups", "age"), "Because.")
    board = Board(tmp_path)

    def approve(reasons: dict[str, str], units: tuple[str, ...] = ("north",)) -> None:
        board.decides("approved", bundle, despite=reasons, units=units)

    with pytest.raises(DecisionRefused, match=r'has not passed: groups, age.*--despite groups="…" --despite age="…"'):
        approve({"gain": "Because."})
    with pytest.raises(DecisionRefused, match="No reason is asked for leak, slope"):
        approve(reasons | {"leak": "x", "slope": "x"})
    with pytest.raises(DecisionRefused, match=r"not trained on east\. Its units: north"):
        approve(reasons, ("north", "east"))
    with pytest.raises(DecisionRefused, match="on another bundle than b, or on another card"):
        board.decides("approved", bundle, despite=reasons, card="0" * 64)
    with pytest.raises(DecisionRefused, match="no such bundle to approve"):
        decide(a_decision(bundle, reasons), board.log, bundle=tmp_path / "gone")
    assert not board.log.exists()
    approve(reasons)
    assert read_approval(bundle).decision.despite == reasons


def a_decision(bundle: Path, reasons: dict[str, str]) -> Decision:
    return Decision(
        decision="approved", **WHO_SAID, units=("north",), expires=LAST, despite=reasons, **names_of(bundle)
    )


WHO_SAID: dict[str, Any] = {"by": "a", "role": "b", "minutes": "c", "at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}


def test_a_stop_after_an_approval_stops_again_though_it_says_the_same_as_an_earlier_one(board: Board) -> None:
    board.decides("approved")
    first = board.decides("stopped")
    assert board.decides("stopped").again is True
    board.decides("approved")
    second = board.decides("stopped")
    assert (second.again, second.approval.line.number) == (False, first.approval.line.number + 2)
    with pytest.raises(NotApproved, match="Every model was stopped"):
        board.load()


# ---------------------------------------------------------------- the verbs


def test_approve_refuse_revoke_stop_and_live_end_to_end(board: Board, tmp_path: Path) -> None:
    code, out, err = triage("approve", board.bundle, *APPROVE, "--condition", "Monitors every month", "--lang", "sv")
    assert (code, err) == (0, "")
    assert "Godkänd för användning" in out
    assert "Villkor: Monitors every month" in out
    assert "Skriv i protokollet: rad 1 i loggen" in out
    report = tmp_path / "report.json"
    report.write_text(json.dumps(WITNESSED | {"concerns": [{"concern": "neglect", "primary": True}]}))
    scored = json.loads(triage("assess", report, "--bundle", board.bundle, "--json")[1])
    assert scored["model"] == {"state": "scored", "why": None, "purpose": "use", "outside": []}

    code, out, _ = triage("revoke", board.bundle, *WHO, "--why", "Drift.", "--json")
    assert (code, json.loads(out)["decision"]["decision"], json.loads(out)["line"]["number"]) == (0, "revoked", 2)
    _, out, err = triage("assess", report, "--bundle", board.bundle, "--json")
    assert json.loads(out)["model"]["why"]["code"] == "revoked"
    assert "Etiknämnden (ethics board). Ask the ethics board" in err
    assert "Rules run all the same" in err

    code, out, _ = triage("refuse", board.bundle, *WHO, "--why", "Not again.", "--lang", "en")
    assert (code, "Refused" in out, "Reason: Not again." in out) == (0, True, True)
    assert triage("approve", board.bundle, *APPROVE)[0] == 0
    code, out, _ = triage("stop", *WHO, "--why", "Queue looks wrong.", "--log", board.log, "--lang", "en")
    assert (code, "Every model is stopped" in out, "loaded without this log are not reached" in out) == (0, True, True)

    today = read_approval(board.bundle).decision.at.date().isoformat()
    code, out, _ = triage("live", "--on", today, "--log", board.log, "--lang", "en")
    assert code == 0
    assert "ended when the approval was revoked" in out
    assert "ended when every model was stopped" in out
    assert "The log holds together. Lines: 5" in out
    assert (
        "No model was approved for use that day."
        in triage("live", "--on", "2020-01-01", "--log", board.log, "--lang", "en")[1]
    )


def test_what_cannot_be_written_ends_with_9_and_writes_nothing(board: Board, tmp_path: Path) -> None:
    bundle = tiny(tmp_path / "failing" / "b", {"checks": CHECKS})
    for words, says in (
        (("approve", bundle, *APPROVE), "has not passed: gain, groups, age"),
        (("approve", board.bundle, *WHO, "--unit", "east", "--expires", "2099-01-01"), "not trained on east"),
        (("approve", board.bundle, *WHO, "--unit", "north", "--expires", "2020-01-01"), "last day"),
        (("approve", board.bundle, *APPROVE, "--when", "2199-01-01T00:00:00Z"), "still to come"),
        (("approve", board.bundle, *APPROVE, "--condition", "ask 880320-0016"), "personal identity number"),
        (("approve", board.bundle, *APPROVE, "--key", bundle / "card.json"), "cannot be opened"),
        (("revoke", board.bundle, *WHO, "--why", "x"), "knows no bundle by 'bundle'"),
        (("revoke", "abcdef0123", *WHO, "--why", "x", "--log", board.log), "knows no bundle"),
        (("stop", *WHO, "--why", "x", "--log", tmp_path / "none.jsonl"), "nothing looks at it"),
    ):
        code, _, err = triage(*words)
        assert (code, says in err) == (9, True), (words, err)
        assert "880320" not in err
    assert not any(
        path.name.startswith(("approval", "decisions", "none")) for path in tmp_path.rglob("*") if path.is_file()
    )


def test_wrong_arguments_end_with_2_and_a_broken_bundle_with_5(board: Board) -> None:
    assert triage("approve", board.bundle, *APPROVE, "--despite", "gain")[0] == 2
    assert triage("approve", board.bundle, *WHO, "--unit", "north", "--expires", "soon")[0] == 2
    assert triage("approve", board.bundle, *APPROVE, "--when", "2026-01-01T00:00:00")[0] == 2
    (board.bundle / "card.json").write_text("{}")
    assert triage("approve", board.bundle, *APPROVE)[0] == 5
    assert triage("refuse", board.bundle, *WHO, "--why", "x")[0] == 5


def test_what_was_altered_or_is_gone_can_still_be_revoked(board: Board) -> None:
    digest = board.decides("approved").approval.decision.bundle
    rewrite(board.bundle, seed=8)  # the manifest fits, and is another one
    assert triage("revoke", board.bundle, *WHO, "--why", "Altered.")[0] == 0
    (board.bundle / "model.txt").unlink()
    assert triage("revoke", digest[:12], *WHO, "--why", "It is gone.", "--log", board.log)[0] == 0


def test_live_names_what_was_done_to_the_log_and_ends_with_10(board: Board) -> None:
    board.decides("approved")
    board.decides("revoked")
    board.log.write_text(board.log.read_text().replace("2026/7", "2026/9", 1))
    code, out, _ = triage("live", "--on", "2026-03-02", "--log", board.log, "--lang", "sv")
    assert (code, "Rad 1 har ändrats efter att den skrevs." in out) == (10, True)
    code, out, _ = triage("live", "--on", "2026-03-02", "--log", board.log, "--json")
    assert (code, [flaw["code"] for flaw in json.loads(out)["flaws"]]) == (10, ["changed"])


# ---------------------------------------------------------------- what is written where


def test_a_decision_given_again_writes_no_second_line_and_what_is_missing(board: Board) -> None:
    first = board.decides("approved")
    (board.bundle / "approval.json").unlink()
    with pytest.raises(NotApproved, match="Give the same triage approve again"):
        board.load()
    again = board.decides("approved")
    assert (again.again, again.approval) == (True, first.approval)
    assert board.load().approval == first.approval
    assert len(board.log.read_text().splitlines()) == 1
    assert board.decides("approved", units=("north", "south")).again is False


def test_a_changed_byte_of_bundle_or_card_voids_the_decision(board: Board) -> None:
    board.decides("approved")
    (board.bundle / "card.json").write_text(json.dumps(PASSED | {"title": "another card"}))
    with pytest.raises(BundleBroken):
        board.load()
    rewrite(board.bundle)
    for asked in ({}, {"log": None}):
        with pytest.raises(NotApproved, match=r"another card|no decision on this bundle"):
            board.load(**asked)


def test_nothing_is_opened_on_a_log_in_doubt_or_behind_its_last_line_and_closing_always_works(board: Board) -> None:
    board.decides("approved")
    early = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
    with pytest.raises(DecisionRefused, match="Set the clock right, or leave --when out"):
        board.decides("approved", at=early, units=("south",))
    board.decides("revoked", at=early)
    board.log.write_text(board.log.read_text().replace("2026/7", "2026/9", 1))
    with pytest.raises(DecisionRefused, match="does not hold together: Line 1 was changed"):
        board.decides("approved")
    assert board.decides("stopped").approval.line.number == 3


def test_two_decisions_are_not_written_at_once(board: Board) -> None:
    with alone(board.log), pytest.raises(TriageError, match="is being written"):
        board.decides("approved")
    assert not board.log.exists()


def test_a_signed_decision_is_signed_in_the_log_and_beside_the_bundle(board: Board) -> None:
    private, public = keys("board")
    (board.folder / "board.pem").write_bytes(private)
    (board.folder / "board.pub").write_bytes(public)
    code, out, _ = triage("approve", board.bundle, *APPROVE, "--key", board.folder / "board.pem", "--json")
    assert code == 0
    said = json.loads(board.log.read_text())["said"]
    assert said["signature"] == json.loads(out)["signature"] == read_approval(board.bundle).signature
    report = board.folder / "report.json"
    report.write_text(json.dumps(WITNESSED | {"concerns": [{"concern": "neglect", "primary": True}]}))
    words = ("assess", report, "--bundle", board.bundle, "--json", "--board-key")
    assert json.loads(triage(*words, board.folder / "board.pub")[1])["model"]["state"] == "scored"
    (board.folder / "other.pub").write_bytes(keys("other")[1])
    assert json.loads(triage(*words, board.folder / "other.pub")[1])["model"]["why"]["code"] == "not_signed"


def test_a_key_that_is_no_ed25519_key_is_refused() -> None:
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    from training.decisions.decide import sign
    from triage.errors import NotSigned
    from triage.signing import demand_signature

    made = generate_private_key(SECP256R1())
    private = made.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.BestAvailableEncryption(b"secret"))
    said = Decision(decision="stopped", by="a", role="b", why="c", at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    for password, says in (
        (b"secret", "not an Ed25519 key"),
        (b"wrong", "cannot be opened"),
        (None, "cannot be opened"),
    ):
        with pytest.raises(DecisionRefused, match=says):
            sign(said, private, password)
    public = made.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    from triage.chain import Head
    from triage.decisions import Approval

    with pytest.raises(NotSigned, match="not an Ed25519 key"):
        demand_signature(Approval(said, Head(1, "0" * 64), "00"), public)


# ---------------------------------------------------------------- MLflow


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Board:
    """Two bundles in one store; nobody has decided on them."""
    board = a_board(tmp_path_factory.mktemp("registered"))
    tiny(board.folder / "second", PASSED, name="second")
    for bundle in (board.bundle, board.folder / "second"):
        track(board.folder / "store", a_run(bundle), log=board.log)
    board.store = open_store(board.folder / "store", log=board.log)
    board.hours = 24 * 365 * 50  # after they were registered, whenever this runs
    return board


def test_the_board_moves_champion_tags_the_version_and_what_is_served_follows(registered: Board) -> None:
    board, long = registered, {"expires": dt.date(2099, 12, 31)}
    client = board.store.client
    stranger = a_board(board.folder / "stranger").bundle
    rewrite(stranger, seed=8)
    words = ("approve", stranger, *APPROVE, "--store", board.folder / "store", "--log", board.log)
    code, _, err = triage(*words)
    assert (code, "No version in this store holds the bundle" in err) == (9, True)

    def stands() -> str | None:
        aliases = client.get_registered_model(MODEL).aliases
        return str(aliases[CHAMPION]) if CHAMPION in aliases else None

    def table() -> Any:
        import pandas as pd

        plain = WITNESSED | {"unit": "north", "concerns": [{"concern": "neglect", "primary": True}]}
        return pd.DataFrame({"report": [json.dumps(plain)]})

    assert board.decides("approved", **long).version == stands() == "1"
    first = load_registered(board.store, CHAMPION)
    assert list(first.assess(table())["state"]) == ["scored"]
    assert board.decides("approved", board.folder / "second", **long).version == stands() == "2"
    tags = client.get_model_version(MODEL, "2").tags
    assert tags["approval"] == "approved"
    assert json.loads(tags["board_decision"]) == read_approval(board.folder / "second").to_dict()
    board.decides("revoked")  # the one that champion no longer stands on
    assert stands() == "2"
    assert list(first.assess(table())["state"]) == ["refused"]  # loaded long ago, and asked again
    second = load_registered(board.store, CHAMPION)
    assert list(second.assess(table())["state"]) == ["scored"]
    board.decides("stopped")
    assert stands() is None
    assert list(second.assess(table())["state"]) == ["refused"]
    assert [client.get_model_version(MODEL, version).tags["approval"] for version in "12"] == ["stopped", "stopped"]
    day = (dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC) + dt.timedelta(hours=board.hours)).date()
    found = in_use(board.log, day, load_law(), board.store)
    assert found.flaws == ()
    assert [live.version for live in found.served] == ["1", "2"]
    assert [(one.approval.decision.name, one.ended) for one in found.periods] == [
        ("tiny", "revoked"),
        ("second", "stopped"),
    ]


# ---------------------------------------------------------------- without a log


def test_without_a_log_what_stands_beside_the_bundle_counts_alone(board: Board) -> None:
    board.decides("approved")
    loaded = load_bundle(board.bundle)
    assert (loaded.watch, loaded.refuses("north", LAST), loaded.refuses("north", LAST + dt.timedelta(1))) == (
        None,
        None,
        "approval_expired",
    )
    board.decides("revoked")
    assert loaded.refuses("north", LAST) is None  # loaded before, and without the log: it is not reached
    with pytest.raises(NotApproved):
        load_bundle(board.bundle)


def test_a_decision_that_is_none_is_refused_by_the_writer_too(board: Board) -> None:
    with pytest.raises(ValueError, match="no decision"):
        decide(Decision(decision="maybe", by="a", role="b", at=dt.datetime.now(dt.UTC)), board.log)  # type: ignore[arg-type]


def test_a_key_has_a_password_or_none() -> None:
    assert Key(b"x").password is None
