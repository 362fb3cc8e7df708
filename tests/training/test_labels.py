"""An outcome is what was recorded in time; immature, uninvestigated and out of sight are unknown, never "no"."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.arrays import NEVER
from features.cases import Cases
from features.folder import load
from tests.training.labels_reference import Told, random_frames
from training.labelling.labels import NEED_CONFIRMED, Labels, LabelState, data_end, label
from training.labelling.outcomes import Outcome
from training.labelling.signs import first_after
from training.labelling.standard import CARE_OR_POLICE, NEW_REPORT_INVESTIGATED, STANDARD

END = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
T0 = pd.Timestamp("2024-01-10T10:00:00Z")


def days(n: float) -> pd.Timestamp:
    return T0 + pd.Timedelta(days=n)


def event(
    kind: str,
    at: float,
    detail: str | None = None,
    *,
    case: str | None = "k1",
    withdrawn: float | None = None,
    report: str = "r1",
    recorded: float | None = None,
) -> dict:
    return {
        "child_id": "c1",
        "kind": kind,
        "happened_at": days(at),
        "recorded_at": days(at if recorded is None else recorded),
        "report_id": report,
        "case_id": case,
        "detail": detail,
        "withdrawn_at": pd.NaT if withdrawn is None else days(withdrawn),
    }


def later(
    at: float, reporter: str = "school", concern: str = "neglect", status: str = "stated", child: str = "c1"
) -> dict:
    """A report that comes after the first."""
    return {"at": at, "reporter": reporter, "concern": concern, "status": status, "child_id": child}


def labels_of(outcome: Outcome, *rows: dict, born: str | None = "2015-03", received: pd.Timestamp = T0) -> Labels:
    """Label a report ``r1`` about ``c1``; later reports are ``r2``, ``r3``, …"""
    first = later((received - T0) / pd.Timedelta(days=1))
    given_reports = [first, *(row for row in rows if "at" in row)]
    events = [row for row in rows if "at" not in row]
    reports = [
        {
            "report_id": f"r{number}",
            "child_id": row["child_id"],
            "received_at": days(row["at"]),
            "birth_month": born,
            "unit": "u",
            "referral_type": "child_concern_report",
            "reporter": row["reporter"],
        }
        for number, row in enumerate(given_reports, start=1)
    ]
    concerns = [
        {
            "report_id": f"r{number}",
            "child_id": row["child_id"],
            "concern": row["concern"],
            "primary": True,
            "status": row["status"],
        }
        for number, row in enumerate(given_reports, start=1)
    ]
    frames = {"reports": pd.DataFrame(reports), "concerns": pd.DataFrame(concerns)}
    if events:
        frames["events"] = pd.DataFrame([{"event_id": f"e{n}", **row} for n, row in enumerate(events)])
    cases = Cases.from_frames(frames)
    assert not cases.set_aside, [problem.text("en") for problem in cases.problems()]
    return label(cases, outcome, END)


def state_of(*rows: dict, outcome: Outcome = NEED_CONFIRMED, **known: object) -> str:
    return str(labels_of(outcome, *rows, **known).state[0])


OPENED = (event("screening_decided", 5, "open"), event("investigation_opened", 5))
TAKEN = event("care_order", 20, "lvu_immediate")


@pytest.mark.parametrize(
    ("why", "events", "expected"),
    [
        ("nothing was decided", (), LabelState.NOT_INVESTIGATED),
        ("not opened is not 'no need'", (event("screening_decided", 5, "not_open", case=None),), "not_investigated"),
        ("opened and never closed", OPENED, LabelState.NOT_CONCLUDED),
        ("support decided in time", (*OPENED, event("investigation_closed", 90, "support_decided")), "positive"),
        ("the family declined support", (*OPENED, event("investigation_closed", 90, "declined")), "positive"),
        ("closed without support", (*OPENED, event("investigation_closed", 90, "closed_no_support")), "negative"),
        ("referred elsewhere", (*OPENED, event("investigation_closed", 90, "referred_elsewhere")), "negative"),
        ("discontinued says nothing", (*OPENED, event("investigation_closed", 90, "discontinued")), "not_concluded"),
        ("on the last day", (*OPENED, event("investigation_closed", 180, "support_decided")), "positive"),
        ("no support on the last day", (*OPENED, event("investigation_closed", 180, "closed_no_support")), "negative"),
        ("a day too late", (*OPENED, event("investigation_closed", 181, "support_decided")), "not_concluded"),
        ("placed while investigated", (*OPENED, event("placement_started", 20, "foster_home")), "positive"),
        ("taken into care", (*OPENED, TAKEN), "positive"),
        (
            "the case that was opened, not what screening wrote",
            (
                event("screening_decided", 5, "open", case="k9"),
                event("investigation_opened", 5),
                event("investigation_closed", 90, "support_decided"),
            ),
            "positive",
        ),
        ("placed too late", (*OPENED, event("placement_started", 200, "foster_home")), "not_concluded"),
        ("taken before the report", (*OPENED, event("care_order", -1, "lvu_care")), "not_concluded"),
        (
            "taken before, placed after",
            (*OPENED, event("placement_started", -1, "foster_home"), TAKEN),
            "not_concluded",
        ),
        (
            "closed again in another way",
            (
                *OPENED,
                event("investigation_closed", 40, "support_decided"),
                event("investigation_closed", 90, "closed_no_support"),
            ),
            "negative",
        ),
        (
            "placed in another case",
            (*OPENED, event("placement_started", 20, "foster_home", case="k9")),
            "not_concluded",
        ),
        (
            "a closing that was withdrawn did not happen",
            (*OPENED, event("investigation_closed", 90, "support_decided", withdrawn=95)),
            "not_concluded",
        ),
        (
            "what was recorded after the data's end does not count",
            (*OPENED, event("investigation_closed", 90, "support_decided", recorded=400)),
            "not_concluded",
        ),
        (
            "added to an investigation that was ongoing",
            (event("screening_decided", 5, "added_to_ongoing"), event("investigation_closed", 60, "support_decided")),
            "positive",
        ),
    ],
)
def test_need_is_what_the_reports_own_investigation_found_in_time(why: str, events: tuple, expected: str) -> None:
    assert state_of(*events) == expected, why


OPENED_LATER = event("investigation_opened", 105, case="k2", report="r2")


@pytest.mark.parametrize(
    ("why", "rows", "expected"),
    [
        ("nothing new came", (), "negative"),
        ("a new report that was opened", (later(100), OPENED_LATER), "positive"),
        ("screening said so", (later(100), event("screening_decided", 105, "open", case=None, report="r2")), "positive"),
        ("a new report that was not opened", (later(100),), "negative"),
        ("the report's own investigation is none", OPENED, "negative"),
        (
            "added to what is going on opens nothing",
            (*OPENED, later(60), event("screening_decided", 61, "added_to_ongoing", report="r2")),
            "negative",
        ),
        ("opened after the horizon", (later(179), event("investigation_opened", 181, report="r2")), "negative"),
        ("opened on the last day", (later(179), event("investigation_opened", 180, report="r2")), "positive"),
        ("about a sibling", (later(100, child="c2"), OPENED_LATER), "negative"),
        ("an earlier report", (later(-5), event("investigation_opened", 20, report="r2")), "negative"),
        ("transferred", (event("screening_decided", 9, "transferred", case=None),), "out_of_sight"),
        ("opened before they moved", (later(50), event("investigation_opened", 60, report="r2"),
                                      event("investigation_closed", 90, "discontinued")), "positive"),
        ("moved after the horizon", (event("investigation_closed", 181, "discontinued"),), "negative"),
    ],
)  # fmt: skip
def test_new_report_counts_when_an_investigation_was_opened_on_it(why: str, rows: tuple, expected: str) -> None:
    assert state_of(*rows, outcome=NEW_REPORT_INVESTIGATED) == expected, why


@pytest.mark.parametrize(
    ("why", "rows", "expected"),
    [
        ("nothing came, nobody investigated", (), "negative"),
        ("a court ordered care in any case", (event("care_order", 30, "lvu_care", case="k9"),), "positive"),
        ("what the board itself decides is not the court's", (TAKEN,), "negative"),
        ("ordered before the report", (event("care_order", -1, "lvu_care"),), "negative"),
        ("the police report violence", (later(30, "police", "physical_abuse"),), "positive"),
        ("the police report something else", (later(30, "police", "youth_crime"),), "negative"),
        ("the police deny it", (later(30, "police", "physical_abuse", "denied"),), "negative"),
        ("somebody else reports violence", (later(30, "school", "physical_abuse"),), "negative"),
        ("another municipality", (later(180, "other_municipality"),), "positive"),
        ("another municipality, too late", (later(181, "other_municipality"),), "negative"),
    ],
)
def test_what_others_decide_is_seen_without_an_investigation(why: str, rows: tuple, expected: str) -> None:
    assert state_of(*rows, outcome=CARE_OR_POLICE) == expected, why


@pytest.mark.parametrize(
    ("born", "expected"), [("2006-08", "negative"), ("2006-07", "out_of_sight"), (None, "out_of_sight")]
)
def test_child_who_may_have_turned_18_is_out_of_sight_and_not_a_no(born: str | None, expected: str) -> None:
    assert state_of(outcome=CARE_OR_POLICE, born=born) == expected
    assert state_of(later(9, "other_municipality"), outcome=CARE_OR_POLICE, born=born) == "positive"


@pytest.mark.parametrize("outcome", STANDARD.values(), ids=lambda outcome: outcome.name)
def test_report_inside_the_horizon_at_the_end_is_immature_even_when_the_answer_came_already(outcome: Outcome) -> None:
    late, on_time = pd.Timestamp("2024-07-05T00:00:01Z"), pd.Timestamp("2024-07-05T00:00:00Z")
    came = (
        event("investigation_opened", 178),
        event("investigation_closed", 182, "support_decided"),
        event("investigation_opened", 182, report="r2", case="k2"),
        later(181, "other_municipality"),
    )
    assert state_of(*came, outcome=outcome, received=late) == LabelState.IMMATURE
    assert state_of(*came, outcome=outcome, received=on_time) == LabelState.POSITIVE


def test_each_component_has_its_own_yes_and_other_yes_are_not_its_no() -> None:
    both = labels_of(NEED_CONFIRMED, *OPENED, event("investigation_closed", 90, "declined"), TAKEN)
    assert both.component_counts() == {"support_decided": 0, "declined": 1, "placement": 0, "care_order": 1}
    assert both.value_of("declined")[0] == both.value_of("care_order")[0] == 1
    assert np.isnan(both.value_of("support_decided")[0])
    no = labels_of(NEED_CONFIRMED, *OPENED, event("investigation_closed", 90, "closed_no_support"))
    assert [no.value_of(name)[0] for name in no.components] == [0, 0, 0, 0]
    with pytest.raises(KeyError, match="placed"):
        no.value_of("placed")


@given(seed=st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_labels_agree_with_the_outcomes_told_in_plain_python(seed: int) -> None:
    """A second route that does not read the declarations, report by report, on cases made to be difficult."""
    cases = Cases.from_frames(random_frames(np.random.default_rng(seed), children=25))
    end = pd.Timestamp("2025-06-01T00:00:00Z")
    for outcome in STANDARD.values():
        found = label(cases, outcome, end.to_pydatetime())
        assert [str(state) for state in found.state] == Told(cases, end).states(outcome.name)
        assert sum(found.counts().values()) == len(found.state)
        assert np.array_equal(np.isnan(found.value), ~found.known)
        yes = np.any(list(found.components.values()), axis=0)
        assert np.array_equal(yes, found.state == LabelState.POSITIVE)


def test_labels_of_a_municipality_agree_with_plain_python_and_hold_every_state(municipality) -> None:
    cases = load(municipality)
    end = data_end(cases)
    told = Told(cases, pd.Timestamp(end))
    for outcome in STANDARD.values():
        found = label(cases, outcome, end)
        assert [str(state) for state in found.state[:800]] == told.states(outcome.name, 800)
        assert min(found.component_counts().values()) > 0, "synthetic data hold every component"
        none = {"out_of_sight"} if outcome.investigated_only else {"not_investigated", "not_concluded"}
        assert {state for state, count in found.counts().items() if not count} == none
        assert found.to_dict()["counts"] == found.counts()
        assert f"{found.counts()['immature']} immature" in repr(found)


def test_shuffled_tables_give_the_same_labels() -> None:
    frames = random_frames(np.random.default_rng(3), children=30)
    shuffled = {name: frame.sample(frac=1, random_state=4, ignore_index=True) for name, frame in frames.items()}
    keys = ["report_id", "child_id"]
    for outcome in STANDARD.values():
        states = []
        for tables in (frames, shuffled):
            cases = Cases.from_frames(tables)
            states.append(cases.frame("reports")[keys].assign(state=label(cases, outcome, END).state))
        assert states[0].sort_values(keys).reset_index(drop=True).equals(
            states[1].sort_values(keys).reset_index(drop=True)
        )  # fmt: skip


def test_no_reports_give_no_labels() -> None:
    for outcome in STANDARD.values():
        assert sum(label(Cases.from_frames({}), outcome, END).counts().values()) == 0


def test_end_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset from UTC"):
        label(Cases.from_frames({}), NEED_CONFIRMED, END.replace(tzinfo=None))


def test_longer_horizon_never_turns_a_yes_into_a_no() -> None:
    cases = Cases.from_frames(random_frames(np.random.default_rng(5), children=80))
    text = CARE_OR_POLICE.text
    longer = replace(CARE_OR_POLICE, horizon_days=200, text=replace(text, sv=f"{text.sv} (200)", en=f"{text.en} (200)"))
    short, long = (label(cases, one, END).state for one in (CARE_OR_POLICE, longer))
    assert set(long[short == LabelState.POSITIVE]) <= {LabelState.POSITIVE, LabelState.IMMATURE}


Entry = st.tuples(st.integers(-1, 3), st.integers(0, 6), st.integers(0, 9))


@given(
    entries=st.lists(Entry, max_size=30), asked=st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 7)), max_size=9)
)
def test_first_after_is_the_smallest_of_the_owners_entries(entries: list, asked: list) -> None:
    columns = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    rows = np.array(asked, dtype=np.int64).reshape(-1, 2).T
    expected = [
        min([counts for whose, since, counts in entries if whose == owner >= 0 and since >= after], default=NEVER)
        for owner, after in asked
    ]
    assert first_after(*rows, *columns).tolist() == expected
