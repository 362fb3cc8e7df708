"""Here we ask a bundle about one report: a score with its reasons, or why it gives none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from features.build import Rows, build_alone
from features.origin import Origin
from features.problems import Problem
from features.report import Known, Report, local_time
from triage.abstention import Estimated, not_met, outside, told_too_little
from triage.assessment import Model
from triage.bundle import Bundle
from triage.estimate import HIGHEST_SHOWN, ReportScore
from triage.explanation import not_known, reasons
from triage.remarks import why
from triage.scoring import Scored, score

Scorer = Callable[[Bundle], Estimated]
"""Gives what a bundle makes of a report."""

Opinion = tuple[Model, ReportScore | None]
"""What became of the model, and the score where there is one."""


def opinion(report: Report, known: Known, bundle: Bundle, scorer: Scorer, problems: tuple[Problem, ...]) -> Opinion:
    """Give a bundle's score of a report where it may and can; say why where not.

    Parameters
    ----------
    report, known : Report, Known
        Already cut at the report.
    bundle : Bundle
    scorer : callable
        Asked only where the bundle may score. However it fails, the failure stays here.
    problems : tuple of Problem
        What of the report could not be read.
    """
    refusal = bundle.refuses(report.unit, local_time(report.received_at).date())
    if refusal is not None:
        return Model("refused", why(refusal), bundle.purpose), None
    silent = told_too_little(report, known, problems)
    if silent is not None:
        return Model("abstains", why(silent), bundle.purpose), None
    try:
        return _unless_silent(report, known, bundle, scorer(bundle))
    except Exception:  # noqa: BLE001  a model that fails in any way must not take the rules with it
        return Model("broken", why("scoring_failed"), bundle.purpose), None


def _unless_silent(report: Report, known: Known, bundle: Bundle, found: Estimated) -> Opinion:
    """Give the score, with where it comes from, unless the report is unfamiliar or the interval too wide."""
    unfamiliar = (*not_met(report, bundle.facts.support), *found.outside)
    if unfamiliar:
        return Model("abstains", why("outside_training"), bundle.purpose, unfamiliar), None
    if found.width > bundle.facts.widest:
        return Model("abstains", why("interval_too_wide"), bundle.purpose), None
    scored = found.score if found.score.origin is not None else replace(found.score, origin=Origin(report, known))
    return Model("scored", None, bundle.purpose), scored


def score_one(origin: Origin, bundle: Bundle) -> Estimated:
    """Build one report's feature row and score it; its arrays are those that its reasons are traced in."""
    rows = build_alone(origin.alone)
    return pick(bundle, rows, score(bundle, rows), 0, origin)


def pick(bundle: Bundle, rows: Rows, scored: Scored, row: int, origin: Origin | None = None) -> Estimated:
    """Give one row's score with its reasons, as it may be shown, and what speaks against showing it."""
    facts, values = bundle.facts, rows.values[row]
    probability, low, high = (
        min(float(part[row]), HIGHEST_SHOWN) for part in (scored.probability, scored.low, scored.high)
    )
    shown = ReportScore(
        outcome=facts.outcome,
        probability=probability,
        low=low,
        high=high,
        margin=float(scored.margin[row]),
        base=float(scored.base[row]),
        reasons=reasons(values, scored.contributions[row]),
        not_known=not_known(values, scored.contributions[row]),
        prioritise_margin=facts.prioritise_margin,
        prioritise_at=min(facts.prioritise_at, HIGHEST_SHOWN),
        origin=origin,
    )
    width = float(scored.high[row] - scored.low[row])
    return Estimated(shown, width, outside(facts, values, scored.beyond[row]))
