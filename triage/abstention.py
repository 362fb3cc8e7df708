"""Here we say when the model keeps silent about a report: it was told too little, has not met the like, or cannot tell enough.

A report on which the model abstains is read by a person first. What it has not met is named, so that a slip
of the pen can be told from a child unlike the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from features.arrays import Floats, Mask
from features.build import REGISTRY
from features.codes import Concern
from features.problems import Problem
from features.report import Known, Report
from triage.bundle_facts import BundleFacts
from triage.estimate import ReportScore
from triage.reading import say
from triage.support import Support
from triage.words import CodedText, Text


@dataclass(frozen=True, slots=True)
class Estimated:
    """What the model makes of a report, and what speaks against saying it.

    Attributes
    ----------
    score : ReportScore
    width : float
        Of the interval before it was cut at what may be shown.
    outside : tuple of CodedText
        Features that lie outside what training has seen.
    """

    score: ReportScore
    width: float
    outside: tuple[CodedText, ...]


def told_too_little(report: Report, known: Known, problems: Sequence[Problem]) -> str | None:
    """Say why the model should not even try; None when it may."""
    if problems:
        return "report_incomplete"
    if not known.complete:
        return "history_incomplete"
    if all(concern.concern is Concern.NOT_STATED for concern in report.concerns):
        return "no_concern"
    return None


def not_met(report: Report, support: Support) -> tuple[CodedText, ...]:
    """Name the codes of a report that training has not met; its unit is a matter of the bundle's scope."""
    codes = {
        "referral_type": (report.referral_type.value,),
        "reporter": (report.reporter.value,),
        "concerns": tuple(concern.concern.value for concern in report.concerns),
    }
    return tuple(
        CodedText(f"{field}.{code}", _too_few((say(field, code, "sv"), say(field, code, "en"))))
        for field, code in support.unseen(codes)
    )


def outside(facts: BundleFacts, values: Floats, beyond: Mask) -> tuple[CodedText, ...]:
    """Name the features of one report that lie outside what training has seen.

    Parameters
    ----------
    facts : BundleFacts
    values : ndarray of float64, shape (k,)
        The report's feature row.
    beyond : ndarray of bool, shape (j,)
        One row of `triage.scoring.Scored.beyond`.
    """
    names = [facts.support.names[at] for at in beyond.nonzero()[0].tolist()]
    return tuple(
        CodedText(name, _beyond(facts.support, name, float(values[facts.features.index(name)]))) for name in names
    )


def _too_few(said: tuple[str, str]) -> Text:
    """Say that training has met too few reports of which something is said."""
    return Text(
        f"{_begin(said[0])}. Modellen har mött för få sådana anmälningar.",
        f"{_begin(said[1])}. The model has met too few such reports.",
    )


def _beyond(support: Support, name: str, value: float) -> Text:
    """Say a feature's value and what training has met of it."""
    at = support.names.index(name)
    feature, low, high = REGISTRY[name], support.low[at], support.high[at]
    if math.isnan(value):
        return _too_few(feature.words.absent)
    if low is None or high is None:
        return _too_few((f"{feature.sv}: {value:.0f}", f"{feature.en}: {value:.0f}"))
    return Text(
        f"{_begin(feature.sv)}: {value:.0f}. Modellen har mött {low:.0f} till {high:.0f}.",
        f"{_begin(feature.en)}: {value:.0f}. The model has met {low:.0f} to {high:.0f}.",
    )


def _begin(said: str) -> str:
    """Begin a sentence."""
    return said[:1].upper() + said[1:]
