"""The ordering table can be edited by a practitioner: every error names the place and the field, and a signature binds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.personal_numbers import contains
from features.report import months_since
from training.probes import load_table, read_table
from training.probes.ordering_file import SHIPPED
from triage.errors import TrainingRefused

HEAD = """
version = "1"
received_at = "2026-03-02T10:00:00+01:00"
"""
UNSIGNED = """
[signature]
signed_by = ""
signed_on = ""
signed_digest = ""
"""
REST = """
[vignette.neglect]
sv = "Omsorgssvikt"
en = "Neglect"
every_age = true
reporter = "school"
concerns = [{ concern = "neglect" }]

[vignette.known]
sv = "Känd"
en = "Known"
reporter = "school"
injury_now = "yes"
concerns = [{ concern = "neglect" }]
history = [
  { kind = "report", days_ago = 40, reporter = "health_care" },
  { kind = "placement_started", days_ago = 400, detail = "foster_home" },
]

[[pair]]
first = { vignette = "known", age_years = 3 }
second = { vignette = "neglect", age_months = 7 }
relation = "not_after"
sv = "Därför."
en = "Because."
"""
WHOLE = HEAD + UNSIGNED + REST
NEGLECT = read_table(WHOLE, "table").vignettes[0]


def test_the_shipped_table_is_a_draft_of_fifteen_to_twenty_five_pairs_and_says_so() -> None:
    table = load_table()
    assert 15 <= len(table.pairs) <= 25
    assert not table.signed
    assert "draft, not signed" in table.standing.en
    assert "utkast" in table.standing.sv
    assert sum(vignette.every_age for vignette in table.vignettes) >= 8
    assert any(vignette.slight for vignette in table.vignettes)
    used = {situation.vignette.code for situation in table.situations}
    assert used <= {vignette.code for vignette in table.vignettes}
    for pair in table.pairs:
        assert pair.first.case != pair.second.case
        assert not any(contains(text) for text in (pair.why.sv, pair.why.en))


def test_the_shipped_table_holds_the_pairs_that_the_catalogue_names() -> None:
    pairs = {
        (pair.first.vignette.code, pair.first.months, pair.second.vignette.code, pair.second.months)
        for pair in load_table().pairs
    }
    assert {
        ("parent_substance", 0, "truancy", 144),
        ("abuse", 12, "truancy", 204),
        ("neglect", 24, "neglect", 192),
    } <= pairs


def test_a_table_is_read_as_it_is_written() -> None:
    table = read_table(WHOLE, "table")
    pair = table.pairs[0]
    report, known = pair.first.case
    assert (pair.first.months, pair.second.months, pair.relation) == (36, 7, "not_after")
    assert report.injury_now == "yes"
    assert report.birth_month == "2023-03"
    assert [(report.received_at - row.received_at).days for row in known.reports] == [40]
    assert [(event.detail, (report.received_at - event.happened_at).days) for event in known.events] == [
        ("foster_home", 400)
    ]
    assert pair.first.text.en == "Known, 3 years"
    assert pair.second.text.sv == "Omsorgssvikt, 7 månader"


BROKEN = {
    'concern = "neglect" }]\n\n': (
        'concern = "sorrow" }]\n\n',
        r"vignette 'neglect': .*concerns\.0\.concern: 'sorrow'",
    ),
    'injury_now = "yes"': ('injury_now = "maybe"', r"vignette 'known': .*injury_now: 'maybe'"),
    'sv = "Känd"\n': ("", r"vignette 'known': sv is missing"),
    'en = "Because."': ('en = " "', r"pair 1: en is empty"),
    'sv = "Därför."': ('sv = "Barnet 8803200016"', r"pair 1: sv holds a personal identity number"),
    'reporter = "school"\nconcerns': ("concerns", r"vignette 'neglect': .*reporter: a value is missing"),
    "injury_now": ("injured_now", r"vignette 'known': .*injured_now"),
    '[{ concern = "neglect" }]\nhistory': ("[]\nhistory", r"vignette 'known': concerns is missing or empty"),
    "every_age = true": ('every_age = "yes"', r"vignette 'neglect': every_age is 'yes'.*kind bool"),
    'every_age = true\nreporter = "school"': ('reporter = "school"', r"head: every_age stands in no vignette"),
    'en = "Known"': ('en = "Known"\nevery_age = true', r"vignette 'known': history came with every_age"),
    'en = "Neglect"': ('en = "Neglect"\nbirth_month = "2020-01"', r"vignette 'neglect': birth_month came"),
    "days_ago = 40": ("days_ago = 0", r"vignette 'known', history 1: days_ago is 0"),
    "days_ago = 40,": ("", r"vignette 'known', history 1: days_ago is missing"),
    "days_ago = 400": ("days_ago = true", r"vignette 'known', history 2: days_ago is True"),
    '"placement_started"': ('"placed"', r"vignette 'known', history 2: .*kind: 'placed'"),
    ', detail = "foster_home"': ("", r"vignette 'known', history 2: .*detail: a value is missing"),
    'reporter = "health_care" }': ('reporter = "doctor" }', r"vignette 'known', history 1: .*reporter: 'doctor'"),
    '"not_after"': ('"first"', r"pair 1: relation is 'first'. Allowed: before, not_after"),
    'vignette = "known"': ('vignette = "unknown"', r"pair 1, first: vignette is 'unknown'. Allowed: neglect, known"),
    ", age_months = 7": ("", r"pair 1, second: age is missing, or came twice"),
    "age_months = 7": ("age_months = 216", r"pair 1, second: age is 216 months"),
    "age_years = 3": ("age_months = 11", r"pair 1, first: age is 11 months. The history begins before birth"),
    "second = {": ("third = {", r"pair 1: second is missing"),
    'version = "1"': ("version = 1", r"head: version is 1. Give a value of kind str"),
    "+01:00": ("", r"vignette 'neglect': .*received_at"),
    "[[pair]]": ("[[pair", r"head: TOML cannot be read"),
    'signed_by = ""': ('signed_by = "A. Person"', r"signature: signed_on is ''"),
}


@pytest.mark.parametrize("was", BROKEN)
def test_an_error_names_the_table_the_place_and_the_field(was: str) -> None:
    now, message = BROKEN[was]
    assert was in WHOLE
    with pytest.raises(TrainingRefused, match=rf"(?s)^table: {message}"):
        read_table(WHOLE.replace(was, now, 1), "table")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD, "vignette is missing"),
        (HEAD + "vignette = { a = 3 }\npair = []", "a is 3"),
        (HEAD + "pair = []" + REST.partition("[[pair]]")[0], "pair is empty"),
        (HEAD + "pair = [3]" + REST.partition("[[pair]]")[0], "pair 1: the whole is 3"),
        (WHOLE.replace("history = [\n", "history = [\n  3,\n"), "history 1: the whole is 3"),
    ],
)
def test_what_is_no_table_at_all_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(TrainingRefused, match=message):
        read_table(text, "table")


def signed(digest: str, rest: str = REST) -> str:
    name = 'signed_by = "A. Person, social worker"\nsigned_on = 2027-01-31\n'
    return f'{HEAD}\n[signature]\n{name}signed_digest = "{digest}"\n{rest}'


def test_a_signature_holds_for_what_was_signed_and_for_nothing_else() -> None:
    digest = read_table(WHOLE, "table").digest
    table = read_table(signed(digest), "table")
    assert table.signed
    assert table.standing.en == "The table (version 1) was signed by A. Person, social worker on 2027-01-31."
    edited = read_table(signed(digest, REST.replace("age_years = 3", "age_years = 4")), "table")
    assert not edited.signed
    assert "changed after A. Person, social worker signed it" in edited.standing.en
    assert edited.to_dict()["signed_by"] == "A. Person, social worker"


def test_a_signature_without_a_digest_says_which_to_write() -> None:
    with pytest.raises(TrainingRefused, match=f"write {read_table(WHOLE, 'table').digest}"):
        read_table(signed(""), "table")


def test_comments_and_spaces_do_not_change_what_was_signed() -> None:
    spaced = read_table(WHOLE.replace("[[pair]]", "# a comment\n\n[[pair]]"), "table")
    assert spaced.digest == read_table(WHOLE, "table").digest


def test_a_table_can_be_read_from_a_file(tmp_path) -> None:
    path = tmp_path / SHIPPED
    path.write_text(WHOLE, encoding="utf-8")
    assert load_table(path) == read_table(WHOLE, SHIPPED)


@given(months=st.integers(0, 215))
def test_a_child_is_as_old_as_the_pair_says(months: int) -> None:
    report, _ = NEGLECT.at(months)
    assert report.birth_month is not None
    assert months_since(report.birth_month, report.received_at) == months
