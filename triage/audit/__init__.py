"""Here we audit: for rules, models and people's decisions alike, who is selected, who is missed, and what cannot be told.

Plain arrays in; a table's columns serve as well (`inputs_from_frame`). Every figure has the reports behind it, an interval
clustered by household, and, where there is too little, a reason instead of a number.

>>> import numpy as np
>>> from triage.audit import Inputs, measure
>>> draw = np.random.default_rng(1)
>>> need = draw.random(4000) < 0.3
>>> given = Inputs.of(
...     outcome=need,
...     groups={"sex": draw.choice(["girl", "boy"], 4000)},
...     household=draw.integers(0, 2500, 4000),
...     score=0.3 + 0.2 * need + 0.1 * draw.random(4000),
...     reference={"sex": "boy"},
... )
>>> for group in measure(given, capacity=0.2).groups:
...     rate = group.rates["true_positive_rate"]
...     print(group.label, group.n, round(rate.value, 2), round(rate.low, 2), round(rate.high, 2))
everyone 4000 0.66 0.63 0.68
boy 2057 0.66 0.62 0.7
girl 1943 0.65 0.61 0.69

Gaps are held against a named reference; their intervals all hold together, and beside each stands what chance alone does:

>>> found = audit(given, capacity=0.2)
>>> gap = next(gap for gap in found.gaps if gap.figure == "true_positive_rate")
>>> print(gap.label, "against", gap.reference, *(round(x, 2) for x in (gap.difference, gap.low, gap.high, gap.chance)))
girl against boy -0.01 -0.07 0.06 0.02
>>> {finding.verdict.value for finding in found.findings}
{'no_concern_shown'}

Small groups, and those that would give them away, are suppressed (`suppress=False` for work inside the unit). What is
published of the same reports together must be protected together: ``shown(given, capacities, flags)``, handed to every
`audit` and `sweep` as ``beside``.
"""

from triage.audit.attributes import UNKNOWN, Attribute
from triage.audit.audit import Audit, Sweep, audit, sweep
from triage.audit.cells import Cells, cells
from triage.audit.columns import taken_first
from triage.audit.estimable import Why
from triage.audit.figures import FIGURES, Figure
from triage.audit.findings import AuditFinding, AuditVerdict, findings
from triage.audit.gaps import Gap, gaps_frame
from triage.audit.harms import HARMS, Harm
from triage.audit.inputs import Inputs, Outcomes, Sample, SampleKind
from triage.audit.measure import Measured, measure
from triage.audit.results import Group, Rate, frame
from triage.audit.shown import Shown, shown
from triage.audit.table import inputs_from_frame

__all__ = [
    "FIGURES",
    "HARMS",
    "UNKNOWN",
    "Attribute",
    "Audit",
    "AuditFinding",
    "AuditVerdict",
    "Cells",
    "Figure",
    "Gap",
    "Group",
    "Harm",
    "Inputs",
    "Measured",
    "Outcomes",
    "Rate",
    "Sample",
    "SampleKind",
    "Shown",
    "Sweep",
    "Why",
    "audit",
    "cells",
    "findings",
    "frame",
    "gaps_frame",
    "inputs_from_frame",
    "measure",
    "shown",
    "sweep",
    "taken_first",
]
