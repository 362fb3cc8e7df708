"""Here we put side by side what can be said when outcomes exist only where someone investigated.

Four answers, none of which replaces another: figures on those with a known outcome, which speak of
those people chose; figures where the law makes everyone investigated, free of that choice but about another mix of
reports; worst and best cases, which assume nothing; and a doubly robust estimate, which assumes a lot.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats, Ints
from training.backtest.bootstrap import intervals
from training.backtest.bounds import Bounds, bounds
from training.backtest.checks import check_group, check_label, check_score
from training.backtest.doubly_robust import DoublyRobust, doubly_robust
from training.backtest.weighted import FIGURES, Bools, four_under
from training.evaluate import DRAWS, Interval
from triage.words import Text

if TYPE_CHECKING:
    import pandas as pd

KNOWN_ONLY = Text(
    "Siffrorna gäller anmälningar med känt utfall, alltså dem som någon valde att utreda. De andra är inte utan behov; "
    "deras behov är okänt.",
    "The figures speak of reports with a known outcome: those that someone chose to investigate. The others are not "
    "without need; their need is unknown.",
)
MANDATED_ONLY = Text(
    "Siffrorna gäller anmälningar som lagen gör att alla ska utreda. Där ska ingen ha valt; saknas utfall ändå säger "
    "sämsta och bästa fall vad det kan betyda. De liknar inte de andra anmälningarna.",
    "The figures speak of reports that the law has everyone investigate. Nobody should have chosen there; where outcomes "
    "are missing all the same, worst and best case say what that can mean. They differ from the other reports.",
)
BOUNDED = Text(
    "Vad de okända utfallen än är ligger siffran för dessa anmälningar mellan sämsta och bästa fall.",
    "Whatever the unknown outcomes are, the figure for these reports lies between the worst and the best case.",
)


def bounded(at_most: float) -> Text:
    """Say what the bounds hold under."""
    if at_most == 1:
        return BOUNDED
    return Text(
        f"Om högst {at_most:.0%} av de okända utfallen är ja ligger siffran för dessa anmälningar mellan sämsta och bästa "
        "fall. Det är ett antagande.",
        f"If at most {at_most:.0%} of the unknown outcomes are yes, the figure for these reports lies between the worst and "
        "the best case. That is an assumption.",
    )


@dataclass(frozen=True)
class Slice:
    """Figures on a set of reports of which some have a known outcome.

    Attributes
    ----------
    n, known : int
    figures : dict of str to (Interval or None)
        On those with a known outcome, by `FIGURES`; all reports compete for being taken first.
    bounds : dict of str to (Bounds or None)
        For the whole set.
    """

    n: int
    known: int
    figures: dict[str, Interval | None]
    bounds: dict[str, Bounds | None]

    @property
    def known_share(self) -> float | None:
        """Share with a known outcome: what falls short of 1 was chosen, or is not decided."""
        return self.known / self.n if self.n else None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return asdict(self) | {"known_share": self.known_share}


@dataclass(frozen=True)
class Selective:
    """What can be said of everyone.

    Attributes
    ----------
    capacity, at_most : float
        Share taken first; largest share of the unknown that is assumed positive (1: nothing is assumed).
    everyone : Slice
    mandated : Slice or None
        None when nobody said which reports the law has everyone investigate.
    doubly_robust : DoublyRobust or None
        None when nobody said what people saw.
    """

    capacity: float
    at_most: float
    everyone: Slice
    mandated: Slice | None
    doubly_robust: DoublyRobust | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data, with what each answer speaks of in words."""
        return {
            "capacity": self.capacity,
            "at_most": self.at_most,
            "bounds_text": bounded(self.at_most).to_dict(),
            "everyone": self.everyone.to_dict() | {"text": KNOWN_ONLY.to_dict()},
            "mandated": self.mandated and self.mandated.to_dict() | {"text": MANDATED_ONLY.to_dict()},
            "doubly_robust": self.doubly_robust and self.doubly_robust.to_dict(),
        }

    def frame(self) -> pd.DataFrame:
        """Give one row per figure: on the known, worst, best, mandated, doubly robust; missing where not estimable."""
        import pandas as pd

        return pd.DataFrame({name: self._row(name) for name in FIGURES}).T

    def _row(self, name: str) -> dict[str, float]:
        """Give what each answer says of one figure, NaN where it says nothing."""
        limits = self.everyone.bounds[name]
        return {
            "known": _value(self.everyone, name),
            "worst": np.nan if limits is None else limits.low,
            "best": np.nan if limits is None else limits.high,
            "mandated": _value(self.mandated, name),
            "doubly_robust": _value(self.doubly_robust, name),
        }


def _value(answer: Slice | DoublyRobust | None, name: str) -> float:
    """Give one figure of an answer."""
    found = None if answer is None else answer.figures[name]
    return np.nan if found is None else found.value


def selective(
    label: Floats,
    score: Floats,
    group: Ints,
    *,
    capacity: float,
    mandated: Bools | None = None,
    covariates: Floats | None = None,
    at_most: float = 1.0,
    draws: int = DRAWS,
    seed: int = 0,
) -> Selective:
    """Say what can be said of everyone.

    Parameters
    ----------
    label : ndarray of float64, shape (n,)
        1, 0, or NaN where nobody knows. Immature reports are left out before (see `training.backtest.maturity`).
    score : ndarray of float64, shape (n,)
    group : ndarray of int64, shape (n,)
        Household numbers.
    capacity : float
        Share of all reports that is taken first.
    mandated : ndarray of bool, shape (n,), optional
        Reports that the law has everyone investigate.
    covariates : ndarray of float64, shape (n, k), optional
        What people saw when they chose whom to investigate (see `doubly_robust`).
    at_most : float
        See `bounds`.
    draws, seed : int
    """
    check_label(label, len(label))
    check_score(score, len(label))
    check_group(group, len(label))

    def measured(among: Bools) -> Slice:
        counted = among & ~np.isnan(label)
        prepared = four_under(label, score, capacity, counted)
        found = intervals(prepared, group, counted=counted, draws=draws, seed=seed)
        limits = bounds(label, score, capacity, among=among, at_most=at_most)
        return Slice(int(among.sum()), int(counted.sum()), dict(zip(FIGURES, found, strict=True)), limits)

    estimated = None
    if covariates is not None:
        estimated = doubly_robust(label, score, covariates, group, capacity, draws=draws, seed=seed)
    return Selective(
        capacity=capacity,
        at_most=at_most,
        everyone=measured(np.ones(len(label), dtype=bool)),
        mandated=None if mandated is None else measured(mandated),
        doubly_robust=estimated,
    )
