"""Here we write the list of features as a document: what each reads, in which window, and when it is absent."""

from __future__ import annotations

from features.registry import Feature, Registry

_DIRECTION = {1: "never lowers", 0: "", -1: "never raises"}
_PAGE = """# What the model may know

{count} features, written by `triage features --markdown` from the registry in `features/`; a test keeps this page and
the registry together.

An event counts for a report received at *t* when it was recorded and had happened before *t*, and was not withdrawn
before *t*; windows look at when it happened, in [*t* − far, *t* − near), in days of 24 hours. The report itself, and
others received at the same instant, are not its history. Nothing counts after 1095 days. What is faded weighs by the share
of its window that is left: 1 when it is new, 0 at the far end. A count of an empty history, faded or not, is 0; a time or a
score that was never observed is absent, which is not 0. Direction says how the estimate may move when the value grows;
where none is given, no direction is beyond doubt. Features with the same reason are summed up and
said as one.

What an earlier report told of (`earlier_…`) is read from its own concerns and acute facts, as they stand in the file: whatever
the status of a concern, since a denial does not erase it. It is tied together theme by theme: who tells of neglect again
within 14 days tells of it once, as of the first time, and a report that tells of something else hides nothing. What this report says again is
not counted; what the report that it continues told of beside, is. A concern whose row was set aside is not there: the
report then counts as one that did not tell of it, and `triage check` lists the row.

KASAM and every instrument that is not listed here are kept and shown to the caseworker (`instruments` of an answer) and
are never features.

| Feature | Svenska | English | What it says | Unit | Reason | BBIC | Direction |
|---|---|---|---|---|---|---|---|
{rows}
"""


def features_page(registry: Registry) -> str:
    """Write the list of features in Markdown."""
    rows = "\n".join(_row(feature) for feature in registry.features)
    return _PAGE.format(count=len(registry.names), rows=rows)


def _row(feature: Feature) -> str:
    """Write one feature as a row of the table."""
    cells = (
        f"`{feature.name}`",
        feature.sv,
        feature.en,
        feature.meaning,
        feature.unit,
        feature.group.en,
        feature.bbic.value,
        _DIRECTION[feature.direction],
    )
    return f"| {' | '.join(cells)} |"
