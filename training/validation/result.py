"""Here we hold what a validation found: per window and pooled, across folds, and on whom it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from training.backtest import Fold
from training.backtest.ageing import Ageing
from training.backtest.regret import Choice
from training.backtest.selective import Selective
from training.figures import SUSPICIOUS
from training.labelling.labels import Labels
from training.plan import Shortfall, TrainingPlan
from training.validation.candidate import Candidate
from training.validation.delayed import Delayed
from training.validation.fold import MODEL, FoldResult, Grown, Seconds
from training.validation.in_queue import InQueue
from training.validation.label_gap import LabelGap
from training.validation.later import Overlap
from training.validation.measured import Measured, plain
from triage.words import CodedText, Text

if TYPE_CHECKING:
    import pandas as pd

LEAK = CodedText(
    "leak",
    Text(
        "AUC är i medeltal över 0,90 i de prövade perioderna. Så goda siffror är ett läckage tills motsatsen är visad: "
        "kör triage leaks innan någon litar på dem.",
        "The AUC is above 0.90 on average over the tested periods. Figures that good are a leak until shown otherwise: "
        "run triage leaks before anybody relies on them.",
    ),
)
"""See `training.figures.SUSPICIOUS`."""


@dataclass(frozen=True)
class Group:
    """The figures of one unit, or of one type of report.

    Attributes
    ----------
    by, value : str
    measured : Measured or None
        None where too few outcomes are known.
    n : int
    """

    by: str
    value: str
    n: int
    measured: Measured | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {"by": self.by, "value": self.value, "n": self.n, "figures": maybe(self.measured)}


@dataclass(frozen=True)
class Other:
    """The same scores measured against another outcome, or against one component of the predicted one.

    Attributes
    ----------
    outcome : str
    component : str or None
        None for the outcome as a whole.
    self_deciding : bool
        Whether the unit that sees the estimate decides any part of it.
    measured : Measured or None
        None where too few outcomes are known. Its calibration says nothing: another outcome was predicted.
    """

    outcome: str
    component: str | None
    self_deciding: bool
    measured: Measured | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "outcome": self.outcome,
            "component": self.component,
            "self_deciding": self.self_deciding,
            "figures": maybe(self.measured),
        }


@dataclass(frozen=True)
class GroupLabel:
    """What the predicted outcome and another one say of an audited group.

    Attributes
    ----------
    group, outcome : str
    gap : LabelGap
    """

    group: str
    outcome: str
    gap: LabelGap

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {"group": self.group, "outcome": self.outcome} | self.gap.to_dict()


@dataclass(frozen=True)
class Period:
    """One tested window.

    Attributes
    ----------
    fold : Fold
    result : FoldResult
    measured : Measured
    delay : Delayed or None
        None when nobody said how many reports the unit reads on a day.
    """

    fold: Fold
    result: FoldResult
    measured: Measured
    delay: Delayed | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data, without the model itself."""
        cut = self.fold.to_dict()
        tuned = [{"tuned": grown.tuned.to_dict()} for grown in self.result.turns]
        return cut | {
            "turns": [turn | found for turn, found in zip(cut["turns"], tuned, strict=True)],
            "figures": self.measured.to_dict(),
            "delay": maybe(self.delay),
            "seconds": self.result.seconds.to_dict(),
        }


@dataclass(frozen=True)
class Validation:
    """What a validation found.

    Attributes
    ----------
    plan : TrainingPlan
    parts : mapping of str to str
        What it depends on, as SHA-256 and versions.
    labels : tuple of Labels
        Of every outcome, the predicted one first.
    periods : tuple of Period
        By time.
    pooled : Measured
        All windows; see `training.validation.pooling`.
    delay : Delayed or None
        All windows, as one queue.
    ageing, choice : Ageing, Choice or None
        None where too few windows can tell.
    overlaps : tuple of Overlap
    groups : tuple of Group
    others : tuple of Other
    group_labels : tuple of GroupLabel
        Many groups are looked at, so one in twenty seems to differ by chance.
    selective : Selective
        On the last window.
    queues : tuple of InQueue
        What is found among the reports read first, of all that came in; the predicted outcome first.
    ceiling : float or None
        AUC, pooled, of the generator's own probability; None where nobody can know it.
    candidate : Candidate or None
        The probes and the weak slices of the model that would be offered; None while it was not looked at.
    """

    plan: TrainingPlan
    parts: Mapping[str, str]
    labels: tuple[Labels, ...]
    periods: tuple[Period, ...]
    pooled: Measured
    delay: Delayed | None
    ageing: Ageing | None
    choice: Choice | None
    overlaps: tuple[Overlap, ...]
    groups: tuple[Group, ...]
    others: tuple[Other, ...]
    group_labels: tuple[GroupLabel, ...]
    selective: Selective
    queues: tuple[InQueue, ...]
    ceiling: float | None
    candidate: Candidate | None = None

    @property
    def mean_auc(self) -> float | None:
        """Mean AUC over the windows in which it could be told."""
        told = [period.measured.auc.value for period in self.periods if period.measured.auc is not None]
        return sum(told) / len(told) if told else None

    @property
    def warnings(self) -> tuple[CodedText, ...]:
        """What a reader must know before any figure."""
        return (LEAK,) if self.mean_auc is not None and self.mean_auc > SUSPICIOUS else ()

    @property
    def seconds(self) -> Seconds:
        """What all folds took."""
        taken = [period.result.seconds for period in self.periods]
        return Seconds(*(sum(part) for part in zip(*(astuple(one) for one in taken), strict=True)))

    @property
    def shortfalls(self) -> tuple[Shortfall, ...]:
        """What does not clear the bar; a figure that could not be told does not."""
        return self.plan.bar.judge(self.figures())

    @property
    def newest(self) -> Grown:
        """The model of the newest fold's first turn: where one model is looked at, it is this one."""
        return self.periods[-1].result.turns[0]

    def figures(self) -> dict[str, float]:
        """Give the figures that the bar judges."""
        probes = {} if self.candidate is None else self.candidate.figures()
        sooner = {} if self.delay is None else self.delay.figures()
        return self.pooled.figures() | self.queues[0].figures() | sooner | probes

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data: what ``validation.json`` holds, and what the card, MLflow and ``compare`` read.

        Whatever could not be told is None. An interval is ``value``, ``low``, ``high``; a text is ``sv``, ``en``.

        ::

            plan           as in training.toml; `training.plan.plan_of` reads it back
            parts          what it depends on: SHA-256 of plan, data and features, and versions
            bar            digest; shortfalls: figure, found, sv, en
            warnings       what a reader must know first: code, sv, en. "leak": mean AUC above 0.90
            labels         per outcome: outcome; counts, by state; components, yes by component
            mean_auc       over the windows
            pooled         FIGURES of all windows together
            delay          of all windows as one queue: n, needs, per_day, over_days, load, left_at_end, saved (days, by the
                           order that the score is held against) and orders: mean, median, longest, over; unit_per_day: what
                           all of the unit reads, said_by the plan or by its decisions (how: the same in words), and tested_share, by which per_day is less
            queues         per outcome, of the reports read first: outcome, n, known; investigated, came_true (of all that came
                           in), truth (the generator's): base_rate, precision, lift, most (that any order could lift); text
            ceiling        AUC of the generator's own probability
            periods        per window: fold, gap_days; test: from, to, n, positive, unknown (outcomes); figures: FIGURES; delay,
                           as above; seconds: fitting, beside, whole; turns: turn; train, calibrate and test, as above; tuned:
                           trees (as in the plan), trials, planned, found (log loss), set_aside (settings of lower loss
                           that break what practitioners ask), keeps
            ageing         ages: windows (how old), n, figure, loss, low, high; per_window; retrain_after (in windows of
                           plan.backtest.test_days days); tolerance; text: when to train again
            choice         by regret: chosen, rule; mean regret of all rules and candidates; picks; periods
            overlaps       of the first k, between the models of neighbouring windows: window, k, jaccard
            groups         per unit and type of report: by, value, n, figures: FIGURES
            others         the same scores against other outcomes: outcome, component, self_deciding, figures: FIGURES
            group_labels   per audited group and other outcome: group, outcome, predicted, other, apart, differs
            selective      last window: capacity, at_most, bounds_text; everyone, mandated (by law all are investigated):
                           n, known, known_share, figures, bounds, text; doubly_robust: n, known, households, figures,
                           propensity (least, clipped, clipped_known, effective), assumes. Figures and bounds are
                           base_rate, precision, recall, auc
            candidate      the model that would be offered:
              probes       passed; table: version, pairs, digest, signed, signed_by, signed_on, standing; results: code, sv,
                           en, answers, verdict, detail, tried, untold, broken, worst and closest (case, estimates, excess);
                           age_curves: code, sv, en, by_year, lowest, highest, unknown
              weak_slices  looked_at, proposed, text; tested, weakest first: conditions (column, text), measure, n,
                           households, estimated, observed, gap, low, high, adjusted_p, weak, text
              abstained    by, value, n, households, share, reasons (how many by reason); all reports first, then each unit,
                           type of report and audited group
              reasons      as `training.reason_quality.ReasonQuality.to_dict` says
            seconds        of all folds: fitting, beside, whole

            FIGURES        n, known, positive, households, base_rate, auc, average_precision, brier, calibration_slope,
                           calibration_intercept, at_capacity (precision, recall, taken), lift, gain; beside, per simple
                           model: name, auc, gain, verdict, verdict_text, at_capacity
        """
        return {
            "plan": self.plan.to_dict(),
            "parts": dict(self.parts),
            "bar": {"digest": self.plan.bar.digest(), "shortfalls": [one.to_dict() for one in self.shortfalls]},
            "warnings": [warning.to_dict() for warning in self.warnings],
            "labels": [one.to_dict() for one in self.labels],
            "mean_auc": self.mean_auc,
            "pooled": self.pooled.to_dict(),
            "delay": maybe(self.delay),
            "queues": [one.to_dict() for one in self.queues],
            "ceiling": self.ceiling,
            "periods": [period.to_dict() for period in self.periods],
            "ageing": maybe(self.ageing),
            "choice": maybe(self.choice),
            "overlaps": [one.to_dict() for one in self.overlaps],
            "groups": [one.to_dict() for one in self.groups],
            "others": [one.to_dict() for one in self.others],
            "group_labels": [one.to_dict() for one in self.group_labels],
            "selective": self.selective.to_dict(),
            "candidate": maybe(self.candidate),
            "seconds": self.seconds.to_dict(),
        }

    def frame(self) -> pd.DataFrame:
        """Give one row per window and score, and the pooled ones last: AUC, gain of the model, precision and recall."""
        import pandas as pd

        named = [(str(period.fold.number), period.measured) for period in self.periods] + [("pooled", self.pooled)]
        return pd.json_normalize([row for name, measured in named for row in _rows(name, measured)], sep="_")

    def __repr__(self) -> str:
        """Say how good it is, and whether it clears the bar."""
        auc = "cannot tell" if self.pooled.auc is None else f"{self.pooled.auc.value:.3f}"
        short = ", ".join(one.figure for one in self.shortfalls) or "nothing"
        return (
            f"Validation({len(self.periods)} windows: AUC {auc}; short of the bar: {short}; read .frame(), .to_dict())"
        )


def maybe(found: Any) -> Any:
    """Give a result as plain data; None stays None."""
    return None if found is None else found.to_dict()


def _rows(name: str, measured: Measured) -> list[dict[str, Any]]:
    """Give a row per score of one window."""
    scores = [(one.name, one.auc, one.gain, one.at_capacity) for one in measured.beside]
    return [
        {"window": name, "score": score, "auc": plain(auc), "model_gains": plain(gain), **taken.to_dict()}
        for score, auc, gain, taken in [*scores, (MODEL, measured.auc, None, measured.at_capacity)]
    ]
