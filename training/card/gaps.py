"""Here we look for gaps in the facts of a model card, by walking its schema.

Only the part of JSON Schema that ``card.schema.json`` uses is understood. A test compares this walk
with the ``jsonschema`` package, which is needed for development only.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from numbers import Integral, Real
from typing import Any

from training.pages_words import read_shelf

PLACEHOLDER = re.compile(
    r"^\W*$|^n/?a$|\b(todo|tbd|tba|fixme|xxx|placeholder|lorem ipsum|att fylla i|fyll i|fylls i)\b", re.IGNORECASE
)
"""What people write when they mean to write something later."""

_ABSENT = object()
_KINDS: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, (list, tuple)),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: isinstance(value, Integral) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, Real) and not isinstance(value, bool),
}
_LIMITS: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "const": (lambda value, limit: value == limit, "must be {}"),
    "enum": (lambda value, limit: value in limit, "must be one of {}"),
    "pattern": (lambda value, limit: not isinstance(value, str) or bool(re.search(limit, value)), "must match {}"),
    "minimum": (lambda value, limit: not isinstance(value, Real) or value >= limit, "must be at least {}"),
    "maximum": (lambda value, limit: not isinstance(value, Real) or value <= limit, "must be at most {}"),
}


@cache
def card_schema() -> dict[str, Any]:
    """Read the schema of the card facts."""
    schema: dict[str, Any] = json.loads(read_shelf("card.schema.json") or "{}")
    return schema


def gaps(facts: Mapping[str, Any]) -> Iterator[str]:
    """Name every missing fact by its dotted path, and every fact of the wrong kind with what it must be."""
    return _walk(facts, card_schema(), "")


def resolve(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference to ``$defs``, once."""
    reference = schema.get("$ref")
    return card_schema()["$defs"][reference.removeprefix("#/$defs/")] if reference else schema


def _walk(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    schema = resolve(schema)
    kinds = schema.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    if value is None and "null" in kinds:
        return
    if path and _is_gap(value):
        yield path
    elif kinds and not any(_KINDS[kind](value) for kind in kinds):
        yield f"{path} (must be {' or '.join(kinds)})"
    else:
        yield from (f"{path} ({why})" for why in _beyond(value, schema))
        yield from _within(value, schema, path)


def _is_gap(value: Any) -> bool:
    """Whether nothing was said: absent, null, empty, not a number, or a placeholder."""
    if value is _ABSENT or value is None:
        return True
    if isinstance(value, str):
        return bool(PLACEHOLDER.search(value))
    if isinstance(value, Real):
        return not math.isfinite(value)
    return isinstance(value, (Mapping, list, tuple)) and not value


def _beyond(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    for keyword, (holds, words) in _LIMITS.items():
        if keyword in schema and not holds(value, schema[keyword]):
            yield words.format(schema[keyword])


def _within(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    """Walk into an object or a list."""
    stem = f"{path}." if path else ""
    if isinstance(value, Mapping):
        named = schema.get("properties", {})
        for name in schema.get("required", ()):
            yield from _walk(value.get(name, _ABSENT), named[name], f"{stem}{name}")
        if "additionalProperties" in schema:
            for name in sorted(value.keys() - named.keys()):
                yield from _walk(value[name], schema["additionalProperties"], f"{stem}{name}")
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _walk(item, schema["items"], f"{stem}{number}")
