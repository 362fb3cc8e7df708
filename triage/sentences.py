"""Here we say what a reason rests on as one sentence, as a caseworker would say it.

What begins alike is said once: "in the last three years two investigations were opened and one led to support". Earlier
reports are said over their windows together: "three in the last three years, at least one of them in the last year".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isclose

from features.groups import Group
from features.registry import Feature
from features.sources import HORIZON
from features.spelled import ago, count
from features.themes import Theme
from triage.words import Text

Said = Sequence[tuple[Feature, float]]
"""Features with their values: those of one group that say something about the report."""

_MANY = 3
"""From so many clauses on, semicolons keep them apart."""
_AND, _OR = {"sv": "och", "en": "and"}, {"sv": "eller", "en": "or"}
_WINDOWS = {
    "reports_90": Text("de senaste 90 dagarna", "in the last 90 days"),
    "reports_365": Text("det senaste året", "in the last year"),
    "reports_1095": Text("de senaste tre åren", "in the last three years"),
}
"""Windows of earlier reports, from the narrowest: how each is said."""
_THEMES = {f"earlier_{theme.value}_1095": theme for theme in Theme}
"""What earlier reports concerned."""
_THEN = Text("då gällde det bland annat", "among other things it then concerned")
_SOME = Text("minst en tidigare anmälan gällde", "at least one earlier report concerned")
_ONE = Text("minst en", "at least one")
_NONE_OF_IT = 1e-9
"""Shares of three years that differ by less are of one moment."""
_ANOTHER_ONE = Text(
    "den kom från ett annat slags anmälare än den här", "it came from another kind of reporter than this one"
)
_ANOTHER_KIND = Text(
    "minst en kom från ett annat slags anmälare än den här",
    "at least one came from another kind of reporter than this one",
)


def sentence(said: Said) -> Text:
    """Say the values of one group's features as one sentence.

    Parameters
    ----------
    said : sequence of (Feature, float)
        At least one, in the order of the registry.
    """
    return Text(*(_sentence(said, language) for language in ("sv", "en")))


def _sentence(said: Said, language: str) -> str:
    """Say it in one language."""
    earlier = said[0][0].group is Group.EARLIER_REPORTS
    clauses = list(_earlier(said, language) if earlier else _clauses(said, language))
    few = len(clauses) < _MANY and not any("," in clause for clause in clauses)
    whole = f", {_AND[language]} ".join(clauses) if few else "; ".join(clauses)
    return f"{whole[0].upper()}{whole[1:]}."


def listed(items: Sequence[str], joint: str) -> str:
    """List items: one, two ``joint`` three.

    >>> listed(["våld"], "och"), listed(["a", "b", "c"], "och")
    ('våld', 'a, b och c')
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {joint} {items[-1]}"


def _clauses(said: Said, language: str) -> Iterable[str]:
    """Say what begins alike in one clause."""
    alike: dict[str, list[str]] = {}
    for feature, value in said:
        head, body = feature.words.parts(value, language)
        alike.setdefault(head or body, []).append(body if head else "")
    for head, bodies in alike.items():
        yield f"{head} {listed(bodies, _AND[language])}".rstrip()


def _earlier(said: Said, language: str) -> Iterable[str]:
    """Say how many earlier reports came, how lately, whether any came from another kind of reporter, and what they concerned."""
    values = {feature.name: value for feature, value in said}
    total = round(values.get("reports_before", 0))
    if not total:
        yield from _clauses(said, language)
        return
    if total == 1 and "reports_1095" in values:
        yield _one(round((1 - values["reports_1095"]) * HORIZON), language)
    else:
        yield _counted(total, [name for name in _WINDOWS if name in values], language)
    if "other_reporters_1095" in values:
        yield (_ANOTHER_ONE if total == 1 else _ANOTHER_KIND).say(language)
    yield from _concerned(values, total, language)


def _concerned(values: Mapping[str, float], total: int, language: str) -> Iterable[str]:
    """Say what earlier reports concerned: of the only one what came when it did, else that some report did.

    What this report continues is not counted as a report, and still counts for what it told of and this one does not.
    """
    when = values.get("reports_1095") if total == 1 else None
    told = {theme.label(language): values[name] for name, theme in _THEMES.items() if name in values}
    then = [theme for theme, value in told.items() if when is not None and isclose(value, when, abs_tol=_NONE_OF_IT)]
    some = [theme for theme in told if theme not in then]
    if then:
        yield f"{_THEN.say(language)} {listed(then, _AND[language])}"
    if some:
        heads = [_SOME.say(language), *[_ONE.say(language)] * (len(some) - 1)]
        yield listed([f"{head} {theme}" for head, theme in zip(heads, some, strict=True)], _AND[language])


def _one(days: int, language: str) -> str:
    """Say when the only earlier report came."""
    when = {0: ("det senaste dygnet", "within the last 24 hours"), 1: ("för en dag sedan", "one day ago")}
    said = when.get(days, (f"för {ago(days, 'sv')} sedan", f"{ago(days, 'en')} ago"))
    return f"en tidigare anmälan kom {said[0]}" if language == "sv" else f"one earlier report came {said[1]}"


def _counted(total: int, reached: Sequence[str], language: str) -> str:
    """Say how many earlier reports came, and in which window the latest of them did."""
    when, lately = _WINDOWS["reports_1095"].say(language), _WINDOWS[reached[0]].say(language) if reached else ""
    if language == "sv":
        noun = "tidigare anmälan" if total == 1 else "tidigare anmälningar"
        whole, newest = f"{count(total, 'sv')} {noun} kom {when}", f", varav minst en {lately}"
    else:
        noun = "earlier report" if total == 1 else "earlier reports"
        whole, newest = f"{count(total, 'en')} {noun} came {when}", f", at least one of them {lately}"
    return whole + newest if total > 1 and lately not in {"", when} else whole


_CONCERN = Text("anmälan inte gällde {items}", "the report did not concern {items}")
UNLESS: Mapping[Group, Text] = {
    Group.NEGLECT: _CONCERN,
    Group.PARENT_SUBSTANCE: _CONCERN,
    Group.PARENT_HEALTH: _CONCERN,
    Group.CUSTODY: _CONCERN,
    Group.VIOLENCE: _CONCERN,
    Group.NORM_BREAKING: _CONCERN,
    Group.CHILD_SUBSTANCE: _CONCERN,
    Group.CHILD_HEALTH: _CONCERN,
    Group.SCHOOL: _CONCERN,
    Group.WHAT_IS_SAID: Text("anmälan inte angav någon oro", "the report stated no concern"),
    Group.EXPOSURE: Text(
        "barnet inte uppgavs ha utsatts för eller bevittnat det som anmälan gäller",
        "the child was not said to have been subjected to, or to have witnessed, what is reported",
    ),
    Group.ACUTE: Text("alla akuta frågor var besvarade med nej", "every acute question was answered with no"),
    Group.ABROAD: Text(
        "frågan om barnet kan komma att föras utomlands var besvarad med nej",
        "the question whether the child may be taken abroad was answered with no",
    ),
    Group.REPORTER: Text("anmälan inte kom från {items}", "the report did not come from {items}"),
    Group.AGE: Text("barnets födelsemånad var okänd", "the child's month of birth was unknown"),
    Group.EARLIER_REPORTS: Text(
        "ingen tidigare anmälan hade kommit de senaste tre åren", "no earlier report had come in the last three years"
    ),
    Group.ASSESSMENTS: Text(
        "ingen förhandsbedömning hade avslutats utan utredning de senaste tre åren",
        "no preliminary assessment of the last three years had ended without investigation",
    ),
    Group.INVESTIGATIONS: Text(
        "ingen utredning hade inletts eller avslutats de senaste tre åren",
        "no investigation had been opened or closed in the last three years",
    ),
    Group.SCHOOL_CONTACTS: Text(
        "ingen kontakt hade tagits med skola eller förskola i någon utredning de senaste tre åren",
        "no contact had been made with school or preschool in any investigation in the last three years",
    ),
    Group.HEALTH_CONTACTS: Text(
        "ingen kontakt hade tagits med vården i någon utredning de senaste tre åren",
        "no contact had been made with health care in any investigation in the last three years",
    ),
    Group.POLICE_CONTACTS: Text(
        "ingen kontakt hade tagits med polisen i någon utredning de senaste tre åren",
        "no contact had been made with the police in any investigation in the last three years",
    ),
    Group.SUPPORT: Text(
        "ingen insats hade erbjudits, accepterats, avböjts eller påbörjats de senaste tre åren",
        "no support had been offered, accepted, declined or started in the last three years",
    ),
    Group.PLACEMENTS: Text(
        "ingen placering hade påbörjats och inget beslut enligt LVU hade fattats de senaste tre åren",
        "no placement had begun and no care order had been made in the last three years",
    ),
    Group.PROTECTION: Text(
        "ingen skyddsbedömning de senaste tre åren hade funnit att barnet behövde skydd",
        "no protection assessment of the last three years had found a need",
    ),
    Group.SDQ: Text(
        "ingen SDQ-skattning hade gjorts de senaste tre åren", "no SDQ had been completed in the last three years"
    ),
    Group.WELLBEING: Text(
        "barnet inte hade fyllt i ORS eller CORS de senaste tre åren",
        "the child had completed no ORS or CORS in the last three years",
    ),
}
"""What would have to be different for a group not to be a reason, after "it would be no reason if"."""

UNKNOWN: Mapping[tuple[str, ...], Text] = {
    ("acute_facts",): Text(
        "Modellen vet inte om något är akut: ingen av de akuta frågorna är besvarad.",
        "The model does not know whether anything is acute: none of the acute questions is answered.",
    ),
    ("may_be_taken_abroad",): Text(
        "Modellen vet inte om barnet kan komma att föras utomlands.",
        "The model does not know whether the child may be taken abroad.",
    ),
    ("age_months", "observable_months"): Text(
        "Modellen vet inte hur gammalt barnet är.", "The model does not know how old the child is."
    ),
    ("sdq_parent", "sdq_teacher", "sdq_child", "sdq_days"): Text(
        "Modellen vet inte vad SDQ visar: ingen skattning är känd de senaste tre åren.",
        "The model does not know what SDQ shows: none is known in the last three years.",
    ),
    ("wellbeing",): Text(
        "Modellen vet inte vad ORS eller CORS visar: ingen skattning av barnet är känd de senaste tre åren.",
        "The model does not know what ORS or CORS shows: none by the child is known in the last three years.",
    ),
}
"""What the model was not told when these features are absent, all of them.

The time since something that has not happened is no such thing: the history is known to have none.
"""


def unless(said: Said) -> Text:
    """Say what would have to be different for these values not to be a reason."""
    text = UNLESS[said[0][0].group]
    items = {language: _items(said, text, language) for language in _OR}
    return Text(
        f"Skulle inte vara ett skäl om {text.sv.format(items=items['sv'])}.",
        f"Would be no reason if {text.en.format(items=items['en'])}.",
    )


def _items(said: Said, text: Text, language: str) -> str:
    """Name the features, where a text asks for them."""
    if "{items}" not in text.say(language):
        return ""
    return listed([feature.words.parts(value, language)[1] for feature, value in said], _OR[language])
