"""Here we say when a figure cannot be estimated, and why: a rate without enough behind it is no 0 and no 1."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from triage.audit.columns import MOST_UNKNOWN
from triage.audit.figures import Figure, Needs
from triage.audit.inputs import Inputs, Outcomes
from triage.audit.tally import Tally
from triage.words import Text

FEWEST_ROWS = 20
"""Reports in the denominator of a rate, at least."""
FEWEST_HOUSEHOLDS = 10
"""Households among them, at least: reports of one family say the same thing several times."""


class Why(StrEnum):
    """Why a figure is not estimable; each has a sentence in `WORDS`."""

    NO_ONE = "no_one"
    CHOSEN_ONLY = "chosen_only"
    ALL_SELECTED = "all_selected"
    NONE_SELECTED = "none_selected"
    OUTCOMES_UNKNOWN = "outcomes_unknown"
    NO_POSITIVES_ANYWHERE = "no_positives_anywhere"
    NO_NEGATIVES_ANYWHERE = "no_negatives_anywhere"
    NO_POSITIVES = "no_positives"
    NO_NEGATIVES = "no_negatives"
    NONE_SELECTED_HERE = "none_selected_here"
    ALL_SELECTED_HERE = "all_selected_here"
    NOTHING_MEASURED = "nothing_measured"
    OUTCOMES_MISSING = "outcomes_missing"
    TOO_FEW = "too_few"
    TOO_FEW_HOUSEHOLDS = "too_few_households"
    REFERENCE = "reference"
    SUPPRESSED = "suppressed"


WORDS = {
    Why.NO_ONE: Text("Ingen anmälan gäller gruppen.", "No report is about this group."),
    Why.CHOSEN_ONLY: Text(
        "Utfall finns bara för dem som någon valde att utreda. Vad de andra behövde vet ingen, så andelen går inte att "
        "räkna ut. Ett slumpurval med vikter, eller de anmälningar som lagen alltid låter utreda, skulle göra det möjligt.",
        "Outcomes exist only for those whom somebody chose to investigate. What the others needed nobody knows, so the "
        "share cannot be computed. A random sample with weights, or the reports that the law always has investigated, "
        "would make it possible.",
    ),
    Why.ALL_SELECTED: Text(
        "Alla är utvalda. Då sorteras ingen, och andelarna säger inget om grupper.",
        "Everyone is selected. Then nobody is sorted, and the shares say nothing about groups.",
    ),
    Why.NONE_SELECTED: Text(
        "Ingen är utvald. Då sorteras ingen, och andelarna säger inget om grupper.",
        "Nobody is selected. Then nobody is sorted, and the shares say nothing about groups.",
    ),
    Why.OUTCOMES_UNKNOWN: Text(
        "Inget utfall är känt i gruppen. Okänt är inte nej.",
        "No outcome is known in the group. Unknown is not no.",
    ),
    Why.NO_POSITIVES_ANYWHERE: Text(
        "Ingen i hela underlaget har utfallet. Då går inget att säga om vem som missas; fråga om utfallet alls registreras.",
        "Nobody in all the data has the outcome. Then nothing can be said of who is missed; ask whether it is recorded.",
    ),
    Why.NO_NEGATIVES_ANYWHERE: Text(
        "Alla med känt utfall har utfallet. Då finns ingen att jämföra med.",
        "Everyone with a known outcome has it. Then there is nobody to compare with.",
    ),
    Why.NO_POSITIVES: Text(
        "Ingen i gruppen har utfallet, så det finns ingen som kunde ha missats.",
        "Nobody in the group has the outcome, so there is nobody who could have been missed.",
    ),
    Why.NO_NEGATIVES: Text(
        "Alla med känt utfall i gruppen har utfallet, så det finns ingen som kunde ha valts ut i onödan.",
        "Everyone with a known outcome in the group has it, so nobody could have been selected needlessly.",
    ),
    Why.NONE_SELECTED_HERE: Text("Ingen i gruppen är utvald.", "Nobody in the group is selected."),
    Why.ALL_SELECTED_HERE: Text("Alla i gruppen är utvalda.", "Everyone in the group is selected."),
    Why.NOTHING_MEASURED: Text("Inget är uppmätt i gruppen.", "Nothing was measured in the group."),
    Why.OUTCOMES_MISSING: Text(
        "För många utfall saknas bland dem som siffran gäller; de som saknas kan skilja sig från de andra.",
        "Too many outcomes are missing among those the figure is about; the missing may differ from the others.",
    ),
    Why.TOO_FEW: Text(
        f"Färre än {FEWEST_ROWS} anmälningar ligger bakom siffran.",
        f"Fewer than {FEWEST_ROWS} reports stand behind the figure.",
    ),
    Why.TOO_FEW_HOUSEHOLDS: Text(
        f"Färre än {FEWEST_HOUSEHOLDS} hushåll ligger bakom siffran.",
        f"Fewer than {FEWEST_HOUSEHOLDS} households stand behind the figure.",
    ),
    Why.REFERENCE: Text(
        "Siffran går inte att räkna ut för referensgruppen, så det finns inget att jämföra med.",
        "The figure cannot be estimated for the reference group, so there is nothing to compare with.",
    ),
    Why.SUPPRESSED: Text(
        "Dold: siffran kunde peka ut någon.",
        "Suppressed: the figure could point someone out.",
    ),
}

EMPTY = {
    "true_positive_rate": Why.NO_POSITIVES,
    "false_negative_rate": Why.NO_POSITIVES,
    "false_positive_rate": Why.NO_NEGATIVES,
    "true_negative_rate": Why.NO_NEGATIVES,
    "precision": Why.NONE_SELECTED_HERE,
    "negative_predictive_value": Why.ALL_SELECTED_HERE,
}
"""Why a denominator is empty, by figure."""


def why_nowhere(figure: Figure, inputs: Inputs, whole: Tally) -> Why | None:
    """Say why a figure cannot be estimated in any group, or None.

    Parameters
    ----------
    figure : Figure
    inputs : Inputs
    whole : Tally
        Everyone, as one group.
    """
    selected = whole.of("flagged")[0]
    if Needs.OUTCOMES in figure.needs and inputs.outcomes is Outcomes.CHOSEN and inputs.sample is None:
        return Why.CHOSEN_ONLY
    if figure.needs & (Needs.SORTING | Needs.SELECTED) and selected == 0:
        return Why.NONE_SELECTED
    if Needs.SORTING in figure.needs and selected == len(inputs):
        return Why.ALL_SELECTED
    return _one_sided(inputs) if figure.needs & (Needs.OUTCOMES | Needs.SELECTED) else None


def _one_sided(inputs: Inputs) -> Why | None:
    """Say that the known outcomes tell nobody apart, or None."""
    known = inputs.outcome[~np.isnan(inputs.outcome)]
    if len(known) and not known.any():
        return Why.NO_POSITIVES_ANYWHERE
    return Why.NO_NEGATIVES_ANYWHERE if len(known) and known.all() else None


@dataclass(frozen=True)
class Behind:
    """What stands behind one figure of one group.

    Attributes
    ----------
    members : float
        Reports of the group.
    known : float
        Outcomes known in the group.
    whole : float
        The denominator.
    rows, households : float
        Reports and households in the denominator.
    asked, answered : float
        Outcomes that should be known for the figure, and that are.
    """

    members: float
    known: float
    whole: float
    rows: float
    households: float
    asked: float
    answered: float


def why_here(figure: Figure, behind: Behind, nowhere: Why | None) -> Why | None:
    """Say why a figure cannot be estimated in one group, or None; ``nowhere`` is why it cannot be in any."""
    if behind.members == 0 or nowhere:
        return nowhere if behind.members else Why.NO_ONE
    if figure.needs & (Needs.OUTCOMES | Needs.SELECTED) and behind.known == 0:
        return Why.OUTCOMES_UNKNOWN
    if behind.whole <= 0:
        return EMPTY.get(figure.code, Why.NOTHING_MEASURED)
    if behind.answered < (1 - MOST_UNKNOWN) * behind.asked:
        return Why.OUTCOMES_MISSING
    if behind.rows < FEWEST_ROWS:
        return Why.TOO_FEW
    return Why.TOO_FEW_HOUSEHOLDS if behind.households < FEWEST_HOUSEHOLDS else None
