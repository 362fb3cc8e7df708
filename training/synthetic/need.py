"""Here we keep the truth: how severe each situation is, and how likely it is that need is really there."""

from __future__ import annotations

import numpy as np

from training.synthetic.arrays import Floats, Ints, log_odds, sigmoid, table
from training.synthetic.concern_weights import REPORTER_EFFECT
from training.synthetic.reporters import REPORTERS

LATENT = 0.5
"""Weight of what nobody has written down."""

ACUTE_EFFECT = 0.85
HISTORY_EFFECT = 0.24
STEEPNESS = 3.2
"""How sharply need sets in as severity rises."""

SENSITIVITY = 0.93
FALSE_POSITIVE = 0.07
"""Investigators confirm need that is there, and see need that is not, with these chances (X)."""


def signals(concern: Floats, reporter: Ints, acute: Ints) -> Floats:
    """Add up what the report itself says about need."""
    who = table(REPORTER_EFFECT, REPORTERS)[reporter]
    return concern + who + ACUTE_EFFECT * np.minimum(acute, 3)


def severity(latent: Floats, said: Floats, earlier: Ints) -> Floats:
    """Combine what is hidden, what is said, and the earlier reports."""
    return LATENT * latent + said + HISTORY_EFFECT * np.log1p(earlier)


def need_probability(severe: Floats, centre: float) -> Floats:
    """Turn severity into the chance that need is really there."""
    return sigmoid(STEEPNESS * (severe - centre))


def confirmed(shift: Floats) -> tuple[Floats, Floats]:
    """Give the chances that need that is there, and need that is not, is confirmed; ``shift`` is a bias in log odds."""
    return sigmoid(log_odds(SENSITIVITY) + shift), sigmoid(log_odds(FALSE_POSITIVE) + shift)
