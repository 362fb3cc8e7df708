"""Here we make random models of every kind that the tables must hold, and explain small ones by their definition."""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import Any

import lightgbm
import numpy as np

SIZE = 600


def rows(seed: int, width: int, size: int = SIZE) -> np.ndarray:
    """Counts, flags and measures, with zeros, tiny numbers and missing values among them."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(size, width)) * 3
    values[:, ::3] = rng.poisson(1.2, size=values[:, ::3].shape)
    values[:, 1::3] = rng.integers(-1, 2, size=values[:, 1::3].shape)
    values[rng.random(values.shape) < 0.15] = np.nan
    values[rng.random(values.shape) < 0.02] = 1e-36
    return values


def model(seed: int, width: int, **plan: Any) -> lightgbm.Booster:
    """Grow a few trees on random rows; an odd seed learns a number, an even one yes or no."""
    rng = np.random.default_rng(seed)
    values = rows(seed, width)
    told = np.nan_to_num(values)
    push = told[:, 0] * told[:, 1 % width] + told[:, 2 % width] - np.isnan(values[:, 0]) + rng.normal(size=len(values))
    rounds = plan.pop("rounds", 12)
    params = {
        "objective": "regression" if seed % 2 else "binary", "num_leaves": 12, "min_data_in_leaf": 3, "verbosity": -1,
        "min_sum_hessian_in_leaf": 1e-3, "learning_rate": 0.3, "seed": seed, "num_threads": 1, "deterministic": True,
    } | plan  # fmt: skip
    label = push if seed % 2 else (push > np.median(push)).astype(float)
    return lightgbm.train(params, lightgbm.Dataset(values, label, params=params), num_boost_round=rounds)


MODELS: dict[str, tuple[int, int, dict[str, Any]]] = {
    "yes or no": (0, 8, {}),
    "a number": (1, 8, {}),
    "zero as missing": (2, 8, {"zero_as_missing": True}),
    "zero as missing, a number": (3, 8, {"zero_as_missing": True, "num_leaves": 31}),
    "nothing is missing": (4, 8, {"use_missing": False}),
    "stumps": (5, 8, {"num_leaves": 2}),
    "single leaves": (6, 8, {"min_data_in_leaf": SIZE}),
    "one feature": (8, 1, {}),
    "one feature, many splits": (9, 1, {"num_leaves": 60}),
    "two features": (10, 2, {"num_leaves": 40}),
    "depth 3": (12, 12, {"max_depth": 3}),
    "depth 7": (13, 12, {"max_depth": 7, "num_leaves": 31}),
    "depth to 12": (
        14,
        30,
        {"max_depth": 12, "num_leaves": 120, "min_data_in_leaf": 1, "feature_fraction": 0.5, "rounds": 6},
    ),
    "depth beyond 12": (15, 40, {"num_leaves": 90, "min_data_in_leaf": 1, "feature_fraction": 0.3}),
    "unbalanced": (16, 30, {"num_leaves": 64, "min_data_in_leaf": 1, "learning_rate": 1.0}),
    "more splits than bits": (17, 7, {"num_leaves": 200, "min_data_in_leaf": 1, "rounds": 6}),
    "bagged": (18, 10, {"bagging_fraction": 0.5, "bagging_freq": 1, "feature_fraction": 0.5}),
    "dart": (19, 9, {"boosting": "dart"}),
    "penalised": (20, 9, {"lambda_l1": 1.0, "lambda_l2": 5.0, "path_smooth": 2.0}),
    "monotone": (21, 9, {"monotone_constraints": [1, 0, 1, 0, 0, 0, 0, 0, 0]}),
    "no trees but the average": (22, 8, {"rounds": 1, "min_data_in_leaf": SIZE}),
}


def by_definition(booster: lightgbm.Booster, row: np.ndarray) -> tuple[np.ndarray, float]:
    """Sum over every coalition of features, as Shapley did; a feature outside it follows the training rows."""
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    width = len(row)
    worth = {
        known: sum(_expected(tree, row, known) for tree in trees)
        for size in range(width + 1)
        for known in combinations(range(width), size)
    }
    found = np.zeros(width)
    for known, value in worth.items():
        for feature in known:
            rest = tuple(other for other in known if other != feature)
            weight = factorial(len(rest)) * factorial(width - len(known)) / factorial(width)
            found[feature] += weight * (value - worth[rest])
    return found, worth[()]


def _expected(node: dict[str, Any], row: np.ndarray, known: tuple[int, ...]) -> float:
    """What a tree gives when only some features are known."""
    if "split_feature" not in node:
        return float(node["leaf_value"])
    left, right = node["left_child"], node["right_child"]
    if node["split_feature"] in known:
        return _expected(left if _goes_left(node, float(row[node["split_feature"]])) else right, row, known)
    counts = [child.get("internal_count", child.get("leaf_count")) for child in (left, right)]
    both = [_expected(child, row, known) for child in (left, right)]
    return sum(count * value for count, value in zip(counts, both, strict=True)) / sum(counts)


def _goes_left(node: dict[str, Any], value: float) -> bool:
    """Which way a value goes, as LightGBM's documentation says."""
    missing = node["missing_type"]
    if np.isnan(value) and missing != "NaN":
        value = 0.0
    tiny = abs(value) <= 1.0000000180025095e-35
    if (missing == "NaN" and np.isnan(value)) or (missing == "Zero" and tiny):
        return bool(node["default_left"])
    return bool((0.0 if tiny else value) <= node["threshold"])


def depth(node: dict[str, Any]) -> int:
    """How many splits lie on the longest path."""
    return 1 + max(depth(node["left_child"]), depth(node["right_child"])) if "split_feature" in node else 0
