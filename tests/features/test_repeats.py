"""Here we hold what is said again to its rule: one kind of reporter, one child, two weeks or one and the same conflict."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.arrays import NEVER
from features.repeats import REPEAT, REPEAT_DAYS, chains

Received = tuple[int, int, bool, int]
"""Child, reporter, whether it is about a custody conflict alone, moment."""

TEACHER, POLICE = 0, 1
NOW = 1_750_000_000_000_000


def told(reports: list[Received]) -> tuple[list[int | None], list[int | None]]:
    """Tell of each report when another took its place, from now, and how long before it the one came that it continues."""
    child, reporter, custody, at = (
        (np.array(column) for column in zip(*reports, strict=True)) if reports else [np.array([], int)] * 4
    )
    until, behind, *_ = chains(child, reporter, custody.astype(bool), at)
    return [None if one == NEVER else int(one) - NOW for one in until], [
        None if one == NEVER else int(one) for one in behind
    ]


def at(*moments: int, custody: bool = False) -> list[Received]:
    """Reports by one kind of reporter about one child."""
    return [(0, TEACHER, custody, NOW + moment) for moment in moments]


def test_two_weeks_are_fourteen_days_of_24_hours() -> None:
    assert REPEAT == REPEAT_DAYS * 24 * 3600 * 10**6 == 1_209_600_000_000


@pytest.mark.parametrize(("gap", "again"), [(1, True), (REPEAT, True), (REPEAT + 1, False), (100 * REPEAT, False)])
def test_within_two_weeks_a_report_continues_and_a_microsecond_later_it_does_not(gap: int, *, again: bool) -> None:
    assert told(at(0, gap)) == ([gap if again else None, None], [None, gap if again else None])
    assert told(at(gap, 0)) == ([None, gap if again else None], [gap if again else None, None])


def test_a_custody_conflict_is_one_however_long_it_lasts_and_only_where_both_are_about_nothing_else() -> None:
    far = 20 * REPEAT
    assert told(at(0, far, custody=True)) == ([far, None], [None, far])
    assert (
        told([*at(0, custody=True), *at(far)]) == told([*at(0), *at(far, custody=True)]) == ([None, None], [None, None])
    )


def test_a_chain_is_as_old_as_its_latest_report() -> None:
    assert told(at(0, REPEAT, 2 * REPEAT, 4 * REPEAT)) == (
        [REPEAT, 2 * REPEAT, None, None],
        [None, REPEAT, REPEAT, None],
    )


def test_of_several_at_one_instant_one_is_left_and_none_continues_another() -> None:
    until, behind = told(at(0, 0, 0))
    assert Counter(until) == {0: 2, None: 1}
    assert behind == [None] * 3
    assert told(at(0, 5, 5))[1] == [None, 5, 5]


@pytest.mark.parametrize("other", [(0, POLICE), (1, TEACHER)])
def test_another_reporter_or_another_child_says_nothing_again(other: tuple[int, int]) -> None:
    assert told([(0, TEACHER, False, NOW), (*other, False, NOW + 1)]) == ([None, None], [None, None])
    assert told([(0, TEACHER, False, NOW), (*other, False, NOW + 1), (0, TEACHER, False, NOW + 2)])[1] == [
        None,
        None,
        2,
    ]


def test_no_reports_continue_nothing() -> None:
    assert told([]) == ([], [])


GAPS = (0, 1, REPEAT // 2, REPEAT, REPEAT + 1, 2 * REPEAT, 5 * REPEAT, -REPEAT, -NOW - 1)
REPORTS = st.lists(
    st.tuples(st.sampled_from([0, 10**6]), st.sampled_from([TEACHER, POLICE]), st.booleans(), st.sampled_from(GAPS)),
    max_size=12,
).map(lambda drawn: [(child, reporter, custody, NOW + gap) for child, reporter, custody, gap in drawn])


@settings(max_examples=200, deadline=None)
@given(REPORTS)
def test_every_report_is_told_as_comparing_it_with_every_other_tells(reports: list[Received]) -> None:
    """By hand: look at the latest that came strictly before, of several at one instant one about custody alone."""
    _, behind = told(reports)
    for one, found in zip(reports, behind, strict=True):
        before = [other for other in reports if other[:2] == one[:2] and other[3] < one[3]]
        last = max(before, key=lambda other: (other[3], other[2]), default=None)
        again = last is not None and (one[3] - last[3] <= REPEAT or (one[2] and last[2]))
        assert found == (one[3] - last[3] if again and last is not None else None)


@settings(max_examples=200, deadline=None)
@given(REPORTS)
def test_at_any_moment_one_report_of_each_chain_stands(reports: list[Received]) -> None:
    until, behind = told(reports)
    moment = max((one[3] for one in reports), default=NOW) + 1
    standing = sum(end is None for end in until)
    first = {(*one[:2], one[3]) for one, found in zip(reports, behind, strict=True) if found is None}
    assert standing >= len({one[:2] for one in reports})
    assert standing <= len(first) or not reports
    assert all(end is None or end + NOW < moment for end in until)


@settings(max_examples=100, deadline=None)
@given(st.data(), REPORTS)
def test_the_order_of_rows_changes_nothing(data: st.DataObject, reports: list[Received]) -> None:
    def whole(rows: list[Received]) -> Counter[tuple[Received, int | None, int | None]]:
        return Counter(zip(rows, *told(rows), strict=True))

    assert whole(data.draw(st.permutations(reports))) == whole(reports)
