"""Here we ask how a model ages: each one is tested on every later window, beside the model that was new then.

Windows differ in difficulty, so an old model's figure today is not compared with its own of last
year but with the new model's figure on the same reports: what retraining would have gained.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats, Ints
from triage.words import Text

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 0.01
"""A loss in AUC that is lived with, before retraining is called for."""

FEWEST_PAIRS = 3
"""With fewer windows at an age the mean loss has no interval worth giving."""


@dataclass(frozen=True)
class Age:
    """Models of one age.

    Attributes
    ----------
    windows : int
        Age: how many windows after the first that the model was tested on.
    n : int
        Pairs of an old and a new model on the same window.
    figure : float
        Mean figure of the old models.
    loss : float
        Mean of the new models' figures less the old ones'.
    low, high : float or None
        95 % limits of the loss by Student's t over windows; None with fewer than `FEWEST_PAIRS`. Windows that
        share a model are not independent, so the limits are somewhat too narrow.
    """

    windows: int
    n: int
    figure: float
    loss: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Ageing:
    """How models age.

    Attributes
    ----------
    ages : tuple of Age
        From 1.
    per_window : float or None
        Loss per window of age: least squares through zero.
    retrain_after : int or None
        First age at which the whole interval of the loss lies above the tolerance.
    tolerance : float
    text : Text
        What follows.
    """

    ages: tuple[Age, ...]
    per_window: float | None
    retrain_after: int | None
    tolerance: float
    text: Text

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return asdict(self)

    def frame(self) -> pd.DataFrame:
        """Give one row per age."""
        import pandas as pd

        return pd.DataFrame([asdict(age) for age in self.ages])


def ageing(figures: Floats, *, tolerance: float = TOLERANCE) -> Ageing:
    """Draw the ageing curve.

    Parameters
    ----------
    figures : ndarray of float64, shape (models, windows)
        Figure (higher is better) of each model on each window; NaN on windows before its first. Windows are equally
        long; the model whose first window is w is the new one there.
    tolerance : float

    Raises
    ------
    ValueError
        When a model was tested on no window, or two have the same first one.
    """
    first = _first_windows(figures)
    new = np.full(figures.shape[1], np.nan)
    new[first] = figures[np.arange(len(figures)), first]
    age = np.arange(figures.shape[1]) - first[:, None]
    loss = new - figures
    pairs = (age > 0) & np.isfinite(loss)
    ages = tuple(_age(int(a), figures[pairs & (age == a)], loss[pairs & (age == a)]) for a in np.unique(age[pairs]))
    worn = [each.windows for each in ages if each.low is not None and each.low > tolerance]
    after = worn[0] if worn else None
    slope = float((age * loss)[pairs].sum() / (age[pairs] ** 2).sum()) if pairs.any() else None
    return Ageing(ages, slope, after, tolerance, _say(ages, after, tolerance))


def _first_windows(figures: Floats) -> Ints:
    """Give the window in which each model was new."""
    tested = np.isfinite(figures)
    if not tested.any(axis=1).all():
        msg = f"Model {int(np.flatnonzero(~tested.any(axis=1))[0])} has no figure on any window; leave it out."
        raise ValueError(msg)
    first: Ints = tested.argmax(axis=1)
    if len(np.unique(first)) < len(first):
        msg = (
            f"The models' first windows are {first.tolist()}; give one new model per window, and NaN before its first."
        )
        raise ValueError(msg)
    return first


def _age(windows: int, figure: Floats, loss: Floats) -> Age:
    """Sum up the pairs of one age."""
    from scipy.stats import t

    mean, n = float(loss.mean()), len(loss)
    if n < FEWEST_PAIRS:
        return Age(windows, n, float(figure.mean()), mean, None, None)
    half = float(t.ppf(0.975, n - 1)) * float(loss.std(ddof=1)) / math.sqrt(n)
    return Age(windows, n, float(figure.mean()), mean, mean - half, mean + half)


def _say(ages: tuple[Age, ...], after: int | None, tolerance: float) -> Text:
    """Say when to train again."""
    limit, limit_sv = f"{tolerance:.3f}", f"{tolerance:.3f}".replace(".", ",")
    sure = [age.windows for age in ages if age.low is not None]
    if after is not None:
        return Text(
            f"Träna om senast vid ålder {after} (i perioder): där ligger hela förlustens intervall över {limit_sv}.",
            f"Train again by age {after} (in windows): there the whole interval of the loss lies above {limit}.",
        )
    if not sure:
        return Text(
            "Går inte att avgöra: för få perioder för att se hur modellen åldras.",
            "Cannot tell: too few windows to see how the model ages.",
        )
    return Text(
        f"Ingen förlust över {limit_sv} är visad till och med ålder {sure[-1]} (i perioder). Därefter går det inte att avgöra.",
        f"No loss above {limit} is shown up to age {sure[-1]} (in windows). Beyond that, cannot tell.",
    )
