"""Here we write plain data as YAML: every word in double quotes, so that nothing is read as something else.

>>> print(yaml_text({"name": "no", "list": [{"x": 1}, {"x": None}], "empty": []}), end="")
name: "no"
list:
- x: 1
- x: null
empty: []
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def yaml_text(plain: Mapping[str, Any]) -> str:
    """Write a mapping, its keys in their order."""
    return "".join(f"{line}\n" for line in _mapping(plain))


def _mapping(plain: Mapping[str, Any]) -> Iterator[str]:
    for key, value in plain.items():
        yield from _under(f"{key}:", value)


def _under(head: str, value: Any) -> Iterator[str]:
    """Write a value after its key: on the same line where it fits one, else below."""
    if isinstance(value, Mapping) and value:
        yield head
        yield from (f"  {line}" for line in _mapping(value))
    elif isinstance(value, list) and value:
        yield head
        for item in value:
            yield from _item(item)
    else:
        yield f"{head} {json.dumps(value, ensure_ascii=False)}"


def _item(item: Any) -> Iterator[str]:
    """Write one item of a list: a dash, and what belongs to it indented."""
    if not (isinstance(item, Mapping) and item):
        yield f"- {json.dumps(item, ensure_ascii=False)}"
        return
    lines = list(_mapping(item))
    yield f"- {lines[0]}"
    yield from (f"  {line}" for line in lines[1:])
