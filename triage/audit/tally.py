"""Here we count: one pass over the reports per attribute, whole households dealt into blocks, and never again a report.

Everything after this works on the sums of at most `BLOCKS` blocks of households. Households are independent of each other
and a block is made of whole ones, so blocks are independent too: what varies between blocks is what varies between
households (the random groups of Wolter, 2007, chapter 2). With fewer households than blocks each is a block of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Ints
from triage.audit.attributes import Attribute

BLOCKS = 1000
"""Blocks into which households are dealt."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Sums of every column, by block and group.

    Attributes
    ----------
    attribute : Attribute
    columns : tuple of str, length m
    blocks : ndarray of float64, shape (blocks, groups, m)
    """

    attribute: Attribute
    columns: tuple[str, ...]
    blocks: Floats

    @property
    def sums(self) -> Floats:
        """Sums over all blocks, shape (groups, m)."""
        added: Floats = self.blocks.sum(axis=0)
        return added

    def of(self, column: str) -> Floats:
        """Sums of one column, shape (groups,)."""
        added: Floats = self.blocks[:, :, self.columns.index(column)].sum(axis=0)
        return added


def deal(household: Ints, seed: int) -> Ints:
    """Deal households into blocks of about equal size.

    Parameters
    ----------
    household : ndarray of int64, shape (n,)
        Numbered from 0 without holes; the order of reports changes nothing.
    seed : int

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    households = int(household.max()) + 1
    dealt: Ints = (np.random.default_rng(seed).permutation(households) % BLOCKS)[household]
    return dealt


def tally(attribute: Attribute, columns: Mapping[str, Floats], block: Ints) -> Tally:
    """Add up every column by block and group.

    Parameters
    ----------
    attribute : Attribute
    columns : mapping of str to ndarray of float64, shape (n,)
    block : ndarray of int64, shape (n,)

    Examples
    --------
    >>> sexes = Attribute.of("sex", ["girl", "boy", "girl"])
    >>> tally(sexes, {"rows": np.ones(3)}, np.arange(3)).sums.tolist()
    [[1.0], [2.0]]
    """
    blocks, groups = int(block.max()) + 1, len(attribute.labels)
    place, size = block * groups + attribute.codes, blocks * groups
    sums = [np.bincount(place, values, size).reshape(blocks, groups) for values in columns.values()]
    return Tally(attribute, tuple(columns), np.stack(sums, axis=2))
