"""Here we cut one turn: some families are tested, the others are learned from, and the test comes one horizon later.

::

    families              time ──►
    tested                .                       .             │ test
    others                train                   .             .
    others, kept          .           │ calibrate │ gap ≥ horizon

Which families those are is said from outside, by lot, and not by what happens in time: see `training.backtest.sides`. At the
first tested report every label that was learned from was already known.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats, Ints, Mask
from training.backtest.times import Instants, moment
from triage.errors import TrainingRefused

LEAST = 40
"""Fewest positive and fewest negative reports in a part; below this no figure is worth giving."""


@dataclass(frozen=True)
class Part:
    """Reports that serve one end.

    Attributes
    ----------
    name : str
    rows : ndarray of int64
        Reports with a known outcome, by time received.
    all_rows : ndarray of int64
        Also those whose outcome is unknown.
    start, end : datetime.datetime
        Half-open.
    positive : int
    """

    name: str
    rows: Ints
    all_rows: Ints
    start: dt.datetime
    end: dt.datetime
    positive: int

    def to_dict(self) -> dict[str, Any]:
        """Give dates and counts."""
        return {
            "from": self.start.date().isoformat(),
            "to": self.end.date().isoformat(),
            "n": len(self.rows),
            "positive": self.positive,
            "unknown": len(self.all_rows) - len(self.rows),
        }


@dataclass(frozen=True)
class Turn:
    """Three parts that share no family, the tested one a gap later than the others.

    Attributes
    ----------
    train, calibrate, test : Part
    """

    train: Part
    calibrate: Part
    test: Part

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Give the parts by time."""
        return self.train, self.calibrate, self.test

    @property
    def gap(self) -> dt.timedelta:
        """From the end of calibration to the start of the test."""
        return self.test.start - self.calibrate.end

    def to_dict(self) -> dict[str, Any]:
        """Give dates and counts of every part."""
        return {part.name: part.to_dict() for part in self.parts}


@dataclass(frozen=True)
class Moments:
    """When the parts of a turn begin and end."""

    first: np.datetime64
    calibrate: np.datetime64
    gap: np.datetime64
    test: np.datetime64
    end: np.datetime64


@dataclass(frozen=True)
class Table:
    """Reports by time: their rows, when they came in, their outcomes (NaN: not known), each of shape (n,)."""

    row: Ints
    at: Instants
    label: Floats

    @classmethod
    def by_time(cls, received: Instants, label: Floats) -> Table:
        """Put reports in the order of time; those of one moment stay as they stand."""
        order = np.argsort(received, kind="stable")
        return cls(order, received[order], label[order])

    def part(self, name: str, start: np.datetime64, end: np.datetime64, who: Mask) -> Part:
        """Take the reports of a period that are about some families; ``who`` by row of the unordered table."""
        inside = slice(*np.searchsorted(self.at, [start, end]))
        theirs = who[self.row[inside]]
        rows, label = self.row[inside][theirs], self.label[inside][theirs]
        known = ~np.isnan(label)
        return Part(name, rows[known], rows, moment(start), moment(end), int(label[known].sum()))


def cut_turn(table: Table, tested: Mask, kept: Mask, at: Moments) -> Turn:
    """Cut a turn.

    Parameters
    ----------
    table : Table
    tested, kept : ndarray of bool, shape (n,)
        Reports of families that are tested; of families that are kept for calibration when they are not tested.
    at : Moments
    """
    return Turn(
        train=table.part("train", at.first, at.calibrate, ~tested & ~kept),
        calibrate=table.part("calibrate", at.calibrate, at.gap, ~tested & kept),
        test=table.part("test", at.test, at.end, tested),
    )


def refuse_thin(part: Part, where: str, least: int, remedy: str) -> None:
    """Refuse a part that cannot carry a figure.

    Raises
    ------
    TrainingRefused
        With the numbers.
    """
    negative = len(part.rows) - part.positive
    if min(part.positive, negative) < least:
        msg = (
            f"Too few: the part {part.name}{where} ({part.start.date()} to {part.end.date()}) has {part.positive} reports "
            f"with the outcome and {negative} without; at least {least} of each are needed. Give {remedy}."
        )
        raise TrainingRefused(msg)
