"""The picture of the folds is the same for the same folds, in both languages, and does not rest on colour."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from training.backtest import rolling_origin, split_picture
from training.backtest.drawing import PARTS, SIDE, TURN


@pytest.fixture(scope="module")
def folds():
    received = np.datetime64("2021-01-01", "us") + np.arange(2000) * np.timedelta64(12, "h")
    label = (np.random.default_rng(0).random(2000) < 0.4).astype(float)
    spans = {"test_span": dt.timedelta(days=60), "calibrate_span": dt.timedelta(days=90)}
    until, horizon = dt.datetime(2023, 9, 1, tzinfo=dt.UTC), dt.timedelta(days=120)
    return rolling_origin(received, until, horizon, np.arange(2000).astype(str), label=label, cuts=3, least=10, **spans)


def test_same_folds_give_the_same_bytes_whatever_was_drawn_before(folds) -> None:
    from matplotlib import rc_context

    first = split_picture(folds)
    with rc_context({"axes.facecolor": "#dddddd", "svg.hashsalt": "other"}):
        split_picture(folds[:1])
    assert split_picture(folds) == first
    assert b"<dc:date>" not in first


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_word_and_number_is_text_in_the_language(folds, language) -> None:
    words = "".join(ET.fromstring(split_picture(folds, language=language)).itertext())
    for text, _, _ in PARTS.values():
        assert text.say(language) in words
    for fold in folds:
        for turn in fold.turns:
            assert f"{len(turn.train.rows):,}".replace(",", "\N{NO-BREAK SPACE}") in words
    for number in (1, 2, 3):
        assert TURN.say(language).format(turn=number) in words
        assert SIDE.say(language).format(side=number) in words


def test_bars_differ_in_grey_or_hatching() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(part, 16) for part in re.findall("..", colour[1:]))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    looks = [(grey(colour), hatch) for _, colour, hatch in PARTS.values()]
    for number, (shade, hatch) in enumerate(looks):
        for other_shade, other_hatch in looks[number + 1 :]:
            assert abs(shade - other_shade) > 60 or hatch != other_hatch
