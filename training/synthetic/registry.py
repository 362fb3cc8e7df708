"""Here we write the reports table and its pseudonyms, from rows that are ordered by arrival."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.codes import ReferralType, Reporter, YesNo
from features.schema import REPORTS
from training.synthetic.arrays import Bools, Ints, Objects, pseudonyms, words
from training.synthetic.clock import to_series
from training.synthetic.facts import NO, UNKNOWN, YES, Facts
from training.synthetic.margins import Margins
from training.synthetic.population import UNITS, Children, Households
from training.synthetic.reporters import REPORTERS, in_group, member

ANSWERS = words(tuple(YesNo))


@dataclass(frozen=True)
class Ids:
    """Pseudonyms.

    Attributes
    ----------
    report : Objects
        One per report, numbered by arrival.
    child, household : Objects
        One per child and household of the pool, in an order that tells nothing.
    """

    report: Objects
    child: Objects
    household: Objects


def ids(reports: int, kids: Children, homes: Households, rng: np.random.Generator) -> Ids:
    """Make the pseudonyms."""
    child = pseudonyms("c", len(kids.household))[rng.permutation(len(kids.household))]
    household = pseudonyms("h", len(homes.unit))[rng.permutation(len(homes.unit))]
    return Ids(pseudonyms("r", reports), child, household)


def feedback(reporter: Ints, incomplete: Bools, rng: np.random.Generator) -> Ints:
    """Say who wants to know what happened: most professionals, some private persons, never the anonymous."""
    private = in_group(reporter, Reporter.NEIGHBOUR.group)
    chance = np.where(private, 0.35, 0.86)
    wants = (rng.random(len(reporter)) < chance) & ~member(reporter, (Reporter.ANONYMOUS,))
    unasked = incomplete & (rng.random(len(reporter)) < 0.5)
    return np.where(unasked, UNKNOWN, np.where(wants, YES, NO)).astype(np.int64)


def anonymous(reporter: Ints, rng: np.random.Generator) -> Ints:
    """Say whether the reporter is anonymous; for a few neighbours and unknown reporters it is not clear."""
    unclear = member(reporter, (Reporter.OTHER_UNKNOWN, Reporter.NEIGHBOUR)) & (rng.random(len(reporter)) < 0.1)
    nameless = member(reporter, (Reporter.ANONYMOUS,))
    return np.where(nameless, YES, np.where(unclear, UNKNOWN, NO)).astype(np.int64)


def birth_months(kids: Children, margins: Margins, rng: np.random.Generator) -> Objects:
    """Write birth months; for a few children they are not known."""
    months = kids.birth_day.astype("datetime64[D]").astype("datetime64[M]")
    written = np.array(np.datetime_as_string(months), dtype=object)
    written[rng.random(len(written)) < margins.birth_month_missing] = None
    return written


@dataclass(frozen=True)
class Forms:
    """What each row's form says, as positions in the code lists; one entry per row."""

    key: Ints
    child: Ints
    at: Ints
    reporter: Ints
    referral: Ints
    anonymous: Ints
    feedback: Ints
    facts: Facts


def reports_table(form: Forms, named: Ids, kids: Children, homes: Households, born: Objects) -> pd.DataFrame:
    """Write the reports table."""
    home = kids.household[form.child]
    units = np.array([f"syn-unit-{number}" for number in range(1, UNITS + 1)], dtype=object)
    columns: dict[str, Objects] = {
        "report_id": named.report[form.key],
        "child_id": named.child[form.child],
        "household_id": named.household[home],
        "unit": units[homes.unit[home]],
        "referral_type": words(tuple(ReferralType))[form.referral],
        "reporter": words(REPORTERS)[form.reporter],
        "anonymous": ANSWERS[form.anonymous],
        "birth_month": born[form.child],
        "feedback_requested": ANSWERS[form.feedback],
        **{name: ANSWERS[answer] for name, answer in form.facts.recorded.items()},
    }
    made = {name: pd.Series(values, dtype=object) for name, values in columns.items()}
    made["received_at"] = to_series(form.at)
    return pd.DataFrame({name: made[name] for name in REPORTS.names})
