"""Here we say what a probe found: how many cases broke its rule, the worst of them, passed, failed or cannot tell.

>>> title, rule = Text("Prov", "Probe"), Text("högst 3", "3 at most")
>>> case = Text("samma anmälan", "the same report")
>>> found = judge("probe", ("F30",), title, rule, [within(case, 0.30, 0.32, 0.03), within(case, 0.30, 0.40, 0.03)])
>>> found.verdict, len(found.broken), found.tried
('failed', 1, 2)
>>> found.text.en
'1 of 2 comparisons break the rule: 3 at most. Worst: the same report (30.0 % and 40.0 %).'
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from features.report import Known, Report
from training.words import Words
from triage.words import Text

Floats = NDArray[np.float64]
Case = tuple[Report, Known]
Scorer = Callable[[Sequence[Case]], Floats]
"""A candidate: estimates between 0 and 1, one per report in their order, NaN where it abstains."""
RowScorer = Callable[[Floats], Floats]
"""The same candidate on feature rows of shape (n, k), columns as in `features.build.REGISTRY`."""
Verdict = Literal["passed", "failed", "cannot_tell"]

ROUNDING = 1e-9
"""What two equal estimates may differ by: the last bits of floating point, nothing that a person could mean."""
SHOWN = 25
"""How many broken comparisons are listed; all are counted."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two estimates that a rule compares.

    Attributes
    ----------
    case : Text
        What was compared, in words.
    estimates : (float, float)
    excess : float
        How far they are beyond what the rule allows: broken above 0, NaN when it cannot be told.
    """

    case: Text
    estimates: tuple[float, float]
    excess: float

    def to_dict(self) -> dict[str, Any]:
        """Give the comparison as plain data."""
        return {
            "case": self.case.to_dict(),
            "estimates": [number(estimate) for estimate in self.estimates],
            "excess": number(self.excess),
        }


def within(case: Text, first: float, second: float, allowed: float) -> Compared:
    """Compare two estimates that may differ by ``allowed`` at most."""
    return Compared(case, (float(first), float(second)), float(abs(first - second) - allowed - ROUNDING))


def not_below(case: Text, first: float, second: float) -> Compared:
    """Compare two estimates of which the first must not be below the second."""
    return Compared(case, (float(first), float(second)), float(second - first - ROUNDING))


def above(case: Text, first: float, second: float) -> Compared:
    """Compare two estimates of which the first must be above the second: a tie breaks the rule."""
    return Compared(case, (float(first), float(second)), float(second - first + ROUNDING))


@dataclass(frozen=True)
class ProbeResult:
    """What one probe found.

    Attributes
    ----------
    code : str
    answers : tuple of str
        Rows of the failure catalogue that it answers, for example ``"F23"``.
    title, rule : Text
        What was asked, and what is allowed.
    tried : int
        How many comparisons were made.
    untold : int
        How many of them have no estimate on one side.
    broken : tuple of Compared
        Those that break the rule, the worst first.
    closest : Compared or None
        The worst comparison, broken or not; None when none could be told.
    """

    code: str
    answers: tuple[str, ...]
    title: Text
    rule: Text
    tried: int
    untold: int
    broken: tuple[Compared, ...]
    closest: Compared | None

    @property
    def verdict(self) -> Verdict:
        """Failed when anything breaks the rule; passed only when every comparison could be told."""
        if self.broken:
            return "failed"
        return "passed" if self.tried and not self.untold else "cannot_tell"

    @property
    def text(self) -> Text:
        """Say it in a sentence or two."""
        return Text(self._say("sv"), self._say("en"))

    def _say(self, language: str) -> str:
        """Say how many break the rule, what could not be told, and the worst."""
        counted, untold, worst, closest, none = _SENTENCES[language]
        if not self.tried:
            return none
        said = [counted.format(len(self.broken), self.tried, self.rule.say(language))]
        if self.untold:
            said.append(untold.format(self.untold))
        if self.closest is not None:
            hundreds = [Words(language, {}).hundred(estimate, 1) for estimate in self.closest.estimates]
            said.append((worst if self.broken else closest).format(self.closest.case.say(language), *hundreds))
        return " ".join(said)

    def to_dict(self) -> dict[str, Any]:
        """Give the result as plain data, with the worst of what is broken."""
        return {
            "code": self.code,
            **self.title.to_dict(),
            "answers": list(self.answers),
            "verdict": self.verdict,
            "detail": self.text.to_dict(),
            "tried": self.tried,
            "untold": self.untold,
            "broken": len(self.broken),
            "worst": [compared.to_dict() for compared in self.broken[:SHOWN]],
            "closest": None if self.closest is None else self.closest.to_dict(),
        }


_SENTENCES = {
    "sv": (
        "{} av {} jämförelser bryter mot regeln: {}.",
        "{} gick inte att avgöra.",
        "Värst: {} ({} % och {} %).",
        "Närmast gränsen: {} ({} % och {} %).",
        "Det fanns inget att pröva.",
    ),
    "en": (
        "{} of {} comparisons break the rule: {}.",
        "{} could not be told.",
        "Worst: {} ({} % and {} %).",
        "Closest to the limit: {} ({} % and {} %).",
        "There was nothing to try.",
    ),
}


def judge(code: str, answers: tuple[str, ...], title: Text, rule: Text, compared: Sequence[Compared]) -> ProbeResult:
    """Count what breaks the rule; of equals the one compared first is the worst."""
    told = sorted((one for one in compared if not math.isnan(one.excess)), key=lambda one: -one.excess)
    return ProbeResult(
        code=code,
        answers=answers,
        title=title,
        rule=rule,
        tried=len(compared),
        untold=len(compared) - len(told),
        broken=tuple(one for one in told if one.excess > 0),
        closest=told[0] if told else None,
    )


def ask(scorer: Scorer, cases: Sequence[Case]) -> Floats:
    """Ask a candidate once for all cases, shape (n,).

    Raises
    ------
    ValueError
        When it does not give one estimate between 0 and 1 per case.
    """
    return checked(scorer(cases), len(cases)) if cases else np.empty(0)


def ask_pairs(scorer: Scorer, pairs: Sequence[tuple[Case, Case]]) -> Floats:
    """Ask a candidate once for pairs of cases, shape (n, 2); see `ask`."""
    return ask(scorer, [case for pair in pairs for case in pair]).reshape(-1, 2)


def checked(estimates: Floats, size: int) -> Floats:
    """Check a candidate's answer: shape ``(size,)``, between 0 and 1; NaN is an answer."""
    found = np.asarray(estimates, dtype=np.float64)
    if found.shape != (size,):
        msg = f"The scorer gave shape {found.shape}; allowed is ({size},). Give one estimate per case, in their order."
        raise ValueError(msg)
    outside = found[(found < 0) | (found > 1)]
    if outside.size:
        msg = f"The scorer gave {outside[0]:g}; allowed is 0 to 1, because limits are in probability. Calibrate first."
        raise ValueError(msg)
    return found


def points(limit: float) -> Text:
    """Say a limit in percentage points.

    >>> points(0.03).en
    '3 percentage points at most'
    """
    return Text(
        f"högst {Words('sv', {}).hundred(limit)} procentenheter",
        f"{Words('en', {}).hundred(limit)} percentage points at most",
    )


def number(value: float) -> float | None:
    """Give a number for JSON: None when it cannot be told."""
    return None if math.isnan(value) else float(value)
