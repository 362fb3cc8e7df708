"""A verdict follows from what was compared and from nothing else; cannot tell is no pass."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.probes import load_table
from training.probes.result import ROUNDING, above, ask, judge, not_below, within
from triage.words import Text

CASE, TITLE, RULE = Text("fall", "case"), Text("titel", "title"), Text("regel", "rule")
LIMIT = 0.1 + ROUNDING
ESTIMATE = st.one_of(st.floats(0, 1), st.just(math.nan))


def judged(compared):
    return judge("probe", ("F30",), TITLE, RULE, compared)


@given(pairs=st.lists(st.tuples(ESTIMATE, ESTIMATE)))
def test_broken_held_and_untold_add_up_and_the_order_changes_nothing(pairs) -> None:
    compared = [within(CASE, first, second, 0.1) for first, second in pairs]
    found, turned = judged(compared), judged(compared[::-1])
    told = [abs(first - second) for first, second in pairs if not math.isnan(first + second)]
    assert found.tried == len(pairs)
    assert found.untold == len(pairs) - len(told)
    assert len(found.broken) == sum(gap > LIMIT for gap in told)
    assert (found.verdict == "failed") == any(gap > LIMIT for gap in told)
    assert (found.verdict == "passed") == (bool(pairs) and len(told) == len(pairs) and max(told) <= LIMIT)
    assert (found.verdict, len(found.broken), found.untold) == (turned.verdict, len(turned.broken), turned.untold)


@pytest.mark.parametrize(
    ("compare", "first", "second", "broken"),
    [
        (not_below, 0.3, 0.3, False),
        (not_below, 0.3, 0.3 + ROUNDING / 2, False),
        (not_below, 0.3, 0.300001, True),
        (above, 0.3, 0.3, True),
        (above, 0.300001, 0.3, False),
        (lambda *three: within(*three, 0.0), 0.3, 0.3 + ROUNDING / 2, False),
        (lambda *three: within(*three, 0.0), 0.3, 0.300001, True),
        (lambda *three: within(*three, 0.03), 0.3, 0.33, False),
        (lambda *three: within(*three, 0.03), 0.33, 0.2999, True),
    ],
)
def test_rules_hold_to_the_last_bits_of_floating_point(compare, first: float, second: float, broken: bool) -> None:
    assert bool(judged([compare(CASE, first, second)]).broken) is broken


def test_nothing_tried_and_something_untold_are_no_pass() -> None:
    nothing = judged([])
    assert nothing.verdict == "cannot_tell"
    assert nothing.text.en == "There was nothing to try."
    half = judged([within(CASE, 0.1, 0.1, 0.1), within(CASE, math.nan, 0.1, 0.1)])
    assert half.verdict == "cannot_tell"
    assert "1 could not be told." in half.text.en
    assert half.to_dict()["closest"]["estimates"] == [0.1, 0.1]


def test_a_result_is_said_in_both_languages_with_the_numbers_of_the_worst() -> None:
    found = judged([within(CASE, 0.25, 0.5, 0.1), within(Text("värst", "worst"), 0.1, 0.9, 0.1)])
    assert found.text.sv == "2 av 2 jämförelser bryter mot regeln: regel. Värst: värst (10,0 % och 90,0 %)."
    assert found.text.en == "2 of 2 comparisons break the rule: rule. Worst: worst (10.0 % and 90.0 %)."
    assert found.to_dict()["worst"][0]["case"]["en"] == "worst"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([0.5, 1.5], r"gave 1\.5; allowed is 0 to 1.*Calibrate first"),
        ([0.5], r"gave shape \(1,\); allowed is \(2,\)"),
        ([[0.5, 0.5]], r"gave shape \(1, 2\); allowed is \(2,\)"),
    ],
)
def test_a_scorer_of_margins_or_of_another_shape_is_refused(answer, message: str) -> None:
    case = load_table().situations[0].case
    with pytest.raises(ValueError, match=message):
        ask(lambda _: np.array(answer), [case, case])
