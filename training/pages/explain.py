"""Here we write the page of one report's estimate: its reasons, where each stands in the file, when it would be none, a picture.

What the law demands stands on it first, because no estimate moves it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from training.pages.rendered import render
from training.pages.score import scored
from training.words import Words

VERSIONS = ("library", "law", "bundle", "features")


def explain_page(answer: Mapping[str, Any], picture: str | None, *, language: str, synthetic: bool) -> str:
    """Write the page: self-contained HTML without scripts.

    Parameters
    ----------
    answer : mapping
        As in ``triage/assessment.schema.json``.
    picture : str or None
        The reasons as SVG; None where there is no estimate.
    language : {"sv", "en"}
    synthetic : bool
        Whether the model has learned from made-up cases.
    """
    words = Words.read(language, "queue.toml", "explain.toml")
    page = {
        "raw": answer,
        "synthetic": synthetic,
        "evaluation": answer["model"]["purpose"] == "evaluation",
        "received": words.time(answer["received_at"]),
        "duties": [_duty(one, words) for one in answer["findings"] if one["verdict"] == "met"],
        "score": answer["score"] and scored(answer["score"], words),
        "outside": [words.of(one) for one in answer["model"]["outside"]],
        "picture": picture and _inline(picture, words("explain.picture_says")),
        "remarks": [words.of(one) for one in answer["remarks"]],
        "versions": [(words(f"queue.{name}"), answer["versions"][name]) for name in VERSIONS],
    }
    return render("explain.html.jinja", words, script_source="'none'", page=page)


def _duty(finding: Mapping[str, Any], words: Words) -> dict[str, str]:
    """Give what the law demands, and where that is written."""
    return {"title": words.of(finding["title"]), "reference": finding["citation"]["reference"]}


def _inline(picture: str, label: str) -> str:
    """Give an SVG as part of a page: without what only a file needs, and with words for who does not see it."""
    drawn = re.sub(r"<metadata>.*?</metadata>", "", picture[picture.index("<svg") :], flags=re.DOTALL)
    return drawn.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
