"""On feature rows: every direction is followed, and an infant's zero is no better than unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.build import REGISTRY
from training.probes import history, load_table
from training.probes.monotone import monotone

EVERY_AGE = load_table().every_age
ROWS = np.random.default_rng(7).integers(0, 4, (60, len(REGISTRY.names))).astype(float)
DIRECTION = np.array([feature.direction for feature in REGISTRY.features])


def row_scorer(rows):
    """A score that follows every direction, and reads what is missing as zero."""
    return 1 / (1 + np.exp(3 - 0.01 * np.nan_to_num(rows) @ DIRECTION))


@pytest.mark.parametrize(
    "feature", [feature for feature in REGISTRY.features if feature.direction], ids=lambda f: f.name
)
def test_one_feature_against_its_direction_is_caught_and_named(feature) -> None:
    column = REGISTRY.names.index(feature.name)

    def against(rows):
        return 1 / (1 + np.exp(0.02 * feature.direction * np.nan_to_num(rows[:, column]) - row_scorer(rows)))

    found = monotone(against, ROWS, REGISTRY.features)
    assert [feature.name in one.case.en for one in found.broken] == [True]


@given(weights=st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=DIRECTION.size, max_size=DIRECTION.size))
def test_monotone_agrees_with_the_signs_of_a_linear_scorer(weights: list[float]) -> None:
    found = monotone(lambda rows: 1 / (1 + np.exp(-0.01 * rows @ np.array(weights))), ROWS, REGISTRY.features)
    assert len(found.broken) == int((np.array(weights) * DIRECTION < 0).sum())
    assert found.tried == int((DIRECTION != 0).sum())


def test_a_dip_in_the_middle_of_a_feature_is_caught() -> None:
    column = next(place for place, feature in enumerate(REGISTRY.features) if feature.direction == 1)
    found = monotone(lambda rows: 0.5 - 0.1 * (rows[:, column] == 2), ROWS, REGISTRY.features)
    assert "from 1 to 2" in found.broken[0].case.en


def test_a_feature_that_can_only_lower_is_moved_the_other_way() -> None:
    downwards = [replace(feature, direction=-feature.direction) for feature in REGISTRY.features]
    assert monotone(row_scorer, ROWS, downwards).verdict == "failed"
    assert monotone(lambda rows: 1 - row_scorer(rows), ROWS, downwards).verdict == "passed"


def test_monotone_without_rows_cannot_tell() -> None:
    assert monotone(row_scorer, ROWS[:0], REGISTRY.features).verdict == "cannot_tell"


def test_zero_that_comforts_infants_is_caught_where_missing_is_read_as_the_average() -> None:
    def imputing(rows):
        return row_scorer(np.where(np.isnan(rows), 30.0, rows))

    assert history.absent_history(row_scorer, EVERY_AGE).verdict == "passed"
    assert history.absent_history(imputing, EVERY_AGE).verdict == "failed"


def test_history_columns_are_all_that_are_not_of_the_report_itself() -> None:
    from features.of_report import REPORT_FEATURES
    from features.of_who import WHO_FEATURES

    found = history.history_columns(EVERY_AGE[0].at(120)[0])
    assert [name for place, name in enumerate(REGISTRY.names) if place not in found] == list(
        REPORT_FEATURES.names + WHO_FEATURES.names
    )
