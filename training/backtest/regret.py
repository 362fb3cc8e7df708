"""Here we choose among model groups by regret: what a way of choosing would have cost in the periods that came after.

After the audition of DSSG's Triage. At each period every rule picks a candidate from what was known
so far; in the next period the pick is compared with the candidate that turned out best. The rule that cost
least then picks from all periods. With few periods the rules' costs are uncertain themselves: they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats
from training.backtest.comparison import WORTH

if TYPE_CHECKING:
    import pandas as pd

Rule = Callable[[Floats], int]
"""Takes figures, shape (candidates, periods so far); gives the candidate to use next."""


def best_last(figures: Floats) -> int:
    """Take what was best in the last period."""
    return int(figures[:, -1].argmax())


def best_mean(figures: Floats) -> int:
    """Take what was best on average."""
    return int(figures.mean(axis=1).argmax())


def best_worst(figures: Floats) -> int:
    """Take what was best in its own worst period."""
    return int(figures.min(axis=1).argmax())


def most_often_near_best(figures: Floats) -> int:
    """Take what came within `WORTH` of the best in most periods."""
    return int((figures >= figures.max(axis=0) - WORTH).sum(axis=1).argmax())


def simplest_near_best(figures: Floats) -> int:
    """Take the first candidate whose average comes within `WORTH` of the best one."""
    mean = figures.mean(axis=1)
    return int((mean >= mean.max() - WORTH).argmax())


RULES: tuple[Rule, ...] = (simplest_near_best, best_mean, best_last, best_worst, most_often_near_best)
"""In the order in which ties between rules are broken."""


@dataclass(frozen=True)
class Choice:
    """The chosen model group.

    Attributes
    ----------
    chosen, rule : str
    rules : dict of str to float
        Mean regret of each rule over later periods.
    candidates : dict of str to float
        Mean regret of having used each candidate throughout, over the same periods.
    picks : tuple of str
        What the rule would have picked for each later period.
    periods : int
        Later periods over which regret was taken.
    """

    chosen: str
    rule: str
    rules: dict[str, float]
    candidates: dict[str, float]
    picks: tuple[str, ...]
    periods: int

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return asdict(self)

    def frame(self) -> pd.DataFrame:
        """Give one row per candidate: mean regret, and whether it was chosen."""
        import pandas as pd

        rows = [(name, regret, name == self.chosen) for name, regret in self.candidates.items()]
        return pd.DataFrame(rows, columns=["candidate", "mean_regret", "chosen"])


def choose_by_regret(figures: Mapping[str, Sequence[float]]) -> Choice:
    """Choose a model group.

    Parameters
    ----------
    figures : mapping of str to sequence of float
        Per candidate its figure (higher is better) in each period, by time. Simplest candidate first: it wins ties.

    Raises
    ------
    ValueError
        With fewer than two periods, or when a figure is missing: a candidate that could not be tested in
        a period cannot be compared there.
    """
    table = _table(figures)
    names, periods = list(figures), table.shape[1]
    best = table[:, 1:].max(axis=0)
    picks = {rule.__name__: [rule(table[:, :now]) for now in range(1, periods)] for rule in RULES}
    cost = {name: float((best - table[row, np.arange(1, periods)]).mean()) for name, row in picks.items()}
    rule = min(RULES, key=lambda one: cost[one.__name__])
    return Choice(
        chosen=names[rule(table)],
        rule=rule.__name__,
        rules=cost,
        candidates=dict(zip(names, (best - table[:, 1:]).mean(axis=1).tolist(), strict=True)),
        picks=tuple(names[pick] for pick in picks[rule.__name__]),
        periods=periods - 1,
    )


def _table(figures: Mapping[str, Sequence[float]]) -> Floats:
    """Give the figures as an array, shape (candidates, periods), complete."""
    lengths = {name: len(values) for name, values in figures.items()}
    if len(set(lengths.values())) != 1 or min(lengths.values()) < 2:
        msg = f"Periods per candidate: {lengths}; give the same number to all, at least 2."
        raise ValueError(msg)
    table = np.array([list(values) for values in figures.values()], dtype=np.float64)
    missing = [name for name, row in zip(figures, table, strict=True) if not np.isfinite(row).all()]
    if missing:
        msg = f"No figure in some period for: {', '.join(missing)}; leave that period out for all, or the candidate."
        raise ValueError(msg)
    return table
