"""Here we draw what a training is judged by, as PNG bytes: calibration, importance, the split in time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from features.build import REGISTRY
from training.train import Trained

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, ACCENT = "#1b1b1b", "#8a8a8a", "#0b5394"
SHOWN = 12


def pictures(trained: Trained) -> dict[str, bytes]:
    """Give every picture of a training by file name."""
    return {
        "figures/calibration.png": calibration(trained),
        "figures/importance.png": importance(trained),
        "figures/split.png": split(trained),
    }


def calibration(trained: Trained) -> bytes:
    """Draw observed against estimated, with intervals, beside the diagonal."""
    figure, axes = _new(5, 5)
    rows = trained.figures.bins
    axes.plot([0, 1], [0, 1], color=SOFT, linestyle="--", linewidth=1)
    for row in rows:
        axes.plot([row["mean_score"]] * 2, [row["low"], row["high"]], color=ACCENT, linewidth=1.5)
    axes.plot([row["mean_score"] for row in rows], [row["observed"] for row in rows], "o", color=ACCENT)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="estimated", ylabel="observed", title="Calibration on the last period")
    return _png(figure)


def importance(trained: Trained) -> bytes:
    """Draw the features that move the estimate most."""
    figure, axes = _new(8, 5)
    top = list(trained.importance.items())[:SHOWN][::-1]
    axes.barh([REGISTRY[name].en for name, _ in top], [100 * share for _, share in top], color=ACCENT)
    axes.set(xlabel="share of mean absolute contribution, %", title="What moves the estimate")
    return _png(figure)


def split(trained: Trained) -> bytes:
    """Draw the parts in time."""
    figure, axes = _new(8, 2.2)
    parts = (trained.split.test, trained.split.calibrate, trained.split.train)
    for place, part in enumerate(parts):
        days = (part.end - part.start).days
        axes.barh([place], [days], left=[(part.start - trained.split.train.start).days], color=ACCENT, height=0.5)
    axes.set_yticks(range(len(parts)), [f"{part.name} ({len(part.rows)})" for part in parts])
    axes.set(xlabel=f"days from {trained.split.train.start.date()}", title="Split in time; households are disjoint")
    return _png(figure)


def _new(width: float, height: float) -> tuple[Figure, Axes]:
    """Make an empty figure without touching global state."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(b=False)
    return figure, axes


def _png(figure: Figure) -> bytes:
    """Write a figure, byte for byte the same for the same numbers."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    return buffer.getvalue()
