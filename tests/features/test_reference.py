"""Here we hold every feature against a reference that was written independently, on 20 000 random reports."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from features.build import REGISTRY, build
from features.cases import Cases
from tests.features import reference
from tests.features.random_cases import Frames, random_frames
from tests.features.reference import DAY, ago


def agree(built: pd.Series, expected: pd.Series) -> None:
    """Hold two columns equal; sums that fade are added up in another order, and differ in their last digits at most."""
    close = np.isclose(
        built, expected, rtol=0, atol=1e-12 if REGISTRY[built.name].unit == "faded" else 0, equal_nan=True
    )
    assert close.all(), (built[~close].head().tolist(), expected[~close].head().tolist())


def built_from(frames: Frames) -> pd.DataFrame:
    cases = Cases.from_frames(frames)
    assert cases.set_aside == ()
    rows = build(cases)
    return pd.DataFrame(rows.values, columns=list(rows.names))


@pytest.fixture(scope="module")
def frames() -> Frames:
    return random_frames(seed=20_000)


@pytest.fixture(scope="module")
def built(frames: Frames) -> pd.DataFrame:
    return built_from(frames)


@pytest.fixture(scope="module")
def expected(frames: Frames) -> pd.DataFrame:
    return reference.build(frames)


def test_there_are_20_000_reports_of_about_7_000_children_and_some_are_about_several(frames: Frames) -> None:
    reports = frames["reports"]
    assert len(reports) == 20_000
    assert reports["child_id"].nunique() == pytest.approx(7_000, rel=0.1)
    assert reports["report_id"].duplicated().sum() > 1_000


def test_the_reference_has_every_feature_and_no_other(expected: pd.DataFrame) -> None:
    assert sorted(expected.columns) == sorted(REGISTRY.names)


@pytest.mark.parametrize("name", REGISTRY.names)
def test_a_feature_agrees_with_the_reference(name: str, built: pd.DataFrame, expected: pd.DataFrame) -> None:
    agree(built[name], expected[name])


@pytest.mark.parametrize("name", REGISTRY.names)
def test_a_feature_takes_several_values_in_the_data(name: str, expected: pd.DataFrame) -> None:
    assert len(expected[name].drop_duplicates()) > 1


# ---------------------------------------------------------------- planted faults


@pytest.fixture(scope="module")
def few(frames: Frames) -> Frames:
    """All there is about one child in eight."""
    children = frames["reports"]["child_id"].drop_duplicates().iloc[::8]
    return {name: frame[frame["child_id"].isin(children)] for name, frame in frames.items()}


@pytest.fixture(scope="module")
def right(few: Frames) -> pd.DataFrame:
    return reference.build(few)


def ago_by_the_wall_clock(lines: pd.DataFrame) -> pd.Series:
    at, then = (
        lines[name].dt.tz_convert("Europe/Stockholm").dt.tz_localize(None) for name in ("received_at", "happened_at")
    )
    return at - then


def last_by(*columns: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Take each report's last line in another order than the one promised; an event has no total."""
    return lambda x: x.sort_values([*x.columns.intersection(columns)], kind="stable").drop_duplicates(
        "row", keep="last"
    )


FAULTS = {
    "recorded at the cut": ("known", lambda x: (x.recorded_at <= x.received_at) & ~(x.withdrawn_at < x.received_at)),
    "happened is enough": ("known", lambda x: (x.happened_at < x.received_at) & ~(x.withdrawn_at < x.received_at)),
    "never withdrawn": ("known", lambda x: x.recorded_at < x.received_at),
    "withdrawn at the cut": ("known", lambda x: (x.recorded_at < x.received_at) & ~(x.withdrawn_at <= x.received_at)),
    "far edge left out": ("window", lambda x, far, near=0: x[(ago(x) < far * DAY) & (ago(x) > near * DAY)]),
    "days of the wall clock": ("ago", ago_by_the_wall_clock),
    "months of UTC": ("ZONE", "UTC"),
    "repeats end a microsecond early": ("REPEAT", reference.REPEAT - pd.Timedelta(microseconds=1)),
    "latest by place in the table": ("latest", last_by("happened_at")),
    "latest by time and total": ("latest", last_by("happened_at", "total")),
    "latest recorded": ("latest", last_by("recorded_at")),
}


@pytest.mark.parametrize(("name", "fault"), FAULTS.values(), ids=FAULTS)
def test_the_data_can_tell_a_planted_fault(
    name: str, fault: object, few: Frames, right: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, name, fault)
    assert not reference.build(few).equals(right)


# ---------------------------------------------------------------- entered twice, at one instant


@pytest.fixture(scope="module")
def twice(few: Frames) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every report filed twice at once, every standing assessment entered again an hour later: as built, as expected."""
    reports, events = few["reports"], few["events"]
    again = events[(events["kind"] == "screening_decided") & events["withdrawn_at"].isna()]
    again = again.assign(
        event_id=again["event_id"] + "-again",
        recorded_at=again["recorded_at"] + pd.Timedelta(hours=1),
        detail=again["detail"].map({"open": "not_open", "not_open": "open"}).fillna("transferred"),
    )
    frames = few | {
        "reports": pd.concat([reports, reports.assign(report_id=reports["report_id"] + "-again")]),
        "events": pd.concat([events, again]),
    }
    return built_from(frames), reference.build(frames)


@pytest.mark.parametrize("name", REGISTRY.names)
def test_a_feature_agrees_when_entries_are_doubled(name: str, twice: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    built, expected = twice
    agree(built[name], expected[name])
