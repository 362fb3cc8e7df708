"""Here we explain the law's answer to one report as a person would: what, why, by which paragraph, and what to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.findings import CANNOT_TELL, MET, NOT_MET, Deadline, Finding, Verdict
from triage.law import LawInForce, Provision
from triage.reading import say

_HEADS = {
    MET: ("Det här gäller", "This applies"),
    CANNOT_TELL: ("Det här går inte att avgöra ännu", "This cannot be told yet"),
    NOT_MET: ("Det här gäller inte, på de uppgifter som finns", "This does not apply, on what is known"),
}
_FORCE = {
    "binding": ("bindande", "binding"),
    "practice": ("praxis: behandlas som huvudregel", "practice: treated as the rule"),
    "flag": ("påpekande", "flag"),
    "guidance": ("vägledning", "guidance"),
}
_CERTAINTY = {
    "act": ("läst i författningen", "read in the act"),
    "secondary": (
        "EJ LÄST I FÖRFATTNINGEN, bara i en källa som återger den",
        "NOT READ IN THE ACT, only in a source that quotes it",
    ),
    "inferred": ("EJ LÄST I FÖRFATTNINGEN, en slutsats", "NOT READ IN THE ACT, a conclusion"),
}
_LAST = ("Senast", "By")
_DECISIVE, _ALSO = ("Avgörande", "Decisive"), ("Läst", "Read")
_ASK, _GROUND = ("Fråga", "Ask"), ("Grund", "Ground")
_SINCE, _CHECKED = ("i kraft sedan", "in force since"), ("kontrollerad", "checked")
_LAW_OF = ("Lagen som den löd {day}.", "The law as it stood on {day}.")


def explain(law: LawInForce, found: Sequence[Finding], due: Sequence[Deadline], language: str) -> str:
    """Explain the law's answer to one report.

    Parameters
    ----------
    law : LawInForce
    found : sequence of Finding
    due : sequence of Deadline
    language : {"sv", "en"}

    Returns
    -------
    str
        Plain text, first what applies, then what cannot be told, then what does not apply.
    """
    which = language == "en"
    lines = [_LAW_OF[which].format(day=law.on.isoformat())]
    for verdict in (MET, CANNOT_TELL, NOT_MET):
        mine = [finding for finding in found if finding.verdict is verdict]
        if mine:
            lines += ["", _HEADS[verdict][which].upper()]
            for finding in mine:
                lines += _finding(finding, verdict, language)
    lines += ["", _LAST[which].upper()] if due else []
    lines += [f"· {deadline.due}  {deadline.title.say(language)} ({deadline.citation.reference})" for deadline in due]
    last = law.provisions["person_decides"]
    lines += ["", last.rule.say(language), _ground(last, language)]
    return "\n".join(lines) + "\n"


def _finding(finding: Finding, verdict: Verdict, language: str) -> Iterator[str]:
    """Explain one finding."""
    which, provision = language == "en", finding.provision
    yield f"· {provision.title.say(language)} [{_FORCE[provision.force][which]}]"
    if verdict is not NOT_MET:
        yield f"    {finding.text.say(language)}"
    decisive = [value for value in finding.values_read if value.decisive]
    other = [value for value in finding.values_read if not value.decisive]
    for head, values in ((_DECISIVE, decisive), (_ALSO, other)):
        if values:
            said = "; ".join(say(value.field, value.value, language) for value in values)
            yield f"    {head[which]}: {said}."
    for question in finding.questions:
        yield f"    {_ASK[which]}: {question.text.say(language)}"
    yield f"    {_ground(provision, language)}"


def _ground(provision: Provision, language: str) -> str:
    """Say where a provision stands, since when, and how sure we are."""
    which, citation = language == "en", provision.citation
    return (
        f"{_GROUND[which]}: {citation.reference}, {_SINCE[which]} {citation.in_force_from} "
        f"({_CERTAINTY[citation.certainty][which]}; {_CHECKED[which]} {citation.checked_on})."
    )
