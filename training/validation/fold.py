"""Here we run one fold, turn by turn: tune, grow and calibrate on what came before, beside the simple models, then score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from features.arrays import Floats, Ints
from features.build import REGISTRY
from training.backtest import Fold, Turn
from training.beside import Beside, ebm, logistic, point_score, prior_reports
from training.callbacks import Clock
from training.fit import TreePlan, calibrate, grow, model_text
from training.inputs import Inputs, beside_columns
from training.plan import TrainingPlan
from training.probes import keeping
from training.validation.tuning import Tuned, tune
from triage.venn_abers import VennAbers

MODEL = "model"


@dataclass(frozen=True)
class Grown:
    """The model of one turn; nothing in it has seen the tested window, or a family of its own side.

    Attributes
    ----------
    tuned : Tuned
    model : str
        LightGBM's text.
    calibration : VennAbers
        Learned on the calibration part.
    """

    tuned: Tuned
    model: str
    calibration: VennAbers

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {"tuned": self.tuned.to_dict(), "model": self.model, "calibration": self.calibration.to_dict()}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Grown:
        """Read what `to_dict` gave."""
        trees = plain["tuned"]["trees"]
        tuned = Tuned(**(plain["tuned"] | {"trees": TreePlan(**(trees | {"leave_out": tuple(trees["leave_out"])}))}))
        return cls(tuned, plain["model"], VennAbers.from_dict(plain["calibration"]))


@dataclass(frozen=True)
class Fitted:
    """Everything that one turn learned.

    Attributes
    ----------
    grown : Grown
    beside : mapping of str to Beside
        The simple models, learned on the training part, simplest first.
    """

    grown: Grown
    beside: Mapping[str, Beside]


@dataclass(frozen=True)
class Seconds:
    """What a fold took.

    Attributes
    ----------
    fitting : float
        Inside LightGBM's own fit.
    beside : float
        Fitting the simple models.
    whole : float
    """

    fitting: float
    beside: float
    whole: float

    @property
    def overhead(self) -> float | None:
        """What everything else took, over what LightGBM's fit took; None without a clock."""
        return (self.whole - self.beside - self.fitting) / self.fitting if self.fitting else None

    def to_dict(self) -> dict[str, float]:
        """Give plain data."""
        return {"fitting": self.fitting, "beside": self.beside, "whole": self.whole}


@dataclass(frozen=True)
class FoldResult:
    """What one fold leaves to be measured.

    Attributes
    ----------
    number : int
    turns : tuple of Grown
        A model per turn.
    margin : ndarray of float64, shape (n,)
        Raw log-odds of the reports of this window and of every later one, each by the model of the turn in which its family is
        tested: none has learned from it. NaN elsewhere.
    beside : mapping of str to ndarray of float64, shape (n,)
        Scores of the simple models on this window, by turn as well; NaN elsewhere.
    seconds : Seconds
    """

    number: int
    turns: tuple[Grown, ...]
    margin: Floats
    beside: Mapping[str, Floats]
    seconds: Seconds

    @property
    def scores(self) -> dict[str, Floats]:
        """Every score by name, the model last."""
        return {**self.beside, MODEL: self.margin}

    def to_dict(self) -> dict[str, Any]:
        """Give what is no array as plain data."""
        return {
            "number": self.number,
            "turns": [grown.to_dict() for grown in self.turns],
            "seconds": self.seconds.to_dict(),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], margin: Floats, beside: Mapping[str, Floats]) -> FoldResult:
        """Read what `to_dict` gave, with the arrays that it left out."""
        turns = tuple(Grown.from_dict(turn) for turn in plain["turns"])
        return cls(plain["number"], turns, margin, beside, Seconds(**plain["seconds"]))


class Watch:
    """Adds up what is spent inside LightGBM's fit, and in fitting the simple models."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.fitting, self.beside, self.began = clock, 0.0, 0.0, clock()

    def grow(self, values: Floats, label: Floats, trees: TreePlan) -> Any:
        """Grow trees on one thread, and look at the clock before and after.

        The trees are the same on one thread and on two. These fits are many and short, and on a busy machine two threads
        wait for each other: 20 000 rows then took 23 s on two and 2 s on one.
        """
        began = self.clock()
        booster = grow(values, label, replace(trees, threads=1))
        self.fitting += self.clock() - began
        return booster

    def stand(self, values: Floats, label: Floats, plan: TrainingPlan) -> dict[str, Beside]:
        """Fit the simple models, and look at the clock before and after."""
        began = self.clock()
        found = simple_models(values, label, plan)
        self.beside += self.clock() - began
        return found

    @property
    def seconds(self) -> Seconds:
        """What was spent so far."""
        return Seconds(self.fitting, self.beside, self.clock() - self.began)


def run_fold(inputs: Inputs, folds: Sequence[Fold], fold: Fold, plan: TrainingPlan, clock: Clock) -> FoldResult:
    """Fit every turn of a fold and score its window, and with the models every later window.

    Parameters
    ----------
    inputs : Inputs
    folds : sequence of Fold
        All of them: the later ones say which windows come after.
    fold : Fold
    plan : TrainingPlan
    clock : callable
    """
    watch = Watch(clock)
    fitted = [fit(inputs, turn, plan, watch) for turn in fold.turns]
    tested = [turn.test.all_rows for turn in fold.turns]
    onward = [np.concatenate(rows) for rows in _by_side(later for later in folds if later.number >= fold.number)]
    margin = [margins(one.grown.model, inputs.values[rows]) for one, rows in zip(fitted, onward, strict=True)]
    columns = beside_columns(plan.leave_out)
    seen = [inputs.values[rows][:, columns] for rows in tested]
    beside = {
        name: [one.beside[name].score(values) for one, values in zip(fitted, seen, strict=True)]
        for name in fitted[0].beside
    }
    return FoldResult(
        number=fold.number,
        turns=tuple(one.grown for one in fitted),
        margin=_stitched(inputs, onward, margin),
        beside={name: _stitched(inputs, tested, scores) for name, scores in beside.items()},
        seconds=watch.seconds,
    )


def _by_side(folds: Iterable[Fold]) -> Iterator[tuple[Ints, ...]]:
    """Give what is tested in each turn, window by window: the same side, and so the same families, in all of them."""
    return zip(*([turn.test.all_rows for turn in fold.turns] for fold in folds), strict=True)


def fit(inputs: Inputs, turn: Turn, plan: TrainingPlan, watch: Watch) -> Fitted:
    """Learn everything that one turn learns, from its training and calibration parts alone."""
    rows, later = turn.train.rows, turn.calibrate.rows
    label = inputs.labels.value
    values, known = inputs.values[rows], label[rows]
    part = values, known, inputs.received[rows], inputs.group[rows]
    tuned = tune(*part, plan.trees, plan.tuning, watch.grow, keeping.shipped())
    model = model_text(watch.grow(values, known, tuned.trees))
    table = calibrate(margins(model, inputs.values[later]), label[later])
    return Fitted(Grown(tuned, model, table), watch.stand(values, known, plan))


def simple_models(values: Floats, label: Floats, plan: TrainingPlan) -> dict[str, Beside]:
    """Fit what stands beside the model, on the same rows; simplest first. They read what it may, and the plain count too."""
    columns = beside_columns(plan.leave_out)
    names = [REGISTRY.names[column] for column in columns]
    directions = [REGISTRY.features[column].direction for column in columns]
    seen = values[:, columns]
    found: dict[str, Beside] = {
        "prior_reports": prior_reports.fit(seen, label, names),
        "point_score": point_score.fit(seen, label, names, directions=directions),
        "logistic": logistic.fit(seen, label, names),
    }
    if plan.challenger:
        found["ebm"] = ebm.fit(seen, label, names, directions=directions)
    return found


def margins(model: str, values: Floats) -> Floats:
    """Give the raw log-odds of feature rows, shape (n,)."""
    import lightgbm as lgb

    booster = lgb.Booster(model_str=model)
    return np.asarray(booster.predict(values, raw_score=True, num_threads=1), dtype=np.float64)


def _stitched(inputs: Inputs, rows: Sequence[Ints], scores: Sequence[Floats]) -> Floats:
    """Put the scores of every turn at their rows, NaN elsewhere, shape (n,)."""
    whole = np.full(len(inputs.received), np.nan)
    whole[np.concatenate(rows)] = np.concatenate(scores)
    return whole
