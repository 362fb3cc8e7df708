"""Here we say the attributes and groups of an audit, and what a thinner past does to one, in the words of a reader."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from features.codes import ReferralType, Reporter
from features.event_codes import Attribute
from training.audit.period import OR
from training.words import Words
from triage.audit.attributes import CROSSED

TABLE = "audit.toml"
CODES = {"reporter": Reporter, "referral_type": ReferralType}


def say_attribute(name: str, language: str) -> str:
    """Say an attribute; of a crossing, both."""
    return CROSSED.join(_attribute(one, language) for one in name.split(CROSSED))


def say_group(attribute: str, label: str, language: str) -> str:
    """Say a group; one that nobody gave words for is called as it came."""
    pairs = zip(attribute.split(CROSSED), label.split(CROSSED), strict=True)
    return CROSSED.join(_label(*pair, language) for pair in pairs)


def in_words(seen: Mapping[str, str], gap: Mapping[str, Any], language: str) -> str:
    """Say what was seen with the names of attribute and groups in words.

    Parameters
    ----------
    seen : mapping
        A sentence that begins with the attribute's name and the two groups, as `triage.audit.AuditFinding.seen`.
    gap : mapping
        The gap that it tells of.
    language : {"sv", "en"}
    """
    attribute, label, reference = gap["attribute"], gap["label"], gap["reference"]
    compared = "jämfört med" if language == "sv" else "compared with"
    mine, its = (say_group(attribute, one, language) for one in (label, reference))
    said = f"{say_attribute(attribute, language)}: {mine} {compared} {its}"
    begin, sentence = f"{attribute}: {label} {compared} {reference}", seen[language]
    return said[:1].upper() + said[1:] + sentence[len(begin) :] if sentence.startswith(begin) else sentence


def say_thinned(found: Mapping[str, Any], language: str) -> str:
    """Say what the thinnest past that was told does to one group, with its numbers, or why nothing can be said.

    Parameters
    ----------
    found : mapping
        As `training.audit.stress.Stress.to_dict` gives it.
    language : {"sv", "en"}
    """
    words = _words(language)
    if found["why"] is not None:
        return words.of(found["why"])
    told = [point for point in found["curve"] if point["change"] is not None]
    if not told:
        return words("audit_more.thinned_untold")
    last, change = told[-1], told[-1]["change"]
    figures = {name: words.hundred(one, 1) for name, one in (("rate", last["rate"]), ("now", found["rate"]))}
    span = {end: words.number(100 * change[end], 1, sign=True) for end in ("low", "high")}
    way = "less" if change["high"] < 0 else "more" if change["low"] > 0 else "chance"
    said = words("audit_more.thinned", share=words.hundred(last["history"]), **figures, **span)
    return f"{said} {words(f'audit_more.thinned_{way}')}"


@cache
def _words(language: str) -> Words:
    return Words.read(language, TABLE)


def _attribute(name: str, language: str) -> str:
    """Say one attribute."""
    if name in Attribute.values():
        return Attribute(name).label(language)
    return _words(language).or_same("audit_attribute", name)


def _label(attribute: str, label: str, language: str) -> str:
    """Say one group of one attribute; of groups that are counted together, each."""
    if OR in label:
        return f" {'eller' if language == 'sv' else 'or'} ".join(
            _label(attribute, one, language) for one in label.split(OR)
        )
    codes = CODES.get(attribute)
    if codes is not None and label in codes.values():
        return codes(label).label(language)
    return _words(language).or_same("audit_group", label)
