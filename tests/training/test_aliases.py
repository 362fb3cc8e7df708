"""The log of alias moves: what was live on a day, and every line that was changed, removed, added or put elsewhere."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.registry import alias_log
from training.registry.alias_log import read_history
from training.registry.aliases import ALIASES, KIND, MODEL, Move
from triage import chain
from triage.chain import Head, Line, Log
from triage.errors import TriageError

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SAID = {"model": MODEL, "by": "Ethics board", "why": "minutes 2026/7", "before": None}


def write(*steps: tuple[str, str | None, float]) -> tuple[str, Head | None]:
    """Write a log of (alias, version, days after the start), each move before what it found; give its text and head."""
    log, stands = Log(), {}
    text = ""
    for alias, version, days in steps:
        bundle = None if version is None else version * 64
        at = START + dt.timedelta(days=days)
        move = Move(**SAID | {"before": stands.get(alias)}, alias=alias, version=version, bundle=bundle, at=at)
        stands[alias] = version
        text += log.follow(KIND, move).text() + "\n"
        log = read_history(text).log
    return text, log.head


STEPS = (
    ("candidate", "1", 0),
    ("champion", "1", 9),
    ("candidate", "2", 20),
    ("champion", "2", 30.5),
    ("champion", None, 40),
)
TEXT, HEAD = write(*STEPS)
LINES = TEXT.splitlines(keepends=True)


def log_of(*steps):
    text, head = write(*steps)
    return read_history(text, [head])


def codes(text: str, head: Head | None = HEAD) -> list[tuple[str, int | None]]:
    return [(flaw.code, flaw.line) for flaw in read_history(text, [head]).flaws if flaw.code != "moved_outside"]


def day(number: float) -> dt.date:
    return (START + dt.timedelta(days=number)).date()


def test_a_whole_log_has_no_flaw_and_reads_back_as_it_was_written() -> None:
    history = read_history(TEXT, [HEAD], {(MODEL, "candidate"): "2", (MODEL, "champion"): None})
    assert history.flaws == ()
    assert [(move.alias, move.version) for move in history.moves] == [step[:2] for step in STEPS]
    assert "".join(line.text() + "\n" for line, _ in history.lines) == TEXT
    assert history.log.head == HEAD == Head.read(HEAD.tag())
    assert json.loads(json.dumps(history.to_dict()))["flaws"] == []


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (8, []),
        (9, ["1"]),
        (29, ["1"]),
        (30, ["1", "2"]),  # moved in the middle of the day: both were live
        (31, ["2"]),
        (40, ["2"]),  # withdrawn at 01:00 Swedish time
        (41, []),
    ],
)
def test_which_champion_was_live_on_a_day(on: float, expected: list[str]) -> None:
    live = read_history(TEXT, [HEAD]).live_on("champion", day(on))
    assert [one.version for one in live] == expected
    assert [one.bundle for one in live] == [version * 64 for version in expected]


def test_a_day_is_a_swedish_day() -> None:
    text, head = write(("champion", "1", 0), ("champion", "2", 10.97))  # 23:17 UTC: already the next day in Sweden
    history = read_history(text, [head])
    assert [one.version for one in history.live_on("champion", day(10))] == ["1"]
    assert [one.version for one in history.live_on("champion", day(11))] == ["1", "2"]


def test_a_move_at_midnight_belongs_to_the_day_that_begins() -> None:
    midnight = 10 + 23 / 24  # 23:00 UTC is midnight in Sweden in winter
    history = log_of(("champion", "1", 0), ("champion", "2", midnight), ("champion", None, midnight + 1))
    assert [[one.version for one in history.live_on("champion", day(on))] for on in (10, 11, 12)] == [["1"], ["2"], []]


def test_a_move_dated_before_the_one_it_follows_rewrites_no_past() -> None:
    history = log_of(("champion", "1", 0), ("champion", "2", 20), ("champion", "3", 5))
    assert [one.version for one in history.live_on("champion", day(5))] == ["1"]
    assert [one.version for one in history.live_on("champion", day(21))] == ["3"]


moves = st.lists(
    st.tuples(st.sampled_from(ALIASES), st.sampled_from(["1", "2", "3", None]), st.floats(0, 9)), min_size=1, max_size=8
)


@settings(max_examples=100, deadline=None)
@given(moves, st.integers(-1, 10))
def test_live_on_agrees_with_asking_at_midnight_and_at_every_move_of_the_day(steps, on: int) -> None:
    steps = sorted(steps, key=lambda step: step[2])
    history = log_of(*steps)
    midnight = dt.datetime.combine(day(on), dt.time(), ZoneInfo("Europe/Stockholm"))
    moments = [START + dt.timedelta(days=days) for _, _, days in steps]
    of_the_day = [midnight, *(one for one in moments if one.astimezone(midnight.tzinfo).date() == day(on))]
    for alias in ALIASES:
        expected = set()
        for moment in of_the_day:
            stood = [step[1] for step, made in zip(steps, moments, strict=True) if step[0] == alias and made <= moment]
            expected |= set(stood[-1:])
        assert {one.version for one in history.live_on(alias, day(on))} == expected - {None}


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize(
    "field", ["version", "by", "why", "at", "alias", "bundle", "before", "previous", "number", "digest", "kind"]
)
def test_a_changed_line_is_found_and_named(place: int, field: str) -> None:
    plain = json.loads(LINES[place])
    where = plain if field in {"previous", "number", "digest", "kind"} else plain["said"]
    where[field] = {"number": 77, "at": "2026-03-03T00:00:00+00:00", "alias": "challenger"}.get(field, "9" * 64)
    lines = [*LINES]
    lines[place] = json.dumps(plain, ensure_ascii=False, sort_keys=True) + "\n"
    assert codes("".join(lines)) == [(("unreadable" if _impossible(plain) else "changed"), place + 1)]


def _impossible(plain: dict) -> bool:
    said = plain["said"]
    return (said["version"] is None) != (said["bundle"] is None)


@pytest.mark.parametrize("place", range(5))
def test_a_line_rewritten_with_a_digest_that_fits_is_found(place: int) -> None:
    text = "".join([*LINES[:place], forged(place) + "\n", *LINES[place + 1 :]])
    found = read_history(text, [HEAD]).flaws
    assert [flaw.code for flaw in found] == ["rewritten"]
    assert f"ine {place + 1} " in found[0].text.en + " "


def forged(place: int) -> str:
    """A line as someone would write it anew, with a digest that fits."""
    line, move = read_history(TEXT).lines[place]
    return replace(line, said=replace(move, by="Someone else")).text()


@pytest.mark.parametrize("place", range(5))
def test_a_removed_line_is_found_and_its_number_named(place: int) -> None:
    found = read_history("".join(LINES[:place] + LINES[place + 1 :]), [HEAD]).flaws
    removed = [flaw for flaw in found if flaw.code == "removed"]
    assert len(removed) == 1
    assert f"numbers {place + 1} to {place + 1}" in removed[0].text.en
    assert f"nummer {place + 1} till {place + 1}" in removed[0].text.sv


def test_lines_taken_from_the_end_are_missed_only_where_no_registry_remembers_them() -> None:
    assert codes("".join(LINES[:2])) == [("removed", None)]
    assert codes("".join(LINES[:2]), None) == []
    assert codes("") == [("removed", None)]
    assert codes("", None) == []


@pytest.mark.parametrize("first", range(4))
def test_two_lines_that_changed_places_are_found(first: int) -> None:
    lines = [*LINES]
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    assert codes("".join(lines)) == [("reordered", first + 1), ("reordered", first + 2)]


@pytest.mark.parametrize("place", range(5))
def test_a_line_that_stands_twice_is_found(place: int) -> None:
    assert codes("".join([*LINES[: place + 1], LINES[place], *LINES[place + 1 :]])) == [("repeated", place + 2)]


@pytest.mark.parametrize("junk", ["", "not json", "[]", "{}", '"x"', "[" * 5000, "null", TEXT[:40]])
@pytest.mark.parametrize("place", [0, 2, 5])
def test_what_is_no_line_is_found_where_it_stands(place: int, junk: str) -> None:
    assert codes("".join([*LINES[:place], junk + "\n", *LINES[place:]])) == [("unreadable", place + 1)]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_single_edit_of_the_text_goes_unseen(data) -> None:
    at = data.draw(st.integers(0, len(TEXT) - 2))  # the very last line end may be missing: nothing is lost with it
    kind = data.draw(st.sampled_from(["drop", "put", "swap"]))
    other = data.draw(st.characters(codec="utf-8"))
    edited = {
        "drop": TEXT[:at] + TEXT[at + 1 :],
        "put": TEXT[:at] + other + TEXT[at:],
        "swap": TEXT[:at] + other + TEXT[at + 1 :],
    }[kind]
    if edited != TEXT:
        assert codes(edited)


@pytest.mark.parametrize("alias", ALIASES)
def test_a_flaw_of_the_chain_leaves_every_question_open(alias: str) -> None:
    history = read_history("".join(LINES[1:]), [HEAD])
    with pytest.raises(TriageError, match=r"cannot be told.*numbers 1 to 1"):
        history.live_on(alias, day(50))


def test_a_move_around_the_log_is_found_and_leaves_open_only_the_time_and_the_alias_it_touches() -> None:
    before, _ = write(("champion", "1", 0), ("candidate", "1", 1))
    at = START + dt.timedelta(days=20)
    move = Move(**SAID | {"before": "7"}, alias="champion", version="2", bundle="2" * 64, at=at)
    line = read_history(before).log.follow(KIND, move)
    history = read_history(before + line.text() + "\n", (), {(MODEL, "champion"): "2", (MODEL, "candidate"): "1"})
    assert [(flaw.code, flaw.line, flaw.about) for flaw in history.flaws] == [("moved_outside", 3, (MODEL, "champion"))]
    assert "it says 1, the registry showed 7" in history.flaws[0].text.en
    with pytest.raises(TriageError, match="outside the log"):
        history.live_on("champion", day(10))
    assert [live.version for live in history.live_on("champion", day(21))] == ["2"]
    assert [live.version for live in history.live_on("candidate", day(10))] == ["1"]


def test_a_registry_that_shows_another_version_now_leaves_today_open() -> None:
    history = read_history(
        TEXT, [HEAD], {(MODEL, "champion"): "9", (MODEL, "candidate"): "2", (MODEL, "challenger"): "4"}
    )
    assert [(flaw.code, flaw.about) for flaw in history.flaws] == [
        ("moved_outside", (MODEL, "champion")),
        ("moved_outside", (MODEL, "challenger")),
    ]
    assert [live.version for live in history.live_on("champion", day(31))] == ["2"]
    for alias in ("champion", "challenger"):
        with pytest.raises(TriageError, match="cannot be told"):
            history.live_on(alias, day(45))


def test_the_next_line_follows_the_line_that_the_registry_remembers_so_that_a_cut_log_stays_cut() -> None:
    log = read_history("".join(LINES[:3]), [HEAD]).log
    move = Move(**SAID, alias="champion", version="2", bundle="2" * 64, at=START)
    line = log.follow(KIND, move)
    again = read_history("".join(LINES[:3]) + line.text() + "\n", [line.head])
    assert [flaw.code for flaw in again.flaws if flaw.code != "moved_outside"] == ["removed"]
    assert "numbers 4 to 5" in again.flaws[0].text.en
    assert read_history("".join(LINES[:4]) + forged(4), [HEAD]).log.head == HEAD


@pytest.mark.parametrize("written", range(1, len(LINES[4])))
def test_a_line_that_was_being_written_says_nothing_until_it_is_whole(written: int) -> None:
    before = read_history("".join(LINES[:4]))
    log = read_lines_of("".join(LINES[:4]) + LINES[4][:written], before.log.head)
    whole = written == len(LINES[4]) - 1  # all but the end of the line
    assert log.flaws == ()
    assert log.unfinished is not whole
    assert len(log.lines) == 4 + whole


def read_lines_of(text: str, *heads: Head | None) -> Log:
    return read_history(text, heads).log


def test_a_line_that_is_remembered_and_torn_is_a_flaw() -> None:
    log = read_lines_of(TEXT[:-20], HEAD)
    assert ([flaw.code for flaw in log.flaws], log.unfinished) == (["unreadable"], False)


@pytest.mark.parametrize("number", ["1", 0, -1, True, 1.0, None])
def test_a_number_that_is_none_makes_no_line(number: object) -> None:
    plain = Line(1, "0" * 64, KIND, read_history(TEXT).moves[0]).to_dict() | {"number": number}
    assert codes(json.dumps(plain, sort_keys=True) + "\n", None) == [("unreadable", 1)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"alias": "production"}, "no alias of ours.*candidate, challenger, champion"),
        ({"at": dt.datetime(2026, 1, 1)}, "needs its offset"),  # noqa: DTZ001
        ({"by": " "}, "'by' must be words"),
        ({"why": "asked by 880320-0016"}, "'why' must be words without a personal identity number"),
        ({"bundle": None}, "a version with a bundle, or to neither"),
    ],
)
def test_a_move_without_an_answer_to_who_why_when_and_where_is_refused(change: dict, says: str) -> None:
    sound = SAID | {
        "alias": "champion",
        "version": "1",
        "bundle": "1" * 64,
        "at": START,
    }
    assert Move(**sound).to_dict()
    with pytest.raises(ValueError, match=says) as refused:
        Move(**sound | change)
    assert "880320" not in str(refused.value)


def test_every_flaw_is_said_in_both_languages_with_the_same_numbers() -> None:
    for words in (chain.WORDS | alias_log.WORDS).values():
        fields = [sorted(part.split("}")[0] for part in text.split("{")[1:]) for text in (words.sv, words.en)]
        assert fields[0] == fields[1]
