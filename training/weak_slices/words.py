"""Here we keep the Swedish and English words for what a search for weak slices found, and for what it cannot show."""

from __future__ import annotations

from collections.abc import Sequence

from triage.words import Text

SMALLEST_P = 0.001
"""An adjusted p below this is shown as below this."""

CALIBRATION = Text(
    "{where} \N{EN DASH} uppskattningen är i medeltal för {way}, {estimated} % mot {observed} % i utfallet "
    "(skillnaden är {low} till {high} procentenheter; {certainty}).",
    "{where} \N{EN DASH} the mean estimate is too {way}, {estimated} % against {observed} % observed "
    "(the difference is {low} to {high} percentage points; {certainty}).",
)
ORDER = Text(
    "{where} \N{EN DASH} modellen ordnar anmälningarna sämre än uppskattningarna lovar, AUC {observed} mot {estimated} "
    "(skillnaden är {low} till {high}; {certainty}).",
    "{where} \N{EN DASH} the model orders the reports less well than the estimates promise, AUC {observed} against {estimated} "
    "(the difference is {low} to {high}; {certainty}).",
)
CERTAINTY = Text(
    "samtidigt 95 % intervall, {n} anmälningar i {households} hushåll, justerat p {p}",
    "simultaneous 95 % interval, {n} reports in {households} households, adjusted p {p}",
)
NOT_CONFIRMED = Text("Inte bekräftat: {says}", "Not confirmed: {says}")
LOW, HIGH = Text("låg", "low"), Text("hög", "high")
_AND = Text(" och ", " and ")
BELOW = Text("mindre än {high}", "less than {high}")
BETWEEN = Text("{low} till under {high}", "{low} to below {high}")
FROM = Text("minst {low}", "at least {low}")

CANNOT_TELL = Text(
    "Det går inte att säga om modellen är svagare för vissa anmälningar: de testade anmälningarna är för få att söka bland.",
    "It cannot be told whether the model is weaker for some reports: too few reports were tested to search among.",
)
NONE = Text(
    "Ingen svaghet bekräftades bland {looked_at} jämförelser. Det visar inte att ingen finns.",
    "No weakness was confirmed among {looked_at} comparisons. That does not show that there is none.",
)
SOME = Text(
    "Bekräftade svagheter: {found}, bland {looked_at} jämförelser och sedan det som är fel i helheten räknats bort. "
    "Det visar inte att inga fler finns.",
    "Weaknesses confirmed: {found}, among {looked_at} comparisons and after taking out what is wrong in the whole. "
    "That does not show that there are no more.",
)


def both(texts: Sequence[Text]) -> Text:
    """Say that all of it holds."""
    return Text(_AND.sv.join(text.sv for text in texts), _AND.en.join(text.en for text in texts))


def labelled(label: Text, says: Text) -> Text:
    """Put what a column is called before what it says."""
    return Text(f"{label.sv}: {says.sv}", f"{label.en}: {says.en}")


def fill(template: Text, **parts: Text) -> Text:
    """Put parts into a template, each in its language."""
    sv = template.sv.format(**{name: part.sv for name, part in parts.items()})
    return Text(sv, template.en.format(**{name: part.en for name, part in parts.items()}))


def whole(value: int) -> Text:
    """Write a count."""
    return Text(str(value), str(value))


def number(value: float, digits: int) -> Text:
    """Write a number, with a decimal comma in Swedish and a true minus.

    >>> number(-0.1234, 2).to_dict()
    {'sv': '−0,12', 'en': '−0.12'}
    """
    text = f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return Text(text.replace(".", ","), text)


def plain(value: float) -> Text:
    """Write a number with as many decimals as it has.

    >>> plain(1058.0).en, plain(0.25).sv
    ('1058', '0,25')
    """
    return Text(f"{value:g}".replace(".", ","), f"{value:g}")


def p(value: float) -> Text:
    """Write an adjusted p."""
    below = value < SMALLEST_P
    shown = number(max(value, SMALLEST_P), 3)
    return fill(Text("under {shown}", "below {shown}"), shown=shown) if below else shown
