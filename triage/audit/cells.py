"""Here we count reports per group, outcome and flag: what a board can check by hand, and what disclosure protects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats, Ints
from triage.audit.attributes import Attribute
from triage.audit.inputs import Inputs

if TYPE_CHECKING:
    import pandas as pd

OUTCOME = ("yes", "no", "unknown")
FLAG = ("selected", "not_selected")


@dataclass(frozen=True, eq=False)
class Cells:
    """Reports per group, outcome and flag, for work inside the unit; `Shown.cells` gives what may leave it.

    Attributes
    ----------
    attribute : Attribute
    counts : ndarray of int64, shape (groups, 3, 2)
        In the order of `OUTCOME` and `FLAG`.
    """

    attribute: Attribute
    counts: Ints

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        names = [(outcome, flag) for outcome in OUTCOME for flag in FLAG]
        return {
            label: {f"{outcome}_{flag}": int(n) for (outcome, flag), n in zip(names, row.ravel(), strict=True)}
            for label, row in zip(self.attribute.labels, self.counts, strict=True)
        }

    def frame(self) -> pd.DataFrame:
        """Give one row per group and one column per outcome and flag."""
        import pandas as pd

        return pd.DataFrame.from_dict(self.to_dict(), orient="index").rename_axis(self.attribute.name)


def cells(inputs: Inputs, attribute: Attribute, flagged: Floats) -> Cells:
    """Count the cells of one attribute in one pass.

    Parameters
    ----------
    inputs : Inputs
    attribute : Attribute
        Of `inputs.attributes`, or a crossing of two.
    flagged : ndarray of float64, shape (n,)
        Who is selected; a report that ties at the limit counts as selected when more than half of its tie is.

    Examples
    --------
    >>> given = Inputs.of([1, 0, None], {"sex": ["girl", "boy", "boy"]}, flagged=[1, 0, 1])
    >>> cells(given, given.attributes[0], given.flagged).counts.tolist()
    [[[0, 0], [0, 1], [1, 0]], [[1, 0], [0, 0], [0, 0]]]
    """
    told = np.where(np.isnan(inputs.outcome), 2, np.where(inputs.outcome == 1, 0, 1))
    place = (attribute.codes * len(OUTCOME) + told) * len(FLAG) + (
        flagged <= 1 / 2
    )  # a flag is a share where scores tie
    shape = (len(attribute.labels), len(OUTCOME), len(FLAG))
    return Cells(attribute, np.bincount(place, minlength=int(np.prod(shape))).reshape(shape))
