"""Here we make small changes that mean almost nothing, and ask whether the estimate stays where it was (F30).

A day more, a month more, another order of the same list, a "no" where nothing was said: a person
would not read the report in another way, so the estimate may not either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from features.codes import YesNo
from features.report import NOTHING_KNOWN, Known
from features.schema import FACTS
from training.probes.age import AgeCurve
from training.probes.pasts import GRAVEST, PLACEMENT, REPORT, moved
from training.probes.result import Case, Compared, Floats, ProbeResult, Scorer, ask, ask_pairs, judge, points, within
from training.probes.vignettes import SCHOOL_CHILD, Situation, Vignette
from triage.words import Text

SMALL = 0.03
"""How far a small change may move an estimate, in probability (catalogue, F30)."""

LONGEST = 1_200
"""Days before the report over which one entry is moved day by day: past every window."""

MOVED = (REPORT, GRAVEST, PLACEMENT)
"""What is moved day by day."""

_RULE = Text(
    f"uppskattningen får ändras {points(SMALL).sv}",
    f"the estimate may move by {points(SMALL).en}",
)


def month_of_age(swept: Sequence[AgeCurve]) -> ProbeResult:
    """Ask whether a child a month older has another estimate."""
    return judge(
        "month_of_age",
        ("F30",),
        Text("En månad äldre ändrar nästan inget", "A month older changes almost nothing"),
        _RULE,
        [
            within(Situation(curve.vignette, months).text, younger, older, SMALL)
            for curve in swept
            for months, (younger, older) in enumerate(pairwise(curve.estimates))
        ],
    )


def day_of_history(scorer: Scorer, vignette: Vignette, situations: Sequence[Situation]) -> ProbeResult:
    """Ask whether a past that lies a day further back has another estimate.

    Parameters
    ----------
    scorer : Scorer
    vignette : Vignette
        Without a past: each of `MOVED` is moved day by day over every window before it.
    situations : sequence of Situation
        Those with a past have it moved by one day.
    """
    report, _ = vignette.at(SCHOOL_CHILD)
    known = [one for one in situations if one.vignette.known != NOTHING_KNOWN]
    alone = [(report, kind.past(report, days)) for kind in MOVED for days in range(1, LONGEST + 1)]
    asked = ask(scorer, alone + [case for one in known for case in (one.case, _a_day_earlier(one.case))])
    placed, pasts = asked[: len(alone)].reshape(len(MOVED), -1), asked[len(alone) :].reshape(-1, 2)
    return judge(
        "day_of_history",
        ("F30",),
        Text("En dag till ändrar nästan inget", "One more day changes almost nothing"),
        _RULE,
        [step for kind, row in zip(MOVED, placed, strict=True) for step in _by_day(kind.text, row)]
        + [within(one.text, first, second, SMALL) for one, (first, second) in zip(known, pasts, strict=True)],
    )


def order_of_items(scorer: Scorer, situations: Sequence[Situation]) -> ProbeResult:
    """Ask whether the order in which concerns and earlier entries are listed changes the estimate."""
    tried = [one for one in situations if _reversed(one.case) != one.case]
    asked = ask_pairs(scorer, [(one.case, _reversed(one.case)) for one in tried])
    return judge(
        "order_of_items",
        ("F30",),
        Text("Ordningen i listor ändrar inget", "The order of lists changes nothing"),
        Text("omvänd ordning ger samma uppskattning", "the reverse order gives the same estimate"),
        [within(one.text, first, second, 0.0) for one, (first, second) in zip(tried, asked, strict=True)],
    )


def unknown_and_no(scorer: Scorer, situations: Sequence[Situation]) -> ProbeResult:
    """Ask whether one fact that nobody mentioned, answered no, changes the estimate."""
    tried = [(one, fact) for one in situations for fact in FACTS if getattr(one.vignette.report, fact) is YesNo.UNKNOWN]
    asked = ask_pairs(scorer, [(one.case, _answered_no(one.case, fact)) for one, fact in tried])
    return judge(
        "unknown_and_no",
        ("F30",),
        Text("Ett nej i stället för okänt ändrar nästan inget", "A no instead of unknown changes almost nothing"),
        _RULE,
        [
            within(_no(one, fact), first, second, SMALL)
            for (one, fact), (first, second) in zip(tried, asked, strict=True)
        ],
    )


def _by_day(what: Text, row: Floats) -> list[Compared]:
    """Compare every day with the next; ``row[0]`` is one day before the report."""
    return [
        within(
            Text(f"{what.sv} för {day} och {day + 1} dagar sedan", f"{what.en} {day} and {day + 1} days ago"),
            nearer,
            further,
            SMALL,
        )
        for day, (nearer, further) in enumerate(pairwise(row), start=1)
    ]


def _a_day_earlier(case: Case) -> Case:
    """Move a past one day back."""
    return case[0], moved(case[1], 1)


def _reversed(case: Case) -> Case:
    """List everything in the reverse order."""
    report, known = case
    past = Known(reports=known.reports[::-1], events=known.events[::-1], instruments=known.instruments[::-1])
    return replace(report, concerns=report.concerns[::-1]), past


def _answered_no(case: Case, fact: str) -> Case:
    """Answer one fact no."""
    return replace(case[0], **{fact: YesNo.NO}), case[1]  # type: ignore[arg-type]


def _no(situation: Situation, fact: str) -> Text:
    """Say a situation and the fact that was answered no."""
    said, (sv, en) = situation.text, FACTS[fact]
    return Text(f"{said.sv}; nej på: {sv}", f"{said.en}; no to: {en}")
