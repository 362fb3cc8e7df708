"""Here we lay out the reading queue: one light entry per assessment, in the order they came.

What many entries share (sources, versions, remarks that hold for all) is written once at the end of
the page and pointed to by number, so that a page of five thousand entries still opens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from training.pages.score import scored
from training.words import ZONE, Words
from triage.reading import say_field, say_value

LANES = ("protect_now", "mandated", "person_first", "prioritise", "usual")
VERDICTS = ("met", "cannot_tell", "not_met")


@dataclass(frozen=True)
class QueueHeading:
    """Whose queue it is, when it was made, and what came in.

    Attributes
    ----------
    name : str
        Unit or folder.
    at : datetime
        When the assessments were made, with offset. Days left are counted from here.
    synthetic : bool
        Whether the reports are made up.
    handed_in, assessed, set_aside : int
        ``handed_in == assessed + set_aside``.

    Raises
    ------
    ValueError
        If ``at`` has no offset, or the counts are negative or do not add up.
    """

    name: str
    at: datetime
    synthetic: bool
    handed_in: int
    assessed: int
    set_aside: int

    def __post_init__(self) -> None:
        """Refuse a heading that could not be true."""
        if self.at.tzinfo is None:
            msg = f"at: {self.at.isoformat()} has no offset; give one, for example +02:00"
            raise ValueError(msg)
        if min(self.handed_in, self.assessed, self.set_aside) < 0:
            raise ValueError("handed_in, assessed, set_aside: a count cannot be negative")
        if self.handed_in != self.assessed + self.set_aside:
            msg = (
                f"handed_in is {self.handed_in}, but assessed {self.assessed} and set aside {self.set_aside} "
                f"make {self.assessed + self.set_aside}; nothing may disappear"
            )
            raise ValueError(msg)

    @property
    def day(self) -> date:
        """The day in Stockholm on which the page was made."""
        return self.at.astimezone(ZONE).date()

    def check(self, assessments: Sequence[Mapping[str, Any]]) -> None:
        """Raise ValueError unless the assessments are as many as the heading says."""
        aside = sum(item["status"] == "set_aside" for item in assessments)
        if (len(assessments), aside) != (self.handed_in, self.set_aside):
            msg = (
                f"assessments: {len(assessments)} came, {aside} of them set aside; "
                f"the heading says {self.handed_in} and {self.set_aside}"
            )
            raise ValueError(msg)


@dataclass
class Register:
    """Things that many entries point to, numbered in order of first sight."""

    numbers: dict[Hashable, int] = field(default_factory=dict)

    def number(self, item: Hashable) -> int:
        """Give the number of ``item``, a new one at first sight."""
        return self.numbers.setdefault(item, len(self.numbers) + 1)


class Queue:
    """The whole page as data: entries in order, and what they share."""

    def __init__(self, assessments: Sequence[Mapping[str, Any]], words: Words, heading: QueueHeading) -> None:
        self._words = words
        self._today = heading.day
        self._sources = Register()
        self._versions = Register()
        self._shared = _shared_remarks(assessments)
        counts = Counter(item["lane"] for item in assessments)
        self.lanes = [(lane, counts[lane]) for lane in LANES]
        self.evaluation = any(item["model"]["purpose"] == "evaluation" for item in assessments)
        self.remarks = [dict(zip(("code", "sv", "en"), remark, strict=True)) for remark in self._shared]
        self.entries = [self._entry(number, item) for number, item in enumerate(assessments, 1)]
        self.sources = [dict(source) for source in self._sources.numbers]  # type: ignore[call-overload]
        self.versions = [dict(version) for version in self._versions.numbers]  # type: ignore[call-overload]

    def _entry(self, number: int, item: Mapping[str, Any]) -> dict[str, Any]:
        findings = [self._finding(finding) for finding in item["findings"]]
        deadlines = [self._deadline(deadline) for deadline in sorted(item["deadlines"], key=lambda each: each["due"])]
        return {
            "number": number,
            "raw": item,
            "received": self._words.time(item["received_at"]) if item["received_at"] else None,
            "evaluation": item["model"]["purpose"] == "evaluation",
            "nearest": [each for each in deadlines if each["due"] == deadlines[0]["due"]],
            "later": [each for each in deadlines if each["due"] != deadlines[0]["due"]],
            **{verdict: [each for each in findings if each["verdict"] == verdict] for verdict in VERDICTS},
            "score": item["score"] and scored(item["score"], self._words),
            "remarks": [each for each in item["remarks"] if _key(each) not in self._shared],
            "version": self._versions.number(tuple(item["versions"].items())),
        }

    def _finding(self, finding: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "verdict": finding["verdict"],
            "practice": finding["force"] == "practice",
            "title": self._words.of(finding["title"]),
            "text": self._words.of(finding["text"]),
            "cite": self._cite(finding["citation"]),
            "values": [
                (
                    say_field(read["field"], self._words.language),
                    say_value(read["field"], read["value"], self._words.language),
                    read,
                )
                for read in finding["values_read"]
            ],
        }

    def _deadline(self, deadline: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "due": deadline["due"],
            "title": self._words.of(deadline["title"]),
            "when": self._words.days_from(deadline["due"], self._today),
            "cite": self._cite(deadline["citation"]),
        }

    def _cite(self, citation: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "number": self._sources.number(tuple(citation.items())),
            "reference": citation["reference"],
            "certainty": citation["certainty"],
        }


def _key(remark: Mapping[str, str]) -> tuple[str, str, str]:
    return remark["code"], remark["sv"], remark["en"]


def _shared_remarks(assessments: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Give the remarks that stand on every assessment, in order of first sight."""
    counts = Counter(key for item in assessments for key in {_key(remark): 0 for remark in item["remarks"]})
    return [key for key, count in counts.items() if count == len(assessments)]
