"""Here we compute every figure of every group, what stands behind it, and how much each block of households moves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from features.arrays import Floats
from triage.audit.estimable import Behind, Why, why_here
from triage.audit.figures import Figure, Needs, mix
from triage.audit.inputs import Inputs, Outcomes
from triage.audit.tally import Tally


@dataclass(frozen=True, eq=False)
class Rates:
    """Figures of the groups of one attribute.

    Attributes
    ----------
    tally : Tally
    figures : tuple of Figure, length f
    value : ndarray of float64, shape (groups, f)
        NaN where not estimable.
    rows : ndarray of float64, shape (groups, f)
        Reports in the denominator.
    why : tuple of tuple of (Why or None), shape (groups, f)
        Why a figure is not estimable.
    moves : ndarray of float64, shape (blocks, groups, f)
        How much each block moves a figure, to first order; 0 where it is not estimable.
    """

    tally: Tally
    figures: tuple[Figure, ...]
    value: Floats
    rows: Floats
    why: tuple[tuple[Why | None, ...], ...]
    moves: Floats

    @property
    def error(self) -> Floats:
        """Standard error of each figure, households clustered, shape (groups, f)."""
        return errors(self.moves)


def errors(moves: Floats) -> Floats:
    """Give standard errors from what each block adds, shape of ``moves`` without its first axis."""
    blocks = len(moves)
    error: Floats = np.sqrt((moves**2).sum(axis=0) * blocks / max(blocks - 1, 1))
    return error


def rates(tally: Tally, figures: Sequence[Figure], nowhere: Sequence[Why | None], inputs: Inputs) -> Rates:
    """Compute the figures of one attribute.

    Parameters
    ----------
    tally : Tally
    figures : sequence of Figure
    nowhere : sequence of (Why or None)
        Why a figure cannot be estimated in any group.
    inputs : Inputs
    """
    part, whole = (_mixed(tally, sums) for sums in _sums(figures))
    rows = _mixed(tally, [dict.fromkeys(figure.rows, 1) for figure in figures])
    why = _why(tally, figures, nowhere, inputs, whole, rows)
    estimable = np.array([[reason is None for reason in row] for row in why])
    below = np.where(estimable, whole.sum(axis=0), 1.0)
    value = np.where(estimable, part.sum(axis=0) / below, np.nan)
    moves = (part - np.where(estimable, value, 0.0) * whole) / below * estimable
    return Rates(tally, tuple(figures), value, rows.sum(axis=0), why, moves)


def _mixed(tally: Tally, sums: Sequence[Mapping[str, int]]) -> Floats:
    """Add columns up, the same on one thread and on two, which a matrix product does not promise."""
    mixed: Floats = np.einsum("bgm,mf->bgf", tally.blocks, mix(sums, tally.columns))
    return mixed


def _sums(figures: Sequence[Figure]) -> tuple[list[dict[str, int]], list[dict[str, int]]]:
    """Give what is divided by what."""
    return [dict(figure.part) for figure in figures], [dict(figure.whole) for figure in figures]


def _why(
    tally: Tally,
    figures: Sequence[Figure],
    nowhere: Sequence[Why | None],
    inputs: Inputs,
    whole: Floats,
    rows: Floats,
) -> tuple[tuple[Why | None, ...], ...]:
    """Say for each group and figure why it is not estimable."""
    held = (tally.of("rows"), tally.of("known"), whole.sum(axis=0), rows.sum(axis=0), (rows > 0).sum(axis=0))
    answers = [_answers(figure, tally, inputs) for figure in figures]

    def one(group: int, place: int) -> Why | None:
        behind = Behind(
            *(float(each[group]) for each in held[:2]),
            *(float(each[group, place]) for each in held[2:]),
            *(float(each[group]) for each in answers[place]),
        )
        return why_here(figures[place], behind, nowhere[place])

    return tuple(
        tuple(one(group, place) for place in range(len(figures))) for group in range(len(tally.attribute.labels))
    )


def _answers(figure: Figure, tally: Tally, inputs: Inputs) -> tuple[Floats, Floats]:
    """Give how many outcomes should be known for a figure and how many are, each of shape (groups,)."""
    if inputs.outcomes is Outcomes.EVERYONE or not figure.needs & (Needs.OUTCOMES | Needs.SELECTED):
        return np.zeros(len(tally.attribute.labels)), np.zeros(len(tally.attribute.labels))
    asked = ("selected_asked", "selected_rows") if Needs.SELECTED in figure.needs else ("asked", "answered")
    return tally.of(asked[0]), tally.of(asked[1])
