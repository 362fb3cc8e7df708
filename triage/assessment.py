"""Here we hold the one answer to one report: what the law demands and by when, its lane, a score with reasons, what is unknown.

An assessment is advice to a person and says so. Its data follow ``assessment.schema.json``, which
ships with the package.
"""

from __future__ import annotations

import datetime as dt
import html
import json
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from features.problems import Problem
from features.report import local_time
from triage.estimate import ReportScore
from triage.findings import Deadline, Finding, Verdict
from triage.lanes import Lane
from triage.scales import ShownScore
from triage.words import CodedText

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "urn:orosanmalan-triage:assessment:2"
DUTY_AREAS = ("opening", "process")
"""Where the law tells whoever handles a report what to do; the other areas speak of reporters, rights and records."""

ModelState = Literal["scored", "absent", "broken", "refused", "abstains"]


@dataclass(frozen=True, slots=True)
class Model:
    """What became of the model for this report.

    Attributes
    ----------
    state : str
    why : CodedText or None
        Why there is no score.
    purpose : {"use", "evaluation"} or None
    outside : tuple of CodedText
        What of the report training has not met: features and codes, with their values.
    """

    state: ModelState
    why: CodedText | None = None
    purpose: Literal["use", "evaluation"] | None = None
    outside: tuple[CodedText, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the state as plain data."""
        return {
            "state": self.state,
            "why": self.why and self.why.to_dict(),
            "purpose": self.purpose,
            "outside": [one.to_dict() for one in self.outside],
        }


@dataclass(frozen=True, slots=True)
class Versions:
    """What the answer was made with."""

    library: str
    law: str
    bundle: str | None
    features: str | None

    def to_dict(self) -> dict[str, str | None]:
        """Give the versions as plain data."""
        return {"library": self.library, "law": self.law, "bundle": self.bundle, "features": self.features}


@dataclass(frozen=True)
class Assessment:
    """The answer to one report about one child.

    Attributes
    ----------
    report_id, child_id : str
    unit : str or None
    received_at : datetime.datetime or None
    status : {"assessed", "set_aside"}
    lane : Lane
    lane_reasons : tuple of CodedText
    findings : tuple of Finding
    deadlines : tuple of Deadline
    model : Model
    score : ReportScore or None
    questions : tuple of CodedText
    instruments : tuple of ShownScore
        Completed instruments as they were known, whether or not the model reads them.
    problems : tuple of Problem
    remarks : tuple of CodedText
    versions : Versions
    input_digest : str
        SHA-256 of the report and of what was known when it was received.
    """

    report_id: str
    child_id: str
    unit: str | None
    received_at: dt.datetime | None
    status: Literal["assessed", "set_aside"]
    lane: Lane
    lane_reasons: tuple[CodedText, ...]
    findings: tuple[Finding, ...]
    deadlines: tuple[Deadline, ...]
    model: Model
    score: ReportScore | None
    questions: tuple[CodedText, ...]
    instruments: tuple[ShownScore, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[CodedText, ...]
    versions: Versions
    input_digest: str

    def to_dict(self) -> dict[str, Any]:
        """Give the assessment as plain data that follows the published JSON Schema."""
        return {
            "schema": SCHEMA,
            "report_id": self.report_id,
            "child_id": self.child_id,
            "unit": self.unit,
            "received_at": self.received_at and local_time(self.received_at).isoformat(),
            "status": self.status,
            "lane": self.lane.value,
            "lane_reasons": [reason.to_dict() for reason in self.lane_reasons],
            "findings": [finding.to_dict() for finding in self.findings],
            "deadlines": [deadline.to_dict() for deadline in self.deadlines],
            "model": self.model.to_dict(),
            "score": self.score and self.score.to_dict(),
            "questions": [question.to_dict() for question in self.questions],
            "instruments": [one.to_dict() for one in self.instruments],
            "problems": [problem.to_dict() for problem in self.problems],
            "remarks": [remark.to_dict() for remark in self.remarks],
            "versions": self.versions.to_dict(),
            "input_digest": self.input_digest,
        }

    def to_json(self) -> str:
        """Give the assessment as one line of JSON, byte for byte the same for the same answer."""
        line = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, allow_nan=False)
        return line.encode("utf-8", "replace").decode()

    def met(self) -> tuple[Finding, ...]:
        """Give the findings that are met."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.MET)

    def duties(self) -> tuple[Finding, ...]:
        """Give what binding law demands of whoever handles the report."""
        return tuple(
            finding
            for finding in self.met()
            if finding.provision.force == "binding" and finding.provision.area in DUTY_AREAS
        )

    def frame(self) -> pd.DataFrame:
        """Give findings and reasons as one frame: part, code, says, weight, due."""
        import pandas as pd

        due = {deadline.code: deadline.due for deadline in self.deadlines}
        rows: list[tuple[str, str, str, float | None, dt.date | None]] = [
            ("finding", finding.code, finding.verdict.value, None, due.get(finding.code)) for finding in self.findings
        ]
        if self.score is not None:
            rows += [
                ("reason", reason.group.value, reason.text.en, reason.contribution, None)
                for reason in self.score.reasons
            ]
        return pd.DataFrame(rows, columns=["part", "code", "says", "weight", "due"])

    def __repr__(self) -> str:
        """Say the lane and what to read next."""
        estimate = "no score" if self.score is None else f"{self.score.probability:.0%}"
        ids = f"{self.report_id}/{self.child_id}"
        ids = ids if ids.isprintable() else ascii(ids)
        return f"Assessment({ids}: {self.lane.value}, {estimate}; read .duties(), .to_dict())"

    def _repr_html_(self) -> str:
        """Show the answer in a notebook."""
        items = "".join(f"<li>{html.escape(reason.text.en)}</li>" for reason in self.lane_reasons)
        return f"<p><b>{html.escape(self.lane.value)}</b> {html.escape(self.report_id)}</p><ul>{items}</ul>"


def schema() -> dict[str, Any]:
    """Give the JSON Schema that `Assessment.to_dict` follows."""
    text = resources.files("triage").joinpath("assessment.schema.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read
