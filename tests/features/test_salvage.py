"""Here we hold what is kept of a broken report: every field that can be read, and unknown, never "no", for the rest."""

from __future__ import annotations

import dataclasses
import json

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from features.cases import Cases
from features.codes import Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.report import Report, ReportedConcern, parse_report, to_plain
from features.salvage import UNREADABLE, salvage, salvage_concern, salvage_row
from features.schema import FACTS

HIDDEN = "880320-0016"
WHOLE = {
    "report_id": "r1",
    "child_id": "c1",
    "household_id": "h1",
    "received_at": "2025-08-01T08:30:00+02:00",
    "unit": "north",
    "referral_type": "application",
    "reporter": "police",
    "anonymous": "yes",
    "feedback_requested": "yes",
    "birth_month": "2025-08",
    "concerns": [
        {"concern": "neglect", "primary": True, "status": "stated", "exposure": "subjected", "perpetrator": "stranger"},
        {"concern": "self_harm", "primary": False, "status": "suspected", "exposure": "at_risk", "perpetrator": "the_child"},
    ],
    **dict.fromkeys(FACTS, "yes"),
}  # fmt: skip
INSTEAD = {
    "report_id": UNREADABLE,
    "child_id": UNREADABLE,
    "household_id": None,
    "unit": UNREADABLE,
    "referral_type": ReferralType.REPORT,
    "reporter": Reporter.OTHER_UNKNOWN,
    "birth_month": None,
    **dict.fromkeys(["anonymous", "feedback_requested", *FACTS], YesNo.UNKNOWN),
}
"""What stands where a field could not be read."""
BROKEN = ["hellre inte sagt", HIDDEN, 7, ["yes"], {"a": "no"}, True, 1e300]


def sound() -> Report:
    return parse_report(json.dumps(WHOLE))


@pytest.mark.parametrize("value", BROKEN, ids=str)
@pytest.mark.parametrize("name", INSTEAD)
def test_one_broken_field_becomes_unknown_and_every_other_field_is_kept(name: str, value: object) -> None:
    assert salvage({**WHOLE, name: value}) == dataclasses.replace(sound(), **{name: INSTEAD[name]})


@pytest.mark.parametrize("name", INSTEAD)
def test_a_field_left_out_is_unknown_too(name: str) -> None:
    left = {key: value for key, value in WHOLE.items() if key != name}
    assert salvage(left) == dataclasses.replace(sound(), **{name: INSTEAD[name]})


@pytest.mark.parametrize("value", [*BROKEN, None, "2025-08-01T08:30:00", "9999-12-31T23:59:59-01:00"], ids=str)
def test_without_a_time_received_nothing_is_salvaged(value: object) -> None:
    assert salvage({**WHOLE, "received_at": value}) is None


def test_everything_else_may_be_broken_at_once() -> None:
    bad = {**dict.fromkeys(WHOLE, "?!"), "received_at": WHOLE["received_at"]}
    not_stated = ReportedConcern(concern=Concern.NOT_STATED)
    assert salvage(bad) == dataclasses.replace(sound(), **INSTEAD, concerns=(not_stated,))


def test_a_birth_after_the_report_is_forgotten_and_the_rest_kept() -> None:
    bad = salvage({**WHOLE, "birth_month": "2025-09", "reporter": "polisen"})
    assert bad == dataclasses.replace(sound(), birth_month=None, reporter=Reporter.OTHER_UNKNOWN)


def test_fields_outside_the_contract_are_left_out() -> None:
    assert salvage({**WHOLE, "note": HIDDEN, HIDDEN: "x"}) == sound()


def test_a_sound_report_is_salvaged_as_it_is() -> None:
    assert salvage(WHOLE) == sound()


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("concern", Concern.NOT_STATED),
        ("primary", False),
        ("status", ConcernStatus.UNKNOWN),
        ("exposure", Exposure.UNKNOWN),
        ("perpetrator", Perpetrator.UNKNOWN),
    ],
)
@pytest.mark.parametrize("value", ["kanske", HIDDEN, 7, ["x"]], ids=str)
def test_a_broken_field_of_a_concern_becomes_unknown_and_a_broken_concern_not_stated(
    name: str, instead: object, value: object
) -> None:
    first, second = WHOLE["concerns"]
    kept = salvage({**WHOLE, "concerns": [{**first, name: value}, second]}).concerns
    assert kept == (dataclasses.replace(sound().concerns[0], **{name: instead}), sound().concerns[1])


@pytest.mark.parametrize(("concerns", "count"), [("neglect", 1), (7, 1), ({}, 1), (["neglect", None, 7], 3)])
def test_what_is_no_concern_becomes_a_concern_that_is_not_stated(concerns: object, count: int) -> None:
    assert salvage({**WHOLE, "concerns": concerns}).concerns == (ReportedConcern(concern=Concern.NOT_STATED),) * count


@pytest.mark.parametrize("concerns", [None, []])
def test_no_concerns_are_none(concerns: object) -> None:
    assert salvage({**WHOLE, "concerns": concerns}).concerns == ()


REPORT_ROW = {name: value for name, value in WHOLE.items() if name != "concerns"}
CONCERN_ROWS = [{"report_id": "r1", "child_id": "c1", **row} for row in WHOLE["concerns"]]


def test_a_broken_row_is_put_together_again_with_its_concerns() -> None:
    broken = {**REPORT_ROW, "reporter": "polisen", "injury_now": "ja"}
    cases = Cases.from_frames({"reports": pd.DataFrame([broken]), "concerns": pd.DataFrame(CONCERN_ROWS)})
    (row, *concerns) = cases.set_aside
    assert [one.table for one in concerns] == ["concerns", "concerns"]
    assert salvage_row(row, concerns) == dataclasses.replace(
        sound(), reporter=Reporter.OTHER_UNKNOWN, injury_now=YesNo.UNKNOWN
    )


def test_a_broken_concern_of_a_table_keeps_what_can_be_read() -> None:
    broken = [{**CONCERN_ROWS[0], "concern": "oro"}, {**CONCERN_ROWS[1], "status": "säker"}, {"concern": HIDDEN}]
    cases = Cases.from_frames({"reports": pd.DataFrame([REPORT_ROW]), "concerns": pd.DataFrame(broken)})
    first, second, third = cases.set_aside
    assert salvage_concern(first) == dataclasses.replace(sound().concerns[0], concern=Concern.NOT_STATED)
    assert salvage_concern(second) == dataclasses.replace(sound().concerns[1], status=ConcernStatus.UNKNOWN)
    assert salvage_concern(third) == ReportedConcern(concern=Concern.NOT_STATED)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([HIDDEN, "no", "yes"]),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=4), part, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*WHOLE, "note"]), JSON, max_size=6))
@example({"birth_month": "2099-12", "unit": 3})
def test_nothing_raises_nothing_shows_a_number_and_no_answer_is_turned_into_no(change: dict[str, object]) -> None:
    kept = salvage({**WHOLE, **change})
    if kept is not None:
        assert HIDDEN not in json.dumps(to_plain(kept))
        for name in ("anonymous", "feedback_requested", *FACTS):
            said = change.get(name, "yes")
            wanted = said if isinstance(said, str) and said in YesNo.values() else "unknown"
            assert getattr(kept, name) == wanted, name
