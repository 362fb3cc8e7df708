"""Here we ask what features about disability, mental health, economy and substance do: the model is grown again without them.

A feature belongs to a set when everything that it reads does. A total that reads much more, such as the number of concerns,
belongs to none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from features.arrays import Floats
from features.build import REGISTRY
from training.audit.again import Again
from training.audit.experiment import Moved, moved, plain
from training.audit.period import Period
from training.backtest.bootstrap import intervals
from training.backtest.weighted import auc_under
from training.callbacks import Say, nobody
from training.evaluate import Interval
from triage.audit.shown import Shown
from triage.words import Text

DRAWS = 400


@dataclass(frozen=True)
class FeatureSet:
    """Features that are about one thing.

    Attributes
    ----------
    title : Text
    reads : tuple of str
        How the codes begin that features of the set read.
    """

    title: Text
    reads: tuple[str, ...]

    def features(self) -> tuple[str, ...]:
        """Give the features that read nothing else, in the order of the columns."""
        return tuple(
            one.name
            for one in REGISTRY.features
            if (codes := [*_codes(one.source.to_dict())]) and all(code.startswith(self.reads) for code in codes)
        )


SETS: Mapping[str, FeatureSet] = MappingProxyType(
    {
        "disability": FeatureSet(
            Text(
                "Funktionsnedsättning. Ingen uppgift om den läses; det närmaste är kontakter med vården och vem som anmäler.",
                "Disability. Nothing about it is read; the nearest are contacts with health care, and who reports.",
            ),
            (
                "contact:health",
                "contact:child_psychiatry",
                "reporter:health_care",
                "reporter:child_psychiatry",
                "reporter:adult_psychiatry",
                "reporter:dental_care",
            ),
        ),
        "mental_health": FeatureSet(
            Text(
                "Psykisk ohälsa hos barn och föräldrar, med skattningar.",
                "Mental ill-health of children and parents, with completed instruments.",
            ),
            (
                "concern:parent_mental_ill_health",
                "concern:child_mental_ill_health",
                "concern:self_harm",
                "score:SDQ",
                "score:ORS",
                "score:CORS",
            ),
        ),
        "economy_substance": FeatureSet(
            Text(
                "Ekonomi, boende och missbruk. Boende och ekonomi läses bara i summor av all oro, som står kvar.",
                "Economy, housing and substance misuse. Housing and economy are read only in totals of all concerns, which stay.",
            ),
            ("concern:housing_economy", "concern:parent_substance_misuse", "concern:child_substance_misuse"),
        ),
    }
)


@dataclass(frozen=True)
class Ablation:
    """What one set of features does.

    Attributes
    ----------
    code : str
    title : Text
    features : tuple of str
        What was left out.
    with_them, without, gain : Interval or None
        AUC of the model as it is grown, of the one without, and the difference of the two; None where not estimable.
    groups : tuple of Moved
        Who is read first with the features (before) and without (after).
    """

    code: str
    title: Text
    features: tuple[str, ...]
    with_them: Interval | None
    without: Interval | None
    gain: Interval | None
    groups: tuple[Moved, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give plain data."""
        return {
            "set": self.code,
            "title": self.title.to_dict(),
            "features": [{"feature": name, "sv": REGISTRY[name].sv, "en": REGISTRY[name].en} for name in self.features],
            "with": plain(self.with_them),
            "without": plain(self.without),
            "gain": plain(self.gain),
            "groups": [one.to_dict() for one in self.groups],
        }


def ablations(grown: Again, may: Shown, *, seed: int = 0, say: Say = nobody) -> tuple[Ablation, ...]:
    """Grow the model with and without each set of features, from the same reports, and compare on the audited ones.

    Both models read as many reports first as the bundle does.

    Parameters
    ----------
    grown : Again
        The model with them.
    may : Shown
        The groups that may be shown.
    seed : int
        Of the bootstrap.
    say : callable, optional
    """
    found, given = [], grown.given
    for code, one in SETS.items():
        say(f"ablation: {code}")
        without = grown.without(one.features())
        groups = moved(given.first, grown.before, grown.first_read(without), may, outcomes=False)
        full, less, gain = _paired(given, grown.margin, without, seed)
        found.append(Ablation(code, one.title, one.features(), full, less, gain, groups))
    return tuple(found)


def _paired(given: Period, full: Floats, without: Floats, seed: int) -> list[Interval | None]:
    """Give both AUC and their difference, households drawn once for both."""
    known = ~np.isnan(given.first.outcome)
    figures: list[Callable[[Floats], float]] = [
        auc_under(given.first.outcome[known], each[known]) for each in (full, without)
    ]

    def both(weight: Floats) -> Floats:
        one, two = (figure(weight) for figure in figures)
        return np.array([one, two, one - two])

    return [*intervals(both, given.first.household[known], draws=DRAWS, seed=seed)]


def _codes(source: object) -> Iterator[str]:
    """Give every code that a source reads."""
    if isinstance(source, str):
        yield source
    elif isinstance(source, dict):
        for one in source.get("of", ()):
            yield from _codes(one)
