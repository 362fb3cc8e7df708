"""Here we say which municipality is wanted: how large, from when, for how long, and which faults are planted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from features.codes import Reporter
from features.event_codes import Attribute
from training.synthetic.margins import Margins
from triage.law import load_law

DAYS_PER_YEAR = 365.25

BIASED_GROUP = (Attribute.BIRTH_REGION, "outside_europe")
"""The audited group whose need investigators confirm less often under ``Plants.biased_label``."""

UNDER_REPORTED_GROUP = (Attribute.LANGUAGE, "other")
"""The audited group whose concerns and history are recorded less under ``Plants.under_reporting``."""

NEWLY_MANDATED = (Reporter.OTHER_AUTHORITY, Reporter.SECURITY_GUARD, Reporter.CIVIL_SOCIETY)
"""Who reports more from `law_change_on` under ``Plants.law_change``."""


def law_change_on() -> dt.date:
    """Give the day from which more professions must report: the law data say which."""
    return load_law().provisions()["duty_to_report"][-1].citation.in_force_from


SILENT_REPORTER = Reporter.HEALTH_CARE
"""Who stops reporting under ``Plants.silent_reporter``."""

SILENT_DAYS = 365
"""How many days before the data end the silent reporter falls silent."""

DRIFT_DAYS = 365
"""How many days before the data end the relation between signals and need changes."""


@dataclass(frozen=True)
class Plants:
    """Faults that may be planted, so that a detector can be tested; all are off by default.

    Attributes
    ----------
    leak : float
        Share (0-1) of the reports ending with a positive label that have a back-dated record. The
        case system stamps *both* clocks of a support plan with the family's first phone call, which
        came 1 to 48 hours before the report was registered; the plan itself is only drawn up once
        the investigation has ended in the family's favour. So a ``support_accepted`` event with no
        report and no case lies before the report, and reveals its outcome.
    biased_label : float
        How much less often investigators confirm need in ``BIASED_GROUP`` at equal need: the log
        odds of a positive label fall by 1.5 times this. A negative value: more often.
    under_reporting : float
        Strength (0-1) with which ``UNDER_REPORTED_GROUP`` is recorded less: half of this is the
        share of its reports that are never registered; this is the share of its secondary concerns
        left out and of its facts answered "yes" that are left unknown. Its need is unchanged.
    drift : float
        Strength (0-1) with which the meaning of the signals changes in the last ``DRIFT_DAYS``:
        the effects of concern, reporter and facts on need are multiplied by ``1 - 2 * drift``, so
        that 0.5 makes the signals empty and 1 turns them round.
    law_change : bool
        Whether newly mandated reporters add 40 % to the volume from `law_change_on`.
    silent_reporter : bool
        Whether ``SILENT_REPORTER`` stops reporting ``SILENT_DAYS`` before the data end.
    """

    leak: float = 0.0
    biased_label: float = 0.0
    under_reporting: float = 0.0
    drift: float = 0.0
    law_change: bool = False
    silent_reporter: bool = False


@dataclass(frozen=True)
class Settings:
    """Which municipality to make.

    Attributes
    ----------
    reports : int
        How many rows the reports table should have (a report about three children is three rows);
        realised within about 3 %, before the plants that add or remove reports.
    start : datetime.date
        First day; nothing is known from before it.
    years : float
        Length in years. Nothing is recorded after ``end``, so the latest reports are immature.
    seed : int
        The same settings give the same tables, byte for byte.
    plants : Plants
        Faults to plant.
    margins : Margins
        Figures to tune to.
    """

    reports: int = 50_000
    start: dt.date = dt.date(2021, 7, 1)
    years: float = 5.0
    seed: int = 2026
    plants: Plants = field(default_factory=Plants)
    margins: Margins = field(default_factory=Margins)

    def __post_init__(self) -> None:
        """Refuse a municipality that cannot be made."""
        if self.reports < 1 or self.years <= 0:
            msg = f"reports and years must be positive, got reports={self.reports}, years={self.years}"
            raise ValueError(msg)

    @property
    def days(self) -> int:
        """Length in whole days."""
        return max(1, round(self.years * DAYS_PER_YEAR))

    @property
    def end(self) -> dt.date:
        """The day at whose first instant the data end."""
        return self.start + dt.timedelta(days=self.days)
