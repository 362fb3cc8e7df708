"""Here we work out where the marks of a picture go; the template draws them and a table says the same in words.

>>> strip(0.75, 0.70, 0.80)
{'dot': 50.0, 'start': 40.0, 'end': 60.0}
>>> strip(0.75)
{'dot': 50.0, 'start': 50.0, 'end': 50.0}
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

SMALL_BIN = 20
"""A bin with fewer reports is marked and not shown as a rate."""

SIDE, LEFT, TOP = 280.0, 52.0, 12.0
"""Side and corner of the square in which calibration is drawn, in picture units."""

_CHANCE = 0.5


def is_small(bin_: Mapping[str, Any]) -> bool:
    """Whether the bin holds too few reports for a rate."""
    return bin_["n"] < SMALL_BIN or None in (bin_["observed"], bin_["low"], bin_["high"])


def strip(share: float, low: float | None = None, high: float | None = None) -> dict[str, float]:
    """Place an AUC and its interval on a line from chance (0) to every pair in order (100)."""
    low, high = (share if low is None else low), (share if high is None else high)
    return {name: _along(value) for name, value in (("dot", share), ("start", low), ("end", high))}


def bars(shares: Sequence[float]) -> list[float]:
    """Give bar lengths of at most 100, the longest being 100."""
    longest = max(shares) or 1.0
    return [round(100 * share / longest, 1) for share in shares]


def calibration(bins: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Place the bins of a calibration picture: estimated share across, observed share upwards.

    Returns
    -------
    dict
        ``ticks`` (share, x, y), ``points`` (x, y, top, bottom) for bins that have a rate, and ``few`` (x) for
        bins that are too small, on one scale for both axes.
    """
    limit = _limit(bins)
    steps = round(limit * (5 if limit > 0.5 else 10))
    shares = [limit * step / steps for step in range(steps + 1)]
    rated = [each for each in bins if not is_small(each)]
    return {
        "ticks": [{"share": share, "x": _across(share, limit), "y": _up(share, limit)} for share in shares],
        "points": [
            {
                "x": _across(each["mean_score"], limit),
                "y": _up(each["observed"], limit),
                "top": _up(each["high"], limit),
                "bottom": _up(each["low"], limit),
            }
            for each in rated
        ],
        "few": [_across(each["mean_score"], limit) for each in bins if is_small(each)],
    }


def _limit(bins: Sequence[Mapping[str, Any]]) -> float:
    """Give the end of both axes: the first tenth (below a half) or fifth that holds every mark."""
    tops = [each["mean_score"] for each in bins] + [each["high"] for each in bins if not is_small(each)]
    most: float = max(tops)
    tenths = max(1, math.ceil(round(10 * most, 9)))
    return min(1.0, (tenths if tenths <= 5 else tenths + tenths % 2) / 10)


def _along(auc: float) -> float:
    return round(100 * min(1.0, max(0.0, (auc - _CHANCE) / (1 - _CHANCE))), 1)


def _across(share: float, limit: float) -> float:
    return round(LEFT + SIDE * share / limit, 1)


def _up(share: float, limit: float) -> float:
    return round(TOP + SIDE * (1 - share / limit), 1)
