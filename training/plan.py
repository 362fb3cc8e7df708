"""Here we plan a training: what is predicted and beside what, how it is tested, how it is tuned, and the bar to clear.

>>> plan = read_plan()
>>> plan == TrainingPlan(), plan.outcome.name, plan.outcome.self_deciding
(True, 'need_confirmed', True)
>>> plan_of(plan.to_dict()) == plan
True
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import field
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.dataclasses import dataclass

from features.build import REGISTRY
from features.event_codes import Attribute
from training.bar import Bar, Shortfall
from training.declared import STRICT, Filled, Positive, Seed, declared, plain_of
from training.fit import TreePlan
from training.labelling.outcomes import Outcome
from training.labelling.standard import CARE_OR_POLICE, NEED_CONFIRMED, NEW_REPORT_INVESTIGATED, STANDARD
from training.split import Share, SplitPlan
from triage.errors import TrainingRefused

__all__ = ["BacktestPlan", "Bar", "Shortfall", "TrainingPlan", "TuningPlan", "check_span", "plan_of", "read_plan"]

SHIPPED = "training.toml"
AGE = "age"
GIVEN_AWAY = (*Attribute.values(), AGE)
"""Of what the audit asks whether features or score give it away: every attribute of the groups table, and the child's age."""


def _by_name(came: object) -> object:
    """Take an outcome of the library by its name, or one that is declared on the spot."""
    if not isinstance(came, str):
        return _tupled(came)
    if came not in STANDARD:
        msg = f"{came!r} comes with no declaration. Allowed: {', '.join(STANDARD)}, or a table that declares one."
        raise ValueError(msg)
    return STANDARD[came]


def _tupled(came: object) -> object:
    """Give plain values with tuples for lists: a strict record takes nothing else."""
    if isinstance(came, dict):
        return {key: _tupled(value) for key, value in came.items()}
    return tuple(_tupled(value) for value in came) if isinstance(came, list) else came


def _given_away(attribute: str) -> str:
    """Refuse an attribute that the audit never asks about: what is written of it would stand nowhere."""
    if attribute not in GIVEN_AWAY:
        msg = f"{attribute!r} is not audited. Allowed: {', '.join(GIVEN_AWAY)}."
        raise ValueError(msg)
    return attribute


def _growable(trees: TreePlan) -> TreePlan:
    """Refuse trees that cannot be grown, and features that do not exist."""
    least = {"rounds": 1, "leaves": 2, "depth": 1, "fewest_per_leaf": 1, "threads": 1, "seed": 0}
    wrong = [
        f"{name} is {getattr(trees, name)}; allowed: {low} or more"
        for name, low in least.items()
        if getattr(trees, name) < low
    ]
    if not 0 < trees.rate <= 1:
        wrong.append(f"rate is {trees.rate:g}; allowed: above 0, up to 1")
    unknown = [name for name in trees.leave_out if name not in REGISTRY.names]
    if unknown:
        wrong.append(f"leave_out names {', '.join(unknown)}; allowed: {', '.join(REGISTRY.names)}")
    if wrong:
        raise ValueError("; ".join(wrong))
    return trees


OneOutcome = Annotated[Outcome, BeforeValidator(_by_name)]


@dataclass(frozen=True, config=STRICT)
class BacktestPlan:
    """How the past is replayed; see `training.backtest.rolling_origin`.

    Attributes
    ----------
    cuts : int
        How many times the origin moves.
    turns : int
        Into how many sides families fall; within each window every side is tested once.
    test_days, calibrate_days : int
    calibrate_households : float
        Share of the households that is kept for calibration while another side is tested.
    seed : int
        Of the households' sides, and of the bootstrap.
    """

    cuts: Positive = 8
    turns: Annotated[int, Field(ge=2)] = 3
    test_days: Positive = 120
    calibrate_days: Positive = 240
    calibrate_households: Share = 0.3
    seed: Seed = 2026


@dataclass(frozen=True, config=STRICT)
class TuningPlan:
    """How long settings are searched for, inside each fold.

    Attributes
    ----------
    trials : int
        0 keeps the trees as they are planned.
    seconds : float or None
        Stop earlier after this long; the answer then depends on the machine.
    seed : int
    """

    trials: Annotated[int, Field(ge=0)] = 30
    seconds: Annotated[float, Field(gt=0)] | None = None
    seed: Seed = 2026


@dataclass(frozen=True, config=STRICT)
class Justification:
    """Why it is right that features or score give away a group that no model may read.

    Attributes
    ----------
    attribute : str
        One of `GIVEN_AWAY`.
    text : str
        Stands on the card as it is written.
    """

    attribute: Annotated[str, AfterValidator(_given_away)]
    text: Filled


@dataclass(frozen=True, config=STRICT)
class TrainingPlan:
    """Everything that decides what a training gives.

    Attributes
    ----------
    name : str
    outcome : Outcome
        What is predicted.
    also : tuple of Outcome
        What the same scores are measured against as well: at least one that the unit does not decide, unless the
        predicted one is such.
    backtest : BacktestPlan
    split : SplitPlan
        How reports are split for the model that is offered.
    trees : TreePlan
        How the trees are grown, and which features they may not read.
    tuning : TuningPlan
    capacity : float
        Share of reports that the unit can read first.
    reports_per_day : float or None
        How many reports the unit reads on a working day, for the delay that a queue saves; when nobody said, as many as it
        decided on (`training.validation.delayed`).
    widest : float
        The model abstains on an interval wider than this: one report more would move the estimate by as much. The
        default rests on fewer than ten calibration reports. It is a width and not a share of the calibration period, because a
        share would silence as many with a good calibration as with a poor one.
    bar : Bar
    challenger : bool
        Whether the glass-box model stands beside it; needs the extra ``challenger``.
    justifications : tuple of Justification
        What the audit of groups asks for above 0.7; see `training.audit.proxies`.
    deep_audit : bool
        Whether the audit of groups also grows trees again and thins the past, which takes time.
    synthetic : bool
        Whether the cases are made up: the card's first line depends on it.
    contact : str
    """

    name: Filled = "orosanmalan-triage"
    outcome: OneOutcome = NEED_CONFIRMED
    also: tuple[OneOutcome, ...] = (NEW_REPORT_INVESTIGATED, CARE_OR_POLICE)
    backtest: BacktestPlan = field(default_factory=BacktestPlan)
    split: SplitPlan = field(default_factory=SplitPlan)
    trees: Annotated[TreePlan, AfterValidator(_growable)] = field(default_factory=TreePlan)
    tuning: TuningPlan = field(default_factory=TuningPlan)
    capacity: Annotated[float, Field(gt=0, lt=1)] = 0.2
    reports_per_day: Annotated[float, Field(gt=0)] | None = None
    widest: Annotated[float, Field(gt=0, le=1)] = 0.1
    bar: Bar = field(default_factory=Bar)
    challenger: bool = False
    justifications: tuple[Justification, ...] = ()
    deep_audit: bool = False
    synthetic: bool = False
    contact: Filled = "the unit that trained the model"

    def __post_init__(self) -> None:
        """Refuse two outcomes of one name, two texts for one attribute, and a model that could only confirm itself."""
        names = [outcome.name for outcome in self.outcomes]
        if len(set(names)) < len(names):
            msg = f"two outcomes have the same name: {', '.join(names)}. Give each its own."
            raise ValueError(msg)
        written = [one.attribute for one in self.justifications]
        if len(set(written)) < len(written):
            msg = f"justifications has two texts for one attribute: {', '.join(written)}. Put them into one."
            raise ValueError(msg)
        if all(outcome.self_deciding for outcome in self.outcomes):
            msg = (
                f"the unit that sees the estimate decides every outcome ({', '.join(names)}), so the model could only confirm "
                "itself. Add one to also that others decide, for example care_or_police."
            )
            raise ValueError(msg)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every outcome, the predicted one first."""
        return self.outcome, *self.also

    @property
    def leave_out(self) -> tuple[str, ...]:
        """Features that the model may not read."""
        return self.trees.leave_out

    def to_dict(self) -> dict[str, Any]:
        """Give the plan as plain data, which `plan_of` reads back; what is None is left out."""
        return plain_of(self)


def read_plan(path: Path | None = None) -> TrainingPlan:
    """Read a plan from TOML, or the one that is shipped; a key that is left out keeps its default.

    Raises
    ------
    TrainingRefused
        With every mistake: key, value, what is allowed.
    """
    name = SHIPPED if path is None else path.name
    data = (resources.files("training").joinpath(SHIPPED) if path is None else path).read_bytes()
    try:
        plain = tomllib.loads(data.decode("utf-8"))
    except ValueError as error:
        msg = f"{name} cannot be read as TOML: {error}. Correct the line."
        raise TrainingRefused(msg) from None
    return plan_of(plain, name)


def plan_of(plain: Mapping[str, Any], name: str = "the plan") -> TrainingPlan:
    """Make a plan of plain values, as `TrainingPlan.to_dict` gives them; ``name`` is what errors call it.

    Raises
    ------
    TrainingRefused
        With every mistake: key, value, what is allowed.
    """
    return declared(TrainingPlan, plain, name)


def check_span(plan: TrainingPlan, first: dt.datetime, last: dt.datetime) -> None:
    """Refuse data in which some outcome could not be known.

    Parameters
    ----------
    plan : TrainingPlan
    first, last : datetime.datetime
        The first report, and the data's end.

    Raises
    ------
    TrainingRefused
        With the horizon and the span of the data, in days.
    """
    span = last - first
    long = [outcome for outcome in plan.outcomes if dt.timedelta(days=outcome.horizon_days) >= span]
    if long:
        wanted = ", ".join(f"{outcome.horizon_days} days ({outcome.name})" for outcome in long)
        msg = (
            f"The data span {span.days} days, and the horizon is {wanted}: no outcome is known within them. "
            "Give a longer span or a shorter horizon."
        )
        raise TrainingRefused(msg)
