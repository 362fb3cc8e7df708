"""Here we count what a card lists, so that a list that lost an item is found as surely as a lost fact.

>>> count({"a": [1, 2], "b": {"c": [{"d": [3]}]}})
{'a': 2, 'b.c': 1, 'b.c.0.d': 1}
>>> list(lost({"counted": {"a": 2}, "a": [1]}))
['a (must hold 2, holds 1)']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

COUNTED = "counted"


def count(facts: Mapping[str, Any]) -> dict[str, int]:
    """Count the items of every list, by its dotted path."""
    return {path: len(held) for path, held in _lists(facts, "") if not path.startswith(COUNTED)}


def lost(facts: Mapping[str, Any]) -> Iterator[str]:
    """Name every list that does not hold as many items as the card says, and every one it says nothing of."""
    said, found = facts.get(COUNTED, {}), count(facts)
    for path, held in found.items():
        if path not in said:
            yield f"{COUNTED}.{path}"
        elif said[path] != held:
            yield f"{path} (must hold {said[path]}, holds {held})"


def _lists(value: Any, path: str) -> Iterator[tuple[str, list[Any]]]:
    stem = f"{path}." if path else ""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _lists(part, f"{stem}{name}")
    elif isinstance(value, list | tuple):
        yield path, list(value)
        for number, part in enumerate(value):
            yield from _lists(part, f"{stem}{number}")
