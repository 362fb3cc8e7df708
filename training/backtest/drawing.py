"""Here we draw the folds in time, as SVG that is the same, byte for byte, for the same folds.

Parts differ in darkness and hatching as well as in colour, so that they survive grey printing and
colour blindness; the words are text, which a screen reader finds.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from training.backtest.folds import Fold
from triage.words import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
FOLD = Text("omgång", "fold")
SIZES = Text(
    "siffror: anmälningar med känt utfall i inlärning · kalibrering · prövning",
    "numbers: reports with a known outcome in train · calibrate · test",
)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "split",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "hatch.linewidth": 0.6,
}


def split_picture(folds: Sequence[Fold], *, language: str = "en") -> bytes:
    """Draw every fold as a bar in time.

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
        figure = Figure(figsize=(9, 1.6 + 0.45 * len(folds)), layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right", "left"]].set_visible(b=False)
        for place, fold in enumerate(folds):
            _draw(axes, place, fold)
        axes.set_yticks(range(len(folds)), [_name(fold, language) for fold in folds])
        axes.invert_yaxis()
        axes.xaxis_date()
        axes.set_title(TITLE.say(language), color=INK, fontsize=11)
        axes.set_xlabel(SIZES.say(language), color=INK)
        _legend(figure, language)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Title": TITLE.say(language)})
    return buffer.getvalue()


def _draw(axes: Axes, place: int, fold: Fold) -> None:
    """Draw one fold."""
    spans = {part.name: (part.start, part.end) for part in fold.parts} | {"gap": (fold.calibrate.end, fold.test.start)}
    for name, (_, colour, hatch) in PARTS.items():
        start, end = spans[name]
        axes.barh(
            [place],
            [(end - start) / dt.timedelta(days=1)],
            left=[(start - EPOCH) / dt.timedelta(days=1)],
            color=colour,
            hatch=hatch,
            edgecolor=INK,
            linewidth=0.6,
            height=0.62,
        )


def _name(fold: Fold, language: str) -> str:
    """Say which fold it is and how much stands in it."""
    sizes = " · ".join(f"{len(part.rows):,}".replace(",", "\N{NO-BREAK SPACE}") for part in fold.parts)
    return f"{FOLD.say(language)} {fold.number}\n{sizes}"


def _legend(figure: Figure, language: str) -> None:
    """Say what the bars are, in the order of time."""
    from matplotlib.patches import Patch

    keys = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.6, label=text.say(language))
        for text, colour, hatch in PARTS.values()
    ]
    figure.legend(handles=keys, loc="outside lower center", ncols=len(keys), frameon=False)
