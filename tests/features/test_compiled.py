"""Here we hold the door to numba: what is compiled says the same as what is not, and nothing breaks where it is absent."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from features.compiled import available, compiled, frozen


def running_sum(values: np.ndarray) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def test_a_compiled_loop_adds_up_in_the_order_written() -> None:
    pytest.importorskip("numba")
    values = np.random.default_rng(1).gamma(2, 9, 1_000)
    assert available()
    assert compiled(running_sum)(values) == running_sum(values) != values.sum()


def test_a_loop_is_compiled_once() -> None:
    pytest.importorskip("numba")
    assert compiled(running_sum) is compiled(running_sum)


def test_where_what_was_compiled_cannot_be_kept_it_still_runs() -> None:
    pytest.importorskip("numba")
    nowhere: dict[str, object] = {}
    exec("def twice(value):\n    return 2 * value\n", nowhere)
    assert compiled(nowhere["twice"])(21) == 42


def test_without_numba_it_is_said_to_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert not available()


def test_whoever_made_an_array_a_loop_is_compiled_for_one_kind_of_it() -> None:
    wide = np.arange(12.0).reshape(3, 4)
    whole = frozen(wide[0])
    for array in (wide[:, 1], wide[::-1, 0], whole):
        made = frozen(array)
        assert made.flags.c_contiguous
        assert not made.flags.writeable
        np.testing.assert_array_equal(made, array)
    assert wide.flags.writeable
