"""Here we read an ordering table from TOML that a practitioner can edit; an error names the vignette or pair and field.

A vignette has words in both languages, the fields of a report, and a history of entries, each so
many days before the report::

    [vignette.neglect_known]
    sv = "Omsorgssvikt, känd sedan tidigare"
    en = "Neglect, known from before"
    reporter = "school"
    concerns = [{ concern = "neglect", status = "stated" }]
    history = [{ kind = "report", days_ago = 200, reporter = "health_care" }]

A pair names two vignettes and the age of each child; the first must come ``before`` the second, or
at least ``not_after`` it::

    [[pair]]
    first = { vignette = "neglect", age_years = 2 }
    second = { vignette = "neglect", age_years = 16 }
    relation = "not_after"
    sv = "Samma försummelse väger inte mindre för ett litet barn."
    en = "The same neglect weighs no less for a small child."

A signature holds for what was signed: when anything but the signature changes, it no longer does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn, get_args

from features.personal_numbers import contains
from features.report import InputRefused, Known, Report, parse_known, parse_report
from training.probes.ordering_table import OrderingTable, Pair, Relation, Signature
from training.probes.pasts import joined
from training.probes.vignettes import Situation, Vignette
from triage.errors import TrainingRefused
from triage.words import Text

SHIPPED = "ordering.toml"

_OWN = frozenset({"sv", "en", "every_age", "slight", "history"})
_USUAL = {"child_id": "child", "unit": "probe", "referral_type": "child_concern_report"}
_LATEST = 215
"""Months: the last month before a child turns eighteen."""
_MONTH = 31
"""Days, at most."""


def load_table(path: Path | None = None) -> OrderingTable:
    """Read a table from a file, or the one that is shipped.

    Raises
    ------
    TrainingRefused
        When it does not hold together, naming the vignette or pair and the field.
    """
    if path is not None:
        return read_table(path.read_text(encoding="utf-8"), path.name)
    return read_table(resources.files("training.probes").joinpath(SHIPPED).read_text(encoding="utf-8"), SHIPPED)


def read_table(text: str, name: str) -> OrderingTable:
    """Read a table from TOML; ``name`` is what errors call it.

    Raises
    ------
    TrainingRefused
        When it does not hold together, naming the vignette or pair and the field.
    """
    head = _Place(f"{name}: head")
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        head.refuse("TOML", f"cannot be read ({error})", "Correct the line.")
    content = {key: value for key, value in plain.items() if key != "signature"}
    digest = hashlib.sha256(_json(content).encode()).hexdigest()
    received, written = head.given(plain, "received_at", str), head.given(plain, "vignette", dict)
    vignettes = {
        code: _vignette(_Place(f"{name}: vignette {code!r}"), code, head.given(written, code, dict), received)
        for code in written
    }
    pairs = head.given(plain, "pair", list)
    if not any(vignette.every_age for vignette in vignettes.values()):
        head.refuse("every_age", "stands in no vignette", "Mark the reports that could be about a child of any age.")
    if not pairs:
        head.refuse("pair", "is empty", "Write at least one pair.")
    return OrderingTable(
        version=head.words(plain, "version"),
        vignettes=tuple(vignettes.values()),
        pairs=tuple(_pair(_Place(f"{name}: pair {n}"), row, vignettes) for n, row in enumerate(pairs, start=1)),
        digest=digest,
        signature=_signature(
            _Place(f"{name}: signature"), head.given({"signature": {}, **plain}, "signature", dict), digest
        ),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a file we read, so that an error can say it."""

    where: str

    def within(self, part: str) -> _Place:
        """Go one step in."""
        return _Place(f"{self.where}, {part}")

    def given(self, row: Mapping[str, Any], field: str, kind: type) -> Any:
        """Give a field that must be there and of one kind."""
        if not isinstance(row, Mapping):
            self.refuse("the whole", f"is {row!r}", f"Write it as fields, with {field} among them.")
        if type(row.get(field)) is not kind:
            came = f"is {row[field]!r}" if field in row else "is missing"
            self.refuse(field, came, f"Give a value of kind {kind.__name__}.")
        return row[field]

    def words(self, row: Mapping[str, Any], field: str) -> str:
        """Give words that must be there and name nobody by number."""
        said: str = self.given(row, field, str)
        if not said.strip():
            self.refuse(field, "is empty", "Write it out.")
        if contains(said):
            self.refuse(field, "holds a personal identity number", "Take it out: vignettes are made up.")
        return said

    def text(self, row: Mapping[str, Any]) -> Text:
        """Give the words in both languages."""
        return Text(self.words(row, "sv"), self.words(row, "en"))

    def refuse(self, field: str, came: str, do: str) -> NoReturn:
        """Refuse the table."""
        msg = f"{self.where}: {field} {came}. {do}"
        raise TrainingRefused(msg)


def _vignette(place: _Place, code: str, row: Mapping[str, Any], received: str) -> Vignette:
    """Read one vignette."""
    fields = {key: value for key, value in row.items() if key not in _OWN}
    marks = {mark: place.given({mark: False, **row}, mark, bool) for mark in ("every_age", "slight")}
    history = place.given({"history": [], **row}, "history", list)
    if marks["every_age"] and history:
        place.refuse("history", "came with every_age", "Leave out one: a newborn child has no past.")
    if "birth_month" in fields:
        place.refuse("birth_month", "came", "Leave it out: the pair says the child's age.")
    try:
        report = parse_report(_json({**_USUAL, "report_id": code, "received_at": received, **fields}))
    except InputRefused as refused:
        place.refuse("a field", "cannot be read", str(refused))
    if not report.concerns:
        place.refuse("concerns", "is missing or empty", "Name at least one concern.")
    past = [_entry(place.within(f"history {n}"), entry, report) for n, entry in enumerate(history, start=1)]
    return Vignette(code, place.text(row), report, joined(*past), **marks)


def _entry(place: _Place, row: Mapping[str, Any], report: Report) -> Known:
    """Read one entry of a history: an earlier report, or an event."""
    days, kind = place.given(row, "days_ago", int), place.given(row, "kind", str)
    if not 1 <= days <= _LATEST * _MONTH:
        place.refuse("days_ago", f"is {days}", f"Give whole days, 1 to {_LATEST * _MONTH}.")
    at = (report.received_at - dt.timedelta(days=days)).isoformat()
    given = {key: row[key] for key in row.keys() - {"kind", "days_ago"}} | {"child_id": report.child_id}
    if kind == "report":
        known: dict[str, Any] = {"reports": [_USUAL | {"report_id": f"earlier-{days}", "received_at": at} | given]}
    else:
        event = {"event_id": f"event-{days}", "kind": kind, "happened_at": at, "recorded_at": at}
        known = {"events": [event | given]}
    try:
        return parse_known(_json(known))
    except InputRefused as refused:
        place.refuse("a field", "cannot be read", str(refused))


def _pair(place: _Place, row: Mapping[str, Any], vignettes: Mapping[str, Vignette]) -> Pair:
    """Read one pair."""
    relation = place.given(row, "relation", str)
    if relation not in get_args(Relation):
        place.refuse("relation", f"is {relation!r}", f"Allowed: {', '.join(get_args(Relation))}.")
    first, second = (_side(place.within(side), place.given(row, side, dict), vignettes) for side in ("first", "second"))
    return Pair(first, second, relation, place.text(row))


def _side(place: _Place, row: Mapping[str, Any], vignettes: Mapping[str, Vignette]) -> Situation:
    """Read one side of a pair."""
    code = place.given(row, "vignette", str)
    if code not in vignettes:
        place.refuse("vignette", f"is {code!r}", f"Allowed: {', '.join(vignettes)}.")
    if len(row.keys() & {"age_years", "age_months"}) != 1:
        place.refuse("age", "is missing, or came twice", "Give either age_years or age_months.")
    months = 12 * place.given(row, "age_years", int) if "age_years" in row else place.given(row, "age_months", int)
    if not 0 <= months <= _LATEST:
        place.refuse("age", f"is {months} months", "Give an age from 0 months to 17 years.")
    if _days_known(vignettes[code]) > (months + 1) * _MONTH:
        place.refuse("age", f"is {months} months", "The history begins before birth: give an older child.")
    return Situation(vignettes[code], months)


def _days_known(vignette: Vignette) -> int:
    """Give how many days before the report the history begins."""
    known, received = vignette.known, vignette.report.received_at
    moments = [row.received_at for row in known.reports] + [row.happened_at for row in known.events]
    return max(((received - moment).days for moment in moments), default=0)


def _signature(place: _Place, row: Mapping[str, Any], digest: str) -> Signature | None:
    """Read the signature; empty fields are an unsigned table."""
    if not any(row.values()):
        return None
    by, on = place.words(row, "signed_by"), place.given(row, "signed_on", dt.date)
    if not row.get("signed_digest"):
        place.refuse("signed_digest", "is empty", f"To sign what stands in the file now, write {digest}.")
    return Signature(by, on, str(row["signed_digest"]))


def _json(plain: Mapping[str, Any]) -> str:
    """Write what was read as JSON, the same for the same content; a date of TOML becomes text."""
    return json.dumps(plain, sort_keys=True, default=str)
