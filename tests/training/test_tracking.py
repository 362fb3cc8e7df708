"""A training in MLflow: SQLite, no pickle, telemetry off, a registered model that answers as the bundle does."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.build import build
from features.folder import load
from training import run as do
from training.tracking import ALIAS, MODEL, quiet_environment
from training.train import TrainingPlan
from triage.bundle import load_bundle

pytestmark = pytest.mark.filterwarnings("ignore")  # MLflow's own; ours are errors everywhere else


@pytest.fixture(scope="module")
def tracked(municipality: Path, tmp_path_factory: pytest.TempPathFactory) -> do.Made:
    out = tmp_path_factory.mktemp("tracked")
    return do.make_bundle(municipality, out, TrainingPlan(synthetic=True), tracked=True, say=lambda _: None)


def test_telemetry_and_pickle_are_off_before_mlflow_is_imported() -> None:
    quiet_environment()
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert os.environ["DO_NOT_TRACK"] == "true"
    assert os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] == "false"


def test_run_has_parameters_metrics_dataset_pictures_bundle_and_cards(tracked) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(tracked.tracked.store)
    run = client.get_run(tracked.tracked.run_id)
    assert run.data.params["outcome"] == "need_confirmed"
    assert run.data.metrics["auc"] == pytest.approx(tracked.trained.figures.model.value)
    assert run.data.metrics["baseline_auc"] > 0
    assert [data.dataset.name for data in run.inputs.dataset_inputs] == ["feature_rows"]
    names = {item.path for item in client.list_artifacts(tracked.tracked.run_id)}
    assert {"bundle", "figures", "card.sv.html", "card.en.html"} <= names
    pictures = {Path(item.path).name for item in client.list_artifacts(tracked.tracked.run_id, "figures")}
    assert pictures == {"calibration.png", "importance.png", "split.png"}


def test_alias_points_to_the_version_and_says_it_is_not_approved(tracked) -> None:
    from mlflow import MlflowClient

    version = MlflowClient(tracked.tracked.store).get_model_version_by_alias(MODEL, ALIAS)
    assert str(version.version) == tracked.tracked.version
    assert version.tags["approval"] == "not_approved"
    assert version.tags["bundle"] == tracked.digest[:16]
    assert version.description.startswith("Synthetic cases.")


def test_registered_model_answers_as_the_bundle_does_with_columns_in_any_order(tracked, municipality) -> None:
    import mlflow

    mlflow.set_tracking_uri(tracked.tracked.store)
    served = mlflow.pyfunc.load_model(f"models:/{MODEL}@{ALIAS}")
    rows = build(load(municipality))
    frame = pd.DataFrame(rows.values[:50], columns=list(rows.names))
    bundle = load_bundle(tracked.bundle, purpose="evaluation")
    margin = bundle.booster.predict(rows.values[:50], raw_score=True)
    expected = bundle.facts.calibration.probability(np.asarray(margin))
    for shuffled in (frame, frame[list(frame.columns)[::-1]]):
        assert np.array_equal(served.predict(shuffled)["probability"].to_numpy(), expected)


def test_nothing_in_the_store_is_a_pickle_or_holds_an_id(tracked, municipality) -> None:
    root = tracked.bundle.parent / "mlflow"
    ids = load(municipality).frame("reports")["report_id"].head(200)
    for path in root.rglob("*"):
        if not path.is_file():
            continue
        data = path.read_bytes()
        assert path.suffix not in {".pkl", ".pickle", ".joblib"}, path
        assert not data.startswith((b"\x80\x04", b"\x80\x05")), path
        assert not any(name.encode() in data for name in ids), path


def test_a_second_training_makes_a_second_version_and_moves_the_alias(tracked, municipality) -> None:
    from mlflow import MlflowClient

    again = do.make_bundle(
        municipality, tracked.bundle.parent, TrainingPlan(synthetic=True), tracked=True, say=lambda _: None
    )
    assert again.tracked.version == "2"
    client = MlflowClient(tracked.tracked.store)
    assert client.get_model_version_by_alias(MODEL, ALIAS).version in ("2", 2)
