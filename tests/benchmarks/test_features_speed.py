"""Here we time features: whole folders, one report, and windows beside timeseriesflattener. Asserts nothing of time.

Run with ``make bench``; it is never part of the tests.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from features.arrays import NEVER, Entries
from features.build import REGISTRY, build, build_one
from features.cases import Cases
from features.coding import WHAT
from features.flatten import flatten
from features.paired import each_chunk
from features.records import records
from features.sources import OfHistory
from features.windows import Window, Windows
from tests.benchmarks.large_folder import DAY, SPAN, START, folder
from tests.features import peer

Row = Sequence[object]

REPORTS = (5_000, 50_000, 500_000)
MOMENTS_AND_ROWS = ((20_000, 200_000), (100_000, 1_000_000), (500_000, 5_000_000))
RUNS = 3


def show(title: str, heads: Row, rows: Sequence[Row]) -> None:
    """Print a small table."""
    lines = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print(f"\n{title}")  # noqa: T201
    for line in lines:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))  # noqa: T201


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Do it, and give the seconds it took and what it made."""
    started = time.perf_counter()
    made = work()
    return time.perf_counter() - started, made


# --- whole folders ------------------------------------------------------------------------------------------------


def test_whole_folders(tmp_path: Path, benchmark: Callable[..., object]) -> None:
    small = folder(500)
    checked = Cases.from_frames({name: small.frame(name) for name in small.tables})
    assert checked.problems() == (), "what is timed is sound"
    rows = benchmark.pedantic(lambda: [of_a_folder(reports, tmp_path) for reports in REPORTS], rounds=1)  # type: ignore[attr-defined]
    slower = [""] + [f"{after[1] / before[1]:.1f}" for before, after in pairwise(rows)]
    show(
        f"build, ten events each, best of {RUNS}; memory of a process of its own",
        ["reports", "seconds", "tables MB", "before MB", "peak MB", "times the one above"],
        [
            [f"{reports:,}", f"{seconds:.2f}", *map(round, memory), times]
            for (reports, seconds, *memory), times in zip(rows, slower, strict=True)
        ],
    )


def of_a_folder(reports: int, place: Path) -> tuple[float, ...]:
    """Build a folder in a process of its own, which has read it from the disk: making it takes memory too."""
    for name, table in folder(reports).tables.items():
        with pa.OSFile(str(place / name), "wb") as file, pa.ipc.new_file(file, table.schema) as written:
            written.write_table(table)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(built, place).result()


def built(place: Path) -> tuple[float, ...]:
    """Give the number of reports, the best time in seconds, and megabytes: of the tables, before, and at the peak."""
    tables = {}
    for path in place.iterdir():
        with pa.OSFile(str(path), "rb") as file:
            tables[path.name] = pa.ipc.open_file(file).read_all()
    cases = Cases(MappingProxyType(tables), (), (), MappingProxyType({}))
    before = megabytes("VmRSS")
    first, rows = timed(lambda: build(cases))
    peak = megabytes("VmHWM")
    assert rows.values.shape == (tables["reports"].num_rows, len(REGISTRY.names))
    seconds = min(first, *(timed(lambda: build(cases))[0] for _ in range(RUNS - 1)))
    held = sum(table.nbytes for table in tables.values()) / 1e6
    return len(rows.values), seconds, held, before, peak


def megabytes(name: str) -> float:
    """Read this process's memory; Linux hands ``ru_maxrss`` down from the parent, so that it says nothing of a child."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    (line,) = (line for line in status.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1e3


# --- one report ---------------------------------------------------------------------------------------------------


def test_one_report_with_fifty_events_of_history(benchmark: Callable[..., object]) -> None:
    held = records(folder(1, events_each=50))
    (only,) = held.reports.values()
    after_all = dt.datetime.fromtimestamp((START + SPAN + 31 * DAY) / 1e6, tz=dt.UTC)
    report, known = replace(only, received_at=after_all), held.known(only)
    assert len(known.events) == 50
    rows = benchmark.pedantic(build_one, args=(report, known), rounds=5_000, warmup_rounds=500)  # type: ignore[attr-defined]
    assert rows.values.shape == (1, len(REGISTRY.names))
    stats = benchmark.stats.stats  # type: ignore[attr-defined]
    show(
        "build_one, 50 events of history, 5 000 runs",
        ["median µs", "lower quartile µs", "upper quartile µs"],
        [[f"{seconds * 1e6:.0f}" for seconds in (stats.median, stats.q1, stats.q3)]],
    )


# --- windows beside timeseriesflattener ---------------------------------------------------------------------------


def test_windows_beside_timeseriesflattener(benchmark: Callable[..., object]) -> None:
    beside_the_peer(*MOMENTS_AND_ROWS[0])  # both load what they need, and ours compiles it
    rows = benchmark.pedantic(lambda: [beside_the_peer(*sizes) for sizes in MOMENTS_AND_ROWS], rounds=1)  # type: ignore[attr-defined]
    show(
        f"flatten, the spans of the registered features x {', '.join(peer.HOWS)}; both edges closed; "
        f"median of {RUNS} alternating runs",
        ["moments", "rows", "flatten s", "timeseriesflattener s", "ratio"],
        [
            [f"{moments:,}", f"{rows:,}", f"{ours:.3f}", f"{theirs:.3f}", f"{theirs / ours:.1f}"]
            for (moments, rows), (ours, theirs) in zip(MOMENTS_AND_ROWS, rows, strict=True)
        ],
    )


def test_the_windows_of_all_features_beside_timeseriesflattener(benchmark: Callable[..., object]) -> None:
    wanted = [window for window in registered() if window.how == "count"]
    all_of_them(*MOMENTS_AND_ROWS[0], wanted)  # both load what they need, and ours compiles it
    rows = benchmark.pedantic(lambda: [all_of_them(*sizes, wanted) for sizes in MOMENTS_AND_ROWS], rounds=1)  # type: ignore[attr-defined]
    show(
        f"the {len(wanted)} counts of the registry's features, both edges closed; median of {RUNS} alternating runs",
        ["moments", "rows", "ours s", "timeseriesflattener s", "ratio"],
        [
            [f"{moments:,}", f"{rows:,}", f"{ours:.3f}", f"{theirs:.3f}", f"{theirs / ours:.1f}"]
            for (moments, rows), (ours, theirs) in zip(MOMENTS_AND_ROWS, rows, strict=True)
        ],
    )


def registered() -> list[Window]:
    """Every window that a registered feature reads, once."""
    sources = (part for feature in REGISTRY.features for part in getattr(feature.source, "of", (feature.source,)))
    return list(dict.fromkeys(part.window for part in sources if isinstance(part, OfHistory)))


def all_of_them(moments: int, rows: int, wanted: Sequence[Window]) -> tuple[float, float]:
    """Time both on rows of all kinds that are looked at; that they say the same is asserted."""
    asked, given = drawn(moments, rows)
    kinds = np.array(sorted({kind for window in wanted for kind in window.what}))
    what = kinds[np.random.default_rng(2).integers(0, len(kinds), rows)]
    seconds = []
    for _ in range(RUNS):
        mine, ours = timed(lambda: by_us(asked, given, what, wanted))
        its, theirs = timed(lambda: peer.counts_by_peer(asked, given, what, wanted))
        seconds.append((mine, its))
    np.testing.assert_array_equal(ours, theirs)
    return median(mine for mine, _ in seconds), median(its for _, its in seconds)


def by_us(asked: pd.DataFrame, given: pd.DataFrame, what: np.ndarray, wanted: Sequence[Window]) -> np.ndarray:
    """Count as `build` does, with the edge of the peer."""
    at, happened = (frame["when"].to_numpy("datetime64[us]").astype(np.int64) for frame in (asked, given))
    never, nothing = np.full(len(given), NEVER), np.full(len(given), np.nan)
    entries = Entries(given["who"].to_numpy(), what, happened, happened, never, nothing)
    windows, made = Windows(wanted, len(WHAT), edge="inclusive"), np.empty((len(asked), len(wanted)))

    def fill(moments: np.ndarray, summed: np.ndarray) -> None:
        made[moments] = summed

    each_chunk(entries, asked["who"].to_numpy(), at, windows, fill, edge="inclusive")
    return made


def beside_the_peer(moments: int, rows: int) -> tuple[float, float]:
    """Time both, in turn, on tables in which two moments share an entity; that they say the same is asserted."""
    tables = drawn(moments, rows)
    spans = sorted({(window.near, window.far) for window in registered()})
    wanted = peer.lookbacks([tuple(dt.timedelta(microseconds=edge) for edge in span) for span in spans])
    seconds = []
    for _ in range(RUNS):
        mine, ours = timed(lambda: flatten(*tables, wanted, **peer.NAMES, edge="inclusive"))
        its, theirs = timed(lambda: peer.flatten_by_peer(*tables, wanted))
        seconds.append((mine, its))
    pd.testing.assert_frame_equal(peer.as_the_peer_says(ours, *tables, wanted), theirs, rtol=1e-12, atol=0)
    return median(mine for mine, _ in seconds), median(its for _, its in seconds)


def drawn(moments: int, rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw moments, in the order of time as the peer gives them back, and rows, over five years."""
    draw = np.random.default_rng(1)

    def at(size: int) -> pd.Series:
        return pd.to_datetime(pd.Series(START + draw.integers(0, SPAN, size)), unit="us")

    asked = pd.DataFrame({"who": draw.integers(0, moments // 2, moments), "when": at(moments).sort_values().to_numpy()})
    given = {"who": draw.integers(0, moments // 2, rows), "when": at(rows), "value": draw.gamma(2, 9, rows)}
    return asked, pd.DataFrame(given)
