"""Here we say what one training leaves behind, as plain facts that a tracker can write down."""

from __future__ import annotations

import hashlib
import math
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.arrays import Ints

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class DataFacts:
    """Reports that something was learned from or tested on; no row of anybody comes here.

    Attributes
    ----------
    context : str
        What they served: training, calibration or test.
    rows : int
        How many they are.
    digest : str
        SHA-256 of the data and of which reports these are.
    """

    context: str
    rows: int
    digest: str

    @classmethod
    def of(cls, context: str, rows: Ints, data: str) -> DataFacts:
        """Name some of the reports of data with this digest."""
        return cls(context, len(rows), hashlib.sha256(data.encode() + rows.astype("<i8").tobytes()).hexdigest())


@dataclass(frozen=True)
class FoldFacts:
    """What one fold of a backtest gave.

    Attributes
    ----------
    name : str
    params : mapping of str to object
    metrics : mapping of str to (float or None)
        None, or what is no finite number, is a figure that could not be estimated.
    tags : mapping of str to str
    data : tuple of DataFacts
    """

    name: str
    params: Mapping[str, object]
    metrics: Mapping[str, float | None]
    tags: Mapping[str, str]
    data: tuple[DataFacts, ...] = ()

    def estimated(self) -> dict[str, float]:
        """Give the figures that could be estimated."""
        return {
            name: float(value) for name, value in self.metrics.items() if value is not None and math.isfinite(value)
        }

    def not_estimable(self) -> tuple[str, ...]:
        """Name the figures that could not."""
        return tuple(sorted(self.metrics.keys() - self.estimated().keys()))


@dataclass(frozen=True)
class RunFacts:
    """What one training leaves behind.

    Attributes
    ----------
    params : mapping of str to object
    metrics : mapping of str to (float or None)
        As in `FoldFacts`.
    tags : mapping of str to str
        ``bundle`` names the run.
    columns : tuple of str
        The features; no row of anybody comes here.
    data : tuple of DataFacts
    bundle : Path
        The bundle's folder, with the facts of its card.
    files : mapping of str to str
        Texts to keep, by file name.
    figures : mapping of str to bytes
        Pictures to keep, by file name; the splits in time among them.
    description : str
    requirements : tuple of str
        What the served model needs, as ``name==version``.
    commit : str or None
        The git commit of the code; see `code_commit`.
    failed : str or None
        Why the training did not meet its bar; None when it did.
    """

    params: Mapping[str, object]
    metrics: Mapping[str, float | None]
    tags: Mapping[str, str]
    columns: tuple[str, ...]
    data: tuple[DataFacts, ...]
    bundle: Path
    files: Mapping[str, str]
    figures: Mapping[str, bytes]
    description: str
    requirements: tuple[str, ...]
    commit: str | None = None
    failed: str | None = None


@dataclass(frozen=True)
class Tracked:
    """Where a training stands in MLflow; it has neither version nor alias when it failed.

    Attributes
    ----------
    store : str
        Address of the store.
    run_id : str
    folds : tuple of str
        Ids of the nested runs, in the order of the folds.
    model : str
    version, alias : str or None
    """

    store: str
    run_id: str
    folds: tuple[str, ...]
    model: str
    version: str | None
    alias: str | None


def environment() -> dict[str, Any]:
    """Say what a training ran on: interpreter, kind of machine and every installed version; no host name, no path."""
    import platform
    from importlib.metadata import distributions

    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "machine": platform.machine(),
        "versions": dict(sorted((one.name, one.version) for one in distributions())),
    }


def code_commit(root: Path = ROOT) -> str | None:
    """Name the git commit of this code, with ``-dirty`` when files were altered since; None outside a checkout of its own.

    Parameters
    ----------
    root : Path
        Where the code lies; a repository further up is somebody else's.
    """
    if not (root / ".git").exists():
        return None
    words = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        said = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603  our own words
    except FileNotFoundError:  # no git on this machine
        return None
    return said.stdout.strip() or None
