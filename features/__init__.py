"""Here we keep the ground: what was known about a child, and when. Nothing here sees a score, a group or an outcome."""

from features.build import REGISTRY, Rows
from features.cases import Cases
from features.folder import FolderUnreadable, load
from features.problems import Problem
from features.report import NOTHING_KNOWN, InputRefused, Known, Report, parse_known, parse_report

__all__ = [
    "NOTHING_KNOWN",
    "REGISTRY",
    "Cases",
    "FolderUnreadable",
    "InputRefused",
    "Known",
    "Problem",
    "Report",
    "Rows",
    "load",
    "parse_known",
    "parse_report",
]
