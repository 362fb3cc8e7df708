"""Here we say what an outcome is: what counts as yes and as no, within how long, who decides it, and what is unknown.

An outcome has components, each with its own name, its own decider and its own figures. A component is
one sign: an event in the child's case, or a later report. Voluntary help alone is no component,
because a family that asks for help has not been found to need protection.
"""

from __future__ import annotations

from typing import Any

from pydantic.dataclasses import dataclass

from features.codes import Code, Concern, Reporter
from features.event_codes import EventKind
from training.declared import STRICT, CodeName, Positive, plain_of
from triage.words import Text

VOLUNTARY = (
    EventKind.SUPPORT_OFFERED,
    EventKind.SUPPORT_ACCEPTED,
    EventKind.SUPPORT_DECLINED,
    EventKind.SUPPORT_STARTED,
    EventKind.SUPPORT_ENDED,
)
"""Help that a family may take or leave: no sign of need by itself."""


class Decider(Code):
    """Who decides whether a sign comes."""

    SAME_UNIT = (
        "same_unit",
        "den enhet i socialtjänsten som utreder, alltså samma organisation som ser uppskattningen",
        "the social services unit that investigates: the same organisation that sees the estimate",
    )
    OTHER_UNIT = (
        "other_unit",
        "en annan enhet eller en annan kommuns socialtjänst, som inte ser uppskattningen",
        "another unit, or the social services of another municipality, which does not see the estimate",
    )
    OTHER_AUTHORITY = (
        "other_authority",
        "en annan myndighet, till exempel polisen, som inte ser uppskattningen",
        "another authority, the police for example, which does not see the estimate",
    )
    COURT = (
        "court",
        "förvaltningsrätten, på socialnämndens ansökan",
        "the administrative court, on the application of the social services",
    )
    NOBODY = "nobody", "ingen: det händer eller händer inte", "nobody: it happens or it does not"


class Within(Code):
    """Where an event is looked for."""

    CASE = "case", "i den utredning som anmälan ledde till", "in the investigation that the report led to"
    CHILD = "child", "i allt som registrerats om barnet", "in everything recorded about the child"


@dataclass(frozen=True, config=STRICT)
class EventSign:
    """An event between the report and its horizon.

    Attributes
    ----------
    kind : EventKind
    within : Within
    details : tuple of str
        Which details of that kind count; all when empty.
    last : bool
        Whether only the last event of that kind counts, however early: an investigation that was closed, reopened and
        closed again ended the second way.
    not_already : tuple of EventKind
        Kinds of which none may have happened before the report: a child who was placed already is not placed by it.
    """

    kind: EventKind
    within: Within
    details: tuple[str, ...] = ()
    last: bool = False
    not_already: tuple[EventKind, ...] = ()

    def __post_init__(self) -> None:
        """Refuse details that the kind does not have."""
        allowed = self.kind.details.values() if self.kind.details else ()
        unknown = [detail for detail in self.details if detail not in allowed]
        if unknown:
            msg = f"{self.kind} has no details {', '.join(unknown)}. Allowed: {', '.join(allowed) or 'none'}."
            raise ValueError(msg)


@dataclass(frozen=True, config=STRICT)
class ReportSign:
    """A later report about the same child, received within the horizon.

    Attributes
    ----------
    reporters : tuple of Reporter
        Whose reports count; everybody's when empty.
    concerns : tuple of Concern
        Which concerns count, unless the reporter denies them; any when empty.
    opened : bool
        Whether an investigation must have been opened on it, also within the horizon. A report that was added to an
        investigation already going on opened none.
    """

    reporters: tuple[Reporter, ...] = ()
    concerns: tuple[Concern, ...] = ()
    opened: bool = False


@dataclass(frozen=True, config=STRICT)
class Component:
    """One thing that settles an outcome.

    Attributes
    ----------
    name : str
    text : Text
        What happened, as a clause that could follow "because".
    decided_by : Decider
    event : EventSign or None
    report : ReportSign or None
        Exactly one of the two.
    """

    name: CodeName
    text: Text
    decided_by: Decider
    event: EventSign | None = None
    report: ReportSign | None = None

    def __post_init__(self) -> None:
        """Refuse a component without one sign, and help that a family may take or leave."""
        if (self.event is None) == (self.report is None):
            msg = f"{self.name} has {'no sign' if self.event is None else 'two signs'}. Write either event or report."
            raise ValueError(msg)
        if self.event is not None and self.event.kind in VOLUNTARY:
            msg = (
                f"{self.name} is {self.event.kind}: voluntary help alone is no sign of need. Take the decision instead."
            )
            raise ValueError(msg)

    @property
    def sign(self) -> EventSign | ReportSign:
        """What to look for."""
        if self.event is not None:
            return self.event
        assert self.report is not None, "one of the two is there from birth"
        return self.report


@dataclass(frozen=True, config=STRICT)
class Outcome:
    """A declared outcome.

    Attributes
    ----------
    name : str
    text : Text
        What is estimated, as a board member would say it; names the horizon.
    horizon_days : int
        Days from the report within which everything that counts must have happened.
    investigated_only : bool
        Whether a report that was not investigated has an unknown outcome.
    components : tuple of Component
        Any of them makes a yes.
    negative : Component or None
        What makes a no; when None, that no component came while the child was in sight.
    out_of_sight : tuple of EventSign
        After these nobody here would know: without a yes or a no, the outcome is unknown.
    seen_until_age : int or None
        Years. A child who may have reached this age, or whose age is unknown, is out of sight as well.
    unknown : Text
        What is not known, in words.
    """

    name: CodeName
    text: Text
    horizon_days: Positive
    investigated_only: bool
    components: tuple[Component, ...]
    unknown: Text
    negative: Component | None = None
    out_of_sight: tuple[EventSign, ...] = ()
    seen_until_age: Positive | None = None

    def __post_init__(self) -> None:
        """Refuse an outcome whose words or parts contradict each other."""
        if not self.components:
            msg = f"{self.name} has no components, so that nothing could make a yes. Write at least one."
            raise ValueError(msg)
        names = [part.name for part in self._parts]
        if len(set(names)) < len(names):
            msg = f"{self.name} uses a component's name twice: {', '.join(names)}. Give each its own."
            raise ValueError(msg)
        if not all(str(self.horizon_days) in text for text in (self.text.sv, self.text.en)):
            msg = f"{self.name}: horizon_days is {self.horizon_days}, and the text does not say so. Write it in both languages."
            raise ValueError(msg)
        in_case = [part.name for part in self._parts if part.event and part.event.within is Within.CASE]
        if in_case and not self.investigated_only:
            msg = (
                f"{self.name}: {', '.join(in_case)} can only be seen in an investigation, and investigated_only is false: a "
                'report that was not investigated would count as "no". Write investigated_only = true, or within = "child".'
            )
            raise ValueError(msg)

    @property
    def _parts(self) -> tuple[Component, ...]:
        """Everything that settles the outcome."""
        return self.components if self.negative is None else (*self.components, self.negative)

    @property
    def deciders(self) -> tuple[Decider, ...]:
        """Who decides, each once, in the order of the components."""
        return tuple(dict.fromkeys(part.decided_by for part in self._parts))

    @property
    def decided_by(self) -> Text:
        """Say who decides."""
        return _listed([Text(decider.sv, decider.en) for decider in self.deciders], "; ", ("; ", "; "))

    @property
    def self_deciding(self) -> bool:
        """Whether the unit that sees the estimate decides any part of it."""
        return Decider.SAME_UNIT in self.deciders

    @property
    def positive(self) -> Text:
        """Say what counts as yes."""
        return _listed([part.text for part in self.components], ", ", (" eller ", " or "))

    def to_dict(self) -> dict[str, Any]:
        """Give the declaration as plain data, which reads back as the same outcome."""
        return plain_of(self)


def _listed(texts: list[Text], between: str, last: tuple[str, str]) -> Text:
    """Put clauses one after another."""

    def say(language: str, end: str) -> str:
        *first, final = [text.say(language) for text in texts]
        return end.join([between.join(first), final]) if first else final

    return Text(say("sv", last[0]), say("en", last[1]))
