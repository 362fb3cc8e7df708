"""Here we hold repeated reports to their rule: the same kind of reporter, the same child, two weeks to the microsecond."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.repeats import REPEAT, REPEAT_DAYS, repeats

Received = tuple[int, int, int]
"""Child, reporter, moment."""

TEACHER, POLICE = 0, 1
NOW = 1_750_000_000_000_000


def told(reports: list[Received]) -> tuple[list[bool], list[bool]]:
    """Tell of each report whether it repeats another: as history, as asked."""
    columns = np.array(reports, dtype=np.int64).reshape(-1, 3).T
    as_history, as_asked = repeats(*columns)
    return as_history.tolist(), as_asked.tolist()


def at(*moments: int) -> list[Received]:
    """Reports by one kind of reporter about one child."""
    return [(0, TEACHER, NOW + moment) for moment in moments]


def test_two_weeks_are_fourteen_days_of_24_hours() -> None:
    assert REPEAT == REPEAT_DAYS * 24 * 3600 * 10**6 == 1_209_600_000_000


@pytest.mark.parametrize(
    ("gap", "again"),
    [(1, True), (REPEAT - 1, True), (REPEAT, True), (REPEAT + 1, False), (100 * REPEAT, False)],
)
def test_a_report_within_two_weeks_repeats_and_a_microsecond_later_it_does_not(gap: int, *, again: bool) -> None:
    assert told(at(0, gap)) == ([False, again], [False, again])
    assert told(at(gap, 0)) == ([again, False], [again, False])


def test_a_chain_goes_on_as_long_as_each_link_is_short() -> None:
    links = [number * REPEAT for number in range(6)]
    again = [False] + [True] * 5
    assert told(at(*links)) == (again, again)
    broken = [*links[:3], *(link + 1 for link in links[3:])]
    again[3] = False
    assert told(at(*broken)) == (again, again)


def test_of_several_at_one_instant_all_but_one_are_repeats_in_history_and_none_repeats_another_as_asked() -> None:
    as_history, as_asked = told(at(0, 0, 0))
    assert sorted(as_history) == [False, True, True]
    assert as_asked == [False] * 3


@pytest.mark.parametrize(("gap", "again"), [(REPEAT, True), (REPEAT + 1, False)])
def test_several_at_one_instant_all_look_back_at_what_came_strictly_before(gap: int, *, again: bool) -> None:
    as_history, as_asked = told(at(0, gap, gap))
    assert sum(as_history) == 1 + again
    assert as_asked == [False, again, again]


def test_several_at_one_instant_are_links_of_a_chain_like_any_other() -> None:
    as_history, as_asked = told(at(0, REPEAT, REPEAT, 2 * REPEAT))
    assert as_history == as_asked == [False, True, True, True]


@pytest.mark.parametrize("other", [(0, POLICE), (1, TEACHER), (1, POLICE)])
@pytest.mark.parametrize("gap", [0, 1, REPEAT])
def test_another_reporter_or_another_child_is_no_repeat(other: tuple[int, int], gap: int) -> None:
    apart = [(0, TEACHER, NOW), (*other, NOW + gap)]
    assert told(apart) == told(apart[::-1]) == ([False, False], [False, False])


def test_what_others_report_in_between_breaks_no_chain() -> None:
    between = [(0, TEACHER, NOW), (0, POLICE, NOW + 1), (1, TEACHER, NOW + 1), (0, TEACHER, NOW + 2)]
    assert told(between) == ([False, False, False, True], [False, False, False, True])


def test_no_reports_repeat_nothing_and_one_repeats_nothing() -> None:
    assert told([]) == ([], [])
    assert told(at(0)) == ([False], [False])


# --- against brute force ------------------------------------------------------------------------------------------

GAPS = (0, 1, REPEAT // 2, REPEAT - 1, REPEAT, REPEAT + 1, 2 * REPEAT, 2 * REPEAT + 1, -REPEAT, -NOW - 1)
REPORTS = st.lists(
    st.tuples(st.sampled_from([0, 1, 10**6]), st.sampled_from([TEACHER, POLICE]), st.sampled_from(GAPS)), max_size=12
).map(lambda drawn: [(child, reporter, NOW + gap) for child, reporter, gap in drawn])


def linked(one: Received, other: Received) -> bool:
    return one[:2] == other[:2] and abs(one[2] - other[2]) <= REPEAT


def chains(reports: list[Received]) -> int:
    """Count chains: whatever is linked, directly or through others, is one."""
    chain = list(range(len(reports)))
    for one, other in combinations(range(len(reports)), 2):
        if linked(reports[one], reports[other]):
            chain = [chain[one] if number == chain[other] else number for number in chain]
    return len(set(chain))


@settings(max_examples=200, deadline=None)
@given(REPORTS)
def test_every_report_is_told_as_comparing_it_with_every_other_tells(reports: list[Received]) -> None:
    as_history, as_asked = told(reports)
    before = [any(linked(one, other) and other[2] < one[2] for other in reports) for one in reports]
    assert as_asked == before
    assert len(reports) - sum(as_history) == chains(reports)
    # in history, what repeats a strictly earlier one does so; of one instant that repeats none, one is left
    first = {one for one, again in zip(reports, before, strict=True) if not again}
    left = [one for one, again in zip(reports, as_history, strict=True) if not again]
    assert sorted(left) == sorted(first)


@settings(max_examples=100, deadline=None)
@given(st.data(), REPORTS)
def test_the_order_of_rows_changes_nothing(data: st.DataObject, reports: list[Received]) -> None:
    def whole(rows: list[Received]) -> Counter[tuple[Received, bool, bool]]:
        return Counter(zip(rows, *told(rows), strict=True))

    assert whole(data.draw(st.permutations(reports))) == whole(reports)
