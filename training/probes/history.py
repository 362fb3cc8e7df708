"""Here we probe what is known from before: nothing known is no comfort (F26), and more known is never less (F27).

A Danish model took "no earlier reports" for a good sign, which punishes those who cannot be known
yet, infants first [M12]; and a placement last year lowered its score while one in the last five
years raised it [M11].
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from features.build import build_one
from features.report import NOTHING_KNOWN, Report
from training.probes.age import INFANT, MONTHS, AgeCurve
from training.probes.pasts import KINDS, REPORT, Kind, every_entry, joined
from training.probes.result import (
    ROUNDING,
    Case,
    Compared,
    Floats,
    ProbeResult,
    RowScorer,
    Scorer,
    above,
    ask,
    ask_pairs,
    checked,
    judge,
    not_below,
    points,
    within,
)
from training.probes.vignettes import SCHOOL_CHILD, Situation, Vignette
from triage.words import Text

ABSENT = 0.02
"""How far an infant's estimate may move when its empty history is said to be unknown (catalogue, F26)."""

USUAL_DAYS = 200
"""Days since the one earlier report of a child who is known a little."""

DAYS = (20, 60, 150, 300, 500, 900)
"""Days before the report at which an entry is placed: on both sides of a quarter, a year and two years."""

PLACED = ((), *((day,) for day in DAYS), *combinations(DAYS, 2))
"""The pasts compared: none, one entry, two."""

INFANT_AGES = (0, 3, 6, 9)
"""Months."""


def content_first(swept: Sequence[AgeCurve]) -> ProbeResult:
    """Ask whether acute reports stand above slight ones, at every age, where nothing is known from before."""
    acute = [curve for curve in swept if curve.vignette.acute]
    slight = [curve for curve in swept if curve.vignette.slight]
    return judge(
        "content_first",
        ("F26",),
        Text("Utan historik avgör innehållet", "Without a history the content decides"),
        Text(
            "en akut anmälan om ett okänt barn står över en lindrig om ett jämnårigt okänt barn",
            "an acute report on an unknown child stands above a slight one on an unknown child of the same age",
        ),
        [
            above(_against(high, low, months), high.estimates[months], low.estimates[months])
            for high in acute
            for low in slight
            for months in range(0, MONTHS, 12)
        ],
    )


def nothing_known(scorer: Scorer, vignettes: Sequence[Vignette], median: float) -> ProbeResult:
    """Ask whether a grave report falls below the median report only because nothing is known of the child.

    Parameters
    ----------
    scorer : Scorer
    vignettes : sequence of Vignette
        Without a past.
    median : float
        Estimate of the median report; NaN when there is none.
    """
    tried = [Situation(one, months) for one in vignettes if one.grave for months in (INFANT, SCHOOL_CHILD)]
    asked = ask_pairs(scorer, [(one.case, _with(one, REPORT, (USUAL_DAYS,))) for one in tried])
    return judge(
        "nothing_known",
        ("F26",),
        Text("Att inget är känt är inget gott tecken", "That nothing is known is no good sign"),
        Text(
            "en anmälan om fara, våld eller omsorgssvikt hamnar inte under mitten bara för att en tidigare anmälan saknas",
            "a report of danger, violence or neglect does not fall below the median only for want of an earlier report",
        ),
        [_crossed(one.text, first, second, median) for one, (first, second) in zip(tried, asked, strict=True)],
    )


def absent_history(row_scorer: RowScorer, vignettes: Sequence[Vignette]) -> ProbeResult:
    """Ask how far infants' estimates move when their empty history is said to be unknown instead of zero.

    It bites on candidates that put an average in the place of what is missing. Trees that never met
    a missing count read it as zero, and pass.
    """
    tried = [Situation(vignette, months) for vignette in vignettes for months in INFANT_AGES]
    zero = np.concatenate([build_one(*one.case).values for one in tried])
    absent = zero.copy()
    absent[:, history_columns(tried[0].case[0])] = np.nan
    asked = checked(row_scorer(np.concatenate([zero, absent])), 2 * len(zero)).reshape(2, -1)
    return judge(
        "absent_history",
        ("F26",),
        Text("Noll och okänt är lika för spädbarn", "Zero and unknown are alike for infants"),
        Text(
            f"spädbarns uppskattning får ändras {points(ABSENT).sv} när tom historik sägs vara okänd",
            f"infants' estimates may move by {points(ABSENT).en} when an empty history is said to be unknown",
        ),
        [within(one.text, first, second, ABSENT) for one, (first, second) in zip(tried, asked.T, strict=True)],
    )


def history_adds(scorer: Scorer, vignettes: Sequence[Vignette]) -> ProbeResult:
    """Ask whether one more entry, recent or old, alone or beside another, ever lowers the estimate."""
    tried = [(Situation(vignette, SCHOOL_CHILD), kind) for vignette in vignettes for kind in KINDS]
    asked = ask(scorer, [_with(*one, days) for one in tried for days in PLACED]).reshape(-1, len(PLACED))
    return judge(
        "history_adds",
        ("F27",),
        Text("Mer historik väger aldrig mindre", "More history never weighs less"),
        Text(
            "en anmälan, en placering, ett funnet skyddsbehov eller en insats till sänker inte uppskattningen",
            "one more report, placement, need of protection or support does not lower the estimate",
        ),
        [step for one, row in zip(tried, asked, strict=True) for step in _steps(*one, row)],
    )


def _steps(situation: Situation, kind: Kind, asked: Floats) -> Iterator[Compared]:
    """Compare every past with those that have one entry fewer."""
    for more in PLACED:
        for added in more:
            fewer = tuple(day for day in more if day != added)
            case = Text(
                f"{situation.text.sv}: {kind.text.sv} för {added} dagar sedan"
                + "".join(f", utöver {d}" for d in fewer),
                f"{situation.text.en}: {kind.text.en} {added} days ago" + "".join(f", beside {d}" for d in fewer),
            )
            yield not_below(case, asked[PLACED.index(more)], asked[PLACED.index(fewer)])


def _with(situation: Situation, kind: Kind, days: tuple[int, ...]) -> Case:
    """Give a case with entries of a kind so many days ago."""
    report, known = situation.case
    return report, joined(known, *(kind.past(report, day) for day in days))


def _against(high: AgeCurve, low: AgeCurve, months: int) -> Text:
    """Say which two vignettes are compared, and at which age."""
    first, second = Situation(high.vignette, months).text, low.vignette.text
    return Text(f"{first.sv}, mot: {second.sv}", f"{first.en}, against: {second.en}")


def _crossed(case: Text, unknown: float, known: float, median: float) -> Compared:
    """Compare a report with and without one earlier report to the median: broken when it lies between the two."""
    between = float(np.minimum(median - unknown, known - median))
    return Compared(case, (float(unknown), float(known)), between - ROUNDING)


def history_columns(report: Report) -> list[int]:
    """Find the columns of history: those that any entry of a past, recent or old, changes."""
    bare = build_one(report, NOTHING_KNOWN).values
    rows = np.concatenate([build_one(report, past).values for days in DAYS for past in every_entry(report, days)])
    same = (rows == bare) | (np.isnan(rows) & np.isnan(bare))
    return [int(column) for column in np.flatnonzero(~same.all(axis=0))]
