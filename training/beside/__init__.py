"""Here we keep what stands beside the model on the same folds: scores that a person can read from end to end.

Each module has a ``fit(values, label, names, ...)``. Everything that is estimated is estimated inside it, from the rows it is
given, so that a fold learns nothing of what it is tested on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from features.arrays import Floats
from triage.errors import TrainingRefused


class Beside(Protocol):
    """A fitted score that stands beside the model."""

    def score(self, values: Floats) -> Floats:
        """Give each row a number, shape (n,): the higher, the sooner it is read. Never NaN."""

    def to_dict(self) -> dict[str, Any]:
        """Give everything the score is made of as plain data."""


def refuse_unfit(values: Floats, label: Floats, names: Sequence[str]) -> None:
    """Refuse what no score can be fitted on.

    Raises
    ------
    TrainingRefused
        When the shapes do not belong together, or an outcome is unknown or never varies.
    """
    if values.ndim != 2 or values.shape != (len(label), len(names)):
        msg = f"{len(label)} outcomes and {len(names)} names need rows of that shape; got {values.shape}."
        raise TrainingRefused(msg)
    found = np.unique(label)
    if not np.array_equal(found, (0.0, 1.0)):
        shown = [float(value) for value in found[:5]]
        msg = f"Outcomes must be 0 and 1, both of them; got {shown}. Leave out what is unknown."
        raise TrainingRefused(msg)
