"""Here we hold feature rows to the two clocks: nothing recorded at or after a report changes what is known before it."""

from __future__ import annotations

import datetime as dt
import random
import sys
import types
from collections.abc import Iterable
from dataclasses import replace
from importlib import resources

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import features.alone
import features.buckets
import features.build
import features.paired
import features.plan
from features.build import REGISTRY, Rows, build, build_one, fingerprint
from features.cases import Cases
from features.codes import Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.event_codes import EventKind, Instrument, Rater
from features.from_records import from_report
from features.paired import CHUNK
from features.plan import Plan
from features.records import records
from features.report import NOTHING_KNOWN, Event, Known, Report, ReportedConcern, Score
from features.schema import FACTS
from tests.features import reference

NOW = dt.datetime(2025, 10, 26, 0, 30, tzinfo=dt.UTC)
"""02:30 on the night when Stockholm has 02:30 twice."""
DAY = dt.timedelta(days=1)
TICK = dt.timedelta(microseconds=1)
DAYS_AGO = (0, 1, 14, 28, 89, 90, 91, 300, 364, 365, 366, 606, 1094, 1095, 1096, 1400)
CLOCK_CHANGES = tuple(
    dt.datetime(*day, hour, minute, tzinfo=dt.UTC)
    for day in ((2025, 3, 30), (2024, 10, 27), (2024, 2, 29), (2023, 3, 26))
    for hour, minute in ((0, 59), (1, 0), (1, 30))
)
NEW_MONTHS = (dt.datetime(2025, 6, 30, 22, 30, tzinfo=dt.UTC), dt.datetime(2024, 12, 31, 23, 30, tzinfo=dt.UTC))
"""Already the next month in Sweden."""
GRID = tuple(
    sorted({*(NOW - days * DAY for days in DAYS_AGO), NOW - TICK, NOW - 90 * DAY - TICK, *CLOCK_CHANGES, *NEW_MONTHS})
)
"""Few moments, so that ties, window edges, clock changes and leap days happen all the time."""
LAGS = (dt.timedelta(0), TICK, dt.timedelta(hours=1), DAY, 90 * DAY, 400 * DAY)

Family = tuple[Report, Known]


def reports_of(draw: random.Random, child: str, moments: Iterable[dt.datetime]) -> list[Report]:
    return [one_report(draw, f"{child}-{number}", child, at) for number, at in enumerate(moments)]


def one_report(draw: random.Random, name: str, child: str, at: dt.datetime) -> Report:
    named = draw.sample(list(Concern), draw.randrange(4))
    concerns = tuple(
        ReportedConcern(
            concern=concern,
            primary=number == 0,
            status=draw.choice(list(ConcernStatus)),
            exposure=draw.choice(list(Exposure)),
            perpetrator=draw.choice(list(Perpetrator)),
        )
        for number, concern in enumerate(named)
    )
    born = draw.choice([None, "2009-02", f"{at.year - 1}-12", f"{at.year - draw.randrange(4)}-01", f"{at:%Y-%m}"])
    return Report(
        report_id=name,
        child_id=child,
        received_at=at,
        unit="north",
        referral_type=ReferralType.REPORT,
        reporter=draw.choice([*[Reporter.POLICE] * 10, *Reporter]),
        birth_month=born,
        concerns=concerns,
        **{fact: draw.choice(list(YesNo)) for fact in FACTS},
    )


def one_event(draw: random.Random, name: str, child: str) -> Event:
    kind = draw.choice(list(EventKind))
    happened = draw.choice(GRID)
    recorded = happened + draw.choice(LAGS)
    withdrawn = draw.choice([None, None, recorded + draw.choice(LAGS), max(recorded, draw.choice(GRID))])
    return Event(
        event_id=name,
        child_id=child,
        kind=kind,
        happened_at=happened,
        recorded_at=recorded,
        withdrawn_at=withdrawn,
        detail=None if kind.details is None else draw.choice(list(kind.details)).value,
    )


def one_score(draw: random.Random, child: str) -> Score:
    completed = draw.choice(GRID)
    return Score(
        child_id=child,
        instrument=draw.choice([Instrument.SDQ, Instrument.KASAM13, Instrument.ORS, Instrument.CORS]),
        rater=draw.choice([Rater.CHILD, Rater.CHILD, *Rater]),
        completed_at=completed,
        recorded_at=completed + draw.choice(LAGS),
        total=float(draw.randrange(13, 41)),
    )


def one_family(draw: random.Random, child: str = "a", reports: int = 4, events: int = 14, scores: int = 4) -> Known:
    seen: dict[tuple[object, ...], Score] = {}
    for score in (one_score(draw, child) for _ in range(draw.randrange(scores + 1))):
        seen[score.instrument, score.rater, score.completed_at] = score
    return Known(
        reports=tuple(reports_of(draw, child, draw.choices(GRID, k=1 + draw.randrange(reports)))),
        events=tuple(one_event(draw, f"{child}-{number}", child) for number in range(draw.randrange(events + 1))),
        instruments=tuple(seen.values()),
    )


@st.composite
def families(draw: st.DrawFn) -> Family:
    """One report and everything that stands about its child, also what was recorded later."""
    chance = draw(st.randoms(use_true_random=False))
    known = one_family(chance, events=8, reports=3)
    return draw(st.sampled_from(known.reports)), known


def frames_of(knowns: Iterable[Known]) -> dict[str, pd.DataFrame]:
    """Write records as the tables of a case folder, Swedish offsets and all."""
    knowns = list(knowns)
    reports = [report for known in knowns for report in known.reports]
    rows = {
        "reports": [
            {
                "report_id": report.report_id,
                "child_id": report.child_id,
                "received_at": written(report.received_at),
                "unit": report.unit,
                "referral_type": report.referral_type.value,
                "reporter": report.reporter.value,
                "birth_month": report.birth_month,
                **{fact: getattr(report, fact).value for fact in FACTS},
            }
            for report in reports
        ],
        "concerns": [
            {
                "report_id": report.report_id,
                "child_id": report.child_id,
                "concern": one.concern.value,
                "primary": one.primary,
                "status": one.status.value,
                "exposure": one.exposure.value,
                "perpetrator": one.perpetrator.value,
            }
            for report in reports
            for one in report.concerns
        ],
        "events": [plain(event) for known in knowns for event in known.events],
        "instruments": [plain(score) for known in knowns for score in known.instruments],
    }
    names = {"events": list(Event.__dataclass_fields__), "instruments": list(Score.__dataclass_fields__)}
    names |= {"concerns": ["report_id", "child_id", *ReportedConcern.__dataclass_fields__]}
    return {name: pd.DataFrame(part, columns=names.get(name)) for name, part in rows.items()}


def plain(record: Event | Score) -> dict[str, object]:
    values = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return {name: written(value) if isinstance(value, dt.datetime) else value for name, value in values.items()}


def written(moment: dt.datetime) -> str:
    """Write an instant with an offset that depends on it, so that offsets are mixed in every column."""
    hours = moment.toordinal() % 3
    return moment.astimezone(dt.timezone(dt.timedelta(hours=hours))).isoformat()


def same(one: Rows, other: Rows) -> bool:
    return np.array_equal(one.values, other.values, equal_nan=True)


# ---------------------------------------------------------------- nothing later counts


def without_the_future(known: Known, at: dt.datetime) -> Known:
    """Keep what a case system held just before ``at``; a withdrawal at or after it had not happened."""
    events = (row for row in known.events if row.recorded_at < at)
    return Known(
        reports=tuple(row for row in known.reports if row.received_at < at),
        events=tuple(
            replace(row, withdrawn_at=None) if row.withdrawn_at is not None and row.withdrawn_at >= at else row
            for row in events
        ),
        instruments=tuple(row for row in known.instruments if row.recorded_at < at),
    )


def with_another_future(known: Known, at: dt.datetime, chance: random.Random) -> Known:
    """Keep what was known before ``at`` and make up everything recorded at or after it."""
    past = without_the_future(known, at)
    later = one_family(chance)
    after = (dt.timedelta(0), TICK, DAY)
    return Known(
        reports=past.reports + tuple(replace(row, received_at=at + chance.choice(after)) for row in later.reports),
        events=tuple(
            replace(row, withdrawn_at=chance.choice([None, at, at + TICK])) if row.withdrawn_at is None else row
            for row in past.events
        )
        + tuple(replace(row, recorded_at=at + chance.choice(after), withdrawn_at=None) for row in later.events),
        instruments=past.instruments
        + tuple(replace(row, recorded_at=at + chance.choice(after)) for row in later.instruments),
    )


def leaks(family: Family) -> bool:
    """Whether removing or making up anything recorded at or after the report, or turning the rows round, changes its row."""
    report, known = family
    as_it_stands = build_one(report, known)
    variants = (
        without_the_future(known, report.received_at),
        with_another_future(known, report.received_at, random.Random(1)),
        with_another_future(known, report.received_at, random.Random(2)),
        Known(reports=known.reports[::-1], events=known.events[::-1], instruments=known.instruments[::-1]),
    )
    return not all(same(as_it_stands, build_one(report, variant)) for variant in variants)


QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@given(families())
@settings(QUICK, max_examples=150)
def test_nothing_recorded_at_or_after_a_report_changes_its_features(family: Family) -> None:
    assert not leaks(family)


def mutant(monkeypatch: pytest.MonkeyPatch, name: str, *changes: tuple[str, str]) -> types.ModuleType:
    """Load a module of ``features`` with some of its text changed."""
    text = resources.files("features").joinpath(f"{name}.py").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is no longer in {name}.py; mend this test"
        text = text.replace(old, new)
    module = types.ModuleType(f"mutant_{name}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(text, module.__name__, "exec"), module.__dict__)
    return module


def by_route(monkeypatch: pytest.MonkeyPatch, *, loops: bool) -> None:
    """Build by loops as they stand, or by pairs, whatever is installed and however few the reports."""
    monkeypatch.setattr(features.paired, "worth_compiling", lambda _: loops)
    for module in (features.paired, features.buckets):
        monkeypatch.setattr(module, "compiled", lambda loop: loop)


def of_the_batch(report: Report, known: Known) -> Rows:
    """Give the row that the routes of a whole folder make of the same arrays."""
    return Rows(features.build._rows(*from_report(report, known)[:2], 1), REGISTRY.names, fingerprint())


FIRST, LAST = 'np.maximum(happened, recorded) + (edge == "strict")', 'withdrawn - (edge == "inclusive")'
GUARDED_TWICE = "happened before is enough"
"""Pairs are looked for among what was recorded before, so that there the cut is the second guard."""
LEAKS = {
    "received, happened and recorded at the same instant counts": (FIRST, "np.maximum(happened, recorded)"),
    "recorded at the same instant counts": (FIRST, "np.maximum(happened + 1, recorded)"),
    GUARDED_TWICE: (FIRST, "happened + 1"),
    "a later withdrawal counts": (LAST, "np.where(withdrawn == 2**63 - 1, withdrawn, -1)"),
    "a withdrawal at the same instant counts": (LAST, "withdrawn - 1"),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_cut_that_leaks_is_caught_and_is_the_cut_of_every_route(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leaking = mutant(monkeypatch, "history", LEAKS[name])
    monkeypatch.setattr(features.alone, "cut", leaking.cut)
    report, known = find(
        families(),
        leaks,
        settings=settings(QUICK, max_examples=2_000, phases=[Phase.generate]),
        random=random.Random(7),
    )
    others = (with_another_future(known, report.received_at, random.Random(seed)) for seed in (1, 2))
    variants = (known, *others)
    wrong = [build_one(report, variant) for variant in variants]
    monkeypatch.undo()
    sound = [build_one(report, variant) for variant in variants]
    assert not leaks((report, known))
    assert not all(map(same, wrong, sound))
    for loops in (False, True):
        by_route(monkeypatch, loops=loops)
        assert all(map(same, (of_the_batch(report, one) for one in variants), sound))
        monkeypatch.setattr(features.paired, "cut", leaking.cut)
        monkeypatch.setattr(features.paired, "counting", leaking.counting)
        batch = [of_the_batch(report, one) for one in variants]
        assert all(map(same, batch, wrong)) or (name == GUARDED_TWICE and not loops)
        monkeypatch.undo()


# ---------------------------------------------------------------- order, chunks, others, routes


@pytest.fixture(scope="module")
def town() -> list[Known]:
    chance = random.Random(20250701)
    return [one_family(chance, f"c{number}", reports=8, events=20, scores=12) for number in range(500)]


@pytest.fixture(scope="module")
def cases(town: list[Known]) -> Cases:
    cases = Cases.from_frames(frames_of(town))
    assert cases.set_aside == ()
    return cases


@pytest.fixture(scope="module")
def rows(cases: Cases) -> Rows:
    rows = build(cases)
    assert len(rows.values) > 2_000
    return rows


def by_key(cases: Cases, rows: Rows) -> dict[str, np.ndarray]:
    return dict(zip(cases.frame("reports")["report_id"], rows.values, strict=True))


def test_every_feature_takes_several_values_in_the_town(rows: Rows) -> None:
    several = {name: len(np.unique(column)) for name, column in zip(rows.names, rows.values.T, strict=True)}
    assert min(several.values()) >= 2, several


def test_row_order_changes_nothing(town: list[Known], cases: Cases, rows: Rows) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in frames_of(town).items()}
    other = Cases.from_frames(shuffled)
    here, there = by_key(cases, rows), by_key(other, build(other))
    assert here.keys() == there.keys()
    assert all(np.array_equal(here[name], there[name], equal_nan=True) for name in here)


@pytest.mark.parametrize("chunk", [1, 7, 1_000, CHUNK])
@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("loops", [False, True])
def test_chunks_threads_and_compiled_loops_change_nothing(
    chunk: int, threads: int, loops: bool, town: list[Known], monkeypatch: pytest.MonkeyPatch
) -> None:
    some = Cases.from_frames(frames_of(town[:40]))
    whole = build(some)
    monkeypatch.setattr(features.paired, "CHUNK", chunk)
    if loops:
        pytest.importorskip("numba")
        monkeypatch.setattr(features.buckets, "WORTH_COMPILING", 0)
    assert same(whole, build(some, threads=threads))


def test_other_children_and_later_reports_change_nothing(town: list[Known], cases: Cases, rows: Rows) -> None:
    alone = Cases.from_frames(frames_of(town[100:110]))
    here, there = by_key(cases, rows), by_key(alone, build(alone))
    assert there
    assert all(np.array_equal(here[name], there[name], equal_nan=True) for name in there)


def test_one_report_and_the_batch_give_bit_equal_rows(cases: Cases, rows: Rows) -> None:
    held = records(cases)
    for key, report in held.reports.items():
        one = build_one(report, held.known(report))
        assert one.values.shape == (1, len(REGISTRY.names))
        assert np.array_equal(one.values[0], rows.values[held.row[key]], equal_nan=True), key


def test_rows_say_what_built_them(rows: Rows, town: list[Known]) -> None:
    one = build_one(town[0].reports[0], NOTHING_KNOWN)
    assert (rows.names, rows.fingerprint) == (one.names, one.fingerprint) == (REGISTRY.names, fingerprint())


def test_known_rows_of_another_child_change_nothing(town: list[Known]) -> None:
    report, other = town[0].reports[0], town[1]
    assert same(build_one(report, other), build_one(report, NOTHING_KNOWN))


def test_no_reports_give_no_rows() -> None:
    assert build(Cases.from_frames({})).values.shape == (0, len(REGISTRY.names))


# ---------------------------------------------------------------- beside the plain reference


@pytest.fixture(scope="module")
def expected(cases: Cases) -> np.ndarray:
    frames = {name: cases.frame(name) for name in ("reports", "concerns", "events", "instruments")}
    return reference.build(frames)[list(REGISTRY.names)].to_numpy()


def agree(values: np.ndarray, expected: np.ndarray) -> bool:
    return np.allclose(values, expected, rtol=0, atol=1e-12, equal_nan=True)


def test_rows_agree_with_the_plain_reference(rows: Rows, expected: np.ndarray) -> None:
    assert agree(rows.values, expected)


WRONG_WINDOWS = [
    ("(age <= self._far[window])", "(age < self._far[window])"),
    ("[one.far for one in ordered], dtype", "[one.far + 3_600_000_000 for one in ordered], dtype"),
    ("DAY = 86_400_000_000", "DAY = 86_400_000_001"),
    ("np.minimum.at(youngest", "np.add.at(youngest"),
    ("hits.past.age[hits.pair])\n    return share", "hits.past.age[hits.pair] // 2)\n    return share"),
    ("past.recorded[hits.pair], -past.age", "-past.recorded[hits.pair], -past.age"),
    ("found = np.full(hits.cells, np.nan)", "found = np.zeros(hits.cells)"),
    ("np.iinfo(np.int64).max, np.nan, youngest", "np.iinfo(np.int64).max, 0.0, youngest"),
]


@pytest.mark.parametrize(("old", "new"), WRONG_WINDOWS)
def test_a_wrong_window_is_caught(
    old: str, new: str, cases: Cases, expected: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features.plan, "Windows", mutant(monkeypatch, "windows", (old, new)).Windows)
    wrong = Plan([feature.source for feature in REGISTRY.features])
    monkeypatch.setattr(features.build, "_plan", lambda: wrong)
    assert not agree(build(cases).values, expected)
