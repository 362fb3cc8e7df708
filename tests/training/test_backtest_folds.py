"""Folds move forward in time, families take turns and keep to one side, and what would flatter a model is refused."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.backtest import check_split, families, households, rolling_origin
from training.backtest.sides import KEPT, SIDE, lots
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
    return rolling_origin(received, UNTIL, HORIZON, group.astype(str), label=label, **plan)


def every_turn(folds):
    return [(fold, turn) for fold in folds for turn in fold.turns]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(300, 2500), st.integers(2, 5))
def test_no_family_on_two_sides_and_every_learned_label_known_before_the_test(seed, families, turns) -> None:
    received, group, label = table(seed, families=families)
    for _, turn in every_turn(cut(received, group, label, turns=turns, least=1)):
        trained, calibrated, tested = (set(group[part.all_rows]) for part in turn.parts)
        assert not trained & calibrated
        assert not (trained | calibrated) & tested
        learned = np.concatenate([turn.train.all_rows, turn.calibrate.all_rows])
        assert (received[learned] + 90 * DAY).max() < received[turn.test.all_rows].min()
        assert received[turn.train.all_rows].max() < received[turn.calibrate.all_rows].min()
        check_split(received, learned, turn.test.all_rows, group, HORIZON)


def test_windows_lie_back_to_back_end_at_maturity_and_every_report_is_tested_in_one_turn() -> None:
    received, group, label = table(1)
    folds = cut(received, group, label)
    assert [fold.number for fold in folds] == [1, 2, 3, 4]
    assert folds[-1].test.end == UNTIL
    assert all(one.test.end == two.test.start for one, two in itertools.pairwise(folds))
    for fold in folds:
        first, last = (np.datetime64(at.replace(tzinfo=None), "us") for at in (fold.test.start, fold.test.end))
        window = np.flatnonzero((received >= first) & (received < last))
        assert np.array_equal(fold.test.all_rows, window)
        assert np.array_equal(np.sort(np.concatenate([turn.test.all_rows for turn in fold.turns])), window)
    assert all(turn.gap == HORIZON for _, turn in every_turn(folds))


def test_who_stands_where_told_row_by_row() -> None:
    """A second route, in plain Python; the shares are met within chance."""
    received, group, label = table(2, families=2000)
    fold = cut(received, group, label, turns=4, calibrate_families=0.25, seed=9)[-1]
    side = (lots(group.astype(str), SIDE, 9) * 4).astype(int)
    keeps = lots(group.astype(str), KEPT, 9) < 0.25
    at = [moment.item().replace(tzinfo=dt.UTC) for moment in received]
    for number, turn in enumerate(fold.turns):
        others = [i for i in range(len(at)) if side[i] != number]
        known = [i for i in others if not np.isnan(label[i])]
        assert turn.train.rows.tolist() == [i for i in known if not keeps[i] and at[i] < turn.calibrate.start]
        calibrates = [i for i in others if keeps[i] and turn.calibrate.start <= at[i] < turn.calibrate.end]
        assert turn.calibrate.all_rows.tolist() == calibrates
        mine = [i for i in range(len(at)) if side[i] == number and turn.test.start <= at[i] < turn.test.end]
        assert turn.test.all_rows.tolist() == mine
        shown = turn.to_dict()["train"]
        assert (shown["n"], shown["positive"]) == (len(turn.train.rows), sum(label[turn.train.rows] == 1))
    alone = np.unique(group, return_index=True)[1]
    assert np.bincount(side[alone]) / len(alone) == pytest.approx(0.25, abs=0.04)
    assert keeps[alone].mean() == pytest.approx(0.25, abs=0.04)
    assert keeps[alone][side[alone] == 0].mean() == pytest.approx(0.25, abs=0.06)


def test_a_family_that_comes_back_is_learned_from_as_one_that_never_does() -> None:
    """Nothing is chosen by the future: what is learned from stays the same when all later reports are others'."""
    received, group, label = table(9, families=600)
    fold = cut(received, group, label)[0]
    later = received >= np.datetime64(fold.turns[0].calibrate.start.replace(tzinfo=None), "us")
    others = np.where(later, group + 10_000, group)
    for one, two in zip(fold.turns, cut(received, others, label)[0].turns, strict=True):
        assert np.array_equal(one.train.all_rows, two.train.all_rows)
    back = np.isin(group[fold.turns[0].train.rows], group[later])
    assert back.mean() > 0.5


def test_a_family_keeps_its_side_in_every_fold() -> None:
    received, group, label = table(3)
    folds = cut(received, group, label)
    for turns in zip(*(fold.turns for fold in folds), strict=True):
        tested = set(group[np.concatenate([turn.test.all_rows for turn in turns])])
        learned = np.concatenate([part.all_rows for turn in turns for part in (turn.train, turn.calibrate)])
        assert not tested & set(group[learned])


def test_row_order_changes_nothing() -> None:
    received, group, label = table(3)
    order = np.random.default_rng(0).permutation(len(received))
    shuffled = cut(received[order], group[order], label[order])
    for (_, one), (_, two) in zip(every_turn(cut(received, group, label)), every_turn(shuffled), strict=True):
        for left, right in zip(one.parts, two.parts, strict=True):
            assert np.array_equal(left.all_rows, order[right.all_rows])
            assert left.to_dict() == right.to_dict()


def test_more_data_move_no_family() -> None:
    """From ids to turns, by the public door: the numbers of the households change, their names and sides do not."""
    received, child, label = table(10, n=3000)
    earlier = np.arange(len(received)) % 3 > 0

    def sides(rows):
        ids = [f"c{one}" for one in child[rows]]
        home = [f"h{one // 2}" if one % 5 else None for one in child[rows]]
        group = households(home, ids)
        names = families(group, received[rows], ids)
        folds = rolling_origin(received[rows], UNTIL, HORIZON, names, label=label[rows], cuts=2, least=1, **PLAN)
        tested = [np.concatenate([fold.turns[turn].test.all_rows for fold in folds]) for turn in range(3)]
        return group, dict(zip(rows, names, strict=True)), [set(rows[one]) for one in tested]

    later = np.flatnonzero(earlier)[:900]  # then families grow, and no two become one
    numbers, names, turns = sides(np.flatnonzero(earlier))
    more_numbers, more_names, more_turns = sides(np.arange(len(received)))
    assert not np.array_equal(numbers, more_numbers[earlier])
    first = {}
    for row, name in more_names.items():
        first.setdefault(name, row)
    stayed = [row for row in names if first[more_names[row]] in names]
    assert len(stayed) > len(later)
    assert all(names[row] == more_names[row] for row in stayed)
    for few, many in zip(turns, more_turns, strict=True):
        assert few & set(stayed) <= many


def test_a_report_whose_label_becomes_known_at_the_very_start_of_the_test_is_not_learned_from() -> None:
    received, group, label = table(4)
    edge = np.datetime64(cut(received, group, label)[0].test.start.replace(tzinfo=None), "us") - 90 * DAY
    received[7], group[7], label[7] = edge, 10**6, 1.0
    fold = cut(received, group, label)[0]
    assert not any(7 in part.all_rows for turn in fold.turns for part in turn.parts)


def test_a_horizon_longer_than_the_data_is_refused_with_the_two_numbers() -> None:
    received, group, label = table(5)
    end = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
    short = received < np.datetime64("2022-01-01")
    horizon = dt.timedelta(days=400)
    with pytest.raises(TrainingRefused, match=r"horizon of 400 days is longer than the data's span of 36\d days"):
        rolling_origin(received[short], end - horizon, horizon, group[short].astype(str), label=label[short], **PLAN)


def test_a_span_without_time_to_train_is_refused_with_the_numbers() -> None:
    with pytest.raises(TrainingRefused, match=r"take 1410 days and leave no time to train"):
        cut(*table(6), cuts=20)


def test_a_thin_part_is_refused_with_the_numbers_and_its_turn() -> None:
    received, group, label = table(7)
    calibrates = [turn.calibrate for turn in cut(received, group, label)[0].turns]
    least = min(part.positive for part in calibrates) + 1
    turn, part = next((turn, part) for turn, part in enumerate(calibrates, start=1) if part.positive < least)
    says = (
        rf"the part calibrate of turn {turn} in fold 1 \(.*\) has {part.positive} reports with the outcome and "
        rf"{len(part.rows) - part.positive} without; at least {least} of each are needed"
    )
    with pytest.raises(TrainingRefused, match=says):
        cut(received, group, label, least=least)
    with pytest.raises(TrainingRefused, match=r"has 0 reports with the outcome"):
        cut(received, group, np.where(label == 1, np.nan, label))
    with pytest.raises(TrainingRefused, match=r"and 0 without"):
        cut(received, group, np.where(label == 0, np.nan, label))


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"received": np.array(["NaT"] * 3, dtype="datetime64[us]")}, "3 of 3 reports have no time"),
        ({"received": np.arange(3)}, "received is int64"),
        ({"family": np.array(["a", "b", ""])}, "family is empty on 1 of 3"),
        ({"family": np.arange(3)}, "family is int64 .* give 3 names as text"),
        ({"family": np.array(["a", None, "b"], dtype=object)}, "family is object"),
        ({"label": np.array([0.0, 1.0, 2.0])}, "label holds 2.0"),
        ({"label": np.zeros(2)}, r"label has shape \(2,\)"),
        ({"mature_until": dt.datetime(2024, 1, 1)}, "has no offset"),  # noqa: DTZ001
        ({"horizon": dt.timedelta(0)}, "horizon is 0:00:00"),
        ({"cuts": 0}, "cuts is 0"),
        ({"turns": 1}, "turns is 1"),
        ({"calibrate_families": 1.0}, "calibrate_families is 1"),
    ],
)
def test_what_would_give_a_wrong_fold_in_silence_is_refused(what: dict, says: str) -> None:
    good = {
        "received": START + np.arange(3) * DAY,
        "mature_until": UNTIL,
        "horizon": HORIZON,
        "family": np.array(["a", "b", "c"]),
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


def test_a_family_is_called_after_its_first_report_whatever_comes_later() -> None:
    received = START + np.array([5, 3, 3, 9, 1]) * DAY
    names = families(np.array([4, 4, 4, 0, 2]), received, ["x", "z", "y", "w", "v"])
    assert names.tolist() == ["y", "y", "y", "w", "v"]
