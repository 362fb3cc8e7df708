"""Here we answer the yes/no/unknown questions of a report: mostly no, rarely yes, and unknown on incomplete forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.codes import Concern, YesNo
from features.schema import FACTS
from training.synthetic.arrays import Bools, Floats, Ints, solve
from training.synthetic.concern_weights import CONCERNS
from training.synthetic.concerns import Concerns, violent
from training.synthetic.margins import Margins

NAMES = tuple(FACTS)
ACUTE = ("injury_now", "afraid_to_go_home", "caregiver_incapable_now", "young_child_alone", "suicide_risk")
YES, NO, UNKNOWN = (tuple(YesNo).index(answer) for answer in (YesNo.YES, YesNo.NO, YesNo.UNKNOWN))
NEED_SLOPE = 0.75
FEWEST = 1e-9

C = Concern
AGES: dict[str, tuple[float, float]] = {
    "injury_now": (0, 18),
    "afraid_to_go_home": (4, 18),
    "caregiver_incapable_now": (0, 18),
    "young_child_alone": (0, 9),
    "suicide_risk": (8, 18),
    "unaccompanied": (9, 18),
    "suspected_of_crime": (10, 18),
}
"""At which ages a question can be answered with yes."""

LIKELY: dict[str, tuple[float, tuple[Concern, ...]]] = {
    "injury_now": (0.5, (C.PHYSICAL_ABUSE, C.SEXUAL_ABUSE, C.VIOLENCE_BY_OTHER, C.SELF_HARM)),
    "afraid_to_go_home": (0.5, (C.PHYSICAL_ABUSE, C.PSYCHOLOGICAL_ABUSE, C.HONOUR_RELATED, C.WITNESSED_VIOLENCE)),
    "caregiver_incapable_now": (0.7, (C.PARENT_SUBSTANCE_MISUSE, C.PARENT_MENTAL_ILL_HEALTH, C.PARENT_CRIME)),
    "young_child_alone": (0.5, (C.NEGLECT, C.PARENT_SUBSTANCE_MISUSE)),
    "suicide_risk": (0.5, (C.SELF_HARM, C.CHILD_MENTAL_ILL_HEALTH)),
    "may_be_taken_abroad": (1.0, (C.HONOUR_RELATED, C.CUSTODY_CONFLICT)),
    "in_sheltered_housing": (1.0, (C.PHYSICAL_ABUSE, C.PSYCHOLOGICAL_ABUSE, C.WITNESSED_VIOLENCE)),
    "unaccompanied": (1.0, (C.HOUSING_ECONOMY, C.OTHER)),
    "suspected_of_crime": (1.0, (C.YOUTH_CRIME,)),
    "eviction_notice": (1.0, (C.HOUSING_ECONOMY,)),
    "outside_contact_needed": (1.0, (C.OTHER, C.NEGLECT)),
}
"""How usual each fact is, and the concerns that make it ten times as likely (X)."""


@dataclass(frozen=True)
class Facts:
    """Answers; arrays have one entry per row of the reports table.

    Attributes
    ----------
    true : dict of str to Bools
        Whether the answer would be yes if the question were asked and answered.
    recorded : dict of str to Ints
        Positions in ``YesNo``, as the form has them.
    incomplete : Bools
        Whether several answers are missing.
    """

    true: dict[str, Bools]
    recorded: dict[str, Ints]
    incomplete: Bools

    @property
    def acute(self) -> Ints:
        """Number of acute facts that are true."""
        return np.asarray(np.sum([self.true[name] for name in ACUTE], axis=0), dtype=np.int64)


def facts(
    said: Concerns, need: Floats, age: Floats, incomplete: Bools, margins: Margins, rng: np.random.Generator
) -> Facts:
    """Answer every question for every row; ``incomplete`` marks forms on which several answers are missing."""
    weights = {name: _weights(name, said, need, age) for name in LIKELY}
    acute = np.array([weights[name] for name in ACUTE])
    scale = solve(lambda x: float(1 - np.prod(1 - np.minimum(acute * x, 0.9), axis=0).mean()), margins.acute, 0.0, 1.0)
    rare = {
        "in_sheltered_housing": margins.sheltered_housing,
        "unaccompanied": margins.unaccompanied,
        "may_be_taken_abroad": margins.taken_abroad,
        "suspected_of_crime": margins.suspected_of_crime,
        "eviction_notice": margins.eviction_notice,
        "outside_contact_needed": margins.outside_contact,
    }
    true = {}
    for name in NAMES:
        if name == "perpetrator_has_access":
            close = said.any_row(violent(said), len(need))
            chance = np.where(close, 0.30, 0.004)
        else:
            chance = weights[name] * (rare[name] / max(weights[name].mean(), FEWEST) if name in rare else scale)
        true[name] = rng.random(len(need)) < np.minimum(chance, 0.9)
    return Facts(true, _recorded(true, incomplete, rng), incomplete)


def _weights(name: str, said: Concerns, need: Floats, age: Floats) -> Floats:
    """Say how likely a yes is, up to a factor: by concern, age and need."""
    usual, concerns = LIKELY[name]
    marked = said.any_row(np.isin(said.concern, [CONCERNS.index(code) for code in concerns]), len(need))
    low, high = AGES.get(name, (0, 18))
    slope = NEED_SLOPE if name in ACUTE else 0.2
    return usual * np.where(marked, 1.0, 0.1) * ((age >= low) & (age < high)) * np.exp(slope * need)


def _recorded(true: dict[str, Bools], incomplete: Bools, rng: np.random.Generator) -> dict[str, Ints]:
    """Write the answers as the form has them: on incomplete forms at least two are unknown."""
    order = np.argsort(rng.random((len(incomplete), len(NAMES))), axis=1)
    left_out = order < (2 + rng.binomial(len(NAMES) - 2, 0.5, len(incomplete)))[:, None]
    left_out &= incomplete[:, None]
    return {
        name: np.where(left_out[:, place], UNKNOWN, np.where(true[name], YES, NO)).astype(np.int64)
        for place, name in enumerate(NAMES)
    }
