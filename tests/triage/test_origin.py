"""Here we hold a reason's origin to the file: the rows it names are those that were counted, and without them it is gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from features.build import REGISTRY, build_one
from features.origin import Origin, Read
from features.registry import Feature
from features.report import Known, Report, local_time
from features.schema import FACTS
from features.sources import HORIZON, OfHistory
from features.themes import Theme
from triage.explanation import says_something

Pair = tuple[Report, Known]


def how(source: object) -> str | None:
    return source.how if isinstance(source, OfHistory) else None


some = settings(max_examples=150, deadline=None, database=None, derandomize=True)
LATEST = [one for one in REGISTRY.features if isinstance(one.source, OfHistory)]
FADES = [one for one in REGISTRY.features if [*map(how, getattr(one.source, "of", ()))] == ["since"]]
OF_HISTORY = [
    feature
    for feature in REGISTRY.features
    if any(isinstance(part, OfHistory) for part in getattr(feature.source, "of", (feature.source,)))
]


def values(report: Report, known: Known) -> dict[str, float]:
    return dict(zip(REGISTRY.names, build_one(report, known).values[0].tolist(), strict=True))


def speaking(report: Report, known: Known, features: list[Feature]) -> list[Feature]:
    told = dict(zip(REGISTRY.names, says_something(build_one(report, known).values[0]).tolist(), strict=True))
    return [feature for feature in features if told[feature.name]]


@some
@given(data=st.data())
def test_the_count_names_as_many_rows_as_it_counts_and_the_latest_names_one(
    pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    origin, told = Origin(report, known), values(report, known)
    assert len(origin.trace([REGISTRY["reports_before"]]).reads) == told["reports_before"]
    for feature in FADES:
        rows = origin.trace([feature]).reads
        left = [1 - (report.received_at.astimezone(dt.UTC) - row.at) / dt.timedelta(days=HORIZON) for row in rows]
        assert told[feature.name] == pytest.approx(sum(left))
        assert len(rows) <= 1
    for feature in LATEST:
        rows = origin.trace([feature]).reads
        assert len(rows) == (not np.isnan(told[feature.name]))
        if feature.unit == "days" and rows:
            assert (report.received_at.astimezone(dt.UTC) - rows[0].at) / dt.timedelta(days=1) == told[feature.name]


@some
@given(data=st.data())
def test_without_the_rows_it_names_and_those_that_then_take_their_place_a_feature_says_nothing(
    pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    for feature in speaking(report, known, OF_HISTORY):
        left = known
        while speaking(report, left, [feature]):
            rows = {(read.table, read.at) for read in Origin(report, left).trace([feature]).reads}
            shorter = without(left, rows)
            assert shorter != left
            left = shorter


@some
@given(data=st.data())
def test_what_earlier_reports_told_of_names_the_reports_that_add_up_to_it_and_what_was_read_in_each(
    pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    origin, told = Origin(report, known), values(report, known)
    for theme in Theme:
        words = {one.sv for one in theme.concerns} | {f"{FACTS[fact][0]}: ja" for fact in theme.facts}
        reads = origin.trace([REGISTRY[f"earlier_{theme.value}_1095"]]).reads
        assert sum(left_of(report, read) for read in reads) == pytest.approx(told[f"earlier_{theme.value}_1095"])
        for read in reads:
            (row,) = [one for one in known.reports if (one.report_id, one.received_at) == (read.id, read.at)]
            assert read.table == "reports"
            assert row.reporter.sv in read.says[0]
            assert {one for one in words if one in read.says[0]} == read_in(row, theme) != set()


def test_of_two_reports_at_one_instant_only_the_one_that_this_report_continues_is_left_out(
    a_report: Callable[..., Report],
) -> None:
    school, police = (
        a_report("neglect", report_id=by, reporter=by, received_at="2025-08-25T09:00:00+02:00")
        for by in ("school", "police")
    )
    trace = Origin(a_report("neglect"), Known(reports=(school, police))).trace([REGISTRY["earlier_neglect_1095"]])
    assert [(read.id, read.says[0]) for read in trace.reads] == [("police", "anmälan (polis): omsorgssvikt")]


def read_in(row: Report, theme: Theme) -> set[str]:
    named = {one.concern.sv for one in row.concerns if one.concern in theme.concerns}
    return named | {f"{FACTS[fact][0]}: ja" for fact in theme.facts if getattr(row, fact) == "yes"}


def left_of(report: Report, read: Read) -> float:
    return 1 - (report.received_at.astimezone(dt.UTC) - read.at) / dt.timedelta(days=HORIZON)


@some
@given(data=st.data())
def test_other_kinds_of_reporters_are_named_by_the_latest_report_of_each_and_never_by_the_reports_own_kind(
    pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    own, *rows = Origin(report, known).trace([REGISTRY["other_reporters_1095"]]).reads
    assert (own.id, own.column) == (report.report_id, "reporter")
    assert sum(left_of(report, row) for row in rows) == pytest.approx(values(report, known)["other_reporters_1095"])
    assert not any(row.says[0] == f"anmälan ({report.reporter.sv})" for row in rows)


def without(known: Known, rows: set[tuple[str, dt.datetime]]) -> Known:
    return Known(
        reports=tuple(one for one in known.reports if ("reports", one.received_at) not in rows),
        events=tuple(one for one in known.events if ("events", one.happened_at) not in rows),
        instruments=tuple(one for one in known.instruments if ("instruments", one.completed_at) not in rows),
    )


@some
@given(data=st.data())
def test_after_its_last_day_a_feature_says_nothing_though_the_history_stands(
    pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    features = speaking(report, known, OF_HISTORY)
    last = Origin(report, known).trace(features).last_day
    assert (last is None) == (not features)
    if last is None:
        return
    assert last >= local_time(report.received_at).date()
    rows = Origin(report, known).trace(features).reads
    morrow = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(4), tzinfo=local_time(report.received_at).tzinfo)
    later = replace(report, received_at=morrow)
    known_later = Known(
        reports=tuple(one for one in known.reports if any(one.received_at == read.at for read in rows)),
        events=tuple(one for one in known.events if any(one.happened_at == read.at for read in rows)),
        instruments=tuple(one for one in known.instruments if any(one.completed_at == read.at for read in rows)),
    )
    assert speaking(later, known_later, features) == []


@some
@given(data=st.data())
def test_what_the_report_itself_says_is_read_from_its_own_fields(
    pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    origin = Origin(report, known)
    rest = [feature for feature in REGISTRY.features if feature not in OF_HISTORY]
    for feature in speaking(report, known, rest):
        rows = origin.trace([feature]).reads
        assert rows
        assert {(read.id, read.at) for read in rows} == {(report.report_id, report.received_at)}
        assert all(read.column for read in rows)
