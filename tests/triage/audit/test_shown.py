"""What leaves the unit holds no small cell, and none can be had by subtraction; suppressed is never shown as zero."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from tests.triage.audit.town import CAPACITY, town
from triage.audit import Audit, Inputs, Shown, Why, audit, cells, gaps_frame, shown, sweep, taken_first
from triage.disclosure import FEWEST_PERSONS, FEWEST_POSSIBLE


def labels(found: Audit, *, suppressed: bool) -> set[tuple[str, str]]:
    return {(each.attribute, each.label) for each in found.groups if (each.n is None) == suppressed}


def test_small_groups_are_suppressed_unless_somebody_turns_it_off() -> None:
    given = town(1500, 1)
    hidden, open_one = audit(given, CAPACITY), audit(given, CAPACITY, suppress=False)
    assert labels(hidden, suppressed=True)
    assert not labels(open_one, suppressed=True)
    for group, known in zip(hidden.groups, open_one.groups, strict=True):
        if group.n is None:
            assert {rate.why for rate in group.rates.values()} == {Why.SUPPRESSED}
            assert {(rate.value, rate.n) for rate in group.rates.values()} == {(None, None)}
        else:
            assert group == known
    text = json.dumps(hidden.to_dict(), ensure_ascii=False)
    assert '"suppressed"' in text
    assert "Dold: siffran kunde peka ut någon." in text


def test_no_shown_group_has_a_small_cell_and_the_hidden_ones_together_have_none() -> None:
    for seed in range(15):
        given = town(1500, seed)
        may = shown(given, [CAPACITY]).rows
        for attribute in given.attributes:
            counts = cells(given, attribute, taken_first(given.score, CAPACITY)).counts[:, :2].reshape(-1, 4)
            keep = np.array([(attribute.name, label) in may for label in attribute.labels])
            assert (counts[keep] >= FEWEST_PERSONS).all()
            assert keep.all() or ((~keep).sum() > 1 and counts[~keep].sum(axis=0).min() >= FEWEST_POSSIBLE - 1)


def test_a_gap_with_a_suppressed_group_or_reference_is_suppressed_too() -> None:
    found = audit(town(1500, 1), CAPACITY)
    hidden = labels(found, suppressed=True)
    for gap in found.gaps:
        assert (gap.why is Why.SUPPRESSED) == bool(
            {(gap.attribute, gap.label), (gap.attribute, gap.reference)} & hidden
        )
        if gap.why is Why.SUPPRESSED:
            assert gap.difference is gap.low is gap.chance is gap.n is gap.n_reference is None
    assert math.isnan(gaps_frame(found.gaps)["difference"].astype(float).min()) is False


def test_counts_that_leave_the_unit_are_none_where_suppressed() -> None:
    given = town(1500, 1)
    may = shown(given, [CAPACITY])
    for attribute in given.attributes:
        counted = cells(given, attribute, taken_first(given.score, CAPACITY))
        for label, row in may.cells(counted).items():
            assert row == (counted.to_dict()[label] if (attribute.name, label) in may.rows else None)


def test_no_few_people_lie_between_two_capacities_that_are_shown() -> None:
    given = town(6000, 2)
    table = sweep(given, [0.1, 0.105, 0.2]).frame()
    rates = table[(table["figure"] == "true_positive_rate") & table["value"].notna()]
    taken = (rates["value"] * rates["n"]).round().groupby([rates["attribute"], rates["group"]]).diff().dropna()
    assert (taken >= FEWEST_PERSONS).all()
    alone = audit(given, 0.1, crossings=False)
    assert len(rates["group"].unique()) < len(labels(alone, suppressed=False)), "a sweep tells more, so it hides more"


def test_what_is_published_together_is_protected_together() -> None:
    given = town(6000, 2)
    people = (np.random.default_rng(1).random(6000) < 0.01).astype(float)
    of_model, of_both = shown(given, [CAPACITY]), shown(given, [CAPACITY], [people])
    assert of_both.rows < of_model.rows
    both = audit(given, CAPACITY, beside=of_both)
    assert labels(both, suppressed=False) == of_both.rows


def test_a_shown_group_is_compared_with_no_suppressed_reference() -> None:
    given = town(6000, 2)
    all_but_boys = Shown(frozenset(shown(given, [CAPACITY]).rows - {("sex", "boy")}))
    girls = [gap for gap in audit(given, CAPACITY, beside=all_but_boys).gaps if gap.label == "girl"]
    assert {gap.why for gap in girls} == {Why.SUPPRESSED}


@pytest.mark.parametrize("yes", [0.95, 1.0])
def test_a_group_of_which_nearly_everyone_has_the_outcome_tells_of_each_member_and_is_hidden(yes: float) -> None:
    rng = np.random.default_rng(1)
    group = rng.choice(np.array(["a", "b", "c"]), 3000)
    outcome = rng.random(3000) < np.where(group == "a", yes, 0.3)
    found = audit(Inputs.of(outcome, {"g": group}, flagged=rng.random(3000) < 0.4))
    assert ("g", "a") in labels(found, suppressed=True)
    assert len(labels(found, suppressed=True)) == 2


def test_when_everyone_is_too_few_nothing_is_shown() -> None:
    found = audit(Inputs.of([1, 0] * 10, {"g": ["a", "b"] * 10}, flagged=[1] * 3 + [0] * 17))
    assert labels(found, suppressed=False) == set()
    assert {finding.verdict.value for finding in found.findings} == {"cannot_tell"}
