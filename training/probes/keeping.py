"""Here we ask whether trees keep what practitioners ask, quickly enough to ask it of every setting that is considered.

Only made-up reports are read, and nobody's outcome; their feature rows are built once. The ordering table comes first, because it
costs least. The raw margin stands for the estimate: a calibration turns no order round. It may stretch a step, so what is found
here decides among settings, and the probes themselves decide on the calibrated model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from features.build import build_one
from training.probes.age import age_swing, curves
from training.probes.identity import repeated_reports
from training.probes.ordering import ordering
from training.probes.ordering_file import load_table
from training.probes.ordering_table import OrderingTable
from training.probes.result import Case, Floats, ProbeResult, Scorer
from training.probes.small_changes import day_of_history

if TYPE_CHECKING:
    from lightgbm import Booster


class Keeping:
    """What trees are held to before settings are chosen: the ordering table, the age sweep, a day more, and what is said twice."""

    def __init__(self, table: OrderingTable) -> None:
        self.table = table
        self.rows: dict[str, Floats] = {}

    def __call__(self, booster: Booster) -> bool:
        """Tell whether trees keep everything; what is cheap is asked first, and the first that is broken ends it."""
        return all(result.verdict == "passed" for result in self._results(booster))

    def _results(self, booster: Booster) -> Iterator[ProbeResult]:
        """Ask one probe after the other."""
        table = self.table
        yield ordering(self._scorer(booster, "pairs"), table)
        yield age_swing(curves(self._scorer(booster, "ages"), table.every_age))
        yield repeated_reports(self._scorer(booster, "repeats"), table.every_age)
        yield day_of_history(self._scorer(booster, "days"), table.every_age[0], table.situations)

    def _scorer(self, booster: Booster, probe: str) -> Scorer:
        """Make a scorer for one probe, which asks the same cases of every model."""

        def scorer(cases: Sequence[Case]) -> Floats:
            if probe not in self.rows:
                self.rows[probe] = np.concatenate([build_one(*case).values for case in cases])
            return np.asarray(booster.predict(self.rows[probe], num_threads=1), dtype=np.float64)

        return scorer


@cache
def shipped() -> Keeping:
    """Hold trees to the table that is shipped; made once."""
    return Keeping(load_table())
