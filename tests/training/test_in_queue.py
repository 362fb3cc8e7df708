"""Here we hold what is found among the reports read first to its denominators: the known, everyone, and the truth."""

from __future__ import annotations

import numpy as np
import pytest

from training.validation import measured
from training.validation.fold import MODEL
from training.validation.in_queue import Found, in_queue

RNG = np.random.default_rng(8)
N = 5000
SCORE = RNG.normal(size=N)
TRUTH = 1 / (1 + np.exp(1.2 - 1.5 * SCORE))
OUTCOME = (RNG.random(N) < TRUTH).astype(float)
CHOSEN = RNG.random(N) < 1 / (1 + np.exp(-SCORE))


def queue_of(label: np.ndarray) -> measured.Tested:
    return measured.Tested(np.arange(N), label, {MODEL: SCORE}, TRUTH, np.arange(N))


def test_a_queue_holds_every_report_and_the_unknown_are_in_its_denominators() -> None:
    found = in_queue("need", queue_of(np.where(CHOSEN, OUTCOME, np.nan)), 0.2, TRUTH)
    first = np.sort(SCORE)[-N // 5] <= SCORE
    came = CHOSEN & (OUTCOME == 1)
    assert (found.n, found.known) == (N, CHOSEN.sum())
    assert (found.came_true.base_rate, found.came_true.precision) == pytest.approx((came.mean(), came[first].mean()))
    assert found.investigated.base_rate == pytest.approx(OUTCOME[CHOSEN].mean())
    assert found.investigated.precision == pytest.approx(OUTCOME[CHOSEN & first].mean())
    assert found.truth is not None
    assert (found.truth.base_rate, found.truth.precision) == pytest.approx((TRUTH.mean(), TRUTH[first].mean()))


def test_what_came_true_is_the_least_that_both_rates_can_be() -> None:
    found = in_queue("need", queue_of(np.where(CHOSEN, OUTCOME, np.nan)), 0.2)
    whole = in_queue("need", queue_of(OUTCOME), 0.2)
    assert found.came_true.base_rate <= whole.came_true.base_rate
    assert found.came_true.precision <= whole.came_true.precision
    assert found.truth is None


def test_no_order_lifts_more_than_one_over_the_base_rate() -> None:
    best = in_queue("need", measured.Tested(np.arange(N), OUTCOME, {MODEL: OUTCOME}, TRUTH, np.arange(N)), 0.05)
    assert best.investigated.lift == pytest.approx(best.investigated.most)
    assert Found(None, None).lift is Found(0.0, 0.0).lift is Found(0.0, 0.0).most is None
    assert best.figures() == {"queue_base_rate": OUTCOME.mean(), "queue_precision": pytest.approx(1.0)}
