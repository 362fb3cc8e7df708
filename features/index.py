"""Here we find quickly what may count at a moment: entries in the order of entity and time known.

Finding is one thing, cutting is another: what is found here is decided on by `features.history.cut`.
"""

from __future__ import annotations

from typing import Self

import numpy as np

from features.arrays import NEVER, Entries, Floats, Ints, Mask

_BITS = 62
"""How many bits of a whole number may be used for sorting."""


class Index:
    """Entries in the order of entity and of when they were known.

    The order is total: it does not depend on the order of rows. A moment is looked for by a rough key
    first, entity and time in one number, and by bisection where that leaves more than one place.

    Parameters
    ----------
    entity, known : ndarray of int64, shape (m,)
        Whose each entry is, and when it was known.
    rest : tuple of ndarray, each of shape (m,)
        What else is known of an entry: decides between those of one moment, the last first.

    Attributes
    ----------
    order : ndarray of int64, shape (m,)
        Places of the entries, in order.
    known : ndarray of int64, shape (m,)
        When they were known, in order.
    """

    def __init__(self, entity: Ints, known: Ints, rest: tuple[Ints | Floats, ...]) -> None:
        self._last = int(entity.max(initial=-1)) + 1
        self._first = int(known.min()) if len(known) else 0
        row_bits = len(known).bit_length()
        self._spare = max(2, _BITS - row_bits - self._last.bit_length())
        span = int(known.max()) - self._first + 1 if len(known) else 1
        self._coarse = max(0, span.bit_length() - self._spare + 1)
        key = entity << self._spare | ((known - self._first) >> self._coarse) + 1
        packed = key << row_bits | np.arange(len(known))
        packed.sort()  # numbers are sorted several times faster than places
        self._keys = packed >> row_bits
        self.order = _settled(packed & (1 << row_bits) - 1, self._keys, (*rest, known))
        self.known = known[self.order]

    @classmethod
    def of(cls, entries: Entries) -> Self:
        """Index entries by when they had happened and were recorded."""
        rest = (entries.value, entries.withdrawn, entries.recorded, entries.what, entries.happened)
        return cls(entries.entity, np.maximum(entries.happened, entries.recorded), rest)

    def place(self, entity: Ints, moment: Ints) -> Ints:
        """Give the place in the order of the first entry of each entity that was known at the moment or later.

        Quickest when entities and moments are in order.
        """
        key = self._key(entity, moment)
        low = np.searchsorted(self._keys, key)
        rough = np.flatnonzero(self._keys[np.minimum(low, len(self._keys) - 1)] == key) if len(self._keys) else low[:0]
        low[rough] = self._bisect(key[rough], low[rough], moment[rough])
        return low

    def candidates(self, entity: Ints, at: Ints, far: int) -> tuple[Ints, Ints]:
        """Pair moments with entries of the same entity, known at most ``far`` microseconds before and at latest then.

        Returns
        -------
        row, entry : ndarray of int64, shape (p,)
            By row; within a row in the order of the index.
        """
        low = self.place(entity, at - far)
        size = self.place(entity, at + 1) - low
        row = np.repeat(np.arange(len(at), dtype=np.int64), size)
        place = np.arange(len(row), dtype=np.int64) + np.repeat(low - (np.cumsum(size) - size), size)
        return row, self.order[place]

    def _key(self, entity: Ints, moment: Ints) -> Ints:
        """Put entity and moment into one number; moments outside the entries' span go to its ends."""
        place = np.clip((moment - self._first) >> self._coarse, -1, (1 << self._spare) - 2) + 1
        key: Ints = np.minimum(entity, self._last) << self._spare | place
        return key

    def _bisect(self, key: Ints, low: Ints, moment: Ints) -> Ints:
        """Find the place among entries with the same key."""
        high = np.searchsorted(self._keys, key, "right")
        for _ in range(int((high - low).max(initial=0)).bit_length()):
            middle = (low + high) // 2
            earlier = (low < high) & (self.known[np.minimum(middle, len(self.known) - 1)] < moment)
            low, high = np.where(earlier, middle + 1, low), np.where(earlier, high, middle)
        return low


def within_reach(entity: Ints, known: Ints, who: Ints, at: Ints, far: int) -> Mask:
    """Tell which entries may count at any moment: of its entity, not after the last, not too long before the first.

    Parameters
    ----------
    entity, known : ndarray of int64, shape (m,)
    who, at : ndarray of int64, shape (n,)
    far : int
        Microseconds.

    Returns
    -------
    ndarray of bool, shape (m,)
    """
    entities = max(int(entity.max(initial=0)), int(who.max(initial=0))) + 1
    first, last = reach(who, at, far, entities)
    within: Mask = (known <= last[entity]) & (known >= first[entity])
    return within


def reach(who: Ints, at: Ints, far: int, entities: int) -> tuple[Ints, Ints]:
    """Tell of each entity from when until when an entry may count at any of its moments; never, where it has none.

    Parameters
    ----------
    who, at : ndarray of int64, shape (n,)
    far : int
        Microseconds.
    entities : int
        How many there are.
    """
    first, last = np.full(entities, NEVER), np.full(entities, -NEVER)
    np.minimum.at(first, who, at)
    np.maximum.at(last, who, at)
    return first - far, last


def _settled(order: Ints, keys: Ints, rest: tuple[Ints | Floats, ...]) -> Ints:
    """Put entries whose keys are equal in the order of all there is about them."""
    second = np.flatnonzero(keys[1:] == keys[:-1]) + 1
    tied = np.union1d(second - 1, second)
    mine = order[tied]
    order[tied] = mine[np.lexsort([*(column[mine] for column in rest), keys[tied]])]
    return order
