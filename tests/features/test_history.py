"""Here we hold the one cut: recorded strictly before, not withdrawn before, happened in a half-open window."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from features.build import REGISTRY, build_one
from features.codes import ReferralType, Reporter, YesNo
from features.event_codes import EventKind, Instrument, Rater
from features.report import NOTHING_KNOWN, Event, Known, Report, Score
from features.sources import HORIZON

T = dt.datetime(2025, 7, 1, 8, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
TICK = dt.timedelta(microseconds=1)
HOUR = dt.timedelta(hours=1)


def report(at: dt.datetime = T, name: str = "now", reporter: Reporter = Reporter.POLICE, child: str = "c") -> Report:
    return Report(
        report_id=name, child_id=child, received_at=at, unit="u", referral_type=ReferralType.REPORT, reporter=reporter
    )


def event(
    happened: dt.datetime,
    kind: EventKind = EventKind.PLACEMENT_STARTED,
    *,
    recorded: dt.datetime | None = None,
    withdrawn: dt.datetime | None = None,
    detail: str | None = None,
) -> Event:
    return Event(
        child_id="c",
        kind=kind,
        happened_at=happened,
        recorded_at=recorded or happened,
        withdrawn_at=withdrawn,
        detail=detail,
    )


def score(completed: dt.datetime, total: float = 20, recorded: dt.datetime | None = None, **more: object) -> Score:
    given = {"instrument": Instrument.SDQ, "rater": Rater.PARENT, **more}
    return Score(child_id="c", completed_at=completed, recorded_at=recorded or completed, total=total, **given)


def feature(name: str, *rows: Event | Score | Report, at: dt.datetime = T) -> float:
    known = Known(
        reports=tuple(row for row in rows if isinstance(row, Report)),
        events=tuple(row for row in rows if isinstance(row, Event)),
        instruments=tuple(row for row in rows if isinstance(row, Score)),
    )
    return float(build_one(report(at), known).values[0, REGISTRY.names.index(name)])


@pytest.mark.parametrize(
    ("recorded", "withdrawn", "counts"),
    [
        (T - TICK, None, 1),
        (T, None, 0),
        (T + TICK, None, 0),
        (T - DAY, T - TICK, 0),
        (T - DAY, T, 1),
        (T - DAY, T + TICK, 1),
        (T - DAY, T - DAY, 0),
    ],
)
def test_an_entry_counts_when_recorded_strictly_before_and_not_withdrawn_before(
    recorded: dt.datetime, withdrawn: dt.datetime | None, counts: int
) -> None:
    found = feature("placements_1095", event(T - 10 * DAY, recorded=recorded, withdrawn=withdrawn))
    assert found == counts * (1 - 10 / HORIZON)


@pytest.mark.parametrize("far", [90, 365, 1095])
def test_what_lies_behind_fades_evenly_and_is_gone_at_the_far_edge(far: int) -> None:
    ages = (dt.timedelta(0), TICK, DAY, far * DAY / 2, far * DAY - TICK, far * DAY, far * DAY + TICK)
    found = [feature(f"reports_{far}", report(T - ago, "earlier", Reporter.SCHOOL)) for ago in ages]
    assert found[0] == found[5] == found[6] == 0
    assert found[1] == pytest.approx(1)
    assert found[2:4] == pytest.approx([1 - 1 / far, 0.5])
    assert 0 < found[4] < 1e-9


@pytest.mark.parametrize(("ago", "counts"), [(1095 * DAY, 1), (1095 * DAY + TICK, 0), (TICK, 1), (dt.timedelta(0), 0)])
def test_windows_hold_their_far_edge_and_not_their_near_edge(ago: dt.timedelta, counts: int) -> None:
    assert feature("reports_before", report(T - ago, "earlier", Reporter.SCHOOL)) == counts


def test_a_late_recording_counts_when_it_was_recorded_and_stands_where_it_happened() -> None:
    late = event(T - 100 * DAY, EventKind.INVESTIGATION_CLOSED, recorded=T, detail="support_decided")
    assert feature("support_decided_1095", late) == 0
    assert feature("support_decided_1095", late, at=T + TICK) == pytest.approx(1 - 100 / HORIZON)


@pytest.mark.parametrize("other", [report(), report(T, "other"), report(T + TICK, "later")])
def test_the_report_itself_and_others_of_the_same_instant_are_not_its_history(other: Report) -> None:
    alone = build_one(report(), NOTHING_KNOWN).values
    assert np.array_equal(build_one(report(), Known(reports=(other,))).values, alone, equal_nan=True)


def test_another_childs_rows_are_not_this_childs_history() -> None:
    assert feature("reports_90", report(T - DAY, "earlier", child="d")) == 0


ABSENT_WHEN_NEVER_SEEN = (
    "sdq_parent",
    "sdq_teacher",
    "sdq_child",
    "sdq_days",
    "wellbeing",
)


@pytest.mark.parametrize("name", ABSENT_WHEN_NEVER_SEEN)
def test_never_observed_is_not_a_number(name: str) -> None:
    assert np.isnan(feature(name))


@pytest.mark.parametrize(
    ("name", "row", "value"),
    [
        ("sdq_parent", score(T - DAY, total=0), 0),
        ("sdq_days", score(T - TICK), 1e-6 / 86_400),
    ],
)
def test_observed_as_zero_differs_from_never_observed(name: str, row: Score | Report, value: float) -> None:
    assert feature(name, row) == pytest.approx(value)


@pytest.mark.parametrize(
    "name", [name for name in REGISTRY.names if name.endswith(("_90", "_365", "_1095", "_ongoing"))]
)
def test_a_count_of_an_empty_history_is_zero_and_not_absent(name: str) -> None:
    assert feature(name) == 0


def test_beyond_the_horizon_everything_is_forgotten() -> None:
    long_ago = T - HORIZON * DAY - TICK
    rows = [report(long_ago, "old"), score(long_ago)]
    rows += [
        event(long_ago, kind, detail=detail)
        for kind in EventKind
        for detail in ([None] if kind.details is None else kind.details.values())
    ]
    known = Known(reports=(rows[0],), events=tuple(rows[2:]), instruments=(rows[1],))
    forgotten = build_one(report(), known).values
    assert np.array_equal(forgotten, build_one(report(), NOTHING_KNOWN).values, equal_nan=True)
    assert not np.array_equal(build_one(report(T - TICK), known).values, forgotten, equal_nan=True)


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ([score(T - 9 * DAY, 10), score(T - 3 * DAY, 30)], 30),
        ([score(T - 3 * DAY, 30), score(T - 9 * DAY, 10, recorded=T - DAY)], 30),
        ([score(T - 3 * DAY, 30, recorded=T), score(T - 9 * DAY, 10)], 10),
        ([score(T - 3 * DAY, 30), score(T - 3 * DAY, 10, recorded=T - DAY)], 10),
        ([score(T - 3 * DAY, 30), score(T - 3 * DAY, 10)], 30),
        ([score(T - 3 * DAY, 30), score(T - 2 * DAY, 10, rater=Rater.TEACHER)], 30),
    ],
)
def test_the_latest_score_is_the_last_completed_then_the_last_recorded_then_the_highest(
    rows: list[Score], total: float
) -> None:
    assert feature("sdq_parent", *rows) == feature("sdq_parent", *rows[::-1]) == total


RANKING = (Instrument.SDQ, Instrument.ORS, Instrument.CORS)


@pytest.mark.parametrize("rater", Rater)
@pytest.mark.parametrize("instrument", [one for one in Instrument if one not in RANKING])
def test_kasam_and_every_other_instrument_that_may_not_rank_changes_no_feature(
    instrument: Instrument, rater: Rater
) -> None:
    known = Known(instruments=(score(T - DAY, 30, instrument=instrument, rater=rater),))
    alone = build_one(report(), NOTHING_KNOWN).values
    assert np.array_equal(build_one(report(), known).values, alone, equal_nan=True)


@pytest.mark.parametrize(
    ("first", "second", "hours"),
    [
        ("2025-03-29T12:00:00+01:00", "2025-03-30T12:00:00+02:00", 23),
        ("2025-10-25T12:00:00+02:00", "2025-10-26T12:00:00+01:00", 25),
        ("2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00", 1),
        ("2024-02-28T12:00:00+01:00", "2024-03-01T12:00:00+01:00", 48),
    ],
)
def test_days_are_24_hours_also_when_the_clocks_change(first: str, second: str, hours: float) -> None:
    earlier = score(dt.datetime.fromisoformat(first))
    assert feature("sdq_days", earlier, at=dt.datetime.fromisoformat(second)) == hours / 24


@pytest.mark.parametrize(
    ("received", "months"),
    [
        ("2025-06-30T21:59:59+00:00", 0),
        ("2025-06-30T22:00:00+00:00", 1),
        ("2025-12-31T22:59:59+00:00", 6),
        ("2025-12-31T23:00:00+00:00", 7),
        ("2028-02-29T23:30:00+01:00", 32),
    ],
)
def test_age_counts_the_months_of_the_swedish_calendar(received: str, months: int) -> None:
    young = Report(
        report_id="r",
        child_id="c",
        received_at=dt.datetime.fromisoformat(received),
        unit="u",
        referral_type=ReferralType.REPORT,
        reporter=Reporter.SCHOOL,
        birth_month="2025-06",
    )
    row = build_one(young, NOTHING_KNOWN).values[0]
    assert row[REGISTRY.names.index("age_months")] == months
    assert row[REGISTRY.names.index("observable_months")] == min(months, 36)


@pytest.mark.parametrize(
    ("kinds", "ongoing"),
    [
        ([], 0),
        ([(EventKind.SUPPORT_STARTED, 5)], 1),
        ([(EventKind.SUPPORT_STARTED, 5), (EventKind.SUPPORT_ENDED, 2)], 0),
        ([(EventKind.SUPPORT_STARTED, 9), (EventKind.SUPPORT_ENDED, 7), (EventKind.SUPPORT_STARTED, 5)], 1),
        ([(EventKind.SUPPORT_STARTED, 1096), (EventKind.SUPPORT_ENDED, 7)], 0),
    ],
)
def test_ongoing_is_more_started_than_ended(kinds: list[tuple[EventKind, int]], ongoing: int) -> None:
    rows = [event(T - days * DAY, kind, detail="contact_family") for kind, days in kinds]
    assert feature("support_ongoing", *rows) == ongoing * (1 - 5 / HORIZON)


def test_acute_facts_that_nobody_asked_about_are_absent_and_not_none() -> None:
    asked = replace(report(), injury_now=YesNo.NO)
    column = REGISTRY.names.index("acute_facts")
    assert np.isnan(build_one(report(), NOTHING_KNOWN).values[0, column])
    assert build_one(asked, NOTHING_KNOWN).values[0, column] == 0
    assert feature("acute_unknown") == 5


@pytest.mark.parametrize(("ago", "counts"), [(14 * DAY, 0), (14 * DAY + TICK, 1), (TICK, 0), (dt.timedelta(0), 0)])
def test_what_this_report_says_again_is_no_earlier_report(ago: dt.timedelta, counts: int) -> None:
    assert feature("reports_before", report(T - ago, "earlier")) == counts
    assert feature("reports_1095", report(T - ago, "earlier")) == pytest.approx(counts * (1 - ago / (HORIZON * DAY)))
    assert feature("reports_before", report(T - ago - TICK, "earlier", Reporter.SCHOOL)) == 1


def test_a_chain_counts_once_as_its_latest_report_and_not_at_all_where_this_report_continues_it() -> None:
    chain = [report(T - days * DAY, f"r{days}", Reporter.SCHOOL) for days in (10, 20, 30, 45)]
    assert feature("reports_before", *chain) == 2
    assert feature("reports_90", *chain) == pytest.approx((80 + 45) / 90)
    assert feature("other_reporters_1095", *chain) == pytest.approx(1 - 10 / HORIZON)
    own = [replace(row, reporter=report().reporter) for row in chain]
    assert (feature("reports_before", *own), feature("other_reporters_1095", *own)) == (1, 0)
    assert feature("reports_90", *own) == pytest.approx(45 / 90)


def test_what_is_on_file_twice_counts_once() -> None:
    placed = event(T - 10 * DAY)
    assert feature("placements_1095", placed, replace(placed, event_id="again")) == feature("placements_1095", placed)
    earlier = report(T - 50 * DAY, "earlier", Reporter.SCHOOL)
    assert feature("reports_before", earlier, replace(earlier, report_id="again")) == 1


SCREENED = EventKind.SCREENING_DECIDED


@pytest.mark.parametrize(
    ("decisions", "returns"),
    [
        ([], 0),
        ([(30, "not_open")], 1),
        ([(366, "not_open")], 0),
        ([(30, "open")], 0),
        ([(60, "not_open"), (30, "open")], 0),
        ([(60, "open"), (30, "not_open")], 1),
    ],
)
def test_a_return_follows_a_preliminary_assessment_without_investigation(
    decisions: list[tuple[int, str]], returns: int
) -> None:
    rows = [event(T - days * DAY, SCREENED, detail=detail) for days, detail in decisions]
    assert feature("returns_after_not_open", *rows) == pytest.approx(returns * (1 - 30 / 365))


def test_a_corrected_entry_counts_once_as_it_was_known_then() -> None:
    wrong = event(T - 9 * DAY, SCREENED, recorded=T - 8 * DAY, withdrawn=T - 2 * DAY, detail="not_open")
    right = event(T - 9 * DAY, SCREENED, recorded=T - 2 * DAY, detail="open")
    assert feature("not_opened_1095", wrong, right) == 0
    assert feature("not_opened_1095", wrong, right, at=T - 3 * DAY) == 1 - 6 / HORIZON
    assert feature("not_opened_1095", wrong, right, at=T - 2 * DAY) == 1 - 7 / HORIZON
