"""Here we keep every error of the library, with the exit code the command line gives for it.

::

    TriageError                      1
    ├── InputRefused (features)      3   the input could not be read; problems are listed
    ├── FolderUnreadable (features)  3   the case folder cannot be read at all
    ├── LawError                     4
    │   ├── LawDataBroken                the lawbook does not hold together
    │   └── BeforeTheLaw                 the date lies before the first version
    ├── BundleRefused                5
    │   ├── BundleBroken                 a file is missing, altered, or of another version
    │   ├── NotApproved                  no valid approval by the board
    │   │   ├── ApprovalExpired              its last day has passed
    │   │   ├── ClockBehind                  it is dated later than the clock says
    │   │   ├── NotSigned                    a signature is asked for, and there is none that fits
    │   │   ├── Revoked                      the board has taken it back
    │   │   ├── Stopped                      every model was taken out of use
    │   │   └── LogDoubtful                  the log of decisions does not hold together
    │   └── FeaturesDiffer               the rows were built by another registry
    ├── TableRefused (training)      3   a table cannot be audited for leaks as it stands
    ├── TrainingRefused              6   the data cannot carry a model, with the numbers
    └── DecisionRefused              9   a decision cannot be written down as it stands

The two input errors are defined one floor down and share no base class with the rest. ``triage leaks`` ends with 7
when it has found a leak, ``triage train`` with 8 below the bar, ``triage live`` with 10 when the log was tampered with,
``triage audit`` with 11 when there is a concern: a finding is no error.
"""

from __future__ import annotations

from features.folder import FolderUnreadable
from features.report import InputRefused


class TriageError(Exception):
    """Any refusal of this library; the text says what, which, what is allowed and what to do."""

    exit_code = 1


class LawError(TriageError):
    """The law cannot be applied."""

    exit_code = 4


class LawDataBroken(LawError):
    """The law data do not hold together: a value without reference, versions out of order."""


class BeforeTheLaw(LawError):
    """The date lies before the first version of the law that this library holds."""


class BundleRefused(TriageError):
    """The bundle may not score; rules run all the same."""

    exit_code = 5
    code = "bundle_refused"


class BundleBroken(BundleRefused):
    """A file of the bundle is missing, altered or of another version."""

    code = "bundle_broken"


class NotApproved(BundleRefused):
    """The bundle has no approval that is valid here and now."""

    code = "not_approved"


class ApprovalExpired(NotApproved):
    """The last day of the approval has passed."""

    code = "approval_expired"


class ClockBehind(NotApproved):
    """The approval, or a line of the log, is dated later than the day that was given: one of the clocks is wrong."""

    code = "clock_behind"


class NotSigned(NotApproved):
    """The board's signature is asked for, and there is none that fits."""

    code = "not_signed"


class Revoked(NotApproved):
    """The board has taken its approval back."""

    code = "revoked"


class Stopped(NotApproved):
    """Every model was taken out of use, and the board has not approved this one again."""

    code = "stopped"


class LogDoubtful(NotApproved):
    """The log of decisions does not hold together, or says something else than the approval."""

    code = "log_doubtful"


class FeaturesDiffer(BundleRefused):
    """The bundle was trained on rows that another feature registry built."""

    code = "features_differ"


class TrainingRefused(TriageError):
    """The data cannot carry a model."""

    exit_code = 6


class DecisionRefused(TriageError):
    """A decision cannot be written down as it stands."""

    exit_code = 9


INPUT_EXIT_CODE = 3

__all__ = [
    "INPUT_EXIT_CODE",
    "ApprovalExpired",
    "BeforeTheLaw",
    "BundleBroken",
    "BundleRefused",
    "ClockBehind",
    "DecisionRefused",
    "FeaturesDiffer",
    "FolderUnreadable",
    "InputRefused",
    "LawDataBroken",
    "LawError",
    "LogDoubtful",
    "NotApproved",
    "NotSigned",
    "Revoked",
    "Stopped",
    "TrainingRefused",
    "TriageError",
]
