"""Here we hold completed instruments to being shown as they were known, and KASAM to being shown without ever ranking."""

from __future__ import annotations

import datetime as dt

import pytest

from features.codes import ReferralType, Reporter
from features.event_codes import Instrument, Rater
from features.report import Known, Report, Score
from triage.judge import assess
from triage.law import load_law
from triage.scales import shown_scores

T = dt.datetime(2025, 7, 1, 8, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def score(
    days: float, total: float = 58, instrument: Instrument = Instrument.KASAM13, rater: Rater = Rater.CHILD
) -> Score:
    at = T - days * DAY
    return Score(child_id="c", instrument=instrument, rater=rater, completed_at=at, recorded_at=at, total=total)


def assessed(*scores: Score) -> tuple[object, ...]:
    report = Report(
        report_id="r",
        child_id="c",
        received_at=T,
        unit="u",
        referral_type=ReferralType.REPORT,
        reporter=Reporter.SCHOOL,
    )
    return assess(report, Known(instruments=scores), None, load_law()).instruments


def test_kasam_is_shown_and_said_not_to_be_read_by_the_model() -> None:
    (shown,) = assessed(score(10))
    assert (
        shown.text.sv
        == "KASAM-13, barnet, 2025-06-21: 58 poäng (13–91). Underlag för samtal; modellen får inte läsa den."
    )
    assert (
        shown.text.en
        == "SOC-13, the child, 2025-06-21: 58 points (13–91). For the conversation; the model may not read it."
    )
    assert (shown.days, shown.read_by_model) == (10, False)


def test_what_was_completed_or_recorded_later_is_not_shown() -> None:
    assert assessed(score(0), score(-1)) == ()


def test_the_latest_of_each_instrument_and_rater_is_shown_newest_first() -> None:
    parent = score(3, 20, Instrument.SDQ, Rater.PARENT)
    teacher = score(5, 21, Instrument.SDQ, Rater.TEACHER)
    shown = assessed(score(9, 50), score(8, 51), teacher, parent, score(30, 12, Instrument.SDQ, Rater.PARENT))
    assert [(one.instrument, one.rater, one.total) for one in shown] == [
        ("SDQ", "parent", 20),
        ("SDQ", "teacher", 21),
        ("KASAM13", "child", 51),
    ]


@pytest.mark.parametrize("instrument", Instrument)
def test_what_is_said_to_be_read_is_what_the_features_read(instrument: Instrument) -> None:
    (shown,) = shown_scores(Known(instruments=(score(1, 20, instrument),)), T)
    assert shown.read_by_model == (instrument in {Instrument.SDQ, Instrument.ORS, Instrument.CORS})


def test_the_day_is_the_swedish_one() -> None:
    late = dt.datetime(2025, 6, 30, 22, 30, tzinfo=dt.UTC)
    row = Score(
        child_id="c", instrument=Instrument.SDQ, rater=Rater.CHILD, completed_at=late, recorded_at=late, total=3
    )
    assert shown_scores(Known(instruments=(row,)), T)[0].completed_on == dt.date(2025, 7, 1)
