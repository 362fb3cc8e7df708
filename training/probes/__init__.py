"""Here we keep the probes that a candidate must pass before it may be offered to an ethics board.

A probe makes variations of made-up reports, asks the candidate once, and says what it found::

    report = run_probes(scorer_of(row_scorer), row_scorer, rows, load_table())
    report.passed, report.failed, report.to_dict()
"""

from training.probes.ordering_file import load_table, read_table
from training.probes.ordering_table import OrderingTable
from training.probes.result import ProbeResult, RowScorer, Scorer
from training.probes.run import ProbeReport, run_probes, scorer_of

__all__ = [
    "OrderingTable",
    "ProbeReport",
    "ProbeResult",
    "RowScorer",
    "Scorer",
    "load_table",
    "read_table",
    "run_probes",
    "scorer_of",
]
