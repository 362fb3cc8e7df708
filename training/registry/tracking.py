"""Here we write a training to MLflow, and load what was registered: the only door to it. It knows plain facts and no cases.

Telemetry is switched off before MLflow is imported, pickle is refused, and MLflow may not quote rows. Everything goes through
clients of one address: the tracking address of whoever calls us is neither read nor changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import re
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from training.registry.alias_moves import BUNDLE, bundle_of, move_alias, standing
from training.registry.aliases import CANDIDATE, MODEL
from training.registry.decided_versions import DECIDED
from training.registry.run_facts import DataFacts, FoldFacts, RunFacts, Tracked, environment
from training.registry.served import COLUMNS, ServedModel
from training.registry.store import Store
from triage.bundle import APPROVAL, MANIFEST
from triage.errors import TriageError
from triage.log_file import LOG

__all__ = [
    "DataFacts",
    "FoldFacts",
    "RunFacts",
    "Store",
    "Tracked",
    "load_registered",
    "open_store",
    "quiet_environment",
    "track",
]

EXPERIMENT = "orosanmalan-triage"
PARENT, NOTE, COMMIT = "mlflow.parentRunId", "mlflow.note.content", "mlflow.source.git.commit"
"""MLflow's own tags for what a run belongs to, what it is, and which code it ran."""
LONGEST_DIGEST = 36
"""MLflow keeps no more of a dataset's digest."""


def quiet_environment() -> None:
    """Switch off telemetry, pickle, the quoting of rows and printing; must run before MLflow is imported."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] = "false"
    os.environ["MLFLOW_DISABLE_SCHEMA_DETAILS"] = "true"
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")


def open_store(place: str | Path, *, log: Path | None = None) -> Store:
    """Open a store.

    Parameters
    ----------
    place : str or Path
        A folder, made when it is not there, that holds ``mlflow.db``, ``artifacts`` and the log; or the
        address of an MLflow server.
    log : Path, optional
        The log of decisions and alias moves; needed for a server, whose disk is elsewhere.

    Raises
    ------
    TriageError
        When the place is neither, or a server comes without a log.
    """
    quiet_environment()
    from mlflow import MlflowClient

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    address, artifacts = str(place), None
    if not address.startswith(("http://", "https://")):
        address, artifacts = _in_folder(place)
        log = log or Path(place).resolve() / LOG
    if log is None:
        msg = "A server keeps no log. Say where it is: log=Path('decisions.jsonl'), one for all who decide and move aliases."
        raise TriageError(msg)
    client = MlflowClient(address, registry_uri=address)
    found = client.get_experiment_by_name(EXPERIMENT)
    number = found.experiment_id if found else client.create_experiment(EXPERIMENT, artifact_location=artifacts)
    return Store(client, address, str(number), log)


def _in_folder(place: str | Path) -> tuple[str, str]:
    """Make the folder of a store; give the address of its database and where it keeps files."""
    if re.match(r"\w[\w+]+:/", str(place)):  # no drive has a name of two letters
        scheme = str(place).partition(":")[0]
        msg = f"A store is a folder, or the address of an MLflow server as text that begins with http; got {scheme!r}."
        raise TriageError(msg)
    folder = Path(place).resolve()
    (folder / "artifacts").mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'mlflow.db'}", (folder / "artifacts").as_uri()


def track(place: str | Path, facts: RunFacts, folds: Sequence[FoldFacts] = (), *, log: Path | None = None) -> Tracked:
    """Write one training, register its model and make it the candidate.

    A training that failed its bar is written as a failed run with the reason; nothing is registered and no alias moves.

    Parameters
    ----------
    place : str or Path
        As for `open_store`.
    facts : RunFacts
    folds : sequence of FoldFacts
        One nested run each.
    log : Path, optional
        As for `open_store`.

    Returns
    -------
    Tracked
    """
    store = open_store(place, log=log)
    whole = FoldFacts(facts.tags.get("bundle", "training"), facts.params, facts.metrics, _tags(facts), facts.data)
    with _run(store, whole, ends="FINISHED" if facts.failed is None else "FAILED") as run:
        _log_data(store, run, facts.columns, facts.data)
        _keep(store, run, facts)
        nested = tuple(_nested(store, run, fold, facts.columns) for fold in folds)
        if facts.failed is not None:
            return Tracked(store.address, run, nested, MODEL, None, None)
        version, made = _register(store, run, facts)
    why = "the newest training that met its bar"
    move_alias(store, MODEL, CANDIDATE, version, by="training", why=why, at=made)
    return Tracked(store.address, run, nested, MODEL, version, CANDIDATE)


def load_registered(
    store: Store, alias: str, model: str = MODEL, *, board_key: str | bytes | None = None
) -> ServedModel:
    """Load the model that an alias stands on, through MLflow, with what the board decided on it since.

    Parameters
    ----------
    store : Store
        Its log is looked at before every score of a model that was approved.
    alias, model : str
    board_key : str or bytes, optional
        The board's public key, as PEM: then an approval without its signature is refused.

    Raises
    ------
    TriageError
        When the alias stands on nothing.
    """
    import mlflow

    stands = {name: version for (_, name), version in standing(store, model).items() if version is not None}
    if alias not in stands:
        msg = f"{alias!r} of {model} stands on nothing; there are: {', '.join(stands) or 'none'}. Move it first."
        raise TriageError(msg)
    version, bundle = stands[alias], bundle_of(store, model, stands[alias])
    found = store.client.get_model_version(model, version)
    kept = store.client.get_model_version_download_uri(model, version)
    asked = {"log": str(store.log), "board_key": _text(board_key)}
    with tempfile.TemporaryDirectory() as scratch:
        # Not by models:/ address: MLflow resolves that through the tracking address of the whole process.
        local = mlflow.artifacts.download_artifacts(kept, dst_path=scratch, tracking_uri=store.address)
        if DECIDED in found.tags:
            held = mlflow.models.Model.load(local).flavors["python_function"]["artifacts"]["bundle"]["path"]
            (Path(local) / held / APPROVAL).write_text(found.tags[DECIDED], encoding="utf-8")
        served = mlflow.pyfunc.load_model(local, model_config=asked)
    return ServedModel(served, model, version, bundle)


def _text(key: str | bytes | None) -> str:
    """Give a key as text; empty where there is none."""
    return key.decode() if isinstance(key, bytes) else key or ""


def _tags(facts: RunFacts) -> dict[str, str]:
    """Add to the tags what MLflow shows of a run: what it is, which code it ran, and why it failed."""
    more = {NOTE: facts.description, COMMIT: facts.commit, "failed": facts.failed}
    return dict(facts.tags) | {name: value for name, value in more.items() if value is not None}


@contextmanager
def _run(store: Store, facts: FoldFacts, *, ends: str = "FINISHED") -> Iterator[str]:
    """Write one run; whatever goes wrong inside, it does not stay open."""
    from mlflow.entities import Metric, Param, RunTag

    run = store.client.create_run(store.experiment, run_name=facts.name).info
    try:
        silent = {"not_estimable": ", ".join(facts.not_estimable())} if facts.not_estimable() else {}
        tags = [RunTag(name, str(value)) for name, value in {**facts.tags, **silent}.items()]
        params = [Param(name, str(value)) for name, value in facts.params.items()]
        metrics = [Metric(name, value, run.start_time, 0) for name, value in facts.estimated().items()]
        store.client.log_batch(run.run_id, metrics, params, tags)
        yield run.run_id
    except BaseException:
        store.client.set_terminated(run.run_id, "FAILED")
        raise
    store.client.set_terminated(run.run_id, ends)


def _nested(store: Store, parent: str, fold: FoldFacts, columns: Sequence[str]) -> str:
    """Write the run of one fold under the run of the training."""
    with _run(store, replace(fold, tags={**fold.tags, PARENT: parent})) as run:
        _log_data(store, run, columns, fold.data)
        return run


def _log_data(store: Store, run: str, columns: Sequence[str], data: Sequence[DataFacts]) -> None:
    """Write which reports served what: their digest and number, and the columns; no row."""
    from mlflow.entities import Dataset, DatasetInput, InputTag
    from mlflow.types import ColSpec, Schema

    schema = Schema([ColSpec("double", str(name)) for name in columns])
    inputs = [
        DatasetInput(
            Dataset(
                name="feature_rows",
                digest=one.digest[:LONGEST_DIGEST],
                source_type="code",
                source=json.dumps({"tags": {}}),
                schema=json.dumps({"mlflow_colspec": schema.to_dict()}),
                profile=json.dumps({"num_rows": one.rows}),
            ),
            [InputTag("mlflow.data.context", one.context)],
        )
        for one in data
    ]
    if inputs:
        store.client.log_inputs(run, inputs)


def _keep(store: Store, run: str, facts: RunFacts) -> None:
    """Write texts, pictures, the environment and the bundle with its card."""
    texts = {**facts.files, "environment.json": json.dumps(environment(), indent=1)}
    files = {name: text.encode() for name, text in texts.items()} | dict(facts.figures)
    with tempfile.TemporaryDirectory() as scratch:
        for name, content in files.items():
            path = Path(scratch) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        store.client.log_artifacts(run, scratch)
    store.client.log_artifacts(run, str(facts.bundle), "bundle")


def _register(store: Store, run: str, facts: RunFacts) -> tuple[str, dt.datetime]:
    """Register the bundle as a model from code; give the version and when the registry made it."""
    from mlflow.entities import LoggedModelOutput

    client = store.client
    model = client.create_logged_model(store.experiment, name="model", source_run_id=run)
    with tempfile.TemporaryDirectory() as scratch:
        _save(Path(scratch) / "model", facts, model)
        client.log_model_artifacts(model.model_id, str(Path(scratch) / "model"))
    client.finalize_logged_model(model.model_id, "READY")
    client.log_outputs(run, [LoggedModelOutput(model.model_id, 0)])
    if not client.search_registered_models(f"name = '{MODEL}'"):
        client.create_registered_model(MODEL)
    digest = hashlib.sha256((facts.bundle / MANIFEST).read_bytes()).hexdigest()
    made = client.create_model_version(
        MODEL,
        source=model.artifact_location,
        run_id=run,
        model_id=model.model_id,
        tags={**facts.tags, BUNDLE: digest},
        description=facts.description,
    )
    return str(made.version), dt.datetime.fromtimestamp(made.creation_timestamp / 1000, dt.UTC)


def _save(folder: Path, facts: RunFacts, logged: Any) -> None:
    """Write the model that MLflow serves: our own code, text and JSON; no pickle, and no path of this machine."""
    from mlflow import pyfunc
    from mlflow.models import Model, ModelSignature
    from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema

    model = Model(
        artifact_path="model", run_id=logged.source_run_id, model_uuid=logged.model_id, model_id=logged.model_id
    )
    signature = ModelSignature(
        inputs=Schema([ColSpec("string", "report"), ColSpec("string", "known", required=False)]),
        outputs=Schema([ColSpec(kind, name) for name, kind in COLUMNS.items()]),
        params=ParamSchema([ParamSpec("purpose", "string", "use")]),
    )
    with warnings.catch_warnings():
        # No input example is stored: it would be somebody's report. Types are in the signature.
        warnings.simplefilter("ignore", UserWarning)
        pyfunc.save_model(
            folder,
            mlflow_model=model,
            python_model=str(resources.files("training.registry").joinpath("serving.py")),
            artifacts={"bundle": str(facts.bundle)},
            model_config={"log": "", "board_key": ""},
            signature=signature,
            pip_requirements=list(facts.requirements),
        )
    flavor = model.flavors["python_function"]
    flavor["artifacts"]["bundle"]["uri"], flavor["model_code_path"] = "bundle", "serving.py"
    model.save(str(folder / "MLmodel"))
