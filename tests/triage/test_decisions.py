"""A decision says who, as what, when, where recorded and why; it is bound to one bundle and one card, and reads back as written."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from triage.chain import Log
from triage.decisions import KIND, Approval, Decided, Decision, approvals_on, decisions_on

AT = dt.datetime(2026, 3, 2, 14, tzinfo=dt.timezone(dt.timedelta(hours=1)))
APPROVED = Decision(
    decision="approved",
    by="Etiknämnden",
    role="ethics board",
    at=AT,
    minutes="2026/7 § 3",
    bundle="a" * 64,
    card="b" * 64,
    name="tiny",
    law="c" * 64,
    units=("north", "south"),
    expires=dt.date(2026, 12, 31),
    conditions=("The monitors are read every month.",),
    despite={"gain": "The baseline is no better for the youngest."},
)
CLOSED: dict[str, Any] = {
    "units": (),
    "expires": None,
    "conditions": (),
    "despite": {},
    "why": "The audit found a gap.",
}
REVOKED = replace(APPROVED, decision="revoked", **CLOSED)
STOPPED = Decision(decision="stopped", by="Head of unit", role="head of unit", at=AT, why="The queue looked wrong.")


@pytest.mark.parametrize("decision", [APPROVED, replace(REVOKED, decision="refused"), REVOKED, STOPPED])
def test_a_decision_reads_back_as_it_was_written(decision: Decision) -> None:
    for kind, said in ((Decision, decision), (Decided, Decided(decision, "ab")), (Decided, Decided(decision))):
        assert kind.from_dict(json.loads(json.dumps(said.to_dict()))) == said
    approval = Approval(decision, Log().follow(KIND, Decided(decision)).head, "ab")
    assert Approval.from_dict(json.loads(json.dumps(approval.to_dict()))) == approval
    assert decision.text() == Decision.from_dict(json.loads(decision.text())).text()


REFUSED = [
    (APPROVED, {"decision": "allowed"}, "no decision"),
    (APPROVED, {"at": AT.replace(tzinfo=None)}, "needs its offset"),
    *((APPROVED, {name: empty}, f"words for {name}") for name in ("by", "role", "minutes") for empty in ("", "  ")),
    (APPROVED, {"minutes": None}, "words for minutes"),
    (APPROVED, {"despite": {"gain": " "}}, "words for despite gain"),
    (APPROVED, {"by": 7}, "words for by"),
    (APPROVED, {"conditions": (7,)}, "in words"),
    *(
        (APPROVED, {name: value}, "personal identity number")
        for name, value in (
            ("by", "880320-0016"), ("why", "asked by 880320-0016"), ("minutes", "880320-0016"),
            ("conditions", ("ask 880320-0016",)), ("despite", {"gain": "880320-0016"}),
        )
    ),
    *((APPROVED, {name: value}, "SHA-256") for name in ("bundle", "card", "law") for value in (None, "", "a" * 63, "g" * 64)),
    (APPROVED, {"name": None}, "SHA-256"),
    (APPROVED, {"units": ()}, "names the units"),
    (APPROVED, {"units": ("north", "north")}, "each once"),
    (APPROVED, {"units": ("",)}, "names the units"),
    (APPROVED, {"expires": None}, "last day"),
    (APPROVED, {"expires": dt.date(2026, 3, 1)}, "not before the day"),
    (APPROVED, {"expires": AT}, "last day"),
    *((decision, {"why": None}, "words for why") for decision in (REVOKED, STOPPED)),
    *(
        (REVOKED, {name: value}, "Only an approval")
        for name, value in (
            ("units", ("north",)), ("expires", dt.date(2027, 1, 1)), ("conditions", ("x",)), ("despite", {"gain": "x"}),
        )
    ),
    (STOPPED, {"bundle": "a" * 64}, "every bundle"),
    (STOPPED, {"units": ("north",)}, "Only an approval"),
]  # fmt: skip


@pytest.mark.parametrize(("sound", "change", "says"), REFUSED, ids=[str(row[1])[:60] for row in REFUSED])
def test_a_decision_that_leaves_a_question_open_is_refused(sound: Decision, change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        replace(sound, **change)
    assert "880320" not in str(refused.value)


def test_an_approval_ends_on_a_swedish_day() -> None:
    late = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)  # already the next year in Sweden
    with pytest.raises(ValueError, match="last day"):
        replace(APPROVED, at=late)


def test_every_decision_on_a_bundle_is_given_in_order_with_its_line_and_stops_concern_all() -> None:
    log = Log()
    other = replace(APPROVED, bundle="d" * 64)
    for decision in (APPROVED, other, REVOKED, STOPPED):
        line = log.follow(KIND, Decided(decision))
        log = Log((*log.lines, line), (), line.head)
    assert decisions_on(log, "a" * 64) == (APPROVED, REVOKED, STOPPED)
    assert decisions_on(log, "d" * 64) == (other, STOPPED)
    assert decisions_on(log) == (APPROVED, other, REVOKED, STOPPED)
    assert [one.line for one in approvals_on(log, "a" * 64)] == [log.lines[place].head for place in (0, 2, 3)]


def test_the_same_decision_written_down_at_another_time_is_the_same() -> None:
    assert APPROVED.same(replace(APPROVED, at=AT + dt.timedelta(days=1)))
    assert not APPROVED.same(replace(APPROVED, units=("north",)))
