"""Here we hold what earlier reports told of: which words count, once however often they are said, and not this report's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from features.build import REGISTRY, build_one
from features.codes import Concern, ConcernStatus, ReferralType, Reporter, YesNo
from features.report import Known, Report, ReportedConcern
from features.sources import HORIZON
from features.themes import ACUTE, Theme

T = dt.datetime(2025, 7, 1, 8, 30, tzinfo=dt.UTC)
DAY, TICK = dt.timedelta(days=1), dt.timedelta(microseconds=1)
TOLD = {
    **dict.fromkeys(
        ("physical_abuse", "psychological_abuse", "sexual_abuse", "witnessed_violence", "honour_related"), "violence"
    ),
    "neglect": "neglect",
    "parent_substance_misuse": "parent_substance",
    "child_substance_misuse": "child_substance",
    "child_mental_ill_health": "child_health",
    "self_harm": "child_health",
}
"""What each concern tells of; every other one tells of nothing that is remembered."""


def came(ago: dt.timedelta, *concerns: str, by: str = "school", status: str = "stated", **facts: str) -> Report:
    said = (ReportedConcern(concern=Concern(one), primary=False, status=ConcernStatus(status)) for one in concerns)
    return Report(
        report_id=f"{by}-{ago}-{concerns}-{facts}",
        child_id="c",
        received_at=T - ago,
        unit="u",
        referral_type=ReferralType.REPORT,
        reporter=Reporter(by),
        concerns=tuple(said),
        **{name: YesNo(answer) for name, answer in facts.items()},
    )


NOW = came(0 * DAY, "school_absence", by="police")


def remembered(*reports: Report, now: Report = NOW) -> dict[str, float]:
    """Give the themes that are not 0, each by how much is left of it."""
    values = build_one(now, Known(reports=reports)).values[0]
    told = {theme.value: float(values[REGISTRY.names.index(f"earlier_{theme.value}_1095")]) for theme in Theme}
    return {theme: left for theme, left in told.items() if left}


def left(*days: float) -> pytest.approx:
    return pytest.approx(sum(1 - ago / HORIZON for ago in days), abs=1e-12)


@pytest.mark.parametrize("concern", Concern)
@pytest.mark.parametrize("status", ConcernStatus)
def test_a_concern_counts_to_its_theme_whatever_its_status(concern: Concern, status: ConcernStatus) -> None:
    theme = TOLD.get(concern.value)
    assert remembered(came(30 * DAY, concern, status=status)) == ({theme: left(30)} if theme else {})


@pytest.mark.parametrize("fact", ["injury_now", "may_be_taken_abroad", "suicide_risk", "in_sheltered_housing"])
@pytest.mark.parametrize("answer", YesNo)
def test_only_an_acute_fact_that_was_answered_yes_is_acute(fact: str, answer: YesNo) -> None:
    acute = fact in ACUTE and answer is YesNo.YES
    assert remembered(came(30 * DAY, **{fact: answer})) == ({"acute": left(30)} if acute else {})


def test_reports_add_up_and_one_that_names_a_theme_in_many_words_counts_once() -> None:
    both = came(100 * DAY, "physical_abuse", "sexual_abuse", injury_now="yes", suicide_risk="yes")
    assert remembered(both) == {"violence": left(100), "acute": left(100)}
    assert remembered(both, came(200 * DAY, "neglect", "honour_related")) == {
        "violence": left(100, 200),
        "acute": left(100),
        "neglect": left(200),
    }


@pytest.mark.parametrize(("ago", "known"), [(-TICK, 0), (0 * DAY, 0), (TICK, 1), (HORIZON * DAY, 0)])
def test_what_came_at_the_same_instant_or_later_is_no_history_and_nothing_is_left_at_the_horizon(
    ago: dt.timedelta, known: int
) -> None:
    assert remembered(came(ago, "neglect")) == ({"neglect": left(0)} if known else {})


@pytest.mark.parametrize(("gap", "once"), [(14 * DAY, True), (14 * DAY + TICK, False)])
def test_who_tells_of_it_again_tells_of_it_once_as_of_then(gap: dt.timedelta, *, once: bool) -> None:
    first, again = came(50 * DAY + gap, "neglect"), came(50 * DAY, "neglect")
    assert remembered(first, again) == {"neglect": left(50) if once else left(50, 64)}
    assert remembered(first, replace(again, reporter=Reporter.POLICE)) == {"neglect": left(50, 50 + gap / DAY)}


def test_a_report_that_tells_of_something_else_hides_nothing() -> None:
    first, other = came(50 * DAY, "neglect"), came(45 * DAY, "physical_abuse")
    assert remembered(first, other) == {"neglect": left(50), "violence": left(45)}
    assert remembered(first, other, came(40 * DAY, "neglect")) == {"neglect": left(40), "violence": left(45)}


@pytest.mark.parametrize(("ago", "again"), [(14 * DAY, True), (14 * DAY + TICK, False)])
def test_what_this_report_says_again_is_not_counted_and_what_it_does_not_say_is(
    ago: dt.timedelta, *, again: bool
) -> None:
    now = came(0 * DAY, "neglect", by="school")
    earlier = came(ago, "neglect", "self_harm", by="school")
    assert remembered(earlier, now=now) == {"child_health": left(14)} | ({} if again else {"neglect": left(14)})
    assert remembered(replace(earlier, reporter=Reporter.POLICE), now=now) == {
        "child_health": left(14),
        "neglect": left(14),
    }


def test_at_one_instant_what_each_told_counts_once_whatever_their_order() -> None:
    here = came(20 * DAY, "neglect"), came(20 * DAY, "physical_abuse"), came(20 * DAY, "neglect", "self_harm")
    told = {"neglect": left(20), "violence": left(20), "child_health": left(20)}
    assert remembered(*here) == remembered(*here[::-1]) == told
