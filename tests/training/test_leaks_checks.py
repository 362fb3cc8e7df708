"""Each check of the leak audit alone: where it answers, where it cannot tell, and the same numbers by another route."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.leaks import AuditInputs, Columns, EventTable, Finding, LeakVerdict
from training.leaks.candidates import BEFORE, candidates
from training.leaks.checked import Checked
from training.leaks.copies import label_copies, outcome_copies, read_as
from training.leaks.door import check
from training.leaks.maturity import immature_labels, rows_after_end
from training.leaks.single import TOO_GOOD, single_columns, single_events
from training.leaks.splits import learned_in_time, shared_entities, shared_households, shared_rows
from training.leaks.truncation import truncation

COLUMNS = Columns("who", "at", "y", household="home", split="part")
START = pd.Timestamp("2024-01-01T09:17", tz="Europe/Stockholm")
YEAR = pd.Timedelta(days=366)
HOUR = pd.Timedelta(hours=1)


def table(people: int = 240, seed: int = 3, **columns: object) -> pd.DataFrame:
    """Two reports about each person, households of two, one part of a split after the other."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), 2)
    first = np.sort(rng.integers(0, 300, people))
    days = (first[:, None] + np.array([0, 31])).ravel()
    made = pd.DataFrame({"who": who, "home": who // 2, "at": START + pd.to_timedelta(days * 24 + who % 9, unit="h")})
    made["y"] = (rng.random(len(made)) < 0.5).astype(float)
    made["part"] = None
    return made.assign(x=rng.normal(size=len(made)), **columns)


def checked(frame: pd.DataFrame, columns: Columns = COLUMNS, **given_: object) -> Checked:
    return check(AuditInputs(frame, columns, **given_))


def verdicts(findings: object) -> list[tuple[str, str | None]]:
    return [(finding.verdict.value, finding.column) for finding in findings]


def one(findings: object) -> Finding:
    (finding,) = findings
    return finding


# ---------------------------------------------------------------- truncation


def notes(frame: pd.DataFrame) -> EventTable:
    """One note per report, half a day before it, recorded then; withdrawn half a day after it where the row is even."""
    on = frame["at"] - 12 * HOUR
    gone = (frame["at"] + 12 * HOUR).where(np.arange(len(frame)) % 2 == 0)
    return EventTable(
        "notes", pd.DataFrame({"who": frame["who"], "on": on, "gone": gone}), "who", "on", withdrawn="gone"
    )


def make(count) -> object:
    """A rebuild with one column ``x``."""

    def rebuild(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        return pd.DataFrame({"x": np.asarray(count(rows, tables), dtype=float)})

    return rebuild


def truncated(count, **changes: object) -> list[tuple[str, str | None]]:
    frame = table()
    event = notes(frame)
    build = make(count)
    given_ = AuditInputs(frame.assign(x=build(frame, {"notes": event.frame})["x"]), COLUMNS, (event,), build)
    return verdicts(truncation(check(replace(given_, **changes))))


def standing(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Count earlier notes that were never withdrawn: what was withdrawn after the report is gone too early."""
    pairs = rows[["who", "at"]].reset_index().merge(tables["notes"], on="who")
    kept = pairs[(pairs["on"] < pairs["at"]) & pairs["gone"].isna()]
    return kept.groupby("index").size().reindex(rows.index, fill_value=0)


def workload(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> np.ndarray:
    """Count everybody's reports of the week before: other families' rows, and rightly so."""
    at = rows["at"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
    return ((at[None, :] < at[:, None]) & (at[None, :] >= at[:, None] - np.timedelta64(7, "D"))).sum(axis=1)


def share(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> np.ndarray:
    """Give the share of everybody's reports, later ones too, that came before."""
    return rows["at"].rank(pct=True).to_numpy()


def siblings(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Count the household's reports, later ones too."""
    return rows["home"].map(rows["home"].value_counts())


def test_a_feature_that_forgets_what_was_withdrawn_later_leaks() -> None:
    assert truncated(standing) == [("leak", "x")]


def test_a_feature_that_counts_other_families_earlier_reports_does_not_leak() -> None:
    assert truncated(workload) == [("no_leak_shown", None)]


@pytest.mark.parametrize("count", [share, siblings])
def test_a_feature_that_knows_other_rows_from_later_on_leaks(count) -> None:
    assert truncated(count) == [("leak", "x")]


@pytest.mark.parametrize(("whose", "verdict"), [("home", "no_leak_shown"), ("who", "leak")])
def test_rows_of_the_same_instant_are_known_of_siblings_and_not_of_the_child_itself(whose: str, verdict: str) -> None:
    """Siblings come in one report; another report of the same instant about the same child is no history."""
    frame = table()
    frame["at"] = frame.groupby(whose)["at"].transform("min")

    def others(rows: pd.DataFrame, _: object) -> pd.Series:
        return rows.groupby([whose, "at"])["who"].transform("size" if whose == "who" else "nunique")

    ready = checked(frame.assign(x=others(frame, None).astype(float)), rebuild=make(others))
    assert [finding.verdict.value for finding in truncation(ready)] == [verdict]


def test_a_rebuild_that_is_not_steady_cannot_tell() -> None:
    drawn = itertools.count()
    assert truncated(lambda rows, _: np.random.default_rng(next(drawn)).random(len(rows))) == [
        ("cannot_tell", "x"),
        ("no_leak_shown", None),
    ]


def test_a_column_that_the_rebuild_does_not_make_cannot_be_told() -> None:
    frame = table(z=1.0)
    found = verdicts(truncation(checked(frame, rebuild=make(lambda rows, _: np.zeros(len(rows))))))
    assert found == [("cannot_tell", "z"), ("cannot_tell", "x"), ("no_leak_shown", None)]


def test_the_rebuild_sees_neither_the_features_nor_the_label() -> None:
    seen: list[str] = []

    def count(rows: pd.DataFrame, _: object) -> np.ndarray:
        seen.extend(rows.columns)
        return np.zeros(len(rows))

    list(truncation(checked(table(), rebuild=make(count))))
    assert {"x", "y"} & set(seen) == set()
    assert {"who", "at", "home"} <= set(seen)


def test_a_rebuild_that_loses_rows_is_refused() -> None:
    from training.leaks import TableRefused

    with pytest.raises(TableRefused, match="was given 480 rows and made 479"):
        truncated(lambda rows, _: np.zeros(len(rows) - 1))


# ---------------------------------------------------------------- what is counted


REACHES = {
    BEFORE: lambda entered, at: entered < at,
    "instant": lambda entered, at: entered <= at,
    "ever": lambda entered, at: True,
    "after": lambda entered, at: entered > at,
}


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_counts_are_those_of_a_loop_over_every_pair(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = table(people=12, seed=seed)
    on = START + pd.to_timedelta(rng.integers(0, 340 * 24, 60), unit="h")
    events = pd.DataFrame({"who": rng.integers(0, 12, 60), "on": on, "entered": on + rng.integers(0, 90, 60) * HOUR})
    ready = checked(frame, events=[EventTable("events", events, "who", "on", known="entered")])
    made = {
        each.reach: each.values
        for each in candidates(ready.pairs[0])
        if (each.clock, each.within, each.shape) == ("known", "all", "count")
    }
    whose = {who: theirs["entered"].tolist() for who, theirs in events.groupby("who")}
    rows = list(zip(ready.table["who"], ready.table["at"], strict=True))
    for reach in REACHES.keys() & made.keys():
        by_hand = [sum(REACHES[reach](entered, at) for entered in whose.get(who, [])) for who, at in rows]
        assert made[reach].tolist() == by_hand, reach
    assert {BEFORE, "ever", "after"} <= made.keys()


def test_a_report_is_not_counted_among_the_other_reports() -> None:
    frame = table(people=5)
    made = {
        each.reach: each.values
        for each in candidates(checked(frame).pairs[0])
        if (each.within, each.shape) == ("all", "flag")
    }
    assert made["ever"].tolist() == [1.0] * 10
    assert made["after"].sum() == made[BEFORE].sum() == 5


def test_a_calendar_day_ends_where_the_zone_says() -> None:
    """At 23:30 UTC in summer it is half past one the next day in Stockholm."""
    frame = table(people=1).iloc[:1].assign(at=pd.Timestamp("2024-07-01T22:30", tz="UTC"))
    on = pd.to_datetime(["2024-07-01T23:30", "2024-07-02T12:00", "2024-07-02T22:30"], utc=True)
    events = EventTable("events", pd.DataFrame({"who": 0, "on": on}), "who", "on")
    found = {
        each.reach: each.values[0]
        for each in candidates(checked(frame, events=[events]).pairs[0])
        if (each.within, each.shape) == ("all", "count")
    }
    assert (found["day_utc"], found["day_local"], found["ever"]) == (1, 2, 3)


# ---------------------------------------------------------------- copies


@settings(max_examples=25, deadline=None)
@given(pairs=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=60))
def test_the_correlation_of_two_columns_is_that_of_scikit_learn(pairs: list[tuple[bool, bool]]) -> None:
    from sklearn.metrics import matthews_corrcoef

    column, fact = (np.array(each) for each in zip(*pairs, strict=True))
    found = read_as(column.astype(float), fact)
    if len(set(column)) == 1:
        assert found is None
    else:
        read = matthews_corrcoef(fact, column)
        assert found.correlation == pytest.approx(abs(read))


@pytest.mark.parametrize(
    "copy",
    [
        lambda y: y,
        lambda y: 1 - y,
        lambda y: y.map({0.0: "zebra", 1.0: "ape"}),
        lambda y: y.map({0.0: 3.0, 1.0: np.nan}),
        lambda y: y.where(np.arange(len(y)) % 50 != 0, 1 - y),
        lambda y: y * 4 + np.arange(len(y)) % 3,
    ],
    ids=["same", "opposite", "words", "missing", "slips", "finer"],
)
def test_a_copy_of_the_label_is_found_in_any_guise(copy) -> None:
    frame = table()
    ready = checked(frame.assign(x=copy(frame["y"])), replace(COLUMNS, features=("x",)))
    assert verdicts(label_copies(ready)) == [("leak", "x")]
    assert verdicts(single_columns(ready)) == [("leak", "x")]


def test_a_column_that_is_there_only_where_the_label_is_leaks() -> None:
    frame = table()
    known = np.arange(len(frame)) % 3 > 0
    rng = np.random.default_rng(1)
    frame = frame.assign(y=frame["y"].where(known), x=np.where(known, rng.normal(size=len(frame)), np.nan))
    finding = one(label_copies(checked(frame)))
    assert (finding.verdict, finding.column) == (LeakVerdict.LEAK, "x")
    assert "filled in where the outcome is known" in finding.said.en


def test_a_column_that_says_what_came_later_is_found_under_other_values() -> None:
    frame = table()
    rng = np.random.default_rng(4)
    later = rng.random(240) < 0.5
    at = frame.groupby("who")["at"].max()[later] + HOUR
    events = EventTable(
        "ends", pd.DataFrame({"who": at.index, "on": at.to_numpy()}).assign(on=at.to_numpy()), "who", "on"
    )
    made = frame.assign(x=np.where(later[frame["who"]], 11.0, 5.0))
    finding = one(outcome_copies(checked(made, events=[events])))
    assert (finding.verdict, finding.column, finding.figures["source"]) == (LeakVerdict.LEAK, "x", "ends")


def test_too_few_of_either_outcome_cannot_tell() -> None:
    ready = checked(table(people=20))
    assert verdicts(label_copies(ready)) == verdicts(single_columns(ready)) == [("cannot_tell", None)]


# ---------------------------------------------------------------- one column alone


def test_that_a_value_is_missing_counts_as_a_value() -> None:
    frame = table()
    rng = np.random.default_rng(2)
    hidden = (frame["y"] == 1) ^ (rng.random(len(frame)) < 0.03)
    made = frame.assign(x=np.where(hidden, np.nan, rng.normal(size=len(frame))))
    finding = one(single_columns(checked(made)))
    assert (finding.verdict, finding.column) == (LeakVerdict.LEAK, "x")


def test_the_auc_is_that_of_scikit_learn_and_its_lower_bound_decides() -> None:
    from sklearn.metrics import roc_auc_score

    frame = table()
    rng = np.random.default_rng(6)
    strong = frame.assign(x=-frame["y"] * 1.7 + rng.normal(size=len(frame)))
    finding = one(single_columns(checked(strong)))
    assert finding.figures["auc"] == pytest.approx(1 - roc_auc_score(strong["y"], strong["x"]), abs=1e-4)
    assert finding.figures["auc"] > TOO_GOOD > finding.figures["low"]
    assert finding.verdict is LeakVerdict.NONE_SHOWN


def test_a_record_put_before_the_reports_that_end_badly_is_found() -> None:
    frame = table()
    bad = frame[frame["y"] == 1]
    events = EventTable("plans", pd.DataFrame({"who": bad["who"], "on": bad["at"] - 5 * HOUR}), "who", "on")
    finding = one(single_events(checked(frame, events=[events])))
    assert (finding.verdict, finding.column, finding.figures["source"]) == (LeakVerdict.LEAK, None, "plans")


# ---------------------------------------------------------------- splits


def parted() -> pd.DataFrame:
    """Train on the first half of the households, test on the rest, half a year apart."""
    frame = table()
    second = frame["home"] >= 60
    at = frame["at"].where(~second, frame["at"] + 2 * YEAR)
    return frame.assign(part=np.where(second, "test", "train"), at=at)


HORIZON = dt.timedelta(days=90)
SPLIT_CHECKS = (shared_entities, shared_households, shared_rows, learned_in_time)


@pytest.mark.parametrize("look", SPLIT_CHECKS)
def test_a_clean_split_is_silent_and_no_split_cannot_tell(look) -> None:
    assert verdicts(look(checked(parted(), horizon=HORIZON))) == [("no_leak_shown", None)]
    assert verdicts(look(checked(table(), horizon=HORIZON))) == [("cannot_tell", None)]
    assert verdicts(look(checked(parted(), replace(COLUMNS, split=None)))) == [("cannot_tell", None)]


def test_a_child_and_its_household_on_both_sides_are_counted() -> None:
    frame = parted()
    frame.loc[frame.index[1], "part"] = "test"
    ready = checked(frame, horizon=HORIZON)
    child, household = one(shared_entities(ready)), one(shared_households(ready))
    assert (child.rows, child.of, child.figures["groups"]) == (2, 480, 1)
    assert (household.rows, household.figures["groups"]) == (4, 1)


def test_only_the_household_is_on_both_sides_where_a_sibling_was_moved() -> None:
    frame = parted()
    frame.loc[frame["who"] == 1, "part"] = "test"
    ready = checked(frame, horizon=HORIZON)
    assert verdicts(shared_entities(ready)) == [("no_leak_shown", None)]
    assert verdicts(shared_households(ready)) == [("leak", None)]


def test_households_that_are_not_given_or_not_known_cannot_be_told() -> None:
    assert verdicts(shared_households(checked(parted(), replace(COLUMNS, household=None)))) == [("cannot_tell", None)]
    assert verdicts(shared_households(checked(parted().assign(home=None)))) == [("cannot_tell", None)]


def test_a_row_copied_to_the_other_side_under_another_name_is_found() -> None:
    frame = parted()
    copy = frame.head(3).assign(who=[900, 901, 902], home=[900, 901, 902], part="test")
    finding = one(shared_rows(checked(pd.concat([frame, copy], ignore_index=True))))
    assert (finding.verdict, finding.rows, finding.figures["groups"]) == (LeakVerdict.LEAK, 6, 3)


def test_equal_rows_at_whole_hours_may_be_chance() -> None:
    frame = parted()
    assert verdicts(shared_rows(checked(frame.assign(at=frame["at"].dt.floor("D"))))) == [("cannot_tell", None)]


@pytest.mark.parametrize(("days", "verdict"), [(90, "no_leak_shown"), (800, "leak")])
def test_every_label_learned_from_is_known_before_the_last_part_begins(days: int, verdict: str) -> None:
    ready = checked(parted(), horizon=dt.timedelta(days=days))
    assert verdicts(learned_in_time(ready)) == [(verdict, None)]


# ---------------------------------------------------------------- the end of the data


def ended(**given_: object) -> Checked:
    return checked(table(), end=(START + YEAR).to_pydatetime(), horizon=HORIZON, **given_)


def test_labels_inside_the_horizon_are_counted_to_the_microsecond() -> None:
    frame = table()
    last = frame["at"].max()
    unknown = frame.tail(3).assign(y=np.nan, at=last + YEAR)
    frame = pd.concat([frame, unknown], ignore_index=True)
    for late, verdict in ((0, "no_leak_shown"), (1, "leak")):
        end = last.to_pydatetime() + HORIZON - dt.timedelta(microseconds=late)
        finding = one(immature_labels(checked(frame, end=end, horizon=HORIZON)))
        assert (finding.verdict.value, finding.rows) == (verdict, late * int((frame["at"] == last).sum()))


def test_the_end_is_the_last_that_was_known_where_none_is_given() -> None:
    frame = table()
    last = frame["at"].max()
    events = pd.DataFrame({"who": [0], "on": [START], "entered": [last + HORIZON]})
    told = EventTable("events", events, "who", "on", known="entered")
    assert verdicts(immature_labels(checked(frame, horizon=HORIZON))) == [("leak", None)]
    assert verdicts(immature_labels(checked(frame, horizon=HORIZON, events=[told]))) == [("no_leak_shown", None)]
    assert verdicts(immature_labels(checked(frame))) == [("cannot_tell", None)]
    assert verdicts(rows_after_end(checked(frame))) == [("cannot_tell", None)]


def test_rows_from_after_the_end_are_counted_by_table() -> None:
    events = pd.DataFrame({"who": [0, 0], "on": [START, START + 2 * YEAR]})
    ready = ended(events=[EventTable("events", events, "who", "on")])
    finding = one(rows_after_end(ready))
    assert (finding.verdict, finding.rows, finding.of) == (LeakVerdict.LEAK, 1, 2)
    assert verdicts(rows_after_end(ended())) == [("no_leak_shown", None)]
