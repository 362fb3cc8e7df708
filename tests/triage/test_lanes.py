"""Here we hold the lanes to the law: a score can raise, never lower, and without one nothing waits its turn unseen."""

from __future__ import annotations

import datetime as dt
import math
from itertools import product

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from triage.findings import Condition, Finding, Verdict, any_of
from triage.lanes import Lane, choose
from triage.law import Law
from triage.remarks import WHY, why

thorough = settings(max_examples=300, deadline=None, database=None, derandomize=True)
CODES = ("immediate_danger", "violence_by_close_person", "witnessed_violence", "application",
         "protection_assessment", "screening")  # fmt: skip
MET, NOT_MET, CANNOT_TELL = Verdict.MET, Verdict.NOT_MET, Verdict.CANNOT_TELL
MARGIN = st.floats(-30, 30)


def said(law: Law, **verdicts: Verdict) -> tuple[Finding, ...]:
    """Make the findings of a report; what is not named is not met."""
    in_force = law.at(dt.date(2025, 9, 1))
    return tuple(any_of(in_force.provision(code), [Condition(verdicts.get(code, NOT_MET), "f", "v")]) for code in CODES)


def place(
    law: Law, verdicts: dict[str, Verdict], unscored: str | None, margin: float | None, limit: float | None
) -> int:
    return choose(said(law, **verdicts), why(unscored) if unscored else None, margin, limit)[0].place


def test_lanes_are_read_in_this_order_and_have_no_other_names() -> None:
    assert [lane.value for lane in Lane] == ["protect_now", "mandated", "person_first", "prioritise", "usual"]
    assert [lane.place for lane in Lane] == [0, 1, 2, 3, 4]


BY_LAW = [
    ({}, Lane.USUAL),
    ({"protection_assessment": MET, "screening": MET}, Lane.USUAL),
    ({"immediate_danger": MET}, Lane.PROTECT_NOW),
    ({"immediate_danger": CANNOT_TELL}, Lane.PERSON_FIRST),
    ({"violence_by_close_person": MET}, Lane.MANDATED),
    ({"witnessed_violence": MET}, Lane.MANDATED),
    ({"application": MET}, Lane.MANDATED),
    ({"application": CANNOT_TELL}, Lane.PERSON_FIRST),
    ({"witnessed_violence": CANNOT_TELL, "violence_by_close_person": MET}, Lane.MANDATED),
    ({"immediate_danger": MET, "witnessed_violence": MET}, Lane.PROTECT_NOW),
]


@pytest.mark.parametrize(("verdicts", "lane"), BY_LAW)
def test_the_law_chooses_first(law: Law, verdicts: dict[str, Verdict], lane: Lane) -> None:
    assert choose(said(law, **verdicts), None, 0.0, 0.5)[0] is lane


VERDICTS = st.fixed_dictionaries(dict.fromkeys(CODES, st.sampled_from(Verdict)))


@thorough
@given(verdicts=VERDICTS, margin=MARGIN, limit=MARGIN)
def test_a_score_never_lowers_what_the_law_gives(
    law: Law, verdicts: dict[str, Verdict], margin: float, limit: float
) -> None:
    by_law = place(law, verdicts, None, None, None)
    assert place(law, verdicts, None, margin, limit) <= by_law


@thorough
@given(verdicts=VERDICTS, margins=st.tuples(MARGIN, MARGIN), limit=MARGIN)
def test_a_higher_score_never_lowers(
    law: Law, verdicts: dict[str, Verdict], margins: tuple[float, float], limit: float
) -> None:
    low, high = sorted(margins)
    assert place(law, verdicts, None, high, limit) <= place(law, verdicts, None, low, limit)


@thorough
@given(verdicts=VERDICTS, unscored=st.sampled_from(sorted(WHY)))
def test_without_a_score_a_person_reads_first(law: Law, verdicts: dict[str, Verdict], unscored: str) -> None:
    lane, reasons = choose(said(law, **verdicts), why(unscored), None, None)
    assert lane.place <= Lane.PERSON_FIRST.place
    assert unscored in {reason.code for reason in reasons}


@thorough
@given(verdicts=VERDICTS, code=st.sampled_from(CODES), stronger=st.sampled_from(Verdict), margin=MARGIN)
def test_a_stronger_verdict_never_lowers(
    law: Law, verdicts: dict[str, Verdict], code: str, stronger: Verdict, margin: float
) -> None:
    strength = [NOT_MET, CANNOT_TELL, MET]
    if strength.index(stronger) >= strength.index(verdicts[code]):
        before = place(law, verdicts, None, margin, 0.5)
        assert place(law, verdicts | {code: stronger}, None, margin, 0.5) <= before


@pytest.mark.parametrize(
    ("margin", "lane"), [(0.5, Lane.PRIORITISE), (math.nextafter(0.5, 0), Lane.USUAL), (1.0, Lane.PRIORITISE)]
)
def test_the_limit_itself_is_prioritised(law: Law, margin: float, lane: Lane) -> None:
    assert choose(said(law), None, margin, 0.5)[0] is lane


def test_every_lane_gives_its_reason_and_the_most_decisive_comes_first(law: Law) -> None:
    for danger, seen, score in product(Verdict, Verdict, (0.1, 0.9)):
        lane, reasons = choose(said(law, immediate_danger=danger, witnessed_violence=seen), None, score, 0.5)
        assert reasons
        first = {Lane.PROTECT_NOW: "immediate_danger", Lane.MANDATED: "witnessed_violence",
                 Lane.PERSON_FIRST: "cannot_tell", Lane.PRIORITISE: "score_above", Lane.USUAL: "in_turn"}  # fmt: skip
        assert reasons[0].code == first[lane]


def test_the_order_of_findings_does_not_choose_the_lane(law: Law) -> None:
    found = said(law, immediate_danger=MET, witnessed_violence=MET, application=CANNOT_TELL)
    assert choose(found[::-1], None, 0.9, 0.5)[0] is choose(found, None, 0.9, 0.5)[0] is Lane.PROTECT_NOW


def test_a_finding_that_is_no_ground_to_open_chooses_no_lane(law: Law) -> None:
    quiet = [
        finding._replace(verdict=MET) for finding in said(law) if finding.code in {"screening", "protection_assessment"}
    ]
    assert choose(quiet, None, 0.0, 0.5)[0] is Lane.USUAL
