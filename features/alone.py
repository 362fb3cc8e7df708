"""Here we look at one report alone: its arrays and the cut of its child's history, made once for its row and for its trace."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from features.arrays import Asked
from features.from_records import Row, from_report
from features.history import Past, cut
from features.report import Known, Report


class Alone(NamedTuple):
    """One report and what was known of its child.

    Attributes
    ----------
    asked : Asked, length 1
    rows : list of Report, Event or Score, length m
        The row behind each entry of the history.
    past : Past, size 1
        The entries that were known; ``past.entry`` is their place in ``rows``.
    """

    asked: Asked
    rows: list[Row]
    past: Past


def alone(report: Report, known: Known) -> Alone:
    """Turn one report, with what is on file of its child, into arrays, and cut the history at the report."""
    asked, entries, rows = from_report(report, known)
    every = np.arange(len(entries))  # of one child, every entry is a candidate
    return Alone(asked, rows, cut(entries, np.zeros_like(every), every, asked.at))
