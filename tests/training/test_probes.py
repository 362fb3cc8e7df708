"""Every planted fault is caught by the probe that should catch it, and a sensible scorer passes them all."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from features.build import REGISTRY, build, build_one
from features.codes import Concern, ConcernStatus, Reporter, YesNo
from features.event_codes import EventKind, Protection, Support
from features.folder import load
from features.report import NOTHING_KNOWN, Known, Report, months_since
from features.schema import FACTS
from training.probes import age, history, identity, load_table, run_probes, scorer_of, small_changes
from training.probes.ordering import ordering
from training.probes.run import ProbeReport
from triage.bundle import load_bundle
from triage.rules import ACUTE_FACTS

TABLE = load_table()
EVERY_AGE, SITUATIONS = TABLE.every_age, TABLE.situations
ROWS = np.random.default_rng(7).integers(0, 4, (60, len(REGISTRY.names))).astype(float)
DIRECTION = np.array([feature.direction for feature in REGISTRY.features])
MEDIAN = 0.2

WEIGHT = {
    Concern.PARENT_SUBSTANCE_MISUSE: 0.8,
    Concern.PARENT_MENTAL_ILL_HEALTH: 0.4,
    Concern.NEGLECT: 0.9,
    Concern.PHYSICAL_ABUSE: 0.9,
    Concern.SEXUAL_ABUSE: 0.9,
    Concern.WITNESSED_VIOLENCE: 0.7,
    Concern.HONOUR_RELATED: 0.7,
    Concern.CHILD_SUBSTANCE_MISUSE: 0.6,
    Concern.CHILD_MENTAL_ILL_HEALTH: 0.5,
    Concern.SELF_HARM: 0.7,
    Concern.ONLINE_VICTIMISATION: 0.3,
    Concern.NORM_BREAKING: 0.15,
}
SURE = {ConcernStatus.SUSPECTED: 0.8, ConcernStatus.DENIED: 0.8}


def sigmoid(points: float) -> float:
    return 1 / (1 + math.exp(-points))


def age_of(report: Report) -> int | None:
    return None if report.birth_month is None else months_since(report.birth_month, report.received_at)


def past(report: Report, known: Known, *, everybody: bool = False) -> tuple[list[Report], list]:
    """What of the known is this child's own and came before."""
    mine = [row for row in known.reports if everybody or row.child_id == report.child_id]
    events = [row for row in known.events if everybody or row.child_id == report.child_id]
    return [row for row in mine if row.received_at < report.received_at], events


def days(report: Report, moment) -> float:
    return (report.received_at - moment).total_seconds() / 86_400


def heard(report: Report, earlier: list[Report]) -> list[Report]:
    """Earlier reports, those that repeat another within a fortnight once, and those of a custody conflict once."""
    kept: list[Report] = [report]
    for row in sorted(earlier, key=lambda row: row.received_at, reverse=True):
        custody = any(concern.concern is Concern.CUSTODY_CONFLICT for concern in row.concerns)
        repeats = any(row.reporter is other.reporter and days(other, row.received_at) <= 14 for other in kept)
        again = custody and any(other.concerns == row.concerns for other in kept)
        if not repeats and not again:
            kept.append(row)
    return kept[1:]


def said(report: Report) -> float:
    named = [WEIGHT.get(concern.concern, 0.1) * SURE.get(concern.status, 1.0) for concern in report.concerns]
    acute = sum(getattr(report, name) is YesNo.YES for name in ACUTE_FACTS)
    return sum(named) + 0.9 * acute + 0.4 * (report.may_be_taken_abroad is YesNo.YES)


def known_points(report: Report, earlier: list[Report], events: list) -> float:
    """What lies behind weighs less from day to day, and nothing after 1 200 days."""
    fades = [max(0.0, 1 - days(report, row.received_at) / 1200) for row in heard(report, earlier)]
    heavy = {(event.kind, event.happened_at) for event in events if event.detail in HEAVY}
    return 0.15 * sum(fades) + 0.4 * sum(max(0.0, 1 - days(report, at) / 1200) for _, at in heavy)


HEAVY = {Support.FOSTER_HOME.value, Support.RESIDENTIAL_HOME.value, Protection.NEEDED.value, "support_decided"}


def points(report: Report, known: Known) -> float:
    return -1.5 + said(report) + known_points(report, *past(report, known)) - 0.0008 * (age_of(report) or 0)


def each(one: Callable[[Report, Known], float]):
    """Make a scorer of a function of points."""
    return lambda cases: np.array([sigmoid(one(*case)) for case in cases])


def row_scorer(rows):
    """A score that follows every direction, and reads what is missing as zero."""
    return 1 / (1 + np.exp(3 - 0.01 * np.nan_to_num(rows) @ DIRECTION))


SENSIBLE = each(points)


def test_a_sensible_scorer_passes_every_probe() -> None:
    report = run_probes(SENSIBLE, row_scorer, ROWS, TABLE)
    assert [(result.code, result.text.en) for result in report.results if result.verdict != "passed"] == []
    assert report.passed
    assert len({result.code for result in report.results}) == len(report.results) == len(PROBES) + 2


def swept(probe):
    return lambda scorer: probe(age.curves(scorer, EVERY_AGE))


PROBES = {
    "age_swing": swept(age.age_swing),
    "infants_first": swept(age.infants_first),
    "unknown_age": swept(age.unknown_age),
    "ordering": lambda scorer: ordering(scorer, TABLE),
    "content_first": swept(history.content_first),
    "nothing_known": lambda scorer: history.nothing_known(scorer, EVERY_AGE, MEDIAN),
    "history_adds": lambda scorer: history.history_adds(scorer, EVERY_AGE),
    "month_of_age": swept(small_changes.month_of_age),
    "day_of_history": lambda scorer: small_changes.day_of_history(scorer, EVERY_AGE[0], SITUATIONS),
    "order_of_items": lambda scorer: small_changes.order_of_items(scorer, SITUATIONS),
    "unknown_and_no": lambda scorer: small_changes.unknown_and_no(scorer, SITUATIONS),
    "same_child": lambda scorer: identity.same_child(scorer, SITUATIONS),
    "merged_files": lambda scorer: identity.merged_files(scorer, EVERY_AGE),
    "repeated_reports": lambda scorer: identity.repeated_reports(scorer, EVERY_AGE),
}


def plus(extra: Callable[[Report, Known], float]):
    """Plant a fault in the sensible scorer."""
    return each(lambda report, known: points(report, known) + extra(report, known))


def older_placement(report: Report, known: Known) -> float:
    """A placement one to three years ago lowers, and a fresh one does not: the Danish contradiction."""
    old = [event for event in known.events if event.kind is EventKind.PLACEMENT_STARTED]
    return -1.5 * any(days(report, event.happened_at) > 365 for event in old)


def cliff(report: Report, known: Known) -> float:
    return 0.4 * any(days(report, row.received_at) <= 90 for row in known.reports)


def household_maximum(cases):
    """The child's score is the highest of its household, its siblings' among them."""
    own = SENSIBLE(cases)
    found = own.copy()
    for place, (report, _) in enumerate(cases):
        for (other, _), estimate in zip(cases, own, strict=True):
            if report.household_id == other.household_id is not None and report.child_id != other.child_id:
                found[place] = max(found[place], estimate)
    return found


def place_in_batch(cases):
    return SENSIBLE(cases) + np.linspace(0, 1e-4, len(cases))


def sibling_counts(report: Report, known: Known) -> float:
    return known_points(report, *past(report, known, everybody=True)) - known_points(report, *past(report, known))


def supported_lately(report: Report, known: Known) -> float:
    return 0.4 * any(
        event.kind is EventKind.INVESTIGATION_CLOSED and days(report, event.happened_at) <= 400
        for event in known.events
    )


def entries(known: Known) -> int:
    return len(known.reports) + len(known.events)


def by_the_same(report: Report, known: Known) -> float:
    return 0.1 * sum(row.reporter is report.reporter for row in known.reports)


def by_others(report: Report, known: Known) -> float:
    return 0.1 * sum(row.reporter not in {report.reporter, Reporter.PARENT} for row in known.reports)


def by_a_parent(report: Report, known: Known) -> float:
    return 0.1 * sum(row.reporter is Reporter.PARENT for row in known.reports)


def every_event(report: Report, known: Known) -> float:
    return 0.2 * len(known.events)


def earlier_concern(concern: Concern, within: float = 9999) -> Callable[[Report, Known], float]:
    """Count the earlier reports that named a concern."""
    return lambda report, known: (
        0.2
        * sum(
            concern in {one.concern for one in row.concerns} and days(report, row.received_at) <= within
            for row in known.reports
        )
    )


def less(extra: Callable[[Report, Known], float]) -> Callable[[Report, Known], float]:
    return lambda report, known: -6 * extra(report, known)


FAULTS = {
    "older is higher": ("age_swing", plus(lambda report, _: 0.01 * (age_of(report) or 0))),
    "older is lower, too much": ("age_swing", plus(lambda report, _: -0.01 * (age_of(report) or 0))),
    "infants are low": ("infants_first", plus(lambda report, _: -0.1 * ((age_of(report) or 99) < 12))),
    "one month of the first year is low": ("infants_first", plus(lambda report, _: -0.2 * (age_of(report) == 7))),
    "an unknown age is a good sign": ("unknown_age", plus(lambda report, _: -0.5 * (report.birth_month is None))),
    "a birthday is a cliff": ("month_of_age", plus(lambda report, _: -0.3 * ((age_of(report) or 0) >= 156))),
    "the order is reversed": ("ordering", each(lambda report, known: -points(report, known))),
    "everything is equal": ("ordering", each(lambda _, __: 0.0)),
    "teenagers first": ("ordering", plus(lambda report, _: 0.2 * ((age_of(report) or 0) >= 144))),
    "only the history counts": ("content_first", plus(lambda report, _: -said(report))),
    "a teenager's content does not count": (
        "content_first",
        plus(lambda report, _: -said(report) * ((age_of(report) or 0) >= 156)),
    ),
    "no history is a good sign": ("nothing_known", plus(lambda _, known: -1.5 * (known == NOTHING_KNOWN))),
    "an old placement is a good sign": ("history_adds", plus(older_placement)),
    "a second entry is a good sign": ("history_adds", plus(lambda _, known: -1.5 * (entries(known) > 1))),
    "a window ends on one day": ("day_of_history", plus(cliff)),
    "a window ends on one day of the table's pasts": ("day_of_history", plus(supported_lately)),
    "what an earlier report told of is a good sign": (
        "history_adds",
        plus(less(earlier_concern(Concern.CHILD_SUBSTANCE_MISUSE))),
    ),
    "what an earlier report told of ends on one day": (
        "day_of_history",
        plus(earlier_concern(Concern.SELF_HARM, within=500)),
    ),
    "only the first concern counts": (
        "order_of_items",
        each(lambda report, known: points(replace(report, concerns=report.concerns[:1]), known)),
    ),
    "a no is a good sign": (
        "unknown_and_no",
        plus(lambda report, _: -0.2 * sum(getattr(report, fact) is YesNo.NO for fact in FACTS)),
    ),
    "the household's highest": ("same_child", household_maximum),
    "a sibling's history counts": ("same_child", plus(sibling_counts)),
    "a report is its own history": ("same_child", plus(lambda report, known: 0.1 * (report in known.reports))),
    "names matter": ("same_child", plus(lambda report, _: 0.01 * len(report.child_id))),
    "the place in the batch matters": ("same_child", place_in_batch),
    "a thick file is a good sign": ("merged_files", plus(lambda _, known: -0.6 * len(known.events))),
    "a file that tells of much is a good sign": ("merged_files", plus(less(earlier_concern(Concern.HONOUR_RELATED)))),
    "what is told of again counts again": ("repeated_reports", plus(earlier_concern(Concern.HONOUR_RELATED))),
    "repeats by the same reporter count": ("repeated_reports", plus(by_the_same)),
    "repeats by others count": ("repeated_reports", plus(by_others)),
    "custody reports count": ("repeated_reports", plus(by_a_parent)),
    "what is recorded twice counts twice": ("repeated_reports", plus(every_event)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught_by_the_probe_that_should_catch_it(fault: str) -> None:
    code, scorer = FAULTS[fault]
    found = PROBES[code](scorer)
    assert found.code == code
    assert found.verdict == "failed"
    assert found.closest == found.broken[0]
    assert found.broken[0].excess == max(one.excess for one in found.broken) > 0


@pytest.mark.parametrize("code", PROBES)
def test_every_probe_has_a_planted_fault_and_says_cannot_tell_when_the_candidate_abstains(code: str) -> None:
    assert code in {caught_by for caught_by, _ in FAULTS.values()}
    silent = PROBES[code](lambda cases: np.full(len(cases), np.nan))
    assert silent.verdict == "cannot_tell"
    assert silent.untold == silent.tried > 0
    assert silent.closest is None


def test_the_worst_case_is_named_with_its_ages() -> None:
    found = PROBES["infants_first"](FAULTS["one month of the first year is low"][1])
    assert "7 months and 12 months" in found.broken[0].case.en


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("repeats by the same reporter count", "the same reporter five times more"),
        ("repeats by others count", "an earlier report, repeated five times"),
        ("what is told of again counts again", "something acute, repeated five times"),
        ("custody reports count", "five reports in a custody conflict"),
        ("what is recorded twice counts twice", "the file recorded twice"),
    ],
)
def test_each_way_of_saying_the_same_again_is_told_apart(fault: str, words: str) -> None:
    found = PROBES["repeated_reports"](FAULTS[fault][1])
    assert any(one.case.en.endswith(words) for one in found.broken)


def test_a_tie_breaks_before_and_not_not_after() -> None:
    found = PROBES["ordering"](FAULTS["everything is equal"][1])
    assert len(found.broken) == sum(pair.relation == "before" for pair in TABLE.pairs) < len(TABLE.pairs)


def test_only_danger_violence_and_neglect_must_weigh_no_less_for_infants() -> None:
    grave = {vignette.code for vignette in EVERY_AGE if vignette.grave}
    assert grave == {"neglect", "caregiver_incapable", "abuse", "abuse_injury", "sexual_abuse", "witnessed_violence"}
    money = plus(lambda r, _: -0.5 * ((age_of(r) or 99) < 12 and r.concerns[0].concern is Concern.HOUSING_ECONOMY))
    assert PROBES["infants_first"](money).verdict == "passed"


def test_below_the_median_anyhow_is_no_fault_of_an_empty_history() -> None:
    low = plus(lambda _, known: -1.5 * (known == NOTHING_KNOWN))
    assert history.nothing_known(low, EVERY_AGE, 0.999).verdict == "passed"
    assert history.nothing_known(low, EVERY_AGE, float("nan")).verdict == "cannot_tell"


def test_a_report_says_what_failed_in_both_languages_and_as_json() -> None:
    report = run_probes(FAULTS["older is higher"][1], row_scorer, ROWS, TABLE)
    plain = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert report.passed is plain["passed"] is False
    assert "age_swing" in repr(report)
    assert "not signed by a practitioner" in repr(report)
    assert {result.code for result in report.failed} == {
        result["code"] for result in plain["results"] if result["verdict"] == "failed"
    }
    assert all(result["sv"] and result["en"] and result["detail"]["sv"] for result in plain["results"])
    assert plain["table"]["signed"] is False
    curve = plain["age_curves"][0]
    assert len(curve["by_year"]) == 18
    assert curve["lowest"] == curve["by_year"][0] < curve["by_year"][-1] <= curve["highest"]


def test_what_cannot_be_told_is_no_pass() -> None:
    report = run_probes(lambda cases: np.full(len(cases), np.nan), row_scorer, ROWS, TABLE)
    assert not report.failed
    assert report.untold
    assert not report.passed
    assert report.to_dict()["age_curves"][0]["lowest"] is None


def test_a_scorer_made_from_rows_gives_what_the_rows_of_each_case_give() -> None:
    cases = [situation.case for situation in SITUATIONS[:6]] * 2
    one_by_one = np.concatenate([row_scorer(build_one(*case).values) for case in cases])
    assert scorer_of(row_scorer)(cases).tolist() == one_by_one.tolist()


@pytest.fixture(scope="session")
def probed(made, municipality) -> ProbeReport:
    """Trees that were really trained; any rising line from margin to estimate keeps what is tested here."""
    booster = load_bundle(made.bundle, purpose="evaluation").booster
    rows = build(load(municipality)).values[made.trained.split.test.rows]

    def estimates(values):
        return 1 / (1 + np.exp(-booster.predict(values, raw_score=True, num_threads=1)))

    return run_probes(scorer_of(estimates), estimates, rows, TABLE)


@pytest.mark.parametrize("code", ["monotone", "order_of_items", "same_child"])
def test_a_trained_bundle_never_turns_on_names_order_or_against_a_direction(probed: ProbeReport, code: str) -> None:
    """What training can learn wrongly (age, windows) is for the caller to block; this no data may change."""
    found = next(result for result in probed.results if result.code == code)
    assert found.verdict == "passed", found.text.en


def test_every_probe_can_be_told_on_a_trained_bundle(probed: ProbeReport) -> None:
    assert not probed.untold
    assert probed.passed == (not probed.failed)
