"""Here we ask what features, and the score, give away of the groups that no model may read, and which features carry it.

A model that reads a stand-in for a group treats the group by it, although it never sees the group. Every group is
predicted from the features that the trees may read, by trees that have not seen the household; the score is taken as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from features.arrays import Floats, Ints, Mask
from features.build import REGISTRY
from training.audit.experiment import plain
from training.audit.period import Period
from training.backtest.bootstrap import intervals
from training.backtest.weighted import auc_under
from training.evaluate import Interval
from training.inputs import kept_columns
from training.plan import AGE
from triage.audit import UNKNOWN, Why
from triage.audit.attributes import Attribute
from triage.audit.results import reason
from triage.audit.shown import Shown

LIMIT = 0.7
"""Above it a written justification is asked for."""
FOLDS, ROUNDS, CARRIERS, DRAWS = 5, 40, 5, 200
FEWEST, PAIR = 40, 2
"""Reports inside the group and outside it, at least; groups of which one says it for both."""
TREES = {"objective": "binary", "num_leaves": 8, "min_data_in_leaf": 20, "learning_rate": 0.1, "feature_fraction": 0.5}
FIXED = {"seed": 2026, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1}


@dataclass(frozen=True)
class Proxy:
    """How well one group can be told from the others.

    Attributes
    ----------
    attribute, label : str
        The group; its others are those of the attribute whose group is known.
    n : int or None
        Reports about the group; None where suppressed.
    features : Interval or None
        The chance that a report about the group is ranked above another (AUC) by trees that read the features.
    score : Interval or None
        The same by the model's score: below one half it ranks the group lower.
    carriers : tuple of (str, float)
        Features with the largest share of what the trees gained, the largest first.
    why : Why or None
        Why it is not told.
    """

    attribute: str
    label: str
    n: int | None
    features: Interval | None
    score: Interval | None
    carriers: tuple[tuple[str, float], ...]
    why: Why | None

    @property
    def needs_justification(self) -> bool:
        """Whether features or score tell the group apart so well that someone must say why that is right."""
        told = [] if self.features is None else [self.features.value]
        told += [] if self.score is None else [self.score.value, 1 - self.score.value]
        return max(told, default=0.0) > LIMIT

    def to_dict(self) -> dict[str, Any]:
        """Give plain data, features with their labels."""
        return {
            "attribute": self.attribute,
            "label": self.label,
            "n": self.n,
            "features": plain(self.features),
            "score": plain(self.score),
            "carriers": [
                {"feature": name, "sv": REGISTRY[name].sv, "en": REGISTRY[name].en, "share": share}
                for name, share in self.carriers
            ],
            "needs_justification": self.needs_justification,
            "why": reason(self.why),
        }


@dataclass(frozen=True)
class Proxies:
    """What is given away of every group.

    Attributes
    ----------
    groups : tuple of Proxy
    justifications : mapping of str to str
        What somebody wrote, by attribute.
    """

    groups: tuple[Proxy, ...]
    justifications: Mapping[str, str]

    def unjustified(self) -> tuple[str, ...]:
        """Give the attributes that need a justification and have none."""
        asked = dict.fromkeys(one.attribute for one in self.groups if one.needs_justification)
        return tuple(name for name in asked if not self.justifications.get(name, "").strip())

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "limit": LIMIT,
            "groups": [one.to_dict() for one in self.groups],
            "justifications": dict(self.justifications),
            "unjustified": list(self.unjustified()),
        }


def proxies(
    given: Period,
    may: Shown,
    *,
    leave_out: Collection[str] = (),
    justifications: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Proxies:
    """Ask what features and score give away of every group of the groups table, and of the child's age.

    Parameters
    ----------
    given : Period
    may : Shown
        The groups that may be shown.
    leave_out : collection of str
        Features that the model may not read.
    justifications : mapping of str to str, optional
        By attribute, why it is right that it is given away.
    seed : int
        Of the folds and of the bootstrap.
    """
    columns = kept_columns(tuple(leave_out))
    asked = {name.partition(": ")[0] for name in given.cases.members} | {AGE}
    groups = [
        one for each in given.first.attributes if each.name in asked for one in _groups(given, each, columns, may, seed)
    ]
    return Proxies(tuple(groups), dict(justifications or {}))


def _groups(given: Period, attribute: Attribute, columns: Ints, may: Shown, seed: int) -> Iterator[Proxy]:
    """Ask for each group of an attribute; of two, one says it for both."""
    known = attribute.codes != (attribute.labels.index(UNKNOWN) if UNKNOWN in attribute.labels else -1)
    labels = [label for label in attribute.labels if label != UNKNOWN]
    if len(labels) == PAIR:
        labels = sorted(labels, key=lambda one: ((attribute.name, one) not in may.rows, one == attribute.reference))[:1]
    for label in labels:
        inside = attribute.codes == attribute.labels.index(label)
        yield _proxy(given, (attribute.name, label), inside[known], np.flatnonzero(known), columns, may, seed)


def _proxy(
    given: Period, name: tuple[str, str], inside: Mask, rows: Ints, columns: Ints, may: Shown, seed: int
) -> Proxy:
    """Tell one group from the others, unless too few are here."""
    n = int(inside.sum())
    if name not in may.rows:
        return Proxy(*name, None, None, None, (), Why.SUPPRESSED)
    if min(n, len(inside) - n) < FEWEST:
        return Proxy(*name, n, None, None, (), Why.TOO_FEW)
    label, household = inside.astype(np.float64), given.first.household[rows]
    ranked, gain = out_of_fold(given.cases.values[given.rows[rows]][:, columns], label, household, seed)
    figures = [auc_under(label, each) for each in (ranked, given.margin[rows])]
    told, scored = intervals(
        lambda weight: np.array([figure(weight) for figure in figures]),
        household,
        counted=inside,
        draws=DRAWS,
        seed=seed,
    )
    return Proxy(*name, n, told, scored, _carriers(gain, columns), None if told else Why.TOO_FEW_HOUSEHOLDS)


def out_of_fold(values: Floats, label: Floats, household: Ints, seed: int) -> tuple[Floats, Floats]:
    """Predict each report by trees that have not seen its household.

    Returns
    -------
    ndarray of float64, shape (n,)
        How surely it is about the group, ranked within its fold so that folds can be put together.
    ndarray of float64, shape (k,)
        What each feature gained.
    """
    import lightgbm as lgb

    fold = np.random.default_rng(seed).permutation(int(household.max()) + 1)[household] % FOLDS
    ranked, gain = np.zeros(len(label)), np.zeros(values.shape[1])
    for each in range(FOLDS):
        held = fold == each
        data = lgb.Dataset(values[~held], label=label[~held], params=FIXED)
        booster = lgb.train({**TREES, **FIXED}, data, num_boost_round=ROUNDS)
        said = np.asarray(booster.predict(values[held], raw_score=True, num_threads=1), dtype=np.float64)
        ranked[held] = np.searchsorted(np.sort(said), said) / held.sum()
        gain += booster.feature_importance("gain")
    return ranked, gain


def _carriers(gain: Floats, columns: Ints) -> tuple[tuple[str, float], ...]:
    """Give the features that carry most."""
    best = np.argsort(-gain, kind="stable")[:CARRIERS]
    return tuple((REGISTRY.names[columns[place]], float(gain[place] / gain.sum())) for place in best if gain[place] > 0)
