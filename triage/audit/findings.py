"""Here we judge gaps: a concern, no concern shown, or cannot tell – with what was seen, how sure, and who would be harmed.

A gap is a concern when its interval leaves out 0 and reaches the size that would matter. No concern is shown only where the
interval leaves out every gap of that size. All else, and whatever is not estimable, cannot be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from triage.audit.estimable import WORDS, Why
from triage.audit.figures import FIGURES, Figure
from triage.audit.gaps import Gap
from triage.audit.harms import GROUP, HARMS, Harm
from triage.words import Text

BY_CODE = {figure.code: figure for figure in FIGURES}
COUNTED = {"mean_delay": Text("dagar", "days"), "reasons_shown": Text("skäl", "reasons")}
"""Units of the figures that are no shares."""
POINTS = Text("procentenheter", "percentage points")


class AuditVerdict(StrEnum):
    """What a gap can mean; that no concern was shown is no proof that nobody is harmed."""

    CONCERN = "concern"
    CANNOT_TELL = "cannot_tell"
    NO_CONCERN_SHOWN = "no_concern_shown"


VERDICTS = {
    AuditVerdict.CONCERN: Text("Oro", "Concern"),
    AuditVerdict.NO_CONCERN_SHOWN: Text("Ingen oro visad", "No concern shown"),
    AuditVerdict.CANNOT_TELL: Text("Går inte att avgöra", "Cannot tell"),
}


@dataclass(frozen=True)
class AuditFinding:
    """One judged gap.

    Attributes
    ----------
    code : str
        The figure's code and ``_gap``.
    verdict : AuditVerdict
    gap : Gap
        What was seen, with interval and n.
    size : float
        The size from which on the gap would be a concern.
    seen : Text
        What was seen, in words.
    harm : Text or None
        Which harm the gap does; None when nothing could be seen.
    harmed : str or None
        The group that bears it.
    """

    code: str
    verdict: AuditVerdict
    gap: Gap
    size: float
    seen: Text
    harm: Text | None
    harmed: str | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "code": self.code,
            "verdict": {"code": self.verdict.value, **VERDICTS[self.verdict].to_dict()},
            "gap": self.gap.to_dict(),
            "size": self.size,
            "seen": self.seen.to_dict(),
            "harm": self.harm and self.harm.to_dict(),
            "harmed": self.harmed,
        }


def findings(gaps: Sequence[Gap], harms: Mapping[str, Harm] = HARMS) -> tuple[AuditFinding, ...]:
    """Judge every gap whose harm is known.

    Parameters
    ----------
    gaps : sequence of Gap
    harms : mapping of str to Harm
        By figure; a municipality may name other sizes.

    Returns
    -------
    tuple of AuditFinding
        Concerns first, then what cannot be told.
    """
    found = [_judged(gap, harms[gap.figure]) for gap in gaps if gap.figure in harms]
    return tuple(sorted(found, key=lambda each: list(AuditVerdict).index(each.verdict)))


def verdict(gap: Gap, size: float) -> AuditVerdict:
    """Judge one gap.

    Parameters
    ----------
    gap : Gap
    size : float
        From which on it would be a concern.
    """
    if gap.low is None or gap.high is None:
        return AuditVerdict.CANNOT_TELL
    if -size < gap.low and gap.high < size:
        return AuditVerdict.NO_CONCERN_SHOWN
    return AuditVerdict.CANNOT_TELL if gap.low <= 0 <= gap.high else AuditVerdict.CONCERN


def _judged(gap: Gap, harm: Harm) -> AuditFinding:
    """Judge one gap and put words to it."""
    said, harmed = _harm(gap, harm)
    return AuditFinding(f"{gap.figure}_gap", verdict(gap, harm.size), gap, harm.size, _seen(gap, harm), said, harmed)


def _harm(gap: Gap, harm: Harm) -> tuple[Text | None, str | None]:
    """Give the harm of a gap, and the group that bears it."""
    if gap.difference is None:
        return None, None
    said, whom = (harm.lower, harm.harmed_when_lower) if gap.difference < 0 else (harm.higher, harm.harmed_when_higher)
    return said, gap.label if whom == GROUP else gap.reference


def _seen(gap: Gap, harm: Harm) -> Text:
    """Say what was seen."""
    figure = BY_CODE[gap.figure]
    sv = f"{gap.attribute}: {gap.label} jämfört med {gap.reference}, {figure.title.sv}"
    en = f"{gap.attribute}: {gap.label} compared with {gap.reference}, {figure.title.en}"
    if gap.difference is None:
        why = WORDS[gap.why or Why.TOO_FEW]
        return Text(f"{sv}: går inte att räkna ut. {why.sv}", f"{en}: not estimable. {why.en}")
    unit = COUNTED.get(gap.figure, POINTS)
    numbers = [gap.difference, gap.low, gap.high, gap.chance_seldom, harm.size]
    swedish, english = ([_number(each or 0.0, figure, language) for each in numbers] for language in ("sv", "en"))
    return Text(
        f"{sv}: skillnad {swedish[0]} {unit.sv} ({swedish[1]} till {swedish[2]}). Av en slump blir attributets största "
        f"skillnad sällan mer än {swedish[3]}; från {swedish[4]} vore den en oro.",
        f"{en}: difference {english[0]} {unit.en} ({english[1]} to {english[2]}). By chance the attribute's largest "
        f"difference is seldom above {english[3]}; from {english[4]} on it would be a concern.",
    )


def _number(value: float, figure: Figure, language: str) -> str:
    """Write a difference: shares in percentage points, one decimal, as the language writes it."""
    text = f"{value if figure.code in COUNTED else value * 100:.1f}".replace("-", "\N{MINUS SIGN}")
    return text.replace(".", ",") if language == "sv" else text
