"""Here we take from an audit what a card says besides the gaps: what gives groups away, what sets of features do, a thinner past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training.audit.names import say_attribute, say_group, say_thinned
from training.backtest.comparison import WORTH
from training.card.validated import not_examined
from triage.words import Text

Plain = Mapping[str, Any]
BOTH = ("sv", "en")

NOT_ASKED = Text(
    "Granskningen frågade inte efter det i den här träningen. Planens deep_audit = true ber om det.",
    "The audit did not ask for it in this training. deep_audit = true in the plan asks for it.",
)


def proxies(found: Plain) -> dict[str, Any]:
    """Say what features and score give away of every group, and why that is right, or that nobody has written why.

    Parameters
    ----------
    found : mapping
        As `training.audit.proxies.Proxies.to_dict` gives it.
    """
    groups = [_given_away(one, found) for one in found["groups"]]
    verdict = (
        "failed" if found["unjustified"] else "passed" if any(one["features"] for one in groups) else "cannot_tell"
    )
    said = _unjustified(found) if found["unjustified"] else _SAID[verdict]
    return {"state": "examined", "verdict": verdict, **said.to_dict(), "limit": found["limit"], "groups": groups}


_SAID = {
    "passed": Text(
        "Ingen grupp som får visas avslöjas över gränsen utan en skriven motivering. Om dolda grupper sägs inget.",
        "No group that may be shown is given away above the limit without a written justification. Nothing is said of hidden "
        "groups.",
    ),
    "cannot_tell": Text(
        "Alla grupper är för små för att det ska gå att säga.", "All groups are too small for it to be told."
    ),
}


def _unjustified(found: Plain) -> Text:
    """Name the attributes that are given away and that nobody has written a justification for."""
    sv, en = (", ".join(say_attribute(name, of) for name in found["unjustified"]) for of in BOTH)
    return Text(
        f"Grupper avslöjas över gränsen, och ingen har skrivit varför det är rätt: {sv}.",
        f"Groups are given away above the limit, and nobody has written why that is right: {en}.",
    )


def _given_away(one: Plain, found: Plain) -> dict[str, Any]:
    """Say how surely one group is told apart, by what, and what is answered."""
    carried = [{key: each[key] for key in ("feature", "sv", "en", "share")} for each in one["carriers"]]
    figures = {key: one[key] for key in ("n", "features", "score", "needs_justification")}
    return {**_named(one), **figures, "carriers": carried, "said": _answer(one, found).to_dict()}


def _answer(one: Plain, found: Plain) -> Text:
    """Give the written justification, or say that it is missing, not asked for, or that nothing can be told."""
    if one["why"] is not None:
        return Text(one["why"]["sv"], one["why"]["en"])
    if not one["needs_justification"]:
        return Text("Ingen motivering krävs.", "No justification is asked for.")
    if one["attribute"] in found["unjustified"]:
        return Text("Ingen har skrivit varför det är rätt.", "Nobody has written why it is right.")
    text = found["justifications"][one["attribute"]]
    return Text(f"Skriven motivering: {text}", f"Written justification: {text}")


def ablation(found: Sequence[Plain] | None) -> dict[str, Any]:
    """Say what each set of features does to the order, and how many are read first only because of it.

    Parameters
    ----------
    found : sequence of mapping or None
        As `training.audit.ablation.Ablation.to_dict` gives each; None where nobody asked.
    """
    if found is None:
        return not_examined(NOT_ASKED)
    verdict = _worth(found)
    return {"state": "examined", "verdict": verdict, **_WORTH[verdict].to_dict(), "sets": [_set(one) for one in found]}


def _worth(found: Sequence[Plain]) -> str:
    """Judge the sets: one that surely orders no better and yet moves reports has failed."""
    gains = [one["gain"] for one in found if one["features"]]
    if any(gain is not None and gain["high"] < WORTH for gain in gains):
        return "failed"
    return "passed" if gains and all(gain is not None and gain["low"] > 0 for gain in gains) else "cannot_tell"


_WORTH = {
    "failed": Text(
        "Minst en grupp av uppgifter ordnar anmälningarna knappt bättre, men avgör vilka som läses först.",
        "At least one set of features hardly orders the reports better, yet it decides who is read first.",
    ),
    "passed": Text(
        "Varje grupp av uppgifter ordnar anmälningarna bättre än utan den. Det säger inte att det är rätt att använda dem.",
        "Each set of features orders the reports better than without it. That does not say that it is right to use them.",
    ),
    "cannot_tell": Text(
        "Om någon grupp av uppgifter bara pekar ut och inte ordnar bättre går inte att avgöra.",
        "Whether some set of features only points out and does not order better cannot be told.",
    ),
}


def _set(one: Plain) -> dict[str, Any]:
    """Say what one set of features does; who moves is counted for everyone together."""
    everyone = next(group for group in one["groups"] if group["attribute"] == "everyone")
    figures = {key: one[key] for key in ("with", "without", "gain")}
    moves = {key: everyone[key] for key in ("n", "joins", "leaves")}
    return {
        "code": one["set"],
        **one["title"],
        **figures,
        **moves,
        "features": [dict(each) for each in one["features"]],
    }


def stress(found: Sequence[Plain] | None) -> dict[str, Any]:
    """Say whether a group whose past is recorded less is read first less often.

    Parameters
    ----------
    found : sequence of mapping or None
        As `training.audit.stress.Stress.to_dict` gives each; None where nobody asked.
    """
    if found is None:
        return not_examined(NOT_ASKED)
    told = [point["change"] for one in found for point in one["curve"] if point["change"] is not None]
    verdict = "cannot_tell" if not told else "failed" if any(one["high"] < 0 for one in told) else "passed"
    groups = [_thinned(one) for one in found]
    return {"state": "examined", "verdict": verdict, **_THINNER[verdict].to_dict(), "groups": groups}


_THINNER = {
    "failed": Text(
        "En grupp vars tidigare anmälningar fattas i registren läses först mer sällan: mindre antecknat ser ut som mindre behov.",
        "A group whose earlier reports are missing from the records is read first less often: less recorded looks like less need.",
    ),
    "passed": Text(
        "Ingen grupp läses påvisbart mer sällan först när dess tidigare anmälningar fattas. Det bevisar inte att ingen gör det.",
        "No group is demonstrably read first less often when its earlier reports are missing. That is no proof that none is.",
    ),
    "cannot_tell": Text(
        "Alla grupper är för små för att det ska gå att säga.", "All groups are too small for it to be told."
    ),
}


def _thinned(one: Plain) -> dict[str, Any]:
    """Give the curve of one group, and in a sentence what it shows or why there is none."""
    points = [{key: point[key] for key in ("history", "rate", "change")} for point in one["curve"]]
    return {
        **_named(one),
        "rate": one["rate"],
        "others": one["others"],
        "curve": points,
        "said": {of: say_thinned(one, of) for of in BOTH},
    }


def _named(one: Plain) -> dict[str, Any]:
    """Name attribute and group."""
    attribute, label = one["attribute"], one["label"]
    return {
        "attribute": {of: say_attribute(attribute, of) for of in BOTH},
        "label": {of: say_group(attribute, label, of) for of in BOTH},
    }
