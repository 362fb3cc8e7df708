"""An outcome says who decides it and what is unknown; a declaration that would lie is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from features.event_codes import EventKind
from training.declared import declared
from training.labelling.outcomes import VOLUNTARY, Component, Decider, EventSign, Outcome, ReportSign, Within
from training.labelling.standard import CARE_OR_POLICE, NEED_CONFIRMED, NEW_REPORT_INVESTIGATED, STANDARD
from triage.errors import TrainingRefused
from triage.words import Text

WORDS = {"sv": "ett ord, 30 dagar", "en": "a word, 30 days"}


def plain(**changed: Any) -> dict[str, Any]:
    """A small sound declaration, with changes; None takes a key away."""
    whole = {
        "name": "ordered",
        "text": WORDS,
        "unknown": WORDS,
        "horizon_days": 30,
        "investigated_only": False,
        "components": [component()],
        **changed,
    }
    return {key: value for key, value in whole.items() if value is not None}


def component(**changed: Any) -> dict[str, Any]:
    whole = {"name": "care", "text": WORDS, "decided_by": "court", "event": event(), **changed}
    return {key: value for key, value in whole.items() if value is not None}


def event(kind: str = "care_order", within: str = "child", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "within": within, **more}


@pytest.mark.parametrize("outcome", STANDARD.values(), ids=lambda outcome: outcome.name)
def test_declaration_reads_back_as_the_same_outcome(outcome: Outcome) -> None:
    assert declared(Outcome, outcome.to_dict(), "x") == outcome


def test_small_declaration_is_sound() -> None:
    assert declared(Outcome, plain(), "x").components[0].sign == EventSign(EventKind.CARE_ORDER, Within.CHILD)


@pytest.mark.parametrize(
    ("why", "changed", "said"),
    [
        ("a text of another horizon", {"horizon_days": 60}, "horizon_days is 60, and the text does not say so"),
        ("a text of another horizon in English", {"text": {"sv": "30 dagar", "en": "31 days"}}, "text does not say so"),
        ("no component", {"components": []}, "nothing could make a yes"),
        ("one name twice", {"components": [component(), component()]}, "name twice: care, care"),
        ("one name twice, as no", {"negative": component()}, "name twice: care, care"),
        ("no sign", {"components": [component(event=None)]}, "care has no sign. Write either event or report"),
        ("two signs", {"components": [component(report={})]}, "care has two signs"),
        ("a detail of another kind", {"components": [component(event=event(details=["open"]))]}, "lvu_immediate, lvu_care"),
        ("a detail of a kind without", {"components": [component(event=event("case_closed", details=["x"]))]}, "none"),
        (
            "what only an investigation sees, for all reports",
            {"components": [component(event=event(within="case"))]},
            'a report that was not investigated would count as "no"',
        ),
        ("nobody decides", {"components": [component(decided_by=None)]}, r"components\[1\].decided_by is missing"),
        ("an unknown decider", {"components": [component(decided_by="us")]}, "'us'. Allowed: 'same_unit', 'other_unit'"),
        ("no days", {"horizon_days": 0}, "horizon_days is 0. Allowed: greater than or equal to 1"),
        ("one language", {"text": {"sv": "30 dagar", "en": ""}}, "needs both languages"),
    ],
)  # fmt: skip
def test_declaration_that_would_lie_is_refused(why: str, changed: dict, said: str) -> None:
    with pytest.raises(TrainingRefused, match=said):
        declared(Outcome, plain(**changed), why)


@pytest.mark.parametrize("kind", VOLUNTARY)
def test_voluntary_help_alone_cannot_make_a_yes(kind: EventKind) -> None:
    with pytest.raises(TrainingRefused, match="voluntary help alone is no sign of need"):
        declared(Outcome, plain(components=[component(event=event(kind.value))]), "x")


def test_every_kind_of_help_counts_as_voluntary() -> None:
    assert set(VOLUNTARY) == {kind for kind in EventKind if kind.value.startswith("support_")}


def test_outcome_is_self_deciding_when_the_unit_decides_any_part_of_it() -> None:
    assert [one.self_deciding for one in (NEED_CONFIRMED, NEW_REPORT_INVESTIGATED, CARE_OR_POLICE)] == [
        True,
        True,
        False,
    ]
    no = Component("left", Text("lämnad", "left"), Decider.SAME_UNIT, report=ReportSign())
    assert replace(CARE_OR_POLICE, negative=no).self_deciding


def test_outcome_says_who_decides_and_what_is_a_yes_in_both_languages() -> None:
    assert "the same organisation that sees the estimate" in NEED_CONFIRMED.decided_by.en
    assert "samma organisation som ser uppskattningen" in NEED_CONFIRMED.decided_by.sv
    assert CARE_OR_POLICE.decided_by.en.startswith("the administrative court, on the application of")
    assert CARE_OR_POLICE.deciders == (Decider.COURT, Decider.OTHER_AUTHORITY, Decider.OTHER_UNIT)
    assert CARE_OR_POLICE.positive == Text(
        "en domstol beslutade om vård enligt LVU, polisen anmälde våld i nära relation eller en annan kommun anmälde oro",
        "a court ordered care, the police reported violence in a close relationship or another municipality reported concern",
    )
    assert NEW_REPORT_INVESTIGATED.positive == NEW_REPORT_INVESTIGATED.components[0].text
