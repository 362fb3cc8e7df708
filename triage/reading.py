"""Here we say what a rule read, in the words of a caseworker: fields and values, Swedish and English.

>>> say("concerns.0", "witnessed_violence/unknown/close_person/stated", "en")
'concern 1: witnessed violence (exposure unknown, by a person close to the child, stated)'
>>> say("injury_now", "no", "sv")
'barnet har en skada nu: nej'
"""

from __future__ import annotations

from features.codes import Code, Concern, ConcernStatus, Exposure, Perpetrator, ReferralType, Reporter, YesNo
from features.schema import FACTS

FIELDS: dict[str, tuple[str, str]] = {
    **FACTS,
    "application": ("en ansökan som ska utredas", "an application that must be investigated"),
    "birth_month": ("födelsemånad", "month of birth"),
    "concerns": ("oro", "concern"),
    "feedback_requested": ("anmälaren har bett om återkoppling", "the reporter asked for feedback"),
    "ongoing_investigation": ("pågående utredning", "ongoing investigation"),
    "referral_type": ("hur uppgiften kom in", "how the matter came in"),
    "reporter": ("anmälare", "reporter"),
}
"""What a rule can read, and how it is said."""

_CODES: dict[str, type[Code]] = {"referral_type": ReferralType, "reporter": Reporter}
_UNKNOWN = {"exposure": ("okänt hur barnet berörs", "exposure unknown"), "by": ("okänt av vem", "unknown by whom")}


def say(field: str, value: str, language: str) -> str:
    """Say a field and the value that was read.

    Parameters
    ----------
    field : str
        As in a finding's ``values_read``.
    value : str
    language : {"sv", "en"}
    """
    return f"{say_field(field, language)}: {say_value(field, value, language)}"


def say_field(field: str, language: str) -> str:
    """Say a field; a concern is counted from 1."""
    name, _, place = field.partition(".")
    words = FIELDS.get(name, (name, name))[language == "en"]
    return f"{words} {int(place) + 1}" if place.isdigit() else words


def say_value(field: str, value: str, language: str) -> str:
    """Say a value; what stands outside every code list is shown as it came."""
    if value == "-":
        return "saknas" if language == "sv" else "missing"
    if field.startswith("concerns"):
        return _concern(value.split("/"), language)
    codes = _CODES.get(field, YesNo)
    return codes(value).label(language) if value in codes.values() else value


def _concern(parts: list[str], language: str) -> str:
    """Say a concern with how the child met it, who acted and how sure the reporter is."""
    concern = Concern(parts[0])
    if len(parts) == 1:
        return concern.label(language)
    exposure, perpetrator, status = Exposure(parts[1]), Perpetrator(parts[2]), ConcernStatus(parts[3])
    which, by = language == "en", "by " if language == "en" else "av "
    said = [
        _UNKNOWN["exposure"][which] if exposure is Exposure.UNKNOWN else exposure.label(language),
        _UNKNOWN["by"][which] if perpetrator is Perpetrator.UNKNOWN else by + perpetrator.label(language),
        status.label(language),
    ]
    return f"{concern.label(language)} ({', '.join(said)})"
