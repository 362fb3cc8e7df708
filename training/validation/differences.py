"""Here we put two validations side by side as plain data: what was planned differently, and the differences that matter first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from training.backtest.comparison import WORTH

MATTERS = {
    "auc": WORTH,
    "gain": WORTH,
    "mean_auc": WORTH,
    "average_precision": 0.02,
    "precision_at_capacity": 0.02,
    "recall_at_capacity": 0.02,
    "calibration_slope": 0.1,
    "calibration_intercept": 0.1,
    "brier": 0.005,
    "base_rate": 0.02,
}
"""A smaller difference is none that anybody would act on; by figure, in the order of a board's questions."""


@dataclass(frozen=True)
class Difference:
    """One figure of two runs.

    Attributes
    ----------
    figure : str
    first, second : float or None
        None where it could not be told.
    matters : bool or None
        None when one of the two could not be told, or no limit is set for it.
    """

    figure: str
    first: float | None
    second: float | None
    matters: bool | None

    @property
    def change(self) -> float | None:
        """Second less first."""
        return None if self.first is None or self.second is None else self.second - self.first

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return asdict(self) | {"change": self.change}


@dataclass(frozen=True)
class Differences:
    """Two runs side by side.

    Attributes
    ----------
    figures : tuple of Difference
        Those that matter first, then those that cannot be told, then the rest.
    planned : dict of str to (first, second)
        What was planned, was there, or fell short of the bar, differently.
    same_data : bool
        Otherwise the figures speak of different reports.
    """

    figures: tuple[Difference, ...]
    planned: dict[str, tuple[Any, Any]]
    same_data: bool

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "same_data": self.same_data,
            "figures": [one.to_dict() for one in self.figures],
            "planned": {key: list(pair) for key, pair in self.planned.items()},
        }


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> Differences:
    """Compare two validations as `Validation.to_dict` gives them."""
    one, two = _figures(first), _figures(second)
    found = [_difference(name, one.get(name), two.get(name)) for name in dict.fromkeys([*one, *two])]
    planned, other = _planned(first), _planned(second)
    return Differences(
        figures=tuple(sorted(found, key=_urgency)),
        planned={
            key: (planned.get(key), other.get(key))
            for key in dict.fromkeys([*planned, *other])
            if planned.get(key) != other.get(key)
        },
        same_data=first["parts"]["data"] == second["parts"]["data"],
    )


def _planned(run: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a run was made of, and what fell short of its bar, in one flat mapping."""
    parts = {key: value for key, value in run["parts"].items() if key != "plan"}
    short = sorted(one["figure"] for one in run["bar"]["shortfalls"])
    return dict(_leaves(run["plan"] | parts | {"short of the bar": ", ".join(short) or "nothing"}))


def _difference(name: str, first: float | None, second: float | None) -> Difference:
    """Compare one figure."""
    limit = MATTERS.get(name) or (WORTH if name.startswith("auc_") else None)
    if first is None or second is None or limit is None:
        return Difference(name, first, second, None)
    return Difference(name, first, second, abs(second - first) >= limit)


def _urgency(one: Difference) -> int:
    """Put what matters first, then what cannot be told."""
    return {True: 0, None: 1, False: 2}[one.matters]


def _figures(run: Mapping[str, Any]) -> dict[str, float | None]:
    """Give the figures of a run in one flat mapping."""
    pooled, taken = run["pooled"], run["pooled"]["at_capacity"]
    named = {
        "auc": _value(pooled["auc"]),
        "gain": pooled["gain"],
        "precision_at_capacity": taken["precision"],
        "recall_at_capacity": taken["recall"],
        "mean_auc": run["mean_auc"],
    }
    plain = {name: pooled[name] for name in MATTERS if name not in named}
    beside = {f"auc_{one['name']}": _value(one["auc"]) for one in pooled["beside"]}
    return named | plain | beside


def _value(interval: Mapping[str, float] | None) -> float | None:
    """Give the middle of an interval."""
    return None if interval is None else interval["value"]


def _leaves(plain: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Give every value of nested plain data with its dotted key."""
    if isinstance(plain, Mapping):
        for name, value in plain.items():
            yield from _leaves(value, f"{key}.{name}" if key else str(name))
    elif isinstance(plain, list):
        yield key, str(plain)
    else:
        yield key, plain
