"""The glass-box challenger is the sum of its tables, the same every time, keeps directions and talks to nobody."""

from __future__ import annotations

import json
import socket
import sys

import numpy as np
import pytest

from training.beside import ebm
from training.beside.ebm import Challenge, GlassBox
from training.evaluate import auc
from triage.errors import TrainingRefused

NAMES = ("neglect", "reports", "age", "sdq")
PLAN = Challenge(bags=2, interactions=1, bins=16)


def made(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Make reports whose outcome follows a count, a U of age, and neglect where age is low."""
    rng = np.random.default_rng(seed)
    neglect, reports, age = rng.random(n) < 0.4, rng.poisson(0.8, n), rng.integers(0, 216, n)
    sdq = np.where(rng.random(n) < 0.4, np.nan, rng.integers(0, 40, n))
    odds = 0.6 * reports + ((age - 100) / 70) ** 2 + 2 * (neglect & (age < 60)) + np.isnan(sdq) - 2
    return np.column_stack([neglect, reports, age, sdq]).astype(float), (
        rng.random(n) < 1 / (1 + np.exp(-odds))
    ).astype(float)


VALUES, LABEL = made(3000, 1)
TEST, TESTED = made(2000, 2)


@pytest.fixture(scope="module")
def fitted() -> GlassBox:
    return ebm.fit(VALUES, LABEL, NAMES, plan=PLAN)


def test_its_tables_add_up_to_what_interpret_predicts(monkeypatch: pytest.MonkeyPatch) -> None:
    from interpret.glassbox import ExplainableBoostingClassifier

    kept = []
    whole = ExplainableBoostingClassifier.fit
    monkeypatch.setattr(ExplainableBoostingClassifier, "fit", lambda self, *rows: kept.append(whole(self, *rows)))
    box = ebm.fit(VALUES, LABEL, NAMES, plan=PLAN)
    beyond = np.vstack([TEST, TEST[:50] * 3, -TEST[:50], np.full((1, 4), np.nan)])
    at_cuts = np.zeros((16, 4))
    for term in box.terms:
        for column, cuts in zip(term.columns, term.cuts, strict=True):
            at_cuts[: len(cuts), column] = cuts[:16]
    beyond = np.vstack([beyond, at_cuts])
    np.testing.assert_allclose(box.score(beyond), kept[0].decision_function(beyond), rtol=0, atol=1e-9)
    assert any(len(term.features) == 2 for term in box.terms)


def test_it_finds_what_was_planted(fitted: GlassBox) -> None:
    assert auc(TESTED, fitted.score(TEST)) > 0.7
    age = next(term for term in fitted.terms if term.features == ("age",))
    added = age.add(np.array([[0, 0, at, 0] for at in (5.0, 100.0, 210.0)]))
    assert added[0] > added[1] < added[2]
    sdq = next(term for term in fitted.terms if term.features == ("sdq",))
    assert sdq.scores[0] > max(sdq.scores[1:])  # the first bin is "missing"


def test_it_is_plain_data_and_a_second_fit_is_the_same(fitted: GlassBox) -> None:
    text = json.dumps(fitted.to_dict(), allow_nan=False)
    assert json.dumps(ebm.fit(VALUES, LABEL, NAMES, plan=PLAN).to_dict()) == text
    terms = json.loads(text)["terms"]
    assert all(len(term["scores"]) == len(term["cuts"][0]) + 2 for term in terms)


def test_no_score_falls_when_a_value_with_a_direction_grows_even_when_the_outcome_does() -> None:
    free, bound = (ebm.fit(VALUES, 1 - LABEL, NAMES, directions=way, plan=PLAN) for way in (None, (1, 1, 0, 1)))
    for column, must_fall_when_free in ((0, False), (1, True), (3, False)):
        rows = np.repeat(TEST[:40], 40, axis=0)
        rows[:, column] = np.tile(np.arange(40.0), 40)
        assert (np.diff(bound.score(rows).reshape(40, 40), axis=1) >= 0).all()
        assert not must_fall_when_free or (np.diff(free.score(rows).reshape(40, 40), axis=1) < 0).any()


def test_fitting_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket.socket, "__init__", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert np.isfinite(ebm.fit(VALUES[:800], LABEL[:800], NAMES, plan=PLAN).score(TEST)).all()


def test_where_the_extra_is_missing_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "interpret.glassbox", None)
    with pytest.raises(TrainingRefused, match=r"orosanmalan-triage\[challenger\]"):
        ebm.fit(VALUES, LABEL, NAMES)
