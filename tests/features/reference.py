"""Here we compute every feature a second time, in plain pandas, from the data contract and the registered meanings alone.

Every report is laid beside everything there is about its child, then filtered and counted. Slow, plain and sharing
nothing with the code under test, so that an agreement of the two says something.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

Columns = dict[str, pd.Series]

ZONE = "Europe/Stockholm"
DAY = pd.Timedelta(days=1)
REPEAT = 14 * DAY
THREE_YEARS = 1095
NEVER = pd.Timestamp("2200-01-01T00:00Z")

CONCERNS = {
    "concern_neglect": ["neglect"],
    "concern_parent_substance": ["parent_substance_misuse"],
    "concern_parent_health": ["parent_mental_ill_health"],
    "concern_custody": ["custody_conflict"],
    "concern_physical_abuse": ["physical_abuse"],
    "concern_psychological_abuse": ["psychological_abuse"],
    "concern_sexual_abuse": ["sexual_abuse"],
    "concern_witnessed_violence": ["witnessed_violence"],
    "concern_honour": ["honour_related"],
    "concern_norm_breaking": ["norm_breaking", "youth_crime"],
    "concern_child_substance": ["child_substance_misuse"],
    "concern_child_health": ["child_mental_ill_health", "self_harm"],
    "concern_school": ["school_absence"],
    "concern_grave": [
        "neglect",
        "parent_substance_misuse",
        "parent_mental_ill_health",
        "physical_abuse",
        "psychological_abuse",
        "sexual_abuse",
        "witnessed_violence",
        "honour_related",
        "child_substance_misuse",
        "child_mental_ill_health",
        "self_harm",
    ],
}
REPORTERS = {
    "reporter_police": ["police"],
    "reporter_school_or_care": [
        "school",
        "preschool",
        "health_care",
        "child_psychiatry",
        "adult_psychiatry",
        "dental_care",
    ],
    "reporter_private": ["relative", "neighbour_acquaintance", "anonymous"],
}
ACUTE = ["injury_now", "afraid_to_go_home", "caregiver_incapable_now", "young_child_alone", "suicide_risk"]

THEMES = {
    "earlier_violence_1095": [
        "physical_abuse",
        "psychological_abuse",
        "sexual_abuse",
        "witnessed_violence",
        "honour_related",
    ],
    "earlier_neglect_1095": ["neglect"],
    "earlier_parent_substance_1095": ["parent_substance_misuse"],
    "earlier_child_substance_1095": ["child_substance_misuse"],
    "earlier_child_health_1095": ["child_mental_ill_health", "self_harm"],
    "earlier_acute_1095": [],
}

KINDS = {
    "investigations_1095": "investigation_opened",
    "offered_1095": "support_offered",
    "accepted_1095": "support_accepted",
    "declined_1095": "support_declined",
    "placements_1095": "placement_started",
    "care_orders_1095": "care_order",
}
DETAILS = {
    "not_opened_1095": ("screening_decided", "not_open"),
    "support_decided_1095": ("investigation_closed", "support_decided"),
    "without_support_1095": ("investigation_closed", "closed_no_support"),
    "family_declined_1095": ("investigation_closed", "declined"),
    "contacts_school_1095": ("contact", "school"),
    "contacts_preschool_1095": ("contact", "preschool"),
    "contacts_health_1095": ("contact", "health", "child_psychiatry"),
    "contacts_police_1095": ("contact", "police"),
    "protection_needed_1095": ("protection_assessment", "needed"),
}
ONGOING = {
    "investigation_ongoing": ("investigation_opened", "investigation_closed"),
    "support_ongoing": ("support_started", "support_ended"),
    "placement_ongoing": ("placement_started", "placement_ended"),
}
SCORES = {
    "sdq_parent": ("parent", "SDQ"),
    "sdq_teacher": ("teacher", "SDQ"),
    "sdq_child": ("child", "SDQ"),
    "wellbeing": ("child", "ORS", "CORS"),
}


def known(lines: pd.DataFrame) -> pd.Series:
    """Tell what counts when the report is received: it has happened, is recorded, and was not withdrawn before."""
    at = lines["received_at"]
    return (lines["recorded_at"] < at) & (lines["happened_at"] < at) & ~(lines["withdrawn_at"] < at)


def build(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Compute every feature from the tables of the data contract, one line per line of the reports table."""
    reports = frames["reports"].reset_index(drop=True).rename_axis("row").reset_index()
    scores = frames["instruments"].rename(columns={"completed_at": "happened_at"}).assign(withdrawn_at=NEVER)
    columns = {
        **of_concerns(reports, frames["concerns"]),
        **of_the_report(reports, frames["concerns"]),
        **of_age(reports),
        **of_earlier_reports(reports, beside(reports, as_entries(reports, frames["concerns"]))),
        **of_themes(reports, frames["concerns"]),
        **of_events(reports, beside(reports, frames["events"])),
        **of_instruments(reports, beside(reports, scores)),
    }
    return pd.DataFrame(columns).astype("float64")


# --- what is in the report itself ---------------------------------------------------------------------------------


def of_concerns(reports: pd.DataFrame, concerns: pd.DataFrame) -> Columns:
    """Compute what the report's concerns say."""
    lines = reports[["row", "report_id", "child_id"]].merge(concerns, on=["report_id", "child_id"])
    kind, status, exposure = lines["concern"], lines["status"], lines["exposure"]
    return {
        **{name: flag(reports, lines[kind.isin(kinds)]) for name, kinds in CONCERNS.items()},
        "concerns": count(reports, lines[kind != "not_stated"]),
        "concerns_stated": count(reports, lines[status == "stated"]),
        "concerns_denied": count(reports, lines[status == "denied"]),
        "child_subjected": flag(reports, lines[exposure == "subjected"]),
        "child_witnessed": flag(reports, lines[exposure == "witnessed"]),
    }


def of_the_report(reports: pd.DataFrame, concerns: pd.DataFrame) -> Columns:
    """Compute what the report's acute facts and its reporter say."""
    lines = reports[["row", "report_id", "child_id"]].merge(concerns, on=["report_id", "child_id"])
    named = lines[lines["concern"] != "not_stated"].groupby("row")["concern"].agg(set)
    only_custody = reports["row"].map(named).map(lambda kinds: kinds == {"custody_conflict"})
    facts = reports[ACUTE].fillna("unknown")
    unknown = (facts == "unknown").sum(axis="columns")
    return {
        "acute_facts": (facts == "yes").sum(axis="columns").mask(unknown == len(ACUTE)),
        "acute_unknown": unknown,
        "may_be_taken_abroad": reports["may_be_taken_abroad"].map({"yes": 1.0, "no": 0.0}),
        **{name: reports["reporter"].isin(codes) for name, codes in REPORTERS.items()},
        "reporter_own": reports["reporter"].isin(["parent", "child"]) & ~only_custody,
    }


def of_age(reports: pd.DataFrame) -> Columns:
    """Compute the child's age in calendar months of Sweden."""
    born = pd.to_datetime(reports["birth_month"], format="%Y-%m")
    received = reports["received_at"].dt.tz_convert(ZONE)
    age = 12 * (received.dt.year - born.dt.year) + (received.dt.month - born.dt.month)
    return {"age_months": age, "observable_months": age.clip(upper=36)}


# --- what was known before ----------------------------------------------------------------------------------------


def of_earlier_reports(reports: pd.DataFrame, lines: pd.DataFrame) -> Columns:
    """Compute what the earlier reports about the child say; the one that this report continues is none of them."""
    others = not_continued(reports, lines)
    voices = window(others[others["reporter"] != others["own"]], THREE_YEARS)
    voices = voices.sort_values("happened_at").drop_duplicates(["row", "reporter"], keep="last")
    return {
        "reports_before": count(reports, window(others, THREE_YEARS)),
        **{f"reports_{far}": faded(reports, others, far) for far in (90, 365, THREE_YEARS)},
        "other_reporters_1095": faded(reports, voices, THREE_YEARS),
    }


def of_themes(reports: pd.DataFrame, concerns: pd.DataFrame) -> Columns:
    """Compute what earlier reports told of, each theme as if the reports that tell of it were all there are."""
    key = ["report_id", "child_id"]
    acute = reports.loc[(reports[ACUTE] == "yes").any(axis="columns"), key]
    told = {}
    for name, kinds in THEMES.items():
        telling = concerns.loc[concerns["concern"].isin(kinds), key] if kinds else acute
        who = pd.MultiIndex.from_frame(reports[key]).isin(pd.MultiIndex.from_frame(telling))
        mine = reports[who].copy()
        others = not_continued(mine, beside(reports, as_entries(mine, concerns)))
        told[name] = faded(reports, others.assign(happened_at=others["begun_at"]), THREE_YEARS)
    return told


def not_continued(asking: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Leave out, of the lines of reports that ask, the one that each continues; the others continue none."""
    mine = asking[["row", "reporter", "custody"]].rename(columns={"reporter": "own", "custody": "own_custody"})
    lines = lines.merge(mine, on="row", how="left")
    again = (ago(lines) <= REPEAT) | (lines["custody"] & lines["own_custody"].eq(True))
    latest_by_mine = (
        lines["place"]
        == lines[lines["reporter"] == lines["own"]].groupby("row")["place"].max().reindex(lines["row"]).to_numpy()
    )
    return lines[~((lines["reporter"] == lines["own"]) & latest_by_mine & again)]


def of_events(reports: pd.DataFrame, lines: pd.DataFrame) -> Columns:
    """Compute what the events of the child's case say."""
    recent = window(lines, THREE_YEARS)
    screened = window(of_kind(lines, "screening_decided"), 365)
    newest = screened[screened["happened_at"] == screened.groupby("row")["happened_at"].transform("max")]
    return {
        **{name: how_new(reports, of_kind(recent, kind)) for name, kind in KINDS.items()},
        **{name: how_new(reports, of_kind(recent, kind, *codes)) for name, (kind, *codes) in DETAILS.items()},
        **{
            name: how_new(reports, of_kind(recent, begun)).where(
                count(reports, of_kind(recent, begun)) > count(reports, of_kind(recent, ended)), 0.0
            )
            for name, (begun, ended) in ONGOING.items()
        },
        "returns_after_not_open": how_new(reports, of_kind(newest, "screening_decided", "not_open"), 365),
    }


def of_instruments(reports: pd.DataFrame, lines: pd.DataFrame) -> Columns:
    """Compute what the instruments filled in for the child say."""
    recent = window(lines, THREE_YEARS)
    totals = {}
    for name, (rater, *instruments) in SCORES.items():
        mine = recent[(recent["rater"] == rater) & recent["instrument"].isin(instruments)]
        totals[name] = latest(mine).set_index("row")["total"].reindex(reports["row"])
    return {**totals, "sdq_days": days_since(reports, recent[recent["instrument"] == "SDQ"])}


# --- one report beside one entry ----------------------------------------------------------------------------------


def as_entries(reports: pd.DataFrame, concerns: pd.DataFrame) -> pd.DataFrame:
    """Give the reports as entries about the child: each is known when it is received, until another takes its place."""
    named = concerns[concerns["concern"] != "not_stated"].groupby(["report_id", "child_id"])["concern"].agg(frozenset)
    key = pd.MultiIndex.from_frame(reports[["report_id", "child_id"]])
    said = [frozenset() if isinstance(one, float) else one for one in named.reindex(key)]
    reports["custody"] = [one == {"custody_conflict"} for one in said]
    order = reports.sort_values(["child_id", "reporter", "received_at", "custody"], kind="stable")
    chain = order.groupby(["child_id", "reporter"], observed=True)
    after, then = chain["received_at"].shift(-1), chain["custody"].shift(-1)
    takes_over = (after - order["received_at"] <= REPEAT) | (order["custody"] & then.eq(True))
    number = (~(after - order["received_at"] <= REPEAT).shift(1, fill_value=False)).cumsum()
    return pd.DataFrame(
        {
            "child_id": reports["child_id"],
            "happened_at": reports["received_at"],
            "recorded_at": reports["received_at"],
            "withdrawn_at": after.where(takes_over, NEVER).reindex(reports.index),
            "begun_at": order.groupby(number)["received_at"].transform("min").reindex(reports.index),
            "reporter": reports["reporter"],
            "custody": reports["custody"],
            "place": chain.cumcount().reindex(reports.index),
        }
    )


def beside(reports: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Lay every report beside the entries about its child, and keep the lines that count."""
    lines = reports[["row", "child_id", "received_at"]].merge(entries, on="child_id")
    return lines[known(lines)]


def ago(lines: pd.DataFrame) -> pd.Series:
    """Give how long before the report it happened."""
    return lines["received_at"] - lines["happened_at"]


def window(lines: pd.DataFrame, far: int, near: int = 0) -> pd.DataFrame:
    """Keep what happened from ``far`` days ago until, and not including, ``near`` days ago."""
    return lines[(ago(lines) <= far * DAY) & (ago(lines) > near * DAY)]


def of_kind(lines: pd.DataFrame, kind: str, *details: str) -> pd.DataFrame:
    """Keep the events of one kind, and of these the ones with a detail that is given, when any is."""
    mine = lines[lines["kind"] == kind]
    return mine[mine["detail"].isin(details)] if details else mine


def latest(lines: pd.DataFrame) -> pd.DataFrame:
    """Keep each report's latest line: of several at one instant the one recorded last, then the highest total."""
    order = [name for name in ("happened_at", "recorded_at", "total") if name in lines]
    return lines.sort_values(order, kind="stable").drop_duplicates("row", keep="last")


# --- back to one value per report ---------------------------------------------------------------------------------


def count(reports: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    """Count each report's lines; none is 0."""
    return lines.groupby("row").size().reindex(reports["row"], fill_value=0)


def flag(reports: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    """Tell whether a report has any line."""
    return count(reports, lines) > 0


def faded(reports: pd.DataFrame, lines: pd.DataFrame, far: int) -> pd.Series:
    """Add up each report's lines, each by the share of the window that is left; none is 0."""
    inside = window(lines, far)
    left = 1 - ago(inside) / (far * DAY)
    return left.groupby(inside["row"]).sum().reindex(reports["row"], fill_value=0.0)


def how_new(reports: pd.DataFrame, lines: pd.DataFrame, far: int = THREE_YEARS) -> pd.Series:
    """Give the share of the window that is left since each report's latest line; none is 0."""
    return (1 - days_since(reports, lines) / far).fillna(0.0)


def days_since(reports: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    """Give the days since each report's latest line; none is absent."""
    return ago(lines).groupby(lines["row"]).min().reindex(reports["row"]) / DAY
