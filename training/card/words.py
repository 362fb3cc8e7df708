"""Here we word what every card says: what the tool never does, its limits, how it was tested."""

from __future__ import annotations

from triage.words import Text

METHOD = Text(
    "Modellen tränades på äldre anmälningar och provades på senare; mellan dem ligger en lucka lika lång som tiden "
    "fram till utfallet, och inget hushåll finns på båda sidor.",
    "The model was trained on older reports and tested on later ones; between them lies a gap as long as the time to "
    "the outcome, and no household is on both sides.",
)
INTERVAL = Text(
    "Intervallen är 95-procentiga, från 400 återdragningar av hela hushåll.",
    "The intervals are 95 %, from 400 resamples of whole households.",
)
FAIRNESS = Text(
    "Ingen granskning av hur felen fördelas mellan grupper av barn har gjorts. Ingen vet vem modellen träffar sämst för.",
    "No audit of how errors fall on groups of children has been made. Nobody knows for whom the model does worst.",
)
NOT_APPROVED = Text(
    "Ingen etisk nämnd har godkänt modellen. Den får bara användas för utvärdering.",
    "No ethics board has approved the model. It may be used for evaluation only.",
)

LIMITS = (
    Text(
        "Utfallet avgörs av samma organisation som ser uppskattningen: modellen kan bekräfta sig själv.",
        "The outcome is decided by the same organisation that sees the estimate: the model can confirm itself.",
    ),
    Text(
        "Siffrorna gäller anmälningar som utreddes. För anmälningar som inte utreddes är utfallet okänt.",
        "The figures hold for reports that were investigated. For reports that were not, the outcome is unknown.",
    ),
    Text(
        "Historik från före juli 2025 saknas ofta, eftersom anmälningar som inte ledde till utredning inte var sökbara.",
        "History from before July 2025 is often missing, because reports that were not investigated could not be searched.",
    ),
    Text(
        "Att inget är känt om ett barn betyder inte att inget har hänt.",
        "That nothing is known about a child does not mean that nothing has happened.",
    ),
    Text(
        "Skälen visar vad som påverkade uppskattningen. De är varken orsaker eller bevis.",
        "The reasons show what moved the estimate. They are neither causes nor evidence.",
    ),
)

NEVER = (
    Text(
        "beslutar om en utredning ska inledas; en person beslutar",
        "decides whether an investigation is opened; a person decides",
    ),
    Text(
        "sänker en skyldighet, en tidsgräns eller en persons egen bedömning",
        "takes down a duty, a deadline or a person's own rating",
    ),
    Text(
        "läser fritext, namn, personnummer, födelseland, inkomst, språk eller område",
        "reads free text, names, personal identity numbers, country of birth, income, language or area",
    ),
    Text("skickar uppgifter över nätet", "sends data over a network"),
    Text("ger en uppskattning för ett barn som ingen har anmält oro för", "scores a child that nobody has reported"),
)
