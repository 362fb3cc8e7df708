"""How fast the law answers: one report with all its rules, and whole folders. Prints figures and asserts nothing of time.

Run with ``make bench``; it is never part of the tests.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

import pandas as pd
import pyarrow as pa
import pytest

from features.cases import Cases, to_arrow
from features.records import records
from features.report import local_time
from triage.law import Law, load_law
from triage.rules import findings
from triage.rulings import Rulings, rule_all

LOOK = 2000


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law()


@pytest.fixture(scope="module")
def town() -> Cases:
    from training.synthetic import Settings, municipality

    return Cases.from_frames(municipality(Settings(reports=50_000, seed=1)).tables)


def repeated(cases: Cases, times: int) -> Cases:
    """Give a folder some times over, each time with new reports and new children."""

    def renamed(name: str, table: pa.Table) -> pa.Table:
        return pa.concat_tables([to_arrow(once(table, number), table.schema) for number in range(times)])

    def once(table: pa.Table, number: int) -> pd.DataFrame:
        frame = table.to_pandas()
        ids = [column for column in ("report_id", "child_id", "event_id", "case_id") if column in frame]
        return frame.assign(**{column: f"{number}-" + frame[column] for column in ids})

    return replace(cases, tables={name: renamed(name, table) for name, table in cases.tables.items()})


def test_one_report_with_all_its_rules(law: Law, town: Cases, benchmark: Callable[..., object]) -> None:
    held = records(town)
    asked = [
        (report, held.known(report), law.at(local_time(report.received_at).date()))
        for report in list(held.reports.values())[:LOOK]
    ]
    turn = cycle(asked)
    benchmark.pedantic(findings, setup=lambda: (next(turn), {}), rounds=10 * LOOK, warmup_rounds=LOOK)  # type: ignore[attr-defined]
    median = benchmark.stats.stats.median * 1e6  # type: ignore[attr-defined]
    print(f"\none report, all rules: median {median:.1f} µs")  # noqa: T201


def test_whole_folders(law: Law, town: Cases, benchmark: Callable[..., object]) -> None:
    large = repeated(town, 10)
    started = time.perf_counter()
    small = rule_all(town, law)
    middle = time.perf_counter()
    benchmark.pedantic(rule_all, args=(large, law), rounds=1)  # type: ignore[attr-defined]
    took, longer = middle - started, benchmark.stats.stats.min  # type: ignore[attr-defined]
    many, most = len(small.received), large.tables["reports"].num_rows
    print(f"\n{many:,} reports: {took:.2f} s; {most:,} reports: {longer:.2f} s, {longer / took:.1f} times")  # noqa: T201
    same = rule_all(large, law)
    assert isinstance(same, Rulings)
    assert (same.frame() == small.frame() * 10).all(axis=None)
