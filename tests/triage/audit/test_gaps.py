"""Gaps have intervals that hold together, with households clustered; what chance alone does stands beside them."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from tests.triage.audit.town import CAPACITY, PLANTED, PLANTS, REFERENCE, capacity, town
from triage.audit import (
    FIGURES,
    HARMS,
    Audit,
    AuditVerdict,
    Gap,
    Inputs,
    Outcomes,
    Why,
    audit,
    findings,
    gaps_frame,
    measure,
    sweep,
    taken_first,
)
from triage.audit.findings import VERDICTS
from triage.audit.tally import BLOCKS


def named(found: Audit, figure: str, label: str) -> Gap:
    (gap,) = (gap for gap in found.gaps if (gap.figure, gap.label) == (figure, label))
    return gap


@pytest.mark.parametrize(("n", "alike"), [(1200, 0.5), (8000, 0.9)])
def test_standard_errors_are_those_of_drawing_whole_households_again(n: int, alike: float) -> None:
    """Two routes: sums of blocks to first order, and a plain bootstrap that draws every household anew."""
    given = town(n, 4, alike=alike)
    found = measure(given, CAPACITY, crossings=False).by_attribute[1]
    flagged, rng, homes = taken_first(given.score, CAPACITY), np.random.default_rng(0), given.household.max() + 1
    codes, reference = found.tally.attribute.codes, found.tally.attribute.labels.index(REFERENCE["birth"])
    drawn = []
    for _ in range(600):
        times = np.bincount(rng.integers(0, homes, homes), minlength=homes)[given.household] * given.outcome
        hits, all_of_them = np.bincount(codes, times * flagged), np.bincount(codes, times)
        drawn.append(hits / all_of_them)
    rates = np.array(drawn)
    place = [figure.code for figure in found.figures].index("true_positive_rate")
    np.testing.assert_allclose(found.error[:, place], rates.std(axis=0), rtol=0.12)
    moves = found.moves[:, :, place]
    gap = np.sqrt(((moves - moves[:, [reference]]) ** 2).sum(axis=0))
    np.testing.assert_allclose(gap, (rates - rates[:, [reference]]).std(axis=0), rtol=0.12)
    assert len(moves) == min(BLOCKS, homes)


def test_the_largest_gap_by_chance_is_that_of_groups_dealt_out_by_lot() -> None:
    given = town(6000, 2)
    found = audit(given, CAPACITY, crossings=False)
    rng, births = np.random.default_rng(1), given.attributes[1]
    flagged, homes = taken_first(given.score, CAPACITY), given.household.max() + 1
    of_home = np.zeros(homes, dtype=int)
    of_home[given.household] = births.codes
    reference, largest = births.labels.index("sweden"), []
    for _ in range(400):
        codes = rng.permutation(of_home)[given.household]
        rates = np.bincount(codes, flagged * given.outcome) / np.bincount(codes, given.outcome)
        largest.append(np.abs(rates - rates[reference]).max())
    for label in ("europe", "elsewhere"):
        gap = named(found, "true_positive_rate", label)
        assert gap.chance == pytest.approx(np.mean(largest), rel=0.12)
        assert gap.chance_seldom == pytest.approx(np.quantile(largest, 0.95), rel=0.15)


def test_six_groups_that_do_not_differ_show_no_gap_though_the_largest_spread_is_never_zero() -> None:
    """The trap of max minus min, whose interval never holds 0: here hardly ever does an interval leave 0 out."""
    alarms, spreads, chances = 0, [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        given = Inputs.of(
            rng.random(1200) < 0.5, {"g": rng.choice(np.array(list("abcdef")), 1200)}, flagged=rng.random(1200) < 0.5
        )
        gaps = [gap for gap in audit(given, draws=300, suppress=False).gaps if gap.figure == "true_positive_rate"]
        alarms += any(not gap.low <= 0 <= gap.high for gap in gaps)
        spreads.append(max(abs(gap.difference) for gap in gaps))
        chances.append(gaps[0].chance)
    assert alarms <= 5
    assert np.mean(spreads) == pytest.approx(np.mean(chances), rel=0.1)
    assert min(spreads) > 0


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_gap_is_found_and_says_who_is_harmed(plant: str) -> None:
    figure = {
        "score": "true_positive_rate",
        "label": "calibration_difference",
        "reporting": "prevalence",
        "screening": "true_positive_rate",
    }[plant]
    given = town(20_000, 3, plant)
    concerns = [each for each in audit(given, capacity(given), crossings=False).findings if each.verdict == "concern"]
    (found,) = (each for each in concerns if each.code == f"{figure}_gap")
    assert (found.gap.attribute, found.gap.label) == PLANTED
    assert found.harmed == "elsewhere"
    assert found.gap.high < 0
    assert {each.gap.label for each in concerns} == {"elsewhere"}


def test_where_nothing_is_planted_hardly_an_audit_raises_a_concern() -> None:
    """Forty here; two hundred, and the share of audits whose intervals all hold, in tests/benchmarks."""
    alarms = 0
    for seed in range(40):
        found = audit(town(3000, seed), CAPACITY, crossings=False, suppress=False, seed=seed, draws=300)
        alarms += any(each.verdict == "concern" for each in found.findings)
    assert alarms <= 6  # of forty at 5 %, more is seldom: once in 250


def test_a_gap_with_nothing_to_compare_with_says_so_and_is_never_zero() -> None:
    outcome = [1, 0, 0, 0] * 50 + [0] * 200
    given = Inputs.of(outcome, {"g": ["a"] * 200 + ["b"] * 200}, flagged=[1, 0, 0, 1] * 100, reference={"g": "b"})
    gap = named(audit(given, suppress=False), "true_positive_rate", "a")
    assert gap.why is Why.REFERENCE
    assert gap.difference is gap.low is gap.ratio is gap.chance is None
    (found,) = findings([gap])
    assert found.verdict is AuditVerdict.CANNOT_TELL
    assert found.harm is None
    assert "reference group" in found.seen.en


def test_shares_of_nought_and_one_have_intervals() -> None:
    given = Inputs.of([1, 0] * 200, {"g": ["a"] * 200 + ["b"] * 200}, flagged=[0] * 200 + [1, 0] * 100)
    gap = named(audit(given, suppress=False), "true_positive_rate", "b")
    assert gap.difference == 1.0
    assert 0.8 < gap.low < 1.0 == gap.high
    assert gap.ratio is None


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.05, 0.05, AuditVerdict.NO_CONCERN_SHOWN),
        (0.01, 0.09, AuditVerdict.NO_CONCERN_SHOWN),  # a gap, and too small to matter
        (0.01, 0.11, AuditVerdict.CONCERN),
        (-0.3, -0.1, AuditVerdict.CONCERN),
        (-0.01, 0.11, AuditVerdict.CANNOT_TELL),
        (-0.1, 0.05, AuditVerdict.CANNOT_TELL),
        (None, None, AuditVerdict.CANNOT_TELL),
    ],
)
def test_no_concern_is_shown_only_where_every_gap_that_matters_is_left_out(
    low: float | None, high: float | None, verdict: AuditVerdict
) -> None:
    why = Why.TOO_FEW if low is None else None
    middle = None if low is None else (low + high) / 2
    gap = Gap("g", "a", "b", "true_positive_rate", middle, low, high, None, None, None, 0.01, 0.02, 100, 100, why)
    assert HARMS["true_positive_rate"].size == 0.1
    assert findings([gap])[0].verdict is verdict


def test_the_order_of_reports_and_the_names_of_households_change_nothing() -> None:
    given = town(2000, 1)
    order = np.random.default_rng(0).permutation(2000)
    turned = dataclasses.replace(
        given,
        outcome=given.outcome[order],
        score=given.score[order],
        household=given.household[order],
        attributes=tuple(dataclasses.replace(each, codes=each.codes[order]) for each in given.attributes),
    )
    one, two = (gaps_frame(audit(each, CAPACITY).gaps) for each in (given, turned))
    for column in ("difference", "low", "high", "ratio_low", "chance"):
        np.testing.assert_allclose(one[column].astype(float), two[column].astype(float), atol=1e-9)


def test_an_audit_is_plain_data_and_tables() -> None:
    given = town(3000, 1)
    found = audit(given, CAPACITY)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["findings"]
    assert len(found.gaps_frame()) == len(found.gaps)
    assert found.frame()["value"].isna().sum() == found.frame()["why"].notna().sum()
    assert "see .findings" in repr(found)
    swept = sweep(given, [0.1, 0.3]).frame()
    shares = swept[(swept["group"] == "everyone") & (swept["figure"] == "selection_rate")]
    np.testing.assert_allclose(shares["value"], [0.1, 0.3])


def test_every_harm_is_a_figures_and_nobody_is_promised_anything() -> None:
    assert HARMS.keys() <= {figure.code for figure in FIGURES}
    said = [text for harm in HARMS.values() for text in (harm.lower, harm.higher)]
    said += [figure.title for figure in FIGURES] + list(VERDICTS.values())
    said += [each.seen for each in audit(town(2000, 1), CAPACITY, crossings=False).findings]
    for text in said:
        for word in ("safe", "low risk", "fair", "unbiased", "säker", "låg risk", "rättvis", "trygg"):
            assert word not in f"{text.sv} {text.en}".lower().split()


def test_outcomes_of_the_chosen_alone_give_gaps_in_precision_only() -> None:
    rng = np.random.default_rng(1)
    chosen = rng.random(4000) < 0.3
    outcome = np.where(chosen, rng.random(4000) < 0.4, np.nan)
    given = Inputs.of(outcome, {"g": rng.choice(np.array(["a", "b"]), 4000)}, flagged=chosen)
    assert given.outcomes is Outcomes.CHOSEN
    shown = {gap.figure for gap in audit(given).gaps if gap.why is None}
    assert shown == {"selection_rate", "precision"}
