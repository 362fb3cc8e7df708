"""Here we put an audit together: figures, gaps that hold together, findings; and the figures over a sweep of capacities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.audit.columns import flags
from triage.audit.findings import AuditFinding, findings
from triage.audit.gaps import Gap, gaps, gaps_frame
from triage.audit.harms import HARMS, Harm
from triage.audit.inputs import Inputs
from triage.audit.measure import measure
from triage.audit.results import Group, frame
from triage.audit.scope import scope
from triage.audit.shown import Shown, shown
from triage.audit.together import DRAWS, TOGETHER
from triage.words import CodedText

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Audit:
    """What an audit found; small groups are suppressed unless that was turned off.

    Attributes
    ----------
    capacity : float or None
        Share of reports taken first; None where flags say who is selected.
    scope : CodedText
        Of whom the figures that need outcomes speak.
    groups : tuple of Group
        Everyone first, then attributes, then crossings.
    gaps : tuple of Gap
    reach : float
        Standard errors that the intervals of all gaps reach to hold together.
    findings : tuple of AuditFinding
        Concerns first.
    """

    capacity: float | None
    scope: CodedText
    groups: tuple[Group, ...]
    gaps: tuple[Gap, ...]
    reach: float
    findings: tuple[AuditFinding, ...]

    def __repr__(self) -> str:
        """Say what was found and what to do next."""
        counts = {name: sum(each.verdict == name for each in self.findings) for name in ("concern", "cannot_tell")}
        return f"<Audit of {len(self.groups)} groups: {counts}; see .findings, .frame(), .gaps_frame(), .to_dict()>"

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "capacity": self.capacity,
            "scope": self.scope.to_dict(),
            "together": TOGETHER,
            "reach": self.reach,
            "groups": [group.to_dict() for group in self.groups],
            "gaps": [gap.to_dict() for gap in self.gaps],
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def frame(self) -> pd.DataFrame:
        """Give one row per group and figure; missing where not estimable, with the reason's code beside it."""
        return frame(self.groups)

    def gaps_frame(self) -> pd.DataFrame:
        """Give one row per gap; missing where there is none, with the reason's code beside it."""
        return gaps_frame(self.gaps)


def audit(
    inputs: Inputs,
    capacity: float | None = None,
    *,
    crossings: bool = True,
    harms: Mapping[str, Harm] = HARMS,
    suppress: bool = True,
    beside: Shown | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Audit:
    """Audit one way of selecting reports.

    Parameters
    ----------
    inputs : Inputs
    capacity : float, optional
        Share of reports that is taken first, by score; without it the flags say who is selected.
    crossings : bool
        Whether every two attributes are crossed as well; the intervals of all gaps then reach farther.
    harms : mapping of str to Harm
        Which gaps are judged, and from which size on they would be a concern.
    suppress : bool
        Whether small groups, and those that would give them away, are taken out; off for work inside the unit only.
    beside : Shown, optional
        Which groups may be shown, when more is published of the same reports than this audit (see `shown`).
    draws, seed : int

    Raises
    ------
    ValueError
        When the capacity is no share, or there are no scores to use it on.

    Examples
    --------
    >>> import numpy as np
    >>> draw = np.random.default_rng(1)
    >>> need, girl = draw.random((2, 8000)) < [[0.3], [0.5]]
    >>> score = draw.random(8000) + need - 0.5 * (need & girl)
    >>> given = Inputs.of(need, {"sex": np.where(girl, "girl", "boy")}, score=score, reference={"sex": "boy"})
    >>> worst = audit(given, 0.2).findings[1]
    >>> worst.code, worst.verdict.value, worst.harmed, worst.harm.en
    ('true_positive_rate_gap', 'concern', 'girl', 'Children of the group who have the outcome are missed more often.')
    """
    measured = measure(inputs, capacity, crossings=crossings, seed=seed)
    compared = gaps(measured.by_attribute, draws=draws, seed=seed)
    groups, differences = measured.groups, compared.gaps
    if suppress:
        may = beside or _shown(inputs, capacity)
        groups, differences = tuple(map(may.group, groups)), tuple(map(may.gap, differences))
    return Audit(capacity, scope(inputs), groups, differences, compared.reach, findings(differences, harms))


def _shown(inputs: Inputs, capacity: float | None) -> Shown:
    """Give the groups that may be shown in one audit."""
    return shown(inputs, flagged=[flags(inputs, None)]) if capacity is None else shown(inputs, [capacity])


@dataclass(frozen=True, eq=False)
class Sweep:
    """The figures of every group at several capacities.

    Attributes
    ----------
    by_capacity : mapping of float to tuple of Group
    """

    by_capacity: Mapping[float, tuple[Group, ...]]

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "capacities": [
                {"capacity": capacity, "groups": [group.to_dict() for group in groups]}
                for capacity, groups in self.by_capacity.items()
            ]
        }

    def frame(self) -> pd.DataFrame:
        """Give one row per capacity, group and figure."""
        import pandas as pd

        return pd.concat(
            [frame(groups).assign(capacity=capacity) for capacity, groups in self.by_capacity.items()],
            ignore_index=True,
        )


def sweep(
    inputs: Inputs,
    capacities: Sequence[float],
    *,
    crossings: bool = False,
    suppress: bool = True,
    beside: Shown | None = None,
    seed: int = 0,
) -> Sweep:
    """Measure every group at several capacities.

    Parameters
    ----------
    inputs : Inputs
        With scores.
    capacities : sequence of float
        Shares of reports that are taken first.
    crossings : bool
    suppress, beside
        As in `audit`.
    seed : int
    """
    found = {each: measure(inputs, each, crossings=crossings, seed=seed).groups for each in capacities}
    if suppress:
        may = beside or shown(inputs, capacities)
        found = {each: tuple(map(may.group, groups)) for each, groups in found.items()}
    return Sweep(found)
