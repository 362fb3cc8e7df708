"""Here we look at one report as the rules do: what they read more than once, worked out when first asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from features.codes import Concern
from features.event_codes import EventKind
from features.report import Known, Report, ReportedConcern, local_time, months_since
from triage import questions as ask
from triage.findings import CANNOT_TELL, NOT_MET, Condition
from triage.law import LawInForce


@dataclass
class Matter:
    """One report with what the rules read more than once, computed when first asked for.

    Attributes
    ----------
    report : Report
    known : Known
        What the case system held before the report; later entries are not read.
    law : LawInForce
    """

    report: Report
    known: Known
    law: LawInForce

    @cached_property
    def received(self) -> dt.date:
        """The day the report was received, as counted in Sweden."""
        return local_time(self.report.received_at).date()

    @cached_property
    def violent(self) -> tuple[tuple[int, ReportedConcern], ...]:
        """The concerns that name violence, with their places."""
        return tuple(
            (place, concern) for place, concern in enumerate(self.report.concerns) if concern.concern.is_violence
        )

    @cached_property
    def unstated(self) -> tuple[Condition, ...]:
        """A report that states no concern, or not all of it, cannot be told."""
        if not self.report.concerns:
            return (Condition(CANNOT_TELL, "concerns", "-", ask.WHAT_CONCERN),)
        return tuple(
            Condition(CANNOT_TELL, f"concerns.{place}", concern.concern, ask.WHAT_CONCERN)
            for place, concern in enumerate(self.report.concerns)
            if concern.concern is Concern.NOT_STATED
        )

    @cached_property
    def stated(self) -> tuple[Condition, ...]:
        """The concerns that say nothing of violence."""
        return tuple(
            Condition(NOT_MET, f"concerns.{place}", concern.concern)
            for place, concern in enumerate(self.report.concerns)
            if not concern.concern.is_violence and concern.concern is not Concern.NOT_STATED
        )

    @cached_property
    def months(self) -> int | None:
        """Calendar months since the month of birth; None when it is not known."""
        born = self.report.birth_month
        return None if born is None else months_since(born, self.report.received_at)

    @property
    def reached(self) -> int:
        """The age in whole years that the child has reached for certain (0 when unknown)."""
        return 0 if self.months is None else max(0, (self.months - 1) // 12)

    @cached_property
    def ongoing(self) -> int:
        """How many investigations were known to be ongoing."""
        return open_investigations(self.known, self.report.received_at)

    @property
    def born(self) -> str:
        """The month of birth as written, or a dash."""
        return self.report.birth_month or "-"


def open_investigations(known: Known, at: dt.datetime) -> int:
    """Count the investigations that were known to be ongoing at a moment."""
    if not known.events:
        return 0
    seen = [
        event
        for event in known.events
        if event.recorded_at < at and not (event.withdrawn_at is not None and event.withdrawn_at < at)
    ]
    opened = {event.case_id for event in seen if event.kind is EventKind.INVESTIGATION_OPENED}
    closed = {event.case_id for event in seen if event.kind in (EventKind.INVESTIGATION_CLOSED, EventKind.CASE_CLOSED)}
    return len(opened - closed)
