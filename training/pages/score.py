"""Here we lay out one estimate for a page: what it says, its reasons, where each stands, and how they add up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.words import Words


def scored(score: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Say an estimate and its reasons.

    Parameters
    ----------
    score : mapping
        ``score`` as in ``triage/assessment.schema.json``.
    words : Words
        With the sentences of the queue.
    """
    number = {name: words.number(score[name], 2, sign=True) for name in ("margin", "base", "rest")}
    shares = [reason["contribution"] for reason in score["reasons"]]
    said = words.of(score["text"])
    return {
        "estimate": said[0].upper() + said[1:],
        "estimates": words.of(score["outcome"]),
        "threshold": words(f"queue.{_against_limit(score)}", at=words.hundred(score["prioritise_at"])),
        "sum": words("queue.sum", shown=words.number(sum(shares), 2, sign=True), **number),
        "reasons": [_reason(reason, words) for reason in score["reasons"]],
        "not_known": [words.of(one) for one in score["not_known"]],
    }


def _reason(reason: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Say one reason."""
    until = reason["counts_until"]
    return {
        "push": words(f"queue.{reason['push']['code']}", n=words.number(reason["contribution"], 2, sign=True)),
        "text": words.of(reason),
        "bbic": words.of(reason["bbic"]),
        "group": words.of(reason["group"]),
        "unless": words.of(reason["unless"]),
        "until": until and words("queue.until", day=until),
        "comes_from": [_read(read, words) for read in reason["comes_from"] or ()],
    }


def _read(read: Mapping[str, Any], words: Words) -> str:
    """Say where something stands: the report itself, or a row of the history with its day and id."""
    said = words.of(read)
    if read["column"] is not None:
        return said
    return f"{read['on']} {said}" + (f" [{read['id']}]" if read["id"] else "")


def _against_limit(score: Mapping[str, Any]) -> str:
    """Say which sentence tells an estimate from the limit; the margin decides, because several reports may share an estimate."""
    if score["margin"] >= score["prioritise_margin"]:
        return "reaches"
    alike = round(100 * score["probability"]) == round(100 * score["prioritise_at"])
    return "just_short" if alike else "falls_short"
