"""Here we declare the figures of the audit: which sums each is a ratio of, and what must be known for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Flag, auto

import numpy as np

from features.arrays import Floats
from triage.words import Text

Sums = Mapping[str, int]
"""Columns, and how often each counts."""


class Needs(Flag):
    """What a figure cannot do without."""

    NOTHING = 0
    OUTCOMES = auto()
    """Outcomes that speak for everyone."""
    SELECTED = auto()
    """Outcomes of those that were selected."""
    SORTING = auto()
    """Some that are selected and some that are not."""


@dataclass(frozen=True)
class Figure:
    """A ratio of two sums.

    Attributes
    ----------
    code : str
    title : Text
    part, whole : Sums
        What is divided by what.
    rows : tuple of str
        Columns that add up to the n that stands under the figure.
    needs : Needs
    share : bool
        Whether it lies between 0 and 1.
    """

    code: str
    title: Text
    part: Sums
    whole: Sums
    rows: tuple[str, ...]
    needs: Needs = Needs.NOTHING
    share: bool = True

    def can_be_made(self, columns: Collection[str]) -> bool:
        """Tell whether all its columns are there."""
        return {*self.part, *self.whole, *self.rows} <= {*columns}


ALL = ("rows",)
POSITIVE, NEGATIVE = ("positive_rows",), ("negative_rows",)
JUDGED = POSITIVE + NEGATIVE
KNOWN: Sums = {"positive": 1, "negative": 1}
LEFT: Sums = {"positive": 1, "negative": 1, "positive_flagged": -1, "negative_flagged": -1}
SORTED = Needs.OUTCOMES | Needs.SORTING

FIGURES = (
    Figure(
        "selection_rate",
        Text("andel utvalda", "share selected"),
        {"flagged": 1},
        {"rows": 1},
        ALL,
        Needs.SORTING,
    ),
    Figure(
        "prevalence",
        Text("andel med utfallet", "share with the outcome"),
        {"positive": 1},
        KNOWN,
        JUDGED,
        Needs.OUTCOMES,
    ),
    Figure(
        "true_positive_rate",
        Text("andel utvalda bland dem med utfallet", "share selected among those with the outcome"),
        {"positive_flagged": 1},
        {"positive": 1},
        POSITIVE,
        SORTED,
    ),
    Figure(
        "false_negative_rate",
        Text("andel inte utvalda bland dem med utfallet", "share not selected among those with the outcome"),
        {"positive": 1, "positive_flagged": -1},
        {"positive": 1},
        POSITIVE,
        SORTED,
    ),
    Figure(
        "false_positive_rate",
        Text("andel utvalda bland dem utan utfallet", "share selected among those without the outcome"),
        {"negative_flagged": 1},
        {"negative": 1},
        NEGATIVE,
        SORTED,
    ),
    Figure(
        "true_negative_rate",
        Text("andel inte utvalda bland dem utan utfallet", "share not selected among those without the outcome"),
        {"negative": 1, "negative_flagged": -1},
        {"negative": 1},
        NEGATIVE,
        SORTED,
    ),
    Figure(
        "precision",
        Text("andel med utfallet bland de utvalda", "share with the outcome among the selected"),
        {"hit": 1},
        {"hit": 1, "miss": 1},
        ("selected_rows",),
        Needs.SELECTED,
    ),
    Figure(
        "negative_predictive_value",
        Text("andel utan utfallet bland de inte utvalda", "share without the outcome among those not selected"),
        {"negative": 1, "negative_flagged": -1},
        LEFT,
        ("unselected_rows",),
        SORTED,
    ),
    Figure(
        "accuracy",
        Text("andel rätt sorterade", "share sorted as the outcome says"),
        {"positive_flagged": 1, "negative": 1, "negative_flagged": -1},
        KNOWN,
        JUDGED,
        SORTED,
    ),
    Figure("mean_score", Text("medelpoäng", "mean score"), {"score": 1}, {"rows": 1}, ALL, share=False),
    Figure(
        "calibration_difference",
        Text("observerad andel minus medelpoäng", "share observed minus mean score"),
        {"positive": 1, "expected": -1},
        KNOWN,
        JUDGED,
        Needs.OUTCOMES,
        share=False,
    ),
    Figure(
        "mean_delay",
        Text("dagar i kön", "days in the queue"),
        {"delay": 1},
        {"delay_rows": 1},
        ("delay_rows",),
        share=False,
    ),
    Figure(
        "abstention_rate",
        Text("andel där modellen avstår", "share on which the model abstains"),
        {"abstained": 1},
        {"abstained_rows": 1},
        ("abstained_rows",),
    ),
    Figure(
        "reasons_shown",
        Text("skäl som visas per anmälan", "reasons shown per report"),
        {"reasons": 1},
        {"reasons_rows": 1},
        ("reasons_rows",),
        share=False,
    ),
)


def mix(figures: Sequence[Sums], columns: Sequence[str]) -> Floats:
    """Give how often each figure counts each column, shape (columns, figures)."""
    mixed: Floats = np.array([[sums.get(column, 0) for sums in figures] for column in columns], dtype=np.float64)
    return mixed
