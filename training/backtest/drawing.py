"""Here we draw the folds in time and their turns among families, as SVG that is the same, byte for byte, for the same folds.

Parts differ in darkness and hatching as well as in colour, so that they survive grey printing and
colour blindness; the words are text, which a screen reader finds.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from training.backtest.folds import Fold
from training.backtest.turns import Turn
from triage.words import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

INK = "#1b1b1b"
PARTS = {
    "train": (Text("inlärning", "train"), "#9ecae1", ""),
    "calibrate": (Text("kalibrering", "calibrate"), "#fdd49e", "///"),
    "gap": (Text("väntan på utfall", "wait for outcomes"), "#ffffff", "..."),
    "test": (Text("prövning", "test"), "#08306b", ""),
}
TITLE = Text(
    "Prövningen ligger alltid senare; ingen familj finns på två sidor",
    "What is tested always comes later; no family is on two sides",
)
TURNS = Text(
    "Inom varje omgång prövas familjerna i tur och ordning, här i den sista",
    "Within each fold families take turns, here in the last",
)
FOLD = Text("omgång {fold}, tur {turn}", "fold {fold}, turn {turn}")
TURN = Text("tur {turn}", "turn {turn}")
SIDE = Text("familjer, sida {side}", "families, side {side}")
SIZES = Text(
    "siffror: anmälningar med känt utfall i inlärning · kalibrering · prövning",
    "numbers: reports with a known outcome in train · calibrate · test",
)
KEPT = 0.3
"""How much of a side's band stands for those who are kept for calibration; drawn alike whatever the share is."""
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "split",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "hatch.linewidth": 0.6,
}


def split_picture(folds: Sequence[Fold], *, language: str = "en") -> bytes:
    """Draw the turns of the last fold, time by families, and below them every turn of every fold as a bar in time.

    Parameters
    ----------
    folds : sequence of Fold
        At least one.
    language : str
        ``"sv"`` or ``"en"``.

    Returns
    -------
    bytes
        SVG.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(SETTINGS):
        turns = len(folds[-1].turns)
        rows = 0.24 * turns * len(folds) + 0.6
        figure = Figure(figsize=(10, 3.4 + rows), layout="constrained")
        above, below = figure.subfigures(2, 1, height_ratios=(2.4, rows + 1), squeeze=False)[:, 0]
        _draw_turns(above, folds[-1], language)
        _draw_folds(below.add_subplot(), folds, language)
        _legend(below, language)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Title": TITLE.say(language)})
    return buffer.getvalue()


def _draw_turns(figure: SubFigure, fold: Fold, language: str) -> None:
    """Draw every turn of a fold, time by families: one side is tested, of each other one some are learned from."""
    sides = range(len(fold.turns))
    figure.suptitle(TURNS.say(language), color=INK, fontsize=11)
    panels = figure.subplots(1, len(sides), sharey=True, squeeze=False)[0]
    for tested, (axes, turn) in enumerate(zip(panels, fold.turns, strict=True)):
        for side in sides:
            _draw_side(axes, side, turn, tested=side == tested)
        _dress(axes)
        axes.set_xlim(_days(turn.train.start), _days(turn.test.end))
        axes.set_title(TURN.say(language).format(turn=tested + 1), color=INK, fontsize=10)
        years = range(turn.train.start.year + 1, turn.test.end.year + 1)
        axes.set_xticks(
            [_days(dt.datetime(year, 1, 1, tzinfo=dt.UTC)) for year in years], [str(year) for year in years]
        )
    panels[0].set_yticks(sides, [SIDE.say(language).format(side=side + 1) for side in sides])
    panels[0].invert_yaxis()


def _draw_side(axes: Axes, side: int, turn: Turn, *, tested: bool) -> None:
    """Draw what becomes of one side in one turn."""
    if tested:
        _bar(axes, "test", (turn.test.start, turn.test.end), side, 0.84)
        return
    _bar(axes, "train", (turn.train.start, turn.train.end), side - KEPT / 2, 0.84 - KEPT)
    _bar(axes, "calibrate", (turn.calibrate.start, turn.calibrate.end), side + 0.42 - KEPT / 2, KEPT)
    _bar(axes, "gap", (turn.calibrate.end, turn.test.start), side, 0.84)


def _draw_folds(axes: Axes, folds: Sequence[Fold], language: str) -> None:
    """Draw every turn of every fold as a bar in time, with what stands in it."""
    names: list[str] = []
    places: list[float] = []
    for fold in folds:
        for number, turn in enumerate(fold.turns, start=1):
            place = len(names) + 0.5 * fold.number
            for part in turn.parts:
                _bar(axes, part.name, (part.start, part.end), place, 0.8)
            _bar(axes, "gap", (turn.calibrate.end, turn.test.start), place, 0.8)
            names.append(f"{FOLD.say(language).format(fold=fold.number, turn=number)}: {_sizes(turn)}")
            places.append(place)
    _dress(axes)
    axes.set_yticks(places, names, fontsize=8)
    axes.invert_yaxis()
    axes.margins(y=0.01)
    axes.set_title(TITLE.say(language), color=INK, fontsize=11)
    axes.set_xlabel(SIZES.say(language), color=INK)


def _bar(axes: Axes, name: str, span: tuple[dt.datetime, dt.datetime], place: float, height: float) -> None:
    """Draw a part as a bar in time."""
    _, colour, hatch = PARTS[name]
    start, end = map(_days, span)
    axes.barh(
        [place], [end - start], left=[start], color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6, height=height
    )


def _dress(axes: Axes) -> None:
    """Give an axis of time without a frame."""
    axes.spines[["top", "right", "left"]].set_visible(b=False)
    axes.tick_params(left=False)
    axes.xaxis_date()


def _days(at: dt.datetime) -> float:
    """Give a moment as matplotlib counts time."""
    return (at - EPOCH) / dt.timedelta(days=1)


def _sizes(turn: Turn) -> str:
    """Say how much stands in a turn."""
    return " · ".join(f"{len(part.rows):,}".replace(",", "\N{NO-BREAK SPACE}") for part in turn.parts)


def _legend(figure: SubFigure, language: str) -> None:
    """Say what the bars are, in the order of time."""
    from matplotlib.patches import Patch

    keys = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.6, label=text.say(language))
        for text, colour, hatch in PARTS.values()
    ]
    figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), frameon=False)
