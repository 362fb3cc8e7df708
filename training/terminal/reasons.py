"""Here we show one report's estimate in a terminal with its reasons, where each stands, and when it would be none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from triage.assessment import Assessment
from triage.estimate import ReportScore
from triage.words import Text

if TYPE_CHECKING:
    from rich.console import Console

_STANDS, _UNTIL = Text("Står i:", "Stands in:"), Text("Räknas längst till och med", "Counts until, at the latest:")
_NO_SCORE = Text("Ingen uppskattning", "No estimate")
_SUM = Text(
    "Utgångsläge {base}, skälen {reasons}, övrigt {rest}: tillsammans {margin} (logodds).",
    "Starting point {base}, reasons {reasons}, the rest {rest}: together {margin} (log-odds).",
)


def show_reasons(console: Console, answer: Assessment, language: str) -> None:
    """Print an estimate with everything that is known of its reasons, or why there is none."""
    lines = _no_score(answer, language) if answer.score is None else _scored(answer.score, language)
    for line in (*lines, "", *(remark.text.say(language) for remark in answer.remarks)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _no_score(answer: Assessment, language: str) -> Iterator[str]:
    """Say why there is no estimate."""
    why = [] if answer.model.why is None else [answer.model.why]
    yield f"{_NO_SCORE.say(language)}. " + " ".join(one.text.say(language) for one in (*why, *answer.model.outside))


def _scored(score: ReportScore, language: str) -> Iterator[str]:
    """Say the estimate, each reason, what the model does not know, and the sum."""
    yield f"{score.text.say(language)}: {score.outcome.say(language)}"
    plain = score.to_dict()
    for reason in plain["reasons"]:
        yield ""
        yield from _reason(reason, language)
    yield ""
    yield from (one["sv" if language == "sv" else "en"] for one in plain["not_known"])
    parts = {name: f"{plain[name]:+.2f}" for name in ("base", "rest", "margin")}
    yield _SUM.say(language).format(reasons=f"{sum(one.contribution for one in score.reasons):+.2f}", **parts)


def _reason(reason: dict[str, Any], language: str) -> Iterator[str]:
    """Say one reason in four lines at most."""
    push = reason["push"][language]
    yield f"{push[0].upper()}{push[1:]} ({reason['contribution']:+.2f}): {reason[language]}"
    stands = [_stands(read, language) for read in reason["comes_from"] or ()]
    if stands:
        yield f"    {_STANDS.say(language)} {'; '.join(stands)}."
    until = f" {_UNTIL.say(language)} {reason['counts_until']}." if reason["counts_until"] else ""
    yield f"    {reason['unless'][language]}{until}"
    yield f"    {reason['bbic'][language]}"


def _stands(read: dict[str, Any], language: str) -> str:
    """Say where something stands: a field of the report, or a row of the history."""
    said: str = read[language]
    if read["column"] is not None:
        return said
    return f"{read['on']} {said}" + (f" [{read['id']}]" if read["id"] else "")
