"""Here we say what a gap would mean: which harm, to whom, and how large it must be to matter."""

from __future__ import annotations

from dataclasses import dataclass

from triage.words import Text


@dataclass(frozen=True)
class Harm:
    """What a gap in one figure does.

    Attributes
    ----------
    size : float
        Difference from which on a gap would be a concern, in the unit of the figure.
    lower, higher : Text
        The harm when the group's figure lies below, or above, that of the reference.
    harmed_when_lower, harmed_when_higher : {"group", "reference"}
        Who bears it.
    """

    size: float
    lower: Text
    higher: Text
    harmed_when_lower: str
    harmed_when_higher: str


GROUP, REFERENCE = "group", "reference"

HARMS = {
    "selection_rate": Harm(
        0.05,
        Text(
            "Färre i gruppen väljs ut. Är behoven lika stora läses dessa barns anmälningar senare.",
            "Fewer of the group are selected. If needs are the same, these children's reports are read later.",
        ),
        Text(
            "Fler i gruppen väljs ut. Är behoven lika stora granskas fler av dessa familjer i onödan.",
            "More of the group are selected. If needs are the same, more of these families are examined needlessly.",
        ),
        GROUP,
        GROUP,
    ),
    "prevalence": Harm(
        0.1,
        Text(
            "Utfallet är ovanligare bland gruppens anmälningar: de kan anmälas på svagare grund, eller så registreras "
            "utfallet mer sällan.",
            "The outcome is rarer among the group's reports: they may be reported on weaker grounds, or the outcome is "
            "recorded less often.",
        ),
        Text(
            "Utfallet är vanligare bland gruppens anmälningar: barn i gruppen kan anmälas för sent eller inte alls.",
            "The outcome is more common among the group's reports: children of the group may be reported late or not at all.",
        ),
        GROUP,
        GROUP,
    ),
    "true_positive_rate": Harm(
        0.1,
        Text(
            "Barn i gruppen som har utfallet missas oftare.",
            "Children of the group who have the outcome are missed more often.",
        ),
        Text(
            "Barn i referensgruppen som har utfallet missas oftare.",
            "Children of the reference group who have the outcome are missed more often.",
        ),
        GROUP,
        REFERENCE,
    ),
    "false_positive_rate": Harm(
        0.05,
        Text(
            "Familjer i referensgruppen väljs oftare ut i onödan.",
            "Families of the reference group are selected needlessly more often.",
        ),
        Text(
            "Familjer i gruppen väljs oftare ut i onödan.",
            "Families of the group are selected needlessly more often.",
        ),
        REFERENCE,
        GROUP,
    ),
    "precision": Harm(
        0.1,
        Text(
            "De utvalda i gruppen har mer sällan utfallet: fler familjer granskas i onödan, eller så registreras utfallet "
            "mer sällan.",
            "The selected of the group have the outcome less often: more families are examined needlessly, or the outcome "
            "is recorded less often.",
        ),
        Text(
            "De utvalda i gruppen har oftare utfallet: det kan krävas mer för att väljas ut, och barn med behov kan gå miste.",
            "The selected of the group have the outcome more often: it may take more to be selected, and children in need "
            "may be passed over.",
        ),
        GROUP,
        GROUP,
    ),
    "calibration_difference": Harm(
        0.05,
        Text(
            "Poängen överskattar gruppens utfall jämfört med referensgruppen, eller så registreras utfallet mer sällan.",
            "The score overstates the group's outcomes compared with the reference, or the outcome is recorded less often.",
        ),
        Text(
            "Poängen underskattar gruppens utfall jämfört med referensgruppen: dessa barns anmälningar läses senare.",
            "The score understates the group's outcomes compared with the reference: these children's reports are read later.",
        ),
        GROUP,
        GROUP,
    ),
    "mean_delay": Harm(
        1.0,
        Text("Referensgruppens barn väntar längre.", "Children of the reference group wait longer."),
        Text("Gruppens barn väntar längre.", "Children of the group wait longer."),
        REFERENCE,
        GROUP,
    ),
    "abstention_rate": Harm(
        0.05,
        Text(
            "Modellen avstår oftare för referensgruppen: fler av dess anmälningar måste läsas utan skattning.",
            "The model abstains more often on the reference group: more of its reports must be read without an estimate.",
        ),
        Text(
            "Modellen avstår oftare för gruppen: fler av dess anmälningar måste läsas utan skattning.",
            "The model abstains more often on the group: more of its reports must be read without an estimate.",
        ),
        REFERENCE,
        GROUP,
    ),
    "reasons_shown": Harm(
        0.5,
        Text(
            "Gruppens skattningar visas med färre skäl och är svårare att ifrågasätta.",
            "The group's estimates are shown with fewer reasons and are harder to question.",
        ),
        Text(
            "Referensgruppens skattningar visas med färre skäl och är svårare att ifrågasätta.",
            "The reference group's estimates are shown with fewer reasons and are harder to question.",
        ),
        GROUP,
        REFERENCE,
    ),
}
"""By figure; figures that say the same thing another way have none."""
