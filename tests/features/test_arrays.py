"""Here we hold the arrays: the same from tables and from one report, exact to the microsecond, absent never zero."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from features.arrays import NEVER, Asked, Entries
from features.cases import Cases
from features.codes import Reporter
from features.coding import ITEM, REPORT, SCORE, TOLD, UNKNOWN, WHAT, YES
from features.event_codes import EventKind
from features.from_records import from_report, micros
from features.from_tables import from_cases
from features.records import records
from features.repeats import CHAINS
from features.schema import FACTS, TABLES
from features.themes import Theme

FRAMES = {
    "reports": [
        ("r1", "a", "2025-07-01T08:30:00+02:00", "police", "2015-03", "yes"),
        ("r2", "a", "2025-07-01T08:30:00.000001+02:00", "school", None, None),
        ("r1", "b", "2025-10-26T02:30:00+01:00", "anonymous", "2025-10", "no"),
    ],
    "concerns": [
        ("r1", "a", "neglect", "true", "stated", "subjected"),
        ("r1", "a", "self_harm", "false", "denied", "subjected"),
        ("r1", "b", "not_stated", "true", None, None),
    ],
    "events": [
        ("e1", "a", "screening_decided", "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z", "open", None),
        ("e2", "a", "investigation_opened", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z", None, "2025-02-01T00:00:00Z"),
        ("e3", "z", "case_closed", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z", None, None),
    ],
    "instruments": [("a", "SDQ", "parent", "2025-01-01T00:00:00Z", "2025-01-03T00:00:00Z", "17.5")],
}  # fmt: skip
COLUMNS = {
    "reports": ["report_id", "child_id", "received_at", "reporter", "birth_month", "injury_now"],
    "concerns": ["report_id", "child_id", "concern", "primary", "status", "exposure"],
    "events": ["event_id", "child_id", "kind", "happened_at", "recorded_at", "detail", "withdrawn_at"],
    "instruments": list(TABLES["instruments"].names),
}
ASKED, ENTRIES = tuple(Asked.__dataclass_fields__), tuple(Entries.__dataclass_fields__)
EVERYTHING = np.ones(len(WHAT), dtype=np.bool_)
REMEMBERED = [WHAT[REPORT, one] for one in ("police", "school", "anonymous")]
REMEMBERED += [WHAT[TOLD, one] for one in (Theme.NEGLECT, Theme.CHILD_HEALTH, Theme.ACUTE)]
"""The reports and what they told of: a denied concern, too."""


def arrays(cases: Cases, looked_at: np.ndarray = EVERYTHING) -> tuple[Asked, Entries]:
    with ThreadPoolExecutor(1) as pool:
        return from_cases(cases, looked_at, pool)


@pytest.fixture(scope="module")
def cases() -> Cases:
    frames = {name: pd.DataFrame(rows, columns=COLUMNS[name]) for name, rows in FRAMES.items()}
    frames["reports"] = frames["reports"].assign(unit="u", referral_type="child_concern_report")
    cases = Cases.from_frames(frames)
    assert cases.set_aside == ()
    return cases


def in_order(entries: Entries) -> Entries:
    return entries.take(np.lexsort([getattr(entries, name) for name in ENTRIES]))


def test_tables_and_records_give_equal_arrays(cases: Cases) -> None:
    asked, entries = arrays(cases)
    held = records(cases)
    for key, report in held.reports.items():
        one, history, _ = from_report(report, held.known(report))
        row = held.row[key]
        for name in set(ASKED) - {"child"}:
            np.testing.assert_array_equal(getattr(asked, name)[row], getattr(one, name)[0], err_msg=name)
        mine, theirs = in_order(entries.take(np.flatnonzero(entries.entity == asked.child[row]))), in_order(history)
        for name in set(ENTRIES) - {"entity"}:
            np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name), err_msg=name)


def test_the_history_holds_every_report_event_and_score_of_children_with_a_report_once(cases: Cases) -> None:
    _, entries = arrays(cases)
    wanted = [WHAT["screening_decided", "open"], WHAT["investigation_opened", ""], WHAT[SCORE, "SDQ", "parent"]]
    wanted += REMEMBERED
    assert sorted(entries.what.tolist()) == sorted(wanted)
    assert (entries.withdrawn < NEVER).sum() == 1
    assert np.nansum(entries.value) == 17.5
    assert np.isnan(entries.value).sum() == 8


def test_what_no_window_looks_at_is_left_out_except_reports(cases: Cases) -> None:
    _, entries = arrays(cases, ~EVERYTHING)
    assert sorted(entries.what.tolist()) == sorted(REMEMBERED)


def test_what_was_not_said_is_unknown_and_never_no(cases: Cases) -> None:
    asked, _ = arrays(cases)
    assert asked.items[:, ITEM[YES, "injury_now"]].tolist() == [1, 0, 0]
    assert asked.items[:, ITEM[UNKNOWN, "injury_now"]].tolist() == [0, 1, 0]
    assert np.isnan(asked.age_months[1])
    assert asked.age_months[2] == 0
    others = [ITEM[UNKNOWN, fact] for fact in FACTS if fact != "injury_now"]
    assert (asked.items[:, others] == 1).all()


def test_a_report_that_continues_another_takes_its_place_and_knows_how_long_ago_it_came(cases: Cases) -> None:
    frames = {name: cases.frame(name) for name in ("reports", "concerns")}
    moment = frames["reports"]["received_at"][0] + pd.Timedelta(days=3)
    later = frames["reports"].iloc[[0]].assign(report_id="r9", received_at=moment)
    frames["reports"] = pd.concat([frames["reports"], later], ignore_index=True)
    asked, entries = arrays(Cases.from_frames(frames))
    continues = dict(zip(CHAINS, asked.behind[3].tolist(), strict=True))
    assert (asked.behind[:3] == NEVER).all()
    assert continues == dict.fromkeys(CHAINS, NEVER) | dict.fromkeys([REPORT, Theme.ACUTE], 3 * 86_400_000_000)
    ended = entries.withdrawn < NEVER
    assert set(entries.withdrawn[ended]) == {micros(moment.to_pydatetime())}
    assert entries.what[ended].tolist() == [WHAT[REPORT, Reporter.POLICE], WHAT[TOLD, Theme.ACUTE]]


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01T00:00:00+00:00",
        "1969-12-31T23:59:59.999999+00:00",
        "2025-10-26T02:30:00+02:00",
        "2025-10-26T02:30:00+01:00",
        "2099-12-31T23:59:59.999999+00:00",
    ],
)
def test_a_moment_is_exact_in_microseconds(text: str) -> None:
    moment = dt.datetime.fromisoformat(text)
    assert dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=micros(moment)) == moment


def test_everything_is_numbered_without_gaps_or_repeats() -> None:
    assert sorted(ITEM.values()) == list(range(len(ITEM)))
    assert sorted(WHAT.values()) == list(range(len(WHAT)))
    assert {kind for kind, *_ in WHAT} == {*EventKind.values(), REPORT, TOLD, SCORE}


def test_nothing_gives_empty_arrays() -> None:
    asked, entries = arrays(Cases.from_frames({}))
    assert (len(asked), len(entries)) == (0, 0)
    assert asked.items.shape == (0, len(ITEM))
