"""Here we say what an open MLflow store is to those who use one: a client, an address, and the log beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Store:
    """An open store; `training.registry.tracking.open_store` gives one.

    Attributes
    ----------
    client : mlflow.MlflowClient
        Of this address only.
    address : str
    experiment : str
        Id of the experiment that holds our runs.
    log : Path
        Where decisions and moves of aliases are written down.
    """

    client: Any
    address: str
    experiment: str
    log: Path
