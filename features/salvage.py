"""Here we keep what can be read of a broken report, so that a rule can still fire on it.

What could not be read becomes unknown, never "no". A report that is put together like this is never
scored; it can only be moved up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from features.check import SetAside
from features.codes import Concern, ReferralType, Reporter
from features.personal_numbers import contains
from features.report import InputRefused, Report, ReportedConcern, parse_report

UNREADABLE = "unreadable"
"""Stands where an id could not be read."""

_INSTEAD = {
    "report_id": UNREADABLE,
    "child_id": UNREADABLE,
    "unit": UNREADABLE,
    "referral_type": ReferralType.REPORT.value,
    "reporter": Reporter.OTHER_UNKNOWN.value,
}

_LATE = "2099-12-31T12:00:00Z"
"""A time received after every possible birth month, so that a field is judged by itself."""


def salvage(raw: Mapping[str, Any]) -> Report | None:
    """Read as much of a broken report as can be read.

    Parameters
    ----------
    raw : mapping
        A report as it came, concerns nested.

    Returns
    -------
    Report or None
        None when the time received cannot be read: no law can be applied then.
    """
    concerns = raw.get("concerns")
    kept = {name: value for name, value in raw.items() if name != "concerns" and _reads(name, value)}
    nested = _concerns(concerns)
    try:
        return parse_report(json.dumps({**_INSTEAD, **kept, "concerns": nested}))
    except InputRefused:
        kept.pop("birth_month", None)
    try:
        return parse_report(json.dumps({**_INSTEAD, **kept, "concerns": nested}))
    except InputRefused:
        return None


def _concerns(concerns: object) -> list[dict[str, Any]]:
    """Read as much of the concerns as can be read; what is no concern at all is one that is not stated."""
    if concerns is None:
        return []
    rows = concerns if isinstance(concerns, Sequence) and not isinstance(concerns, str) else [concerns]
    return [_concern(row if isinstance(row, Mapping) else {}) for row in rows]


def salvage_row(row: SetAside, concerns: Iterable[SetAside]) -> Report | None:
    """Read as much of a broken row of the reports table as can be read, with its concerns."""
    return salvage({**row.readable, "concerns": [_without_ids(concern.readable) for concern in concerns]})


def salvage_concern(row: SetAside) -> ReportedConcern:
    """Read as much of a broken row of the concerns table as can be read; the rest is unknown."""
    kept = salvage({"received_at": "2025-01-01T00:00:00Z", "concerns": [_without_ids(row.readable)]})
    return kept.concerns[0] if kept is not None else ReportedConcern(concern=Concern.NOT_STATED)


def _without_ids(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the ids, which a nested concern does not repeat."""
    return {name: value for name, value in row.items() if name not in {"report_id", "child_id"}}


def _reads(name: str, value: object) -> bool:
    """Tell whether one field can be read by itself."""
    if isinstance(value, str) and contains(value):
        return False
    probe = {**_INSTEAD, "received_at": _LATE, name: value}
    try:
        parse_report(json.dumps(probe))
    except InputRefused:
        return False
    return True


def _concern(row: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the fields of one concern that can be read; a concern without a name is not stated."""
    kept: dict[str, Any] = {"concern": Concern.NOT_STATED.value}
    for name, value in row.items():
        try:
            parse_report(json.dumps(_probe({"concern": Concern.OTHER.value, name: value})))
        except InputRefused:
            continue
        kept[name] = value
    return kept


def _probe(concern: Mapping[str, Any]) -> dict[str, Any]:
    """Wrap one concern in a report that is otherwise sound."""
    return {**_INSTEAD, "received_at": "2025-01-01T00:00:00Z", "concerns": [concern]}
