"""Here we move an origin forward through time: each fold learns from the past and is tested on a later window.

::

    time ──►  learn │ calibrate │ gap ≥ horizon │ test │            fold 1
              learn             │ calibrate │ gap ≥ horizon │ test  fold 2

Within a fold families take turns, three as drawn here. In each turn one side is tested; of the families of the other sides
some are learned from and some are kept for calibration (`training.backtest.turns` draws one turn in time)::

    families   turn 1      turn 2      turn 3
    side 1     TEST        learn       learn
    side 2     learn       TEST        learn         one in three or so of those who
    side 3     learn       learn       TEST          learn is kept for calibration

So every report of the window is tested once, by a model that has met nobody of its family, and no family is on two sides.
A side is a lot that is drawn from the family's name: what a model learns from is not chosen by who comes back later, and more
data move nobody. A family has the same side in every fold, so an old model meets only strangers in later windows too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats
from training.backtest.checks import check_family, check_label, check_received, check_turns
from training.backtest.households import Names
from training.backtest.sides import KEPT, SIDE, lots
from training.backtest.times import Instants, instant, length
from training.backtest.turns import LEAST, Moments, Part, Table, Turn, cut_turn, refuse_thin
from triage.errors import TrainingRefused

REMEDY = "more data, longer windows, fewer cuts or turns, or keep more families for calibration"


@dataclass(frozen=True)
class Fold:
    """One cut through time.

    Attributes
    ----------
    number : int
        From 1, by time.
    turns : tuple of Turn
        By side; their tests are the window, each report once.
    test : Part
        The whole window.
    """

    number: int
    turns: tuple[Turn, ...]
    test: Part

    @property
    def gap(self) -> dt.timedelta:
        """From the end of calibration to the start of the test, in every turn."""
        return self.turns[0].gap

    def to_dict(self) -> dict[str, Any]:
        """Give dates and counts of the window, and of every part of every turn."""
        turns = [{"turn": number} | turn.to_dict() for number, turn in enumerate(self.turns, start=1)]
        return {"fold": self.number, "gap_days": self.gap.days, "test": self.test.to_dict(), "turns": turns}


def rolling_origin(
    received: Instants,
    mature_until: dt.datetime,
    horizon: dt.timedelta,
    family: Names,
    *,
    label: Floats,
    test_span: dt.timedelta,
    calibrate_span: dt.timedelta,
    cuts: int = 8,
    turns: int = 3,
    calibrate_families: float = 0.3,
    least: int = LEAST,
    seed: int = 0,
) -> tuple[Fold, ...]:
    """Cut reports into rolling-origin folds in which families take turns.

    Parameters
    ----------
    received : ndarray of datetime64[us], shape (n,)
        When each report came in, UTC.
    mature_until : datetime.datetime
        The data's end less the horizon; the last tested window ends here.
    horizon : datetime.timedelta
        How long after a report its outcome may come.
    family : ndarray of str, shape (n,)
        The name of each report's family, one that does not depend on what else the table holds: see
        `training.backtest.families`. Numbers are refused, because most numberings change when a row is added; a register's own
        numbers do not, and may be given as text.
    label : ndarray of float64, shape (n,)
        1, 0, or NaN where the outcome is not known.
    test_span, calibrate_span : datetime.timedelta
        Length of each tested window, and of the period before the gap that is kept for calibration.
    cuts : int
        How many folds; their tested windows lie back to back.
    turns : int
        Into how many sides the families fall.
    calibrate_families : float
        Share of families that are kept for calibration whenever they are not tested.
    least : int
        Fewest positive and fewest negative reports with which a part may stand; the tests of all turns together.
    seed : int
        Of the lots.

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
    check_family(family, len(received))
    check_label(label, len(received))
    check_turns(cuts, turns, calibrate_families)
    gap, window, kept = (
        length(horizon, "horizon"),
        length(test_span, "test_span"),
        length(calibrate_span, "calibrate_span"),
    )
    first, last = received.min(), instant(mature_until)
    _refuse_short(first, last, gap, cuts * window + gap + kept)
    table = Table.by_time(received, label)
    side = np.floor(lots(family, SIDE, seed) * turns)
    calibrates = lots(family, KEPT, seed) < calibrate_families
    everyone = np.ones(len(received), dtype=np.bool_)
    folds = []
    for number in range(1, cuts + 1):
        start = last - (cuts - number + 1) * window
        at = Moments(first, start - gap - kept, start - gap, start, start + window)
        cut = tuple(cut_turn(table, side == one, calibrates, at) for one in range(turns))
        folds.append(Fold(number, cut, table.part("test", at.test, at.end, everyone)))
        _refuse_thin(folds[-1], least)
    return tuple(folds)


def _refuse_thin(fold: Fold, least: int) -> None:
    """Refuse a fold of which a part cannot carry a figure."""
    for number, turn in enumerate(fold.turns, start=1):
        where = f" of turn {number} in fold {fold.number}"
        refuse_thin(turn.train, where, least, REMEDY)
        refuse_thin(turn.calibrate, where, least, REMEDY)
        refuse_thin(turn.test, where, -(-least // len(fold.turns)), REMEDY)


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
