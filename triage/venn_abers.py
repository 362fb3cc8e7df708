"""Here we turn a raw margin into a probability with its interval: inductive Venn-Abers, kept as two step functions.

The calibration reports are fitted twice for every possible new report: once as if its outcome were no, once as if it
were yes. That gives two estimates, ``p0 <= p1``; how far apart they lie says how little the calibration reports know
at this margin. Both are steps, so that two short tables hold everything and no fitting is left for later.

At a margin that equals one of the calibration reports' the new report is tied with them: ``p0`` has taken the step that
begins there, ``p1`` has not yet taken the one that begins after it.

A step is a cliff: one more day in a file could move an estimate by the height of several. So what is said of a report is
the mean of each function over `REACH` to either side of its margin. The tables stay Venn-Abers to the last digit, nothing
else is learned, and ``p0 <= p1`` holds for means as it does for steps.

Source: Vovk, Petej & Fedorova (2015), Large-scale probabilistic predictors with and without guarantees of validity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from features.arrays import Floats

REACH = 0.4
"""Log-odds, to either side of a margin: under a tenth of an estimate at its steepest, and wide beside what one feature moves."""

_ENDS = np.array([[-REACH], [REACH]])

_DIGITS = 12
"""Decimals of a mean: what two sums of the same steps may differ by is rounded away, so that no estimate falls by it."""


Steps = tuple[Floats, Floats, Floats, Floats]
"""A step function: its knots, and of each step its value, the knot that the area is counted from, and the area up to there."""


@dataclass(frozen=True)
class VennAbers:
    """Two step functions of the raw margin.

    Attributes
    ----------
    p0_knots : tuple of float, length a
        Margins at which ``p0`` steps up, ascending.
    p0 : tuple of float, length a + 1
        Estimates if the new outcome is no; ``p0[i]`` from ``p0_knots[i - 1]`` on, up to but not at ``p0_knots[i]``.
    p1_knots : tuple of float, length b
        Margins after which ``p1`` steps up, ascending.
    p1 : tuple of float, length b + 1
        Estimates if the new outcome is yes; ``p1[i]`` beyond ``p1_knots[i - 1]``, up to and at ``p1_knots[i]``.

    Raises
    ------
    ValueError
        When the tables are no two step functions with ``p0 <= p1``; the text names what is wrong.

    Examples
    --------
    >>> table = VennAbers(p0_knots=(1.0,), p0=(0.0, 0.5), p1_knots=(1.0,), p1=(0.5, 1.0))
    >>> [[float(end) for end in ends] for ends in table.steps(np.array([0.0, 1.0, 2.0]))]
    [[0.0, 0.5, 0.5], [0.5, 0.5, 1.0]]
    >>> [[float(end) for end in ends] for ends in table.interval(np.array([0.0, 1.0, 2.0]))]
    [[0.0, 0.25, 0.5], [0.5, 0.75, 1.0]]
    """

    p0_knots: tuple[float, ...]
    p0: tuple[float, ...]
    p1_knots: tuple[float, ...]
    p1: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse tables that are no two step functions, one below the other."""
        _refuse_no_steps("p0", self.p0_knots, self.p0)
        _refuse_no_steps("p1", self.p1_knots, self.p1)
        knots = np.array([-math.inf, *sorted({*self.p0_knots, *self.p1_knots})])  # nowhere do the two come closer
        low, high = self.steps(knots)
        if (low > high).any():
            at = int(np.argmax(low > high))
            msg = f"p0 must not exceed p1; at margin {knots[at]:g} they are {low[at]:g} and {high[at]:g}. Calibrate again."
            raise ValueError(msg)

    def interval(self, margin: Floats) -> tuple[Floats, Floats]:
        """Give both estimates of each margin: the means of the steps around it; as for `steps`."""
        p0, p1 = self._steps_with_areas
        low, high = _mean_around(margin, p0), _mean_around(margin, p1)
        return low, np.maximum(low, high)  # rounding must not put one above the other

    def steps(self, margin: Floats) -> tuple[Floats, Floats]:
        """Give both estimates of each margin as the tables have them.

        Parameters
        ----------
        margin : ndarray of float64, shape (n,)
            Raw log-odds; NaN gives NaN.

        Returns
        -------
        (ndarray, ndarray) of float64, shape (n,)
            ``p0`` and ``p1``.
        """
        p0_knots, p0, p1_knots, p1 = self._arrays
        none = np.isnan(margin)
        low = np.where(none, np.nan, p0[np.searchsorted(p0_knots, margin, side="right")])
        high = np.where(none, np.nan, p1[np.searchsorted(p1_knots, margin, side="left")])
        return low, high

    def probability(self, margin: Floats) -> Floats:
        """Join both estimates into ``p1 / (1 - p0 + p1)``, the minimax for log loss, shape (n,).

        It never falls when the margin grows, but beyond the outermost steps margins share a value: order reports by margin.
        """
        return joined(*self.interval(margin))

    def width(self, margin: Floats) -> Floats:
        """Give ``p1 - p0``: how much one report more could move the estimate, shape (n,)."""
        low, high = self.interval(margin)
        return high - low

    def to_dict(self) -> dict[str, list[float]]:
        """Give the tables as plain data."""
        return {name: list(values) for name, values in asdict(self).items()}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> VennAbers:
        """Read the tables.

        Raises
        ------
        ValueError
            When a table is missing, unknown or no step function.
        """
        names = set(cls.__dataclass_fields__)
        if set(plain) != names:
            msg = f"Calibration tables must be {sorted(names)}; got {sorted(plain)}. Calibrate again."
            raise ValueError(msg)
        return cls(**{name: tuple(_number(name, value) for value in plain[name]) for name in plain})

    @cached_property
    def _arrays(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Hold the tables as arrays, made once."""
        return np.array(self.p0_knots), np.array(self.p0), np.array(self.p1_knots), np.array(self.p1)

    @cached_property
    def _steps_with_areas(self) -> tuple[Steps, Steps]:
        """Hold both step functions with the areas under them, made once."""
        p0_knots, p0, p1_knots, p1 = self._arrays
        return _with_areas(p0_knots, p0), _with_areas(p1_knots, p1)


def joined(low: Floats, high: Floats) -> Floats:
    """Join the ends of intervals into one probability each, shape (n,); see `VennAbers.probability`."""
    whole: Floats = np.minimum(np.maximum(high / (1.0 - low + high), low), high)  # rounding must not put it outside
    return whole


def _mean_around(margin: Floats, steps: Steps) -> Floats:
    """Give the mean of a step function over `REACH` to either side of each margin, shape (n,)."""
    knots, value, begin, area = steps
    near = np.minimum(np.maximum(margin, knots[0] - 2 * REACH), knots[-1] + 2 * REACH)  # beyond, nothing changes
    ends = near + _ENDS
    step = knots.searchsorted(ends)
    before, up_to = area[step] + value[step] * (ends - begin[step])
    mean: Floats = np.minimum(np.maximum(((up_to - before) / (2 * REACH)).round(_DIGITS), value[0]), value[-1])
    return mean


def _with_areas(knots: Floats, values: Floats) -> Steps:
    """Put the areas under a step function to it, counted from its first knot; one that never steps is given a knot at 0."""
    if not len(knots):
        knots, values = np.zeros(1), np.repeat(values, 2)
    areas = np.cumsum(values[1:-1] * np.diff(knots))
    return knots, values, knots[np.maximum(np.arange(len(values)) - 1, 0)], np.concatenate([[0.0, 0.0], areas])


def _number(name: str, value: object) -> float:
    """Take a JSON number; true, text and null are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        msg = f"{name} must hold numbers; got {value!r}. Calibrate again."
        raise ValueError(msg)  # noqa: TRY004  what cannot be read is one kind of error
    return float(value)


def _refuse_no_steps(name: str, knots: Sequence[float], steps: Sequence[float]) -> None:
    """Refuse a table that is no rising step function of probabilities."""
    rising = all(below < above for below, above in pairwise(knots))
    growing = all(below <= above for below, above in pairwise(steps))
    wrong = [
        (len(steps) != len(knots) + 1, f"needs one value more than knots; got {len(steps)} for {len(knots)}"),
        (not all(map(math.isfinite, (*knots, *steps))), "must hold finite numbers"),
        (not rising, "needs ascending knots, each once"),
        (not all(0 <= step <= 1 for step in steps), "must lie in 0 to 1"),
        (not growing, "must not fall"),
    ]
    for is_wrong, what in wrong:
        if is_wrong:
            msg = f"Calibration table {name} {what}. Calibrate again."
            raise ValueError(msg)
