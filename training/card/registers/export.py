"""Here we choose a register, and refuse a card that has a gap before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from training.card.page import CardIncomplete, card_problems
from training.card.registers import hub, netherlands, united_kingdom

Facts = Mapping[str, Any]
Decision = Mapping[str, Any] | None
REGISTERS: Mapping[str, Callable[[Facts, Decision], str]] = {
    "nl": netherlands.text,
    "uk": united_kingdom.text,
    "hf": hub.text,
}
"""What writes the text of each register."""


def export(facts: Facts, register: str, decision: Decision = None) -> str:
    """Write a card for a register, in English.

    Parameters
    ----------
    facts : mapping
        As in ``model_cards/card.schema.json``.
    register : {"nl", "uk", "hf"}
    decision : mapping, optional
        What the board decided, as `triage.decisions.Decision.to_dict` gives it.

    Raises
    ------
    CardIncomplete
        If a fact is missing; the message names each.
    """
    missing = card_problems(facts)
    if missing:
        raise CardIncomplete(missing)
    return REGISTERS[register](facts, decision)
