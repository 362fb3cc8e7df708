"""Here we gather what was measured on a model, and say of everything else that it was not examined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.build import REGISTRY
from training.card import validated
from training.card.audited import BESIDES
from training.card.validated import not_examined
from training.figures import Figures
from training.train import Trained
from triage.errors import TrainingRefused
from triage.remarks import why
from triage.words import Text

Plain = Mapping[str, Any]

FEWEST_IN_BIN = 20
"""A calibration bin with fewer reports shows no rate."""
HEAVIEST = 12
"""How many of the facts that weigh most are listed."""

NOT_AUDITED = Text(
    "Ingen granskning av hur felen fördelas mellan grupper av barn har gjorts. Ingen vet vem modellen träffar sämst för.",
    "No audit of how errors fall on groups of children has been made. Nobody knows for whom the model does worst.",
)


def analyses(trained: Trained, validation: Plain | None, audited: Plain | None) -> dict[str, Any]:
    """Give everything that was measured, and say of everything else that it was not.

    Parameters
    ----------
    trained : Trained
    validation : mapping or None
        As `training.validation.Validation.to_dict` gives it.
    audited : mapping or None
        As `training.card.audited.audited` gives it.
    """
    return {
        "figures": _figures(trained.figures, trained.facts.synthetic),
        "calibration": [_bin(row) for row in trained.figures.bins],
        "intervals": {
            "n": len(trained.split.calibrate.rows),
            "median": trained.silent.width_median,
            "most": trained.silent.width_95,
            "widest": trained.facts.widest,
        },
        "importance": [
            {"feature": name, "sv": REGISTRY[name].sv, "en": REGISTRY[name].en, "share": share}
            for name, share in list(trained.importance.items())[:HEAVIEST]
        ],
        "abstains": _abstains(trained),
        "abstained": validated.abstained(validation),
        "validation": validated.validation(validation),
        "age_curve": validated.age_curve(validation),
        "ordering": validated.ordering(validation),
        "probes": validated.probes(validation),
        "weak_slices": validated.weak_slices(validation),
        **(dict.fromkeys(("fairness", *BESIDES), not_examined(NOT_AUDITED)) if audited is None else audited),
        "reasons": validated.reasons(validation),
    }


def _figures(found: Figures, synthetic: bool) -> dict[str, Any]:
    """Give the figures of the test part, beside the baseline and the ceiling."""
    precision, recall = _estimable("capacity", found.model_at_capacity)
    base_precision, base_recall = _estimable("capacity of the baseline", found.baseline_at_capacity)
    why = _KNOWN_CEILING if synthetic and found.ceiling is not None else _UNKNOWN_CEILING
    return {
        "model": {
            "auc": found.model.value,
            "auc_low": found.model.low,
            "auc_high": found.model.high,
            "average_precision": found.average_precision,
            "brier": found.brier,
            "slope": found.slope,
            "intercept": found.intercept,
            "precision_at_capacity": precision,
            "recall_at_capacity": recall,
        },
        "baseline": {
            "name": _BASELINE.to_dict(),
            "auc": found.baseline.value,
            "auc_low": found.baseline.low,
            "auc_high": found.baseline.high,
            "precision_at_capacity": base_precision,
            "recall_at_capacity": base_recall,
        },
        "gain": {"auc": found.gain.value, "low": found.gain.low, "high": found.gain.high},
        "ceiling": {"auc": found.ceiling, "why": why.to_dict()},
    }


_BASELINE = Text("antal tidigare anmälningar de senaste tre åren", "number of earlier reports in three years")
_KNOWN_CEILING = Text(
    "Fallen är påhittade, så det bästa möjliga är känt: generatorns egen sannolikhet.",
    "The cases are made up, so the best possible is known: the generator's own probability.",
)
_UNKNOWN_CEILING = Text(
    "Ingen vet hur väl utfallet alls går att förutse för verkliga barn.",
    "Nobody knows how well the outcome can be foreseen at all for real children.",
)


def _estimable(what: str, pair: tuple[float | None, float | None]) -> tuple[float, float]:
    """Give two rates that could be estimated; a card is not made of figures that could not."""
    if pair[0] is None or pair[1] is None:
        msg = f"Precision or recall at {what} is not estimable on the test part. Give a longer span."
        raise TrainingRefused(msg)
    return pair[0], pair[1]


def _bin(row: dict[str, Any]) -> dict[str, Any]:
    """Hide the rate of a bin that is too small for one."""
    if row["n"] >= FEWEST_IN_BIN:
        return row
    return {**row, "observed": None, "low": None, "high": None}


def _abstains(trained: Trained) -> dict[str, Any]:
    """Say when the model abstains, and how often it would have in the tested period, by reason."""
    silent, widest = trained.silent, f"{100 * trained.facts.widest:g}"
    text = Text(
        "Modellen avstår när anmälan inte anger någon oro, när delar av anmälan eller historiken inte gick att läsa, när "
        "uppgifterna ligger utanför det som den är tränad på, när intervallet är bredare än "
        f"{widest.replace('.', ',')} av 100, och för enheter som den inte är tränad på. Då läser en person anmälan först. "
        "Måtten i kortet räknar med också de anmälningar som modellen avstår från.",
        "The model abstains when the report states no concern, when parts of the report or the history could not be read, "
        "when the facts lie outside what it was trained on, when the interval is wider than "
        f"{widest} of 100, and for units that it was not trained on. Then a person reads the report first. "
        "The figures on the card count the reports on which the model abstains as well.",
    )
    shares = {code: count / silent.reports for code, count in silent.by_reason.items()}
    reasons = [why(code).to_dict() | {"share": share} for code, share in shares.items()]
    return {**text.to_dict(), "share": silent.share, "reports": silent.reports, "reasons": reasons}
