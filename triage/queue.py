"""Here we put assessments in reading order: a total order that does not depend on the order they came in.

First the lane. Within ``prioritise`` what practice opens comes first, then the higher margin (many margins share one
estimate); everywhere else the order is first come, first served, so that a score moves a report up and never down. What
could not be read comes first in its lane. Ids break ties.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from itertools import groupby

from triage.assessment import Assessment
from triage.lanes import Lane

_FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)


def rank(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """Give assessments in reading order.

    Parameters
    ----------
    assessments : iterable of Assessment

    Returns
    -------
    tuple of Assessment
        Every one that was handed in.
    """
    ranked = sorted(assessments, key=_place)
    return tuple(one for _, tied in groupby(ranked, key=_place) for one in _untied(list(tied)))


def _untied(tied: list[Assessment]) -> list[Assessment]:
    """Order answers that share a place by what they say, so that only equal answers can change places."""
    return tied if len(tied) == 1 else sorted(tied, key=Assessment.to_json)


def _place(assessment: Assessment) -> tuple[int, int, float, dt.datetime, str, str, str]:
    """Give an assessment's place; only answers to the same input can share one."""
    return (
        assessment.lane.place,
        0 if assessment.status == "set_aside" else 1,
        -_height(assessment),
        assessment.received_at or _FIRST,
        assessment.report_id,
        assessment.child_id,
        assessment.input_digest,
    )


def _height(assessment: Assessment) -> float:
    """Give how high an assessment stands within ``prioritise``; elsewhere all stand alike."""
    if assessment.lane is not Lane.PRIORITISE:
        return 0.0
    if any(found.provision.force == "practice" for found in assessment.met()):
        return math.inf
    return -math.inf if assessment.score is None else assessment.score.margin
