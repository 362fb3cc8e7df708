"""Here we word what to ask, when an answer could change a finding or the score."""

from __future__ import annotations

from features.schema import FACTS
from triage.words import CodedText, Text


def about_fact(name: str) -> CodedText:
    """Ask for one of the yes/no facts of the data contract."""
    sv, en = FACTS[name]
    return CodedText(f"fact.{name}", Text(f"Okänt: {sv}. Fråga.", f"Unknown: {en}. Ask."))


WHO_ACTED = CodedText(
    "who_acted",
    Text(
        "Vem sägs ha utövat våldet: en närstående, en annan känd person eller en obekant?",
        "Who is said to have used the violence: a close person, another known person or a stranger?",
    ),
)
AGAINST_WHOM = CodedText(
    "against_whom",
    Text(
        "Mot vem riktades våldet: mot en närstående till barnet?",
        "Against whom was the violence directed: a person close to the child?",
    ),
)
SAW_OR_HEARD = CodedText(
    "saw_or_heard",
    Text("Har barnet sett eller hört våldet?", "Has the child seen or heard the violence?"),
)
WHAT_CONCERN = CodedText(
    "what_concern",
    Text("Vad gäller oron? Anmälan anger det inte.", "What is the concern about? The report does not say."),
)
HOW_OLD = CodedText(
    "how_old",
    Text(
        "Hur gammalt är barnet? Födelsemånaden är okänd eller på gränsen.",
        "How old is the child? The month of birth is unknown or on the limit.",
    ),
)
WHO_APPLIES = CodedText(
    "who_applies",
    Text(
        "Får den som ansöker göra det för barnet: är det vårdnadshavaren eller barnet självt?",
        "May the applicant apply for the child: is it the guardian or the child?",
    ),
)
IS_IT_ONGOING = CodedText(
    "is_it_ongoing",
    Text(
        "Pågår en utredning om barnet? Delar av historiken gick inte att läsa.",
        "Is an investigation about the child ongoing? Parts of the history could not be read.",
    ),
)
UNREADABLE = CodedText(
    "unreadable",
    Text(
        "Läs anmälan i källsystemet: delar av uppgifterna gick inte att läsa.",
        "Read the report in the source system: parts of the data could not be read.",
    ),
)
UNDER_DUTY = CodedText(
    "under_duty",
    Text(
        "Har anmälaren anmälningsskyldighet? Det avgör rätten till återkoppling, inget annat.",
        "Is the reporter under a duty to report? It decides the right to feedback and nothing else.",
    ),
)
WANTS_FEEDBACK = CodedText(
    "wants_feedback",
    Text("Vill anmälaren ha återkoppling?", "Does the reporter want feedback?"),
)
PROTECTION_NOT_DOCUMENTED = CodedText(
    "protection_not_documented",
    Text("Skyddsbedömningen är inte dokumenterad.", "The protection assessment is not documented."),
)
REASONS_MISSING = CodedText(
    "reasons_missing", Text("Skälen för beslutet saknas.", "The reasons for the decision are missing.")
)
OFFICER_MISSING = CodedText(
    "officer_missing", Text("Det står inte vem som har beslutat.", "It does not say who decided.")
)
ASSESSOR_NOT_QUALIFIED = CodedText(
    "assessor_not_qualified",
    Text(
        "Det står inte att den som bedömde har den utbildning som lagen kräver.",
        "It does not say that the assessor has the education that the law demands.",
    ),
)
CHILD_HEARD_OR_WHY = CodedText(
    "child_heard_or_why",
    Text(
        "Det står inte om barnet har hörts, eller varför det inte har hörts.",
        "It does not say whether the child was heard, or why it was not.",
    ),
)
