"""Here we run every probe on a candidate: what is broken blocks it, and what cannot be told is no pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.build import REGISTRY, build_one
from training.probes.age import AgeCurve, age_swing, curves, infants_first, unknown_age
from training.probes.history import absent_history, content_first, history_adds, nothing_known
from training.probes.identity import merged_files, repeated_reports, same_child
from training.probes.monotone import monotone
from training.probes.ordering import ordering
from training.probes.ordering_table import OrderingTable
from training.probes.result import Case, Floats, ProbeResult, RowScorer, Scorer, checked
from training.probes.small_changes import day_of_history, month_of_age, order_of_items, unknown_and_no


@dataclass(frozen=True)
class ProbeReport:
    """What every probe found on one candidate.

    Attributes
    ----------
    results : tuple of ProbeResult
    curves : tuple of AgeCurve
        What age alone does to each vignette, for the card.
    table : OrderingTable
        The table it was held to, and who signed it.
    """

    results: tuple[ProbeResult, ...]
    curves: tuple[AgeCurve, ...]
    table: OrderingTable

    @property
    def passed(self) -> bool:
        """Whether every probe passed; one that cannot tell has not."""
        return all(result.verdict == "passed" for result in self.results)

    @property
    def failed(self) -> tuple[ProbeResult, ...]:
        """The probes that failed."""
        return tuple(result for result in self.results if result.verdict == "failed")

    @property
    def untold(self) -> tuple[ProbeResult, ...]:
        """The probes that cannot tell."""
        return tuple(result for result in self.results if result.verdict == "cannot_tell")

    def __repr__(self) -> str:
        """Say which failed, and whether the table is signed."""
        failed = ", ".join(result.code for result in self.failed) or "none"
        untold = ", ".join(result.code for result in self.untold) or "none"
        return f"ProbeReport({len(self.results)} probes; failed: {failed}; cannot tell: {untold}; {self.table.standing.en})"

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data."""
        return {
            "passed": self.passed,
            "table": self.table.to_dict(),
            "results": [result.to_dict() for result in self.results],
            "age_curves": [curve.to_dict() for curve in self.curves],
        }


def run_probes(scorer: Scorer, row_scorer: RowScorer, rows: Floats, table: OrderingTable) -> ProbeReport:
    """Run every probe on a candidate.

    Parameters
    ----------
    scorer : callable
        From cases ``(Report, Known)`` to estimates between 0 and 1, shape (n,); NaN where it
        abstains (the cases come to a unit called ``probe``). `scorer_of` makes one from a row scorer.
    row_scorer : callable
        The same candidate on feature rows, shape (n, k).
    rows : ndarray of float64, shape (n, k)
        Feature rows of real reports, columns as in `features.build.REGISTRY`.
    table : OrderingTable
        See `training.probes.load_table`.

    Returns
    -------
    ProbeReport

    Raises
    ------
    ValueError
        When the candidate does not give one estimate between 0 and 1 per case.
    """
    vignettes, situations = table.every_age, table.situations
    swept = curves(scorer, vignettes)
    results = (
        age_swing(swept),
        infants_first(swept),
        unknown_age(swept),
        ordering(scorer, table),
        content_first(swept),
        nothing_known(scorer, vignettes, _median(row_scorer, rows)),
        absent_history(row_scorer, vignettes),
        history_adds(scorer, vignettes),
        month_of_age(swept),
        day_of_history(scorer, vignettes[0], situations),
        order_of_items(scorer, situations),
        unknown_and_no(scorer, situations),
        same_child(scorer, situations),
        merged_files(scorer, vignettes),
        repeated_reports(scorer, vignettes),
        monotone(row_scorer, rows, REGISTRY.features),
    )
    return ProbeReport(results, swept, table)


def scorer_of(row_scorer: RowScorer) -> Scorer:
    """Make a scorer of reports from one of feature rows; equal cases are built once and scored each time."""

    def scorer(cases: Sequence[Case]) -> Floats:
        place = {case: number for number, case in enumerate(dict.fromkeys(cases))}
        rows = np.concatenate([build_one(*case).values for case in place])
        return row_scorer(rows[[place[case] for case in cases]])

    return scorer


def _median(row_scorer: RowScorer, rows: Floats) -> float:
    """Give the estimate of the median report; NaN when there is none."""
    return float(np.median(checked(row_scorer(rows), len(rows)))) if len(rows) else float("nan")
