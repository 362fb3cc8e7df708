"""Here we keep finished folds on disk, so that a run that was killed continues where it was, and with nothing else.

A fold is two files: its arrays without pickle, then its facts, which name the arrays' hash. The facts come last and each
file is written whole or not at all, so a fold is either there or not.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.validation.fold import FoldResult
from triage.errors import TrainingRefused

START = "start.json"
SHOWN = 12


@dataclass(frozen=True)
class Beginning:
    """What a run begins with: everything its folds depend on.

    Attributes
    ----------
    parts : mapping of str to str
        SHA-256 of plan, data, features and our own code, and the versions of the libraries.
    bar : mapping
        The bar as it was set, and its digest: stored before the first fold.
    """

    parts: Mapping[str, str]
    bar: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Give one SHA-256 for all of it."""
        return sha(json.dumps(dict(self.parts), sort_keys=True, separators=(",", ":")).encode())

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {"key": self.key, "parts": dict(self.parts), "bar": dict(self.bar)}


def begin(folder: Path, start: Beginning, *, resume: bool) -> None:
    """Write down what a run begins with, or check that an old one began with the same.

    Parameters
    ----------
    folder : Path
    start : Beginning
    resume : bool
        Keep finished folds; without it they are taken away and all begins again.

    Raises
    ------
    TrainingRefused
        When old folds were made of something else; the text says of what.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / START
    if resume and place.is_file():
        _refuse_other(json.loads(place.read_text(encoding="utf-8")), start)
        return
    for old in [*folder.glob("fold-*.json"), *folder.glob("fold-*.npz")]:
        old.unlink()
    _write(place, json.dumps(start.to_dict(), indent=2).encode())


def keep(folder: Path, key: str, result: FoldResult) -> None:
    """Write one finished fold."""
    held = io.BytesIO()
    arrays: dict[str, Any] = {"margin": result.margin} | {f"beside_{name}": one for name, one in result.beside.items()}
    np.savez_compressed(held, allow_pickle=False, **arrays)
    _write(_arrays(folder, result.number), held.getvalue())
    facts = result.to_dict() | {"key": key, "arrays": sha(held.getvalue()), "beside": list(result.beside)}
    _write(_facts(folder, result.number), json.dumps(facts).encode())


def kept(folder: Path, key: str, number: int) -> FoldResult | None:
    """Read one finished fold; None when it is not there.

    Raises
    ------
    TrainingRefused
        When it was altered, or is of another run.
    """
    if not _facts(folder, number).is_file():
        return None
    facts = json.loads(_facts(folder, number).read_text(encoding="utf-8"))
    held = _arrays(folder, number).read_bytes()
    if facts.get("key") != key or facts.get("arrays") != sha(held):
        msg = f"Fold {number} in {folder.name} is of another run or was altered. Start again without --resume."
        raise TrainingRefused(msg)
    with np.load(io.BytesIO(held), allow_pickle=False) as arrays:
        beside = {name: arrays[f"beside_{name}"] for name in facts["beside"]}
        return FoldResult.from_dict(facts, arrays["margin"], beside)


def sha(whole: bytes) -> str:
    """Give a SHA-256."""
    return hashlib.sha256(whole).hexdigest()


def _refuse_other(old: Mapping[str, Any], start: Beginning) -> None:
    """Refuse folds that were made of something else."""
    if old["key"] == start.key:
        return
    other = [
        f"{name} was {old['parts'].get(name, 'nothing')[:SHOWN]}…, is {mine[:SHOWN]}…"
        for name, mine in start.parts.items()
        if old["parts"].get(name) != mine
    ]
    msg = (
        f"The folds that are kept were made of something else: {'; '.join(other)}. "
        "Start again without --resume, or give another --out folder."
    )
    raise TrainingRefused(msg)


def _arrays(folder: Path, number: int) -> Path:
    """Name the file of a fold's arrays."""
    return folder / f"fold-{number}.npz"


def _facts(folder: Path, number: int) -> Path:
    """Name the file of a fold's facts."""
    return folder / f"fold-{number}.json"


def _write(path: Path, whole: bytes) -> None:
    """Write a file whole or not at all."""
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_bytes(whole)
    scratch.replace(path)
