"""Here we make a town with a known truth: households, groups of all sizes, and one gap that can be planted in four places."""

from __future__ import annotations

import numpy as np

from triage.audit import Inputs, Outcomes

REFERENCE = {"area": "a", "birth": "sweden", "sex": "boy", "disability": "no"}
PLANTS = ("score", "label", "reporting", "screening")
PLANTED = ("birth", "elsewhere")
"""Where a gap is planted."""
CAPACITY = 0.2


def town(n: int, seed: int, plant: str = "", *, alike: float = 0.5, strength: float = 1.0) -> Inputs:
    """Make reports whose needs within a household are alike, and plant one gap.

    Parameters
    ----------
    n, seed : int
    plant : {"", "score", "label", "reporting", "screening"}
        A score that is too low for the group, outcomes of the group that go unrecorded, a group that is reported on weaker
        grounds, people who choose fewer of the group. Where people choose, outcomes exist only for the chosen and for a
        random tenth.
    alike : float
        Share of what makes need vary that a household has in common.
    strength : float
        How much of the gap is planted.
    """
    rng = np.random.default_rng(seed)
    homes = max(int(n / 1.6), 1)
    home = rng.integers(0, homes, n)
    groups = {
        "area": rng.choice(np.array(list("abcdef")), homes, p=[0.4, 0.25, 0.15, 0.1, 0.06, 0.04])[home],
        "birth": rng.choice(np.array(["sweden", "europe", "elsewhere"]), homes, p=[0.75, 0.1, 0.15])[home],
        "sex": rng.choice(np.array(["girl", "boy"]), n),
        "disability": rng.choice(np.array(["no", "yes", "unknown"]), n, p=[0.82, 0.06, 0.12]),
    }
    inside = groups[PLANTED[0]] == PLANTED[1]
    trouble = np.sqrt(alike) * rng.normal(size=homes)[home] + np.sqrt(1 - alike) * rng.normal(size=n)
    trouble -= 0.4 * strength * (inside & (plant == "reporting"))
    need = trouble > 0.7
    score = 1 / (
        1 + np.exp(-(1.6 * trouble - 1.5 + 0.8 * rng.normal(size=n) - 0.8 * strength * (inside & (plant == "score"))))
    )
    outcome = (need & ~(inside & (plant == "label") & (rng.random(n) < 0.35 * strength))).astype(float)
    common = {"household": home, "reference": REFERENCE}
    if plant != "screening":
        return Inputs.of(outcome, groups, score=score, outcomes=Outcomes.EVERYONE, **common)
    chosen = rng.random(n) < np.where(need, 0.6, 0.2) - 0.22 * strength * inside * need
    sample = rng.random(n) < 0.5
    return Inputs.of(
        np.where(chosen | sample, outcome, np.nan),
        groups,
        flagged=chosen,
        sample=sample,
        weight=np.full(n, 2.0),
        **common,
    )


def capacity(given: Inputs) -> float | None:
    """The capacity, where there are scores to use it on."""
    return None if given.score is None else CAPACITY
