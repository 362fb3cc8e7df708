"""What a validation says adds up by two routes, says when it cannot tell, and warns of figures too good to be true."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, timedelta

import numpy as np
import pytest

from features.cases import Cases
from training.backtest import Verdict
from training.card.validated import validation
from training.evaluate import Interval
from training.fit import TreePlan
from training.inputs import Inputs, gather
from training.plan import BacktestPlan, Bar, TrainingPlan, TuningPlan
from training.registry.tracked import fold_facts, why_failed
from training.synthetic import Municipality, Settings, municipality
from training.validation import Validation, backtest
from training.validation.delayed import delayed
from training.validation.differences import differences
from training.validation.label_gap import label_gap
from training.validation.pooling import window
from training.validation.run import look_at_newest
from training.words import ZONE

PLAN = TrainingPlan(
    reports_per_day=5.0,
    backtest=BacktestPlan(cuts=2, test_days=180),
    trees=TreePlan(rounds=60, threads=1),
    tuning=TuningPlan(trials=0),
    bar=Bar(auc_at_least=0.5, gain_at_least=0.04, slope_between=(0.1, 9), precision_lift_at_least=1, probes=()),
)


@pytest.fixture(scope="module")
def made() -> Municipality:
    return municipality(Settings(reports=10_000, seed=8))


@pytest.fixture(scope="module")
def inputs(made) -> Inputs:
    return gather(Cases.from_frames(made.tables), PLAN, lambda _: None, made.truth)


@pytest.fixture(scope="module")
def found(inputs):
    return backtest(inputs, PLAN)


@pytest.fixture(scope="module")
def looked_at(made, inputs):
    """The same with longer windows and two turns, and with a look at the newest model."""
    plan = replace(
        PLAN,
        backtest=replace(PLAN.backtest, turns=2, test_days=280, calibrate_households=0.4),
        reports_per_day=5.0,
    )
    return look_at_newest(backtest(inputs, plan), Cases.from_frames(made.tables), inputs, plan)


def test_the_first_fifth_of_all_is_the_first_fifth_of_every_window(inputs, found) -> None:
    hits = taken = 0.0
    for period in found.periods:
        one = window(inputs, period.fold, period.result)
        first = np.argsort(-one.scores["model"], kind="stable")[: round(0.2 * len(one.rows))]
        hits += np.nansum(one.label[first])
        taken += (~np.isnan(one.label[first])).sum()
    assert found.pooled.at_capacity.precision == pytest.approx(hits / taken, abs=0.01)
    assert found.pooled.at_capacity.taken == pytest.approx(0.2, abs=0.001)


def test_a_gain_is_the_model_over_the_simple_one_with_its_interval_the_right_way_round(found) -> None:
    for beside in found.pooled.beside:
        assert beside.gain.value == pytest.approx(found.pooled.auc.value - beside.auc.value)
        assert beside.gain.low <= beside.gain.value <= beside.gain.high
    counted = found.pooled.beside[0]
    assert (counted.name, counted.verdict) == ("prior_reports", Verdict.IMPROVEMENT)
    assert found.pooled.gain == min(one.gain.value for one in found.pooled.beside)


def test_windows_add_up_to_the_whole(inputs, found) -> None:
    whole = [sum(getattr(period.measured, name) for period in found.periods) for name in ("n", "known", "positive")]
    assert whole == [found.pooled.n, found.pooled.known, found.pooled.positive]
    for by in inputs.by:
        assert sum(group.n for group in found.groups if group.by == by) == found.pooled.n


def test_everything_is_plain_and_what_cannot_be_told_is_none(found) -> None:
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["bar"]["digest"] == PLAN.bar.digest()
    assert {label["outcome"] for label in plain["labels"]} == {outcome.name for outcome in PLAN.outcomes}
    assert any(group["figures"] is None for group in plain["groups"])
    assert plain["candidate"] is None
    assert plain["ageing"] is None or plain["ageing"]["retrain_after"] is None
    assert len(found.frame()) == 3 * 4


BY_DATA = {"plan", "trees", "parts", "counts", "components", "reasons", "rules", "candidates", "orders", "saved"}
"""Mappings whose keys come with the plan or the data."""


def keys_of(plain: object) -> set[str]:
    """Every key in the tree whose name is ours."""
    if isinstance(plain, list):
        return set().union(*map(keys_of, plain))
    inside = plain.items() if isinstance(plain, dict) else ()
    return set().union(*({key} | (set() if key in BY_DATA else keys_of(one)) for key, one in inside))


def test_the_shape_that_others_read_is_written_down_key_by_key(looked_at) -> None:
    said = set(re.findall(r"\w+", Validation.to_dict.__doc__))
    held = keys_of(looked_at.to_dict())
    assert held - said == set()
    assert {"jaccard", "retrain_after", "age_curves", "abstained", "adjusted_p", "chosen", "doubly_robust"} <= held


def test_abstentions_are_counted_for_everyone_and_for_every_group(inputs, looked_at) -> None:
    told, turn = looked_at.candidate.abstained, looked_at.periods[-1].fold.turns[0]
    everyone = told[0]
    assert (everyone.by, everyone.n) == ("all", len(turn.test.all_rows))
    assert everyone.share.value == pytest.approx(sum(everyone.reasons.values()) / everyone.n)
    assert everyone.reasons["no_concern"] > 0
    for by, held in inputs.by.items():
        mine = [one for one in told if one.by == by]
        assert {one.value: one.n for one in mine} == Counter(held[turn.test.all_rows].tolist())
        assert sum(sum(one.reasons.values()) for one in mine if one.share) <= sum(everyone.reasons.values())
    assert {one.value for one in told if one.by == "group"} == set(inputs.members)
    small = [one for one in told if one.households < 30]
    assert small
    assert all(one.share is None and not one.reasons for one in small)
    none = [one for one in told if one.share and not one.share.value]
    assert all(one.share.high == pytest.approx(1 - 0.025 ** (1 / one.households)) for one in none)


def test_outcomes_beside_the_predicted_one_and_components_have_figures_of_their_own(found) -> None:
    told = {(one.outcome, one.component): one for one in found.others}
    assert not told["care_or_police", None].self_deciding
    assert told["new_report_investigated", None].measured.known > found.pooled.known
    assert told["need_confirmed", "support_decided"].measured.positive <= found.pooled.positive


def test_the_pace_is_what_the_unit_decided_on_unless_the_plan_says_and_that_of_the_tested_is_their_share(
    inputs, found
) -> None:
    assert found.delay.delay.needs == sum(period.delay.delay.needs for period in found.periods)
    whole = window(inputs, found.periods[0].fold, found.periods[0].result)
    tested = whole.among(whole.group % 3 == 0)  # some families
    days = [one.astype(object).replace(tzinfo=UTC).astimezone(ZONE).date() for one in inputs.received]
    first, last = min(days[row] for row in tested.rows), max(days[row] for row in tested.rows)
    came = sum(first <= day <= last for day in days)
    assert 0 < len(tested.rows) < came
    by_plan = delayed(inputs, tested, PLAN)
    assert (by_plan.pace.unit, by_plan.pace.said_by) == (5.0, "plan")
    assert by_plan.delay.per_day == pytest.approx(5 * len(tested.rows) / came)
    decided = [
        one.astype(object).replace(tzinfo=UTC).astimezone(ZONE).date() for one in inputs.decided if not np.isnat(one)
    ]
    workdays = sum((first + timedelta(days=n)).weekday() < 5 for n in range((last - first).days + 1))
    plain = delayed(inputs, tested, replace(PLAN, reports_per_day=None)).to_dict()
    assert plain["said_by"] == "decisions"
    assert plain["unit_per_day"] == pytest.approx(sum(first <= day <= last for day in decided) / workdays)
    assert plain["per_day"] == pytest.approx(plain["unit_per_day"] * plain["tested_share"])
    assert 0.8 < plain["load"] < 1.2  # a unit decides on about as many as come in
    assert set(plain["saved"]) == {"first_come", "historical"}
    on_card = validation(found.to_dict())["delay"]
    assert (on_card["said_by"], on_card["unit_per_day"]) == ("plan", 5.0)
    assert on_card["first_come"] == found.delay.delay.saved["first_come"] == found.figures()["days_saved_first_come"]


def test_a_unit_that_decided_on_nothing_has_no_pace_and_no_delay(inputs, found) -> None:
    tested = window(inputs, found.periods[0].fold, found.periods[0].result)
    nothing = replace(inputs, decided=np.full(len(inputs.decided), np.datetime64("NaT", "us")))
    assert delayed(nothing, tested, replace(PLAN, reports_per_day=None)) is None


def test_with_one_window_nothing_is_said_of_later_ones(inputs) -> None:
    silent = backtest(inputs, replace(PLAN, backtest=replace(PLAN.backtest, cuts=1)))
    assert (silent.choice, silent.ageing, silent.overlaps) == (None, None, ())


def test_a_mean_auc_above_90_raises_the_leak_warning_in_both_languages(found) -> None:
    assert found.warnings == ()
    good = [
        replace(period, measured=replace(period.measured, auc=Interval(value, 0.9, 0.99)))
        for period, value in zip(found.periods, (0.89, 0.93), strict=True)
    ]
    (warning,) = replace(found, periods=tuple(good)).warnings
    assert warning.code == "leak"
    assert "läckage" in warning.text.sv
    assert "leak" in warning.text.en


def test_the_bar_judges_pooled_figures_and_the_run_says_why_it_failed(found) -> None:
    assert [one.figure for one in found.shortfalls] == ["gain"]
    cleared = replace(found, pooled=replace(found.pooled, beside=found.pooled.beside[:1]))
    assert (cleared.shortfalls, why_failed(cleared)) == ((), None)
    strict = replace(cleared, plan=replace(PLAN, bar=replace(PLAN.bar, auc_at_least=0.9, probes=("monotone",))))
    assert [one.figure for one in strict.shortfalls] == ["auc", "probe_monotone"]
    assert "The AUC is" in why_failed(strict)
    assert "monotone could not be told" in why_failed(strict)


def test_every_fold_leaves_facts_for_the_tracker(found) -> None:
    facts = fold_facts(found)
    assert [fact.name for fact in facts] == ["fold 1", "fold 2"]
    assert facts[0].metrics["auc"] == found.periods[0].measured.auc.value
    assert facts[0].not_estimable() == ()


def test_a_run_beside_itself_differs_in_nothing(found) -> None:
    none = differences(found.to_dict(), found.to_dict())
    assert none.same_data
    assert none.planned == {}
    assert not any(one.matters for one in none.figures)


def test_differences_that_matter_come_first_then_what_cannot_be_told(found) -> None:
    first, second = found.to_dict(), json.loads(json.dumps(found.to_dict()))
    second["pooled"]["auc"]["value"] += 0.009
    second["pooled"]["brier"] += 0.006
    second["pooled"]["average_precision"] = None
    second["plan"]["trees"]["rounds"] = 61
    second["parts"]["data"] = "other"
    told = differences(first, second)
    assert [one.figure for one in told.figures[:2]] == ["brier", "average_precision"]
    assert [one.matters for one in told.figures[:3]] == [True, None, False]
    assert told.planned["trees.rounds"] == (60, 61)
    assert not told.same_data


def test_label_gap_finds_a_label_that_was_halved_for_a_group_and_tells_nothing_of_a_few() -> None:
    rng = np.random.default_rng(3)
    score, member, n = rng.normal(size=8000), rng.random(8000) < 0.2, 8000
    label, other = (rng.random(n) < 1 / (1 + np.exp(-score)) for _ in range(2))
    halved = (label & ~(member & (rng.random(n) < 0.5))).astype(float)
    found = label_gap(halved, other.astype(float), score, member, np.arange(n))
    assert found.differs
    assert found.predicted.value == pytest.approx(0.5, abs=0.06)
    assert found.other.value == pytest.approx(1.0, abs=0.08)
    assert not label_gap(label.astype(float), other.astype(float), score, member, np.arange(n)).differs
    few = label_gap(halved, other.astype(float), score, member & (np.arange(n) < 150), np.arange(n))
    assert few.differs is None
