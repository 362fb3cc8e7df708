"""Here we choose the lane in which a report is read: the law first, then what is unknown, and only then a score.

A score can move a report up into ``prioritise``; it never moves one down.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from triage.findings import Finding, Verdict
from triage.words import CodedText, Text


class Lane(StrEnum):
    """Where a report is read; every lane is read by a person."""

    PROTECT_NOW = "protect_now"
    MANDATED = "mandated"
    PERSON_FIRST = "person_first"
    PRIORITISE = "prioritise"
    USUAL = "usual"

    @property
    def place(self) -> int:
        """0 for the lane that is read first."""
        return tuple(Lane).index(self)


_BY_FINDING = {
    "immediate_danger": Lane.PROTECT_NOW,
    "violence_by_close_person": Lane.MANDATED,
    "witnessed_violence": Lane.MANDATED,
    "honour_related_violence": Lane.MANDATED,
    "application": Lane.MANDATED,
}

CANNOT_TELL = CodedText(
    "cannot_tell",
    Text(
        "Det går inte att avgöra om lagen kräver utredning: uppgifter saknas.",
        "It cannot be told whether the law demands an investigation: facts are missing.",
    ),
)
ABOVE = CodedText(
    "score_above",
    Text(
        "Modellens uppskattning når gränsen för att prioriteras.",
        "The model's estimate reaches the limit for being prioritised.",
    ),
)
IN_TURN = CodedText(
    "in_turn",
    Text(
        "Inget ovan gäller: anmälan läses i den ordning den kom in.",
        "None of the above applies: the report is read in the order it came in.",
    ),
)


def choose(
    findings: Sequence[Finding], unscored: CodedText | None, margin: float | None, prioritise_margin: float | None
) -> tuple[Lane, tuple[CodedText, ...]]:
    """Choose the lane and say why, most decisive first.

    Parameters
    ----------
    findings : sequence of Finding
    unscored : CodedText or None
        Why there is no score; None when there is one.
    margin, prioritise_margin : float or None
        The raw margin and its limit, when there is a score. Not the probability: many margins share one.
    """
    reasons = _by_law(findings)
    if unscored is not None:
        reasons.append((Lane.PERSON_FIRST, unscored))
    elif margin is not None and prioritise_margin is not None and margin >= prioritise_margin:
        reasons.append((Lane.PRIORITISE, ABOVE))
    if not reasons:
        return Lane.USUAL, (IN_TURN,)
    reasons.sort(key=lambda reason: reason[0].place)
    return reasons[0][0], tuple(text for _, text in reasons)


def _by_law(findings: Sequence[Finding]) -> list[tuple[Lane, CodedText]]:
    """Give the lanes that the findings demand."""
    demands = [
        (_BY_FINDING[finding.code], CodedText(finding.code, finding.provision.title))
        for finding in findings
        if finding.code in _BY_FINDING and finding.verdict is Verdict.MET
    ]
    demands += [
        (Lane.PRIORITISE, CodedText(finding.code, finding.provision.title))
        for finding in findings
        if finding.provision.force == "practice" and finding.verdict is Verdict.MET
    ]
    open_ones = any(finding.verdict is Verdict.CANNOT_TELL for finding in findings if finding.code in _BY_FINDING)
    return demands + ([(Lane.PERSON_FIRST, CANNOT_TELL)] if open_ones else [])
