"""Here we draw reasons, as SVG that is the same, byte for byte, for the same numbers: one report, a bundle, one reason.

What raises is dark and says plus, what lowers is light and hatched and says minus, so that neither grey printing nor
colour blindness loses it. Drawn from `shap.Explanation`; see `training.explaining`.
"""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats
from triage.explanation import FEWEST, SHOWN, WORTH
from triage.words import Text

if TYPE_CHECKING:
    import shap
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, RAISES, LOWERS, UNKNOWN = "#1b1b1b", "#6f6f6f", "#8c2d04", "#9ecae1", "#bdbdbd"
COLOURS = "cividis"
"""A scale that gets lighter evenly, for every kind of colour vision."""
MOST_GROUPS = 12
WIDE = 62
SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "reasons",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "hatch.linewidth": 0.6,
}
SAYS = {
    "waterfall": Text("Vad som höjer och sänker uppskattningen", "What raises and lowers the estimate"),
    "beeswarm": Text(
        "Vad som flyttar uppskattningarna, en punkt per anmälan", "What moves the estimates, a dot per report"
    ),
    "base": Text("utgångsläge", "starting point"),
    "rest": Text("övrigt", "the rest"),
    "margin": Text("tillsammans", "together"),
    "odds": Text("logodds; åt höger är högre uppskattning", "log-odds; to the right is a higher estimate"),
    "adds": Text("bidrag, logodds", "contribution, log-odds"),
    "value": Text("värdet hos den uppgift som väger mest", "value of the feature that weighs most"),
    "low": Text("lågt", "low"),
    "high": Text("högt", "high"),
    "absent": Text("saknas", "absent"),
    "dependence": Text("{name}: bidrag efter värde", "{name}: contribution by value"),
    "not_causes": Text("Skälen är varken orsaker eller bevis.", "Reasons are neither causes nor evidence."),
}
"""Every word of the pictures."""


def waterfall(found: shap.Explanation, *, language: str = "sv") -> bytes:
    """Draw one report: from the starting point, through its reasons and the rest, to its margin.

    Parameters
    ----------
    found : shap.Explanation
        One row by reason. Reasons are picked as in an answer: only what the report says something of.
    language : {"sv", "en"}
    """
    values, said = np.asarray(found.values, dtype=np.float64), [str(one) for one in found.display_data]
    picked = _picked(values, said)
    base, rest = float(found.base_values), float(values.sum() - values[picked].sum())
    steps = [(textwrap.fill(said[at], WIDE), float(values[at])) for at in picked]
    if len(picked) < len(values):
        steps.append((SAYS["rest"].say(language), rest))
    lines = sum(label.count("\n") + 1 for label, _ in steps)
    figure, axes = _new(9, 1.5 + 0.3 * len(steps) + 0.2 * lines)
    reached = [base, *(base + np.cumsum([step for _, step in steps]))]
    for place, ((_, step), start) in enumerate(zip(steps, reached, strict=False), start=1):
        _bar(axes, place, start, step)
    for place, at in ((0, base), (len(steps) + 1, reached[-1])):
        axes.plot([at], [place], "D", color=INK, markersize=6)
        axes.annotate(_number(at, language), (at, place), xytext=(8, 0), textcoords="offset points", va="center")
    for place, ((_, step), start) in enumerate(zip(steps, reached, strict=False), start=1):
        axes.annotate(
            _number(step, language, sign=True),
            (max(start, start + step), place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    ends = [SAYS[name].say(language) for name in ("base", "margin")]
    axes.set_yticks(range(len(steps) + 2), [ends[0], *(label for label, _ in steps), ends[1]])
    axes.invert_yaxis()
    wide = max(reached) - min(reached) or 1.0
    axes.set(xlim=(min(reached) - 0.08 * wide, max(reached) + 0.2 * wide), title=SAYS["waterfall"].say(language))
    return _svg(figure, axes, SAYS["odds"], language)


def beeswarm(found: shap.Explanation, *, language: str = "sv") -> bytes:
    """Draw a bundle: for the reasons that weigh most, every report's contribution, coloured by value.

    Parameters
    ----------
    found : shap.Explanation
        Many rows, by reason or by feature.
    language : {"sv", "en"}
    """
    weight = np.abs(found.values).mean(axis=0)
    order = np.argsort(-weight, kind="stable")[:MOST_GROUPS]
    figure, axes = _new(9, 1.6 + 0.42 * len(order))
    shown = None
    for place, column in enumerate(order.tolist()):
        parts, data = found.values[:, column], np.asarray(found.data[:, column], dtype=np.float64)
        height, known = place + _piled(parts), ~np.isnan(data)
        axes.scatter(parts[~known], height[~known], s=7, color=UNKNOWN, marker="x", linewidths=0.7)
        shown = axes.scatter(parts[known], height[known], s=7, c=_ranked(data[known]), cmap=COLOURS, vmin=0, vmax=1)
    axes.axvline(0, color=SOFT, linewidth=0.8)
    axes.set_yticks(range(len(order)), [textwrap.fill(found.feature_names[column], 34) for column in order.tolist()])
    axes.invert_yaxis()
    axes.set_title(SAYS["beeswarm"].say(language))
    if shown is not None:
        bar = figure.colorbar(shown, ax=axes, shrink=0.6, pad=0.02)
        bar.set_ticks([0, 1], labels=[SAYS["low"].say(language), SAYS["high"].say(language)])
        bar.set_label(f"{SAYS['value'].say(language)} (×: {SAYS['absent'].say(language)})")
    return _svg(figure, axes, SAYS["odds"], language)


def dependence(found: shap.Explanation, name: str, *, language: str = "sv") -> bytes:
    """Draw how a contribution goes with the value, for one reason or feature.

    Parameters
    ----------
    found : shap.Explanation
    name : str
        One of its ``feature_names``.
    language : {"sv", "en"}

    Raises
    ------
    ValueError
        When there is no such name.
    """
    names = list(found.feature_names)
    if name not in names:
        msg = f"There is no {name!r}; allowed are {', '.join(names)}."
        raise ValueError(msg)
    column = names.index(name)
    parts, data = found.values[:, column], np.asarray(found.data[:, column], dtype=np.float64)
    known = ~np.isnan(data)
    figure, axes = _new(7, 4.2)
    axes.axhline(0, color=SOFT, linewidth=0.8)
    axes.scatter(data[known] + 0.25 * _piled(data[known]), parts[known], s=9, color="#08306b", alpha=0.5, linewidths=0)
    if (~known).any():
        left = (data[known].min() if known.any() else 0) - 1
        axes.scatter(np.full((~known).sum(), left), parts[~known], s=14, color=SOFT, marker="x", linewidths=0.7)
        axes.annotate(SAYS["absent"].say(language), (left, 0), rotation=90, va="bottom", ha="right", fontsize=8)
    axes.set(ylabel=SAYS["adds"].say(language), title=SAYS["dependence"].say(language).format(name=name))
    below = Text(name, name) if found.display_data is None else SAYS["value"]
    return _svg(figure, axes, below, language)


def _picked(values: Floats, said: list[str]) -> list[int]:
    """Pick the reasons to show, strongest first, as `triage.explanation.reasons` does."""
    able = [
        place for place in np.argsort(-np.abs(values), kind="stable").tolist() if said[place] and values[place] != 0
    ]
    strongest = abs(values[able[0]]) if able else 0.0
    return [at for place, at in enumerate(able[:SHOWN]) if place < FEWEST or abs(values[at]) >= WORTH * strongest]


def _bar(axes: Axes, place: int, start: float, step: float) -> None:
    """Draw one step: dark to the right, light and hatched to the left."""
    bars = axes.barh([place], [step], left=[start], height=0.55, edgecolor=INK, linewidth=0.6)
    for bar in bars:
        bar.set(facecolor=RAISES if step > 0 else LOWERS, hatch="" if step > 0 else "///")
    axes.plot([start, start], [place - 1, place], color=SOFT, linewidth=0.6, linestyle=":")


def _piled(parts: Floats) -> Floats:
    """Spread dots that would hide each other: up and down from the middle, the more the closer they lie."""
    if not len(parts):
        return np.zeros(0)
    bins = np.digitize(parts, np.linspace(parts.min(), parts.max() + 1e-9, 80))
    place = np.zeros(len(parts))
    for one in np.unique(bins):
        mine = np.flatnonzero(bins == one)
        place[mine] = (np.arange(len(mine)) - (len(mine) - 1) / 2) / max(len(mine), 25)
    return 0.8 * place


def _ranked(data: Floats) -> Floats:
    """Give each value's rank between 0 and 1, so that a few extremes do not take the whole scale."""
    different = np.unique(data)
    return np.searchsorted(different, data) / max(len(different) - 1, 1)


def _number(value: float, language: str, *, sign: bool = False) -> str:
    """Write a number as it is written in the language."""
    text = f"{value:{'+' if sign else ''}.2f}".replace("-", "\N{MINUS SIGN}")
    return text.replace(".", ",") if language == "sv" else text


def _new(width: float, height: float) -> tuple[Figure, Axes]:
    """Make an empty figure without touching global state."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(b=False)
    return figure, axes


def _svg(figure: Figure, axes: Axes, below: Text, language: str) -> bytes:
    """Write a figure with its warning; the same bytes for the same numbers."""
    from matplotlib import rc_context

    buffer = io.BytesIO()
    axes.set_xlabel(f"{below.say(language)}\n{SAYS['not_causes'].say(language)}")
    if language == "sv":
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", ",").replace("-", "\N{MINUS SIGN}"))
    with rc_context(SETTINGS):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()
