"""Here we write a system card of the Dutch Algorithm Reporting Standard, with its model card and assessment card inside."""

from __future__ import annotations

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
from training.card.registers.yaml_text import yaml_text

Facts = Mapping[str, Any]
VERSION = "0.1a13"
"""The newest version of the standard that we could read."""


def text(facts: Facts, decision: Decision) -> str:
    """Write the system card as YAML."""
    return yaml_text(system_card(facts, decision))


def system_card(facts: Facts, decision: Decision) -> dict[str, Any]:
    """Describe the system: what it is for, on what ground, and who stays in charge."""
    details, use = facts["model_details"], facts["intended_use"]
    return {
        "version": VERSION,
        "schema_version": VERSION,
        "name": details["name"],
        "owners": [{"organization": details["contact"]}],
        "description": first_line(facts) + use["does"]["en"],
        "ai_act_profile": {
            "type": "AI-systeem",
            "open_source": "open-source",
            "publication_category": "hoog-risico AI",
            "systemic_risk": "geen systeemrisico",
        },
        "publication_category": "high_risk",
        "labels": [
            {"name": "bundle", "value": details["bundle_id"]},
            {"name": "decision", "value": decision_said(facts, decision)},
        ],
        "status": "not approved" if decision is None else decision["decision"],
        "goal_and_impact": f"The model foresees {facts['outcome']['en']}. {worst_said(facts)}",
        "considerations": joined(facts["ethical_considerations"]),
        "risk_management": risks_said(facts),
        "human_intervention": f"{use['law_first']['en']} {joined(facts['instructions'])}",
        "legal_base": [{"name": one["reference"]} for one in facts["legal_basis"]],
        "used_data": f"{joined(facts['evaluation_data']['missing_people'])} {facts['left_out']['en']}",
        "technical_design": f"{details['kind']['en']}. {facts['evaluation_data']['method']['en']}",
        "version_requirements": [f"{one['name']} {one['version']}" for one in details["versions"]],
        "models": [model_card(facts)],
        "assessments": [assessment_card(facts)],
    }


def model_card(facts: Facts) -> dict[str, Any]:
    """Describe the model, with its figures by group and how much each fact weighs."""
    details, analyses = facts["model_details"], facts["quantitative_analyses"]
    result = {
        "task": [{"type": "tabular-classification", "name": "reading order of reports of concern"}],
        "datasets": [
            {
                "type": "not published",
                "name": "reports of concern",
                "split": "test",
                "features": [one["name"] for one in facts["features"]],
                "revision": details["data_digest"],
            }
        ],
        "metrics": _metrics(analyses),
        "measurements": {"bar_plots": [_weights(analyses["importance"])], "graph_plots": _ages(analyses["age_curve"])},
    }
    return {
        "name": details["name"],
        "license": {"license_name": details["license"]},
        "tags": ["child protection", "triage"],
        "owners": [{"organization": details["contact"]}],
        "model_index": [
            {
                "name": details["bundle_id"],
                "model": "not published",
                "parameters": [
                    {"name": one["name"], "dtype": type(one["value"]).__name__, "value": str(one["value"])}
                    for one in details["parameters"]
                ],
                "results": [result],
            }
        ],
    }


def assessment_card(facts: Facts) -> dict[str, Any]:
    """Answer the checks and the catalogue of known failures as questions and answers."""
    checks = [
        {"question": one["en"], "answer": one["verdict"], "remarks": one["detail"]["en"]} for one in facts["checks"]
    ]
    failures = [
        {"question": f"{one['number']}. {one['en']}", "answer": one["verdict"], "remarks": one["why"]["en"]}
        for one in facts["known_failures"]
    ]
    said = {"question": "How good is it?", "answer": figures_said(facts)}
    date = facts["model_details"]["made_on"]
    return {"name": "Checks and known failures", "date": date, "contents": [said, *checks, *failures]}


def _metrics(analyses: Facts) -> list[dict[str, Any]]:
    """Give the figures of the last period, and by group where they were told."""
    model = analyses["figures"]["model"]
    named = {"auc": "roc_auc", "brier": "brier_score", "average_precision": "average_precision"}
    plain = [_metric(kind, f"test {name}", model[name]) for name, kind in named.items()]
    groups = [
        _metric("roc_auc", f"backtest auc, {one['kind']['en']} {one['en']}", one["figures"]["auc"]["value"])
        | {"labels": [{"name": one["by"], "type": "feature", "dtype": "string", "value": one["value"]}]}
        for one in analyses["validation"].get("groups", ())
        if one["figures"] is not None and one["figures"]["auc"] is not None
    ]
    return plain + groups


def _metric(kind: str, name: str, value: float) -> dict[str, Any]:
    return {"type": kind, "name": name, "dtype": "float", "value": f"{value:.6f}"}


def _weights(importance: list[Facts]) -> dict[str, Any]:
    results = [{"name": one["feature"], "value": one["share"]} for one in importance]
    return {"type": "SHAP", "name": "Share of mean absolute contribution", "results": results}


def _ages(curve: Facts) -> list[dict[str, Any]]:
    """Give the age curves; none where age was not examined."""
    if curve["state"] == "not_examined":
        return []
    results = [
        {
            "class": one["code"],
            "feature": "age",
            "data": [
                {"x_value": age, "y_value": value} for age, value in enumerate(one["by_year"]) if value is not None
            ],
        }
        for one in curve["curves"]
    ]
    return [{"type": "age_sweep", "name": "The same report at every age in years", "results": results}]
