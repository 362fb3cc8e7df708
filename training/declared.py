"""Here we read what a person declared: every mistake at once, with its key, what came, and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from features.personal_numbers import contains
from triage.errors import TrainingRefused

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
"""No key that is not known, no text for a number, no number that is not finite."""

CodeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Filled = Annotated[str, Field(min_length=1)]
Positive = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**31)]

T = TypeVar("T")
Key = tuple[str | int, ...]

_LONGEST = 60
_ALLOWED = {
    "tuple_type": "a list in brackets",
    "dataclass_type": "a table",
    "string_pattern_mismatch": "small letters, digits and underscores, a letter first",
}
"""What is allowed, where pydantic's own words would not help somebody who writes TOML."""


def declared(kind: type[T], plain: Mapping[str, Any], where: str) -> T:
    """Make a record of plain values.

    Parameters
    ----------
    kind : type
        A dataclass made with `STRICT`.
    plain : mapping
        As read from TOML or JSON, or as the record's ``to_dict`` gives it.
    where : str
        What errors call it.

    Raises
    ------
    TrainingRefused
        With every mistake in a field. What contradicts another field is told once the fields themselves are right.
    """
    personal = [
        f"{_written(key)} holds a personal identity number. Allowed: none. Take it out."
        for key, value in _leaves(plain, ())
        if contains(value)
    ]
    if personal:
        raise _refusal(where, personal)
    try:
        return TypeAdapter(kind).validate_json(json.dumps(plain, default=str))
    except ValidationError as error:
        raise _refusal(where, [_said(kind, found) for found in error.errors(include_url=False)]) from None


def plain_of(record: Any) -> dict[str, Any]:
    """Give a record as plain values that `declared` reads back; what is None is left out, as TOML has no word for it."""
    plain: dict[str, Any] = TypeAdapter(type(record)).dump_python(record, mode="json", exclude_none=True)
    return plain


def _refusal(where: str, mistakes: list[str]) -> TrainingRefused:
    """Put all mistakes into one refusal."""
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    return TrainingRefused("\n- ".join([f"{where} has {count}; entries of a list are counted from 1:", *mistakes]))


def _said(kind: type, found: Any) -> str:
    """Say one mistake that pydantic found."""
    key, came, code = _written(found["loc"]), repr(found["input"]), found["type"]
    match code:
        case "unexpected_keyword_argument":
            return f"{key} is not a key here. Allowed: {', '.join(_keys(kind, found['loc'][:-1]))}."
        case "missing" | "missing_argument":
            return f"{key} is missing. Write it."
        case "value_error":
            return f"{key}: {found['ctx']['error']}"
    shown = came if len(came) <= _LONGEST else came[: _LONGEST - 1] + "…"
    return f"{key} is {shown}. Allowed: {_ALLOWED.get(code, found['msg'].removeprefix('Input should be '))}."


def _written(key: Key) -> str:
    """Write a key as a person would look for it: ``also[2].components[1].name``."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in key)
    return "".join(parts).removeprefix(".") or "the whole"


def _keys(kind: Any, key: Key) -> tuple[str, ...]:
    """Give the keys that are allowed in the record at ``key``."""
    for part in key:
        inner = get_args(kind)[0] if isinstance(part, int) else get_type_hints(kind)[part]
        kind = next((one for one in get_args(inner) if NoneType in get_args(inner)), inner)
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def _leaves(plain: object, key: Key) -> Iterator[tuple[Key, str]]:
    """Give every key and value in the tree as text, each with its place; a place names no person."""
    if isinstance(plain, Mapping):
        for name, value in plain.items():
            inside = (*key, "***" if contains(str(name)) else str(name))
            yield inside, str(name)
            yield from _leaves(value, inside)
    elif isinstance(plain, list | tuple):
        for number, value in enumerate(plain):
            yield from _leaves(value, (*key, number))
    else:
        yield key, str(plain)
