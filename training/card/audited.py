"""Here we take from an audit of groups what a card says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.audit.names import in_words, say_attribute
from training.card.audited_more import NOT_ASKED, ablation, proxies, stress
from training.card.validated import not_examined
from triage.words import Text

Plain = Mapping[str, Any]

BESIDES = ("proxies", "ablation", "stress")
"""Parts that an audit asks for besides the gaps."""


def audited(found: Plain | None) -> dict[str, Any]:
    """Give the card's parts that an audit of groups fills: ``fairness``, ``proxies``, ``ablation`` and ``stress``.

    Parameters
    ----------
    found : mapping or None
        As `training.audit.AuditReport.for_card` gives it.
    """
    asked = None if found is None else found["extras"]
    if asked is None:
        besides = dict.fromkeys(BESIDES, not_examined(NO_GROUPS if found is None else NOT_ASKED))
    else:
        deep = {"ablation": ablation(asked.get("ablations")), "stress": stress(asked.get("stress"))}
        besides = {"proxies": proxies(asked["proxies"]), **deep}
    return {"fairness": fairness(found), **besides}


def fairness(found: Plain | None) -> dict[str, Any]:
    """Give the card's part on groups: every gap that is a concern or shows none, and how many cannot be told."""
    if found is None:
        return not_examined(NO_GROUPS)
    by = {code: [one for one in found["findings"] if one["verdict"]["code"] == code] for code in _ORDER}
    worst = next((code for code in _ORDER if by[code]), "cannot_tell")
    return {
        "state": "examined",
        "verdict": _VERDICTS[worst],
        **_said({code: len(held) for code, held in by.items()}).to_dict(),
        "cannot_tell": len(by["cannot_tell"]),
        "findings": [_finding(one) for code in ("concern", "no_concern_shown") for one in by[code]],
    }


NO_GROUPS = Text(
    "Ingen grupp av barn är registrerad, så hur felen fördelas mellan grupper är inte undersökt. Ingen vet vem modellen träffar "
    "sämst för.",
    "No group of children is on record, so how errors fall on groups was not examined. Nobody knows for whom the model does "
    "worst.",
)
_ORDER = ("concern", "cannot_tell", "no_concern_shown")
_VERDICTS = {"concern": "failed", "cannot_tell": "cannot_tell", "no_concern_shown": "passed"}


def _said(n: Mapping[str, int]) -> Text:
    """Say how many comparisons there were and what came of them."""
    everything = sum(n.values())
    return Text(
        f"{everything} jämförelser mellan grupper av barn: {n['concern']} ger anledning till oro, {n['cannot_tell']} går inte att "
        f"avgöra, {n['no_concern_shown']} visar ingen oro. Att ingen oro visas är inget bevis för att ingen drabbas.",
        f"{everything} comparisons between groups of children: {n['concern']} give cause for concern, {n['cannot_tell']} cannot be "
        f"told, {n['no_concern_shown']} show none. That no concern is shown is no proof that nobody is harmed.",
    )


def _finding(one: Plain) -> dict[str, Any]:
    """Give one comparison: between whom, what was seen, how sure, and which harm it would be."""
    gap, harm = one["gap"], one["harm"]
    seen = {of: in_words(one["seen"], gap, of) for of in ("sv", "en")}
    return {
        "code": one["code"],
        "verdict": one["verdict"]["code"],
        "attribute": {of: say_attribute(gap["attribute"], of) for of in ("sv", "en")},
        "label": gap["label"],
        "reference": gap["reference"],
        **seen,
        "harm": seen if harm is None else harm,
        **{key: gap[key] for key in ("difference", "low", "high", "chance", "n", "n_reference")},
    }
