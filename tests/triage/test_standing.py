"""What a log leaves in force: periods agree with asking the log at every moment, and the past is not rewritten by a date."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.report import local_time
from tests.triage.test_decisions import APPROVED, REVOKED, STOPPED
from triage.chain import Log
from triage.decisions import KIND, Decided, Decision
from triage.standing import approved_on, dated_back, last_word, midnight, periods

START = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
BUNDLES = ("a" * 64, "d" * 64)


def log_of(*decisions: Decision) -> Log:
    log = Log()
    for decision in decisions:
        line = log.follow(KIND, Decided(decision))
        log = Log((*log.lines, line), (), line.head)
    return log


def decided(verb: str, bundle: str, days: float, lasts: int = 10) -> Decision:
    at = START + dt.timedelta(days=days)
    if verb == "stopped":
        return replace(STOPPED, at=at)
    if verb == "approved":
        return replace(APPROVED, at=at, bundle=bundle, expires=local_time(at + dt.timedelta(days=lasts)).date())
    return replace(REVOKED, at=at, bundle=bundle, decision=verb)


steps = st.lists(
    st.tuples(
        st.sampled_from(["approved", "approved", "revoked", "refused", "stopped"]),
        st.sampled_from(BUNDLES),
        st.floats(0, 20),
        st.integers(0, 9),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_periods_agree_with_asking_for_the_last_word_at_every_moment(steps: list[Any]) -> None:
    steps = sorted(steps, key=lambda step: step[2])
    decisions = [decided(*step) for step in steps]
    found = periods(log_of(*decisions))
    for hour in range(0, 24 * 32, 31):
        moment = START + dt.timedelta(hours=hour)
        past = log_of(*(decision for decision in decisions if decision.at <= moment))
        for bundle in BUNDLES:
            word = last_word(past, bundle)
            opens = (
                word is not None and word.decision.opens and moment < midnight(word.decision.expires + dt.timedelta(1))
            )
            covering = [
                one for one in found if one.approval.decision.bundle == bundle and one.since <= moment < one.until
            ]
            assert len(covering) == opens
            assert not opens or covering[0].approval.decision == word.decision


def test_a_period_says_what_ended_it_and_by_whom() -> None:
    rows = [
        (decided("approved", BUNDLES[0], 0), "renewed"),
        (decided("approved", BUNDLES[0], 1), "revoked"),
        (decided("revoked", BUNDLES[0], 2), None),
        (decided("approved", BUNDLES[1], 3), "stopped"),
        (decided("stopped", "", 4), None),
        (decided("approved", BUNDLES[0], 5, lasts=2), "expired"),
        (decided("refused", BUNDLES[0], 9), None),
    ]
    found = periods(log_of(*(decision for decision, _ in rows)))
    assert [one.ended for one in found] == [ended for _, ended in rows if ended]
    assert [one.by and one.by.decision for one in found] == ["approved", "revoked", "stopped", None]
    assert found[3].until == midnight(found[3].approval.decision.expires + dt.timedelta(1))
    assert found[0].to_dict()["ended_by"]["at"] == found[0].until.isoformat()


@pytest.mark.parametrize(("days", "expected"), [(-1, 0), (0, 1), (2, 1), (3, 0)])
def test_a_bundle_is_live_on_the_days_it_touches(days: int, expected: int) -> None:
    log = log_of(decided("approved", BUNDLES[0], 0), decided("revoked", BUNDLES[0], 2))
    assert len(approved_on(log, (START + dt.timedelta(days=days)).date())) == expected


def test_what_closes_counts_from_its_place_in_the_log_and_is_not_hidden_by_an_earlier_date() -> None:
    log = log_of(decided("approved", BUNDLES[0], 5), decided("revoked", BUNDLES[0], 1))
    assert not last_word(log, BUNDLES[0]).decision.opens
    assert [one.ended for one in approved_on(log, (START + dt.timedelta(days=5)).date())] == ["revoked"]


@pytest.mark.parametrize("verb", ["approved", "revoked", "refused", "stopped"])
def test_an_approval_dated_before_a_decision_that_stood_there_opens_nothing_and_is_named(verb: str) -> None:
    log = log_of(decided("approved", BUNDLES[1], 0), decided(verb, BUNDLES[0], 5), decided("approved", BUNDLES[0], 4))
    (flaw,) = dated_back(log)
    assert (flaw.code, flaw.line, flaw.about) == ("dated_back", 3, (BUNDLES[0],))
    assert last_word(log, BUNDLES[0]).line.number == 2
    assert not list(dated_back(log_of(decided(verb, BUNDLES[0], 5), decided("approved", BUNDLES[0], 5))))


def test_midnight_is_swedish_in_summer_and_in_winter() -> None:
    assert midnight(dt.date(2026, 1, 10)) == dt.datetime(2026, 1, 9, 23, tzinfo=dt.UTC)
    assert midnight(dt.date(2026, 7, 10)) == dt.datetime(2026, 7, 9, 22, tzinfo=dt.UTC)
