"""Here we take away everything later and make the features anew: one that changes knew what came later.

One rebuild tests many reports: of each sampled family one report is kept, and everything of that family from then on is
removed. Where families are few, another report of each is tested in another rebuild. What changed is then tested alone,
with everything later of *every* family removed, because a feature may rightly count other families' earlier reports, and
the first rebuild took some of those away too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from features.arrays import NEVER, Ints
from training.leaks.checked import Checked
from training.leaks.events import Events
from training.leaks.findings import Finding, cannot_tell, leak, none_shown
from training.leaks.inputs import Rebuild
from training.leaks.reading import TableRefused

if TYPE_CHECKING:
    import pandas as pd

CODE = "truncation"
SAMPLED = 500
"""Reports that are tested."""
ROUNDS = 4
"""Rebuilds in which they are tested, where there are fewer families than that."""
TRIED = 5
"""Changed reports of one feature that are tested alone before the change is put down to other families."""
SAME = 1e-6
"""Values are the same when they differ by less than this share of their size: rounding is no leak."""


def truncation(checked: Checked) -> Iterator[Finding]:
    """Tell which features change when later rows are removed."""
    make = checked.given.rebuild
    if make is None:
        yield cannot_tell(CODE, "no_rebuild", of=len(checked))
        return
    whole = _whole(checked, make)
    made = [name for name in checked.features if name in whole]
    tested, changed = _tested(checked, make, whole[made])
    unsteady = set(_differing(whole[list(changed)], _whole(checked, make))) if changed else set()
    shown = _confirmed(checked, make, whole, {name: changed[name] for name in sorted(set(changed) - unsteady)})
    for name in sorted(shown):
        yield leak(CODE, name, len(changed[name]), tested)
    for name in sorted(unsteady):
        yield cannot_tell(CODE, "unsteady", name, of=len(checked))
    for name in sorted(set(checked.features) - set(made)):
        yield cannot_tell(CODE, "not_rebuilt", name, of=len(checked))
    for name, rows in _differing(checked.table[made], whole).items():
        if name not in shown | unsteady:
            yield cannot_tell(CODE, "not_reproduced", name, len(rows), len(checked))
    if made and not shown:
        yield none_shown(CODE, tested, {"columns": len(made)})


def _tested(checked: Checked, make: Rebuild, whole: pd.DataFrame) -> tuple[int, dict[str, Ints]]:
    """Give how many reports were tested, and for every feature that changed, in which."""
    tested, changed = 0, dict[str, Ints]()
    for rows in _samples(checked):
        tested += len(rows)
        for name, places in _changes(checked, make, whole, rows).items():
            changed[name] = np.append(changed.get(name, places[:0]), places)
    return tested, changed


def _samples(checked: Checked) -> Iterator[Ints]:
    """Draw one report of each family, then another, until `SAMPLED` reports or `ROUNDS` rounds: row numbers, sorted."""
    drawn = np.random.default_rng(checked.seed).permutation(len(checked))
    family = checked.family[checked.entity[drawn]]
    order = np.argsort(family, kind="stable")
    _, first, number = np.unique(family[order], return_index=True, return_counts=True)
    turn = np.empty(len(drawn), dtype=np.int64)
    turn[order] = np.arange(len(drawn)) - np.repeat(first, number)
    left = SAMPLED
    for each in range(ROUNDS):
        rows = drawn[turn == each][:left]
        left -= len(rows)
        if len(rows):
            yield np.sort(rows)


def _confirmed(checked: Checked, make: Rebuild, whole: pd.DataFrame, changed: Mapping[str, Ints]) -> set[str]:
    """Name the features that change in one report when everything later of everybody is gone."""
    shown: set[str] = set()
    for turn in range(TRIED):
        for name, rows in changed.items():
            if name not in shown and turn < len(rows):
                shown |= set(_changes(checked, make, whole[list(changed)], rows[turn : turn + 1], everybody=True))
    return shown


def _changes(
    checked: Checked, make: Rebuild, whole: pd.DataFrame, rows: Ints, *, everybody: bool = False
) -> dict[str, Ints]:
    """Give, for every feature that changes when what is later than ``rows`` is gone, the rows in which it does.

    With ``everybody``, everything later than the one row goes; without, what is later in the family of each row.
    A sibling's row of the same instant stays: it may come from the same report.
    """
    limit = np.full(int(checked.family.max()) + 1, checked.time[rows[0]] if everybody else NEVER)
    limit[checked.family[checked.entity[rows]]] = checked.time[rows]
    limit = limit[checked.family]
    until, sibling = limit[checked.entity], ~np.isin(checked.entity, checked.entity[rows])
    kept = (checked.time < until) | ((checked.time == until) & sibling)
    kept[rows] = True
    tables = {each.given.name: _known(each, limit) for each in checked.events}
    made = _made(checked, make, kept, tables).loc[rows]
    return {name: rows[places] for name, places in _differing(whole.loc[rows], made).items()}


def _whole(checked: Checked, make: Rebuild) -> pd.DataFrame:
    """Make the features of every row from everything."""
    tables = {each.given.name: each.given.frame for each in checked.events}
    return _made(checked, make, np.ones(len(checked), dtype=bool), tables)


def _made(checked: Checked, make: Rebuild, kept: np.ndarray, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Make the features of some rows; the maker sees neither the features as given nor the label."""
    rows = checked.table[kept].drop(columns=[*checked.features, checked.given.columns.label], errors="ignore")
    made = make(rows.reset_index(drop=True), tables)
    if len(made) != len(rows):
        msg = (
            f"The rebuild was given {len(rows)} rows and made {len(made)}. Make one row of features per row, in order."
        )
        raise TableRefused(msg)
    return made.set_axis(rows.index)


def _known(events: Events, limit: Ints) -> pd.DataFrame:
    """Give an event table as it stood at each entity's limit: nothing known or withdrawn from then on."""
    until, frame, column = limit[events.entity], events.given.frame, events.given.withdrawn
    kept = (events.known < until) | (until == NEVER)
    if column is not None:
        frame = frame.assign(**{column: frame[column].where(events.withdrawn < until)})
    known: pd.DataFrame = frame.loc[kept].reset_index(drop=True)
    return known


def _differing(one: pd.DataFrame, other: pd.DataFrame) -> dict[str, Ints]:
    """Give, for every column of the first frame that differs in the second, the places where it does."""
    places = {str(name): np.flatnonzero(_unlike(one[name], other[name])) for name in one.columns}
    return {name: rows for name, rows in places.items() if len(rows)}


def _unlike(one: pd.Series, other: pd.Series) -> np.ndarray:
    """Tell where two columns hold different values; missing is like missing."""
    from pandas.api.types import is_numeric_dtype

    if is_numeric_dtype(one) and is_numeric_dtype(other):
        left, right = (each.to_numpy(dtype=np.float64, na_value=np.nan) for each in (one, other))
        return np.asarray(~np.isclose(left, right, rtol=SAME, atol=SAME, equal_nan=True))
    missing = one.isna().to_numpy() & other.isna().to_numpy()
    same = one.astype("object").to_numpy() == other.astype("object").to_numpy()
    return np.asarray(~(missing | np.asarray(same, dtype=bool)))
