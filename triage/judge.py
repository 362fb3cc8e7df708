"""Here we answer a report: rules first, then the model where there is one, joined into one assessment.

Pure: values in, values out, no clock, no disk. The model can fail in any way without a rule noticing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache

from features.build import fingerprint
from features.origin import Origin
from features.problems import Problem
from features.report import InputRefused, Known, Report, local_time, parse_report
from features.salvage import UNREADABLE, salvage
from triage import questions as ask
from triage.abstention import Estimated
from triage.assessment import Assessment, Model, ModelState, Versions
from triage.bundle import Bundle
from triage.digest import digest
from triage.errors import BeforeTheLaw, BundleBroken, BundleRefused
from triage.estimate import ReportScore
from triage.findings import Finding
from triage.lanes import Lane, choose
from triage.law import Law, LawInForce
from triage.opinion import Scorer, opinion, score_one
from triage.remarks import EVALUATION, INTERVAL, NOT_CAUSES, NOTHING_KNOWN, WHY, person_decides, why
from triage.rules import deadlines, findings
from triage.scales import shown_scores
from triage.words import CodedText

AnyBundle = Bundle | BundleRefused | None
"""A bundle, the refusal to load one, or none."""


def assess(report: Report, known: Known, bundle: AnyBundle, law: Law) -> Assessment:
    """Answer one report.

    Parameters
    ----------
    report : Report
    known : Known
        What the case system holds on the child. Only what was recorded strictly before the report
        counts; giving more changes nothing.
    bundle : Bundle, BundleRefused or None
        The model; the error that `triage.load_bundle` raised; or none. Rules run all the same.
    law : Law
        The version follows the day the report was received.

    Returns
    -------
    Assessment
    """
    known = known_before(report, known)
    origin = Origin(report, known)
    return answer(report, known, bundle, law, scorer=lambda usable: score_one(origin, usable))


def assess_json(text: str | bytes, known: Known, bundle: AnyBundle, law: Law) -> Assessment:
    """Answer one report as it came, in JSON; a broken one comes out too, with its problems.

    What of a broken report can be read still meets the rules, and can only move it up.
    """
    try:
        return assess(parse_report(text), known, bundle, law)
    except InputRefused as refused:
        problems = refused.problems
    except (OverflowError, RecursionError):
        problems = (Problem("report", None, None, "unreadable"),)
    return answer_broken(("", ""), _salvaged(text), known, law, problems)


def _salvaged(text: str | bytes) -> Report | None:
    """Read what can be read of a broken report; None when no law can be applied to it."""
    try:
        raw = json.loads(text)
        return salvage(raw) if isinstance(raw, dict) else None
    except (ValueError, OverflowError, RecursionError):
        return None


def answer(
    report: Report,
    known: Known,
    bundle: AnyBundle,
    law: Law,
    *,
    scorer: Scorer,
    problems: tuple[Problem, ...] = (),
) -> Assessment:
    """Answer one report whose history is already cut.

    Parameters
    ----------
    report, known, bundle, law
        As for `assess`.
    scorer : callable
        Asked when the bundle may give a score.
    problems : tuple of Problem
        What of the report could not be read: then the model abstains and a person reads it first.
    """
    try:
        in_force = law.at(local_time(report.received_at).date())
        found = findings(report, known, in_force)
        due = deadlines(report, found, in_force)
    except (BeforeTheLaw, OverflowError) as error:
        code = "before_the_law" if isinstance(error, BeforeTheLaw) else "not_a_time"
        outside = Problem("reports", report.report_id, "received_at", code, report.received_at.isoformat())
        return answer_broken((report.report_id, report.child_id), None, known, law, (*problems, outside))
    model, scored = _score(report, known, bundle, scorer, problems)
    lane, lane_reasons = choose(
        found,
        model.why if scored is None else None,
        None if scored is None else scored.margin,
        None if scored is None else scored.prioritise_margin,
    )
    return Assessment(
        report_id=report.report_id,
        child_id=report.child_id,
        unit=report.unit,
        received_at=report.received_at,
        status="assessed",
        lane=lane,
        lane_reasons=lane_reasons,
        findings=found,
        deadlines=due,
        model=model,
        score=scored,
        questions=_questions(report, found, problems),
        instruments=shown_scores(known, report.received_at),
        problems=problems,
        remarks=_remarks(in_force, known, model),
        versions=_versions(law, bundle if isinstance(bundle, Bundle) else None),
        input_digest=digest(report, known),
    )


def answer_broken(
    ids: tuple[str, str], report: Report | None, known: Known, law: Law, problems: tuple[Problem, ...]
) -> Assessment:
    """Answer a report that could not be read in full: never scored, never below a person's first look.

    Parameters
    ----------
    ids : (str, str)
        Report and child as they can be shown; empty to take them from what was read.
    report : Report or None
        What could be read of it, unknown elsewhere; None when no law can be applied.
    known : Known
    law : Law
    problems : tuple of Problem
    """
    aside = why("set_aside")
    if report is None:
        return _unreadable(ids, aside, law, problems)
    base = answer(report, known_before(report, known), None, law, scorer=_never, problems=problems)
    by_law = tuple(reason for reason in base.lane_reasons if reason.code not in WHY)
    return replace(
        base,
        report_id=ids[0] or base.report_id,
        child_id=ids[1] or base.child_id,
        unit=None if base.unit == UNREADABLE else base.unit,
        status="set_aside",
        lane_reasons=(aside, *by_law) if base.lane is Lane.PERSON_FIRST else (*by_law, aside),
        model=Model("abstains", aside),
    )


def _unreadable(ids: tuple[str, str], aside: CodedText, law: Law, problems: tuple[Problem, ...]) -> Assessment:
    """Answer a report of which not even the time received can be read."""
    whole = json.dumps([ids, [problem.to_dict() for problem in problems]])
    return Assessment(
        report_id=ids[0] or UNREADABLE,
        child_id=ids[1] or UNREADABLE,
        unit=None,
        received_at=None,
        status="set_aside",
        lane=Lane.PERSON_FIRST,
        lane_reasons=(aside,),
        findings=(),
        deadlines=(),
        model=Model("abstains", aside),
        score=None,
        questions=(ask.UNREADABLE,),
        instruments=(),
        problems=problems,
        remarks=(person_decides(law.at(law.changes()[-1])),),
        versions=_versions(law, None),
        input_digest=hashlib.sha256(whole.encode()).hexdigest(),
    )


def known_before(report: Report, known: Known) -> Known:
    """Keep what was known of the report's child strictly before the report.

    A withdrawn entry is not known, and that one will be withdrawn later is not known either.
    """
    at, child = report.received_at, report.child_id
    return Known(
        reports=tuple(row for row in known.reports if row.child_id == child and row.received_at < at),
        events=tuple(
            row if row.withdrawn_at is None else replace(row, withdrawn_at=None)
            for row in known.events
            if row.child_id == child
            and row.recorded_at < at
            and not (row.withdrawn_at is not None and row.withdrawn_at < at)
        ),
        instruments=tuple(row for row in known.instruments if row.child_id == child and row.recorded_at < at),
        complete=known.complete,
    )


def _score(
    report: Report, known: Known, bundle: AnyBundle, scorer: Scorer, problems: tuple[Problem, ...]
) -> tuple[Model, ReportScore | None]:
    """Score where a model may; say why where it may not."""
    if not isinstance(bundle, Bundle):
        state: ModelState = "absent" if bundle is None else "broken" if isinstance(bundle, BundleBroken) else "refused"
        return Model(state, why("no_bundle" if bundle is None else bundle.code)), None
    return opinion(report, known, bundle, scorer, problems)


def _never(bundle: Bundle) -> Estimated:  # noqa: ARG001  (a Scorer)
    """Stand in where nothing may be scored."""
    msg = "a report that could not be read is never scored"
    raise AssertionError(msg)


def _questions(report: Report, found: tuple[Finding, ...], problems: tuple[Problem, ...]) -> tuple[CodedText, ...]:
    """Gather what to ask, each question once: what could not be read, then the law's questions."""
    asked = [ask.UNREADABLE] if problems else []
    asked += [question for finding in found for question in finding.questions]
    asked += [ask.HOW_OLD] if report.birth_month is None else []
    return tuple({question.code: question for question in asked}.values())


def _remarks(law: LawInForce, known: Known, model: Model) -> tuple[CodedText, ...]:
    """Say what every answer says of itself."""
    scored = model.state == "scored"
    nothing = known.complete and not (known.reports or known.events or known.instruments)
    said = (
        (True, person_decides(law)),
        (scored, INTERVAL),
        (scored, NOT_CAUSES),
        (scored and model.purpose == "evaluation", EVALUATION),
        (nothing, NOTHING_KNOWN),
    )
    return tuple(remark for holds, remark in said if holds)


@cache
def _library() -> str:
    """Give the library's version as installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("orosanmalan-triage")
    except PackageNotFoundError:
        return "uninstalled"


def _versions(law: Law, bundle: Bundle | None) -> Versions:
    """Say what the answer is made with."""
    if bundle is None:
        return Versions(_library(), law.fingerprint, None, None)
    return Versions(_library(), law.fingerprint, bundle.digest, fingerprint())
