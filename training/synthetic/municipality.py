"""Here we put the municipality together: people, reports, what they say, what is decided, and what gets recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from training.synthetic.arrays import streams
from training.synthetic.decisions import chances, decide, tune
from training.synthetic.filing import contents, filed, people
from training.synthetic.screening import incoming
from training.synthetic.settings import Plants, Settings
from training.synthetic.writing import written

STAGES = (
    "households",
    "children",
    "attributes",
    "activity",
    "arrivals",
    "reporters",
    "concerns",
    "facts",
    "forms",
    "leaning",
    "decisions",
    "casework",
    "support",
    "instruments",
    "recording",
    "registry",
    "groups",
    "plants",
)


@dataclass(frozen=True)
class Municipality:
    """A synthetic municipality with a known truth.

    Attributes
    ----------
    tables : dict of str to pandas.DataFrame
        The five tables of the data contract, columns in the contract's order. Times are
        ``datetime64[us, UTC]``, codes plain strings, missing values None or NaT.
    truth : pandas.DataFrame
        One row per (report_id, child_id): ``severity`` (latent need, unit about one standard
        deviation), ``need`` (whether it is really there), ``label_probability`` (chance, given all
        that the generator knows when the report comes, that an investigation of it ends with a
        positive label), ``opening_probability`` (chance that the report is opened, or 1 when it is
        added to an ongoing investigation) and ``high_frequency``. A report added to an ongoing
        investigation shares that investigation's ``need`` and ``label_probability``.
    """

    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame


def municipality(settings: Settings | None = None) -> Municipality:
    """Make a synthetic municipality; the same settings always give the same one.

    Parameters
    ----------
    settings : Settings, optional
        Which municipality; by default 50 000 reports over five years.

    Returns
    -------
    Municipality
        Five tables, and the truth behind them.

    Examples
    --------
    >>> made = municipality(Settings(reports=500))
    >>> sorted(made.tables)
    ['concerns', 'events', 'groups', 'instruments', 'reports']
    >>> made.truth["report_id"].iloc[0]
    'syn-r0000001'
    """
    settings = settings or Settings()
    rng = streams(settings.seed, STAGES)
    town = people(settings, rng)
    file = filed(town, settings, rng)
    said, asked = contents(town, file, settings, rng)
    error = rng["leaning"].standard_normal(len(file.at))
    sound = incoming(town, file, said, asked, replace(settings, plants=Plants()), error)
    come = incoming(town, file, said, asked, settings, error)
    luck = chances(come, settings.margins, rng["decisions"])
    constants = tune(sound, luck, settings.margins, ~file.rows.extra)
    made = decide(come, luck, settings.margins, constants)
    return Municipality(*written(town, file, said, asked, come, made, settings, rng))
