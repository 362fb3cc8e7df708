"""Here we grow the bundle's trees again, from reports that were known before the audited period, to see what a change would do."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from features.arrays import Floats, Ints, Mask
from training.audit.experiment import first_read
from training.audit.period import Period
from training.fit import TreePlan, grow
from triage.errors import TrainingRefused

FEWEST = 40
"""Reports with the outcome, and without, that trees can be grown from."""


@dataclass(frozen=True, eq=False)
class Again:
    """The model grown again without any change: what every experiment is held against.

    Attributes
    ----------
    given : Period
    trees : TreePlan
    rows : ndarray of int64
        The reports that are learned from.
    margin : ndarray of float64, shape (n,)
        What it says of the audited reports.
    """

    given: Period
    trees: TreePlan
    rows: Ints
    margin: Floats

    @property
    def before(self) -> Mask:
        """Who is read first, as many as the bundle prioritises, shape (n,)."""
        return self.first_read(self.margin)

    def first_read(self, margin: Floats) -> Mask:
        """Tell who is read first by other margins, as many as the bundle prioritises, shape (n,)."""
        return first_read(margin, int(self.given.prioritised.sum()))

    def without(self, features: tuple[str, ...]) -> Floats:
        """Give the margins of trees that do not read some features, shape (n,)."""
        less = tuple(dict.fromkeys((*self.trees.leave_out, *features)))
        return _margin(self.given, self.rows, replace(self.trees, leave_out=less))

    def weighed(self, weight: Floats) -> Floats:
        """Give the margins of trees for which the reports that are learned from count by a weight, shape (n,)."""
        return _margin(self.given, self.rows, self.trees, weight)


def again(given: Period, trees: TreePlan) -> Again:
    """Grow the trees again.

    Parameters
    ----------
    given : Period
    trees : TreePlan
        How the bundle's trees were grown.

    Raises
    ------
    TrainingRefused
        When too few outcomes were known before the period, with the numbers.
    """
    rows, plan = learnable(given), replace(trees, threads=1)
    yes = int(given.cases.labels.value[rows].sum())
    if min(yes, len(rows) - yes) < FEWEST:
        msg = (
            f"Before the audited period {yes} reports of other households have the outcome and {len(rows) - yes} do not; at "
            f"least {FEWEST} of each are needed to grow trees again. Audit a later period, or leave out --deep."
        )
        raise TrainingRefused(msg)
    return Again(given, plan, rows, _margin(given, rows, plan))


def learnable(given: Period) -> Ints:
    """Choose what may be learned from: known before the period began, of other households, by time received."""
    cases, labels = given.cases, given.cases.labels
    horizon = np.timedelta64(labels.outcome.horizon_days, "D")
    before = cases.received + horizon <= cases.received[given.rows].min()
    others = ~np.isin(cases.group, cases.group[given.rows])
    rows = np.flatnonzero(labels.known & before & others)
    return rows[np.argsort(cases.received[rows], kind="stable")]


def _margin(given: Period, rows: Ints, trees: TreePlan, weight: Floats | None = None) -> Floats:
    """Grow trees from some reports, and give what they say of the audited ones, shape (n,)."""
    cases = given.cases
    booster = grow(cases.values[rows], cases.labels.value[rows], trees, weight)
    return np.asarray(booster.predict(cases.values[given.rows], raw_score=True, num_threads=1), dtype=np.float64)
