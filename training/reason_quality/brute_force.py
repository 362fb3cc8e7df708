"""Here we compute Shapley values the long way, over every subset of features: a second route to what the quick one says.

The value of a subset is what the trees give when only its features are known: at a split on another feature both sides
count, each by the share of training reports that went there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from features.arrays import Floats, Mask

MOST_FEATURES = 10


def brute_force(model: Mapping[str, Any], values: Floats) -> Floats:
    """Give the Shapley values of a small model, summed up over every subset.

    Parameters
    ----------
    model : mapping
        LightGBM's ``dump_model()``; numeric splits.
    values : ndarray of float64, shape (n, k)

    Returns
    -------
    ndarray of float64, shape (n, k)

    Raises
    ------
    ValueError
        When the trees read more than `MOST_FEATURES` features: there are too many subsets.
    """
    trees = [tree["tree_structure"] for tree in model["tree_info"]]
    read = sorted({feature for tree in trees for feature in _features(tree)})
    if len(read) > MOST_FEATURES:
        msg = f"The trees read {len(read)} features; at most {MOST_FEATURES} can be summed up. Grow a smaller model."
        raise ValueError(msg)
    found = np.zeros(values.shape)
    for tree in trees:
        mine = sorted(set(_features(tree)))  # other features add nothing to this tree
        worth = {subset: _worth(tree, values, frozenset(subset)) for subset in _subsets(mine)}
        for feature in mine:
            found[:, feature] += _shapley(worth, mine, feature)
    return found


def _shapley(worth: Mapping[tuple[int, ...], Floats], features: Sequence[int], feature: int) -> Floats:
    """Average what a feature adds over every order in which features can come to be known."""
    many = len(features)
    total = np.zeros(1)
    for subset in _subsets([one for one in features if one != feature]):
        weight = math.factorial(len(subset)) * math.factorial(many - len(subset) - 1) / math.factorial(many)
        total = total + weight * (worth[tuple(sorted((*subset, feature)))] - worth[subset])
    return total


def _subsets(features: Sequence[int]) -> list[tuple[int, ...]]:
    """List every subset, each in order."""
    return [subset for size in range(len(features) + 1) for subset in combinations(features, size)]


def _features(node: Mapping[str, Any]) -> list[int]:
    """List the features at the splits of a tree."""
    if "split_feature" not in node:
        return []
    return [node["split_feature"], *_features(node["left_child"]), *_features(node["right_child"])]


def _worth(node: Mapping[str, Any], values: Floats, known: frozenset[int]) -> Floats:
    """Give what a tree gives when only some features are known, shape (n,)."""
    if "split_feature" not in node:
        return np.full(len(values), node["leaf_value"])
    left, right = (_worth(node[side], values, known) for side in ("left_child", "right_child"))
    if node["split_feature"] in known:
        return np.where(_goes_left(node, values), left, right)
    share = _count(node["left_child"]) / _count(node)
    return share * left + (1 - share) * right


def _goes_left(node: Mapping[str, Any], values: Floats) -> Mask:
    """Tell which rows go left at a split; where the trees have met no missing value, one counts as 0."""
    value = values[:, node["split_feature"]]
    missing = np.isnan(value)
    went: Mask = np.where(missing, 0.0, value) <= node["threshold"]
    return went if node["missing_type"] != "NaN" else np.asarray(np.where(missing, node["default_left"], went))


def _count(node: Mapping[str, Any]) -> float:
    """Give how many training reports went through a node."""
    return float(node.get("internal_count", node.get("leaf_count", 0)))
