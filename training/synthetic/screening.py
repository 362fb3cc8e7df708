"""Here we gather what the people who decide are met with: the truth they glimpse, and what else moves them."""

from __future__ import annotations

import numpy as np

from features.codes import ReporterGroup
from features.event_codes import Attribute
from training.synthetic import concerns, decisions, facts, need, plants, reporters
from training.synthetic.arrays import Bools, Floats
from training.synthetic.clock import days_since_epoch
from training.synthetic.filing import Filed, People
from training.synthetic.settings import BIASED_GROUP, Settings

LEANING = {"severity": 0.8, "acute": 1.2, "abuse": 0.5, "professional": 0.45, "error": 0.7}
"""What moves a screener: signs after S31; the size of their own error is an assumption (X)."""
POINTS = 4.3
"""Log odds per probability point at the published share of openings, 1 / (.38 * .62)."""


def incoming(
    town: People, file: Filed, said: concerns.Concerns, asked: facts.Facts, settings: Settings, error: Floats
) -> decisions.Incoming:
    """Gather what the people who decide are met with; ``error`` is the screeners' own, one standard normal per row."""
    severe = _severity(file, said, asked, settings)
    child, size = file.rows.child, len(file.at)
    mandated = said.any_row(concerns.violent(said), size)
    acute = asked.acute > 0
    return decisions.Incoming(
        child,
        file.at,
        file.earlier,
        severe,
        _leaning(town, file, mandated, acute, severe, settings, error),
        mandated,
        acute,
        plants.bias(town.traits.member(*BIASED_GROUP)[child], settings.plants),
    )


def _severity(file: Filed, said: concerns.Concerns, asked: facts.Facts, settings: Settings) -> Floats:
    """Add up the truth, as the signals mean it at that time."""
    told = need.signals(concerns.concern_effect(said, len(file.at)), file.reporter, asked.acute)
    told = plants.drifted(told, file.rows.day, days_since_epoch(settings.end), settings.plants)
    return need.severity(file.rows.need, told, file.earlier)


def _leaning(
    town: People,
    file: Filed,
    abuse: Bools,
    acute: Bools,
    severe: Floats,
    settings: Settings,
    error: Floats,
) -> Floats:
    """Say how much screeners lean towards opening: what they see, what moves them besides, and their own error."""
    margins, known = settings.margins, file.earlier > 0
    girl = ~town.kids.boy[file.rows.child]
    poor = town.traits.member(Attribute.INCOME_BAND, "low")[file.rows.child]
    points = np.where(girl, margins.girl_effect + margins.poverty_effect_girl * poor, 0.0)
    points += np.where(girl, margins.prior_effect_girl, margins.prior_effect_boy) * known
    heard = reporters.in_group(file.reporter, ReporterGroup.EDUCATION)
    heard |= reporters.in_group(file.reporter, ReporterGroup.HEALTH)
    seen = LEANING["severity"] * severe + LEANING["error"] * error
    moved = LEANING["acute"] * acute + LEANING["abuse"] * abuse + LEANING["professional"] * heard
    return np.asarray(seen + POINTS * points + moved, dtype=np.float64)
