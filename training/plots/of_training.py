"""Here we draw what a training is judged by: calibration, importance, the splits in time, ageing, what age alone does."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from features.build import REGISTRY
from training.backtest import split_picture
from training.backtest.ageing import Ageing
from training.probes.age import AGE_SWING, AgeCurve
from training.train import Sample, Trained

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from training.validation import Validation

INK, SOFT, ACCENT = "#1b1b1b", "#8a8a8a", "#0b5394"
SHOWN = 12


def pictures(trained: Trained, found: Validation | None = None) -> dict[str, bytes]:
    """Give every picture of a training by file name; those of the backtest where there was one."""
    whole = {
        "figures/calibration.png": calibration(trained),
        "figures/importance.png": importance(trained),
        "figures/split.png": split(trained),
        **_reasons(trained.sample),
    }
    return whole if found is None else whole | _backtested(found)


def _reasons(sample: Sample) -> dict[str, bytes]:
    """Draw what moves the estimates, in both languages."""
    from training.explaining import as_explanation
    from training.plots.of_reasons import beeswarm

    return {
        f"figures/reasons.{language}.svg": beeswarm(
            as_explanation(sample.values, sample.contributions, sample.base, language=language), language=language
        )
        for language in ("sv", "en")
    }


def _backtested(found: Validation) -> dict[str, bytes]:
    """Give the pictures of a backtest; none of what could not be told."""
    folds = [period.fold for period in found.periods]
    whole = {f"figures/folds.{language}.svg": split_picture(folds, language=language) for language in ("sv", "en")}
    if found.ageing is not None:
        whole["figures/ageing.png"] = aged(found.ageing, found.plan.backtest.test_days)
    if found.candidate is not None:
        whole["figures/age_sweep.png"] = age_sweep(found.candidate.probes.curves)
    return whole


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


def aged(found: Ageing, days: int) -> bytes:
    """Draw what an old model loses against a new one, with intervals where there is one, beside what is lived with."""
    figure, axes = _new(8, 4)
    for age in found.ages:
        if age.low is not None and age.high is not None:
            axes.plot([age.windows] * 2, [age.low, age.high], color=ACCENT, linewidth=1.5)
    axes.plot([age.windows for age in found.ages], [age.loss for age in found.ages], "o", color=ACCENT)
    axes.axhline(found.tolerance, color=SOFT, linestyle="--", linewidth=1)
    axes.set_xticks([age.windows for age in found.ages], [f"{age.windows * days}\n({age.n})" for age in found.ages])
    axes.set(xlabel="age of the model, days (windows compared)", ylabel="AUC lost", title="How the model ages")
    return _png(figure)


def age_sweep(curves: Sequence[AgeCurve]) -> bytes:
    """Draw the estimate of each vignette over the child's age."""
    figure, axes = _new(8, 4 + 0.25 * len(curves))
    for place, curve in enumerate(curves):
        years = [month / 12 for month in range(len(curve.estimates))]
        colour, dashes = (ACCENT, INK, SOFT)[place % 3], ("-", "--", ":", "-.")[place % 4]
        axes.plot(years, curve.estimates, color=colour, linestyle=dashes, linewidth=1.5, label=curve.vignette.text.en)
    axes.set(ylim=(0, 1), xlim=(0, 18), xlabel="age, years", ylabel="estimate")
    axes.set_xticks(range(0, 19, 3))
    axes.set_title(f"The same report at every age; {100 * AGE_SWING:.0f} of 100 is the most that age alone may move it")
    figure.legend(loc="outside lower center", frameon=False, fontsize=8, handlelength=4)
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
