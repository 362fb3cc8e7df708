"""Here we share the demo's card, and a second one that differs from it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from training.card.counted import count

RENDERED = Path(__file__).parents[2] / "model_cards" / "rendered"
FACTS: dict[str, Any] = json.loads((RENDERED / "card.json").read_text(encoding="utf-8"))
APPROVED: dict[str, Any] = {
    "decision": "approved", "by": "Eva Ek", "role": "ordförande", "at": "2026-09-01T10:00:00+00:00",
    "minutes": "SN 2026:14 § 5", "why": "Prövad ett halvår bredvid arbetet", "units": ["syn-unit-1", "syn-unit-2"],
    "expires": "2027-08-31", "conditions": ["följs upp varje kvartal"], "despite": {"groups": "granskas i oktober"},
    "bundle": "b" * 64,
}  # fmt: skip


def recounted(facts: dict[str, Any]) -> dict[str, Any]:
    """Let a card say how long its lists are now."""
    return facts | {"counted": count(facts)}


def older() -> dict[str, Any]:
    """Give the demo's card as it might have been a year before: worse figures, a feature fewer, another law."""
    facts = copy.deepcopy(FACTS)
    facts["model_details"] |= {"bundle_id": "0123456789abcdef", "made_on": "2025-06-30", "data_digest": "0" * 64}
    facts["quantitative_analyses"]["figures"]["model"]["auc"] -= 0.05
    facts["quantitative_analyses"]["figures"]["model"]["brier"] += 0.0001
    facts["quantitative_analyses"]["validation"]["groups"][0]["figures"]["auc"] = None
    facts["checks"][0]["verdict"] = "failed"
    facts["law"]["fingerprint"] = "1" * 64
    facts["metrics"]["prioritise_at"] += 0.2
    facts["training_data"]["reports"] -= 1000
    del facts["features"][5]
    return recounted(facts)
