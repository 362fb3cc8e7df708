"""Here we make pasts: one entry so many days before a report, and pasts joined, moved and recorded twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from features.codes import Code, Reporter, YesNo
from features.event_codes import EventKind, Instrument, InvestigationOutcome, Protection, Rater, Support
from features.report import Event, Known, Report, ReportedConcern, Score
from features.themes import ACUTE, Theme
from triage.words import Text

Past = Callable[[Report, int], Known]
"""What is known when one thing happened so many days before a report."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry that never speaks against need."""

    text: Text
    past: Past


def reported(
    report: Report, days: int, *, by: Reporter | None = None, concerns: tuple[ReportedConcern, ...] | None = None
) -> Known:
    """Let an earlier report have come in ``days`` before; left out, it is as this one but by another reporter."""
    earlier = replace(
        report,
        report_id=f"earlier-{days}",
        received_at=_before(report, days),
        reporter=_somebody_else(report.reporter) if by is None else by,
        concerns=report.concerns if concerns is None else concerns,
    )
    return Known(reports=(earlier,))


def told(report: Report, days: int, themes: tuple[Theme, ...]) -> Known:
    """Let an earlier report have come in ``days`` before that told of some themes, in full, and of nothing else."""
    concerns = tuple(ReportedConcern(concern=one, primary=False) for theme in themes for one in theme.concerns)
    yes = {fact for theme in themes for fact in theme.facts}
    answers = {fact: YesNo.YES if fact in yes else YesNo.NO for fact in ACUTE}
    (earlier,) = reported(report, days, concerns=concerns).reports
    return Known(reports=(replace(earlier, report_id=f"{'-'.join(themes)}-{days}", **answers),))  # type: ignore[arg-type]


def happened(report: Report, days: int, kind: EventKind, detail: Code | None = None) -> Known:
    """Let an event have happened, and been recorded, ``days`` before."""
    at = _before(report, days)
    event = Event(
        child_id=report.child_id,
        kind=kind,
        happened_at=at,
        recorded_at=at,
        event_id=f"{kind.value}-{days}",
        detail=None if detail is None else detail.value,
    )
    return Known(events=(event,))


def joined(*pasts: Known) -> Known:
    """Put pasts together."""
    return Known(
        reports=tuple(row for past in pasts for row in past.reports),
        events=tuple(row for past in pasts for row in past.events),
        instruments=tuple(row for past in pasts for row in past.instruments),
    )


def moved(past: Known, days: int) -> Known:
    """Let everything have happened ``days`` earlier."""
    by = dt.timedelta(days=days)
    return replace(
        past,
        reports=tuple(replace(row, received_at=row.received_at - by) for row in past.reports),
        events=tuple(
            replace(row, happened_at=row.happened_at - by, recorded_at=row.recorded_at - by) for row in past.events
        ),
        instruments=tuple(
            replace(row, completed_at=row.completed_at - by, recorded_at=row.recorded_at - by)
            for row in past.instruments
        ),
    )


def recorded_twice(past: Known) -> Known:
    """Let every row stand twice under ids of its own, as after two files of one child were merged."""
    again = Known(
        reports=tuple(replace(row, report_id=f"{row.report_id}-again") for row in past.reports),
        events=tuple(replace(row, event_id=f"{row.event_id}-again") for row in past.events),
    )
    return joined(past, again)


def every_entry(report: Report, days: int) -> Iterator[Known]:
    """Give everything that may be known, each alone: events and details, reporters, a repeat, instruments and raters."""
    for kind in EventKind:
        for detail in kind.details or (None,):
            yield happened(report, days, kind, detail)
    for reporter in Reporter:
        yield reported(report, days, by=reporter)
    for theme in Theme:
        yield told(report, days, (theme,))
    yield joined(reported(report, days, by=Reporter.SCHOOL), reported(report, days + 1, by=Reporter.SCHOOL))
    at = _before(report, days)
    for instrument in Instrument:
        total = (instrument.total_range or (0, 1))[1]
        for rater in Rater:
            score = Score(
                child_id=report.child_id,
                instrument=instrument,
                rater=rater,
                completed_at=at,
                recorded_at=at,
                total=total,
            )
            yield Known(instruments=(score,))


def _before(report: Report, days: int) -> dt.datetime:
    """Give the moment ``days`` before a report."""
    return report.received_at - dt.timedelta(days=days)


def _somebody_else(reporter: Reporter) -> Reporter:
    """Give a reporter of another kind, so that an earlier report does not repeat this one."""
    return Reporter.HEALTH_CARE if reporter is Reporter.SCHOOL else Reporter.SCHOOL


REPORT = Kind(Text("en tidigare anmälan", "an earlier report"), reported)
TOLD = tuple(
    Kind(Text(f"en tidigare anmälan om {theme.sv}", f"an earlier report of {theme.en}"), partial(told, themes=(theme,)))
    for theme in Theme
)
GRAVEST = Kind(
    Text(
        "en tidigare anmälan om våld, omsorgssvikt, missbruk, psykisk ohälsa och något akut",
        "an earlier report of violence, neglect, substance misuse, mental ill-health and something acute",
    ),
    partial(told, themes=tuple(Theme)),
)
PLACEMENT = Kind(
    Text("en placering", "a placement"),
    lambda report, days: happened(report, days, EventKind.PLACEMENT_STARTED, Support.FOSTER_HOME),
)
NEEDED = Kind(
    Text("ett funnet behov av skydd", "a need of protection that was found"),
    lambda report, days: happened(report, days, EventKind.PROTECTION_ASSESSMENT, Protection.NEEDED),
)
SUPPORTED = Kind(
    Text("en utredning som ledde till insats", "an investigation that led to support"),
    lambda report, days: happened(report, days, EventKind.INVESTIGATION_CLOSED, InvestigationOutcome.SUPPORT_DECIDED),
)
KINDS = (REPORT, *TOLD, PLACEMENT, NEEDED, SUPPORTED)
"""What never speaks against need, recent or old; the registry gives each the direction up."""
