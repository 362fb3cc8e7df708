"""Here we plant faults in the municipality, each with a generator of its own, so that detectors can be tested."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.event_codes import EventKind, Support
from training.synthetic.arrays import Bools, Floats, Ints
from training.synthetic.blocks import Block, block, code
from training.synthetic.clock import HOUR
from training.synthetic.concerns import Concerns
from training.synthetic.decisions import DECLINED, SUPPORTED, Decisions
from training.synthetic.facts import UNKNOWN, YES, Facts
from training.synthetic.reporters import REPORTERS
from training.synthetic.settings import DRIFT_DAYS, SILENT_DAYS, SILENT_REPORTER, Plants

BIAS_LOG_ODDS = 1.5


def registered(group: Bools, reporter: Ints, day: Ints, last: int, plants: Plants, rng: np.random.Generator) -> Bools:
    """Tell which rows are registered at all, given who is under-reported and who has fallen silent."""
    dropped = group & (rng.random(len(group)) < 0.5 * plants.under_reporting)
    silent = (reporter == REPORTERS.index(SILENT_REPORTER)) & (day >= last - SILENT_DAYS)
    return np.asarray(~dropped & ~(silent & plants.silent_reporter), dtype=np.bool_)


def under_recorded(said: Concerns, group: Bools, plants: Plants, rng: np.random.Generator) -> Concerns:
    """Leave out secondary concerns of the under-reported group."""
    lost = ~said.primary & group[said.row] & (rng.random(len(said.row)) < plants.under_reporting)
    return said.keep(~lost)


def under_answered(asked: Facts, group: Bools, plants: Plants, rng: np.random.Generator) -> Facts:
    """Leave yes unknown for the under-reported group."""
    out = {}
    for name, answer in asked.recorded.items():
        lost = (answer == YES) & group & (rng.random(len(group)) < plants.under_reporting)
        out[name] = np.where(lost, UNKNOWN, answer)
    return replace(asked, recorded=out)


def drifted(said: Floats, day: Ints, last: int, plants: Plants) -> Floats:
    """Change the meaning of the signals in the last year."""
    return np.where(day >= last - DRIFT_DAYS, (1 - 2 * plants.drift) * said, said)


def bias(group: Bools, plants: Plants) -> Floats:
    """Give the planted shift, in log odds, of a positive label."""
    return np.where(group, -BIAS_LOG_ODDS * plants.biased_label, 0.0)


def leaks(made: Decisions, at: Ints, plants: Plants, rng: np.random.Generator) -> Block:
    """Back-date support plans to before the reports that led to them."""
    favourable = np.isin(made.outcome[made.case], [SUPPORTED, DECLINED]) & (made.case >= 0)
    told = favourable & (rng.random(len(at)) < plants.leak)
    row = np.flatnonzero(told)
    before = at[row] - (rng.uniform(1, 48, len(row)) * HOUR).astype(np.int64)
    stamped = block(EventKind.SUPPORT_ACCEPTED, row, before, None, code(Support.ADVICE))
    return replace(stamped, tied=np.zeros(len(row), dtype=np.bool_))
