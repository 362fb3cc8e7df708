"""The leak audit finds each planted fault by the right check, names no sound column, and stays silent on clean data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features.cases import Cases
from training.leaks import AuditInputs, LeakReport, LeakVerdict, audit
from training.leaks.audit import CHECKS
from training.leaks.matrix import inputs_of
from training.split import SplitPlan
from training.synthetic import Plants, Settings, municipality
from training.synthetic.matrix_plants import COPY, PLANTS, POST_OUTCOME, SAME_DAY

REPORTS = 3_400
PLAN = SplitPlan(test_households=0.4, calibrate_households=0.5, test_time=0.25, calibrate_time=0.31)
"""A plan that even so small a municipality can carry."""

FOUND = {
    "post_outcome_column": ({"truncation", "reached", "outcome_copy"}, {POST_OUTCOME}),
    "same_day_record": ({"truncation", "reached"}, {SAME_DAY}),
    "sibling_across_split": ({"split_household"}, set()),
    "immature_label": ({"immature"}, set()),
    "duplicated_label": ({"label_copy", "single_auc"}, {COPY}),
}
"""By which checks each planted fault is found at least, and in which columns and no others."""
ALSO = {"post_outcome_column": {"single_auc"}}
"""Checks that may find it too, as chance has it."""


def inputs(seed: int, plants: Plants | None = None) -> AuditInputs:
    settings = Settings(reports=REPORTS, seed=seed, plants=plants or Plants())
    return inputs_of(Cases.from_frames(municipality(settings).tables), PLAN)


def codes(report: LeakReport) -> set[str]:
    return {finding.code for finding in report.leaks}


@pytest.fixture(scope="module")
def clean() -> AuditInputs:
    return inputs(seed=1)


@pytest.fixture(scope="module", params=list(PLANTS))
def planted(request: pytest.FixtureRequest, clean: AuditInputs) -> tuple[str, LeakReport]:
    return request.param, audit(PLANTS[request.param](clean))


def test_every_planted_fault_is_found_by_the_right_checks_and_by_no_other(planted) -> None:
    fault, report = planted
    assert FOUND[fault][0] <= codes(report) <= FOUND[fault][0] | ALSO.get(fault, set())


def test_only_faulty_columns_are_named(planted) -> None:
    fault, report = planted
    assert set(report.leaking_columns) == FOUND[fault][1]


def test_a_planted_fault_says_how_many_rows_it_is_in(planted) -> None:
    _, report = planted
    for finding in report.leaks:
        assert 0 < finding.rows <= finding.of <= REPORTS * 1.1, finding


@pytest.mark.parametrize("fault", ["post_outcome_column", "same_day_record"])
def test_a_planted_column_is_found_without_the_rebuild_too(fault: str, clean: AuditInputs) -> None:
    report = audit(replace(PLANTS[fault](clean), rebuild=None))
    assert codes(report) >= FOUND[fault][0] - {"truncation"}
    assert set(report.leaking_columns) == FOUND[fault][1]
    assert [f.verdict for f in report.findings if f.code == "truncation"] == [LeakVerdict.CANNOT_TELL]


def test_back_dated_records_are_found_by_what_they_tell_and_by_no_test_of_times() -> None:
    """Both clocks were set back, so nothing of it lies after the report; a column that counts it is named with it."""
    report = audit(inputs(seed=1, plants=Plants(leak=1.0)))
    assert {"event_auc"} <= codes(report) <= {"event_auc", "single_auc", "label_copy"}
    found = {finding.figures["source"] for finding in report.leaks if finding.code == "event_auc"}
    assert "events/support_accepted" in found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 21))
def test_a_clean_municipality_is_silent_in_every_check(seed: int) -> None:
    report = audit(inputs(seed))
    assert [(finding.code, finding.verdict) for finding in report.findings] == [
        (code, LeakVerdict.NONE_SHOWN) for code in CHECKS
    ]


def test_a_folder_that_cannot_carry_a_split_is_audited_without_one() -> None:
    report = audit(inputs_of(Cases.from_frames(municipality(Settings(reports=400, seed=3)).tables)))
    told = {finding.code: finding.verdict for finding in report.findings}
    assert {told[code] for code in CHECKS if code.startswith("split_")} == {LeakVerdict.CANNOT_TELL}
    assert report.leaks == ()
