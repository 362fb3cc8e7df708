"""Here we hold what training has seen: ranges, units and codes, so that the model can say "I have not met this".

Seen means in at least `FEWEST_SEEN` training reports. A rarer value is no experience to judge by, and a limit that rests
on one child would give that child away.

A value a little beyond what was seen is no reason to be silent: trees keep their last estimate there. What is looked for
is a value of another kind, so the range is widened by `SLACK` before a value counts as outside.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats

FEWEST_SEEN = 5
"""Reports that must hold a code or lie at or beyond a limit, before training has seen it."""
SLACK = 2.0
"""Widths of the range seen by which a value may lie beyond it, on either side.

History counts three years back (`features.sources.HORIZON`). Where training saw a unit's first year, counts and days can
grow threefold from nothing but time: two widths more. What lies beyond that no passing of time explains.
"""


@dataclass(frozen=True)
class Support:
    """What was seen of each feature, and of each code list.

    Attributes
    ----------
    names : tuple of str, length k
        Features, in the order of the columns.
    low, high : tuple of (float or None), length k
        The range seen; None where nothing was.
    absent : tuple of bool, length k
        Whether "never observed" was seen. Where it was not, trees would read it as 0.
    codes : mapping of str to tuple of str
        Codes seen per field, units among them.

    Raises
    ------
    ValueError
        When the parts do not fit each other.
    """

    names: tuple[str, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    absent: tuple[bool, ...]
    codes: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        """Refuse limits that do not belong together."""
        lengths = {len(part) for part in (self.names, self.low, self.high, self.absent)}
        if len(lengths) != 1 or len(set(self.names)) != len(self.names):
            msg = f"Support needs one entry per feature and part, each feature once; got lengths {sorted(lengths)}."
            raise ValueError(msg)
        for name, low, high in zip(self.names, self.low, self.high, strict=True):
            if not _holds_together(low, high):
                msg = f"Support of {name!r} does not hold together: {low} to {high}. Train again."
                raise ValueError(msg)

    def beyond(self, values: Floats) -> NDArray[np.bool_]:
        """Tell which features of which reports lie outside what was seen.

        Parameters
        ----------
        values : ndarray of float64, shape (n, k)
            NaN is "never observed".

        Returns
        -------
        ndarray of bool, shape (n, k)

        Raises
        ------
        ValueError
            When the rows have another number of features.
        """
        if values.ndim != 2 or values.shape[1] != len(self.names):
            msg = f"Rows must have shape (n, {len(self.names)}); got {values.shape}. Build them with the bundle's registry."
            raise ValueError(msg)
        lowest, highest, absent = self._limits
        found: NDArray[np.bool_] = np.where(np.isnan(values), ~absent, (values < lowest) | (values > highest))
        return found

    def unseen(self, codes: Mapping[str, Iterable[str]]) -> tuple[tuple[str, str], ...]:
        """Give the (field, code) pairs of one report that training has not seen, each once.

        Of a field that training did not keep, no code was seen.

        Parameters
        ----------
        codes : mapping of str to iterable of str
            For example ``{"unit": ["north"], "concerns": ["neglect", "school_absence"]}``.
        """
        pairs = ((field, code) for field, held in codes.items() for code in held)
        return tuple(dict.fromkeys(pair for pair in pairs if pair[1] not in self.codes.get(pair[0], ())))

    def to_dict(self) -> dict[str, Any]:
        """Give the support as plain data."""
        columns = zip(self.names, self.low, self.high, self.absent, strict=True)
        return {
            "features": [
                {"name": name, "low": low, "high": high, "absent": absent} for name, low, high, absent in columns
            ],
            "codes": {field: list(held) for field, held in self.codes.items()},
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Support:
        """Read the support.

        Raises
        ------
        ValueError
            When a part is missing or does not fit.
        """
        try:
            rows = plain["features"]
            return cls(
                names=tuple(row["name"] for row in rows),
                low=tuple(row["low"] for row in rows),
                high=tuple(row["high"] for row in rows),
                absent=tuple(row["absent"] for row in rows),
                codes={field: tuple(held) for field, held in plain["codes"].items()},
            )
        except (AttributeError, KeyError, TypeError) as error:
            msg = f"The support does not hold together ({type(error).__name__}: {error}). Train again."
            raise ValueError(msg) from None

    @cached_property
    def _limits(self) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Hold the widened limits as arrays, made once; where nothing was seen, nothing lies within."""
        low = np.array([math.inf if limit is None else limit for limit in self.low])
        high = np.array([-math.inf if limit is None else limit for limit in self.high])
        slack = SLACK * (high - low)
        return low - slack, high + slack, np.array(self.absent, dtype=np.bool_)


def _holds_together(low: float | None, high: float | None) -> bool:
    """Tell whether two limits can belong to one feature."""
    if low is None or high is None:
        return low is high
    return math.isfinite(low) and math.isfinite(high) and low <= high


def learn(values: Floats, names: Sequence[str], codes: Mapping[str, Iterable[str]]) -> Support:
    """Learn what was seen from the training reports.

    Parameters
    ----------
    values : ndarray of float64, shape (n, k)
        Feature rows; NaN is "never observed".
    names : sequence of str, length k
    codes : mapping of str to iterable of str
        Every code as often as it occurred: one per report for a unit, one per concern for a concern.

    Returns
    -------
    Support

    Raises
    ------
    ValueError
        When a value is infinite.
    """
    if np.isinf(values).any():
        column = int(np.isinf(values).any(axis=0).argmax())
        msg = f"Feature {names[column]!r} holds an infinite value; allowed are numbers and NaN. Build the rows again."
        raise ValueError(msg)
    limits = [_range(values[:, column]) for column in range(values.shape[1])]
    return Support(
        names=tuple(names),
        low=tuple(low for low, _ in limits),
        high=tuple(high for _, high in limits),
        absent=tuple((np.isnan(values).sum(axis=0) >= FEWEST_SEEN).tolist()),
        codes={field: _often(held) for field, held in codes.items()},
    )


def _often(codes: Iterable[str]) -> tuple[str, ...]:
    """Keep the codes that were seen often enough, sorted."""
    return tuple(sorted(code for code, times in Counter(codes).items() if times >= FEWEST_SEEN))


def _range(column: Floats) -> tuple[float | None, float | None]:
    """Give the limits at and beyond which enough reports lie."""
    known = np.sort(column[~np.isnan(column)])
    if len(known) < FEWEST_SEEN or known[FEWEST_SEEN - 1] > known[-FEWEST_SEEN]:
        return None, None
    return float(known[FEWEST_SEEN - 1]), float(known[-FEWEST_SEEN])
