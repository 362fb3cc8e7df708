"""Here we run the checks that a card lists: each passed, failed or cannot tell, with the number behind it."""

from __future__ import annotations

from typing import Any, Literal

from training.backtest.comparison import WORTH
from training.figures import INTERCEPT, SLOPE, SUSPICIOUS
from training.train import Trained
from triage.words import Text

NOT_RUN = Text("Inte prövat i den här versionen.", "Not tested in this version.")
ELSEWHERE = Text(
    "Kortet visar det inte; det prövas i valideringen (validation.json).",
    "The card does not show it; the validation tests it (validation.json).",
)

Verdict = Literal["passed", "failed", "cannot_tell"]


def checks(trained: Trained) -> list[dict[str, Any]]:
    """Give every check of a training, in the order a board would ask."""
    found = trained.figures
    return [
        _check(
            "leak",
            Text("Ovanligt goda siffror tyder på läckage", "Figures too good point to a leak"),
            found.model.value <= SUSPICIOUS,
            f"AUC {found.model.value:.3f}",
            f"{SUSPICIOUS:.2f}",
        ),
        _check(
            "gain",
            Text("Bättre än att räkna tidigare anmälningar", "Better than counting earlier reports"),
            found.gain.value >= WORTH and found.gain.low > 0,
            f"{found.gain.value:+.3f} ({found.gain.low:+.3f} – {found.gain.high:+.3f})",
            f"{WORTH:.2f}",
        ),
        _check(
            "calibration_slope",
            Text("Kalibreringens lutning", "Calibration slope"),
            SLOPE[0] <= found.slope <= SLOPE[1],
            f"{found.slope:.2f}",
            f"{SLOPE[0]}–{SLOPE[1]}",
        ),
        _check(
            "calibration_intercept",
            Text("Kalibreringens nivå", "Calibration intercept"),
            abs(found.intercept) <= INTERCEPT,
            f"{found.intercept:+.2f}",
            f"±{INTERCEPT}",
        ),
        _not_here(
            "age", Text("Vad åldern ensam betyder för uppskattningen", "What age alone does to the estimate"), ELSEWHERE
        ),
        _not_here("groups", Text("Hur felen fördelas mellan grupper", "How errors fall on groups"), NOT_RUN),
        _not_here(
            "independent_outcome",
            Text("Ett utfall som enheten inte själv avgör", "An outcome that the unit does not decide itself"),
            ELSEWHERE,
        ),
    ]


def _check(code: str, title: Text, passed: bool, seen: str, allowed: str) -> dict[str, Any]:
    """Put one check that was run into words."""
    detail = Text(f"Uppmätt {seen}; gränsen är {allowed}.", f"Measured {seen}; the limit is {allowed}.")
    verdict: Verdict = "passed" if passed else "failed"
    return {"code": code, **title.to_dict(), "verdict": verdict, "detail": detail.to_dict()}


def _not_here(code: str, title: Text, detail: Text) -> dict[str, Any]:
    """Say that a check does not stand in the card; that is not a pass."""
    return {"code": code, **title.to_dict(), "verdict": "cannot_tell", "detail": detail.to_dict()}
