"""A planted weak slice is found and named; where none is planted, hardly ever is one found."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest

from features.build import REGISTRY
from features.codes import ReferralType
from features.registry import Feature
from training.evaluate import auc
from training.weak_slices import WeakSlices, search
from training.weak_slices.conditions import MOST_NUMBERS, conditions
from training.weak_slices.confirm import _parts, _weights, confirm
from training.weak_slices.half import Half, halve
from training.weak_slices.propose import FEWEST_REPORTS, Proposal, _strength, _sums, propose
from training.weak_slices.scales import of_codes, of_feature
from training.weak_slices.words import CANNOT_TELL
from triage.words import Text

LABELS = {name: Text(f"{name} (sv)", name) for name in ("reporter", "age", "unit", "area")}
Rows = tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, np.ndarray]]


def made(n: int, seed: int, *, plant: str = "", base: float = -0.8) -> Rows:
    """Make reports with right estimates, whose outcomes within a household are alike; then plant a weakness."""
    rng = np.random.default_rng(seed)
    households = n // 2
    household = rng.integers(0, households, n)
    columns: dict[str, np.ndarray] = {
        "reporter": rng.choice(np.array(["police", "school", "health"]), n),
        "age": np.where(rng.random(n) < 0.1, np.nan, rng.integers(0, 216, n)),
        "unit": rng.choice(np.array(["north", "south"]), n),
        "area": rng.choice(np.array(["x", "y"]), households)[household],
    }
    odds = base + rng.normal(size=n)
    probability = 1 / (1 + np.exp(-odds))
    police = columns["reporter"] == "police"
    if plant == "one":
        odds = odds + 1.0 * police
    elif plant == "two":
        odds = odds + 1.2 * (police & (columns["unit"] == "north"))
    elif plant == "order":
        odds[police] = rng.permutation(odds[police])
    elif plant == "everywhere":
        odds = 0.6 * odds + 1.0
    alike = rng.logistic(size=households)[household]
    drawn = np.where(rng.random(n) < 0.6, alike, rng.logistic(size=n))  # one cause for 6 of 10 reports of a household
    return (drawn < odds).astype(float), probability, household, columns


def named(found: WeakSlices) -> list[tuple[str, set[str]]]:
    return [(each.measure, {condition.text.en for condition in each.conditions}) for each in found.found]


def in_second_half(household: np.ndarray, seed: int) -> np.ndarray:
    """Tell by hand which reports belong to the half that tests."""
    households = np.unique(household)
    drawn = np.random.default_rng(seed).permutation(len(households))
    return np.isin(household, households[drawn % 2 == 1])


@pytest.mark.parametrize(
    ("plant", "measure", "where"),
    [
        ("one", "calibration", {"reporter: police"}),
        ("two", "calibration", {"reporter: police", "unit: north"}),
        ("order", "order", {"reporter: police"}),
    ],
)
def test_a_planted_weakness_is_found_first_and_named(plant: str, measure: str, where: set[str]) -> None:
    found = search(*made(6000, 1, plant=plant), LABELS, draws=400)
    assert named(found)[0] == (measure, where)
    weak = found.found[0]
    assert (weak.gap > 0) == (measure == "calibration")
    assert weak.low > 0 or weak.high < 0


def test_among_a_hundred_municipalities_without_a_weakness_hardly_any_shows_one() -> None:
    sizes = [(1200, -0.8), (2000, -0.8), (2000, -2.0), (3000, -2.5)]
    alarms = 0
    for seed in range(100):
        n, base = sizes[seed % 4]
        alarms += bool(search(*made(n, 500 + seed, base=base), LABELS, draws=199, seed=seed).found)
    assert alarms <= 5 + 2 * math.sqrt(100 * 0.05 * 0.95)


def test_what_is_wrong_everywhere_is_no_weak_slice() -> None:
    alarms = sum(
        bool(search(*made(3000, 900 + seed, plant="everywhere"), LABELS, draws=199).found) for seed in range(20)
    )
    assert alarms <= 3


def test_a_slice_is_told_with_its_own_figures_and_not_again_by_its_parts() -> None:
    label, probability, household, columns = made(8000, 2, plant="one")
    found = search(label, probability, household, columns, LABELS, draws=400)
    weak = found.found[0]
    inside = (columns["reporter"] == "police") & in_second_half(household, 0)
    assert weak.n == inside.sum()
    assert weak.households == len(set(household[inside].tolist()))
    assert weak.observed == pytest.approx(label[inside].mean())
    assert weak.low <= weak.gap <= weak.high
    calibration = [where for measure, where in named(found) if measure == "calibration"]
    assert not [where for where in calibration if where > {"reporter: police"}]


def test_what_a_slice_explains_is_not_told_again_by_what_overlaps_it() -> None:
    for seed in range(5):
        found = named(search(*made(8000, 20 + seed, plant="two"), LABELS, draws=199))
        assert ("calibration", {"reporter: police", "unit: north"}) in found
        assert ("calibration", {"reporter: police"}) not in found


def test_the_interval_excludes_zero_where_and_only_where_an_estimate_is_found_wrong() -> None:
    for seed in range(6):
        found = search(*made(3000, 40 + seed, plant="two"), LABELS, draws=199)
        for each in found.tested:
            excluded = each.low > 0 or each.high < 0
            assert each.weak == excluded or each.measure == "order"


def test_the_half_that_tests_has_no_say_in_what_is_proposed() -> None:
    label, probability, household, columns = made(4000, 3, plant="one")
    met, holds = conditions(columns, LABELS)
    names = [condition.column for condition in met]
    one, two = halve(label, probability, household, holds, np.random.default_rng(5))
    turned = np.where(in_second_half(household, 5), 1 - label, label)
    again, other = halve(turned, probability, household, holds, np.random.default_rng(5))
    assert propose(again, names) == propose(one, names)
    assert (other.label == 1 - two.label).all()


def test_no_household_stands_in_both_halves() -> None:
    label, probability, household, _ = made(2000, 4)
    mark = household[:, np.newaxis] == np.unique(household)
    one, two = halve(label, probability, household, mark, np.random.default_rng(1))
    assert len(one.label) + len(two.label) == 2000
    assert not (one.holds.any(axis=0) & two.holds.any(axis=0)).any()


def test_rows_in_another_order_give_the_same_findings() -> None:
    label, probability, household, columns = made(3000, 6, plant="two")
    order = np.random.default_rng(0).permutation(3000)
    shuffled = {name: values[order] for name, values in columns.items()}
    one = search(label, probability, household, columns, LABELS, draws=199)
    two = search(label[order], probability[order], household[order], shuffled, LABELS, draws=199)
    assert named(one) == named(two)
    assert [each.adjusted_p for each in one.tested] == [each.adjusted_p for each in two.tested]


def test_a_slice_too_small_in_either_half_is_not_tested() -> None:
    untested = 0
    for seed in range(12):
        label, probability, household, _ = made(4000, 70 + seed)
        rare = (
            np.arange(4000) < 2 * FEWEST_REPORTS
        )  # by the draw of households enough in one half, too few in the other
        units = {"unit": np.where(rare, "rare", "other")}
        found = search(np.where(rare, 1.0, label), probability, household, units, LABELS, draws=199)
        assert all(each.n >= FEWEST_REPORTS for each in found.tested)
        untested += found.proposed > len(found.tested)
    assert 1 <= untested <= 11


def test_reports_in_better_order_than_promised_are_no_weakness() -> None:
    label, probability, household, columns = made(4000, 11)
    police = columns["reporter"] == "police"
    label = np.where(police, (probability > np.median(probability)).astype(float), label)
    met, holds = conditions(columns, LABELS)
    rng = np.random.default_rng(0)
    _, two = halve(label, probability, household, holds, rng)
    at = [condition.text.en for condition in met].index("reporter: police")
    (told,) = confirm(two, [Proposal((at,), "order")], met, rng, 199)
    assert told.low > 0
    assert not told.weak


@pytest.mark.parametrize("n", [60, 4000])
def test_too_little_to_search_is_cannot_tell_and_not_all_well(n: int) -> None:
    label, probability, household, columns = made(n, 8)
    if n > FEWEST_REPORTS:
        label = np.zeros(n)
    found = search(label, probability, household, columns, LABELS, draws=199)
    assert (found.looked_at, found.tested) == (0, ())
    assert found.to_dict()["text"] == CANNOT_TELL.to_dict()


def test_findings_are_plain_data_with_sentences_in_both_languages() -> None:
    found = search(*made(6000, 1, plant="two"), LABELS, draws=400)
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    first = plain["tested"][0]["text"]
    assert first["sv"].startswith(
        "reporter (sv): police och unit (sv): north \N{EN DASH} uppskattningen är i medeltal för låg, "
    )
    assert "reports in" in first["en"]
    assert "." not in first["sv"].rstrip(".")  # Swedish numbers have a decimal comma
    assert plain["tested"][-1]["text"]["sv"].startswith("Inte bekräftat: ")
    assert "visar inte att inga fler finns" in plain["text"]["sv"]


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="draws is 10; at least 99"):
        search(*made(200, 1), LABELS, draws=10)


# ---------------------------------------------------------------- two routes


def test_sums_over_pairs_of_conditions_are_those_of_each_slice_by_itself() -> None:
    rng = np.random.default_rng(9)
    holds = rng.random((400, 5)) < 0.6
    left, place = rng.normal(size=400), rng.normal(size=400)
    strength = _strength(holds.astype(float), _sums(holds.astype(float), np.ones(400)), left, place)
    for row in range(5):
        for column in range(5):
            inside = holds[:, row] & holds[:, column]
            rest, at = left[inside], place[inside] - place[inside].mean()
            assert strength[0, row, column] == pytest.approx(abs(rest.sum()) / math.sqrt((rest**2).sum()), rel=1e-4)
            tilt = -(rest * at).sum() / math.sqrt(((rest * at) ** 2).sum())
            assert strength[1, row, column] == pytest.approx(tilt, rel=1e-4, abs=1e-6)


def flat(positive: int, *, repeated: int = 1) -> tuple[Half, np.ndarray]:
    """Make a half of 1 000 households with 10 % as estimate and as outcome; give its first 150 as a slice."""
    label = np.zeros(1000)
    label[:positive] = label[150 : 250 - positive] = 1.0
    rows = np.repeat(np.arange(1000), repeated)
    odds = np.full(len(rows), math.log(1 / 9))
    half = Half(label[rows], odds, np.full(len(rows), 0.1), odds * 0, rows, np.ones((len(rows), 1), dtype=bool))
    return half, rows < 150


@pytest.mark.parametrize("positive", [2, 15])
def test_a_slice_with_few_outcomes_by_chance_is_no_surer_of_itself_than_its_estimates_allow(positive: int) -> None:
    half, inside = flat(positive)
    parts, error = _parts(half, inside, np.full(150, 1 / 150))
    expected = math.sqrt(0.1 * 0.9 / 150) * math.sqrt(1 - 150 / 1000)  # a slice of a whole that was put right itself
    assert error == pytest.approx(expected, rel=0.02)
    assert error >= expected * (1 - 1e-9)
    assert parts.sum() == pytest.approx(positive / 150 - 0.1)


def test_reports_of_one_household_that_say_the_same_count_once() -> None:
    half, inside = flat(30)
    often, inside_often = flat(30, repeated=6)
    parts, error = _parts(half, inside, np.full(150, 1 / 150))
    parts_often, error_often = _parts(often, inside_often, np.full(900, 1 / 900))
    assert parts_often == pytest.approx(parts)
    assert error_often == pytest.approx(error, rel=1e-9)


def test_weights_of_the_order_are_the_slope_of_the_auc() -> None:
    rng = np.random.default_rng(10)
    estimate = rng.random(60).round(1).clip(0.1, 0.9)
    weights = _weights(estimate)
    for row in range(60):
        moved = estimate.copy()
        moved[row] += 1e-6
        assert weights[row] == pytest.approx((auc(moved, estimate) - auc(estimate, estimate)) / 1e-6, abs=1e-5)


COLUMNS: dict[str, tuple[np.ndarray, list[str]]] = {
    "codes": (np.array(["b", "a", None, "b"], dtype=object), ["a", "b", "unknown"]),
    "flags": (np.array([1.0, 0.0, np.nan, 1.0]), ["0", "1", "unknown"]),
    "numbers": (np.arange(16.0), ["less than 4", "4 to below 8", "8 to below 12", "at least 12", "unknown"]),
    "mostly zero": (
        np.repeat(np.arange(10.0), [91, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
        ["less than 1", "at least 1", "unknown"],
    ),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_report_meets_exactly_one_condition_of_a_column(name: str) -> None:
    values, says = COLUMNS[name]
    met, holds = conditions({"unit": values}, LABELS)
    assert [condition.text.en.removeprefix("unit: ") for condition in met] == says
    assert (holds.sum(axis=1) == 1).all()
    assert holds.shape == (len(values), len(says))


HORIZON_SHARE = np.array([0.0, 0.0, np.nan, *(1 - (10.3 * np.arange(1, 13)) / 1095)])
"""Never twice, unknown once, and 10.3 to 123.6 days ago."""


def test_what_fades_is_said_in_days_gone_by_and_never_is_a_condition_of_its_own() -> None:
    feature = REGISTRY["contacts_police_1095"]
    label, scale = Text(feature.sv, feature.en), of_feature(feature)
    met, holds = conditions({"x": HORIZON_SHARE}, {"x": label}, {"x": scale})
    said = {condition.text.sv.removeprefix(f"{feature.sv}: "): holds[:, at] for at, condition in enumerate(met)}
    days = np.array([np.nan, np.nan, np.nan, *(10.3 * np.arange(1, 13))])
    assert list(said) == [
        "ingen kontakt med polisen i någon utredning de senaste tre åren",
        "senast för mindre än 41 dagar sedan",
        "senast för 41 till under 72 dagar sedan",
        "senast för 72 till under 103 dagar sedan",
        "senast för minst 103 dagar sedan",
        "historiken är okänd",
    ]
    assert (said["senast för 41 till under 72 dagar sedan"] == ((days >= 41) & (days < 72))).all()
    assert (said["ingen kontakt med polisen i någon utredning de senaste tre åren"] == (HORIZON_SHARE == 0)).all()
    assert (holds.sum(axis=1) == 1).all()


def test_what_adds_up_says_what_a_new_one_counts_as() -> None:
    feature = REGISTRY["reports_90"]
    met, _ = conditions({"x": np.linspace(0.0, 3.0, 31)}, {"x": Text("x", "x")}, {"x": of_feature(feature)})
    assert met[0].text.en == "no earlier report in the last 90 days"
    assert met[1].text.sv == ("x: sammanlagt mindre än 0,9, där en ny räknas som 1 och en som är 90 dagar gammal som 0")


@pytest.mark.parametrize("feature", REGISTRY.features, ids=REGISTRY.names)
def test_no_condition_on_a_feature_shows_a_bare_fraction(feature: Feature) -> None:
    values = np.array([np.nan, *np.linspace(0, 1, 40)]) * (1 if feature.unit in {"flag", "faded"} else 500)
    values = np.round(values) if feature.unit == "flag" else values
    met, holds = conditions({"x": values}, {"x": Text("x", "x")}, {"x": of_feature(feature)})
    assert (holds.sum(axis=1) == 1).all()
    for condition in met:
        adds_up = feature.words.fades is not None and feature.words.fades.each
        whole = re.fullmatch(r"[^.,]*", condition.text.sv) or feature.unit in {"count", "points"}
        assert whole or adds_up or condition.text.sv == feature.words.none[0]


def test_codes_are_said_by_their_labels() -> None:
    met, _ = conditions(
        {"x": np.array(["application"], dtype=object)}, {"x": Text("x", "x")}, {"x": of_codes(ReferralType)}
    )
    assert met[0].text.sv == f"x: {ReferralType.APPLICATION.sv}"


def test_whole_numbers_and_yes_or_no_are_columns_too() -> None:
    for values in (np.arange(MOST_NUMBERS), np.array([True, False])):
        assert len(conditions({"unit": values}, LABELS)[0]) == len(values) + 1
