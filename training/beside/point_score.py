"""Here we make a point score: at most ten lines of small whole numbers that a person adds up without a computer, and no age.

A line is a condition with points, ``earlier reports, 0–90 days: at least 2 ... 3``. Lines are taken one by one, each time the
condition that says most about what the lines before it leave open, then weighed together and rounded to points. Points only
add: no line promises that a child is well. A value that is unknown meets no condition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Floats, Ints
from training.beside import refuse_unfit
from training.evaluate import auc

MOST_LINES = 10
MOST_POINTS = 5
"""Points of the heaviest line, at most."""
FEWEST = 50
"""Reports that must meet a condition, and that must not, before it may be a line."""
EVIDENCE = 4.0
"""Standard errors by which a condition must move the outcome beyond the lines before it."""
MOST_CUTS = 8
"""Conditions per feature and way."""
TINY = 1e-12
AGE = ("age_months", "observable_months")
"""Features that tell the child's age."""


@dataclass(frozen=True)
class Condition:
    """A value at or above a limit, or below it.

    Attributes
    ----------
    feature : str
    column : int
    at_least : bool
    limit : float
    flag : bool
        Whether the feature is a yes or no.
    """

    feature: str
    column: int
    at_least: bool
    limit: float
    flag: bool

    def holds(self, values: Floats) -> NDArray[np.bool_]:
        """Tell which rows meet the condition; an unknown value does not, shape (n,)."""
        value = values[:, self.column]
        met: NDArray[np.bool_] = value >= self.limit if self.at_least else value < self.limit
        return met


@dataclass(frozen=True)
class PointScore:
    """A card of conditions with points.

    Attributes
    ----------
    conditions : tuple of Condition
        Heaviest first; none when nothing was worth a line.
    points : tuple of int
        1 to `MOST_POINTS`, one per condition.
    """

    conditions: tuple[Condition, ...]
    points: tuple[int, ...]

    def score(self, values: Floats) -> Floats:
        """Add up the points, shape (n,)."""
        total = np.zeros(len(values))
        for condition, points in zip(self.conditions, self.points, strict=True):
            total += points * condition.holds(values)
        return total

    def to_dict(self) -> dict[str, Any]:
        """Give the card as plain data."""
        pairs = zip(self.conditions, self.points, strict=True)
        return {"kind": "point_score", "lines": [asdict(condition) | {"points": points} for condition, points in pairs]}


def fit(
    values: Floats,
    label: Floats,
    names: Sequence[str],
    *,
    directions: Sequence[int],
    without: Collection[str] = AGE,
) -> PointScore:
    """Make the card.

    Parameters
    ----------
    values : ndarray of float64, shape (n, k)
    label : ndarray of float64, shape (n,)
        0 or 1.
    names : sequence of str, length k
    directions : sequence of {-1, 0, 1}, length k
        Which way points may go when a value grows; 0 for either.
    without : collection of str
        Features that may not be used.
    """
    refuse_unfit(values, label, names)
    usable = [column for column, name in enumerate(names) if name not in without]
    menu = [_Choices.of(names[column], column, values[:, column], directions[column]) for column in usable]
    taken: list[Condition] = []
    chance = np.full(len(label), label.mean())
    weight = np.zeros(0)
    while len(taken) < MOST_LINES:
        offers = [choices.best(label - chance, chance * (1 - chance)) for choices in menu]
        evidence, best = max(offers, key=lambda offer: offer[0], default=(0.0, None))
        if best is None or evidence < EVIDENCE:
            break
        taken.append(best)
        weight, chance = _weighed(_met(taken, values), label)
    return _rounded(taken, weight, values, label)


def _weighed(met: Floats, label: Floats) -> tuple[Floats, Floats]:
    """Weigh conditions together; give their log-odds and each row's chance."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(solver="newton-cholesky").fit(met, label)
    weight: Floats = found.coef_[0]
    chance: Floats = found.predict_proba(met)[:, 1]
    return weight, chance


def _rounded(taken: Sequence[Condition], weight: Floats, values: Floats, label: Floats) -> PointScore:
    """Round weights to the points that order the reports best; of equals the smallest points."""
    cards = [_card(taken, weight, most) for most in range(1, MOST_POINTS + 1)]
    return max(cards, key=lambda card: round(auc(label, card.score(values)), 3))


def _card(taken: Sequence[Condition], weight: Floats, most: int) -> PointScore:
    """Give the heaviest condition ``most`` points and the others in proportion; what rounds to nothing is left out."""
    points = np.rint(weight / max(weight.max(initial=0.0), TINY) * most)
    order = [number for number in np.argsort(-points, kind="stable") if points[number] > 0]
    return PointScore(tuple(taken[number] for number in order), tuple(int(points[number]) for number in order))


@dataclass(frozen=True)
class _Choices:
    """The conditions that one feature offers, and in which of its bins each row lies.

    Attributes
    ----------
    conditions : tuple of Condition
        "At least" each limit, then "below" each limit.
    allowed : ndarray of bool
        Which of them the direction and the number of reports allow.
    place : ndarray of int64, shape (n,)
        One bin more than limits; unknown values lie in a bin of their own.
    """

    conditions: tuple[Condition, ...]
    allowed: NDArray[np.bool_]
    place: Ints

    @classmethod
    def of(cls, name: str, column: int, value: Floats, direction: int) -> _Choices:
        """Offer the conditions of one feature."""
        limits, flag = _limits(value)
        conditions = [Condition(name, column, way, float(limit), flag) for way in (True, False) for limit in limits]
        place = np.where(np.isnan(value), len(limits) + 1, np.searchsorted(limits, value, side="right"))
        ways = np.repeat([direction >= 0, direction <= 0], len(limits))
        offered = cls(tuple(conditions), ways, place)
        count = offered._sums(np.ones(len(value)))
        return cls(offered.conditions, ways & (count >= FEWEST) & (count <= len(value) - FEWEST), place)

    def best(self, left: Floats, variance: Floats) -> tuple[float, Condition | None]:
        """Give the condition that meets most of the outcome that is left open, and its evidence in standard errors.

        Parameters
        ----------
        left, variance : ndarray of float64, shape (n,)
            Outcome minus chance of it, and the chance's variance.
        """
        if not self.allowed.any():
            return 0.0, None
        met = self._sums(variance)
        spread = np.sqrt(met - met**2 / variance.sum(), where=self.allowed, out=np.ones_like(met))
        evidence = np.where(self.allowed, self._sums(left) / spread, -np.inf)
        which = int(evidence.argmax())
        return float(evidence[which]), self.conditions[which]

    def _sums(self, weight: Floats) -> Floats:
        """Add up a weight over the rows that meet each condition."""
        limits = len(self.conditions) // 2
        inside = np.bincount(self.place, weight, minlength=limits + 2)[: limits + 1]
        return np.concatenate([inside[::-1].cumsum()[::-1][1:], inside.cumsum()[:-1]])


def _limits(value: Floats) -> tuple[Floats, bool]:
    """Give the limits worth trying, ascending, each a value that occurs; and whether the feature is a yes or no."""
    known = value[~np.isnan(value)]
    distinct = np.unique(known)
    if len(distinct) > MOST_CUTS + 1:
        shares = np.arange(1, MOST_CUTS + 1) / (MOST_CUTS + 1)
        return np.unique(np.maximum(np.quantile(known, shares, method="higher"), distinct[1])), False
    return distinct[1:], bool(np.isin(distinct, (0.0, 1.0)).all())


def _met(conditions: Iterable[Condition], values: Floats) -> Floats:
    """Tell which rows meet which conditions, shape (n, number of conditions)."""
    met = [condition.holds(values) for condition in conditions]
    return np.array(met, dtype=np.float64).reshape(-1, len(values)).T
