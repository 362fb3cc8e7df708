"""Here we say of whom the figures that need outcomes speak."""

from __future__ import annotations

from triage.audit.inputs import Inputs, Outcomes, SampleKind
from triage.words import CodedText, Text

EVERYONE = CodedText(
    "everyone",
    Text(
        "Siffror som bygger på utfall gäller alla anmälningar med känt utfall. Den som lämnade underlaget har sagt att "
        "saknade utfall inte beror på utfallet.",
        "Figures that need outcomes speak of all reports with a known outcome. Whoever gave the data said that missing "
        "outcomes have nothing to do with the outcome.",
    ),
)
CHOSEN = CodedText(
    "chosen",
    Text(
        "Utfall finns bara för dem som någon valde att utreda. Vem som missades går inte att säga.",
        "Outcomes exist only for those whom somebody chose to investigate. Who was missed cannot be told.",
    ),
)
RANDOM = CodedText(
    "random",
    Text(
        "Siffror som bygger på utfall är skattade ur ett slumpurval och gäller alla anmälningar.",
        "Figures that need outcomes are estimated from a random sample and speak of all reports.",
    ),
)
ALWAYS_INVESTIGATED = CodedText(
    "always_investigated",
    Text(
        "Siffror som bygger på utfall gäller bara sådana anmälningar som lagen alltid låter utreda. Om de andra säger de inget.",
        "Figures that need outcomes speak only of reports that the law always has investigated. Of the others they say nothing.",
    ),
)


def scope(inputs: Inputs) -> CodedText:
    """Say of whom the figures that need outcomes speak.

    >>> scope(Inputs.of([1, None], {}, flagged=[1, 0])).code
    'chosen'
    """
    if inputs.outcomes is Outcomes.EVERYONE:
        return EVERYONE
    if inputs.sample is None:
        return CHOSEN
    return RANDOM if inputs.sample.kind is SampleKind.RANDOM else ALWAYS_INVESTIGATED
