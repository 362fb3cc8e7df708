"""Here we hold the measures of reasons to planted cases: reasons that carry all, reasons drawn by lot, and the long way to a Shapley value."""

from __future__ import annotations

import datetime as dt
import json
import math

import lightgbm
import numpy as np
import pytest

from features.build import REGISTRY, build
from features.cases import Cases
from features.groups import Group
from features.sources import HORIZON
from training.reason_quality import delete, measure, shown_share
from training.reason_quality.brute_force import brute_force
from training.reason_quality.measures import NOTHING, by_group, drawn_from, shown, speaking
from training.reason_quality.result import Deletion, ReasonQuality, Spread
from training.reason_quality.stability import compare, moved_rows
from training.synthetic import Settings, municipality
from triage.explanation import GROUPS
from triage.shapley import Explained

WIDTH = len(REGISTRY.names)
AT = {name: place for place, name in enumerate(REGISTRY.names)}
NAMED = ("concern_neglect", "acute_facts", "reports_90", "concern_school", "concern_custody", "offered_1095")
WEIGHTS = dict(zip(NAMED, (1.6, 1.1, 0.8, 0.05, -0.04, 0.03), strict=True))


def rows(size: int = 60, **values: float) -> np.ndarray:
    """Rows in which the named features, and nothing else, say something."""
    filled = np.tile(NOTHING, (size, 1))
    for name in NAMED:
        filled[:, AT[name]] = values.get(name, 1.0)
    return filled


def parts_of(values: np.ndarray, weights: dict[str, float] = WEIGHTS) -> np.ndarray:
    """What each feature adds in a model that only adds up."""
    parts = np.zeros(values.shape)
    for name, weight in weights.items():
        parts[:, AT[name]] = weight * values[:, AT[name]]
    return parts


def adding(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(parts_of(values).sum(axis=1) - 2)))


def test_the_strongest_reasons_of_a_model_that_adds_up_always_move_at_least_as_much_as_drawn_ones() -> None:
    for among in drawn_from(rows(), parts_of(rows())):
        found = delete(rows(), parts_of(rows()), adding, among, seed=1)
        assert (found.compared, found.as_much) == (60, 1.0)
        assert found.strongest > found.drawn


def test_reasons_that_are_planted_wrong_are_found_out() -> None:
    upside_down = dict(zip(NAMED, reversed(list(WEIGHTS.values())), strict=True))
    parts = parts_of(rows(400), upside_down)
    found = delete(rows(400), parts, adding, drawn_from(rows(400), parts)[1], seed=1)
    assert found.high < 0.9
    assert found.strongest < found.drawn


def test_reports_with_three_reasons_to_draw_from_are_not_compared() -> None:
    few = rows(concern_school=0, concern_custody=0, offered_1095=0)
    among = drawn_from(few, parts_of(few))[1]
    assert delete(few, parts_of(few), adding, among, seed=1) == Deletion(0, None, None, None, None, None)


def test_what_reasons_explain_is_what_is_shown_of_all_there_is() -> None:
    values = rows(1)
    total, is_shown = by_group(parts_of(values)), shown(values, parts_of(values))
    sizes = sorted((abs(weight) for weight in WEIGHTS.values()), reverse=True)
    assert is_shown.sum() == 3  # the others weigh less than a tenth of the strongest
    assert shown_share(total, is_shown)[0] == pytest.approx(sum(sizes[:3]) / sum(sizes))


def test_groups_speak_where_one_of_their_features_does() -> None:
    told = speaking(rows(1))[0]
    assert {group for group, speaks in zip(GROUPS, told, strict=True) if speaks} == {
        Group.NEGLECT, Group.ACUTE, Group.EARLIER_REPORTS, Group.SCHOOL, Group.CUSTODY, Group.SUPPORT
    }  # fmt: skip


def test_the_same_reasons_are_stable_and_other_ones_are_not() -> None:
    values = rows(10)
    other = rows(10, concern_neglect=0, acute_facts=0)
    same, apart = compare((values, parts_of(values)), {1: (values, parts_of(values)), 30: (other, parts_of(other))})
    assert (same.days, same.kept, same.same_first, same.same_direction, same.moved) == (1, 1.0, 1.0, 1.0, 0.0)
    assert apart.kept < 1
    assert apart.same_first == 0.0
    assert apart.moved == pytest.approx(1.6 + 1.1)


# ---------------------------------------------------------------- the long way


def grown(values: np.ndarray, seed: int = 3, **more: object) -> lightgbm.Booster:
    label = np.nan_to_num(values).sum(axis=1) + 2 * np.nan_to_num(values[:, 1]) * (np.nan_to_num(values[:, 2]) > 0)
    params = {"objective": "regression", "num_leaves": 9, "min_data_in_leaf": 4, "seed": seed, "verbosity": -1,
              "num_threads": 1, "deterministic": True, "force_row_wise": True} | more  # fmt: skip
    return lightgbm.train(params, lightgbm.Dataset(values, label=label, params=params), num_boost_round=12)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_the_long_way_gives_what_lightgbm_gives(missing: float) -> None:
    draw = np.random.default_rng(5)
    values = draw.normal(size=(300, 6))
    values[draw.random(values.shape) < missing] = np.nan
    booster = grown(values)
    with_missing = values[:40].copy()
    with_missing[::5, 1] = np.nan
    found = brute_force(booster.dump_model(), with_missing)
    assert np.abs(found - booster.predict(with_missing, pred_contrib=True)[:, :-1]).max() < 1e-9


def test_too_many_features_are_refused() -> None:
    values = np.random.default_rng(5).normal(size=(400, 14))
    booster = grown(values)
    assert (booster.feature_importance("split") > 0).sum() > 10
    with pytest.raises(ValueError, match="at most 10"):
        brute_force(booster.dump_model(), values[:2])


# ---------------------------------------------------------------- the whole, on a synthetic municipality


@pytest.fixture(scope="module")
def cases() -> Cases:
    return Cases.from_frames(municipality(Settings(reports=900, seed=4)).tables)


def explained(model: str, values: np.ndarray) -> Explained:
    booster = lightgbm.Booster(model_str=model)
    parts = booster.predict(values, pred_contrib=True, num_threads=1)
    return Explained(booster.predict(values, raw_score=True, num_threads=1), parts[:, :-1], float(parts[0, -1]))


@pytest.fixture(scope="module")
def found(cases: Cases) -> ReasonQuality:
    from training.fit import TreePlan, grow, model_text

    values, at = build(cases).values, np.arange(500, 560)
    push = (
        values[:, AT["concern_neglect"]] + np.minimum(values[:, AT["reports_90"]], 2) + values[:, AT["concern_school"]]
    )
    label = (np.random.default_rng(1).random(len(values)) < 1 / (1 + np.exp(1.5 - 2 * push))).astype(np.float64)
    model = model_text(grow(values, label, TreePlan(rounds=40, fewest_per_leaf=10)))
    reports = cases.frame("reports").iloc[at]
    keys = list(zip(reports["report_id"], reports["child_id"], strict=True))
    moved = moved_rows(cases, keys)
    booster = lightgbm.Booster(model_str=model)
    return measure(
        model, values[at], label[at], moved, explained, lambda new: booster.predict(new, num_threads=1), seed=1
    )


def test_reasons_of_a_trained_model_are_exact_and_the_sums_say_so(found: ReasonQuality) -> None:
    assert found.additivity < 1e-9
    assert found.brute_force < 1e-9
    assert found.reports == 60
    assert 0.8 < found.compactness_said.median <= 1
    assert found.compactness.mean < found.compactness_said.mean  # what is not mentioned moves estimates too
    assert 1 < found.shown <= 5


def test_a_day_changes_less_than_a_month(found: ReasonQuality) -> None:
    by_days = {one.days: one for one in found.stability}
    assert list(by_days) == [-30, -1, 1, 30]
    assert by_days[1].moved < by_days[30].moved
    assert by_days[1].kept > 0.9


def test_a_report_that_did_not_move_has_the_row_that_was_built_for_it(cases: Cases) -> None:
    reports = cases.frame("reports").iloc[300:340]
    keys = list(zip(reports["report_id"], reports["child_id"], strict=True))
    assert np.array_equal(moved_rows(cases, keys, [0])[0], build(cases).values[300:340], equal_nan=True)


def test_what_a_report_led_to_is_not_known_a_month_later_either(cases: Cases) -> None:
    reports = cases.frame("reports").iloc[300:340]
    keys = list(zip(reports["report_id"], reports["child_id"], strict=True))
    now, later = (moved_rows(cases, keys, [days])[days] for days in (0, 30))
    counted = [AT[name] for name in ("investigations_1095", "offered_1095", "placements_1095", "not_opened_1095")]
    assert (later[:, counted] <= now[:, counted]).all()
    left, count = AT["reports_1095"], AT["reports_before"]
    alone = (now[:, count] == 1) & (later[:, count] == 1)
    assert alone.any()
    days = (now[alone, left] - later[alone, left]) * HORIZON
    assert np.allclose(days, 30, atol=dt.timedelta(hours=2) / dt.timedelta(days=1))


def test_as_data_it_names_its_verdicts_and_limits(found: ReasonQuality) -> None:
    plain = json.loads(json.dumps(found.to_dict()))
    assert set(plain) == {
        "reports", "additivity", "brute_force", "compactness", "compactness_said", "shown", "deletion", "deletion_said",
        "stability", "verdicts", "limits", "text",
    }  # fmt: skip
    assert plain["verdicts"]["additivity"] == plain["verdicts"]["brute_force"] == "pass"
    assert set(found.frame()["measure"]) == set(plain) - {"reports", "verdicts", "limits", "text"}
    assert all(math.isfinite(value) for value in found.figures().values())


def test_an_interval_that_reaches_below_what_is_wanted_is_not_rounded_up_to_it() -> None:
    found = ReasonQuality(
        100, 0.0, 0.0, Spread(1, 1, 1), Spread(1, 1, 1), 3, *[Deletion(100, 0.93, 0.8993, 0.956, 0.1, 0.05)] * 2, ()
    )
    assert "in 93 cases of 100 (between 89 and 96; at least 90 is wanted)" in found.text.en


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.91, 0.99, "pass"), (0.80, 0.89, "fail"), (0.85, 0.95, "cannot_tell"), (None, None, "cannot_tell")],
)
def test_deletion_is_judged_by_its_whole_interval(low: float | None, high: float | None, verdict: str) -> None:
    deletion = Deletion(100, low and (low + high) / 2, low, high, 0.1, 0.05)
    found = ReasonQuality(100, 0.0, 1e-3, Spread(1, 1, 1), Spread(1, 1, 1), 3, deletion, deletion, ())
    assert ("cannot be told" in found.text.en) == (low is None)
    assert found.verdicts() == {"additivity": "pass", "brute_force": "fail", "deletion": verdict}
