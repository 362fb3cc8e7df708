"""What is tested comes later than what was learned from, and no household stands on both sides."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from features.folder import load
from training.labelling.labels import NEED_CONFIRMED, Labels, LabelState, data_end, label
from training.split import SplitPlan, families_of, split
from triage.errors import TrainingRefused


def test_no_household_and_no_child_is_in_two_parts(made, municipality) -> None:
    reports = load(municipality).frame("reports")
    parts = made.trained.split
    for column in ("household_id", "child_id", "report_id"):
        sides = [set(reports[column].iloc[part.rows]) for part in (parts.train, parts.calibrate, parts.test)]
        assert not sides[0] & sides[1], column
        assert not (sides[0] | sides[1]) & sides[2], column


def test_every_learned_label_was_known_before_the_first_tested_report(made, municipality) -> None:
    received = load(municipality).frame("reports")["received_at"]
    parts = made.trained.split
    learned = received.iloc[np.concatenate([parts.train.rows, parts.calibrate.rows])].max()
    assert learned + parts.gap <= received.iloc[parts.test.rows].min()
    assert received.iloc[parts.train.rows].max() < received.iloc[parts.calibrate.rows].min()


def test_only_reports_with_a_known_outcome_are_learned_from_or_tested_on(made) -> None:
    parts, known = made.trained.split, made.trained.labels.known
    used = np.concatenate([parts.train.rows, parts.calibrate.rows, parts.test.rows])
    assert known[used].all()
    assert len(used) + parts.left_out == known.sum()


def test_other_families_and_another_order_of_rows_move_no_household_to_the_other_side(municipality) -> None:
    cases = load(municipality)
    reports, end = cases.frame("reports"), data_end(cases)
    labels, family = label(cases, NEED_CONFIRMED, end), families_of(reports)
    rng = np.random.default_rng(0)
    gone = rng.choice(np.setdiff1d(family, family[reports["received_at"].argmin()]), 1000, replace=False)
    rows = rng.permutation(np.flatnonzero(~np.isin(family, gone)))
    fewer = reports.iloc[rows].reset_index(drop=True)
    whole = split(reports, labels, end, SplitPlan())
    parts = split(fewer, Labels(NEED_CONFIRMED, labels.state[rows]), end, SplitPlan())
    for one, other in zip(parts.parts, whole.parts, strict=True):
        assert rows[one.rows].tolist() == other.rows[np.isin(other.rows, rows)].tolist() != []


def test_nothing_is_left_out_because_its_family_comes_back(made, municipality) -> None:
    reports, parts = load(municipality).frame("reports"), made.trained.split
    family = families_of(reports)
    later = family[(reports["received_at"] >= parts.calibrate.start).to_numpy()]
    assert np.isin(family[parts.train.rows], later).mean() > 0.1


def test_a_horizon_longer_than_the_data_is_refused_with_the_numbers() -> None:
    times = pd.date_range("2024-01-01", periods=300, freq="D", tz="UTC")
    reports = pd.DataFrame({"report_id": "r", "child_id": "c", "household_id": "h", "received_at": times})
    labels = Labels(NEED_CONFIRMED, np.full(300, LabelState.POSITIVE.value, dtype=object))
    with pytest.raises(TrainingRefused, match=r"span 299 days; a horizon of 180 days"):
        split(reports, labels, times[-1].to_pydatetime(), SplitPlan())


def test_a_part_without_enough_of_either_outcome_is_refused_with_the_numbers() -> None:
    times = pd.date_range("2020-01-01", periods=1500, freq="D", tz="UTC")
    ids = [f"h{n}" for n in range(1500)]
    reports = pd.DataFrame({"report_id": ids, "child_id": ids, "household_id": ids, "received_at": times})
    labels = Labels(NEED_CONFIRMED, np.full(1500, LabelState.POSITIVE.value, dtype=object))
    with pytest.raises(TrainingRefused, match=r"the part train .* and 0 without; at least 40"):
        split(reports, labels, times[-1].to_pydatetime() + dt.timedelta(1), SplitPlan())


def test_a_child_that_moved_or_whose_household_is_missing_once_stays_with_its_family() -> None:
    reports = pd.DataFrame({"child_id": ["x", "x", "x", "y", "z"], "household_id": ["b", None, "a", "b", None]})
    reports["received_at"] = pd.date_range("2024-01-01", periods=5, freq="D", tz="UTC")
    assert families_of(reports).tolist() == ["x", "x", "x", "x", "z"]


def test_no_child_is_on_two_sides_although_households_go_missing(municipality) -> None:
    cases = load(municipality)
    reports = cases.frame("reports")
    reports["household_id"] = reports["household_id"].mask(np.arange(len(reports)) % 3 == 0)
    end = data_end(cases)
    parts = split(reports, label(cases, NEED_CONFIRMED, end), end, SplitPlan())
    learned, tested = (set(reports["child_id"].iloc[part.all_rows]) for part in (parts.train, parts.test))
    assert not learned & tested
    assert not set(reports["child_id"].iloc[parts.calibrate.all_rows]) & (learned | tested)
