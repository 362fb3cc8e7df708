"""A figure without enough behind it says so, with the reason: never 0, never 1, no warning, no exception."""

from __future__ import annotations

import json

import numpy as np
import pytest

from triage.audit import Attribute, Group, Inputs, Outcomes, SampleKind, Why, audit, measure
from triage.audit.estimable import FEWEST_HOUSEHOLDS, FEWEST_ROWS, WORDS

OUTCOME_FIGURES = {
    "prevalence",
    "true_positive_rate",
    "false_negative_rate",
    "false_positive_rate",
    "true_negative_rate",
    "negative_predictive_value",
    "accuracy",
    "calibration_difference",
}
SORTING = {"selection_rate", *OUTCOME_FIGURES} - {"prevalence", "calibration_difference"}
YES, NO = [1, 0, 0, 0] * 50, [0] * 200


def audited(outcome: object, groups: object, **given: object) -> dict[str, Group]:
    """Measure one attribute; flags alternate unless given."""
    given = {"flagged": [1, 0] * (len(outcome) // 2), "score": np.linspace(0, 1, len(outcome))} | given
    return {group.label: group for group in measure(Inputs.of(outcome, {"g": groups}, **given)).groups}


def reasons(group: Group) -> dict[str, Why | None]:
    """Why each figure is not estimable."""
    for rate in group.rates.values():
        assert (rate.value is None) == (rate.why is not None) == (rate.low is None)
    return {code: rate.why for code, rate in group.rates.items()}


def test_a_group_with_no_positives_has_no_true_positive_rate() -> None:
    found = audited(YES + NO, ["a"] * 200 + ["b"] * 200)
    assert reasons(found["b"])["true_positive_rate"] is Why.NO_POSITIVES
    assert reasons(found["b"])["false_negative_rate"] is Why.NO_POSITIVES
    assert found["b"].rates["false_positive_rate"].value == 0.5
    assert set(reasons(found["a"]).values()) == {None}


def test_one_person_is_too_few_for_any_figure() -> None:
    found = audited([*YES, 1, 1], ["a"] * 200 + ["b"] + ["a"])
    told = reasons(found["b"])
    assert set(told.values()) <= {Why.TOO_FEW, Why.NO_NEGATIVES, Why.ALL_SELECTED_HERE}
    assert told["true_positive_rate"] is told["selection_rate"] is told["mean_score"] is Why.TOO_FEW


def test_a_group_with_only_unknown_outcomes_is_unknown_and_not_negative() -> None:
    given = [*YES, *[np.nan] * 200]
    found = audited(given, ["a"] * 200 + ["b"] * 200, outcomes=Outcomes.EVERYONE)
    told = reasons(found["b"])
    assert {told[code] for code in OUTCOME_FIGURES | {"precision"}} == {Why.OUTCOMES_UNKNOWN}
    assert found["b"].rates["selection_rate"].value == 0.5
    assert found["b"].unknown == 200


def test_a_group_that_nobody_belongs_to_is_shown_as_missing() -> None:
    sexes = Attribute.of("g", ["a"] * 200, expected=["a", "b"])
    told = reasons(audited(YES, sexes)["b"])
    assert set(told.values()) == {Why.NO_ONE}


@pytest.mark.parametrize(("flag", "why"), [(1, Why.ALL_SELECTED), (0, Why.NONE_SELECTED)])
def test_a_model_that_flags_everyone_or_no_one_sorts_nobody(flag: int, why: Why) -> None:
    for group in audited(YES, ["a", "a", "b", "b"] * 50, flagged=[flag] * 200).values():
        told = reasons(group)
        assert {told[code] for code in SORTING} == {why}
        assert told["precision"] is (None if flag else why)
        assert told["prevalence"] is None


@pytest.mark.parametrize(("outcome", "why"), [(0, Why.NO_POSITIVES_ANYWHERE), (1, Why.NO_NEGATIVES_ANYWHERE)])
def test_outcomes_that_tell_nobody_apart_carry_no_figure(outcome: int, why: Why) -> None:
    for group in audited([outcome] * 200, ["a", "b"] * 100, flagged=[1, 0, 0, 1] * 50).values():
        told = reasons(group)
        assert {told[code] for code in OUTCOME_FIGURES | {"precision"}} == {why}
        assert told["selection_rate"] is None


def test_the_smallest_denominator_that_carries_a_figure_is_a_named_constant() -> None:
    few = [*YES, *[1] * (FEWEST_ROWS - 1), *[0] * 101]
    groups = ["a"] * 200 + ["b"] * (FEWEST_ROWS - 1 + 101)
    assert reasons(audited(few, groups)["b"])["true_positive_rate"] is Why.TOO_FEW
    enough = [*YES, *[1] * FEWEST_ROWS, *[0] * 100]
    assert reasons(audited(enough, groups)["b"])["true_positive_rate"] is None


def test_many_reports_of_few_households_are_too_few_households() -> None:
    homes = np.concatenate([np.arange(200), 200 + np.arange(200) % (FEWEST_HOUSEHOLDS - 1)])
    told = reasons(audited(YES + YES, ["a"] * 200 + ["b"] * 200, household=homes)["b"])
    assert set(told.values()) == {Why.TOO_FEW_HOUSEHOLDS}


# --- outcomes only for those who were chosen --------------------------------------------------------------------------


def chosen_only(n: int = 6000, *, rate: float = 0.3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make needs, choices that see part of the need, and what is then known."""
    rng = np.random.default_rng(8)
    need = rng.random(n) < rate
    chosen = rng.random(n) < np.where(need, 0.6, 0.2)
    return need.astype(float), chosen.astype(float), np.where(chosen, need, np.nan)


def test_without_a_sample_only_precision_is_said_of_outcomes_that_exist_for_the_chosen() -> None:
    _, chosen, known = chosen_only()
    group = measure(Inputs.of(known, {}, flagged=chosen, score=chosen)).groups[0]
    told = reasons(group)
    assert {code for code, why in told.items() if why is Why.CHOSEN_ONLY} == OUTCOME_FIGURES
    assert group.rates["precision"].value == known[chosen == 1].mean()
    assert "random sample" in WORDS[Why.CHOSEN_ONLY].en
    assert "slumpurval" in WORDS[Why.CHOSEN_ONLY].sv


def test_a_random_sample_with_weights_gives_the_rates_of_everyone() -> None:
    need, chosen, known = chosen_only()
    rng = np.random.default_rng(9)
    chance = np.where(chosen == 1, 0.9, 0.3)  # those that were chosen are in the sample more often, and weigh less
    sample = rng.random(len(need)) < chance
    told = Inputs.of(
        np.where(sample, need, known), {}, flagged=chosen, sample=sample, weight=1 / chance, kind=SampleKind.RANDOM
    )
    rates = measure(told).groups[0].rates
    truth = {
        "true_positive_rate": chosen[need == 1].mean(),
        "false_positive_rate": chosen[need == 0].mean(),
        "prevalence": need.mean(),
    }
    for code, true in truth.items():
        assert rates[code].low < true < rates[code].high
        assert abs(rates[code].value - true) < 0.03
    naive = chosen[~np.isnan(known) & (known == 1)].mean()
    assert naive == 1.0, "among those whose outcome is known because they were chosen, nobody was missed"


def test_a_sample_whose_outcomes_are_missing_too_often_is_none() -> None:
    need, chosen, known = chosen_only()
    sample = np.random.default_rng(9).random(len(need)) < 0.5
    rates = measure(Inputs.of(known, {}, flagged=chosen, sample=sample)).groups[0].rates
    assert rates["true_positive_rate"].why is Why.OUTCOMES_MISSING
    assert rates["precision"].value is not None


def test_a_model_whose_selected_were_not_all_investigated_has_no_precision() -> None:
    _, chosen, known = chosen_only()
    model = np.random.default_rng(1).random(len(known)) < 0.3
    rates = measure(Inputs.of(known, {}, flagged=model)).groups[0].rates
    assert rates["precision"].why is Why.OUTCOMES_MISSING
    assert chosen[model].mean() < 0.9


@pytest.mark.parametrize(
    ("kind", "code", "says"),
    [(SampleKind.RANDOM, "random", "all reports"), (SampleKind.ALWAYS_INVESTIGATED, "always_investigated", "only")],
)
def test_an_audit_says_of_whom_its_outcomes_speak(kind: SampleKind, code: str, says: str) -> None:
    need, chosen, known = chosen_only(2000)
    sample = np.arange(2000) < 900
    given = Inputs.of(np.where(sample, need, known), {}, flagged=chosen, sample=sample, kind=kind)
    found = audit(given).scope
    assert (found.code, says in found.text.en) == (code, True)
    assert audit(Inputs.of(known, {}, flagged=chosen)).scope.code == "chosen"


NOTHING_TO_SEE = {
    "no attribute": ([1, 0] * 50, {}),
    "one report": ([1], {"g": ["a"]}),
    "one group": ([1, 0] * 50, {"g": ["a"] * 100}),
    "no positives": ([0] * 100, {"g": ["a", "b"] * 50}),
    "only positives": ([1] * 100, {"g": ["a", "b"] * 50}),
    "no outcome known": ([None] * 100, {"g": ["a", "b"] * 50}),
    "a group of one": ([1, 0] * 50, {"g": ["a"] * 99 + ["b"], "h": ["x", "y"] * 50}),
    "every group unknown": ([1, 0] * 50, {"g": [None] * 100}),
    "a group that is missing": ([1, 0] * 50, {"g": Attribute.of("g", ["a", "c"] * 50, expected=["b"])}),
}


@pytest.mark.parametrize("suppress", [True, False])
@pytest.mark.parametrize("flag", ["everyone", "no one", "some"])
@pytest.mark.parametrize("case", NOTHING_TO_SEE)
def test_whatever_is_missing_the_whole_audit_answers_without_warning_or_number(
    case: str, flag: str, suppress: bool
) -> None:
    outcome, groups = NOTHING_TO_SEE[case]
    flagged = {"everyone": [1] * 100, "no one": [0] * 100, "some": [1, 1, 0, 0] * 25}[flag][: len(outcome)]
    found = audit(Inputs.of(outcome, groups, flagged=flagged), suppress=suppress)
    for rate in (rate for group in found.groups for rate in group.rates.values()):
        assert (rate.value is None) == (rate.why is not None)
    for gap in found.gaps:
        assert (gap.difference is None) == (gap.why is not None)
    json.dumps(found.to_dict(), allow_nan=False)


def test_every_reason_has_a_sentence() -> None:
    assert set(WORDS) == set(Why)
