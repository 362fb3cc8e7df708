"""Every planted fault is caught by the guard that should catch it, and the same guard is silent on clean data."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from features.cases import Cases
from training.backtest import ageing, check_matured, check_split, rolling_origin, selective
from training.backtest.bounds import bounds
from training.evaluate import auc
from training.fit import TreePlan, grow, model_text
from training.inputs import Inputs, gather
from training.leaks import audit
from training.leaks.matrix import inputs_of
from training.plan import BacktestPlan, TrainingPlan, TuningPlan
from training.synthetic import Plants, Settings, municipality
from training.synthetic.settings import BIASED_GROUP
from training.validation import backtest
from training.validation.fold import margins
from training.validation.label_gap import label_gap
from training.validation.pooling import ranks
from training.validation.run import cut
from triage.errors import TrainingRefused

PLAN = TrainingPlan(
    backtest=BacktestPlan(cuts=3, test_days=150), trees=TreePlan(rounds=60, threads=1), tuning=TuningPlan(trials=0)
)
HORIZON = dt.timedelta(days=180)
DAY = np.timedelta64(1, "D")


@cache
def cases(reports: int, **plants: float) -> Cases:
    return Cases.from_frames(municipality(Settings(reports=reports, seed=5, plants=Plants(**plants))).tables)


@cache
def inputs(reports: int = 9000, **plants: float) -> Inputs:
    return gather(cases(reports, **plants), PLAN, lambda _: None)


def leak(planted: bool) -> tuple[bool, str]:
    report = audit(inputs_of(cases(3000, leak=0.8 if planted else 0.0)))
    return bool(report.leaks), f"{len(report.leaks)} leaks"


def sibling_overlap(planted: bool) -> tuple[bool, str]:
    given = inputs()
    fold = rolling_origin(
        given.received,
        given.end - HORIZON,
        HORIZON,
        given.family,
        label=given.labels.value,
        test_span=dt.timedelta(days=150),
        calibrate_span=dt.timedelta(days=240),
        cuts=1,
    )[0]
    turn = fold.turns[0]
    train = np.concatenate([turn.train.rows, turn.calibrate.rows])
    if planted:
        families = given.group[turn.test.rows]
        before = given.received + HORIZON.days * DAY <= given.received[turn.test.rows].min()
        train = np.union1d(train, np.flatnonzero(np.isin(given.group, families) & before))
    return refused(lambda: check_split(given.received, train, turn.test.rows, given.group, HORIZON), "households")


def immature_labels(planted: bool) -> tuple[bool, str]:
    given = inputs()
    late = given.labels.state == "immature"
    label = np.where(late, 0.0, given.labels.value) if planted else given.labels.value
    return refused(
        lambda: check_matured(given.received, label, horizon=HORIZON, end=given.end), "have an outcome all the same"
    )


def selection(planted: bool) -> tuple[bool, str]:
    """People investigate what they are already sure of: high scores with need, low scores without."""
    rng = np.random.default_rng(4)
    score = rng.normal(size=3000)
    truth = (rng.random(3000) < 1 / (1 + np.exp(-score))).astype(float)
    plain_to_see = (truth == 1) == (score > 0)
    seen = np.where(plain_to_see | (rng.random(3000) < 0.3), truth, np.nan) if planted else truth
    found = selective(seen, score, np.arange(3000), capacity=0.2, draws=100)
    known, limits = found.everyone.figures["auc"], bounds(seen, score, 0.2)["auc"]
    assert limits.low - 1e-9 <= auc(truth, score) <= limits.high + 1e-9
    outside = not known.low <= auc(truth, score) <= known.high
    said = f"known {known.value:.2f}, bounds {limits.low:.2f}-{limits.high:.2f}, truth {auc(truth, score):.2f}"
    return outside and limits.high - limits.low > known.high - known.low, said


def drift(planted: bool) -> tuple[bool, str]:
    """What the signals mean turns slowly; the models are least squares on all that came before."""
    rng = np.random.default_rng(2)
    n, first = 12_000, np.datetime64("2020-01-01", "us")
    received = first + np.sort(rng.integers(0, 2000, n)).astype("timedelta64[D]").astype("timedelta64[us]")
    angle = np.pi * (received - first) / np.timedelta64(2000, "D") * planted
    values = rng.normal(size=(n, 2))
    chance = 1 / (1 + np.exp(-1.5 * (values[:, 0] * np.cos(angle) + values[:, 1] * np.sin(angle))))
    label = (rng.random(n) < chance).astype(float)
    end = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    days = dt.timedelta(days=120)
    folds = rolling_origin(
        received,
        end,
        days / 4,
        np.arange(n).astype(str),
        label=label,
        test_span=days,
        calibrate_span=days / 4,
        cuts=7,
        least=10,
    )
    figures = np.full((7, 7), np.nan)
    for place, fold in enumerate(folds):
        newest = fold.turns[0].train.rows[-2000:]
        weight, *_ = np.linalg.lstsq(values[newest], label[newest] - 0.5, rcond=None)
        for later in range(place, 7):
            rows = folds[later].turns[0].test.rows
            figures[place, later] = auc(label[rows], values[rows] @ weight)
    found = ageing(figures)
    return found.retrain_after is not None, found.text.en


def biased_label(planted: bool) -> tuple[bool, str]:
    given = inputs(12_000, biased_label=1.5 if planted else 0.0)
    held = cases(12_000, biased_label=1.5 if planted else 0.0)
    groups, (attribute, value) = held.frame("groups"), BIASED_GROUP
    who = groups[(groups["attribute"] == attribute.value) & (groups["value"] == value)]["child_id"]
    member = held.frame("reports")["child_id"].isin(who).to_numpy()
    score = margins(newest(given), given.values)
    found = label_gap(given.labels.value, given.also[0].value, score, member, given.group)
    return bool(found.differs), f"confirmed {found.predicted.value:.2f} and new reports {found.other.value:.2f} times"


def shuffled_labels(planted: bool) -> tuple[bool, str]:
    """The guard is the AUC itself: learned from shuffled outcomes it is a coin's."""
    given = inputs()
    label, known = given.labels.value.copy(), given.labels.known
    if planted:
        label[known] = np.random.default_rng(6).permutation(label[known])
    said, place = [], []
    for turn in (turn for fold in cut(given, PLAN) for turn in fold.turns):
        learned, tested = turn.train.rows, turn.test.rows
        model = model_text(grow(given.values[learned], label[learned], PLAN.trees))
        place.append(ranks(margins(model, given.values[tested])))
        said.append(label[tested])
    found = auc(np.concatenate(said), np.concatenate(place))
    return abs(found - 0.5) <= 0.03, f"AUC {found:.3f}"


def newest(given: Inputs) -> str:
    return backtest(given, replace(PLAN, backtest=BacktestPlan(cuts=1))).newest.model


def refused(check: Callable[[], object], why: str) -> tuple[bool, str]:
    try:
        check()
    except TrainingRefused as error:
        return why in str(error), str(error)[:60] + "…"
    return False, "accepted"


FAULTS = {
    "leak": (leak, "leak audit"),
    "sibling overlap": (sibling_overlap, "check_split"),
    "immature labels": (immature_labels, "check_matured"),
    "selection": (selection, "selective bounds"),
    "drift": (drift, "ageing"),
    "biased label": (biased_label, "label_gap with another outcome"),
    "shuffled labels": (shuffled_labels, "AUC .50 ± .03"),
}


def test_every_planted_fault_is_caught_by_its_guard_and_clean_data_trigger_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [(fault, guard, found(True), found(False)) for fault, (found, guard) in FAULTS.items()]
    lines = [f"{'planted fault':<18}{'guard':<32}{'planted':<9}{'clean':<9}seen (planted | clean)"]
    for fault, guard, planted, clean in rows:
        marks = f"{'caught' if planted[0] else 'MISSED':<9}{'CAUGHT' if clean[0] else 'silent':<9}"
        lines.append(f"{fault:<18}{guard:<32}{marks}{planted[1]} | {clean[1]}")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert [fault for fault, _, planted, _ in rows if not planted[0]] == []
    assert [fault for fault, _, _, clean in rows if clean[0]] == []
