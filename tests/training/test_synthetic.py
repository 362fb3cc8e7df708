"""Here we hold the synthetic municipality to the published margins, to the data contract, and to its own promises."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
import pytest

from features.codes import Concern, ConcernDomain, Reporter
from features.event_codes import EventKind, NotHeardReason, NotOpenReason
from features.kinds import OneOf
from features.schema import FACTS, TABLES, Table
from training.synthetic import Municipality, Plants, Settings, municipality
from training.synthetic.concern_weights import EFFECT
from training.synthetic.facts import ACUTE
from training.synthetic.settings import (
    BIASED_GROUP,
    DRIFT_DAYS,
    NEWLY_MANDATED,
    SILENT_DAYS,
    SILENT_REPORTER,
    UNDER_REPORTED_GROUP,
    law_change_on,
)

BASE = Settings(reports=16_000, seed=7)
SMALL = Settings(reports=8_000, seed=11)
HORIZON = pd.Timedelta(days=180)
KEY = ["report_id", "child_id"]


@pytest.fixture(scope="module")
def made() -> Municipality:
    return municipality(BASE)


@pytest.fixture(scope="module")
def small() -> Municipality:
    return municipality(SMALL)


def planted(settings: Settings = SMALL, **switches: float) -> Municipality:
    return municipality(replace(settings, plants=Plants(**switches)))


# ---------------------------------------------------------------- measuring


def primary(town: Municipality) -> pd.DataFrame:
    """Give one row per report and child with the main concern and its domain."""
    said = town.tables["concerns"].loc[lambda t: t["primary"], [*KEY, "concern"]]
    domain = said["concern"].map({code.value: code.domain.value for code in Concern})
    return town.tables["reports"].merge(said.assign(domain=domain), on=KEY)


def valid(town: Municipality, *kinds: str) -> pd.DataFrame:
    """Give the events of some kinds that have not been withdrawn."""
    events = town.tables["events"]
    return events[events["kind"].isin(kinds) & events["withdrawn_at"].isna()]


def cases(town: Municipality) -> pd.DataFrame:
    """Give one row per investigation that has had 300 days to be closed."""
    opened = valid(town, "investigation_opened").set_index("case_id")
    closed = valid(town, "investigation_closed").set_index("case_id")
    out = opened[["child_id", "report_id", "happened_at"]].join(
        closed[["happened_at", "detail"]].rename(columns={"happened_at": "closed_at"})
    )
    end = town.tables["events"]["recorded_at"].max()
    return out[out["happened_at"] < end - pd.Timedelta(days=300)].reset_index()


def screened(town: Municipality) -> pd.DataFrame:
    """Give every report with its screening decision."""
    decided = valid(town, "screening_decided")[[*KEY, "happened_at", "detail", "case_id"]]
    return primary(town).merge(decided, on=KEY)


def labels(town: Municipality) -> pd.DataFrame:
    """Give every report with a known label, and the truth about it."""
    taken = screened(town).query("detail in ['open', 'added_to_ongoing']")
    closed = valid(town, "investigation_closed")[["case_id", "happened_at", "detail"]]
    taken = taken.merge(closed, on="case_id", how="left", suffixes=("", "_closed"))
    placed = valid(town, "placement_started", "care_order").groupby("case_id")["happened_at"].min()
    deadline = taken["received_at"] + HORIZON
    in_time = taken["happened_at_closed"] <= deadline
    yes = in_time & taken["detail_closed"].isin(["support_decided", "declined"])
    yes |= taken["case_id"].map(placed) <= deadline
    no = in_time & taken["detail_closed"].isin(["closed_no_support", "referred_elsewhere"])
    return taken.assign(label=yes)[yes | no].merge(town.truth, on=KEY)


def auc(score: pd.Series, label: pd.Series) -> float:
    """Give the chance that a positive has a higher score than a negative."""
    rank = score.rank().to_numpy()
    yes = label.to_numpy(dtype=bool)
    return float((rank[yes].mean() - (yes.sum() + 1) / 2) / (~yes).sum())


def child_years(town: Municipality) -> pd.Series:
    """Count the reports of every child in every year of the study."""
    reports = town.tables["reports"]
    start = pd.Timestamp(BASE.start, tz="Europe/Stockholm")
    year = (reports["received_at"] - start) // pd.Timedelta(days=365.25)
    return reports.groupby(["child_id", year]).size()


def ages(town: Municipality) -> pd.Series:
    """Give ages in years where the month of birth is known."""
    reports = town.tables["reports"].dropna(subset=["birth_month"])
    born = pd.to_datetime(reports["birth_month"] + "-15", utc=True)
    return (reports["received_at"] - born).dt.days / 365.25


def share_by(column: str, *values: str) -> Callable[[Municipality], float]:
    return lambda town: float(town.tables["reports"][column].isin(values).mean())


def domain_share(domain: ConcernDomain) -> Callable[[Municipality], float]:
    return lambda town: float((primary(town)["domain"] == domain).mean())


def screening_share(detail: str) -> Callable[[Municipality], float]:
    return lambda town: float((screened(town)["detail"] == detail).mean())


def fact_share(*names: str) -> Callable[[Municipality], float]:
    return lambda town: float((town.tables["reports"][list(names)] == "yes").any(axis=1).mean())


def boys(town: Municipality) -> float:
    groups = town.tables["groups"]
    sex = groups[groups["attribute"] == "sex"].set_index("child_id")["value"]
    return float((town.tables["reports"]["child_id"].map(sex).dropna() == "boy").mean())


def heavy_children(town: Municipality) -> float:
    return float((child_years(town) >= 9).mean())


def heavy_reports(town: Municipality) -> float:
    counts = child_years(town)
    return float(counts[counts >= 9].sum() / counts.sum())


def shared_reports(town: Municipality) -> float:
    return float((town.tables["reports"].groupby("report_id").size() > 1).mean())


def supported(town: Municipality) -> float:
    return float((cases(town)["detail"].dropna() == "support_decided").mean())


def supported_violence(town: Municipality) -> float:
    main = primary(town).set_index(KEY)["domain"]
    done = cases(town).dropna(subset=["detail"])
    violent = done.set_index(KEY).index.map(main) == ConcernDomain.VIOLENCE
    return float((done.loc[violent, "detail"] == "support_decided").mean())


def screening_days(town: Municipality) -> pd.Series:
    decided = screened(town).query("detail in ['open', 'not_open', 'transferred']")
    return (decided["happened_at"] - decided["received_at"]).dt.total_seconds() / 86_400


def investigation_days(town: Municipality) -> pd.Series:
    known = cases(town)
    return ((known["closed_at"] - known["happened_at"]).dt.total_seconds() / 86_400).fillna(1e6)


def over_180_days(town: Municipality) -> float:
    known = cases(town).merge(town.tables["reports"][[*KEY, "received_at"]], on=KEY)
    return float((~(known["closed_at"] <= known["received_at"] + HORIZON)).mean())


def returned(town: Municipality, kind: str) -> float:
    """Share of closed investigations followed by a new one (or a new report) within 12 months (formal_12m)."""
    last = pd.Timestamp(BASE.end, tz="Europe/Stockholm") - pd.Timedelta(days=380)
    closed = cases(town).dropna(subset=["closed_at"])
    closed = closed[closed["closed_at"] < last]
    again = valid(town, "investigation_opened") if kind == "formal" else town.tables["reports"]
    when = again.rename(columns={"happened_at": "again_at", "received_at": "again_at"})[["child_id", "again_at"]]
    both = pd.merge_asof(
        closed.sort_values("closed_at"),
        when.sort_values("again_at"),
        left_on="closed_at",
        right_on="again_at",
        by="child_id",
        direction="forward",
        allow_exact_matches=False,
    )
    return float((both["again_at"] - both["closed_at"] <= pd.Timedelta(days=365)).mean())


def must_open_missed(town: Municipality) -> float:
    said = town.tables["concerns"]
    violent = said["concern"].isin([code.value for code in Concern if code.is_violence])
    met = said["exposure"].isin(["subjected", "witnessed"]) & (said["status"] != "denied")
    marked = said[violent & met & (said["perpetrator"] == "close_person")][KEY].drop_duplicates()
    decided = screened(town).merge(marked, on=KEY).query("detail in ['open', 'not_open']")
    return float((decided["detail"] != "open").mean())


def unassessed(town: Municipality) -> float:
    reports = town.tables["reports"]
    old = reports[reports["received_at"] < reports["received_at"].max() - pd.Timedelta(days=90)]
    done = valid(town, "protection_assessment")[KEY].assign(done=1)
    return float(old.merge(done, on=KEY, how="left")["done"].isna().mean())


def late(town: Municipality) -> float:
    events = town.tables["events"]
    old = events[events["happened_at"] < events["happened_at"].max() - pd.Timedelta(days=120)]
    return float((old["recorded_at"] - old["happened_at"] > pd.Timedelta(days=13)).mean())


FIRST_FIVE = (
    Reporter.POLICE, Reporter.SCHOOL, Reporter.PRESCHOOL, Reporter.HEALTH_CARE, Reporter.CHILD_PSYCHIATRY,
    Reporter.DENTAL_CARE,
)  # fmt: skip


@dataclass(frozen=True)
class Margin:
    """A published figure and how far from it we may be."""

    name: str
    measure: Callable[[Municipality], float]
    published: float
    tolerance: float
    source: str


MARGINS = [
    Margin("reports per reported child and year", lambda t: float(child_years(t).mean()), 1.839, 0.10, "S1"),
    Margin("several reports in a year", lambda t: float((child_years(t) > 1).mean()), 0.397, 0.035, "S23"),
    Margin("children with 9 to 33 reports", heavy_children, 0.015, 0.006, "S23, derived"),
    Margin("their share of the reports", heavy_reports, 0.10, 0.03, "S23"),
    Margin("reports about several children", shared_reports, 0.225, 0.03, "X"),
    Margin("boys", boys, 0.55, 0.025, "S1"),
    Margin("aged 0 to 12", lambda t: float((ages(t) < 13).mean()), 0.67, 0.025, "S1"),
    Margin("from schools", share_by("reporter", Reporter.SCHOOL), 0.20, 0.015, "S11"),
    Margin("from the first five professions", share_by("reporter", *FIRST_FIVE), 0.60, 0.02, "S15"),
    Margin("anonymous", share_by("reporter", Reporter.ANONYMOUS), 0.081, 0.015, "S17, S18"),
    Margin("about parents", domain_share(ConcernDomain.PARENT), 0.39, 0.02, "S1"),
    Margin("about the child itself", domain_share(ConcernDomain.CHILD), 0.33, 0.02, "S1"),
    Margin("about violence in close relations", domain_share(ConcernDomain.VIOLENCE), 0.20, 0.02, "S1"),
    Margin("about something else", domain_share(ConcernDomain.OTHER), 0.08, 0.015, "S1, derived"),
    Margin("reports of concern", share_by("referral_type", "child_concern_report"), 0.88, 0.02, "X"),
    Margin("applications", share_by("referral_type", "application"), 0.06, 0.015, "X; S24 has .09"),
    Margin("leading to an investigation", screening_share("open"), 0.38, 0.02, "S1"),
    Margin("must be opened but is not", must_open_missed, 0.06, 0.025, "X"),
    Margin("support given investigation", supported, 0.40, 0.03, "X, between S32 and S31"),
    Margin("support given investigation of violence", supported_violence, 0.32, 0.045, "S32, .293 to .35"),
    Margin("new investigation within 12 months", lambda t: returned(t, "formal"), 0.235, 0.035, "S30, .22 to .25"),
    Margin("screening, median days", lambda t: float(screening_days(t).median()), 9.0, 0.6, "X"),
    Margin("screening over 14 days", lambda t: float((screening_days(t) > 14).mean()), 0.12, 0.03, "X"),
    Margin("investigation over 4 months", lambda t: float((investigation_days(t) > 122).mean()), 0.33, 0.03, "S27"),
    Margin("not finished within 180 days", over_180_days, 0.05, 0.02, "X"),
    Margin("with an acute fact", fact_share(*ACUTE), 0.04, 0.012, "X"),
    Margin("in sheltered housing", fact_share("in_sheltered_housing"), 0.007, 0.004, "X"),
    Margin("unaccompanied", fact_share("unaccompanied"), 0.004, 0.003, "X"),
    Margin("may be taken abroad", fact_share("may_be_taken_abroad"), 0.003, 0.002, "X"),
    Margin("birth month missing", lambda t: float(t.tables["reports"]["birth_month"].isna().mean()), 0.01, 0.006, "X"),
    Margin("concerns denied", lambda t: float((t.tables["concerns"]["status"] == "denied").mean()), 0.04, 0.01, "X"),
    Margin("no protection assessment", unassessed, 0.03, 0.015, "X"),
    Margin("events recorded weeks late", late, 0.03, 0.01, "X"),
    Margin("events withdrawn", lambda t: float(t.tables["events"]["withdrawn_at"].notna().mean()), 0.01, 0.004, "X"),
]


def end_of(settings: Settings) -> pd.Timestamp:
    return pd.Timestamp(settings.end, tz="Europe/Stockholm")


def members(town: Municipality, group: tuple[str, str]) -> set[str]:
    groups = town.tables["groups"]
    return set(groups.loc[(groups["attribute"] == group[0]) & (groups["value"] == group[1]), "child_id"])


# ---------------------------------------------------------------- margins


@pytest.mark.parametrize("margin", MARGINS, ids=lambda margin: margin.name.replace(" ", "-"))
def test_margin_lies_within_its_tolerance(made: Municipality, margin: Margin) -> None:
    assert margin.measure(made) == pytest.approx(margin.published, abs=margin.tolerance), margin.source


def test_the_wanted_number_of_reports_is_met(made: Municipality, small: Municipality) -> None:
    for town, settings in ((made, BASE), (small, SMALL)):
        assert len(town.tables["reports"]) == pytest.approx(settings.reports, rel=0.03)


def test_schools_report_less_when_they_are_closed(made: Municipality) -> None:
    reports = made.tables["reports"]
    july = reports["received_at"].dt.month == 7
    school = reports["reporter"] == Reporter.SCHOOL
    assert july[school].mean() < 0.5 * july[~school].mean()


def test_weekends_are_quiet(made: Municipality) -> None:
    weekday = made.tables["reports"]["received_at"].dt.day_of_week
    assert (weekday >= 5).mean() < 0.2


def test_police_are_heard_at_night_and_schools_are_not(made: Municipality) -> None:
    reports = made.tables["reports"]
    hour = reports["received_at"].dt.tz_convert("Europe/Stockholm").dt.hour
    night = (hour >= 20) | (hour < 6)
    assert night[reports["reporter"] == "police"].mean() > 0.3
    assert night[reports["reporter"] == "school"].mean() < 0.01


def test_prior_reports_and_girls_are_opened_more_often(made: Municipality) -> None:
    reports = made.tables["reports"].sort_values("received_at", kind="stable")
    earlier = reports.assign(earlier=reports.groupby("child_id").cumcount())[[*KEY, "earlier"]]
    decided = screened(made).query("detail != 'added_to_ongoing'").merge(earlier, on=KEY)
    opened = decided["detail"] == "open"
    girl = decided["child_id"].isin(members(made, ("sex", "girl")))
    assert opened[decided["earlier"] > 0].mean() - opened[decided["earlier"] == 0].mean() > 0.08
    assert opened[girl].mean() - opened[~girl].mean() > 0.02


def test_unknown_facts_cluster_on_incomplete_forms(made: Municipality) -> None:
    unknown = (made.tables["reports"][list(FACTS)] == "unknown").sum(axis=1)
    assert (unknown > 0).mean() == pytest.approx(0.08, abs=0.012)
    assert unknown[unknown > 0].min() >= 2


def test_ages_are_those_of_children(made: Municipality) -> None:
    assert ages(made).between(-0.1, 18.1).all()


# ---------------------------------------------------------------- signal


def test_the_ceiling_is_high_but_not_perfect(made: Municipality) -> None:
    known = labels(made)
    assert 0.82 <= auc(known["label_probability"], known["label"]) <= 0.89


def test_prior_reports_alone_tell_little(made: Municipality) -> None:
    reports = made.tables["reports"].sort_values("received_at", kind="stable")
    earlier = reports.assign(earlier=reports.groupby("child_id").cumcount())[[*KEY, "earlier"]]
    known = labels(made).merge(earlier, on=KEY)
    assert 0.55 <= auc(known["earlier"], known["label"]) <= 0.66


def test_label_probabilities_are_calibrated(made: Municipality) -> None:
    known = labels(made)
    fifths = known.groupby(pd.qcut(known["label_probability"], 5), observed=True)
    assert (fifths["label"].mean() - fifths["label_probability"].mean()).abs().max() < 0.04


def test_more_acute_facts_mean_more_need(made: Municipality) -> None:
    acute = (made.tables["reports"][list(ACUTE)] == "yes").any(axis=1)
    severity = made.tables["reports"].merge(made.truth, on=KEY)["severity"]
    assert severity[acute].mean() > severity[~acute].mean() + 0.5


# ---------------------------------------------------------------- contract


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_table_keeps_the_contract(made: Municipality, table: Table) -> None:
    frame = made.tables[table.name]
    assert tuple(frame.columns) == table.names
    assert not frame.duplicated(list(table.key)).any()
    for column in table.columns:
        assert not column.required or frame[column.name].notna().all(), column.name
        assert set(column.kind.read(frame[column.name]).wrong) <= {""}, column.name


def test_times_are_microseconds_of_utc_and_codes_plain_strings(made: Municipality) -> None:
    for table in TABLES.values():
        frame = made.tables[table.name]
        for column in table.columns:
            if column.name.endswith("_at"):
                assert str(frame[column.name].dtype) == "datetime64[us, UTC]"
            if isinstance(column.kind, OneOf):
                assert {type(value) for value in frame[column.name].unique()} == {str}


def test_missing_values_are_none_or_nat(made: Municipality) -> None:
    for frame in made.tables.values():
        for name in frame.columns[frame.isna().any()]:
            missing = frame.loc[frame[name].isna(), name]
            assert name.endswith("_at") or {type(value) for value in missing} == {type(None)}


@pytest.mark.parametrize("kind", EventKind, ids=lambda kind: kind.value)
def test_event_details_come_from_the_kinds_own_list(made: Municipality, kind: EventKind) -> None:
    detail = made.tables["events"].loc[lambda t: t["kind"] == kind, "detail"]
    assert len(detail) > 0
    if kind.details is None:
        assert detail.isna().all()
    else:
        assert set(detail) <= set(kind.details.values())


def test_reasons_are_given_where_they_are_required(made: Municipality) -> None:
    events = made.tables["events"]
    left = events[(events["kind"] == "screening_decided") & (events["detail"] == "not_open")]
    unheard = events[(events["kind"] == "child_interview") & (events["detail"] == "no")]
    assert set(left["reason"]) == set(NotOpenReason.values())
    assert set(unheard["reason"]) == set(NotHeardReason.values())
    assert events.drop(left.index).drop(unheard.index)["reason"].isna().all()


def test_every_report_has_one_primary_and_at_most_four_concerns(made: Municipality) -> None:
    said = made.tables["concerns"].groupby(KEY)
    assert len(said) == len(made.tables["reports"])
    assert (said["primary"].sum() == 1).all()
    assert said.size().between(1, 4).all()


def test_siblings_share_what_belongs_to_the_report(made: Municipality) -> None:
    shared = ["received_at", "unit", "reporter", "referral_type", "household_id", "anonymous", "feedback_requested"]
    assert (made.tables["reports"].groupby("report_id")[shared].nunique(dropna=False) < 2).all(axis=None)


def test_truth_has_one_complete_row_per_report_and_child(made: Municipality) -> None:
    truth = made.truth
    assert list(truth.columns) == [
        *KEY, "severity", "need", "label_probability", "opening_probability", "high_frequency",
    ]  # fmt: skip
    assert truth[KEY].equals(made.tables["reports"][KEY])
    assert truth.notna().all(axis=None)
    assert truth["label_probability"].between(0, 1).all()
    assert truth["opening_probability"].between(0, 1).all()
    assert truth["need"].dtype == truth["high_frequency"].dtype == np.bool_


def test_no_id_looks_like_a_personal_identity_number(made: Municipality) -> None:
    looks = re.compile(r"\d{10}|\d{6,8}[-+]\d{4}")
    for frame in made.tables.values():
        for name in (name for name in frame.columns if name.endswith("_id")):
            written = frame[name].dropna().unique()
            assert all(value.startswith("syn-") for value in written)
            assert not any(looks.search(value) for value in written)


# ---------------------------------------------------------------- time


def test_nothing_is_recorded_before_it_happened(made: Municipality) -> None:
    events, filled = made.tables["events"], made.tables["instruments"]
    assert (events["recorded_at"] >= events["happened_at"]).all()
    assert (filled["recorded_at"] >= filled["completed_at"]).all()
    withdrawn = events.dropna(subset=["withdrawn_at"])
    assert (withdrawn["withdrawn_at"] > withdrawn["recorded_at"]).all()


def test_no_event_of_a_report_precedes_it(made: Municipality) -> None:
    both = made.tables["events"].dropna(subset=["report_id"]).merge(made.tables["reports"], on=KEY)
    assert (both["happened_at"] > both["received_at"]).all()


def test_nothing_is_known_after_the_data_end(made: Municipality) -> None:
    for frame in made.tables.values():
        for name in (name for name in frame.columns if name.endswith("_at")):
            assert not (frame[name] >= end_of(BASE)).any(), name


def test_the_latest_reports_are_immature(made: Municipality) -> None:
    known = labels(made).query("detail == 'open'")["received_at"] >= end_of(BASE) - pd.Timedelta(days=60)
    assert known.mean() < 0.005


def test_what_comes_during_an_investigation_is_added_to_it(made: Municipality) -> None:
    opened = made.tables["events"].query("kind == 'investigation_opened'")
    decided = made.tables["events"].query("kind == 'screening_decided' and detail == 'added_to_ongoing'")
    old = decided["happened_at"] < end_of(BASE) - pd.Timedelta(days=120)
    assert set(decided.loc[old, "case_id"]) <= set(opened["case_id"])
    both = decided.merge(opened.drop_duplicates("case_id"), on="case_id", suffixes=("", "_opening"))
    assert (both["child_id"] == both["child_id_opening"]).all()


# ---------------------------------------------------------------- determinism


def test_the_same_settings_give_the_same_tables(small: Municipality) -> None:
    again = municipality(SMALL)
    for name, frame in small.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name], check_exact=True)
    pd.testing.assert_frame_equal(small.truth, again.truth, check_exact=True)


def test_another_seed_gives_another_town(small: Municipality) -> None:
    other = municipality(replace(SMALL, seed=12))
    assert not small.tables["reports"]["received_at"].head(50).equals(other.tables["reports"]["received_at"].head(50))


@pytest.mark.parametrize(
    "settings",
    [
        Settings(reports=300, years=0.5),
        Settings(reports=1_500, years=2.5, start=dt.date(2024, 2, 29)),
        Settings(reports=1, years=1.0),
    ],
    ids=["half a year", "from a leap day", "one report"],
)
def test_small_and_odd_towns_can_be_made(settings: Settings) -> None:
    town = municipality(settings)
    assert len(town.tables["reports"]) >= 1
    assert (town.tables["reports"]["received_at"] < end_of(settings)).all()


@pytest.mark.parametrize("wrong", [{"reports": 0}, {"years": 0.0}], ids=str)
def test_impossible_settings_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Settings(**wrong)


# ---------------------------------------------------------------- plants


def test_no_fault_is_planted_by_default() -> None:
    assert not any(getattr(Plants(), each.name) for each in fields(Plants))


def early_plans(town: Municipality) -> pd.Series:
    """Tell which labelled reports have a support plan recorded in the two days before them."""
    plans = valid(town, "support_accepted").query("report_id.isna()")[["child_id", "recorded_at"]]
    known = labels(town).sort_values("received_at")
    both = pd.merge_asof(
        known, plans.sort_values("recorded_at"), left_on="received_at", right_on="recorded_at", by="child_id",
        tolerance=pd.Timedelta(hours=49), allow_exact_matches=False,
    )  # fmt: skip
    return pd.Series(both["recorded_at"].notna().to_numpy(), index=both["label"])


def test_leak_shows_the_outcome_before_the_report(small: Municipality) -> None:
    leaked = early_plans(planted(leak=0.8))
    assert leaked[True].mean() == pytest.approx(0.8, abs=0.06)
    assert leaked[False].mean() < 0.08
    assert not early_plans(small).any()


def confirmed(town: Municipality, group: tuple[str, str], *, inside: bool) -> float:
    known = labels(town).query("need")
    return float(known.loc[known["child_id"].isin(members(town, group)) == inside, "label"].mean())


def test_biased_label_confirms_less_need_in_one_group_only(small: Municipality) -> None:
    biased = planted(biased_label=1.0)
    assert confirmed(small, BIASED_GROUP, inside=True) - confirmed(biased, BIASED_GROUP, inside=True) > 0.1
    others = confirmed(small, BIASED_GROUP, inside=False) - confirmed(biased, BIASED_GROUP, inside=False)
    assert abs(others) < 0.02
    pd.testing.assert_series_equal(small.truth["severity"], biased.truth["severity"])


def test_under_reporting_thins_out_one_group(small: Municipality) -> None:
    def recorded(town: Municipality) -> tuple[float, float]:
        inside = town.tables["reports"]["child_id"].isin(members(town, UNDER_REPORTED_GROUP))
        said = town.tables["concerns"]
        said = said[said["child_id"].isin(members(town, UNDER_REPORTED_GROUP))]
        return float(inside.mean()), float((~said["primary"]).mean())

    (share, further), (thin_share, thin_further) = recorded(small), recorded(planted(under_reporting=0.6))
    assert thin_share < 0.85 * share
    assert thin_further < 0.6 * further


def meaning(town: Municipality) -> tuple[float, float]:
    """Correlate what the main concern says with severity, before the last year and in it."""
    main = primary(town).merge(town.truth, on=KEY)
    main["says"] = main["concern"].map({code.value: effect for code, effect in EFFECT.items()})
    last = main["received_at"] >= end_of(SMALL) - pd.Timedelta(days=DRIFT_DAYS)
    early, late = main[~last], main[last]
    return float(early["says"].corr(early["severity"])), float(late["says"].corr(late["severity"]))


def test_drift_turns_the_signals_round_in_the_last_year_only(small: Municipality) -> None:
    before, after = meaning(planted(drift=1.0))
    assert before > 0.3
    assert after < -0.3
    assert min(meaning(small)) > 0.3


def test_law_change_adds_reports_from_the_newly_mandated() -> None:
    late = Settings(reports=16_000, start=dt.date(2025, 1, 1), years=1.5)

    def after(town: Municipality) -> pd.Series:
        reports = town.tables["reports"]
        return reports.loc[reports["received_at"] >= pd.Timestamp(law_change_on(), tz="Europe/Stockholm"), "reporter"]

    usual, more = after(municipality(late)), after(planted(late, law_change=True))
    assert len(more) / len(usual) == pytest.approx(1.4, abs=0.12)
    assert more.isin(NEWLY_MANDATED).mean() > usual.isin(NEWLY_MANDATED).mean() + 0.15


def test_silent_reporter_falls_silent(small: Municipality) -> None:
    def share(town: Municipality) -> float:
        reports = town.tables["reports"]
        late = reports["received_at"] >= end_of(SMALL) - pd.Timedelta(days=SILENT_DAYS)
        return float((reports.loc[late, "reporter"] == SILENT_REPORTER).mean())

    assert share(small) > 0.08
    assert share(planted(silent_reporter=True)) == 0.0
