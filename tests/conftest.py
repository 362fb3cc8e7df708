"""Here we share what many tests need: a small synthetic municipality, on disk and trained."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from training import run as do
from training.plan import TrainingPlan

SMALL = 12_000


def skip_or_fail(why: str) -> None:
    """Skip on a laptop, fail in CI: a test that never runs there protects nobody."""
    if os.environ.get("TRIAGE_NOTHING_SKIPPED"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def municipality(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic case folder."""
    from training.synthetic import Settings

    folder = tmp_path_factory.mktemp("municipality") / "cases"
    do.make_synthetic(folder, Settings(reports=SMALL, seed=11), ".parquet")
    return folder


@pytest.fixture(scope="session")
def made(municipality: Path, tmp_path_factory: pytest.TempPathFactory) -> do.Made:
    """A training on it, without MLflow."""
    out = tmp_path_factory.mktemp("run")
    return do.make_bundle(municipality, out, TrainingPlan(synthetic=True), tracked=False, say=lambda _: None)
