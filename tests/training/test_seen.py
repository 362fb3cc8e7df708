"""What training has seen, and on whom the model would have kept silent, is what `triage` answers report by report."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from features.folder import load
from training.card.facts import card_facts
from training.card.gaps import gaps
from training.inputs import Inputs, gather
from training.plan import TrainingPlan
from training.seen import SILENCES, count_silent
from training.train import Trained
from triage.batch import assess_all
from triage.bundle import Bundle, load_bundle
from triage.law import load_law
from triage.support import FEWEST_SEEN


@pytest.fixture(scope="module")
def cases(municipality):
    return load(municipality)


@pytest.fixture(scope="module")
def inputs(cases) -> Inputs:
    return gather(cases, TrainingPlan(), lambda _: None)


@pytest.fixture(scope="module")
def rows(inputs):
    return inputs.rows


@pytest.fixture(scope="module")
def trained(made) -> Trained:
    return made.trained


@pytest.fixture(scope="module")
def bundle(made) -> Bundle:
    return load_bundle(made.bundle, purpose="evaluation")


def test_every_code_and_unit_that_enough_training_reports_hold_was_seen_and_no_other(cases, trained: Trained) -> None:
    reports, concerns = cases.frame("reports"), cases.frame("concerns")
    part = reports.iloc[trained.split.train.rows]
    of_part = concerns.merge(part[["report_id", "child_id"]], on=["report_id", "child_id"])
    columns = {name: part[name] for name in ("unit", "referral_type", "reporter")} | {"concerns": of_part["concern"]}
    for field, column in columns.items():
        times = Counter(column)
        often = tuple(sorted(code for code, number in times.items() if number >= FEWEST_SEEN))
        assert trained.facts.support.codes[field] == often
    assert trained.facts.units == trained.facts.support.codes["unit"]


def test_no_report_after_training_widens_what_was_seen(rows, trained: Trained) -> None:
    """Limits are values that training rows hold."""
    seen = trained.facts.support
    values = rows.values[trained.split.train.rows]
    for name, low, high in zip(seen.names, seen.low, seen.high, strict=True):
        column = values[:, rows.names.index(name)]
        if low is not None:
            assert {low, high} <= set(column)
        else:
            assert (~np.isnan(column)).sum() < 2 * FEWEST_SEEN


SETTINGS = [
    {},
    {"widest": 0.02},
    {"slack": 0.25},
    {"unit": "syn-unit-1", "reporter": "police", "concerns": "neglect"},
]


@pytest.mark.parametrize("changes", SETTINGS, ids=str)
def test_silences_counted_over_columns_are_those_answered_report_by_report(
    cases, inputs, trained: Trained, bundle: Bundle, changes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts, asked = trained.facts, trained.split.test.all_rows[::3]
    monkeypatch.setattr("triage.support.SLACK", changes.get("slack", 2.0))
    codes = {
        field: tuple(code for code in held if code != changes.get(field)) for field, held in facts.support.codes.items()
    }
    facts = replace(facts, support=replace(facts.support, codes=codes), widest=changes.get("widest", facts.widest))
    margin = np.asarray(bundle.booster.predict(inputs.values, raw_score=True))
    counted = count_silent(inputs, margin, asked, facts)

    keys = cases.frame("reports")[["report_id", "child_id"]].iloc[asked]
    only = list(keys.itertuples(index=False, name=None))
    answers = assess_all(cases, replace(bundle, facts=facts), load_law(), only=only)
    answered = Counter(answer.model.why.code for answer in answers if answer.model.why is not None)
    assert {code: number for code, number in counted.by_reason.items() if number} == answered
    assert (
        sum(answered.values()) == sum(answer.score is None for answer in answers) == round(counted.share * len(asked))
    )
    if "reporter" in changes:
        assert all(counted.by_reason[code] for code in SILENCES[:3])
    if "widest" in changes:
        assert counted.by_reason["interval_too_wide"]


def test_the_widths_told_are_those_of_the_tested_period(rows, trained: Trained, bundle: Bundle) -> None:
    margin = np.asarray(bundle.booster.predict(rows.values[trained.split.test.all_rows], raw_score=True))
    low, high = bundle.facts.calibration.interval(margin)
    silent = trained.silent
    assert silent.reports == len(margin)
    assert (high - low <= silent.width_median).mean() >= 0.5 >= (high - low < silent.width_median).mean()
    assert (high - low <= silent.width_95).mean() >= 0.95 - 1 / len(margin)


def test_the_card_says_how_often_how_wide_and_what_is_not_read(cases, trained: Trained) -> None:
    law, plan = load_law(), TrainingPlan(synthetic=True)
    card = card_facts(trained, cases, law, plan)
    assert list(gaps(card)) == []
    measured = card["quantitative_analyses"]
    assert [reason["code"] for reason in measured["abstains"]["reasons"]] == list(SILENCES)
    shares = sum(reason["share"] for reason in measured["abstains"]["reasons"])
    assert measured["abstains"]["share"] == pytest.approx(shares, abs=1e-5)
    assert measured["intervals"]["widest"] == plan.widest
    assert measured["intervals"]["n"] == len(trained.split.calibrate.rows)
    assert card["left_out"]["splits"] == 0
    for name, language in (("barnets ålder", "sv"), ("the child's age", "en")):
        assert name in card["left_out"][language]
    assert "age_months" not in {feature["name"] for feature in card["features"]}
    everything = card_facts(trained, cases, law, replace(plan, trees=replace(plan.trees, leave_out=())))
    assert list(gaps(everything)) == []
    assert "age_months" in {feature["name"] for feature in everything["features"]}
