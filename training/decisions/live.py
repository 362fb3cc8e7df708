"""Here we answer which bundle, card and law were in use on a day, by whose decision, and whether the log can be believed."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.registry.alias_log import READERS
from training.registry.alias_moves import alias_history
from training.registry.aliases import CHAMPION, MODEL, History, Live
from training.registry.store import Store
from triage.chain import Flaw, Head
from triage.law import Law
from triage.log_file import read_log
from triage.standing import Period, approved_on, dated_back, midnight


@dataclass(frozen=True)
class InUse:
    """What a log says of one day.

    Attributes
    ----------
    on : datetime.date
        A Swedish day.
    law_since : datetime.date
        When the law of that day last changed before it, as this library holds it.
    law : str
        Fingerprint of the law that this library holds; a decision carries the one its bundle was trained under.
    periods : tuple of Period
        Every bundle that was approved for use at some time of the day. Two for one unit: the log does not say which of them
        a case system had loaded.
    served : tuple of Live
        Every version that ``champion`` stood on; empty without a store.
    flaws : tuple of Flaw
        What leaves the answer open.
    lines : int
    head : Head or None
        How many lines the log holds, and its last one.
    """

    on: dt.date
    law_since: dt.date
    law: str
    periods: tuple[Period, ...]
    served: tuple[Live, ...]
    flaws: tuple[Flaw, ...]
    lines: int
    head: Head | None

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        approved = {period.approval.decision.bundle for period in self.periods}
        return {
            "on": self.on.isoformat(),
            "law": {"since": self.law_since.isoformat(), "fingerprint": self.law},
            "approved": [period.to_dict() for period in self.periods],
            "served": [live.to_dict() | {"approved": live.bundle in approved} for live in self.served],
            "flaws": [flaw.to_dict() for flaw in self.flaws],
            "lines": self.lines,
            "head": self.head and asdict(self.head),
        }


def in_use(log: Path, on: dt.date, law: Law, store: Store | None = None) -> InUse:
    """Say what was in use on a day.

    Parameters
    ----------
    log : Path
    on : datetime.date
    law : Law
    store : Store, optional
        Then the log is also held against what the registry remembers and shows.
    """
    history = alias_history(store) if store is not None else _history(log)
    start, end = midnight(on), midnight(on + dt.timedelta(1))
    doubts = [flaw for flaw in history.flaws if flaw.touches((MODEL, CHAMPION), start, end)]
    spans = history.spans(CHAMPION) if store is not None else ()
    return InUse(
        on=on,
        law_since=max(day for day in law.changes() if day <= law.at(on).on),
        law=law.fingerprint,
        periods=approved_on(history.log, on),
        served=tuple(live for live in spans if live.since < end and (live.until is None or live.until > start)),
        flaws=(*doubts, *dated_back(history.log)),
        lines=len(history.log.lines),
        head=history.log.head,
    )


def _history(log: Path) -> History:
    """Read a log that no registry is asked about."""
    held = read_log(log, READERS)
    return History(held, held.flaws)
