"""Here we probe who is who and what is said twice: the same child, other people, merged files, repeated reports.

In Allegheny re-running a case moved 14 to 7 with no visible change; a score rose when a father in
prison, without contact, was added; and retaliation by report raised it [K22]. In Illinois siblings
were not linked and entries were wrong [RSF].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from features.codes import Concern, ConcernStatus, Reporter, YesNo
from features.report import Known, Report, ReportedConcern
from training.probes.pasts import GRAVEST, KINDS, joined, recorded_twice, reported
from training.probes.result import Case, ProbeResult, Scorer, ask, ask_pairs, judge, not_below, points, within
from training.probes.vignettes import SCHOOL_CHILD, Situation, Vignette
from triage.words import Text

REPEATED = 0.02
"""How far saying the same thing again may move an estimate, in probability (catalogue, F32)."""

REPEATS = (1, 4, 7, 10, 13)
"""Days before the report at which the same reporter said the same: five times within a fortnight."""

CUSTODY = (40, 80, 120, 160, 200)
"""Days before the report at which one parent reported the other."""

LONG_AGO = 200
"""Days before the report at which somebody else reported, and then repeated it."""

FILED = range(30, 30 + 100 * len(KINDS), 100)
"""Days before the report at which the entries of a file lie, one of each kind."""

_CUSTODY = (ReportedConcern(concern=Concern.CUSTODY_CONFLICT, primary=True, status=ConcernStatus.STATED),)


def same_child(scorer: Scorer, situations: Sequence[Situation]) -> ProbeResult:
    """Ask whether the same report on the same child has the same estimate under other ids and in other company."""
    tried = [(one, *change) for one in situations for change in _same(one.case)]
    cases = [case for one, _, changed in tried for case in (one.case, changed)]
    company = [_sibling(one.case) for one in situations]
    asked = ask(scorer, cases + company)[: len(cases)].reshape(-1, 2)
    return judge(
        "same_child",
        ("F29", "F31"),
        Text("Samma barn, samma uppskattning", "The same child, the same estimate"),
        Text(
            "pseudonymer, hushåll och andra människor i registret ändrar inget",
            "pseudonyms, household and other people on file change nothing",
        ),
        [
            within(_but(one, what), first, second, 0.0)
            for (one, what, _), (first, second) in zip(tried, asked, strict=True)
        ],
    )


def merged_files(scorer: Scorer, vignettes: Sequence[Vignette]) -> ProbeResult:
    """Ask whether a child whose file was split in two stands above the same child with one whole file."""
    tried = [Situation(vignette, SCHOOL_CHILD) for vignette in vignettes]
    asked = ask(scorer, [case for one in tried for case in _whole_and_halves(one.case)]).reshape(-1, 3)
    return judge(
        "merged_files",
        ("F31",),
        Text("Sammanförda akter", "Files that were merged"),
        Text(
            "en hel akt ger inte mindre än någon av sina halvor",
            "a whole file gives no less than either of its halves",
        ),
        [not_below(one.text, row[0], half) for one, row in zip(tried, asked, strict=True) for half in row[1:]],
    )


def repeated_reports(scorer: Scorer, vignettes: Sequence[Vignette]) -> ProbeResult:
    """Ask whether saying the same thing again moves the estimate: repeats, custody reports, entries on file twice."""
    situations = [Situation(vignette, SCHOOL_CHILD) for vignette in vignettes]
    tried = [(one, *change) for one in situations for change in _repeated(one.case)]
    asked = ask_pairs(scorer, [(once, again) for _, _, once, again in tried])
    return judge(
        "repeated_reports",
        ("F32",),
        Text("Det som sägs igen räknas en gång", "What is said again counts once"),
        Text(
            f"upprepningar ändrar uppskattningen med {points(REPEATED).sv}",
            f"repeats move the estimate by {points(REPEATED).en}",
        ),
        [
            within(_but(one, what), first, second, REPEATED)
            for (one, what, _, _), (first, second) in zip(tried, asked, strict=True)
        ],
    )


def _same(case: Case) -> list[tuple[Text, Case]]:
    """Give cases that are the same child's same report."""
    report, known = case
    at_home = replace(report, household_id="home")
    _, heavy = _sibling(case)
    return [
        (Text("given igen", "given again"), case),
        (Text("andra pseudonymer", "other pseudonyms"), _renamed(case)),
        (Text("i samma hushåll som ett syskon", "in the same household as a sibling"), (at_home, known)),
        (Text("syskonets historik bifogad", "with the sibling's history attached"), (at_home, joined(known, heavy))),
        (
            Text("anmälan själv bland de kända", "the report itself among the known"),
            (report, replace(known, reports=(*known.reports, report))),
        ),
    ]


def _repeated(case: Case) -> list[tuple[Text, Case, Case]]:
    """Give cases where something was said once, and again."""
    report, _ = case
    own = [reported(report, day, by=report.reporter) for day in REPEATS]
    earlier = reported(report, LONG_AGO)
    by = earlier.reports[0].reporter
    echoes = [reported(report, LONG_AGO - day, by=by) for day in REPEATS]
    first, by_the_same = GRAVEST.past(report, LONG_AGO), [GRAVEST.past(report, LONG_AGO - day) for day in REPEATS]
    custody = [reported(report, day, by=Reporter.PARENT, concerns=_CUSTODY) for day in CUSTODY]
    whole = joined(*_file(report))
    return [
        (Text("samma anmälare fem gånger till", "the same reporter five times more"), case, (report, joined(*own))),
        (
            Text("en tidigare anmälan, upprepad fem gånger", "an earlier report, repeated five times"),
            (report, earlier),
            (report, joined(earlier, *echoes)),
        ),
        (
            Text(f"{GRAVEST.text.sv}, upprepad fem gånger", f"{GRAVEST.text.en}, repeated five times"),
            (report, first),
            (report, joined(first, *by_the_same)),
        ),
        (
            Text("fem anmälningar i en vårdnadstvist", "five reports in a custody conflict"),
            (report, custody[0]),
            (report, joined(*custody)),
        ),
        (
            Text("akten registrerad två gånger", "the file recorded twice"),
            (report, whole),
            (report, recorded_twice(whole)),
        ),
    ]


def _whole_and_halves(case: Case) -> list[Case]:
    """Give a child with its whole file, and with either half of it."""
    report, entries = case[0], _file(case[0])
    return [(report, joined(*part)) for part in (entries, entries[::2], entries[1::2])]


def _file(report: Report) -> list[Known]:
    """Give a past with one entry of each kind."""
    return [kind.past(report, day) for kind, day in zip(KINDS, FILED, strict=True)]


def _sibling(case: Case) -> Case:
    """Give another child of the household, with a heavy past."""
    sibling = replace(case[0], report_id="sibling", child_id="sibling", household_id="home", injury_now=YesNo.YES)
    return sibling, joined(*_file(sibling))


def _renamed(case: Case) -> Case:
    """Give every pseudonym another name."""
    report, known = case
    other = Known(
        reports=tuple(replace(row, report_id=f"x-{row.report_id}", child_id="x") for row in known.reports),
        events=tuple(replace(row, event_id=f"x-{row.event_id}", child_id="x") for row in known.events),
        instruments=tuple(replace(row, child_id="x") for row in known.instruments),
    )
    return replace(report, report_id=f"x-{report.report_id}", child_id="x"), other


def _but(situation: Situation, what: Text) -> Text:
    """Say a situation and what was changed."""
    said = situation.text
    return Text(f"{said.sv}; {what.sv}", f"{said.en}; {what.en}")
