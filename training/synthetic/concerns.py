"""Here we decide what each report says: one primary concern, up to three more, each with how sure and who acts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.codes import Concern, ConcernStatus, Exposure, Perpetrator
from features.schema import CONCERNS as SCHEMA
from training.synthetic.arrays import Bools, Floats, Ints, Objects, choose, draw, persistent, table, words
from training.synthetic.concern_weights import (
    CONCERNS,
    EFFECT,
    exposure_weights,
    perpetrator_weights,
    primary_weights,
    secondary_weights,
)
from training.synthetic.margins import Margins

MOST = 4
CONCERN_EFFECT = 1.65
SAME_AGAIN = 0.85
"""Chance that a new report about a child draws its main concern from the same place as the others (X)."""
STATUSES, EXPOSURES, PEOPLE = tuple(ConcernStatus), tuple(Exposure), tuple(Perpetrator)
STATUS_FACTOR = table(
    {ConcernStatus.STATED: 1.0, ConcernStatus.SUSPECTED: 0.75, ConcernStatus.UNKNOWN: 0.5, ConcernStatus.DENIED: 0.1},
    STATUSES,
)


@dataclass(frozen=True)
class Concerns:
    """What is said; arrays have one entry per concern, ordered by row, the primary one first.

    Attributes
    ----------
    row : Ints
        Row of the reports table.
    concern, status, exposure, perpetrator : Ints
        Positions in their code lists.
    primary : Bools
    """

    row: Ints
    concern: Ints
    status: Ints
    exposure: Ints
    perpetrator: Ints
    primary: Bools

    def any_row(self, marked: Bools, rows: int) -> Bools:
        """Tell which rows have a marked concern."""
        out = np.zeros(rows, dtype=np.bool_)
        out[self.row[marked]] = True
        return out

    def keep(self, marked: Bools) -> Concerns:
        """Keep the marked concerns."""
        parts = (self.row, self.concern, self.status, self.exposure, self.perpetrator)
        row, concern, status, exposure, perpetrator = (part[marked] for part in parts)
        return Concerns(row, concern, status, exposure, perpetrator, self.primary[marked])


def concerns(cell: Ints, child: Ints, need: Floats, margins: Margins, rng: np.random.Generator) -> Concerns:
    """Draw the concerns of every row; ``cell`` is domain * 6 + age band * 2 + boy."""
    size = len(cell)
    primary = choose(primary_weights(), cell, rng, persistent(child, SAME_AGAIN, rng))
    further = _further(cell, child, primary, need, rng)
    row = np.concatenate([np.arange(size), further[0]])
    concern = np.concatenate([primary, further[1]])
    first = np.concatenate([np.ones(size, dtype=np.bool_), np.zeros(len(further[0]), dtype=np.bool_)])
    order = np.lexsort((~first, row))
    row, concern = row[order], concern[order]
    sure = (0.70 - margins.denied / 2, 0.27 - margins.denied / 2, margins.denied, 0.03)
    status = draw(sure, len(row), rng)
    return Concerns(
        row,
        concern,
        np.where(concern == CONCERNS.index(Concern.NOT_STATED), STATUSES.index(ConcernStatus.UNKNOWN), status),
        choose(exposure_weights(), concern, rng),
        choose(perpetrator_weights(), concern, rng),
        first[order],
    )


def _further(cell: Ints, child: Ints, primary: Ints, need: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw up to three further concerns per row, more where need is greater."""
    size = len(cell)
    own = np.unique(child, return_inverse=True)[1]
    usual = rng.standard_normal(size)[own]
    score = 0.8 * usual + 0.6 * rng.standard_normal(size) + 0.35 * need
    count = np.searchsorted([0.35, 1.25, 2.0], score / np.sqrt(1 + 0.35**2))
    count[primary == CONCERNS.index(Concern.NOT_STATED)] = 0
    some = np.flatnonzero(count)
    keys = np.log(secondary_weights())[cell[some]].astype(np.float32)
    chance = rng.exponential(size=(int(own.max()) + 1, keys.shape[1]))[own[some]]
    fresh = rng.random(len(some)) >= SAME_AGAIN
    chance[fresh] = rng.exponential(size=(int(fresh.sum()), keys.shape[1]))
    keys -= np.log(chance).astype(np.float32)
    keys[np.arange(len(some)), primary[some]] = -np.inf
    best = np.argsort(-keys, axis=1, kind="stable")[:, : MOST - 1]
    chosen = np.arange(MOST - 1)[None, :] < count[some][:, None]
    return np.repeat(some, count[some]).astype(np.int64), best[chosen].astype(np.int64)


def concern_effect(said: Concerns, rows: int) -> Floats:
    """Sum up how much need lies behind what is said; further concerns weigh half, suspicion less than certainty."""
    weight = STATUS_FACTOR[said.status] * np.where(said.primary, 1.0, 0.5)
    behind = CONCERN_EFFECT * table(EFFECT, CONCERNS)[said.concern]
    return np.bincount(said.row, weights=behind * weight, minlength=rows).astype(np.float64)


def violent(said: Concerns) -> Bools:
    """Tell which concerns the law wants investigated: violence by a close person, met or seen, not denied."""
    kind = np.array([code.is_violence for code in CONCERNS])[said.concern]
    met = np.isin(said.exposure, [EXPOSURES.index(Exposure.SUBJECTED), EXPOSURES.index(Exposure.WITNESSED)])
    close = said.perpetrator == PEOPLE.index(Perpetrator.CLOSE_PERSON)
    return np.asarray(kind & met & close & (said.status != STATUSES.index(ConcernStatus.DENIED)), dtype=np.bool_)


def concerns_table(said: Concerns, report_ids: Objects, child_ids: Objects) -> pd.DataFrame:
    """Write the concerns; the ids are those of the rows of the reports table."""
    columns: dict[str, Objects | Bools] = {
        "report_id": report_ids[said.row],
        "child_id": child_ids[said.row],
        "concern": words(CONCERNS)[said.concern],
        "primary": said.primary,
        "status": words(STATUSES)[said.status],
        "exposure": words(EXPOSURES)[said.exposure],
        "perpetrator": words(PEOPLE)[said.perpetrator],
    }
    return pd.DataFrame({name: pd.Series(columns[name], dtype=columns[name].dtype) for name in SCHEMA.names})
