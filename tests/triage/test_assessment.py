"""Here we hold the answer to its published schema, to sums that add up, and to showing nothing it should not."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from features.build import REGISTRY, build_one
from features.event_codes import Attribute
from features.groups import Group
from features.report import NOTHING_KNOWN, Known, Report, to_plain
from triage import schema
from triage.assessment import Assessment
from triage.bundle import Bundle
from triage.errors import BundleRefused
from triage.judge import assess, assess_json, known_before
from triage.law import Law
from triage.sentences import UNKNOWN, UNLESS
from triage.venn_abers import VennAbers
from triage.words import Text

Pair = tuple[Report, Known]
some = settings(max_examples=60, deadline=None, database=None, derandomize=True)
thorough = settings(max_examples=300, deadline=None, database=None, derandomize=True)


def check(validator: Draft202012Validator, answer: Assessment) -> None:
    problems = [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(json.loads(answer.to_json()))]
    assert problems == []


# ---------------------------------------------------------------- the published schema


@some
@given(data=st.data())
def test_every_answer_follows_the_published_schema(
    law: Law, bundle: Bundle, validator: Draft202012Validator, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    for one in (None, bundle, BundleRefused()):
        check(validator, assess(report, known, one, law))


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@some
@given(data=st.data(), wrong=st.dictionaries(st.sampled_from(sorted(Report.__dataclass_fields__)), JSONS, max_size=3))
def test_broken_reports_follow_the_published_schema_too(
    law: Law,
    validator: Draft202012Validator,
    reports: st.SearchStrategy[Report],
    data: st.DataObject,
    wrong: dict[str, object],
) -> None:
    text = json.dumps(to_plain(data.draw(reports)) | wrong)
    check(validator, assess_json(text, NOTHING_KNOWN, None, law))


@thorough
@given(text=st.text(max_size=60) | st.binary(max_size=60) | JSONS.map(json.dumps))
def test_garbage_follows_the_published_schema_too(law: Law, validator: Draft202012Validator, text: str | bytes) -> None:
    answer = assess_json(text, NOTHING_KNOWN, None, law)
    assert answer.status == "set_aside"
    check(validator, answer)


def test_the_schema_refuses_what_no_answer_has(law: Law, validator: Draft202012Validator, witnessed: Report) -> None:
    plain = assess(witnessed, NOTHING_KNOWN, None, law).to_dict()
    wrong = [
        plain | {"lane": "low"}, plain | {"more": 1}, plain | {"lane_reasons": []}, plain | {"remarks": []},
        plain | {"input_digest": "x"}, {name: value for name, value in plain.items() if name != "findings"},
        plain | {"received_at": "yesterday"},
    ]  # fmt: skip
    formats = "date-time" in validator.format_checker.checkers
    assert [validator.is_valid(one) for one in wrong] == [False] * 6 + [not formats]


def test_the_schema_is_read_anew_for_everyone() -> None:
    schema()["properties"].clear()
    assert schema()["properties"]
    assert schema()["$id"] == "urn:orosanmalan-triage:assessment:2"


@some
@given(data=st.data())
def test_json_is_one_line_the_same_every_time_and_what_to_dict_says(
    law: Law, bundle: Bundle, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    one, two = assess(report, known, bundle, law), assess(report, known, bundle, law)
    assert one.to_json() == two.to_json()
    assert "\n" not in one.to_json()
    assert json.loads(one.to_json()) == one.to_dict()


# ---------------------------------------------------------------- numbers


def test_a_certain_model_is_capped_everywhere(law: Law, bundle: Bundle, a_report: Callable[..., Report]) -> None:
    certain = VennAbers((), (0.98,), (), (0.995,))
    facts = replace(bundle.facts, calibration=certain, prioritise_at=0.995 / 1.015)
    answer = assess(a_report("neglect"), NOTHING_KNOWN, replace(bundle, facts=facts), law)
    assert answer.score is not None
    plain = answer.to_dict()["score"]
    assert [plain[name] for name in ("low", "probability", "high", "prioritise_at")] == [0.95] * 4
    assert plain["capped"]
    assert "95%" in repr(answer)
    numbers = re.findall(r"\d+", " ".join(plain["text"].values()))
    assert {int(number) for number in numbers} <= {95, 100}


@some
@given(data=st.data())
def test_base_reasons_and_rest_add_up_to_the_margin(
    law: Law, bundle: Bundle, pairs: st.SearchStrategy[Pair], data: st.DataObject
) -> None:
    report, known = data.draw(pairs)
    answer = assess(replace(report, unit="north"), replace(known, complete=True), bundle, law)
    if answer.score is None:
        assert answer.model.why is not None
        assert answer.model.why.code == "no_concern"
        return
    score = answer.to_dict()["score"]
    parts = [reason["contribution"] for reason in score["reasons"]]
    assert math.isclose(score["base"] + score["rest"] + sum(parts), score["margin"], abs_tol=1e-9)
    values = build_one(report, known_before(report, known)).values
    whole = bundle.explainer.explain(values).contributions[0]
    asked = bundle.booster.predict(values, pred_contrib=True)[0, :-1]
    np.testing.assert_allclose(whole, asked, rtol=0, atol=1e-9)
    shown = {reason["group"]["code"] for reason in score["reasons"]}
    hidden = sum(part for one, part in zip(REGISTRY.features, whole, strict=True) if one.group.value not in shown)
    assert math.isclose(score["rest"], hidden, abs_tol=1e-6)
    assert math.isclose(score["margin"], bundle.booster.predict(values, raw_score=True)[0], abs_tol=1e-9)
    told = dict(zip(REGISTRY.names, values[0], strict=True))
    for part in (part for reason in score["reasons"] for part in reason["features"]):
        assert part["value"] == told[part["feature"]]
        assert part["contribution"] == pytest.approx(whole[REGISTRY.names.index(part["feature"])], abs=1e-9)
    sizes = [abs(part) for part in parts]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) <= 5


AUDITED = re.compile(
    r"\b(?!age\b)("
    + "|".join(
        re.escape(word.lower())
        for attribute in Attribute
        for word in {attribute.value, attribute.value.replace("_", " "), attribute.sv, attribute.en}
    )
    + r"|gender|kön|ethnic\w*|etnisk\w*|religion|country|land|born abroad|utrikes\w*|nationality|sexuell läggning)\b"
)


def test_no_feature_and_so_no_reason_names_an_audited_attribute() -> None:
    for feature in REGISTRY.features:
        said = feature.words
        words = (*said.many, *said.one, *said.none, *said.absent, *said.head, feature.sv, feature.en, feature.name)
        text = " | ".join([feature.name.replace("_", " "), *words])
        assert AUDITED.search(text.lower()) is None, text
    said_of_groups = [*(Text(group.sv, group.en) for group in Group), *UNLESS.values(), *UNKNOWN.values()]
    for text in said_of_groups:
        assert AUDITED.search(f"{text.sv} | {text.en}".lower()) is None, text
    assert AUDITED.search("the child's legal sex")
    assert AUDITED.search("birth_region outside europe")


# ---------------------------------------------------------------- what is shown


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a\nb\x1b[31m", "&amp;'\u202e", "]]>"]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


def tags(page: str) -> set[str]:
    parser = Tags()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_ids_do_no_harm_where_an_answer_is_shown(
    law: Law, bundle: Bundle, witnessed: Report, hostile: str
) -> None:
    answer = assess(replace(witnessed, report_id=hostile, child_id=hostile), NOTHING_KNOWN, bundle, law)
    assert tags(answer._repr_html_()) == {"p", "b", "ul", "li"}
    assert repr(answer).isprintable()
    assert hostile not in answer.frame().to_html(escape=False)
    assert json.loads(answer.to_json())["report_id"] == hostile


def test_the_repr_says_the_lane_and_what_to_read_next(law: Law, bundle: Bundle, witnessed: Report) -> None:
    assert repr(assess(witnessed, NOTHING_KNOWN, None, law)) == (
        "Assessment(r1/c1: mandated, no score; read .duties(), .to_dict())"
    )
    assert re.search(r"mandated, \d+%;", repr(assess(witnessed, NOTHING_KNOWN, bundle, law)))


def test_the_frame_gives_findings_with_days_and_reasons_with_weights(
    law: Law, bundle: Bundle, a_report: Callable[..., Report]
) -> None:
    answer = assess(a_report("neglect", injury_now="yes", birth_month="2015-01"), NOTHING_KNOWN, bundle, law)
    frame = answer.frame()
    assert list(frame.columns) == ["part", "code", "says", "weight", "due"]
    assert answer.score is not None
    assert len(frame) == len(answer.findings) + len(answer.score.reasons)
    assert frame.loc[frame["code"] == "screening", "due"].iloc[0].isoformat() == "2025-09-15"
    weights = frame.loc[frame["part"] == "reason", "weight"]
    assert weights.tolist() == [reason.contribution for reason in answer.score.reasons]


def test_duties_are_the_findings_that_are_met(law: Law, witnessed: Report) -> None:
    answer = assess(witnessed, NOTHING_KNOWN, None, law)
    assert [finding.code for finding in answer.duties()] == [
        "witnessed_violence", "protection_assessment", "screening", "duty_to_open",
    ]  # fmt: skip


def test_an_answer_cannot_be_changed(law: Law, witnessed: Report) -> None:
    answer = assess(witnessed, NOTHING_KNOWN, None, law)
    with pytest.raises(AttributeError):
        answer.lane = None  # type: ignore[misc, assignment]
