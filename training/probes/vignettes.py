"""Here we keep vignettes: a made-up report with what was known before it, for a child of any age."""

from __future__ import annotations

from dataclasses import dataclass, replace

from features.codes import Concern, YesNo
from features.report import Known, Report, local_time
from training.probes.result import Case
from triage.rules import ACUTE_FACTS
from triage.words import Text

SCHOOL_CHILD = 120
"""Months of age of the child where a probe needs one age: old enough for a past of every length, ten years."""


@dataclass(frozen=True, slots=True)
class Vignette:
    """A made-up report.

    Attributes
    ----------
    code : str
    text : Text
        What it says, as a caseworker would put it.
    report : Report
        Without a month of birth.
    known : Known
        What was known before.
    every_age : bool
        Whether the same report could be made for a child of any age; such a one has no past.
    slight : bool
        Whether it can wait, by the judgement of who wrote the table.
    """

    code: str
    text: Text
    report: Report
    known: Known
    every_age: bool = False
    slight: bool = False

    def at(self, months: int | None) -> Case:
        """Give the case for a child of an age in months; None is unknown."""
        return replace(self.report, birth_month=None if months is None else self._born(months)), self.known

    def _born(self, months: int) -> str:
        """Give the month of birth of a child who is ``months`` old when the report is received."""
        received = local_time(self.report.received_at)
        year, month = divmod(received.year * 12 + received.month - 1 - months, 12)
        return f"{year:04d}-{month + 1:02d}"

    @property
    def acute(self) -> bool:
        """Whether an acute fact is answered yes."""
        return any(getattr(self.report, name) is YesNo.YES for name in ACUTE_FACTS)

    @property
    def grave(self) -> bool:
        """Whether it tells of acute facts, violence or neglect: what weighs no less for a small child."""
        named = {concern.concern for concern in self.report.concerns}
        return self.acute or Concern.NEGLECT in named or any(concern.is_violence for concern in named)


@dataclass(frozen=True, slots=True)
class Situation:
    """A vignette, and the age of the child in months."""

    vignette: Vignette
    months: int

    @property
    def case(self) -> Case:
        """The report and what was known."""
        return self.vignette.at(self.months)

    @property
    def text(self) -> Text:
        """The vignette and the age, in words."""
        age, said = aged(self.months), self.vignette.text
        return Text(f"{said.sv}, {age.sv}", f"{said.en}, {age.en}")


def aged(months: int) -> Text:
    """Say an age: in months below two years, then in years.

    >>> aged(1).en, aged(30).sv
    ('1 month', '2 år')
    """
    if months >= 24:
        return Text(f"{months // 12} år", f"{months // 12} years")
    one = months == 1
    return Text(f"{months} {'månad' if one else 'månader'}", f"{months} {'month' if one else 'months'}")
