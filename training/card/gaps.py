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

from training.card.counted import lost
from training.words import read_shelf

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
    """Name every missing fact by its dotted path, every fact of the wrong kind, and every list that lost an item."""
    yield from _walk(facts, card_schema(), "")
    yield from lost(facts)


def resolve(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference to ``$defs``, once."""
    reference = schema.get("$ref")
    return card_schema()["$defs"][reference.removeprefix("#/$defs/")] if reference else schema


def _walk(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    if not schema:
        return  # anything goes: the state that it stands under is wrong already
    schema = _branch(value, resolve(schema))
    kinds = schema.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    if value is None and "null" in kinds:
        return
    if path and _is_gap(value, schema):
        yield path
    elif kinds and not any(_KINDS[kind](value) for kind in kinds):
        yield f"{path} (must be {' or '.join(kinds)})"
    else:
        yield from (f"{path} ({why})" for why in _beyond(value, schema))
        yield from _within(value, schema, path)


def _branch(value: Any, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Choose among ``oneOf`` by the state that a part says it is in; without a state, the first."""
    if "oneOf" not in schema:
        return schema
    branches = [resolve(branch) for branch in schema["oneOf"]]
    state = value.get("state") if isinstance(value, Mapping) else None
    found = [branch for branch in branches if branch["properties"]["state"]["const"] == state]
    if found or not isinstance(value, Mapping):
        return (found or branches)[0]
    states = [branch["properties"]["state"]["const"] for branch in branches]
    wrong = {"type": "object", "required": ["state"], "properties": {"state": {"enum": states}}}
    return wrong | {"additionalProperties": {}}


def _is_gap(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether nothing was said: absent, null, not a number, a placeholder, or empty where the schema asks for something."""
    if value is _ABSENT or value is None:
        return True
    if isinstance(value, str):
        return bool(PLACEHOLDER.search(value)) and "pattern" not in schema
    if isinstance(value, Real):
        return not math.isfinite(value)
    return isinstance(value, (Mapping, list, tuple)) and not value and schema.get("minItems") != 0


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
        others = schema.get("additionalProperties", False)
        for name in sorted(value.keys() - named.keys()):
            beyond = (f"{stem}{name} (not in the schema)",)
            yield from beyond if others is False else _walk(value[name], others, f"{stem}{name}")
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _walk(item, schema["items"], f"{stem}{number}")
