"""An outsider's table, with columns of its own, goes through the whole backtest as plain arrays and dates."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from training import backtest

HORIZON = dt.timedelta(days=60)
END = dt.datetime(2023, 7, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def calls() -> pd.DataFrame:
    """Calls to a housing office; nothing in it comes from this library."""
    rng = np.random.default_rng(0)
    n = 3000
    made = {"came": pd.Timestamp("2021-01-01") + pd.to_timedelta(np.sort(rng.uniform(0, 900, n)), unit="D")}
    frame = pd.DataFrame(made | {"who": rng.integers(0, 1800, n)})
    frame["flat"] = frame["who"] // 2
    frame["urgency"] = rng.normal(size=n)
    real = rng.random(n) < 1 / (1 + np.exp(-frame["urgency"]))
    frame["broken"] = np.where(rng.random(n) < 0.7, real.astype(float), np.nan)
    return frame


def test_an_outsiders_table_goes_through_and_every_result_is_plain_json(calls: pd.DataFrame) -> None:
    received = calls["came"].to_numpy("datetime64[us]")
    group = backtest.households(calls["flat"].astype(str), calls["who"].astype(str))
    urgency, random = calls["urgency"].to_numpy(), np.random.default_rng(1).normal(size=len(calls))
    known = backtest.matured(received, calls["broken"].to_numpy(), horizon=HORIZON, end=END)
    spans = {"test_span": dt.timedelta(days=90), "calibrate_span": dt.timedelta(days=180), "calibrate_families": 0.4}
    family = backtest.families(group, received, calls["who"].astype(str))
    folds = backtest.rolling_origin(received, known.until, HORIZON, family, label=known.label, cuts=3, **spans)
    rows = np.concatenate([fold.test.rows for fold in folds])
    every = np.concatenate([fold.test.all_rows for fold in folds])
    scores = {"random": random[rows], "urgency": urgency[rows]}
    found = [
        known,
        *folds,
        backtest.compare(known.label[rows], scores, group[rows], reference="random", draws=50),
        backtest.at_share(known.label[every], urgency[every], 0.2),
        backtest.delay(received[every], known.label[every], urgency[every], every, per_day=4, over_days=7),
        backtest.selective(
            known.label[every], urgency[every], group[every], capacity=0.2, covariates=urgency[every, None], draws=50
        ),
        backtest.ageing(np.array([[0.7, 0.69], [np.nan, 0.71]])),
        backtest.choose_by_regret({"random": [0.5, 0.5], "urgency": [0.7, 0.7]}),
    ]
    assert found[4]["urgency"].verdict is backtest.Verdict.IMPROVEMENT
    for result in found:
        assert json.loads(json.dumps(result.to_dict(), allow_nan=False))


def test_public_names_are_sorted_and_there() -> None:
    assert list(backtest.__all__) == sorted(backtest.__all__)
    assert all(hasattr(backtest, name) for name in backtest.__all__)
