"""Here we say what a rule found: met, not met or cannot tell, with the values that were read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from triage.law import Citation, Provision
from triage.words import CodedText, Text


class Verdict(StrEnum):
    """What a rule can answer; a missing fact is never "not met"."""

    MET = "met"
    NOT_MET = "not_met"
    CANNOT_TELL = "cannot_tell"


MET, NOT_MET, CANNOT_TELL = Verdict.MET, Verdict.NOT_MET, Verdict.CANNOT_TELL


class Condition(NamedTuple):
    """One condition of a rule as evaluated.

    Attributes
    ----------
    verdict : Verdict
    field : str
        What was read.
    value : str
        What stood there.
    question : CodedText or None
        What to ask, when this condition cannot be told.
    """

    verdict: Verdict
    field: str
    value: str
    question: CodedText | None = None


class ValueRead(NamedTuple):
    """One value that a rule looked at, and whether it decided the verdict."""

    field: str
    value: str
    decisive: bool

    def to_dict(self) -> dict[str, Any]:
        """Give the value as plain data."""
        return {"field": self.field, "value": self.value, "decisive": self.decisive}


class Finding(NamedTuple):
    """What one rule found in one report; its trace is put together when somebody asks.

    Attributes
    ----------
    provision : Provision
        As it stood on the day the report was received.
    verdict : Verdict
    conditions : tuple of Condition
        Alternatives: one that is met is enough.
    """

    provision: Provision
    verdict: Verdict
    conditions: tuple[Condition, ...]

    @property
    def code(self) -> str:
        """The provision's code."""
        return self.provision.code

    @property
    def text(self) -> Text:
        """What the verdict means for this report."""
        return self.provision.verdicts[self.verdict]

    @property
    def values_read(self) -> tuple[ValueRead, ...]:
        """Every value that was looked at; decisive are those that gave the verdict."""
        decided = self.verdict
        return tuple([ValueRead(field, value, verdict is decided) for verdict, field, value, _ in self.conditions])

    @property
    def questions(self) -> tuple[CodedText, ...]:
        """What to ask, each once, while an answer could still change the verdict."""
        if self.verdict is not CANNOT_TELL:
            return ()
        open_ones = (condition.question for condition in self.conditions if condition.verdict is CANNOT_TELL)
        return tuple({question.code: question for question in open_ones if question is not None}.values())

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as plain data."""
        provision, decided = self.provision, self.verdict
        return {
            "code": provision.code,
            "force": provision.force,
            "verdict": decided.value,
            "title": provision.title.to_dict(),
            "text": self.text.to_dict(),
            "citation": provision.citation.to_dict(),
            "values_read": [
                {"field": field, "value": value, "decisive": verdict is decided}
                for verdict, field, value, _ in self.conditions
            ],
            "questions": [question.to_dict() for question in self.questions],
        }


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when something must be done.

    Attributes
    ----------
    code : str
        The duty.
    due : datetime.date
        The last day, as counted in Sweden.
    title : Text
    citation : Citation
    """

    code: str
    due: dt.date
    title: Text
    citation: Citation

    def to_dict(self) -> dict[str, Any]:
        """Give the deadline as plain data."""
        return {
            "code": self.code,
            "due": self.due.isoformat(),
            "title": self.title.to_dict(),
            "citation": self.citation.to_dict(),
        }


def strongest(verdicts: Iterable[Verdict]) -> Verdict:
    """Join alternatives: one that is met decides, else one that cannot be told, else none is met.

    >>> strongest([Verdict.NOT_MET, Verdict.CANNOT_TELL])
    <Verdict.CANNOT_TELL: 'cannot_tell'>
    """
    found = NOT_MET
    for verdict in verdicts:
        if verdict is MET:
            return MET
        if verdict is CANNOT_TELL:
            found = CANNOT_TELL
    return found


def any_of(provision: Provision, conditions: tuple[Condition, ...]) -> Finding:
    """Build a finding that is met when any one of its conditions is.

    Parameters
    ----------
    provision : Provision
    conditions : tuple of Condition
        Every value that was looked at.
    """
    return Finding(provision, strongest([condition[0] for condition in conditions]), conditions)
