"""Here we hold the one promise that has no exception: a personal identity number is seen in every writing."""

from __future__ import annotations

import json
import string

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.personal_numbers import any_in, anywhere, contains, none_in_json, rows_with


def check_digit(nine: str) -> int:
    """The rule of the tax agency: times 2 and 1 in turn, digits summed, up to the next ten."""
    doubled = "".join(str(int(digit) * (2 if place % 2 == 0 else 1)) for place, digit in enumerate(nine))
    return -sum(int(digit) for digit in doubled) % 10


def number(date: str, serial: str = "001", between: str = "-") -> str:
    return f"{date}{between}{serial}{check_digit(date[-6:] + serial)}"


def wrong(date: str, serial: str = "001", between: str = "-") -> list[str]:
    right = check_digit(date[-6:] + serial)
    return [f"{date}{between}{serial}{digit}" for digit in range(10) if digit != right]


def test_the_published_example_has_the_check_digit_we_compute() -> None:
    assert number("880320") == "880320-0016"


CASES = {
    "ten digits": (number("880320"), True),
    "ten digits, no hyphen": (number("880320", between=""), True),
    "twelve digits": (number("19880320"), True),
    "twelve digits, no hyphen": (number("19880320", between=""), True),
    "older than a hundred": (number("880320", between="+"), True),
    "with a space": (number("880320", between=" "), True),
    "of this century": (number("20150301"), True),
    "co-ordination number": (number("880380"), True),
    "co-ordination number, twelve digits": (number("19880380", between=""), True),
    "co-ordination number of the 31st": (number("880191"), True),
    "born on a leap day": (number("20000229"), True),
    "leap day of one century only": (number("000229"), True),
    "in a sentence": (f"ring {number('880320')} om detta", True),
    "glued to a word": (f"id{number('880320')}x", True),
    "in brackets": (f"({number('880320')})", True),
    "after another number": (f"1234 {number('880320')}", True),
    "after an hour": (f"kl 12:30.{number('880320')}", True),
    "in a path": (f"a/{number('880320', between='')}/b", True),
    "on the second line": (f"rad 1\n{number('880320')}", True),
    "no such month": (number("881320"), False),
    "no such day": (number("880230"), False),
    "no leap day in that year": (number("19890229"), False),
    "day beyond co-ordination": (number("880392"), False),
    "no day": (number("880300"), False),
    "day sixty": (number("880360"), False),
    "inside a longer number": (f"0{number('880320', between='')}", False),
    "longer by a digit": (f"{number('880320')}7", False),
    "too short": ("880320-001", False),
    "a pseudonym": ("syn-r0000001", False),
    "a time with an offset": ("2025-07-01T08:30:00+02:00", False),
    "nothing": ("", False),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_a_personal_identity_number(name: str) -> None:
    text, found = CASES[name]
    assert contains(text) is found
    assert any_in(["nothing", text]) is found
    for raw in (text, [1, text], {"a": {text: None}}, [{"a": ["880320", text]}], {"a": "880320", "b": text}):
        assert anywhere(raw) is found
    assert rows_with(pd.Series([text, None, "r1"], dtype="string")).tolist() == [found, False, False]


@pytest.mark.parametrize("date", ["880320", "19880320", "880380"])
@pytest.mark.parametrize("between", ["-", "", "+"])
def test_with_a_wrong_check_digit_it_is_none(date: str, between: str) -> None:
    assert [text for text in wrong(date, between=between) if contains(text)] == []


def test_no_instant_of_any_microsecond_is_taken_for_one() -> None:
    offsets = ("+0000", "+0100", "+0200", "Z", "+02:00")
    for gap in ("T", " "):
        for micro in range(0, 1_000_000, 61):
            for offset in offsets:
                assert not contains(f"2025-07-01{gap}08:30:00.{micro:06d}{offset}")


WORDS = st.text(alphabet=string.ascii_letters + "åäöÅÄÖ .,:;-/_()\n", max_size=20)


@given(
    st.dates(min_value=pd.Timestamp("1900-01-01").date(), max_value=pd.Timestamp("2099-12-31").date()),
    st.integers(0, 999),
    st.sampled_from(["-", "", "+", " "]),
    st.booleans(),
    st.sampled_from([0, 60]),
    WORDS,
    WORDS,
)
def test_every_number_is_found_wherever_it_stands(
    date: object, serial: int, between: str, long: bool, added: int, before: str, after: str
) -> None:
    written = f"{date:%Y%m}{date.day + added:02d}"[0 if long else 2 :]
    assert contains(before + number(written, f"{serial:03d}", between) + after)


_PIECES = st.sampled_from(
    [
        "880320-0016",
        "8803200016",
        "880320",
        "0016",
        "-",
        ".",
        " ",
        ":",
        ",",
        "T08:30:00.",
        "8.803200016e9",
        "x",
        "å",
        "\n",
    ]
)
_WRITTEN = st.one_of(st.lists(_PIECES, max_size=4).map("".join), st.integers(), st.floats(), st.just(8.803200016e9))
_VALUES = st.one_of(_WRITTEN, st.just(8803200016), st.lists(_WRITTEN, max_size=3))


@given(st.dictionaries(st.lists(_PIECES, max_size=3).map("".join), _VALUES, max_size=3), st.booleans(), st.booleans())
def test_what_is_denied_unread_holds_none_when_read(raw: dict[str, object], escaped: bool, tight: bool) -> None:
    text = json.dumps(raw, ensure_ascii=escaped, separators=(",", ":") if tight else None)
    assert not (none_in_json(text) and anywhere(json.loads(text)))


@pytest.mark.parametrize(
    "number", ["8803200016", "8.803200016e9", "8.803200016E+9", "-8803200016.0", "0.88032000160000000001"]
)
def test_numbers_that_could_be_one_are_read(number: str) -> None:
    for text in (
        f'{{"a": {number}}}',
        f'{{"a": [5,{number}]}}',
        f'{{"a" :\n{number}}}',
        number,
        f" {number}",
        f"[{number}]",
    ):
        assert not none_in_json(text)
        assert not none_in_json(text.encode("utf-16-le"))


def test_a_plain_report_need_not_be_read_twice() -> None:
    text = '{"report_id": "syn-r0000001", "received_at": "2025-07-01T08:30:00.123456+02:00", "total": 12.5}'
    assert none_in_json(text)
    assert none_in_json(text.encode())
