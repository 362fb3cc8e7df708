"""Here we hold the groups of one attribute: labels, who belongs where, and the reference that the others are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.arrays import Ints

UNKNOWN = "unknown"
"""The label of those whose group nobody knows: a group like any other."""
CROSSED = " × "


@dataclass(frozen=True, eq=False)
class Attribute:
    """Who belongs to which group.

    Attributes
    ----------
    name : str
        For a crossing, both names.
    labels : tuple of str
        Every group, also one that nobody belongs to.
    codes : ndarray of int64, shape (n,)
        Place in ``labels``.
    reference : str
        The label that the others are compared with.
    """

    name: str
    labels: tuple[str, ...]
    codes: Ints
    reference: str

    def __post_init__(self) -> None:
        """Refuse codes without a label and a reference that is no group."""
        if len(self.codes) and not 0 <= self.codes.min() <= self.codes.max() < len(self.labels):
            msg = f"attribute {self.name}: codes must lie in 0 to {len(self.labels) - 1}, one per label."
            raise ValueError(msg)
        if self.reference not in self.labels:
            msg = f"attribute {self.name}: the reference {self.reference!r} is none of its groups {list(self.labels)}."
            raise ValueError(msg)

    @classmethod
    def of(cls, name: str, values: Any, reference: str | None = None, expected: Sequence[str] = ()) -> Attribute:
        """Number the groups of a column.

        Parameters
        ----------
        name : str
        values : array-like, shape (n,)
            Words, whole numbers or truth values; None, NaN and "" are `UNKNOWN`.
        reference : str, optional
            The largest known group when nobody names one.
        expected : sequence of str
            Groups that should be there; one without a member is shown as missing.

        Examples
        --------
        >>> Attribute.of("sex", ["girl", "boy", None, "girl"]).labels
        ('boy', 'girl', 'unknown')
        """
        texts = _texts(np.asarray(values))
        found, place, size = np.unique(texts, return_inverse=True, return_counts=True)
        labels = _ordered({*found.tolist(), *expected})
        codes = np.array([labels.index(label) for label in found.tolist()], dtype=np.int64)[place]
        largest = max(zip(size.tolist(), found.tolist(), strict=True), key=lambda each: (each[1] != UNKNOWN, each[0]))
        return cls(name, labels, codes, reference or largest[1])

    def crossed(self, other: Attribute) -> Attribute:
        """Give the groups that belong to one group of each.

        >>> one, two = Attribute.of("a", ["x", "y"]), Attribute.of("b", ["u", "v"])
        >>> one.crossed(two).labels
        ('x × u', 'x × v', 'y × u', 'y × v')
        """
        labels = tuple(f"{mine}{CROSSED}{its}" for mine in self.labels for its in other.labels)
        codes = self.codes * len(other.labels) + other.codes
        reference = f"{self.reference}{CROSSED}{other.reference}"
        return Attribute(f"{self.name}{CROSSED}{other.name}", labels, codes, reference)


def _ordered(labels: set[str]) -> tuple[str, ...]:
    """Sort labels, those whom nobody knows last."""
    return tuple(sorted(labels, key=lambda label: (label == UNKNOWN, label)))


def _texts(values: NDArray[Any]) -> NDArray[Any]:
    """Give words for whatever a column holds, shape (n,)."""
    if values.dtype.kind == "f":
        return np.where(np.isnan(values), UNKNOWN, np.char.mod("%g", values))
    if values.dtype.kind == "O":
        missing = [value is None or value != value for value in values]  # noqa: PLR0124 - only NaN differs from itself
        values = np.array([UNKNOWN if gone else str(value) for gone, value in zip(missing, values, strict=True)])
    words = values.astype(str)
    return np.where(words == "", UNKNOWN, words)
