"""Here we ask whether a group whose past is recorded less than it should be is read first less often.

The group's past is thinned, its features are built again, and the same model scores them from the same limit on. The others
stay as they are. Each share is drawn several times, so that what is told is no count of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats, Ints, Mask
from features.build import build
from features.cases import Cases
from training.audit.experiment import plain
from training.audit.period import Period
from training.audit.published import FIRST
from training.audit.thinning import Thinning, as_cases, frames_of, thinned
from training.backtest.bootstrap import intervals
from training.backtest.weighted import ratio, total
from training.callbacks import Say, nobody
from training.evaluate import Interval
from training.validation.fold import margins
from triage.audit import UNKNOWN, Why
from triage.audit.attributes import Attribute
from triage.audit.results import reason
from triage.audit.shown import Shown

SHARES = (Thinning(0.1), Thinning(0.25), Thinning(0.5))
REPEATS, DRAWS, FEWEST = 3, 400, 40
GROUPS = tuple(name for name in FIRST if name != "age")
"""Attributes whose groups are tried."""


@dataclass(frozen=True)
class Point:
    """One point of the curve.

    Attributes
    ----------
    much : Thinning
    rate : float
        Share of the group's reports that would be read first.
    change : Interval or None
        Against what is recorded now, of the same reports; None where not estimable.
    """

    much: Thinning
    rate: float
    change: Interval | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {"history": self.much.history, "said": self.much.said, "rate": self.rate, "change": plain(self.change)}


@dataclass(frozen=True)
class Stress:
    """What less recording would do to one group.

    Attributes
    ----------
    attribute, label : str
    rate, others : float or None
        Share read first now, of the group and of the others.
    curve : tuple of Point
    why : Why or None
        Why it is not told.
    """

    attribute: str
    label: str
    rate: float | None
    others: float | None
    curve: tuple[Point, ...]
    why: Why | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "attribute": self.attribute,
            "label": self.label,
            "rate": self.rate,
            "others": self.others,
            "curve": [one.to_dict() for one in self.curve],
            "why": reason(self.why),
        }


def stresses(
    cases: Cases, given: Period, model: str, limit: float, may: Shown, *, seed: int = 0, say: Say = nobody
) -> tuple[Stress, ...]:
    """Thin the past of one group after another; arguments as for `stress`, groups that may not be shown are hidden."""
    found = []
    for attribute, label in _groups(given.first.attributes):
        say(f"under-reporting: {attribute.name}")
        inside = attribute.codes == attribute.labels.index(label)
        if (attribute.name, label) not in may.rows:
            found.append(Stress(attribute.name, label, None, None, (), Why.SUPPRESSED))
        elif inside.sum() < FEWEST:
            found.append(Stress(attribute.name, label, None, None, (), Why.TOO_FEW))
        else:
            curve = stress(cases, given, inside, model, limit, seed=seed)
            found.append(Stress(attribute.name, label, *_now(given, inside), curve))
    return tuple(found)


def stress(
    cases: Cases,
    given: Period,
    inside: Mask,
    model: str,
    limit: float,
    shares: Sequence[Thinning] = SHARES,
    *,
    seed: int = 0,
) -> tuple[Point, ...]:
    """Thin the past of one group.

    Parameters
    ----------
    cases : Cases
        The case folder that the period was gathered from.
    given : Period
    inside : ndarray of bool, shape (n,)
        Which audited reports are about the group.
    model : str
        LightGBM's text.
    limit : float
        Margin from which on a report is read first.
    shares : sequence of Thinning
    seed : int
        The same seed leaves out more and more of the same.
    """
    rows = given.rows[inside]
    children = set(cases.frame("reports")["child_id"].iloc[rows])
    whole = frames_of(cases, children)
    now = (given.margin[inside] >= limit).astype(np.float64)
    household = given.first.household[inside]
    return tuple(_point(whole, rows, now, household, model, limit, much, seed) for much in shares)


def _point(
    whole: dict[str, Any],
    rows: Ints,
    now: Floats,
    household: Ints,
    model: str,
    limit: float,
    much: Thinning,
    seed: int,
) -> Point:
    """Draw one share several times, and average."""
    times, first = np.zeros(len(rows)), np.zeros(len(rows))
    for repeat in range(REPEATS):
        frames = thinned(whole, much, np.random.default_rng([seed, repeat]))
        index = frames["reports"].index.to_numpy()
        here = np.isin(rows, index)
        values = build(as_cases(frames)).values[np.searchsorted(index, rows[here])]
        times[here] += 1
        first[here] += margins(model, values) >= limit
    stayed = times > 0
    change = first[stayed] / times[stayed] - now[stayed]

    def mean(weight: Floats) -> Floats:
        return np.array([ratio(total(weight, change), float(weight.sum()))])

    found = intervals(mean, household[stayed], draws=DRAWS, seed=seed)[0]
    return Point(much, float(now.mean() + change.mean()), found)


def _groups(attributes: Sequence[Attribute]) -> Iterator[tuple[Attribute, str]]:
    """Give the groups that are compared with another."""
    tried = (one for one in attributes if one.name in GROUPS)
    yield from ((one, label) for one in tried for label in one.labels if label not in {UNKNOWN, one.reference})


def _now(given: Period, inside: Mask) -> tuple[float, float]:
    """Give the share read first of the group and of the others."""
    return float(given.prioritised[inside].mean()), float(given.prioritised[~inside].mean())
