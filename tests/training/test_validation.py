"""A fold learns from its own past and from nothing else; a killed run continues, and one that was changed is refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import features
import training
import triage
from features.cases import Cases
from training.evaluate import auc
from training.fit import TreePlan, grow
from training.inputs import Inputs, gather
from training.plan import BacktestPlan, Bar, TrainingPlan, TuningPlan
from training.synthetic import Settings, municipality
from training.validation import backtest, kept, run
from training.validation.code import code, digest
from training.validation.fold import Watch, fit, margins, run_fold
from training.validation.kept import begin, keep
from training.validation.pooling import pooled, ranked, window
from training.validation.run import beginning, cut
from training.validation.tuning import BOUNDS, CONSIDERED, inner_split, tune
from triage.errors import TrainingRefused

PLAN = TrainingPlan(
    synthetic=True,
    reports_per_day=9.0,
    backtest=BacktestPlan(cuts=3, test_days=150),
    trees=TreePlan(rounds=60, threads=1),
    tuning=TuningPlan(trials=0),
)


def quiet(*_: object) -> None:
    """Hear nothing."""


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    made = municipality(Settings(reports=9000, seed=5))
    return gather(Cases.from_frames(made.tables), PLAN, quiet, made.truth)


@pytest.fixture(scope="module")
def found(inputs):
    return backtest(inputs, PLAN)


def learned(inputs, turn) -> dict:
    """Everything that is fitted in a turn, as plain data."""
    one = fit(inputs, turn, PLAN, Watch(lambda: 0.0))
    simple = {name: each.to_dict() for name, each in one.beside.items()}
    return {"trees": one.grown.model, "tuned": one.grown.tuned, "calibration": one.grown.calibration.to_dict()} | simple


def changed(inputs, rows) -> Inputs:
    """Turn round the outcomes of some reports, and put noise in their features."""
    values, state = inputs.values.copy(), inputs.labels.state.copy()
    values[rows] = np.random.default_rng(1).normal(size=(len(rows), values.shape[1]))
    turned = {"positive": "negative", "negative": "positive"}
    state[rows] = [turned.get(one, one) for one in state[rows]]
    return replace(inputs, rows=replace(inputs.rows, values=values), labels=replace(inputs.labels, state=state))


@pytest.fixture(scope="module")
def turn(inputs):
    return cut(inputs, PLAN)[1].turns[1]


def test_nothing_that_is_fitted_changes_with_what_is_tested_or_left_out(inputs, turn) -> None:
    others = np.setdiff1d(np.arange(len(inputs.received)), np.concatenate([turn.train.rows, turn.calibrate.rows]))
    assert learned(changed(inputs, others), turn) == learned(inputs, turn)


def test_calibration_reports_change_the_calibration_and_nothing_else(inputs, turn) -> None:
    before, after = learned(inputs, turn), learned(changed(inputs, turn.calibrate.rows[::9]), turn)
    assert {name for name in before if before[name] != after[name]} == {"calibration"}


def test_training_reports_do_change_what_is_fitted(inputs, turn) -> None:
    before, after = learned(inputs, turn), learned(changed(inputs, turn.train.rows[::3]), turn)
    assert before["trees"] != after["trees"]
    assert before["logistic"] != after["logistic"]


def test_every_report_is_scored_by_the_model_of_its_own_turn_in_its_window_and_later(inputs, found) -> None:
    folds = [period.fold for period in found.periods]
    for period in found.periods:
        result, scored = period.result, np.isfinite(period.result.margin)
        later = np.concatenate([fold.test.all_rows for fold in folds[period.fold.number - 1 :]])
        assert np.array_equal(np.flatnonzero(scored), np.sort(later))
        for place, grown in enumerate(result.turns):
            rows = np.concatenate([fold.turns[place].test.all_rows for fold in folds[period.fold.number - 1 :]])
            np.testing.assert_array_equal(result.margin[rows], margins(grown.model, inputs.values[rows]))
            learned_from = period.fold.turns[place]
            met = np.concatenate([learned_from.train.all_rows, learned_from.calibrate.all_rows])
            assert not set(inputs.group[rows]) & set(inputs.group[met])


def test_estimates_are_those_of_the_calibration_of_the_same_turn(inputs, found) -> None:
    period = found.periods[0]
    told = dict(zip(period.fold.test.all_rows, window(inputs, period.fold, period.result).probability, strict=True))
    for turn, grown in zip(period.fold.turns, period.result.turns, strict=True):
        rows = turn.test.all_rows
        assert [told[row] for row in rows] == grown.calibration.probability(period.result.margin[rows]).tolist()


def tuned(inputs, seed: int = 3, trials: int = 4, **asked):
    rows = cut(inputs, PLAN)[-1].turns[0].train.rows
    parts = inputs.values[rows], inputs.labels.value[rows], inputs.received[rows], inputs.group[rows]
    return tune(*parts, PLAN.trees, TuningPlan(trials=trials, seed=seed), **asked)


def test_the_same_seed_finds_the_same_settings_within_the_bounds(inputs) -> None:
    first = tuned(inputs)
    assert first == tuned(inputs)
    assert first.trials == 4
    assert first.found <= first.planned
    if first.trees != PLAN.trees:
        assert all(low <= getattr(first.trees, name) <= high for name, (low, high) in BOUNDS.items())
    kept_as_planned = ("seed", "threads", "leave_out")
    assert all(getattr(first.trees, name) == getattr(PLAN.trees, name) for name in kept_as_planned)


def test_without_trials_the_planned_trees_stay(inputs) -> None:
    assert tuned(inputs, trials=0).trees == PLAN.trees


def test_the_best_settings_that_keep_what_is_asked_are_taken(inputs) -> None:
    grown: list[TreePlan] = []

    def noted(values, label, trees):
        grown.append(trees)
        return grow(values, label, trees)

    first = tuned(inputs)
    answers = iter([False, False, True])
    third = tuned(inputs, keeps=lambda _: next(answers), grow=noted)
    assert (third.set_aside, third.keeps) == (2, True)
    assert grown[-3:] == [first.trees, grown[-2], third.trees]
    assert third.found > first.found
    assert third.planned == first.planned


def test_where_no_settings_keep_what_is_asked_the_best_are_taken_and_it_is_said(inputs) -> None:
    asked: list[object] = []
    none = tuned(inputs, trials=10, keeps=lambda booster: bool(asked.append(booster)))
    assert none == replace(tuned(inputs, trials=10), keeps=False)
    assert len(asked) == CONSIDERED


def test_settings_are_judged_on_later_reports_of_other_families(inputs) -> None:
    rows = cut(inputs, PLAN)[-1].turns[0].train.rows
    earlier, later = inner_split(inputs.received[rows], inputs.group[rows])
    assert inputs.received[rows][earlier].max() <= inputs.received[rows][later].min()
    assert not set(inputs.group[rows][earlier]) & set(inputs.group[rows][later])
    assert later.sum() == pytest.approx(len(rows) / 4, abs=1)


def test_a_killed_run_continues_with_the_folds_that_were_finished(inputs, found, tmp_path, monkeypatch) -> None:
    calls = []

    def dies_at_the_third(inputs, folds, fold, plan, clock):
        calls.append(fold.number)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return run_fold(inputs, folds, fold, plan, clock)

    monkeypatch.setattr(run, "run_fold", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        backtest(inputs, PLAN, folder=tmp_path)
    assert sorted(path.name for path in tmp_path.glob("fold-*")) == [
        "fold-1.json", "fold-1.npz", "fold-2.json", "fold-2.npz",
    ]  # fmt: skip
    again = backtest(inputs, PLAN, folder=tmp_path, resume=True)
    assert calls == [1, 2, 3, 3]
    assert again.to_dict() == found.to_dict()


def test_without_resume_all_begins_again(inputs, tmp_path) -> None:
    start = beginning(inputs, PLAN)
    begin(tmp_path, start, resume=False)
    (tmp_path / "fold-1.json").write_text("{}")
    begin(tmp_path, start, resume=False)
    assert [path.name for path in tmp_path.iterdir()] == ["start.json"]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (lambda inputs: (inputs, replace(PLAN, bar=Bar(auc_at_least=0.5))), "plan was"),
        (lambda inputs: (replace(inputs, digest="0" * 64), PLAN), "data was"),
        (lambda inputs: (replace(inputs, rows=replace(inputs.rows, fingerprint="0" * 64)), PLAN), "features was"),
    ],
)
def test_another_plan_or_other_data_refuse_the_old_folds_and_say_which(inputs, tmp_path, other, says) -> None:
    begin(tmp_path, beginning(inputs, PLAN), resume=False)
    with pytest.raises(TrainingRefused, match=rf"made of something else: {says} .*without --resume"):
        begin(tmp_path, beginning(*other(inputs)), resume=True)


def test_one_byte_of_our_own_code_more_and_kept_folds_are_refused(inputs, tmp_path, monkeypatch) -> None:
    copy = tmp_path / "training"
    shutil.copytree(Path(run.__file__).parents[1], copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = digest([copy])
    assert before == digest([Path(run.__file__).parents[1]])
    with (copy / "fit.py").open("a") as source:
        source.write(" ")
    assert digest([copy]) != before
    assert (
        beginning(inputs, PLAN).parts["code"]
        == code()
        == digest(Path(one.__file__).parent for one in (features, triage, training))
    )
    begin(tmp_path / "folds", beginning(inputs, PLAN), resume=False)
    monkeypatch.setattr(run, "code", lambda: digest([copy]))
    with pytest.raises(TrainingRefused, match="made of something else: code was"):
        begin(tmp_path / "folds", beginning(inputs, PLAN), resume=True)


def test_a_fold_that_was_altered_is_refused(inputs, found, tmp_path) -> None:
    last = found.periods[-1].result
    keep(tmp_path, "key", last)
    back = kept.kept(tmp_path, "key", 3)
    np.testing.assert_array_equal(back.margin, last.margin)
    assert back.to_dict() == last.to_dict()
    for path in (tmp_path / "fold-3.npz", tmp_path / "fold-3.json"):
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b"key", b"kez") if path.suffix == ".json" else whole + b" ")
        with pytest.raises(TrainingRefused, match=r"Fold 3 in .* was altered"):
            kept.kept(tmp_path, "key", 3)
        path.write_bytes(whole)


def test_the_bar_is_stored_and_said_before_the_first_fold(inputs, tmp_path, monkeypatch) -> None:
    heard: list[str] = []

    def nothing_is_measured(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "run_fold", nothing_is_measured)
    with pytest.raises(KeyboardInterrupt):
        backtest(inputs, PLAN, folder=tmp_path, say=heard.append)
    assert f"bar: {PLAN.bar.digest()}" in heard
    assert json.loads((tmp_path / "start.json").read_text())["bar"]["digest"] == PLAN.bar.digest()


def test_a_horizon_longer_than_the_data_is_refused_with_the_two_numbers() -> None:
    made = municipality(Settings(reports=300, years=0.4, seed=1))
    with pytest.raises(TrainingRefused, match=r"The data span 14\d days, and the horizon is 180 days"):
        gather(Cases.from_frames(made.tables), PLAN, quiet)


def test_ranks_within_a_turn_forget_what_a_model_shouts(inputs, found) -> None:
    """Two routes: the pooled AUC stays when each turn's margins are moved and stretched, and each turn's order is its own."""
    shouted = [window(inputs, period.fold, shout(period)) for period in found.periods]
    whole = pooled(shouted).known
    assert auc(whole.label, whole.scores["model"]) == pytest.approx(found.pooled.auc.value)
    fold, result = found.periods[0].fold, found.periods[0].result
    for turn in fold.turns:
        rows = turn.test.rows
        place = ranked(fold, result.margin)[rows]
        assert auc(inputs.labels.value[rows], place) == auc(inputs.labels.value[rows], result.margin[rows])


def shout(period):
    """Move and stretch the margins of every turn, each in its own way."""
    margin = period.result.margin.copy()
    for number, turn in enumerate(period.fold.turns):
        margin[turn.test.all_rows] = 10.0 ** (number - 1) * margin[turn.test.all_rows] + 7 * number
    return replace(period.result, margin=margin)
