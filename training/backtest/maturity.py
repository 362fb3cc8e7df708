"""Here we say which outcomes are known: what has not had its whole horizon is immature, and immature is never "no".

A report still inside its horizon at the data's end is left out even where an outcome came already: what ends early
differs from what ends late, so counting early answers alone would tilt the share.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from features.arrays import Floats
from training.backtest.checks import check_label, check_received
from training.backtest.times import Instants, instant, length, moment
from triage.errors import TrainingRefused


class State(StrEnum):
    """What can be said of a report's outcome at the data's end."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    IMMATURE = "immature"


@dataclass(frozen=True)
class Matured:
    """Outcomes as far as they are known.

    Attributes
    ----------
    state : ndarray of str, shape (n,)
        Values of `State`.
    label : ndarray of float64, shape (n,)
        1 or 0 where known, else NaN.
    until : datetime.datetime
        The data's end less the horizon: what `rolling_origin` asks for.
    """

    state: np.ndarray
    label: Floats
    until: dt.datetime

    def to_dict(self) -> dict[str, int]:
        """Count the reports in each state."""
        return {state.value: int((self.state == state.value).sum()) for state in State}


def matured(
    received: Instants,
    label: Floats,
    *,
    horizon: dt.timedelta,
    end: dt.datetime,
    known_at: Instants | None = None,
) -> Matured:
    """Keep the outcomes that came within the horizon, of reports that have had all of it.

    Parameters
    ----------
    received : ndarray of datetime64[us], shape (n,)
    label : ndarray of float64, shape (n,)
        1, 0, or NaN where nobody decided.
    horizon : datetime.timedelta
    end : datetime.datetime
        When the data were drawn.
    known_at : ndarray of datetime64[us], shape (n,), optional
        When each outcome was recorded (NaT: never). An outcome after the horizon is unknown. Without it, every outcome
        of a mature report counts.

    Raises
    ------
    TrainingRefused
        When reports came after the data's end, or outcomes before their reports.
    """
    check_received(received)
    check_label(label, len(received))
    last, wait = instant(end), length(horizon, "horizon")
    _refuse_count(received > last, f"reports were received after the data's end ({end.date()}); give the right end")
    known = ~np.isnan(label)
    if known_at is not None:
        _refuse_count(known_at < received, "outcomes are older than their reports; give the time each was recorded")
        known &= known_at <= received + wait
    immature = received + wait > last
    state = np.select([immature, known], [State.IMMATURE.value, State.KNOWN.value], State.UNKNOWN.value)
    return Matured(state, np.where(known & ~immature, label, np.nan), moment(last - wait))


def check_matured(received: Instants, label: Floats, *, horizon: dt.timedelta, end: dt.datetime) -> None:
    """Refuse outcomes from elsewhere that speak of reports still inside their horizon.

    Parameters
    ----------
    received, label, horizon, end
        As for `matured`.

    Raises
    ------
    TrainingRefused
        With how many, and how many of them count as no.
    """
    check_received(received)
    check_label(label, len(received))
    spoken = (received + length(horizon, "horizon") > instant(end)) & ~np.isnan(label)
    if spoken.any():
        msg = (
            f"{int(spoken.sum())} of {len(received)} reports were received less than {horizon.days} days before the data's "
            f"end ({end.date()}) and have an outcome all the same, {int((label[spoken] == 0).sum())} of them 'no'. Their "
            "outcome is not known yet: give NaN, or use matured."
        )
        raise TrainingRefused(msg)


def _refuse_count(wrong: np.ndarray, what: str) -> None:
    """Refuse rows that contradict themselves."""
    if wrong.any():
        msg = f"{int(wrong.sum())} of {len(wrong)} {what}."
        raise TrainingRefused(msg)
