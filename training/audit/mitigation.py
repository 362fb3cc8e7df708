"""Here we say what would happen if groups were evened out by hand: information, not a switch.

*Reweighing* counts reports so that group and outcome have nothing to do with each other, and grows the trees again
(Kamiran and Calders, 2012). *Limits of their own* read each group first from its own margin on: fairlearn chooses limits by
which groups are read first equally often, or missed equally often (Hardt, Price and Srebro, 2016), and as many are read in
each group as its share of those allows. All experiments read as many first as the bundle does. None is used: limits of a
group's own need a basis in law that somebody has written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from features.arrays import Floats, Ints, Mask
from training.audit.again import Again
from training.audit.experiment import Moved, first_read, moved
from training.audit.period import Period, attributes
from training.callbacks import Say, nobody
from triage.audit import Inputs as Audited
from triage.audit import Outcomes
from triage.audit.attributes import Attribute
from triage.audit.shown import Shown
from triage.errors import TriageError
from triage.words import Text

TRIED = ("sex", "birth_region", "disability", "income_band", "language")
"""Attributes that are evened out, one at a time."""
REWEIGHING = "reweighing"
CONSTRAINTS = MappingProxyType(
    {"thresholds_selection": "demographic_parity", "thresholds_missed": "true_positive_rate_parity"}
)
"""fairlearn's name of what is made equal, by the code of the experiment."""
TITLES = MappingProxyType(
    {
        REWEIGHING: Text(
            "Omviktning: modellen lärs om så att grupp och utfall inte hänger ihop",
            "Reweighing: the model is grown again so that group and outcome have nothing to do with each other",
        ),
        "thresholds_selection": Text(
            "Egna gränser: grupperna läses först lika ofta", "Limits of their own: groups are read first equally often"
        ),
        "thresholds_missed": Text(
            "Egna gränser: grupperna delar på platserna så som de skulle göra om de missades lika ofta",
            "Limits of their own: groups share the places as they would if they were missed equally often",
        ),
    }
)
HALVES, FEWEST_OF_EACH, PAIR = 2, 10, 2
"""Limits are learned on one half of the households and tried on the other; fewest known yes and no of a group
in a half, and fewest such groups."""


@dataclass(frozen=True)
class WhatIf:
    """What one experiment with one attribute would do.

    Attributes
    ----------
    code : str
        One of `TITLES`.
    attribute : str
    read_before, read_after : int or None
        Reports read first by everyone together; None where it was not tried.
    groups : tuple of Moved
        Everyone, and the groups of the attribute; ``lost``, or ``found`` below 0, is the loss: those with the outcome who are no longer read first.
    why : Text or None
        Why it was not tried.
    """

    code: str
    attribute: str
    read_before: int | None
    read_after: int | None
    groups: tuple[Moved, ...]
    why: Text | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "experiment": self.code,
            "title": TITLES[self.code].to_dict(),
            "attribute": self.attribute,
            "read_before": self.read_before,
            "read_after": self.read_after,
            "groups": [one.to_dict() for one in self.groups],
            "why": self.why and self.why.to_dict(),
        }


TOO_FEW = Text(
    "För få utfall är kända i grupperna för att egna gränser ska kunna läras.",
    "Too few outcomes are known in the groups for limits of their own to be learned.",
)


def what_if(grown: Again, may: Shown, *, seed: int = 0, say: Say = nobody) -> tuple[WhatIf, ...]:
    """Try every experiment with every attribute of `TRIED`; what it comes to is measured by the outcome that `measured` gives.

    Parameters
    ----------
    grown : Again
        The model without any change.
    may : Shown
        The groups that may be shown.
    seed : int
        Of the halves, and of fairlearn's lots.
    say : callable, optional
    """
    found = []
    for one in grown.given.first.attributes:
        if one.name in TRIED:
            say(f"what if: {one.name}")
            found.append(_reweighed(grown, one, may))
            found += [_tried(grown.given, one, code, may, seed) for code in CONSTRAINTS]
    return tuple(found)


def reweighing(group: Ints, outcome: Floats) -> Floats:
    """Give weights under which group and outcome are independent, shape (n,); each group and each outcome weighs what it did.

    Parameters
    ----------
    group : ndarray of int64, shape (n,)
    outcome : ndarray of float64, shape (n,)
        1 or 0.

    Examples
    --------
    >>> reweighing(np.array([0, 0, 0, 1]), np.array([1.0, 1.0, 0.0, 0.0])).tolist()
    [0.75, 0.75, 1.5, 0.5]
    """
    _, place = np.unique(group, return_inverse=True)
    yes = outcome.astype(np.int64)
    together = np.bincount(place * 2 + yes, minlength=2 * (int(place.max()) + 1)).reshape(-1, 2)
    expected = together.sum(axis=1, keepdims=True) * together.sum(axis=0) / len(group)
    weight = np.divide(expected, together, out=np.ones_like(expected), where=together > 0)
    found: Floats = weight[place, yes]
    return found


def group_limits(
    given: Period, attribute: str, code: str, legal_basis: str | None = None, *, seed: int = 0
) -> dict[str, float]:
    """Give limits of each group's own, for use: refused without a basis in law, because they treat a child by its group.

    Parameters
    ----------
    given : Period
    attribute : str
    code : str
        One of `CONSTRAINTS`.
    legal_basis : str, optional
        The basis in law, written down by whoever answers for it.
    seed : int

    Returns
    -------
    dict of str to float
        From which margin on a group is read first; a group with too few known outcomes keeps the bundle's and is not here.

    Raises
    ------
    TriageError
        Without a written legal basis, or when too few outcomes are known.
    """
    if not (legal_basis or "").strip():
        msg = (
            f"Limits of a group's own for {attribute} treat children differently because of their group. They are off, and need "
            "a basis in law, written down: give legal_basis. What they would do is told by what_if."
        )
        raise TriageError(msg)
    one = next(each for each in given.first.attributes if each.name == attribute)
    after, learned = _limited(given, one, code, seed)
    if len(learned) < PAIR:
        raise TriageError(TOO_FEW.en)
    return {
        one.labels[place]: float(given.margin[after & (one.codes == place)].min(initial=np.inf)) for place in learned
    }


def measured(given: Period) -> Audited:
    """Give the first outcome that exists for everyone, else the predicted one.

    What exists only for those whom somebody chose says nothing of who is missed.
    """
    return next((one for one in given.audited.values() if one.outcomes is Outcomes.EVERYONE), given.first)


def _reweighed(grown: Again, one: Attribute, may: Shown) -> WhatIf:
    """Grow the trees again with weights."""
    cases = grown.given.cases
    group = Attribute.of(one.name, attributes(cases, grown.rows)[one.name]).codes
    margin = grown.weighed(reweighing(group, cases.labels.value[grown.rows]))
    return _told(grown.given, one, REWEIGHING, (grown.before, grown.first_read(margin)), may)


def _tried(given: Period, one: Attribute, code: str, may: Shown, seed: int) -> WhatIf:
    """Try limits of their own, where enough is known."""
    after, learned = _limited(given, one, code, seed)
    if len(learned) < PAIR:
        return WhatIf(code, one.name, None, None, (), TOO_FEW)
    return _told(given, one, code, (given.prioritised, after), may)


def _limited(given: Period, one: Attribute, code: str, seed: int) -> tuple[Mask, list[int]]:
    """Choose who is read first by limits of their own, shape (n,), and give the groups that have one.

    fairlearn learns from one half of the households and says of the other; then as many are read as before.
    """
    household, outcome = given.first.household, measured(given).outcome
    half = np.random.default_rng(seed).permutation(int(household.max()) + 1)[household] % HALVES
    known = ~np.isnan(outcome)
    learned = _enough(one, outcome, [known & (half == each) for each in range(HALVES)])
    if len(learned) < PAIR:
        return given.prioritised, learned
    said, mine = np.zeros(len(household)), np.isin(one.codes, learned)
    for each in range(HALVES):
        from_, held = known & mine & (half != each), mine & (half == each)
        fitted = _fitted(given.margin[from_], outcome[from_], one.codes[from_], CONSTRAINTS[code])
        said[held] = fitted.predict(given.margin[held, None], sensitive_features=one.codes[held], random_state=seed)
    return _at_capacity(given, one, learned, said), learned


def _at_capacity(given: Period, one: Attribute, learned: Sequence[int], said: Floats) -> Mask:
    """Read as many first as before, divided between groups as fairlearn divides those that it would read."""
    after = given.prioritised.copy()
    many, wanted = int(after[np.isin(one.codes, learned)].sum()), float(said.sum())
    for place in learned:
        rows = np.flatnonzero(one.codes == place)
        after[rows] = first_read(given.margin[rows], round(many * float(said[rows].sum()) / max(wanted, 1.0)))
    return after


def _told(given: Period, one: Attribute, code: str, chosen: tuple[Mask, Mask], may: Shown) -> WhatIf:
    """Count what an experiment would do to the groups of its attribute."""
    groups = tuple(_of(moved(measured(given), *chosen, may), one.name))
    before, after = (int(each.sum()) if groups[0].before.n is not None else None for each in chosen)
    return WhatIf(code, one.name, before, after, groups)


def _of(groups: tuple[Moved, ...], attribute: str) -> Iterator[Moved]:
    """Keep everyone and the groups of one attribute."""
    yield groups[0]
    yield from (one for one in groups if one.before.attribute == attribute)


def _enough(one: Attribute, outcome: Floats, parts: Sequence[Mask]) -> list[int]:
    """Give the groups that have enough known outcomes of both kinds in every part."""
    place = one.codes * 2 + np.nan_to_num(outcome).astype(np.int64)
    counts = np.array([np.bincount(place[part], minlength=2 * len(one.labels)).reshape(-1, 2) for part in parts])
    found: list[int] = np.flatnonzero((counts >= FEWEST_OF_EACH).all(axis=(0, 2))).tolist()
    return found


def _fitted(margin: Floats, outcome: Floats, groups: Ints, constraint: str) -> Any:
    """Have fairlearn choose limits that even groups out at the best balanced accuracy."""
    from fairlearn.postprocessing import ThresholdOptimizer
    from sklearn.base import BaseEstimator, ClassifierMixin

    class Margin(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
        """A model that was fitted before: its answer is the margin that it is handed."""

        def fit(self, *_: Any) -> Any:
            """Change nothing."""
            return self

        def __sklearn_is_fitted__(self) -> bool:
            """Tell scikit-learn that nothing is left to fit."""
            return True

        def predict(self, values: Floats) -> Floats:
            """Give the margin."""
            return np.asarray(values)[:, 0]

    chosen = ThresholdOptimizer(
        estimator=Margin(),
        constraints=constraint,
        objective="balanced_accuracy_score",
        prefit=True,
        predict_method="predict",
    )
    return chosen.fit(margin[:, None], outcome.astype(np.int64), sensitive_features=groups)
