"""Here we say what a rule found: met, not met or cannot tell, with the values that were read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from triage.law import Citation, Provision
from triage.words import CodedText, Text


class Verdict(StrEnum):
    """What a rule can answer; a missing fact is never "not met"."""

    MET = "met"
    NOT_MET = "not_met"
    CANNOT_TELL = "cannot_tell"


_STRENGTH = {Verdict.NOT_MET: 0, Verdict.CANNOT_TELL: 1, Verdict.MET: 2}


def strongest(verdicts: Iterable[Verdict]) -> Verdict:
    """Join alternatives: one that is met decides, else one that cannot be told, else none is met.

    >>> strongest([Verdict.NOT_MET, Verdict.CANNOT_TELL])
    <Verdict.CANNOT_TELL: 'cannot_tell'>
    """
    return max(verdicts, key=_STRENGTH.__getitem__, default=Verdict.NOT_MET)


@dataclass(frozen=True, slots=True)
class ValueRead:
    """One value that a rule looked at, and whether it decided the verdict."""

    field: str
    value: str
    decisive: bool

    def to_dict(self) -> dict[str, Any]:
        """Give the value as plain data."""
        return {"field": self.field, "value": self.value, "decisive": self.decisive}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule as evaluated: its verdict and the value behind it."""

    verdict: Verdict
    field: str
    value: str
    question: CodedText | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found in one report.

    Attributes
    ----------
    code : str
        The provision's code.
    verdict : Verdict
    provision : Provision
    values_read : tuple of ValueRead
    questions : tuple of CodedText
        What to ask, where an answer could change the verdict.
    """

    code: str
    verdict: Verdict
    provision: Provision
    values_read: tuple[ValueRead, ...]
    questions: tuple[CodedText, ...]

    @property
    def text(self) -> Text:
        """What the verdict means."""
        return self.provision.verdicts[self.verdict.value]

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as plain data."""
        return {
            "code": self.code,
            "force": self.provision.force,
            "verdict": self.verdict.value,
            "title": self.provision.title.to_dict(),
            "text": self.text.to_dict(),
            "citation": self.provision.citation.to_dict(),
            "values_read": [value.to_dict() for value in self.values_read],
            "questions": [question.to_dict() for question in self.questions],
        }


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when something must be done.

    Attributes
    ----------
    code : str
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


def any_of(provision: Provision, conditions: Iterable[Condition]) -> Finding:
    """Build a finding that is met when any one of its conditions is.

    Parameters
    ----------
    provision : Provision
    conditions : iterable of Condition
        Every value that was looked at. Questions are kept only while the verdict is open.
    """
    conditions = tuple(conditions)
    verdict = strongest(condition.verdict for condition in conditions)
    open_questions = {
        condition.question.code: condition.question
        for condition in conditions
        if verdict is not Verdict.MET and condition.verdict is Verdict.CANNOT_TELL and condition.question
    }
    return Finding(
        code=provision.code,
        verdict=verdict,
        provision=provision,
        values_read=tuple(
            ValueRead(condition.field, condition.value, condition.verdict is verdict) for condition in conditions
        ),
        questions=tuple(open_questions.values()),
    )
