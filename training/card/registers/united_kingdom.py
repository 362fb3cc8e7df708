"""Here we fill the UK Algorithmic Transparency Recording Standard, field by field, and say which the organisation must answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from training.card.registers.said import (
    Decision,
    decision_said,
    figures_said,
    first_line,
    joined,
    risks_said,
    worst_said,
)
from training.card.standing import read

Facts = Mapping[str, Any]
FIELDS = "registers/uk.toml"


def text(facts: Facts, decision: Decision) -> str:
    """Write the record as JSON."""
    return json.dumps(recorded(facts, decision), ensure_ascii=False, indent=1) + "\n"


def recorded(facts: Facts, decision: Decision) -> dict[str, Any]:
    """Answer every field of the standard, by section; what the card cannot know is left to the organisation and named."""
    answers, listed = _answers(facts, decision), read(FIELDS)
    fields = [_field(one, answers) for one in listed["field"]]
    left = [one["number"] for one in fields if one["answered_by"] == "organisation"]
    return {
        "standard": listed["standard"],
        "version": listed["version"],
        "fields": fields,
        "left_to_the_organisation": left,
    }


def _field(field: Facts, answers: Mapping[str, str]) -> dict[str, Any]:
    said = {key: field[key] for key in ("number", "tier", "section", "name")}
    if "left" in field:
        return said | {"answered_by": "organisation", "answer": field["left"]}
    return said | {"answered_by": "card", "answer": answers[field["number"]]}


def _answers(facts: Facts, decision: Decision) -> dict[str, str]:
    """Answer what a card can, by number of the field."""
    return _overview(facts, decision) | _deployment(facts) | _model(facts) | _data(facts) | _risks(facts, decision)


def _overview(facts: Facts, decision: Decision) -> dict[str, str]:
    details, use = facts["model_details"], facts["intended_use"]
    phase = "Beta/Pilot" if decision is not None and decision["decision"] == "approved" else "Pre-deployment"
    return {
        "0.1": details["name"],
        "0.3": phase,
        "0.5": first_line(facts) + "Suggests in which order reports of concern about children are read.",
        "1.1": details["name"],
        "1.2": first_line(facts) + use["does"]["en"],
        "1.4": details["contact"],
        "2.2.1": f"{use['does']['en']} It never: {'; '.join(one['en'] for one in use['never'])}.",
        "2.2.2": "To read sooner the reports that will turn out to need help. Nobody has shown yet that it does.",
        "2.2.4": joined([one for one in facts["metrics"]["measures"] if one["code"] == "baseline"]),
    }


def _deployment(facts: Facts) -> dict[str, str]:
    use = facts["intended_use"]
    return {
        "2.3.1": f"{use['law_first']['en']} For: {'; '.join(one['en'] for one in use['users'])}.",
        "2.3.2": joined(facts["instructions"]),
    }


def _model(facts: Facts) -> dict[str, str]:
    details, outcome = facts["model_details"], facts["outcome"]
    return {
        "2.4.1.1": "A library inside the case system: rules of law first, then the model. Text files, no network.",
        "2.4.1.2": "One report, and what was recorded about the child strictly before it.",
        "2.4.1.3": "Duties with deadlines, an estimate with an interval or an abstention, reasons, and a place in the queue.",
        "2.4.1.4": " ".join(f"{one['what']['en']}: {one['every']['en']}." for one in facts["monitoring"]),
        "2.4.1.5": details["name"],
        "2.4.2.1": details["name"],
        "2.4.2.2": details["bundle_id"],
        "2.4.2.3": f"To estimate {outcome['en']}. {facts['metrics']['interval']['en']}",
        "2.4.2.4": "; ".join(one["en"] for one in facts["features"]) + ".",
        "2.4.2.5": "A probability, an interval, and reasons; or that the model abstains.",
        "2.4.2.6": details["kind"]["en"] + ".",
        "2.4.2.7": f"{figures_said(facts)} {worst_said(facts)}",
        "2.4.2.8": f"Reports of concern, fingerprint {details['data_digest'][:16]}.",
        "2.4.2.9": facts["evaluation_data"]["method"]["en"],
    }


def _data(facts: Facts) -> dict[str, str]:
    data, outcome = facts["training_data"], facts["outcome"]
    return {
        "2.4.3.1": f"Reports of concern from {data['span_from']} to {data['span_to']}, units {', '.join(data['units'])}. "
        f"The outcome is decided by {outcome['decided_by']['en']}.",
        "2.4.3.2": "Tabular",
        "2.4.3.3": f"{data['reports']} reports about {data['children']} children; {data['labelled']} with a known outcome.",
        "2.4.3.4": f"Data about children and families in the social services. {facts['left_out']['en']} "
        "Sex, origin, disability, income, area and language are audited and never read by the model.",
        "2.4.3.5": joined(facts["evaluation_data"]["missing_people"]),
        "2.4.3.6": f"{data['set_aside']} reports that could not be read were set aside; the rest are used as they are.",
        "2.4.3.7": "Recorded by caseworkers in the course of their work, for that work.",
        "2.4.4.1": "The municipality's own case system.",
        "2.4.4.2": "As in training.",
        "2.4.4.3": "Counts and times over what was recorded strictly before the report; no free text.",
    }


def _risks(facts: Facts, decision: Decision) -> dict[str, str]:
    return {
        "2.5.2": f"{risks_said(facts)} {joined(facts['caveats_and_recommendations']['limits'])} {decision_said(facts, decision)}"
    }
