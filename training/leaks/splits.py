"""Here we look at a split: whom, and which rows, both sides share, and whether what was learned was known by then."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from features.arrays import Ints
from training.leaks.checked import Checked
from training.leaks.findings import Finding, cannot_tell, leak, none_shown
from training.leaks.reading import DAY

HOUR = DAY // 24
ENTITY, HOUSEHOLD, DUPLICATE, TIME = "split_entity", "split_household", "split_duplicate", "split_time"


def shared_entities(checked: Checked) -> Iterator[Finding]:
    """Tell whether an entity is in more than one part of the split."""
    yield _shared(checked, ENTITY, checked.entity)


def shared_households(checked: Checked) -> Iterator[Finding]:
    """Tell whether a household is in more than one part of the split."""
    import pandas as pd

    if checked.household is None:
        yield cannot_tell(HOUSEHOLD, "no_household", of=len(checked))
    else:
        codes, _ = pd.factorize(checked.household, sort=True)
        yield _shared(checked, HOUSEHOLD, codes.astype(np.int64))


def shared_rows(checked: Checked) -> Iterator[Finding]:
    """Tell whether one row is in more than one part under different names: same time, same features, same label."""
    import pandas as pd

    if checked.split is not None and not (checked.time % HOUR).any():
        yield cannot_tell(DUPLICATE, "whole_hours", of=len(checked))
        return
    held = [checked.time, checked.label, *checked.features.values()]
    marks = pd.util.hash_pandas_object(pd.DataFrame(dict(enumerate(held))), index=False)
    yield _shared(checked, DUPLICATE, pd.factorize(marks)[0].astype(np.int64))


def learned_in_time(checked: Checked) -> Iterator[Finding]:
    """Tell whether every label of the other parts was known when the last part began."""
    parts = _parts(checked)
    if len(np.unique(parts[parts >= 0])) < 2:
        yield cannot_tell(TIME, "no_split", of=len(checked))
        return
    if checked.horizon is None:
        yield cannot_tell(TIME, "no_horizon", of=len(checked))
        return
    last = max(np.unique(parts[parts >= 0]).tolist(), key=lambda part: float(np.median(checked.time[parts == part])))
    begins = int(checked.time[parts == last].min())
    others = (parts >= 0) & (parts != last)
    late = int((checked.time[others] + checked.horizon > begins).sum())
    part, days, size = _names(checked)[last], checked.horizon // DAY, int(others.sum())
    if late:
        yield leak(TIME, None, late, size, {"part": part, "days": days})
    else:
        yield none_shown(TIME, size, {"part": part, "days": days})


def _shared(checked: Checked, code: str, group: Ints) -> Finding:
    """Tell whether rows of one group are in more than one part; a negative number is no group."""
    parts = _parts(checked)
    inside = (parts >= 0) & (group >= 0)
    if len(np.unique(parts[parts >= 0])) < 2:
        return cannot_tell(code, "no_split", of=len(checked))
    if not inside.any():
        return cannot_tell(code, "no_household", of=len(checked))
    pairs = np.unique(np.stack([group[inside], parts[inside]]), axis=1)
    number = np.bincount(pairs[0], minlength=int(group.max()) + 1)
    rows = int((number[group[inside]] > 1).sum())
    if rows:
        return leak(code, None, rows, int(inside.sum()), {"groups": int((number > 1).sum())})
    found = {"groups": int((number > 0).sum()), "parts": len(np.unique(pairs[1]))}
    return none_shown(code, int(inside.sum()), found)


def _parts(checked: Checked) -> Ints:
    """Number the parts of the split; -1 is in none."""
    import pandas as pd

    if checked.split is None:
        return np.full(len(checked), -1, dtype=np.int64)
    return pd.factorize(checked.split, sort=True)[0].astype(np.int64)


def _names(checked: Checked) -> list[str]:
    """Name the parts of the split, in the order of their numbers."""
    return [] if checked.split is None else sorted(checked.split.dropna().unique())
