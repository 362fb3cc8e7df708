"""Here we say what a leak audit is given: a table, the part each column plays, event tables, and how features are made.

Any table will do, also one that was built elsewhere: nothing here knows the data contract.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

Rebuild: TypeAlias = "Callable[[pd.DataFrame, Mapping[str, pd.DataFrame]], pd.DataFrame]"
"""Makes features anew: the table without features and label, and event tables by name, give one row of features
per row of the table, in its order."""


@dataclass(frozen=True)
class Columns:
    """Which column of the table plays which part.

    Attributes
    ----------
    entity : str
        Whom a row is about: a child's pseudonym.
    time : str
        The moment up to which features may know anything; instants with an offset.
    label : str
        1, 0, or missing where the outcome is unknown.
    features : tuple of str, optional
        What a model would be given; by default every other column of numbers or of true and false.
    household : str, optional
        Who belongs together and must stay on one side of a split.
    split : str, optional
        The part of the split a row is in; missing where it is in none.
    """

    entity: str
    time: str
    label: str
    features: tuple[str, ...] | None = None
    household: str | None = None
    split: str | None = None

    def parts(self) -> dict[str, str]:
        """Give the columns that are no features, by the part they play."""
        named = {name: getattr(self, name) for name in ("entity", "time", "label", "household", "split")}
        return {name: column for name, column in named.items() if column is not None}


@dataclass(frozen=True)
class EventTable:
    """A table of things that happened, with one clock or two.

    Attributes
    ----------
    name : str
    frame : pandas.DataFrame
    entity, happened : str
        Columns: whom it happened to, and when.
    known : str, optional
        When it was recorded. Without it, what happened before a moment counts as known at that moment.
    withdrawn : str, optional
        When the entry was withdrawn; missing for what stands.
    kind : str, optional
        What it was.
    value : str, optional
        A number that came with it, for example a score.
    """

    name: str
    frame: pd.DataFrame
    entity: str
    happened: str
    known: str | None = None
    withdrawn: str | None = None
    kind: str | None = None
    value: str | None = None

    def parts(self) -> dict[str, str]:
        """Give the named columns, by the part they play."""
        names = ("entity", "happened", "known", "withdrawn", "kind", "value")
        named = {name: getattr(self, name) for name in names}
        return {name: column for name, column in named.items() if column is not None}


@dataclass(frozen=True)
class AuditInputs:
    """Everything that one audit is given; see `training.leaks.audit_leaks`.

    Attributes
    ----------
    table : pandas.DataFrame
    columns : Columns
    events : sequence of EventTable
    rebuild : Rebuild, optional
    horizon : datetime.timedelta, optional
    end : datetime.datetime, optional
    """

    table: pd.DataFrame
    columns: Columns
    events: Sequence[EventTable] = ()
    rebuild: Rebuild | None = None
    horizon: timedelta | None = None
    end: datetime | None = None
