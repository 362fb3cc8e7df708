"""Here we lay out the lawyer's page: everything in force on a day, readable on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.codes import Reporter
from training.pages_words import Words
from triage.law import Law, LawInForce, Provision

AREAS = ("opening", "process", "reporting", "child", "early_help", "records")


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
    return {
        "day": in_force.on.isoformat(),
        "fingerprint": law.fingerprint[:16],
        "changes": ", ".join(day.isoformat() for day in law.changes()),
        "count": len(provisions),
        "unread": sum(provision.citation.certainty != "act" for provision in provisions),
        "areas": [
            {"name": area, "rules": [_rule(provision, words) for provision in provisions if provision.area == area]}
            for area in AREAS
        ],
        "absent": [_absent(versions, in_force, words) for versions in _not_in_force(law, in_force)],
    }


def _rule(provision: Provision, words: Words) -> dict[str, Any]:
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
        "certainty": citation.certainty,
        "checked": citation.checked_on.isoformat(),
        "since": citation.in_force_from.isoformat(),
        "until": provision.until and provision.until.isoformat(),
        "published": citation.published and citation.published.isoformat(),
        "values": "; ".join(_number(name, value, words) for name, value in provision.values.items()),
        "members": ", ".join(_members(provision.members, words.language)),
        "changed": provision.changed and provision.changed.to_dict(),
        "note": provision.note and provision.note.to_dict(),
    }


def _number(name: str, value: int, words: Words) -> str:
    """Say a number of the law with the unit that its key ends with."""
    unit = name.rsplit("_", 1)[-1]
    one = f"one_{unit}"
    if value == 1 and one in {"one_days", "one_weeks"}:
        return words(f"unit.{one}")
    return words(f"unit.{unit}", n=value) if unit in {"days", "weeks", "months", "years"} else f"{name} {value}"


def _members(members: Mapping[str, frozenset[str]], language: str) -> list[str]:
    """Say who is on a list of the law, in the order of the code list."""
    listed = members.get("reporters", frozenset())
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
    return {"code": shown.code, "title": shown.title.to_dict(), "when": words(key, day=day)}
