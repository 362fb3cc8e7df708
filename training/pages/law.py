"""Here we lay out the lawyer's page: everything in force on a day, readable on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.codes import Reporter
from training.words import Words
from triage.law import Law, LawInForce, Provision

AREAS = ("opening", "process", "reporting", "child", "early_help", "records")
UNITS = ("days", "weeks", "months", "years")
FEW = {(0, "days"): "zero_days", (1, "days"): "one_days", (1, "weeks"): "one_weeks"}
"""Numbers that have words of their own."""


def law_view(law: Law, in_force: LawInForce, words: Words) -> dict[str, Any]:
    """Give what the page shows.

    Parameters
    ----------
    law : Law
        All versions: what is not in force is listed at the end.
    in_force : LawInForce
    words : Words
    """
    provisions = list(in_force.provisions.values())
    shown = [provision for area in AREAS for provision in provisions if provision.area == area]
    sources = {href: number for number, href in enumerate(dict.fromkeys(one.citation.href for one in shown), start=1)}
    return {
        "day": in_force.on.isoformat(),
        "fingerprint": law.fingerprint[:16],
        "changes": [day.isoformat() for day in law.changes()],
        "count": len(provisions),
        "unread": sum(provision.citation.certainty != "act" for provision in provisions),
        "areas": [
            {"name": area, "rules": [_rule(provision, words, sources) for provision in shown if provision.area == area]}
            for area in AREAS
        ],
        "absent": [_absent(versions, in_force, words) for versions in _not_in_force(law, in_force)],
        "sources": [{"number": number, "href": href} for href, number in sources.items()],
    }


def _rule(provision: Provision, words: Words, sources: Mapping[str, int]) -> dict[str, Any]:
    """Give one rule as it stood."""
    citation = provision.citation
    return {
        "code": provision.code,
        "force": provision.force,
        "rows": ", ".join(row for row in provision.rows if "." not in row),
        "title": provision.title.to_dict(),
        "rule": provision.rule.to_dict(),
        "reference": citation.reference,
        "href": citation.href,
        "source": sources[citation.href],
        "certainty": citation.certainty,
        "checked": citation.checked_on.isoformat(),
        "since": citation.in_force_from.isoformat(),
        "until": provision.until and provision.until.isoformat(),
        "published": citation.published and citation.published.isoformat(),
        "numbers": "; ".join(_number(name, value, words) for name, value in provision.values.items()),
        "members": ", ".join(_members(provision.members, "reporters", words.language)),
        "unclear": ", ".join(_members(provision.members, "reporters_unclear", words.language)),
        "changed": provision.changed and provision.changed.to_dict(),
        "note": provision.note and provision.note.to_dict(),
    }


def _number(name: str, value: int, words: Words) -> str:
    """Say a number of the law: a plain unit with its number, any other key in the words the page has for it."""
    if name not in UNITS:
        return words(f"number.{name}", n=value)
    return words(f"unit.{FEW.get((value, name), name)}", n=value)


def _members(members: Mapping[str, frozenset[str]], which: str, language: str) -> list[str]:
    """Say who is on a list of the law, in the order of the code list."""
    listed = members.get(which, frozenset())
    return [reporter.label(language) for reporter in Reporter if reporter.value in listed]


def _not_in_force(law: Law, in_force: LawInForce) -> list[tuple[Provision, ...]]:
    """Give the versions of every provision that was not in force."""
    return [versions for code, versions in law.provisions().items() if code not in in_force.provisions]


def _absent(versions: tuple[Provision, ...], in_force: LawInForce, words: Words) -> dict[str, Any]:
    """Say when a provision that is not in force came or went."""
    later = [version for version in versions if version.citation.in_force_from > in_force.on]
    shown = later[0] if later else versions[-1]
    day = shown.citation.in_force_from if later else shown.until
    key = "law.from_day" if later else "law.to_day"
    return {"code": shown.code, "title": shown.title.to_dict(), "when": words(key), "day": day and day.isoformat()}
