"""Here we show completed instruments as they were known: for the talk with the family, not for the order of reading.

An instrument is shown whether or not the model reads it. KASAM is shown and never read: its own guidance
says that it is for research and talk, not for judging a person.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from features.build import reads_score
from features.event_codes import Instrument, Rater
from features.report import Known, Score, local_time
from triage.words import CodedText, Text


@dataclass(frozen=True, slots=True)
class ShownScore:
    """The latest score of one instrument by one kind of rater, as it was known when the report came.

    Attributes
    ----------
    instrument : Instrument
    rater : Rater
    total : float
    completed_on : datetime.date
        In Sweden.
    days : int
        Whole days before the report.
    read_by_model : bool
    """

    instrument: Instrument
    rater: Rater
    total: float
    completed_on: dt.date
    days: int
    read_by_model: bool

    @property
    def text(self) -> Text:
        """The score as a sentence that says whether a model may read it."""
        bounds = self.instrument.total_range
        of = "" if bounds is None else f" ({bounds[0]:g}–{bounds[1]:g})"
        return Text(
            f"{self.instrument.sv}, {self.rater.sv}, {self.completed_on}: {self.total:g} poäng{of}. "
            + ("Modellen får läsa den." if self.read_by_model else "Underlag för samtal; modellen får inte läsa den."),
            f"{self.instrument.en}, {self.rater.en}, {self.completed_on}: {self.total:g} points{of}. "
            + ("The model may read it." if self.read_by_model else "For the conversation; the model may not read it."),
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the score as plain data."""
        return {
            **CodedText(f"{self.instrument.value}_{self.rater.value}", self.text).to_dict(),
            "instrument": self.instrument.value,
            "rater": self.rater.value,
            "total": self.total,
            "completed_on": self.completed_on.isoformat(),
            "days": self.days,
            "read_by_model": self.read_by_model,
        }


def shown_scores(known: Known, at: dt.datetime) -> tuple[ShownScore, ...]:
    """Pick the latest score of each instrument and kind of rater, newest first.

    Parameters
    ----------
    known : Known
        Already cut at the report.
    at : datetime.datetime
        When the report was received.
    """
    in_order = sorted(known.instruments, key=lambda row: (row.completed_at, row.recorded_at, row.total))
    latest = {(row.instrument, row.rater): row for row in in_order}
    newest = sorted(latest.values(), key=lambda row: (-row.completed_at.timestamp(), row.instrument, row.rater))
    return tuple(_shown(row, at) for row in newest)


def _shown(row: Score, at: dt.datetime) -> ShownScore:
    """Show one score."""
    return ShownScore(
        instrument=row.instrument,
        rater=row.rater,
        total=row.total,
        completed_on=local_time(row.completed_at).date(),
        days=(at - row.completed_at).days,
        read_by_model=reads_score(row.instrument, row.rater),
    )
