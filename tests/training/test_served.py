"""A registered model answers as `triage.assess` does, only for a purpose that is allowed, and quotes no row when it cannot."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import shutil
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.folder import load
from features.records import records
from features.report import NOTHING_KNOWN, InputRefused, parse_known, to_plain
from tests.triage.conftest import approval_of, rewrite
from training.decisions.decide import decide, names_of, unmet
from training.registry.alias_moves import move_alias
from training.registry.run_facts import RunFacts
from training.registry.served import COLUMNS, ServedModel
from training.registry.store import Store
from training.registry.tracking import MODEL, load_registered, open_store, track
from triage.assessment import Assessment
from triage.bundle import Purpose, load_bundle, read_card
from triage.errors import NotApproved, TriageError
from triage.judge import assess_json
from triage.law import load_law

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # MLflow's own
SECRET = "Zebrafinken-7431"
LAW = load_law()


def a_run(bundle: Path) -> RunFacts:
    return RunFacts({}, {}, {}, ("a",), (), bundle, {}, {}, "", ("numpy",))


@pytest.fixture(scope="module")
def store(made, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two trainings registered: one that nobody approved as candidate, one that the board approved for one unit as champion."""
    root = tmp_path_factory.mktemp("served")
    track(root / "store", a_run(made.bundle))
    other = Path(shutil.copytree(made.bundle, root / "other"))
    rewrite(other, name="other")
    version = track(root / "store", a_run(other)).version
    opened = open_store(root / "store")
    created = opened.client.get_model_version(MODEL, version).creation_timestamp
    at = pd.Timestamp(created, unit="ms", tz="UTC").to_pydatetime()
    move_alias(opened, MODEL, "candidate", "1", by="a test", why="to have both", at=at)
    said = {"despite": dict.fromkeys(unmet(read_card(other)), "It is a test."), "units": ("syn-unit-1",)}
    decision = approval_of(other, **names_of(other), **said, at=at, expires=dt.date(2035, 12, 31)).decision
    assert decide(decision, opened.log, bundle=other, store=opened).version == version == "2"
    return opened


@pytest.fixture(scope="module")
def candidate(store: Store) -> ServedModel:
    return load_registered(store, "candidate")


@pytest.fixture(scope="module")
def champion(store: Store) -> ServedModel:
    return load_registered(store, "champion")


@pytest.fixture(scope="module")
def reports(municipality: Path) -> pd.DataFrame:
    """Sixty reports with what was known, from every unit, and some that cannot be read."""
    held = records(load(municipality), None)
    keys = list(held.reports)[:: len(held.reports) // 60]
    plain = [(to_plain(held.reports[key]), to_plain(held.known(held.reports[key]))) for key in keys]
    rows = [(json.dumps(report), json.dumps(known)) for report, known in plain]
    broken = [("", None), ("not json", None), ("[]", "{}"), ('{"report_id": "r"}', None), (rows[0][0], "not json")]
    return pd.DataFrame([*rows, *broken], columns=["report", "known"])


def expected(table: pd.DataFrame, made: Any, purpose: Purpose) -> list[Assessment]:
    """What the library says itself; a history that cannot be read is left out here."""
    try:
        bundle: Any = load_bundle(made.bundle, purpose=purpose)
    except NotApproved as refusal:
        bundle = refusal
    return [
        assess_json(row.report, NOTHING_KNOWN if pd.isna(row.known) else parse_known(row.known), bundle, LAW)
        for row in table.itertuples()
        if row.known != "not json"
    ]


@pytest.mark.parametrize("purpose", ["use", "evaluation"])
def test_the_registered_model_gives_the_same_assessments_as_the_library(candidate, reports, made, purpose) -> None:
    table = reports[reports["known"] != "not json"]
    answers = candidate.assess(table, purpose=purpose)
    same = expected(table, made, purpose)
    assert answers["assessment"].tolist() == [one.to_json() for one in same]
    assert list(answers.columns) == list(COLUMNS)
    assert answers.index.equals(table.index)
    for name in ("report_id", "child_id", "lane", "state"):
        plain = [one.model.state if name == "state" else str(getattr(one, name)) for one in same]
        assert answers[name].tolist() == plain
    for name in ("probability", "low", "high"):
        numbers = [np.nan if one.score is None else getattr(one.score, name) for one in same]
        assert answers[name].dtype == np.float64
        assert np.array_equal(answers[name].to_numpy(), np.array(numbers), equal_nan=True)
    assert set(answers["state"]) >= ({"scored"} if purpose == "evaluation" else {"refused"})


def test_mlflow_itself_loads_the_alias_and_answers_the_same(store, candidate, reports) -> None:
    import mlflow

    before = mlflow.get_tracking_uri()
    try:
        mlflow.set_tracking_uri(store.address)
        served = mlflow.pyfunc.load_model(f"models:/{MODEL}@candidate")
    finally:
        mlflow.set_tracking_uri(before)
    asked = served.predict(reports, params={"purpose": "evaluation"})
    pd.testing.assert_frame_equal(asked, candidate.assess(reports, purpose="evaluation"))
    pd.testing.assert_frame_equal(served.predict(reports), candidate.assess(reports))


def test_signature_names_texts_in_and_every_column_out(candidate) -> None:
    signature = candidate.model.metadata.signature
    assert [(one.name, one.type.name, one.required) for one in signature.inputs] == [
        ("report", "string", True),
        ("known", "string", False),
    ]
    assert {one.name: one.type.name for one in signature.outputs} == COLUMNS
    assert [(one.name, one.default) for one in signature.params] == [("purpose", "use")]


def test_without_the_boards_approval_there_is_no_score_for_use_and_the_rules_answer_all_the_same(
    candidate, reports
) -> None:
    use, evaluation = candidate.assess(reports), candidate.assess(reports, purpose="evaluation")
    assert set(use["state"]) <= {"refused", "abstains"}
    assert use[["probability", "low", "high"]].isna().all(axis=None)
    assert evaluation["probability"].notna().any()
    for one, other in zip(use["assessment"], evaluation["assessment"], strict=True):
        assert json.loads(one)["findings"] == json.loads(other)["findings"]


def test_an_approved_bundle_scores_the_units_that_the_board_named_and_no_other(champion, reports) -> None:
    answers = champion.assess(reports)
    unit = np.array([json.loads(line)["unit"] for line in answers["assessment"]])
    assert "scored" in set(answers["state"][unit == "syn-unit-1"])
    assert "scored" not in set(answers["state"][unit != "syn-unit-1"])
    assert champion.version == "2"


def test_a_history_that_cannot_be_read_is_named_and_never_read_as_no_history(candidate, reports) -> None:
    for known in ("not json", "", 3.5, {"reports": []}, np.array(["x"]), "880320-0016", '{"reports": "880320-0016"}'):
        table = pd.DataFrame({"report": [reports["report"][0]], "known": pd.Series([known], dtype=object)})
        (answer,) = candidate.assess(table, purpose="evaluation")["assessment"]
        plain = json.loads(answer)
        assert plain["model"]["state"] == "abstains"
        assert plain["lane"] not in {"usual", "prioritise"}
        assert plain["problems"][0]["table"] == "known"
        assert "880320" not in answer


@pytest.mark.parametrize("cell", [None, float("nan"), pd.NA, 7, 7.5, b"\xff", {"report_id": SECRET}, [SECRET], True])
def test_a_cell_that_is_no_report_comes_out_set_aside_and_stops_no_other(candidate, reports, cell) -> None:
    table = pd.DataFrame({"report": pd.Series([reports["report"][0], cell, reports["report"][1]], dtype=object)})
    answers = candidate.assess(table, purpose="evaluation")
    assert [json.loads(line)["status"] for line in answers["assessment"]] == ["assessed", "set_aside", "assessed"]
    assert answers["lane"][1] == "person_first"


def test_a_table_without_rows_gets_a_table_without_rows(candidate) -> None:
    answers = candidate.assess(pd.DataFrame({"report": []}))
    assert (len(answers), list(answers.columns)) == (0, list(COLUMNS))


def test_an_alias_that_stands_on_nothing_is_said_with_those_that_stand(store) -> None:
    with pytest.raises(TriageError, match=r"'challenger' .* stands on nothing; there are: candidate, champion"):
        load_registered(store, "challenger")


def test_an_unknown_purpose_is_refused_by_both_doors(candidate, reports) -> None:
    with pytest.raises(ValueError, match=r"'production'\. Use one of: use, evaluation"):
        candidate.assess(reports, purpose="production")
    with pytest.raises(ValueError, match=r"'production'\. Use one of: use, evaluation"):
        candidate.model.predict(reports, params={"purpose": "production"})


# ---------------------------------------------------------------- nothing of a row gets out

WRONG = {
    "no column of that name": pd.DataFrame({"rapport": [SECRET]}),
    "a row in place of the header": pd.DataFrame({SECRET: ["1"], "880320-0016": ["2"]}),
    "the column twice": pd.DataFrame([[SECRET, SECRET]], columns=["report", "report"]),
    "no table": [SECRET],
    "a text": SECRET,
    "a mapping": {"report": [SECRET, SECRET], "known": SECRET},
}


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Everything that any logger says, MLflow's too, which hands nothing up to the root."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(logging.Formatter().format(record))  # type: ignore[method-assign]
    loggers = [logging.getLogger(name) for name in (None, "mlflow", "alembic", "sqlalchemy")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield said
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def everything(error: BaseException) -> str:
    """An error with its traceback, causes and contexts, whether or not they would be printed."""
    chain, one = [], error
    while one is not None:
        chain += [*traceback.format_exception(one), repr(one), str(one)]
        one = one.__cause__ or one.__context__
    return "\n".join(chain)


def assert_nowhere(store: Store, heard: list[str], captured: Any, error: BaseException | None) -> None:
    said = "\n".join([*heard, captured.out, captured.err, "" if error is None else everything(error)])
    assert SECRET not in said
    assert "880320" not in said
    kept = b"".join(path.read_bytes() for path in store.log.parent.rglob("*") if path.is_file())
    assert SECRET.encode() not in kept


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_table_is_refused_without_a_word_of_it(store, candidate, heard, capfd, wrong) -> None:
    with pytest.raises(InputRefused) as refused:
        candidate.assess(WRONG[wrong])
    assert_nowhere(store, heard, capfd.readouterr(), refused.value)


MLFLOW_QUOTES = [name for name in WRONG if name not in {"the column twice", "a mapping"}]


@pytest.mark.parametrize("wrong", MLFLOW_QUOTES)
def test_mlflow_as_it_comes_quotes_the_row_so_that_the_guard_guards_something(candidate, wrong, monkeypatch) -> None:
    from mlflow.exceptions import MlflowException

    monkeypatch.setenv("MLFLOW_DISABLE_SCHEMA_DETAILS", "false")
    with pytest.raises(MlflowException, match=SECRET):
        candidate.model.predict(WRONG[wrong])


def test_whoever_loads_the_model_without_us_is_not_quoted_a_row_either(store, heard, capfd, monkeypatch) -> None:
    monkeypatch.delenv("MLFLOW_DISABLE_SCHEMA_DETAILS")
    model = load_registered(store, "candidate").model  # loading it is what switches the quoting off
    for wrong in [name for name in WRONG if name != "a mapping"]:  # which MLflow turns into a table
        with pytest.raises(Exception) as refused:
            model.predict(WRONG[wrong])
        assert_nowhere(store, heard, capfd.readouterr(), refused.value)


def test_extra_columns_are_not_read_and_not_named(store, candidate, reports, heard, capfd) -> None:
    table = reports.head(2).assign(**{SECRET: SECRET})
    answers = candidate.assess(table)
    assert answers.equals(candidate.assess(reports.head(2)))
    assert_nowhere(store, heard, capfd.readouterr(), None)


def test_a_model_that_fails_and_quotes_the_row_is_reworded(store, heard, capfd) -> None:
    def predict(rows: pd.DataFrame, params: dict[str, str]) -> pd.DataFrame:
        msg = f"cannot read {rows.to_dict()}"
        raise KeyError(msg)

    failing = ServedModel(SimpleNamespace(predict=predict), MODEL, "1", hashlib.sha256(b"").hexdigest())
    with pytest.raises(TriageError, match=r"no answer to the table of 1 reports \(KeyError") as refused:
        failing.assess(pd.DataFrame({"report": [SECRET]}))
    assert_nowhere(store, heard, capfd.readouterr(), refused.value)
