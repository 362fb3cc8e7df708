"""Here we hold the model to silence where it has not met the like or cannot tell enough, and to naming what it has not met."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from features.build import REGISTRY
from features.cases import Cases
from features.records import records
from features.report import NOTHING_KNOWN, Known, Report
from triage.assessment import Assessment
from triage.batch import assess_all
from triage.bundle import Bundle
from triage.judge import assess, known_before
from triage.lanes import Lane
from triage.law import Law


def with_support(bundle: Bundle, **changes: Any) -> Bundle:
    """Give the bundle with another support."""
    facts = bundle.facts
    return replace(bundle, facts=replace(facts, support=replace(facts.support, **changes)))


def having_seen(bundle: Bundle, name: str, low: float | None, high: float | None, *, absent: bool = True) -> Bundle:
    """Give the bundle with one feature seen otherwise."""
    seen, at = bundle.facts.support, REGISTRY.names.index(name)

    def put(part: tuple[Any, ...], value: object) -> tuple[Any, ...]:
        return (*part[:at], value, *part[at + 1 :])

    return with_support(bundle, low=put(seen.low, low), high=put(seen.high, high), absent=put(seen.absent, absent))


def never_met(bundle: Bundle, field: str, code: str) -> Bundle:
    """Give the bundle with a code that training has not met."""
    codes = dict(bundle.facts.support.codes)
    return with_support(bundle, codes=codes | {field: tuple(one for one in codes[field] if one != code)})


def silent(answer: Assessment) -> tuple[str, str | None, Lane, bool]:
    why = answer.model.why and answer.model.why.code
    return answer.model.state, why, answer.lane, answer.score is None


OUTSIDE = ("abstains", "outside_training", Lane.PERSON_FIRST, True)


@pytest.fixture
def seven_earlier(a_report: Callable[..., Report]) -> tuple[Report, Known]:
    """A report after seven others in three months, each by another reporter."""
    who = ("school", "police", "parent", "relative", "dental_care", "child", "preschool")
    days = [f"2025-08-{number + 1:02d}T09:00:00+02:00" for number in range(7)]
    earlier = [
        a_report("neglect", report_id=f"e{number}", received_at=day, reporter=one)
        for number, (day, one) in enumerate(zip(days, who, strict=True))
    ]
    return a_report("neglect"), Known(reports=tuple(earlier))


RANGES = [
    (1.0, "abstains", "Tidigare anmälningar: 7. Modellen har mött 0 till 1."),
    (2.0, "abstains", "Tidigare anmälningar: 7. Modellen har mött 0 till 2."),
    (3.0, "scored", None),  # 7 lies within two widths beyond 3
    (7.0, "scored", None),
]


@pytest.mark.parametrize(("high", "state", "said"), RANGES)
def test_a_count_far_beyond_what_was_met_silences_the_model_and_is_named(
    law: Law, bundle: Bundle, seven_earlier: tuple[Report, Known], high: float, state: str, said: str | None
) -> None:
    answer = assess(*seven_earlier, having_seen(bundle, "reports_before", 0.0, high), law)
    assert answer.model.state == state
    assert [(one.code, one.text.sv) for one in answer.model.outside] == ([("reports_before", said)] if said else [])
    if said:
        assert silent(answer) == OUTSIDE
        assert answer.model.outside[0].text.en == f"Earlier reports: 7. The model has met 0 to {high:.0f}."


def test_what_training_knew_of_nobody_is_named_as_too_rare(
    law: Law, bundle: Bundle, seven_earlier: tuple[Report, Known]
) -> None:
    answer = assess(*seven_earlier, having_seen(bundle, "reports_before", None, None), law)
    assert silent(answer) == OUTSIDE
    (one,) = answer.model.outside
    assert one.text.en.endswith(": 7. The model has met too few such reports.")


@pytest.mark.parametrize(("met", "state"), [(True, "scored"), (False, "abstains")])
def test_an_unknown_is_outside_only_where_training_always_knew(
    law: Law, bundle: Bundle, a_report: Callable[..., Report], met: bool, state: str
) -> None:
    """Trees that never met an unknown read it as 0."""
    answer = assess(a_report("neglect"), NOTHING_KNOWN, having_seen(bundle, "acute_facts", 0.0, 5.0, absent=met), law)
    assert answer.model.state == state
    said = [one.text.en for one in answer.model.outside]
    absent = REGISTRY["acute_facts"].words.absent[1]
    assert said == ([] if met else [f"{absent[0].upper()}{absent[1:]}. The model has met too few such reports."])


CODES = [
    ("reporter", "school", "Anmälare: skola eller elevhälsa. Modellen har mött för få sådana anmälningar."),
    (
        "referral_type",
        "child_concern_report",
        "Hur uppgiften kom in: anmälan om barn som far illa. Modellen har mött för få sådana anmälningar.",
    ),
    ("concerns", "neglect", "Oro: omsorgssvikt. Modellen har mött för få sådana anmälningar."),
]


@pytest.mark.parametrize(("field", "code", "said"), CODES)
def test_a_code_that_training_has_not_met_silences_the_model_and_is_named_once(
    law: Law, bundle: Bundle, a_report: Callable[..., Report], field: str, code: str, said: str
) -> None:
    report = a_report("neglect", "neglect", "parent_crime")
    answer = assess(report, NOTHING_KNOWN, never_met(bundle, field, code), law)
    assert silent(answer) == OUTSIDE
    assert [(one.code, one.text.sv) for one in answer.model.outside] == [(f"{field}.{code}", said)]
    assert "outside_training" in {reason.code for reason in answer.lane_reasons}
    other = assess(report, NOTHING_KNOWN, never_met(bundle, field, bundle.facts.support.codes[field][-1]), law)
    assert other.model.state == "scored"


def test_a_unit_that_training_has_not_met_is_outside_the_bundle_s_scope(
    law: Law, bundle: Bundle, a_report: Callable[..., Report]
) -> None:
    answer = assess(a_report("neglect"), NOTHING_KNOWN, never_met(bundle, "unit", "north"), law)
    assert silent(answer) == ("refused", "unit_not_trained", Lane.PERSON_FIRST, True)


def test_everything_that_was_not_met_is_named_at_once(
    law: Law, bundle: Bundle, seven_earlier: tuple[Report, Known], validator: Draft202012Validator
) -> None:
    narrow = having_seen(never_met(never_met(bundle, "reporter", "school"), "concerns", "neglect"), "reports_90", 0, 0)
    answer = assess(*seven_earlier, narrow, law)
    assert [one.code for one in answer.model.outside] == ["reporter.school", "concerns.neglect", "reports_90"]
    validator.validate(json.loads(answer.to_json()))


def test_an_interval_that_is_too_wide_is_no_estimate(law: Law, bundle: Bundle, a_report: Callable[..., Report]) -> None:
    spoken = assess(a_report("neglect"), NOTHING_KNOWN, bundle, law)
    assert spoken.score is not None
    width = spoken.score.high - spoken.score.low
    for widest, state in ((width + 1e-9, "scored"), (width - 1e-9, "abstains")):
        answer = assess(
            a_report("neglect"), NOTHING_KNOWN, replace(bundle, facts=replace(bundle.facts, widest=widest)), law
        )
        assert answer.model.state == state
    assert silent(answer) == ("abstains", "interval_too_wide", Lane.PERSON_FIRST, True)
    assert answer.model.outside == ()


def test_silence_changes_nothing_that_the_law_says(law: Law, bundle: Bundle, witnessed: Report) -> None:
    spoken = assess(witnessed, NOTHING_KNOWN, bundle, law)
    quiet = assess(witnessed, NOTHING_KNOWN, never_met(bundle, "reporter", "school"), law)
    assert (quiet.findings, quiet.deadlines, quiet.questions) == (spoken.findings, spoken.deadlines, spoken.questions)
    assert quiet.lane is Lane.MANDATED


def test_a_model_that_fails_is_broken_and_not_merely_silent(
    law: Law, bad_explainer: Bundle, a_report: Callable[..., Report]
) -> None:
    answer = assess(a_report("neglect"), NOTHING_KNOWN, never_met(bad_explainer, "reporter", "school"), law)
    assert answer.model.state == "broken"


def test_one_report_and_a_batch_are_silent_about_the_same(
    town: dict[str, pd.DataFrame], law: Law, bundle: Bundle
) -> None:
    cases = Cases.from_frames(town)
    narrow = having_seen(never_met(bundle, "reporter", "police"), "reports_before", 0.0, 1.0)
    narrow = replace(narrow, facts=replace(narrow.facts, widest=0.03))
    held = records(cases)
    asked = list(held.reports)[::4]
    answers = assess_all(cases, narrow, law, only=asked, threads=2)
    states = {answer.model.why.code if answer.model.why else answer.model.state for answer in answers}
    assert {"outside_training", "interval_too_wide", "no_concern", "scored"} <= states
    for answer in answers:
        report = held.reports[answer.report_id, answer.child_id]
        assert assess(report, known_before(report, held.known(report)), narrow, law).to_json() == answer.to_json()
