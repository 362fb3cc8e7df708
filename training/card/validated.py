"""Here we take from a validation what a card says of it; every part is examined, or says why it was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from features.codes import ReferralType
from features.event_codes import Attribute
from training.inputs import BY
from triage.words import Text

Plain = Mapping[str, Any]

NOT_VALIDATED = Text(
    "Modellen är tränad utan validering, så det här är inte undersökt.",
    "The model was trained without a validation, so this was not examined.",
)
NOT_LOOKED_AT = Text(
    "Valideringen såg inte på den modell som erbjuds, så det här är inte undersökt.",
    "The validation did not look at the model that is offered, so this was not examined.",
)
TOO_FEW_WINDOWS = Text(
    "För få perioder prövades för att det ska gå att avgöra.", "Too few windows were tested for it to be told."
)
NO_PACE = Text(
    "Hur många dagar tidigare anmälningar med behov läses är inte uträknat: hur många som enheten läser per dag är inte känt.",
    "How many days sooner reports with need are read was not worked out: how many the unit reads on a day is not known.",
)
FIGURES = ("average_precision", "brier", "calibration_slope", "calibration_intercept", "gain")


def not_examined(why: Text) -> dict[str, Any]:
    """Say that a part was not examined, and why: a state of its own, neither a pass nor a gap."""
    return {"state": "not_examined", "why": why.to_dict()}


def validation(found: Plain | None) -> dict[str, Any]:
    """Say how the way of training did when replayed in the past.

    Parameters
    ----------
    found : mapping or None
        As `training.validation.Validation.to_dict` gives it; None where the model was trained without one.
    """
    if found is None:
        return not_examined(NOT_VALIDATED)
    return {
        "state": "examined",
        "data_digest": found["parts"]["data"],
        "features_fingerprint": found["parts"]["features"],
        "bar": found["bar"],
        "warnings": found["warnings"],
        "mean_auc": found["mean_auc"],
        "ceiling": found["ceiling"],
        "pooled": measured(found["pooled"]),
        "beside": [_beside(one) for one in found["pooled"]["beside"]],
        "periods": [_period(one) for one in found["periods"]],
        "groups": [_group(one) for one in found["groups"]],
        "others": [_other(one, found["plan"]) for one in found["others"]],
        "ageing": _ageing(found["ageing"]),
        "choice": _choice(found["choice"]),
        "overlaps": [dict(one) for one in found["overlaps"]],
        "delay": _delay(found["delay"]),
        "everyone": _everyone(found["selective"]),
    }


def age_curve(found: Plain | None) -> dict[str, Any]:
    """Say what age alone does to the estimate."""
    probes = _probes(found)
    if isinstance(probes, Text):
        return not_examined(probes)
    keys = ("code", "sv", "en", "by_year", "lowest", "highest", "unknown")
    return {"state": "examined", "curves": [{key: curve[key] for key in keys} for curve in probes["age_curves"]]}


def ordering(found: Plain | None) -> dict[str, Any]:
    """Say whether every pair of the practitioner's table stands in its order."""
    probes = _probes(found)
    if isinstance(probes, Text):
        return not_examined(probes)
    table = probes["table"]
    return {
        "state": "examined",
        "version": table["version"],
        "pairs": table["pairs"],
        "digest": table["digest"],
        "signed": table["signed"],
        "standing": table["standing"],
    }


def probes(found: Plain | None) -> dict[str, Any]:
    """Give the verdict of every probe."""
    held = _probes(found)
    if isinstance(held, Text):
        return not_examined(held)
    keys = ("code", "sv", "en", "verdict", "detail", "tried", "untold", "broken")
    return {"state": "examined", "results": [{key: one[key] for key in keys} for one in held["results"]]}


def weak_slices(found: Plain | None) -> dict[str, Any]:
    """Give the slices of reports in which a weakness was confirmed."""
    if found is None or found["candidate"] is None:
        return not_examined(NOT_VALIDATED if found is None else NOT_LOOKED_AT)
    weak = found["candidate"]["weak_slices"]
    keys = ("measure", "n", "households", "estimated", "observed", "gap", "low", "high", "adjusted_p")
    return {
        "state": "examined",
        "looked_at": weak["looked_at"],
        "tested": len(weak["tested"]),
        **weak["text"],
        "found": [_slice(one) | {key: one[key] for key in keys} for one in weak["tested"] if one["weak"]],
    }


def abstained(found: Plain | None) -> dict[str, Any]:
    """Say on how many reports of every group the model says nothing."""
    if found is None or found["candidate"] is None:
        return not_examined(NOT_VALIDATED if found is None else NOT_LOOKED_AT)
    return {"state": "examined", "groups": [_silent(one) for one in found["candidate"]["abstained"]]}


def reasons(found: Plain | None) -> dict[str, Any]:
    """Say how well the reasons mirror the model."""
    if found is None or found["candidate"] is None:
        return not_examined(NOT_VALIDATED if found is None else NOT_LOOKED_AT)
    held = found["candidate"]["reasons"]
    verdicts = set(held["verdicts"].values())
    worst = next(said for said in ("fail", "cannot_tell", "pass") if said in verdicts)
    return {
        "state": "examined",
        "verdict": {"fail": "failed", "cannot_tell": "cannot_tell", "pass": "passed"}[worst],
        **held["text"],
        **{key: held[key] for key in ("reports", "additivity", "brute_force", "shown")},
        "explained": held["compactness_said"]["mean"],
        "deletion": {key: held["deletion"][key] for key in ("compared", "as_much", "low", "high")},
        "stability": [{key: one[key] for key in ("days", "kept", "same_first")} for one in held["stability"]],
    }


def measured(figures: Plain) -> dict[str, Any]:
    """Give the figures of one set of tested reports, with n and interval; null where they could not be told."""
    return {
        **{name: figures[name] for name in ("n", "known", "positive", "households", "base_rate", "auc")},
        **{name: figures[name] for name in FIGURES},
        **{name: figures["at_capacity"][name] for name in ("precision", "recall")},
    }


def _probes(found: Plain | None) -> Plain | Text:
    """Give what the probes found, or why there is nothing."""
    if found is None:
        return NOT_VALIDATED
    if found["candidate"] is None:
        return NOT_LOOKED_AT
    held: Plain = found["candidate"]["probes"]
    return held


def _beside(one: Plain) -> dict[str, Any]:
    taken = one["at_capacity"]
    return {
        "name": one["name"],
        "auc": one["auc"],
        "gain": one["gain"],
        "verdict": one["verdict"],
        **one["verdict_text"],
        "precision": taken["precision"],
        "recall": taken["recall"],
    }


def _period(one: Plain) -> dict[str, Any]:
    return {"from": one["test"]["from"], "to": one["test"]["to"]} | measured(one["figures"])


def _slice(one: Plain) -> dict[str, Any]:
    """Give the sentence of a slice, and where it holds."""
    where = {
        of: joined.join(part["text"][of] for part in one["conditions"])
        for of, joined in (("sv", " och "), ("en", " and "))
    }
    return {**one["text"], "where": where}


def _delay(found: Plain | None) -> dict[str, Any]:
    """Say how much sooner reports with need are read, and at whose pace."""
    if found is None:
        return not_examined(NO_PACE)
    keys = ("unit_per_day", "said_by", "how", "tested_share", "load", "n", "needs")
    saved = {order: found["saved"][order] for order in ("first_come", "historical")}
    return {"state": "examined"} | {key: found[key] for key in keys} | saved


def _silent(one: Plain) -> dict[str, Any]:
    """Say on how many of a group the model says nothing; of a small group not even how many they are."""
    kind = BY[one["by"]].to_dict() if one["by"] in BY else _KINDS[one["by"]].to_dict()
    counts = {key: None if one["share"] is None else one[key] for key in ("n", "households")}
    return {
        "by": one["by"],
        "kind": kind,
        "value": one["value"],
        **_words(one["value"]),
        **counts,
        "share": one["share"],
    }


_KINDS = {"all": Text("alla anmälningar", "all reports"), "group": Text("grupp av barn", "group of children")}


def _words(value: str) -> dict[str, str]:
    """Say a unit, a type of report or a group of children; what has no words is said as it is."""
    name, colon, group = value.partition(": ")
    for codes in (ReferralType, Attribute):
        if name in codes.values():
            return {language: codes(name).label(language) + colon + group for language in ("sv", "en")}
    return {"sv": value, "en": value}


def _group(one: Plain) -> dict[str, Any]:
    """Give the figures of a unit or a type of report; null where too few outcomes are known."""
    figures = None if one["figures"] is None else measured(one["figures"])
    said = {"by": one["by"], "kind": BY[one["by"]].to_dict(), "value": one["value"], **_words(one["value"])}
    return said | {"n": one["n"], "figures": figures}


def _other(one: Plain, plan: Plain) -> dict[str, Any]:
    """Give the figures against another outcome, or one component of an outcome."""
    outcome = next(each for each in (plan["outcome"], *plan["also"]) if each["name"] == one["outcome"])
    part = next((each for each in outcome["components"] if each["name"] == one["component"]), None)
    figures = None if one["figures"] is None else measured(one["figures"])
    said = outcome["text"] if part is None else part["text"]
    return {"outcome": one["outcome"], "component": one["component"] or "all", **said} | {
        "self_deciding": one["self_deciding"],
        "figures": figures,
    }


def _ageing(found: Plain | None) -> dict[str, Any]:
    if found is None:
        return not_examined(TOO_FEW_WINDOWS)
    return {
        "state": "examined",
        **{key: found[key] for key in ("ages", "per_window", "retrain_after", "tolerance")},
    } | {"text": found["text"]}


def _choice(found: Plain | None) -> dict[str, Any]:
    if found is None:
        return not_examined(TOO_FEW_WINDOWS)
    regrets = [{"name": name, "regret": regret} for name, regret in found["candidates"].items()]
    return {"state": "examined", "chosen": found["chosen"], "periods": found["periods"], "regrets": regrets}


def _everyone(found: Plain) -> dict[str, Any]:
    """Say within what bounds the figures lie for all reports, whatever the unknown outcomes are."""
    everyone = found["everyone"]
    bounds = [{"figure": name, **held} for name, held in everyone["bounds"].items()]
    return {"n": everyone["n"], "known": everyone["known"], **everyone["text"], "bounds": bounds}


def independent(found: Plain | None) -> Sequence[Plain]:
    """Give the figures against outcomes that the unit does not decide, where they could be told."""
    if found is None:
        return ()
    return [one for one in found["others"] if not one["self_deciding"] and one["figures"] is not None]
