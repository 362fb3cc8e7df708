"""Here we make a case folder in which the past of some children was recorded less, as if fewer had told the services of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import Mask
from features.cases import Cases, to_arrow
from features.codes import YesNo
from features.schema import FACTS, TABLES
from training.inputs import KEYS

if TYPE_CHECKING:
    import pandas as pd

READ = ("reports", "concerns", "events", "instruments")
"""Tables that features are built from."""


@dataclass(frozen=True)
class Thinning:
    """How much less is recorded.

    Attributes
    ----------
    history : float
        Share of reports that never came in, with everything that followed from them, and of instruments and other events.
    said : float
        Share of what a report says beside its primary concern that it does not say: further concerns, and facts answered
        with yes, which become unknown.
    """

    history: float
    said: float = 0.0


def frames_of(cases: Cases, children: set[str]) -> dict[str, pd.DataFrame]:
    """Give everything that is recorded about some children, by table."""
    whole = {name: cases.frame(name) for name in READ}
    return {name: frame[frame["child_id"].isin(children)] for name, frame in whole.items()}


def thinned(whole: dict[str, pd.DataFrame], much: Thinning, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Leave out a share of what is recorded; the rows that stay keep their index.

    Parameters
    ----------
    whole : dict of str to pandas.DataFrame
        As `frames_of` gives it.
    much : Thinning
    rng : numpy.random.Generator
    """
    reports, concerns, events, scores = (whole[name] for name in READ)
    stays = rng.random(len(reports)) >= much.history
    gone = reports.loc[~stays, KEYS]
    secondary = ~concerns["primary"].to_numpy(dtype=bool) & (rng.random(len(concerns)) < much.said)
    loose = events["report_id"].isna().to_numpy() & events["case_id"].isna().to_numpy()
    lost = loose & (rng.random(len(events)) < much.history) | _follows(events, gone)
    return {
        "reports": _less_said(reports[stays], much.said, rng),
        "concerns": concerns[~secondary & ~_of(concerns, gone, KEYS)],
        "events": events[~lost],
        "instruments": scores[rng.random(len(scores)) >= much.history],
    }


def as_cases(frames: dict[str, pd.DataFrame]) -> Cases:
    """Give rows that were checked before as cases."""
    tables = {name: to_arrow(frames[name].reset_index(drop=True), TABLES[name].arrow()) for name in READ}
    empty = {"groups": TABLES["groups"].arrow().empty_table()}
    return Cases(tables | empty, (), (), {name: table.num_rows for name, table in tables.items()})


def _follows(events: pd.DataFrame, gone: pd.DataFrame) -> Mask:
    """Tell which events belong to a report that never came in, or to the investigation that it led to."""
    mine = _of(events, gone, KEYS)
    led_to = events.loc[mine, ["child_id", "case_id"]].dropna()
    follows: Mask = mine | _of(events, led_to, ["child_id", "case_id"])
    return follows


def _of(rows: pd.DataFrame, gone: pd.DataFrame, keys: list[str]) -> Mask:
    """Tell which rows have the keys of what is gone."""
    import pandas as pd

    there: Mask = pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(gone[keys].drop_duplicates()))
    return there & rows[keys].notna().all(axis=1).to_numpy()


def _less_said(reports: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """Leave some facts that were answered with yes unknown."""
    less = reports.copy()
    for name in FACTS:
        silent = (less[name] == YesNo.YES.value).to_numpy() & (rng.random(len(less)) < share)
        less.loc[silent, name] = YesNo.UNKNOWN.value
    return less
