"""Here we move an origin forward through time: each fold learns from the past and is tested on a later window.

::

    time ──►  train │ calibrate │ gap ≥ horizon │ test │            fold 1
              train             │ calibrate │ gap ≥ horizon │ test  fold 2

At the first tested report every label that was learned from was already known. No family stands on
two sides. The tested window keeps all its reports, because they are the ones the unit would meet;
calibration leaves out families of the test, training leaves out families of both. What that costs is
counted: families that come back are left out more often, so both counts carry their positives.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats, Ints
from training.backtest.checks import check_group, check_label, check_received
from training.backtest.times import Instants, instant, length, moment
from triage.errors import TrainingRefused

LEAST = 40
"""Fewest positive and fewest negative reports in a part; below this no figure is worth giving."""


@dataclass(frozen=True)
class LeftOut:
    """Reports with a known outcome that a part lost, because their family stands on a later side.

    Attributes
    ----------
    n, positive : int
    """

    n: int
    positive: int


@dataclass(frozen=True)
class Part:
    """One side of a fold.

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
    left_out : LeftOut
    """

    name: str
    rows: Ints
    all_rows: Ints
    start: dt.datetime
    end: dt.datetime
    positive: int
    left_out: LeftOut

    def to_dict(self) -> dict[str, Any]:
        """Give dates and counts."""
        return {
            "from": self.start.date().isoformat(),
            "to": self.end.date().isoformat(),
            "n": len(self.rows),
            "positive": self.positive,
            "unknown": len(self.all_rows) - len(self.rows),
            "left_out": self.left_out.n,
            "left_out_positive": self.left_out.positive,
        }


@dataclass(frozen=True)
class Fold:
    """One cut through time.

    Attributes
    ----------
    number : int
        From 1, by time.
    train, calibrate, test : Part
    gap : datetime.timedelta
        From the end of calibration to the start of the test.
    """

    number: int
    train: Part
    calibrate: Part
    test: Part
    gap: dt.timedelta

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Give the parts by time."""
        return self.train, self.calibrate, self.test

    def to_dict(self) -> dict[str, Any]:
        """Give dates and counts of every part."""
        return {"fold": self.number, "gap_days": self.gap.days} | {part.name: part.to_dict() for part in self.parts}


def rolling_origin(
    received: Instants,
    mature_until: dt.datetime,
    horizon: dt.timedelta,
    group: Ints,
    *,
    label: Floats,
    test_span: dt.timedelta,
    calibrate_span: dt.timedelta,
    cuts: int = 8,
    least: int = LEAST,
) -> tuple[Fold, ...]:
    """Cut reports into rolling-origin folds.

    Parameters
    ----------
    received : ndarray of datetime64[us], shape (n,)
        When each report came in, UTC.
    mature_until : datetime.datetime
        The data's end less the horizon; the last tested window ends here.
    horizon : datetime.timedelta
        How long after a report its outcome may come.
    group : ndarray of int64, shape (n,)
        Household numbers (see `training.backtest.households`).
    label : ndarray of float64, shape (n,)
        1, 0, or NaN where the outcome is not known.
    test_span, calibrate_span : datetime.timedelta
        Length of each tested window, and of the period before the gap that is kept for calibration.
    cuts : int
        How many folds; their tested windows lie back to back.
    least : int
        Fewest positive and fewest negative reports with which a part may stand.

    Returns
    -------
    tuple of Fold
        By time. Later folds learn from more.

    Raises
    ------
    TrainingRefused
        When the span is too short or a part too thin, with the numbers.
    ValueError
        When an array is not what it should be.
    """
    check_received(received)
    check_group(group, len(received))
    check_label(label, len(received))
    if cuts < 1:
        msg = f"cuts is {cuts}; give at least 1."
        raise ValueError(msg)
    gap, window, kept = (
        length(horizon, "horizon"),
        length(test_span, "test_span"),
        length(calibrate_span, "calibrate_span"),
    )
    last = instant(mature_until)
    _refuse_short(received.min(), last, gap, cuts * window + gap + kept)
    order = np.argsort(received, kind="stable")
    table = _Table(order, received[order], group, label)
    starts = [last - (cuts - number) * window for number in range(cuts)]
    folds = tuple(
        _fold(table, number, (received.min(), start - gap - kept, start - gap, start, start + window))
        for number, start in enumerate(starts, start=1)
    )
    for fold in folds:
        for part in fold.parts:
            _refuse_thin(part, fold.number, least)
    return folds


@dataclass(frozen=True)
class _Table:
    """The reports: row numbers and times by time, households and outcomes by row."""

    row: Ints
    at: Instants
    group: Ints
    label: Floats


def _fold(table: _Table, number: int, at: tuple[np.datetime64, ...]) -> Fold:
    """Cut one fold at the starts of training, calibration, gap and test, and at the test's end."""
    first, calibrate_start, gap_start, test_start, test_end = at
    tested = _part(table, "test", (test_start, test_end), ())
    calibrated = _part(table, "calibrate", (calibrate_start, gap_start), (tested,))
    trained = _part(table, "train", (first, calibrate_start), (tested, calibrated))
    return Fold(number, trained, calibrated, tested, moment(test_start) - moment(gap_start))


def _part(table: _Table, name: str, span: tuple[np.datetime64, np.datetime64], later: tuple[Part, ...]) -> Part:
    """Take a period, without the families of the parts that come later."""
    start, end = np.searchsorted(table.at, span)
    rows = table.row[start:end]
    elsewhere = [np.zeros(0, dtype=np.int64), *(table.group[part.all_rows] for part in later)]
    kept = ~np.isin(table.group[rows], np.concatenate(elsewhere))
    known = ~np.isnan(table.label[rows])
    used, lost = rows[kept & known], rows[~kept & known]
    return Part(
        name=name,
        rows=used,
        all_rows=rows[kept],
        start=moment(span[0]),
        end=moment(span[1]),
        positive=int(table.label[used].sum()),
        left_out=LeftOut(len(lost), int(table.label[lost].sum())),
    )


def _refuse_short(first: np.datetime64, last: np.datetime64, horizon: np.timedelta64, needed: np.timedelta64) -> None:
    """Refuse a span in which no outcome can be known, or no fold fits."""
    days = np.timedelta64(1, "D")
    span, wait, want, mature = (
        (last + horizon - first) // days,
        horizon // days,
        needed // days,
        (last - first) // days,
    )
    if last <= first:
        msg = (
            f"The horizon of {wait} days is longer than the data's span of {span} days: no outcome is known at its end. "
            "Give a longer span or a shorter horizon."
        )
        raise TrainingRefused(msg)
    if last - needed <= first:
        msg = (
            f"The data span {span} days, of which {mature} have known outcomes; test windows, a gap of {wait} days and "
            f"calibration take {want} days and leave no time to train. Give a longer span, fewer cuts or shorter windows."
        )
        raise TrainingRefused(msg)


def _refuse_thin(part: Part, number: int, least: int) -> None:
    """Refuse a part that cannot carry a figure."""
    negative = len(part.rows) - part.positive
    if min(part.positive, negative) < least:
        msg = (
            f"Too few: the part {part.name} of fold {number} ({part.start.date()} to {part.end.date()}) has {part.positive} "
            f"reports with the outcome and {negative} without, after leaving out {part.left_out.n} of families on a later "
            f"side; at least {least} of each are needed. Give more data, fewer cuts or longer windows."
        )
        raise TrainingRefused(msg)
