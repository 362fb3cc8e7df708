"""Here we give every child the attributes that a fairness audit looks at; need hardly depends on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.event_codes import Attribute
from features.schema import GROUPS
from training.synthetic.arrays import Bools, Floats, Ints, Objects, choose, draw
from training.synthetic.population import Children, Households

VALUES: dict[Attribute, tuple[str, ...]] = {
    Attribute.SEX: ("girl", "boy"),
    Attribute.BIRTH_REGION: ("sweden", "europe", "outside_europe"),
    Attribute.DISABILITY: ("no", "yes"),
    Attribute.INCOME_BAND: ("low", "middle", "high"),
    Attribute.AREA: tuple(f"area-{unit}{part}" for unit in range(1, 7) for part in "abc"),
    Attribute.LANGUAGE: ("swedish", "other"),
}

MISSING: dict[Attribute, float] = {
    Attribute.SEX: 0.005,
    Attribute.BIRTH_REGION: 0.03,
    Attribute.DISABILITY: 0.15,
    Attribute.INCOME_BAND: 0.06,
    Attribute.AREA: 0.02,
    Attribute.LANGUAGE: 0.08,
}
"""Share of children whose value is not recorded (X)."""

INCOME: Floats = np.array([[0.55, 0.36, 0.09]] * 2 + [[0.38, 0.45, 0.17]] * 2 + [[0.22, 0.50, 0.28]] * 2)
"""Income bands by unit: the two largest units are the poorest (X)."""


@dataclass(frozen=True)
class Attributes:
    """True attribute values, as positions in ``VALUES``, one array per attribute and one entry per child."""

    codes: dict[Attribute, Ints]

    def member(self, attribute: Attribute, value: str) -> Bools:
        """Tell which children belong to the group with this value."""
        return np.asarray(self.codes[attribute] == VALUES[attribute].index(value), dtype=np.bool_)


def attributes(homes: Households, kids: Children, rng: np.random.Generator) -> Attributes:
    """Draw the attributes: income, area and language by household, the others by child."""
    count, home = len(kids.household), kids.household
    income = choose(INCOME, homes.unit, rng)
    area = homes.unit * 3 + draw((0.4, 0.35, 0.25), len(homes.unit), rng)
    foreign = rng.random(len(homes.unit)) < np.array([0.38, 0.24, 0.14])[income]
    region = choose(np.array([[0.95, 0.03, 0.02], [0.52, 0.13, 0.35]]), foreign[home].astype(np.int64), rng)
    disability = (rng.random(count) < 0.09 + 0.04 * (kids.need > 0.8)).astype(np.int64)
    return Attributes(
        {
            Attribute.SEX: kids.boy.astype(np.int64),
            Attribute.BIRTH_REGION: region,
            Attribute.DISABILITY: disability,
            Attribute.INCOME_BAND: income[home],
            Attribute.AREA: area[home],
            Attribute.LANGUAGE: foreign[home].astype(np.int64),
        }
    )


def groups_table(traits: Attributes, reported: Ints, child_ids: Objects, rng: np.random.Generator) -> pd.DataFrame:
    """Write the attributes of the reported children, leaving some values out."""
    parts = []
    for attribute, values in VALUES.items():
        known = reported[rng.random(len(reported)) >= MISSING[attribute]]
        value = np.array(values, dtype=object)[traits.codes[attribute][known]]
        parts.append((known, np.full(len(known), attribute.value, dtype=object), value))
    child = np.concatenate([part[0] for part in parts])
    order = np.argsort(child, kind="stable")
    columns = {
        "child_id": child_ids[child][order],
        "attribute": np.concatenate([part[1] for part in parts])[order],
        "value": np.concatenate([part[2] for part in parts])[order],
    }
    return pd.DataFrame({name: pd.Series(columns[name], dtype=object) for name in GROUPS.names})
