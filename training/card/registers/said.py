"""Here we say in English what several registers ask for in a sentence or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training.card.front import decided
from training.card.page import TABLES
from training.card.worst import worst
from training.words import Words

Facts = Mapping[str, Any]
Decision = Mapping[str, Any] | None


def english() -> Words:
    """Give the sentences of the card in English."""
    return Words.read("en", *TABLES)


def joined(texts: Sequence[Facts]) -> str:
    """Put texts one after the other, as sentences."""
    return " ".join(_sentence(one["en"]) for one in texts)


def first_line(facts: Facts) -> str:
    """Say that a synthetic card says nothing about children; nothing for a real one."""
    return f"{english()('card.synthetic')} " if facts["synthetic"] else ""


def decision_said(facts: Facts, decision: Decision) -> str:
    """Say who decided."""
    return " ".join(decided(decision, english(), facts["checks"]))


def worst_said(facts: Facts) -> str:
    """Say for whom it works worst."""
    return " ".join(worst(facts["quantitative_analyses"], english()))


def figures_said(facts: Facts) -> str:
    """Say how well it orders, with n and interval."""
    model, test = facts["quantitative_analyses"]["figures"]["model"], facts["split"]["test"]
    return (
        f"AUC {model['auc']:.3f} (95 % {model['auc_low']:.3f} to {model['auc_high']:.3f}) on {test['n']} reports from "
        f"{test['from']} to {test['to']}; calibration slope {model['slope']:.2f}; precision {model['precision_at_capacity']:.2f} "
        f"and recall {model['recall_at_capacity']:.2f} among the {facts['metrics']['capacity']:.0%} read first."
    )


def risks_said(facts: Facts) -> str:
    """Say which known ways to fail were found, and which were not looked for."""
    failures = facts["known_failures"]
    named = {
        verdict: "; ".join(one["en"] for one in failures if one["verdict"] == verdict)
        for verdict in ("failed", "not_examined")
    }
    return f"Found: {named['failed'] or 'none'}. Not examined: {named['not_examined'] or 'none'}."


def _sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    return text[:1].upper() + text[1:].rstrip(".") + "."
