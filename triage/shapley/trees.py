"""Here we read the trees of a LightGBM model from its text.

A split sends a row left where its value is at most the threshold. What is missing goes where the split says: "missing" is
NaN, or 0 as well, or nothing at all (then NaN is read as 0), and LightGBM reads a number as tiny as `TINY` as 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

TINY = float(np.float32(1e-35))
"""Numbers as near to 0 as this are 0 to LightGBM."""

Missing = Literal["none", "zero", "nan"]
_MISSING: tuple[Missing, ...] = ("none", "zero", "nan")
_DEFAULT_LEFT, _KIND_AT = 2, 2
"""Of a decision's bits: the one that sends what is missing left, and where the kind of missing begins."""


class CannotTabulate(ValueError):
    """These trees split or end in a way that the tables do not hold; LightGBM itself explains them."""


@dataclass(frozen=True)
class Tree:
    """One tree of s splits and s + 1 leaves; a child below 0 is the leaf ``~child``.

    Attributes
    ----------
    feature, decision, left, right : tuple of int, length s
    threshold : tuple of float, length s
    value : tuple of float, length s + 1
        What a leaf adds to the margin.
    split_count, leaf_count : tuple of float, lengths s and s + 1
        Training rows that came by.
    """

    feature: tuple[int, ...]
    decision: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    threshold: tuple[float, ...]
    value: tuple[float, ...]
    split_count: tuple[float, ...]
    leaf_count: tuple[float, ...]

    def missing(self, split: int) -> Missing:
        """Tell what a split takes for missing."""
        return _MISSING[self.decision[split] >> _KIND_AT & 3]

    def default_left(self, split: int) -> bool:
        """Tell whether a split sends what is missing left."""
        return bool(self.decision[split] & _DEFAULT_LEFT)

    def count(self, child: int) -> float:
        """How many training rows came by a child."""
        return self.split_count[child] if child >= 0 else self.leaf_count[~child]

    @property
    def expected(self) -> float:
        """The mean over the training rows, as LightGBM adds it up."""
        if not self.feature:
            return self.value[0]
        total = 0.0
        for count, value in zip(self.leaf_count, self.value, strict=True):
            total += count / self.split_count[0] * value
        return total


@dataclass(frozen=True)
class Forest:
    """The trees of one model, whose outputs add up to its margin.

    Attributes
    ----------
    width : int
        How many features a row has.
    trees : tuple of Tree
    """

    width: int
    trees: tuple[Tree, ...]


def read_forest(text: str) -> Forest:
    """Read a model as LightGBM writes it.

    Raises
    ------
    CannotTabulate
        Several outputs, trees that are averaged, categorical splits or linear leaves.
    """
    head, *parts = text.partition("\nend of trees")[0].split("\nTree=")
    facts = _fields(head)
    if facts.get("num_tree_per_iteration") != "1" or "average_output" in facts:
        msg = "The trees give several outputs, or an average; tables hold a sum."
        raise CannotTabulate(msg)
    return Forest(int(facts["max_feature_idx"]) + 1, tuple(_tree(_fields(part)) for part in parts))


def _fields(part: str) -> dict[str, str]:
    """Read lines of ``name=value``."""
    return {name: value for name, _, value in (line.partition("=") for line in part.splitlines())}


def _tree(fields: dict[str, str]) -> Tree:
    """Read one tree."""
    if fields.get("num_cat", "0") != "0" or fields.get("is_linear", "0") != "0":
        msg = "A tree has categorical splits or linear leaves; tables hold thresholds and constants."
        raise CannotTabulate(msg)
    whole = ("split_feature", "decision_type", "left_child", "right_child")
    real = ("threshold", "leaf_value", "internal_count", "leaf_count")
    return Tree(
        *(tuple(map(int, _words(fields, name))) for name in whole),
        *(tuple(map(float, _words(fields, name))) for name in real),
    )


def _words(fields: dict[str, str], name: str) -> list[str]:
    """Split one line; a tree without splits has no such line, or an empty one."""
    return fields.get(name, "").split()
