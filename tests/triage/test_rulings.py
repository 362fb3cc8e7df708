"""Here we hold the quick route to the slow one: every verdict and every last day, report by report, on whole folders."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from features.cases import Cases
from features.codes import Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.event_codes import EventKind
from features.records import records
from features.report import local_time
from features.schema import FACTS
from triage.columns import CANNOT_TELL, MET, NOT_IN_FORCE, NOT_MET, read_columns
from triage.errors import BeforeTheLaw
from triage.law import Law
from triage.rules import DUE, RULES, deadlines, findings
from triage.rulings import VERDICTS, Rulings, rule_all

Frames = dict[str, pd.DataFrame]
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MARK = {verdict: mark for mark, verdict in VERDICTS.items()}
BIRTHDAYS = (15, 18, 21)
MANY = 3000

# ---------------------------------------------------------------- folders


@pytest.fixture(scope="module")
def synthetic() -> Cases:
    from training.synthetic import Settings, municipality

    return Cases.from_frames(municipality(Settings(reports=3000, seed=3)).tables)


def moment(draw: random.Random, law: Law) -> dt.datetime:
    """Draw any time from 1996 to 2030; often the first or last second of a day on which the law changed."""
    if draw.random() < 0.4:
        day = draw.choice(law.changes())
        midnight = dt.datetime.combine(day, dt.time(), tzinfo=STOCKHOLM)
        return midnight.astimezone(dt.UTC) + dt.timedelta(seconds=draw.choice((-1, 0, 1, 86_399, 86_400)))
    return dt.datetime(1996, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=draw.randrange(35 * 365 * 24 * 60))


def born(draw: random.Random, received: dt.datetime) -> str | None:
    """Draw a month of birth: missing, anything, or around a limit of the law."""
    if draw.random() < 0.25:
        return None
    near = 12 * draw.choice(BIRTHDAYS) + draw.randint(-2, 2)
    months = near if draw.random() < 0.5 else draw.randint(0, 25 * 12)
    day = local_time(received)
    place = day.year * 12 + day.month - 1 - months
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


def one_event(draw: random.Random, number: int, child: str, received: dt.datetime) -> dict[str, Any]:
    """Draw an event of an investigation around a report, some recorded at the same instant, some withdrawn."""
    recorded = received + draw.choice((dt.timedelta(), dt.timedelta(seconds=-1), dt.timedelta(days=-40)))
    kind = draw.choice((EventKind.INVESTIGATION_OPENED, EventKind.INVESTIGATION_OPENED, *EventKind))
    withdrawn = received + dt.timedelta(seconds=draw.choice((-1, 0, 1, 90_000)))
    return {
        "event_id": f"e{number}",
        "child_id": child,
        "kind": kind.value,
        "happened_at": recorded - dt.timedelta(days=draw.randint(0, 30)),
        "recorded_at": recorded,
        "report_id": None,
        "case_id": draw.choice(("k1", "k2", None)),
        "detail": None if kind.details is None else draw.choice(kind.details.values()),
        "reason": None,
        "withdrawn_at": max(recorded, withdrawn) if draw.random() < 0.3 else None,
    }


def random_frames(seed: int, law: Law, many: int = MANY) -> Frames:
    """Write random reports to tables: every code, every version of the law, and one row in twenty broken."""
    draw = random.Random(seed)
    reports, concerns, events = [], [], []
    for number in range(many):
        received, child = moment(draw, law), f"c{draw.randrange(many // 3)}"
        answers = draw.choices(YesNo.values(), weights=draw.choice(((1, 1, 1), (0, 1, 0), (1, 8, 1))), k=len(FACTS))
        row = {
            "report_id": f"r{number}",
            "child_id": child,
            "household_id": None,
            "received_at": received,
            "unit": "north",
            "referral_type": draw.choice(("application", *ReferralType.values())),
            "reporter": draw.choice(("child", "parent", *Reporter.values())),
            "anonymous": "unknown",
            "birth_month": born(draw, received),
            "feedback_requested": draw.choice((*YesNo.values(), None)),
            **dict(zip(FACTS, answers, strict=True)),
        }
        if draw.random() < 0.05:
            row["unit" if draw.random() < 0.5 else "reporter"] = "not a code"
        reports.append(row)
        for concern in draw.sample(Concern.values(), draw.choice((0, 1, 1, 2, 3))):
            codes = {"status": ConcernStatus, "exposure": Exposure, "perpetrator": Perpetrator}
            kinds = {name: draw.choice(listed.values()) for name, listed in codes.items()}
            concerns.append(
                {"report_id": f"r{number}", "child_id": child, "concern": concern, "primary": True, **kinds}
            )
        events += [one_event(draw, len(events) + place, child, received) for place in range(draw.choice((0, 0, 1, 3)))]
        if events and draw.random() < 0.05:
            events[-1]["kind"] = "no such kind"
    return {"reports": pd.DataFrame(reports), "concerns": pd.DataFrame(concerns), "events": pd.DataFrame(events)}


@pytest.fixture(scope="module")
def anything(law: Law) -> Cases:
    return Cases.from_frames(random_frames(1, law))


# ---------------------------------------------------------------- the two routes


def one_by_one(cases: Cases, law: Law, on: dt.date | None = None) -> list[tuple[dict[str, int], dict[str, Any]] | None]:
    """Ask `triage.rules` about every report; None where no law held."""
    held = records(cases)
    told: list[tuple[dict[str, int], dict[str, Any]] | None] = []
    for report in held.reports.values():
        try:
            in_force = law.at(local_time(report.received_at).date() if on is None else on)
        except BeforeTheLaw:
            told.append(None)
            continue
        found = findings(report, held.known(report), in_force)
        marks = {finding.code: MARK[finding.verdict] for finding in found}
        told.append((marks, {deadline.code: deadline.due for deadline in deadlines(report, found, in_force)}))
    return told


def assert_the_same(rulings: Rulings, told: list[tuple[dict[str, int], dict[str, Any]] | None]) -> None:
    assert len(told) == len(rulings.verdicts) == len(rulings.received) == len(rulings.outside)
    for row, expected in enumerate(told):
        marks, due = expected or ({}, {})
        assert bool(rulings.outside[row]) == (expected is None)
        mine = dict(zip(rulings.codes, rulings.verdicts[row].tolist(), strict=True))
        assert mine == {code: marks.get(code, NOT_IN_FORCE) for code in RULES}, row
        assert {duty: days[row].item() for duty, days in rulings.due.items()} == {duty: due.get(duty) for duty in DUE}


def test_a_synthetic_municipality_gets_the_same_verdicts_and_days_by_both_routes(synthetic: Cases, law: Law) -> None:
    rulings = rule_all(synthetic, law)
    assert len(rulings.received) > 2500
    assert_the_same(rulings, one_by_one(synthetic, law))


@pytest.mark.parametrize("seed", [1, 2])
def test_random_folders_get_the_same_verdicts_and_days_by_both_routes(law: Law, seed: int) -> None:
    cases = Cases.from_frames(random_frames(seed, law))
    assert_the_same(rule_all(cases, law), one_by_one(cases, law))


def test_the_random_folder_is_of_use(anything: Cases, law: Law) -> None:
    rulings, columns = rule_all(anything, law), read_columns(anything)
    assert len({row.table for row in anything.set_aside}) >= 2
    assert rulings.outside.sum() > 200
    assert {(columns.ongoing & columns.incomplete).any(), (columns.ongoing & ~columns.incomplete).any()} == {True}
    versions = {law.at(day.item()).on for day in np.unique(rulings.received[~rulings.outside])}
    assert {day for day in law.changes() if day in versions} == set(law.changes())
    for code in RULES:
        expected = {MET} if code in {"duty_to_open", "early_help"} else {MET, NOT_MET}
        expected |= {CANNOT_TELL} - (
            {CANNOT_TELL} if code in {"duty_to_open", "early_help", "protection_assessment"} else set()
        )
        assert set(rulings.of(code).tolist()) - {NOT_IN_FORCE} == expected, code
    for duty, days in rulings.due.items():
        assert np.isnat(days).any(), duty
        assert (~np.isnat(days)).any(), duty


def test_nothing_is_applied_to_a_report_before_the_first_law(anything: Cases, law: Law) -> None:
    rulings = rule_all(anything, law)
    assert (rulings.outside == (rulings.received < np.datetime64(law.begins))).all()
    assert (rulings.verdicts[rulings.outside] == NOT_IN_FORCE).all()
    assert all(np.isnat(days[rulings.outside]).all() for days in rulings.due.values())
    assert (rulings.of("duty_to_open")[~rulings.outside] == MET).all()


@pytest.mark.parametrize("on", [dt.date(2002, 1, 1), dt.date(2012, 12, 31), dt.date(2013, 1, 1), dt.date(2026, 1, 15)])
def test_the_law_of_one_day_can_be_applied_to_everything(anything: Cases, law: Law, on: dt.date) -> None:
    rulings = rule_all(anything, law, on=on)
    assert not rulings.outside.any()
    assert_the_same(rulings, one_by_one(anything, law, on))


def test_a_day_before_the_first_law_cannot_be_applied(anything: Cases, law: Law) -> None:
    with pytest.raises(BeforeTheLaw):
        rule_all(anything, law, on=law.begins - dt.timedelta(days=1))


def test_the_counts_of_every_rule_add_up_to_the_reports(anything: Cases, law: Law) -> None:
    rulings = rule_all(anything, law)
    frame = rulings.frame()
    assert tuple(frame.index) == rulings.codes == tuple(RULES)
    assert (frame.sum(axis=1) == len(rulings.received)).all()
    names = {NOT_IN_FORCE: "not_in_force", NOT_MET: "not_met", CANNOT_TELL: "cannot_tell", MET: "met"}
    for code in rulings.codes:
        counted = Counter(names[mark] for mark in rulings.of(code).tolist())
        assert {name: number for name, number in frame.loc[code].items() if number} == counted


def test_order_of_rows_changes_no_answer(law: Law) -> None:
    frames = random_frames(3, law, 900)
    shuffled = {name: frame.sample(frac=1, random_state=4).reset_index(drop=True) for name, frame in frames.items()}
    told = []
    for tables in (frames, shuffled):
        cases = Cases.from_frames(tables)
        rulings = rule_all(cases, law)
        told.append(dict(zip(cases.frame("reports")["report_id"], rulings.verdicts.tolist(), strict=True)))
    assert told[0] == told[1]


def test_an_empty_folder_has_no_rulings(law: Law) -> None:
    rulings = rule_all(Cases.from_frames({}), law)
    assert rulings.verdicts.shape == (0, len(RULES))
    assert (rulings.frame().to_numpy() == 0).all()


def test_a_broken_row_makes_only_its_own_child_uncertain_and_only_when_it_could_have_been_known(law: Law) -> None:
    base = {"unit": "north", "referral_type": "child_concern_report", "reporter": "school"}
    at = dt.datetime(2025, 9, 1, 9, tzinfo=dt.UTC)
    reports = [{"report_id": f"r{child}", "child_id": child, "received_at": at, **base} for child in ("a", "b", "c")]
    opened = {"kind": "investigation_opened", "happened_at": at - dt.timedelta(days=9), "withdrawn_at": None}
    events = [
        {"event_id": f"o{child}", "child_id": child, "case_id": "k", "recorded_at": at - dt.timedelta(days=9), **opened}
        for child in ("a", "b", "c")
    ]
    broken = {"case_id": "k", "kind": "???", "happened_at": at, "withdrawn_at": None}
    events += [
        {"event_id": "x1", "child_id": "a", "recorded_at": at - dt.timedelta(seconds=1), **broken},
        {"event_id": "x2", "child_id": "b", "recorded_at": at, **broken},
    ]
    cases = Cases.from_frames({"reports": pd.DataFrame(reports), "events": pd.DataFrame(events)})
    assert rule_all(cases, law).of("screening").tolist() == [CANNOT_TELL, NOT_MET, NOT_MET]
    assert_the_same(rule_all(cases, law), one_by_one(cases, law))
