"""Here we say what a page is made of, before anybody decides whether it becomes HTML or Markdown.

>>> isinstance(Table("Mått", ("Mått", "Värde"), (("AUC", "0,72"),)).rows[0], tuple)
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Drawn = Mapping[str, Any]
"""Where the marks of a small picture in a cell go, with its ``kind``; the same number stands in words beside it."""
Cell = str | Drawn
NOT_DRAWN: Drawn = {"kind": "none"}
"""A cell where there is nothing to draw."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``anchor`` is its place in the page."""

    level: int
    text: str
    anchor: str = ""
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a note stands out."""

    text: str
    note: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]
    kind: str = "bullets"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and what they stand for; ``code`` shows the latter letter by letter."""

    rows: tuple[tuple[str, str], ...]
    code: bool = False
    kind: str = "pairs"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names the row.

    Attributes
    ----------
    caption : str
    heads : tuple of str
    rows : tuple of tuple of (str or mapping)
        A cell that is a mapping is drawn; Markdown leaves such a column out.
    numeric : tuple of int
        Columns that are aligned to the right.
    quiet : bool
        The heading above says the caption already: only a screen reader is told it.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[int, ...] = ()
    quiet: bool = False
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a template draws; a table beside it says the same in numbers."""

    name: str
    label: str
    marks: Mapping[str, Any]
    kind: str = "picture"


Block = Heading | Paragraph | Bullets | Pairs | Table | Picture
