"""Here we write a card for a model hub: a header that programs read, and the card itself in Markdown below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.card.page import card_markdown
from training.card.registers.said import Decision
from training.card.registers.yaml_text import yaml_text

Facts = Mapping[str, Any]


def text(facts: Facts, decision: Decision) -> str:
    """Write header and card."""
    return f"---\n{yaml_text(header(facts))}---\n\n{card_markdown(facts, language='en', decision=decision)}"


def header(facts: Facts) -> dict[str, Any]:
    """Give the header: licence, task, and the figures of the test part with their n."""
    details, model = facts["model_details"], facts["quantitative_analyses"]["figures"]["model"]
    made_up = ["synthetic"] if facts["synthetic"] else []
    dataset = {
        "type": "not-published",
        "name": f"Reports of concern, {facts['split']['test']['n']} tested",
        "split": "test",
        "revision": details["data_digest"],
    }
    named = {"roc_auc": "auc", "brier_score": "brier", "average_precision": "average_precision"}
    metrics = [
        {"type": kind, "name": f"{kind} on the last period", "value": model[name]} for kind, name in named.items()
    ]
    result = {
        "task": {"type": "tabular-classification", "name": "Reading order"},
        "dataset": dataset,
        "metrics": metrics,
    }
    return {
        "language": ["sv", "en"],
        "license": details["license"].lower(),
        "library_name": "lightgbm",
        "tags": ["child-protection", "triage", "not-for-decisions", *made_up],
        "metrics": list(named),
        "model-index": [{"name": details["name"], "results": [result]}],
    }
