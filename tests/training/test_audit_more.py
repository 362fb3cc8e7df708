"""Here we test what an audit asks besides: stand-ins for groups, sets of features, a thinner past, experiments, fairlearn's door."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.build import REGISTRY
from features.cases import Cases
from features.folder import load
from features.schema import FACTS
from tests.training import cards
from training import run as do
from training.audit import Period, period
from training.audit.ablation import SETS, ablations
from training.audit.again import again
from training.audit.experiment import moved
from training.audit.extras import Wanted, extras
from training.audit.fairlearn_door import metric_frames
from training.audit.mitigation import CONSTRAINTS, group_limits, measured, reweighing, what_if
from training.audit.proxies import LIMIT, proxies
from training.audit.stress import stress
from training.audit.thinning import Thinning, frames_of, thinned
from training.card.audited import audited
from training.card.page import card_problems
from training.fit import TreePlan
from training.inputs import KEYS, Inputs, gather
from training.pages.audit_more import more_sections
from training.plan import TrainingPlan
from training.synthetic import Settings
from training.synthetic.settings import UNDER_REPORTED_GROUP, Plants
from training.words import Words
from triage.audit import Attribute, Outcomes, Why, estimable, measure
from triage.audit import Inputs as Audited
from triage.audit.shown import Shown
from triage.errors import TrainingRefused, TriageError

QUICK = TreePlan(rounds=40, threads=1)
SEEDS = 10


@pytest.fixture(scope="module")
def cases(municipality: Path) -> Cases:
    return load(municipality)


@pytest.fixture(scope="module")
def inputs(cases: Cases) -> Inputs:
    return gather(cases, TrainingPlan(), lambda _: None)


@pytest.fixture(scope="module")
def tested(made, inputs: Inputs) -> Period:
    """The last two years of the mature reports: more to look at than the tested part."""
    end = np.datetime64(inputs.end.replace(tzinfo=None))
    last = (inputs.received < end - np.timedelta64(365, "D")) & (inputs.received > end - np.timedelta64(900, "D"))
    return period(inputs, np.flatnonzero(last), made.trained.model, made.trained.facts)


@pytest.fixture(scope="module")
def everyone(tested: Period) -> Shown:
    """Inside the unit nothing is hidden by what else is published."""
    pairs = {(one.name, label) for one in tested.first.attributes for label in one.labels}
    return Shown(frozenset({("everyone", "everyone"), *pairs}))


def only(given: Period, *names: str) -> Period:
    """Keep some attributes, to be quick."""
    told = given.audited.items()
    kept = {
        name: replace(one, attributes=tuple(each for each in one.attributes if each.name in names))
        for name, one in told
    }
    return replace(given, audited=kept)


def with_group(given: Period, name: str, inside: np.ndarray) -> Period:
    """Put a planted group in the place of an attribute."""
    planted = Attribute.of(name, np.where(inside, "planted", "rest"), "rest")
    kept = tuple(planted if one.name == name else one for one in given.first.attributes)
    first = next(iter(given.audited))
    return replace(given, audited={**given.audited, first: replace(given.first, attributes=kept)})


def test_a_planted_stand_in_is_found_with_the_feature_that_carries_it(tested: Period, everyone: Shown) -> None:
    draw = np.random.default_rng(5)
    custody = tested.cases.values[tested.rows, REGISTRY.names.index("concern_custody")] == 1
    inside = np.where(draw.random(len(custody)) < 0.9, custody, ~custody)
    (told,) = proxies(
        with_group(only(tested, "sex"), "sex", inside), Shown(everyone.rows | {("sex", "planted")})
    ).groups
    assert told.needs_justification
    assert told.features is not None
    assert told.features.low > LIMIT
    assert told.carriers[0][0] == "concern_custody"


def test_where_only_chance_makes_a_group_the_interval_covers_a_half_about_as_often_as_it_says(
    tested: Period, everyone: Shown
) -> None:
    may, covered = Shown(everyone.rows | {("sex", "planted")}), 0
    for seed in range(SEEDS):
        inside = np.random.default_rng(seed).random(len(tested.rows)) < 0.4
        (chance,) = proxies(with_group(only(tested, "sex"), "sex", inside), may).groups
        assert chance.features is not None
        assert not chance.needs_justification
        covered += chance.features.low < 0.5 < chance.features.high
    assert covered >= SEEDS - 1


def test_a_justification_is_a_written_text_by_attribute_and_blank_is_none(tested: Period, everyone: Shown) -> None:
    inside = tested.cases.values[tested.rows, REGISTRY.names.index("concern_custody")] == 1
    planted, may = with_group(only(tested, "sex"), "sex", inside), Shown(everyone.rows | {("sex", "planted")})
    assert "sex" in proxies(planted, may, justifications={"sex": "  "}).unjustified()
    assert "sex" not in proxies(planted, may, justifications={"sex": "Skolan anmäler fler pojkar."}).unjustified()


def test_a_small_group_is_hidden_and_one_with_too_few_is_not_estimated(tested: Period, everyone: Shown) -> None:
    few = np.arange(len(tested.rows)) < 12
    planted, may = with_group(only(tested, "sex"), "sex", few), Shown(everyone.rows | {("sex", "planted")})
    one = next(one for one in proxies(planted, may).groups if one.attribute == "sex")
    assert (one.why, one.features, one.n) == (Why.TOO_FEW, None, 12)
    nobody = Shown(frozenset({("everyone", "everyone")}))
    assert all((one.why, one.n, one.features) == (Why.SUPPRESSED, None, None) for one in proxies(tested, nobody).groups)


def test_a_set_of_features_holds_what_reads_nothing_else() -> None:
    assert "concern_parent_health" in SETS["mental_health"].features()
    assert {"concern_parent_substance", "concern_child_substance"} <= {*SETS["economy_substance"].features()}
    assert all(one.features() and "concerns" not in one.features() for one in SETS.values())


def test_trees_grown_again_read_nothing_of_the_set_and_no_tested_household(tested: Period, everyone: Shown) -> None:
    grown = again(tested, QUICK)
    cases = tested.cases
    assert not set(cases.group[grown.rows]) & set(cases.group[tested.rows])
    assert cases.received[grown.rows].max() < cases.received[tested.rows].min()
    one = next(each for each in ablations(grown, everyone) if each.code == "mental_health")
    told = grown.without(one.features)
    changed = cases.values.copy()
    changed[:, [REGISTRY.names.index(name) for name in one.features]] = 1.0
    other = replace(grown, given=replace(tested, cases=replace(cases, rows=replace(cases.rows, values=changed))))
    assert np.array_equal(other.without(one.features), told)
    assert one.with_them is not None
    assert one.without is not None
    assert one.gain is not None
    assert one.gain.value == pytest.approx(one.with_them.value - one.without.value)
    assert one.groups[0].joins == one.groups[0].leaves
    assert one.groups[0].joins == (grown.first_read(told) & ~grown.before).sum()


def test_an_experiment_hides_whom_few_would_join(tested: Period, everyone: Shown) -> None:
    before = tested.prioritised
    after = before.copy()
    after[np.flatnonzero(~before)[:2]] = True
    told = moved(tested.first, before, after, everyone, outcomes=False)
    assert all(one.joins is None and one.leaves is None for one in told)


def test_nothing_is_grown_again_from_too_little(tested: Period, inputs: Inputs) -> None:
    early = replace(tested, rows=np.argsort(inputs.received)[: len(tested.rows)])
    with pytest.raises(TrainingRefused, match="at least 40 of each"):
        again(early, QUICK)


def test_nothing_is_left_of_a_report_that_never_came_in_and_the_others_say_less(cases: Cases) -> None:
    whole = frames_of(cases, set(cases.frame("reports")["child_id"].iloc[:2000]))
    less = thinned(whole, Thinning(0.4, 1.0), np.random.default_rng(8))
    assert 0.55 < len(less["reports"]) / len(whole["reports"]) < 0.65
    there = set(map(tuple, less["reports"][KEYS].to_numpy()))
    for name in ("concerns", "events"):
        linked = less[name].dropna(subset=KEYS)
        assert set(map(tuple, linked[KEYS].to_numpy())) <= there, name
    assert less["concerns"]["primary"].all()
    assert not (less["reports"][[*FACTS]] == "yes").to_numpy().any()
    assert (whole["reports"][[*FACTS]] == "yes").to_numpy().any()
    same = thinned(whole, Thinning(0.0), np.random.default_rng(8))
    assert all(same[name].equals(whole[name]) for name in whole)


def test_a_thinner_past_moves_the_group_as_planted_under_reporting_does(
    made, cases: Cases, inputs: Inputs, tmp_path: Path
) -> None:
    model, facts, much = made.trained.model, made.trained.facts, 1.0
    group = ": ".join((UNDER_REPORTED_GROUP[0].value, UNDER_REPORTED_GROUP[1]))
    do.make_synthetic(tmp_path, Settings(reports=12_000, seed=11, plants=Plants(under_reporting=much)), ".parquet")
    less = gather(load(tmp_path), TrainingPlan(), lambda _: None)
    here, there = (period(each, np.flatnonzero(each.members[group]), model, facts) for each in (inputs, less))
    truth = there.prioritised.mean() - here.prioritised.mean()
    inside = np.ones(len(here.rows), dtype=bool)
    shares = (Thinning(0.0), Thinning(0.5 * much, much))
    nothing, point = stress(cases, here, inside, model, facts.prioritise_margin, shares)
    assert nothing.change is not None
    assert (nothing.rate, nothing.change.low, nothing.change.high) == (here.prioritised.mean(), 0.0, 0.0)
    error = 1.96 * np.sqrt(there.prioritised.var() / len(there.rows))
    assert point.change is not None
    assert point.change.high < 0
    assert truth < 0
    assert point.change.low - error < truth < point.change.high + error


def test_reweighing_makes_group_and_outcome_independent() -> None:
    draw = np.random.default_rng(2)
    group = draw.integers(0, 3, 3000)
    outcome = (draw.random(3000) < np.array([0.1, 0.3, 0.6])[group]).astype(float)
    weight = reweighing(group, outcome)
    shares = [np.average(outcome[group == each], weights=weight[group == each]) for each in range(3)]
    assert shares == pytest.approx([outcome.mean()] * 3)
    assert [weight[group == each].sum() for each in range(3)] == pytest.approx(np.bincount(group).tolist())


def test_what_would_happen_keeps_the_capacity_and_evens_out_a_planted_gap(tested: Period, everyone: Shown) -> None:
    draw = np.random.default_rng(4)
    inside = draw.random(len(tested.rows)) < 0.5
    lower = replace(tested, margin=tested.margin - 1.0 * inside)
    flags = (lower.margin >= np.quantile(lower.margin, 0.8)).astype(float)
    sex = Attribute.of("sex", np.where(inside, "planted", "rest"), "rest")
    lower = replace(
        lower, audited={name: replace(one, attributes=(sex,), flagged=flags) for name, one in lower.audited.items()}
    )
    may = Shown(frozenset({("everyone", "everyone"), ("sex", "planted"), ("sex", "rest")}))
    assert measured(lower).outcomes is Outcomes.EVERYONE
    found = {one.code: one for one in what_if(again(lower, QUICK), may)}
    for one in found.values():
        assert one.read_after == pytest.approx(flags.sum(), abs=2)

    def gap(groups, when):
        rest, planted = (
            getattr(one, when).rates["selection_rate"].value
            for one in sorted(groups[1:], key=lambda one: one.before.label)[::-1]
        )
        return rest - planted

    even = found["thresholds_selection"].groups
    assert gap(even, "before") > 0.1
    assert abs(gap(even, "after")) < 0.03
    yes, before = measured(lower).outcome == 1, flags == 1
    found_before = {"planted": (yes & before & inside).sum(), "rest": (yes & before & ~inside).sum()}
    for one in even[1:]:
        rates = (one.before, one.after)
        was, will = (each.rates["true_positive_rate"].value * each.rates["true_positive_rate"].n for each in rates)
        assert was == pytest.approx(found_before[one.before.label])
        assert one.found == round(will - was)
    assert even[0].found == sum(one.found for one in even[1:])


@pytest.mark.parametrize("basis", [None, "", "  "])
@pytest.mark.parametrize("code", list(CONSTRAINTS))
def test_limits_of_a_groups_own_are_refused_without_a_written_basis_in_law(
    tested: Period, code: str, basis: str | None
) -> None:
    with pytest.raises(TriageError, match="basis in law"):
        group_limits(tested, "sex", code, basis)


def test_with_a_written_basis_they_are_given_for_each_group(tested: Period) -> None:
    limits = group_limits(
        tested, "sex", "thresholds_selection", "the paragraph that the board's lawyer has written down"
    )
    assert len(limits) == 2
    assert all(np.isfinite(limit) for limit in limits.values())


@pytest.mark.parametrize("seed", range(4))
def test_fairlearns_door_gives_the_figures_of_the_engine(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimable, "FEWEST_ROWS", 1)
    monkeypatch.setattr(estimable, "FEWEST_HOUSEHOLDS", 1)
    draw = np.random.default_rng(seed)
    yes, flagged = (draw.random((2, 900)) < [[0.3], [0.2]]).astype(float)
    yes[draw.random(900) < 0.2] = np.nan
    sampled = draw.random(900) < 0.6
    told = {"groups": {"g": draw.choice(list("abc"), 900)}, "flagged": flagged}
    everyone = Audited.of(yes, outcomes=Outcomes.EVERYONE, **told)
    weighed = Audited.of(np.where(sampled, np.nan_to_num(yes), np.nan), outcomes=Outcomes.CHOSEN, sample=sampled,
                         weight=draw.uniform(1, 9, 900), **told)  # fmt: skip
    for given in (everyone, weighed):
        frames = metric_frames(given, "g")
        assert frames.outcomes is not None
        theirs = frames.selection.by_group.join(frames.outcomes.by_group)
        for group in measure(given, crossings=False).groups[1:]:
            for code in theirs.columns.drop("count"):
                assert group.rates[code].value == pytest.approx(theirs.loc[group.label, code], abs=1e-12), code
            assert group.n == theirs.loc[group.label, "count"]


def test_fairlearns_door_gives_no_rate_of_outcomes_that_only_the_chosen_have() -> None:
    given = Audited.of([1, None, 0, None], {"g": list("abab")}, flagged=[1, 0, 1, 0], outcomes=Outcomes.CHOSEN)
    assert metric_frames(given, "g").outcomes is None
    with pytest.raises(ValueError, match="no attribute 'h'; allowed: g"):
        metric_frames(given, "h")


def test_extras_are_plain_data_and_every_one_of_them_has_a_section_in_both_languages(
    made, cases: Cases, tested: Period, everyone: Shown
) -> None:
    asked = {"model": made.trained.model, "facts": made.trained.facts, "trees": QUICK, "may": everyone}
    deep = extras(cases, only(tested, "sex", "language"), **asked, wanted=Wanted(deep=True)).to_dict()
    assert [*extras(cases, only(tested, "sex", "language"), **asked).to_dict()] == ["proxies"]
    assert [*deep] == ["proxies", "ablations", "stress", "what_if"]
    outcomes = {name: {"sv": name, "en": name} for name in tested.audited}
    for language in ("sv", "en"):
        sections = [*more_sections(deep, outcomes, Words.read(language, "queue.toml", "audit.toml"))]
        assert [one["id"] for one in sections] == [*deep]
        for section in sections:
            assert all(
                len(row["cells"]) + 2 == len(table["heads"]) for table in section["tables"] for row in table["rows"]
            )
            assert any(table["rows"] for table in section["tables"])
    parts = audited({"findings": [], "extras": deep})
    assert (
        card_problems(
            cards.recounted(cards.FACTS | {"quantitative_analyses": cards.FACTS["quantitative_analyses"] | parts})
        )
        == ()
    )
