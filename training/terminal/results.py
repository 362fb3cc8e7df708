"""Here we show results in a terminal: one assessment, the problems of a folder, what a run made and where."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.cases import Cases
from training.words import Words
from triage.assessment import Assessment
from triage.clocks import Clocks
from triage.explanation import Reason
from triage.findings import Verdict
from triage.law_cases import CaseResult
from triage.replay import Replay
from triage.words import CodedText, Text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_HEADS = {
    "duties": ("Vad lagen kräver", "What the law demands"),
    "open": ("Går inte att avgöra", "Cannot be told"),
    "deadlines": ("Senast", "By"),
    "questions": ("Fråga", "Ask"),
    "reasons": ("Skäl till uppskattningen", "Reasons for the estimate"),
    "instruments": ("Skattningar", "Instruments"),
    "problems": ("Gick inte att läsa", "Could not be read"),
    "remarks": ("Tänk på", "Keep in mind"),
    "estimate": ("Uppskattning", "Estimate"),
}
_UNVERIFIED = ("ej läst i författningstexten", "not read in the act itself")
_LANES = {
    "protect_now": ("SKYDDA NU", "PROTECT NOW"),
    "mandated": ("MÅSTE UTREDAS", "MUST BE INVESTIGATED"),
    "person_first": ("LÄSES AV EN PERSON FÖRST", "PERSON FIRST"),
    "prioritise": ("PRIORITERAS", "PRIORITISE"),
    "usual": ("SEDVANLIG BEDÖMNING", "USUAL ASSESSMENT"),
}
_TRAINED = (
    Text("den modell som erbjuds, på sista perioden", "the model that is offered, on the last period"),
    Text("modell", "model"),
    Text("bara tidigare anmälningar", "earlier reports alone"),
    Text("taket: generatorns egen sannolikhet", "ceiling: the generator's own probability"),
    Text(
        "kalibreringens lutning {calibration_slope}, intercept {intercept}; {tested} prövade anmälningar, andel med utfallet {base_rate}",
        "calibration slope {calibration_slope}, intercept {intercept}; {tested} reports tested, base rate {base_rate}",
    ),
)
MOST_SHOWN = 20


def show_assessment(console: Console, answer: Assessment, language: str) -> None:
    """Print one assessment as a person would read it: duties first, then what is unknown, then the score."""
    which = 0 if language == "sv" else 1
    console.rule(f"{_LANES[answer.lane.value][which]} · {answer.report_id} · {answer.child_id}")
    _list(console, None, answer.lane_reasons, language)
    for head, verdict in (("duties", Verdict.MET), ("open", Verdict.CANNOT_TELL)):
        found = [finding for finding in answer.findings if finding.verdict is verdict]
        lines = []
        for finding in found:
            citation = finding.provision.citation
            doubt = "" if citation.certainty == "act" else f" ({_UNVERIFIED[which]})"
            title, text = finding.provision.title.say(language), finding.text.say(language)
            lines.append(f"{title}. {text}\n  {citation.reference}{doubt}")
        _lines(console, _HEADS[head][which], lines)
    due = [f"{deadline.due}: {deadline.title.say(language)}" for deadline in answer.deadlines]
    _lines(console, _HEADS["deadlines"][which], due)
    _list(console, _HEADS["questions"][which], answer.questions, language)
    if answer.score is not None:
        said = f"{answer.score.text.say(language)}: {answer.score.outcome.say(language)}"
        _lines(console, _HEADS["estimate"][which], [said])
        _lines(console, _HEADS["reasons"][which], [_reason(one, language) for one in answer.score.reasons])
        _list(console, None, answer.score.not_known, language)
    elif answer.model.why is not None:
        _list(console, _HEADS["estimate"][which], (answer.model.why, *answer.model.outside), language)
    _lines(console, _HEADS["instruments"][which], [one.text.say(language) for one in answer.instruments])
    _lines(console, _HEADS["problems"][which], [problem.text(language) for problem in answer.problems])
    _list(console, _HEADS["remarks"][which], answer.remarks, language)


def _reason(reason: Reason, language: str) -> str:
    """Say which way a reason points, how far, and what it rests on."""
    push = reason.push.say(language)
    return f"{push[0].upper()}{push[1:]} ({reason.contribution:+.2f}): {reason.text.say(language)}"


def show_cases(console: Console, cases: Cases, language: str) -> None:
    """Print the counts of a case folder and its problems."""
    table = _table("", "handed in", "sound", "set aside")
    for name, count in cases.counts().items():
        table.add_row(name, *(f"{number:,}" for number in count.values()))
    console.print(table)
    problems = cases.problems()
    for problem in problems[:MOST_SHOWN]:
        console.print(f"· {problem.text(language)}", markup=False, highlight=False)
    if len(problems) > MOST_SHOWN:
        console.print(f"… and {len(problems) - MOST_SHOWN} more; --json gives all of them.")


def show_lanes(console: Console, answers: Sequence[Assessment], language: str) -> None:
    """Print how many reports are in each lane."""
    table = _table("lane", "reports")
    for lane, words in _LANES.items():
        number = sum(answer.lane.value == lane for answer in answers)
        table.add_row(words[0 if language == "sv" else 1], f"{number:,}")
    console.print(table)


def show_figures(console: Console, metrics: dict[str, float], language: str) -> None:
    """Print the figures of a training: the model beside the baseline and the ceiling."""
    words = Words(language, {})
    told = {name: words.number(value, 3) for name, value in metrics.items()}
    last, model, alone, ceiling, line = (text.say(language) for text in _TRAINED)
    table = _table(last, "AUC", "95 %")
    table.add_row(model, told["auc"], f"{told['auc_low']}–{told['auc_high']}")
    table.add_row(alone, told["baseline_auc"], "")
    if "ceiling_auc" in metrics:
        table.add_row(ceiling, told["ceiling_auc"], "")
    console.print(table)
    signed = words.number(metrics["calibration_intercept"], 2, sign=True)
    figures = {name: words.number(metrics[name], 2) for name in ("calibration_slope", "base_rate")}
    tested = words.number(metrics["tested"])
    console.print(line.format(intercept=signed, tested=tested, **figures), highlight=False, soft_wrap=True)


def show_made(console: Console, made: Sequence[tuple[str, str | Path]]) -> None:
    """Print what was made and where."""
    width = max(len(what) for what, _ in made)
    for what, where in made:
        console.print(f"{what:<{width}}  {where}", soft_wrap=True, markup=False, highlight=False)


def _table(*heads: str) -> Table:
    """Make a plain table."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for place, head in enumerate(heads):
        table.add_column(head, overflow="fold", justify="left" if place == 0 else "default")
    return table


def _list(console: Console, head: str | None, texts: Sequence[CodedText], language: str) -> None:
    """Print coded texts under a head."""
    _lines(console, head, [text.text.say(language) for text in texts])


def _lines(console: Console, head: str | None, lines: Sequence[str]) -> None:
    """Print lines under a head; nothing where there is none."""
    if not lines:
        return
    if head is not None:
        console.print(f"\n[bold]{head}[/bold]")
    for line in lines:
        console.print(f"· {line}", markup=False, highlight=False)


def show_case_results(console: Console, results: Sequence[CaseResult]) -> None:
    """Print what became of the lawyer's cases: a line each, and every difference."""
    for result in results:
        mark = "ok  " if result.passed else "FAIL"
        console.print(f"{mark} {result.case.name}: {result.case.reason}", markup=False, highlight=False)
        for difference in result.differences:
            console.print(f"       {difference}", markup=False, highlight=False)
    failed = sum(not result.passed for result in results)
    console.print(f"{len(results) - failed} as expected, {failed} not")


def show_replay(console: Console, found: Replay, language: str) -> None:
    """Print which answers another law would change, by rule, with one example and its reason."""
    console.print(f"{found.reports:,} reports under the law of {found.on}; {len(found.changes):,} answers change.")
    if found.outside:
        console.print(f"{found.outside:,} were received before the first law and are not compared.")
    table = _table("rule", "change", "answers")
    for code, kinds in found.counts().items():
        for kind, number in kinds.items():
            table.add_row(code, kind, f"{number:,}")
    console.print(table)
    seen: set[str] = set()
    for change in found.changes:
        if change.code not in seen:
            seen.add(change.code)
            console.print(f"· {change.code}: {change.why[language]}", markup=False, highlight=False)


def show_clocks(console: Console, found: Clocks, language: str) -> None:
    """Print the clocks: counts per duty, then the most urgent."""
    table = _table("duty", "running", "late", "ended", "ended late", "never recorded")
    for duty, count in found.counts().items():
        table.add_row(duty, *(f"{number:,}" for number in count.values()))
    console.print(table)
    for clock in found.running[:MOST_SHOWN]:
        who = clock.report_id or clock.case_id or clock.child_id
        line = f"· {clock.due}  {clock.days_left:+d}  {clock.provision.title.say(language)}  {who}"
        console.print(line, markup=False, highlight=False)
    if len(found.running) > MOST_SHOWN:
        console.print(f"… and {len(found.running) - MOST_SHOWN:,} more; --json gives all of them.")
    grounds = {clock.duty: clock.extension for clock in found.running if clock.extension is not None}
    for provision in grounds.values():
        console.print(
            f"· {provision.title.say(language)}: {provision.rule.say(language)}", markup=False, highlight=False
        )


def problems_of(cases: Cases) -> dict[str, Any]:
    """Give the counts and problems of a case folder as plain data."""
    return {
        "counts": cases.counts(),
        "notices": [notice.to_dict() for notice in cases.notices],
        "set_aside": [
            {"table": row.table, "number": row.number, "row": row.row, "problems": [p.to_dict() for p in row.problems]}
            for row in cases.set_aside
        ],
    }
