"""Here we keep the small numeric tools that every stage shares: shares, ranks, weighted choice, calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import NormalDist
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from features.codes import Code

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Objects = NDArray[np.object_]
Streams = dict[str, np.random.Generator]
C = TypeVar("C", bound=Code)


def streams(seed: int, names: Sequence[str]) -> Streams:
    """Give every stage a random generator of its own, so that one stage cannot reshuffle another."""
    spawned = np.random.SeedSequence(seed).spawn(len(names))
    return {name: np.random.default_rng(child) for name, child in zip(names, spawned, strict=True)}


def sigmoid(x: Floats) -> Floats:
    """Turn log odds into probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -30.0, 30.0))), dtype=np.float64)


def log_odds(p: float) -> float:
    """Turn one probability into log odds."""
    return float(np.log(p) - np.log1p(-p))


def normal_quantile(p: float) -> float:
    """Give the standard normal value below which a share ``p`` lies."""
    return NormalDist().inv_cdf(p)


def ranks(x: Floats) -> Floats:
    """Give each value its place between 0 and 1, evenly spread."""
    place = np.empty(len(x), dtype=np.float64)
    place[np.argsort(x, kind="stable")] = np.arange(len(x)) + 0.5
    return place / max(len(x), 1)


def within(counts: Ints) -> Ints:
    """Count through the members of each group: for sizes 2, 3 give 0, 1, 0, 1, 2."""
    starts = np.cumsum(counts) - counts
    return np.asarray(np.arange(counts.sum()) - np.repeat(starts, counts), dtype=np.int64)


def persistent(owner: Ints, same: float, rng: np.random.Generator) -> Floats:
    """Draw uniform numbers, of which a share ``same`` is the owner's own, so that what was drawn before comes again."""
    own = rng.random(int(owner.max()) + 1)[owner]
    return np.where(rng.random(len(owner)) < same, own, rng.random(len(owner)))


def choose(weights: Floats, rows: Ints, rng: np.random.Generator, u: Floats | None = None) -> Ints:
    """Draw one column per entry of ``rows``, in proportion to that row of ``weights``."""
    cumulative = np.cumsum(weights, axis=1)
    cumulative /= cumulative[:, -1:]
    u = rng.random(len(rows)) if u is None else u
    picked = np.zeros(len(rows), dtype=np.int64)
    for column in range(weights.shape[1] - 1):
        picked += u > cumulative[rows, column]
    return picked


def draw(shares: Sequence[float], size: int, rng: np.random.Generator) -> Ints:
    """Draw ``size`` positions in proportion to ``shares``."""
    return choose(np.asarray([shares], dtype=np.float64), np.zeros(size, dtype=np.int64), rng)


def solve(measure: Callable[[float], float], target: float, low: float, high: float) -> float:
    """Find by halving where a rising ``measure`` meets ``target``."""
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if measure(middle) < target else (low, middle)
    return (low + high) / 2


def table(weights: Mapping[C, float], codes: Sequence[C], default: float = 0.0) -> Floats:
    """Lay a dictionary of weights out along a list of codes."""
    return np.array([weights.get(code, default) for code in codes], dtype=np.float64)


def words(codes: Sequence[Code]) -> Objects:
    """List codes as plain strings, to be taken by position."""
    out = np.empty(len(codes), dtype=object)
    out[:] = [code.value for code in codes]
    return out


def pseudonyms(letter: str, count: int) -> Objects:
    """Make ``count`` pseudonyms that can be seen to be synthetic: ``syn-r0000001`` and so on."""
    out = np.empty(count, dtype=object)
    out[:] = [f"syn-{letter}{number:07d}" for number in range(1, count + 1)]
    return out
