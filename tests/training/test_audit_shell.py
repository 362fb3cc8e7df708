"""Here we test the audit of groups on cases: what is gathered, the chain, what is published together, and the page."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from features.cases import Cases
from features.folder import load
from tests.conftest import skip_or_fail
from tests.training.test_card_browser import FLAGS
from training.audit import AuditReport, Period, audit_period, period, unseen
from training.audit.chain import chain
from training.audit.period import OR
from training.audit.published import publishable
from training.audit.steps import STEPS, Steps, steps
from training.card.audited import fairness
from training.cli.app import app
from training.inputs import Inputs, gather
from training.pages.audit import audit_page
from training.plan import TrainingPlan
from triage.audit import AuditVerdict
from triage.audit.shown import shown

PROMISES = re.compile(
    r"\b(safe|low risk|fair model|unbiased|säker modell|låg risk|rättvis\w*|riskfri\w*)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def cases(municipality: Path) -> Cases:
    return load(municipality)


@pytest.fixture(scope="module")
def inputs(cases: Cases) -> Inputs:
    return gather(cases, TrainingPlan(), lambda _: None)


@pytest.fixture(scope="module")
def tested(made, inputs: Inputs) -> Period:
    """Every mature report, as though the model had learned from none: more to look at than the tested part."""
    rows = np.flatnonzero(inputs.received < np.datetime64(inputs.end.replace(tzinfo=None)) - np.timedelta64(180, "D"))
    return period(inputs, rows, made.trained.model, made.trained.facts, per_day=20.0)


@pytest.fixture(scope="module")
def report(cases: Cases, tested: Period) -> AuditReport:
    return audit_period(cases, tested, {"bundle": "0" * 16, "synthetic": True, "from": "a", "to": "b", "outcomes": {
        name: {"sv": name, "en": name} for name in tested.audited}})  # fmt: skip


def test_a_period_holds_what_was_recorded_of_each_report_and_nothing_more(inputs: Inputs, tested: Period) -> None:
    first = tested.first
    assert np.isnan(first.outcome).sum() == (~inputs.labels.known[tested.rows]).sum()
    assert {one.name for one in first.attributes} >= {"sex", "birth_region", "disability", "unit", "reporter", "age"}
    assert first.sample is not None
    assert (first.sample.rows == inputs.mandated[tested.rows]).all()
    assert first.delay is not None
    assert first.delay.min() >= 0


def test_nobody_reaches_a_step_without_the_one_before(cases: Cases, tested: Period) -> None:
    followed = steps(cases, tested.rows, tested.prioritised)
    for step in STEPS:
        assert not (followed.passed[step.code] & ~followed.reached[step.code]).any(), step.code
    assert not (followed.reached["confirmed"] & ~followed.passed["opened"]).any()
    assert 0 < followed.passed["accepted"].sum() < followed.passed["offered"].sum() < followed.passed["opened"].sum()


def test_the_chain_names_the_step_at_which_a_planted_gap_arises(cases: Cases, tested: Period) -> None:
    followed = steps(cases, tested.rows, tested.prioritised)
    language = next(one for one in tested.first.attributes if one.name == "language")
    other = language.codes == language.labels.index("other")
    turned_away = other & followed.passed["opened"] & (np.random.default_rng(3).random(len(other)) < 0.5)
    opened = followed.passed["opened"] & ~turned_away
    planted = Steps(
        {**followed.reached, "confirmed": followed.reached["confirmed"] & opened, "offered": followed.reached["offered"] & opened},
        {**followed.passed, "opened": opened},
    )  # fmt: skip
    given = replace(tested.first, attributes=(language,), sample=None, abstained=None)
    may = shown(given, flagged=[planted.passed["opened"].astype(float)])
    first = {one.gap.label: one.code for one in chain(given, planted, tested.mandated, may).arises()}
    assert first["other"] == "opened_gap"
    assert "other" not in {one.gap.label for one in chain(given, followed, tested.mandated, may).arises()}


def test_what_is_published_together_hides_the_same_groups_everywhere(report: AuditReport) -> None:
    hidden = {(one.attribute, one.label) for one in next(iter(report.outcomes.values())).groups if one.n is None}
    parts = [*report.outcomes.values(), *((link.found for link in report.chain.links) if report.chain else ())]
    for part in parts:
        assert {(one.attribute, one.label) for one in part.groups if one.n is None} == hidden
    for groups in report.sweep.by_capacity.values():
        assert {(one.attribute, one.label) for one in groups if one.n is None} == hidden
    assert all(group.n is None or group.n >= 5 for part in parts for group in part.groups)


def test_a_capacity_next_to_the_limit_is_not_published(cases: Cases, tested: Period) -> None:
    followed = steps(cases, tested.rows, tested.prioritised)
    share = float(tested.prioritised.mean())
    assert all(abs(one - share) > 0.002 for one in publishable(tested, followed).capacities)


def test_the_card_gets_a_verdict_and_none_is_passed_while_anything_is_untold(report: AuditReport) -> None:
    told, counts = fairness(report.for_card()), report.counts()
    assert told["state"] == "examined"
    assert (told["verdict"] == "failed") == (counts["concern"] > 0)
    assert (told["verdict"] == "passed") == (counts["concern"] == counts["cannot_tell"] == 0)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_says_who_is_harmed_and_promises_nothing(report: AuditReport, language: str) -> None:
    plain = json.loads(json.dumps(report.to_dict()))
    page = audit_page(plain, language=language)
    assert not PROMISES.search(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))
    assert not PROMISES.search(json.dumps(plain, ensure_ascii=False))
    assert not re.search(r"https?://", page)
    concerns = [one for _, one in report.findings() if one.verdict is AuditVerdict.CONCERN]
    worst = max(concerns, key=lambda one: abs(one.gap.difference or 0.0) / one.size)
    assert worst.harm is not None
    assert worst.harm.say(language) in page


def test_a_bundles_own_cases_are_audited_on_its_tested_part_only(made, cases: Cases, inputs: Inputs) -> None:
    rows = unseen(cases, inputs, made.trained.facts, TrainingPlan())
    assert sorted(rows.tolist()) == sorted(made.trained.split.test.all_rows.tolist())
    later = unseen(cases, replace(inputs, digest="another"), made.trained.facts, TrainingPlan())
    assert inputs.received[later].min() >= np.datetime64(made.trained.facts.trained_to)


def test_the_verb_writes_data_and_pages_and_ends_with_a_code_of_its_own_when_there_is_a_concern(
    municipality: Path, made, tmp_path: Path
) -> None:
    ran = CliRunner().invoke(app, ["audit", str(municipality), "--bundle", str(made.bundle), "--out", str(tmp_path), "--json",
                                   "--reference", "sex=boy"])  # fmt: skip
    plain = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))
    assert ran.exit_code == (11 if plain["counts"]["concern"] else 0), ran.output
    assert {path.name for path in tmp_path.iterdir()} == {"audit.json", "audit.sv.html", "audit.en.html"}
    gaps = [one for one in plain["outcomes"]["need_confirmed"]["gaps"] if one["attribute"] == "sex"]
    assert {one["reference"].split(OR)[0] for one in gaps} == {"boy"}


@pytest.mark.parametrize(
    ("option", "pair", "said"),
    [
        ("--justify", "aeg=why", "income_band"),
        ("--reference", "sx=boy", "referral_type"),
        ("--reference", "sex=buoy", "Allowed: boy, girl"),
    ],
)
def test_a_mistyped_attribute_or_group_is_refused_with_what_is_allowed(
    municipality: Path, made, option: str, pair: str, said: str
) -> None:
    ran = CliRunner().invoke(app, ["audit", str(municipality), "--bundle", str(made.bundle), option, pair])
    assert ran.exit_code != 0
    assert said in f"{ran.output} {ran.exception}"


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_barrier_no_name_is_cut_and_the_tables_are_sorted_by_a_press(
    report: AuditReport, tmp_path: Path, width: int
) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        skip_or_fail("Debian's chromium is not installed")
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    plain = json.loads(json.dumps(report.to_dict()))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for language in ("sv", "en"):
            (tmp_path / "audit.html").write_text(audit_page(plain, language=language), encoding="utf-8")
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto((tmp_path / "audit.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            begins = page.locator("svg.rates text").evaluate_all("all => all.map(text => text.getBBox().x)")
            assert min(begins) >= 0, "a name is cut at the left"
            page.locator("table.sortable thead th:nth-child(3) button").first.click()
            cells = (
                page.locator("table.sortable")
                .first.locator("tbody tr td:nth-child(3)")
                .evaluate_all("all => all.map(cell => Number(cell.dataset.value))")
            )
            assert cells == sorted(cells, reverse=True)
            assert len(set(cells)) > 3
            page.close()
        browser.close()
