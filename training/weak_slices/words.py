"""Here we say in Swedish and English what a search for weak slices found, and what it cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.words import Text

if TYPE_CHECKING:
    from training.weak_slices.slices import Slice, WeakSlices

SMALLEST_P = 0.001
"""An adjusted p below this is shown as below this."""

_CALIBRATION = Text(
    "{where}: uppskattningen är i medeltal för {way}, {estimated} % mot {observed} % i utfallet "
    "(skillnaden är {low} till {high} procentenheter; {certainty}).",
    "{where}: the mean estimate is too {way}, {estimated} % against {observed} % observed "
    "(the difference is {low} to {high} percentage points; {certainty}).",
)
_ORDER = Text(
    "{where}: modellen ordnar anmälningarna sämre än uppskattningarna lovar, AUC {observed} mot {estimated} "
    "(skillnaden är {low} till {high}; {certainty}).",
    "{where}: the model orders the reports less well than the estimates promise, AUC {observed} against {estimated} "
    "(the difference is {low} to {high}; {certainty}).",
)
_CERTAINTY = Text(
    "samtidigt 95 % intervall, {n} anmälningar i {households} hushåll, justerat p {p}",
    "simultaneous 95 % interval, {n} reports in {households} households, adjusted p {p}",
)
_NOT_CONFIRMED = Text("Inte bekräftat: {says}", "Not confirmed: {says}")
_LOW, _HIGH = Text("låg", "low"), Text("hög", "high")
_AND = Text(" och ", " and ")

CANNOT_TELL = Text(
    "Det går inte att säga om modellen är svagare för vissa anmälningar: de testade anmälningarna är för få att söka bland.",
    "It cannot be told whether the model is weaker for some reports: too few reports were tested to search among.",
)
_NONE = Text(
    "Ingen svaghet bekräftades bland {looked_at} jämförelser. Det visar inte att ingen finns.",
    "No weakness was confirmed among {looked_at} comparisons. That does not show that there is none.",
)
_SOME = Text(
    "Bekräftade svagheter: {found}, bland {looked_at} jämförelser och sedan det som är fel i helheten räknats bort. "
    "Det visar inte att inga fler finns.",
    "Weaknesses confirmed: {found}, among {looked_at} comparisons and after taking out what is wrong in the whole. "
    "That does not show that there are no more.",
)


def say(found: Slice) -> Text:
    """Say what one slice shows, and how sure that is."""
    calibration = found.measure == "calibration"
    scale, digits = (100.0, 1) if calibration else (1.0, 3)
    certainty = _fill(_CERTAINTY, n=_whole(found.n), households=_whole(found.households), p=_p(found.adjusted_p))
    says = _fill(
        _CALIBRATION if calibration else _ORDER,
        where=_where(found),
        way=_LOW if found.gap > 0 else _HIGH,
        estimated=_number(found.estimated * scale, digits),
        observed=_number(found.observed * scale, digits),
        low=_number(found.low * scale, digits),
        high=_number(found.high * scale, digits),
        certainty=certainty,
    )
    return says if found.weak else _fill(_NOT_CONFIRMED, says=says)


def say_all(search: WeakSlices) -> Text:
    """Say what the search shows as a whole."""
    if not search.looked_at:
        return CANNOT_TELL
    template = _SOME if search.found else _NONE
    return _fill(template, found=_whole(len(search.found)), looked_at=_whole(search.looked_at))


def _where(found: Slice) -> Text:
    """Name the slice."""
    texts = [condition.text for condition in found.conditions]
    return Text(_AND.sv.join(text.sv for text in texts), _AND.en.join(text.en for text in texts))


def _fill(template: Text, **parts: Text) -> Text:
    """Put parts into a template, each in its language."""
    sv = template.sv.format(**{name: part.sv for name, part in parts.items()})
    return Text(sv, template.en.format(**{name: part.en for name, part in parts.items()}))


def _whole(value: int) -> Text:
    """Write a count."""
    return Text(str(value), str(value))


def _number(value: float, digits: int) -> Text:
    """Write a number, with a decimal comma in Swedish.

    >>> _number(-0.1234, 2).to_dict()
    {'sv': '-0,12', 'en': '-0.12'}
    """
    text = f"{value:.{digits}f}"
    return Text(text.replace(".", ","), text)


def _p(value: float) -> Text:
    """Write an adjusted p."""
    below = value < SMALLEST_P
    shown = _number(max(value, SMALLEST_P), 3)
    return _fill(Text("under {shown}", "below {shown}"), shown=shown) if below else shown
