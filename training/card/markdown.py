r"""Here we write blocks as Markdown: no picture, and every character of a fact shown as it is.

>>> from training.card.blocks import Bullets, Table
>>> print(markdown("", "Card", "", "", {"Page": [Bullets(("a <b>",)), Table("T", ("x", "y"), (("1", "2|3"),))]}))
# Card
<BLANKLINE>
## Page
<BLANKLINE>
- a \<b>
<BLANKLINE>
**T**
<BLANKLINE>
| x | y |
|---|---|
| 1 | 2\|3 |
<BLANKLINE>
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from training.card.blocks import Block, Bullets, Cell, Heading, Pairs, Paragraph, Picture, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<#|])")


def markdown(first: str, title: str, strong: str, under: str, sections: Mapping[str, Iterable[Block]]) -> str:
    """Write a page.

    Parameters
    ----------
    first : str
        The line before everything; none when empty.
    title : str
    strong, under : str
        What stands below the title, the first part in bold; nothing when both are empty.
    sections : mapping of str to iterable of Block
    """
    head = [f"> **{_plain(first)}**"] if first else []
    below = " ".join([f"**{_plain(strong)}**"] * bool(strong) + [_plain(under)] * bool(under))
    parts = [*head, f"# {_plain(title)}", *([below] if below else [])]
    for name, blocks in sections.items():
        parts += [f"## {_plain(name)}", *(text for block in blocks for text in _WRITE[type(block)](block))]
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """Show text letter by letter."""
    return _SPECIAL.sub(r"\\\1", text)


def _heading(block: Heading) -> Iterator[str]:
    yield f"{'#' * block.level} {_plain(block.text)}"


def _paragraph(block: Paragraph) -> Iterator[str]:
    yield f"> {_plain(block.text)}" if block.note else _plain(block.text)


def _bullets(block: Bullets) -> Iterator[str]:
    yield "\n".join(f"- {_plain(item)}" for item in block.items)


def _pairs(block: Pairs) -> Iterator[str]:
    yield "\n".join(f"- {_plain(name)}: {_plain(value)}" for name, value in block.rows)


def _table(block: Table) -> Iterator[str]:
    if not block.quiet:
        yield f"**{_plain(block.caption)}**"
    kept = [column for column in range(len(block.heads)) if not any(_drawn(row[column]) for row in block.rows)]
    rules = ["---:" if column in block.numeric else "---" for column in kept]
    lines = [_row(block.heads[column] for column in kept), f"|{'|'.join(rules)}|"]
    lines += [_row(str(row[column]) for column in kept) for row in block.rows]
    yield "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _drawn(cell: Cell) -> bool:
    return isinstance(cell, Mapping)


def _picture(block: Picture) -> Iterator[str]:
    """Leave a picture out: the table after it says the same."""
    del block
    yield from ()


_WRITE: dict[type, Callable[..., Iterator[str]]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Bullets: _bullets,
    Pairs: _pairs,
    Table: _table,
    Picture: _picture,
}
