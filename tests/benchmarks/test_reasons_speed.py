"""How long one report's reasons take: picked, said in two languages, and with the rows they come from. Asserts nothing of time.

Run with ``make bench``; it is never part of the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import numpy as np
import pytest

from features.build import build
from features.cases import Cases
from features.origin import Origin
from features.records import records
from triage.explanation import not_known, reasons
from triage.judge import known_before

LOOK = 1000
Case = tuple[np.ndarray, np.ndarray, Origin]


@pytest.fixture(scope="module")
def asked() -> list[Case]:
    """Rows with contributions, and where they come from."""
    from training.synthetic import Settings, municipality

    cases = Cases.from_frames(municipality(Settings(reports=8_000, seed=1)).tables)
    held, values = records(cases), build(cases).values
    parts = np.random.default_rng(1).normal(scale=0.2, size=values.shape)
    some = list(held.reports.values())[-LOOK:]
    known = [known_before(report, held.known(report)) for report in some]
    return [
        (values[held.row[report.report_id, report.child_id]], parts[number], Origin(report, history))
        for number, (report, history) in enumerate(zip(some, known, strict=True))
    ]


def picked(values: np.ndarray, parts: np.ndarray, _: Origin) -> object:
    return reasons(values, parts), not_known(values, parts)


def said(values: np.ndarray, parts: np.ndarray, _: Origin) -> object:
    return [reason.to_dict() for reason in reasons(values, parts)]


def with_rows(values: np.ndarray, parts: np.ndarray, origin: Origin) -> object:
    fresh = Origin(origin._report, origin._known)
    return [reason.to_dict(fresh) for reason in reasons(values, parts)]


@pytest.mark.parametrize("what", [picked, said, with_rows])
def test_reasons_of_one_report(
    asked: list[Case], what: Callable[..., object], benchmark: Callable[..., object]
) -> None:
    turn = cycle(asked)
    benchmark.pedantic(what, setup=lambda: (next(turn), {}), rounds=5 * LOOK, warmup_rounds=LOOK)  # type: ignore[attr-defined]
    found = benchmark.stats.stats  # type: ignore[attr-defined]
    median, most = found.median * 1e6, np.quantile(found.data, 0.95) * 1e6
    print(f"\nreasons {what.__name__}: median {median:.0f} µs, 95 % under {most:.0f} µs")  # noqa: T201
