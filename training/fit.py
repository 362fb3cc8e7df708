"""Here we fit: trees with monotone constraints where a direction is not in doubt, then a calibration on other families.

Same rows, seed and versions give the same model, byte for byte: rows are sorted before the fit,
because their order would change the trees.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Floats
from features.build import REGISTRY
from training.calibration import fit_venn_abers
from training.evaluate import calibration_line
from triage.errors import TrainingRefused
from triage.venn_abers import VennAbers

if TYPE_CHECKING:
    from lightgbm import Booster


BINS = 511
"""Values that a feature is told apart by, at most."""
CUTS, MORE = 200, 300
"""How many of them tell how far one entry has faded (of three years, one is five and a half days), and what more than one add."""


@dataclass(frozen=True)
class TreePlan:
    """How the trees are grown: many small ones, in which at most three features meet.

    Each cut is drawn by lot (LightGBM's ``extra_trees``) and is no choice of the plan. Where the best cut is taken instead, all
    trees cut what fades on the same few days, and one day more in a file then moves an estimate by up to twelve points.

    Attributes
    ----------
    rounds, leaves, depth, fewest_per_leaf : int
    rate : float
    seed, threads : int
    leave_out : tuple of str
        Features that no tree may read. Age is left out: with it the same report weighs more or less by the child's age
        alone (the age sweep). So is what falls off a cliff when a window ends (`reports_before`), and how much of the form
        was filled in, and that the police report by routine: both tell of the reporter, and not of the child. So is absence
        from school: mostly the worst of it is investigated, and what is learned from those is untrue of the others.
    """

    rounds: int = 800
    leaves: int = 8
    depth: int = 3
    fewest_per_leaf: int = 40
    rate: float = 0.03
    seed: int = 2026
    threads: int = 2
    leave_out: tuple[str, ...] = (
        "age_months",
        "observable_months",
        "acute_unknown",
        "reports_before",
        "reporter_police",
        "concern_school",
    )

    def params(self) -> dict[str, object]:
        """Give LightGBM's parameters; ``basic`` is the constraint method that holds with missing values."""
        return {
            "objective": "binary",
            "num_leaves": self.leaves,
            "max_depth": self.depth,
            "min_data_in_leaf": self.fewest_per_leaf,
            "learning_rate": self.rate,
            "feature_fraction": 0.7,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambda_l2": 5.0,
            "extra_trees": True,
            "max_bin": BINS,
            "monotone_constraints": [feature.direction for feature in REGISTRY.features],
            "monotone_constraints_method": "basic",
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": self.threads,
            "verbosity": -1,
        }


def grow(values: Floats, label: Floats, plan: TreePlan, weight: Floats | None = None) -> Booster:
    """Grow the trees.

    Parameters
    ----------
    values : ndarray of float64, shape (n, k)
        Rows sorted by a stable key.
    label : ndarray of float64, shape (n,)
        0 or 1; an unknown outcome has no place here.
    plan : TreePlan
    weight : ndarray of float64, shape (n,), optional
        How much each row counts; all the same in every model that is offered.

    Raises
    ------
    TrainingRefused
        With an unknown outcome, or a feature to leave out that does not exist or that a tree reads all the same.
    """
    import lightgbm as lgb

    if np.isnan(label).any():
        msg = f"{int(np.isnan(label).sum())} reports have an unknown outcome; leave them out, they are not 'no need'."
        raise TrainingRefused(msg)
    params = plan.params()
    read = _unanswered_as_no(_blanked(values, plan.leave_out))
    with _evenly_cut(read) as bins:
        data = lgb.Dataset(
            read,
            label=label,
            weight=weight,
            feature_name=list(REGISTRY.names),
            params=params | bins,
            free_raw_data=True,
        ).construct()
    booster = lgb.train(params, data, num_boost_round=plan.rounds)
    still_read = sorted(set(plan.leave_out) & {name for name, times in splits(booster).items() if times})
    if still_read:
        msg = f"The trees read {still_read}, which were to be left out. Do not use this model."
        raise TrainingRefused(msg)
    return booster


def splits(booster: Booster) -> dict[str, int]:
    """Give how many splits of the trees read each feature."""
    return dict(zip(booster.feature_name(), booster.feature_importance("split").tolist(), strict=True))


def _blanked(values: Floats, leave_out: tuple[str, ...]) -> Floats:
    """Give rows in which some features say nothing: the same number everywhere, so that nothing can be split."""
    unknown = sorted(set(leave_out) - set(REGISTRY.names))
    if unknown:
        msg = f"Features to leave out must be registered; got {unknown}, allowed are {list(REGISTRY.names)}."
        raise TrainingRefused(msg)
    blanked = values.copy()
    blanked[:, [REGISTRY.names.index(name) for name in leave_out]] = 0.0
    return blanked


@contextmanager
def _evenly_cut(values: Floats) -> Iterator[dict[str, str]]:
    """Let trees cut what fades at equal distances, which LightGBM reads from a file and from nowhere else.

    Left alone, it lets every cut lie where most reports do. A child whose last report is half a year old then falls by as much
    in a fortnight as one whose last report is two years old does in a year.
    """
    places = [place for place, feature in enumerate(REGISTRY.features) if feature.unit == "faded"]
    cuts = [{"feature": place, "bin_upper_bound": _cuts(float(values[:, place].max(initial=0)))} for place in places]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "bins.json"
        file.write_text(json.dumps(cuts), encoding="utf-8")
        yield {"forcedbins_filename": str(file)}


def _cuts(most: float) -> list[float]:
    """Give where to cut: `CUTS` places while one entry fades, the rest evenly up to the most that any report has."""
    one, more = np.arange(CUTS) + 0.5, np.linspace(CUTS, CUTS * max(most, 1.0), MORE)
    return [float(cut) for cut in np.unique(np.concatenate([one, more])) / CUTS]


def _unanswered_as_no(values: Floats) -> Floats:
    """Give rows in which a question that nobody answered weighs as a no.

    Trees that never met an absent value read one as 0, so the model does so too. Where absence is learned from instead, who
    fills in forms well moves the estimate. Ratings and times are no questions: absent, they stay absent.
    """
    asked = [place for place, feature in enumerate(REGISTRY.features) if feature.zero_is_nothing]
    values[:, asked] = np.nan_to_num(values[:, asked])
    return values


def model_text(booster: Booster) -> str:
    """Give the model as text without the training parameters, which say nothing of its answers."""
    text: str = booster.model_to_string()
    head, _, rest = text.partition("\nparameters:")
    _, _, tail = rest.partition("end of parameters\n")
    return head + tail


def calibrate(margin: Floats, label: Floats) -> VennAbers:
    """Fit the two step functions from the raw margin to a probability in its interval.

    Raises
    ------
    TrainingRefused
        When a higher margin does not mean a higher probability: then the model says nothing.
    """
    fitted = fit_venn_abers(margin, label)
    slope, _ = calibration_line(label, 1 / (1 + np.exp(-margin)))
    if slope <= 0:
        msg = f"The calibration slope is {slope:.3f}; it must be above 0. The model does not order these reports."
        raise TrainingRefused(msg)
    return fitted
