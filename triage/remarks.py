"""Here we word what every answer says of itself, and why a model gave no score."""

from __future__ import annotations

from triage.law import LawInForce
from triage.words import CodedText, Text

NOT_CAUSES = CodedText(
    "reasons_are_not_causes",
    Text(
        "Skälen visar vad som påverkade modellens uppskattning. De är varken orsaker eller bevis.",
        "The reasons show what moved the model's estimate. They are neither causes nor evidence.",
    ),
)
INTERVAL = CodedText(
    "what_the_interval_is",
    Text(
        "Intervallet visar hur mycket en enda anmälan till, bland dem som modellen är kalibrerad på, skulle kunna flytta "
        "uppskattningen. Det visar inte hur träffsäker den är för ett enskilt barn.",
        "The interval shows how much a single report more, among those the model is calibrated on, could move the "
        "estimate. It does not show how accurate it is for a single child.",
    ),
)
NOTHING_KNOWN = CodedText(
    "nothing_known",
    Text(
        "Inget är känt om barnet sedan tidigare. Det betyder inte att inget har hänt.",
        "Nothing is known about the child from before. That does not mean that nothing has happened.",
    ),
)
EVALUATION = CodedText(
    "evaluation_only",
    Text(
        "Uppskattningen kommer från en modell som ingen etisk nämnd har godkänt. Den är endast för utvärdering.",
        "The estimate comes from a model that no ethics board has approved. It is for evaluation only.",
    ),
)

WHY = {
    "no_bundle": Text("Ingen modell används.", "No model is used."),
    "bundle_broken": Text(
        "Modellens filer är skadade eller ändrade; modellen används inte.",
        "The model's files are damaged or altered; the model is not used.",
    ),
    "bundle_refused": Text("Modellen får inte användas.", "The model may not be used."),
    "features_differ": Text(
        "Modellen hör till en annan version av biblioteket; den används inte.",
        "The model belongs to another version of the library; it is not used.",
    ),
    "not_approved": Text(
        "Ingen etisk nämnd har godkänt modellen; den används inte.",
        "No ethics board has approved the model; it is not used.",
    ),
    "unit_not_trained": Text(
        "Modellen är inte tränad på den här enhetens anmälningar.",
        "The model was not trained on this unit's reports.",
    ),
    "unit_not_approved": Text(
        "Modellen är inte godkänd för den här enheten.",
        "The model is not approved for this unit.",
    ),
    "approval_expired": Text("Modellens godkännande har gått ut.", "The model's approval has expired."),
    "clock_behind": Text(
        "Modellens godkännande är daterat senare än i dag; någon klocka går fel. Modellen används inte.",
        "The model's approval is dated later than today; one of the clocks is wrong. The model is not used.",
    ),
    "not_signed": Text(
        "Nämndens underskrift saknas eller stämmer inte; modellen används inte.",
        "The board's signature is missing or does not fit; the model is not used.",
    ),
    "revoked": Text(
        "Den etiska nämnden har återkallat sitt godkännande; modellen används inte.",
        "The ethics board has taken its approval back; the model is not used.",
    ),
    "stopped": Text(
        "Alla modeller är stoppade tills den etiska nämnden beslutar på nytt.",
        "Every model is stopped until the ethics board decides again.",
    ),
    "log_doubtful": Text(
        "Loggen över nämndens beslut håller inte ihop; modellen används inte.",
        "The log of the board's decisions does not hold together; the model is not used.",
    ),
    "scoring_failed": Text(
        "Modellen kunde inte räkna på anmälan.",
        "The model could not compute on this report.",
    ),
    "report_incomplete": Text(
        "Delar av anmälan gick inte att läsa; modellen avstår.",
        "Parts of the report could not be read; the model abstains.",
    ),
    "history_incomplete": Text(
        "Delar av barnets historik gick inte att läsa; modellen avstår.",
        "Parts of the child's history could not be read; the model abstains.",
    ),
    "no_concern": Text(
        "Anmälan anger ingen oro att räkna på; modellen avstår.",
        "The report states no concern to compute on; the model abstains.",
    ),
    "outside_training": Text(
        "Anmälan ligger utanför det som modellen är tränad på; modellen avstår.",
        "The report lies outside what the model was trained on; the model abstains.",
    ),
    "interval_too_wide": Text(
        "Modellen har för få liknande anmälningar att räkna på: intervallet är för brett. Modellen avstår.",
        "The model has too few similar reports to compute on: the interval is too wide. The model abstains.",
    ),
    "set_aside": Text(
        "Uppgifterna om anmälan gick inte att läsa helt. En person läser den i källsystemet.",
        "The data of the report could not be read in full. A person reads it in the source system.",
    ),
}
"""Why there is no score, by code."""


def why(code: str) -> CodedText:
    """Give the words for why there is no score."""
    return CodedText(code, WHY[code])


def person_decides(law: LawInForce) -> CodedText:
    """Say that a person decides, and on what ground."""
    provision = law.provision("person_decides")
    title, ground = provision.title, provision.citation.reference
    qualified = law.provisions.get("qualified_assessor")
    if qualified is not None:
        ground = f"{ground}; {qualified.citation.reference}"
    return CodedText("person_decides", Text(f"{title.sv} ({ground}).", f"{title.en} ({ground})."))
