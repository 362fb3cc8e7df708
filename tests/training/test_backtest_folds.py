"""Folds move forward in time, keep families on one side, and refuse what would flatter a model."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.backtest import check_split, households, rolling_origin
from triage.errors import TrainingRefused

DAY = np.timedelta64(1, "D")
START = np.datetime64("2021-01-01", "us")
UNTIL = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
HORIZON = dt.timedelta(days=90)
PLAN = {"test_span": dt.timedelta(days=60), "calibrate_span": dt.timedelta(days=120)}


def table(seed: int, n: int = 4000, families: int = 900):
    rng = np.random.default_rng(seed)
    received = START + np.sort(rng.choice(1300 * 86_400, n, replace=False)) * np.timedelta64(1, "s")
    label = np.where(rng.random(n) < 0.4, np.nan, (rng.random(n) < 0.4).astype(float))
    return received, rng.integers(0, families, n), label


def cut(received, group, label, **changed):
    plan = {"cuts": 4, "least": 5} | PLAN | changed
    return rolling_origin(received, UNTIL, HORIZON, group, label=label, **plan)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(300, 2500))
def test_no_family_on_two_sides_and_every_learned_label_known_before_the_test(seed: int, families: int) -> None:
    received, group, label = table(seed, families=families)
    for fold in cut(received, group, label):
        trained, calibrated, tested = (set(group[part.all_rows]) for part in fold.parts)
        assert not trained & calibrated
        assert not (trained | calibrated) & tested
        learned = np.concatenate([fold.train.all_rows, fold.calibrate.all_rows])
        assert (received[learned] + 90 * DAY).max() < received[fold.test.all_rows].min()
        assert received[fold.train.all_rows].max() < received[fold.calibrate.all_rows].min()
        check_split(received, learned, fold.test.all_rows, group, HORIZON)


def test_tested_windows_lie_back_to_back_end_at_maturity_and_keep_every_report() -> None:
    received, group, label = table(1)
    folds = cut(received, group, label)
    assert [fold.number for fold in folds] == [1, 2, 3, 4]
    assert folds[-1].test.end == UNTIL
    assert all(one.test.end == two.test.start for one, two in itertools.pairwise(folds))
    tested = np.concatenate([fold.test.all_rows for fold in folds])
    first, last = (np.datetime64(at.replace(tzinfo=None), "us") for at in (folds[0].test.start, folds[-1].test.end))
    assert np.array_equal(np.sort(tested), np.flatnonzero((received >= first) & (received < last)))
    assert all(fold.gap == HORIZON for fold in folds)


def test_who_is_left_out_and_why_told_row_by_row() -> None:
    """A second route, in plain Python."""
    received, group, label = table(2, families=2000)
    fold = cut(received, group, label)[-1]
    at = [moment.item().replace(tzinfo=dt.UTC) for moment in received]
    tested = {group[i] for i, t in enumerate(at) if fold.test.start <= t < fold.test.end}
    kept, lost = [], []
    for i, t in enumerate(at):
        if fold.calibrate.start <= t < fold.calibrate.end:
            (lost if group[i] in tested else kept).append(i)
    later = tested | {group[i] for i in kept}
    early = [i for i, t in enumerate(at) if t < fold.calibrate.start]
    assert fold.calibrate.all_rows.tolist() == kept
    assert fold.calibrate.left_out.n == sum(not np.isnan(label[i]) for i in lost)
    assert fold.train.rows.tolist() == [i for i in early if group[i] not in later and not np.isnan(label[i])]
    assert fold.train.left_out.positive == sum(label[i] == 1 for i in early if group[i] in later)
    shown = fold.to_dict()
    assert shown["train"]["n"] + shown["train"]["left_out"] == sum(not np.isnan(label[i]) for i in early)
    assert shown["test"]["left_out"] == 0


def test_row_order_changes_nothing() -> None:
    received, group, label = table(3)
    order = np.random.default_rng(0).permutation(len(received))
    for one, two in zip(cut(received, group, label), cut(received[order], group[order], label[order]), strict=True):
        for left, right in zip(one.parts, two.parts, strict=True):
            assert np.array_equal(left.all_rows, order[right.all_rows])
            assert left.to_dict() == right.to_dict()


def test_a_report_whose_label_becomes_known_at_the_very_start_of_the_test_is_not_learned_from() -> None:
    received, group, label = table(4)
    edge = np.datetime64(cut(received, group, label)[0].test.start.replace(tzinfo=None), "us") - 90 * DAY
    received[7], group[7], label[7] = edge, 10**6, 1.0
    fold = cut(received, group, label)[0]
    assert not any(7 in part.all_rows for part in fold.parts)


def test_a_horizon_longer_than_the_data_is_refused_with_the_two_numbers() -> None:
    received, group, label = table(5)
    end = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
    short = received < np.datetime64("2022-01-01")
    horizon = dt.timedelta(days=400)
    with pytest.raises(TrainingRefused, match=r"horizon of 400 days is longer than the data's span of 36\d days"):
        rolling_origin(received[short], end - horizon, horizon, group[short], label=label[short], **PLAN)


def test_a_span_without_time_to_train_is_refused_with_the_numbers() -> None:
    with pytest.raises(TrainingRefused, match=r"take 1410 days and leave no time to train"):
        cut(*table(6), cuts=20)


def test_a_thin_part_is_refused_with_the_numbers() -> None:
    received, group, label = table(7)
    with pytest.raises(
        TrainingRefused,
        match=r"the part calibrate of fold 1 .* has 74 reports .* 107 without, .* leaving out 34 .* at least 80",
    ):
        cut(received, group, label, least=80)
    with pytest.raises(TrainingRefused, match=r"has 0 reports with the outcome"):
        cut(received, group, np.where(label == 1, np.nan, label))
    with pytest.raises(TrainingRefused, match=r"and 0 without"):
        cut(received, group, np.where(label == 0, np.nan, label))


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"received": np.array(["NaT"] * 3, dtype="datetime64[us]")}, "3 of 3 reports have no time"),
        ({"received": np.arange(3)}, "received is int64"),
        ({"group": np.array([0, 1, -1])}, "group holds -1"),
        ({"group": np.zeros(3)}, "group is float64"),
        ({"label": np.array([0.0, 1.0, 2.0])}, "label holds 2.0"),
        ({"label": np.zeros(2)}, r"label has shape \(2,\)"),
        ({"mature_until": dt.datetime(2024, 1, 1)}, "has no offset"),  # noqa: DTZ001
        ({"horizon": dt.timedelta(0)}, "horizon is 0:00:00"),
        ({"cuts": 0}, "cuts is 0"),
    ],
)
def test_what_would_give_a_wrong_fold_in_silence_is_refused(what: dict, says: str) -> None:
    good = {
        "received": START + np.arange(3) * DAY,
        "mature_until": UNTIL,
        "horizon": HORIZON,
        "group": np.arange(3),
        "label": np.zeros(3),
    }
    with pytest.raises(ValueError, match=says):
        rolling_origin(**(good | PLAN | what))


def test_a_random_split_of_rows_is_refused_with_both_reasons_counted() -> None:
    received, group, _ = table(8)
    side = np.random.default_rng(1).random(len(received)) < 0.8
    with pytest.raises(TrainingRefused, match="random split") as refused:
        check_split(received, np.flatnonzero(side), np.flatnonzero(~side), group, HORIZON)
    late = int((received[side] + 90 * DAY > received[~side].min()).sum())
    shared = len(set(group[side]) & set(group[~side]))
    assert f"{late} of {side.sum()} training reports" in str(refused.value)
    assert f"{shared} households stand on both sides" in str(refused.value)
    assert "Use rolling_origin" in str(refused.value)


def test_one_sibling_on_both_sides_is_refused_though_time_is_in_order() -> None:
    received, group = START + np.array([0, 1, 200, 201]) * DAY, np.array([0, 1, 2, 1])
    with pytest.raises(TrainingRefused, match="1 households stand on both sides, with 1 of 2 tested") as refused:
        check_split(received, np.array([0, 1]), np.array([2, 3]), group, HORIZON)
    assert "were not known" not in str(refused.value)
    check_split(received, np.array([0, 1]), np.array([2]), group, HORIZON)


def test_a_gap_one_day_too_short_is_refused_and_one_of_the_horizon_is_not() -> None:
    received, group = START + np.array([0, 90]) * DAY, np.array([0, 1])
    first, last = np.array([0]), np.array([1])
    check_split(received, first, last, group, HORIZON)
    with pytest.raises(TrainingRefused, match=r"1 of 1 training reports .* less than 91 days .* the gap is 90 days"):
        check_split(received, first, last, group, dt.timedelta(days=91))
    with pytest.raises(TrainingRefused, match="The test side has no reports"):
        check_split(received, first, first[:0], group, HORIZON)


IDS = st.lists(
    st.tuples(st.sampled_from([None, "a", "b", "c", "d"]), st.sampled_from("uvwxyz")), min_size=1, max_size=14
)


@settings(deadline=None)
@given(IDS, st.randoms())
def test_households_join_everyone_who_is_tied_and_nobody_else(rows, rnd) -> None:
    """A second route: ties are passed on as many times as there are reports."""
    family = list(range(len(rows)))
    for _ in rows:
        for i, (home, child) in enumerate(rows):
            for j, (other_home, other_child) in enumerate(rows):
                if child == other_child or (home is not None and home == other_home):
                    family[i] = family[j] = min(family[i], family[j])
    number = households([home for home, _ in rows], [child for _, child in rows])
    same = [[one == two for two in family] for one in family]
    assert (number[:, None] == number[None, :]).tolist() == same
    order = list(range(len(rows)))
    rnd.shuffle(order)
    shuffled = households([rows[i][0] for i in order], [rows[i][1] for i in order])
    assert shuffled.tolist() == number[order].tolist()


def test_a_report_without_a_child_is_refused() -> None:
    with pytest.raises(ValueError, match="1 reports name no child"):
        households(["a", "b"], ["x", None])
    with pytest.raises(ValueError, match="2 households and 1 children"):
        households(["a", "b"], ["x"])
