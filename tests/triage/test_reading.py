"""Here we hold the words for what a rule read: every field in both languages, every value, and never a raw code."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from features.codes import Code, Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.report import Known, Report, ReportedConcern, local_time
from features.schema import FACTS
from triage.findings import Finding
from triage.law import Law
from triage.reading import FIELDS, say, say_field, say_value
from triage.rules import findings

LANGUAGES = ("sv", "en")
CODES: tuple[type[Code], ...] = (Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo)
RAW = {code for codes in CODES for code in codes.values() if "_" in code}


@pytest.fixture(scope="module")
def values_read(law: Law) -> set[tuple[str, str]]:
    """Everything that any rule reads in any of many random reports."""
    draw = random.Random(17)
    found = set()
    for _ in range(3000):
        found |= {(value.field, value.value) for finding in anything(draw, law) for value in finding.values_read}
    return found


def anything(draw: random.Random, law: Law) -> tuple[Finding, ...]:
    codes = {"status": ConcernStatus, "exposure": Exposure, "perpetrator": Perpetrator}
    concerns = tuple(
        ReportedConcern(
            concern=draw.choice(tuple(Concern)), **{name: draw.choice(tuple(kind)) for name, kind in codes.items()}
        )
        for _ in range(draw.randint(0, 2))
    )
    report = Report(
        report_id="r",
        child_id="c",
        unit="u",
        received_at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC),
        referral_type=draw.choice(tuple(ReferralType)),
        reporter=draw.choice(tuple(Reporter)),
        birth_month=draw.choice((None, "2010-01", "2004-02")),
        feedback_requested=draw.choice(tuple(YesNo)),
        concerns=concerns,
        **{name: draw.choice(tuple(YesNo)) for name in FACTS},
    )
    in_force = law.at(local_time(report.received_at).date())
    return findings(report, Known(), in_force)


def test_every_field_that_a_rule_can_read_has_words_in_both_languages(values_read: set[tuple[str, str]]) -> None:
    fields = {field.partition(".")[0] for field, _ in values_read}
    assert fields == set(FIELDS), "words for a field that no rule reads, or a field without words"
    for field in fields:
        sv, en = say_field(field, "sv"), say_field(field, "en")
        assert sv != en, field
        assert "_" not in sv + en, field
        assert field != sv, field


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_raw_code_is_left_in_what_is_said(values_read: set[tuple[str, str]], language: str) -> None:
    for field, value in values_read:
        said = say(field, value, language)
        assert "_" not in said, said
        assert not any(raw in said for raw in RAW), said


def test_both_languages_say_every_value_and_only_their_own(values_read: set[tuple[str, str]]) -> None:
    for field, value in values_read:
        sv, en = say_value(field, value, "sv"), say_value(field, value, "en")
        assert sv.strip()
        assert en.strip()
        if value in {"yes", "no", "unknown", "-"}:
            assert sv != en


@pytest.mark.parametrize("concern", Concern)
@pytest.mark.parametrize("exposure", Exposure)
@pytest.mark.parametrize("perpetrator", Perpetrator)
def test_every_concern_is_said_with_how_the_child_met_it_who_acted_and_how_sure(
    concern: Concern, exposure: Exposure, perpetrator: Perpetrator
) -> None:
    for status in ConcernStatus:
        for language in LANGUAGES:
            said = say_value("concerns.0", f"{concern}/{exposure}/{perpetrator}/{status}", language)
            assert concern.label(language) in said
            assert status.label(language) in said
            if exposure is not Exposure.UNKNOWN:
                assert exposure.label(language) in said
            if perpetrator is not Perpetrator.UNKNOWN:
                assert perpetrator.label(language) in said


def test_concerns_are_counted_from_one_and_what_is_missing_is_said_to_be() -> None:
    assert say_field("concerns.2", "sv") == "oro 3"
    assert (say("birth_month", "-", "sv"), say("birth_month", "-", "en")) == (
        "födelsemånad: saknas",
        "month of birth: missing",
    )
    assert say("birth_month", "2016-04", "sv") == "födelsemånad: 2016-04"
    assert say("reporter", "school", "en") == "reporter: school or pupil health"
    assert say_value("concerns.0", "neglect", "sv") == "omsorgssvikt"
