"""A plan says everything that decides a training; the shipped file says the defaults; the bar is set before."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import tomllib
from dataclasses import fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from features.build import REGISTRY
from training.bar import PROBES, probe_figures
from training.fit import TreePlan
from training.labelling.standard import CARE_OR_POLICE, NEED_CONFIRMED, NEW_REPORT_INVESTIGATED
from training.plan import BacktestPlan, Bar, TrainingPlan, TuningPlan, check_span, plan_of, read_plan
from training.probes import load_table, run_probes, scorer_of
from training.split import SplitPlan
from triage.errors import TrainingRefused

SHIPPED = resources.files("training").joinpath("training.toml").read_text(encoding="utf-8")

PLANS = st.builds(
    TrainingPlan,
    name=st.text(st.characters(exclude_categories=("Cs", "Nd")), min_size=1),
    outcome=st.sampled_from([NEED_CONFIRMED, NEW_REPORT_INVESTIGATED]),
    also=st.just((CARE_OR_POLICE,)),
    backtest=st.builds(BacktestPlan, cuts=st.integers(1, 99), seed=st.integers(0, 2**31 - 1)),
    split=st.builds(SplitPlan, test_households=st.floats(0.01, 0.99), test_time=st.floats(0.01, 0.49)),
    trees=st.builds(TreePlan, rate=st.floats(0.001, 1), leave_out=st.sampled_from([(), ("reports_90", "concerns")])),
    tuning=st.builds(TuningPlan, trials=st.integers(0, 99), seconds=st.none() | st.floats(0.1, 1e6)),
    capacity=st.floats(0.01, 0.99),
    reports_per_day=st.none() | st.floats(0.1, 1e3),
    bar=st.builds(Bar, auc_at_least=st.floats(0.5, 0.99), probes=st.sampled_from([(), PROBES[:3]])),
    challenger=st.booleans(),
)


def test_shipped_file_says_exactly_the_defaults() -> None:
    written, default = tomllib.loads(SHIPPED), TrainingPlan().to_dict()
    assert read_plan() == TrainingPlan()
    assert written.keys() == default.keys()
    outcomes = {"outcome", "also"}
    assert {key: written[key] for key in written.keys() - outcomes} == {
        key: default[key] for key in default.keys() - outcomes
    }


def test_shipped_file_mentions_every_key_that_a_plan_may_have() -> None:
    records = [
        TrainingPlan(),
        *(getattr(TrainingPlan(), name) for name in ("backtest", "split", "trees", "tuning", "bar")),
    ]
    records += [NEED_CONFIRMED, NEED_CONFIRMED.components[0], NEED_CONFIRMED.components[0].event]
    records += [NEW_REPORT_INVESTIGATED.components[0].report]
    for record in records:
        for field in fields(record):
            assert field.name in SHIPPED, field.name


@given(plan=PLANS)
@settings(max_examples=40, deadline=None)
def test_plan_reads_back_from_plain_data_and_from_json(plan: TrainingPlan) -> None:
    assert plan_of(plan.to_dict()) == plan
    assert plan_of(json.loads(json.dumps(plan.to_dict()))) == plan


def test_what_is_left_out_keeps_its_default(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("capacity = 0.1\n[tuning]\ntrials = 0\n", encoding="utf-8")
    assert read_plan(tmp_path / "mine.toml") == TrainingPlan(capacity=0.1, tuning=TuningPlan(trials=0))


def test_outcome_of_the_library_may_be_named() -> None:
    plan = plan_of({"outcome": "care_or_police", "also": ["need_confirmed", NEW_REPORT_INVESTIGATED.to_dict()]})
    assert plan.outcomes == (CARE_OR_POLICE, NEED_CONFIRMED, NEW_REPORT_INVESTIGATED)


def test_horizon_that_is_edited_in_the_shipped_file_must_be_edited_in_its_words_too(tmp_path: Path) -> None:
    head, _, tail = SHIPPED.partition("horizon_days = 180")
    (tmp_path / "mine.toml").write_text(f"{head}horizon_days = 120{tail}", encoding="utf-8")
    with pytest.raises(
        TrainingRefused, match=r"^mine.toml has 1 mistake(.|\n)*horizon_days is 120, and the text does not"
    ):
        read_plan(tmp_path / "mine.toml")
    tail = tail.replace("180 dagar", "120 dagar", 1).replace("180 days", "120 days", 1)
    (tmp_path / "mine.toml").write_text(f"{head}horizon_days = 120{tail}", encoding="utf-8")
    assert read_plan(tmp_path / "mine.toml").outcome.horizon_days == 120


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"capacity": 1.4}, "capacity is 1.4. Allowed: less than 1."),
    ({"capacity": "a fifth"}, "capacity is 'a fifth'. Allowed: a valid number."),
    ({"widest": math.nan}, "widest is nan. Allowed: a finite number."),
    ({"name": ""}, "name is ''. Allowed: String should have at least 1 character."),
    ({"synthetic": "yes"}, "synthetic is 'yes'. Allowed: a valid boolean."),
    ({"reports_per_day": 0}, "reports_per_day is 0. Allowed: greater than 0."),
    ({"horizon": 30}, "horizon is not a key here. Allowed: name, outcome, also, backtest,"),
    ({"outcome": "harm"}, "'harm' comes with no declaration. Allowed: need_confirmed,"),
    ({"also": "care_or_police"}, "also is 'care_or_police'. Allowed: a list in brackets."),
    ({"also": [{"name": "X y"}]}, "also[1].name is 'X y'. Allowed: small letters"),
    ({"also": [{"nmae": "x"}]}, "also[1].nmae is not a key here. Allowed: name, text, horizon_days,"),
    ({"also": [{"components": [{"event": {"knid": 1}}]}]}, "also[1].components[1].event.knid is not a key here. Allowed: kind,"),
    ({"backtest": {"cuts": 0}}, "backtest.cuts is 0. Allowed: greater than or equal to 1."),
    ({"backtest": {"cuts": 2.5}}, "backtest.cuts is 2.5. Allowed: a valid integer"),
    ({"backtest": 8}, "backtest is 8. Allowed: a table."),
    ({"tuning": {"seconds": -1.0}}, "tuning.seconds is -1.0. Allowed: greater than 0."),
    ({"tuning": {"seed": -1}}, "tuning.seed is -1. Allowed: greater than or equal to 0."),
    ({"trees": {"deep": 5}}, "trees.deep is not a key here. Allowed: rounds, leaves,"),
    ({"trees": {"rounds": 0, "rate": 2.0}}, "rounds is 0; allowed: 1 or more; rate is 2; allowed: above 0, up to 1"),
    ({"trees": {"leave_out": ["age"]}}, "leave_out names age; allowed: concern_neglect,"),
    ({"bar": {"slope_between": [1.2, 0.8]}}, "slope_between is 1.2 to 0.8. Write the lower end first."),
    ({"bar": {"slope_between": [1.2]}}, "bar.slope_between[2] is missing."),
    ({"bar": {"auc_at_least": 0.4}}, "bar.auc_at_least is 0.4. Allowed: greater than or equal to 0.5."),
    ({"bar": {"precision_lift_at_least": 0.5}}, "precision_lift_at_least is 0.5. Allowed: greater than or equal to 1."),
    ({"bar": {"probes": ["age"]}}, "no probe is called age. Allowed: age_swing,"),
    ({"justifications": [{"attribute": "aeg", "text": "x"}]}, "justifications[1].attribute: 'aeg' is not audited. Allowed: sex, birth_region,"),
    ({"justifications": 2 * [{"attribute": "age", "text": "x"}]}, "justifications has two texts for one attribute: age, age."),
    ({"outcome": {**NEED_CONFIRMED.to_dict(), "out_of_sight": [{"kind": "contact", "within": "child", "details": ["scool"]}]}},
     "contact has no details scool. Allowed: school,"),
    ({"split": {"test_households": 1.0}}, "split.test_households is 1.0. Allowed: less than 1."),
    ({"split": {"test_time": 0.5, "calibrate_time": 0.5}}, "split: test_time 0.5 and calibrate_time 0.5 leave no time to train."),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "said"), WRONG, ids=[said.split(" ")[0] for _, said in WRONG])
def test_mistake_is_told_with_key_value_and_what_is_allowed(plain: dict[str, Any], said: str) -> None:
    with pytest.raises(TrainingRefused) as refused:
        plan_of(plain)
    assert said in str(refused.value)
    assert refused.value.exit_code == 6


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    picked = [WRONG[number] for number in (0, 2, 3, 4, 5, 6, 7, 12, 15, 17, 22, 24)]
    plain: dict[str, Any] = {}
    for part, _ in picked:
        for key, value in part.items():
            plain[key] = {**plain.get(key, {}), **value} if isinstance(value, dict) else value
    with pytest.raises(TrainingRefused) as refused:
        plan_of(plain, "mine.toml")
    assert str(refused.value).startswith(f"mine.toml has {len(picked)} mistakes")
    for _, said in picked:
        assert said in str(refused.value)


@pytest.mark.parametrize(("data", "said"), [(b"a = = 1", "at line 1"), (b"name = '\xff'", "utf-8")])
def test_file_that_is_no_toml_is_refused_by_name(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "mine.toml").write_bytes(data)
    with pytest.raises(TrainingRefused, match=f"mine.toml cannot be read as TOML.*{said}"):
        read_plan(tmp_path / "mine.toml")


def test_personal_number_is_refused_by_its_key_and_never_shown() -> None:
    with pytest.raises(TrainingRefused) as refused:
        plan_of({"contact": "880320-0016", "880320-0016": 1, "also": [{"text": {"sv": "8803200016"}}]})
    assert "contact holds a personal identity number" in str(refused.value)
    assert "*** holds" in str(refused.value)
    assert "also[1].text.sv holds" in str(refused.value)
    assert "0016" not in str(refused.value)


@pytest.mark.parametrize("also", [(), (NEW_REPORT_INVESTIGATED,)])
def test_unit_that_decides_everything_itself_is_not_enough(also: tuple) -> None:
    with pytest.raises(ValidationError, match="could only confirm"):
        TrainingPlan(also=also)
    assert not TrainingPlan(outcome=CARE_OR_POLICE, also=also).outcome.self_deciding


def test_one_outcome_may_not_stand_twice() -> None:
    with pytest.raises(ValidationError, match="same name: need_confirmed, care_or_police, need_confirmed"):
        TrainingPlan(also=(CARE_OR_POLICE, NEED_CONFIRMED))


def test_plan_that_cannot_be_is_not_made_in_python_either() -> None:
    with pytest.raises(ValidationError, match="less than 1"):
        TrainingPlan(capacity=2)
    with pytest.raises(ValidationError, match="less than 1"):
        replace(TrainingPlan(), capacity=2.0)


def days(count: int) -> tuple[dt.datetime, dt.datetime]:
    first = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    return first, first + dt.timedelta(days=count)


def test_horizon_longer_than_the_data_is_refused_with_the_two_numbers() -> None:
    check_span(TrainingPlan(), *days(181))
    for span in (150, 180):
        with pytest.raises(TrainingRefused, match=rf"span {span} days, and the horizon is 180 days \(need_confirmed\)"):
            check_span(TrainingPlan(), *days(span))


def test_horizon_of_what_is_measured_beside_counts_as_well() -> None:
    text = replace(CARE_OR_POLICE.text, sv="inom 365 dagar", en="within 365 days")
    plan = TrainingPlan(also=(replace(CARE_OR_POLICE, horizon_days=365, text=text),))
    with pytest.raises(
        TrainingRefused, match=r"span 300 days, and the horizon is 365 days \(care_or_police\): no outcome"
    ):
        check_span(plan, *days(300))


CLEARS = {"auc": 0.65, "gain": 0.01, "calibration_slope": 0.8, "queue_precision": 0.875, "queue_base_rate": 0.5} | {
    f"probe_{code}": 1.0 for code in PROBES
}


def short(**changed: float | None) -> list[str]:
    figures = {key: value for key, value in {**CLEARS, **changed}.items() if value is not None}
    return [shortfall.figure for shortfall in Bar().judge(figures)]


def test_what_just_clears_the_bar_clears_it() -> None:
    assert short() == []
    assert short(calibration_slope=1.2) == []


@pytest.mark.parametrize(
    ("changed", "figure"),
    [
        ({"auc": 0.6499}, "auc"),
        ({"gain": 0.0099}, "gain"),
        ({"calibration_slope": 0.799}, "calibration_slope"),
        ({"calibration_slope": 1.201}, "calibration_slope"),
        ({"queue_precision": 0.874}, "precision_lift"),
        ({"probe_ordering": 0.0}, "probe_ordering"),
        *(({name: unknown}, name) for name in ("auc", "gain", "probe_monotone") for unknown in (None, math.nan)),
        ({"queue_base_rate": 0.0}, "precision_lift"),
        ({"queue_base_rate": None}, "precision_lift"),
        ({"queue_precision": math.nan}, "precision_lift"),
    ],
)
def test_each_figure_below_the_bar_and_each_that_cannot_be_told_falls_short(changed: dict, figure: str) -> None:
    assert short(**changed) == [figure]


def test_nothing_measured_is_no_pass() -> None:
    found = Bar().judge({})
    probes = [f"probe_{code}" for code in PROBES]
    assert [one.figure for one in found] == ["auc", "gain", "calibration_slope", "precision_lift", *probes]
    assert all(one.found is None and "which is no pass" in one.text.en for one in found)
    assert Bar().judge({**CLEARS, "auc": math.nan})[0].to_dict()["found"] is None


def test_shortfall_says_what_was_found_and_what_is_asked_in_both_languages() -> None:
    found = Bar().judge({**CLEARS, "auc": 0.6123, "calibration_slope": 1.4, "probe_ordering": 0.0})
    assert [one.to_dict() for one in found] == [
        {
            "figure": "auc",
            "found": 0.6123,
            "sv": "AUC är 0,612; kravet är minst 0,650.",
            "en": "The AUC is 0.612; the bar asks for at least 0.650.",
        },
        {
            "figure": "calibration_slope",
            "found": 1.4,
            "sv": "Kalibreringens lutning är 1,400; kravet är 0,800 till 1,200.",
            "en": "The calibration slope is 1.400; the bar asks for 0.800 to 1.200.",
        },
        {
            "figure": "probe_ordering",
            "found": 0.0,
            "sv": "Provet ordering klarades inte; kravet är att det klaras.",
            "en": "The probe ordering did not pass; the bar asks that it does.",
        },
    ]


def test_digest_is_of_canonical_json_and_changes_with_every_demand() -> None:
    text = (
        '{"auc_at_least":0.65,"gain_at_least":0.01,"precision_lift_at_least":1.75,"probes":["ordering"],'
        '"slope_between":[0.8,1.2]}'
    )
    bar = Bar(probes=("ordering",))
    assert bar.digest() == hashlib.sha256(text.encode()).hexdigest()
    others = [
        replace(bar, auc_at_least=0.66),
        replace(bar, gain_at_least=0.02),
        replace(bar, slope_between=(0.8, 1.1)),
        replace(bar, precision_lift_at_least=1.3),
        replace(bar, probes=()),
    ]
    assert len({bar.digest(), *(one.digest() for one in others)}) == 1 + len(fields(Bar))
    assert Bar(precision_lift_at_least=2).digest() == Bar(precision_lift_at_least=2.0).digest()


def test_bar_knows_the_probes_that_there_are() -> None:
    def nothing(rows: np.ndarray) -> np.ndarray:
        return np.where(np.arange(len(rows)) % 2 == 0, 0.5, np.nan)

    report = run_probes(scorer_of(nothing), nothing, np.zeros((4, len(REGISTRY.names))), load_table())
    assert tuple(result.code for result in report.results) == PROBES
    verdicts = {f"probe_{result.code}": result.verdict for result in report.results}
    figures = probe_figures(report)
    assert figures.keys() == {code for code, verdict in verdicts.items() if verdict != "cannot_tell"}
    assert all(value == (verdicts[code] == "passed") for code, value in figures.items())
    assert len(figures) < len(PROBES)
