"""Here we write a training to MLflow: the only door to it. It receives plain facts and knows no cases.

Telemetry is switched off before MLflow is imported, pickle is refused, and the store is SQLite.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

EXPERIMENT = "orosanmalan-triage"
MODEL = "orosanmalan-triage"
ALIAS = "candidate"


@dataclass(frozen=True)
class RunFacts:
    """What one training leaves behind.

    Attributes
    ----------
    params : mapping of str to object
    metrics : mapping of str to float
    tags : mapping of str to str
    dataset : pandas.DataFrame
        Feature rows of the training part, without ids; only a digest, schema and profile are stored.
    dataset_digest : str
    bundle : Path
        The bundle's folder.
    files : mapping of str to str
        Texts to keep, by file name.
    figures : mapping of str to bytes
        Pictures to keep, by file name.
    description : str
    requirements : tuple of str
    """

    params: Mapping[str, object]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    dataset: pd.DataFrame
    dataset_digest: str
    bundle: Path
    files: Mapping[str, str]
    figures: Mapping[str, bytes]
    description: str
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Tracked:
    """Where a training stands in MLflow."""

    store: str
    run_id: str
    model: str
    version: str
    alias: str


def quiet_environment() -> None:
    """Switch off telemetry and pickle; must run before MLflow is imported."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] = "false"
    os.environ.setdefault("MLFLOW_ENABLE_ASYNC_LOGGING", "false")
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")


def track(folder: str | Path, facts: RunFacts) -> Tracked:
    """Write one training to the MLflow store in ``folder`` and register its model.

    Parameters
    ----------
    folder : str or Path
        Holds ``mlflow.db`` and ``artifacts``; made when it is not there.
    facts : RunFacts

    Returns
    -------
    Tracked
    """
    quiet_environment()
    import mlflow
    from mlflow import MlflowClient

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    folder = Path(folder).resolve()
    (folder / "artifacts").mkdir(parents=True, exist_ok=True)
    store = f"sqlite:///{folder / 'mlflow.db'}"
    mlflow.set_tracking_uri(store)
    mlflow.set_registry_uri(store)
    client = MlflowClient(store)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    number = (
        client.create_experiment(EXPERIMENT, artifact_location=(folder / "artifacts").as_uri())
        if experiment is None
        else experiment.experiment_id
    )
    with mlflow.start_run(experiment_id=number, run_name=facts.tags.get("bundle")) as run:
        _log(mlflow, facts)
        version = _register(mlflow, facts)
    client.set_registered_model_alias(MODEL, ALIAS, version)
    client.update_model_version(MODEL, version, description=facts.description)
    for name, value in facts.tags.items():
        client.set_model_version_tag(MODEL, version, name, value)
    return Tracked(store, run.info.run_id, MODEL, version, ALIAS)


def _log(mlflow: Any, facts: RunFacts) -> None:
    """Write parameters, metrics, the dataset's digest, texts, pictures and the bundle."""
    mlflow.log_params(dict(facts.params))
    mlflow.log_metrics(dict(facts.metrics))
    mlflow.set_tags(dict(facts.tags))
    data = mlflow.data.from_pandas(facts.dataset, name="feature_rows", digest=facts.dataset_digest[:36])
    mlflow.log_input(data, context="training")
    for name, text in facts.files.items():
        mlflow.log_text(text, name)
    for name, picture in facts.figures.items():
        _log_bytes(mlflow, name, picture)
    mlflow.log_artifacts(str(facts.bundle), "bundle")


def _log_bytes(mlflow: Any, name: str, data: bytes) -> None:
    """Write one picture."""
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / Path(name).name
        path.write_bytes(data)
        mlflow.log_artifact(str(path), str(Path(name).parent))


def _register(mlflow: Any, facts: RunFacts) -> str:
    """Register the bundle as a model from code: MLflow loads our own text and JSON, no pickle."""
    from importlib import resources

    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    serving = resources.files("training").joinpath("serving.py")
    columns: list[ColSpec | TensorSpec] = [
        ColSpec("double", str(name), required=True) for name in facts.dataset.columns
    ]
    signature = ModelSignature(
        inputs=Schema(columns), outputs=Schema([ColSpec("double", "margin"), ColSpec("double", "probability")])
    )
    with warnings.catch_warnings():
        # No input example is stored: it would be somebody's row. Types are in the signature.
        warnings.simplefilter("ignore", UserWarning)
        logged = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(serving),
            artifacts={"bundle": str(facts.bundle)},
            signature=signature,
            registered_model_name=MODEL,
            pip_requirements=list(facts.requirements),
        )
    return str(logged.registered_model_version)
