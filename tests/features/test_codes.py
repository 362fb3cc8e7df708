"""Here we hold the code lists: unique, labelled in both languages, and unknown never a word for no."""

from __future__ import annotations

import pytest

from features import codes, event_codes
from features.codes import Code, Concern, ConcernDomain, Reporter, ReporterGroup, YesNo
from features.event_codes import Attribute, EventKind, Instrument
from features.kinds import IDENTIFIER, OneOf
from features.schema import TABLES

LISTS = sorted(
    {
        one
        for module in (codes, event_codes)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Code)
    }
    - {Code},
    key=lambda one: one.__name__,
)
SAME_IN_BOTH = {"ORS", "CORS", "KIDSCREEN-10"}


@pytest.mark.parametrize("codes", LISTS, ids=lambda one: one.__name__)
def test_every_code_is_a_short_unique_word_with_two_labels(codes: type[Code]) -> None:
    import re

    assert len(set(codes.values())) == len(codes.__members__), "two names for one value"
    for code in codes:
        assert re.fullmatch(IDENTIFIER, code.value)
        assert code == code.value == str(code)
        assert codes(code.value) is code
        assert code.sv
        assert code.en
        assert code.label("sv") == code.sv
        assert code.label("en") == code.en
        assert code.sv != code.en or code.sv in SAME_IN_BOTH | {"transfer"}, code
    assert len({code.sv for code in codes}) == len({code.en for code in codes}) == len(codes)


def test_every_code_list_of_the_contract_can_say_unknown_or_is_required() -> None:
    for table in TABLES.values():
        for column in table.columns:
            if isinstance(column.kind, OneOf) and not column.required:
                assert column.default == "unknown", f"{table.name}.{column.name}"
                assert column.default in column.kind.codes.values()


def test_an_answer_is_yes_no_or_unknown() -> None:
    assert YesNo.values() == ("yes", "no", "unknown")


@pytest.mark.parametrize(
    ("reporter", "group"),
    [
        ("police", "authority"),
        ("social_services", "authority"),
        ("security_guard", "authority"),
        ("school", "education"),
        ("preschool", "education"),
        ("health_care", "health"),
        ("dental_care", "health"),
        ("child", "private"),
        ("anonymous", "private"),
        ("civil_society", "other"),
        ("other_unknown", "other"),
    ],
)
def test_reporters_have_a_group(reporter: str, group: str) -> None:
    assert Reporter(reporter).group is ReporterGroup(group)


def test_every_group_and_domain_has_members() -> None:
    assert {one.group for one in Reporter} == set(ReporterGroup)
    assert {one.domain for one in Concern} == set(ConcernDomain)


@pytest.mark.parametrize(
    ("concern", "domain", "violence"),
    [
        ("neglect", "parent_related", False),
        ("self_harm", "child_related", False),
        ("violence_by_other", "child_related", True),
        ("witnessed_violence", "violence_close_relation", True),
        ("honour_related", "violence_close_relation", True),
        ("not_stated", "other_unknown", False),
    ],
)
def test_concerns_have_a_domain_and_may_name_violence(concern: str, domain: str, violence: bool) -> None:
    assert Concern(concern).domain is ConcernDomain(domain)
    assert Concern(concern).is_violence is violence


def test_every_concern_of_violence_in_a_close_relation_names_violence() -> None:
    assert all(one.is_violence for one in Concern if one.domain is ConcernDomain.VIOLENCE)


WITHOUT_DETAIL = {"investigation_opened", "follow_up_started", "case_closed"}


@pytest.mark.parametrize("kind", EventKind)
def test_a_kind_of_event_has_a_list_of_details_or_none(kind: EventKind) -> None:
    assert (kind.details is None) == (kind.value in WITHOUT_DETAIL)


@pytest.mark.parametrize("instrument", Instrument)
def test_an_instrument_has_an_ordered_range_unless_it_is_another(instrument: Instrument) -> None:
    bounds = instrument.total_range
    assert bounds[0] < bounds[1] if bounds else instrument is Instrument.OTHER


def test_the_audited_attributes_are_those_of_the_contract() -> None:
    assert set(Attribute.values()) == {"sex", "birth_region", "disability", "income_band", "area", "language"}
