"""Here we judge: what the law demands of a report, how it is ranked, why, and what is not known. A person decides.

>>> import triage
>>> report = triage.parse_report('''{"report_id": "r1", "child_id": "c1", "received_at": "2025-09-01T09:00:00+02:00",
...     "unit": "north", "referral_type": "child_concern_report", "reporter": "school",
...     "concerns": [{"concern": "witnessed_violence", "primary": true, "perpetrator": "close_person"}]}''')
>>> answer = triage.assess(report, triage.NOTHING_KNOWN, None, triage.load_law())
>>> answer.lane.value, [finding.code for finding in answer.duties()][:1]
('mandated', ['witnessed_violence'])
"""

from features.cases import Cases
from features.folder import load
from features.report import NOTHING_KNOWN, InputRefused, Known, Report, parse_known, parse_report
from triage.assessment import Assessment, schema
from triage.batch import assess_all
from triage.bundle import Bundle, load_bundle, read_card
from triage.decisions import Approval, Decision
from triage.errors import (
    ApprovalExpired,
    BeforeTheLaw,
    BundleBroken,
    BundleRefused,
    ClockBehind,
    FeaturesDiffer,
    LawDataBroken,
    LawError,
    LogDoubtful,
    NotApproved,
    NotSigned,
    Revoked,
    Stopped,
    TriageError,
)
from triage.findings import Deadline, Finding, Verdict
from triage.judge import assess, assess_json
from triage.lanes import Lane
from triage.law import Law, load_law
from triage.queue import rank

__all__ = [
    "NOTHING_KNOWN",
    "Approval",
    "ApprovalExpired",
    "Assessment",
    "BeforeTheLaw",
    "Bundle",
    "BundleBroken",
    "BundleRefused",
    "Cases",
    "ClockBehind",
    "Deadline",
    "Decision",
    "FeaturesDiffer",
    "Finding",
    "InputRefused",
    "Known",
    "Lane",
    "Law",
    "LawDataBroken",
    "LawError",
    "LogDoubtful",
    "NotApproved",
    "NotSigned",
    "Report",
    "Revoked",
    "Stopped",
    "TriageError",
    "Verdict",
    "assess",
    "assess_all",
    "assess_json",
    "load",
    "load_bundle",
    "load_law",
    "parse_known",
    "parse_report",
    "rank",
    "read_card",
    "schema",
]
