"""What a person asks the law while handling a matter: last days, retention, what a step needs, what a decision lacks."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from features.report import parse_report
from triage.findings import Verdict
from triage.guidance import Kept, NotOpenDecision, Step, lacking, last_day, needs, own_party, retain_until
from triage.law import Law

D = dt.date.fromisoformat

LAST_DAYS = [
    # provision            started       last day
    ("investigation_time", "2025-06-30", "2025-10-30"),
    ("investigation_time", "2025-10-31", "2026-02-28"),
    ("investigation_time", "2023-10-31", "2024-02-29"),
    ("follow_up", "2025-06-30", "2025-08-30"),
    ("follow_up", "2025-07-01", "2026-01-01"),
    ("feedback", "2026-01-14", None),
    ("feedback", "2026-01-15", "2026-01-22"),
    ("screening", "2012-12-31", None),
    ("screening", "2024-02-16", "2024-03-01"),
    ("care_submission", "2025-12-29", "2026-01-05"),
    ("eviction", "2025-06-30", None),
    ("eviction", "2025-07-01", "2025-07-01"),
]


@pytest.mark.parametrize(("code", "started", "day"), LAST_DAYS)
def test_last_day_follows_the_law_of_the_day_it_began(law: Law, code: str, started: str, day: str | None) -> None:
    assert last_day(code, D(started), law) == (day and D(day))


RETENTION = [
    # kind                 last note     born       asked on      placed  until
    (Kept.NOT_OPENED, "2020-03-01", "2015-06", "2025-06-30", False, "2025-03-01"),
    (Kept.NOT_OPENED, "2020-02-29", "2015-06", "2026-01-15", False, "2025-02-28"),
    (Kept.INVESTIGATION, "2020-03-01", "2015-06", "2026-01-14", False, "2025-03-01"),
    (Kept.INVESTIGATION, "2020-03-01", "2015-06", "2026-01-15", False, "2045-07-01"),
    (Kept.INVESTIGATION, "2020-03-01", "2015-12", "2026-01-15", False, "2046-01-01"),
    (Kept.INVESTIGATION, "2020-03-01", "2015-06", "2026-01-15", True, None),
    (Kept.INVESTIGATION, "2020-03-01", None, "2026-01-15", False, None),
]


@pytest.mark.parametrize(("kind", "note", "born", "on", "placed", "until"), RETENTION)
def test_documents_are_kept_as_the_law_of_the_day_asked_says(
    law: Law, kind: Kept, note: str, born: str | None, on: str, placed: bool, until: str | None
) -> None:
    kept = retain_until(kind, D(note), born, D(on), law, placed=placed)
    assert kept.until == (until and D(until))
    assert kept.for_good is placed
    assert (kept.question is not None) == (until is None and not placed)


@pytest.mark.parametrize(
    ("born", "verdict"),
    [("2010-08", "met"), ("2010-09", "cannot_tell"), ("2010-10", "not_met"), (None, "cannot_tell")],
)
def test_a_child_is_its_own_party_from_fifteen_and_a_month_on_the_limit_cannot_tell(
    law: Law, born: str | None, verdict: str
) -> None:
    plain = {"report_id": "r", "child_id": "c", "received_at": "2025-09-15T12:00:00+02:00", "unit": "u",
             "referral_type": "child_concern_report", "reporter": "school", "birth_month": born}  # fmt: skip
    found = own_party(parse_report(json.dumps(plain)), law.at(D("2025-09-15")))
    assert found is not None
    assert found.verdict is Verdict(verdict)
    assert bool(found.questions) == (verdict == "cannot_tell")


WHOLE = NotOpenDecision(
    decided_on=D("2025-09-01"), officer="o1", qualified=True, protection_assessed=True, reasons=True, child_heard=True
)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"officer": None}, "officer_missing"),
        ({"qualified": None}, "assessor_not_qualified"),
        ({"qualified": False}, "assessor_not_qualified"),
        ({"protection_assessed": False}, "protection_not_documented"),
        ({"reasons": False}, "reasons_missing"),
        ({"child_heard": None}, "child_heard_or_why"),
        ({"child_heard": False}, "child_heard_or_why"),
    ],
)
def test_a_decision_not_to_open_is_told_what_it_lacks(law: Law, change: dict[str, object], code: str) -> None:
    from dataclasses import replace

    assert lacking(WHOLE, law) == ()
    assert [text.code for text in lacking(replace(WHOLE, **change), law)] == [code]


def test_not_heard_with_a_reason_lacks_nothing(law: Law) -> None:
    from dataclasses import replace

    assert lacking(replace(WHOLE, child_heard=False, not_heard_reason="age"), law) == ()


def test_every_step_lists_what_was_in_force_and_nothing_else(law: Law) -> None:
    old, new = law.at(D("2025-06-30")), law.at(D("2026-01-15"))
    assert "early_help" not in {provision.code for provision in needs(Step.HELPING, old)}
    assert "early_help" in {provision.code for provision in needs(Step.HELPING, new)}
    for step in Step:
        assert all(provision.code in new.provisions for provision in needs(step, new))
        assert needs(step, new)
