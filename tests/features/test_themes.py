"""Here we hold what earlier reports told of: which words count, once however often they are said, and not this report's own."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import features.buckets
import features.paired
from features.build import REGISTRY, build, build_one
from features.cases import Cases
from features.codes import Concern, ConcernStatus, ReferralType, Reporter, YesNo
from features.report import Known, Report, ReportedConcern, to_plain
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
def test_who_tells_of_it_again_tells_of_it_once_as_of_the_first_time(gap: dt.timedelta, *, once: bool) -> None:
    first, again = came(50 * DAY + gap, "neglect"), came(50 * DAY, "neglect")
    assert remembered(first, again) == {"neglect": left(64) if once else left(50, 64)}
    assert remembered(first, replace(again, reporter=Reporter.POLICE)) == {"neglect": left(50, 50 + gap / DAY)}


def test_to_tell_of_it_over_and_over_changes_nothing() -> None:
    first, *again = (came(ago * DAY, "neglect", "sexual_abuse", suicide_risk="yes") for ago in range(200, 99, -10))
    assert remembered(first, *again) == remembered(first) == dict.fromkeys(("neglect", "violence", "acute"), left(200))
    assert remembered(first, *again, now=came(90 * DAY, "neglect")) == {"violence": left(110), "acute": left(110)}


def test_a_report_that_tells_of_something_else_hides_nothing() -> None:
    first, other = came(50 * DAY, "neglect"), came(45 * DAY, "physical_abuse")
    assert remembered(first, other) == {"neglect": left(50), "violence": left(45)}
    assert remembered(first, other, came(40 * DAY, "neglect")) == {"neglect": left(50), "violence": left(45)}


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


def test_a_custody_conflict_that_is_acute_over_and_over_counts_once_and_only_where_both_are_about_nothing_else() -> (
    None
):
    first, again = (came(ago * DAY, "custody_conflict", injury_now="yes") for ago in (300, 100))
    assert remembered(first, again) == {"acute": left(100)}
    assert remembered(first, again, now=came(0 * DAY, "custody_conflict", "not_stated", suicide_risk="yes")) == {}
    wider = came(100 * DAY, "custody_conflict", "school_absence", injury_now="yes")
    assert remembered(first, wider) == {"acute": left(100, 300)}


def test_at_one_instant_what_each_told_counts_once_whatever_their_order() -> None:
    here = came(20 * DAY, "neglect"), came(20 * DAY, "physical_abuse"), came(20 * DAY, "neglect", "self_harm")
    told = {"neglect": left(20), "violence": left(20), "child_health": left(20)}
    assert remembered(*here) == remembered(*here[::-1]) == told


# ---------------------------------------------------------------- any reports, any order, every route

CONCERNS = ("neglect", "physical_abuse", "self_harm", "custody_conflict", "school_absence")
GAPS = [days * DAY + ticks * TICK for days in (0, 14, 28, 1081, 1095) for ticks in (-1, 0, 1)]
REPORTS = st.lists(
    st.builds(
        lambda child, by, ago, concerns, injury: replace(
            came(ago, *sorted(concerns), by=by, injury_now=injury), child_id=child
        ),
        st.sampled_from("cd"),
        st.sampled_from(["school", "police"]),
        st.sampled_from(GAPS),
        st.sets(st.sampled_from(CONCERNS)),
        st.sampled_from(YesNo.values()),
    ),
    min_size=1,
    max_size=25,
).map(lambda drawn: [replace(one, report_id=f"r{place}") for place, one in enumerate(drawn)])


def tells_of(report: Report, theme: Theme) -> bool:
    if theme is Theme.ACUTE:
        return report.injury_now is YesNo.YES
    return theme.value in {TOLD.get(one.concern.value) for one in report.concerns}


def about_custody_alone(report: Report) -> bool:
    return {one.concern for one in report.concerns} == {Concern.CUSTODY_CONFLICT}


def goes_on(earlier: Report, later: Report) -> bool:
    near = later.received_at - earlier.received_at <= 14 * DAY
    return near or (about_custody_alone(earlier) and about_custody_alone(later))


def by_hand(now: Report, reports: list[Report], theme: Theme) -> float:
    """Lay the reports that tell of a theme, of one kind of reporter, one after another, and look at each."""
    total = 0.0
    for by in ("school", "police"):
        mine = [one for one in reports if one.child_id == now.child_id and one.reporter.value == by]
        mine = [one for one in mine if tells_of(one, theme) and one.received_at < now.received_at]
        mine.sort(key=lambda one: (one.received_at, about_custody_alone(one)))
        new = [one for place, one in enumerate(mine) if place == 0 or not goes_on(mine[place - 1], one)]
        if mine and now.reporter.value == by and tells_of(now, theme) and goes_on(mine[-1], now):
            new.pop()
        total += sum(max(0.0, 1 - (now.received_at - one.received_at) / (HORIZON * DAY)) for one in new)
    return total


def frames_of(reports: list[Report]) -> dict[str, pd.DataFrame]:
    rows = [to_plain(one) for one in reports]
    said = [(one["report_id"], one["child_id"], it["concern"]) for one in rows for it in one["concerns"]]
    frame = pd.DataFrame(rows)[
        ["report_id", "child_id", "received_at", "unit", "referral_type", "reporter", "injury_now"]
    ]
    return {
        "reports": frame.assign(received_at=pd.to_datetime(frame["received_at"], utc=True, format="ISO8601")),
        "concerns": pd.DataFrame(said, columns=["report_id", "child_id", "concern"]).assign(primary=False),
    }


def from_folder(frames: dict[str, pd.DataFrame]) -> dict[str, list[float]]:
    cases = Cases.from_frames(frames)
    assert cases.set_aside == ()
    return dict(zip(cases.frame("reports")["report_id"], build(cases).values[:, COLUMNS].tolist(), strict=True))


COLUMNS = [REGISTRY.names.index(f"earlier_{theme.value}_1095") for theme in Theme]


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), REPORTS)
def test_in_any_order_and_by_every_route_the_themes_are_those_counted_by_hand(
    chance: random.Random, reports: list[Report]
) -> None:
    frames, shuffled = frames_of(reports), chance.sample(reports, len(reports))
    whole = from_folder(frames)
    assert (
        from_folder({name: frame.sample(frac=1, random_state=chance.randrange(99)) for name, frame in frames.items()})
        == whole
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features.paired, "worth_compiling", lambda _: True)
        for module in (features.paired, features.buckets):
            patch.setattr(module, "compiled", lambda loop: loop)
        assert from_folder(frames) == whole
    for now in reports:
        before = Known(reports=tuple(one for one in shuffled if one.received_at < now.received_at))
        for known in (Known(reports=tuple(shuffled)), before):
            assert build_one(now, known).values[0, COLUMNS].tolist() == whole[now.report_id]
        assert whole[now.report_id] == pytest.approx([by_hand(now, reports, theme) for theme in Theme], abs=1e-12)
