"""Here we say the attributes and groups of an audit in the words of a reader."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from features.codes import ReferralType, Reporter
from features.event_codes import Attribute
from training.audit.period import OR
from training.pages_words import Words
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
