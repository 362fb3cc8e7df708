"""What is found first, and who waits how long, when a unit can read only so many; ties and row order change nothing."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training import evaluate
from training.backtest import at_share, delay, each_day, overlap
from training.backtest.delay import decided_per_day
from training.backtest.queueing import days_waited, place_in

MONDAY = np.datetime64("2024-03-04T09:00", "us")
DAY = np.timedelta64(1, "D")


def at(*days: float) -> np.ndarray:
    """Moments so many days after a Monday at nine."""
    return MONDAY + (np.array(days) * 86_400).astype("timedelta64[s]")


ROWS = st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.integers(0, 4)), min_size=1, max_size=30)


@given(ROWS, st.sampled_from([0.1, 0.3, 1.0]))
def test_with_all_outcomes_known_a_share_gives_what_evaluate_gives(rows, capacity) -> None:
    label, score = (np.array([row[part] for row in rows], dtype=float) for part in range(2))
    found = at_share(label, score, capacity)
    assert (found.precision, found.recall) == pytest.approx(evaluate.at_capacity(label, score, capacity))
    assert found.taken == pytest.approx(capacity)


def test_an_unknown_outcome_takes_a_place_and_counts_in_no_figure() -> None:
    label = np.array([np.nan, 1.0, 0.0, 1.0, np.nan])
    found = at_share(label, np.array([5.0, 4, 3, 2, 1]), 0.4)
    assert found.to_dict() == {"precision": 1.0, "recall": 0.5, "taken": 0.4}
    assert at_share(np.array([np.nan, 0.0]), np.array([2.0, 1.0]), 0.5).to_dict() == {
        "precision": None,
        "recall": None,
        "taken": 0.5,
    }


def test_each_day_by_hand_and_the_weekend_competes_on_monday() -> None:
    received = at(0, 0, 0, 5, 6, 7)
    label, score = np.array([1.0, 0, 1, 1, 0, 0]), np.array([3.0, 2, 1, 1, 2, 3])
    found = each_day(label, score, received, 1)
    assert (found.precision, found.recall, found.taken) == (0.5, pytest.approx(1 / 3), pytest.approx(2 / 6))
    found = each_day(label, score, received, 1, closed=np.array(["2024-03-11"], dtype="datetime64[D]"))
    assert found.taken == pytest.approx(2 / 6), "the closed Monday moves its reports to Tuesday together"


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0.0, 1.0]), st.integers(0, 2)), min_size=1, max_size=25),
    st.integers(1, 4),
)
def test_each_day_equals_one_share_per_day(rows, per_day) -> None:
    """A second route: every day is measured alone, then hits and places are added."""
    days = np.array([5 * (row[0] // 5) + row[0] // 5 * 2 + row[0] % 5 for row in rows])
    label, score = (np.array([row[part] for row in rows], dtype=float) for part in (1, 2))
    hits = places = 0.0
    for day in set(days.tolist()):
        here = days == day
        share = min(1.0, per_day / here.sum())
        precision, _ = evaluate.at_capacity(label[here], score[here], share)
        hits, places = hits + precision * share * here.sum(), places + share * here.sum()
    found = each_day(label, score, at(*days), per_day)
    assert found.precision == pytest.approx(hits / places)
    assert found.taken == pytest.approx(places / len(rows))


def slow_queue(days: list[int], place: list[int], per_day: Fraction) -> list[int]:
    """Play the queue with lists, calendar days and exact fractions: what is left of a place goes over to the next day."""
    first = dt.date(2024, 3, 4)
    unread, read, day, saved = set(range(len(days))), {}, min(days), Fraction(0)
    while unread:
        if (first + dt.timedelta(days=day)).weekday() < 5:
            saved += per_day
            for row in sorted((row for row in unread if days[row] <= day), key=lambda row: place[row])[: int(saved)]:
                read[row] = day
                unread.remove(row)
            saved -= int(saved)
        day += 1
    return [read[row] - days[row] for row in range(len(days))]


ARRIVALS = st.lists(st.integers(0, 20), min_size=1, max_size=30)


@settings(deadline=None)
@given(ARRIVALS, st.fractions(Fraction(1, 10), 4, max_denominator=10), st.randoms())
def test_waits_equal_those_of_a_queue_played_with_lists(days, per_day, rnd) -> None:
    place = list(range(len(days)))
    rnd.shuffle(place)
    came = np.datetime64("2024-03-04") + np.array(days) * DAY
    waits = days_waited(came, np.array(place), float(per_day))
    assert waits.tolist() == slow_queue(days, place, per_day)


def test_a_queue_by_hand() -> None:
    """Two a day; Monday brings four, Tuesday one, Saturday one."""
    received, label = at(0, 0.1, 0.2, 0.3, 1, 5), np.array([0.0, 0, 1, np.nan, 1, 1])
    score = np.array([1.0, 2, 3, 4, 9, 0])
    key = np.array([5, 4, 3, 2, 1, 0])
    found = delay(received, label, score, key, per_day=2, over_days=0, decided=received[::-1])
    assert (found.n, found.needs, found.left_at_end) == (6, 3, 1)
    assert found.load == pytest.approx(6 / (2 * 5))
    by_score, first_come = found.orders["by_score"], found.orders["first_come"]
    assert (by_score.mean, by_score.median, by_score.longest, by_score.over) == (
        pytest.approx(2 / 3),
        0,
        2,
        pytest.approx(1 / 3),
    )
    assert first_come.mean == pytest.approx((1 + 1 + 2) / 3)
    assert found.saved == {"first_come": pytest.approx(2 / 3), "historical": pytest.approx(0)}


def test_what_was_never_decided_comes_last_in_the_historical_order() -> None:
    received, label = at(0, 0.1, 0.2), np.array([1.0, 0, 1])
    decided = np.array(["NaT", "2024-05-02", "2024-05-01"], dtype="datetime64[us]")
    found = delay(received, label, np.zeros(3), np.arange(3), per_day=1, over_days=1, decided=decided)
    assert (found.orders["historical"].mean, found.orders["historical"].longest) == (1.0, 2)
    assert found.orders["historical"].over == 0.5


def test_load_counts_every_working_day_from_the_first_report_to_the_last() -> None:
    friday, holiday = at(0, 1, 4), np.array(["2024-03-06"], dtype="datetime64[D]")
    one = {"label": np.ones(3), "score": np.ones(3), "key": np.arange(3), "per_day": 1, "over_days": 0}
    assert delay(friday, **one).load == pytest.approx(3 / 5)
    assert delay(friday, **one, closed=holiday).load == pytest.approx(3 / 4)


def year(seed: int, n: int = 900):
    rng = np.random.default_rng(seed)
    received = at(*np.sort(rng.uniform(0, 60, n)))
    label = np.where(rng.random(n) < 0.3, np.nan, (rng.random(n) < 0.4).astype(float))
    return received, label, np.nan_to_num(label) + rng.normal(size=n)


def test_a_better_score_saves_more_and_a_reversed_one_costs() -> None:
    received, label, score = year(0)
    key = np.arange(len(label))
    saved = [
        delay(received, label, each, key, per_day=20, over_days=14).saved["first_come"]
        for each in (np.nan_to_num(label), score, np.zeros(len(label)), -score)
    ]
    assert saved[0] > saved[1] > saved[2] == 0 > saved[3]


def test_row_order_changes_no_delay_even_when_all_is_tied() -> None:
    received, label, _ = year(1)
    received, key = np.repeat(received[:1], len(label)), np.arange(len(label))
    score, decided = np.zeros(len(label)), np.full(len(label), "NaT", dtype="datetime64[us]")
    order = np.random.default_rng(0).permutation(len(label))
    one = delay(received, label, score, key, per_day=7, over_days=14, decided=decided)
    two = delay(received, label[order], score, key[order], per_day=7, over_days=14, decided=decided)
    assert one.to_dict() == two.to_dict()
    assert one.saved == {"first_come": 0.0, "historical": 0.0}


def test_days_are_those_of_the_swedish_calendar() -> None:
    """23:30 UTC on a Friday in summer is Saturday in Sweden, and is read on Monday."""
    friday_night = np.array(["2024-07-05T23:30"], dtype="datetime64[us]")
    found = delay(friday_night, np.ones(1), np.ones(1), np.zeros(1, dtype=np.int64), per_day=1, over_days=1)
    assert found.orders["by_score"].longest == 2


def test_without_any_need_known_there_is_no_delay_to_speak_of() -> None:
    received, _, score = year(2, n=40)
    found = delay(received, np.full(40, np.nan), score, np.arange(40), per_day=3, over_days=14)
    assert found.orders["by_score"].mean is None
    assert found.saved == {"first_come": None}


def test_overlap_by_hand_and_ties_do_not_depend_on_row_order() -> None:
    one, two = np.array([5.0, 4, 3, 2, 1]), np.array([5.0, 1, 4, 3, 2])
    key = np.arange(5)
    assert overlap(one, two, key, 2) == pytest.approx(1 / 3)
    assert overlap(one, one, key, 3) == 1.0
    assert overlap(one, -one, key, 2) == 0.0
    tied, order = np.zeros(5), np.array([3, 1, 4, 0, 2])
    assert overlap(one, tied, key, 3) == overlap(one[order], tied[order], key[order], 3) == 1.0


def test_the_pace_of_decisions_counts_working_days_and_only_what_was_decided_between_them() -> None:
    monday, sunday = np.datetime64("2024-03-04"), np.datetime64("2024-03-17")
    decided = np.array(
        ["2024-03-03T22:59", "2024-03-03T23:30", "2024-03-09T12:00", "2024-03-17T22:59", "2024-03-17T23:01", "NaT"]
    )
    moments = decided.astype(
        "datetime64[us]"
    )  # UTC: in Sweden the second is Monday, and the last but one the Monday after
    assert decided_per_day(moments, monday, sunday) == 3 / 10
    assert decided_per_day(moments, monday, sunday, np.array(["2024-03-05"], dtype="datetime64[D]")) == 3 / 9
    assert decided_per_day(moments[-1:], monday, sunday) is None
    assert decided_per_day(moments, np.datetime64("2024-03-09"), np.datetime64("2024-03-10")) is None


def test_places_are_each_given_once_ties_by_the_next_key() -> None:
    assert place_in(np.array([1, 1, 0]), np.array([5, 4, 9])).tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: overlap(np.zeros(3), np.zeros(3), np.arange(3), 4), "k is 4; give a number from 1 to 3"),
        (lambda: days_waited(np.array(["2024-03-04"], dtype="datetime64[D]"), np.array([0]), 0), "per_day is 0"),
        (lambda: each_day(np.zeros(1), np.zeros(1), at(0), 0), "per_day is 0"),
        (lambda: at_share(np.zeros(3), np.zeros(3), 0.0), "capacity is 0.0"),
        (lambda: at_share(np.zeros(0), np.zeros(0), 0.5), "give some outcomes"),
    ],
)
def test_what_cannot_be_measured_is_refused(call, says) -> None:
    with pytest.raises(ValueError, match=says):
        call()
