"""Here we build feature rows: the same code for one report and for a million.

>>> len(REGISTRY.names) == len(set(REGISTRY.names))
True
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from features.alone import Alone, alone
from features.arrays import Asked, Entries, Floats, Ints
from features.cases import Cases
from features.coding import SCORE, WHAT
from features.event_codes import Instrument, Rater
from features.from_tables import from_cases
from features.of_history import HISTORY_FEATURES
from features.of_report import REPORT_FEATURES
from features.of_support import SUPPORT_FEATURES
from features.of_who import WHO_FEATURES
from features.paired import each_chunk
from features.plan import Plan
from features.registry import Registry
from features.report import Known, Report

_SOURCES = (
    "alone.py",
    "arrays.py",
    "buckets.py",
    "build.py",
    "coding.py",
    "compiled.py",
    "from_records.py",
    "from_tables.py",
    "history.py",
    "index.py",
    "loops.py",
    "of_history.py",
    "of_report.py",
    "of_support.py",
    "of_who.py",
    "paired.py",
    "plan.py",
    "repeats.py",
    "shapes.py",
    "sources.py",
    "themes.py",
    "windows.py",
)

REGISTRY = Registry(REPORT_FEATURES, WHO_FEATURES, HISTORY_FEATURES, SUPPORT_FEATURES)
"""Every feature that the model may know."""


@dataclass(frozen=True)
class Rows:
    """Feature rows.

    Attributes
    ----------
    values : ndarray of float64, shape (n, k)
        One row per report; NaN is "never observed", which is not 0.
    names : tuple of str, length k
    fingerprint : str
        Of the registry and code that built them.
    """

    values: Floats
    names: tuple[str, ...]
    fingerprint: str


@cache
def fingerprint() -> str:
    """Give the fingerprint of the registry and of the code that builds features."""
    folder = resources.files("features")
    return REGISTRY.fingerprint(tuple(folder.joinpath(name).read_text(encoding="utf-8") for name in _SOURCES))


def build(cases: Cases, *, threads: int = 2) -> Rows:
    """Build the feature rows of all sound reports, in the order of the reports table.

    Parameters
    ----------
    cases : Cases
    threads : int
        How many threads may work; the numbers do not depend on it.
    """
    with ThreadPoolExecutor(threads) as pool:
        asked, entries = from_cases(cases, _plan().windows.looked_at, pool)
    return Rows(_rows(asked, entries, threads), REGISTRY.names, fingerprint())


def build_one(report: Report, known: Known) -> Rows:
    """Build the feature row of one report from what is known of its child."""
    return build_alone(alone(report, known))


def build_alone(one: Alone) -> Rows:
    """Build the feature row of one report whose history is already cut."""
    plan = _plan()
    return Rows(plan.compute(one.asked, plan.windows.summarise(one.past)), REGISTRY.names, fingerprint())


def reads_score(instrument: Instrument, rater: Rater) -> bool:
    """Tell whether any feature reads an instrument by a kind of rater."""
    return bool(_plan().windows.looked_at[WHAT[SCORE, instrument, rater]])


@cache
def _plan() -> Plan:
    """Put the registered features into a plan, once."""
    return Plan([feature.source for feature in REGISTRY.features])


def _rows(asked: Asked, entries: Entries, threads: int) -> Floats:
    """Compute every feature, a chunk of reports at a time."""
    plan = _plan()
    values = np.empty((len(asked), len(REGISTRY.names)), dtype=np.float64)

    def fill(reports: Ints, known: Floats) -> None:
        values[reports] = plan.compute(asked.take(reports), known)

    each_chunk(entries, asked.child, asked.at, plan.windows, fill, threads=threads)
    return values
