"""Here we time one report, end to end, beside the usual notebook way in the same run, and hold it to its limits.

Ours: report and history as validated JSON, rules, features, score, interval and reasons in Swedish and English, as a dict.
The notebook's: a frame of ready-made features, scikit-learn's wrapper, and shap's TreeExplainer; no rule, no history.
Of several passes over the same reports the quickest counts, percentile by percentile: what else a machine does only adds.

Run with ``make bench``; it is never part of the tests.
"""

from __future__ import annotations

import gc
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import pandas as pd
import pytest

import triage
from features.build import REGISTRY, build_one
from features.folder import load
from features.records import records
from features.report import to_plain
from training.fit import TreePlan
from training.plan import TrainingPlan
from training.run import make_bundle, make_synthetic
from training.synthetic import Settings
from triage.judge import known_before

REPORTS, ASKED, WARM, PASSES = 20_000, 2_000, 200, 3
MEDIAN, LATE = 1.0, 3.0
"""Milliseconds that half of the reports, and 99 of 100, may take."""
Question = tuple[str, str]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A municipality and a bundle trained on it."""
    folder = tmp_path_factory.mktemp("town")
    make_synthetic(folder / "cases", Settings(reports=REPORTS, seed=5), ".parquet")
    make_bundle(folder / "cases", folder, TrainingPlan(synthetic=True), tracked=False)
    return folder


@pytest.fixture(scope="module")
def questions(town: Path) -> list[Question]:
    """The last reports of the municipality, with the longest histories, as JSON."""
    held = records(load(town / "cases"))
    last = list(held.reports.values())[-ASKED - WARM :]
    return [(as_json(report), as_json(known_before(report, held.known(report)))) for report in last]


def as_json(record: object) -> str:
    return json.dumps(to_plain(record))


class Took(NamedTuple):
    """How long reports took, in milliseconds, and the answers as they are sent away."""

    median: float
    late: float
    answers: list[str]

    def __str__(self) -> str:
        return f"median {self.median:7.3f} ms, 99th percentile {self.late:7.3f} ms"


def told(work: Callable[[Any], Any], asked: Iterable[Any], passes: int = PASSES) -> Took:
    """Ask one by one after a few to warm up, several times over."""
    asked = list(asked)
    every = [_told(work, asked) for _ in range(passes)]
    assert all(one.answers == every[0].answers for one in every), "the same report gives the same answer"
    return Took(min(one.median for one in every), min(one.late for one in every), every[0].answers)


def _told(work: Callable[[Any], Any], asked: list[Any]) -> Took:
    took, answers = [], []
    gc.collect()
    for one in asked:
        started = time.perf_counter()
        answer = work(one)
        took.append(1e3 * (time.perf_counter() - started))
        answers.append(json.dumps(answer, default=str))
    median, late = np.percentile(took[WARM:], [50, 99])
    return Took(float(median), float(late), answers)


@pytest.mark.filterwarnings("ignore")  # of shap and matplotlib
def test_one_report(town: Path, questions: list[Question], benchmark: Callable[..., Any]) -> None:
    started = time.perf_counter()
    bundle = triage.load_bundle(town / "bundle", purpose="evaluation")
    loaded = time.perf_counter() - started
    law = triage.load_law()

    def ours(question: Question) -> dict[str, Any]:
        report, history = question
        return triage.assess_json(report, triage.parse_known(history), bundle, law).to_dict()

    rows = [build_one(triage.parse_report(report), triage.parse_known(known)).values[0] for report, known in questions]
    theirs, frames = notebook(np.array(rows)), [dict(zip(REGISTRY.names, row, strict=True)) for row in rows]
    alone = benchmark.pedantic(lambda: told(ours, questions), rounds=1)
    usual = told(theirs, frames[: ASKED // 10 + WARM], passes=1)
    bundle.explainer.explain(np.array(rows))  # from now on the compiled loops are there
    compiled = told(ours, questions)
    assert compiled.answers == alone.answers, "compiled loops change no answer"
    print(  # noqa: T201
        f"\none report, everything, numpy alone     {alone}"
        f"\none report, everything, compiled loops  {compiled}"
        f"\nnotebook, score and shap values alone   {usual}"
        f"\nbundle loaded and checked in {loaded:.2f} s; "
        f"models {dict(Counter(json.loads(one)['model']['state'] for one in alone.answers))}"
    )
    for way in (alone, compiled):
        assert way.median < min(MEDIAN, usual.median)
        assert way.late < LATE


def notebook(rows: np.ndarray) -> Callable[[dict[str, float]], Any]:
    """Give the usual way: as many trees as ours, fitted in the wrapper."""
    import shap

    plan = TreePlan()
    model = lightgbm.LGBMClassifier(
        n_estimators=plan.rounds, num_leaves=plan.leaves, max_depth=plan.depth, verbosity=-1, n_jobs=1
    )
    label = np.random.default_rng(1).random(len(rows)) < 0.3
    model.fit(pd.DataFrame(rows, columns=list(REGISTRY.names)), label)
    explainer = shap.TreeExplainer(model)

    def ask(told: dict[str, float]) -> Any:
        frame = pd.DataFrame([told])
        return model.predict_proba(frame), explainer.shap_values(frame)

    return ask
