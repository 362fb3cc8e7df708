"""Here we hold how good the reasons of a model are, in figures that a card can show."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from features.arrays import Floats
from triage.words import Text

if TYPE_CHECKING:
    import pandas as pd

EXACT = 1e-6
"""Larger gaps than this are errors and not rounding."""
WANTED = 0.90
"""Share of reports in which the three strongest reasons are to move the estimate at least as much as three drawn ones."""


@dataclass(frozen=True)
class Spread:
    """How a figure is spread over reports.

    Attributes
    ----------
    mean, tenth, median : float
        ``tenth``: nine reports in ten have more.
    """

    mean: float
    tenth: float
    median: float

    @classmethod
    def of(cls, values: Floats) -> Self:
        """Sum up one figure per report."""
        return cls(float(values.mean()), float(np.quantile(values, 0.1)), float(np.median(values)))


@dataclass(frozen=True)
class Stability:
    """What became of the reasons when the same report came on another day, with the same history on file.

    Attributes
    ----------
    days : int
        How much later; negative is earlier.
    kept : float
        Share of the reasons shown that are shown on the other day too, mean over reports.
    same_first : float
        Share of reports whose strongest reason is the same.
    same_direction : float
        Share of the reasons shown on both days that point the same way.
    moved : float
        Mean absolute change of the margin, log-odds.
    """

    days: int
    kept: float
    same_first: float
    same_direction: float
    moved: float


@dataclass(frozen=True)
class Deletion:
    """How often the three strongest reasons move the estimate at least as much as three drawn groups, when they are taken away.

    Attributes
    ----------
    compared : int
        Reports that have more than three groups to draw from.
    as_much : float or None
        Share of them; None where nothing could be compared.
    low, high : float or None
        Its 95 % interval (Wilson).
    strongest, drawn : float or None
        Mean absolute move of the estimate.
    """

    compared: int
    as_much: float | None
    low: float | None
    high: float | None
    strongest: float | None
    drawn: float | None


@dataclass(frozen=True)
class ReasonQuality:
    """How good the reasons of a model are.

    Attributes
    ----------
    reports : int
        How many were looked at.
    additivity : float
        Largest gap between base and contributions together and the margin, log-odds.
    brute_force : float
        Largest gap to Shapley values summed up over every subset, on a small model of the same data.
    compactness, compactness_said : Spread
        Share of the total absolute contribution that the reasons shown explain: of all groups, and of those that say
        something about the report. What a report does not mention moves the estimate too, and is never a reason.
    shown : float
        How many reasons are shown, on average.
    deletion, deletion_said : Deletion
        Against three drawn from all groups that the model reads, and from those that say something about the report: the
        second is the harder test, since there the drawn ones are often the same.
    stability : tuple of Stability
    """

    reports: int
    additivity: float
    brute_force: float
    compactness: Spread
    compactness_said: Spread
    shown: float
    deletion: Deletion
    deletion_said: Deletion
    stability: tuple[Stability, ...]

    @property
    def text(self) -> Text:
        """What matters most, in two sentences; the interval is rounded outwards."""
        found, of = self.deletion, f"{100 * self.compactness_said.mean:.0f}"
        if found.as_much is None or found.low is None or found.high is None:
            return Text(
                f"De skäl som visas står för {of} av 100 av vad anmälningarnas egna uppgifter bidrar med. Om de starkaste väger "
                "mer än andra går inte att avgöra.",
                f"The reasons shown make up {of} in 100 of what the reports' own facts add. Whether the strongest weigh more "
                "than others cannot be told.",
            )
        share, low, high = f"{100 * found.as_much:.0f}", math.floor(100 * found.low), math.ceil(100 * found.high)
        return Text(
            f"De skäl som visas står för {of} av 100 av vad anmälningarnas egna uppgifter bidrar med. Tas de tre starkaste "
            f"bort flyttas uppskattningen minst lika mycket som om tre lottade tas bort i {share} fall av 100 "
            f"(mellan {low} och {high}; målet är minst {100 * WANTED:.0f}).",
            f"The reasons shown make up {of} in 100 of what the reports' own facts add. Taking the three strongest away moves "
            f"the estimate at least as much as taking three drawn ones away in {share} cases of 100 "
            f"(between {low} and {high}; at least {100 * WANTED:.0f} is wanted).",
        )

    def verdicts(self) -> dict[str, str]:
        """Give pass, fail or cannot_tell for what has a limit; `WANTED` is judged by the whole interval."""
        found = self.deletion
        if found.low is None or found.high is None or found.low < WANTED <= found.high:
            deletion = "cannot_tell"
        else:
            deletion = "pass" if found.low >= WANTED else "fail"
        exact = {name: "pass" if gap <= EXACT else "fail" for name, gap in self._gaps()}
        return exact | {"deletion": deletion}

    def _gaps(self) -> Iterator[tuple[str, float]]:
        """List the gaps that must be rounding."""
        yield "additivity", self.additivity
        yield "brute_force", self.brute_force

    def to_dict(self) -> dict[str, Any]:
        """Give plain data: the attributes by name, ``verdicts`` by name, and the limits they were judged by.

        Returns
        -------
        dict
            ``reports``, ``additivity``, ``brute_force``, ``compactness`` {mean, tenth, median}, ``compactness_said`` (the same), ``shown``,
            ``deletion`` {compared, as_much, low, high, strongest, drawn}, ``deletion_said`` (the same), ``stability`` [{days, kept, same_first,
            same_direction, moved}], ``verdicts`` {additivity, brute_force, deletion: pass|fail|cannot_tell}, ``limits``
            {exact, wanted}, ``text`` {sv, en}.
        """
        return asdict(self) | {
            "stability": [asdict(one) for one in self.stability],
            "text": self.text.to_dict(),
            "verdicts": self.verdicts(),
            "limits": {"exact": EXACT, "wanted": WANTED},
        }

    def figures(self) -> dict[str, float]:
        """Give what a tracker writes down; what could not be told is left out."""
        told = {
            "reasons_additivity": self.additivity,
            "reasons_brute_force": self.brute_force,
            "reasons_compactness": self.compactness.mean,
            "reasons_compactness_said": self.compactness_said.mean,
            "reasons_deletion": self.deletion.as_much,
            "reasons_deletion_said": self.deletion_said.as_much,
        }
        kept = {
            f"reasons_kept_{one.days:+d}_days".replace("+", "plus_").replace("-", "minus_"): one.kept
            for one in self.stability
        }
        return {name: value for name, value in (told | kept).items() if value is not None}

    def frame(self) -> pd.DataFrame:
        """Give one row per figure: measure, of, value."""
        import pandas as pd

        rows: list[tuple[str, str, float | None]] = [
            ("additivity", "largest gap", self.additivity),
            ("brute_force", "largest gap", self.brute_force),
            ("shown", "mean", self.shown),
            *(("compactness", name, value) for name, value in asdict(self.compactness).items()),
            *(("compactness_said", name, value) for name, value in asdict(self.compactness_said).items()),
            *(("deletion", name, value) for name, value in asdict(self.deletion).items()),
            *(("deletion_said", name, value) for name, value in asdict(self.deletion_said).items()),
        ]
        for one in self.stability:
            rows += [
                ("stability", f"{name}, {one.days:+d} days", value)
                for name, value in asdict(one).items()
                if name != "days"
            ]
        return pd.DataFrame(rows, columns=["measure", "of", "value"])

    def __repr__(self) -> str:
        """Say what matters first."""
        share = "cannot tell" if self.deletion.as_much is None else f"{self.deletion.as_much:.0%}"
        return (
            f"ReasonQuality({self.reports} reports: {self.compactness_said.mean:.0%} of what they say explained by {self.shown:.1f} reasons; "
            f"deletion {share}; read .frame(), .verdicts())"
        )
