"""A table built elsewhere, in plain pandas with other names, is audited as well as ours; noise and order change nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.leaks import AuditInputs, Columns, EventTable, LeakReport, LeakVerdict, TableRefused, audit, audit_leaks
from training.leaks.door import check
from training.leaks.truncation import truncation

COLUMNS = Columns(entity="person", time="arrived", label="harm", household="home")
HORIZON = dt.timedelta(days=90)
QUICK = settings(max_examples=6, deadline=None)
Rule = Callable[[pd.DataFrame], pd.Series]
"""Which pairs of report and visit count."""


def strict(pairs: pd.DataFrame) -> pd.Series:
    return pairs["entered"] < pairs["arrived"]


def world(seed: int = 5, people: int = 220) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Reports about people, and visits before and after: some soon after, entered late, at the instant, or withdrawn."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), rng.integers(1, 4, people))
    at = rng.integers(0, 900 * 1440, len(person))
    table = pd.DataFrame({"person": person, "home": person // 2, "arrived": stamps(at)})
    table["harm"] = (rng.random(len(table)) < 0.4).astype(float)
    soon, exact = rng.random(len(at)) < 0.3, rng.random(len(at)) < 0.1
    whose = [np.repeat(np.arange(people), rng.poisson(5, people)), person[soon], person[exact]]
    on = [rng.integers(0, 1_000 * 1440, len(whose[0])), at[soon] + rng.integers(1, 1_000, soon.sum()), at[exact] - 1440]
    late = [rng.integers(1, 20 * 1440, len(whose[0])), rng.integers(1, 200, soon.sum()), np.full(exact.sum(), 1440)]
    start, delay = np.concatenate(on), np.concatenate(late)
    visits = pd.DataFrame({"client": np.concatenate(whose), "on": stamps(start), "entered": stamps(start + delay)})
    visits["what"] = rng.choice(["home", "office"], len(visits))
    visits["undone"] = stamps(start + rng.integers(25 * 1440, 60 * 1440, len(visits))).where(
        rng.random(len(visits)) < 0.1
    )
    return table, visits


def stamps(minutes: object) -> pd.Series:
    return pd.Series(
        pd.Timestamp("2024-01-01", tz="Europe/Stockholm") + pd.to_timedelta(np.asarray(minutes), unit="min")
    )


def told(visits: pd.DataFrame, **changes: object) -> EventTable:
    table = EventTable("visits", visits, "client", "on", known="entered", withdrawn="undone", kind="what")
    return replace(table, **changes)


def counted(table: pd.DataFrame, visits: pd.DataFrame, rule: Rule) -> np.ndarray:
    """Count visits per report under a rule, with a merge: another route than the audit's own."""
    pairs = table.reset_index()[["index", "person", "arrived"]].merge(visits, left_on="person", right_on="client")
    number = pairs[rule(pairs)].groupby("index").size()
    return number.reindex(table.index, fill_value=0).to_numpy(dtype=float)


def rebuilt(**rules: Rule):
    """A pipeline: every rule becomes a column."""

    def build(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        return pd.DataFrame({name: counted(rows, tables["visits"], rule) for name, rule in rules.items()})

    return build


def inputs(rules: Mapping[str, Rule], *, rebuild: bool = False) -> AuditInputs:
    table, visits = world()
    made = table.assign(**{name: counted(table, visits, rule) for name, rule in rules.items()})
    return AuditInputs(made, COLUMNS, (told(visits),), rebuilt(**rules) if rebuild else None, HORIZON)


def by_code(report: LeakReport, code: str) -> list[tuple[str, str | None]]:
    return [(finding.verdict.value, finding.column) for finding in report.findings if finding.code == code]


# ---------------------------------------------------------------- without events


def test_without_events_what_needs_them_cannot_tell_and_the_rest_is_still_found() -> None:
    table, _ = world()
    total = table.groupby("person")["arrived"].transform("size").astype(float)
    copy = table["harm"].map({1.0: "a", 0.0: "b"})
    columns = replace(COLUMNS, features=("total", "copy"))
    report = audit_leaks(table.assign(total=total, copy=copy), columns)
    assert by_code(report, "reached") == [("leak", "total"), ("cannot_tell", None)]
    assert by_code(report, "label_copy") == [("leak", "copy")]
    for code in ("truncation", "outcome_copy", "event_auc", "split_entity", "split_time", "immature", "after_end"):
        assert by_code(report, code) == [("cannot_tell", None)], code
    assert report.verdict is LeakVerdict.LEAK


def test_a_number_in_the_sequence_of_earlier_reports_is_no_leak() -> None:
    table, _ = world()
    number = table.sort_values("arrived").groupby("person").cumcount().reindex(table.index)
    report = audit_leaks(table.assign(number=number + 1, earlier=number), COLUMNS)
    assert report.leaks == ()


# ---------------------------------------------------------------- what reaches past


def day(times: pd.Series, zone: str) -> pd.Series:
    return times.dt.tz_convert(zone).dt.date


REACHING: dict[str, Rule] = {
    "late": lambda p: p["on"] < p["arrived"],
    "instant": lambda p: p["entered"] <= p["arrived"],
    "day_local": lambda p: day(p["entered"], "Europe/Stockholm") <= day(p["arrived"], "Europe/Stockholm"),
    "day_utc": lambda p: day(p["on"], "UTC") <= day(p["arrived"], "UTC"),
    "ever": lambda p: p["on"].notna(),
    "after": lambda p: p["on"] > p["arrived"],
    "corrected": lambda p: strict(p) & p["undone"].isna(),
    "late, standing": lambda p: (p["on"] < p["arrived"]) & p["undone"].isna(),
}
SOUND: dict[str, Rule] = {
    "strict": strict,
    "both_clocks": lambda p: strict(p) & (p["on"] < p["arrived"]),
    "standing": lambda p: strict(p) & ~(p["undone"] < p["arrived"]),
    "home_only": lambda p: strict(p) & (p["what"] == "home"),
    "in_120_days": lambda p: strict(p) & (p["on"] > p["arrived"] - pd.Timedelta(days=120)),
}


@pytest.mark.parametrize("rule", REACHING)
def test_a_count_that_reaches_past_is_found_with_and_without_the_rebuild(rule: str) -> None:
    given_ = inputs({"column": REACHING[rule], "sound": strict}, rebuild=True)
    found = audit(replace(given_, rebuild=None))
    assert by_code(found, "reached") == [("leak", "column")]
    assert found.leaking_columns == ("column",)
    (finding,) = [each for each in found.leaks if each.code == "reached"]
    assert finding.figures["reach"] == rule.split(",", maxsplit=1)[0]
    assert [(each.verdict.value, each.column) for each in truncation(check(given_))] == [("leak", "column")]


@pytest.mark.parametrize("rule", SOUND)
def test_a_count_from_strictly_before_is_silent(rule: str) -> None:
    report = audit(inputs({"column": SOUND[rule]}, rebuild=True))
    assert report.leaks == ()
    assert by_code(report, "truncation") == by_code(report, "reached") == [("no_leak_shown", None)]


@pytest.mark.parametrize(("rows", "verdict"), [(4, "no_leak_shown"), (5, "leak")])
def test_a_handful_of_rows_is_needed_before_anything_is_called_a_leak(rows: int, verdict: str) -> None:
    table, visits = world()
    at = table.drop_duplicates("person").tail(rows)
    exact = pd.DataFrame({"client": at["person"], "on": at["arrived"] - pd.Timedelta(days=1), "entered": at["arrived"]})
    visits = pd.concat([visits[~visits["entered"].isin(table["arrived"])], exact], ignore_index=True)
    made = table.assign(column=counted(table, visits, REACHING["instant"]))
    report = audit_leaks(made, COLUMNS, events=[EventTable("visits", visits, "client", "on", known="entered")])
    assert [found for found, _ in by_code(report, "reached")] == [verdict]


@pytest.mark.parametrize("shape", ["flag", "days", "value"])
def test_a_flag_a_time_since_and_a_latest_value_are_found_too(shape: str) -> None:
    table, visits = world()
    visits["mark"] = np.arange(len(visits), dtype=float)
    pairs = table.reset_index().merge(visits, left_on="person", right_on="client").query("on > arrived")
    nearest = pairs.sort_values("on").drop_duplicates("index").set_index("index").reindex(table.index)
    made = {
        "flag": nearest["on"].notna().astype(float),
        "days": (nearest["on"] - nearest["arrived"]).dt.days.fillna(9999),
        "value": nearest["mark"],
    }
    report = audit_leaks(table.assign(column=made[shape]), COLUMNS, events=[told(visits, value="mark")])
    (finding,) = [each for each in report.leaks if each.code == "reached"]
    assert (finding.column, finding.figures["shape"], finding.figures["reach"]) == ("column", shape, "after")


def test_one_clock_is_enough() -> None:
    table, visits = world()
    made = table.assign(
        past=counted(table, visits, REACHING["after"]), sound=counted(table, visits, lambda p: p["on"] < p["arrived"])
    )
    report = audit_leaks(made, COLUMNS, events=[EventTable("visits", visits, "client", "on")])
    assert by_code(report, "reached") == [("leak", "past")]
    assert report.leaking_columns == ("past",)


# ---------------------------------------------------------------- promises for any table


def noise(rng: np.random.Generator, kind: str, size: int) -> np.ndarray:
    made = {
        "normal": rng.normal(size=size),
        "rare": (rng.random(size) < 0.03).astype(float),
        "count": rng.poisson(1.0, size).astype(float),
        "gaps": np.where(rng.random(size) < 0.5, np.nan, rng.random(size)),
    }
    return made[kind]


@QUICK
@given(seed=st.integers(0, 10_000), kind=st.sampled_from(["normal", "rare", "count", "gaps"]))
def test_a_column_of_pure_noise_never_raises_a_leak(seed: int, kind: str) -> None:
    given_ = inputs({"sound": strict})
    table = given_.table.assign(noise=noise(np.random.default_rng(seed), kind, len(given_.table)))
    assert audit(replace(given_, table=table), seed=seed).leaks == ()


@pytest.fixture(scope="module")
def ordered() -> tuple[AuditInputs, LeakReport]:
    given_ = inputs({"past": REACHING["after"], "sound": strict}, rebuild=True)
    return given_, audit(given_)


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_changes_nothing(seed: int, ordered: tuple[AuditInputs, LeakReport]) -> None:
    given_, report = ordered
    (visits,) = given_.events
    shuffled = replace(
        given_,
        table=given_.table.sample(frac=1.0, random_state=seed),
        events=(replace(visits, frame=visits.frame.sample(frac=1.0, random_state=seed)),),
    )
    assert audit(shuffled).to_dict() == report.to_dict()


# ---------------------------------------------------------------- the door


def refused(match: str, table: pd.DataFrame, **changes: object) -> None:
    columns = replace(COLUMNS, **changes)
    with pytest.raises(TableRefused, match=match):
        audit_leaks(table, columns)


def test_a_table_that_cannot_be_audited_is_refused_with_what_to_do() -> None:
    table = world()[0].assign(x=1.0)
    refused("has no column nobody, nothing; it has person, home", table, features=("nobody", "nothing"))
    refused(r"table.arrived: \d+ of \d+ times cannot be read .*no offset.*tz_localize",
            table.assign(arrived=table["arrived"].dt.tz_localize(None)))  # fmt: skip
    refused("table.person is missing in 1 of", table.assign(person=table["person"].where(table.index != 3)))
    refused("neither 1, 0 nor missing in 1 of", table.assign(harm=table["harm"].where(table.index != 3, 2.0)))
    refused("has no features", table.drop(columns="x"))
    refused("has no rows", table.head(0))
    refused("more than one column x", pd.concat([table, table[["x"]]], axis=1))


def test_a_personal_number_is_refused_and_never_shown() -> None:
    table = world()[0].assign(x=1.0)
    table["person"] = table["person"].astype(str).where(table.index != 3, "880320-0016")
    with pytest.raises(TableRefused, match="personal identity number") as refusal:
        audit_leaks(table, COLUMNS)
    assert "0016" not in str(refusal.value)


def test_two_event_tables_of_one_name_and_an_end_without_offset_are_refused() -> None:
    given_ = inputs({"sound": strict})
    with pytest.raises(TableRefused, match="Two event tables have one name"):
        audit(replace(given_, events=(*given_.events, *given_.events)))
    with pytest.raises(TableRefused, match="no offset"):
        audit(replace(given_, end=dt.datetime(2026, 1, 1)))  # noqa: DTZ001


def test_an_event_table_about_nobody_in_the_table_is_refused() -> None:
    given_ = inputs({"sound": strict})
    (visits,) = given_.events
    strangers = visits.frame.assign(client=visits.frame["client"] + 10_000)
    with pytest.raises(TableRefused, match=r"Nobody in visits\.client is in the table's person"):
        audit(replace(given_, events=(replace(visits, frame=strangers),)))


def test_a_pseudonym_is_the_same_whether_it_came_as_a_whole_number_a_fraction_or_text() -> None:
    given_ = inputs({"past": REACHING["after"]})
    (visits,) = given_.events
    for kind in ("float64", "str"):
        same = visits.frame.assign(client=visits.frame["client"].astype(kind))
        assert audit(replace(given_, events=(replace(visits, frame=same),))).leaking_columns == ("past",)


def test_columns_that_are_no_numbers_are_named_as_not_audited() -> None:
    table = world()[0].assign(x=1.0, note="text")
    report = audit_leaks(table, COLUMNS)
    assert (report.features, report.skipped) == (("x",), ("note",))


def test_an_instant_named_as_a_feature_is_read_as_its_distance_from_the_report() -> None:
    table, visits = world()
    pairs = table.reset_index().merge(visits, left_on="person", right_on="client").query("on > arrived")
    first = pairs.groupby("index")["on"].min().reindex(table.index)
    found = audit_leaks(table.assign(seen=first), replace(COLUMNS, features=("seen",)), events=[told(visits)])
    assert by_code(found, "reached") == [("leak", "seen")]
