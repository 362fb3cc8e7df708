"""Here we write the reading queue and the lawyer's page, and render every template.

Both are self-contained HTML text in Swedish or English: values in, text out. Nothing here asks the
clock, writes a file or decides anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from training.pages.law import law_view
from training.pages.queue import Queue, QueueHeading
from training.words import Words, read_shelf
from triage.law import Law, LawInForce

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["QueueHeading", "law_page", "queue_page", "render"]


def queue_page(assessments: Sequence[Mapping[str, Any]], *, language: str, heading: QueueHeading) -> str:
    """Write the reading queue as one HTML page.

    Parameters
    ----------
    assessments : sequence of mapping
        As in ``triage/assessment.schema.json``, already in reading order; every one is shown, in that order.
    language : {"sv", "en"}
    heading : QueueHeading

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the language is neither, or the heading's counts are not those of ``assessments``.
    """
    words = Words.read(language, "queue.toml")
    heading.check(assessments)
    queue, script = Queue(assessments, words, heading), only_script(read_shelf("queue.js") or "")
    return render("queue.html.jinja", words, script_source=script, queue=queue, heading=heading)


def law_page(law: Law, in_force: LawInForce, *, language: str) -> str:
    """Write the lawyer's page: everything in force on a day, as one HTML page without scripts.

    Parameters
    ----------
    law : Law
    in_force : LawInForce
        Of the day asked for.
    language : {"sv", "en"}
    """
    words = Words.read(language, "queue.toml", "law.toml")
    return render("law.html.jinja", words, script_source="'none'", **law_view(law, in_force, words))


def render(template: str, words: Words, **values: Any) -> str:
    """Fill a template; what it asks for and does not get is an error."""
    page = _environment().get_template(template).render(t=words, **values)
    return _tight(page) + "\n"


def only_script(script: str) -> str:
    """Name the one script that a page may run, by its hash: injected text does not run even if it got through."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(_tight(script).encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(read_shelf),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _tight(text: str) -> str:
    """Drop indentation and empty lines."""
    return "\n".join(line for line in (raw.strip() for raw in text.split("\n")) if line)
