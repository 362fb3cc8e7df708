"""Here we make trainings to write down without training anything, and walk what MLflow keeps."""

from __future__ import annotations

import json
import pickletools
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.registry.run_facts import DataFacts, FoldFacts, RunFacts


def a_bundle(folder: Path, name: str) -> Path:
    """A folder that looks like a bundle from outside: nobody opens it here."""
    (folder / name).mkdir(parents=True)
    (folder / name / "MANIFEST.sha256").write_text(f"{name}\n")
    (folder / name / "card.json").write_text(json.dumps({"title": f"card of {name}"}))
    return folder / name


def facts_of(bundle: Path, **changes: Any) -> RunFacts:
    plain = {
        "params": {"outcome": "need_confirmed", "horizon_days": 180}
        | {f"param_{number}": number for number in range(130)},
        "metrics": {"auc": 0.71, "gain": -0.02, "recall": None, "slope": float("nan"), "width": float("inf")},
        "tags": {"bundle": bundle.name, "approval": "not_approved"},
        "columns": ("reports_90", "days_since"),
        "data": (DataFacts("training", 2, "d" * 64), DataFacts("test", 1, "e" * 64)),
        "bundle": bundle,
        "files": {"card.sv.html": "<p>kort</p>"},
        "figures": {"figures/split.png": b"\x89PNG split", "figures/calibration.png": b"\x89PNG"},
        "description": "Synthetic cases. Not approved by any ethics board.",
        "requirements": ("numpy",),
        "commit": "c0ffee",
    }
    return RunFacts(**plain | changes)


FOLDS = tuple(
    FoldFacts(
        f"fold {number}",
        {"cut": f"2025-0{number}-01"},
        {"auc": 0.6 + number / 100, "lift": None},
        {"period": "test"},
        (DataFacts("training", number, str(number) * 64),),
    )
    for number in (1, 2, 3)
)


def pickles_in(folder: Path) -> list[str]:
    """Every file, and every value of every table of every SQLite database, that can be read as a pickle."""
    found = [str(path) for path in folder.rglob("*") if path.is_file() and is_pickle(path.read_bytes())]
    named = [str(path) for path in folder.rglob("*") if path.suffix in {".pkl", ".pickle", ".joblib", ".cloudpickle"}]
    values = [where for path in folder.rglob("*.db") for where, value in database(path) if is_pickle(value)]
    return found + named + values


def database(path: Path) -> Iterator[tuple[str, bytes]]:
    connection = sqlite3.connect(path)
    for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
        for row in connection.execute(f'select * from "{table}"'):
            yield from (
                (f"{path.name}:{table}", cell if isinstance(cell, bytes) else str(cell).encode()) for cell in row
            )
    connection.close()


def is_pickle(data: bytes) -> bool:
    """Whether pickletools reads it to its end: more than a number and a full stop, and nothing after."""
    try:
        steps = list(pickletools.genops(data))
    except Exception:  # noqa: BLE001  genops raises whatever it trips over
        return data.startswith(b"\x80")
    return len(steps) > 2 and steps[-1][2] == len(data) - 1
