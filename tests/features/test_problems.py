"""Here we hold the words of problems: both languages, every part said, nothing that could name a person."""

from __future__ import annotations

import pytest

from features.problems import WORDS, Problem

HIDDEN = "880320-0016"


@pytest.mark.parametrize("code", WORDS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_problem_says_where_what_and_what_to_do(code: str, language: str) -> None:
    text = Problem("reports", "r1", "unit", code, "polisen", "a, b").text(language)
    what, todo = WORDS[code][:2][language == "en"], WORDS[code][2:][language == "en"]
    assert text.startswith({"sv": "reports, rad r1, kolumn unit: ", "en": "reports, row r1, column unit: "}[language])
    assert text.endswith(todo)
    assert what.replace("{came}", "") or what == "{came}"
    assert {"sv": "Tillåtet: a, b.", "en": "Allowed: a, b."}[language] in text
    assert "{" not in text
    assert ("polisen" in text) == ("{came}" in what)


@pytest.mark.parametrize("code", WORDS)
def test_the_two_languages_differ_and_show_the_same_value(code: str) -> None:
    sv, en, do_sv, do_en = WORDS[code]
    assert sv != en
    assert do_sv != do_en
    assert ("{came}" in sv) == ("{came}" in en)
    assert do_sv.endswith(".")
    assert do_en.endswith(".")


@pytest.mark.parametrize("place", ["table", "row", "column", "came"])
@pytest.mark.parametrize("code", ["unknown_code", "personal_number"])
def test_a_personal_identity_number_is_hidden_wherever_it_is_put(place: str, code: str) -> None:
    given = {"table": "reports", "row": "r1", "column": "unit", "came": "x", place: f"mamma {HIDDEN}"}
    problem = Problem(code=code, **given)
    shown = [repr(problem), str(problem.to_dict()), problem.text("sv"), problem.text("en")]
    assert [text for text in shown if HIDDEN in text or "880320" in text] == []
    assert getattr(problem, place) in {None, "***"}


def test_what_came_is_never_shown_with_a_personal_identity_number() -> None:
    assert Problem("reports", "r1", "unit", "personal_number", "anything").came is None


@pytest.mark.parametrize(("length", "shown"), [(60, 60), (61, 60), (5_000, 60)])
def test_what_came_is_cut_short(length: int, shown: int) -> None:
    came = Problem("reports", "r1", "unit", "unknown_code", "x" * length).came
    assert len(came) == shown
    assert came.endswith("…") == (length > 60)


def test_a_number_behind_the_cut_hides_the_whole_value() -> None:
    assert Problem("reports", "r1", "unit", "unknown_code", "x" * 55 + HIDDEN).came is None


def test_a_code_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="Unknown problem code 'oops'; allowed: missing"):
        Problem("reports", None, None, "oops")


def test_a_problem_of_a_whole_table_names_no_row() -> None:
    assert Problem("events", None, None, "missing_table").text("en").startswith("events: the table is missing")


def test_to_dict_holds_the_data_and_both_texts() -> None:
    problem = Problem("reports", "r1", "unit", "missing")
    assert problem.to_dict() == {
        "table": "reports",
        "row": "r1",
        "column": "unit",
        "code": "missing",
        "came": None,
        "allowed": None,
        "sv": problem.text("sv"),
        "en": problem.text("en"),
    }
