"""Here we hold the explanation to what a person needs: what applies, on which values, by which paragraph, and what to ask."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from features.report import Event, Known, Report, ReportedConcern, local_time
from triage.findings import Deadline, Finding, Verdict
from triage.law import Law, LawInForce
from triage.narrative import explain
from triage.reading import say
from triage.rules import deadlines, findings

LANGUAGES = ("sv", "en")
MET, NOT_MET, CANNOT_TELL = Verdict.MET, Verdict.NOT_MET, Verdict.CANNOT_TELL
HEADS = {
    "sv": ("DET HÄR GÄLLER", "DET HÄR GÅR INTE ATT AVGÖRA ÄNNU", "DET HÄR GÄLLER INTE, PÅ DE UPPGIFTER SOM FINNS"),
    "en": ("THIS APPLIES", "THIS CANNOT BE TOLD YET", "THIS DOES NOT APPLY, ON WHAT IS KNOWN"),
}
LAST = {"sv": "SENAST", "en": "BY"}
NOT_READ = {"sv": "EJ LÄST I FÖRFATTNINGEN", "en": "NOT READ IN THE ACT"}
ASK = {"sv": "Fråga: ", "en": "Ask: "}
PROMISES = re.compile(
    r"\b(safe|no danger|no risk|harmless|unharmed|not in danger|nothing to worry|no need for concern|low risk"
    r"|trygg|ofarlig\w*|ingen fara|ingen risk|utan fara|låg risk|ingen oro|inget att oroa)\b",
    re.IGNORECASE,
)

Asked = tuple[LawInForce, tuple[Finding, ...], tuple[Deadline, ...]]


def ask_the_law(report: Report, known: Known, law: Law) -> Asked:
    in_force = law.at(local_time(report.received_at).date())
    found = findings(report, known, in_force)
    return in_force, found, deadlines(report, found, in_force)


def in_reading_order(found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for verdict in (MET, CANNOT_TELL, NOT_MET) for finding in found if finding.verdict is verdict]


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(data=st.data())
def test_the_explanation_names_everything_of_every_finding(
    law: Law, pairs: st.SearchStrategy[tuple[Report, Known]], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    in_force, found, due = ask_the_law(report, known, law)
    for language in LANGUAGES:
        text = explain(in_force, found, due, language)
        assert in_force.on.isoformat() in text.splitlines()[0]
        parts = re.findall(r"^· .*(?:\n    .*)*", text, flags=re.MULTILINE)
        assert len(parts) == len(found) + len(due)
        for part, finding in zip(parts, in_reading_order(found), strict=False):
            names_everything(part, finding, language)
        for part, deadline in zip(parts[len(found) :], due, strict=True):
            assert str(deadline.due) in part
            assert deadline.citation.reference in part
        last = in_force.provisions["person_decides"]
        assert text.rstrip().splitlines()[-2] == last.rule.say(language)
        assert last.citation.reference in text.splitlines()[-1]


def names_everything(part: str, finding: Finding, language: str) -> None:
    provision, citation = finding.provision, finding.provision.citation
    assert part.startswith(f"· {provision.title.say(language)} [")
    assert (finding.text.say(language) in part) == (finding.verdict is not NOT_MET)
    lines = part.splitlines()
    decisive = next(line for line in lines if line.strip().startswith(("Avgörande: ", "Decisive: ")))
    for value in finding.values_read:
        said = say(value.field, value.value, language)
        assert said in part
        assert (said in decisive) == any(
            other.decisive for other in finding.values_read if (other.field, other.value) == (value.field, value.value)
        )
    assert citation.reference in lines[-1]
    assert f" {citation.in_force_from} " in lines[-1]
    assert str(citation.checked_on) in lines[-1]
    assert (NOT_READ[language] in lines[-1]) == (citation.certainty != "act")
    asked = [line.strip() for line in lines if line.strip().startswith(ASK[language])]
    assert asked == [ASK[language] + question.text.say(language) for question in finding.questions]


@pytest.fixture
def rich(a_report: Callable[..., Report], a_concern: Callable[..., ReportedConcern]) -> Report:
    """A report in which rules give every verdict."""
    seen = a_concern("witnessed_violence", perpetrator="close_person", status="denied")
    return a_report(seen, a_concern("physical_abuse"), birth_month="2012-01", eviction_notice="no", unaccompanied="no")


def test_what_applies_comes_first_then_what_cannot_be_told_then_what_does_not_apply(law: Law, rich: Report) -> None:
    for language in LANGUAGES:
        text = explain(*ask_the_law(rich, Known(), law), language)
        places = [text.index(head) for head in (*HEADS[language], f"\n{LAST[language]}\n")]
        assert places[:3] == sorted(places[:3])
        assert places[3] > places[2]
        other = HEADS["en" if language == "sv" else "sv"]
        assert not any(head in text for head in other)


def test_swedish_and_english_have_the_same_findings_in_the_same_order(law: Law, rich: Report) -> None:
    asked = ask_the_law(rich, Known(), law)
    references = [
        [finding.provision.citation.reference for finding in in_reading_order(asked[1])],
        *(
            re.findall(r"^    (?:Grund|Ground): (.*?), (?:i kraft|in force)", explain(*asked, one), re.MULTILINE)
            for one in LANGUAGES
        ),
    ]
    assert references[0] == references[1] == references[2]
    sv, en = (explain(*asked, language).count("\n") for language in LANGUAGES)
    assert sv == en


def test_a_denial_is_told_and_decides_nothing(law: Law, rich: Report) -> None:
    text = explain(*ask_the_law(rich, Known(), law), "en")
    applies = text.split(HEADS["en"][1], maxsplit=1)[0]
    assert "witnessed violence (exposure unknown, by a person close to the child, denied)" in applies


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(data=st.data())
def test_no_raw_code_and_no_promise_of_safety_is_left_in_the_text(
    law: Law, pairs: st.SearchStrategy[tuple[Report, Known]], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    for language in LANGUAGES:
        text = explain(*ask_the_law(report, known, law), language)
        assert not re.search(r"\w_\w", text), text
        assert not PROMISES.search(text), PROMISES.search(text)


@pytest.mark.parametrize("day", ["2002-01-01", "2012-12-31", "2014-10-01", "2025-07-01", "2026-01-15"])
def test_a_report_of_nothing_is_explained_under_every_law_and_a_person_decides(
    law: Law, a_report: Callable[..., Report], day: str
) -> None:
    report = a_report(received_at=f"{day}T12:00:00+01:00")
    asked = ask_the_law(report, Known(), law)
    for language in LANGUAGES:
        text = explain(*asked, language)
        assert text.endswith(").\n")
        assert asked[0].provisions["person_decides"].rule.say(language) in text
        assert (LAST[language] in text.splitlines()) == bool(asked[2])


def test_another_law_than_that_of_the_day_is_named_as_that_other(law: Law, rich: Report) -> None:
    in_force = law.at(dt.date(2014, 10, 1))
    found = findings(rich, Known(), in_force)
    text = explain(in_force, found, deadlines(rich, found, in_force), "sv")
    assert text.startswith("Lagen som den löd 2014-10-01.")
    assert "2025:400" not in text


def test_an_unreadable_history_is_asked_about(law: Law, rich: Report, an_event: Callable[..., Event]) -> None:
    known = Known(events=(an_event("investigation_opened", "2025-08-01T09:00:00+02:00"),), complete=False)
    text = explain(*ask_the_law(rich, known, law), "sv")
    assert "Fråga: Pågår en utredning om barnet?" in text
    assert "pågående utredning: okänt" in text
    whole = explain(*ask_the_law(rich, replace(known, complete=True), law), "sv")
    assert "pågående utredning: ja" in whole
