"""Here we put every group of an attribute beside its reference, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Mask
from triage.audit.intervals import limits
from triage.audit.rates import Rates, errors
from triage.audit.recovery import Limited, difference, ratio


@dataclass(frozen=True, eq=False)
class Beside:
    """The groups of one attribute beside their reference.

    Attributes
    ----------
    found : Rates
    reference : int
    moves : ndarray of float64, shape (blocks, groups, f)
        How much each block moves the difference.
    shown : ndarray of bool, shape (groups, f)
        Where both figures are estimable.
    """

    found: Rates
    reference: int
    moves: Floats
    shown: Mask

    @property
    def error(self) -> Floats:
        """Standard error of each difference, shape (groups, f)."""
        return errors(self.moves)

    @property
    def together(self) -> Floats:
        """Correlation of each figure with that of the reference, shape (groups, f)."""
        mine = self.found.error
        its = mine[[self.reference]]
        scale = 2 * mine * its
        fit = scale > 0
        shared = np.where(fit, mine**2 + its**2 - self.error**2, 0.0)
        return np.clip(shared / np.where(fit, scale, 1.0), -1.0, 1.0)

    def measures(self, reach: float) -> dict[str, Floats]:
        """Give difference and ratio with limits that reach so many standard errors, each of shape (groups, f)."""
        found = self.found
        low, high = limits(found, reach)
        mine, its = (
            Limited(found.value, low, high),
            Limited(*(each[[self.reference]] for each in (found.value, low, high))),
        )
        least, most = difference(mine, its, self.together)
        times, ratio_low, ratio_high = ratio(mine, its, self.together)
        return {
            "difference": found.value - its.value,
            "low": least,
            "high": most,
            "ratio": times,
            "ratio_low": ratio_low,
            "ratio_high": ratio_high,
        }


def beside(found: Rates) -> Beside:
    """Put every group beside the reference."""
    reference = found.tally.attribute.labels.index(found.tally.attribute.reference)
    shown = ~np.isnan(found.value) & ~np.isnan(found.value[[reference]])
    shown[reference] = False
    return Beside(found, reference, found.moves - found.moves[:, [reference]], shown)
