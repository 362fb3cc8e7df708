"""Here we word a point score as a card that is read aloud and added up by hand, in Swedish and English."""

from __future__ import annotations

from collections.abc import Mapping

from training.beside.point_score import Condition, PointScore
from triage.words import Text

HEADING = Text("Lägg ihop poängen för det som stämmer", "Add up the points of what holds")
NOTHING = Text(
    "Inget villkor säger tillräckligt om utfallet; kortet ger alla anmälningar 0 poäng.",
    "No condition says enough about the outcome; the card gives every report 0 points.",
)
UNKNOWN = Text(
    "Det som är okänt ger inga poäng. Få poäng betyder inte att barnet har det bra.",
    "What is unknown gives no points. Few points do not mean that the child is well.",
)


def card(score: PointScore, labels: Mapping[str, Text]) -> Text:
    """Word the card, one line per condition.

    Parameters
    ----------
    score : PointScore
    labels : mapping of str to Text
        What a caseworker calls each feature.
    """
    lines = [_line(condition, points, labels) for condition, points in zip(score.conditions, score.points, strict=True)]
    whole = [HEADING, *lines, UNKNOWN] if lines else [NOTHING]
    return Text("\n".join(line.sv for line in whole), "\n".join(line.en for line in whole))


def _line(condition: Condition, points: int, labels: Mapping[str, Text]) -> Text:
    """Word one condition with its points."""
    label, limit = labels[condition.feature], f"{condition.limit:g}"
    if condition.flag:
        says = label if condition.at_least else Text(f"ej {label.sv}", f"not: {label.en}")
    else:
        way = Text("minst", "at least") if condition.at_least else Text("under", "below")
        says = Text(f"{label.sv}: {way.sv} {limit}", f"{label.en}: {way.en} {limit}")
    return Text(f"{points} p  {says.sv}", f"{points} p  {says.en}")
