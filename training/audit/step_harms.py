"""Here we say what a gap at one step of the chain, or in one way of choosing, would mean: which harm, to whom, from which size on."""

from __future__ import annotations

from types import MappingProxyType

from triage.audit import Harm
from triage.audit.harms import GROUP, HARMS
from triage.words import Text

_LATER, _MORE = HARMS["selection_rate"].lower, HARMS["selection_rate"].higher

STEP_HARMS = MappingProxyType(
    {
        "prioritised": Harm(0.05, _LATER, _MORE, GROUP, GROUP),
        "opened": Harm(
            0.05,
            Text(
                "Utredning inleds mer sällan. Är behoven lika stora blir fler av gruppens barn utan hjälp.",
                "Investigations are opened less often. If needs are the same, more of the group's children go without help.",
            ),
            Text(
                "Utredning inleds oftare. Är behoven lika stora utreds fler av dessa familjer i onödan.",
                "Investigations are opened more often. If needs are the same, more of these families are investigated needlessly.",
            ),
            GROUP,
            GROUP,
        ),
        "confirmed": Harm(
            0.1,
            Text(
                "Färre utredningar finner behov: gruppen kan utredas på svagare grund, eller så ses behoven inte.",
                "Fewer investigations find a need: the group may be investigated on weaker grounds, or its needs are not seen.",
            ),
            Text(
                "Fler utredningar finner behov: barn i gruppen kan utredas för sent eller för sällan.",
                "More investigations find a need: children of the group may be investigated too late or too seldom.",
            ),
            GROUP,
            GROUP,
        ),
        "offered": Harm(
            0.1,
            Text(
                "Färre utredningar leder till att insats erbjuds: barn i gruppen kan bli utan hjälp.",
                "Fewer investigations lead to an offer of support: children of the group may go without help.",
            ),
            Text(
                "Fler utredningar leder till att insats erbjuds: gruppen kan utredas för sällan, eller få insatser på svagare grund.",
                "More investigations lead to an offer of support: the group may be investigated too seldom, or be offered support "
                "on weaker grounds.",
            ),
            GROUP,
            GROUP,
        ),
        "accepted": Harm(
            0.1,
            Text(
                "Färre tar emot insatsen: den kan vara sämre anpassad till gruppen, och barnen blir utan hjälp.",
                "Fewer accept the support: it may suit the group less well, and the children go without help.",
            ),
            Text(
                "Fler tar emot insatsen: i jämförelsegruppen blir fler barn utan hjälp som har erbjudits.",
                "More accept the support: in the reference group more children go without help that was offered.",
            ),
            GROUP,
            "reference",
        ),
    }
)
"""By the code of the step."""
