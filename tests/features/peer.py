"""Here we ask timeseriesflattener 2.5 for the windows of `flatten`, and say how what it answers differs from ours.

Its window is closed on both sides, [t - far, t - near], as ours is with ``edge="inclusive"``. Three things differ:

- An event at the very moment of prediction counts: it has no strict edge, and no clock for when a row became known.
- The sum of nothing is 0: never observed and zero are one to it.
- Its latest value is that of the entity's newest row of all, also of the future, and is missing when that one lies
  outside the window. So whether it is missing tells what happens after the moment of prediction.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from features.flatten import Lookback
from features.windows import Window

HOWS = ("count", "sum", "max", "min", "mean", "latest")
NAMES = {"entity": "who", "time": "when", "value": "value"}
"""What the columns are called in both tables."""


def lookbacks(spans: Sequence[tuple[dt.timedelta, dt.timedelta]], hows: Sequence[str] = HOWS) -> list[Lookback]:
    """Every question about every window, from near to far, in the order in which the peer answers."""
    return [Lookback(f"{how} {near.days}-{far.days}", how, far, near) for near, far in spans for how in hows]


def flatten_by_peer(asked: pd.DataFrame, rows: pd.DataFrame, wanted: Sequence[Lookback]) -> pd.DataFrame:
    """Ask the peer; ``asked`` is in the order of time and names no entity and moment twice."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import timeseriesflattener as peer
        from timeseriesflattener import aggregators

        known = {
            "count": aggregators.CountAggregator(),
            "sum": aggregators.SumAggregator(),
            "max": aggregators.MaxAggregator(),
            "min": aggregators.MinAggregator(),
            "mean": aggregators.MeanAggregator(),
            "latest": aggregators.LatestAggregator(timestamp_col_name=NAMES["time"]),
        }
        spec = peer.PredictorSpec(
            peer.ValueFrame(rows, NAMES["entity"], NAMES["time"]),
            lookbehind_distances=list(dict.fromkeys((one.near, one.far) for one in wanted)),
            aggregators=[known[how] for how in dict.fromkeys(one.how for one in wanted)],
            fallback=np.nan,
        )
        moments = peer.PredictionTimeFrame(asked, NAMES["entity"], NAMES["time"])
        answered = peer.Flattener(moments).aggregate_timeseries([spec]).df.to_pandas()
    assert answered[NAMES["entity"]].tolist() == asked[NAMES["entity"]].tolist()
    given = answered.iloc[:, 3:]  # after the entity, the moment and an identifier
    return given.set_axis([one.name for one in wanted], axis=1).set_axis(asked.index).astype(np.float64)


def counts_by_peer(asked: pd.DataFrame, rows: pd.DataFrame, what: np.ndarray, wanted: Sequence[Window]) -> np.ndarray:
    """Ask the peer for counts of several kinds of rows: a table of values for each set of kinds, all in one call."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import timeseriesflattener as peer
        from timeseriesflattener.aggregators import CountAggregator

        specs = []
        for number, kinds in enumerate(dict.fromkeys(window.what for window in wanted)):
            mine = rows.loc[np.isin(what, kinds), [*NAMES.values()]].rename(columns={NAMES["value"]: f"value{number}"})
            spans = [(one.near, one.far) for one in wanted if one.what == kinds]
            specs.append(
                peer.PredictorSpec(
                    peer.ValueFrame(mine, NAMES["entity"], NAMES["time"]),
                    lookbehind_distances=[tuple(dt.timedelta(microseconds=edge) for edge in span) for span in spans],
                    aggregators=[CountAggregator()],
                    fallback=0,
                )
            )
        moments = peer.PredictionTimeFrame(asked, NAMES["entity"], NAMES["time"])
        answered = peer.Flattener(moments).aggregate_timeseries(specs).df.to_pandas()
    assert answered[NAMES["entity"]].tolist() == asked[NAMES["entity"]].tolist()
    in_their_order = [
        one for kinds in dict.fromkeys(window.what for window in wanted) for one in wanted if one.what == kinds
    ]
    return answered.iloc[:, 3:].to_numpy(np.float64)[:, [in_their_order.index(one) for one in wanted]]


def as_the_peer_says(
    ours: pd.DataFrame, asked: pd.DataFrame, rows: pd.DataFrame, wanted: Sequence[Lookback]
) -> pd.DataFrame:
    """Turn our numbers into what the peer ought to say."""
    newest = asked[NAMES["entity"]].map(rows.groupby(NAMES["entity"])[NAMES["time"]].max())
    age = asked[NAMES["time"]] - newest
    theirs = ours.copy()
    for one in wanted:
        if one.how == "sum":
            theirs[one.name] = ours[one.name].fillna(0.0)
        if one.how == "latest":
            theirs[one.name] = ours[one.name].where((age >= one.near) & (age <= one.far))
    return theirs
