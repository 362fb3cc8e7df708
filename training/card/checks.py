"""Here we run the checks that a card lists: each passed, failed, cannot tell or not examined, with the number behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from training.backtest.comparison import WORTH
from training.card.validated import NOT_LOOKED_AT, NOT_VALIDATED, independent
from training.figures import INTERCEPT, SLOPE, SUSPICIOUS, Figures
from triage.words import Text

Plain = Mapping[str, Any]
Verdict = Literal["passed", "failed", "cannot_tell", "not_examined"]

ENOUGH_POSITIVE = 20
"""A group with fewer known positives is not asked whether any of them was found."""


def checks(figures: Figures, validation: Plain | None, fairness: Plain, proxies: Plain) -> list[dict[str, Any]]:
    """Give every check of a training, in the order a board would ask.

    Parameters
    ----------
    figures : Figures
        Of the test part.
    validation : mapping or None
        As `training.validation.Validation.to_dict` gives it.
    fairness : mapping
        The card's part on differences between groups.
    proxies : mapping
        The card's part on what gives groups away.

    Returns
    -------
    list of dict
        A board that approves in spite of a ``mandatory`` check that is not passed must say why.
    """
    return [
        *_of_the_figures(figures),
        *_of_the_validation(validation),
        _part("groups", fairness),
        _part("proxies", proxies),
    ]


def _of_the_figures(found: Figures) -> list[dict[str, Any]]:
    """Check the figures of the test part."""
    gain = found.gain
    return [
        _check("leak", found.model.value <= SUSPICIOUS, f"AUC {found.model.value:.3f}", f"{SUSPICIOUS:.2f}"),
        _check(
            "gain",
            gain.value >= WORTH and gain.low > 0,
            f"{gain.value:+.3f} ({gain.low:+.3f} – {gain.high:+.3f})",
            f"{WORTH:.2f}",
        ),
        _check(
            "calibration_slope", SLOPE[0] <= found.slope <= SLOPE[1], f"{found.slope:.2f}", f"{SLOPE[0]}–{SLOPE[1]}"
        ),
        _check("calibration_intercept", abs(found.intercept) <= INTERCEPT, f"{found.intercept:+.2f}", f"±{INTERCEPT}"),
    ]


def _of_the_validation(found: Plain | None) -> list[dict[str, Any]]:
    """Check what the replay of the past found."""
    if found is None:
        return [
            _not_examined(code, NOT_VALIDATED) for code in ("bar", "every_group_is_found", "independent_outcome", "age")
        ]
    return [_bar(found), _every_group_is_found(found["groups"]), _independent(found), _age(found["candidate"])]


def _bar(found: Plain) -> dict[str, Any]:
    """Tell whether the bar was cleared that was hashed before anything was measured."""
    short = found["bar"]["shortfalls"]
    if not short:
        return _said(
            "bar", "passed", Text("Allt som ribban kräver är uppnått.", "All that the bar demands was reached.")
        )
    return _said("bar", "failed", Text(*(" ".join(one[language] for one in short) for language in ("sv", "en"))))


def _every_group_is_found(groups: Sequence[Plain]) -> dict[str, Any]:
    """Tell whether the model finds somebody in every unit and type of report with enough positives."""
    told = [one for one in groups if one["figures"] is not None and one["figures"]["positive"] >= ENOUGH_POSITIVE]
    nobody = [one["value"] for one in told if not one["figures"]["at_capacity"]["recall"]]
    if not told:
        few = Text("Ingen enhet har nog med kända utfall.", "No unit has enough known outcomes.")
        return _said("every_group_is_found", "cannot_tell", few)
    if nobody:
        names = ", ".join(nobody)
        return _said(
            "every_group_is_found", "failed", Text(f"Ingen hittas i: {names}.", f"Nobody is found in: {names}.")
        )
    return _said(
        "every_group_is_found",
        "passed",
        Text(
            f"Någon hittas i alla {len(told)} som har nog.", f"Somebody is found in all {len(told)} that have enough."
        ),
    )


def _independent(found: Plain) -> dict[str, Any]:
    """Tell whether the order also holds against an outcome that the unit does not decide."""
    aucs = [one["figures"]["auc"] for one in independent(found) if one["figures"]["auc"] is not None]
    if not aucs:
        few = Text("För få kända utfall som andra avgör.", "Too few known outcomes that others decide.")
        return _said("independent_outcome", "cannot_tell", few)
    least = min(aucs, key=lambda auc: auc["low"])
    return _check("independent_outcome", least["low"] > 0.5, f"AUC {least['value']:.3f} ({least['low']:.3f} – {least['high']:.3f})", "0.50")  # fmt: skip


def _age(candidate: Plain | None) -> dict[str, Any]:
    """Take the verdict of the probe of age."""
    if candidate is None:
        return _not_examined("age", NOT_LOOKED_AT)
    probe = next(one for one in candidate["probes"]["results"] if one["code"] == "age_swing")
    return _said("age", probe["verdict"], Text(**probe["detail"]))


def _part(code: str, part: Plain) -> dict[str, Any]:
    """Say what a part of the audit of groups came to."""
    if part["state"] == "not_examined":
        return _not_examined(code, Text(**part["why"]))
    return _said(code, part["verdict"], Text(part["sv"], part["en"]))


_TITLES = {
    "leak": Text("Ovanligt goda siffror tyder på läckage", "Figures too good point to a leak"),
    "gain": Text("Bättre än att räkna tidigare anmälningar", "Better than counting earlier reports"),
    "calibration_slope": Text("Kalibreringens lutning", "Calibration slope"),
    "calibration_intercept": Text("Kalibreringens nivå", "Calibration intercept"),
    "bar": Text("Ribban som sattes i förväg", "The bar that was set in advance"),
    "every_group_is_found": Text(
        "Någon hittas i varje enhet och slag av anmälan", "Somebody is found in every unit and type of report"
    ),
    "independent_outcome": Text(
        "Ordningen håller mot ett utfall som enheten inte avgör",
        "The order holds against an outcome that the unit does not decide",
    ),
    "age": Text("Vad åldern ensam betyder för uppskattningen", "What age alone does to the estimate"),
    "groups": Text("Hur felen fördelas mellan grupper", "How errors fall on groups"),
    "proxies": Text(
        "Motivering där uppgifterna avslöjar en grupp", "A justification where the features give a group away"
    ),
}
MANDATORY = frozenset({"leak", "gain", "calibration_slope", "calibration_intercept", "bar", "groups", "proxies"})
"""Checks that a board cannot pass over without a reason in writing."""


def _check(code: str, passed: bool, seen: str, allowed: str) -> dict[str, Any]:
    """Put one check that has a limit into words."""
    sv, en = (f"{seen}; {limit} {allowed}." for limit in ("gränsen är", "the limit is"))
    detail = Text(f"Uppmätt {sv[:-1].replace('.', ',')}.", f"Measured {en}")
    return _said(code, "passed" if passed else "failed", detail)


def _not_examined(code: str, why: Text) -> dict[str, Any]:
    """Say that a check was not run; that is not a pass."""
    return _said(code, "not_examined", why)


def _said(code: str, verdict: Verdict, detail: Text) -> dict[str, Any]:
    """Put one check into words."""
    mandatory = code in MANDATORY
    title = _TITLES[code].to_dict()
    return {"code": code, **title, "mandatory": mandatory, "verdict": verdict, "detail": detail.to_dict()}
