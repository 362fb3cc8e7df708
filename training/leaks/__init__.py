"""Here we audit a table of features for leaks of the outcome, whoever built it."""

from training.leaks.audit import audit, audit_leaks
from training.leaks.findings import Finding, LeakVerdict
from training.leaks.inputs import AuditInputs, Columns, EventTable, Rebuild
from training.leaks.reading import TableRefused
from training.leaks.report import LeakReport

__all__ = [
    "AuditInputs",
    "Columns",
    "EventTable",
    "Finding",
    "LeakReport",
    "LeakVerdict",
    "Rebuild",
    "TableRefused",
    "audit",
    "audit_leaks",
]
