"""Here we fit Venn-Abers: for every place a new report could take, isotonic regression with its outcome yes, and no.

One pass over the calibration reports is enough. The cumulated outcomes are a path; its convex minorant is the isotonic
fit, and moving the new report one place to the right moves one corner of the path. Counts are whole numbers, so that
nothing is rounded until the last division.

Source: Vovk, Petej & Fedorova (2015), algorithms 1 to 4; tested against the package ``venn-abers``.
"""

from __future__ import annotations

import numpy as np

from features.arrays import Floats, Ints
from triage.errors import TrainingRefused
from triage.venn_abers import VennAbers

Point = tuple[int, int]


def fit_venn_abers(margin: Floats, label: Floats) -> VennAbers:
    """Fit the two step functions.

    Parameters
    ----------
    margin : ndarray of float64, shape (n,)
        Raw log-odds of reports that the trees have not seen; equal margins are one place.
    label : ndarray of float64, shape (n,)
        0 or 1.

    Returns
    -------
    VennAbers

    Raises
    ------
    TrainingRefused
        Without a report, with a margin that is no number, or with an outcome that is neither 0 nor 1.
    """
    _refuse_no_pairs(margin, label)
    places, at = np.unique(margin, return_inverse=True)
    size = np.bincount(at)
    yes = np.bincount(at, weights=label).astype(np.int64)
    rise, run = _with_one_yes(size, yes)
    fall, walk = _with_one_yes(size[::-1], (size - yes)[::-1])  # a no, seen from the other end
    p0 = ((walk - fall) / walk)[::-1]
    p1 = rise / run
    return VennAbers(*_steps(places, p0), *_steps(places, p1))


def _refuse_no_pairs(margin: Floats, label: Floats) -> None:
    """Refuse what cannot be calibrated on."""
    if margin.ndim != 1 or margin.shape != label.shape or not len(margin):
        msg = (
            f"Calibration needs as many margins as outcomes, at least one; got shapes {margin.shape} and {label.shape}."
        )
        raise TrainingRefused(msg)
    odd = ~np.isfinite(margin) | ~np.isin(label, (0.0, 1.0))
    if odd.any():
        msg = f"{int(odd.sum())} reports have a margin that is no number or an outcome other than 0 and 1; leave them out."
        raise TrainingRefused(msg)


def _with_one_yes(size: Ints, yes: Ints) -> tuple[Ints, Ints]:
    """Give the isotonic fit of one more yes before each place and after the last, as rise and run, shape (k + 1,)."""
    path = [(0, 0), *zip(np.cumsum(size).tolist(), np.cumsum(yes).tolist(), strict=True)]
    corners: list[Point] = []
    for point in (*reversed(path), (-1, -1)):
        _lead(corners, point)
    slopes = []
    for x, y in path[1:]:
        left, right = corners[-1], corners[-2]
        slopes.append((right[1] - left[1], right[0] - left[0]))
        moved = (x - 1, y - 1)
        if _turn(left, right, moved) < 0:
            corners.pop()
            _lead(corners, moved)
    slopes.append((1, 1))
    rise, run = np.array(slopes, dtype=np.int64).T
    return rise, run


def _lead(corners: list[Point], point: Point) -> None:
    """Put a point before a convex chain (its first corner stands last) and drop the corners it makes needless."""
    while len(corners) > 1 and _turn(point, corners[-1], corners[-2]) <= 0:
        corners.pop()
    corners.append(point)


def _turn(a: Point, b: Point, c: Point) -> int:
    """Tell how the way from ``a`` over ``b`` to ``c`` turns: above 0 to the left, 0 straight on."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _steps(places: Floats, values: Floats) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Keep only the places where the value changes."""
    changes = values[1:] != values[:-1]
    return tuple(places[changes].tolist()), tuple(values[np.append(True, changes)].tolist())
