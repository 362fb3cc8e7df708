"""Here we hold reports and histories as plain arrays: one shape for one report and for a million.

Times are microseconds of UTC in ``int64``; codes are small integers; a missing number is NaN.
`features.from_tables` and `features.from_records` give the same arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max
"""When an entry that was never withdrawn is withdrawn."""


@dataclass(frozen=True)
class Asked:
    """The reports for which features are asked.

    Attributes
    ----------
    child : ndarray of int64, shape (n,)
        Number of the child, shared with `Entries`.
    at : ndarray of int64, shape (n,)
        When the report was received: the moment at which history is cut.
    age_months : ndarray of float64, shape (n,)
        NaN when the month of birth is unknown.
    behind : ndarray of int64, shape (n, number of chains)
        How long before it the report came that it continues in each of `features.repeats.CHAINS`, in microseconds; `NEVER`
        for none.
    items : ndarray of int8, shape (n, number of items)
        How many times the report says each of `features.coding.ITEM`.
    """

    child: Ints
    at: Ints
    age_months: Floats
    behind: Ints
    items: NDArray[np.int8]

    def __len__(self) -> int:
        """Count the reports."""
        return len(self.at)

    def take(self, rows: Ints) -> Asked:
        """Take some of the reports."""
        return Asked(self.child[rows], self.at[rows], self.age_months[rows], self.behind[rows], self.items[rows])


@dataclass(frozen=True)
class Entries:
    """What is recorded about entities (of ours: children): one row each, in any order.

    Attributes
    ----------
    entity, what : ndarray of int64, shape (m,)
        Whose, and of which kind, both numbered from 0.
    happened, recorded, withdrawn : ndarray of int64, shape (m,)
        ``withdrawn`` is `NEVER` for what stands.
    value : ndarray of float64, shape (m,)
        NaN where an entry has none.
    """

    entity: Ints
    what: Ints
    happened: Ints
    recorded: Ints
    withdrawn: Ints
    value: Floats

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.entity)

    def take(self, rows: Ints) -> Entries:
        """Take some of the entries."""
        return Entries(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


def joined(parts: Sequence[Entries]) -> Entries:
    """Put entries together, in order."""
    return Entries(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in Entries.__dataclass_fields__}
    )
