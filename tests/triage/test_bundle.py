"""Here we hold bundles to looking before loading: every hash, every fact, the board's decision, and nothing that can run."""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import triage
from features.build import REGISTRY
from tests.triage.conftest import ABSENT
from triage.bundle import FILES, MANIFEST, Bundle, load_bundle, read_card, write_bundle
from triage.bundle_facts import BundleFacts
from triage.errors import BundleBroken, BundleRefused, FeaturesDiffer, NotApproved
from triage.shapley.pieces import Pieces
from triage.shapley.tables import Tables, tabulate

NAMES = (*FILES, MANIFEST)

# ---------------------------------------------------------------- every hash


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("purpose", ["use", "evaluation"])
def test_a_missing_file_is_found_and_named(a_bundle: Path, name: str, purpose: str) -> None:
    (a_bundle / name).unlink()
    with pytest.raises(BundleBroken, match=name.replace(".", r"\.")):
        load_bundle(a_bundle, purpose=purpose)  # type: ignore[arg-type]
    with pytest.raises(BundleBroken):
        read_card(a_bundle)


@pytest.mark.parametrize("where", [0, 0.25, 0.5, 0.75, 1])
@pytest.mark.parametrize("name", NAMES)
def test_one_altered_byte_is_found_wherever_it_stands(a_bundle: Path, name: str, where: float) -> None:
    data = bytearray((a_bundle / name).read_bytes())
    data[round(where * (len(data) - 1))] ^= 1
    (a_bundle / name).write_bytes(bytes(data))
    with pytest.raises(BundleBroken, match="altered"):
        load_bundle(a_bundle, purpose="evaluation")
    with pytest.raises(BundleBroken):
        read_card(a_bundle)


@pytest.mark.parametrize("name", NAMES)
def test_an_added_byte_and_a_lost_byte_are_found(a_bundle: Path, name: str) -> None:
    whole = (a_bundle / name).read_bytes()
    for data in (whole + b"\n", whole[:-1], b"", whole.replace(b"\n", b"\r\n")):
        (a_bundle / name).write_bytes(data)
        with pytest.raises(BundleBroken):
            load_bundle(a_bundle, purpose="evaluation")


@pytest.mark.parametrize("name", ["model.pkl", "bundle.json.bak", ".hidden", "sub/file"])
def test_a_file_that_no_bundle_has_is_refused(a_bundle: Path, name: str) -> None:
    (a_bundle / name).parent.mkdir(exist_ok=True)
    (a_bundle / name).write_bytes(b"")
    with pytest.raises(BundleBroken, match=name.split("/", maxsplit=1)[0]):
        load_bundle(a_bundle, purpose="evaluation")


def test_a_file_that_is_not_text_is_refused_even_when_its_hash_fits(
    a_bundle: Path, rewrite_facts: Callable[..., None]
) -> None:
    (a_bundle / "card.json").write_bytes(b"\xff\xfe")
    rewrite_facts(a_bundle)
    with pytest.raises(BundleBroken, match="not text"):
        load_bundle(a_bundle, purpose="evaluation")


FLAT = {"p0_knots": [], "p0": [0.5], "p1_knots": [], "p1": [0.5]}
SEEN = {"name": "reports_90", "low": 0.0, "high": 1.0, "absent": False}
UNIT = {"unit": ["north"]}
WRONG = [
    ({"schema": "urn:orosanmalan-triage:bundle:1"}, BundleBroken, "another schema"),
    ({"schema": None}, BundleBroken, "another schema"),
    ({"more": 1}, BundleBroken, "does not hold together"),
    ({"calibration": {"slope": 1, "intercept": 0}}, BundleBroken, "does not hold together"),
    ({"calibration": FLAT | {"p0": ["0.5"]}}, BundleBroken, "does not hold together"),
    ({"calibration": FLAT | {"p1": [float("nan")]}}, BundleBroken, "does not hold together"),
    ({"calibration": FLAT}, BundleBroken, "does not hold together"),  # then the limit is another probability
    ({"support": {"features": [], "codes": {}}}, BundleBroken, "does not hold together"),  # no units
    ({"support": {"features": [SEEN | {"name": "a"}], "codes": UNIT}}, BundleBroken, "does not hold together"),
    ({"support": {"features": [SEEN | {"low": "1"}], "codes": UNIT}}, BundleBroken, "does not hold together"),
    ({"support": {"features": [SEEN | {"high": None}], "codes": UNIT}}, BundleBroken, "does not hold together"),
    ({"support": None}, BundleBroken, "does not hold together"),
    ({"widest": None}, BundleBroken, "does not hold together"),
    ({"widest": float("nan")}, BundleBroken, "does not hold together"),
    ({"prioritise_margin": "1"}, BundleBroken, "does not hold together"),
    ({"prioritise_margin": 3.0}, BundleBroken, "does not hold together"),  # not what prioritise_at belongs to
    ({"prioritise_at": 0.9}, BundleBroken, "does not hold together"),
    ({"prioritise_at": None}, BundleBroken, "does not hold together"),
    ({"prioritise_at": "0.5"}, BundleBroken, "does not hold together"),
    ({"prioritise_at": float("nan")}, BundleBroken, "does not hold together"),
    ({"outcome": {"sv": "x"}}, BundleBroken, "does not hold together"),
    ({"outcome": {"sv": "", "en": ""}}, BundleBroken, "does not hold together"),
    ({"units": ["north"]}, BundleBroken, "does not hold together"),  # they stand in the support and nowhere else
    ({"features": ["a"]}, BundleBroken, "does not hold together"),  # the support names others
    ({"features": REGISTRY.names[::-1]}, BundleBroken, "different features"),
    ({"features_fingerprint": "0" * 64}, FeaturesDiffer, "Train it again"),
]


@pytest.mark.parametrize(("changes", "error", "says"), WRONG, ids=[str(row[0]) for row in WRONG])
def test_facts_that_do_not_hold_together_are_refused(
    a_bundle: Path, rewrite_facts: Callable[..., None], changes: dict[str, object], error: type[Exception], says: str
) -> None:
    rewrite_facts(a_bundle, **changes)
    with pytest.raises(error, match=says):
        load_bundle(a_bundle, purpose="evaluation")


def test_a_model_whose_explanation_misses_lightgbms_is_refused(a_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def off(pieces: Pieces) -> Tables:
        tables = tabulate(pieces)
        return tables._replace(part=tables.part * (1 + 1e-6))

    monkeypatch.setattr("triage.shapley.tabulated.tabulate", off)
    with pytest.raises(BundleBroken, match="misses LightGBM's own"):
        load_bundle(a_bundle, purpose="evaluation")


@pytest.mark.parametrize("field", sorted(BundleFacts.__dataclass_fields__))
def test_a_missing_fact_is_refused(facts: BundleFacts, field: str) -> None:
    plain = json.loads(facts.to_json())
    del plain[field]
    with pytest.raises(BundleBroken):
        BundleFacts.from_json(json.dumps(plain))


@pytest.mark.parametrize("text", ["", "null", "3", '"x"', "[]", "{}", "{", '{"schema": 1}'])
def test_what_is_no_object_is_no_bundle(text: str) -> None:
    with pytest.raises(BundleBroken):
        BundleFacts.from_json(text)


@pytest.mark.parametrize("model", ["", "tree\n", "not a model", "tree\nversion=v4\nnum_class=1\n"])
def test_a_model_that_lightgbm_cannot_read_is_refused(
    tmp_path: Path, facts: BundleFacts, model: str, capfd: object
) -> None:
    write_bundle(tmp_path / "b", model, facts, {})
    with pytest.raises(BundleBroken, match="model"):
        load_bundle(tmp_path / "b", purpose="evaluation")


def test_no_folder_is_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "nothing", tmp_path / "file"):
        with pytest.raises(BundleBroken, match="Fetch the bundle again"):
            load_bundle(path, purpose="evaluation")


# ---------------------------------------------------------------- writing


def test_what_was_written_is_what_is_loaded(bundle_folder: Path, facts: BundleFacts) -> None:
    loaded = load_bundle(bundle_folder, purpose="evaluation")
    assert loaded.facts == facts
    assert loaded.facts.to_json().encode() == (bundle_folder / "bundle.json").read_bytes()
    assert loaded.digest == hashlib.sha256((bundle_folder / MANIFEST).read_bytes()).hexdigest()
    assert read_card(bundle_folder) == {"title": "kort å card"}
    assert sorted(path.name for path in bundle_folder.iterdir()) == sorted(NAMES)


def test_the_digest_is_the_same_for_the_same_content_and_another_for_any_other(
    tmp_path: Path, model_text: str, facts: BundleFacts
) -> None:
    reordered = replace(facts, versions=dict(reversed([("a", "1"), ("b", "2")])))
    in_order = replace(facts, versions={"a": "1", "b": "2"})
    same = [
        write_bundle(tmp_path / "1", model_text, in_order, {"x": 1, "y": 2}),
        write_bundle(tmp_path / "other name", model_text, reordered, {"y": 2, "x": 1}),
    ]
    other = [
        write_bundle(tmp_path / "2", model_text, in_order, {"x": 1, "y": 3}),
        write_bundle(tmp_path / "3", model_text + "\n", in_order, {"x": 1, "y": 2}),
        write_bundle(tmp_path / "4", model_text, replace(in_order, widest=0.11), {"x": 1, "y": 2}),
    ]
    assert len(set(same)) == 1
    assert len({*same, *other}) == 4


def test_nan_on_a_card_is_refused(tmp_path: Path, model_text: str, facts: BundleFacts) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        write_bundle(tmp_path / "b", model_text, facts, {"auc": float("nan")})
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("step", ["write_bytes", "rename", "mkdir"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_an_interrupted_write_leaves_the_old_bundle_whole(
    a_bundle: Path, facts: BundleFacts, model_text: str, monkeypatch: pytest.MonkeyPatch, step: str, nth: int
) -> None:
    old, real, calls = load_bundle(a_bundle, purpose="evaluation").digest, getattr(Path, step), []

    def failing(self: Path, *args: object, **kwargs: object) -> object:
        calls.append(self)
        if len(calls) == nth:
            raise OSError(28, "No space left on device", str(self))
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, step, failing)
    try:
        new = write_bundle(a_bundle, model_text, replace(facts, name="new"), {})
    except OSError:
        new = old
    monkeypatch.undo()
    assert load_bundle(a_bundle, purpose="evaluation").digest == new
    assert [path.name for path in a_bundle.parent.iterdir()] == [a_bundle.name]
    assert calls


KILLED = """
import os, sys
from pathlib import Path
from triage.bundle import read_card, write_bundle
from triage.bundle_facts import BundleFacts
folder, step, nth = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
model, facts = ((folder / name).read_text() for name in ("model.txt", "bundle.json"))
real, calls = getattr(Path, step), []
def killing(self, *args, **kwargs):
    calls.append(self)
    if len(calls) == nth:
        os._exit(9)  # no handler runs, nothing is put back
    return real(self, *args, **kwargs)
setattr(Path, step, killing)
write_bundle(folder, model, BundleFacts.from_json(facts), {"another": "card"})
"""


@pytest.mark.parametrize("nth", range(1, 4))
@pytest.mark.parametrize("step", ["mkdir", "write_bytes", "rename"])
def test_a_process_killed_while_it_writes_leaves_the_old_or_the_new_bundle_whole(
    a_bundle: Path, facts: BundleFacts, model_text: str, step: str, nth: int
) -> None:
    old = load_bundle(a_bundle, purpose="evaluation").digest
    ran = subprocess.run([sys.executable, "-c", KILLED, str(a_bundle), step, str(nth)], check=False)
    left = load_bundle(a_bundle, purpose="evaluation").digest
    assert (left == old) == (ran.returncode == 9)
    assert read_card(a_bundle).get("another") == (None if left == old else "card")
    new = write_bundle(
        a_bundle, model_text, replace(facts, name="new"), {}
    )  # and the next write finds nothing in its way
    assert load_bundle(a_bundle, purpose="evaluation").digest == new


@pytest.mark.parametrize("step", ["write_bytes", "rename"])
def test_an_interrupted_first_write_leaves_nothing_under_the_name(
    tmp_path: Path, facts: BundleFacts, model_text: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def failing(self: Path, *args: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, step, failing)
    with pytest.raises(KeyboardInterrupt):
        write_bundle(tmp_path / "b", model_text, facts, {})
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_an_approval_does_not_pass_to_the_bundle_that_replaces_its_own(
    a_bundle: Path, facts: BundleFacts, model_text: str, approve: Callable[..., Path]
) -> None:
    decision = (approve(a_bundle) / "approval.json").read_text()
    write_bundle(a_bundle, model_text, replace(facts, seed=8), {})
    with pytest.raises(NotApproved):
        load_bundle(a_bundle)
    (a_bundle / "approval.json").write_text(decision)
    with pytest.raises(NotApproved):
        load_bundle(a_bundle)


# ---------------------------------------------------------------- the board's decision


def test_an_approved_bundle_loads_for_use(a_bundle: Path, approve: Callable[..., Path]) -> None:
    loaded = load_bundle(approve(a_bundle))
    assert loaded.purpose == "use"
    assert loaded.approval is not None
    decision = loaded.approval.decision
    assert (decision.units, decision.expires) == (("north",), dt.date(2025, 12, 31))
    assert "purpose='use'" in repr(loaded)


NOT_AN_APPROVAL: list[dict[str, object]] = [
    {"bundle": "0" * 64}, {"bundle": ""}, {"card": "0" * 64}, {"decision": "refused"}, {"decision": "Approved"},
    {"decision": True}, {"expires": "soon"}, {"expires": 20251231}, {"expires": "2025-01-09"}, {"at": "2025-13-01"},
    {"at": "2025-01-10T09:00:00"}, {"units": 3}, {"units": []}, {"more": "x"}, {"by": ""}, {"role": " "}, {"minutes": None},
    {"despite": {"leak": ""}}, {"conditions": 3}, {"name": None}, {"law": "x"},
    *({name: ABSENT} for name in ("bundle", "card", "decision", "by", "role", "at", "expires", "units", "despite")),
]  # fmt: skip


@pytest.mark.parametrize("changes", NOT_AN_APPROVAL, ids=str)
def test_what_is_no_approval_of_this_bundle_does_not_load_for_use(
    a_bundle: Path, approve: Callable[..., Path], changes: dict[str, object]
) -> None:
    approve(a_bundle, **changes)
    with pytest.raises(NotApproved):
        load_bundle(a_bundle)
    assert load_bundle(a_bundle, purpose="evaluation").approval is None


@pytest.mark.parametrize("text", ["", "null", "[]", "3", "{", "\x00"])
def test_an_approval_that_cannot_be_read_is_none(a_bundle: Path, text: str) -> None:
    (a_bundle / "approval.json").write_text(text)
    with pytest.raises(NotApproved):
        load_bundle(a_bundle)


def test_no_approval_is_not_approved_and_use_is_the_default(a_bundle: Path) -> None:
    with pytest.raises(NotApproved, match="evaluation"):
        load_bundle(a_bundle)


def test_an_approved_bundle_that_is_broken_is_still_broken(a_bundle: Path, approve: Callable[..., Path]) -> None:
    approve(a_bundle)
    (a_bundle / "card.json").write_text("{}")
    with pytest.raises(BundleBroken):
        load_bundle(a_bundle)


REFUSES = [
    ("north", "2025-12-31", None),
    ("north", "2026-01-01", "approval_expired"),
    ("south", "2025-06-01", "unit_not_approved"),
    ("south", "2026-06-01", "unit_not_approved"),
    ("elsewhere", "2025-06-01", "unit_not_trained"),
]


@pytest.mark.parametrize(("unit", "day", "why"), REFUSES)
def test_a_bundle_scores_only_where_and_while_it_may(
    a_bundle: Path, approve: Callable[..., Path], unit: str, day: str, why: str | None
) -> None:
    assert load_bundle(approve(a_bundle)).refuses(unit, dt.date.fromisoformat(day)) == why


def test_an_evaluation_needs_no_approval_but_stays_within_its_units(bundle: Bundle) -> None:
    assert bundle.refuses("south", dt.date(2099, 1, 1)) is None
    assert bundle.refuses("elsewhere", dt.date(2025, 1, 1)) == "unit_not_trained"


def test_every_refusal_comes_from_a_bundle_that_was_broken_in_another_way(broken_bundle: BundleRefused) -> None:
    assert str(broken_bundle).endswith(".")
    assert len(str(broken_bundle)) > 40


# ---------------------------------------------------------------- nothing that can run


def test_no_module_of_triage_imports_anything_that_unpickles_or_connects() -> None:
    forbidden = {"pickle", "joblib", "cloudpickle", "dill", "shelve", "marshal", "socket", "ssl", "http", "urllib",
                 "requests", "subprocess", "ctypes", "importlib.util"}  # fmt: skip
    for path in Path(triage.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {name.split(".")[0] for name in names}.isdisjoint(forbidden), path.name
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert called.isdisjoint({"eval", "exec", "compile", "__import__", "print", "open"}), path.name


@pytest.mark.parametrize("name", NAMES)
def test_every_file_of_a_bundle_is_text(bundle_folder: Path, name: str) -> None:
    text = (bundle_folder / name).read_bytes().decode("utf-8")
    assert "\x00" not in text
    if name.endswith(".json"):
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
