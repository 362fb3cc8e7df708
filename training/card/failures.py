"""Here we hold the model to the catalogue of known failures: which were looked for, by what, and what came of it.

A row rests on tests of the library, on results of this training, or on a reason why neither can tell.
What was not run is not examined, and that is no pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from training.card.standing import read
from triage.words import Text

Plain = Mapping[str, Any]

NOT_RUN = Text("Det som skulle visa det kördes inte.", "What would show it was not run.")
CANNOT_TELL = Text("Det gick inte att avgöra.", "It could not be told.")


def known_failures(analyses: Plain, checks: Sequence[Plain]) -> list[dict[str, Any]]:
    """Go through the catalogue.

    Parameters
    ----------
    analyses : mapping
        The card's quantitative analyses, each examined or not.
    checks : sequence of mapping
        The card's checks.
    """
    probes = analyses["probes"].get("results", ())
    seen = {f"check {one['code']}": one for one in checks} | {f"probe {one['code']}": one for one in probes}
    return [_row(failure, seen, analyses) for failure in read("known_failures.toml")["failure"]]


def _row(failure: Plain, seen: Plain, analyses: Plain) -> dict[str, Any]:
    """Give one row: number, words, verdict, why, and by what."""
    verdict, why = _verdict(failure, seen, analyses)
    return {
        "number": failure["number"],
        "sv": failure["sv"],
        "en": failure["en"],
        "verdict": verdict,
        "why": why,
        "by": list(_by(failure)) or ["-"],
    }


def _verdict(failure: Plain, seen: Plain, analyses: Plain) -> tuple[str, dict[str, str]]:
    """Judge one row by the worst of what there is."""
    if "verdict" in failure:
        return failure["verdict"], dict(failure["why"])
    results = list(_results(failure, seen, analyses))
    for verdict in ("failed", "not_examined", "cannot_tell"):
        for found, why in results:
            if found == verdict:
                return ("not_examined" if verdict == "cannot_tell" else verdict), why
    return "passed", results[0][1] if results else _BY_TESTS.to_dict()


_BY_TESTS = Text("Bibliotekets egna tester.", "The library's own tests.")
_EXAMINED = Text("Undersökt i den här träningen; se avsnittet.", "Examined in this training; see its section.")


def _results(failure: Plain, seen: Plain, analyses: Plain) -> Iterator[tuple[str, dict[str, str]]]:
    """Give what this training says of one row."""
    for kind in ("probe", "check"):
        for code in failure.get(f"{kind}s", ()):
            one = seen.get(f"{kind} {code}")
            yield ("not_examined", NOT_RUN.to_dict()) if one is None else (one["verdict"], dict(one["detail"]))
    section = analyses.get(failure.get("section", ""))
    if section is not None:
        if section["state"] == "not_examined":
            yield "not_examined", dict(section["why"])
        elif "verdict" in section:
            yield section["verdict"], {language: section[language] for language in ("sv", "en")}
        else:
            yield "passed", _EXAMINED.to_dict()


def _by(failure: Plain) -> Iterator[str]:
    """Name what looks for it."""
    yield from (f"probe {code}" for code in failure.get("probes", ()))
    yield from (f"check {code}" for code in failure.get("checks", ()))
    if "section" in failure:
        yield f"section {failure['section']}"
    yield from failure.get("tests", ())
