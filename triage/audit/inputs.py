"""Here we hold what an audit is about, as plain arrays: outcomes, scores or flags, groups, households."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints, Mask
from triage.audit.attributes import Attribute
from triage.audit.checks import check_flag, check_numbers, check_outcome, check_sample


class Outcomes(StrEnum):
    """Of whom an outcome exists."""

    EVERYONE = "everyone"
    """Of everyone, or missing for reasons that have nothing to do with the outcome (too recent, say)."""
    CHOSEN = "chosen"
    """Only of those whom somebody chose to look at; what the others needed nobody knows."""


class SampleKind(StrEnum):
    """Why the outcomes of a sample may speak where other outcomes may not."""

    RANDOM = "random"
    """Drawn by lot among everyone; with weights it speaks of everyone."""
    ALWAYS_INVESTIGATED = "always_investigated"
    """The law has all of these investigated; it speaks of reports like these only."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Reports whose outcomes do not depend on who was chosen.

    Attributes
    ----------
    rows : ndarray of bool, shape (n,)
    weight : ndarray of float64, shape (n,)
        How many reports each stands for; 0 outside the sample.
    kind : SampleKind
    """

    rows: Mask
    weight: Floats
    kind: SampleKind


@dataclass(frozen=True, eq=False)
class Inputs:
    """What an audit is about, one row per report.

    Attributes
    ----------
    outcome : ndarray of float64, shape (n,)
        1, 0, or NaN where nobody knows.
    attributes : tuple of Attribute
    household : ndarray of int64, shape (n,)
        Households, numbered from 0 without holes.
    outcomes : Outcomes
        Of whom an outcome exists.
    score : ndarray of float64, shape (n,), optional
    flagged : ndarray of float64, shape (n,), optional
        1 for those that were selected, 0 for the others: by a model, by rules or by people.
    sample : Sample, optional
        Read where outcomes exist only for the chosen.
    delay, abstained, reasons : ndarray of float64, shape (n,), optional
        Days in the queue, whether the model abstained, how many reasons were shown; NaN where there is none.
    """

    outcome: Floats
    attributes: tuple[Attribute, ...]
    household: Ints
    outcomes: Outcomes
    score: Floats | None = None
    flagged: Floats | None = None
    sample: Sample | None = None
    delay: Floats | None = None
    abstained: Floats | None = None
    reasons: Floats | None = None

    def __len__(self) -> int:
        """Count the reports."""
        return len(self.outcome)

    @classmethod
    def of(
        cls,
        outcome: Any,
        groups: Mapping[str, Any],
        *,
        score: Any = None,
        flagged: Any = None,
        household: Any = None,
        reference: Mapping[str, str] | None = None,
        outcomes: Outcomes | None = None,
        sample: Any = None,
        weight: Any = None,
        kind: SampleKind = SampleKind.RANDOM,
        delay: Any = None,
        abstained: Any = None,
        reasons: Any = None,
    ) -> Inputs:
        """Read plain arrays.

        Parameters
        ----------
        outcome : array-like, shape (n,)
            1, 0, or None or NaN where nobody knows.
        groups : mapping of str to (Attribute or array-like of shape (n,))
        score, flagged : array-like, shape (n,), optional
            At least one of them.
        household : array-like, shape (n,), optional
            Any ids; a report without one (None or NaN) is a household of its own.
        reference : mapping of str to str, optional
            The group that the others are compared with, by attribute; else the largest known one.
        outcomes : Outcomes, optional
            When nobody says, outcomes are `Outcomes.EVERYONE` where all are known and else `Outcomes.CHOSEN`.
        sample : array-like of bool, shape (n,), optional
            Reports whose outcomes do not depend on who was chosen.
        weight : array-like, shape (n,), optional
            How many reports each of the sample stands for; 1 when nobody says.
        kind : SampleKind
        delay, abstained, reasons : array-like, shape (n,), optional

        Raises
        ------
        ValueError
            When lengths differ, or a value is none of those allowed.

        Examples
        --------
        >>> given = Inputs.of([1, 0, None], {"sex": ["girl", "boy", "boy"]}, score=[0.7, 0.2, 0.4])
        >>> len(given), given.outcomes.value, given.attributes[0].reference
        (3, 'chosen', 'boy')
        """
        told = check_outcome(_numbers(outcome))
        n = len(told)
        attributes = tuple(_attribute(name, values, (reference or {}).get(name)) for name, values in groups.items())
        numbers = {"score": score, "delay": delay, "abstained": abstained, "reasons": reasons}
        read = {name: None if it is None else check_numbers(name, _numbers(it), n) for name, it in numbers.items()}
        return cls(
            outcome=told,
            attributes=attributes,
            household=np.arange(n) if household is None else _households(np.asarray(household)),
            outcomes=outcomes or (Outcomes.CHOSEN if np.isnan(told).any() else Outcomes.EVERYONE),
            flagged=None if flagged is None else check_flag(_numbers(flagged), n),
            sample=None if sample is None else _sample(sample, weight, kind, n),
            **read,
        )

    def __post_init__(self) -> None:
        """Refuse columns of other lengths, and an audit of nothing."""
        lengths = {each.name: len(each.codes) for each in self.attributes} | {"household": len(self.household)}
        wrong = {name: length for name, length in lengths.items() if length != len(self)}
        if wrong:
            msg = f"outcome has {len(self)} rows, but {wrong}; give one value per report in every column."
            raise ValueError(msg)
        if self.score is None and self.flagged is None:
            msg = "neither score nor flagged was given; give the scores of a model, or who was selected, or both."
            raise ValueError(msg)


def _numbers(values: Any) -> Floats:
    """Read numbers, truth values and None."""
    return np.asarray(values, dtype=np.float64)


def _households(ids: NDArray[Any]) -> Ints:
    """Number households; those whose household nobody knows are no family of each other."""
    gone = np.array([one is None or one != one for one in ids]) if ids.dtype.kind in "Of" else np.zeros(len(ids), bool)  # noqa: PLR0124 - only NaN differs from itself
    names, known = np.unique(ids[~gone].astype(str if ids.dtype.kind == "O" else ids.dtype), return_inverse=True)
    number = len(names) + np.cumsum(gone) - 1
    number[~gone] = known
    return number.astype(np.int64)


def _attribute(name: str, values: Any, reference: str | None) -> Attribute:
    """Take an attribute as it is, or number a column."""
    return values if isinstance(values, Attribute) else Attribute.of(name, values, reference)


def _sample(rows: Any, weight: Any, kind: SampleKind, n: int) -> Sample:
    """Read a sample and its weights."""
    inside = np.asarray(rows, dtype=bool)
    weights = np.ones(n) if weight is None else _numbers(weight)
    check_sample(inside, weights, n)
    return Sample(inside, np.where(inside, weights, 0.0), kind)
