"""Here we audit a model on the cases of a unit: who is read first, who is missed, along which step, and what cannot be told.

The arithmetic is `triage.audit`'s; here its inputs are gathered from cases, and its answers are put together.
"""

from training.audit.door import audit_model
from training.audit.extras import Wanted
from training.audit.period import Period, period
from training.audit.run import AuditReport, audit_period
from training.audit.unseen import unseen

__all__ = ["AuditReport", "Period", "Wanted", "audit_model", "audit_period", "period", "unseen"]
