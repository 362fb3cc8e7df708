"""Here we answer a whole case folder: every report that was handed in comes out, sound or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace

from features.build import Rows, build
from features.cases import Cases
from features.check import SetAside
from features.codes import Concern
from features.records import Key, Records, records
from features.report import NOTHING_KNOWN, Report, ReportedConcern
from features.salvage import salvage_concern, salvage_row
from triage.abstention import Estimated
from triage.assessment import Assessment
from triage.bundle import Bundle
from triage.judge import AnyBundle, answer, answer_broken, known_before
from triage.law import Law
from triage.opinion import Scorer, pick
from triage.scoring import Scored, score

_NOT_STATED = ReportedConcern(concern=Concern.NOT_STATED)
"""Stands for a concern that may belong to a report."""


def assess_all(
    cases: Cases,
    bundle: AnyBundle,
    law: Law,
    *,
    only: Collection[Key] | None = None,
    threads: int = 1,
    done: Callable[[int, int], None] | None = None,
) -> tuple[Assessment, ...]:
    """Answer every report of a case folder.

    Parameters
    ----------
    cases : Cases
    bundle : Bundle, BundleRefused or None
    law : Law
    only : collection of (report_id, child_id), optional
        Which sound reports to answer; all when left out. Rows of reports that were set aside always
        come out.
    threads : int
        How many threads the model may use.
    done : callable, optional
        Told how many of how many are done.

    Returns
    -------
    tuple of Assessment
        One per sound report asked for, in the table's order, then one per row that was set aside.
    """
    wanted = None if only is None else set(only)
    aside = _ReportsAside(cases)
    children = None if wanted is None else {child for _, child in wanted} | aside.children()
    held = records(cases, children)
    keys = [key for key in held.reports if wanted is None or key in wanted]
    scorers = _scorers(cases, held, keys, bundle, threads)
    total = len(keys) + len(aside.rows)
    answers = []
    for key in keys:
        answers.append(_one(held, aside, key, bundle, law, scorers))
        if done is not None:
            done(len(answers), total)
    for row in aside.rows:
        answers.append(_broken(held, aside, row, law))
        if done is not None:
            done(len(answers), total)
    return tuple(answers)


class _ReportsAside:
    """The rows that were set aside and belong to reports: whole reports, and concerns by report."""

    def __init__(self, cases: Cases) -> None:
        self.rows = tuple(row for row in cases.set_aside if row.table == "reports")
        self.concerns: dict[tuple[str | None, str | None], list[SetAside]] = defaultdict(list)
        for row in cases.set_aside:
            if row.table == "concerns":
                self.concerns[row.report_id, row.child_id].append(row)

    def perhaps(self, key: Key) -> list[SetAside]:
        """Give the concerns that may belong to a report: one half of their id fits, the other cannot be read."""
        return [*self.concerns.get((None, key[1]), []), *self.concerns.get((key[0], None), [])]

    def children(self) -> set[str]:
        """Give the children of the reports that were set aside, as far as they can be read."""
        return {row.child_id for row in self.rows if row.child_id is not None}


def _one(
    held: Records,
    aside: _ReportsAside,
    key: Key,
    bundle: AnyBundle,
    law: Law,
    scorers: Callable[[Key], Scorer],
) -> Assessment:
    """Answer one sound report; concerns of it that could not be read count as far as they can be read."""
    report = held.reports[key]
    broken, perhaps = aside.concerns.get(key, []), aside.perhaps(key)
    problems = tuple(problem for row in (*broken, *perhaps) for problem in row.problems)
    if problems:
        added = (*(salvage_concern(row) for row in broken), *(_NOT_STATED for _ in perhaps))
        report = replace(report, concerns=(*report.concerns, *added))
    known = known_before(report, held.known(report))
    return answer(report, known, bundle, law, scorer=scorers(key), problems=problems)


def _broken(held: Records, aside: _ReportsAside, row: SetAside, law: Law) -> Assessment:
    """Answer one row of the reports table that was set aside."""
    report: Report | None = salvage_row(row, aside.concerns.get((row.report_id, row.child_id), []))
    ids = (row.report_id or row.row, row.child_id or row.row)
    if report is None:
        return answer_broken(ids, None, NOTHING_KNOWN, law, row.problems)
    return answer_broken(ids, report, held.known(report), law, row.problems)


def _scorers(cases: Cases, held: Records, keys: list[Key], bundle: AnyBundle, threads: int) -> Callable[[Key], Scorer]:
    """Build and score all rows at once; a failure is told when a report asks for its score."""
    if not isinstance(bundle, Bundle) or not keys:
        return lambda _: _fail
    try:
        rows, place = _built(cases, held, keys)
        scored = score(bundle, rows, threads=threads)
    except Exception:  # noqa: BLE001  a model that fails in any way must not take the rules with it
        return lambda _: _fail
    return lambda key: _picker(rows, scored, place[key])


def _built(cases: Cases, held: Records, keys: list[Key]) -> tuple[Rows, dict[Key, int]]:
    """Build the feature rows of the reports asked for."""
    whole = build(cases)
    rows = Rows(whole.values[[held.row[key] for key in keys]], whole.names, whole.fingerprint)
    return rows, {key: number for number, key in enumerate(keys)}


def _picker(rows: Rows, scored: Scored, row: int) -> Scorer:
    """Give the scorer of one report."""
    return lambda bundle: pick(bundle, rows, scored, row)


def _fail(bundle: Bundle) -> Estimated:  # noqa: ARG001  (a Scorer)
    """Stand in where the batch could not be scored."""
    msg = "the batch could not be scored"
    raise RuntimeError(msg)
