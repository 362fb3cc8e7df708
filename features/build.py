"""Here we build feature rows: the same code for one report and for a million.

>>> len(REGISTRY.names) == len(set(REGISTRY.names))
True
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from features.arrays import Asked, Floats, Timeline, from_cases, from_report
from features.cases import Cases
from features.history import known_before
from features.of_history import HISTORY_FEATURES
from features.of_report import REPORT_FEATURES
from features.registry import Registry
from features.report import Known, Report

CHUNK = 100_000
_SOURCES = ("arrays.py", "build.py", "history.py", "of_history.py", "of_report.py", "report.py")


REGISTRY = Registry(REPORT_FEATURES, HISTORY_FEATURES)
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


def build(cases: Cases) -> Rows:
    """Build the feature rows of all sound reports, in the order of the reports table."""
    return _rows(*from_cases(cases))


def build_one(report: Report, known: Known) -> Rows:
    """Build the feature row of one report from what is known of its child."""
    return _rows(*from_report(report, known))


def _rows(asked: Asked, timeline: Timeline) -> Rows:
    """Compute every feature, a chunk of reports at a time so that memory stays flat."""
    values = np.empty((len(asked), len(REGISTRY.names)), dtype=np.float64)
    for start in range(0, len(asked), CHUNK):
        part = slice(start, start + CHUNK)
        past = known_before(_part(asked, part), timeline)
        for column, feature in enumerate(REGISTRY.features):
            values[part, column] = feature.compute(past)
    return Rows(values, REGISTRY.names, fingerprint())


def _part(asked: Asked, part: slice) -> Asked:
    """Take some of the reports."""
    return Asked(**{name: getattr(asked, name)[part] for name in Asked.__dataclass_fields__})
