"""Here we tell on how many reports of each group the model says nothing, so that a person reads them first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Ints, Mask
from training.backtest.bootstrap import FEWEST_HOUSEHOLDS, intervals
from training.evaluate import Interval
from training.inputs import Inputs
from training.seen import reasons
from training.validation.measured import plain

DRAWS = 200
NOT_RULED_OUT = 0.025
"""Chance of seeing none, at the largest share that the interval still holds (Clopper and Pearson 1934)."""


@dataclass(frozen=True)
class Abstained:
    """On how many reports of one group the model says nothing.

    Attributes
    ----------
    by, value : str
        ``all``, a unit, a type of report, or an audited group.
    n, households : int
        Reports, with or without a known outcome.
    share : Interval or None
        None with fewer households than an interval can carry; then nothing is counted either.
    reasons : mapping of str to int
        Each report that met silence once, under the first reason that held.
    """

    by: str
    value: str
    n: int
    households: int
    share: Interval | None
    reasons: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "by": self.by,
            "value": self.value,
            "n": self.n,
            "households": self.households,
            "share": plain(self.share),
            "reasons": dict(self.reasons),
        }


def abstained(inputs: Inputs, why: NDArray[np.str_], asked: Ints, *, seed: int) -> Iterator[Abstained]:
    """Tell it of all reports together, of every unit and type of report, and of every audited group.

    Parameters
    ----------
    inputs : Inputs
    why : ndarray of str, shape (n,)
        Why the model says nothing about each report; see `training.seen.silences`.
    asked : ndarray of int64
        Rows of the reports to tell of.
    seed : int
        Of the bootstrap.
    """
    for by, value, member in _groups(inputs, asked):
        yield _one(by, value, why[asked[member]], inputs.group[asked[member]], seed)


def _groups(inputs: Inputs, asked: Ints) -> Iterator[tuple[str, str, Mask]]:
    """Name every group, and tell who belongs to it."""
    yield "all", "all", np.ones(len(asked), dtype=np.bool_)
    for by, held in inputs.by.items():
        of = held[asked]
        yield from ((by, str(value), of == value) for value in sorted(set(of.tolist())))
    yield from (("group", name, member[asked]) for name, member in inputs.members.items())


def _one(by: str, value: str, why: NDArray[np.str_], group: Ints, seed: int) -> Abstained:
    """Tell it of one group; of a small one, nothing but its size."""
    n, households, silent = len(why), len(np.unique(group)), why != ""
    if households < FEWEST_HOUSEHOLDS:
        return Abstained(by, value, n, households, None, {})
    (share,) = intervals(lambda weight: np.array([weight @ silent / weight.sum()]), group, draws=DRAWS, seed=seed)
    return Abstained(by, value, n, households, _open_ended(share, households), reasons(why))


def _open_ended(share: Interval | None, households: int) -> Interval | None:
    """Widen the interval of none and of all, which a bootstrap takes for certain: what so many families cannot rule out."""
    missed = 1 - NOT_RULED_OUT ** (1 / households)
    if share is None or 0 < share.value < 1:
        return share
    return Interval(share.value, max(0.0, share.value - missed), min(1.0, share.value + missed))
