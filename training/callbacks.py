"""Here we name whom a training tells how far it is, and whom it asks for the time; by default nobody."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], None]
"""Told each step, in words."""
Done = Callable[[int, int], None]
"""Told how many parts are finished, of how many."""
Clock = Callable[[], float]
"""Gives seconds that only go up; the caller has one, we have none."""


def nobody(*_: object) -> None:
    """Tell nobody."""


def no_clock() -> float:
    """Stand still: without a clock, nothing is said of time."""
    return 0.0
