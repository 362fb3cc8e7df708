"""Here we hold findings to what they say: alternatives joined rightly, values shown, questions only while they matter."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from triage.findings import Condition, Verdict, any_of, strongest
from triage.law import Law, Provision
from triage.words import CodedText, Text

MET, NOT_MET, CANNOT_TELL = Verdict.MET, Verdict.NOT_MET, Verdict.CANNOT_TELL
ASK = CodedText("ask", Text("Fråga?", "Ask?"))

JOINED = [
    ([], NOT_MET),
    ([NOT_MET], NOT_MET),
    ([CANNOT_TELL], CANNOT_TELL),
    ([MET], MET),
    ([NOT_MET, CANNOT_TELL], CANNOT_TELL),
    ([NOT_MET, MET], MET),
    ([CANNOT_TELL, MET], MET),
    ([NOT_MET, CANNOT_TELL, MET], MET),
]


@pytest.fixture
def provision(law: Law) -> Provision:
    return law.at(dt.date(2025, 9, 1)).provision("witnessed_violence")


@pytest.mark.parametrize(("verdicts", "joined"), JOINED)
def test_one_that_is_met_decides_and_the_unknown_beats_the_absent(verdicts: list[Verdict], joined: Verdict) -> None:
    assert {strongest(order) for order in itertools.permutations(verdicts)} == {joined}


@pytest.mark.parametrize("verdict", Verdict)
def test_a_finding_says_the_words_of_its_verdict(provision: Provision, verdict: Verdict) -> None:
    found = any_of(provision, [Condition(verdict, "f", "v")])
    assert found.verdict is verdict
    assert found.text == provision.verdicts[verdict.value]
    plain = found.to_dict()
    assert (plain["code"], plain["verdict"], plain["force"]) == ("witnessed_violence", verdict.value, "binding")
    assert plain["citation"] == provision.citation.to_dict()


def test_every_value_that_was_looked_at_is_shown_and_the_decisive_ones_are_marked(provision: Provision) -> None:
    found = any_of(
        provision, [Condition(NOT_MET, "a", "1"), Condition(MET, "b", "2"), Condition(CANNOT_TELL, "c", "3", ASK)]
    )
    assert [(value.field, value.value, value.decisive) for value in found.values_read] == [
        ("a", "1", False),
        ("b", "2", True),
        ("c", "3", False),
    ]


def test_a_question_is_asked_once_and_only_where_the_answer_matters(provision: Provision) -> None:
    open_one = Condition(CANNOT_TELL, "a", "-", ASK)
    assert any_of(provision, [open_one, open_one]).questions == (ASK,)
    assert any_of(provision, [open_one, Condition(MET, "b", "-", ASK)]).questions == ()
    assert any_of(provision, [Condition(NOT_MET, "a", "-", ASK)]).questions == ()
