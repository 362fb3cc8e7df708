"""Here we hold the queue to its order: total, the same whatever came in first, and first come first served below a score."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from features.report import NOTHING_KNOWN, Known, Report
from triage.assessment import Assessment
from triage.bundle import Bundle
from triage.estimate import ReportScore
from triage.judge import assess, assess_json
from triage.lanes import Lane
from triage.law import Law
from triage.queue import rank
from triage.words import Text

Pair = tuple[Report, Known]
some = settings(max_examples=60, deadline=None, database=None, derandomize=True)


@pytest.fixture(scope="module")
def answer(law: Law, a_report: Callable[..., Report]) -> Callable[..., Assessment]:
    """Make an answer in a lane, with a margin, received so many minutes after nine; all share one estimate."""
    plain = assess(a_report("neglect"), NOTHING_KNOWN, None, law)
    start = dt.datetime(2025, 9, 1, 9, tzinfo=dt.UTC)

    def make(
        lane: Lane, margin: float | None, minutes: int | None, *, aside: bool = False, name: str = "r"
    ) -> Assessment:
        score = None if margin is None else ReportScore(Text("a", "b"), 0.5, 0.4, 0.6, margin, 0.0, (), 0.0, 0.5)
        at = None if minutes is None else start + dt.timedelta(minutes=minutes)
        status = "set_aside" if aside else "assessed"
        return replace(plain, lane=lane, score=score, received_at=at, status=status, report_id=name)

    return make


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(Lane),
        st.none() | st.sampled_from([-3.0, 0.0, 0.2, 0.5, 0.96, 40.0]),
        st.none() | st.integers(0, 3),
        st.booleans(),
        st.sampled_from("abc"),
    ),
    max_size=12,
)
Row = tuple[Lane, float | None, int | None, bool, str]


def made(answer: Callable[..., Assessment], rows: list[Row]) -> list[Assessment]:
    return [answer(lane, margin, minutes, aside=aside, name=name) for lane, margin, minutes, aside, name in rows]


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(rows=ANSWERS, seed=st.integers(0, 99))
def test_the_order_is_a_permutation_that_does_not_depend_on_what_came_in_first(
    answer: Callable[..., Assessment], rows: list[Row], seed: int
) -> None:
    answers = made(answer, rows)
    ranked = rank(answers)
    assert sorted(map(id, ranked)) == sorted(map(id, answers))
    shuffled = answers[:]
    random.Random(seed).shuffle(shuffled)
    plain = [one.to_dict() for one in ranked]
    assert [one.to_dict() for one in rank(iter(shuffled))] == plain
    assert [one.to_dict() for one in rank(ranked)] == plain


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(rows=ANSWERS)
def test_lane_first_then_what_could_not_be_read_then_first_come_first_served(
    answer: Callable[..., Assessment], rows: list[Row]
) -> None:
    ranked = rank(made(answer, rows))
    early = dt.datetime.min.replace(tzinfo=dt.UTC)
    for before, after in pairwise(ranked):
        assert before.lane.place <= after.lane.place
        if before.lane is after.lane:
            assert (before.status == "assessed") <= (after.status == "assessed")
            if before.status == after.status and before.lane is not Lane.PRIORITISE:
                assert (before.received_at or early) <= (after.received_at or early)


def test_within_prioritise_the_higher_margin_comes_first_then_the_earlier(answer: Callable[..., Assessment]) -> None:
    rows = [(-0.7, 1, "c"), (0.9, 9, "b"), (2.99, 5, "d"), (2.96, 4, "e"), (-0.7, 0, "a")]
    ranked = rank(answer(Lane.PRIORITISE, margin, minutes, name=name) for margin, minutes, name in rows)
    assert [one.report_id for one in ranked] == ["d", "e", "b", "a", "c"]


@pytest.mark.parametrize("lane", sorted(set(Lane) - {Lane.PRIORITISE}))
def test_elsewhere_a_score_moves_nothing(answer: Callable[..., Assessment], lane: Lane) -> None:
    answers = [
        answer(lane, -5.0, 0, name="first"),
        answer(lane, 5.0, 1, name="second"),
        answer(lane, None, 2, name="third"),
    ]
    assert [one.report_id for one in rank(answers[::-1])] == ["first", "second", "third"]


def test_the_same_moment_in_another_offset_is_the_same_place(law: Law, a_report: Callable[..., Report]) -> None:
    times = {"a": "2025-09-01T10:00:00+02:00", "b": "2025-09-01T07:30:00+00:00", "c": "2025-09-01T09:00:00+02:00"}
    answers = [
        assess(a_report("neglect", received_at=at, report_id=name), NOTHING_KNOWN, None, law)
        for name, at in times.items()
    ]
    assert [one.report_id for one in rank(answers)] == ["c", "b", "a"]


@some
@given(data=st.data())
def test_every_answer_that_triage_gives_can_be_ranked(
    law: Law, bundle: Bundle, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    drawn = data.draw(st.lists(pairs, max_size=4))
    answers = [assess(*pair, bundle, law) for pair in drawn] + [assess_json("garbage", NOTHING_KNOWN, None, law)]
    ranked = rank(answers)
    assert len(ranked) == len(answers)
    assert rank(answers[::-1]) == ranked


@some
@given(data=st.data())
def test_without_a_bundle_nothing_is_in_usual_or_prioritise(
    law: Law, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    assert assess(*data.draw(pairs), None, law).lane not in {Lane.USUAL, Lane.PRIORITISE}


def test_nothing_to_rank_is_an_empty_queue() -> None:
    assert rank([]) == ()
