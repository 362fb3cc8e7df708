"""Here we label reports with a declared outcome: yes, no, or why it is not known.

A report inside the horizon at the data's end is immature and left out, never a no. A report that was
not investigated is unknown where the outcome needs an investigation, never "no need".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from features.arrays import Floats, Ints, Mask
from features.cases import Cases
from features.kinds import ZONE
from features.windows import DAY
from training.labelling.outcomes import Outcome
from training.labelling.signs import Recorded, first_seen, recorded
from training.labelling.standard import NEED_CONFIRMED

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NEED_CONFIRMED", "LabelState", "Labels", "Outcome", "data_end", "label"]


class LabelState(StrEnum):
    """What is known of a report's outcome."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NOT_INVESTIGATED = "not_investigated"
    NOT_CONCLUDED = "not_concluded"
    OUT_OF_SIGHT = "out_of_sight"
    IMMATURE = "immature"


@dataclass(frozen=True)
class Labels:
    """Outcomes of all sound reports, in the table's order.

    Attributes
    ----------
    outcome : Outcome
    state : ndarray of str, shape (n,)
        Values of `LabelState`.
    components : mapping of str to ndarray of bool, shape (n,)
        For each component, which yes it makes; several may make the same one. False says nothing where the outcome is
        not known: `value_of` does.
    """

    outcome: Outcome
    state: np.ndarray
    components: Mapping[str, Mask] = field(default_factory=dict)

    @property
    def known(self) -> Mask:
        """Tell where the outcome is known, shape (n,)."""
        return np.isin(self.state, [LabelState.POSITIVE.value, LabelState.NEGATIVE.value])

    @property
    def value(self) -> Floats:
        """Give 1 for yes, 0 for no and NaN for everything that is not known, shape (n,)."""
        return self._values(self.state == LabelState.POSITIVE.value)

    def value_of(self, component: str) -> Floats:
        """Give 1 for the yes that a component makes and 0 for no, shape (n,); NaN for every other yes and what is not known.

        Parameters
        ----------
        component : str

        Raises
        ------
        KeyError
            When the outcome has no such component.
        """
        return self._values(self.components[component])

    def counts(self) -> dict[str, int]:
        """Count the reports in each state."""
        return {state.value: int((self.state == state.value).sum()) for state in LabelState}

    def component_counts(self) -> dict[str, int]:
        """Count the yes that each component makes; they may add up to more than all yes."""
        return {name: int(made.sum()) for name, made in self.components.items()}

    def to_dict(self) -> dict[str, Any]:
        """Give the counts as plain data."""
        return {"outcome": self.outcome.name, "counts": self.counts(), "components": self.component_counts()}

    def __repr__(self) -> str:
        """Say how many of each."""
        counted = ", ".join(f"{number} {state}" for state, number in self.counts().items() if number)
        return f"Labels({self.outcome.name}: {counted}; see .components)"

    def _values(self, yes: Mask) -> Floats:
        """Give 1 for some yes, 0 for no, else NaN."""
        value = np.full(len(self.state), np.nan)
        value[yes] = 1.0
        value[self.state == LabelState.NEGATIVE.value] = 0.0
        return value


def data_end(cases: Cases) -> dt.datetime:
    """Give the last moment at which anything was recorded."""
    import pandas as pd

    times = [cases.frame("reports")["received_at"], cases.frame("events")["recorded_at"]]
    last: dt.datetime = pd.concat(times).max().to_pydatetime()
    return last


def label(cases: Cases, outcome: Outcome, end: dt.datetime) -> Labels:
    """Give every sound report its outcome, as far as it is known at the data's end.

    Parameters
    ----------
    cases : Cases
    outcome : Outcome
    end : datetime.datetime
        The data's end: what was recorded later does not count, and a report whose horizon reaches beyond it is immature.
    """
    known = recorded(cases, end)
    limit = known.reports["received"].to_numpy() + outcome.horizon_days * DAY
    seen = {part.name: first_seen(part.sign, known) <= limit for part in outcome.components}
    unseen = _out_of_sight(outcome, known, limit)
    no = ~unseen if outcome.negative is None else first_seen(outcome.negative.sign, known) <= limit
    state = np.select(
        [
            limit > known.end,
            known.reports["case_id"].isna().to_numpy() & outcome.investigated_only,
            np.any(list(seen.values()), axis=0),
            no,
            unseen,
        ],
        [
            LabelState.IMMATURE.value,
            LabelState.NOT_INVESTIGATED.value,
            LabelState.POSITIVE.value,
            LabelState.NEGATIVE.value,
            LabelState.OUT_OF_SIGHT.value,
        ],
        default=LabelState.NOT_CONCLUDED.value,
    )
    yes = state == LabelState.POSITIVE.value
    return Labels(outcome, state, MappingProxyType({name: made & yes for name, made in seen.items()}))


def _out_of_sight(outcome: Outcome, known: Recorded, limit: Ints) -> Mask:
    """Tell for which children nobody here would know what happened within the horizon, shape (n,)."""
    left = [first_seen(sign, known) <= limit for sign in outcome.out_of_sight]
    grown = (
        [] if outcome.seen_until_age is None else [_grown(known.reports["birth_month"], limit, outcome.seen_until_age)]
    )
    nobody = np.zeros(len(limit), dtype=np.bool_)
    unseen: Mask = np.any([nobody, *left, *grown], axis=0)
    return unseen


def _grown(born: pd.Series, limit: Ints, age: int) -> Mask:
    """Tell which children may have reached an age by then; one of unknown age may."""
    import pandas as pd

    local = pd.DatetimeIndex(limit.astype("datetime64[us]"), tz="UTC").tz_convert(ZONE)
    months = pd.to_numeric(born.str[:4]) * 12 + pd.to_numeric(born.str[5:])
    reached = np.asarray(local.year * 12 + local.month, dtype=np.float64) - months.to_numpy(dtype=np.float64)
    grown: Mask = ~(reached < 12 * age)
    return grown
