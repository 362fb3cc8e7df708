"""Here we read what every card says whatever a training found: the shelf's texts, as plain data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from training.words import read_shelf

Plain = dict[str, Any]


@cache
def read(name: str) -> Mapping[str, Any]:
    """Read one table of the shelf, once; nobody may change what it gives."""
    return tomllib.loads(read_shelf(name) or "")


def text(name: str, **values: object) -> dict[str, str]:
    """Give one standing text in both languages, with its values filled in."""
    both = read("standing.toml")[name]
    return {language: both[language].format(**values) for language in ("sv", "en")}


def texts(name: str, **holds: bool) -> list[Plain]:
    """Give a list of standing texts; one that stands for a condition only where it holds.

    >>> len(texts("limits", self_deciding=True)) - len(texts("limits", self_deciding=False))
    1
    """
    listed = read("standing.toml")[name]
    return [
        {key: part for key, part in each.items() if key != "only"}
        for each in listed
        if "only" not in each or holds[each["only"]]
    ]
