"""Here we look at the data's end: labels that were given before their time was over, and rows from after it."""

from __future__ import annotations

from collections.abc import Iterator

from features.arrays import NEVER
from training.leaks.checked import Checked
from training.leaks.findings import Finding, cannot_tell, leak, none_shown
from training.leaks.reading import DAY

IMMATURE, AFTER = "immature", "after_end"


def immature_labels(checked: Checked) -> Iterator[Finding]:
    """Tell whether an outcome is called known although its horizon reaches beyond the data's end."""
    if checked.horizon is None:
        yield cannot_tell(IMMATURE, "no_horizon", of=len(checked))
        return
    early = int((checked.labelled & (checked.time + checked.horizon > checked.end)).sum())
    known = int(checked.labelled.sum())
    days = {"days": checked.horizon // DAY}
    yield leak(IMMATURE, None, early, known, days) if early else none_shown(IMMATURE, known, days)


def rows_after_end(checked: Checked) -> Iterator[Finding]:
    """Tell whether reports, or what is known of them, come from after the data's end that was given."""
    if checked.given.end is None:
        yield cannot_tell(AFTER, "no_end", of=len(checked))
        return
    found = {"table": checked.time, **{each.given.name: each.known[each.known < NEVER] for each in checked.events}}
    clean = True
    for name, times in found.items():
        late = int((times > checked.end).sum())
        if late:
            clean = False
            yield leak(AFTER, None, late, len(times), {"source": name})
    if clean:
        yield none_shown(AFTER, sum(len(times) for times in found.values()), {"tables": len(found)})
