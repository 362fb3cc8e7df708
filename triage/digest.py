"""Here we give a question a digest: the same for the same report and history, in whatever order and offset they were written."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from json.encoder import encode_basestring_ascii as quoted
from operator import attrgetter

from features.from_records import micros
from features.report import Known, Report


def digest(report: Report, known: Known) -> str:
    """Give a SHA-256 of a report and of what was known; the order of rows and the offset of times change nothing."""
    rows = sorted(map(_canonical, (*known.reports, *known.events, *known.instruments)))
    lines = [f"complete: {known.complete}", _canonical(report), *rows]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _canonical(value: object) -> str:
    """Write a value in one way only, on one line: a record with its names, times as microseconds of UTC, lists sorted."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dt.datetime):
        return str(micros(value))
    if isinstance(value, tuple):
        return f"[{', '.join(sorted(map(_canonical, value)))}]"
    if not hasattr(value, "__dataclass_fields__"):
        return str(value)
    kind: type = type(value)
    form, read = _form(kind)
    return form % tuple(
        [quoted(one) if isinstance(one, str) else "None" if one is None else _canonical(one) for one in read(value)]
    )


@cache
def _form(kind: type) -> tuple[str, Callable[[object], tuple[object, ...]]]:
    """Give how a kind of record is written, with a place for each value, and what reads its values."""
    names = [entry.name for entry in fields(kind)]
    return f"{{{', '.join(f'{quoted(name)}: %s' for name in names)}}}", attrgetter(*names)
