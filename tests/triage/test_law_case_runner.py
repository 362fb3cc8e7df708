"""Here we hold the runner of a lawyer's cases to telling every difference, and to refusing a case without a reason."""

from __future__ import annotations

import datetime as dt

import pytest

from triage.errors import LawDataBroken
from triage.law import Law
from triage.law_cases import BEFORE_THE_LAW, NOT_IN_FORCE, CaseResult, read_cases, run_case

GOOD = """
[[case]]
name = "witnessed violence, the day the regulation began"
reason = "The duty to open began on this day."
received_at = "2014-10-01T08:00:00+02:00"
concerns = [{ concern = "witnessed_violence", perpetrator = "close_person" }]
expect = { witnessed_violence = "met", immediate_danger = "cannot_tell", violence_by_close_person = "not_met" }
due = { screening = 2014-10-15, protection_assessment = 2014-10-02 }

[[case]]
name = "the day before"
reason = "There was no such rule yet."
received_at = "2014-09-30T23:59:59+02:00"
concerns = [{ concern = "witnessed_violence", perpetrator = "close_person" }]
expect = { witnessed_violence = "not_in_force" }
"""


def case(*lines: str, received: str = "2025-09-01T09:00:00+02:00") -> str:
    return "\n".join(["[[case]]", 'name = "n"', 'reason = "why"', f'received_at = "{received}"', *lines])


def run(law: Law, *lines: str, received: str = "2025-09-01T09:00:00+02:00") -> CaseResult:
    (one,) = read_cases(case(*lines, received=received), "x.toml")
    return run_case(one, law)


def test_good_cases_are_read_as_written_and_pass(law: Law) -> None:
    first, second = read_cases(GOOD, "good.toml")
    assert (first.name, first.reason) == (
        "witnessed violence, the day the regulation began",
        "The duty to open began on this day.",
    )
    assert first.due == {"screening": dt.date(2014, 10, 15), "protection_assessment": dt.date(2014, 10, 2)}
    assert set(first.report) == {"received_at", "concerns"}
    assert second.known == {}
    for one in (first, second):
        result = run_case(one, law)
        assert (result.passed, result.differences) == (True, ())


def test_every_difference_is_told_with_what_was_expected_and_what_the_law_answers(law: Law) -> None:
    result = run(
        law,
        'expect = { screening = "not_met", duty_to_open = "met", eviction = "not_in_force", no_such_rule = "met" }',
        "due = { screening = 2025-09-14, protection_assessment = 2025-09-02, eviction = 2025-09-01 }",
    )
    assert not result.passed
    assert result.differences == (
        "screening: expected not_met, the law answers met",
        "eviction: expected not_in_force, the law answers cannot_tell",
        "no_such_rule: expected met, the law answers not_in_force",
        "screening: expected 2025-09-14, the law answers 2025-09-15",
        "eviction: expected 2025-09-01, the law answers no deadline",
    )


def test_a_day_before_the_first_law_is_an_answer_of_its_own(law: Law) -> None:
    early = "2001-12-31T23:59:59+01:00"
    assert run(law, f'expect = {{ screening = "{BEFORE_THE_LAW}" }}', received=early).passed
    wrong = run(law, f'expect = {{ screening = "{NOT_IN_FORCE}" }}', received=early)
    assert wrong.differences == ("screening: expected not_in_force, but the day lies before_the_law",)
    assert not run(law, f'expect = {{ screening = "{BEFORE_THE_LAW}" }}', received="2002-01-01T00:00:00+01:00").passed


def test_a_last_day_expected_before_the_first_law_is_a_difference(law: Law) -> None:
    result = run(law, "due = { screening = 2002-01-14 }", received="2001-12-31T12:00:00+01:00")
    assert result.differences == ("screening: expected 2002-01-14, but the day received lies before_the_law",)


def test_what_was_known_of_the_child_is_read(law: Law) -> None:
    event = (
        '{ child_id = "case", kind = "investigation_opened", case_id = "k",'
        ' happened_at = "2025-08-01T09:00:00+02:00", recorded_at = "2025-08-01T09:00:00+02:00" }'
    )
    assert run(law, f"known = {{ events = [{event}] }}", 'expect = { screening = "not_met" }').passed
    assert run(
        law, f"known = {{ complete = false, events = [{event}] }}", 'expect = { screening = "cannot_tell" }'
    ).passed


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (('reporter = "skolan"', 'expect = { screening = "met" }'), "reporter"),
        (('no_such_field = "x"', 'expect = { screening = "met" }'), "no_such_field"),
        (("known = { complete = 7 }", 'expect = { screening = "met" }'), "complete"),
        (('child_id = "880320-0016"', 'expect = { screening = "met" }'), "child_id"),
    ],
)
def test_a_case_whose_report_cannot_be_read_fails_and_names_the_field(
    law: Law, lines: tuple[str, ...], says: str
) -> None:
    result = run(law, *lines)
    assert not result.passed
    assert says in " ".join(result.differences)
    assert "880320-0016" not in " ".join(result.differences)


BROKEN = {
    "no TOML": "[[case]",
    "no case": 'name = "x"',
    "cases that are no list": "case = 3",
    "no name": '[[case]]\nreason = "r"\nexpect = { screening = "met" }',
    "no reason": '[[case]]\nname = "n"\nexpect = { screening = "met" }',
    "an empty reason": '[[case]]\nname = "n"\nreason = "  "\nexpect = { screening = "met" }',
    "a reason that is no text": '[[case]]\nname = "n"\nreason = 3\nexpect = { screening = "met" }',
    "nothing to expect": '[[case]]\nname = "n"\nreason = "r"\nexpect = {}',
    "neither verdict nor day": '[[case]]\nname = "n"\nreason = "r"',
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused_by_name(what: str) -> None:
    with pytest.raises(LawDataBroken, match=r"mine\.toml"):
        read_cases(BROKEN[what], "mine.toml")
